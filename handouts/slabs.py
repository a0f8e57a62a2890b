"""Goes in: set pieces. Comes out: slabs, which are pieces with what the page must know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.shapes import MM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.flowables import Flowable
    from handouts.frames import Frame

    Piece = tuple[Flowable, float]
    """A flowable, and the gap above it in points."""

NEVER = float("inf")
"""The cost of a page break that is forbidden."""


class Slab(Struct, kw_only=True):
    """A piece that never splits, with what the page needs to know of it; lengths in points."""

    flowable: Flowable
    gap: float = 0.0
    """Space above it, dropped at the top of a page."""
    frame: Frame | None = None
    """Neighbours that share a frame stand in one box, drawn anew on each page."""
    opens: bool = False
    """The first piece in its frame."""
    cost: float = 0.0
    """How bad a page break before it is; NEVER forbids one."""
    stretch: float = 0.0
    """How much more space above it may take when the page has room to spare."""
    heads: bool = False
    """It is the heading of a section: no page ends after it."""
    fresh_page: bool = False
    flows: bool = False
    """It starts a fresh page only where that takes no page more."""
    at_foot: bool = False
    """Stands at the foot of the last page, whatever is above."""
    name: str = ""
    """The section or card it belongs to."""
    height: float = 0.0
    """Set when it is wrapped."""


def framed(
    frame: Frame, pieces: Sequence[Piece], gap: float, tear: float, before: float = 0.0
) -> Iterator[Slab]:
    """Put pieces in one box with `gap` points above it.

    `tear` is the cost of a page break inside it, `before` that of one before it. The first two
    pieces never part.
    """
    for number, (piece, above) in enumerate(pieces):
        yield Slab(
            flowable=piece,
            gap=above if number else gap,
            frame=frame,
            opens=number == 0,
            cost=tear if number > 1 else NEVER if number else before,
            stretch=0.0 if number else 1.5 * MM,
        )
