"""Files as servers and record systems write them: what is read, refused, and lacking."""

import gzip
import json

import pytest

from handouts.errors import HandoutsError, RequestError, SelectionError
from handouts.record.bundle import read_resources
from handouts.record.facts import is_same, stored
from handouts.record.proposals import RecordReading
from handouts.record.read import read_record
from handouts.record.whose import refuse_other_name
from tests.record.resources import (
    DAY,
    RXNORM,
    SNOMED,
    Json,
    concept,
    condition,
    library,
    medicine,
    patient,
    proposed,
    reading_of,
    rules,
)

ULCER = condition(concept(SNOMED, "51868009", "Ulcer of duodenum"))
WARFARIN = concept(RXNORM, "855332", "Warfarin Sodium 5 MG Oral Tablet")
OF_ANA = {"subject": {"reference": "Patient/p1"}}


def read(raw: bytes) -> RecordReading:
    """Read a file as it is."""
    return read_record(library(), rules(), raw, DAY)


def bundle(*entries: Json, kind: str = "collection", **others: object) -> bytes:
    """Write a bundle of whole entries."""
    found = {"resourceType": "Bundle", "type": kind, "entry": list(entries)} | others
    return json.dumps(found).encode()


def answer(*resources: Json, link: str = "", kind: str = "Condition") -> bytes:
    """Write what a server answers to a search."""
    links = [{"relation": "self", "url": f"https://ehr.example/{kind}?patient=p1"}]
    links += [{"relation": "next", "url": link}] if link else []
    return bundle(*({"resource": one} for one in resources), kind="searchset", link=links)


def outcome(severity: str, code: str) -> Json:
    """Write what a server says of its own answer."""
    issue = {"severity": severity, "code": code, "diagnostics": "Ana Silva was not found"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'<Bundle xmlns="http://hl7.org/fhir"/>', "is XML"),
        (b"\xef\xbb\xbf <Bundle/>", "is XML"),
        (gzip.compress(json.dumps(ULCER).encode()), "compressed"),
        (b"PK\x03\x04....", "compressed"),
        (json.dumps(ULCER).encode("utf-16"), "UTF-16"),
        (b"MSH|^~\\&|EHR", "version 2"),
        (bundle({"resource": ULCER}, kind="history"), "a history"),
        (json.dumps(outcome("error", "not-found")).encode(), "says error: not-found"),
        (json.dumps(patient(name=[{"family": ["Silva"]}])).encode(), "patient of the record"),
    ],
)
def test_another_kind_of_file_is_refused_by_its_name(raw: bytes, message: str) -> None:
    """Whoever gives such a file reads what it is and what to do, and nothing that it holds."""
    with pytest.raises(RequestError, match=message) as found:
        read(raw)
    assert found.value.faults[0].hint
    assert "Silva" not in str(found.value)


def test_one_resource_on_each_line_is_read_and_so_is_a_byte_order_mark() -> None:
    """NDJSON, as bulk exports have it, and UTF-8 with a mark are read."""
    lines = b"\n".join(json.dumps(one).encode() for one in (patient(), ULCER | OF_ANA))
    assert proposed(read(lines + b"\n")) == {"gi-ulcer", "age-65-plus"}
    assert proposed(read(b"\xef\xbb\xbf" + json.dumps(ULCER).encode())) == {"gi-ulcer"}
    other = json.dumps(patient(id="p2")).encode()
    with pytest.raises(SelectionError, match="more than one person"):
        read(lines + b"\n" + other)


# ------------------------------------------------------------------ what a file lacks
def test_a_search_that_went_wrong_is_not_none_found() -> None:
    """A server that says that something is missing is heard; its own words may name somebody."""
    reading = read(answer(patient(), outcome("warning", "incomplete")))
    assert [(one.source, one.why) for one in reading.unread] == [
        ("part", "the server says warning: incomplete")
    ]
    assert {one.kind: one.read for one in reading.kinds}["conditions"] is None
    fine = read(answer(outcome("information", "informational")))
    assert not fine.unread
    assert {one.kind: one.read for one in fine.kinds}["conditions"] == 0


def test_further_pages_of_a_search_are_missed() -> None:
    """The first page of an answer is a part of the record, and is said to be one."""
    reading = read(answer(ULCER, link="https://ehr.example/?page=2"))
    assert proposed(reading) == {"gi-ulcer"}
    assert "more pages" in reading.unread[0].why


def test_an_answer_that_a_batch_did_not_get_is_named() -> None:
    """A batch answers each search by itself: one may have failed."""
    failed = {"response": {"status": "403 Forbidden"}, "resource": outcome("error", "forbidden")}
    searched = {"response": {"status": "200"}, "resource": json.loads(answer(ULCER))}
    reading = read(bundle(failed, searched, kind="batch-response"))
    assert proposed(reading) == {"gi-ulcer"}
    assert {one.why for one in reading.unread} == {
        "the server says 403",
        "the server says error: forbidden",
    }


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        (ULCER | {"clinicalStatus": "active"}, "Condition ($.clinicalStatus)"),  # DSTU2, STU3
        (
            {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
             "medication": {"concept": WARFARIN}}, "MedicationRequest ($.medication)",
        ),  # R5
        (
            {"resourceType": "MedicationOrder", "status": "active",
             "medicationCodeableConcept": WARFARIN}, "1 MedicationOrder",
        ),  # DSTU2
        ({"resourceType": "MedicationDispense", "status": "completed",
          "medicationCodeableConcept": WARFARIN}, "1 MedicationDispense"),
    ],
)  # fmt: skip
def test_the_shapes_of_other_versions_are_named(resource: Json, named: str) -> None:
    """What may hold an illness or a medicine and is not read stands among what to look at."""
    reading = reading_of(resource)
    assert not reading.proposals
    assert named in {one.display for one in reading.unread}


def test_the_history_of_a_family_is_not_read() -> None:
    """An illness of a relative proposes nothing, and the type is counted."""
    relative = {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "condition": [{"code": concept(SNOMED, "44054006", "Diabetes")}],
    }
    reading = reading_of(relative)
    assert not reading.proposals
    assert reading.others == (("FamilyMemberHistory", 1),)


# ------------------------------------------------------------------ references, and whose it is
def test_references_by_uuid_and_between_servers_lead_to_their_resources() -> None:
    """A transaction refers by UUID; the same person may be named with and without a server."""
    uses = medicine("x") | {
        "medicationReference": {"reference": "urn:uuid:m"},
        "subject": {"reference": "urn:uuid:p"},
    }
    del uses["medicationCodeableConcept"]
    raw = bundle(
        {"fullUrl": "urn:uuid:p", "resource": patient()},
        {"fullUrl": "urn:uuid:m", "resource": {"resourceType": "Medication", "code": WARFARIN}},
        {"fullUrl": "urn:uuid:u", "resource": uses},
        kind="transaction",
    )
    assert proposed(read(raw)) == {"warfarin", "age-65-plus"}


def held(**others: object) -> Json:
    """Write an entry that holds its patient itself."""
    return ULCER | {"subject": {"reference": "#p"}, "contained": [patient(id="p", **others)]}


def test_a_patient_inside_an_entry_counts() -> None:
    """Their age, their name and their death are read as those of any other patient."""
    reading = reading_of(held())
    assert proposed(reading) == {"gi-ulcer", "age-65-plus"}
    with pytest.raises(SelectionError, match="another name"):
        refuse_other_name(reading, "Jo Santos")
    with pytest.raises(SelectionError, match="has died"):
        reading_of(held(deceasedBoolean=True))


def numbered(value: str) -> Json:
    """Write an entry that says whose it is by a number."""
    return ULCER | {"subject": {"identifier": {"system": "https://nhs.example", "value": value}}}


def searched(value: str) -> Json:
    """Write an entry that names its patient by a search."""
    return ULCER | {"subject": {"reference": f"Patient?identifier=https://nhs.example|{value}"}}


@pytest.mark.parametrize(
    "resources",
    [
        [held(), held(birthDate="1971-01-01")],
        [held(), held(name=[{"family": "Santos"}])],
        [patient(), held(birthDate="1971-01-01")],
        [numbered("1"), numbered("2")],
        [searched("1"), numbered("2")],
        [patient(identifier=[{"system": "https://nhs.example", "value": "1"}]), searched("2")],
        [patient(), ULCER | {"subject": {"reference": "RelatedPerson/2"}}],
    ],
)
def test_two_people_are_seen_however_they_are_named(resources: list[Json]) -> None:
    """Entries of two people are refused, by a patient inside, a number, or a search."""
    with pytest.raises(HandoutsError, match="more than one person"):
        reading_of(*resources)


def test_one_person_may_be_named_in_several_ways() -> None:
    """The same number in two places, and the same patient in two entries, are one person."""
    own = patient(identifier=[{"system": "https://nhs.example", "value": "1"}])
    found = reading_of(own, numbered("1"), searched("1"), held(), ULCER | OF_ANA)
    assert proposed(found) == {"gi-ulcer", "age-65-plus"}


def test_a_record_that_is_no_longer_in_use_is_named() -> None:
    """A patient who was entered twice has a record that is marked so."""
    reading = reading_of(patient(active=False))
    assert reading.unread[0].why == "it is marked as no longer in use"


def test_the_entries_say_whose_they_are_where_the_patient_is_missing() -> None:
    """A record without its Patient is that of the person whom all its entries name."""
    whole = ULCER | {"subject": {"reference": "https://ehr.example/Patient/7/_history/2"}}
    assert reading_of(whole).patient == "7"
    for reference in ("urn:uuid:x", "RelatedPerson/7", "Group/7"):
        assert reading_of(ULCER | {"subject": {"reference": reference}}).patient == ""


@pytest.mark.parametrize(
    "address",
    [
        "Medication/m1",
        "Medication/m1/_history/2",
        "https://a.example/fhir/Medication/m1",
        "https://b.example/fhir/Medication/m1/_history/9",
        "https://a.example/fhir/Medication/m2/_history/3",
        "urn:uuid:0b4f5c52-6a3e-4c0b-8a51-111111111111",
        "Medication/none",
        "m1",
        "",
    ],
)
def test_a_reference_leads_where_looking_at_every_resource_leads(address: str) -> None:
    """The places by the ends of addresses leave none out, and keep their order."""
    medicines = [
        ("https://a.example/fhir/Medication/m1", {"id": "m1"}),
        ("https://b.example/fhir/Medication/m1", {"id": "m1"}),
        ("https://a.example/fhir/Medication/m2/_history/3", {"id": "m2"}),
        ("", {"id": "0b4f5c52-6a3e-4c0b-8a51-111111111111"}),
    ]
    entry = [
        {"fullUrl": url, "resource": {"resourceType": "Medication", **one}}
        for url, one in medicines
    ]
    file = {"resourceType": "Bundle", "type": "collection", "entry": entry}
    record = read_resources(json.dumps(file).encode())
    slowly = next((two for name, two in record.addresses if is_same(name, address)), None)
    assert stored(record, address) is slowly
