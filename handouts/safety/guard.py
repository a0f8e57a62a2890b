"""Refuse a composed leaflet that breaks a safety rule: `refuse_unsafe`.

Every leaflet is checked before it is output. Texts are compared folded: without differences of
case and white space. The named checks of the page are in `CHECKS`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import EmergencyLineBody, FlagBody, RedFlagBody
from handouts.content.vocabulary import (
    ABOUT,
    CHECK_FIRST,
    EMERGENCY,
    HELP,
    JUST_FOR_YOU,
    MEDICINES,
    SHEET,
    STOP,
    TODAY,
    Kind,
    Level,
    Urgency,
)
from handouts.errors import ContentError, Fault
from handouts.leaflet.markup import sentences, two_names
from handouts.leaflet.tree import Heading, ItemList, Panel, Paragraph, is_panel, plain, walk
from handouts.safety.claims import origin_of
from handouts.safety.leaflet_text import LeafletText
from handouts.safety.page_words import ROWS
from handouts.safety.pocket_card import card_is_complete
from handouts.safety.presence import (
    cautions_first,
    cautions_on_cards,
    no_clause_is_lost,
    nothing_is_lost,
    times_said,
)
from handouts.selection.rules import stopping_flags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from handouts.content.blocks import Rule
    from handouts.content.library import Library
    from handouts.leaflet.tree import Leaflet
    from handouts.safety.claims import Claim
    from handouts.safety.leaflet_text import TextFolder
    from handouts.safety.page_words import PageWords
    from handouts.selection.select import Selection


_A_SENTENCE = 4
"""Sentences of fewer words may be repeated: "Keep taking it." may be said of two medicines."""
_STOP_SECTIONS = frozenset({"top", EMERGENCY, STOP, JUST_FOR_YOU, "note", "service", HELP, ABOUT})
_BEFORE_THE_BOX = frozenset({"top", CHECK_FIRST})
_OF_SIGNS = frozenset({EMERGENCY, HELP, TODAY})
"""The sections whose lists are of warning signs."""
_STOP_BOX = "stop"
"""The kind of the box of reasons to stop."""
_SIGN_BOXES = ("warnings", "today", "book")
"""The boxes of warning signs, the most urgent first; that of the maternity unit stands beside the
first, above it for who is known to call that unit."""


# ------------------------------------------------------------------ the checks
def _stops(page: LeafletText) -> bool:
    """Tell whether a flag makes the leaflet one that says whom to ask, and nothing else."""
    return bool(stopping_flags(page.facts.library) & {*page.flags})


def _help_is_there(page: LeafletText) -> Iterator[str]:
    on_a_sheet = page.facts.selection.request.look.edition == SHEET and not _stops(page)
    section = page.section(TODAY if on_a_sheet else HELP)
    if section is None or not any(isinstance(part, ItemList) for part in walk(section.parts)):
        yield "the section on when to get help is missing or empty"


def _urgent_first(page: LeafletText) -> Iterator[str]:
    section = page.section(HELP)
    kinds = [part.kind for part in section.parts if isinstance(part, Panel)] if section else []
    wanted = [kind for kind in _SIGN_BOXES if kind in kinds]
    too_late = "maternity" in kinds[2:]
    if too_late or [kind for kind in kinds if kind != "maternity"] != wanted:
        yield f"the boxes of warning signs stand in the order {', '.join(kinds)}"
    before = []
    for one in page.leaflet.sections:
        if one.id == EMERGENCY:
            break
        before.append(one.id)
    if late := sorted(set(before) - _BEFORE_THE_BOX):
        yield f"{late[0]} stands before the emergency box"


def _emergency_box(page: LeafletText) -> Iterator[str]:
    for block in page.facts.chosen.values():
        if isinstance(block.body, EmergencyLineBody):
            urgent = block.body.urgency is Urgency.EMERGENCY
            if page.say(block.body.wording) not in page.section_text(
                EMERGENCY if urgent else TODAY
            ):
                yield f"`{block.id}` is not in {'the emergency box' if urgent else 'its list'}"


def _sheet_holds_the_box(page: LeafletText) -> Iterator[str]:
    """The sheet of all the signs says what the box says, line by line, where it lists no sign."""
    if page.section(HELP) is None:
        return
    chosen = page.facts.chosen.values()
    listed = {block.id for block in chosen if isinstance(block.body, RedFlagBody)}
    said = "\n".join(page.boxes.get(kind, "") for kind in ("warnings", "medicine-warning"))
    for block in chosen:
        body = block.body
        if not isinstance(body, EmergencyLineBody) or body.urgency is not Urgency.EMERGENCY:
            continue
        if not listed & {*body.covers} and page.say(body.wording) not in said:
            yield f"`{block.id}` is not on the sheet of all the signs"


def _two_numbers_apart(page: LeafletText) -> Iterator[str]:
    """A line that names another number first stands below the list that says to call."""
    section = page.section(EMERGENCY)
    items = {
        page.fold(plain(item.runs))
        for part in walk(section.parts if section else ())
        if isinstance(part, ItemList)
        for item in part.items
    }
    unit = page.words["maternity_unit"].casefold()
    for block in page.facts.chosen.values():
        if isinstance(block.body, EmergencyLineBody):
            said = page.say(block.body.wording)
            if unit in said and said in items:
                yield f"`{block.id}` stands under the number that it does not call first"


def _nothing_open(page: LeafletText) -> Iterator[str]:
    if any(mark in page.text for mark in "{}") or "**" in page.text:
        line = next(one for one in page.text.split("\n") if any(m in one for m in ("{", "}", "**")))
        yield f"a placeholder or mark is left in “{line}”"


def _nothing_empty(page: LeafletText) -> Iterator[str]:
    for section in page.leaflet.sections:
        parts = tuple(walk(section.parts))
        if all(isinstance(part, Heading | Panel) for part in parts):
            yield f"the section {section.id} is empty"
        for part in parts:
            empty_list = isinstance(part, ItemList) and not part.items
            if empty_list or (
                isinstance(part, Heading | Paragraph) and not plain(part.runs).strip()
            ):
                yield f"an empty heading, paragraph or list in the section {section.id}"


def _leads_once(page: LeafletText) -> Iterator[str]:
    for block in page.facts.chosen.values():
        if block.kind is Kind.LEAD and isinstance(block.body, FlagBody):
            times = times_said(block.body, page)
            if times != 1:
                yield f"`{block.id}` prints {times} times"


def _stop_comes_first(page: LeafletText) -> Iterator[str]:
    if not _stops(page):
        return
    for section in page.leaflet.sections:
        if section.id not in _STOP_SECTIONS:
            yield f"a leaflet that says whom to ask has the section {section.id}"


def _advice_once(page: LeafletText) -> Iterator[str]:
    lists = [
        part
        for section in page.leaflet.sections
        for part in walk(section.parts)
        if isinstance(part, ItemList) and part.kind == "advice"
    ]
    yield from _twice(page.fold(plain(item.runs)) for one in lists for item in one.items)


def _no_sign_twice(page: LeafletText) -> Iterator[str]:
    """No list of signs says one twice, on any page, nor does the box of reasons to stop."""
    for section in page.leaflet.sections:
        lists = [part for part in walk(section.parts) if isinstance(part, ItemList)]
        boxes = [
            [one for one in walk(part.parts) if isinstance(one, ItemList)]
            for part in walk(section.parts)
            if is_panel(part, _STOP_BOX) or (section.id == HELP and is_panel(part, *_SIGN_BOXES))
        ]
        boxed = {id(one) for box in boxes for one in box}
        apart = [[one] for one in lists if section.id in _OF_SIGNS and id(one) not in boxed]
        for box in (*boxes, *apart):
            yield from _twice(page.fold(plain(item.runs)) for one in box for item in one.items)


def _said_once(page: LeafletText) -> Iterator[str]:
    """No sentence of "Just for you" is repeated, unless it is short (see _A_SENTENCE)."""
    rows = (page.boxes.get(row, "") for row in ROWS) if page.is_short else ()
    lines = "\n".join((page.section_text(JUST_FOR_YOU), *rows)).split("\n")
    said = (one for line in lines for one in sentences(line))
    yield from _twice(one for one in said if len(one.split()) >= _A_SENTENCE)


def _twice(lines: Iterator[str]) -> Iterator[str]:
    for line, times in Counter(lines).items():
        if times > 1:
            yield f"“{line}” prints {times} times"


def _other_name_once(page: LeafletText) -> Iterator[str]:
    key, name, other = (one.casefold() for one in two_names(page.words))
    if not key:
        return
    raw = "\n".join(text for one in page.read for text in one.printed).casefold()
    times = raw.count(other)
    if name in raw and (times != 1 or not raw[raw.index(name) :].startswith(f"{name} ({other})")):
        yield f"{name} is not named once as {name} ({other}), at its first use"


def _not_to_stop_comes_first(page: LeafletText) -> Iterator[str]:
    """Who takes a medicine by prescription reads its bare name in no row on what not to take."""
    if page.section(MEDICINES) is None:
        return
    lines = page.boxes.get("avoid", "").splitlines()  # each medicine may have one of its own
    said = [one for line in lines for one in sentences(line)]
    label = page.facts.library.labels.get("not-this", "{name}")
    for record in page.facts.library.classes.values():
        name = page.say(record.name) if record.already and record.name else ""
        bare = {name, page.fold(label.format(name=name)).rstrip(".")}
        if name and any(one.rstrip(".") in bare for one in said):
            yield f"{record.id} stands by its bare name under “do not take”"


def _forbidden_stands_in_its_row(page: LeafletText) -> Iterator[str]:
    """What may not be started is named under “do not take” too, where the reader looks for it."""
    if page.section(MEDICINES) is None:
        return
    said = page.boxes.get("avoid", "")
    for record in page.facts.library.classes.values():
        level = page.facts.selection.advice[record.id].level
        if not record.already or record.name is None or level is not Level.AVOID:
            continue
        name = page.say(record.name).partition(" or ")[0].removesuffix("s")
        if name not in said:
            yield f"“{name}” is forbidden, and does not stand under “do not take”"


def _rows_have_their_heads(page: LeafletText) -> Iterator[str]:
    """A row of the medicines has the heading of its own level, and no other."""
    labels = page.facts.library.labels
    section = page.section(MEDICINES)
    for part in section.parts if section else ():
        if is_panel(part, *ROWS):
            heads = [plain(one.runs) for one in part.parts if isinstance(one, Heading)]
            if heads != [labels[part.kind]]:
                yield f"the row `{part.kind}` of the medicines is headed “{', '.join(heads)}”"


def _about_is_complete(page: LeafletText) -> Iterator[str]:
    """The year of the leaflet stands at its end; what else does, a rule says (`on-page`)."""
    if str(_year(page)) not in page.section_text(ABOUT):
        yield f"“About this leaflet” lacks “{_year(page)}”"


def _year(page: LeafletText) -> int:
    return page.facts.selection.request.date.year


def _draft(page: LeafletText) -> Iterator[str]:
    labels = page.facts.library.labels
    about = page.section_text(ABOUT)
    unsigned = page.fold(labels["unsigned"]) in about
    approved = page.fold(labels["approved"].partition("{")[0]) in about
    marks = (page.leaflet.draft, page.leaflet.draft_line)
    if unsigned == approved or [unsigned, unsigned] != [bool(mark) for mark in marks]:
        yield "unsigned words do not say that they are a draft"


CHECKS: Mapping[str, Callable[[LeafletText], Iterator[str]]] = {
    "help-is-there": _help_is_there,
    "urgent-first": _urgent_first,
    "emergency-box": _emergency_box,
    "sheet-holds-the-box": _sheet_holds_the_box,
    "two-numbers-apart": _two_numbers_apart,
    "nothing-open": _nothing_open,
    "nothing-empty": _nothing_empty,
    "leads-once": _leads_once,
    "stop-comes-first": _stop_comes_first,
    "cautions-on-cards": cautions_on_cards,
    "cautions-first": cautions_first,
    "advice-once": _advice_once,
    "no-sign-twice": _no_sign_twice,
    "said-once": _said_once,
    "other-name-once": _other_name_once,
    "not-to-stop-comes-first": _not_to_stop_comes_first,
    "forbidden-stands-in-its-row": _forbidden_stands_in_its_row,
    "about-is-complete": _about_is_complete,
    "draft": _draft,
    "rows-have-their-heads": _rows_have_their_heads,
    "nothing-is-lost": nothing_is_lost,
    "no-clause-is-lost": no_clause_is_lost,
    "card-is-complete": card_is_complete,
}
"""The checks that `layout:` in invariants.yaml may name; each yields what is wrong."""
EARLIER_CHECKS = ("tablets-and-bottom", "surgery-message-first")
"""Checks of rules of an earlier day; what they looked for is said by rules today (`on-page`)."""


class Invariant(Struct, frozen=True, kw_only=True):
    """A safety rule: in words for pharmacists, and as claims and checks.

    `kind` is one of KINDS in `safety.invariants`; `replaces` holds numbers of earlier rules.
    """

    number: int
    says: str
    source: str
    kind: str
    replaces: tuple[int, ...]
    claims: tuple[Claim, ...]
    faults: tuple[Fault, ...]
    """Violations in the words of the content, whatever the request."""
    layout: tuple[str, ...]
    """Keys of CHECKS."""
    tests: tuple[str, ...]
    """Tests that prove what is about files, logs or building."""
    forms: tuple[str, ...] = ()
    """The kinds of statements that it makes, and the laws that it says hold."""
    on_page: tuple[PageWords, ...] = ()
    """What the finished page says to some readers."""


def refuse_unsafe(
    library: Library, selection: Selection, leaflet: Leaflet, rules: Iterable[Invariant]
) -> None:
    """Raise ContentError with a fault for each violation of a rule."""
    if faults := broken_rules(library, selection, leaflet, rules):
        raise ContentError(*faults)


def broken_rules(
    library: Library,
    selection: Selection,
    leaflet: Leaflet,
    rules: Iterable[Invariant],
    folder: TextFolder | None = None,
) -> tuple[Fault, ...]:
    """Return a fault for each violation of a safety rule in one leaflet.

    A `folder` that has read other leaflets of the same place saves time.
    """
    page = LeafletText(library, selection, leaflet, folder)
    facts = page.facts
    found: list[Fault] = []
    held: dict[Rule, bool] = {}  # many claims have one condition
    for rule in rules:
        messages = []
        for claim in rule.claims:
            holds = held.get(claim.when)  # once: to look for a rule is to go through all of it
            if holds is None:
                holds = held[claim.when] = facts.holds(claim.when)
            if holds and (message := claim.broken(facts)):
                messages.append(message)
        messages += layout_messages(rule, page)
        found += rule.faults
        found += [
            Fault(
                message=f"rule {rule.number} does not hold: {message}",
                origin=origin_of(message, library),
                hint=rule.says,
            )
            for message in messages
        ]
    return tuple(found)


def layout_messages(rule: Invariant, page: LeafletText) -> Iterator[str]:
    """Yield what is wrong by the layout checks of a rule, and by the words that it wants there."""
    yield from (message for name in rule.layout for message in CHECKS[name](page))
    yield from (message for one in rule.on_page for message in one.broken(page))
