"""List what an author changed, unit by unit and word by word: `list_changes`, `compare_words`.

Comments, line breaks and the files that units are in make no difference.
"""

from __future__ import annotations

import difflib
import re
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.governance.units import SignedUnit, signed_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.library import Library, Matrix
    from handouts.governance.units import UnitLine


_WORDS = re.compile(r"(\S+)(\s*)")
_BOLD = "**"
"""What stands before and after bold words in the content."""


class DiffSpan(Struct, frozen=True):
    """Consecutive words; `mark` is "-" for removed, "+" for added, "" for unchanged ones."""

    mark: str
    text: str
    strong: bool = False
    """Whether they are bold."""


class _Word(Struct, frozen=True):
    """A word with the white space after it, as it prints: bold or not, without `**`."""

    bare: str
    strong: bool
    space: str


def compare_words(before: str, after: str) -> tuple[DiffSpan, ...]:
    """Compare two texts word by word; removed words come before those that replace them.

    A word that was not bold and is now has changed; where only that differs, it says so.
    """
    first, second = list(_words(before)), list(_words(after))
    # `autojunk` would ignore words that are frequent in a long text.
    bare = [[(word.bare, word.strong) for word in words] for words in (first, second)]
    matcher = difflib.SequenceMatcher(a=bare[0], b=bare[1], autojunk=False)
    return tuple(_weighed(tuple(_pieces(matcher, first, second))))


def _words(text: str) -> Iterator[_Word]:
    """Yield the words of a text; where its `**` make no pairs they stay as they are."""
    paired = text.count(_BOLD) % 2 == 0
    strong = False
    for found in _WORDS.finditer(text):
        word = found[1]
        if not paired:
            yield _Word(word, strong, found[2])
            continue
        bold = strong or (_BOLD in word and not word.endswith(_BOLD)) or word.count(_BOLD) > 1
        strong ^= word.count(_BOLD) % 2 == 1
        if bare := word.replace(_BOLD, ""):
            yield _Word(bare, bold, found[2])


def _pieces(
    matcher: difflib.SequenceMatcher[tuple[str, bool]], first: list[_Word], second: list[_Word]
) -> Iterator[DiffSpan]:
    for operation, start, stop, start_after, stop_after in matcher.get_opcodes():
        if operation == "equal":
            yield from _spans("", second[start_after:stop_after])
            continue
        yield from _spans("-", first[start:stop])
        yield from _spans("+", second[start_after:stop_after])


def _spans(mark: str, words: list[_Word]) -> Iterator[DiffSpan]:
    for strong, some in groupby(words, key=lambda word: word.strong):
        yield DiffSpan(mark, "".join(word.bare + word.space for word in some), strong)


def _weighed(pieces: tuple[DiffSpan, ...]) -> Iterator[DiffSpan]:
    """Yield the pieces; removed and added words that differ in weight alone say which is bold."""
    text = {
        mark: " ".join(" ".join(one.text for one in pieces if one.mark == mark).split())
        for mark in "-+"
    }
    for one in pieces:
        words = " ".join(one.text.split())
        if one.mark and one.strong and f" {words} " in f" {text['+' if one.mark == '-' else '-']} ":
            yield DiffSpan(
                one.mark, f"{one.text.rstrip()} (bold){_space_of(one.text)}", strong=True
            )
        else:
            yield one


def marked(pieces: tuple[DiffSpan, ...]) -> str:
    """Return a comparison as text with [-removed-] and {+added+} words, legible without colour."""
    runs = groupby(pieces, key=lambda one: one.mark)
    return "".join(_marked(mark, list(some)) for mark, some in runs).rstrip()


def _marked(mark: str, pieces: list[DiffSpan]) -> str:
    text = "".join(piece.text for piece in pieces)
    if not mark:
        return text
    opening, closing = ("[-", "-]") if mark == "-" else ("{+", "+}")
    return f"{opening}{text.rstrip()}{closing}{_space_of(text) or ' '}"


def _space_of(text: str) -> str:
    """Return the white space at the end of a text."""
    return text[len(text.rstrip()) :]


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
    """A block, or its kind and name: flag, class, place, words, advice, label or heading."""
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
    found |= {f"words:{one.id}": str(one.origin) for one in library.regions.values()}
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
