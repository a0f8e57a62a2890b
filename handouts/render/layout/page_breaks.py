"""Break flow items into pages at the least total cost: `break_pages`.

Dynamic programming over all legal breaks, as Knuth and Plass (1981) break paragraphs into lines:
fewest pages first, then the least sum of break penalties and of empty space.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.errors import Fault, TypesettingError
from handouts.render.layout.flowables import FORBIDDEN, TORN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handouts.render.layout.flowables import FlowItem, Frame
    from handouts.render.layout.overleaf import Overleaf


PAGE_COST = 10_000.0
"""The cost of a page, far higher than that of a bad break, so that fewer pages win."""
_STUB_COST = 600.0
"""The cost of a last page with only a few lines."""
_STUB_SHARE = 0.16
"""A last page filled less than this counts as a few lines."""
_LONE_COST = 3000.0
"""The cost of a heading with only a few lines above white, where its section goes on overleaf."""
_LONE_SHARE = 0.16
"""A heading with what is below it on its page has a few lines if it takes less than this of it."""
_LONE_WHITE = 0.12
"""The white below them, as a share of the page, from which on they stand alone."""
_STRANDED_COST, _STRANDED_WHITE = 12_000.0, 0.28
"""Above this much white they cost more than a page: the reader would take it for the end."""
_NEARLY_HALF = 0.35
"""From this empty share on a page looks like the end of the leaflet."""
_SPARE_COST = 5000.0
"""The cost of a page that ends inside a box though what is next in the box has room on it."""
_CROWDED_COST = 250.0
"""The cost of a page with no room for the words at the foot of a box that it ends inside."""
_SHARED_COST = 400.0
"""The cost of a page on which something stands above what should start one."""
RARE = 1000.0
"""From this penalty on a page ends at a place only where that saves a page."""
_UNEVEN = 0.4
"""How much more of what it may a gap in a box grows on a page than on another with less room."""
_FIRST = 0.7
"""The share of what is spare on a page that the gaps that come first take until they are full."""
_ROUNDING = 0.01
_MANY = 8
"""More pages than any order is tried on."""


class Costs(Struct, frozen=True):
    """What pages cost, against the penalties of flow items."""

    page: float = PAGE_COST
    """What each page costs: the less, the more pages there may be."""
    empty: float = 300.0
    """What an empty page costs more; it grows with the square of the empty share."""
    half: float = 0.0
    """What a page that is nearly half empty costs besides."""
    stretch: float = 1.0
    """How many times as much as it may otherwise a gap grows on a white page, if in no box."""
    last: float = 0.0
    """What an empty last page costs; it grows with the square of the empty share."""


_USUAL_COSTS = Costs()

Span = tuple[int, int]
"""The items of a page: the place of the first, and that past the last."""


class PlacedItem(Struct, frozen=True):
    """A flow item on its page; `top` is in points from the top of the usable area, downwards."""

    item: FlowItem
    top: float


class PageLayout(Struct, frozen=True):
    """One page: its items, and the frames behind them as (frame, top, height) in points."""

    placed: tuple[PlacedItem, ...]
    frames: tuple[tuple[Frame, float, float], ...]
    head: Overleaf | None = None
    """The heading that is repeated at the top of the page."""
    goes_on: Overleaf | None = None
    """The heading that the box at the end of the page has on the next one, where it goes on."""
    parts: tuple[tuple[int, int], ...] = ()
    """The number of this page among those of what is headed, and how many they are.

    First that of a box, then that of what is headed inside it.
    """

    @property
    def part(self) -> tuple[int, int]:
        """The part of the box or the section that the page goes on with."""
        return self.parts[0] if self.parts else (1, 1)


def break_pages(
    items: Sequence[FlowItem], width: float, height: float, costs: Costs = _USUAL_COSTS
) -> list[PageLayout]:
    """Wrap items to a width and divide them into pages of a height, both in points.

    Raises TypesettingError as `page_spans` does.
    """
    return laid_out(items, page_spans(items, width, height, costs), height, costs)


def page_spans(
    items: Sequence[FlowItem], width: float, height: float, costs: Costs = _USUAL_COSTS
) -> list[Span]:
    """Wrap items to a width and return the pages of a height that they take, both in points.

    Sets the height of each item. Raises TypesettingError for an item that does not fit a page,
    alone or with what must stay with it.
    """
    for item in items:
        item.wrap(width)
        if item.overleaf and not item.overleaf.height:
            item.overleaf.wrap(width)
    spans: list[Span] = []
    for start, stop in pairwise(_stops(items)):
        some = _best_breaks(items[start:stop], height, costs)
        spans += [(start + first, start + last) for first, last in some]
    return spans


def laid_out(
    items: Sequence[FlowItem], spans: Sequence[Span], height: float, costs: Costs = _USUAL_COSTS
) -> list[PageLayout]:
    """Place wrapped items on their pages, as `page_spans` returns them."""
    ends = {*_stops(items)[1:]}
    spares = [
        _Spare(items[first:last], height, is_last=last == len(items), goes_on=_goes_on(items, last))
        for first, last in spans
    ]
    even = _even_shares(spares)
    pages = [
        _lay_out(spare, even, costs.stretch, ends=last in ends)
        for spare, (_, last) in zip(spares, spans, strict=True)
    ]
    return _numbered(pages)


def _stops(items: Sequence[FlowItem]) -> list[int]:
    """Return the places where pages start whatever they cost, and the end."""
    fresh = (n for n, one in enumerate(items) if one.fresh_page and not one.fresh_page_if_free)
    return [0, *(n for n in fresh if n), len(items)]


class Bulk(Struct, frozen=True):
    """How much room items take at least, however they are divided; lengths in points."""

    height: float
    """With all gaps and the padding of each box."""
    gaps: tuple[float, ...]
    """The largest gaps: each page drops the one above its first item."""


def bulk_of(items: Sequence[FlowItem]) -> Bulk:
    """Return how much room wrapped items take at least."""
    total, frame = 0.0, None
    for item in items:
        if item.frame is not frame:
            total += (frame.foot if frame else 0.0) + _padding_top(item)
            frame = item.frame
        total += item.gap + item.height
    gaps = sorted((item.gap for item in items), reverse=True)
    return Bulk(total + (frame.foot if frame else 0.0), tuple(gaps[:_MANY]))


def least_pages(bulks: Sequence[Bulk], height: float) -> int:
    """Return a number of pages of a height below which items, one after the other, have no room."""
    total = sum(one.height for one in bulks)
    gaps = sorted((gap for one in bulks for gap in one.gaps), reverse=True)
    dropped = accumulate(gaps[:_MANY])
    return next(
        (n for n, gap in enumerate(dropped, 1) if total - gap <= n * (height + _ROUNDING)), _MANY
    )


def _numbered(pages: list[PageLayout]) -> list[PageLayout]:
    """Tell each page that repeats headings which part of what is headed it has."""
    found: dict[int, list[int]] = {}
    for number, page in enumerate(pages):
        keys = {id(head) for one in page.placed for head in _heads(one.item.overleaf)}
        after = pages[number + 1].head if number + 1 < len(pages) else None
        if after and page.placed[-1].item.is_heading:
            keys.add(id(after))  # nothing but the heading is on this page
        for key in keys:
            found.setdefault(key, []).append(number)
    parted = []
    for number, page in enumerate(pages):
        on = [found[id(head)] for head in _heads(page.head)]
        parts = tuple((some.index(number) + 1, len(some)) for some in on)
        parted.append(replace(page, parts=parts) if parts else page)
    return parted


def _heads(head: Overleaf | None) -> list[Overleaf]:
    """Return a heading and those of what it is in, the outermost first."""
    return [*_heads(head.inside), head] if head else []


def _best_breaks(items: Sequence[FlowItem], height: float, costs: Costs) -> list[tuple[int, int]]:
    """Return the pages of least total cost, each as (first item, one past its last)."""
    may_end = [one.fresh_page or one.break_penalty < FORBIDDEN for one in items]
    alone = [_lone_heading(items, n, height) if here else -1 for n, here in enumerate(may_end)]
    may_end.append(True)
    nexts = _next_in_boxes(items)
    shared = _shared(items)
    more = [_more(items, last) for last in range(len(items) + 1)]
    best: list[float] = [0.0, *[FORBIDDEN] * len(items)]
    previous = [0] * (len(items) + 1)
    for first in range(len(items)):
        if best[first] == FORBIDDEN:
            continue
        fits = _heights(items[first:], height + _ROUNDING)
        end = first + len(fits)
        at_least = best[first] + costs.page
        for last, used in enumerate(fits, first + 1):
            if not may_end[last] or at_least >= best[last]:
                continue
            lone = last < len(items) and alone[last] >= first
            free = height - used - more[last]
            cost = at_least + _cost(items, last, max(0.0, free) / height, costs, lone=lone)
            cost += _CROWDED_COST if free < -_ROUNDING else 0.0
            cost += shared[last] - shared[first + 1]
            if last < len(items):
                cost += 0.0 if first else items[last].late_penalty
                cost += _SPARE_COST if nexts[last] <= end else 0.0
            if cost < best[last]:
                best[last], previous[last] = cost, first
    if best[-1] == FORBIDDEN:
        raise _too_tall(items, best, height)
    ends = [len(items)]
    while ends[-1]:
        ends.append(previous[ends[-1]])
    ends.reverse()
    return list(pairwise(ends))


def _cost(items: Sequence[FlowItem], last: int, free: float, costs: Costs, *, lone: bool) -> float:
    """Return what the end of a page before `last` costs, of which a share is free.

    `lone`: it ends in a heading and a few lines.
    """
    if last == len(items):
        stub = _STUB_COST if 1 - free < _STUB_SHARE and len(items) > 1 else 0.0
        return stub + costs.last * free * free
    penalty = 0.0 if items[last].fresh_page else items[last].break_penalty
    cost = penalty + costs.empty * free * free + (costs.half if free > _NEARLY_HALF else 0.0)
    if not lone or free <= _LONE_WHITE:
        return cost
    return cost + (_STRANDED_COST if free > _STRANDED_WHITE else _LONE_COST)


def _lone_heading(items: Sequence[FlowItem], last: int, height: float) -> int:
    """Return the place of a heading with only a few lines between it and `last`; -1 without one.

    `last` is where a page would end, and the section of the heading would go on overleaf.
    """
    follows = items[last]
    if follows.overleaf is None or (follows.frame and not follows.opens_frame):
        return -1
    few = 0.0
    for at in range(last - 1, -1, -1):
        few += items[at].height
        if few >= _LONE_SHARE * height:
            return -1
        if items[at].is_heading:
            return at
        few += items[at].gap
    return -1


def _next_in_boxes(items: Sequence[FlowItem]) -> list[float]:
    """Return for each place inside a box where a page may end next; infinity for other places."""
    nexts = [FORBIDDEN] * len(items)
    later: float = len(items)
    torn: float = len(items)
    for last in range(len(items) - 1, 0, -1):
        item = items[last]
        if item.frame is not None and not item.opens_frame:
            # Inside a group that no page holds it may end after other signs too.
            nexts[last] = later if item.break_penalty < TORN else torn
        later = last if item.break_penalty < RARE else later
        torn = last if item.break_penalty <= TORN else torn
    return nexts


def _shared(items: Sequence[FlowItem]) -> list[float]:
    """Return for each place what it costs that items before it share a page with others."""
    found = [0.0]
    for item in items:
        found.append(found[-1] + _SHARED_COST * item.fresh_page_if_free)
    return found


def cost_of(pages: Sequence[PageLayout], height: float, costs: Costs = _USUAL_COSTS) -> float:
    """Return what pages of a height cost in all; less is better. The last one may end anywhere."""
    items = [placed.item for page in pages for placed in page.placed]
    nexts, shared = _next_in_boxes(items), _shared(items)
    cost, first = 0.0, 0
    for page in pages:
        last = first + len(page.placed)
        lone = last < len(items) and _lone_heading(items, last, height) >= first
        free = 1 - (_used(items[first:last]) + _more(items, last)) / height
        cost += _CROWDED_COST if free * height < -_ROUNDING else 0.0
        cost += costs.page + _cost(items, last, max(0.0, free), costs, lone=lone)
        cost += shared[last] - shared[first + 1]
        after = nexts[last] if last < len(items) else FORBIDDEN
        cost += items[last].late_penalty if last < len(items) and not first else 0.0
        if after <= len(items) and _used(items[first : int(after)]) <= height + _ROUNDING:
            cost += _SPARE_COST
        first = last
    return cost


def _too_tall(items: Sequence[FlowItem], best: list[float], height: float) -> TypesettingError:
    reached = max(n for n, cost in enumerate(best) if cost < FORBIDDEN)
    item = items[min(reached, len(items) - 1)]
    return TypesettingError(
        Fault(
            message=f"`{item.name or 'a part'}` is {item.height:.0f} pt tall "
            f"and does not fit a page of {height:.0f} pt",
            hint="shorten the text, or ask for fewer exercises",
        )
    )


def _goes_on(items: Sequence[FlowItem], last: int) -> Overleaf | None:
    """Return the heading overleaf of a box that a page ends inside, before an item; or None."""
    item = items[last] if 0 < last < len(items) else None
    return item.overleaf if item and item.frame and not item.opens_frame else None


def _more(items: Sequence[FlowItem], last: int) -> float:
    """Return the height of what the foot of a box says that a page ends inside."""
    head = _goes_on(items, last)
    return head.more if head else 0.0


def _used(items: Sequence[FlowItem]) -> float:
    """Return the height of items as one page: with the gaps between them and their frames."""
    return _heights(items)[-1]


def _heights(items: Sequence[FlowItem], most: float = FORBIDDEN) -> list[float]:
    """Return the height as one page of the first item, of the first two, and so on up to `most`."""
    total, frame = _head_height(items[0]), None
    heights: list[float] = []
    for item in items:
        if item.frame is not frame:
            total += frame.foot if frame else 0.0
            total += _padding_top(item)
            frame = item.frame
        total += item.gap + item.height if heights else item.height
        used = total + frame.foot if frame else total
        if used > most:
            break
        heights.append(used)
    return heights


class _Spare:
    """What is spare on a page, and the gaps that may take it; those inside boxes are apart."""

    def __init__(
        self,
        items: Sequence[FlowItem],
        height: float,
        *,
        is_last: bool,
        goes_on: Overleaf | None = None,
    ) -> None:
        """Measure the items of a page; the last has nothing to spare but above what is at foot.

        `goes_on`: the heading overleaf of the box that it ends inside.
        """
        self.items = items
        self.page = height
        self.goes_on = goes_on
        self.more = goes_on.more if goes_on else 0.0
        spare = height - _used(items) - self.more
        self.more += min(0.0, spare)  # the words stand on the edge of a box that has no room
        self.height = 0.0 if is_last and not items[-1].at_foot else max(0.0, spare)
        """What is left for the gaps that do not come first."""
        self.boxed: dict[str, float] = {}
        self.room = 0.0
        for item in items[1:]:
            if item.frame and not item.opens_frame:
                self.boxed[item.name] = self.boxed.get(item.name, 0.0) + item.stretch
            else:
                self.room += item.stretch
        self.first = self._first_share()
        """The share by which the gaps grow that come first."""

    def _first_share(self) -> float:
        """Give most of what is spare to the gaps that come first, and all that others cannot take.

        Boxes would touch if these took all of it.
        """
        first = sum(item.first_stretch for item in self.items[1:])
        if not first:
            return 0.0
        others = min(self.room + sum(self.boxed.values()), (1 - _FIRST) * self.height)
        share = min(1.0, (self.height - others) / first)
        self.height -= share * first
        return share

    @property
    def share(self) -> float:
        """The share of all gaps that may grow, at most 1."""
        room = self.room + sum(self.boxed.values())
        return min(1.0, self.height / room) if room else 0.0


def _even_shares(pages: Sequence[_Spare]) -> dict[str, float]:
    """Return the least share by which gaps in the boxes of each section may grow on its pages."""
    shares: dict[str, float] = {}
    for page in pages:
        for name, room in page.boxed.items():
            if room:
                shares[name] = min(shares.get(name, 1.0), page.share)
    return shares


def with_items(
    page: PageLayout, items: Sequence[FlowItem], size: tuple[float, float], costs: Costs
) -> PageLayout | None:
    """Return a page that is not the last with other items in place of its own; None if too tall.

    `size` is its width and its height.
    """
    for item in items:
        item.wrap(size[0])
    if _used(items) > size[1] + _ROUNDING:
        return None
    spare = _Spare(items, size[1], is_last=False, goes_on=page.goes_on)
    return replace(_lay_out(spare, {}, costs.stretch, ends=False), parts=page.parts)


def _lay_out(
    spare: _Spare, even: Mapping[str, float], most_share: float, *, ends: bool
) -> PageLayout:
    """Place the items of one page; spare room goes to the gaps that may stretch.

    `even` is the share that those in the boxes of each section have on each page; they have little
    more on any. Others grow up to `most_share` of what they may. Where a page `ends` what starts on
    a page of its own, the rest is above what stands there.
    """
    items, height = spare.items, spare.page
    most = {name: min(spare.share, even.get(name, 0.0) + _UNEVEN) for name in spare.boxed}
    left = spare.height - sum(most[name] * room for name, room in spare.boxed.items())
    share = min(most_share, left / spare.room) if spare.room else 0.0
    placed: list[PlacedItem] = []
    frames: list[tuple[Frame, float, float]] = []
    y, frame, frame_top = 0.0, None, 0.0
    for number, item in enumerate(items):
        boxed = item.frame and not item.opens_frame
        grown = most[item.name] if boxed and number else share
        more = item.stretch * grown + item.first_stretch * spare.first
        gap = item.gap + more if number else 0.0
        head = 0.0 if number else _head_height(item)
        if item.opens_frame:
            y, head = y + head, 0.0  # that of the section stands above a box, its own inside
        if item.frame is not frame:
            if frame:
                y += frame.foot
                frames.append((frame, frame_top, y - frame_top))
            y += gap
            frame, frame_top = item.frame, y
            y += _padding_top(item)
        else:
            y += gap
        y += head
        foot = _foot(items[number:]) if ends else None
        top = y if foot is None else height - foot
        placed.append(PlacedItem(item, top))
        y = top + item.height
    if frame:
        frames.append((frame, frame_top, y + spare.more + frame.foot - frame_top))
    return PageLayout(tuple(placed), tuple(frames), items[0].overleaf, spare.goes_on)


def _foot(items: Sequence[FlowItem]) -> float | None:
    """Return the height of items that all stand at the foot of a page; None where one does not."""
    if not all(item.at_foot for item in items):
        return None
    return sum(item.height for item in items) + sum(item.gap for item in items[1:])


def _padding_top(item: FlowItem) -> float:
    """Return the padding above the first item of a box on a page."""
    has_head = item.opens_frame or item.opens_part
    return item.frame.top if item.frame and has_head else 0.0


def _head_height(first: FlowItem) -> float:
    """Return the height of what is repeated above the first item of a page."""
    return first.overleaf.height if first.overleaf else 0.0
