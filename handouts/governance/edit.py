"""Enter approvals and withdrawals into their records: `SignoffEditor`, `WithdrawalEditor`.

A record is written in one step; when somebody else wrote meanwhile, nothing is written.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from handouts.content.folder import read_bytes
from handouts.content.load import content_folder, load_library
from handouts.content.vocabulary import Standing
from handouts.errors import Fault, RequestError, TypesettingError, did_you_mean
from handouts.governance.approval import SIGNOFF, WITHDRAWN, Approval, Signature, Withdrawal
from handouts.governance.load import load_profile
from handouts.governance.record_files import (
    MAX_YEARS,
    REMOVED,
    SignoffRecord,
    compare_signatures,
    read_record,
    read_withdrawals,
    write_record,
    write_withdrawals,
    years_after,
)
from handouts.governance.units import SignedUnit, signed_units
from handouts.system.files import ELSEWHERE, write_atomically

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from handouts.content.library import Library


USUAL_YEARS = 2
_LONGEST = 80


class SignoffEditor(Struct):
    """A sign-off record that is being written in, beside the words it speaks of."""

    path: Path
    library: Library
    now: Mapping[str, SignedUnit]
    records: dict[str, SignoffRecord]
    people: int
    """How many must approve each unit."""
    written: bytes | None
    """The file as it was read or last written; None where there is none yet."""

    def units(self, patterns: Sequence[str] = ()) -> list[str]:
        """Name the units that match, removed ones last; raises RequestError for an unknown one."""
        every = [*self.now, *(unit for unit in self.records if unit not in self.now)]
        for pattern in patterns:
            if not any(fnmatchcase(unit, pattern) for unit in every):
                hint = did_you_mean(pattern, every)
                raise RequestError(Fault(message=f"unknown block `{pattern}`", hint=hint))
        if not patterns:
            return every
        return [unit for unit in every if any(fnmatchcase(unit, one) for one in patterns)]

    def signature(self, unit: str) -> Signature:
        """Say how a unit stands."""
        if unit not in self.records:
            return Signature(unit=unit, standing=Standing.UNSIGNED)
        return compare_signatures({unit: self.records[unit]}, self.now, "").signatures[unit]

    def waits_for(self, unit: str, by: str, day: date) -> bool:
        """Say whether a person has not approved a unit as it is now, for a day."""
        signature = self.signature(unit)
        names = {one.by.casefold() for one in signature.covering(day)}
        return signature.standing is not Standing.SIGNED or by.casefold() not in names

    def sign(self, unit: str, approval: Approval) -> None:
        """Enter one approval; those of other people stay while the words are the same."""
        now = self.now.get(unit) or SignedUnit(unit, REMOVED)
        before = self.records.get(unit)
        kept = before.approvals if before and before.meaning.lines == now.lines else ()
        others = tuple(one for one in kept if one.by.casefold() != approval.by.casefold())
        approvals = tuple(sorted((*others, approval), key=lambda one: (one.on, one.by)))
        self.records[unit] = SignoffRecord(meaning=now, approvals=approvals)

    def refuse(self, unit: str, by: str) -> None:
        """Take back one person's approval of a unit as it is now."""
        record = self.records.get(unit)
        now = self.now.get(unit)
        if record is None or now is None or record.meaning.lines != now.lines:
            return
        others = tuple(one for one in record.approvals if one.by.casefold() != by.casefold())
        if others:
            self.records[unit] = structs.replace(record, approvals=others)
        else:
            del self.records[unit]

    def save(self) -> None:
        """Write the record in one step; raises OutputError when somebody else wrote meanwhile."""
        content = write_record(self.records.values())
        write_atomically(self.path, content, expect=self.written, hint=ELSEWHERE)
        self.written = content


def open_signoff(content: str | os.PathLike[str] | None) -> SignoffEditor:
    """Read content and its sign-off record; raises ContentError with every fault."""
    folder = content_folder(content)
    library = load_library(content)
    raw = read_bytes(folder, SIGNOFF)
    records = {} if raw is None else read_record(f"{folder.name}/{SIGNOFF}", raw)
    profile = load_profile(library, content)
    return SignoffEditor(
        path=folder / SIGNOFF,
        library=library,
        now=signed_units(library, profile),
        records=records,
        people=profile.approvals,
        written=raw,
    )


def parse_approval(
    *, by: str, role: str, registration: str, on: date, expires: str | None
) -> Approval:
    """Check what a person says of an approval; raises RequestError with all that is wrong."""
    words = {"by": by, "role": role, "registration": registration}
    words = {key: " ".join(value.split()) for key, value in words.items()}
    faults = [
        Fault(message=f"--{key} is empty", hint=f'write --{key} "…"')
        for key in ("by", "role")
        if not words[key]
    ]
    faults += [
        Fault(message=f"--{key} has more than {_LONGEST} characters", hint="shorten it")
        for key, value in words.items()
        if len(value) > _LONGEST
    ]
    faults += [
        Fault(message=f"--{key} contains an invisible character", hint="type it again")
        for key, value in words.items()
        if not value.isprintable()
    ]
    until = _until(faults, on, expires)
    if faults:
        raise RequestError(*faults)
    return Approval(**words, on=on, until=until)


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
        fault = Fault(message="--role has a character that the typeface lacks", hint=hint)
        raise RequestError(fault) from error


class WithdrawalEditor(Struct):
    """A record of withdrawals that is being written in."""

    path: Path
    now: Mapping[str, SignedUnit]
    found: list[Withdrawal]
    written: bytes | None

    def save(self) -> None:
        """Write the record in one step; raises OutputError when somebody else wrote meanwhile."""
        content = write_withdrawals(self.found)
        write_atomically(self.path, content, expect=self.written, hint=ELSEWHERE)
        self.written = content


def open_withdrawals(content: str | os.PathLike[str] | None) -> WithdrawalEditor:
    """Read content and its record of withdrawals; raises ContentError with every fault."""
    folder = content_folder(content)
    library = load_library(content)
    now = signed_units(library, load_profile(library, content))
    raw = read_bytes(folder, WITHDRAWN)
    found = [] if raw is None else read_withdrawals(f"{folder.name}/{WITHDRAWN}", raw)
    return WithdrawalEditor(path=folder / WITHDRAWN, now=now, found=found, written=raw)


def withdraw_unit(book: WithdrawalEditor, unit: str, *, why: str, by: str, on: date) -> None:
    """Enter a withdrawal of the words as they are; raises RequestError for an unknown unit."""
    if unit not in book.now:
        hint = did_you_mean(unit, book.now)
        raise RequestError(Fault(message=f"unknown block `{unit}`", hint=hint))
    digest = book.now[unit].digest
    if any(one.unit == unit and one.digest == digest and not one.lifted for one in book.found):
        raise RequestError(Fault(message=f"`{unit}` is already withdrawn"))
    book.found.append(Withdrawal(unit=unit, digest=digest, why=why, by=by, on=on))
    book.save()


def lift_unit(book: WithdrawalEditor, unit: str, why: str, on: date) -> None:
    """Enter that a withdrawal is taken back; raises RequestError when there is none."""
    open_ones = [one for one in book.found if one.unit == unit and not one.lifted]
    if not open_ones:
        hint = "`handout withdraw --list` lists what is withdrawn"
        raise RequestError(Fault(message=f"`{unit}` is not withdrawn", hint=hint))
    book.found = [
        structs.replace(one, lifted=on, lifted_why=why) if one in open_ones else one
        for one in book.found
    ]
    book.save()
