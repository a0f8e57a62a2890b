"""Set the card to cut out: four faces at most, to fold to one: `set_pocket_card`.

Folded it has the size of a bank card. All lengths are in points.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import CARD_FOLDED
from handouts.errors import Fault, TypesettingError
from handouts.leaflet.tree import Heading, ItemList, Paragraph, Run
from handouts.render.layout.flowables import FORBIDDEN, Bookmarked, FlowItem, Indent, Mark
from handouts.render.layout.style import DANGER, INK
from handouts.render.pdf.graphics import MM, PAPER, rectangle
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Panel, Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, SpacedFlowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.structure import TagPath


WIDTH, FACE = (length * MM for length in CARD_FOLDED)
SIZES = (11.0, 10.5, 10.0, 9.75, 9.5, 9.25, 9.0, 8.75, 8.5, 8.25, 8.0, 7.75, 7.5)
"""The sizes of type to try, the most legible first; nobody reads less than the last."""
MOST_FACES = 4
"""More faces do not fold flat."""
_LEADING, _TIGHT = 1.16, 1.12
"""The height of a line, as a part of the size of its type; the second is for the last tries."""
_GAP, _LEAST_GAP = 1.6, 0.8
"""The white between two signs, of which each has its mark; the second is for the last try."""
_SETTINGS = (
    *((size, _LEADING, _GAP) for size in SIZES),
    (SIZES[-1], _TIGHT, _GAP),
    (SIZES[-1], _TIGHT, _LEAST_GAP),
)
"""What to try in turn: every size, then lines of the smallest closer together, then the signs."""
_MOST_GAP = 6.0
"""What a gap may grow to on a face with white left."""
_PAD = 3 * MM
_INSIDE = WIDTH - 2 * _PAD
_BAND = 15.0
"""The height of the band at the top of a face."""
_HEAD = 10.0
"""The size of the heading on a band."""
_LEVEL = 2
"""The level of the heading in the outline of the PDF, below that of the section."""
_FOOT = 4.0
_ROOM = FACE - 2 - _BAND - _FOOT
"""The height of the words of a face."""
_BEFORE = 10.0
_HANG = 7.0
_MARK = Mark("square", -_HANG, 4.0, DANGER)
_ABOVE = 12.0
"""The height of the words that stand on the edge to cut along."""
_AROUND = 85.0
"""The height that the heading of the section and the sentence below it take, at most."""


class PocketCard(Struct):
    """The faces of the card below the words "Cut out", with the lines to cut and to fold along.

    Where the page is wide enough there are two beside each other.
    """

    builder: Builder
    cut: TextBlock
    head: TextBlock
    faces: Sequence[Sequence[SpacedFlowable]]
    """What stands on each face below its band."""
    columns: int

    @property
    def rows(self) -> int:
        """The number of faces one below the other."""
        return -(-len(self.faces) // self.columns)

    def wrap(self, _width: float) -> float:
        """Return the height; the card does not adapt to the width."""
        self.cut.wrap(WIDTH)
        self.head.wrap(_INSIDE)
        return _ABOVE + FACE * self.rows

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the edges and bands, then the words face by face."""
        top = y - _ABOVE
        canvas.artifact(self._lines(x, top))
        self.cut.draw(canvas, x + 16, y)
        for number, face in enumerate(self.faces):
            left, edge = self._corner(number, x, top)
            place = edge - 2 - (_BAND - self.head.height) / 2
            if number == 0:
                Bookmarked(self.head, _LEVEL, self.head.plain).draw(canvas, left + _PAD, place)
            else:
                canvas.pagination("Header", self._again(number).glyphs(left + _PAD, place), "")
            below = edge - 2 - _BAND
            for flowable, gap in face:
                below -= gap
                flowable.draw(canvas, left + _PAD, below)
                below -= flowable.wrap(_INSIDE)

    def _corner(self, number: int, x: float, top: float) -> tuple[float, float]:
        """Return the top left corner of a face."""
        row, column = divmod(number, self.columns)
        return x + WIDTH * column, top - FACE * row

    def _again(self, number: int) -> TextBlock:
        """Return the heading as a later face repeats it, which is not read again."""
        text = self.builder.overleaf.format(
            heading=self.head.plain, n=number + 1, total=len(self.faces)
        )
        words = self.builder.text((Run(text),), self.head.style, ())
        words.wrap(_INSIDE)
        return words

    def _lines(self, x: float, top: float) -> str:
        """Return the bands, the dashes to cut along, the dots to fold along, and scissors."""
        style, wide, high = self.builder.style, WIDTH * self.columns, FACE * self.rows
        ink, danger = style.ink(INK).operands(), style.ink(DANGER).operands()
        corners = [self._corner(number, x, top) for number in range(len(self.faces))]
        bands = [rectangle(left + 2, edge - 2, WIDTH - 4, _BAND) for left, edge in corners]
        folds = [
            f"{x:.2f} {top - FACE * n:.2f} m {x + wide:.2f} {top - FACE * n:.2f} l"
            for n in range(1, self.rows)
        ]
        if self.columns > 1:
            folds.append(f"{x + WIDTH:.2f} {top:.2f} m {x + WIDTH:.2f} {top - high:.2f} l")
        parts = [
            f"q {danger} rg {' '.join(bands)} f",
            f"{ink} RG 1.1 w [5 3] 0 d {rectangle(x, top, wide, high)} S",
            f"1 J [0.1 3.5] 0 d {' '.join(folds)} S" if folds else "",
            f"[] 0 d {_scissors(x, top + 5)} S Q",
        ]
        return " ".join(filter(None, parts))


def _scissors(x: float, y: float) -> str:
    """Return the path of a pair of scissors that points to the right: two rings, two blades."""
    blades = f"{x + 4:.2f} {y - 1.6:.2f} m {x + 13:.2f} {y + 3:.2f} l "
    blades += f"{x + 4:.2f} {y + 1.6:.2f} m {x + 13:.2f} {y - 3:.2f} l"
    return f"{_ring(x + 2.4, y + 2.6)} {_ring(x + 2.4, y - 2.6)} {blades}"


def _ring(x: float, y: float, radius: float = 1.9) -> str:
    r, k = radius, radius * 0.5523
    return (
        f"{x + r:.2f} {y:.2f} m "
        f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c h"
    )


def set_pocket_card(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the card in the largest type in which all its words fit.

    Raises TypesettingError where they do not fit in the smallest, its lines and signs close.
    """
    page = builder.style.page
    columns = 2 if page.content_width >= 2 * WIDTH else 1
    rows = int((page.bottom - page.top - _AROUND - _ABOVE) / FACE)
    cards: dict[int, PocketCard] = {}

    def has_room(setting: int) -> bool:
        cards[setting] = _card(builder, panel, path, _SETTINGS[setting], columns)
        return len(cards[setting].faces) <= min(MOST_FACES, rows * columns)

    found = bisect_left(range(len(_SETTINGS)), x=True, key=has_room)
    if found == len(_SETTINGS):
        message = f"the card has no room for all the signs in type of {SIZES[-1]} pt"
        larger = "print it on a4 or letter paper"
        hint, on_page = ("leave out --card", "leave out the card") if columns > 1 else (larger, "")
        raise TypesettingError(Fault(message=message, hint=hint, about="card", on_page=on_page))
    left = 0.0 if columns > 1 else builder.style.rail
    whole = Indent(cards[found], left, WIDTH * columns)
    yield FlowItem(flowable=whole, gap=_BEFORE, break_penalty=FORBIDDEN)


def _card(
    builder: Builder,
    panel: Panel,
    path: TagPath,
    setting: tuple[float, float, float],
    columns: int,
) -> PocketCard:
    size, leading, gap = setting
    body = replace(builder.style.body, size=size, leading=size * leading)
    cut = head = None
    words: list[SpacedFlowable] = []
    apart: list[int] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            style = replace(body, weight=800, size=_HEAD, leading=_HEAD * 1.15, colour=PAPER)
            head = builder.text(part.runs, style, (*path, Tag("H3")))
        elif isinstance(part, Paragraph) and part.kind == "head":
            cut = builder.paragraph(part, replace(body, weight=700), path)
        else:
            if isinstance(part, Paragraph) and part.kind == "body":
                apart.append(len(words))
            words.extend((one, gap) for one in _set(builder, part, body, path))
    if cut is None or head is None:
        message = "a card to cut out has a word that says so, and a heading"
        raise TypesettingError(Fault(message=message, hint="see templates/parts.xml"))
    faces = _on_faces(words)
    if gap == _LEAST_GAP and len(faces) > MOST_FACES:
        faces = min((_on_faces(one) for one in _swapped(words, apart)), key=len, default=faces)
    if len(faces) <= MOST_FACES:
        count = -(-len(faces) // columns) * columns
        faces = [_spread(one) for one in _even([one for face in faces for one in face], count)]
    return PocketCard(builder, cut, head, faces, columns)


def _swapped(
    words: Sequence[SpacedFlowable], apart: Sequence[int]
) -> Iterator[list[SpacedFlowable]]:
    """Yield the words with two neighbours in the other order, for each pair of what stands apart.

    A short one may have room on a face on which a long one has none; each is read by itself.
    """
    for first in apart[:-1]:
        yield [*words[:first], words[first + 1], words[first], *words[first + 2 :]]


def _set(builder: Builder, part: Part, style: TextStyle, path: TagPath) -> Iterator[Flowable]:
    """Set one part of the card: the items of a list with their marks, or a paragraph."""
    if isinstance(part, ItemList):
        mark = replace(_MARK, colour=builder.style.ink(DANGER))
        for item in builder.items(part, path, style):
            item.mark = mark
            yield Indent(item, _HANG, WIDTH)
    elif isinstance(part, Paragraph):
        yield builder.paragraph(part, style, path)


def _on_faces(words: Sequence[SpacedFlowable]) -> list[list[SpacedFlowable]]:
    """Divide words between faces, each as full as it can be."""
    faces: list[list[SpacedFlowable]] = [[]]
    used = 0.0
    for flowable, gap in words:
        height = gap + flowable.wrap(_INSIDE)
        if used + height > _ROOM and faces[-1]:
            faces.append([])
            used = 0.0
        faces[-1].append((flowable, gap))
        used += height
    return faces


def _even(words: Sequence[SpacedFlowable], count: int) -> list[Sequence[SpacedFlowable]]:
    """Divide words between so many faces, in order, with as much white on each as can be.

    They are known to have room.
    """
    heights = [gap + flowable.wrap(_INSIDE) for flowable, gap in words]
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, ())}]
    for _ in range(count):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for first, (cost, ends) in best[-1].items():
            used = 0.0
            for last in range(first, len(words) + 1):
                way = cost + (_ROOM - used) ** 2, (*ends, last)
                if used > _ROOM:
                    break
                found[last] = min(found.get(last, way), way)
                used += heights[last] if last < len(words) else 0.0
        best.append(found)
    ends = best[-1][len(words)][1]
    return [words[first:last] for first, last in pairwise((0, *ends))]


def _spread(face: Sequence[SpacedFlowable]) -> list[SpacedFlowable]:
    """Return the words of a face with its white shared out between them."""
    white = _ROOM - sum(gap + flowable.wrap(_INSIDE) for flowable, gap in face)
    more = white / max(1, len(face))
    return [(flowable, max(gap, min(gap + more, _MOST_GAP))) for flowable, gap in face]
