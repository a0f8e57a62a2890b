"""How medicines, and heat and cold, are set: as lists where a page has room, else run on."""

from typing import Any

import pytest

from handouts.leaflet.tree import ItemList, Panel, plain
from handouts.pipeline import prepare
from handouts.render.drawings.icons import load_icons
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import Indent, Marked, Stack
from handouts.render.layout.uses import USES
from handouts.selection.request import Request
from tests.render.test_arrangement import DRAWN, SIX_FACTS
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, folded, leaflet, publisher, structure

ROOMY = ask("lumbar", "chronic", *SIX_FACTS, edition="standard")
CLOSE = ask("lumbar", "acute", "gi-ulcer", edition="standard")
FULL = ask("lumbar", "chronic", "warfarin", edition="standard")
each = pytest.mark.parametrize("request_", [ROOMY, CLOSE, FULL], ids=["roomy", "close", "full"])


def said(request: Request) -> dict[str, list[str]]:
    """List the items of each row of the medicines and of each list of ways to use a treatment."""
    found: dict[str, list[str]] = {}
    for section in leaflet(request).sections:
        for part in section.parts:
            if isinstance(part, Panel) and part.kind in {"try", "ask", "avoid"}:
                lists = [one for one in part.parts if isinstance(one, ItemList)]
                found[part.kind] = [folded(plain(i.runs)) for one in lists for i in one.items]
            elif isinstance(part, ItemList) and part.kind == USES:
                found[section.id] = [folded(plain(item.runs)) for item in part.items]
    return found


@each
def test_each_medicine_and_each_use_is_an_item_of_a_list_read_whole(request_: Request) -> None:
    """However it is set, a screen reader meets each point as an item, its sentences apart."""
    items = [folded(one.text).removeprefix("•").strip() for one in structure(request_).find("LI")]
    words = [one for some in said(request_).values() for one in some]
    assert len(said(request_)["avoid"]) > 3
    assert [one for one in words if one not in items] == []


def lines_of_last_row(request: Request) -> int:
    """Count the lines, or blocks that run on, of what not to take, with its heading."""
    layout = paginate(leaflet(request), DRAWN)
    rows = [one.item for page in layout.pages for one in page.placed if one.item.in_table]
    inner: Any = rows[-1].flowable
    while not isinstance(inner, Stack):
        inner = inner.inner  # below its rule, beside its icon
    marks = [one for one in inner.inners if isinstance(one, Indent)]
    assert all(isinstance(one.inner, Marked) for one in marks)
    return len(inner.inners)


def test_each_medicine_starts_a_line_but_on_a_page_that_is_full() -> None:
    """A reader finds a medicine in a list; only where nothing else has room the words run on."""
    lines = {one: lines_of_last_row(one) for one in (ROOMY, CLOSE, FULL)}
    listed = {one: 1 + len(said(one)["avoid"]) for one in (ROOMY, CLOSE)}
    assert lines == {**listed, FULL: 1}


def test_names_to_ask_about_stand_in_two_columns() -> None:
    """Five medicines by name take three lines, not five, so that page 1 has room for them."""
    layout = paginate(leaflet(ask("lumbar", "acute", edition="standard")), DRAWN)
    rows = [one.item for page in layout.pages for one in page.placed if one.item.in_table]
    inner: Any = rows[1].flowable
    while not isinstance(inner, Stack):
        inner = inner.inner
    columns = [one for one in inner.inners if isinstance(one, Columns)]
    assert [len(one.inners) for one in columns] == [5]


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize("flag", ["gi-ulcer", "warfarin", "pregnant"])
def test_what_holds_for_all_medicines_has_a_heading_wherever_it_stands(
    region: str, status: str, flag: str
) -> None:
    """No page of a leaflet for somebody who was asked goes on with “Medicines (2 of 2)”."""
    request = ask(region, status, flag, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    begun = [page.placed[0].item.name for page in pages if page.head is not None]
    assert not {"medicines", "always"} & set(begun)
    said = [one.item for page in pages for one in page.placed if one.item.name == "always"]
    heads = [one.item for page in pages for one in page.placed if one.item.has_head]
    assert bool(said) != bool(heads)


def test_heat_and_cold_are_lists_on_a_last_page_that_has_room() -> None:
    """Gaps give way to a list of rules: the page with all else has no white to spare."""
    layout = paginate(leaflet(ask("lumbar", "acute", edition="standard")), DRAWN)
    ways = [one.item for one in layout.pages[-1].placed if one.item.name == "heat-cold"]
    lists = [one for one in ways if isinstance(getattr(one.flowable, "inner", None), Stack)]
    assert len(lists) == 2


def test_heat_and_cold_have_icons_and_their_rules_as_points_where_there_is_room() -> None:
    """A reader finds the one that is wanted, and reads one rule at a time."""
    ways = [
        one.item.flowable.inner
        for page in paginate(leaflet(ROOMY), DRAWN).pages
        for one in page.placed
        if one.item.name == "heat-cold" and isinstance(one.item.flowable, Indent)
    ]
    points = [one.inners[1] for one in ways if isinstance(one, Stack)]
    assert [isinstance(one, Columns) and len(one.inners) > 4 for one in points] == [True, True]
    marked = [one.inners[0] if isinstance(one, Stack) else one for one in ways]
    shapes = [one.mark.shape for one in marked if isinstance(one, Marked)]
    icons = load_icons(DRAWN.templates / "icons.yaml")
    assert shapes[0] != shapes[-1]
    assert [one in icons for one in (shapes[0], shapes[-1])] == [True, True]
    assert set(shapes[1:-1]) <= {"disc"}
