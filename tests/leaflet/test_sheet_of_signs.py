"""The sheet of all the warning signs may be kept by itself: it says what the box on page 1 says."""

import pytest

from handouts.leaflet.view import View
from handouts.pipeline import compose
from handouts.render.text import render_text
from handouts.safety.guard import broken_rules
from handouts.selection.select import select_blocks
from tests.support.leaflets import ask, publisher

SLEEPY = ask("neck", "acute", "under-18", "daily-strong-medicine", edition="standard")


@pytest.mark.parametrize("request_", [ask("neck", "acute", edition="standard"), SLEEPY])
def test_signs_after_a_medicine_stand_on_both_sheets(request_: object) -> None:
    """What a short edition says on page 1 alone of a sign is said again where all the signs are."""
    selection = select_blocks(publisher().library, request_)  # type: ignore[arg-type] # a request
    text = render_text(compose(publisher(), selection))
    sheet = text[text.index("all the warning signs\n") :]
    assert "very sleepy" in sheet
    assert "breathe slowly" in sheet or "slow breathing" in sheet


def test_a_sheet_without_them_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of the box that stands nowhere on the sheet breaks a rule of safety."""
    monkeypatch.setattr(View, "said_on_page_1", lambda _: [])
    selection = select_blocks(publisher().library, ask("neck", "acute", edition="standard"))
    leaflet = compose(publisher(), selection)
    found = broken_rules(publisher().library, selection, leaflet, publisher().rules)
    assert any("`line-overdose` is not on the sheet" in one.message for one in found)
