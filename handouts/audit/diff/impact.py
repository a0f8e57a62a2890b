"""Compute exactly which requests see a different leaflet, and why: `compare`.

`audience_text` describes the result in words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.audit.diff.decision_diagram import ALL, NONE, FlagSets
from handouts.audit.diff.printed_items import ItemFiller, LeafletItemLister
from handouts.audit.diff.reach import Reach
from handouts.content.blocks import (
    AllOf,
    AnyOf,
    ExerciseBody,
    HasFlag,
    HasStatus,
    InEdition,
    InRegion,
    IsScreened,
    Not,
)
from handouts.content.vocabulary import EDITIONS
from handouts.safety.atoms import Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handouts.audit.diff.decision_diagram import Cube
    from handouts.audit.diff.printed_items import PrintedItem
    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library


Audience = dict[Context, int]
"""A set of requests: for each context a set of flag sets, as numbers of a FlagSets."""
ItemKey = tuple[tuple[str, ...], tuple[object, ...]]


class Impact(Struct, frozen=True, kw_only=True):
    """Which requests see another leaflet; each audience is in numbers of `sets`."""

    sets: FlagSets
    requests: Audience
    """Every request that at least one of the two versions can serve."""
    changed: Audience
    """Those that see another leaflet at one place or more."""
    one_sided: Audience
    """Of those, the requests that only one version can serve."""
    because_of: Mapping[str, Audience]
    """Those of each block, or other source of text (`class heat`, `label try`, `section help`)."""
    places: Mapping[str, tuple[str, ...]]
    """The places at which each of these changes a leaflet."""
    by_hand: tuple[str, ...]
    """Exercises that differ when a clinician chooses them; such requests are not counted."""

    def count(self, audience: Audience) -> int:
        """Return the number of requests in an audience."""
        return sum(map(self.sets.count, audience.values()))


def compare(old: Library, new: Library, *, look: bool = False) -> Impact:
    """Compare two libraries; with `look` (other templates) every leaflet counts as changed."""
    return _Comparison(old, new).run(look=look)


def prints_the_same(old: Library, new: Library) -> bool:
    """Tell whether two libraries were read from the same words, so that nothing is to compare.

    The digest of words leaves out rules and synonyms, which no leaflet prints, and the topic.
    """
    return bool(old.words) and old.words == new.words and old.topic == new.topic


def guarded(impact: Impact, when: Iterable[Rule]) -> Audience:
    """Return the requests for which one of some conditions can hold; one on advice is taken to."""
    rules = tuple(when)
    return {
        context: impact.sets.intersection(
            some, impact.sets.union(*(_holding(impact.sets, context, one) for one in rules))
        )
        for context, some in impact.requests.items()
    }


def _holding(sets: FlagSets, context: Context, rule: Rule) -> int:  # noqa: PLR0911 - one line each
    """Return the flag sets for which a condition can hold in a context."""
    match rule:
        case InRegion(regions):
            return ALL if context.region in regions else NONE
        case HasStatus(statuses):
            return ALL if context.status in statuses else NONE
        case IsScreened(screened):
            return ALL if context.screened is screened else NONE
        case InEdition(editions):
            return ALL if context.edition in editions else NONE
        case HasFlag(flags):
            return sets.given(flags)
        case Not(inner) if isinstance(inner, HasFlag):
            return sets.complement(_holding(sets, context, inner))
        case AllOf(rules):
            return sets.intersection(*(_holding(sets, context, one) for one in rules))
        case AnyOf(rules):
            return sets.union(*(_holding(sets, context, one) for one in rules))
        case _:
            return ALL


class ComparedSide:
    """What one of two compared libraries prints, context by context and place by place."""

    def __init__(self, library: Library, sets: FlagSets) -> None:
        self.library = library
        self.sets = sets
        self.lister = LeafletItemLister(library)
        self._reaches: dict[Context, Reach] = {}
        self._fillers: dict[tuple[object, ...], ItemFiller] = {}
        self._listed: tuple[Context, Sequence[PrintedItem]] | None = None

    def reach(self, context: Context) -> Reach | None:
        """Return the flag sets that choose each block; None for a context it does not know."""
        library = self.library
        if context.region not in library.regions or context.status not in library.statuses:
            return None
        if context not in self._reaches:
            self._reaches[context] = Reach(library, context, self.sets)
        return self._reaches[context]

    def filler(self, place: str, region: str) -> ItemFiller:
        """Return what fills in the words of a place and a region; both must be known."""
        library = self.library
        key = place, tuple(library.regions[region].words.items())
        if key not in self._fillers:
            self._fillers[key] = ItemFiller(library, library.places[place], region)
        return self._fillers[key]

    def printed(self, place: str, reach: Reach) -> _Printed:
        """Return what is printed at a place in the context of `reach`."""
        if self._listed is None or self._listed[0] != reach.context:
            self._listed = reach.context, self.lister.items(reach)
        filler = self.filler(place, reach.context.region)
        items = self.lister.items_at(filler.place, self._listed[1], reach)
        return _Printed(self.sets, items, filler)


class _Comparison:
    """Compares two libraries: context by context, place by place, item by item."""

    def __init__(self, old: Library, new: Library) -> None:
        self.old, self.new = old, new
        self.sets = FlagSets(tuple(dict.fromkeys((*new.flags, *old.flags))))
        self.sides = ComparedSide(old, self.sets), ComparedSide(new, self.sets)
        self.places = [name for name in old.places if name in new.places]
        self.same = prints_the_same(old, new)
        self.because: dict[str, Audience] = defaultdict(lambda: defaultdict(int))
        self.seen_at: dict[str, dict[str, None]] = defaultdict(dict)

    def run(self, *, look: bool) -> Impact:
        """Compare in every context that either version knows."""
        requests: Audience = {}
        changed: Audience = {}
        one_sided: Audience = {}
        for context in self.contexts:
            old, new = (side.reach(context) for side in self.sides)
            allowed = [reach.allowed if reach else NONE for reach in (old, new)]
            requests[context] = self.sets.union(*allowed)
            one_sided[context] = self.sets.symmetric_difference(*allowed)
            both = self.sets.intersection(*allowed)
            found = both if look else NONE
            if old and new and not self.same:
                found = self.sets.union(found, self._item_by_item(old, new, both))
            changed[context] = self.sets.union(found, one_sided[context])
        return Impact(
            sets=self.sets,
            requests=requests,
            changed=changed,
            one_sided=one_sided,
            because_of={of: dict(one) for of, one in self.because.items()},
            places={of: tuple(one) for of, one in self.seen_at.items()},
            by_hand=() if self.same else tuple(self._by_hand()),
        )

    @cached_property
    def contexts(self) -> list[Context]:
        """Every combination of region, status, screened or not, and edition, of either version."""
        old, new = self.old, self.new
        regions = dict.fromkeys((*new.regions, *old.regions))
        statuses = dict.fromkeys((*new.statuses, *old.statuses))
        return [Context(*one) for one in product(regions, statuses, (True, False), EDITIONS)]

    # -------------------------------------------------------------- item by item
    def _item_by_item(self, old: Reach, new: Reach, both: int) -> int:
        """Return the flag sets of `both` that see another leaflet at any place."""
        found = NONE
        for place in self.places:
            printed = [
                side.printed(place, reach)
                for side, reach in zip(self.sides, (old, new), strict=True)
            ]
            found = self.sets.union(found, self._at(place, new.context, printed, both))
        return found

    def _at(self, place: str, context: Context, printed: Sequence[_Printed], both: int) -> int:
        """Return the flag sets of `both` that see another leaflet at a place."""
        found = NONE
        for keys, difference in (*self._differences(*printed), *self._turns(*printed)):
            some = self.sets.intersection(difference, both)
            if some == NONE:
                continue
            found = self.sets.union(found, some)
            for of in {of for one in printed for key in keys for of in one.source.get(key, ())}:
                audience = self.because[of]
                audience[context] = self.sets.union(audience[context], some)
                self.seen_at[of][place] = None
        return found

    def _differences(
        self, old: _Printed, new: _Printed
    ) -> Iterator[tuple[tuple[ItemKey, ...], int]]:
        """Yield each item with the flag sets for which only one version prints it."""
        for key in dict.fromkeys((*old.flag_sets, *new.flag_sets)):
            one, other = old.flag_sets.get(key, NONE), new.flag_sets.get(key, NONE)
            if one != other:
                yield (key,), self.sets.symmetric_difference(one, other)

    def _turns(self, old: _Printed, new: _Printed) -> Iterator[tuple[tuple[ItemKey, ...], int]]:
        """Yield an item that moved past another, with the flag sets for which both are printed."""
        for where, before in old.lists.items():
            common = [key for key in before if key in new.order and key[0] == where]
            places = [new.order[key] for key in common]
            if places == sorted(places):
                continue
            kept = set(_longest_rise(places))
            for n, m in product(range(len(common)), repeat=2):
                turned = n < m and places[n] > places[m] and not (n in kept and m in kept)
                if turned:
                    pair = (common[n], common[m])
                    some = [printed.flag_sets[key] for printed in (old, new) for key in pair]
                    yield pair[:1] if m in kept else pair[1:], self.sets.intersection(*some)

    # -------------------------------------------------------------- exercises chosen by hand
    def _by_hand(self) -> Iterator[str]:
        """Yield the exercises whose card, cautions or safety differ in any context."""
        olds, news = _exercises(self.old), _exercises(self.new)
        for name in dict.fromkeys((*news, *olds)):
            if (name in olds) != (name in news) or any(
                self._hand_differs(olds[name], news[name], context) for context in self.contexts
            ):
                yield name

    def _hand_differs(self, one: Block, other: Block, context: Context) -> bool:
        old, new = (side.reach(context) for side in self.sides)
        if old is None or new is None:
            return False
        if old.may_print(one) != new.may_print(other):
            return True
        if old.may_print(one) == NONE:
            return False
        before, after = self.sides
        return any(
            before.filler(place, context.region).by_hand(one, context.status)
            != after.filler(place, context.region).by_hand(other, context.status)
            for place in self.places
        )


class _Printed:
    """What one version prints in a context at a place: each item once, with its flag sets."""

    def __init__(self, sets: FlagSets, items: Sequence[PrintedItem], filler: ItemFiller) -> None:
        """`items` are sorted."""
        self.flag_sets: dict[ItemKey, int] = {}
        self.source: dict[ItemKey, dict[str, None]] = {}
        self.order: dict[ItemKey, tuple[int, ...]] = {}
        self.lists: dict[tuple[str, ...], list[ItemKey]] = {}
        for item in items:
            key = (item.where, filler.filled(item.content))
            before = self.flag_sets.get(key)
            if before is None:
                self.flag_sets[key] = item.flag_sets
                self.source[key] = {item.source: None}
                self.order[key] = item.order
                self.lists.setdefault(item.where, []).append(key)
            else:
                self.flag_sets[key] = sets.union(before, item.flag_sets)
                self.source[key][item.source] = None


def _exercises(library: Library) -> dict[str, Block]:
    return {one.id: one for one in library.blocks if isinstance(one.body, ExerciseBody)}


def _longest_rise(values: Sequence[tuple[int, ...]]) -> list[int]:
    """Return the positions of a longest increasing subsequence: the items that have not moved."""
    tails: list[tuple[int, ...]] = []
    ends: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        at = bisect_left(tails, value)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1], ends[at : at + 1] = [value], [place]
    found, place = [], ends[-1] if ends else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found


_MOST = 6
"""The most cases that are described; the rest are counted."""
_FEW = 4
"""The most flags after "without" that are listed without their number."""
EVERY = "every request"


def audience_text(impact: Impact, audience: Audience) -> list[str]:
    """Return a line for each group of contexts: which flag sets, and how many requests."""
    whole = impact.count(impact.requests)
    groups: dict[tuple[int, int], list[Context]] = {}
    for context, found in audience.items():
        if found != NONE:
            groups.setdefault((found, impact.requests[context]), []).append(context)
    return [
        f"{_contexts(contexts, list(impact.requests))}: {_flags(impact, found, among)}"
        f" ({percent_text(impact.sets.count(found) * len(contexts), whole)} of all requests)"
        for (found, among), contexts in groups.items()
    ]


def share_text(part: int, whole: int) -> str:
    """Return the share of all requests in per cent, and how many of how many that is."""
    return f"{percent_text(part, whole)} of all requests ({part:,} of {whole:,} requests)"


def percent_text(part: int, whole: int) -> str:
    """Return a share in per cent; one that is not none and not all is never written so."""
    percent = 100 * part / whole if whole else 0
    if 0 < percent < _LEAST_TOLD:
        return f"less than {_LEAST_TOLD} %"
    shown = f"{percent:.2g}" if percent < 1 else f"{percent:.1f}"
    return "over 99.9 %" if shown == "100.0" and part < whole else f"{shown} %"


_LEAST_TOLD = 0.001


def _contexts(some: Sequence[Context], every: Sequence[Context]) -> str:
    """Return contexts in few words, such as `neck, lumbar, acute, screened or not`."""
    by_region: dict[str, frozenset[tuple[str, bool, str]]] = {}
    for region in dict.fromkeys(one.region for one in some):
        mine = (one for one in some if one.region == region)
        by_region[region] = frozenset((one.status, one.screened, one.edition) for one in mine)
    groups: dict[frozenset[tuple[str, bool, str]], list[str]] = {}
    for region, inner in by_region.items():
        groups.setdefault(inner, []).append(region)
    regions = len({one.region for one in every})
    return " / ".join(
        ("every region" if len(names) == regions else ", ".join(names))
        + f", {_editions(inner, every)}"
        for inner, names in groups.items()
    )


def _editions(inner: frozenset[tuple[str, bool, str]], every: Sequence[Context]) -> str:
    """Return statuses and screening in words, with the editions where these are not all."""
    alike: dict[frozenset[tuple[str, bool]], list[str]] = {}
    for edition in EDITIONS:
        found = frozenset((status, asked) for status, asked, own in inner if own == edition)
        if found:
            alike.setdefault(found, []).append(edition)
    return "; ".join(
        _inner(found, every)
        + ("" if len(names) == len(EDITIONS) else f", edition {' or '.join(names)}")
        for found, names in alike.items()
    )


def _inner(inner: frozenset[tuple[str, bool]], every: Sequence[Context]) -> str:
    statuses = dict.fromkeys(one.status for one in every)
    asked: dict[frozenset[bool], list[str]] = {}
    for status in statuses:
        if found := frozenset(screened for name, screened in inner if name == status):
            asked.setdefault(found, []).append(status)
    words = {
        frozenset({True}): "screened", frozenset({False}): "not screened",
        frozenset({True, False}): "screened or not",
    }  # fmt: skip
    return " and ".join(f"{' or '.join(names)}, {words[found]}" for found, names in asked.items())


def _flags(impact: Impact, found: int, among: int) -> str:
    """Return flag sets in words, or their complement where that is shorter."""
    sets = impact.sets
    if found == among:
        return EVERY
    cases, number = sets.cover(found, among, _MOST)
    others, left = sets.cover(sets.difference(among, found), among, _MOST)
    words = [_case(sets, one, among) for one in sorted(cases, key=_size)]
    but = [_case(sets, one, among) for one in sorted(others, key=_size)]
    if left < number or (left == number and sum(map(len, but)) < sum(map(len, words))):
        return "all but those " + _joined(but, left)
    return "all " + _joined(words, number)


def _size(case: Cube) -> tuple[int, int, Cube]:
    return len(case.given) + len(case.absent), len(case.absent), case


def _joined(words: Sequence[str], number: int) -> str:
    more = f"; and {number - len(words)} more cases" if number > len(words) else ""
    return "; or ".join(words) + more


def _case(sets: FlagSets, case: Cube, among: int) -> str:
    given = " and ".join(case.given)
    each = [sets.given([flag]) for flag in case.given]
    meant = sets.intersection(among, *each, sets.complement(sets.given(case.absent)))
    if meant == sets.intersection(among, sets.exactly(case.given)):
        return f"with {given} alone" if given else "without any flag"
    if not case.absent:
        return f"with {given}"
    many = len(case.absent) > _FEW
    absent = ", ".join(case.absent) if many else " or ".join(case.absent)
    absent = f"any of these {len(case.absent)}: {absent}" if many else absent
    return f"with {given} and without {absent}" if given else f"without {absent}"
