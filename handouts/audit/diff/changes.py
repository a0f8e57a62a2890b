"""List what an author changed, unit by unit and word by word: `list_changes`, `compare_words`.

Comments, line breaks and the files that units are in make no difference.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.governance.units import SignedUnit, signed_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.library import Library, Matrix
    from handouts.governance.units import UnitLine


_WORDS = re.compile(r"\S+\s*")


class DiffSpan(Struct, frozen=True):
    """Consecutive words; `mark` is "-" for removed, "+" for added, "" for unchanged ones."""

    mark: str
    text: str


def compare_words(before: str, after: str) -> tuple[DiffSpan, ...]:
    """Compare two texts word by word; removed words come before those that replace them."""
    first, second = _WORDS.findall(before), _WORDS.findall(after)
    # `autojunk` would ignore words that are frequent in a long text.
    bare = [[word.strip() for word in words] for words in (first, second)]
    matcher = difflib.SequenceMatcher(a=bare[0], b=bare[1], autojunk=False)
    return tuple(_pieces(matcher, first, second))


def _pieces(
    matcher: difflib.SequenceMatcher[str], first: list[str], second: list[str]
) -> Iterator[DiffSpan]:
    for operation, start, stop, start_after, stop_after in matcher.get_opcodes():
        if operation == "equal":
            yield DiffSpan("", "".join(second[start_after:stop_after]))
            continue
        if start < stop:
            yield DiffSpan("-", "".join(first[start:stop]))
        if start_after < stop_after:
            yield DiffSpan("+", "".join(second[start_after:stop_after]))


def marked(pieces: tuple[DiffSpan, ...]) -> str:
    """Return a comparison as text with [-removed-] and {+added+} words, legible without colour."""
    return "".join(_marked(piece) for piece in pieces).rstrip()


def _marked(piece: DiffSpan) -> str:
    if not piece.mark:
        return piece.text
    opening, closing = ("[-", "-]") if piece.mark == "-" else ("{+", "+}")
    word = piece.text.rstrip()
    return f"{opening}{word}{closing}{piece.text[len(word) :] or ' '}"


ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_KINDS = {
    "text": "text", "why": "text", "name": "text", "start": "text", "steps": "text",
    "stop": "text", "cautions": "text", "signs": "text", "lead_in": "text", "dosage": "dosage",
    "figures": "figure", "drawing": "figure", "sources": "sources", "reviewed": "sources",
    "section": "place", "row": "place", "group": "place", "order": "place", "words": "words",
    "question": "question", "label": "label",
}  # fmt: skip
"""The kind of change of a line, by its key; lines with other keys are of the rule."""
_LEVELS = ("ask", "avoid")
_SMALL_PRINT = frozenset({"sources", "question"})
"""Kinds of change that affect only the small print of a leaflet."""


class LineChange(Struct, frozen=True):
    """A changed line of a unit; `before` is "" for a new line, `after` for a removed one."""

    kind: str
    key: str
    before: str
    after: str


class Change(Struct, frozen=True, kw_only=True):
    """One unit of content that an author added, removed or changed."""

    unit: str
    """A block, or `flag:…`, `class:…`, `place:…`, `advice:…`, `label:…`, `heading:…`."""
    how: str
    origin: str
    """Its file and line, in the newer version if it is there; "" where unknown."""
    lines: tuple[LineChange, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of change, each once."""
        return tuple(dict.fromkeys(line.kind for line in self.lines))

    @property
    def small_print(self) -> bool:
        """Whether only sources, dates of review or questions change."""
        return self.how == CHANGED and set(self.kinds) <= _SMALL_PRINT


def list_changes(old: Library, new: Library) -> tuple[Change, ...]:
    """Return every unit that differs: first those of the newer version, in its order."""
    before, after = _units(old), _units(new)
    origins = _origins(old) | _origins(new)
    found = [
        Change(unit=unit, how=how, origin=origins.get(unit, ""), lines=lines)
        for unit in dict.fromkeys((*after, *before))
        if (how := _how(unit, before, after))
        and (lines := tuple(_lines(before.get(unit, ()), after.get(unit, ()))))
    ]
    return (*found, *_cells(old.matrix, new.matrix))


def list_rule_changes(
    old: Mapping[str, SignedUnit], new: Mapping[str, SignedUnit], origin: str = ""
) -> tuple[Change, ...]:
    """List the rules of safety that differ, those that are gone first."""
    before, after = ({unit: one.lines for unit, one in side.items()} for side in (old, new))
    return tuple(
        Change(
            unit=unit,
            how=how,
            origin=origin,
            lines=tuple(_lines(before.get(unit, ()), after.get(unit, ()))),
        )
        for unit in sorted(dict.fromkeys((*before, *after)), key=lambda one: one in after)
        if (how := _how(unit, before, after))
    )


def _how(unit: str, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    if unit not in before:
        return ADDED
    if unit not in after:
        return REMOVED
    return CHANGED if before[unit] != after[unit] else ""


def _units(library: Library) -> dict[str, tuple[UnitLine, ...]]:
    """Return the lines of each unit; each label and heading is one, and the matrix is left out."""
    found: dict[str, tuple[UnitLine, ...]] = {}
    for name, unit in signed_units(library).items():
        if name.startswith("advice:"):
            continue
        if name.startswith("page:"):
            found |= {key.replace(" ", ":", 1): (("text", text),) for key, text in unit.lines}
        else:
            found[name] = tuple(_own_lines(unit))
    return found


def _own_lines(unit: SignedUnit) -> Iterator[UnitLine]:
    """Yield the lines of a unit without the advice levels of a flag, which the matrix has."""
    for key, value in unit.lines:
        if not (unit.unit.startswith("flag:") and key in _LEVELS):
            yield key, value


def _origins(library: Library) -> dict[str, str]:
    found = {block.id: str(block.origin) for block in library.blocks}
    found |= {f"flag:{one.id}": str(one.origin) for one in library.flags.values()}
    found |= {f"class:{one.id}": str(one.origin) for one in library.classes.values()}
    found |= {f"place:{one.id}": str(one.origin) for one in library.places.values()}
    return found


def _lines(before: tuple[UnitLine, ...], after: tuple[UnitLine, ...]) -> Iterator[LineChange]:
    for key in dict.fromkeys(key for key, _ in (*after, *before)):
        old, new = (
            "\n".join(value for name, value in lines if name == key) for lines in (before, after)
        )
        if old != new:
            yield LineChange(_KINDS.get(key.partition(" ")[0], "rule"), key, old, new)


def _cells(old: Matrix, new: Matrix) -> Iterator[Change]:
    """Yield the changed cells of the matrix, of rows and columns that both versions have."""
    before, after = _rows(old), _rows(new)
    for row in after:
        for name in new.classes:
            if row in before and name in old.classes:
                one, other = (str(rows[row].get(name, "")) for rows in (before, after))
                if one != other:
                    cell = LineChange("advice", name, one or "no change", other or "no change")
                    yield Change(
                        unit=f"advice:{row}", how=CHANGED, origin="advice.csv", lines=(cell,)
                    )


def _rows(matrix: Matrix) -> dict[str, Mapping[str, object]]:
    rows: dict[str, Mapping[str, object]] = {"(baseline)": matrix.baseline}
    rows["(not asked)"] = matrix.not_asked
    rows |= {f"({status})": row for status, row in matrix.statuses.items()}
    rows |= {f"({edition})": row for edition, row in matrix.editions.items()}
    return rows | dict(matrix.flags)
