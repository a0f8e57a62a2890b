"""Check what a person says of an approval, and spread the ends of approvals: `parse_approval`."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from handouts.errors import Fault, RequestError, TypesettingError
from handouts.governance.approval import Approval
from handouts.governance.record_files import MAX_YEARS, years_after
from handouts.governance.roll import admit, fold_name, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from handouts.content.profile import Reviewer


USUAL_YEARS = 2
_LONGEST = 80

_NEEDED = ("by", "role")
_SAID = {"by": "name", "role": "role", "registration": "registration"}
"""What each option is called on the page."""


def parse_approval(  # noqa: PLR0913 - one for each option
    *,
    by: str,
    role: str,
    registration: str,
    on: date,
    expires: str | None,
    roll: Sequence[Reviewer] = (),
) -> Approval:
    """Check what a person says of an approval; raises RequestError with all that is wrong.

    With a `roll`, who is not on it is refused; name, role and registration are those of the roll.
    """
    words = {"by": by, "role": role, "registration": registration}
    words = {key: " ".join(value.split()) for key, value in words.items()}
    if roll and words["by"]:
        reviewer = admit(roll, words["by"], words["role"], on)
        words |= {"by": reviewer.name, "role": reviewer.role}
        words["registration"] = words["registration"] or reviewer.registration
    elif words["role"]:
        words["role"] = role_of(words["role"])
    faults = [fault for key, text in words.items() for fault in _faults_of(key, text)]
    until = _until(faults, on, expires)
    if faults:
        raise RequestError(*faults)
    return Approval(
        by=words["by"],
        role=words["role"],
        registration=words["registration"],
        on=on,
        until=until,
    )


def _faults_of(key: str, text: str) -> Iterator[Fault]:
    """Find what is wrong with a name, a role or a registration."""
    said = _SAID[key]
    if not text and key in _NEEDED:
        yield Fault(
            message=f"--{key} is empty",
            hint=f'write --{key} "…"',
            said_on_page=f"the {said} is empty",
            on_page=f"write your {said}",
        )
    if text and key == "by" and not fold_name(text):
        yield Fault(message=f"`{text}` is not a name", hint="name a person")
    if len(text) > _LONGEST:
        yield Fault(
            message=f"--{key} has more than {_LONGEST} characters",
            hint="shorten it",
            said_on_page=f"the {said} has more than {_LONGEST} characters",
        )
    if not text.isprintable():
        yield Fault(
            message=f"--{key} contains an invisible character",
            hint="type it again",
            said_on_page=f"the {said} contains an invisible character",
        )


def _until(faults: list[Fault], on: date, expires: str | None) -> date:
    if expires is None:
        return years_after(on, USUAL_YEARS)
    latest = years_after(on, MAX_YEARS)
    hint = f"give a date up to {latest}: at most {MAX_YEARS} years after the approval"
    try:
        until = type(on).fromisoformat(expires)
    except ValueError:
        faults.append(Fault(message=f"`{expires}` is not a date", hint="write it as 2028-11-22"))
        return on
    if not on < until <= latest:
        faults.append(Fault(message=f"an approval cannot last until {until}", hint=hint))
    return until


def require_glyphs(role: str) -> None:
    """Raise RequestError for a role that no page could print."""
    from handouts.render.pdf.fonts import load_faces  # noqa: PLC0415 - only a new approval needs it

    faces = load_faces()
    try:
        for word in role.split():
            for face in faces.values():
                face.shape(word)
    except TypesettingError as error:
        hint = "leaflets name the role: write it in Latin letters"
        fault = Fault(message="the role has a character that the typeface lacks", hint=hint)
        raise RequestError(fault) from error


def spread_out(approval: Approval, unit: str, weeks: int) -> Approval:
    """Let the approval of a unit end up to so many weeks earlier: always as many for one unit.

    So units that are signed together do not all end on one day.
    """
    if weeks <= 1:
        return approval
    earlier = int.from_bytes(hashlib.sha256(unit.encode()).digest()[:4]) % weeks
    until = max(approval.until - timedelta(weeks=earlier), approval.on + timedelta(days=1))
    return structs.replace(approval, until=until)
