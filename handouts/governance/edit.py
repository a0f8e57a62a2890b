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
from handouts.errors import Fault, RequestError, did_you_mean
from handouts.governance.approval import SERVICE, SIGNOFF, WITHDRAWN, Signature, Withdrawal
from handouts.governance.load import load_profile, units_of
from handouts.governance.record_files import (
    REMOVED,
    SignedVersion,
    SignoffRecord,
    key_of,
    read_record,
    read_withdrawals,
    signature_of,
    write_record,
    write_withdrawals,
)
from handouts.governance.roll import admit, may_sign, refuse_units, reviewer_of, same_person
from handouts.governance.units import SignedUnit, signed_units
from handouts.system.files import ELSEWHERE, write_atomically

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.content.profile import Profile, Reviewer
    from handouts.governance.approval import Approval, Refusal


class SignoffEditor(Struct):
    """A sign-off record that is being written in, beside the words it speaks of."""

    path: Path
    library: Library
    now: Mapping[str, SignedUnit]
    records: dict[str, SignoffRecord]
    profile: Profile
    """The service's: who may sign what, and how many must."""
    written: bytes | None
    """The file as it was read or last written; None where there is none yet."""

    @property
    def people(self) -> int:
        """Say how many must approve each unit."""
        return self.profile.approvals

    def units(self, patterns: Sequence[str] = ()) -> list[str]:
        """Name the units that match, removed ones last; raises RequestError for an unknown one.

        A service whose profile is not at hand is not taken for removed, unless it is named in full.
        """
        every = [*self.now, *(unit for unit in self.records if unit not in self.now)]
        for pattern in patterns:
            if not any(fnmatchcase(unit, pattern) for unit in every):
                hint = did_you_mean(pattern, every)
                raise RequestError(Fault(message=f"unknown block `{pattern}`", hint=hint))
        if SERVICE not in self.now and SERVICE not in patterns:
            every = [unit for unit in every if unit != SERVICE]
        if not patterns:
            return every
        return [unit for unit in every if any(fnmatchcase(unit, one) for one in patterns)]

    def signature(self, unit: str) -> Signature:
        """Say how a unit stands."""
        if unit not in self.records:
            return Signature(unit=unit, standing=Standing.UNSIGNED)
        return signature_of(self.records[unit], self.now.get(unit), self.profile)

    def waits_for(self, unit: str, by: str, day: date) -> bool:
        """Say whether a person has said neither yes nor no to a unit as it is now, for a day."""
        signature = self.signature(unit)
        said = [one.by for one in signature.covering(day)]
        answered = any(same_person(one, by) for one in said) and (
            signature.standing is Standing.SIGNED
        )
        return not answered and self.own_refusal(unit, by) is None

    def for_person(
        self, by: str, day: date, patterns: Sequence[str], *, after_no: bool = False
    ) -> list[str]:
        """Name what a person is to sign: what they name, else all that waits for them.

        Raises RequestError for what the roll does not let them sign, and for what they said no to,
        unless it is `after_no`.
        """
        units = self.allowed(by, patterns)
        refused = [unit for unit in units if self.own_refusal(unit, by)]
        if not patterns:
            waiting = [unit for unit in units if self.waits_for(unit, by, day)]
            return [*waiting, *refused] if after_no else waiting
        if refused and not after_no:
            raise RequestError(*(self._no_is_no(unit, by) for unit in refused))
        return units

    def allowed(self, by: str, patterns: Sequence[str]) -> list[str]:
        """Name the units that match and that a person may sign.

        Raises RequestError where they name one that they may not.
        """
        units = self.units(patterns)
        reviewer = reviewer_of(self.profile.reviewers, by)
        if reviewer is None:
            return units
        barred = [unit for unit in units if not self._may_sign(unit, reviewer)]
        if patterns:
            refuse_units(reviewer, barred)
        return [unit for unit in units if unit not in set(barred)]

    def _no_is_no(self, unit: str, by: str) -> Fault:
        no = self.own_refusal(unit, by)
        why = f" on {no.on}: {no.why}" if no else ""
        hint = "--after-my-no approves it all the same, and the no stays in the record"
        on_page = "if you approve it all the same, tick that; the no stays in the record"
        return Fault(message=f"you said no to `{unit}`{why}", hint=hint, on_page=on_page)

    def refused_by(self, by: str) -> list[str]:
        """Name what a person said no to, as it is now."""
        return [unit for unit in self.records if self.own_refusal(unit, by)]

    def _may_sign(self, unit: str, reviewer: Reviewer) -> bool:
        lines = dict(self.now[unit].lines) if unit in self.now else {}
        return may_sign(reviewer, unit, lines)

    def own_refusal(self, unit: str, by: str) -> Refusal | None:
        """Return a person's latest no to a unit as it is now, unless they said yes since."""
        version = self._version(unit)
        own = [one for one in version.refusals if same_person(one.by, by)]
        if not own:
            return None
        last = max(own, key=lambda one: one.on)
        return None if any(
            same_person(yes.by, by) and (yes.on > last.on or (yes.on == last.on and yes.despite))
            for yes in version.approvals
        ) else last  # fmt: skip

    def sign(self, unit: str, approval: Approval) -> None:
        """Enter one approval; those of other people stay while the words are the same.

        Every no that was ever said to the unit stays too.
        """
        version = self._version(unit)
        others = (one for one in version.approvals if not same_person(one.by, approval.by))
        given = structs.replace(
            approval, of=self.people, roll=bool(self.profile.reviewers),
            despite=self.own_refusal(unit, approval.by) is not None,
        )  # fmt: skip
        approvals = tuple(sorted((*others, given), key=lambda one: (one.on, one.by)))
        self._enter(unit, structs.replace(version, approvals=approvals))

    def refuse(self, unit: str, refusal: Refusal) -> None:
        """Enter one person's no to a unit as it is now; their approval of it goes."""
        version = self._version(unit)
        kept = tuple(one for one in version.approvals if not same_person(one.by, refusal.by))
        refusals = tuple(dict.fromkeys((*version.refusals, refusal)))
        self._enter(unit, structs.replace(version, approvals=kept, refusals=refusals))

    def _version(self, unit: str) -> SignedVersion:
        """Return what was said of a unit as it is now."""
        here = self.now.get(unit) or SignedUnit(unit, REMOVED)
        known = self.records[unit].versions.get(here.digest) if unit in self.records else None
        return structs.replace(known or SignedVersion(digest=here.digest), lines=here.lines)

    def _enter(self, unit: str, version: SignedVersion) -> None:
        """Put a version in; of earlier ones only what was approved last stays, until it is again.

        Then no more is kept of them than who said no.
        """
        before = self.records.get(unit)
        last = before.approved_last() if before else None
        found = {version.digest: version}
        for digest, one in (before.versions if before else {}).items():
            if digest == version.digest:
                continue
            if one is last and not version.approvals:
                found[digest] = one
            elif one.refusals:
                found[digest] = SignedVersion(digest=digest, refusals=one.refusals)
        ordered = {digest: found[digest] for digest in sorted(found)}
        self.records[unit] = SignoffRecord(unit=unit, versions=ordered)

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
        now=units_of(library, folder, profile),
        records=records,
        profile=profile,
        written=raw,
    )


class WithdrawalEditor(Struct):
    """A record of withdrawals that is being written in."""

    path: Path
    now: Mapping[str, SignedUnit]
    profile: Profile
    """The service's: only a reviewer on its roll may lift a withdrawal."""
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
    profile = load_profile(library, content)
    now = signed_units(library, profile)
    raw = read_bytes(folder, WITHDRAWN)
    found = [] if raw is None else read_withdrawals(f"{folder.name}/{WITHDRAWN}", raw)
    return WithdrawalEditor(
        path=folder / WITHDRAWN, now=now, profile=profile, found=found, written=raw
    )


def withdraw_unit(book: WithdrawalEditor, unit: str, *, why: str, by: str, on: date) -> None:
    """Enter a withdrawal of the words as they are; raises RequestError for an unknown unit."""
    if unit not in book.now:
        hint = did_you_mean(unit, book.now)
        raise RequestError(Fault(message=f"unknown block `{unit}`", hint=hint))
    digest = book.now[unit].digest
    if any(one.unit == unit and one.digest == digest and not one.lifted for one in book.found):
        raise RequestError(Fault(message=f"`{unit}` is already withdrawn"))
    entered = Withdrawal(unit=unit, digest=digest, why=why, by=by, on=on)
    if key_of(entered) in map(key_of, book.found):
        hint = "give the reason in other words"
        message = f"`{unit}` was withdrawn today for this reason, and that was lifted"
        raise RequestError(Fault(message=message, hint=hint))
    book.found.append(entered)
    book.save()


def lift_unit(book: WithdrawalEditor, unit: str, *, why: str, by: str, on: date) -> None:
    """Enter that a withdrawal is taken back; raises RequestError when there is none.

    Also where nobody is named, or whom the roll of reviewers does not let sign the unit.
    """
    open_ones = [one for one in book.found if one.unit == unit and not one.lifted]
    if not open_ones:
        hint = "`handout withdraw --list` lists what is withdrawn"
        raise RequestError(Fault(message=f"`{unit}` is not withdrawn", hint=hint))
    if not by:
        raise RequestError(Fault(message="--by is empty", hint="say who lifts it"))
    if book.profile.reviewers:
        reviewer = admit(book.profile.reviewers, by, "", on)
        lines = dict(book.now[unit].lines) if unit in book.now else {}
        refuse_units(reviewer, [] if may_sign(reviewer, unit, lines) else [unit])
        by = reviewer.name
    book.found = [
        structs.replace(one, lifted=on, lifted_why=why, lifted_by=by) if one in open_ones else one
        for one in book.found
    ]
    book.save()
