"""Say which rows the diary of a leaflet has: `diary_rows`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.blocks import ExerciseBody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.content.library import Library
    from handouts.selection.select import Selection


def diary_rows(library: Library, selection: Selection, cards: Sequence[str]) -> list[str]:
    """List the heads of the rows; `cards` are the names of the exercises, in their order.

    A diary that was asked for has a row for each exercise, so that nothing else need count one.
    Nobody counts walks who cannot walk, or whose caution on walking stands on a card that this
    leaflet does not have.
    """
    flags = {*selection.request.flags}
    chosen = {choice.block.id for choice in selection.chosen}
    by_name = selection.request.look.diary and bool(cards)
    unfit = {
        block.id
        for block in library.blocks
        if isinstance(body := block.body, ExerciseBody)
        and (flags & {*body.avoid} or (flags & {*body.cautions} and block.id not in chosen))
    }
    heads: list[str] = []
    for row in library.topic.diary:
        if row.each_exercise and by_name:
            heads += cards
        elif row.exercise not in unfit and not (by_name and row.exercise in chosen):
            heads.append(library.labels[row.label])
    return heads
