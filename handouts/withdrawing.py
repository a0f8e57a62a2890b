"""Goes in: a unit and a reason. Comes out: its withdrawal, or the end of it, in the record."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from handouts.errors import ContentError, Fault, Origin, RequestError, did_you_mean
from handouts.ledger import WITHDRAWN, read_bytes
from handouts.library import content_folder, load_library
from handouts.meaning import meanings
from handouts.output import rewrite_file
from handouts.profiles import load_profile
from handouts.reader import Reader
from handouts.withdrawals import Withdrawal

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from handouts.meaning import Meaning
    from handouts.reader import Entry

_HEAD = """\
# Words that are withdrawn, and why. Written by `handout withdraw`: keep it in git, beside the
# content, and do not edit it by hand. Entries stay for ever; a lifted one says so.
withdrawn:
"""
_END = "end: true\n"
_NO_DAY = date(1970, 1, 1)


class Withdrawals(Struct):
    """A record of withdrawals that is being written in."""

    path: Path
    now: Mapping[str, Meaning]
    found: list[Withdrawal]
    written: bytes | None

    def save(self) -> None:
        """Write the record in one step; raises OutputError when somebody else wrote meanwhile."""
        content = write_withdrawals(self.found)
        rewrite_file(self.path, content, self.written)
        self.written = content


def open_withdrawals(content: str | os.PathLike[str] | None) -> Withdrawals:
    """Read content and its record of withdrawals; raises ContentError with every fault."""
    folder = content_folder(content)
    library = load_library(content)
    now = meanings(library, load_profile(library, content))
    raw = read_bytes(folder, WITHDRAWN)
    found = [] if raw is None else read_withdrawals(f"{folder.name}/{WITHDRAWN}", raw)
    return Withdrawals(path=folder / WITHDRAWN, now=now, found=found, written=raw)


def withdraw_unit(book: Withdrawals, unit: str, *, why: str, by: str, on: date) -> None:
    """Enter a withdrawal of the words as they are; raises RequestError for an unknown unit."""
    if unit not in book.now:
        hint = did_you_mean(unit, book.now)
        raise RequestError(Fault(message=f"unknown block `{unit}`", hint=hint))
    digest = book.now[unit].digest
    if any(one.unit == unit and one.digest == digest and not one.lifted for one in book.found):
        raise RequestError(Fault(message=f"`{unit}` is withdrawn already"))
    book.found.append(Withdrawal(unit=unit, digest=digest, why=why, by=by, on=on))
    book.save()


def lift_unit(book: Withdrawals, unit: str, why: str, on: date) -> None:
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


# ------------------------------------------------------------------ from the file and to it
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
