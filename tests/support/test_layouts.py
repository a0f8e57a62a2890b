"""Tests of `layouts`: what was laid out before is what would be laid out anew."""

from collections import OrderedDict

import pytest
from msgspec import structs

from handouts.content.load import resource
from handouts.leaflet.tree import Leaflet
from handouts.render import typeset
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from tests.support import layouts
from tests.support.leaflets import ask, leaflet, publisher

DRAWN = Resources(typeface(), publisher().library.figures, resource("templates"))


def places(layout: PaginatedLeaflet) -> list[list[tuple[str, float]]]:
    """Say what stands where."""
    return [[(one.item.name, one.top) for one in page.placed] for page in layout.pages]


def test_an_equal_leaflet_is_laid_out_once_and_another_anew() -> None:
    """Whatever differs, words, paper or a flag, has a layout of its own, as if nothing was kept."""
    some: list[Leaflet] = [
        leaflet(ask("neck", "acute", *flags, edition="standard", paper=paper))
        for flags in ((), ("gi-ulcer",))
        for paper in ("a4", "letter")
    ]
    some.append(structs.replace(some[0], overleaf="{heading}, part {n} of {total}"))
    found = [layouts.paginate(one, DRAWN) for one in some]
    assert len({*map(id, found)}) == len(some)
    for one, kept in zip(some, found, strict=True):
        assert layouts.paginate(structs.replace(one), DRAWN) is kept
        assert places(kept) == places(typeset.paginate(one, DRAWN))


def test_other_figures_are_another_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """So are more leaflets than are kept: the one that was asked for least lately goes first."""
    monkeypatch.setattr(layouts, "_LAYOUTS", OrderedDict())  # without what other tests asked for
    one = leaflet(ask("neck", "acute", edition="standard"))
    found = layouts.paginate(one, DRAWN)
    figures = dict(publisher().library.figures)
    assert layouts.paginate(one, structs.replace(DRAWN, figures=figures)) is not found
    monkeypatch.setattr(layouts, "MOST_LAYOUTS", 1)
    layouts.paginate(leaflet(ask("neck", "chronic", edition="standard")), DRAWN)
    assert layouts.paginate(one, DRAWN) is not found
