"""Say of one unit of the content what a reviewer must see: `review_of`.

What it says, when it prints and where, its sources, how hard it is to read, who said yes or no,
and word by word what changed since it was last signed.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.audit.diff.changes import DiffSpan, compare_words
from handouts.audit.diff.decision_diagram import NONE, FlagSets
from handouts.audit.diff.reach import Reach
from handouts.content.blocks import ExerciseBody
from handouts.content.vocabulary import EDITIONS
from handouts.governance.record_files import REMOVED
from handouts.governance.units import SignedUnit
from handouts.safety.atoms import Context
from handouts.safety.readability import block_text, grade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.governance.edit import SignoffEditor
    from handouts.governance.record_files import SignedVersion
    from handouts.governance.units import UnitLine


class ChangedLine(Struct, frozen=True, kw_only=True):
    """A line that is not as it was signed, word by word."""

    key: str
    spans: tuple[DiffSpan, ...]


class SourceLine(Struct, frozen=True, kw_only=True):
    """A source of a unit."""

    key: str
    title: str
    addresses: tuple[str, ...]


class Said(Struct, frozen=True, kw_only=True):
    """A yes or a no of one person."""

    by: str
    role: str
    on: str
    why: str = ""
    """Why not; empty for a yes."""


class UnitReview(Struct, frozen=True, kw_only=True):
    """What a reviewer sees of one unit."""

    unit: str
    digest: str
    """Of its words as they are: an answer is about these."""
    file: str
    line: int
    """Where its words are; 0 where that is not known."""
    lines: tuple[tuple[str, str], ...]
    sources: tuple[SourceLine, ...]
    approvals: tuple[Said, ...]
    """Of the words as they are, or else of those that were approved last."""
    as_signed: bool
    """The words are those of the approvals."""
    changes: tuple[ChangedLine, ...]
    refusals: tuple[Said, ...]
    grade: float
    """The reading grade of its words at the first place; 0 where it has none."""
    figures: tuple[str, ...]
    reached: tuple[str, ...]
    """The leaflets that print it for some facts: region, status, asked or not, and edition."""


def review_of(book: SignoffEditor, unit: str) -> UnitReview:
    """Say everything of a unit; one that was removed has no lines."""
    now = book.now.get(unit) or SignedUnit(unit, REMOVED)
    block = next((one for one in book.library.blocks if one.id == unit), None)
    record = book.records.get(unit)
    then = last_signed(book, now)
    known = book.library.each_words_in(next(iter(book.library.places)))
    return UnitReview(
        unit=unit,
        digest=now.digest,
        file=block.origin.file if block else "",
        line=block.origin.line if block else 0,
        lines=now.lines,
        sources=tuple(_sources(book.library, block)),
        approvals=tuple(
            Said(by=one.by, role=one.role, on=one.on.isoformat())
            for one in (then.approvals if then else ())
        ),
        as_signed=then is not None and then.digest == now.digest,
        changes=tuple(changed_lines(then, now)) if then else (),
        refusals=tuple(
            Said(by=one.by, role=one.role, on=one.on.isoformat(), why=one.why)
            for one in (record.refusals() if record else ())
        ),
        grade=round(grade(block_text(block, known[0])), 1) if block else 0.0,
        figures=_figures(block),
        reached=tuple(_reached(book.library, block)) if block else (),
    )


def last_signed(book: SignoffEditor, now: SignedUnit) -> SignedVersion | None:
    """Return the version that is signed: the words as they are, else those approved last."""
    record = book.records.get(now.unit)
    if record is None:
        return None
    as_now = record.versions.get(now.digest)
    return as_now if as_now and as_now.approvals else record.approved_last()


def changed_lines(then: SignedVersion, now: SignedUnit) -> Iterator[ChangedLine]:
    """Yield each line of a unit that differs from a signed version of it."""
    for key, before, after in _pairs(then.lines or (), now.lines):
        yield ChangedLine(key=key, spans=compare_words(before, after))


def _pairs(
    before: tuple[UnitLine, ...], after: tuple[UnitLine, ...]
) -> Iterator[tuple[str, str, str]]:
    """Yield (key, before, after) for each key whose lines differ."""
    for key in dict.fromkeys(key for key, _ in (*after, *before)):
        old = " / ".join(value for name, value in before if name == key)
        new = " / ".join(value for name, value in after if name == key)
        if old != new:
            yield key, old, new


def _sources(library: Library, block: Block | None) -> Iterator[SourceLine]:
    for key in block.sources if block else ():
        source = library.sources[key]
        yield SourceLine(key=key, title=source.title, addresses=source.addresses)


def _figures(block: Block | None) -> tuple[str, ...]:
    if block is None or not isinstance(block.body, ExerciseBody):
        return ()
    names = (name for figures in block.body.figures.values() for name in figures)
    return tuple(dict.fromkeys(names))


def _reached(library: Library, block: Block) -> Iterator[str]:
    """Name every kind of leaflet that prints a block for some set of flags."""
    sets = FlagSets(tuple(library.flags))
    for region, status, screened, edition in product(
        library.regions, library.statuses, (True, False), EDITIONS
    ):
        reach = Reach(library, Context(region, status, screened, edition), sets)
        if sets.intersection(reach.chosen(block), reach.allowed) != NONE:
            asked = "asked" if screened else "not asked"
            yield f"{region}, {status}, {asked}, {edition}"
