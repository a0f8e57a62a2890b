"""Goes in: a unit and a reason. Comes out: its withdrawal, or the end of it, in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from handouts.content.folder import read_bytes
from handouts.content.load import content_folder, load_library
from handouts.errors import Fault, RequestError, did_you_mean
from handouts.meaning import meanings
from handouts.profiles import load_profile
from handouts.system.files import ELSEWHERE, write_atomically
from handouts.withdrawal_records import read_withdrawals, write_withdrawals
from handouts.withdrawals import WITHDRAWN, Withdrawal

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from handouts.meaning import Meaning


class Withdrawals(Struct):
    """A record of withdrawals that is being written in."""

    path: Path
    now: Mapping[str, Meaning]
    found: list[Withdrawal]
    written: bytes | None

    def save(self) -> None:
        """Write the record in one step; raises OutputError when somebody else wrote meanwhile."""
        content = write_withdrawals(self.found)
        write_atomically(self.path, content, expect=self.written, hint=ELSEWHERE)
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
