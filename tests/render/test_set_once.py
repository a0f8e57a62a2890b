"""Each section of a leaflet is set once in all styles that set it alike."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from handouts.content.load import resource
from handouts.content.vocabulary import EXERCISES, HELP, MEDICINES
from handouts.pipeline import prepare
from handouts.render.layout.flow import set_section
from handouts.render.layout.sheet_style import sheet_styles
from handouts.render.layout.style import Style
from handouts.render.orders import goes_on, orders
from handouts.render.pdf.canvas import Description, TaggedCanvas
from handouts.render.pdf.typeface import typeface
from handouts.render.set_once import GROUPS_READ_BY, READ_BY, SetOnce
from handouts.render.setting import Setting
from handouts.render.typeset import Resources, _builder
from tests.support.leaflets import BRANCHES, ask, publisher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Leaflet, Section
    from handouts.render.layout.builder import Builder

DRAWN = Resources(typeface(), publisher().library.figures, resource("templates"))
FACTS = [(), (), ("gi-ulcer",), ("pregnancy", "diabetes"), ("under-18",), ("frail", "no-floor")]
STYLES = sheet_styles("a4")[0][0], sheet_styles("a4")[-1][-1]
"""The most spacious and the closest."""
SEEN: dict[str, set[str]] = defaultdict(set)


class Watched(Style, frozen=True, kw_only=True):
    """A style that notes in SEEN which of its fields were read."""

    def __getattribute__(self, name: str) -> object:
        """Note the name."""
        SEEN["now"].add(name)
        return super().__getattribute__(name)


def composed(region: str, status: str, *flags: str) -> Leaflet:
    """Compose a standard leaflet; nobody was asked where no flags are known."""
    request = ask(region, status, *flags, screened=bool(flags), edition="standard")
    return prepare(publisher(), request)


def sections(leaflet: Leaflet) -> Iterator[Section]:
    """Give each section once, as it is and as orders change it."""
    yield from dict.fromkeys(one for way, _ in orders(leaflet) for one in way)


def reads(builder: Builder, section: Section) -> set[str]:
    """Set, measure and draw a section; return which fields of the style it read."""
    fields = {name: getattr(builder.style, name) for name in Style.__struct_fields__}
    watched = replace(builder, style=Watched(**fields))
    page = watched.style.page
    about = Description(title="-", subject="-", language="en")
    size = page.width, page.height
    canvas = TaggedCanvas(size=size, about=about, faces=DRAWN.faces.values())
    for level in (0, 1):
        canvas.bookmark("-", page.height, level)  # these headings are in other sections
    SEEN["now"] = set()
    for item in set_section(watched, section):
        for flowable in (item.flowable, *item.roomier):
            flowable.wrap(builder.width)
            flowable.draw(canvas, page.margin, page.height)
    return SEEN["now"] & {*Style.__struct_fields__}


@pytest.mark.slow
@pytest.mark.parametrize(("branch", "flags"), [*zip(BRANCHES, FACTS, strict=True)])
def test_what_some_sections_read_no_other_does(
    branch: tuple[str, str], flags: tuple[str, ...]
) -> None:
    """A section is shared between styles that differ only in what it does not read."""
    leaflet = composed(*branch, *flags)
    for style in STYLES:
        builder = _builder(style, leaflet, DRAWN)
        for section in sections(leaflet):
            read = reads(builder, section)
            wrong = [one for one in read if section.id not in READ_BY.get(one, {section.id})]
            assert not wrong, (section.id, wrong)


def test_the_sections_that_are_said_to_read_a_field_do() -> None:
    """So the test above would see another that does; nothing is set anew for no reason."""
    found = defaultdict(set)
    for region, flags in (("lumbar", ("gi-ulcer",)), ("neck", ())):
        leaflet = composed(region, "chronic", *flags)
        builder = _builder(STYLES[1], leaflet, DRAWN)
        for section in leaflet.sections:
            for name in reads(builder, section) & {*READ_BY}:
                found[name].add(section.id)
    assert found == {name: {*some} for name, some in READ_BY.items()}


def test_settings_share_all_but_what_differs() -> None:
    """Where reasons to stop run on, only the exercises are set anew, and so on."""
    leaflet = composed("lumbar", "acute")
    assert goes_on(leaflet)
    usual = Setting(_builder(STYLES[1], leaflet, DRAWN), SetOnce(leaflet))
    others = {
        EXERCISES: usual.with_run_on({"stops_run_on": True}),
        MEDICINES: usual.with_run_on({"rows_run_on": True}),
        GROUPS_READ_BY: usual.parted(2),
    }
    for section in leaflet.sections:
        for ident, other in others.items():
            is_same = other.items_of(section) is usual.items_of(section)
            assert is_same is (section.id != ident), (section.id, ident)


def test_equal_sections_are_one() -> None:
    """An order that makes the signs anew, but the same, has them as they were set."""
    leaflet = composed("lumbar", "acute")
    setting = Setting(_builder(STYLES[1], leaflet, DRAWN), SetOnce(leaflet))
    signs = next(one for one in leaflet.sections if one.id == HELP)
    assert setting.items_of(replace(signs)) is setting.items_of(signs)
    assert setting.items_of(replace(signs, parted=True)) is not setting.items_of(signs)
