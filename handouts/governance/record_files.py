"""Read and write `signoff.yaml` and `withdrawn.yaml`: `read_record`, `read_withdrawals`.

The sign-off keeps the approved words beside their digest, so that a reviewer sees what changed,
and a file whose words were edited by hand is refused. The last line shows that a file is
complete.
"""

from __future__ import annotations

import json
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import Standing
from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError, Origin
from handouts.governance.approval import EVERYWHERE, Approval, Signature, Signoff, Withdrawal
from handouts.governance.units import SignedUnit, lines_of, rule_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.yaml_reader import Entry


MAX_YEARS = 3
_NO_DAY = date(1970, 1, 1)
_RESTORE = "restore it from git; nothing was changed"
_SIGNOFF_HEAD = """\
# Who approved which words, and what these words were. Written by `handout sign` and
# `handout review`: keep it in git, beside the content, and do not edit it by hand.
signoff:
"""
_END = "end: true\n"
"""The last line; a record that was cut off lacks it."""
REMOVED = (("removed", "yes"),)
"""The meaning of a unit that was taken out of the content with approval."""


class SignoffRecord(Struct, frozen=True, kw_only=True):
    """What was approved of one unit, and by whom."""

    meaning: SignedUnit
    approvals: tuple[Approval, ...]


# ------------------------------------------------------------------ from the file
def read_record(name: str, raw: bytes) -> dict[str, SignoffRecord]:
    """Read a sign-off record; raises ContentError with every fault, each with its line."""
    reader = YamlReader()
    entry = reader.read(name, raw)
    if entry is None:
        raise ContentError(*reader.faults)
    found: dict[str, SignoffRecord] = {}
    field, end = entry.need("signoff"), entry.get("end")
    for one in field.items() if field else ():
        record = _record(one)
        if record.meaning.unit in found:
            one.fault(f"`{record.meaning.unit}` is signed twice", hint="keep one of them")
        found[record.meaning.unit] = record
    entry.finish()
    if end is None and not reader.faults:
        lines = raw.count(b"\n") + 1
        reader.fault("the record is incomplete", Origin(name, lines), hint=_RESTORE)
    if reader.faults:
        raise ContentError(*reader.faults)
    return found


def _record(entry: Entry) -> SignoffRecord:
    unit, digest, text = entry.need("block"), entry.need("digest"), entry.need("meaning")
    approvals = entry.need("approvals")
    meaning = SignedUnit(unit.text() if unit else "", lines_of(text.text()) if text else ())
    if text and digest and meaning.digest != digest.text():
        entry.fault(
            "the approved words and their digest differ", hint=f"edited by hand? {_RESTORE}"
        )
    found = tuple(_approval(one) for one in approvals.items()) if approvals else ()
    entry.finish()
    return SignoffRecord(meaning=meaning, approvals=found)


def _approval(entry: Entry) -> Approval:
    by, role, registration = entry.need("by"), entry.need("role"), entry.get("registration")
    on, until = entry.need("on"), entry.need("until")
    approval = Approval(
        by=by.text() if by else "",
        role=role.text() if role else "",
        registration=registration.text() if registration else "",
        on=on.day() if on else _NO_DAY,
        until=until.day() if until else _NO_DAY,
    )
    if until and not approval.on <= approval.until <= years_after(approval.on, MAX_YEARS):
        until.fault(
            f"an approval of {approval.on} cannot last until {approval.until}",
            hint=f"at most {MAX_YEARS} years; sign again",
        )
    entry.finish()
    return approval


def years_after(day: date, years: int) -> date:
    """Give the same day some years later; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


# ------------------------------------------------------------------ to the file
def write_record(records: Iterable[SignoffRecord]) -> bytes:
    """Write a sign-off record, in the order of the units."""
    entries = (_signoff_entry(one) for one in sorted(records, key=lambda one: one.meaning.unit))
    return (_SIGNOFF_HEAD + "".join(entries) + _END).encode()


def _signoff_entry(record: SignoffRecord) -> str:
    lines = "".join(f"    {line}\n" for line in record.meaning.text.split("\n"))
    approvals = "".join(f"  - {{{', '.join(_approval_fields(one))}}}\n" for one in record.approvals)
    return (
        f"- block: {json.dumps(record.meaning.unit)}\n"
        f"  digest: {json.dumps(record.meaning.digest)}\n"
        f"  meaning: |-\n{lines}"
        f"  approvals:\n{approvals}"
    )


def _approval_fields(approval: Approval) -> Iterator[str]:
    yield f"by: {json.dumps(approval.by, ensure_ascii=False)}"
    yield f"role: {json.dumps(approval.role, ensure_ascii=False)}"
    if approval.registration:
        yield f"registration: {json.dumps(approval.registration, ensure_ascii=False)}"
    yield f"on: {approval.on.isoformat()}"
    yield f"until: {approval.until.isoformat()}"


# ------------------------------------------------------------------ held against the content
def compare_signatures(
    records: Mapping[str, SignoffRecord], now: Mapping[str, SignedUnit], digest: str
) -> Signoff:
    """Say of every unit that was signed how its words stand now."""
    found = {unit: _signature(record, now.get(unit)) for unit, record in records.items()}
    return Signoff(MappingProxyType(found), digest)


def _signature(record: SignoffRecord, now: SignedUnit | None) -> Signature:
    then = record.meaning
    if now is None:
        gone = then.lines == REMOVED
        standing = Standing.SIGNED if gone else Standing.REMOVED
        rule_changed = question_changed = not gone
    else:
        standing = Standing.SIGNED if then.lines == now.lines else Standing.CHANGED
        rule_changed = rule_lines(then.lines) != rule_lines(now.lines)
        question_changed = dict(then.lines).get("question") != dict(now.lines).get("question")
    return Signature(
        unit=then.unit,
        standing=standing,
        approvals=record.approvals,
        rule_changed=rule_changed,
        question_changed=question_changed,
        where=dict(then.lines).get("where", EVERYWHERE),
    )


_WITHDRAWN_HEAD = """\
# Words that are withdrawn, and why. Written by `handout withdraw`: keep it in git, beside the
# content, and do not edit it by hand. Entries stay for ever; a lifted one says so.
withdrawn:
"""
_END_OF_WITHDRAWN = "end: true\n"
_NO_WITHDRAWAL_DAY = date(1970, 1, 1)


def read_withdrawals(name: str, raw: bytes) -> list[Withdrawal]:
    """Read a record of withdrawals; raises ContentError with every fault, each with its line."""
    reader = YamlReader()
    entry = reader.read(name, raw)
    if entry is None:
        raise ContentError(*reader.faults)
    field, end = entry.need("withdrawn"), entry.get("end")
    found = [_withdrawal(one) for one in field.items()] if field else []
    entry.finish()
    if end is None and not reader.faults:
        hint = "restore it from git; nothing was changed"
        reader.fault("the record is incomplete", Origin(name, raw.count(b"\n") + 1), hint=hint)
    if reader.faults:
        raise ContentError(*reader.faults)
    return found


def _withdrawal(entry: Entry) -> Withdrawal:
    texts = {key: entry.need(key) for key in ("block", "digest", "why")}
    by, on, lifted, lifted_why = (
        entry.get("by"),
        entry.need("on"),
        entry.get("lifted"),
        entry.get("lifted_why"),
    )
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
    )


def write_withdrawals(found: Iterable[Withdrawal]) -> bytes:
    """Write a record of withdrawals, in the order of days and units."""
    ordered = sorted(found, key=lambda one: (one.on, one.unit))
    return (_WITHDRAWN_HEAD + "".join(map(_withdrawal_entry, ordered)) + _END_OF_WITHDRAWN).encode()


def _withdrawal_entry(one: Withdrawal) -> str:
    return "".join(
        f"{'- ' if at == 0 else '  '}{line}\n" for at, line in enumerate(_withdrawal_fields(one))
    )


def _withdrawal_fields(one: Withdrawal) -> Iterator[str]:
    yield f"block: {json.dumps(one.unit)}"
    yield f"digest: {json.dumps(one.digest)}"
    yield f"why: {json.dumps(one.why, ensure_ascii=False)}"
    if one.by:
        yield f"by: {json.dumps(one.by, ensure_ascii=False)}"
    yield f"on: {one.on.isoformat()}"
    if one.lifted:
        yield f"lifted: {one.lifted.isoformat()}"
        yield f"lifted_why: {json.dumps(one.lifted_why, ensure_ascii=False)}"


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
