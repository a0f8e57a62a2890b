"""Read and write `signoff.yaml` and `withdrawn.yaml`: `read_record`, `read_withdrawals`.

The sign-off keeps the approved words beside their digest, so that a reviewer sees what changed,
and a file whose words were edited by hand is refused. Every line says one thing and needs no
other: the words of a unit, one person's yes, one person's no, a withdrawal or its end. So git can
merge two branches line by line (`merge=union`). The last line shows that a file is complete.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field, structs

from handouts.content.profile import NOBODY
from handouts.content.vocabulary import Standing
from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError, Origin
from handouts.governance.approval import (
    EVERYWHERE,
    Approval,
    Refusal,
    Signature,
    Signoff,
    Withdrawal,
)
from handouts.governance.roll import objection, same_person
from handouts.governance.units import SignedUnit, digest_of_text, lines_of, rule_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.profile import Profile
    from handouts.content.yaml_reader import Entry
    from handouts.governance.units import UnitLine


MAX_YEARS = 3
_NO_DAY = date(1970, 1, 1)
REMOVED = (("removed", "yes"),)
"""The meaning of a unit that was taken out of the content with approval."""


class SignedVersion(Struct, frozen=True, kw_only=True):
    """The words of a unit as they were on some day, with every yes and no to them."""

    digest: str
    lines: tuple[UnitLine, ...] | None = None
    """None where the record has forgotten the words: they were replaced, and then signed."""
    approvals: tuple[Approval, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def last(self) -> date:
        """Return the day of its last approval."""
        return max((one.on for one in self.approvals), default=_NO_DAY)


class SignoffRecord(Struct, frozen=True, kw_only=True):
    """What was said of one unit: its versions by their digests, in the order of the file."""

    unit: str
    versions: Mapping[str, SignedVersion] = field(default_factory=dict)

    def approved_last(self) -> SignedVersion | None:
        """Return the version that was approved last; None where none was."""
        approved = [one for one in self.versions.values() if one.approvals]
        return max(approved, key=lambda one: (one.last, one.lines is not None), default=None)

    def refusals(self) -> tuple[Refusal, ...]:
        """List every no to this unit, whatever its words were, in the order of days."""
        found = (no for one in self.versions.values() for no in one.refusals)
        return tuple(sorted(found, key=lambda one: (one.on, one.by)))


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def compare_signatures(
    records: Mapping[str, SignoffRecord],
    now: Mapping[str, SignedUnit],
    digest: str,
    profile: Profile = NOBODY,
) -> Signoff:
    """Say of every unit that was signed how its words stand now, and for this service."""
    found = {unit: signature_of(record, now.get(unit), profile) for unit, record in records.items()}
    rules = {
        unit: dict(one.lines).get("where", EVERYWHERE)
        for unit, one in now.items()
        if unit.startswith("rule:")
    }
    return Signoff(MappingProxyType(found), digest, MappingProxyType(rules))


def signature_of(
    record: SignoffRecord, now: SignedUnit | None, profile: Profile = NOBODY
) -> Signature:
    """Say how the words of a unit stand; None: they are not in the content any more."""
    here = now or SignedUnit(record.unit, REMOVED)
    version = record.versions.get(here.digest)
    refusals = version.refusals if version else ()
    if version is not None and version.approvals:
        counted, uncounted = _counted(record.unit, version, here, profile)
        return Signature(
            unit=record.unit,
            standing=Standing.SIGNED,
            approvals=counted,
            uncounted=uncounted,
            refusals=refusals,
            where=dict(here.lines).get("where", EVERYWHERE),
        )
    then = record.approved_last()
    if then is None or (now is None and then.lines == REMOVED):
        return Signature(unit=record.unit, standing=Standing.UNSIGNED, refusals=refusals)
    counted, uncounted = _counted(record.unit, then, here, profile)
    # What the record has forgotten is taken to differ, and to have stood everywhere.
    lines = then.lines
    question = None if lines is None else dict(lines).get("question")
    return Signature(
        unit=record.unit,
        standing=Standing.REMOVED if now is None else Standing.CHANGED,
        approvals=counted,
        uncounted=uncounted,
        refusals=refusals,
        rule_changed=now is None or lines is None or rule_lines(lines) != rule_lines(now.lines),
        question_changed=(
            now is None or lines is None or question != dict(now.lines).get("question")
        ),
        where=EVERYWHERE if lines is None else dict(lines).get("where", EVERYWHERE),
    )


def _counted(
    unit: str, version: SignedVersion, here: SignedUnit, profile: Profile
) -> tuple[tuple[Approval, ...], tuple[tuple[Approval, str], ...]]:
    """Part the approvals that count from those that do not, and say why they do not."""
    counted: list[Approval] = []
    uncounted: list[tuple[Approval, str]] = []
    lines = dict(here.lines)
    for one in version.approvals:
        why = _refused_since(one, version.refusals)
        if not why and one.roll and not profile.reviewers:
            why = "approved under a roll of reviewers that is not found here"
        why = why or objection(profile.reviewers, one.by, one.role, one.on, unit, lines)
        if why:
            uncounted.append((one, why))
        else:
            counted.append(one)
    return tuple(counted), tuple(uncounted)


def _refused_since(approval: Approval, refusals: Iterable[Refusal]) -> str:
    """Say that the giver said no on that day or later, unless the yes came after it knowingly."""
    for no in refusals:
        later = no.on > approval.on or (no.on == approval.on and not approval.despite)
        if later and same_person(no.by, approval.by):
            return f"{no.by} said no on {no.on}: {no.why}"
    return ""


_ODD = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What YAML takes for the end of a line, or for no character at all."""


def quoted(text: str) -> str:
    """Write a text in quotes, as YAML reads it, on one line."""
    return _ODD.sub(lambda one: f"\\u{ord(one[0]):04x}", json.dumps(text, ensure_ascii=False))


def line_of(fields: Mapping[str, str]) -> str:
    """Write an entry of a list; the values are written as YAML already."""
    return f"- {{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}\n"


_WITHDRAWN_HEAD = """\
# Words that are withdrawn, and why. Written by `handout withdraw`: keep it in git, beside the
# content, and do not edit it by hand. Entries stay for ever; a line of its own says who lifted one.
withdrawn:
"""
_END_OF_WITHDRAWN = "end: true\n"
_NO_WITHDRAWAL_DAY = date(1970, 1, 1)
_RESTORE = "restore it from git; nothing was changed"


def read_withdrawals(name: str, raw: bytes) -> list[Withdrawal]:
    """Read a record of withdrawals; raises ContentError with every fault, each with its line."""
    reader = YamlReader()
    entry = reader.read(name, raw)
    if entry is None:
        raise ContentError(*reader.faults)
    field, end = entry.need("withdrawn"), entry.get("end")
    found: dict[str, Withdrawal] = {}
    lifts: list[Entry] = []
    for one in field.items() if field else ():
        if one.get("lifts"):
            lifts.append(one)
        else:
            withdrawal = _withdrawal(one)
            # Two branches may both have a line; one that is lifted says more.
            if withdrawal.lifted or key_of(withdrawal) not in found:
                found[key_of(withdrawal)] = withdrawal
    for one in lifts:
        _lift(one, found)
    entry.finish()
    if end is None and not reader.faults:
        reader.fault("the record is incomplete", Origin(name, raw.count(b"\n") + 1), hint=_RESTORE)
    if reader.faults:
        raise ContentError(*reader.faults)
    return list(found.values())


def key_of(one: Withdrawal) -> str:
    """Return what a lift calls a withdrawal by: a digest of all that was said at the time."""
    said = f"{one.unit}\n{one.digest}\n{one.why}\n{one.by}\n{one.on.isoformat()}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _withdrawal(entry: Entry) -> Withdrawal:
    """Read a withdrawal; earlier programs wrote its end into the same entry, and nobody's name."""
    texts = {key: entry.need(key) for key in ("block", "digest", "why")}
    by, on, lifted = entry.get("by"), entry.need("on"), entry.get("lifted")
    lifted_why, lifted_by = entry.get("lifted_why"), entry.get("lifted_by")
    words = {key: one.text() if one else "" for key, one in texts.items()}
    entry.finish()
    return Withdrawal(
        unit=words["block"],
        digest=words["digest"],
        why=words["why"],
        by=by.text() if by else "",
        on=on.day() if on else _NO_WITHDRAWAL_DAY,
        lifted=lifted.day() if lifted else None,
        lifted_why=lifted_why.text() if lifted_why else "",
        lifted_by=lifted_by.text() if lifted_by else "",
    )


def _lift(entry: Entry, found: dict[str, Withdrawal]) -> None:
    """Enter the end of a withdrawal; where two were written, the first day counts."""
    key, unit, why = entry.need("lifts"), entry.need("block"), entry.need("why")
    by, on = entry.get("by"), entry.need("on")
    name = key.text() if key else ""
    day = on.day() if on else _NO_WITHDRAWAL_DAY
    withdrawal = found.get(name)
    if withdrawal is None or (unit and unit.text() != withdrawal.unit):
        entry.fault("it lifts a withdrawal that is not here", hint=_RESTORE)
    elif withdrawal.lifted is None or day < withdrawal.lifted:
        found[name] = structs.replace(
            withdrawal,
            lifted=day,
            lifted_why=why.text() if why else "",
            lifted_by=by.text() if by else "",
        )
    entry.finish()


def write_withdrawals(found: Iterable[Withdrawal]) -> bytes:
    """Write a record of withdrawals, in the order of days and units; their ends beside them."""
    ordered = sorted(found, key=lambda one: (one.on, one.unit, key_of(one)))
    return (
        _WITHDRAWN_HEAD
        + "".join(line for one in ordered for line in _lines(one))
        + _END_OF_WITHDRAWN
    ).encode()


def _lines(one: Withdrawal) -> Iterator[str]:
    block = {"block": quoted(one.unit)}
    by = {"by": quoted(one.by)} if one.by else {}
    on = {"on": one.on.isoformat()}
    yield line_of(block | {"digest": quoted(one.digest), "why": quoted(one.why)} | by | on)
    if one.lifted:
        by = {"by": quoted(one.lifted_by)} if one.lifted_by else {}
        on = {"on": one.lifted.isoformat()}
        key = {"lifts": quoted(key_of(one))}
        yield line_of(block | key | {"why": quoted(one.lifted_why)} | by | on)


def in_force(
    found: Iterable[Withdrawal], now: Mapping[str, SignedUnit], signoff: Signoff
) -> dict[str, Withdrawal]:
    """Keep the withdrawals that nobody lifted, of words that nobody replaced and signed since."""
    return {
        one.unit: one
        for one in found
        if one.lifted is None and not _replaced(one, now.get(one.unit), signoff)
    }


def _replaced(one: Withdrawal, now: SignedUnit | None, signoff: Signoff) -> bool:
    if now is not None and now.digest == one.digest:
        return False
    signature = signoff.signatures.get(one.unit)
    if signature is None or signature.standing is not Standing.SIGNED:
        return False
    return any(approval.on >= one.on for approval in signature.approvals)


_NO_SIGNOFF_DAY = date(1970, 1, 1)
_RESTORE_SIGNOFF = "restore it from git; nothing was changed"
_HEAD = """\
# Who approved which words, and what these words were. Written by `handout sign` and
# `handout review`: keep it in git, beside the content, and do not edit it by hand.
# A line each for the words, a yes or a no: git merges them (.gitattributes: merge=union).
signoff:
"""
_END = "end: true\n"
"""The last line; a record that was cut off lacks it."""
_DIGEST = re.compile(r"[0-9a-f]{32}")


# ------------------------------------------------------------------ from the file
def read_record(name: str, raw: bytes) -> dict[str, SignoffRecord]:
    """Read a sign-off record; raises ContentError with every fault, each with its line."""
    reader = YamlReader()
    entry = reader.read(name, raw)
    if entry is None:
        raise ContentError(*reader.faults)
    found: dict[str, dict[str, SignedVersion]] = {}
    field_, end = entry.need("signoff"), entry.get("end")
    for one in field_.items() if field_ else ():
        unit, version = _version(one)
        versions = found.setdefault(unit, {})
        versions[version.digest] = _joined(versions.get(version.digest), version)
    entry.finish()
    if end is None and not reader.faults:
        lines = raw.count(b"\n") + 1
        reader.fault("the record is incomplete", Origin(name, lines), hint=_RESTORE_SIGNOFF)
    if reader.faults:
        raise ContentError(*reader.faults)
    return {unit: SignoffRecord(unit=unit, versions=versions) for unit, versions in found.items()}


def _joined(one: SignedVersion | None, other: SignedVersion) -> SignedVersion:
    """Put together what two lines say of the same words; what both say counts once."""
    if one is None:
        return other
    return SignedVersion(
        digest=other.digest,
        lines=other.lines if one.lines is None else one.lines,
        approvals=tuple(dict.fromkeys((*one.approvals, *other.approvals))),
        refusals=tuple(dict.fromkeys((*one.refusals, *other.refusals))),
    )


def _version(entry: Entry) -> tuple[str, SignedVersion]:
    """Read one line: words, a yes or a no. Records of earlier programs have all in one entry."""
    unit, digest = entry.need("block"), entry.need("digest")
    words, text, refused = entry.get("words"), entry.get("meaning"), entry.get("no")
    approvals, lines = entry.get("approvals"), None
    key = digest.text() if digest else ""
    if digest and not _DIGEST.fullmatch(key):
        digest.fault(f"{digest.shown()} is no digest", hint=f"edited by hand? {_RESTORE_SIGNOFF}")
    version = SignedVersion(digest=key)
    if words or text:
        said = "\n".join(words.texts()) if words else text.text() if text else ""
        lines = lines_of(said)
        if digest_of_text(said) != key:
            hint = f"edited by hand? {_RESTORE_SIGNOFF}"
            entry.fault("the approved words and their digest differ", hint=hint)
        yes = tuple(_approval_alone(one) for one in approvals.items()) if approvals else ()
        version = SignedVersion(digest=key, lines=lines, approvals=yes)
    elif refused:
        version = SignedVersion(digest=key, refusals=(_refusal(entry, refused),))
    else:
        version = SignedVersion(digest=key, approvals=(_approval(entry),))
    entry.finish()
    return unit.text() if unit else "", version


def _refusal(entry: Entry, why: Entry) -> Refusal:
    by, role, on = entry.need("by"), entry.need("role"), entry.need("on")
    return Refusal(
        by=by.text() if by else "",
        role=role.text() if role else "",
        on=on.day() if on else _NO_SIGNOFF_DAY,
        why=why.text(),
    )


def _approval_alone(entry: Entry) -> Approval:
    """Read an approval that is an entry of its own, as earlier programs wrote it."""
    approval = _approval(entry)
    entry.finish()
    return approval


def _approval(entry: Entry) -> Approval:
    by, role, registration = entry.need("by"), entry.need("role"), entry.get("registration")
    on, until, of = entry.need("on"), entry.need("until"), entry.get("of")
    roll, despite = entry.get("roll"), entry.get("after-no")
    approval = Approval(
        by=by.text() if by else "",
        role=role.text() if role else "",
        registration=registration.text() if registration else "",
        on=on.day() if on else _NO_SIGNOFF_DAY,
        until=until.day() if until else _NO_SIGNOFF_DAY,
        of=of.whole() if of else 1,
        roll=roll.truth() if roll else False,
        despite=despite.truth() if despite else False,
    )
    if until and not approval.on <= approval.until <= years_after(approval.on, MAX_YEARS):
        until.fault(
            f"an approval of {approval.on} cannot last until {approval.until}",
            hint=f"at most {MAX_YEARS} years; sign again",
        )
    return approval


# ------------------------------------------------------------------ to the file
def write_record(records: Iterable[SignoffRecord]) -> bytes:
    """Write a sign-off record, in the order of the units: words first, then each yes and no."""
    ordered = sorted(records, key=lambda one: one.unit)
    lines = (line for record in ordered for line in _signoff_lines(record))
    return (_HEAD + "".join(lines) + _END).encode()


def _signoff_lines(record: SignoffRecord) -> Iterator[str]:
    for one in record.versions.values():
        about = {"block": quoted(record.unit), "digest": quoted(one.digest)}
        if one.lines is not None:
            words = (quoted(f"{key}: {value}") for key, value in one.lines)
            yield line_of(about | {"words": f"[{', '.join(words)}]"})
        for yes in one.approvals:
            yield line_of(about | dict(_fields(yes)))
        for no in one.refusals:
            who = {"by": quoted(no.by), "role": quoted(no.role), "on": no.on.isoformat()}
            yield line_of(about | {"no": quoted(no.why)} | who)


def _fields(approval: Approval) -> Iterator[tuple[str, str]]:
    yield "by", quoted(approval.by)
    yield "role", quoted(approval.role)
    if approval.registration:
        yield "registration", quoted(approval.registration)
    yield "on", approval.on.isoformat()
    yield "until", approval.until.isoformat()
    if approval.of != 1:
        yield "of", str(approval.of)
    if approval.roll:
        yield "roll", "true"
    if approval.despite:
        yield "after-no", "true"
