"""Fit the standard edition to pages of one column: `for_one_column`.

There is no sheet to act on and sheet of signs there, but a row of pages. So what needs a doctor
today is said once, in the list of all the signs, and what is filled in is together at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import HALF_OF, STANDARD, TODAY, USUAL_SIZE
from handouts.render.arrangement import signed_below, without
from handouts.render.layout.flow import HELP

if TYPE_CHECKING:
    from handouts.content.look import Look
    from handouts.leaflet.tree import Leaflet


def for_one_column(leaflet: Leaflet) -> Leaflet:
    """Return a leaflet as it is set in one column; any other is left as it is."""
    ids = {one.id for one in leaflet.sections}
    if not _is_one_column(leaflet.look) or leaflet.look.edition != STANDARD or HELP not in ids:
        return leaflet
    return replace(leaflet, sections=signed_below(without(leaflet.sections, TODAY)))


def _is_one_column(look: Look) -> bool:
    """Return whether a leaflet is in large print or on half sheets, whose pages have one column."""
    return look.size != USUAL_SIZE or look.paper in HALF_OF
