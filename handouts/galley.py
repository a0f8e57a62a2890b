"""Goes in: a leaflet and a style. Comes out: its parts as slabs, set in type but not yet in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.card import CHIP, FACT_TEXT, Beside, Card, Named
from handouts.errors import Fault, TypesettingError
from handouts.figures.drawing import draw_figure, fit
from handouts.figures.pdf import drawing_operators
from handouts.figures.theme import THEMES
from handouts.flowables import (
    Bookmarked,
    Columns,
    Drawing,
    Frame,
    Iconed,
    Indent,
    Marked,
    Ruled,
    Stack,
    rectangle,
)
from handouts.form import Grid, Line, Lines
from handouts.leaflet import (
    Form,
    Heading,
    ItemList,
    Panel,
    Paragraph,
    Picture,
    Run,
    Table,
    plain,
)
from handouts.markup import sentences
from handouts.pages import NEVER, Slab
from handouts.paragraph import Text
from handouts.style import ACCENT, DANGER, INK, MM, PAPER, TINT
from handouts.tagging import NUMBERED, UNNUMBERED, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.figures.pose import Figure
    from handouts.flowables import Flowable
    from handouts.icons import Icons
    from handouts.leaflet import Item, Leaflet, Part, Section
    from handouts.paragraph import Faces
    from handouts.style import Colour, Style, TextStyle
    from handouts.tagging import Path, TaggedCanvas

SECTION_GAP = 3.8 * MM
ITEM_GAP = 2.8
SIGN_GAP = 1.4
PARAGRAPH_GAP = 4.0
BULLET = 5.6
SQUARE = 6.4
HANG = 5.3 * MM
"""How far marks hang left of the words."""
HELP_HEAD = 26 * MM
"""Room that the heading and the band take above the first warning signs."""
FEW_POINTS = 4
"""Advice of more points than this stands in two columns, so that page 1 keeps the first thing to do."""
FIRST_THING = "what-to-do-now"
DIARY = "diary"


class Band:
    """The head of an emergency box: white words on a filled band, between two icons."""

    def __init__(self, heading: Bookmarked, style: Style, icons: Icons) -> None:
        self.heading, self.style, self.icons = heading, style, icons
        self.width = self.height = 0.0

    def wrap(self, width: float) -> float:
        """Lay out the heading between the icons."""
        self.width = width
        words = self.heading.wrap(width - self.style.rail - 16 * MM)
        self.height = words + 3.4 * MM
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the band over the frame's upper edge."""
        middle = y - self.height / 2
        band = f"{DANGER.operands()} rg {rectangle(x, y, self.width, self.height)} f"
        size, phone = 11 * MM, 9.6 * MM
        left = x + (self.style.rail - size) / 2
        warning = self.icons.operators("warning", left, middle + size / 2, size, PAPER, DANGER)
        right = x + self.width - 5 * MM - phone
        call = self.icons.operators("phone", right, middle + phone / 2, phone, PAPER, DANGER)
        canvas.artifact(f"{band} {warning} {call}")
        self.heading.draw(canvas, x + self.style.rail, y - 1.5 * MM)


class Galley:
    """Sets the parts of one leaflet; `tight` closes the gaps of page 1 when its promise needs it."""

    def __init__(
        self,
        leaflet: Leaflet,
        style: Style,
        faces: Faces,
        icons: Icons,
        figures: Mapping[str, Figure],
        theme: str = "colour",
        *,
        tight: bool = False,
    ) -> None:
        self.leaflet, self.style, self.faces, self.icons = leaflet, style, faces, icons
        self.figures, self.theme, self.tight = figures, theme, tight
        self.width = style.page.content_width

    def slabs(self, *, diary: bool = True) -> list[Slab]:
        """Set every section, with or without the diary."""
        return [
            slab
            for section in self.leaflet.sections
            if diary or section.id != DIARY
            for slab in self._section(section)
        ]

    # -------------------------------------------------------------- sections
    def _section(self, section: Section) -> Iterator[Slab]:
        path = (Tag("Sect"),)
        slabs = [slab for part in section.parts for slab in self._part(part, path, section.id)]
        if not slabs:
            return
        slabs[0].fresh_page = section.fresh_page
        # The first thing to do belongs on page 1 whenever it fits there.
        if section.id == FIRST_THING:
            slabs[0].cost = 900.0
        for before, slab in zip([None, *slabs], slabs, strict=False):
            slab.name = slab.name or section.id
            slab.gap *= self.style.air
            if before and isinstance(before.flowable, Bookmark):
                slab.cost = NEVER
        yield from slabs

    def _part(self, part: Part, path: Path, section: str) -> Iterator[Slab]:
        """Set one part that stands in the flow of a section."""
        match part:
            case Heading(level=1):
                yield Slab(flowable=self._heading(part, path, self.style.title))
            case Heading():
                yield self._section_heading(part, path)
            case Paragraph(kind="message"):
                yield self._message(part, path)
            case Paragraph():
                yield self._paragraph(part, path)
            case ItemList(kind="points"):
                yield from self._points(part, path)
            case ItemList():
                yield from self._list(part, path)
            case Table():
                yield Slab(flowable=self._grid(part, path), gap=1.6 * MM, cost=NEVER)
            case Form():
                yield Slab(flowable=self._lines(part, path), gap=3 * MM, at_foot=True, cost=20)
            case Panel():
                yield from self._panel(part, path, section)
            case Picture():
                yield Slab(flowable=self._drawing(part, path), gap=PARAGRAPH_GAP)

    def _section_heading(self, part: Heading, path: Path) -> Slab:
        heading = self._text(part.runs, self.style.heading, (*path, Tag("H2")))
        ruled = Ruled(heading, 1.3 * MM, 1.5, ACCENT)
        gap = 3.6 * MM if self.tight else SECTION_GAP
        return Slab(flowable=Bookmark(ruled, plain(part.runs), 1), gap=gap, stretch=3 * MM)

    def _heading(self, part: Heading, path: Path, style: TextStyle) -> Bookmarked:
        text = self._text(part.runs, style, (*path, Tag(f"H{part.level}")))
        return Bookmarked(text, part.level - 1)

    def _message(self, part: Paragraph, path: Path) -> Slab:
        """Set the main message: one line for each sentence, or one line in all when it is tight."""
        path = (*path, Tag("P"))
        if self.tight:
            text = self._text(part.runs, self.style.message_tight, path)
            return Slab(flowable=text, gap=1.6 * MM, cost=NEVER)
        said = sentences(plain(part.runs))
        ends = [" "] * (len(said) - 1) + [""]
        lines = [
            self._text((Run(one + end),), self.style.message, path)
            for one, end in zip(said, ends, strict=True)
        ]
        return Slab(flowable=Stack(lines, [0.0] * len(lines)), gap=2.6 * MM, cost=NEVER)

    def _paragraph(self, part: Paragraph, path: Path) -> Slab:
        style = self.style
        if part.kind == "stage":
            text = self._text(part.runs, style.stage, (*path, Tag("P")))
            return Slab(flowable=text, gap=0.6 * MM, cost=NEVER)
        if part.kind == "small":
            text = self._text(part.runs, style.small, (*path, Tag("P")))
            return Slab(flowable=Indent(text, 0, 162 * MM), gap=2.4, cost=NEVER)
        text = self._text(part.runs, style.body, (*path, Tag("P")))
        return Slab(
            flowable=Indent(text, style.rail, style.measure), gap=PARAGRAPH_GAP, cost=NEVER
        )

    def _list(self, part: ItemList, path: Path) -> Iterator[Slab]:
        style = self.style
        for number, item in enumerate(self._items(part, path)):
            yield Slab(
                flowable=Indent(item, style.rail, style.wide_measure),
                gap=1.2 * MM if number == 0 else ITEM_GAP,
                # The first two items stay with the heading, the last two together.
                cost=NEVER if number in (0, 1, len(part.items) - 1) else 60,
            )

    def _points(self, part: ItemList, path: Path) -> Iterator[Slab]:
        """Set a list of short points in two columns, or in one where that is no taller.

        A long list comes in two slabs, so that a page may end between them.
        """
        items = self._items(part, path)
        halves = [items]
        if len(items) > FEW_POINTS:
            middle = len(items) // 2 + len(items) // 2 % 2
            halves = [items[:middle], items[middle:]]
        for number, half in enumerate(halves):
            yield Slab(
                flowable=self._shortest(half),
                gap=ITEM_GAP if number else 1.2 * MM,
                cost=120 if number else NEVER,
            )

    def _shortest(self, items: Sequence[Marked]) -> Indent:
        gaps = [ITEM_GAP] * len(items)
        columns = Indent(Columns(items, gaps, 11 * MM), HANG, self.width)
        single = Indent(Stack(items, gaps), self.style.rail, self.style.wide_measure)
        return min(columns, single, key=lambda option: option.wrap(self.width))

    # -------------------------------------------------------------- texts and lists
    def _text(self, runs: tuple[Run, ...], style: TextStyle, path: Path) -> Text:
        return Text(self.faces, runs, style, path)

    def _items(self, part: ItemList, path: Path, style: TextStyle | None = None) -> list[Marked]:
        """Set the items of a list, each with a tagged label and body."""
        style = style or self.style.body
        root = (*path, Tag("L", attributes=NUMBERED if part.kind == "steps" else UNNUMBERED))
        items = []
        for number, item in enumerate(part.items, 1):
            tag = Tag("LI")
            text = self._text(item.runs, style, (*root, tag, Tag("LBody")))
            reads = {"steps": "", "ticks": "☐"}.get(part.kind, "•")
            label = (*root, tag, Tag("Lbl", actual=reads))
            items.append(self._marked(part.kind, item.mark, text, label, number))
        return items

    def _marked(self, kind: str, mark: str, text: Text, label: Path, number: int) -> Marked:
        def marked(
            name: str, offset: float, colour: Colour, size: float, count: Text | None = None
        ) -> Marked:
            return Marked(text, name, label, offset, colour, size, self.icons, count)

        match kind, mark:
            case "steps", _:
                count = self._text((Run(str(number)),), self.style.step_number, label)
                return marked("", -6.4 * MM, ACCENT, 0, count)
            case "emergency", _:
                size = SQUARE * text.style.size / self.style.body.size
                return marked("square", -HANG, DANGER, size)
            case "today", _:
                return marked("disc", -HANG, INK, BULLET)
            case "advice", "avoid":
                return marked("cross", -6.6 * MM, DANGER, 4.6 * MM)
            case "advice", "ask":
                return marked("ask", -6.6 * MM, ACCENT, 4.6 * MM)
            case "advice", "ok":
                return marked("tick", -6.6 * MM, ACCENT, 4.6 * MM)
            case "dosage", _:
                icon = {"hold": "clock", "repeat": "repeat", "day": "sun"}[mark]
                return marked(icon, -FACT_TEXT, ACCENT, 5.4 * MM)
            case "ticks", _:
                return marked("box", -4.6 * MM, INK, 7.6)
        return marked("disc", -HANG + 0.1 * MM, ACCENT, BULLET)

    # -------------------------------------------------------------- panels
    def _panel(self, panel: Panel, path: Path, section: str) -> Iterator[Slab]:
        match panel.kind:
            case "card":
                yield Slab(
                    flowable=self._card(panel, path), gap=3.2 * MM, stretch=4 * MM, cost=5,
                    name=f"card {panel.number}",
                )  # fmt: skip
            case "emergency":
                yield from self._emergency(panel, path)
            case "check-first":
                yield self._check_first(panel, path)
            case "just-for-you":
                yield from self._just_for_you(panel, path)
            case "warnings":
                yield from self._warnings(panel, path)
            case "today":
                yield from self._today(panel, path)
            case "book":
                yield self._beside_icon(panel, path, "calendar", 7.6 * MM, 4.9 * MM)
            case "try" | "ask" | "avoid":
                yield self._row(panel, path)
            case "note":
                yield from self._note(panel, path)
            case "medicine-warning":
                yield from self._medicine_warning(panel, path)
            case _:
                message = f"a `{panel.kind}` box cannot stand in section `{section}`"
                raise TypesettingError(Fault(message=message, hint="see docs/architecture.md"))

    def _framed(
        self,
        frame: Frame,
        pieces: Sequence[tuple[Flowable, float]],
        gap: float,
        tear: float,
        before: float = 0.0,
    ) -> Iterator[Slab]:
        """Put pieces, each with the gap above it, in one box.

        `tear` is the cost of a page break inside it, `before` that of one before it.
        """
        for number, (piece, above) in enumerate(pieces):
            yield Slab(
                flowable=piece,
                gap=above if number else gap,
                frame=frame,
                opens=number == 0,
                cost=tear if number > 1 else NEVER if number else before,
                stretch=0.0 if number else 1.5 * MM,
            )

    def _emergency(self, panel: Panel, path: Path) -> Iterator[Slab]:
        style = self.style
        pieces: list[tuple[Flowable, float]] = []
        for part in panel.parts:
            if isinstance(part, Heading):
                pieces.append((Band(self._heading(part, path, style.band), style, self.icons), 0))
            elif isinstance(part, ItemList):
                for number, item in enumerate(self._items(part, path)):
                    piece = Indent(item, style.rail, style.wide_measure)
                    pieces.append((piece, ITEM_GAP if number else 2.8 * MM))
            elif isinstance(part, Paragraph):
                text_style = style.closing if part.kind == "closing" else style.body
                text = self._text(part.runs, text_style, (*path, Tag("P")))
                pieces.append((Indent(text, style.rail, style.wide_measure), PARAGRAPH_GAP))
        frame = Frame(kind="emergency", top=0, foot=2.8 * MM, edge=3)
        gap = 3.6 * MM if self.tight else 5 * MM
        yield from self._framed(frame, pieces, gap, NEVER)

    def _check_first(self, panel: Panel, path: Path) -> Slab:
        style = self.style
        texts = [
            self._text(part.runs, style.body, (*path, Tag("P")))
            for part in panel.parts
            if isinstance(part, Paragraph)
        ]
        stack = Indent(Stack(texts, [2.0] * len(texts)), style.rail, style.wide_measure)
        boxed = Iconed(stack, "warning", 10 * MM, 4 * MM, -0.6 * MM, INK, self.icons)
        frame = Frame(kind="check-first", top=2 * MM, foot=2.4 * MM, edge=2)
        return Slab(flowable=boxed, gap=3.6 * MM, frame=frame, opens=True, cost=NEVER)

    def _just_for_you(self, panel: Panel, path: Path) -> Iterator[Slab]:
        style = self.style
        pieces: list[tuple[Flowable, float]] = []
        for part in panel.parts:
            if isinstance(part, Heading):
                heading = self._heading(part, path, style.heading)
                inner = Indent(heading, style.rail, style.measure)
                top = 0.6 * MM
                icon = Iconed(inner, "person", 8.6 * MM, 4.7 * MM, top, ACCENT, self.icons, TINT)
                pieces.append((Shallow(icon), 0))
            elif isinstance(part, ItemList) and self.tight and len(part.items) > FEW_POINTS:
                items = self._items(part, path)
                columns = Columns(items, [ITEM_GAP] * len(items), 10 * MM)
                pieces.append((Indent(columns, 10 * MM, self.width - 14 * MM), 4.0))
            elif isinstance(part, ItemList):
                for number, item in enumerate(self._items(part, path)):
                    piece = Indent(item, style.rail, style.wide_measure)
                    pieces.append((piece, ITEM_GAP if number else 4.0))
            elif isinstance(part, Paragraph):
                text = self._text(part.runs, style.body, (*path, Tag("P")))
                piece = Indent(text, style.rail, style.wide_measure)
                pieces.append((piece, 4.0 if len(pieces) > 1 else 0.6 * MM))
        frame = Frame(kind="just-for-you", top=2.2 * MM, foot=2.6 * MM, edge=1.5)
        gap = 3.6 * MM if self.tight else 4.6 * MM
        yield from self._framed(frame, pieces, gap, 100, before=600)

    def _note(self, panel: Panel, path: Path) -> Iterator[Slab]:
        """Set the list to check before taking anything: short points, a few lines to a slab."""
        style = self.style
        for part in panel.parts:
            if isinstance(part, Paragraph):
                text = self._text(part.runs, style.body, (*path, Tag("P")))
                inner = Indent(text, style.rail, style.wide_measure)
                icon = Iconed(inner, "ask", 9.4 * MM, 0, 0.2 * MM, ACCENT, self.icons)
                yield Slab(flowable=Shallow(icon), gap=1.2 * MM, cost=NEVER)
            elif isinstance(part, ItemList):
                items = self._items(part, path, style.sign)
                half = -(-len(items) // 2)
                for first in range(0, len(items), half):
                    some = items[first : first + half]
                    columns = Columns(some, [1.0] * len(some), 8 * MM, (3,))
                    inner = Indent(columns, style.rail, self.width)
                    yield Slab(flowable=inner, gap=2.0, cost=60 if first else NEVER)

    def _row(self, panel: Panel, path: Path) -> Slab:
        """Set a row of the medicines: an icon whose outline alone tells the three apart."""
        icon = {"try": "tick", "ask": "ask", "avoid": "cross"}[panel.kind]
        colour = DANGER if panel.kind == "avoid" else ACCENT
        pieces = self._in_columns(panel, path, self.style.label)
        inner = Indent(pieces, self.style.rail, self.width)
        row = Iconed(inner, icon, 9.4 * MM, 0, 0.2 * MM, colour, self.icons)
        return Slab(flowable=row, gap=2 * MM, cost=40, stretch=1 * MM)

    def _beside_icon(
        self, panel: Panel, path: Path, icon: str, size: float, left: float
    ) -> Slab:
        both = self._in_columns(panel, path, self.style.box_heading)
        inner = Indent(both, self.style.rail, self.width)
        return Slab(
            flowable=Iconed(inner, icon, size, left, 0, ACCENT, self.icons), gap=3 * MM, cost=100
        )

    def _stacked(self, panel: Panel, path: Path, head: TextStyle) -> Stack:
        """Stack a heading, paragraphs and lists that belong together."""
        inners: list[Flowable] = []
        gaps: list[float] = []
        for part in panel.parts:
            if isinstance(part, Heading):
                inners.append(self._heading(part, path, head))
                gaps.append(0)
            elif isinstance(part, Paragraph):
                style = self.style.closing if part.kind == "label" else self.style.body
                inners.append(self._text(part.runs, style, (*path, Tag("P"))))
                gaps.append(3.0)
            elif isinstance(part, ItemList):
                items = self._items(part, path)
                inners.extend(items)
                gaps.extend([0.6 * MM, *[2.4] * (len(items) - 1)])
        return Stack(inners, gaps)

    def _in_columns(self, panel: Panel, path: Path, head: TextStyle) -> Stack:
        """Stack a heading on its list, the list in one or two columns as it is shorter."""
        inners: list[Flowable] = []
        for part in panel.parts:
            if isinstance(part, Heading):
                inners.append(self._heading(part, path, head))
            elif isinstance(part, ItemList):
                items = self._items(part, path, self.style.sign)
                inners.append(Columns(items, [SIGN_GAP] * len(items), 9 * MM, (1, 2)))
        return Stack(inners, [0.0, *[0.8 * MM] * len(inners)])

    # -------------------------------------------------------------- all the warning signs
    def _warnings(self, panel: Panel, path: Path) -> Iterator[Slab]:
        """Set the full emergency list: a band, the groups in two columns, the crisis line."""
        style = self.style
        pieces: list[tuple[Flowable, float]] = []
        for part in panel.parts:
            if isinstance(part, Heading):
                heading = self._heading(part, path, style.band)
                pieces.append((Band(heading, style, self.icons), 0))
            elif isinstance(part, Panel) and part.kind == "groups":
                for columns in self._group_columns(part, path):
                    pieces.append((Indent(columns, 4 * MM, self.width - 7.4 * MM), 1.6 * MM))
            elif isinstance(part, Panel):
                inner = self._stacked(part, path, style.label)
                pieces.append((Indent(inner, 5 * MM, self.width - 10 * MM), 3 * MM))
            elif isinstance(part, Paragraph):
                text = self._text(part.runs, style.closing, (*path, Tag("P")))
                pieces.append((Indent(text, 5 * MM, self.width - 10 * MM), 3.0))
        frame = Frame(kind="warnings", top=0, foot=2.6 * MM, edge=3)
        yield from self._framed(frame, pieces, 1.2 * MM, 400)

    def _today(self, panel: Panel, path: Path) -> Iterator[Slab]:
        style = self.style
        pieces: list[tuple[Flowable, float]] = []
        for part in panel.parts:
            if isinstance(part, Heading):
                heading = Indent(self._heading(part, path, style.box_heading), style.rail, self.width)
                size = 7.2 * MM
                icon = Iconed(heading, "clock", size, 5.4 * MM, -0.1 * MM, INK, self.icons)
                pieces.append((icon, 0))
            elif isinstance(part, Panel):
                for columns in self._group_columns(part, path):
                    pieces.append((Indent(columns, 5.6 * MM, self.width - 9.6 * MM), 1.4 * MM))
        frame = Frame(kind="today", top=2.2 * MM, foot=2.4 * MM, edge=2)
        yield from self._framed(frame, pieces, 3 * MM, 400)

    def _group_columns(self, panel: Panel, path: Path) -> Iterator[Columns]:
        """Set groups in two columns; what one page cannot hold follows in columns of its own."""
        groups = [self._group(part, path) for part in panel.parts if isinstance(part, Panel)]
        page = self.style.page
        room = page.bottom - page.top - HELP_HEAD
        first = len(groups)
        while first > 1 and self._columns(groups[:first]).wrap(self.width - 7.4 * MM) > room:
            first -= 1
        yield self._columns(groups[:first])
        if first < len(groups):
            yield self._columns(groups[first:])

    def _columns(self, groups: Sequence[Sequence[tuple[Flowable, float]]]) -> Columns:
        """Join groups of (piece, gap above) into columns that had better start with a group."""
        inners, gaps, starts = [], [], []
        for group in groups:
            for number, (piece, gap) in enumerate(group):
                inners.append(piece)
                gaps.append(gap if number else 4.5)
                starts.append(number == 0)
        return Columns(inners, gaps, 5 * MM, starts_group=starts)

    def _group(self, panel: Panel, path: Path) -> list[tuple[Flowable, float]]:
        """Set a group; its label and lead-in never part from its first item."""
        style = self.style
        head: list[Flowable] = []
        pieces: list[tuple[Flowable, float]] = []
        for part in panel.parts:
            if isinstance(part, Heading):
                tag = (*path, Tag(f"H{part.level}"))
                head.append(self._text(part.runs, style.group_heading, tag))
            elif isinstance(part, Paragraph):
                head.append(self._text(part.runs, style.small_strong, (*path, Tag("P"))))
            elif isinstance(part, ItemList):
                for item in self._items(part, path, style.sign):
                    indented = Indent(item, 4.6 * MM, self.width)
                    if head:
                        stack = Stack([*head, indented], [0.0, *[1.0] * len(head)])
                        pieces.append((stack, 0.0))
                        head = []
                    else:
                        pieces.append((indented, SIGN_GAP))
        return pieces

    def _medicine_warning(self, panel: Panel, path: Path) -> Iterator[Slab]:
        """Set the signs of harm from a medicine: a red frame, its signs in two columns."""
        style = self.style
        pieces: list[tuple[Flowable, float]] = []
        head: list[Part] = []
        groups: list[list[tuple[Flowable, float]]] = []
        for part in panel.parts:
            if isinstance(part, Heading):
                heading = Indent(self._heading(part, path, style.label), style.rail, style.measure)
                size = 7.6 * MM
                icon = Iconed(heading, "warning", size, 5.2 * MM, -0.6 * MM, DANGER, self.icons)
                pieces.append((Shallow(icon), 0))
            else:
                head.append(part)
                if isinstance(part, ItemList):
                    groups.append(self._group(Panel(kind="group", parts=tuple(head)), path))
                    head = []
        columns = Indent(self._columns(groups), 5.6 * MM, self.width - 9.6 * MM)
        pieces.append((columns, 1.6 * MM))
        frame = Frame(kind="medicine-warning", top=2.2 * MM, foot=2.4 * MM, edge=2)
        yield from self._framed(frame, pieces, 3 * MM, NEVER)

    # -------------------------------------------------------------- cards
    def _card(self, panel: Panel, path: Path) -> Card:
        style = self.style
        heading = next(part for part in panel.parts if isinstance(part, Heading))
        tag = (*path, Tag("H3"))
        number = self._text((Run(panel.number + " "),), style.chip, tag)
        text = self._text(heading.runs, style.card_name, tag)
        name = Bookmarked(text, 2, f"{panel.number} {plain(heading.runs)}")
        pictures = [part for part in panel.parts if isinstance(part, Picture)]
        lists = {part.kind: part for part in panel.parts if isinstance(part, ItemList)}
        words = {part.kind: part for part in panel.parts if isinstance(part, Paragraph)}
        steps: list[Flowable] = [self._text(words["start"].runs, style.body, (*path, Tag("P")))]
        gaps = [0.0]
        for item in self._items(lists["steps"], path):
            steps.append(Indent(item, 6.4 * MM, self.width))
            gaps.append(2.0)
        if "caution" in lists:
            for item in self._items(lists["caution"], path, style.closing):
                steps.append(Indent(item, 6.4 * MM, self.width))
                gaps.append(3.2)
        facts = self._items(lists["dosage"], path, style.fact)
        return Card(
            style,
            self.icons,
            Named(number, name),
            self._pictures(pictures, path),
            Stack(steps, gaps),
            Stack([Indent(fact, FACT_TEXT, self.width) for fact in facts], [1.0] * len(facts)),
            self._stop_rule(words["head"], lists["stop"], path),
        )

    def _stop_rule(self, head: Paragraph, part: ItemList, path: Path) -> Text:
        """Set the stop rule as one line of short points, so that a card stays a card."""
        root = (*path, Tag("L", attributes=UNNUMBERED))
        before = (Run(f"{plain(head.runs)} ", strong=True), (*path, Tag("P")))
        return self._inline(part.items, root, self.style.body, before)

    def _inline(
        self,
        items: Sequence[Item],
        root: Path,
        style: TextStyle,
        before: tuple[Run, Path] | None = None,
    ) -> Text:
        """Set short points one after the other in one paragraph, still tagged as the list `root`."""
        runs = [before[0]] if before else []
        paths: list[Path] = [before[1]] if before else []
        for item in items:
            tag = Tag("LI")
            runs.append(Run("•\u00a0", strong=True))
            paths.append((*root, tag, Tag("Lbl")))
            body = (*root, tag, Tag("LBody"))
            for number, run in enumerate(item.runs, 1):
                end = " " if number == len(item.runs) else ""
                runs.append(Run(run.text + end, run.strong))
                paths.append(body)
        return Text(self.faces, tuple(runs), style, (), tuple(paths))

    def _pictures(self, pictures: Sequence[Picture], path: Path) -> Stack:
        style = self.style
        gap = 3 * MM
        wide = (style.figure_width - gap * (len(pictures) - 1)) / len(pictures)
        drawings = [self._drawing(one, path, wide) for one in pictures]
        inners: list[Flowable] = [Beside(drawings, gap)]
        gaps = [0.0]
        for caption in dict.fromkeys(one.caption for one in pictures if one.caption):
            inners.append(self._text((Run(caption),), style.small, (*path, Tag("P"))))
            gaps.append(0.6 * MM)
        return Stack(inners, gaps)

    def _drawing(self, picture: Picture, path: Path, width: float | None = None) -> Drawing:
        figure = self.figures[picture.figure]
        tall = self.style.figure_height - (6 * MM if picture.caption else 0)
        scale = fit(figure, width or self.style.figure_width, tall)
        drawing = draw_figure(figure, THEMES[self.theme], scale)
        operators = drawing_operators(drawing).decode("ascii")
        tag = (*path, Tag("Figure", alt=picture.alt))
        return Drawing(operators, drawing.width, drawing.height, tag)

    # -------------------------------------------------------------- to fill in
    def _grid(self, part: Table, path: Path) -> Grid:
        table = (*path, Tag("Table"))
        style = self.style.small_strong
        rows, empty = [], []
        for number, cells in enumerate((part.head, *part.rows)):
            row = (*table, Tag("TR"))
            if number == 0:
                head = (("Table", (("Scope", "/Column"),)),)
                rows.append([self._head_cell(cell, row, head) for cell in cells])
                continue
            head = (("Table", (("Scope", "/Row"),)),)
            rows.append([self._text((Run(cells[0]),), style, (*row, Tag("TH", attributes=head)))])
            empty.extend((*row, Tag("TD")) for _ in cells[1:])
        return Grid(rows, empty, len(part.head) - 1)

    def _head_cell(self, cell: str, row: Path, attributes: object) -> Text:
        tag = Tag("TH", attributes=attributes)  # type: ignore[arg-type]
        return self._text((Run(cell),), self.style.small_strong, (*row, tag))

    def _lines(self, part: Form, path: Path) -> Lines:
        narrow, gap = 46 * MM, 8 * MM
        places = {"wide": (0.0, self.width - narrow - gap), "full": (0.0, self.width)}
        places["narrow"] = (self.width - narrow, narrow)
        row, lines = 0, []
        for field in part.fields:
            left, width = places[field.width]
            row += field.width == "full"
            tag = (*path, Tag("P"))
            label = self._text((Run(field.label + (" " if field.value else "")),), self.style.field, tag)
            value = self._text((Run(field.value),), self.style.body, tag) if field.value else None
            lines.append(Line(label, value, left, width, row))
        return Lines(lines, 10 * MM)


class Shallow:
    """A flowable whose icon may hang below it: only the words count for the height."""

    def __init__(self, iconed: Iconed) -> None:
        self.iconed = iconed

    def wrap(self, width: float) -> float:
        """Lay out; give the height of the words."""
        self.iconed.wrap(width)
        return self.iconed.inner.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw icon and words."""
        self.iconed.draw(canvas, x, y)


class Bookmark:
    """A ruled heading that also stands in the outline of the file."""

    def __init__(self, inner: Ruled, text: str, level: int) -> None:
        self.inner, self.text, self.level = inner, text, level

    def wrap(self, width: float) -> float:
        """Lay out the heading."""
        return self.inner.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the heading and note its place."""
        canvas.bookmark(self.text, y, self.level)
        self.inner.draw(canvas, x, y)
