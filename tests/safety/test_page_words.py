"""Words that some readers must find in one place are looked for on the finished page."""

import shutil
from pathlib import Path

import pytest

from handouts.content.load import load_library, resource
from handouts.errors import ContentError
from handouts.pipeline import compose
from handouts.safety.guard import broken_rules
from handouts.safety.invariants import load_invariants
from handouts.selection.request import Request
from handouts.selection.select import select_blocks
from tests.support.leaflets import ask, publisher

TEXT = (resource("content") / "invariants.yaml").read_text("utf-8")
ULCER = ask("neck", "acute", "gi-ulcer", edition="standard")
SURGERY = ask("neck", "acute", "recent-surgery-or-injury")
YOUNG = ask("neck", "acute", "under-18")


def found(folder: Path, number: int, old: str, new: str, request: Request) -> list[str]:
    """Say what a changed rule finds in the leaflet of a request."""
    shutil.copy(resource("content") / "names.yaml", folder)
    assert old in TEXT
    (folder / "invariants.yaml").write_text(TEXT.replace(old, new, 1), "utf-8")
    rules = load_invariants(load_library(), folder, only=(number,)).rules
    selection = select_blocks(publisher().library, request)
    leaflet = compose(publisher(), selection)
    return [one.message for one in broken_rules(load_library(), selection, leaflet, rules)]


@pytest.mark.parametrize(
    ("number", "old", "new", "request_", "said"),
    [
        (19, "[as tablets,", "[as sweets,", ULCER, "“as sweets” is not said"),
        (93, "{starts: see a doctor}", "{starts: rest}", SURGERY, "does not start with “rest”"),
        (74, "[see a doctor or nurse first]", "[see a wizard]", YOUNG, "“see a wizard”"),
    ],
)
def test_words_that_are_not_there_are_missed(  # noqa: PLR0913, PLR0917 - one for each fixture
    tmp_path: Path, number: int, old: str, new: str, request_: Request, said: str
) -> None:
    """Each place is read on the page: what is just for the reader, the first message, the top."""
    assert found(tmp_path, number, old, old, request_) == []
    (message,) = found(tmp_path, number, old, new, request_)
    assert said in message
    assert found(tmp_path, number, old, new, ask("neck", "acute", "asthma")) == []


@pytest.mark.parametrize(
    ("number", "old", "new", "said"),
    [
        (
            104,
            "[general information, does",
            "[good advice, does",
            "“good advice” is not said",
        ),
        (
            120,
            "{says: [do not stop a",
            "{says: [stop a certain",
            "is not said above the rows",
        ),
    ],
)
def test_words_of_every_page_are_missed(
    tmp_path: Path, number: int, old: str, new: str, said: str
) -> None:
    """What stands at the end, and above the rows of the medicines, is read on the page."""
    assert found(tmp_path, number, old, old, ULCER) == []
    (message,) = found(tmp_path, number, old, new, ULCER)
    assert said in message
    # Where no medicine prints, nothing has to stand above them.
    assert len(found(tmp_path, number, old, new, YOUNG)) == (number == 104)


@pytest.mark.parametrize("place", ["about", "before-rows"])
def test_a_set_of_rules_without_words_of_every_page_is_refused(tmp_path: Path, place: str) -> None:
    """Nobody would see that the words are no longer looked for."""
    shutil.copy(resource("content") / "names.yaml", tmp_path)
    changed = TEXT.replace(f"on-page: {{{place}: ", "on-page: {personal: ", 1)
    assert changed != TEXT
    (tmp_path / "invariants.yaml").write_text(changed, "utf-8")
    with pytest.raises(ContentError, match=f"no rule has `on-page: .{place}"):
        load_invariants(load_library(), tmp_path)


@pytest.mark.parametrize(
    ("number", "old", "new", "said"),
    [
        (19, "on-page: {personal:", "on-page: {private:", "unknown place `private`"),
        (93, "{starts: see a doctor}", "{}", "nothing here can be checked"),
        (
            58,
            "layout: [leads-once]",
            "layout: [leads-one]",
            "unknown check of the page `leads-one`",
        ),
    ],
)
def test_a_place_or_a_check_that_is_not_there_is_a_fault(
    tmp_path: Path, number: int, old: str, new: str, said: str
) -> None:
    """A misspelt one would look for nothing."""
    with pytest.raises(ContentError, match=said):
        found(tmp_path, number, old, new, ULCER)
