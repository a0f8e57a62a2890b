"""Say why what has to print does not, and what would let it: `why_silent`.

Who adds a region finds so the sentence that only has to name it, or the line that waits for a sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.blocks import EmergencyLineBody
from handouts.selection.rules import decide, regions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.content.blocks import Block
    from handouts.safety.claims import Facts


MOST_NAMED = 4
"""The most that a message names of each."""


def why_silent(facts: Facts, ids: Iterable[str]) -> str:
    """Return what keeps blocks from printing, as the end of a message; "" where facts alone do."""
    silent = [facts.blocks[one] for one in sorted(ids) if one in facts.blocks]
    reasons = [reason for one in silent for reason in _waits(facts, one)]
    region = facts.selection.request.region
    if elsewhere := [f"`{one.id}`" for one in silent if _is_for_others(facts, one)]:
        whose = "its" if len(elsewhere) == 1 else "their"
        names = ", ".join(elsewhere[:MOST_NAMED])
        reasons.append(f"{names} would, if {region} stood in {whose} `region`")
    return "".join(f"; {one}" for one in reasons[:MOST_NAMED])


def _waits(facts: Facts, block: Block) -> Iterator[str]:
    """Yield that a line of the box waits for rows of signs which do not print there."""
    body = block.body
    if not isinstance(body, EmergencyLineBody) or not facts.holds(block.when):
        return
    there = {choice.block.id for choice in facts.selection.chosen}
    if gone := [one for one in body.covers if one not in there]:
        rows = f"{', '.join(gone[:MOST_NAMED])} {'is' if len(gone) == 1 else 'are'} missing here"
        yield f"`{block.id}` prints only beside all rows that it `covers`: {rows}"


def _is_for_others(facts: Facts, block: Block) -> bool:
    """Tell whether the same reader would read a block in one of the regions that it names."""
    selection = facts.selection
    request = selection.request
    named = regions_of(block.when)
    return request.region not in named and any(
        decide(block.when, replace(request, region=one), selection.advice).holds for one in named
    )
