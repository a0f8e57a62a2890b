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
"""The side of the code in points, without the quiet zone."""
EDGE = 4
"""The width of the quiet zone, in modules (ISO/IEC 18004)."""
_LEVEL = "m"
"""The error correction level: 15 % may be unreadable, enough for a folded or worn page."""


Bar = tuple[int, int, int]
"""Adjacent dark modules of a row: column, row and length, from the top left."""


def code_svg(address: str, title: str) -> str:
    """Return a code as an inline SVG image, `title` being its name for screen readers."""
    modules, dark = bars(address)
    size, side = modules + 2 * EDGE, SIDE / MM * (modules + 2 * EDGE) / modules
    path = "".join(
        f"M{EDGE + column} {EDGE + row}h{length}v1h-{length}z" for column, row, length in dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'width="{side:.2f}mm" height="{side:.2f}mm" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><path fill="#FFFFFF" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000000" d="{path}"/></svg>'
    )


@lru_cache(maxsize=16)
def bars(address: str) -> tuple[int, tuple[Bar, ...]]:
    """Return the number of modules on a side, and the dark ones; no quiet zone."""
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
