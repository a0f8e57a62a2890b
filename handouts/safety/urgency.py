"""Hold how fast each warning sign needs help against a second table: `urgency_faults`.

A row of signs has one urgency, so a sign that is put into another row changes it in silence.
`urgency.csv` says of each single sign how urgent it is and where it stands. A sign that is only
worded otherwise is known again.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import RedFlagBody
from handouts.content.folder import read_bytes
from handouts.content.load import resource
from handouts.content.vocabulary import Urgency
from handouts.errors import Fault, Origin, did_you_mean
from handouts.safety.load import medicine_words
from handouts.safety.risk import Risk, risks_of_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handouts.content.blocks import Block
    from handouts.content.library import Library


TABLE = "urgency.csv"
COLUMNS = ("row", "urgency", "sign")
_SPOKEN = {
    Urgency.EMERGENCY: "call the emergency number now",
    Urgency.SAME_DAY: "see a doctor today",
    Urgency.ROUTINE: "book an appointment",
}


class SignUrgency(Struct, frozen=True, kw_only=True):
    """One line of the table: a sign, how fast it needs help, and the row where it stands."""

    row: str
    urgency: str
    sign: str
    origin: Origin

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands, and how urgent it is."""
        return self.row, self.urgency


def urgency_faults(library: Library, folder: Path) -> list[Fault]:
    """Fault each sign that is not as urgent as the table says, is not in it, or has gone.

    A folder without the table is held against the one that ships. Raises ContentError for names of
    medicines that cannot be read.
    """
    own = read_bytes(folder, TABLE)
    raw = read_bytes(resource("content"), TABLE) if own is None else own
    name = f"{folder.name if own is not None else resource('content').name}/{TABLE}"
    lines, faults = read_table(name, raw or b"")
    if not faults:
        faults = list(_compare(library, lines, name, medicine_words(folder)))
    return faults


def read_table(name: str, raw: bytes) -> tuple[list[SignUrgency], list[Fault]]:
    """Read the lines of the table, and what is wrong with them."""
    rows = csv.reader(io.StringIO(raw.decode("utf-8-sig", "replace"), newline=""))
    head = tuple(cell.strip() for cell in next(rows, []))
    if head != COLUMNS:
        hint = f"the first line is {','.join(COLUMNS)}"
        return [], [Fault(message="the columns are not known", origin=Origin(name, 1), hint=hint)]
    lines: list[SignUrgency] = []
    faults: list[Fault] = []
    for cells in filter(None, rows):
        origin = Origin(name, rows.line_num)
        line = _line([cell.strip() for cell in cells], origin)
        if isinstance(line, Fault):
            faults.append(line)
        elif any((one.row, one.sign) == (line.row, line.sign) for one in lines):
            faults.append(Fault(message=f"“{line.sign}” stands twice", origin=origin))
        else:
            lines.append(line)
    return lines, faults


def _line(cells: list[str], origin: Origin) -> SignUrgency | Fault:
    known = [str(one) for one in Urgency]
    if len(cells) != len(COLUMNS):
        hint = "put a sign with commas in quotes"
        return Fault(message=f"{len(cells)} cells, 3 expected", origin=origin, hint=hint)
    if cells[1] not in known:
        hint = did_you_mean(cells[1], known) or f"write one of {', '.join(known)}"
        return Fault(message=f"unknown urgency `{cells[1]}`", origin=origin, hint=hint)
    return SignUrgency(row=cells[0], urgency=cells[1], sign=cells[2], origin=origin)


def table_line(row: str, urgency: str, sign: str) -> str:
    """Write one line of the table."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow((row, urgency, sign))
    return out.getvalue()


# ------------------------------------------------------------------ held against the content
def _compare(
    library: Library, lines: list[SignUrgency], name: str, medicines: frozenset[str]
) -> Iterator[Fault]:
    left = list(lines)
    unknown: list[tuple[Block, str, str]] = []
    for block, urgency, sign in _signs(library):
        same = _find(left, block.id, sign, medicines)
        if same is None:
            unknown.append((block, urgency, sign))
            continue
        left.remove(same)
        if same.urgency != urgency:
            yield _otherwise(block, urgency, same)
    for block, urgency, sign in unknown:
        moved = next((one for one in left if one.sign == sign), None)
        if moved is None:
            message = f"no second table says how urgent “{sign}” is"
            hint = f"if it stands in the right row, write into {name}: "
            hint += table_line(block.id, urgency, sign)
            yield Fault(message=message, origin=block.origin, path=block.id, hint=hint)
            continue
        left.remove(moved)
        yield _otherwise(block, urgency, moved)
    for one in left:
        message = f"`{one.row}` has no sign “{one.sign}”"
        hint = "if it is missing there, write it there; if it is not wanted, take this line away"
        yield Fault(message=message, origin=one.origin, hint=hint)


def _otherwise(block: Block, urgency: str, line: SignUrgency) -> Fault:
    message = (
        f"“{line.sign}” stands under “{_SPOKEN[Urgency(urgency)]}”; "
        f"{line.origin} has it under “{_SPOKEN[Urgency(line.urgency)]}”"
        if urgency != line.urgency
        else f"“{line.sign}” stands in this row; {line.origin} has it in `{line.row}`"
    )
    hint = f"move it back to `{line.row}`, or change that line"
    return Fault(message=message, origin=block.origin, path=block.id, hint=hint)


def _signs(library: Library) -> Iterator[tuple[Block, str, str]]:
    for block in library.blocks:
        if isinstance(block.body, RedFlagBody):
            for sign in block.body.signs:
                text = " ".join(sign.text.replace("**", "").split())
                yield block, str(block.body.urgency), text


def _find(
    lines: list[SignUrgency], row: str, sign: str, medicines: frozenset[str]
) -> SignUrgency | None:
    """Find the line of a sign in its row: the same words, or others that mean the same."""
    here = [one for one in lines if one.row == row]
    same = (one for one in here if one.sign == sign)
    alike = (one for one in here if _means_the_same(one.sign, sign, medicines))
    return next(same, None) or next(alike, None)


def _means_the_same(one: str, other: str, medicines: frozenset[str]) -> bool:
    return risks_of_words(one, other, medicines) <= {Risk.WORDING}
