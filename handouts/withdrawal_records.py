"""Goes in: `withdrawn.yaml`. Comes out: each withdrawal, with every fault of the file; and back."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from handouts.content.vocabulary import Standing
from handouts.content.yaml_reader import Reader
from handouts.errors import ContentError, Origin
from handouts.withdrawals import Withdrawal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.yaml_reader import Entry
    from handouts.meaning import Meaning
    from handouts.signoff import Signoff

_HEAD = """\
# Words that are withdrawn, and why. Written by `handout withdraw`: keep it in git, beside the
# content, and do not edit it by hand. Entries stay for ever; a lifted one says so.
withdrawn:
"""
_END = "end: true\n"
_NO_DAY = date(1970, 1, 1)


def read_withdrawals(name: str, raw: bytes) -> list[Withdrawal]:
    """Read a record of withdrawals; raises ContentError with every fault, each with its line."""
    reader = Reader()
    entry = reader.read(name, raw)
    if entry is None:
        raise ContentError(*reader.faults)
    field, end = entry.need("withdrawn"), entry.get("end")
    found = [_withdrawal(one) for one in field.items()] if field else []
    entry.finish()
    if end is None and not reader.faults:
        hint = "restore it from git; nothing was changed"
        reader.fault("the record was cut off", Origin(name, raw.count(b"\n") + 1), hint=hint)
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
        on=on.day() if on else _NO_DAY,
        lifted=lifted.day() if lifted else None,
        lifted_why=lifted_why.text() if lifted_why else "",
    )


def write_withdrawals(found: Iterable[Withdrawal]) -> bytes:
    """Write a record of withdrawals, in the order of days and units."""
    ordered = sorted(found, key=lambda one: (one.on, one.unit))
    return (_HEAD + "".join(map(_entry, ordered)) + _END).encode()


def _entry(one: Withdrawal) -> str:
    return "".join(f"{'- ' if at == 0 else '  '}{line}\n" for at, line in enumerate(_fields(one)))


def _fields(one: Withdrawal) -> Iterator[str]:
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
    found: Iterable[Withdrawal], now: Mapping[str, Meaning], signoff: Signoff
) -> dict[str, Withdrawal]:
    """Keep the withdrawals that nobody lifted, of words that nobody replaced and signed since."""
    return {
        one.unit: one
        for one in found
        if one.lifted is None and not _replaced(one, now.get(one.unit), signoff)
    }


def _replaced(one: Withdrawal, now: Meaning | None, signoff: Signoff) -> bool:
    if now is not None and now.digest == one.digest:
        return False
    signature = signoff.signatures.get(one.unit)
    if signature is None or signature.standing is not Standing.SIGNED:
        return False
    return any(approval.on >= one.on for approval in signature.approvals)
