"""Read, order and check the places of exercises in the lists of regions: `place_in_list`, `placed`.

A place is a number, or `before` another exercise of the list: so a new one may print first, and no
other has to be numbered anew, read again and signed again.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.blocks import ExerciseBody, ListPlace
from handouts.content.yaml_reader import TO_WRITE
from handouts.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry, YamlReader


BEFORE = re.compile(r"before ([a-z0-9-]+)")
"""How a place names the exercise that comes after it."""
_Key = tuple[str, str]
"""A region and a status."""


def place_in_list(entry: Entry) -> ListPlace:
    """Parse a number, or `before NAME`: its number is found when all exercises are known."""
    given = str(entry.plain())
    if named := BEFORE.fullmatch(given):
        return ListPlace(0, before=named[1])
    if not given.startswith(TO_WRITE) and not re.search("[0-9]", given):
        hint = "write a number such as 1, or `before` and the id of another exercise of the list"
        entry.fault(f"expected a place, got {entry.shown()}", hint=hint)
        return ListPlace(0)
    return ListPlace(entry.whole())


def placed(blocks: Sequence[Block], reader: YamlReader) -> Iterator[Block]:
    """Yield the exercises with the numbers of those before which they stand."""
    lists: dict[_Key, dict[str, ListPlace]] = {}
    for block, body in _exercises(blocks):
        for key, place in body.sets.items():
            lists.setdefault(key, {})[block.id] = place
    places = {key: resolved(one) for key, one in lists.items()}
    for block, body in _exercises(blocks):
        found = {}
        for key in body.sets:
            if (wrong := _wrong(block.id, key, lists[key])) is not None:
                reader.fault(wrong[0], block.origin, block.id, wrong[1])
            found[key] = places[key][block.id]
        yield replace(block, body=replace(body, sets=MappingProxyType(found)))


def _exercises(blocks: Sequence[Block]) -> Iterator[tuple[Block, ExerciseBody]]:
    for block in blocks:
        if isinstance(block.body, ExerciseBody):
            yield block, block.body


def _wrong(name: str, key: _Key, places: Mapping[str, ListPlace]) -> tuple[str, str] | None:
    """Say why a place cannot be found, with a hint; None where it can."""
    where, seen = f"{key[0]}, {key[1]}", [name]
    while before := places[seen[-1]].before:
        if before not in places:
            hint = did_you_mean(before, places) or "name an exercise of that list, or give a number"
            return f"`before {before}`: it is not in the list of {where}", hint
        if before in seen:
            return f"in the list of {where}, `{name}` stands before itself", "give one a number"
        seen.append(before)
    return None


def resolved(places: Mapping[str, ListPlace]) -> dict[str, ListPlace]:
    """Return the places of one list with their numbers; one that cannot be found stays as it is."""
    return {one: place if _wrong(one, ("", ""), places) else _counted(one, places)
            for one, place in places.items()}  # fmt: skip


def _counted(name: str, places: Mapping[str, ListPlace]) -> ListPlace:
    """Return the place with the number of the exercise before which it stands."""
    own, ahead = places[name], 0
    last = own
    while last.before:
        last, ahead = places[last.before], ahead - 1
    return ListPlace(last.number, ahead, own.before)


def check_places(library: Library, reader: YamlReader) -> None:
    """No two exercises have the same place in a list: which prints first would be chance."""
    taken: dict[tuple[_Key, tuple[int, int]], str] = {}
    for block, body in _exercises(library.blocks):
        for key, place in body.sets.items():
            at = key, (place.number, place.ahead)
            if not place.number or (other := taken.setdefault(at, block.id)) == block.id:
                continue
            where = f"{key[0]}, {key[1]}"
            if place.before:
                message = f"it stands before `{place.before}` in {where}, and so does `{other}`"
                hint = f"write `before {other}`, or in `{other}` `before {block.id}`"
            else:
                message = f"place {place} of {where}, is that of `{other}`"
                hint = (
                    f"write `before {other}` to print before it, and no other place changes; "
                    f"{_first_free(library, key)} is the first number that is free"
                )
            reader.fault(message, block.origin, block.id, hint)


def _first_free(library: Library, key: _Key) -> int:
    """Return the first number of a list that no exercise has."""
    places = (body.sets.get(key) for _, body in _exercises(library.blocks))
    taken = {one.number for one in places if one and not one.before}
    return next(number for number in range(1, len(taken) + 2) if number not in taken)
