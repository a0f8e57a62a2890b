"""Measures how calm the pages are: white, edges, sizes of type, bold words, early line breaks.

    python benchmarks/rhythm.py                  # each context with no flag and with each flag
    python benchmarks/rhythm.py --every 9        # every ninth of those leaflets
    python benchmarks/rhythm.py --edition full --size 18

Leaflets are laid out and drawn on a canvas that only notes what is drawn. To compare two states of
the program, run this file with each of them on PYTHONPATH. Lengths are in points.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from functools import partial, wraps
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from handouts import pipeline
from handouts.content.load import resource
from handouts.content.vocabulary import EDITIONS, SIZES, USUAL_EDITION, USUAL_SIZE
from handouts.render.footer import draw_footer
from handouts.render.layout import paragraph
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources, paginate
from handouts.safety.reduction import Slicer
from handouts.selection.sheet import why_no_sheet
from handouts.system.processes import cores, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLEAR = 14.2
"""What is white anyway: the least space above the footer."""
_DESCENT, _FOOTER_RISE = 3.0, 10.2
_PIECE = 13
_BOLD = 600
_TABLES = frozenset({"week", "diary"})
_EDGE = 1.5
"""Left edges nearer to each other than this are one."""


class Sheet(Struct):
    """What is drawn on one page."""

    edges: set[float] = field(default_factory=set)
    """The left edges of lines outside boxes, cards and tables."""
    sizes: set[float] = field(default_factory=set)
    lowest: float = 10_000.0
    words: Counter[bool] = field(default_factory=Counter)
    """How many words are bold, and how many are not."""
    items: set[int] = field(default_factory=set)
    early: int = 0
    """Lines that end though the next word had room."""


class Notes:
    """Takes the place of a canvas, and notes what is drawn on a page."""

    def __init__(self, weights: dict[str, int]) -> None:
        self.weights, self.sheet, self.aside = weights, Sheet(), False
        self.footer = 0.0

    def text(self, path: Sequence[Any], lines: Sequence[Any]) -> None:
        """Note the type, the words and the lowest line of what is shown."""
        for line in lines:
            self.sheet.lowest = min(self.sheet.lowest, line.y)
            self.sheet.sizes.add(round(line.size, 1))
            words = sum(any(glyph.strip() for glyph in word.glyphs) for word in line.words)
            self.sheet.words[self.weights[line.face.name] >= _BOLD] += words
        self.sheet.items.update(id(tag) for tag in path if tag.role == "LI")

    def pagination(self, subtype: str, lines: Sequence[Any], _operators: str) -> None:
        """Note where the footer is."""
        if subtype == "Footer":
            self.footer = max(line.y for line in lines) + _FOOTER_RISE

    def slot(self, *_: object) -> None:
        """Leave out a name to come."""

    draw = figure = artifact = link = bookmark = empty = repeated = slot

    def image(self, *_: object) -> str:
        """Leave out a logo."""
        return "/Image"

    def note_lines(self, block: Any, x: float) -> None:  # noqa: ANN401 - of any version
        """Note the left edge of a paragraph, and the lines of it that end early."""
        if not self.aside:
            self.sheet.edges.add(x)
        size, lines = block.style.size, block._layout.lines  # noqa: SLF001 - not public
        for number, (line, following) in enumerate(pairwise(lines)):
            used = sum(chunk.width + chunk.space for chunk in line) * size
            used += 0.0 if number else block.indent
            self.sheet.early += used + _first_word(following[0]) * size <= block.wrapped_to


def _first_word(chunk: Any) -> float:  # noqa: ANN401 - of any version
    """Return the width of the letters before a hard space, in em."""
    width = 0.0
    for run in chunk.glyph_runs:
        if run.word == run.face.hard_gap:
            break
        width += run.word.width
    return width


_NOTES: list[Notes] = []
_OPEN: list[tuple[pipeline.Publisher, Resources, list[Any]]] = []


def _open(edition: str, size: int) -> None:
    publisher = pipeline.open_publisher()
    case = Resources(typeface(), publisher.library.figures, resource("templates"))
    slicer = Slicer(publisher.library)
    some = [(), *((flag,) for flag in slicer.library.flags)]
    requests = [
        replace(request, look=replace(request.look, size=size))
        for context in slicer.contexts
        for flags in some
        if context.edition == edition
        and not any(why_no_sheet(slicer.library, request := slicer.request(context, flags)))
    ]
    _OPEN[:] = [(publisher, case, requests)]
    _NOTES[:] = [Notes({face.name: weight for weight, face in case.faces.items()})]
    if hasattr(paragraph.TextBlock.draw, "__wrapped__"):
        return  # this process was copied from one that notes already
    wrap, draw = paragraph.TextBlock.wrap, paragraph.TextBlock.draw

    def noted_wrap(self: Any, width: float) -> float:  # noqa: ANN401
        self.wrapped_to = width
        return wrap(self, width)

    @wraps(draw)
    def noted_draw(self: Any, canvas: Any, x: float, y: float) -> None:  # noqa: ANN401
        _NOTES[0].note_lines(self, x)
        draw(self, canvas, x, y)

    paragraph.TextBlock.wrap = noted_wrap  # type: ignore[method-assign]
    paragraph.TextBlock.draw = noted_draw  # type: ignore[method-assign]


class Rhythm(Struct, frozen=True):
    """The figures of one leaflet."""

    sides: int
    words: int
    items: int
    bold: float
    """The share of words that are bold, in per cent."""
    sizes: int
    early: int
    edges: int
    """The most left edges on a page, boxes, cards and tables aside."""
    clear: tuple[float, ...]
    """The space above the footer of each page but the last."""

    @property
    def white(self) -> float:
        """The white at the ends of its pages, beyond what is white anyway."""
        return sum(max(0.0, one - CLEAR) for one in self.clear)


def _measure(numbers: Sequence[int]) -> list[Rhythm]:
    publisher, case, requests = _OPEN[0]
    return [_rhythm(publisher, case, requests[number]) for number in numbers]


def _rhythm(publisher: pipeline.Publisher, case: Resources, request: Any) -> Rhythm:  # noqa: ANN401
    leaflet = pipeline.prepare(publisher, request)
    layout = paginate(leaflet, case)
    page, sheets, clear = layout.builder.style.page, [], []
    for one in layout.pages:
        notes = _NOTES[0]
        notes.sheet = Sheet()
        draw_footer(notes, layout.builder, leaflet, 1, 6)  # type: ignore[arg-type]
        left, top = page.margin, page.height - page.top
        lowest = [top - above - height for _, above, height in one.frames]
        for placed in one.placed:
            item = placed.item
            in_box = item.frame is not None or item.name.startswith("card ")
            notes.aside = in_box or item.at_foot or item.name in _TABLES
            item.flowable.draw(notes, left, top - placed.top)  # type: ignore[arg-type]
        lowest.append(notes.sheet.lowest - _DESCENT)
        sheets.append(notes.sheet)
        clear.append(min(lowest) - notes.footer)
    words: Counter[bool] = sum((sheet.words for sheet in sheets), Counter())
    return Rhythm(
        sides=len(sheets),
        words=words.total(),
        items=len(set().union(*(sheet.items for sheet in sheets))),
        bold=100 * words[True] / words.total(),
        sizes=len(set().union(*(sheet.sizes for sheet in sheets))),
        early=sum(sheet.early for sheet in sheets),
        edges=max(len(_apart(sheet.edges)) for sheet in sheets),
        clear=tuple(clear[:-1]),
    )


def _apart(edges: set[float]) -> list[float]:
    found: list[float] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > _EDGE:
            found.append(edge)
    return found


def rows(found: Sequence[Rhythm]) -> Iterator[tuple[str, float, float]]:
    """Yield each figure with its mean and its worst."""
    clear = [one for rhythm in found for one in rhythm.clear]
    inside = [100 * (CLEAR - 0.1 <= one <= 60) for one in clear]  # noqa: PLR2004 - the aim
    yield "space above the footer (mean; least)", statistics.mean(clear), min(clear)
    yield "its standard deviation; the most", statistics.pstdev(clear), max(clear)
    yield "pages that end 14 to 60 pt above it, %", statistics.mean(inside), min(inside)
    for name, key in (
        ("white at page ends", "white"),
        ("left edges on a page, at most", "edges"),
        ("sizes of type", "sizes"),
        ("lines broken early", "early"),
        ("words", "words"),
        ("items of lists", "items"),
        ("words in bold, %", "bold"),
        ("sides", "sides"),
    ):
        values = [float(getattr(one, key)) for one in found]
        yield name, statistics.mean(values), max(values)


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="take one leaflet of so many")
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument("--edition", choices=EDITIONS, default=USUAL_EDITION)
    parser.add_argument("--size", type=int, choices=SIZES, default=USUAL_SIZE)
    options = parser.parse_args()
    start = partial(_open, options.edition, options.size)
    start()
    numbers = range(0, len(_OPEN[0][2]), options.every)
    pieces = [numbers[at : at + _PIECE] for at in range(0, len(numbers), _PIECE)]
    found = [one for some in in_order(_measure, pieces, options.workers, start) for one in some]
    print(f"| {len(found)} leaflets | mean | worst |\n|---|--:|--:|")
    for name, mean, worst in rows(found):
        print(f"| {name} | {mean:.1f} | {worst:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
