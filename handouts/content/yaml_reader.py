"""Read YAML with the line and path of every value, and collect all faults: `YamlReader`, `Entry`.

Tags, aliases, duplicate keys and deep nesting are refused, so that no file can exhaust memory.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING

import yaml

from handouts.errors import ContentError, Fault, Origin, did_you_mean
from handouts.system.files import MOST_BYTES, read_limited

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


CONFLICT = "a mark of a merge, where two versions differ: the merge is not finished"
CONFLICT_HINT = (
    "of the versions between the marks keep one, or write another, and take out the lines that "
    "begin with <<<<<<<, |||||||, ======= and >>>>>>>"
)
_MARKS = re.compile(r"^(<{7}|>{7}|\|{7})( .*)?\r?$|^={7}\r?$", re.MULTILINE)


def conflict_line(text: str) -> int:
    """The line of the first mark of an unfinished merge (1 = first); 0 where there is none."""
    found = _MARKS.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


TO_WRITE = "TO WRITE"
"""How a text begins that a person has still to write: such content makes no leaflet."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 12
_WHOLE = re.compile(r"[-+]?[0-9]{1,9}")
"""Whole numbers as content writes them; YAML also has other bases, underscores and colons."""


def still_to_write(value: str) -> str:
    """Return what to say of a value with the mark TO_WRITE."""
    return f"still to write: {value.removeprefix(TO_WRITE).lstrip(': ')}"


class YamlReader:
    """Parses files and collects all their faults, so that an author sees them at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.is_open = False
        """Whether something is still to write: what follows from that is no fault of its own."""

    def fault(self, message: str, origin: Origin, path: str = "", hint: str = "") -> None:
        """Add a fault."""
        found = Fault(message=message, origin=origin, path=path, hint=hint)
        if not self.faults or self.faults[-1] != found:
            self.faults.append(found)

    def read(self, name: str, raw: bytes) -> Entry | None:
        """Parse one file; None when it is empty or not YAML, which adds a fault."""
        start = Origin(name, 1)
        if len(raw) > MOST_BYTES:
            self.fault(f"larger than {MOST_BYTES} bytes", start, hint="split the file")
            return None
        try:
            text = raw.decode("utf-8-sig")
            if odd := _odd(text):
                line, message, hint = odd
                self.fault(message, Origin(name, line), hint=hint)
                return None
            node = yaml.compose(text, Loader=_LOADER)
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.fault("not UTF-8 text", Origin(name, line), hint="save the file as UTF-8")
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problem = getattr(error, "problem", None) or _NO_TEXT
            told, hint = _PROBLEMS.get(problem, (problem, "check spaces and quotes"))
            self.fault(f"not YAML: {told}", Origin(name, line), hint=hint)
            return None
        if node is None:
            self.fault("the file is empty", start)
            return None
        return Entry(self, name, node, "")


_NO_TEXT = "it contains characters that text may not contain"
_TAB = "a tab where blanks are expected", "put blanks in the place of the tab"
_SECOND = (
    "more stands after the end of the file",
    "take away the line `---` or `...`, and what follows",
)
_PROBLEMS = {
    "found a tab character that violates indentation": _TAB,
    "found character that cannot start any token": (
        "a tab, or a sign such as @ or `, where a value begins",
        "put blanks in the place of a tab, and quotes around text with such a sign",
    ),
    "but found another document": _SECOND,
    "did not find expected <document start>": _SECOND,
    "could not find expected ':'": (
        "a line is neither a key with its value nor part of a text",
        "write `key: value`, or take the line away",
    ),
    "mapping values are not allowed in this context": (
        "a colon stands where no key can be",
        "put quotes around text with a colon, and check the blanks before the line",
    ),
}
"""What the parser says, as an author would, and what to do."""


def _odd(text: str) -> tuple[int, str, str] | None:
    """Return the first YAML feature that content may not use: line, message and hint; or None.

    It reads events before a tree is built: deep nesting would crash the composer, and a few lines
    of aliases could exhaust memory.
    """
    if line := conflict_line(text):
        return line, CONFLICT, CONFLICT_HINT
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            return line, "a value is reused", "write it out; & and * are not allowed"
        if tag is not None:
            return line, f"a tag is used: {tag[:40]}", "leave it out; ! is not allowed"
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            return line, "nested too deeply", "content has at most a few levels"
    return None


class Entry:
    """One YAML value with its file, line and path.

    Getters return a value of their type in any case; for a wrong value they add a fault.
    """

    __slots__ = ("_children", "_file", "_node", "_reader", "_used", "path")

    def __init__(self, reader: YamlReader, file: str, node: yaml.Node, path: str) -> None:
        self._reader = reader
        self._file = file
        self._node = node
        self._used: set[str] = set()
        self._children: dict[str, yaml.Node] | None = None
        self.path = path

    @property
    def origin(self) -> Origin:
        """The file and the line at which this value starts."""
        return Origin(self._file, self._node.start_mark.line + 1)

    def fault(self, message: str, *, path: str = "", hint: str = "") -> None:
        """Add a fault at this value; `path` is relative to it."""
        where = ".".join(part for part in (self.path, path) if part)
        self._reader.fault(message, self.origin, where, hint)

    # -------------------------------------------------------------- what it is
    def is_mapping(self) -> bool:
        """Tell whether the value has keys."""
        return isinstance(self._node, yaml.MappingNode)

    def is_null(self) -> bool:
        """Tell whether nothing was written after the key."""
        return self._node.tag == "tag:yaml.org,2002:null"

    # -------------------------------------------------------------- children
    def keys(self) -> tuple[str, ...]:
        """List the keys of a mapping as written, and mark them as read."""
        keys = tuple(self._mapping())
        self._used.update(keys)
        return keys

    def empty(self) -> dict[str, Entry]:
        """Return the keys of a mapping after which nothing is written, or only a comment."""
        return {
            key: Entry(self._reader, self._file, node, key)
            for key, node in self._mapping().items()
            if node.tag == "tag:yaml.org,2002:null"
        }

    def get(self, key: str) -> Entry | None:
        """Return the value of a key; None when it is absent or empty."""
        self._used.add(key)
        node = self._mapping().get(key)
        if node is None or node.tag == "tag:yaml.org,2002:null":
            return None
        path = f"{self.path}.{key}" if self.path else key
        return Entry(self._reader, self._file, node, path)

    def need(self, key: str) -> Entry | None:
        """Return the value of a required key; adds a fault and returns None when it is absent."""
        entry = self.get(key)
        if entry is None:
            self.fault(f"`{key}` is missing", hint=f"add `{key}:`")
        return entry

    def key_origins(self) -> Iterator[tuple[str, Origin]]:
        """Yield each key with the line that it stands on."""
        if isinstance(self._node, yaml.MappingNode):
            for key, _ in self._node.value:
                yield str(key.value), Origin(self._file, key.start_mark.line + 1)

    def items(self) -> Iterator[Entry]:
        """Yield the items of a list; a single value counts as a list of one, null as empty."""
        if isinstance(self._node, yaml.SequenceNode):
            for index, node in enumerate(self._node.value):
                yield Entry(self._reader, self._file, node, f"{self.path}[{index}]")
        elif not self.is_null():
            yield self

    def finish(self) -> None:
        """Add a fault for every key that has not been read."""
        self._mapping()
        written = self._node.value if isinstance(self._node, yaml.MappingNode) else ()
        for key, node in {str(node.value): node for node, _ in written}.items():
            if key not in self._used:
                origin = Origin(self._file, node.start_mark.line + 1)
                hint = did_you_mean(key, self._used)
                self._reader.fault(f"unknown key `{key}`", origin, self.path, hint)

    def _mapping(self) -> dict[str, yaml.Node]:
        if self._children is not None:
            return self._children
        self._children = {}
        if not isinstance(self._node, yaml.MappingNode):
            self.fault(f"expected keys and values, got {self.shown()}")
            return self._children
        for key_node, value_node in self._node.value:
            key = str(key_node.value)
            if key in self._children:
                self._reader.fault(
                    f"`{key}` occurs twice",
                    Origin(self._file, key_node.start_mark.line + 1),
                    self.path,
                    "keep one of them",
                )
            self._children[key] = value_node
        return self._children

    # -------------------------------------------------------------- scalars
    def shown(self) -> str:
        """Return a short description of the value for messages."""
        if isinstance(self._node, yaml.SequenceNode):
            return "a list"
        if isinstance(self._node, yaml.MappingNode):
            return "keys and values"
        text = str(self._node.value)
        few = 40
        return f"`{text}`" if len(text) <= few else f"`{text[:few]}…`"

    def text(self) -> str:
        """Return text, "" if faulty; numbers and dates count as the text that was written."""
        if not isinstance(self._node, yaml.ScalarNode) or self.is_null():
            self.fault(f"expected text, got {self.shown()}")
            return ""
        value = str(self._node.value).strip()
        if not value:
            self.fault("the text is empty")
        return "" if self._is_open() else value

    def _is_open(self) -> bool:
        """Tell whether a person has still to write the value; that is a fault."""
        value = self._node.value
        if not isinstance(value, str) or not value.startswith(TO_WRITE):
            return False
        self.fault(still_to_write(value))
        self._reader.is_open = True
        return True

    def whole(self) -> int:
        """Return a whole number of at most nine digits; 0 if faulty."""
        if self._is_open():
            return 0
        value = self._node.value
        if self._node.tag != "tag:yaml.org,2002:int" or not _WHOLE.fullmatch(value):
            digits = re.search(r"[0-9]{1,9}", str(value))
            hint = f"write {int(digits[0])}" if digits else "write a whole number such as 5"
            self.fault(f"expected a whole number, got {self.shown()}", hint=hint)
            return 0
        return int(value)

    def _decimal(self) -> float:
        """Return a finite number; 0 if faulty."""
        try:
            value = float(self._node.value)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.fault(f"expected a number, got {self.shown()}", hint="write a number such as 0.5")
            return 0.0
        return value

    def truth(self) -> bool:
        """Return true or false; False if faulty."""
        if self._node.tag != "tag:yaml.org,2002:bool":
            self.fault(f"expected true or false, got {self.shown()}")
            return False
        return str(self._node.value).lower() in ("true", "yes", "on")

    def day(self) -> date:
        """Return a date written as year-month-day; 1970-01-01 if faulty."""
        if not (value := self.text()):
            return date(1970, 1, 1)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(f"expected a date, got {self.shown()}", hint="write it as 2026-11-22")
            return date(1970, 1, 1)

    def word(self, known: Iterable[str], what: str) -> str:
        """Return one of the known words, "" if faulty; `what` is its kind in messages."""
        value = self.text()
        options = tuple(known)
        if value and value not in options:
            self.fault(f"unknown {what} `{value}`", hint=did_you_mean(value, options))
            return ""
        return value

    def words(self, known: Iterable[str], what: str) -> tuple[str, ...]:
        """Return known words, of a list or a single one; unknown ones are faults and left out."""
        options = tuple(known)
        found: list[str] = []
        for entry in self.items():
            word = entry.word(options, what)
            if word in found:
                entry.fault(f"`{word}` is listed twice", hint="keep it once")
            elif word:
                found.append(word)
        return tuple(found)

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts; a single one counts as a list of one."""
        return tuple(entry.text() for entry in self.items())

    def span(self) -> tuple[int, int]:
        """Return a number, or a list of two, as (lowest, highest); (0, 0) if faulty."""
        numbers = tuple(entry.whole() for entry in self.items())
        if len(numbers) == 1:
            return numbers[0], numbers[0]
        pair = 2
        if len(numbers) != pair or numbers[0] > numbers[1]:
            self.fault(f"expected a number or [lowest, highest], got {self.shown()}")
            return 0, 0
        return numbers[0], numbers[1]

    def plain(self) -> object:
        """Return the value as plain Python data: numbers, text, lists and dictionaries."""
        if isinstance(self._node, yaml.MappingNode):
            return {key: entry.plain() for key in self.keys() if (entry := self.get(key))}
        if isinstance(self._node, yaml.SequenceNode):
            return [entry.plain() for entry in self.items()]
        text = str(self._node.value)
        kind = self._node.tag.rpartition(":")[2]
        if kind == "int":
            return self.whole()
        if kind == "float":
            return self._decimal()
        if kind == "bool":
            return self.truth()
        self._is_open()
        return None if kind == "null" else text


def read_file(reader: YamlReader, folder: Path, name: str) -> Entry:
    """Parse one file of the content folder; raises ContentError when it is missing or not YAML."""
    try:
        raw = read_limited(folder / name)
    except OSError as error:
        fault = Fault(
            message=(error.strerror or "cannot be read").lower(),
            origin=Origin(f"{folder.name}/{name}", 1),
            hint="restore the file: without it nothing can be proved",
        )
        raise ContentError(fault) from error
    entry = reader.read(f"{folder.name}/{name}", raw)
    if entry is None:
        raise ContentError(*reader.faults)
    return entry
