"""Join blocks with those that say their words in fewer: `with_shorts`, `check_short`.

A short form is a block of its own, with sources. It stands where its long form would, and prints
in its place in the short editions; the two never print together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.blocks import EmergencyLineBody, TextBody

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handouts.content.blocks import Block, Body
    from handouts.content.yaml_reader import YamlReader


def with_shorts(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Tell each block which others say its words in fewer, and each short form its own row."""
    known = {block.id: block for block in blocks}
    shorts: dict[str, list[str]] = {}
    for block in known.values():
        body = block.body
        for one in body.covers if isinstance(body, EmergencyLineBody) else block.short_of:
            shorts.setdefault(one, []).append(block.id)
    return tuple(
        replace(
            block,
            body=_in_row(block, known.get(next(iter(block.short_of), ""))),
            shorts=tuple(shorts.get(block.id, ())),
        )
        for block in blocks
    )


def _in_row(block: Block, long: Block | None) -> Body:
    """Return the body of a block, in the row of its long form if it has one."""
    body = block.body
    if isinstance(body, TextBody) and long and isinstance(long.body, TextBody):
        return replace(body, row=long.body.row)
    return body


def check_short(reader: YamlReader, block: Block, longs: Sequence[Block]) -> None:
    """Check that a short form stands where its long forms do, and says no more than they do."""
    for long in longs:
        if (long.section, _row(long)) != (block.section, _row(block)):
            hint = "a short form stands where its long form does"
            message = f"`{long.id}` stands in another section or row"
            reader.fault(message, block.origin, block.id, hint)
        if long.short_of:
            hint = "name the long form itself"
            reader.fault(f"`{long.id}` is itself short", block.origin, block.id, hint)
    for what in ("suggests", "warns"):
        declared = {name for long in longs for name in getattr(long, what)}
        for name in getattr(block, what) if longs else ():
            if name not in declared:
                hint = f"a short form says no more than its long form: remove {name}"
                message = f"{what} {name}, and its long form does not"
                reader.fault(message, block.origin, block.id, hint)


def _row(block: Block) -> str:
    return block.body.row if isinstance(block.body, TextBody) else ""
