"""Set groups of signs, or of points to tick, in columns: `group_of`, `group_columns`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.leaflet.tree import Heading, ItemList, Paragraph
from handouts.render.layout.columns import TORN_GROUP, Columns
from handouts.render.layout.flowables import Stack
from handouts.render.layout.overleaf import InColumn
from handouts.render.layout.panels import ITEM_GAP, in_columns
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, SpacedFlowable
    from handouts.render.layout.style import Style
    from handouts.render.pdf.structure import TagPath


GROUP_GAP = 8.0
"""Space above a group, in points."""
_LITTLE = 0.1
_TICK_ROW, _TICK_SIZE = 18.0, 12.5
"""The height of a row to tick, in points, where its type has that size."""


class Group(Struct, frozen=True, kw_only=True):
    """Signs, or points to tick, that belong together; its label is one flowable with the first."""

    signs: Sequence[SpacedFlowable]
    head: InColumn | None = None
    """Its name, which is repeated where a column starts inside it; None where it has none."""
    begun: bool = False
    """Whether its first signs are elsewhere."""

    def up_to(self, number: int) -> Group:
        """Return the group with its first signs only."""
        return replace(self, signs=self.signs[:number])

    def after(self, number: int) -> Group:
        """Return the rest of the group."""
        return replace(self, signs=self.signs[number:], begun=True)

    def wider(self, more: float) -> Group:
        """Return the group with other gaps, in points."""
        return replace(self, signs=[(one, gap + more) for one, gap in self.signs])


class Room(Struct, frozen=True):
    """How tall groups in two columns may be, in points: on their first page, and on later ones."""

    first: float
    later: float
    below: float = 0.0
    """What pages have more on which groups are not the last.

    Nothing stands below them there, or the words that say on which page their box goes on.
    """
    boxed: bool = True
    counts: tuple[int, ...] = (2,)
    """The numbers of columns to try."""
    groups: int = 0
    """The groups on their first page; 0: as many as it holds."""
    torn: float | None = None
    """What a group that is divided between two columns costs; None: as usual in the style."""


def group_columns(builder: Builder, groups: Sequence[Group], room: Room) -> Iterator[Columns]:
    """Set groups in two columns; what is taller than a page follows in columns of its own.

    Only a group that is itself taller is divided.
    """
    left, high, most = list(groups), room.first, room.groups
    while left:
        first, most = min(most or len(left), len(left)), 0
        if not fits(builder, left, high, room):
            high += room.below
            first = min(first, len(left) - 1)
        while first > 1 and not fits(builder, left[:first], high, room):
            first -= 1
        head, left = left[: max(1, first)], left[max(1, first) :]
        if first <= 1 and not fits(builder, head, high, room):
            signs = len(head[0].signs)
            while signs > 1 and not fits(builder, [head[0].up_to(signs)], high, room):
                signs -= 1
            head, left = [head[0].up_to(signs)], [head[0].after(signs), *left]
        yield columns_of(builder, head, room)
        high = room.later


def fits(builder: Builder, groups: Sequence[Group], high: float, room: Room) -> bool:
    """Return whether groups in columns are no taller than `high`, in points."""
    columns = columns_of(builder, groups, room)
    return in_columns(builder, columns, boxed=room.boxed).wrap(builder.width) <= high


_AS_USUAL = Room(0.0, 0.0)


def columns_of(builder: Builder, groups: Sequence[Group], room: Room = _AS_USUAL) -> Columns:
    """Join groups into columns, each preferably starting with a group.

    In the closest styles that is usually worth less than room.
    """
    closeness, torn = builder.style.closeness, room.torn
    if torn is None:
        torn = TORN_GROUP * _LITTLE if builder.style.is_close else TORN_GROUP
    inners, gaps, starts, heads = [], [], [], []
    for group in groups:
        for number, (flowable, gap) in enumerate(group.signs):
            inners.append(flowable)
            gaps.append(gap if number else gap + GROUP_GAP * closeness)
            starts.append(number == 0 and not group.begun)
            heads.append(group.head)
    return Columns(
        inners,
        gaps,
        8 * MM,
        room.counts,
        starts_group=starts,
        torn=torn,
        heads=heads,
        repeats=builder.style.repeats_names,
    )


def group_of(builder: Builder, parts: Sequence[Part], path: TagPath) -> Group:
    """Set a group; its label and lead-in are one flowable with its first item."""
    style = builder.style
    name: InColumn | None = None
    ticks = any(isinstance(part, ItemList) and part.kind == "ticks" for part in parts)
    head: list[Flowable] = []
    flowables: list[SpacedFlowable] = []
    for part in parts:
        if isinstance(part, Heading):
            # No bookmark: there are too many such labels for the outline.
            tag = (*path, Tag(f"H{part.level}"))
            text = builder.text(part.runs, style.group_heading, tag)
            head.append(builder.beside_boxes(text) if ticks else text)
            # A list to tick has its own rules for groups that are divided.
            name = None if ticks else InColumn(builder, text.plain)
        elif isinstance(part, Paragraph):
            head.append(builder.paragraph(part, style.small_strong, path))
        elif isinstance(part, ItemList):
            for item in builder.items(part, path, style.sign):
                if head:
                    hung = builder.hung(item)
                    stack = Stack([*head, hung], [0.0, *[1.5] * len(head)])
                    flowables.append((stack, 0.0))
                    head = []
                else:
                    flowables.append((builder.hung(item), _item_gap(part, style)))
    return Group(signs=flowables, head=name)


def _item_gap(part: ItemList, style: Style) -> float:
    """Return the gap between items: boxes to tick have more room than the leading."""
    gap = ITEM_GAP * style.closeness
    if part.kind != "ticks":
        return gap
    return max(gap, _TICK_ROW * style.sign.size / _TICK_SIZE - style.sign.leading)
