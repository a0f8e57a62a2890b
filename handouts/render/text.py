"""Render a leaflet as plain text, or as a preview for the terminal: `render_text`, `preview`.

Widths are in characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.leaflet.tree import Form, Heading, ItemList, Panel, Paragraph, Picture, Table, plain
from handouts.render.cells import cells, fill
from handouts.render.pdf.bidi import isolated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Leaflet, Part


WIDTH = 78
_UNDERLINES = {1: "=", 2: "-"}
DANGER = frozenset({"emergency", "warnings", "medicine-warning", "crisis"})
NO_BOX = frozenset({"group", "groups", "card"})
_BLANK = "__"


def render_text(leaflet: Leaflet, width: int = WIDTH) -> str:
    """Return a leaflet as text in lines of at most `width` characters; longer words overrun it."""
    writer = TextWriter(width)
    draft = writer.wrap(f"{leaflet.draft}: {leaflet.draft_line}") if leaflet.draft else ""
    blocks = [draft]
    for section in leaflet.sections:
        for part in section.parts:
            blocks.extend(writer.part(part))
    blocks += [leaflet.code_line, draft]
    # No-break spaces are not needed once the lines are broken.
    return "\n\n".join(block for block in blocks if block).replace("\u00a0", " ") + "\n"


class TextWriter:
    """Renders each part as blocks of text, to be separated by blank lines."""

    def __init__(self, width: int) -> None:
        self.width = width

    def wrap(self, text: str, first: str = "", rest: str = "") -> str:
        """Break text into lines, never within a link, nor within a word that a line holds.

        `first` goes before the first line, `rest` before the others.
        """
        return fill(isolated(text), self.width, first, rest)

    def part(self, part: Part, number: str = "") -> Iterator[str]:
        """Yield the blocks of one part; `number`, that of a card, goes before its heading."""
        match part:
            case Heading():
                text = plain(part.runs)
                yield self.heading(part.level, f"{number}. {text}" if number else text)
            case Paragraph():
                yield self.wrap(plain(part.runs))
            case ItemList():
                yield "\n".join(self.items(part))
            case Picture():
                yield self.wrap(f"[{part.alt}]")
                yield self.wrap(part.caption)
            case Table():
                yield self.table(part)
            case Form():
                lines = [f"{one.label}: {one.value or _BLANK * 10}" for one in part.fields]
                yield "\n".join(self.wrap(line) for line in lines)
            case Panel():
                yield from self.panel(part)

    def heading(self, level: int, text: str) -> str:
        """Return a heading: levels 1 and 2 underlined, lower ones marked with `#`."""
        if level not in _UNDERLINES:
            return self.wrap(f"{'#' * level} {text}")
        wrapped = self.wrap(text)
        longest = max(map(cells, wrapped.splitlines()))
        return f"{wrapped}\n{_UNDERLINES[level] * longest}"

    def items(self, part: ItemList) -> Iterator[str]:
        """Yield the items, each after its number, a box to tick, or a dash."""
        for number, item in enumerate(part.items, 1):
            marks = {"steps": f"{number}. ", "ticks": "[ ] "}
            mark = marks.get(part.kind, "- ")
            yield self.wrap(plain(item.runs), mark, " " * len(mark))

    def panel(self, part: Panel) -> Iterator[str]:
        """Yield the blocks of a panel, between two rules if it is a box on the page."""
        rule = ("=" if part.kind in DANGER else "-") * (self.width - 2)
        line = "" if part.kind in NO_BOX else f"+{rule}+"
        yield line
        for index, one in enumerate(part.parts):
            yield from self.part(one, part.number if index == 0 else "")
        yield line

    def table(self, part: Table) -> str:
        """Return a table to fill in: in columns, or row by row if the columns do not fit."""
        rows = [part.head, *part.rows]
        wide = [max(len(_BLANK), *(len(row[i]) for row in rows)) for i in range(len(part.head))]
        lines = [
            "  ".join((cell or _BLANK).ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip()
            for row in rows
        ]
        if max(map(len, lines)) <= self.width:
            return "\n".join(lines)
        return "\n".join(
            self.wrap(
                f"{row[0]}: "
                + " ".join(
                    f"{h} {c or _BLANK}" for h, c in zip(part.head[1:], row[1:], strict=True)
                ),
                rest="  ",
            )
            for row in part.rows
        )


_PLAIN, _STRONG = "╭─╮│╰╯", "╔═╗║╚╝"
_ASCII = str.maketrans(_PLAIN + _STRONG, "+-+|++" + "#=#|##")
_LEAST_WIDTH = 40

TerminalLine = tuple[str, bool]
"""A line and whether it is bold; escape sequences are added last, as they have no width."""


def preview(leaflet: Leaflet, width: int, encoding: str) -> str:
    """Return a leaflet for a clinician to read in the terminal before printing.

    Headings are bold and boxes drawn; in ASCII if `encoding`, that of the terminal, cannot write
    all of the text. The width is at least 40.
    """
    writer = TextWriter(max(width, _LEAST_WIDTH))
    draft = f"{leaflet.draft}: {leaflet.draft_line}" if leaflet.draft else ""
    lines = [(line, True) for line in writer.wrap(draft).splitlines()]
    for section in leaflet.sections:
        lines += [("", False), *_parts(section.parts, writer)]
    lines += [("", False), *((line, False) for line in writer.wrap(leaflet.code_line).splitlines())]
    shown = "\n".join(click.style(text, bold=True) if bold else text for text, bold in lines)
    try:
        shown.encode(encoding)
    except UnicodeEncodeError:
        shown = shown.translate(_ASCII)
    return shown.replace("\u00a0", " ") + "\n"


def _parts(parts: tuple[Part, ...], writer: TextWriter, number: str = "") -> Iterator[TerminalLine]:
    for index, part in enumerate(parts):
        if index:
            yield "", False
        if isinstance(part, Heading):
            text = plain(part.runs)
            shown = f"{number}. {text}" if number and not index else text
            shown = shown.upper() if part.level == 1 else shown
            yield from ((line, True) for line in writer.wrap(shown).splitlines())
        elif not isinstance(part, Panel):
            text = "\n".join(block for block in writer.part(part) if block)
            yield from ((line, False) for line in text.splitlines())
        elif part.kind in NO_BOX:
            yield from _parts(part.parts, writer, part.number)
        else:
            yield from _box(part, writer)


def _box(panel: Panel, writer: TextWriter) -> Iterator[TerminalLine]:
    """Yield the lines of a box round a panel; a double edge means danger."""
    edges = tuple(_STRONG if panel.kind in DANGER else _PLAIN)
    top_left, across, top_right, side, bottom_left, bottom_right = edges
    width = writer.width - 4
    yield f"{top_left}{across * (width + 2)}{top_right}", False
    for text, bold in _parts(panel.parts, TextWriter(width)):
        inside = click.style(text, bold=True) if bold else text
        yield f"{side} {inside}{' ' * (width - cells(text))} {side}", False
    yield f"{bottom_left}{across * (width + 2)}{bottom_right}", False
