"""Hold the finished page to words that some readers must find in one place: `PageWords`."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import MEDICINES
from handouts.leaflet.stops import said_by
from handouts.leaflet.tree import ItemList, Paragraph, is_panel, plain, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.blocks import Rule
    from handouts.content.yaml_reader import Entry
    from handouts.safety.leaflet_text import LeafletText


ON_PAGE = "on-page"
"""The key of the statement."""
PLACES = PERSONAL, TOP, MESSAGE, EXERCISES, ABOUT, BEFORE_ROWS, DAY = (
    "personal", "top", "message", "exercises", "about", "before-rows", "today",
)  # fmt: skip
"""What is just for this reader, all above the first box, the first message there, the cards, the
end of the leaflet, what stands above the rows of the medicines where there are any, and the boxes
of what needs a doctor today."""
NEEDED = (ABOUT, BEFORE_ROWS)
"""Places of which some rule has to say what stands there."""
ROWS = frozenset({"try", "ask", "avoid"})
"""The rows of the medicines."""
_STOP = "stop"
"""The kind of a list of reasons to stop."""


class PageWords(Struct, frozen=True, kw_only=True):
    """What one place of the page says, never says, or starts with, for whom a condition means.

    Each of `signs` is words for one sign, with | between them: the lines of the place that name it
    say the same to do, and no list of reasons to stop names it twice.
    """

    when: Rule
    place: str
    says: tuple[str, ...]
    starts: str
    never: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()

    def broken(self, page: LeafletText) -> Iterator[str]:
        """Yield what is not there, if the reader of the page is meant."""
        if not page.facts.holds(self.when):
            return
        said = _said(page, self.place)
        if said is None:
            return
        for words in self.says:
            if words not in said:
                yield f"“{words}” is not said {_WHERE[self.place]}"
        for words in self.never:
            if words in said:
                yield f"“{words}” is said to this reader ({self.place})"
        if not said.startswith(self.starts):
            yield f"the {self.place} is “{said}”, and does not start with “{self.starts}”"
        if self.signs:
            yield from _two_orders(page, self.place, self.signs)


def parse_page_words(entry: Entry, when: Rule) -> Iterator[PageWords]:
    """Read `on-page: {personal: {says: [...]}, message: {starts: ...}}`; words are folded."""
    for place in entry.keys():  # noqa: SIM118 - no dictionary
        field = entry.get(place)
        if field is None:
            continue
        if place not in PLACES:
            field.fault(f"unknown place `{place}`", hint=f"write one of: {', '.join(PLACES)}")
        says, starts, never = field.get("says"), field.get("starts"), field.get("never")
        signs = field.get("one-order")
        if signs and place not in (EXERCISES, ABOUT):
            signs.fault(f"`{place}` is no section of its own", hint=f"write {EXERCISES} or {ABOUT}")
        if not (says or starts or never or signs):
            hint = "write `says:`, `never:`, `starts:` or `one-order:`"
            field.fault("nothing here can be checked", hint=hint)
        yield PageWords(
            when=when,
            place=place,
            says=tuple(one.casefold() for one in says.texts()) if says else (),
            starts=starts.text().casefold() if starts else "",
            never=tuple(one.casefold() for one in never.texts()) if never else (),
            signs=tuple(one.casefold() for one in signs.texts()) if signs else (),
        )
        field.finish()


_WHERE = {
    PERSONAL: "where it is just for the reader (personal)",
    TOP: "where it is just for the reader (top)",
    MESSAGE: "where it is just for the reader (message)",
    EXERCISES: "on the cards (exercises)",
    ABOUT: "at the end (about)",
    BEFORE_ROWS: "above the rows of the medicines (before-rows)",
    DAY: "where the signs for today stand (today)",
}


def _said(page: LeafletText, place: str) -> str | None:
    """Return what stands in a place; None where a page need not have it."""
    if place == PERSONAL:
        return page.personal
    if place == DAY:
        return page.boxes.get(place, "")
    if place in (TOP, EXERCISES, ABOUT):
        return page.section_text(place)
    if place == BEFORE_ROWS:
        return _before_rows(page)
    section = page.section("top")
    parts = section.parts if section else ()
    messages = (one for one in parts if isinstance(one, Paragraph) and one.kind == MESSAGE)
    first = next(messages, None)
    return page.fold(plain(first.runs)) if first else ""


def _before_rows(page: LeafletText) -> str | None:
    section = page.section(MEDICINES)
    if section is None:
        return None
    before = takewhile(lambda part: not is_panel(part, *ROWS), section.parts)
    return "\n".join(page.fold(plain(part.runs)) for part in before if isinstance(part, Paragraph))


# ------------------------------------------------------------------ one sign, one order
def _two_orders(page: LeafletText, place: str, signs: tuple[str, ...]) -> Iterator[str]:
    """Yield each sign for which two lines say two things to do, or that one list has twice."""
    section = page.section(place)
    lines: dict[str, list[str]] = {}
    for part in walk(section.parts if section else ()):
        if isinstance(part, ItemList):
            lines.setdefault(part.kind, []).extend(map(page.fold, said_by(part)))
    for sign in signs:
        named = re.compile(rf"\b(?:{sign})\b")
        known: dict[str, str] = {}
        for kind, items in lines.items():
            found = [one for one in items if named.search(one)]
            if kind == _STOP and len(found) > 1:
                yield f"“{found[0]}” and “{found[1]}” stand in one box to stop"
            known |= {_order(one, page): one for one in found}
        if len(known) > 1:
            one, other, *_ = known.values()
            yield f"“{one}” and “{other}” say two things to do for one sign"


def _order(line: str, page: LeafletText) -> str:
    """Return what a line says to do: whom to call, today, or to read on; "" for only to stop."""
    number = page.fold(page.words["emergency_number"])
    orders = {
        "call": rf"\bcall {re.escape(number)}\b",
        "today": r"\b(?:today|that day)\b",
        "read": r"\bread the warning signs\b",
    }
    return "+".join(name for name, words in orders.items() if re.search(words, line))
