"""Leaflets of tests are laid out once: `paginate`, in place of that of `typeset`.

Many tests look at the same few leaflets, each at something else. Whoever changes a layout, or
draws it, asks `typeset` for one of its own.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from msgspec import structs

from handouts.leaflet.tree import Leaflet
from handouts.render import typeset
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.typeset import Resources

MOST_LAYOUTS = 200
"""Several times what the tests of one file look at again."""


class _Kept(NamedTuple):
    """A layout, and what it was set with: kept, so that nothing else takes its identity."""

    layout: PaginatedLeaflet
    resources: Resources


_LAYOUTS: OrderedDict[Hashable, _Kept] = OrderedDict()


def paginate(leaflet: Leaflet, resources: Resources) -> PaginatedLeaflet:
    """Return the layout of an equal leaflet with the same faces and figures, or lay it out."""
    fields = structs.asdict(leaflet)
    pages = tuple(fields.pop("pages").items())
    logo = fields.pop("logo")
    if logo:  # few have one, and its drawing is no key
        return typeset.paginate(leaflet, resources)
    faces, figures = map(id, (resources.faces, resources.figures))
    key = (pages, *fields.values(), faces, figures, resources.templates)
    found = _LAYOUTS.get(key)
    if found is None:
        found = _LAYOUTS[key] = _Kept(typeset.paginate(leaflet, resources), resources)
        while len(_LAYOUTS) > MOST_LAYOUTS:
            _LAYOUTS.popitem(last=False)
    _LAYOUTS.move_to_end(key)
    return found.layout
