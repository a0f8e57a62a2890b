"""Add an entry to the text of a content file and keep all else as it is: `insert`.

Comments, quotes and blank lines of the author stay: only lines are added, behind the last entry
of the list or table that is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError, Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator


def insert(name: str, text: str, key: str, entry: str) -> tuple[str, int]:
    """Return the text of a file with an entry added under a key, and its first new line.

    The key is one of the file, or the first of that name anywhere in it. Raises ContentError for a
    file that is not YAML, and for a list that is empty or is written on one line.
    """
    lines = text.splitlines(keepends=True)
    holder = _find(name, text, key)
    kept = holder.value if isinstance(holder, yaml.CollectionNode) else ()
    if not kept or getattr(holder, "flow_style", False):
        line = holder.start_mark.line + 1 if holder else 1
        hint = "write each of its entries on lines of its own"
        fault = Fault(
            message=f"nothing can be added to `{key}`", origin=Origin(name, line), hint=hint
        )
        raise ContentError(fault)
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if not lines[-1].endswith("\n"):
        lines[-1] += end
    at = _last_line(kept[-1][1] if isinstance(kept[-1], tuple) else kept[-1]) + 1
    margin = " " * _column(lines, holder, kept)
    added = [f"{margin}{one}{end}" if one else end for one in entry.rstrip("\n").split("\n")]
    return "".join([*lines[:at], *added, *lines[at:]]), at + 1


def _find(name: str, text: str, key: str) -> yaml.Node | None:
    reader = YamlReader()
    # This refuses what would exhaust memory, before the file is read a second time.
    if reader.read(name, text.encode()) is None:
        raise ContentError(*reader.faults)
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    return next(_values(root, key), None)


def _values(node: yaml.Node | None, key: str) -> Iterator[yaml.Node]:
    """Yield the values under a key, those that are least deep in the file first."""
    waiting = [node]
    for one in waiting:
        if isinstance(one, yaml.MappingNode):
            yield from (value for name, value in one.value if name.value == key)
            waiting += [value for _, value in one.value]
        elif isinstance(one, yaml.SequenceNode):
            waiting += one.value


def _column(lines: list[str], holder: yaml.Node | None, kept: list[object]) -> int:
    """Return how far the entries of a list or table are moved in."""
    if isinstance(holder, yaml.MappingNode):
        return int(holder.start_mark.column)
    item = kept[0]
    line = lines[item.start_mark.line] if isinstance(item, yaml.Node) else ""
    return len(line) - len(line.lstrip(" "))


def _last_line(node: yaml.Node) -> int:
    """Return the line of the last letter of a value, from 0, without comments below it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        if isinstance(last, tuple):
            key, value = last
            return max(int(key.end_mark.line), _last_line(value))
        return _last_line(last)
    mark = node.end_mark
    line, start = int(mark.line), int(node.start_mark.line)
    return line - 1 if mark.column == 0 and line > start else line
