"""Write the file that has what both sides changed: `merged_text`.

The service's own file is the ground: its order, comments and blank lines stay. What both sides
changed stands there three times, between the marks that git and editors know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.authoring.entry_lines import HEAD, CutEntry
from handouts.authoring.three_way import Who, by_path, who_changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.authoring.entry_lines import EntryPath
    from handouts.authoring.three_way import Compared

OWN_MARK, BASE_MARK, END_MARK = "<<<<<<< your content", "||||||| both came from", ">>>>>>> "
_BETWEEN = "======="
_ENTRY = re.compile(r" {0,2}- id:")
_NUMBER = re.compile(r"^( {2,4}number: )[0-9]+(\s*(?:#.*)?)$")
_OUT = ": without this entry"
_Lines = tuple[str, ...]


def merged_text(compared: Compared, new_name: str) -> str:
    """Return the text of the merged file; `new_name` is what conflicts call the new version."""
    base, own, new = (by_path(one) for one in (compared.base, compared.own, compared.new))
    result: list[EntryPath] = [one.path for one in compared.own.pieces]
    before: EntryPath | None = None
    for piece in compared.new.pieces:
        if piece.path not in own:
            known = base.get(piece.path)
            if known and piece.value == known.value and piece.path[-1] != HEAD:
                continue  # only the service took it out
            result.insert(_place(result, piece.path, before), piece.path)
        before = piece.path if piece.path in result else before
    written: list[tuple[EntryPath, _Lines]] = []
    kept: _Lines = ()
    for path in result:
        sides = (base.get(path), own.get(path), new.get(path))
        lines = _lines(sides, new_name, path)
        if lines is None:
            kept += _own_comments(sides)
        else:
            written.append((path, kept + lines))
            kept = ()
    tail = compared.own.tail if compared.own.tail != compared.base.tail else compared.new.tail
    used = {path[0] for path, _ in written if path[-1] != HEAD}
    parts = [lines for path, lines in written if path[-1] != HEAD or path[0] in used]
    return "".join(f"{line}\n" for lines in (*parts, kept, tail) for line in lines)


def _place(result: Sequence[EntryPath], path: EntryPath, before: EntryPath | None) -> int:
    """Return where an entry that the service has not goes: behind the one before it, there too."""
    if before is None:
        return 0
    at = result.index(before) + 1
    if before[0] != path[0]:
        # A new list or table: behind all of the one before, also what the service added to it.
        while at < len(result) and result[at][0] == before[0]:
            at += 1
    return at


_Sides = tuple[CutEntry | None, CutEntry | None, CutEntry | None]


def _lines(sides: _Sides, new_name: str, path: EntryPath) -> _Lines | None:
    """Return the lines of an entry in the merged file; None where it goes."""
    base, own, new = sides
    if path[-1] == HEAD:
        return _head(base, own, new)
    who = who_changed([one.value if one else None for one in sides])
    if who is Who.BOTH:
        return tuple(_conflict(base, own, new, new_name))
    if who is Who.OWN:
        return own.lines if own else None
    if who is Who.NEW:
        return _taken(base, own, new)
    untouched = own and base and own.lines == base.lines
    best = new if untouched and new else own or new
    return best.lines if best else None


def _head(base: CutEntry | None, own: CutEntry | None, new: CutEntry | None) -> _Lines:
    untouched = own is None or (base is not None and own.lines == base.lines)
    best = (new if untouched else own) or own or base
    return best.lines if best else ()


def _taken(base: CutEntry | None, own: CutEntry | None, new: CutEntry | None) -> _Lines | None:
    """Return the new lines of an entry with the service's own comments and indentation."""
    if new is None:
        return None
    if own is None or base is None:
        return new.lines
    lead = new.lead if own.lead == base.lead else own.lead
    remarks = tuple(
        line for line in own.body if line.lstrip().startswith("#") and line not in base.body
    )
    return lead + remarks + _moved(new.body, _margin(own.body) - _margin(new.body))


def _own_comments(sides: _Sides) -> _Lines:
    """Return the comments that only the service has, of an entry that the new content has not."""
    base, own, _ = sides
    known = base.lines if base else ()
    return tuple(
        line
        for line in (own.lines if own else ())
        if line.lstrip().startswith("#") and line not in known
    )


def _margin(lines: _Lines) -> int:
    return len(lines[0]) - len(lines[0].lstrip(" ")) if lines else 0


def _moved(lines: _Lines, by: int) -> _Lines:
    if by >= 0:
        return tuple(" " * by + line if line else line for line in lines)
    return tuple(line[-by:] if not line[:-by].strip() else line for line in lines)


def _conflict(
    base: CutEntry | None, own: CutEntry | None, new: CutEntry | None, new_name: str
) -> Iterator[str]:
    """Yield an entry as each side has it, between marks; comments above it stand before them."""
    known = own or new or base
    yield from known.lead if known else ()
    bodies = [one.body if one else () for one in (own, base, new)]
    yield from conflict_lines(bodies[0], bodies[1], bodies[2], new_name)


def conflict_lines(
    own: Sequence[str], base: Sequence[str], new: Sequence[str], new_name: str
) -> Iterator[str]:
    """Yield the lines of three versions between marks, each named; the middle one is the base."""
    yield OWN_MARK + ("" if own else _OUT)
    yield from own
    yield BASE_MARK + ("" if base else _OUT)
    yield from base
    yield _BETWEEN
    yield from new
    yield END_MARK + new_name + ("" if new else _OUT)


def renumbered(text: str) -> str:
    """Give every entry the number of its place in the file; versions in conflict share theirs."""
    lines, place, start = text.splitlines(keepends=True), 0, 0
    for at, line in enumerate(lines):
        if line.startswith(OWN_MARK):
            start = place
        elif line.startswith((BASE_MARK, _BETWEEN)):
            place = start
        elif line.startswith(END_MARK):
            place = start + 1
        elif _ENTRY.match(line):
            place += 1
        lines[at] = _NUMBER.sub(rf"\g<1>{place}\g<2>", line)
    return "".join(lines)
