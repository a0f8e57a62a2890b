"""Tell which of several versions of one resource is the newest: `sort_versions`.

An export that was put together twice may hold an entry as it was and as it is. The older one must
not be read as if it were so now, and where nothing says which is the newer, neither is sure.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from handouts.record.fhir import UNREADABLE, Patient, Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


_NUMBER = re.compile(r'(?:W/")?([0-9]{1,18})"?')
"""A version that is a number, which some write as a server does in a header: `W/"2"`."""


class StoredEntry(Struct, frozen=True):
    """A resource, and where the file says that it is kept."""

    kind: str
    resource: Resource
    url: str

    @property
    def address(self) -> str:
        """What a reference calls it; all its versions have the same."""
        return f"{self.kind}/{self.resource.id}"


class OlderVersion(Struct, frozen=True):
    """A resource that a newer one in the same file takes the place of."""

    kind: str
    resource: Resource
    newer: Resource


class SortedVersions(Struct, frozen=True):
    """The resources of a file, each once."""

    current: tuple[StoredEntry, ...]
    older: tuple[OlderVersion, ...]
    unclear: frozenset[str]
    """The addresses of those of which nothing says which version is the newest: all are current."""


class _Meta(Struct, frozen=True, rename="camel"):
    version_id: str | None = None
    last_updated: str | None = None


class _Stamp(Struct, frozen=True):
    """What a version says of its place among the others."""

    time: datetime | None
    number: int | None


def sort_versions(entries: Sequence[StoredEntry], broken: frozenset[str]) -> SortedVersions:
    """Keep the newest version of each resource.

    `broken`: addresses of versions that could not be read; one of them may be the newest. What is
    said of a person must agree in all versions (`record/whose.py`), so each Patient is kept.
    """
    groups: dict[str, list[StoredEntry]] = {}
    for entry in entries:
        if entry.resource.id and not isinstance(entry.resource, Patient):
            groups.setdefault(entry.address, []).append(entry)
    dropped: set[int] = set()
    older: list[OlderVersion] = []
    unclear = {one for one in broken if one in groups}
    for address, group in groups.items():
        for versions in _of_one(group):
            distinct = _distinct(versions)
            dropped |= {id(one) for one in versions} - {id(one) for one in distinct}
            newest = None if address in unclear else _newest(distinct)
            if newest is None:
                unclear.add(address)
                continue
            past = [one for one in distinct if one is not newest]
            dropped |= {id(one) for one in past}
            older += [OlderVersion(one.kind, one.resource, newest.resource) for one in past]
    return SortedVersions(
        current=tuple(one for one in entries if id(one) not in dropped),
        older=tuple(older),
        unclear=frozenset(unclear),
    )


def _of_one(group: list[StoredEntry]) -> Iterable[list[StoredEntry]]:
    """Split what has one id by where it is kept: two servers may give the same id to two things."""
    kept: dict[str, list[StoredEntry]] = {}
    for one in group:
        kept.setdefault(one.url.partition("/_history/")[0], []).append(one)
    return [group] if "" in kept else kept.values()


def _distinct(versions: list[StoredEntry]) -> list[StoredEntry]:
    """Return one entry for each thing that is said: the newest of those that say the same."""
    if len(versions) == 1:
        return versions
    found: list[list[StoredEntry]] = []
    by_words: dict[bytes, list[StoredEntry]] = {}
    for one in versions:
        words = msgspec.json.encode(replace(one.resource, meta=Raw()))
        if words not in by_words:
            by_words[words] = []
            found.append(by_words[words])
        by_words[words].append(one)
    return [_newest(same) or same[0] for same in found]


def _newest(versions: list[StoredEntry]) -> StoredEntry | None:
    """Return the version that is newer than all others, if one is."""
    stamps = [_stamp(one.resource.meta) for one in versions] if len(versions) > 1 else []
    best = 0
    for place, stamp in enumerate(stamps):
        if _is_newer(stamp, stamps[best]):
            best = place
    others: Iterator[_Stamp] = (one for place, one in enumerate(stamps) if place != best)
    return versions[best] if all(_is_newer(stamps[best], one) for one in others) else None


def _is_newer(one: _Stamp, other: _Stamp) -> bool:
    """Tell whether a version is surely the newer: by its time and number, where both are there."""
    signs = []
    if one.time and other.time and one.time != other.time:
        signs.append(one.time > other.time)
    if one.number is not None and other.number is not None and one.number != other.number:
        signs.append(one.number > other.number)
    return bool(signs) and all(signs)


def _stamp(raw: Raw) -> _Stamp:
    try:
        meta = msgspec.json.decode(raw, type=_Meta) if bytes(raw) else _Meta()
    except UNREADABLE:
        meta = _Meta()
    number = _NUMBER.fullmatch(meta.version_id or "")
    try:
        time = datetime.fromisoformat(meta.last_updated or "")
    except ValueError:
        time = None
    return _Stamp(
        time=time if time and time.tzinfo else None,  # without a zone it is no instant
        number=int(number[1]) if number else None,
    )
