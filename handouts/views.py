"""Goes in: a selection. Comes out: what the template needs, in leaflet order, with a place's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handouts.markup import capitalise, fill, to_xhtml
from handouts.model import (
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    FlagBody,
    Kind,
    Level,
    RedFlagBody,
    SelfCheckBody,
    TextBody,
    Urgency,
    Wording,
)
from handouts.rules import flags_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from markupsafe import Markup

    from handouts.model import Block, Dosage, Library, Selection

_ORDER = (Level.AVOID, Level.ASK, Level.OK)
_MARKS = {Level.AVOID: "avoid", Level.ASK: "ask", Level.OK: "ok"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceItem:
    """One line of advice with the mark that goes before it."""

    mark: str
    text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Warning signs, or points to check, under one label."""

    label: Markup
    lead_in: Markup | None
    items: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact of a dosage with its icon."""

    mark: str
    text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An exercise as a card."""

    number: int
    name: Markup
    pictures: tuple[tuple[str, str, str], ...]
    """(figure id, alternative text, caption)"""
    start: Markup
    steps: tuple[Markup, ...]
    facts: tuple[Fact, ...]
    stop: tuple[Markup, ...]
    cautions: tuple[Markup, ...]


class View:
    """A selection as the template sees it; every text is filled, escaped, and safe to place."""

    def __init__(self, library: Library, selection: Selection) -> None:
        self.library = library
        self.selection = selection
        self.request = selection.request
        self.place = library.places[self.request.place]
        self.words: Mapping[str, str] = self.place.words
        self.labels = library.labels
        self.blocks = tuple(choice.block for choice in selection.chosen)

    def say(self, wording: Wording) -> Markup:
        """Fill a sentence and make it safe."""
        return to_xhtml(fill(wording, self.words))

    # -------------------------------------------------------------- plain sections
    def has(self, section: str) -> bool:
        """Say whether any block of a section was chosen."""
        return any(block.section == section for block in self.blocks)

    def heading(self, section: str) -> str:
        """Give a section's heading, as it reads for this status."""
        term = self.library.sections[section]
        return term.labels.get(self.request.status, term.label)

    def texts(self, section: str, row: str = "") -> list[Markup]:
        """List the text blocks of a section, of one row where the section has rows."""
        return [
            self.say(block.body.wording)
            for block in self.blocks
            if isinstance(block.body, TextBody)
            and block.section == section
            and block.body.row == row
        ]

    def text(self, ident: str) -> Markup:
        """Give one text block by its id, or nothing when it was left out."""
        for block in self.blocks:
            if block.id == ident and isinstance(block.body, TextBody):
                return self.say(block.body.wording)
        return to_xhtml("")

    def emergency_lines(self) -> list[Markup]:
        """List the lines of the page-1 box; a line that a flag brings goes first."""
        bodies = [b.body for b in self.blocks if isinstance(b.body, EmergencyLineBody)]
        bodies.sort(key=lambda body: not body.from_flag)
        return [self.say(body.wording) for body in bodies]

    # -------------------------------------------------------------- just for you
    def leads(self) -> list[Markup]:
        """List what each active flag says of the reader: its lead, then what always goes with it.

        A flag that stops the leaflet comes first: its lead is then the main message.
        """
        stops = flags_of(self.library.sections["stop"].when)
        texts: dict[str, list[str]] = {flag: [] for flag in self.request.flags if flag in stops}
        for block in self.blocks:
            if isinstance(block.body, FlagBody):
                texts.setdefault(block.body.flag, []).append(fill(block.body.wording, self.words))
        return [to_xhtml(" ".join(parts)) for parts in texts.values()]

    def advice(self) -> list[AdviceItem]:
        """List one line for each class that a flag speaks of, the strictest first."""
        covered: set[str] = set()
        items: list[tuple[int, int, AdviceItem]] = []
        order = list(self.library.classes)
        for body, whys in self._merged_clauses():
            covered.update(body.classes)
            text = " ".join([fill(body.wording, self.words), *whys])
            place = min(order.index(name) for name in body.classes)
            items.append((_ORDER.index(body.level), place, self._item(body.level, text)))
        for body in self._class_lines():
            if body.advice_class in self.selection.spoken and body.advice_class not in covered:
                place = order.index(body.advice_class)
                text = fill(body.wording, self.words)
                items.append((_ORDER.index(body.level), place, self._item(body.level, text)))
        return [item for _, _, item in sorted(items, key=lambda one: one[:2])]

    def _item(self, level: Level, text: str) -> AdviceItem:
        return AdviceItem(mark=_MARKS[level], text=to_xhtml(text))

    def _merged_clauses(self) -> Iterator[tuple[ClauseBody, list[str]]]:
        """Yield one clause for each class, widest first, with the reasons of those it stands for."""
        clauses = [b.body for b in self.blocks if isinstance(b.body, ClauseBody)]
        main: list[tuple[ClauseBody, list[str]]] = []
        for body in sorted(clauses, key=lambda one: -len(one.classes)):
            whys = [fill(why, self.words) for why in body.why]
            for first, reasons in main:
                if set(body.classes) <= set(first.classes):
                    reasons.extend(why for why in whys if why not in reasons)
                    break
            else:
                main.append((body, whys))
        yield from main

    def _class_lines(self) -> Iterator[ClassLineBody]:
        for block in self.blocks:
            if isinstance(block.body, ClassLineBody):
                yield block.body

    # -------------------------------------------------------------- sections that advice rules
    def class_lines(self, section: str) -> list[AdviceItem]:
        """List the lines on classes that their own section speaks of."""
        return [
            self._item(body.level, fill(body.wording, self.words))
            for body in self._class_lines()
            if body.advice_class not in self.selection.spoken
            and self.library.classes[body.advice_class].section == section
        ]

    def medicines(self, level: str) -> list[Markup]:
        """List a row of the medicines: a class line, or the name where "Just for you" spoke."""
        lines = {b.advice_class: b for b in self._class_lines()}
        items: list[Markup] = []
        names: list[str] = []
        for name, record in self.library.classes.items():
            verdict = self.selection.advice[name]
            if record.kind != "medicine" or str(verdict.level) != level or record.name is None:
                continue
            if name in self.selection.spoken:
                names.append(capitalise(fill(record.name, self.words)) + ".")
            elif name in lines:
                items.append(self.say(lines[name].wording))
        named = [to_xhtml(" ".join(names))] if names else []
        return [*named, *items, *self.texts("medicines", level)]

    def self_check(self) -> list[Markup]:
        """List the points to check before taking anything, like beside like."""
        order = list(self.library.check_groups)
        bodies = [b.body for b in self.blocks if isinstance(b.body, SelfCheckBody)]
        bodies.sort(key=lambda body: order.index(body.group))
        # Flags that a reader would not tell apart share one point.
        return list(dict.fromkeys(self.say(body.wording) for body in bodies))

    # -------------------------------------------------------------- warning signs
    def warnings(self, urgency: str, *, own_lead: bool = False) -> list[Group]:
        """List the signs of one urgency by group; rows with an own lead-in come apart."""
        found: dict[tuple[str, str], list[Markup]] = {}
        leads: dict[str, Markup] = {}
        for block in self.blocks:
            body = block.body
            if not isinstance(body, RedFlagBody) or self._urgency(body) != urgency:
                continue
            if self._in_medicines(body) or (body.group == "mind" and body.lead_in is not None) != own_lead:
                continue
            lead = fill(body.lead_in, self.words) if body.lead_in else ""
            leads[lead] = to_xhtml(lead)
            found.setdefault((body.group, lead), []).extend(self.say(s) for s in body.signs)
        labels = {
            name: to_xhtml(fill(Wording(term.label), self.words))
            for name, term in self.library.groups.items()
        }
        # Rows of one group with different lead-ins share one label.
        return [
            Group(
                label=labels.pop(group, to_xhtml("")),
                lead_in=leads[lead] if lead else None,
                items=tuple(signs),
            )
            for group, lead in sorted(found, key=lambda key: list(self.library.groups).index(key[0]))
            for signs in [found[group, lead]]
        ]

    def medicine_warnings(self) -> list[Group]:
        """List the signs of harm from a medicine, which stand beside the medicines."""
        return [
            Group(
                label=to_xhtml(""),
                lead_in=self.say(block.body.lead_in) if block.body.lead_in else None,
                items=tuple(self.say(sign) for sign in block.body.signs),
            )
            for block in self.blocks
            if isinstance(block.body, RedFlagBody) and self._in_medicines(block.body)
        ]

    def _in_medicines(self, body: RedFlagBody) -> bool:
        return body.prints_in == "medicines" and self.has("medicines")

    def _urgency(self, body: RedFlagBody) -> Urgency:
        """Take the most urgent of the row's own and what active flags raise it to."""
        raised = [urgency for flag, urgency in body.raised_by if flag in self.request.flags]
        order = list(Urgency)
        return min([body.urgency, *raised], key=order.index)

    # -------------------------------------------------------------- exercises
    def cards(self) -> list[Card]:
        """List the chosen exercises by priority, or in the order in which they were chosen."""
        blocks = [block for block in self.blocks if block.kind is Kind.EXERCISE]
        key = (self.request.region, self.request.status)
        by_hand = self.request.exercises

        def place(block: Block) -> int:
            body = block.body
            if by_hand or not isinstance(body, ExerciseBody):
                return by_hand.index(block.id)
            return body.sets[key]

        blocks.sort(key=place)
        return [self._card(n, b.body) for n, b in enumerate(blocks, 1) if isinstance(b.body, ExerciseBody)]

    def _card(self, number: int, body: ExerciseBody) -> Card:
        status = self.request.status
        figures = [self.library.figures[name] for name in body.figures[status]]
        cautions = {
            self.say(body.cautions[flag]) for flag in self.request.flags if flag in body.cautions
        }
        return Card(
            number=number,
            name=to_xhtml(body.name),
            pictures=tuple((figure.id, figure.alt, figure.caption or "") for figure in figures),
            start=self.say(body.start),
            steps=tuple(self.say(step) for step in body.steps[status]),
            facts=tuple(self._facts(body.dosage[status])),
            stop=tuple(self.say(one) for one in body.stop),
            cautions=tuple(sorted(cautions)),
        )

    def _facts(self, dosage: Dosage) -> Iterator[Fact]:
        if dosage.minutes:
            yield self._fact("hold", "minutes", dosage.minutes)
        elif dosage.hold_seconds:
            yield self._fact("hold", "hold-seconds", dosage.hold_seconds)
        elif dosage.hold_breaths:
            one = dosage.hold_breaths == (1, 1)
            yield self._fact("hold", "hold-breath" if one else "hold-breaths", dosage.hold_breaths)
        if dosage.repetitions and dosage.repetitions != (1, 1):
            label = "repeat-breaths" if dosage.unit == "breaths" else "repeat"
            each = f" {self.labels[f'each-{dosage.each}']}" if dosage.each else ""
            yield self._fact("repeat", label, dosage.repetitions, each)
        if dosage.per_day:
            label = "once-a-day" if dosage.per_day == (1, 1) else "per-day"
            yield self._fact("day", label, dosage.per_day)
        elif dosage.every_hours:
            yield self._fact("day", "every-hours", dosage.every_hours)

    def _fact(self, mark: str, label: str, span: tuple[int, int], tail: str = "") -> Fact:
        low, high = span
        number = str(low) if low == high else self.labels["to"].format(low=low, high=high)
        # The numbers of a dosage never part from their unit at a line end.
        text = self.labels[label].format(n=number.replace(" ", "\u00a0"))
        return Fact(mark=mark, text=to_xhtml(text + tail))

    # -------------------------------------------------------------- about
    def day(self, day: date) -> str:
        """Write a date in words, so that no reader takes the day for the month."""
        return f"{day.day} {self.labels['months'].split()[day.month - 1]} {day.year}"

    def given_date(self) -> str:
        """Give the date for the line on the last page: only when the caller named one."""
        return self.day(self.request.date) if self.request.date_given else ""

    def sources(self) -> list[str]:
        """List the short names of every source that the printed words rest on."""
        keys = {key for block in self.blocks for key in block.sources}
        return sorted({self.library.sources[key].short for key in keys} - {""}, key=str.casefold)

    def reviewed(self) -> str:
        """Give the date of the oldest review among the printed words."""
        return self.day(min(block.reviewed for block in self.blocks))

    def version(self) -> str:
        """Give the version of the content, short enough to read out."""
        return self.library.version[:8]

