"""Compare two versions of one unit line by line, with the risk of each: `differences_of`.

Lines that say something are compared word class by word class. All other lines decide who gets
what, and any difference in them is of high risk, except sources and dates. So is any in a rule of
safety, except in the sentence that explains it.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING

from handouts.governance.approval import HEADINGS, LABELS, RULE, SERVICE, Difference
from handouts.safety.risk import (
    Risk,
    is_another_label,
    names_something_else,
    paired,
    risks_of_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.governance.units import UnitLine


_SPOKEN = frozenset(
    {
        "text", "why", "name", "names", "start", "steps", "stop", "cautions", "signs", "lead_in",
        "question", "label", "region", "status", "section", "group", "check",
    }
)  # fmt: skip
"""Lines of words; in a block, `section` and `group` are the ids of where it stands."""
_IDS = frozenset({"section", "group", "status", "check"})
_RISK_OF_KEY = {
    "urgency": Risk.URGENCY, "raised_by": Risk.URGENCY, "covers": Risk.SIGN,
    "instead_of": Risk.SIGN,
    "prints_in": Risk.SIGN, "when": Risk.RULE, "where": Risk.REGION, "sources": Risk.SOURCE,
    "reviewed": Risk.SOURCE, "words": Risk.PLACE, "language": Risk.PLACE, "dosage": Risk.EXERCISE,
    "sets": Risk.EXERCISE, "column": Risk.EXERCISE, "also": Risk.EXERCISE,
    "figures": Risk.EXERCISE, "drawing": Risk.EXERCISE, "released": Risk.EXERCISE,
    "position": Risk.EXERCISE, "intensity": Risk.EXERCISE, "moves": Risk.EXERCISE,
    "extra_moves": Risk.EXERCISE, "movement": Risk.EXERCISE, "variant": Risk.EXERCISE,
    "level": Risk.MEDICINE,
    "avoid": Risk.MEDICINE, "ask": Risk.MEDICINE, "classes": Risk.MEDICINE,
    "row": Risk.MEDICINE, "advice_class": Risk.MEDICINE, "suggests": Risk.MEDICINE,
    "warns": Risk.MEDICINE,
}  # fmt: skip
_RISK_OF_LOSS = {
    "signs": Risk.SIGN, "lead_in": Risk.SIGN, "stop": Risk.STOP, "cautions": Risk.CAUTION,
    "steps": Risk.EXERCISE, "start": Risk.EXERCISE, "label": Risk.LABEL, "name": Risk.LABEL,
    "names": Risk.LABEL, "question": Risk.LABEL,
}  # fmt: skip
"""What it means that a text came, went or says something else."""
_SHORT = frozenset({"signs", "stop", "cautions", "why", "question", "check"})
"""Texts so short that another word in them is another fact."""
EXPLAINED = {"says": Risk.WORDING, "source": Risk.SOURCE}
"""Lines of a rule that ask for nothing."""


def differences_of(
    unit: str, old: Sequence[UnitLine], new: Sequence[UnitLine], medicines: frozenset[str]
) -> Iterator[Difference]:
    """Yield every difference, each with its risk, the most dangerous first."""
    if unit.startswith(RULE):
        yield from sorted(_of_rule(old, new), key=lambda one: one.risk)
        return
    keys = dict.fromkeys(key for key, _ in chain(old, new))
    found = [
        Difference(key=key, old=before, new=after, risk=risk)
        for key in keys
        for before, after, risk in _of_key(
            unit, key, _values(old, key), _values(new, key), medicines
        )
    ]
    yield from sorted(found, key=lambda one: one.risk)


def _values(lines: Sequence[UnitLine], key: str) -> list[str]:
    return [value for name, value in lines if name == key]


def _of_key(
    unit: str, key: str, old: list[str], new: list[str], medicines: frozenset[str]
) -> Iterator[tuple[str, str, Risk]]:
    if old == new:
        return
    pairs = paired(old, new)
    if not pairs:
        moved = Risk.EXERCISE if key.startswith("steps") else Risk.WORDING
        yield "; ".join(old), "; ".join(new), moved
    for before, after in pairs:
        if risk := _risk(unit, key, before, after, medicines):
            yield before, after, risk


def _risk(unit: str, key: str, old: str, new: str, medicines: frozenset[str]) -> Risk | None:
    head = key.partition(" ")[0]
    listed = unit in {LABELS, HEADINGS, SERVICE}
    if head not in _SPOKEN or (head in _IDS and not listed and ":" not in unit):
        return _RISK_OF_KEY.get(head, Risk.RULE)
    if unit == HEADINGS and _rule_of(old) != _rule_of(new):
        return Risk.RULE
    lost = _RISK_OF_LOSS.get(head, Risk.LABEL if listed else Risk.STATEMENT)
    if not old or not new:
        return lost
    return _risk_of_words(head, old, new, medicines, lost, short=listed or _is_short(head))


def _risk_of_words(  # noqa: PLR0913 - two texts, and what each may mean
    head: str, old: str, new: str, medicines: frozenset[str], lost: Risk, *, short: bool
) -> Risk | None:
    found = risks_of_words(old, new, medicines)
    if not found:
        return None
    if short and is_another_label(old, new):
        found.add(Risk.LABEL)
    if head in _SHORT and names_something_else(old, new):
        found.add(lost)
    worst = min(found)
    # A sign, a stop rule or a caution that says something else is named as such.
    own = head in {"signs", "stop", "cautions"} and Risk.SIGN < worst < Risk.WORDING
    return min(worst, lost) if own else worst


def _of_rule(old: Sequence[UnitLine], new: Sequence[UnitLine]) -> Iterator[Difference]:
    """Yield what differs in a rule of safety, part by part; one that came or went is one part."""
    if not old or not new:
        told = [dict(lines).get("says", "names of medicines") for lines in (old, new) if lines]
        before, after = (told[0], "") if old else ("", told[0])
        yield Difference(key="rule", old=before, new=after, risk=Risk.RULE)
        return
    for key in dict.fromkeys(key for key, _ in chain(old, new)):
        parts = [
            [one for value in _values(lines, key) for one in _parts(value)] for lines in (old, new)
        ]
        risk = EXPLAINED.get(key, Risk.RULE)
        pairs = paired(*parts)
        if not pairs and parts[0] != parts[1]:
            pairs = [("; ".join(parts[0]), "; ".join(parts[1]))]
        yield from (Difference(key=key, old=then, new=now, risk=risk) for then, now in pairs)


def _parts(value: str) -> list[str]:
    """Split a list or a mapping, so that a long one shows only what differs in it."""
    try:
        found = json.loads(value)
    except ValueError:
        return [value]
    match found:
        case list():
            return [json.dumps(one, ensure_ascii=False).strip('"') for one in found]
        case dict():
            return [f"{key}: {json.dumps(one, ensure_ascii=False)}" for key, one in found.items()]
    return [value]


def _is_short(head: str) -> bool:
    return head in {"name", "names", "label", "check"}


def _rule_of(heading: str) -> str:
    return heading.partition("when ")[2]
