"""Goes in: the ready leaflets and a folder. Comes out: the folder, with what changed made again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, HandoutsError
from handouts.pipeline import prepare, render, select, verdict_on
from handouts.system.processes import cores, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.inventory import Inventory
    from handouts.pipeline import Publisher
    from handouts.shelf import Ready

_SAVE_AFTER = 24
"""Leaflets between two writings of the list: what a run that is killed makes again at most."""
_WORTH_A_CREW = 12
"""Fewer leaflets than these are made before a second process has started."""
_bench: list[tuple[Publisher, bool]] = []
"""What this process works with."""


class Stocked(Struct, frozen=True, kw_only=True):
    """What a run did."""

    made: int
    kept: int
    removed: int
    left: tuple[str, ...]
    """Files that are not in the set any more, and were edited by hand: they stay."""
    failed: tuple[tuple[str, tuple[Fault, ...]], ...]


def stock(
    publisher: Publisher,
    ready: Sequence[Ready],
    inventory: Inventory,
    *,
    require_signed: bool,
) -> Stocked:
    """Make each leaflet that is not there as it should be; remove those that are none any more."""
    keys = {one.files: _key(publisher, one) for one in ready}
    lacking = [
        one
        for one in ready
        if not all(inventory.holds(name, keys[one.files]) for name in one.files)
    ]
    failed: list[tuple[Ready, tuple[Fault, ...]]] = []
    made = 0
    try:
        for number, (one, result) in enumerate(
            _made(publisher, lacking, require_signed=require_signed), 1
        ):
            if isinstance(result, tuple):
                failed.append((one, result))
                continue
            made += 1
            day = one.request.date.isoformat()
            for name in one.files:
                inventory.put(name, result.content, keys[one.files], day, draft=result.draft)
            if number % _SAVE_AFTER == 0:
                inventory.save()
        # What cannot be made any more (its words are withdrawn, say) must not lie there either.
        wanted = {name for one in ready for name in one.files}
        wanted -= {name for one, _ in failed for name in one.files}
        gone = [name for name in inventory.items if name not in wanted]
        left = tuple(name for name in gone if not inventory.drop(name))
    finally:
        inventory.save()
    return Stocked(
        made=made, kept=len(ready) - len(lacking), removed=len(gone) - len(left), left=left,
        failed=tuple((one.files[0], faults) for one, faults in failed),
    )  # fmt: skip


class Made(Struct, frozen=True):
    """One leaflet as bytes."""

    content: bytes
    draft: bool


def _key(publisher: Publisher, one: Ready) -> str:
    """Digest all that a leaflet is made from but the day; a sign-off that runs out changes it."""
    request = one.request
    parts = [
        one.kind, publisher.edition, publisher.profile, sorted(publisher.withdrawn),
        [getattr(request, name) for name in request.__struct_fields__ if name != "date"],
    ]  # fmt: skip
    if publisher.signoff.signatures:
        selection = select(publisher, request)
        parts.append(verdict_on(publisher, selection))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


# ------------------------------------------------------------------ making
def _made(
    publisher: Publisher, ready: Sequence[Ready], *, require_signed: bool
) -> Iterator[tuple[Ready, Made | tuple[Fault, ...]]]:
    """Make leaflets in order, in as many processes as there are processors."""
    workers = cores() if len(ready) >= _WORTH_A_CREW else 1
    made = in_order(_make, ready, workers, _take, publisher, require_signed)
    yield from zip(ready, made, strict=True)


def _take(publisher: Publisher, require_signed: bool) -> None:  # noqa: FBT001 - as the pool passes it
    _bench[:] = [(publisher, require_signed)]


def _make(one: Ready) -> Made | tuple[Fault, ...]:
    publisher, require_signed = _bench[0]
    try:
        leaflet = prepare(publisher, one.request, require_signed=require_signed)
        content, _ = render(publisher, one.request, leaflet, one.kind)
    except HandoutsError as error:
        return error.faults
    return Made(content, bool(leaflet.draft))
