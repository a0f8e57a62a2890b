"""Facts that are certain are held against a second table."""

import shutil
from pathlib import Path

import pytest
from msgspec import structs

from handouts.content.load import load_library, resource
from handouts.content.parse_library import read_library
from handouts.safety.certain import SHORT, USUAL, certain_faults
from handouts.safety.emergency_numbers import EMERGENCY_NUMBERS
from handouts.safety.least import read_rules

FIRST = "chronic: {hold_seconds: 5, repetitions: [5, 10], each_side: true, per_day: 3}"


def test_the_content_that_ships_agrees_with_the_second_tables() -> None:
    """The content that ships agrees with the second tables."""
    folder = resource("content")
    assert certain_faults(load_library(), read_rules(folder)) == []


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("places.yaml", '"911"', '"119"', "is no emergency number of US"),
        ("places.yaml", '"112"', '"121"', "`121` is no emergency number of IE"),
        ("places.yaml", "en-GB", "en-ZA", "its language is of ZA, its id of GB"),
        ("places.yaml", "language: en\n", "language: en-ZA\n", "of ZA, its id of EU"),
        ("places.yaml", '"116 123"', '"988"', "no short number of GB"),
        (
            "exercises.yaml",
            FIRST,
            FIRST.replace("per_day: 3", "per_day: 9"),
            "`per_day` 9, at most 4 for an exercise in `ex-gentle` that is gentle",
        ),
        ("exercises.yaml", FIRST, FIRST.replace(": 5,", ": 60,"), "`hold_seconds` 60, at most 10"),
        ("exercises.yaml", FIRST, FIRST.replace("[5, 10]", "50"), "`repetitions` 50, at most 10"),
        ("exercises.yaml", FIRST, FIRST.replace("hold_", "minutes: 3, hold_"), "`minutes` is not"),
        (
            "exercises.yaml",
            "hold_seconds: 10, repetitions: [2, 3]",
            "hold_seconds: [2, 3], repetitions: 10",
            "`repetitions` 10, at most 5",
        ),
        ("exercises.yaml", "most_per_day: 4", "most_per_day: 12", "`most_per_day` 12, at most 4"),
        (
            "exercises.yaml",
            "each_side: true, per_day: 1}",
            "each_side: true, per_day: 3}",
            "`per_day` 3, at most 2 for an exercise in `ex-strength` that is moderate",
        ),
        ("exercises.yaml", "intensity: moderate", "intensity: strong", "no limits are known"),
        ("exercises.yaml", "Hold, and keep", "Hold for 20 seconds, and keep", "a step says 20"),
        ("exercises.yaml", "Count out loud", "Count to 15 out loud", "a step says 15"),
        ("exercises.yaml", "Take one deep breath", "Take 5 deep breaths", "a step says 5"),
        (
            "exercises.yaml",
            "Hold gently. Do not push hard.",
            "Do not push hard.",
            "no step says to hold",
        ),
        (
            "exercises.yaml",
            'Come back to the middle."\n',
            'Hold. Come back."\n',
            "a step says to hold",
        ),
        (
            "exercises.yaml",
            "acute: {rep",
            "acute: {hold_seconds: 5, rep",
            "where the pain is acute",
        ),
        ("exercises.yaml", "every_hours: [2, 3]", "every_hours: [1, 3]", "every 1 hours"),
    ],
)
def test_a_fact_that_the_second_table_does_not_know_is_a_fault(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    """A fact that the second table does not know is a fault."""
    folder = Path(shutil.copytree(resource("content"), tmp_path / "content"))
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert message in str(certain_faults(read_library(folder), read_rules(folder)))


def of_clinic(language: str, number: str, crisis: str = "116 123") -> str:
    """Say what the second table says of a place of a service, `clinic`."""
    library = load_library()
    words = {"emergency_number": number, "urgent_line": "0800 111 222", "crisis_line": crisis}
    gb = library.places["gb"]
    place = structs.replace(gb, id="clinic", language=language, words={**gb.words, **words})
    own = structs.replace(library, places={"clinic": place})
    return str(certain_faults(own, read_rules(resource("content"))))


@pytest.mark.parametrize(
    ("language", "number", "message"),
    [
        ("en-ZA", "10177", "[]"),
        ("en-ZA", "999", "`999` is no emergency number of ZA; known: 10111 or 10177 or 112"),
        ("en-SG", "995", "[]"),
        ("en-IN", "112", "[]"),
        ("en", "112", "it names no country"),
        ("en-XX", "112", "`XX` is no country whose emergency numbers are known"),
    ],
)
def test_a_place_anywhere_is_held_against_the_numbers_of_its_country(
    language: str, number: str, message: str
) -> None:
    """The second table knows every country; a place without a country is named."""
    assert message in of_clinic(language, number)


def test_a_line_of_another_country_is_a_fault_anywhere() -> None:
    """A crisis line that is a short number elsewhere, and not here, is a fault."""
    assert "`988` (crisis_line) is no short number of ZA" in of_clinic("en-ZA", "112", "988")


def test_the_numbers_are_those_of_the_library() -> None:
    """The table of emergency numbers is what `phonenumbers` says, and the usual ones are in it."""
    phones = pytest.importorskip("phonenumbers", reason="pip install phonenumbers")
    known = phones.shortnumberinfo.is_emergency_number
    for country, numbers in EMERGENCY_NUMBERS.items():
        assert [one for one in numbers if not known(one, country)] == [], country
    for country, usual in USUAL.items():
        if country != "EU":
            assert usual <= EMERGENCY_NUMBERS[country], country
    for country, lines in SHORT.items():
        for one in lines:
            short = phones.PhoneNumber(
                country_code=phones.country_code_for_region(country), national_number=int(one)
            )
            assert phones.is_possible_short_number_for_region(short, country), one
            assert phones.is_valid_short_number_for_region(short, country), one
