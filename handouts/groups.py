"""Goes in: panels of warning signs in groups. Comes out: framed slabs, the groups in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.boxes import SIGN_GAP
from handouts.columns import Columns
from handouts.flowables import Icon, Indent, Stack
from handouts.frames import Band, Frame
from handouts.leaflet.tree import Heading, ItemList, Panel, Paragraph
from handouts.shapes import MM
from handouts.slabs import NEVER, framed
from handouts.structure import Tag
from handouts.style import DANGER, INK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.flowables import Flowable
    from handouts.leaflet.tree import Part
    from handouts.setter import Setter
    from handouts.slabs import Piece, Slab
    from handouts.structure import Path

_GROUP_GAP = 4.5
"""Space above a group, in points."""
TEAR = 150.0
"""The cost of a page break inside a box whose signs stand in one column."""
_HELP_HEAD = 28 * MM
"""Room that the heading and the band take above the first warning signs."""
_CLOCK = Icon(name="clock", size=7.2 * MM, left=5.4 * MM, top=-0.1 * MM, colour=INK)
_HARM = Icon(name="warning", size=7.6 * MM, left=5.2 * MM, top=-0.6 * MM, colour=DANGER, hangs=True)


def set_warnings(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set the full emergency list: a band, the groups in two columns, the crisis line."""
    style = setter.style
    edge = max(5 * MM, style.pad)
    narrow = setter.width - 2 * edge
    pieces: list[Piece] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.band, path)
            pieces.append((Band(heading, style, setter.icons), 0))
        elif isinstance(part, Panel) and part.kind == "groups":
            pieces.extend(_grouped(setter, part, path, (4 * MM, 3.4 * MM), 1.6 * MM))
        elif isinstance(part, Panel):
            pieces.append((Indent(_crisis(setter, part, path), edge, narrow), 3 * MM))
        elif isinstance(part, Paragraph):
            text = setter.paragraph(part, style.closing, path)
            pieces.append((Indent(text, edge, narrow), 3.0))
    frame = Frame(top=0, foot=2.6 * MM, edge=3, colour=style.ink(DANGER))
    yield from framed(frame, pieces, 1.2 * MM, 400 if style.columns else TEAR)


def set_today(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set the signs that need help the same day."""
    pieces: list[Piece] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, setter.style.box_heading, path)
            pieces.append((setter.iconed(heading, _CLOCK, boxed=True), 0))
        elif isinstance(part, Panel):
            pieces.extend(_grouped(setter, part, path, (5.6 * MM, 4 * MM), 1.4 * MM))
    frame = Frame(top=2.2 * MM, foot=2.4 * MM, edge=2, bar=True, colour=setter.style.ink(INK))
    yield from framed(frame, pieces, 3 * MM, 400 if setter.style.columns else TEAR)


def set_medicine_warning(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set the signs of harm from a medicine: a red frame, its signs in two columns."""
    style = setter.style
    pieces: list[Piece] = []
    head: list[Part] = []
    groups: list[list[Piece]] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.label, path)
            pieces.append((setter.iconed(heading, _HARM, style.measure, boxed=True), 0))
            continue
        head.append(part)
        if isinstance(part, ItemList):
            groups.append(_group(setter, head, path))
            head = []
    edges = (5.6 * MM, 4 * MM)
    if style.columns:
        pieces.append((_within(setter, _columns(groups), edges), 1.6 * MM))
    else:
        pieces.extend(_one_below_the_other(setter, groups, edges, 1.6 * MM))
    frame = Frame(top=2.2 * MM, foot=2.4 * MM, edge=2, colour=style.ink(DANGER))
    yield from framed(frame, pieces, 3 * MM, NEVER if style.columns else TEAR)


def _crisis(setter: Setter, panel: Panel, path: Path) -> Stack:
    """Stack the lead-in of the crisis line on whom to call."""
    style = setter.style
    pieces: list[Piece] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            pieces.append((setter.heading(part, style.label, path), 0.0))
        elif isinstance(part, Paragraph):
            text_style = style.closing if part.kind == "label" else style.body
            pieces.append((setter.paragraph(part, text_style, path), 3.0))
        elif isinstance(part, ItemList):
            items = setter.items(part, path)
            pieces.extend((item, 2.4 if number else 0.6 * MM) for number, item in enumerate(items))
    return Stack([piece for piece, _ in pieces], [gap for _, gap in pieces])


def _grouped(
    setter: Setter, panel: Panel, path: Path, edges: tuple[float, float], above: float
) -> Iterator[Piece]:
    """Set groups inside a box, `edges` points from its left and right; in columns if there are."""
    if setter.style.columns:
        for columns in _group_columns(setter, panel, path):
            yield _within(setter, columns, edges), above
        return
    groups = [_group(setter, part.parts, path) for part in panel.parts if isinstance(part, Panel)]
    yield from _one_below_the_other(setter, groups, edges, above)


def _one_below_the_other(
    setter: Setter, groups: Sequence[Sequence[Piece]], edges: tuple[float, float], above: float
) -> Iterator[Piece]:
    """Give the pieces of groups one by one, so that a page may end between them."""
    pad = setter.style.pad
    edges = max(edges[0], pad), max(edges[1], pad)
    for number, group in enumerate(groups):
        for index, (piece, gap) in enumerate(group):
            first = _GROUP_GAP * setter.style.grow if number else above
            yield _within(setter, piece, edges), gap if index else first


def _within(setter: Setter, inner: Flowable, edges: tuple[float, float]) -> Indent:
    return Indent(inner, edges[0], setter.width - sum(edges))


def _group_columns(setter: Setter, panel: Panel, path: Path) -> Iterator[Columns]:
    """Set groups in two columns; what one page cannot hold follows in columns of its own."""
    groups = [_group(setter, part.parts, path) for part in panel.parts if isinstance(part, Panel)]
    page = setter.style.page
    room = page.bottom - page.top - _HELP_HEAD
    first = len(groups)
    while first > 1 and _columns(groups[:first]).wrap(setter.width - 7.4 * MM) > room:
        first -= 1
    yield _columns(groups[:first])
    if first < len(groups):
        yield _columns(groups[first:])


def _columns(groups: Sequence[Sequence[Piece]]) -> Columns:
    """Join groups into columns that had better start with a group."""
    inners, gaps, starts = [], [], []
    for group in groups:
        for number, (piece, gap) in enumerate(group):
            inners.append(piece)
            gaps.append(gap if number else _GROUP_GAP)
            starts.append(number == 0)
    return Columns(inners, gaps, 5 * MM, starts_group=starts)


def _group(setter: Setter, parts: Sequence[Part], path: Path) -> list[Piece]:
    """Set a group; its label and lead-in never part from its first item."""
    style = setter.style
    head: list[Flowable] = []
    pieces: list[Piece] = []
    for part in parts:
        if isinstance(part, Heading):
            # Not in the outline of the file, which would drown in such labels.
            tag = (*path, Tag(f"H{part.level}"))
            head.append(setter.text(part.runs, style.group_heading, tag))
        elif isinstance(part, Paragraph):
            head.append(setter.paragraph(part, style.small_strong, path))
        elif isinstance(part, ItemList):
            for item in setter.items(part, path, style.sign):
                indented = Indent(item, 4.6 * MM * style.grow, setter.width)
                if head:
                    stack = Stack([*head, indented], [0.0, *[1.0] * len(head)])
                    pieces.append((stack, 0.0))
                    head = []
                else:
                    pieces.append((indented, SIGN_GAP * setter.style.closeness))
    return pieces
