"""One entry that a file has in several versions: the newest counts, and none is passed over."""

import json

import pytest

from handouts.errors import SelectionError
from handouts.record.proposals import RecordReading
from handouts.record.questionnaire import URL
from handouts.record.read import read_record
from tests.record.resources import (
    DAY,
    RXNORM,
    SNOMED,
    Json,
    asked,
    concept,
    condition,
    library,
    medicine,
    patient,
    proposed,
    rules,
)

PREGNANT = condition(concept(SNOMED, "72892002", "Normal pregnancy"))
OVER = condition(concept(SNOMED, "72892002", "Normal pregnancy"), "resolved")
WRONG = PREGNANT | {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
SEVERAL = "several versions"


def version(resource: Json, number: str = "", day: str = "") -> Json:
    """Say which version a resource is."""
    meta = {"versionId": number} if number else {}
    return resource | {"meta": meta | ({"lastUpdated": f"{day}T08:00:00Z"} if day else {})}


def read(*resources: Json, urls: tuple[str, ...] = ()) -> RecordReading:
    """Read resources as one bundle, each where `urls` says that it is kept."""
    kept = [{"fullUrl": one} if one else {} for one in (*urls, *[""] * len(resources))]
    entries = [{"resource": one, **url} for one, url in zip(resources, kept, strict=False)]
    raw = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    return read_record(library(), rules(), raw.encode(), DAY)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("newer", [OVER, WRONG], ids=["resolved", "in error"])
@pytest.mark.parametrize(
    ("first", "second"),
    [(("1", ""), ("2", "")), (("", "2026-01-02"), ("", "2026-10-02")),
     (("9", "2026-01-02"), ("10", "2026-10-02")), (("a", "2026-01-02"), ("b", "2026-10-02")),
     (('W/"1"', ""), ('W/"2"', ""))],
)  # fmt: skip
def test_the_newer_version_counts_and_both_are_named(
    first: tuple[str, str], second: tuple[str, str], newer: Json, *, backwards: bool
) -> None:
    """What is over, or a mistake, is not proposed from its older version, wherever it stands."""
    versions = [version(PREGNANT, *first), version(newer, *second)]
    found = read(*versions[:: -1 if backwards else 1])
    assert (proposed(found), asked(found)) == (set(), set())
    old, new = found.left_out
    assert old.display == new.display == "Normal pregnancy"
    assert "an older version (active, confirmed): the newer one counts" in old.why
    said = newer["verificationStatus"]["coding"][0]["code"]
    assert said in old.why
    assert next(one.read for one in found.kinds if one.kind == "conditions") == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [(version(PREGNANT), version(OVER)), (version(PREGNANT, "1"), version(OVER, "", "2026-10-02")),
     (version(PREGNANT, "2", "2026-01-02"), version(OVER, "1", "2026-10-02")),
     (version(PREGNANT, "a"), version(OVER, "b")),
     (version(PREGNANT, "1", "2026-10-02"), version(OVER, "1", "2026-10-02")),
     (PREGNANT | {"meta": {"versionId": 1}}, OVER | {"meta": {"lastUpdated": "2026-10-02"}})],
    ids=["no version", "no common mark", "marks disagree", "letters", "the same", "no instant"],
)  # fmt: skip
def test_where_nothing_says_which_is_newer_it_is_asked(one: Json, other: Json) -> None:
    """Neither version is sure, so neither proposes; the question says why."""
    found = read(one, other)
    assert (proposed(found), asked(found)) == (set(), {"pregnant"})
    assert SEVERAL in found.proposals[0].reasons[0].doubt


def test_a_newer_version_that_cannot_be_read_leaves_the_older_in_doubt() -> None:
    """The version that is not as FHIR has it may be the one that says that it is over."""
    found = read(version(PREGNANT, "1"), version(OVER, "2") | {"recordedDate": 7})
    assert (proposed(found), asked(found)) == (set(), {"pregnant"})
    assert found.unread[0].display == "Condition ($.recordedDate)"


def test_the_same_twice_is_one_entry() -> None:
    """A page of a search that repeats an entry changes nothing, whatever version it says."""
    for twice in ((PREGNANT, PREGNANT), (version(PREGNANT, "1"), version(PREGNANT, "2"))):
        found = read(*twice)
        assert proposed(found) == {"pregnant"}
        assert len(found.proposals[0].reasons) == 1
        assert not found.left_out


def test_the_same_id_on_two_servers_is_two_entries() -> None:
    """A number counts within one server; without the addresses nobody can tell, so it is asked."""
    ulcer = condition(concept(SNOMED, "51868009", "Ulcer of duodenum"))
    pair = tuple(version(one | {"id": "c"}, number) for one, number in ((ulcer, "1"), (OVER, "2")))
    kept = ("https://a.example/Condition/c", "https://b.example/Condition/c")
    assert proposed(read(*pair, urls=kept)) == {"gi-ulcer"}
    same = (f"{kept[0]}/_history/1", f"{kept[0]}/_history/2")
    assert proposed(read(*pair, urls=same)) == set()


def test_a_prescription_leads_to_the_newer_medicine() -> None:
    """Of two versions of a Medication the newer is what is taken; in doubt it is only asked."""
    use = medicine("x") | {"medicationReference": {"reference": "Medication/9"}}
    del use["medicationCodeableConcept"]
    warfarin, other = (
        {"resourceType": "Medication", "id": "9", "code": concept(RXNORM, code, name)}
        for code, name in (("855332", "Warfarin 5 MG Oral Tablet"), ("1", "Paracetamol Tablet"))
    )
    found = read(version(warfarin, "1"), version(other, "2"), use)
    assert "warfarin" not in proposed(found) | asked(found)
    assert "Paracetamol" in found.left_out[0].why
    assert proposed(read(version(other, "1"), version(warfarin, "2"), use)) == {"warfarin"}
    unclear = read(warfarin, other, use)
    assert (proposed(unclear), asked(unclear)) == (set(), {"warfarin"})


def test_answers_that_were_changed_count_as_they_are_now() -> None:
    """A no that was a yes before is a no; where nobody can tell which is newer, neither counts."""
    yes, no = (
        {"resourceType": "QuestionnaireResponse", "id": "q", "status": "completed",
         "questionnaire": f"{URL}|{library().version}",
         "item": [{"linkId": "asthma", "answer": [{"valueBoolean": said}]}]}
        for said in (True, False)
    )  # fmt: skip
    found = read(version(no, "2"), version(yes, "1"))
    assert (found.answered_no, proposed(found)) == (("asthma",), set())
    unclear = read(yes, no)
    assert (unclear.answered_no, proposed(unclear)) == ((), set())
    assert SEVERAL in unclear.left_out[0].why


@pytest.mark.parametrize("other", [{"birthDate": "1951-02-03"}, {"name": [{"text": "Bo Lind"}]}])
def test_a_patient_in_two_versions_must_be_one_person(other: Json) -> None:
    """Another birthday or name under the same id is refused."""
    with pytest.raises(SelectionError, match="more than one person"):
        read(version(patient(), "1"), version(patient(**other), "2"))


def test_an_older_version_about_somebody_else_is_refused() -> None:
    """Whose an entry was before counts too: the file may be of two people."""
    mine, other = ({"subject": {"reference": f"Patient/{one}"}} for one in ("p1", "p2"))
    with pytest.raises(SelectionError, match="more than one person"):
        read(patient(), version(PREGNANT | other, "1"), version(OVER | mine, "2"))
