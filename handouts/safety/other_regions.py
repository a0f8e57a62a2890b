"""Find what prints in the leaflets of a region and names parts of others: `words_of_others`.

`words_for_all` finds the same before a region is there.

A sentence that names no region prints in all. When a region is added, such a sentence may speak
of a part of the body that its readers did not come for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.blocks import AllOf, AnyOf, InRegion, Not
from handouts.errors import Fault, did_you_mean
from handouts.safety.atoms import classes_of
from handouts.safety.proofread import preview_command
from handouts.safety.reduction import Slicer
from handouts.safety.scopes import texts_of
from handouts.selection.rules import flags_of, regions_of
from handouts.selection.select import select_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.selection.request import Request


_HINT = (
    "where many are named, the `parts` of a region may be too wide: “your shoulder” for “shoulder” "
    "(vocabulary.yaml). Else give each a `region`, write it without these words, or name it in "
    "`allows` of the region, if it is right there"
)


def words_of_others(library: Library) -> list[Fault]:
    """Fault each block that prints in a region and names a part that only other regions have."""
    found: list[Fault] = []
    blocks = {one.id: one for one in library.blocks}
    for region in library.regions.values():
        others = {word for one in library.regions.values() for word in one.parts}
        for odd in region.allows:
            if odd not in blocks:
                message = f"`allows` names the unknown block `{odd}`"
                hint = did_you_mean(odd, blocks)
                found.append(
                    Fault(message=message, origin=region.origin, path=region.id, hint=hint)
                )
        words = others - set(region.parts)
        speaking = {one.id for one, _ in _speaking(library, region.id, words)} if words else set()
        for odd in (one for one in region.allows if one in blocks and one not in speaking):
            if region.id in regions_of(blocks[odd].when):
                why = f"whose own condition says that it is for {region.id}: no more is needed"
            else:
                why = "which names no part of others in its leaflets"
            message = f"`allows` names `{odd}`, {why}"
            hint = "take it out: what is written there later would be allowed unread"
            found.append(Fault(message=message, origin=region.origin, path=region.id, hint=hint))
        if words:
            of_region = list(_foreign(library, region.id, words))
            # The hint is the same for all of a region.
            found += [*(replace(one, hint=_HINT) for one in of_region[:1]), *of_region[1:]]
    return found


def words_for_all(library: Library) -> list[Fault]:
    """Name each block that would print in a region that is yet to come, and speaks of a part."""
    words = {word for one in library.regions.values() for word in one.parts}
    found = _speaking(library, _YET_TO_COME, words) if words else ()
    return [
        Fault(message=f"it says “{said}”", origin=block.origin, path=block.id)
        for block, said in found
    ]


_YET_TO_COME = ""
"""A region that no condition names."""


def _foreign(library: Library, region: str, words: set[str]) -> Iterator[Fault]:
    allowed, shown = set(library.regions[region].allows), _Shown(library, region)
    for block, said in _speaking(library, region, words):
        if block.id in allowed:
            continue
        message = f"in leaflets of {region} it says “{said}”"
        if see := shown.command(block):
            message += f"\n  see: {see}"
        yield Fault(message=message, origin=block.origin, path=block.id)


def _speaking(library: Library, region: str, words: set[str]) -> Iterator[tuple[Block, str]]:
    """Yield each block that prints in a region unnamed and has one of some words, with the word."""
    longest_first = sorted(words, key=lambda one: (-len(one), one))
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
    by_id = {block.id: block for block in library.blocks}
    for block in library.blocks:
        # A short form prints where what it stands for does.
        longs = [by_id[one] for one in block.short_of if one in by_id] or [block]
        if not all(_prints_unnamed(one, region) for one in longs):
            continue
        said = (match.group() for text in texts_of(block) if (match := pattern.search(text)))
        if first := next(said, ""):
            yield block, first


_MOST_TRIED = 8
"""Flags with which a leaflet is looked for: each is some hundredths of a second."""


class _Shown:
    """Finds leaflets of a region that show a block; each leaflet is chosen once for all blocks."""

    def __init__(self, library: Library, region: str) -> None:
        self._library = library
        self._slicer = Slicer(library)
        self._contexts = [one for one in self._slicer.contexts if one.region == region]
        self._chosen = cache(self._choose)

    def _choose(self, request: Request) -> frozenset[str]:
        chosen = select_blocks(self._library, request).chosen
        return frozenset(one.block.id for one in chosen)

    def command(self, block: Block) -> str:
        """Return the command that makes such a leaflet; "" where none is found soon.

        Without a flag, or with one that the conditions of the block name, or that changes a class
        in them.
        """
        library, named = self._library, flags_of(block.when)
        classes = classes_of(block.when)
        rows = library.matrix.flags
        flags = [one for one in library.flags if one in named]
        flags += [one for one in library.flags if any(rows[one].get(name) for name in classes)]
        for flag in ("", *dict.fromkeys(flags[:_MOST_TRIED])):
            for context in self._contexts:
                request = self._slicer.request(context, (flag,) if flag else ())
                if block.id in self._chosen(request):
                    return preview_command(request)
        return ""


def _prints_unnamed(block: Block, region: str) -> bool:
    """Tell whether a block could print in a region that its conditions do not name."""
    return _may_hold(block.when, region) and region not in regions_of(block.when)


def _may_hold(rule: Rule, region: str) -> bool:
    match rule:
        case InRegion(regions):
            return region in regions
        case AllOf(rules):
            return all(_may_hold(one, region) for one in rules)
        case AnyOf(rules):
            return any(_may_hold(one, region) for one in rules)
        case Not(InRegion(regions)):
            return region not in regions
        case _:
            return True
