"""FHIR resources for tests, in few words: `reading_of`, `condition`, `medicine`."""

import json
import zlib
from datetime import date
from functools import cache
from typing import Any

from handouts.content.library import Library
from handouts.content.load import content_folder
from handouts.record.load import load_record_rules
from handouts.record.proposals import RecordReading
from handouts.record.read import read_record
from handouts.record.rules import RecordRules
from tests.support.leaflets import publisher

DAY = date(2026, 11, 22)
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ATC = "http://www.whocc.no/atc"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
Json = dict[str, Any]


def library() -> Library:
    """Return the content that ships, read once."""
    return publisher().library


@cache
def rules() -> RecordRules:
    """Read the rules that ship."""
    return load_record_rules(library(), content_folder())


def reading_of(*resources: Json, day: date = DAY) -> RecordReading:
    """Read resources as one bundle, each of them another one."""
    entries = [
        {"resource": one, "fullUrl": f"https://ehr.example/{place}/{one.get('id', '')}"}
        for place, one in enumerate(resources)
    ]
    raw = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    return read_record(library(), rules(), raw.encode(), day)


def proposed(reading: RecordReading) -> set[str]:
    """List what a record proposes."""
    return {one.id for one in reading.proposals if one.proposes}


def asked(reading: RecordReading) -> set[str]:
    """List what a record only asks about."""
    return {one.id for one in reading.proposals if not one.proposes}


def concept(system: str, code: str, display: str = "") -> Json:
    """Write a CodeableConcept."""
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]}


def _id(kind: str, about: object) -> str:
    """Return an id: two entries with one id would be two versions of one entry."""
    return f"{kind}{zlib.crc32(json.dumps(about).encode())}"


def condition(
    code: Json, status: str | None = "active", sure: str = "confirmed", on: str = "2026-10-01"
) -> Json:
    """Write a condition."""
    clinical = {"clinicalStatus": {"coding": [{"code": status}]}} if status else {}
    return {
        "resourceType": "Condition",
        "id": _id("c", code),
        "verificationStatus": {"coding": [{"code": sure}]},
        "code": code,
        "recordedDate": on,
        **clinical,
    }


def medicine(
    text: str, status: str = "active", code: str = "1", system: str = RXNORM, on: str = "2026-10-01"
) -> Json:
    """Write a prescription."""
    return {
        "resourceType": "MedicationRequest",
        "id": _id("m", text),
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": concept(system, code, text),
        "authoredOn": on,
    }


def allergy(code: Json, sure: str = "confirmed") -> Json:
    """Write an allergy."""
    return {
        "resourceType": "AllergyIntolerance",
        "id": _id("a", code),
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": sure}]},
        "code": code,
    }


def patient(**others: object) -> Json:
    """Write a patient."""
    name = [{"family": "Müller-Silva", "given": ["Ana", "Rosa"]}]
    return {"resourceType": "Patient", "id": "p1", "name": name, "birthDate": "1950-02-03"} | others
