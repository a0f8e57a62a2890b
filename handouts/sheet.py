"""Goes in: an account of a leaflet. Comes out: the clinician's sheet, its facts and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.selection import select_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.accounts import Account
    from handouts.model import Block, Choice, Selection

TITLE = "Clinician’s record of a leaflet"
WARNING = "Not for the patient"
_HEAD = ("Block", "Why", "Sources", "Sign-off")
_SHARES = (0.36, 0.25, 0.28, 0.11)
_YES_NO = {True: "yes", False: "no; every other fact counts as not known"}


class Row(Struct, frozen=True):
    """A row of a table; its first cell is its head. `strong` rows are those a flag decided."""

    cells: tuple[str, ...]
    strong: bool = False


class Table(Struct, frozen=True):
    """A table under a heading, with a sentence on it."""

    heading: str
    says: str
    head: tuple[str, ...]
    shares: tuple[float, ...]
    """The width of each column, as a part of the whole."""
    rows: tuple[Row, ...]


class Sheet(Struct, frozen=True, kw_only=True):
    """The sheet in reading order; nothing on it is a name."""

    language: str
    paper: str
    code: str
    facts: tuple[tuple[str, str], ...]
    note: str
    tables: tuple[Table, ...]


def sheet_of(account: Account) -> Sheet:
    """Put an account on a sheet: request, advice, what prints, and what these facts left out."""
    request, library = account.selection.request, account.library
    flags = [library.flags[flag].label for flag in request.flags]
    region, stage = library.regions[request.region].label, library.statuses[request.status].label
    place = library.places[request.place].label
    facts = [
        ("Leaflet", f"{region}; {stage}"),
        ("Facts", "; ".join(flags) or "none"),
        ("Asked about every fact", _YES_NO[request.screened]),
        ("Exercises", account.exercises or "the usual ones"),
        ("Date, place, paper", f"{request.date.isoformat()}, {place}, {request.paper}"),
        ("Words", f"{account.approval}; content {library.version[:8]}"),
        ("Code", account.code),
    ]
    return Sheet(
        language=library.places[request.place].language,
        paper=request.paper,
        code=account.code,
        facts=tuple(facts),
        note=account.note,
        tables=(_advice(account), _printed(account), _left_out(account)),
    )


def _advice(account: Account) -> Table:
    """Every class, the strictest first; what a flag decided is bold."""
    verdicts = sorted(
        account.selection.advice.items(), key=lambda one: (-one[1].level, not one[1].changed)
    )
    rows = [
        Row((name, str(one.level), ", ".join(one.decided_by)), one.changed)
        for name, one in verdicts
    ]
    return Table(
        heading="Advice on each medicine and treatment",
        says="Bold: stricter because of a fact about this patient.",
        head=("Class", "Level", "Decided by"),
        shares=(0.3, 0.12, 0.58),
        rows=tuple(rows),
    )


def _printed(account: Account) -> Table:
    """What a fact brings or turns has a row of its own; the rest stands section by section."""
    usual = _usual(account).chosen
    reasons = {one.block.id: one.reason for one in usual}
    chosen = account.selection.chosen
    own = [one for one in chosen if reasons.get(one.block.id) != one.reason]
    rest = [one for one in chosen if reasons.get(one.block.id) == one.reason]
    return Table(
        heading=f"What the leaflet says, and why ({len(chosen)} blocks)",
        says=f"First what these facts bring or change ({len(own)} blocks); then, by section, what "
        "a reader with none of the facts gets too.",
        head=_HEAD,
        shares=_SHARES,
        rows=(*_rows(account, own), *_sections(account, rest)),
    )


def _left_out(account: Account) -> Table:
    """List what a reader with no fact against it would see; count all that is for others."""
    selection = account.selection
    usual = {one.block.id for one in _usual(account).chosen}
    some = [one for one in selection.left_out if one.block.id in usual]
    others = len(selection.left_out) - len(some)
    return Table(
        heading=f"Left out for this patient ({len(some)} blocks)",
        says=f"They print for a reader who was asked and has none of the facts. {others} more "
        "blocks are for other regions, stages or facts; `handout explain` lists them.",
        head=_HEAD,
        shares=_SHARES,
        rows=tuple(_rows(account, some)),
    )


def _usual(account: Account) -> Selection:
    """Select for a reader who was asked about every fact, and has none."""
    request = replace(account.selection.request, flags=(), screened=True, exercises=())
    return select_blocks(account.library, request)


def _rows(account: Account, choices: Iterable[Choice]) -> Iterator[Row]:
    """One row for each reason and state; blocks that share both share a row."""
    found: dict[tuple[str, str], list[Block]] = {}
    for one in _ordered(account, choices):
        key = (one.reason, account.standing(one.block.id))
        found.setdefault(key, []).append(one.block)
    for (reason, standing), blocks in found.items():
        yield Row((_ids(blocks), reason, _sources(blocks), standing))


def _sections(account: Account, choices: Iterable[Choice]) -> Iterator[Row]:
    """One row for each section and state."""
    found: dict[tuple[str, str], list[Block]] = {}
    for one in _ordered(account, choices):
        key = (one.block.section, account.standing(one.block.id))
        found.setdefault(key, []).append(one.block)
    for (section, standing), blocks in found.items():
        yield Row((_ids(blocks), f"{section}: in the usual leaflet", _sources(blocks), standing))


def _ordered(account: Account, choices: Iterable[Choice]) -> list[Choice]:
    order = list(account.library.sections)
    return sorted(choices, key=lambda one: order.index(one.block.section))


def _ids(blocks: Iterable[Block]) -> str:
    return ", ".join(block.id for block in blocks)


def _sources(blocks: Iterable[Block]) -> str:
    return ", ".join(dict.fromkeys(key for block in blocks for key in block.sources))
