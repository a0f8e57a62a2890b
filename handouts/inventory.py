"""Goes in: the folder of a library of leaflets. Comes out: what was put there, and what still is.

The list is kept in the folder itself. A list that is cut off or was edited counts for nothing: each
leaflet is then made again, and no file that the list does not vouch for is removed.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from msgspec import Struct, ValidationError, convert

from handouts.errors import Fault, OutputError
from handouts.fastpath.atomic import PART
from handouts.system.files import output_error, write_shared

if TYPE_CHECKING:
    from pathlib import Path

FILE = ".handout-library.json"
_FORMAT = 1


class Item(Struct, frozen=True):
    """One file that was written: what it was made from, its bytes, and the day on its pages."""

    key: str
    digest: str
    day: str
    draft: bool


class _Record(Struct, frozen=True):
    format: int
    files: dict[str, Item]


class Inventory:
    """What a folder holds by its own list; `damaged` says that the list could not be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.items: dict[str, Item] = {}
        self.damaged = False
        self._open()

    def _open(self) -> None:
        """Read the list; a folder with other files and no list is somebody else's.

        What a run that was killed left half written is removed.
        """
        try:
            raw = (self.folder / FILE).read_bytes()
        except FileNotFoundError:
            self._check_free()
            self.save()
            return
        except OSError as error:
            raise output_error(error, str(self.folder)) from error
        for part in self.folder.rglob(f"{PART}*.tmp"):
            part.unlink(missing_ok=True)
        try:
            record = convert(json.loads(raw), _Record)
        except (ValueError, RecursionError, ValidationError):
            self.damaged = True
            return
        self.damaged = record.format != _FORMAT or not all(map(_inside, record.files))
        self.items = {} if self.damaged else record.files

    def _check_free(self) -> None:
        if self.folder.is_dir() and any(self.folder.iterdir()):
            message = f"`{self.folder}` holds other files, and is no library of leaflets"
            raise OutputError(Fault(message=message, hint="name a new or an empty folder"))

    def save(self) -> None:
        """Write the list, whole or not at all."""
        files = {
            name: {field: getattr(item, field) for field in item.__struct_fields__}
            for name, item in sorted(self.items.items())
        }
        text = json.dumps({"format": _FORMAT, "files": files}, indent=1)
        write_shared(self.folder / FILE, text.encode())

    def holds(self, name: str, key: str) -> bool:
        """Say whether a file is there as it was written, from what it would be made from now."""
        item = self.items.get(name)
        return item is not None and item.key == key and self._digest(name) == item.digest

    def put(self, name: str, content: bytes, key: str, day: str, *, draft: bool) -> None:
        """Write a file, and note it."""
        write_shared(self.folder / name, content)
        self.items[name] = Item(key, hashlib.sha256(content).hexdigest(), day, draft)

    def drop(self, name: str) -> bool:
        """Forget a file, and remove it if it is still as it was written; say whether it was."""
        item = self.items.pop(name)
        mine = self._digest(name) == item.digest
        if mine:
            (self.folder / name).unlink(missing_ok=True)
        return mine or not (self.folder / name).exists()

    def _digest(self, name: str) -> str:
        try:
            return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
        except OSError:
            return ""


def _inside(name: str) -> bool:
    """Say whether a name of the list stays in the folder: what it names may be removed."""
    parts = name.split("/")
    return "\0" not in name and not {"", ".", ".."} & set(parts)
