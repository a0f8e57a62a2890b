"""Goes in: a selection. Comes out: its exercises as the template needs them, card by card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import ExerciseBody
from handouts.markup import say, to_xhtml
from handouts.selection.dose import dosed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markupsafe import Markup

    from handouts.content.blocks import Dosage
    from handouts.content.library import Library
    from handouts.selection.select import Selection


class Fact(Struct, frozen=True, kw_only=True):
    """One fact of a dosage with its icon."""

    mark: str
    """hold, repeat or day."""
    text: Markup


class Card(Struct, frozen=True, kw_only=True):
    """An exercise as a card; every text is filled, escaped, and safe to place."""

    number: int
    """Its place in the leaflet, 1 = first."""
    name: Markup
    pictures: tuple[tuple[str, str, str], ...]
    """(figure id, alternative text, caption)"""
    start: Markup
    steps: tuple[Markup, ...]
    facts: tuple[Fact, ...]
    stop: tuple[Markup, ...]
    cautions: tuple[Markup, ...]


def view_cards(library: Library, selection: Selection) -> list[Card]:
    """List the chosen exercises by priority, or in the order in which they were chosen."""
    request = selection.request
    chosen = {
        choice.block.id: choice.block.body
        for choice in selection.chosen
        if isinstance(choice.block.body, ExerciseBody)
    }
    key = (request.region, request.status)
    if request.exercises:
        names = [name for name in request.exercises if name in chosen]
    else:
        names = sorted(chosen, key=lambda name: chosen[name].sets[key])
    return [
        _card(library, selection, number, name, chosen[name])
        for number, name in enumerate(names, 1)
    ]


def _card(
    library: Library, selection: Selection, number: int, ident: str, body: ExerciseBody
) -> Card:
    request = selection.request
    words = library.places[request.place].words
    figures = [library.figures[name] for name in body.figures[request.status]]
    dosage, dose = body.dosage[request.status], dict(request.doses).get(ident)
    if dose is not None:
        dosage = dosed(dosage, dose)
    cautions = {say(body.cautions[flag], words) for flag in request.flags if flag in body.cautions}
    return Card(
        number=number,
        name=to_xhtml(body.name),
        pictures=tuple((figure.id, figure.alt, figure.caption or "") for figure in figures),
        start=say(body.start, words),
        steps=tuple(say(step, words) for step in body.steps[request.status]),
        facts=tuple(dosage_facts(library.labels, dosage)),
        stop=tuple(say(one, words) for one in body.stop),
        cautions=tuple(sorted(cautions)),
    )


def dosage_facts(labels: Mapping[str, str], dosage: Dosage) -> Iterator[Fact]:
    """Word how long, how often and how many times a day, as far as the dosage says."""
    if dosage.minutes:
        yield _fact(labels, "hold", "minutes", dosage.minutes)
    elif dosage.hold_seconds:
        yield _fact(labels, "hold", "hold-seconds", dosage.hold_seconds)
    elif dosage.hold_breaths:
        one = dosage.hold_breaths == (1, 1)
        yield _fact(labels, "hold", "hold-breath" if one else "hold-breaths", dosage.hold_breaths)
    if dosage.repetitions and dosage.repetitions != (1, 1):
        label = "repeat-breaths" if dosage.unit == "breaths" else "repeat"
        each = f" {labels[f'each-{dosage.each}']}" if dosage.each else ""
        yield _fact(labels, "repeat", label, dosage.repetitions, each)
    if dosage.per_day:
        label = "once-a-day" if dosage.per_day == (1, 1) else "per-day"
        yield _fact(labels, "day", label, dosage.per_day)
    elif dosage.every_hours:
        yield _fact(labels, "day", "every-hours", dosage.every_hours)


def _fact(
    labels: Mapping[str, str], mark: str, label: str, span: tuple[int, int], tail: str = ""
) -> Fact:
    low, high = span
    number = str(low) if low == high else labels["to"].format(low=low, high=high)
    # The numbers of a dosage never part from their unit at a line end.
    text = labels[label].format(n=number.replace(" ", "\u00a0"))
    return Fact(mark=mark, text=to_xhtml(text + tail))
