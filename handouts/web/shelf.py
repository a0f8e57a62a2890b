"""Search the ready leaflets of a folder, and hand out their files: `Shelf`.

Only what would be made the same today is shown: a leaflet whose words have changed since, or were
withdrawn, is counted and left out.
"""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.batch.ready import INVENTORY_FILE, Inventory, key_of, label_of
from handouts.content.vocabulary import SUFFIXES
from handouts.errors import Fault, OutputError
from handouts.system.files import output_error
from handouts.web.words import HeardWord, coded, heard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.batch.ready import ReadyLeaflet
    from handouts.content.library import Library
    from handouts.pipeline import Publisher


MOST_FOUND = 24
"""The most leaflets that one search shows."""
FILES_AT = "/library/files/"
_MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}


class ReadyFile(Struct, frozen=True, kw_only=True):
    """One file of a ready leaflet."""

    address: str
    label: str
    """What it is, whole: a reader of links alone hears nothing else."""
    draft: bool


class FoundLeaflet(Struct, frozen=True, kw_only=True):
    """A ready leaflet that was searched for."""

    region: str
    status: str
    flag: str
    """Empty for the general leaflet."""
    fact: str
    picture: str
    """The address of the picture of its page 1; empty where it has none."""
    files: tuple[ReadyFile, ...]


class FoundLeaflets(Struct, frozen=True, kw_only=True):
    """The ready leaflets that fit some words."""

    words: tuple[HeardWord, ...]
    """What each word was heard as."""
    notes: tuple[str, ...]
    """What a person has to know of the words and of the leaflets."""
    leaflets: tuple[FoundLeaflet, ...]
    found: int
    """How many fit; more than are given where there are many."""
    old: int
    """How many leaflets of the folder would be made otherwise today, and are not shown."""


class _Shelved(Struct, frozen=True):
    """What the folder holds for the words as they are now."""

    publisher: Publisher
    changed: int
    inventory: Inventory
    ready: dict[str, ReadyLeaflet]
    """By the name of each file, pictures too."""
    old: int


class Shelf:
    """The ready leaflets of a folder that `handout library` keeps."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._lock = threading.Lock()
        self._shelved: _Shelved | None = None

    def search(self, publisher: Publisher, text: str) -> FoundLeaflets:
        """Find the leaflets that some words ask for; raises HandoutsError without a library."""
        shelved = self._current(publisher)
        library = publisher.library
        words = heard(library, text, _today(), search=True).words if text.strip() else ()
        wanted = _Wanted(library, words)
        rows = [row for row in _rows(shelved) if wanted.fits(row[0])]
        rows.sort(key=lambda row: bool(row[0].request.flags))  # the general ones come first
        return FoundLeaflets(
            words=words,
            notes=tuple(_notes(wanted, len(rows))),
            leaflets=tuple(_found(library, shelved.inventory, row) for row in rows[:MOST_FOUND]),
            found=len(rows),
            old=shelved.old,
        )

    def file(self, publisher: Publisher, name: str) -> tuple[bytes, str] | None:
        """Return a file and its media type; None where it is not one of today's leaflets, whole."""
        shelved = self._current(publisher)
        one = shelved.ready.get(name)
        content = shelved.inventory.read(name) if one else None
        if one is None or content is None:
            return None
        return content, "image/svg+xml" if name == one.picture else _MEDIA[one.kind]

    def _current(self, publisher: Publisher) -> _Shelved:
        """Look into the folder, again where its list or the words have changed."""
        with self._lock:
            try:
                changed = (self._folder / INVENTORY_FILE).stat().st_mtime_ns
            except FileNotFoundError:
                changed = 0
            except OSError as error:
                raise output_error(error, str(self._folder)) from error
            kept = self._shelved
            if kept is None or kept.publisher is not publisher or kept.changed != changed:
                kept = self._shelved = _look_into(publisher, self._folder, changed)
            return kept


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the date on the clinician's own calendar


def _look_into(publisher: Publisher, folder: Path, changed: int) -> _Shelved:
    inventory = Inventory(folder, look_only=True)
    if inventory.damaged or inventory.made is None:
        message = f"the list of what is in `{folder}` cannot be used"
        hint = f"make it again: handout library {folder}"
        on_page = "ask whoever runs this page to make the ready leaflets again"
        raise OutputError(Fault(message=message, hint=hint, on_page=on_page))
    ready: dict[str, ReadyLeaflet] = {}
    for one in inventory.made.list(publisher.library, _today()):
        key = key_of(publisher, one)
        for name in one.names:
            if name in inventory.items and inventory.items[name].key == key:
                ready[name] = one
    old = sum(
        name.endswith(tuple(f".{one}" for one in SUFFIXES.values())) and name not in ready
        for name in inventory.items
    )
    return _Shelved(publisher, changed, inventory, ready, old)


def _rows(shelved: _Shelved) -> Iterator[list[ReadyLeaflet]]:
    """Yield the files of each leaflet together."""
    rows: dict[tuple[str, ...], list[ReadyLeaflet]] = {}
    for one in shelved.ready.values():
        request = one.request
        row = rows.setdefault((request.region, request.status, *request.flags), [])
        if one not in row and one.files[0] in shelved.ready:
            row.append(one)
    yield from (row for row in rows.values() if row)


class _Wanted:
    """What some words ask for: regions, statuses and facts; nothing said fits everything."""

    def __init__(self, library: Library, words: Iterable[HeardWord]) -> None:
        self.facts = 0
        """How many words say a fact, or may say one."""
        self.not_known: list[str] = []
        self._regions: set[str] = set()
        self._statuses: set[str] = set()
        self._flags: set[str] = set()
        for word in words:
            self._take(library, word)

    def fits(self, one: ReadyLeaflet) -> bool:
        """Say whether a leaflet is one that was asked for."""
        request = one.request
        if self._regions and request.region not in self._regions:
            return False
        if self._statuses and request.status not in self._statuses:
            return False
        if not self._flags:
            return not (self.not_known and not self._regions and not self._statuses)
        return any(flag in self._flags for flag in request.flags)

    def _take(self, library: Library, word: HeardWord) -> None:
        entries = [word.entry, *(one.id for one in word.asks), *word.yes]
        if word.kind in {"unknown", "code"}:
            entries = list(coded(library, word.word))
        regions, statuses, flags = (
            {one for one in entries if one in known}
            for known in (library.regions, library.statuses, library.flags)
        )
        self._regions |= regions
        self._statuses |= statuses
        self._flags |= flags
        self.facts += bool(flags)
        said = word.says and word.kind != "code"
        if not (regions or statuses or flags or word.no or said):
            self.not_known.append(word.word)


def _notes(wanted: _Wanted, found: int) -> Iterator[str]:
    if wanted.not_known:
        words = ", ".join(wanted.not_known)
        yield f"Not known here, and not searched for: {words}."
    if wanted.facts > 1:
        yield (
            "A ready leaflet knows one fact about a patient, and you named "
            f"{wanted.facts}. For this patient make a leaflet that knows them all."
        )
    if found > MOST_FOUND:
        yield f"{found} leaflets fit; these are the first {MOST_FOUND}. Name a region or a fact."


def _found(library: Library, inventory: Inventory, row: list[ReadyLeaflet]) -> FoundLeaflet:
    request = row[0].request
    flag = library.flags[request.flags[0]] if request.flags else None
    picture = next((one.picture for one in row if one.picture in inventory.items), "")
    return FoundLeaflet(
        region=request.region,
        status=request.status,
        flag=flag.id if flag else "",
        fact=flag.label if flag else "General leaflet",
        picture=picture and FILES_AT + picture,
        files=tuple(
            ReadyFile(
                address=FILES_AT + one.files[0],
                label=label_of(library, one, inventory.items[one.files[0]]),
                draft=inventory.items[one.files[0]].draft,
            )
            for one in row
        ),
    )
