"""What is concluded from a record, and what is not: status, date, route, words, and whose it is."""

import json
from datetime import date

import pytest

from handouts.errors import RequestError, SelectionError
from handouts.record.bundle import MOST_BYTES
from handouts.record.questionnaire import questionnaire_of
from handouts.record.read import read_record
from handouts.record.whose import refuse_other_name
from tests.record.resources import (
    ATC,
    DAY,
    ICD10,
    ICD10CM,
    SNOMED,
    Json,
    allergy,
    asked,
    concept,
    condition,
    library,
    medicine,
    patient,
    proposed,
    reading_of,
    rules,
)

ULCER = concept(SNOMED, "51868009", "Ulcer of duodenum")
PREGNANT = concept(SNOMED, "72892002", "Normal pregnancy")
ASTHMA = concept(SNOMED, "195967001", "Asthma")


@pytest.mark.parametrize(
    ("entry", "proposes", "asks"),
    [
        (condition(ULCER), {"gi-ulcer"}, set()),
        (condition(ULCER, "resolved"), {"gi-ulcer"}, set()),  # now or in the past
        (condition(ULCER, None), set(), {"gi-ulcer"}),
        (condition(ULCER, sure="refuted"), set(), set()),
        (condition(ULCER, sure="entered-in-error"), set(), set()),
        (condition(ULCER, sure="provisional"), set(), {"gi-ulcer"}),
        (condition(ULCER, on="2031-01-01"), set(), {"gi-ulcer"}),  # still to come
        (condition(PREGNANT), {"pregnant"}, set()),
        (condition(PREGNANT, "resolved"), set(), set()),
        (condition(PREGNANT, on="2024-01-01"), set(), {"pregnant"}),  # nobody closed it
        (condition(ASTHMA), {"asthma"}, set()),
        (condition(ASTHMA, "resolved"), set(), {"asthma"}),  # it seldom goes away
    ],
)
def test_status_and_date_decide(entry: Json, proposes: set[str], asks: set[str]) -> None:
    """The same code proposes, asks or says nothing, as its status and its date have it."""
    reading = reading_of(entry)
    assert (proposed(reading), asked(reading)) == (proposes, asks)


@pytest.mark.parametrize(
    ("system", "code", "display", "proposes"),
    [
        (ICD10, "K25.9", "Gastric ulcer", {"gi-ulcer"}),
        (ICD10CM, "K259", "Gastric ulcer", {"gi-ulcer"}),  # without its dot
        ("urn:oid:2.16.840.1.113883.6.90", "K25.9", "Gastric ulcer", {"gi-ulcer"}),
        (ICD10CM, "F17.210", "Nicotine dependence, cigarettes", set()),
        (ICD10CM, "F10.20", "Alcohol dependence", {"alcohol-or-dependence"}),
        (ICD10, "R54", "Senility", set()),  # means frailty in ICD-10-CM only
        (ICD10CM, "R54", "Age-related physical debility, frailty", {"frail"}),
        (ICD10, "M54.2", "Cervicalgia", {"neck"}),
        (ICD10, "M54.6", "Pain in thoracic spine", {"thoracic"}),
        (ICD10CM, "M54.50", "Low back pain, unspecified", {"lumbar"}),
    ],
)
def test_codes_below_a_code_count(system: str, code: str, display: str, proposes: set[str]) -> None:
    """ICD-10 codes nest, with or without a dot; each edition has its own meaning."""
    assert proposed(reading_of(condition(concept(system, code, display)))) == proposes


def test_acute_low_back_pain_gives_region_and_status() -> None:
    """One code may say where and since when."""
    entry = condition(concept(SNOMED, "278862001", "Acute low back pain"))
    assert proposed(reading_of(entry)) == {"lumbar", "acute"}


def test_code_and_words_that_disagree_only_ask() -> None:
    """The code of an aspirin allergy stands in public data beside `Penicillin allergy`."""
    right = allergy(concept(SNOMED, "293586001", "Allergy to aspirin"))
    wrong = allergy(concept(SNOMED, "293586001", "Penicillin allergy"))
    assert proposed(reading_of(right)) == {"nsaid-allergy"}
    reading = reading_of(wrong)
    assert (proposed(reading), asked(reading)) == (set(), {"nsaid-allergy"})
    assert "another" in reading.proposals[0].reasons[0].doubt


@pytest.mark.parametrize(
    ("text", "proposes", "asks"),
    [
        ("Warfarin Sodium 5 MG Oral Tablet", {"warfarin"}, set()),
        ("Warfarin", set(), {"warfarin"}),  # a name alone
        ("Hydrocortisone 10 MG/ML Topical Cream", set(), set()),
        ("Penicillin V Potassium 500 MG Oral Tablet", set(), set()),
        ("diphenhydrAMINE Hydrochloride 25 MG Oral Tablet", set(), set()),
        ("Amlodipine 5 MG Oral Tablet", set(), set()),
        ("Ibuprofen 200 MG Oral Tablet", set(), set()),  # taken, which is no allergy
        ("Aspirin 81 MG Oral Tablet", {"antiplatelet"}, set()),
        ("Tacrolimus 1 MG Oral Capsule", {"lithium-or-methotrexate", "immunosuppressed"}, set()),
        ("Tacrolimus 0.1 % Topical Ointment", set(), set()),
        ("predniSONE 5 MG Oral Tablet", set(), {"long-term-steroids"}),
    ],
)
def test_a_medicine_needs_its_name_its_code_and_its_route(
    text: str, proposes: set[str], asks: set[str]
) -> None:
    """A name proposes only by a route that counts; a cream is no tablet."""
    reading = reading_of(medicine(text))
    assert (proposed(reading), asked(reading)) == (proposes, asks)


def test_the_narrowest_flag_is_proposed() -> None:
    """Warfarin says which kind of blood thinner it is; a code of two medicines in one does not."""
    reading = reading_of(
        medicine("Warfarin Sodium 5 MG Oral Tablet"), medicine("Furosemide 40 MG Oral Tablet")
    )
    assert proposed(reading) == {"warfarin", "diuretic"}
    both = medicine("Lisinopril 10 MG / Hydrochlorothiazide 12.5 MG Oral Tablet")
    assert proposed(reading_of(both)) == {"ace-or-arb", "diuretic"}
    combined = medicine("Enalapril comp", code="C09BA02", system=ATC)
    assert "bp-or-water-tablets" in proposed(reading_of(combined))
    use = condition(concept(ICD10CM, "Z79.01", "Long term use of anticoagulants"))
    assert proposed(reading_of(use)) == {"blood-thinners"}


def test_a_medicine_that_is_over_or_old_is_not_proposed() -> None:
    """A stopped medicine says nothing, an old prescription asks, and both are named."""
    stopped = reading_of(medicine("Warfarin Sodium 5 MG Oral Tablet", "stopped"))
    assert not stopped.proposals
    assert "no longer active" in stopped.left_out[0].why
    old = reading_of(medicine("Warfarin Sodium 5 MG Oral Tablet", on="2020-01-01"))
    assert (proposed(old), asked(old)) == (set(), {"warfarin"})


def test_the_code_of_a_painkiller_is_an_allergy_only_in_an_allergy() -> None:
    """An ATC code of ibuprofen proposes an allergy, and nothing where it is prescribed."""
    code = concept(ATC, "M01AE01", "Ibuprofen")
    assert proposed(reading_of(allergy(code))) == {"nsaid-allergy"}
    taken = medicine("Ibuprofen", code="M01AE01", system=ATC)
    assert not reading_of(taken).proposals


def test_a_code_beside_another_medicine_only_asks() -> None:
    """The code of warfarin beside the name of levothyroxine does not propose."""
    reading = reading_of(medicine("Levothyroxine", code="B01AA03", system=ATC))
    assert (proposed(reading), asked(reading)) == (set(), {"warfarin"})


def test_asthma_and_an_allergy_together_ask_for_more() -> None:
    """Neither alone says that a painkiller set off the asthma; both together ask."""
    both = reading_of(condition(ASTHMA), allergy(concept(ATC, "M01AE01", "Ibuprofen")))
    assert proposed(both) == {"asthma", "nsaid-allergy"}
    assert asked(both) == {"asthma-nsaid-sensitive"}
    assert "asthma-nsaid-sensitive" not in asked(reading_of(condition(ASTHMA)))


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("Asthma", {"asthma"}),
        ("?asthma", set()),
        ("Family history of diabetes", set()),
        ("No asthma", set()),
        ("Fear of cancer", set()),
        ("Crohn's disease", {"inflammatory-bowel-disease"}),
    ],
)
def test_words_without_a_code_only_ask(words: str, asks: set[str]) -> None:
    """Free text never proposes, and asks nothing where it may be about something else."""
    reading = reading_of(condition({"text": words}))
    assert (proposed(reading), asked(reading)) == (set(), asks)


@pytest.mark.parametrize(
    ("value", "unit", "proposes"),
    [
        (49, "kg", {"under-50-kg"}),
        (50, "kg", set()),
        (105, "[lb_av]", {"under-50-kg"}),
        (120, "[lb_av]", set()),
        (49, "stone", set()),
    ],
)
def test_a_weight_counts_below_50_kg(value: float, unit: str, proposes: set[str]) -> None:
    """Pounds are turned into kilograms; a unit that is not known says nothing."""
    weight = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept("http://loinc.org", "29463-7", "Body weight"),
        "effectiveDateTime": "2026-10-01",
        "valueQuantity": {"value": value, "code": unit},
    }
    assert proposed(reading_of(weight)) == proposes


def test_an_operation_of_the_last_weeks_is_asked_about() -> None:
    """Whether something that was done was an operation, nobody can tell from its code."""

    def done(on: str) -> Json:
        code = concept(SNOMED, "80146002", "Appendectomy")
        return {
            "resourceType": "Procedure",
            "status": "completed",
            "code": code,
            "performedDateTime": on,
        }

    assert asked(reading_of(done("2026-11-01"))) == {"recent-surgery-or-injury"}
    assert not reading_of(done("2026-01-01")).proposals


def test_the_age_comes_from_a_whole_date_of_birth() -> None:
    """A year alone may be either side of a birthday, and says nothing."""
    assert proposed(reading_of(patient())) == {"age-65-plus"}
    assert proposed(reading_of(patient(birthDate="2015-01-01"))) == {"under-18"}
    assert not reading_of(patient(birthDate="1950")).proposals


def test_no_known_allergy_is_no_answer() -> None:
    """`No known allergy` is no proof that anybody asked about painkillers."""
    reading = reading_of(allergy(concept(SNOMED, "716186003", "No known allergy")))
    assert "nsaid-allergy" in reading.silent
    assert "ask all the same" in reading.left_out[0].why


def test_read_none_found_and_not_given_are_told_apart() -> None:
    """An empty answer to a search is not the same as a search that nobody made."""
    empty = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "self", "url": "https://ehr.example/Condition?patient=1"}],
    }
    reading = read_record(library(), rules(), json.dumps([empty, patient()]).encode(), DAY)
    read = {one.kind: one.read for one in reading.kinds}
    assert read["conditions"] == 0
    assert read["medicines"] is None


# ------------------------------------------------------------------ whose record it is
@pytest.mark.parametrize("dead", [{"deceasedBoolean": True}, {"deceasedDateTime": "2025-01-01"}])
def test_a_record_of_somebody_who_died_is_refused(dead: Json) -> None:
    """Such a record is not that of the person in the room."""
    with pytest.raises(SelectionError, match="has died"):
        reading_of(patient(**dead))


def test_a_record_of_two_people_is_refused() -> None:
    """Two patients, or an entry about another one, cannot be told apart."""
    other = condition(ULCER) | {"subject": {"reference": "Patient/p2"}}
    own = condition(ULCER) | {"subject": {"reference": "https://ehr.example/Patient/p1"}}
    assert proposed(reading_of(patient(), own)) == {"gi-ulcer", "age-65-plus"}
    for resources in ([patient(), other], [own, other], [patient(), patient(id="p2")]):
        with pytest.raises(SelectionError, match="more than one person"):
            reading_of(*resources)


@pytest.mark.parametrize("name", ["Ana Muller", "ana müller-silva", "Mrs Silva", "Rosa Ana"])
def test_the_same_name_may_be_written_otherwise(name: str) -> None:
    """Accents, capitals, titles and left out parts make no other name."""
    refuse_other_name(reading_of(patient()), name)


@pytest.mark.parametrize("name", ["Ana Santos", "Jo Muller", "Mull"])
def test_another_name_is_refused_and_not_repeated(name: str) -> None:
    """A record under another name is refused; the message holds neither name."""
    with pytest.raises(SelectionError, match="another name") as found:
        refuse_other_name(reading_of(patient()), name)
    assert "Silva" not in str(found.value)
    assert name not in str(found.value)


# ------------------------------------------------------------------ answers, and what is no record
def answers(version: str, **said: bool) -> Json:
    """Write a response to our questions."""
    items = [
        {"linkId": flag.replace("_", "-"), "answer": [{"valueBoolean": yes}]}
        for flag, yes in said.items()
    ]
    url = f"urn:handouts:questionnaire:flags|{version}"
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": url,
        "status": "completed",
        "item": items,
    }


def test_our_own_questions_are_answered_by_yes_and_no() -> None:
    """A response to our Questionnaire proposes what it says yes to, and names the noes."""
    questions = questionnaire_of(library())
    reading = reading_of(answers(questions["version"], gi_ulcer=True, asthma=False))
    assert proposed(reading) == {"gi-ulcer"}
    assert reading.answered_no == ("asthma",)


def test_answers_to_other_questions_are_left_out() -> None:
    """A response to another version of the questions says nothing, and is named."""
    reading = reading_of(answers("1", gi_ulcer=True))
    assert not reading.proposals
    assert "another version" in reading.left_out[0].why


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{}", b"null", b"[", b"<Bundle/>", b"\xff", b"[" * 100_000,
        b'{"resourceType":"Bundle","entry":5}',
        b'{"resourceType":"Bundle","entry":[{"resource":{}}]}',
        b" " * (MOST_BYTES + 1),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_record_is_refused(raw: bytes) -> None:
    """Whatever is no FHIR, or too large or too deep, is refused with a sentence."""
    with pytest.raises(RequestError):
        read_record(library(), rules(), raw, DAY)


def test_a_resource_that_is_broken_is_named_without_what_it_holds() -> None:
    """One resource that is not as FHIR has it does not hide the others."""
    broken = {"resourceType": "Condition", "code": "Secret words"}
    reading = reading_of(broken, condition(ULCER))
    assert proposed(reading) == {"gi-ulcer"}
    assert reading.unread[0].display == "Condition ($.code)"


def test_signs_that_steer_a_terminal_are_taken_out() -> None:
    """Words of a record are shown on one line, without control characters."""
    reading = reading_of(condition({"text": "odd\x1b[2J\nwords"}))
    assert reading.unread[0].display == "odd [2J words"


def test_the_newest_entry_is_told() -> None:
    """An old record is seen by the day of its newest entry."""
    reading = reading_of(condition(ULCER, on="2019-05-01"), medicine("Warfarin", on="2021-03"))
    assert reading.newest == date(2021, 3, 1)
