"""What is typed or pasted on the page sets a fact only where all that stands beside it is known."""

from datetime import date

import pytest

from handouts.web.typed_parts import typed_parts
from handouts.web.words import HeardWord, heard
from tests.support.leaflets import publisher

TODAY = date(2026, 11, 30)


def words(text: str) -> list[HeardWord]:
    """Return what a line is heard as."""
    return list(heard(publisher().library, text, TODAY).words)


def facts(text: str) -> set[str]:
    """Return the facts that a line sets without a question."""
    found = words(text)
    meant = {one.entry for one in found if one.kind == "means" and one.what == "flags"}
    return meant.union(*(one.yes for one in found if one.kind == "age"))


def asked(text: str) -> set[str]:
    """Return the facts that a line asks about."""
    return {one.id for word in words(text) for one in word.asks}


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("denies pregnancy", "pregnancy"),
        ("wife pregnant", "pregnant"),
        ("no warfarin", "warfarin"),
        ("stopped warfarin in 2019", "warfarin"),
        ("was on warfarin", "warfarin"),
        ("no asthma, diabetes, gout", "diabetes"),
        ("Negative: asthma, diabetes", "diabetes"),
        ("asthma (childhood)", "asthma"),
        ("pregnant last year", "pregnant"),
        ("mother diabetes", "diabetes"),
    ],
)
def test_a_fact_beside_what_is_not_known_is_asked(text: str, flag: str) -> None:
    """Words that are not understood may say that it is not so, or not of this patient."""
    assert flag not in facts(text)
    assert flag in asked(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Apixaban 2.5 mg twice daily, ramipril 5mg od", {"other-blood-thinner", "ace-or-arb"}),
        ("asthma and diabetes", {"asthma", "diabetes"}),
        ("NKDA, warfarin", {"warfarin"}),
        ("no allergies, on warfarin", {"warfarin"}),
        ("71 years old, warfarin", {"age-65-plus", "warfarin"}),
        ("E11.9 Type 2 diabetes mellitus\nJ45 Asthma", {"diabetes", "asthma"}),
        ("44054006 |Diabetes mellitus type 2|", {"diabetes"}),
        ("1. Asthma 2. Diabetes 3. COPD", {"asthma", "diabetes", "breathing-problem"}),
        ("1) Asthma\n2) Diabetes", {"asthma", "diabetes"}),
        ("- Asthma\n• Diabetes", {"asthma", "diabetes"}),
        ("aged 17", {"under-18"}),
        ("age 70", {"age-65-plus"}),
    ],
)
def test_a_list_that_is_understood_sets_its_facts(text: str, found: set[str]) -> None:
    """Doses, codes beside words, bullets and numbers of a list stand in nobody's way."""
    assert facts(text) == found


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("71 yrs", ["perhaps-age"]),
        ("71 y", ["perhaps-age"]),
        ("71F", ["perhaps-age"]),
        ("71, 34", ["perhaps-age", "perhaps-age"]),
        ("71yo, 34yo", ["perhaps-age", "perhaps-age"]),
        ("pregnant, 20 weeks", ["means", "perhaps-lasting"]),
        ("warfarin for 3 weeks", ["asks", "perhaps-lasting"]),
        ("low back, 6 weeks", ["means", "lasting"]),
        ("low back pain for 6 weeks", ["means", "lasting"]),
        ("a few weeks", ["lasting"]),
        ("ulcer years ago", ["asks", "none"]),
        ("years ago", ["perhaps-lasting"]),
        ("neck and low back", ["unknown", "unknown"]),
        ("2 weeks, chronic", ["unknown", "unknown"]),
        ("47kg", ["asks"]),
        ("E11.9", ["asks"]),
        ("X99.9", ["code"]),
        ("warfarin, WARFARIN", ["means"]),
    ],
)
def test_what_may_be_two_things_is_asked(text: str, kinds: list[str]) -> None:
    """A number of years, of weeks after an illness, two regions or two ages set nothing."""
    assert [one.kind for one in words(text)] == kinds


@pytest.mark.parametrize("text", ["leg weakness", "incontinent", "both legs numb", "foot drop"])
def test_what_may_be_a_warning_sign_is_told(text: str) -> None:
    """A sign that sends a reader to hospital is no word that is only unknown."""
    (word,) = words(text)
    assert (word.kind, "a warning sign" in word.says) == ("none", True)


def test_codes_beside_words_are_told_in_one_line() -> None:
    """A pasted list of ten problems with their codes has one line on the codes, not ten."""
    found = words("E11.9 Type 2 diabetes\nJ45 Asthma\nI10 Hypertension")
    assert [one.word for one in found if one.kind == "code"] == ["E11.9, J45, I10"]
    assert len(found) == 4


def test_nothing_that_is_typed_is_passed_over() -> None:
    """Each word of a pasted list is in something that is said back."""
    text = "K25 Gastric ulcer, hx of falls; ❤ 71F, מרים\n1. Asthma 3. gout"
    said = " ".join(one.word for one in words(text))
    lost = {one.strip(",;") for one in text.split()} - {one.strip(",;") for one in said.split()}
    assert lost == {"1."}


def test_a_search_may_name_two_regions() -> None:
    """Who looks through ready leaflets wants those of both."""
    found = heard(publisher().library, "neck, low back", TODAY, search=True).words
    assert [one.kind for one in found] == ["means", "means"]


def test_numbers_that_count_nothing_stay() -> None:
    """`71.` is no mark of a list, and neither is a second `1.`."""
    assert [one.text for one in typed_parts("71. Asthma")] == ["71. Asthma"]
    assert [one.text for one in typed_parts("1. Asthma 1. Gout")] == ["Asthma 1. Gout"]


@pytest.mark.parametrize("text", ["dob 3/4/1950", "Born 1950", "D.O.B.: 1950-04-03", "3/4/1950"])
def test_a_date_of_birth_is_not_guessed_and_the_age_is_asked_for(text: str) -> None:
    """It sets nothing, and says what to write in its place."""
    (word,) = words(text)
    assert (word.kind, word.says.partition(" not read here. ")[2]) == (
        "unknown",
        "Write the age, such as 71 years old, or how long it has hurt",
    )
    assert facts(f"{text}, warfarin") == {"warfarin"}
