"""Goes in: a leaflet. Comes out: the same for a terminal, with bold headings and drawn boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.leaflet.tree import Heading, Panel, plain
from handouts.plaintext import DANGER, NO_BOX, TextWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Leaflet, Part

_PLAIN, _STRONG = "╭─╮│╰╯", "╔═╗║╚╝"
_ASCII = str.maketrans(_PLAIN + _STRONG, "+-+|++" + "#=#|##")
_LEAST = 40

Line = tuple[str, bool]
"""A line and whether it is bold; marks of the terminal come last, for they have no width."""


def preview(leaflet: Leaflet, width: int, encoding: str) -> str:
    """Show a leaflet as a clinician reads it before printing; boxes as the encoding allows."""
    writer = TextWriter(max(width, _LEAST))
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


def _parts(parts: tuple[Part, ...], writer: TextWriter, number: str = "") -> Iterator[Line]:
    for index, part in enumerate(parts):
        if index:
            yield "", False
        if isinstance(part, Heading):
            text = plain(part.runs)
            shown = f"{number}. {text}" if number and not index else text
            shown = shown.upper() if part.level == 1 else shown
            yield from ((line, True) for line in writer.wrap(shown).splitlines())
        elif not isinstance(part, Panel):
            text = "\n".join(piece for piece in writer.part(part) if piece)
            yield from ((line, False) for line in text.splitlines())
        elif part.kind in NO_BOX:
            yield from _parts(part.parts, writer, part.number)
        else:
            yield from _box(part, writer)


def _box(panel: Panel, writer: TextWriter) -> Iterator[Line]:
    """Draw a box round a panel: a double line for danger, as the page has a thick one."""
    top, across, end, side, foot, last = tuple(_STRONG if panel.kind in DANGER else _PLAIN)
    room = writer.width - 4
    yield f"{top}{across * (room + 2)}{end}", False
    for text, bold in _parts(panel.parts, TextWriter(room)):
        inside = click.style(text, bold=True) if bold else text
        yield f"{side} {inside}{' ' * (room - len(text))} {side}", False
    yield f"{foot}{across * (room + 2)}{last}", False
