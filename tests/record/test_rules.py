"""The rules on what an entry of a record means: every code exists, and every flag is thought of."""

import csv
import shutil
from pathlib import Path

import pytest

from handouts.content.load import resource
from handouts.errors import ContentError
from handouts.record.parse_rules import is_snomed, parse_rules
from handouts.record.rules import CodeSpan
from tests.record.resources import library, rules

CHECKED = Path(__file__).parent / "checked_codes.csv"
NO_RECORD = {"drives-or-machinery"}
"""What only the patient can tell."""
NO_KIND = {"cancer-now"}
"""Kinds of which the broad flag is proposed: a list of problems seldom says that one is over."""


def checked() -> dict[tuple[str, str], dict[str, str]]:
    """List the codes that were looked up, and where each was found."""
    with CHECKED.open(encoding="utf-8", newline="") as file:
        return {(one["system"], one["code"]): one for one in csv.DictReader(file)}


def test_every_snomed_code_is_in_the_global_patient_set_under_its_name() -> None:
    """A SNOMED code has the name that the Global Patient Set gives it."""
    known = checked()
    for rule in rules().rules:
        for code, name in rule.snomed.items():
            assert known["snomed", code]["name"] == name, rule.id


def test_every_icd_code_exists_in_the_classification_it_is_listed_for() -> None:
    """The ends of each range are in the WHO's ICD-10, in ICD-10-CM, or in both, as listed."""
    known = checked()
    plain = {code.replace(".", ""): one for (kind, code), one in known.items() if kind == "icd10"}
    for rule in rules().rules:
        for span in (*rule.icd10, *rule.icd10_who):
            assert "WHO" in plain[span.low]["found_in"], rule.id
            assert "WHO" in plain[span.high]["found_in"], rule.id
        for span in (*rule.icd10, *rule.icd10_cm):
            assert "CM" in plain[span.low]["found_in"], rule.id
            assert "CM" in plain[span.high]["found_in"], rule.id


def test_every_other_code_was_looked_at() -> None:
    """ATC, RxNorm and LOINC codes, and coded values, stand in the list of codes."""
    known = checked()
    for rule in rules().rules:
        for span in rule.atc:
            assert {("atc", span.low), ("atc", span.high)} <= known.keys(), rule.id
        for kind, codes in (("rxnorm", rule.rxnorm), ("loinc", rule.loinc)):
            assert {(kind, one) for one in codes} <= known.keys(), rule.id
        values = {("loinc" if one.startswith("LA") else "snomed", one) for one in rule.values}
        assert values <= known.keys(), rule.id


def test_a_wrong_digit_is_no_snomed_code() -> None:
    """The check digit finds the slip that stands in a published guide: 77386008 for pregnancy."""
    assert is_snomed("77386006")
    assert not is_snomed("77386008")
    assert not is_snomed("7738600")


def test_every_flag_has_a_rule() -> None:
    """A flag that no rule is about would never be found in a record, and nobody would know."""
    about = {one.about for one in rules().rules}
    flags = library().flags
    about |= {flags[one].kind_of for one in about if one in flags}
    assert {*flags} - about == NO_RECORD | NO_KIND


def spans(flag: str) -> list[CodeSpan]:
    """Return the ICD-10 spans of a flag's rules that propose."""
    found = [one for one in rules().rules if one.about == flag and one.proposes]
    found = [one for one in found if one.source == "condition"]
    return [span for one in found for span in (*one.icd10, *one.icd10_who, *one.icd10_cm)]


@pytest.mark.parametrize(
    ("flag", "code"),
    [
        ("alcohol-or-dependence", "F172"),  # tobacco
        ("low-weight", "R628"),  # a child that does not grow
        ("asthma-nsaid-sensitive", "J45"),  # asthma alone
        ("asthma-nsaid-sensitive", "Z886"),  # an allergy alone
        ("pregnancy", "O80"),  # a birth
        ("immunosuppressed", "D86"),  # sarcoidosis
        ("reduced-sensation", "R203"),  # feels more, not less
        ("recent-surgery-or-injury", "Z981"),  # an operation of any age
        ("gi-bleed-history", "Z871"),  # any illness of the gut
        ("skin-fragile", "L980"),
    ],
)
def test_codes_that_mean_something_else_propose_nothing(flag: str, code: str) -> None:
    """A code whose meaning does not fit the flag is in none of its rules."""
    assert not any(one.holds(code) for one in spans(flag))


def test_no_coding_of_a_flag_means_something_else() -> None:
    """The codings by which people look up a leaflet have lost the same codes."""
    flags = library().flags
    listed = {name: {one.code for one in flag.codings} for name, flag in flags.items()}
    assert "F10-F19" not in listed["alcohol-or-dependence"]
    assert "R62.8" not in listed["low-weight"]
    assert not listed["asthma-nsaid-sensitive"]
    assert "Z98" not in listed["recent-surgery-or-injury"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"13200003 Peptic', '"13200004 Peptic', "is no SNOMED code"),
        ("icd10: [K25-K28]", "icd10: [K28-K25]", "is no range"),
        ("icd10: [K25-K28]", "icd10: [25]", "is no code of icd10"),
        ("flag: gi-ulcer", "flag: gi-ulcers", "unknown flag"),
        ("when: ever", "when: once", "unknown time"),
        ("- id: gut-bleed", "- id: ulcer", "there are two rules"),
    ],
)
def test_a_fault_in_the_rules_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A wrong code, range, flag, time or id is refused with its line."""
    folder = Path(shutil.copytree(resource("content"), tmp_path / "content"))
    file = folder / "record_rules.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=message) as found:
        parse_rules(library(), folder)
    assert found.value.faults[0].origin
