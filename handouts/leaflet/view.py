"""Provide the template with texts, advice, warning signs and exercises: `View`.

Every text is filled with the place's words and escaped. The strictest advice comes first, and a
wider clause replaces a narrower one.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.blocks import (
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    FlagBody,
    RedFlagBody,
    SelfCheckBody,
    TextBody,
    Wording,
)
from handouts.content.vocabulary import (
    DIARY,
    EXERCISES,
    HELP,
    JUST_FOR_YOU,
    MEDICINES,
    SELF_CHECK,
    SHEET,
    TODAY,
    Kind,
    Level,
    Urgency,
)
from handouts.leaflet.diary import diary_rows
from handouts.leaflet.markup import capitalise, each_once, fill, say, to_xhtml
from handouts.leaflet.sign_groups import SignGroup, Signs
from handouts.leaflet.stops import Stops, by_order, is_said_in
from handouts.leaflet.uses import with_classes
from handouts.selection.dose import apply_dose
from handouts.selection.exercise_set import page_order
from handouts.selection.rules import decide, stopping_flags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from markupsafe import Markup

    from handouts.content.blocks import Block, Dosage
    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.leaflet.tree import Imprint
    from handouts.selection.select import Selection


class Fact(Struct, frozen=True, kw_only=True):
    """One line of a dosage with the name of its icon."""

    mark: str
    """The icon: hold, repeat or day."""
    text: Markup


class CardView(Struct, frozen=True, kw_only=True):
    """An exercise as a card, with filled and escaped texts."""

    number: int
    """Its position in the leaflet, from 1."""
    name: Markup
    pictures: tuple[tuple[str, str, str], ...]
    """(figure id, alternative text, caption)"""
    start: Markup
    steps: tuple[Markup, ...]
    facts: tuple[Fact, ...]
    stop: tuple[Markup, ...]
    cautions: tuple[Markup, ...]


def view_cards(library: Library, selection: Selection) -> list[CardView]:
    """List the chosen exercises by role, or in the order in which a clinician chose them."""
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
        names = sorted(chosen, key=lambda name: page_order(chosen[name], key))
    cards = [
        _card(library, selection, number, name, chosen[name])
        for number, name in enumerate(names, 1)
    ]
    return _stripes_told(cards, library)


def _stripes_told(cards: list[CardView], library: Library) -> list[CardView]:
    """Return the cards, the first with a striped muscle with a word on what the stripes mean."""
    for place, card in enumerate(cards):
        for at, (name, alt, caption) in enumerate(card.pictures):
            if library.figures[name].pose.highlight:
                told = " ".join(filter(None, (_ended(caption), library.labels["striped"])))
                pictures = (*card.pictures[:at], (name, alt, told), *card.pictures[at + 1 :])
                return [*cards[:place], replace(card, pictures=pictures), *cards[place + 1 :]]
    return cards


def _ended(caption: str) -> str:
    return f"{caption}." if caption else ""


def _card(
    library: Library, selection: Selection, number: int, ident: str, body: ExerciseBody
) -> CardView:
    request = selection.request
    body = body.for_flags(request.flags)
    words = library.words_in(request.place, request.region)
    figures = [library.figures[name] for name in body.figures[request.status]]
    dosage, dose = body.dosage[request.status], dict(request.doses).get(ident)
    if dose is not None:
        dosage = apply_dose(dosage, dose)
    cautions = {say(body.cautions[flag], words) for flag in request.flags if flag in body.cautions}
    return CardView(
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
    """Yield how long, how often and how many times a day, as far as the dosage says."""
    if dosage.minutes:
        yield _fact(labels, "hold", "minutes", dosage.minutes)
    elif dosage.hold_seconds:
        one = dosage.hold_seconds == (1, 1)
        label = "hold-second" if one else "hold-seconds"
        yield _fact(labels, "hold", label, dosage.hold_seconds)
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
        most = dosage.most_per_day
        tail = labels["at-most"].format(n=most[1]) if most else ""
        yield _fact(labels, "day", "every-hours", dosage.every_hours, tail)


def _fact(
    labels: Mapping[str, str], mark: str, label: str, span: tuple[int, int], tail: str = ""
) -> Fact:
    low, high = span
    number = str(low) if low == high else labels["to"].format(low=low, high=high)
    # No line break between the words of a range such as "5 to 10".
    text = labels[label].format(n=number.replace(" ", "\u00a0"))
    return Fact(mark=mark, text=to_xhtml(text + tail))


_BEFORE_YOU_START = "before-you-start"
FITS_YOU = "fits-you"
"""The label above facts that stand by their names alone."""
_ORDER = (Level.AVOID, Level.ASK, Level.OK)
_MARKS = {Level.AVOID: "avoid", Level.ASK: "ask", Level.OK: "ok"}


class AdviceItem(Struct, frozen=True, kw_only=True):
    """One line of advice; `mark` names its icon: avoid, ask or ok."""

    mark: str
    text: Markup
    classes: tuple[str, ...] = ()
    """The advice classes that it is about."""


class View:
    """A selection for the template; texts of content are filled and escaped."""

    def __init__(
        self, library: Library, selection: Selection, imprint: Imprint, profile: Profile
    ) -> None:
        self.library = library
        self.selection = selection
        self.imprint = imprint
        self.request = selection.request
        self.profile = profile
        self.place = library.places[self.request.place]
        self.words = library.words_in(self.request.place, self.request.region)
        self.labels = library.labels
        self.blocks = tuple(choice.block for choice in selection.chosen)
        self._signs = Signs(library, selection, beside=not self.short)
        self._sections = {block.section for block in self.blocks}
        self._texts: dict[tuple[str, str], list[Wording]] = {}
        self._by_id: dict[str, Wording] = {}
        for block in self.blocks:
            if isinstance(block.body, TextBody):
                row = self._texts.setdefault((block.section, block.body.row), [])
                row.append(block.body.wording)
                self._by_id.setdefault(block.id, block.body.wording)

    @property
    def short(self) -> bool:
        """Whether it has the shape of a short edition; the sheet that stops has one shape."""
        return False

    def say(self, wording: Wording) -> Markup:
        """Fill a sentence and escape it."""
        return say(wording, self.words)

    def on_a_sheet(self) -> bool:
        """Tell whether all the signs are said in short lines, for want of a second sheet."""
        return self.short and self.request.look.edition == SHEET

    def has_diary(self) -> bool:
        """Tell whether there is a diary to print, where it costs no paper or is asked for."""
        return decide(self.library.sections[DIARY].when, self.request, self.selection.advice).holds

    def diary_rows(self) -> list[str]:
        """List the heads of the rows of the diary."""
        return diary_rows(self.library, self.selection, [card.name for card in self.cards()])

    # -------------------------------------------------------------- plain sections
    def order(self) -> tuple[str, ...]:
        """List the sections below the emergency box, and the note, in the order of the page."""
        topic = self.library.topic
        return topic.short_order if self.short else topic.order

    def form(self, section: str) -> str:
        """Return the form of a section that the topic has added; "" for all others."""
        return self.library.topic.sections.get(section, "")

    def has_medicines(self) -> bool:
        """Tell whether there is anything to say of medicines: a topic may have none."""
        named = any(one.kind == "medicine" for one in self.library.classes.values())
        return named or self.has(MEDICINES) or bool(self.self_check())

    def may_move(self, section: str) -> bool:
        """Tell whether a section may go to the second sheet."""
        return section in self.library.topic.second_sheet

    def closing(self, box: str = "") -> list[Markup]:
        """List what is said below the signs of a box: of an emergency, or `today`.

        Such a text of the section on help has an id that starts with the box, as `today-…`; those
        that start with `lead-` are heads, and all others belong to the emergency.
        """
        return [
            self.say(block.body.wording)
            for block in self.blocks
            if block.section == HELP
            and isinstance(block.body, TextBody)
            and not block.id.startswith("lead-")
            and block.id.startswith(f"{TODAY}-") == (box == TODAY)
        ]

    def has(self, section: str) -> bool:
        """Tell whether any block of a section was chosen."""
        return section in self._sections

    def heading(self, section: str) -> str:
        """Return the heading of a section for this status."""
        term = self.library.sections[section]
        return term.labels.get(self.request.status, term.label)

    def texts(self, section: str, row: str = "") -> list[Markup]:
        """List the text blocks of a section, or of one row of it, without when to stop."""
        said = [self.say(wording) for wording in self._texts.get((section, row), ())]
        stops = self._stop_lines() if section == EXERCISES else ()
        return [one for one in said if one not in stops]

    def uses(self, section: str) -> list[tuple[Markup, str]]:
        """List the text blocks of a section, each with the class that it suggests, if it is one."""
        return with_classes(self.texts(section), self.blocks, self.words)

    def text(self, ident: str) -> Markup:
        """Return a text block by its id; empty when it was left out."""
        return self.say(self._by_id[ident]) if ident in self._by_id else to_xhtml("")

    def emergency_lines(self, *, apart: bool = False) -> list[Markup]:
        """List the lines of the page-1 box; a line that a flag brings goes first.

        Those that name another number to call first are not of the list: `apart` gives them.
        """
        return self._lines(
            b.body
            for b in self.blocks
            if isinstance(b.body, EmergencyLineBody)
            and b.body.urgency is Urgency.EMERGENCY
            and b.body.apart == apart
        )

    def card_lines(self, *, apart: bool = False) -> list[Markup]:
        """List the lines of the card to cut out, in the order of `emergency_lines`."""
        bodies = [choice.block.body for choice in self.selection.card]
        return self._lines(
            body for body in bodies if isinstance(body, EmergencyLineBody) and body.apart == apart
        )

    def _lines(self, bodies: Iterable[EmergencyLineBody]) -> list[Markup]:
        """Say lines; one that a flag brings goes first."""
        return [self.say(b.wording) for b in sorted(bodies, key=lambda b: not b.from_flag)]

    # -------------------------------------------------------------- just for you
    def heading_for_reader(self) -> str:
        """Return the heading of "Just for you", another one where nobody asked.

        Older content has no other.
        """
        stops = stopping_flags(self.library).intersection(self.request.flags)
        other = "" if self.request.screened or stops else self.labels.get(_BEFORE_YOU_START, "")
        return other or self.heading(JUST_FOR_YOU)

    def leads(self) -> list[Markup]:
        """List a paragraph for each active flag: its lead, then its other lines.

        Flags of the section `stop` come first: their lead is the main message.
        """
        return [
            to_xhtml(" ".join(fill(body.wording, self.words) for body in parts))
            for parts in self.said_of_flags()
        ]

    def said_first(self) -> list[Markup]:
        """List the sentences of the first flag, one of the section `stop`: the message first."""
        return [self.say(body.wording) for body in self.said_of_flags()[0]]

    def said_of_flags(self) -> list[list[FlagBody]]:
        """List what is said of each active flag: its lead if it has one, then its other lines."""
        stops = stopping_flags(self.library)
        said_of: dict[str, list[FlagBody]] = {
            flag: [] for flag in self.request.flags if flag in stops
        }
        said: set[str] = set()
        for block in self.blocks:
            if isinstance(block.body, FlagBody):
                parts = said_of.setdefault(self._spoken_by(block.body.flag), [])
                text = fill(block.body.wording, self.words)
                if text not in said:  # two flags may bring the same sentence
                    # Lines of a broad flag stand before the lead of its kind, which speaks first.
                    parts.insert(0 if block.kind is Kind.LEAD else len(parts), block.body)
                said.add(text)
        return list(said_of.values())

    def _spoken_by(self, flag: str) -> str:
        """Return the flag whose paragraph holds a line: for one of a broad flag, its first kind."""
        kinds = self.library.kinds.get(flag, ())
        return next((one for one in self.request.flags if one in kinds), flag)

    def advice(self) -> list[AdviceItem]:
        """List one line for each clause or class of "Just for you", the strictest first."""
        covered: set[str] = set()
        items: list[tuple[int, int, AdviceItem]] = []
        order = list(self.library.classes)
        for body, whys in self._merged_clauses():
            covered.update(body.classes)
            text = each_once(" ".join([fill(body.wording, self.words), *whys]))
            place = min(order.index(name) for name in body.classes)
            item = self._item(body.level, text, body.classes)
            items.append((_ORDER.index(body.level), place, item))
        for line in self._class_lines():
            name = line.advice_class
            if name in self.selection.spoken and name not in covered:
                place = order.index(name)
                text = fill(line.wording, self.words)
                item = self._item(line.level, text, (name,))
                items.append((_ORDER.index(line.level), place, item))
        return [item for _, _, item in sorted(items, key=lambda one: one[:2])]

    def _item(self, level: Level, text: str, classes: tuple[str, ...]) -> AdviceItem:
        return AdviceItem(mark=_MARKS[level], text=to_xhtml(text), classes=classes)

    def _merged_clauses(self) -> Iterator[tuple[ClauseBody, list[str]]]:
        """Yield the clauses that are printed, the widest first, each with reasons to add.

        A clause replaces those on a subset of its classes, and takes over their reasons. Whom to
        ask may differ between flags, so it also takes over the text of each clause at level ask.
        """
        clauses = [b.body for b in self.blocks if isinstance(b.body, ClauseBody)]
        main: list[tuple[ClauseBody, list[str]]] = []
        for body in sorted(clauses, key=lambda one: -len(one.classes)):
            whys = [fill(why, self.words) for why in body.why]
            for first, reasons in main:
                if set(body.classes) <= set(first.classes):
                    said = [fill(body.wording, self.words)] if body.level is Level.ASK else []
                    known = [fill(first.wording, self.words), *reasons]
                    reasons.extend(one for one in [*said, *whys] if one not in known)
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
        """List the class lines of a section, without classes that "Just for you" speaks of."""
        return [
            self._item(body.level, fill(body.wording, self.words), (body.advice_class,))
            for body in self._class_lines()
            if body.advice_class not in self.selection.spoken
            and self.library.classes[body.advice_class].section == section
        ]

    def medicines(self, level: str) -> list[Markup]:
        """List the row of the medicines at a level: names, class lines, then texts.

        What to ask about is only named, one by one, and so are classes to avoid that "Just for you"
        speaks of.
        """
        lines = {b.advice_class: b for b in self._class_lines()}
        items: list[Markup] = []
        names: list[str] = []
        for name, record in self.library.classes.items():
            verdict = self.selection.advice[name]
            if record.kind != "medicine" or str(verdict.level) != level or record.name is None:
                continue
            if verdict.level is not Level.AVOID:
                names.append(capitalise(fill(record.name, self.words)) + ".")
            elif name in self.selection.spoken:
                label = self.labels["not-start" if record.already else "not-this"]
                names.append(label.format(name=fill(record.name, self.words)))
            elif name in lines:
                items.append(self.say(lines[name].wording))
        return [*map(to_xhtml, names), *items, *self.texts(MEDICINES, level)]

    def self_check(self) -> list[SignGroup]:
        """List the points to check before taking a medicine, by group; those of none come last.

        A point that several flags have is listed once.
        """
        points: dict[str, list[Markup]] = {name: [] for name in self.library.check_groups}
        said: set[Markup] = set()
        for body in (b.body for b in self.blocks if isinstance(b.body, SelfCheckBody)):
            point = self.say(body.wording)
            if point not in said:
                points[body.group].append(point)
            said.add(point)
        labels = {name: term.label for name, term in self.library.check_groups.items()}
        groups = [(labels[name], some) for name, some in points.items()]
        if said:
            groups.append((self.labels["other-points"], self.texts(SELF_CHECK)[1:]))
        return [
            SignGroup(label=to_xhtml(label), lead_in=None, items=tuple(some))
            for label, some in groups
            if some
        ]

    def known_points(self) -> Markup:
        """Name, for a pharmacist, the points known to fit whom nobody asked about the others."""
        bodies = (block.body for block in self.library.blocks)
        points = {one.flag: one for one in bodies if isinstance(one, SelfCheckBody)}
        flags = () if self.request.screened else self.request.flags
        # A kind has a point of its own, or that of the broad flag.
        own = [flag if flag in points else self.library.flags[flag].kind_of for flag in flags]
        broad = {self.library.flags[one].kind_of for one in own if one in points}
        said = [points[one] for one in own if one in points and one not in broad]
        return self.fits_you(fill(one.wording, self.words) for one in said)

    def fits_you(self, names: Iterable[str]) -> Markup:
        """Say of facts, by their names, that they fit the reader."""
        said = "; ".join(dict.fromkeys(names))
        label = self.labels.get(FITS_YOU, "")
        return to_xhtml(label.format(names=said) if said else "")

    def label(self, key: str) -> Markup:
        """Return a label with key words in bold."""
        return to_xhtml(self.labels[key])

    def every_sign(self) -> str:
        """Return the heading of the box with all signs to call the emergency number for."""
        number = self.words["emergency_number"]
        return self.labels["every-sign"].format(emergency_number=number)

    # -------------------------------------------------------------- warning signs, exercises
    def warnings(self, urgency: str, *, own_lead: bool = False) -> list[SignGroup]:
        """List the signs of one urgency by group; see `Signs.of_urgency`."""
        return self._signs.of_urgency(urgency, own_lead=own_lead)

    def said_on_page_1(self) -> list[Markup]:
        """List the lines of the emergency box whose signs are in no list.

        The sheet of warning signs says them too: it may be kept by itself.
        """
        listed = {block.id for block in self.blocks if isinstance(block.body, RedFlagBody)}
        return self._lines(
            block.body
            for block in self.blocks
            if isinstance(block.body, EmergencyLineBody)
            and block.body.urgency is Urgency.EMERGENCY
            and not listed & {*block.body.covers}
        )

    def maternity(self) -> list[SignGroup]:
        """List the signs for which to call the maternity unit first."""
        return self._signs.maternity()

    def maternity_first(self) -> bool:
        """Tell whether those stand before all others: the reader is known to call that unit."""
        return self._signs.maternity_first

    def medicine_warnings(self) -> list[SignGroup]:
        """List the signs of harm from a medicine, which are printed with the medicines."""
        return self._signs.beside_medicines()

    def cards(self) -> list[CardView]:
        """List the chosen exercises by role, or in the order in which a clinician chose them."""
        return self._cards

    @cached_property
    def _cards(self) -> list[CardView]:
        """The chosen exercises, which several parts of a leaflet ask for."""
        return view_cards(self.library, self.selection)

    def stops(self) -> tuple[Stops, ...]:
        """List when to stop any of the exercises: each reason once, below what to do then."""
        of_cards = [one for card in self.cards() for one in card.stop]
        said = tuple(dict.fromkeys((*of_cards, *self._stop_lines()))) if of_cards else ()
        once = (one for one in said if not is_said_in(one, said))
        # Where nobody asked, many a reason has two orders: they stand where the reason does.
        with_order = self.labels.get("stop-and", "") if self.request.screened else ""
        number = self.words["emergency_number"]
        return by_order(once, number, with_order, self.labels["stop-if"])

    def _stop_lines(self) -> list[Markup]:
        """List what is said of stopping any exercise, with what to do then."""
        return [one for one in map(self.text, self.library.topic.stop_lines) if one]

    # -------------------------------------------------------------- about
    def day(self, day: date) -> str:
        """Return a date with the name of the month, so that day and month cannot be confused."""
        return f"{day.day} {self.labels['months'].split()[day.month - 1]} {day.year}"

    def given_date(self) -> str:
        """Return the date for the line on the last page; "" unless one was asked for."""
        return self.day(self.request.date) if self.request.date_given else ""

    def sources(self) -> list[str]:
        """List the short names of the sources of the printed blocks, in alphabetical order."""
        keys = {key for block in self._printed() for key in block.sources}
        return sorted({self.library.sources[key].short for key in keys} - {""}, key=str.casefold)

    def reviewed(self) -> str:
        """Return the date of the oldest review among the printed blocks."""
        return self.day(min(block.reviewed for block in self._printed()))

    def _printed(self) -> Iterator[Block]:
        """Yield the blocks whose words print, those of the card too."""
        yield from self.blocks
        yield from (choice.block for choice in self.selection.card)

    def page_address(self) -> str:
        """Return the address of the service's page on this leaflet; "" where it has none."""
        words = {"region": self.request.region, "status": self.request.status}
        return self.profile.page.format(**words)

    def not_for_emergencies(self) -> str:
        """Return the line with the emergency number to call in place of the service's own."""
        number = self.words["emergency_number"]
        return self.labels["not-for-emergencies"].format(emergency_number=number)

    def approval(self) -> str:
        """Return the line on who approved the words and until when, or that nobody has."""
        imprint = self.imprint
        if imprint.on is None or imprint.until is None:
            return self.labels["unsigned"]
        on, until = self.day(imprint.on), self.day(imprint.until)
        roles = ", ".join(imprint.roles)
        return self.labels["approved"].format(roles=roles, on=on, until=until)

    def own_code(self) -> str:
        """Return the sentence with the code of the leaflet; "" where there are no codes.

        It stands among the words too: a narrow footer has no room for all of it, and no screen
        reader speaks a footer.
        """
        code = self.imprint.code
        return f"{self.labels['code'].format(code=code)}." if code else ""

    def version(self) -> str:
        """Return the first eight digits of the version of the content."""
        return self.library.version[:8]
