"""Report rules of safety that have gone: `check_complete`.

Rules vanish in silence, because fewer of them hold more easily. So no number may be missing from
their row, and each table of the program must be asked for by a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.vocabulary import OWN_FROM
from handouts.safety.box_lines import LINES_HOLD
from handouts.safety.guard import CHECKS
from handouts.safety.least import LEAST, LIMITS
from handouts.safety.page_words import NEEDED, ON_PAGE
from handouts.safety.statements import LAWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.content.yaml_reader import Entry
    from handouts.safety.guard import Invariant


OWN = OWN_FROM
"""Services number rules of their own from here on, with whatever gaps."""
NEVER_GIVEN = frozenset(
    (*range(151, 160), 188, 189, 203, *range(241, 243), *range(285, 290), *range(291, 295))
)
"""Numbers that no rule ever had, for rules were numbered in several places at once."""
FORMS = (
    "levels-of-flags", "exercise-table", "every-flag-speaks", "no-suggestion-at", "ask-first",
    "numbers", "can-print", "names-are-declared", "cards", "labels", "place-words", "short-forms",
    LEAST, LIMITS, LINES_HOLD,
)  # fmt: skip
"""Statements that some rule has to make: the reviewed tables, and what holds for all content."""
_HINT = (
    "restore it from git; a rule that corrects another names it in `replaces:`; where content is "
    "older than the program, `handout content merge` brings the rules that came since"
)


def check_complete(entry: Entry, rules: Sequence[Invariant]) -> None:
    """Note a fault for each number that is missing, and for each table that no rule asks for."""
    for message in (*_gaps(rules), *_not_asked(rules)):
        entry.fault(message, hint=_HINT)


def _gaps(rules: Sequence[Invariant]) -> Iterator[str]:
    seen = {number for rule in rules for number in (rule.number, *rule.replaces)}
    last = max((number for number in seen if number < OWN), default=0)
    for number in range(1, last + 1):
        if number not in seen | NEVER_GIVEN:
            yield f"rule {number} is gone: no rule has this number or replaces it"


def _not_asked(rules: Sequence[Invariant]) -> Iterator[str]:
    layout = {name for rule in rules for name in rule.layout}
    forms = {name for rule in rules for name in rule.forms}
    for name in CHECKS:
        if name not in layout:
            yield f"no rule has `layout: [{name}]`, a check of every page"
    for name in LAWS:
        if name not in forms:
            yield f"no rule has `holds: [{name}]`, a law of every leaflet"
    for name in FORMS:
        if name not in forms:
            yield f"no rule has `{name}:`"
    for name in {*NEEDED} - {one.place for rule in rules for one in rule.on_page}:
        yield f"no rule has `{ON_PAGE}: {{{name}: …}}`, words of every page"
