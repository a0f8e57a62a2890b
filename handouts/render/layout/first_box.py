"""Set the emergency box of page 1: `set_emergency`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import EMERGENCY
from handouts.leaflet.tree import Heading, ItemList, Paragraph, plain
from handouts.render.layout.flowables import FORBIDDEN, EmergencyBand, Frame, Lined, framed
from handouts.render.layout.overleaf import band_overleaf
from handouts.render.layout.panels import (
    BOX_GAP,
    ITEM_GAP,
    PAD,
    PARAGRAPH_GAP,
    pad_of_page_1,
    wide_items,
)
from handouts.render.layout.style import DANGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Panel
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, FlowItem, SpacedFlowable
    from handouts.render.pdf.structure import TagPath


_LATE = 2000.0
"""The penalty of a page break before the emergency box, which belongs on page 1."""
_LEAST_SIGNS = 3
"""The signs that the emergency box has at least on the page that it starts on."""
_ROOMY = 2.0
"""Gaps between the signs of page 1 grow to this share of the usual ones in one column."""
_EDGE = 3.0
"""The thickness of the edge of the box, in points."""
_LEAST_WHITE = 0.5
"""The least white above the first sign and below the last words in columns, in points."""
_BELOW_RULE = 3.0
"""From the rule below the signs to the words, in points."""


def set_emergency(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the emergency box of page 1: a band, the signs, what to do.

    Never split, except in the last styles of one-column pages: below the list, or inside it.
    """
    style = builder.style
    heading = next(part for part in panel.parts if isinstance(part, Heading))
    band = builder.heading(heading, style.band, path)
    flowables: list[SpacedFlowable] = [(EmergencyBand(band, style, builder.icons), 0)]
    for part in panel.parts:
        if isinstance(part, ItemList):
            items = builder.items(part, path, style.first_box)
            flowables.extend(wide_items(builder, items, 0.0))
    below = len(flowables)
    told = [part for part in panel.parts if isinstance(part, Paragraph)]
    flowables.extend(_below_the_signs(builder, told, path))
    white = _white(builder)
    frame = Frame(top=0, foot=white + _EDGE, edge=_EDGE, colour=style.ink(DANGER))
    overleaf = band_overleaf(builder, plain(heading.runs))
    flow_items = list(framed(frame, flowables, BOX_GAP, [_LATE, FORBIDDEN], overleaf))
    flow_items[1].least_gap = white
    if not style.columns:
        # Signs stand as far apart as on later pages, or as near to that as page 1 has room for.
        for flow_item in flow_items[2:below]:
            flow_item.stretch = flow_item.gap * max(0.0, _ROOMY - style.gap_factor)
    else:
        for flow_item in flow_items[1:]:
            flow_item.first_stretch = ITEM_GAP * max(0.0, 1 - style.gap_factor)
    if style.parts_first_box and below < len(flow_items):
        flow_items[below].break_penalty = 0
    if style.splits_first_box:
        # Some signs go overleaf with the closing sentences, so that these never stand alone.
        for flow_item in flow_items[1 + _LEAST_SIGNS : below - 1]:
            flow_item.break_penalty = 0
    yield from flow_items


def _white(builder: Builder) -> float:
    """Return the white above the first sign, and as much below the last words, in points."""
    style = builder.style
    if style.columns:
        return max(_LEAST_WHITE, PAD * style.gap_factor)
    return (PAD * style.gap_factor + pad_of_page_1(builder) - _EDGE) / 2


def _below_the_signs(
    builder: Builder, told: Sequence[Paragraph], path: TagPath
) -> Iterator[SpacedFlowable]:
    """Yield what is said below the signs, off from them by a rule in columns."""
    style = builder.style
    measure = style.measure
    has_room = style.gap_factor >= style.closest or style.has_lines(EMERGENCY)
    for number, parts in enumerate(_lines(builder, told)):
        text = _text(builder, parts, path)
        if style.columns and not number:
            near = _BELOW_RULE * style.closeness if has_room else 0.0
            text = Lined(text, near, style.ink(DANGER))
        yield builder.railed(text, measure, boxed=True), PARAGRAPH_GAP


def _lines(builder: Builder, told: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """Return what is said below the signs by lines, each with one topic so that it can be found.

    Where there is no room, what to do about any sign runs on, and in a short edition the sentence
    on where all of them are runs on after it. On one sheet all runs on, and what stands last above
    what to do, which is the line for a crisis, begins a paragraph.
    """
    if builder.style.has_lines(EMERGENCY):
        return [[part] for part in told]
    if builder.style.topics_run_on:
        at = max(0, next((n for n, one in enumerate(told) if one.kind == "closing"), 1) - 1)
        return [[*some] for some in (told[:at], told[at:]) if some]
    run_on = {"closing", "pointer"} if builder.short else {"closing"}
    lines: list[list[Paragraph]] = []
    for runs, group in groupby(told, key=lambda part: part.kind in run_on):
        parts = list(group)
        lines.extend([parts] if runs else [[part] for part in parts])
    return lines


def _text(builder: Builder, parts: Sequence[Paragraph], path: TagPath) -> Flowable:
    """Set sentences below the signs; the one that says where all of them are gets its pages."""
    text_style = builder.style.first_box
    # Where key words are bold, the others are not: page 1 may end in four lines.
    strong = parts[0].kind == "closing" and not any(run.strong for one in parts for run in one.runs)
    weight = builder.style.closing.weight if strong else text_style.weight
    text_style = replace(text_style, weight=weight)
    if parts[-1].kind == "pointer":
        return builder.pointer(parts, text_style, path)
    return builder.run_on(parts, text_style, path)
