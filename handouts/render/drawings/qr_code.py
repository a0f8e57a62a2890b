"""Make the QR code of a web address: `bars`, `code_svg`.

Error correction M (15 %), with a quiet zone of four modules.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from handouts.render.pdf.graphics import MM

if TYPE_CHECKING:
    from collections.abc import Iterator


SIDE = 23 * MM
"""The code itself; the white edge that a camera needs is added to it."""
EDGE = 4
"""The white edge, in squares."""
_LEVEL = "m"
"""How much of the code may be unreadable: 15 %, enough for a folded or worn page."""


Bar = tuple[int, int, int]
"""Dark squares side by side: column, row and length, from the top left."""


def code_svg(address: str, title: str) -> str:
    """Write a code as an inline SVG image with a title for screen readers."""
    squares, dark = bars(address)
    whole, side = squares + 2 * EDGE, SIDE / MM * (squares + 2 * EDGE) / squares
    path = "".join(
        f"M{EDGE + column} {EDGE + row}h{length}v1h-{length}z" for column, row, length in dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'width="{side:.2f}mm" height="{side:.2f}mm" viewBox="0 0 {whole} {whole}" '
        f'shape-rendering="crispEdges"><path fill="#FFFFFF" d="M0 0h{whole}v{whole}H0z"/>'
        f'<path fill="#000000" d="{path}"/></svg>'
    )


@lru_cache(maxsize=16)
def bars(address: str) -> tuple[int, tuple[Bar, ...]]:
    """Give the number of squares on a side, and the dark ones."""
    import segno  # noqa: PLC0415 - only a service with a page of its own needs it

    rows = [list(row) for row in segno.make(address, micro=False, error=_LEVEL).matrix]
    return len(rows), tuple(_dark(rows))


def _dark(rows: list[list[int]]) -> Iterator[Bar]:
    for number, row in enumerate(rows):
        column = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield column, number, length
            column += length
