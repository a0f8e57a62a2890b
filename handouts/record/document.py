"""Write a leaflet as FHIR resources, to be filed in a record: `file_leaflet`.

Nothing is sent: the caller writes the bytes, and a person or a program files them.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from handouts.errors import Fault, RequestError, shorten
from handouts.record.fhir import UNREADABLE

if TYPE_CHECKING:
    from datetime import date, datetime


LOINC = "http://loinc.org"
EDUCATION = "34895-3"
"""LOINC: Education note."""
GIVEN = ("445283009", "Provision of educational material (procedure)")
"""SNOMED CT, in the Global Patient Set."""
RECIPES = "urn:handouts:recipe"
"""The system of the code at the foot of a page."""
_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
_REFERENCE = re.compile(
    r"(?:https?://[^\s|#?]{1,400}/)?(?P<kind>[A-Z][A-Za-z]{1,40})/(?P<id>[A-Za-z0-9.-]{1,64})"
)
_MOST_BYTES = 40_000_000
"""Of an earlier document; its PDF stands in it as base64."""


class FiledLeaflet(Struct, frozen=True, kw_only=True):
    """What a document says of a leaflet."""

    pdf: bytes
    title: str
    language: str
    code: str
    """The recipe code at its foot."""
    draft: bool
    on: date
    """The date on its pages."""
    made: datetime
    """With its zone."""
    service: str = ""
    patient: str = ""
    """Whose it is, such as `Patient/12`; empty: not said."""
    replaces: EarlierDocument | None = None
    given: bool = False
    """A Communication goes with it: the leaflet is given to the patient."""


class EarlierDocument(Struct, frozen=True, kw_only=True):
    """A document that a new one replaces."""

    reference: str = ""
    """Where a server has it; empty: `uuid` is all that is known."""
    uuid: str = ""
    patient: str = ""


def file_leaflet(leaflet: FiledLeaflet) -> bytes:
    """Return a DocumentReference as JSON; with `given`, a transaction that has both resources.

    Raises RequestError where it would replace the document of another patient.
    """
    _refuse_another(leaflet)
    own = _uuid(hashlib.sha256(leaflet.pdf).hexdigest(), leaflet.patient, leaflet.made.isoformat())
    document = _document(leaflet, own)
    if not leaflet.given:
        return _written(document)
    entries = ((own, document), (_uuid(own, "given"), _communication(leaflet, own)))
    return _written(
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {
                    "fullUrl": url,
                    "resource": one,
                    "request": {"method": "POST", "url": one["resourceType"]},
                }
                for url, one in entries
            ],
        }
    )


def patient_reference(text: str) -> str:
    """Return a reference to a patient as it was typed; raises RequestError for anything else."""
    found = _REFERENCE.fullmatch(text)
    if not found or found["kind"] != "Patient":
        message = f"`{shorten(text)}` is no reference to a patient"
        raise RequestError(Fault(message=message, hint="write it as Patient/12", about="patient"))
    return text


def earlier_document(text: str, raw: bytes | None) -> EarlierDocument:
    """Return what is replaced: a reference as typed, or the file with these bytes.

    Raises RequestError for what is neither.
    """
    if raw is None:
        found = _REFERENCE.fullmatch(text)
        if not found or found["kind"] != "DocumentReference":
            message = f"`{shorten(text)}` is no reference to a document, and no file"
            hint = "write it as DocumentReference/12, or name the file of the earlier one"
            raise RequestError(Fault(message=message, hint=hint, about="replaces"))
        return EarlierDocument(reference=text)
    try:
        if len(raw) > _MOST_BYTES:
            raise _no_document(text)
        found_file = _earlier_in(msgspec.json.decode(raw, type=_Earlier | _EarlierBundle))
    except UNREADABLE:
        raise _no_document(text) from None
    if found_file is None:
        raise _no_document(text)
    return found_file


# ------------------------------------------------------------------ the resources
def _uuid(*parts: str) -> str:
    """Return an identifier that no other leaflet has, nor the same one made for somebody else."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(parts))}"


def _document(leaflet: FiledLeaflet, own: str) -> dict[str, Any]:
    title = leaflet.title
    draft = "DRAFT: not approved by a clinician. " if leaflet.draft else ""
    who = {"display": leaflet.service} if leaflet.service else None
    document = {
        "resourceType": "DocumentReference",
        "language": leaflet.language,
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": own},
        "identifier": [{"system": RECIPES, "value": leaflet.code}],
        "status": "current",
        "docStatus": "preliminary" if leaflet.draft else "final",
        "type": _concept(LOINC, EDUCATION, "Education note"),
        "category": [_concept(_CATEGORY, "clinical-note", "Clinical Note")],
        "subject": _whose(leaflet),
        "date": leaflet.made.isoformat(timespec="seconds"),
        "author": [who] if who else None,
        "custodian": who,
        "relatesTo": _relates(leaflet.replaces),
        "description": f"{draft}{title}",
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "language": leaflet.language,
                    "data": base64.b64encode(leaflet.pdf).decode(),
                    "size": len(leaflet.pdf),
                    "hash": _hash(leaflet.pdf),
                    "title": title,
                    "creation": leaflet.on.isoformat(),
                }
            }
        ],
        "context": {"event": [_concept("http://snomed.info/sct", *GIVEN)]},
    }
    return _lean(document)


def _communication(leaflet: FiledLeaflet, document: str) -> dict[str, Any]:
    """Return what says that the leaflet is given; a draft is not, so it is only in preparation."""
    category = "http://terminology.hl7.org/CodeSystem/communication-category"
    patient = _whose(leaflet)
    communication = {
        "resourceType": "Communication",
        "status": "preparation" if leaflet.draft else "completed",
        "category": [_concept(category, "instruction", "Instruction")],
        "subject": patient,
        "topic": _concept("http://snomed.info/sct", *GIVEN),
        "sent": None if leaflet.draft else leaflet.made.isoformat(timespec="seconds"),
        "recipient": [patient] if patient else None,
        "reasonCode": [_concept("http://snomed.info/sct", *GIVEN)],
        "payload": [{"contentReference": {"reference": document, "display": leaflet.title}}],
    }
    return _lean(communication)


def _whose(leaflet: FiledLeaflet) -> dict[str, str] | None:
    """Return whose it is: as said, else the patient of the document that it replaces."""
    name = leaflet.patient or (leaflet.replaces.patient if leaflet.replaces else "")
    return {"reference": name} if name else None


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _hash(content: bytes) -> str:
    """Return the SHA-1 of bytes as base64 of its own bytes, not of its digits, as FHIR has it."""
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def _relates(earlier: EarlierDocument | None) -> list[dict[str, Any]] | None:
    if earlier is None:
        return None
    target: dict[str, Any] = {"reference": earlier.reference}
    if not earlier.reference:
        identifier = {"system": "urn:ietf:rfc:3986", "value": earlier.uuid}
        target = {"type": "DocumentReference", "identifier": identifier}
    return [{"code": "replaces", "target": target}]


def _lean(record: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not said: FHIR has no null and no empty text."""
    return {key: value for key, value in record.items() if value is not None}


def _written(record: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


# ------------------------------------------------------------------ what is replaced
class _Identifier(Struct):
    value: str = ""


class _Coding(Struct):
    system: str = ""
    code: str = ""


class _Concept(Struct):
    coding: list[_Coding] = []


class _Subject(Struct):
    reference: str = ""


class _Earlier(Struct, tag_field="resourceType", tag="DocumentReference", rename="camel"):
    id: str = ""
    master_identifier: _Identifier = msgspec.field(default_factory=_Identifier)
    type: _Concept = msgspec.field(default_factory=_Concept)
    subject: _Subject = msgspec.field(default_factory=_Subject)


class _Entry(Struct):
    resource: msgspec.Raw = msgspec.Raw()


class _EarlierBundle(Struct, tag_field="resourceType", tag="Bundle"):
    entry: list[_Entry] = []


def _earlier_in(record: _Earlier | _EarlierBundle) -> EarlierDocument | None:
    """Return the leaflet that a file holds; None where it holds none, or several."""
    if isinstance(record, _Earlier):
        kinds = {(one.system, one.code) for one in record.type.coding}
        known = record.id or record.master_identifier.value
        if (LOINC, EDUCATION) not in kinds or not known:
            return None
        return EarlierDocument(
            reference=f"DocumentReference/{record.id}" if record.id else "",
            uuid=record.master_identifier.value,
            patient=record.subject.reference,
        )
    found = []
    for one in record.entry:
        try:
            found.append(_earlier_in(msgspec.json.decode(one.resource, type=_Earlier)))
        except UNREADABLE:
            continue  # the Communication beside it
    return found[0] if len(found) == 1 else None


def _refuse_another(leaflet: FiledLeaflet) -> None:
    earlier = leaflet.replaces
    if (
        earlier
        and earlier.patient
        and leaflet.patient
        and _last(earlier.patient) != _last(leaflet.patient)
    ):
        message = "the earlier document is of another patient"
        hint = "name the document of this patient, or leave --replaces out"
        raise RequestError(Fault(message=message, hint=hint, about="replaces"))


def _last(reference: str) -> str:
    return reference.partition("/_history/")[0].rpartition("/")[2]


def _no_document(text: str) -> RequestError:
    message = f"`{shorten(text)}` holds no document of a leaflet"
    hint = "name the file that --document-reference wrote, or write DocumentReference/12"
    return RequestError(Fault(message=message, hint=hint, about="replaces"))
