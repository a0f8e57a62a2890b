"""Find a person on the roll of reviewers, and say what they may sign: `admit`, `may_sign`.

A person writes their name in many ways: with or without a title, a full stop, an accent. It is
folded before it is compared, so that nobody counts twice.
"""

from __future__ import annotations

import unicodedata
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from handouts.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from handouts.content.profile import Reviewer


_TITLES = frozenset(
    {
        "dame", "doctor", "dr", "lady", "lord", "madam", "miss", "mister", "mr", "mrs", "ms", "mx",
        "prof", "professor", "rev", "reverend", "sir",
    }
)  # fmt: skip
ROLES = (
    "doctor", "GP", "general practitioner", "physician", "consultant", "rheumatologist",
    "physiotherapist", "consultant physiotherapist", "advanced practice physiotherapist",
    "first contact physiotherapist", "physical therapist", "pharmacist", "clinical pharmacist",
    "consultant pharmacist", "nurse", "nurse practitioner", "advanced nurse practitioner",
    "consultant nurse", "midwife", "osteopath", "chiropractor", "clinical safety officer",
    "medical director",
)  # fmt: skip
"""Who may approve where a service has no roll: leaflets name the role. A roll has its own roles."""
_OF_WORDS = ("kind", "section")
"""What a pattern may start with to mean blocks by what they are, and not by their name."""
_FEW = 5


def fold_name(name: str) -> str:
    """Return what two spellings of one name have in common.

    Titles, accents, capitals, marks and the order of the words do not count.
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    words = "".join(one if one.isalnum() else " " for one in kept).split()
    return "".join(sorted([one for one in words if one not in _TITLES] or words))


def fold_role(role: str) -> str:
    """Return what two spellings of one role have in common."""
    return " ".join(role.split()).casefold()


def same_person(one: str, other: str) -> bool:
    """Say whether two names are spellings of one."""
    return fold_name(one) == fold_name(other)


def reviewer_of(roll: Iterable[Reviewer], name: str) -> Reviewer | None:
    """Find a person on the roll, however the name is spelt; None where they are not on it."""
    return next((one for one in roll if same_person(one.name, name)), None)


def may_sign(reviewer: Reviewer, unit: str, lines: Mapping[str, str]) -> bool:
    """Say whether a person may sign a unit; `lines` has its kind and section, if it is a block."""
    names = (unit, *(f"{key}:{lines[key]}" for key in _OF_WORDS if key in lines))
    return not reviewer.signs or any(
        fnmatchcase(name, pattern) for name in names for pattern in reviewer.signs
    )


def objection(  # noqa: PLR0913, PLR0917 - who, in what role, when, and to what
    roll: Sequence[Reviewer], by: str, role: str, on: date, unit: str, lines: Mapping[str, str]
) -> str:
    """Say why an approval does not count for a service; nothing where it does, or has no roll."""
    if not roll:
        return ""
    reviewer = reviewer_of(roll, by)
    if reviewer is None:
        return f"{by} is not on the roll of reviewers"
    if fold_role(role) not in {fold_role(one.role) for one in roll}:
        return f"`{role}` is no role of the roll of reviewers"
    if reviewer.until is not None and on > reviewer.until:
        return f"{reviewer.name} could sign until {reviewer.until}"
    if not may_sign(reviewer, unit, lines):
        return f"{reviewer.name} may not sign it"
    return ""


def admit(roll: Sequence[Reviewer], by: str, role: str, on: date) -> Reviewer:
    """Return the reviewer who signs; raises RequestError for anybody else, or in another role.

    An empty role is that of the roll.
    """
    reviewer = reviewer_of(roll, by)
    if reviewer is None:
        names = ", ".join(one.name for one in roll[:_FEW]) + (", …" if len(roll) > _FEW else "")
        hint = f"`reviewers:` in service.yaml names {names}"
        raise RequestError(
            Fault(message=f"`{by}` is not on the roll of reviewers", hint=hint, about="by")
        )
    if role and fold_role(role) != fold_role(reviewer.role):
        has = f"the roll has {reviewer.name} as {reviewer.role}: write that, or"
        hint, on_page = f"{has} leave --role out", f"{has} leave the role empty"
        known = {fold_role(one.role): one.role for one in roll}
        message = f"{reviewer.name} cannot sign as `{role}`"
        if fold_role(role) not in known:
            near = did_you_mean(role, known.values())
            message = f"unknown role `{role}`"
            hint, on_page = (f"{one}; {near}" if near else one for one in (hint, on_page))
        raise RequestError(Fault(message=message, hint=hint, about="role", on_page=on_page))
    if reviewer.until is not None and on > reviewer.until:
        hint = "`until:` of the roll in service.yaml says so"
        message = f"{reviewer.name} could sign until {reviewer.until}"
        raise RequestError(Fault(message=message, hint=hint, about="by"))
    return reviewer


def role_of(role: str) -> str:
    """Return a role as ROLES writes it; raises RequestError for any other.

    A service whose people have other roles names them in its roll.
    """
    known = {fold_role(one): one for one in ROLES}
    if (folded := fold_role(role)) in known:
        return known[folded]
    near = did_you_mean(role, ROLES)
    hint = f"{near}; or " if near else f"one of {', '.join(ROLES)}; or "
    hint += "name the person and the role under `reviewers:` in service.yaml"
    raise RequestError(Fault(message=f"unknown role `{role}`", hint=hint, about="role"))


def refuse_units(reviewer: Reviewer, units: Sequence[str]) -> None:
    """Raise RequestError that names units which a person may not sign, if there are any."""
    if not units:
        return
    named = ", ".join(f"`{one}`" for one in units[:_FEW])
    more = f" and {len(units) - _FEW} more" if len(units) > _FEW else ""
    hint = f"the roll lets {reviewer.name} sign {', '.join(reviewer.signs)}"
    message = f"{reviewer.name} may not sign {named}{more}"
    raise RequestError(Fault(message=message, hint=hint))
