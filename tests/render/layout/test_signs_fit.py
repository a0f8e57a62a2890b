"""All the signs stand below their heading and the name of the leaflet, whatever the region."""

from itertools import pairwise

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import HELP
from handouts.leaflet.tree import Run
from handouts.pipeline import prepare
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import Boxed, Indent
from handouts.render.layout.overleaf import InColumn
from handouts.render.layout.sign_groups import Group, Room, group_columns
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.pdf.canvas import Description, Glyphs, TaggedCanvas
from handouts.render.pdf.typeface import typeface
from handouts.render.setting import has_columns_below_columns
from handouts.render.typeset import Resources
from handouts.selection.request import Request
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, pdf, publisher

LEAST = 1.99
"""Space between two parts of a box, in points, but for rounding."""


def laid_out(request: Request) -> PaginatedLeaflet:
    """Lay out a leaflet with all its drawings."""
    case = Resources(typeface(), publisher().library.figures, resource("templates"))
    return paginate(prepare(publisher(), request), case)


@pytest.mark.sample(3)
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_signs_of_the_standard_edition_fit_a_letter_page(region: str, status: str) -> None:
    """A column of signs leaves room for all that stands above it, in the most spacious style."""
    for flags in ((), ("gi-ulcer", "age-65-plus")):
        made = pdf(ask(region, status, *flags, edition="standard", paper="letter"))
        assert made.pages <= 8


@pytest.mark.parametrize(
    ("region", "screened"), [("neck", False), ("neck", True), ("lumbar", True)]
)
def test_words_in_the_box_of_all_signs_have_one_edge_and_touch_nothing(
    region: str, *, screened: bool
) -> None:
    """The crisis line and the columns have their words on one edge; none touches another."""
    request = ask(region, "chronic", edition="standard", screened=screened)
    layout = laid_out(request)
    found = 0
    for page in layout.pages:
        within = [one for one in page.placed if one.item.name == HELP and one.item.frame]
        inners = [(one, one.item.flowable) for one in within]
        words = [(one, inner) for one, inner in inners if isinstance(inner, Indent)]
        crisis = [one.item.frame for one, inner in words if isinstance(inner.inner, Boxed)]
        words = [(one, inner) for one, inner in words if one.item.frame in crisis]
        insets = [inner.inner.side if isinstance(inner.inner, Boxed) else 0.0 for _, inner in words]
        edges = [inner.left + inset for (_, inner), inset in zip(words, insets, strict=True)]
        assert max(edges, default=0.0) == pytest.approx(min(edges, default=0.0))
        for before, one in pairwise(one for one in within if one.item.frame in crisis):
            assert one.top - before.top - before.item.height > LEAST
        found += len(words)
    assert found > 1


@pytest.mark.sample(3)
@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize(
    "flags", [(), ("gi-ulcer",), ("blood-thinners",), ("pregnancy",)], ids="-".join
)
@pytest.mark.parametrize("screened", [True, False], ids=["asked", "not asked"])
def test_no_group_of_signs_is_read_on_below_the_head_of_another(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """Columns below others on a page would go on, to the right, under the head of the others."""
    request = ask(region, status, *flags, edition="standard", screened=screened)
    assert not any(map(has_columns_below_columns, laid_out(request).pages))


APART = 5.0 - 0.01
"""The least space between two boxes in the very closest style, in points, but for rounding."""


@pytest.mark.sample(3)
@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("screened", [True, False], ids=["asked", "not asked"])
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_crisis_line_opens_the_box_and_no_two_boxes_touch(
    region: str, status: str, paper: str, *, screened: bool
) -> None:
    """In the neck where nobody asked it stood overleaf, and frames touched."""
    request = ask(region, status, edition="standard", screened=screened, paper=paper)
    for page in laid_out(request).pages:
        ends = 0.0
        signs = {id(one.item.frame) for one in page.placed if one.item.name == HELP}
        for frame, top, height in page.frames:
            assert id(frame) not in signs or not ends or top - ends >= APART
            ends = top + height
        items = [one.item.flowable for one in page.placed if one.item.frame]
        inners = [one.inner for one in items if isinstance(one, Indent)]
        crisis = [n for n, one in enumerate(inners) if isinstance(one, Boxed)]
        columns = [n for n, one in enumerate(inners) if isinstance(one, Columns)]
        assert not crisis or crisis[0] < columns[0]


def test_a_column_that_starts_inside_a_group_repeats_its_name() -> None:
    """Its signs would be read below no heading, or that of the group beside them."""
    builder = laid_out(ask("lumbar", "acute", edition="full")).builder
    runs = [(Run(f"You have sign {number}."),) for number in range(9)]
    signs = [(builder.text(one, builder.style.sign, ()), 2.0) for one in runs]
    group = Group(signs=signs, head=InColumn(builder, "Nerves"))
    columns = next(group_columns(builder, [group], Room(1000.0, 1000.0)))
    columns.wrap(builder.width)
    canvas = TaggedCanvas(
        size=(600, 800),
        about=Description(title="", subject="", language="en-GB"),
        faces=typeface().values(),
    )
    shown: list[str] = []

    def note(lines: list[Glyphs]) -> None:
        shown.append("".join(word.glyphs for one in lines for word in one.words))

    canvas.repeated = note  # type: ignore[method-assign, assignment]
    columns.draw(canvas, 0, 800)
    (name,) = shown
    assert name.startswith("Nerves (2")
    assert name.endswith("2)")
