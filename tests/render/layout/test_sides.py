"""How many sides a leaflet takes: the promise of each edition, for every single flag."""

import pytest

from handouts.content.load import resource
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from handouts.selection.request import Request
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, leaflet, panels, publisher

FLAGS = [(), *((flag,) for flag in publisher().library.flags if flag != "under-18")]
SINGLES = [(region, status, flags) for region, status in BRANCHES for flags in FLAGS]
MATERNITY = ("pregnancy", "pregnant", "gave-birth-recently")
"""The neck has most warning signs, and with these those for the maternity unit come on top."""
_BY_ITS_PARTS = ("region", "status", "flags")


def _titled(part: str | tuple[str, ...]) -> str:
    return part if isinstance(part, str) else "+".join(part)


each_single = pytest.mark.parametrize(_BY_ITS_PARTS, SINGLES, ids=_titled)
each_third_single = pytest.mark.parametrize(_BY_ITS_PARTS, SINGLES[::3], ids=_titled)
"""`benchmarks/fit.py` lays out all of them, and pairs and threes of flags."""


def sides(request: Request) -> int:
    """Lay out a leaflet, and count its sides."""
    drawn = Resources(typeface(), publisher().library.figures, resource("templates"))
    return len(paginate(leaflet(request), drawn).pages)


@pytest.mark.sample(41)
@each_single
def test_the_standard_edition_takes_four_sides(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """One sheet to act on and one of all the signs, for whoever has no flag or one."""
    assert sides(ask(region, status, *flags, edition="standard")) <= 4


@pytest.mark.sample(41)
@each_third_single
def test_the_standard_edition_takes_six_where_nobody_asked(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """The list to tick has a sheet of its own between the other two.

    The promise of six is not kept for lasting neck pain with epilepsy, after a birth, or with what
    weakens the immune system, which take seven: the neck has most signs.
    """
    request = ask(region, status, *flags, edition="standard", screened=False)
    most = {"lithium-or-methotrexate", "immunosuppressed", "epilepsy"}
    most |= {"breastfeeding", "gave-birth-recently"}
    longer = region == "neck" and status == "chronic" and most & {*flags}
    assert sides(request) <= (7 if longer else 6)


@pytest.mark.parametrize("flags", [(), ("gi-ulcer",), ("blood-thinners",)], ids="-".join)
@pytest.mark.parametrize("status", ["acute", "chronic"])
def test_on_letter_paper_the_neck_takes_seven_sides(status: str, flags: tuple[str, ...]) -> None:
    """Where nobody asked it took eight, two of them nearly half white; six are still not kept."""
    some = {"edition": "standard", "paper": "letter"}
    assert sides(ask("neck", status, *flags, screened=False, **some)) <= 7  # type: ignore[arg-type]


@pytest.mark.sample(41)
@each_third_single
def test_the_full_edition_takes_six_sides_or_eight(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """Six where no medicine asks for a list to tick, which takes one side or two more.

    The promise of six is not kept for neck pain in pregnancy or after birth: seven or eight.
    """
    request = ask(region, status, *flags, edition="full")
    has_list = bool(panels(leaflet(request), "note"))
    longer = region == "neck" and any(flag in MATERNITY for flag in flags)
    assert sides(request) <= (8 if has_list or longer else 6)


@pytest.mark.parametrize("region", ["thoracic", "lumbar"])
def test_where_nobody_asked_an_aneurysm_takes_no_sheet_more(region: str) -> None:
    """Lasting pain of the back took eight sides, the last of them nearly white."""
    request = ask(region, "chronic", "aneurysm", edition="standard", screened=False)
    assert sides(request) == 6
