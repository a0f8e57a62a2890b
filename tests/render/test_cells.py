"""Text for a terminal is broken by the cells it takes."""

import pytest

from handouts.render.cells import cells, fill
from handouts.render.text import render_text
from tests.support.leaflets import ask, leaflet


def test_signs_take_the_cells_they_take() -> None:
    """A Chinese sign takes two, a mark on a letter none."""
    assert [cells(text) for text in ("Ana", "王小明", "นี้", "e\u0301")] == [3, 6, 1, 1]


@pytest.mark.parametrize(
    "text",
    [
        "每天步行五分钟，随餐服药。如果疼痛加重，请立即致电020 7946 0018。",
        "x" * 95,
        "short words and " + "W" * 60 + " more",
        "นี้" * 50,
    ],
)
def test_no_line_is_too_long(text: str) -> None:
    """Whatever is typed, and nothing of it is lost."""
    lines = fill(text, 40, "- ", "  ").splitlines()
    assert all(cells(line) <= 40 for line in lines)
    assert "".join(line[2:] for line in lines).replace(" ", "") == text.replace(" ", "")


def test_an_address_is_not_cut() -> None:
    """It would no longer be one to click on."""
    address = "https://example.org/" + "a-very-long-path/" * 5
    assert address in fill(f"See {address} for more", 40)


def test_a_number_keeps_its_groups_in_text() -> None:
    """Isolated in a line from right to left, so that no program turns its groups round."""
    shown = render_text(leaflet(ask("neck", note="اتصل 020 7946 0018 إذا\nCall 020 7946 0018")))
    assert "اتصل \u2066020 7946 0018\u2069 إذا" in shown
    assert "\nCall 020 7946 0018\n" in shown
