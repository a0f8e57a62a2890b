"""Say which treatment a text is about, so that its icon can stand beside it: `with_classes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.blocks import TextBody
from handouts.leaflet.markup import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markupsafe import Markup

    from handouts.content.blocks import Block


def with_classes(
    texts: Iterable[Markup], blocks: Iterable[Block], words: Mapping[str, str]
) -> list[tuple[Markup, str]]:
    """Return texts, each with the class that its block suggests; "" where it is none or several."""
    suggested = {
        say(block.body.wording, words): block.suggests[0]
        for block in blocks
        if isinstance(block.body, TextBody) and len(block.suggests) == 1
    }
    return [(text, suggested.get(text, "")) for text in texts]
