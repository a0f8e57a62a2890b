"""One sheet is refused where it would leave out what keeps a reader safe."""

import pytest

from handouts.errors import SelectionError, TypesettingError
from handouts.pipeline import make_leaflet, prepare
from handouts.selection.sheet import refuse_sheet
from tests.support.leaflets import ask, publisher


@pytest.mark.parametrize(
    ("flags", "look", "why"),
    [
        ((), {"screened": False}, "nobody asked about every flag"),
        (("under-18",), {}, "the sheet for `under-18` lists all the warning signs"),
        (("asthma", "diabetes", "gi-ulcer"), {}, "3 flags have more to say"),
        ((), {"paper": "a5"}, "its two sides are A4 or letter"),
        ((), {"booklet": True}, "its two sides are A4 or letter"),
        ((), {"size": "18"}, "type of 18 pt takes more paper"),
    ],
)
def test_a_sheet_is_refused_with_every_reason(
    flags: tuple[str, ...], look: dict[str, object], why: str
) -> None:
    """Each reason is told, with what to print instead; nothing is printed that lacks a part."""
    request = ask("lumbar", "acute", *flags, edition="sheet", **look)  # type: ignore[arg-type] # a table
    with pytest.raises(SelectionError) as refused:
        prepare(publisher(), request)
    assert any(why in fault.message for fault in refused.value.faults)
    assert all("--edition standard" in fault.hint for fault in refused.value.faults)
    assert all(fault.about == "edition" for fault in refused.value.faults)


def test_all_reasons_are_told_at_once() -> None:
    """Who asked for too much is told all of it in one go."""
    flags = ("asthma", "diabetes", "gi-ulcer")
    with pytest.raises(SelectionError) as refused:
        refuse_sheet(
            publisher().library,
            ask("neck", "acute", *flags, edition="sheet", screened=False, paper="a5"),
        )
    assert len(refused.value.faults) == 3
    refuse_sheet(
        publisher().library,
        ask("neck", "acute", *flags, edition="standard", screened=False, paper="a5"),
    )


def test_a_sheet_that_does_not_fit_is_refused() -> None:
    """Words that do not fit on two sides are not cut, nor set smaller than 12 pt."""
    flags = ("recent-surgery-or-injury", "pregnancy")
    with pytest.raises(TypesettingError, match="do not fit on two sides") as refused:
        make_leaflet(publisher(), ask("thoracic", "acute", *flags, edition="sheet"))
    assert "--edition standard" in refused.value.faults[0].hint


@pytest.mark.parametrize("exercises", [(), ("walking",)])
def test_only_who_has_several_exercises_is_told_to_choose_one(exercises: tuple[str, ...]) -> None:
    """Where one exercise is too much too, the standard edition is the only way that is named."""
    request = ask("neck", "chronic", "age-65-plus", edition="sheet", exercises=exercises)
    with pytest.raises(TypesettingError) as refused:
        make_leaflet(publisher(), request)
    (fault,) = refused.value.faults
    for words in (fault.hint, fault.on_page):
        assert ("one exercise" in words) == (not exercises)
        assert "standard, which has all the warning signs" in words
    assert ("even with one exercise" in fault.message) == bool(exercises)
