"""Set text with an icon at the start of its first line: `led_in`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from handouts.render.layout.flowables import Bookmarked
from handouts.render.pdf.graphics import MM

if TYPE_CHECKING:
    from handouts.render.drawings.icons import Icons
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Icon, Indent
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.pdf.canvas import TaggedCanvas


_TALL = 1.1
"""The height of the icon, the leading of the text being 1."""
_GAP = 1.6 * MM


class LedIn(Struct):
    """Text whose first line starts with an icon, which is decoration; the others start below it."""

    inner: Bookmarked | TextBlock
    text: TextBlock
    """The text itself, which may be inside a bookmark."""
    icon: Icon
    icons: Icons

    def wrap(self, width: float) -> float:
        """Lay out the text; the icon reaches a little above and below its first line."""
        self.text.indent = self.icon.size + _GAP
        return self.inner.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the icon, then the text."""
        icon = self.icon
        corner = x, y - self.text.middle + icon.size / 2
        canvas.artifact(self.icons.operators(icon.name, corner, icon.size, icon.colour, icon.paper))
        self.inner.draw(canvas, x, y)


def led_in(builder: Builder, inner: Bookmarked | TextBlock, icon: Icon) -> Indent:
    """Return text in a box without a rail, led in by an icon: all words have one edge."""
    style = builder.style
    text = cast("TextBlock", inner.inner) if isinstance(inner, Bookmarked) else inner
    icon = replace(
        icon,
        size=_TALL * text.leading,
        colour=style.ink(icon.colour),
        paper=style.ink(icon.paper),
    )
    return builder.railed(LedIn(inner, text, icon, builder.icons), style.measure, boxed=True)
