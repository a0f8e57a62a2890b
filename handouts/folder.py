"""Goes in: the path of a content folder. Comes out: its files as entries that collect faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.errors import ContentError, Fault, Origin
from handouts.files import digest_of, read_files
from handouts.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handouts.reader import Entry


class Folder:
    """The files of one content folder, read once; `reader` collects the faults of all of them.

    Raises ContentError at once for a folder or file that is missing or is not YAML.
    """

    def __init__(self, path: Path, *, older: bool = False) -> None:
        self.path = path
        self.reader = Reader()
        self._raw, missing = read_files(path, older=older)
        self.reader.faults.extend(missing)
        self.version = digest_of(self._raw)
        self._entries = self._parse()

    def name(self, file: str) -> str:
        """Name a file as its author knows it, for messages."""
        return f"{self.path.name}/{file}"

    def raw(self, file: str) -> bytes:
        """Give the bytes of a file."""
        return self._raw[file]

    def holds(self, file: str) -> bool:
        """Say whether a file is there, of those that older content may lack."""
        return file in self._raw

    def entry(self, file: str) -> Entry:
        """Give the whole of a YAML file."""
        return self._entries[file]

    def records(self, file: str, key: str) -> Iterable[Entry]:
        """List the records under a key that must be there."""
        field = self._entries[file].need(key)
        return list(field.items()) if field else []

    def block_files(self) -> list[str]:
        """Name the files of `blocks/`."""
        return [file for file in sorted(self._raw) if file.startswith("blocks/")]

    def stop_if_faulty(self) -> None:
        """Raise ContentError with every fault noted so far, in the order of files and lines."""
        if self.reader.faults:
            raise ContentError(*sorted(self.reader.faults, key=_place_of))

    def _parse(self) -> dict[str, Entry]:
        entries = {}
        for file, raw in self._raw.items():
            if file.endswith(".yaml"):
                entry = self.reader.read(self.name(file), raw)
                if entry is not None:
                    entries[file] = entry
        # Nothing can be checked against files that are missing or are not YAML.
        self.stop_if_faulty()
        return entries


def _place_of(fault: Fault) -> tuple[str, int, str]:
    where = fault.origin or Origin("", 0)
    return where.file, where.line, fault.path
