"""Cut the text of a content file into entries, each with its lines: `cut_yaml`, `cut_table`.

Put behind each other, the pieces are the file again, letter by letter. Comments and blank lines
above an entry belong to it.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import yaml
from msgspec import Struct
from msgspec.structs import replace

from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError, Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


EntryPath = tuple[str, ...]
"""Where an entry stands: the key of its list or table in the file, and its own id."""
HEAD = ""
"""The id of the line that begins a list or table."""
_IDS = ("id", "key", "entry", "section")
NUMBERED = ("flags.yaml", "exercises.yaml")
"""Files whose entries have a `number` that is nothing but their place in the file."""
_HEADER = "(heads of columns)"


class CutEntry(Struct, frozen=True):
    """An entry of a file: what it says, and the lines that say it, without their ends."""

    path: EntryPath
    value: object
    """Its value in plain data, or for a row of a table its cells; None for the head of a list."""
    lead: tuple[str, ...]
    """Comments and blank lines above it."""
    body: tuple[str, ...]
    line: int
    """The number of its first line without comments, from 1."""

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines."""
        return self.lead + self.body


class CutFile(Struct, frozen=True):
    """A content file as pieces, in their order."""

    pieces: tuple[CutEntry, ...]
    tail: tuple[str, ...]
    """Comments and blank lines after the last entry."""

    def text(self) -> str:
        """Put the file together again; lines end as on Linux."""
        lines = [line for piece in self.pieces for line in piece.lines]
        return "".join(f"{line}\n" for line in (*lines, *self.tail))


def decoded(raw: bytes) -> str:
    """Return the text of a file without the mark of some editors; lines end as on Linux."""
    return raw.decode("utf-8-sig").replace("\r\n", "\n")


def cut_yaml(name: str, raws: Sequence[bytes]) -> list[CutFile]:
    """Cut versions of one YAML file; the same entry has the same path in all of them.

    Raises ContentError with the fault of a version that is not YAML.
    """
    roots = [(text := _checked(name, raw), _root(text)) for raw in raws]
    keys = {key for _, root in roots for key, _, _ in root}
    ids = {key: _id_rule([found for _, root in roots for at, found, _ in root if at == key])
           for key in keys}  # fmt: skip
    cuts = [_cut(text.splitlines(), root, ids) for text, root in roots]
    return [_without_numbers(one) for one in cuts] if name in NUMBERED else cuts


def _without_numbers(cut: CutFile) -> CutFile:
    """Leave the places in the file out of what is compared: an entry further up moves them all."""
    pieces = []
    for one in cut.pieces:
        value = one.value
        if isinstance(value, dict):
            value = {key: inner for key, inner in value.items() if key != "number"}
        pieces.append(replace(one, value=value))
    return CutFile(tuple(pieces), cut.tail)


def _checked(name: str, raw: bytes) -> str:
    reader = YamlReader()
    entry = reader.read(name, raw)
    if entry is not None and not entry.is_mapping():
        reader.fault("expected `key: value`", Origin(name, 1))
    if reader.faults:
        raise ContentError(*reader.faults)
    return decoded(raw)


_Root = list[tuple[str, yaml.Node, int]]
"""Each key of a file with its value and its line, from 0."""


def _root(text: str) -> _Root:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    return [(str(key.value), value, int(key.start_mark.line)) for key, value in pairs]


# ------------------------------------------------------------------ what an entry is called
_IdRule = int | None
"""Which way of naming the entries of a list gives each a name of its own; None: it has none."""


def _id_rule(versions: Sequence[yaml.Node]) -> _IdRule:
    """Choose the first way that gives every entry of every version another name."""
    if not all(_is_list(one) or _is_table(one) for one in versions):
        return None
    if any(_is_table(one) for one in versions):
        return 0 if all(_is_table(one) for one in versions) else None
    for rule in range(len(_NAMERS)):
        names = [_names(one, rule) for one in versions]
        if all(all(some) and len(set(some)) == len(some) for some in names):
            return rule
    return None


def _is_list(node: yaml.Node) -> bool:
    return isinstance(node, yaml.SequenceNode) and not node.flow_style and bool(node.value)


def _is_table(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and not node.flow_style and bool(node.value)


def _by_id(item: yaml.Node) -> str:
    fields = dict(_fields(item))
    return next((str(fields[one].value) for one in _IDS if one in fields), "")


def _by_first_word(item: yaml.Node) -> str:
    first = next((value for _, value in _fields(item)), item)
    while isinstance(first, yaml.SequenceNode) and first.value:
        first = first.value[0]
    return str(first.value) if isinstance(first, yaml.ScalarNode) else ""


def _by_first_field(item: yaml.Node) -> str:
    return _flat(next((value for _, value in _fields(item)), item))


def _by_all(item: yaml.Node) -> str:
    return _flat(item)


_NAMERS = (_by_id, _by_first_word, _by_first_field, _by_id, _by_all)
_NUMBERED = 3
"""The way in which entries of one name are told apart by their number."""


def _names(holder: yaml.Node, rule: int) -> list[str]:
    """Name the entries of a list in one of the ways; "" for what has no name in it."""
    names = [_NAMERS[rule](item) for item in holder.value]
    if rule != _NUMBERED:
        return names
    seen: dict[str, int] = {}
    numbered = []
    for one in names:
        seen[one] = seen.get(one, 0) + 1
        numbered.append(f"{one} ({seen[one]})" if one and seen[one] > 1 else one)
    return numbered


def _fields(item: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    for key, value in item.value if isinstance(item, yaml.MappingNode) else ():
        yield str(key.value), value


def _flat(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(_flat(one) for one in node.value)
    return "; ".join(f"{key}: {_flat(value)}" for key, value in _fields(node))


def plain(node: yaml.Node) -> object:
    """Return a value as text, lists and dictionaries: quotes and line breaks make no difference."""
    if isinstance(node, yaml.SequenceNode):
        return [plain(one) for one in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key: plain(value) for key, value in _fields(node)}
    return str(node.value)


# ------------------------------------------------------------------ lines
class _Start(Struct):
    path: EntryPath
    value: object
    first: int
    last: int
    """The first and the last line of the entry itself, from 0."""


def _cut(lines: list[str], root: _Root, ids: dict[str, _IdRule]) -> CutFile:
    starts = [one for key, node, line in root for one in _starts(lines, key, node, line, ids[key])]
    pieces, done = [], 0
    for at, one in enumerate(starts):
        following = starts[at + 1].first if at + 1 < len(starts) else len(lines)
        end = _end(lines, one.last + 1, following)
        pieces.append(
            CutEntry(one.path, one.value, tuple(lines[done : one.first]),
                  tuple(lines[one.first : end]), one.first + 1)
        )  # fmt: skip
        done = end
    return CutFile(tuple(pieces), tuple(lines[done:]))


def _starts(
    lines: list[str], key: str, node: yaml.Node, line: int, rule: _IdRule
) -> Iterator[_Start]:
    if rule is None or not isinstance(node, yaml.CollectionNode):
        yield _Start((key,), plain(node), line, _last_line(node, line))
        return
    yield _Start((key, HEAD), None, line, line)
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            first = int(name.start_mark.line)
            yield _Start((key, str(name.value)), plain(value), first, _last_line(value, first))
        return
    for one, called in zip(node.value, _names(node, rule), strict=True):
        first = int(one.start_mark.line)
        while not lines[first].lstrip().startswith("-"):
            first -= 1  # the dash stands on a line of its own
        yield _Start((key, called), plain(one), first, _last_line(one, first))


def _last_line(node: yaml.Node, first: int) -> int:
    """Return the last line with a letter of a value, from 0; its marks may end far below."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        if isinstance(last, tuple):
            return _last_line(last[1], int(last[0].start_mark.line))
        return _last_line(last, int(last.start_mark.line))
    end = node.end_mark
    line = int(end.line) - 1 if end.column == 0 else int(end.line)
    return max(first, line if node.value != "" else first)


def _end(lines: list[str], after: int, following: int) -> int:
    """Return where the lines of an entry end: before the comments and blanks above the next."""
    end = following
    while end > after and _is_aside(lines[end - 1]):
        end -= 1
    return end


def _is_aside(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


# ------------------------------------------------------------------ tables
def cut_table(name: str, raws: Sequence[bytes]) -> list[CutFile]:
    """Cut versions of one CSV file into its rows; the same row has the same path in all of them.

    A row is known by its first cell, where that is enough, or by its first and last, or by all.
    Raises ContentError for a version that is not CSV.
    """
    tables = [list(_rows(name, decoded(raw))) for raw in raws]
    namers = (
        lambda cells: tuple(cells[:1]), lambda cells: (cells[0], cells[-1]), tuple,
    )  # fmt: skip
    for namer in namers:
        names = [[namer(cells) for cells, _, _ in table[1:]] for table in tables]
        if all(len(set(some)) == len(some) for some in names):
            break
    return [_cut_rows(table, some) for table, some in zip(tables, names, strict=True)]


_Row = tuple[list[str], tuple[str, ...], int]
"""Its cells, its lines and the number of its first line."""


def _rows(name: str, text: str) -> Iterator[_Row]:
    lines = text.splitlines()
    table = csv.reader(io.StringIO(text, newline=""))
    done = 0
    try:
        for cells in table:
            taken = tuple(lines[done : table.line_num])
            if cells:
                yield cells, taken, done + 1
            done = table.line_num
    except csv.Error as error:
        origin = Origin(name, table.line_num)
        fault = Fault(message=f"not CSV: {error}", origin=origin, hint="save the file as CSV UTF-8")
        raise ContentError(fault) from error


def _cut_rows(table: list[_Row], names: list[tuple[str, ...]]) -> CutFile:
    paths = [(_HEADER,), *(("row", *one) for one in names)]
    return CutFile(
        tuple(
            CutEntry(path, cells, (), lines, line)
            for path, (cells, lines, line) in zip(paths, table, strict=False)
        ),
        (),
    )
