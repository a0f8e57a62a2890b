"""Read what a record system asks by HL7 Infobutton, and put it as FHIR: `read_enquiry`.

Parameters that may tell who somebody is are not even looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from handouts.errors import Fault, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable


MAIN = "mainSearchCriteria"
_CODE, _SYSTEM, _NAME, _TEXT = "c", "cs", "dn", "ot"
_PARTS = (_CODE, _SYSTEM, _NAME, _TEXT)
_MOST_LETTERS = 400
_SPELT = re.compile(r"\.[vc]\.(c|cs|dn|ot|v|u)$")
"""How a part of a parameter is spelt: `.v.c` in the guide, `.c.c` in some systems."""
_NAMES_OF_SYSTEMS = {
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "snomedct": "http://snomed.info/sct",
    "snomed": "http://snomed.info/sct",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
    "loinc": "http://loinc.org",
}
"""What stands in place of an OID in real requests."""
_MEDICINES = frozenset({
    "http://www.nlm.nih.gov/research/umls/rxnorm", "2.16.840.1.113883.6.88",
    "http://www.whocc.no/atc", "2.16.840.1.113883.6.73", "2.16.840.1.113883.6.69",
})  # fmt: skip
_LOINC = frozenset({"http://loinc.org", "2.16.840.1.113883.6.1"})
_USED = frozenset({
    "informationrecipient", "performer", "knowledgeresponsetype", "age", "observation",
    "mainsearchcriteria", "informationrecipient.languagecode",
})  # fmt: skip


class CodeWords(Struct, frozen=True, kw_only=True):
    """A code that is asked about, and the words beside it."""

    code: str = ""
    system: str = ""
    name: str = ""
    text: str = ""

    @property
    def words(self) -> str:
        """The words for people."""
        return self.text or self.name


class Enquiry(Struct, frozen=True, kw_only=True):
    """What a record system asks."""

    main: CodeWords
    observation: CodeWords | None
    amount: float | None
    unit: str
    years: int | None
    """The age of the patient."""
    language: str
    patient_reads: bool
    """No professional opens the answer, but the patient."""
    kind: str
    """The media type that is wanted."""
    unused: tuple[str, ...]
    """The names of parameters that change nothing."""

    def resources(self) -> bytes:
        """Return what is asked about as FHIR resources; their status is not known."""
        found = [_resource(self.main, None, "")]
        if self.observation:
            found.append(_resource(self.observation, self.amount, self.unit))
        return msgspec.json.encode(found)


def read_enquiry(pairs: Iterable[tuple[str, str]]) -> Enquiry:
    """Read the parameters of a request; raises RequestError for one that is missing or twice."""
    found: dict[str, str] = {}
    spelt: dict[str, str] = {}
    for name, value in pairs:
        key = _SPELT.sub(r".v.\1", name.strip().casefold())
        if key in found:
            raise RequestError(Fault(message=f"`{shorten(name.strip())}` stands twice"))
        if len(value) > _MOST_LETTERS and key.startswith(tuple(_USED)):
            raise RequestError(Fault(message=f"`{shorten(name.strip())}` is too long"))
        found[key] = value.strip()
        spelt[key] = shorten(name.strip())
    main = _words(found, MAIN.casefold())
    if not (main.code or main.words):
        message = f"`{MAIN}` is missing: there is nothing to look for"
        raise RequestError(Fault(message=message, hint=f"send {MAIN}.v.c with {MAIN}.v.cs"))
    observed = _words(found, "observation")
    recipient = found.get("informationrecipient", "").upper()
    return Enquiry(
        main=main,
        observation=observed if observed.code else None,
        amount=_number(found.get("observation.v.v", "")),
        unit=found.get("observation.v.u", ""),
        years=_years(found.get("age.v.v", ""), found.get("age.v.u", "")),
        language=found.get("informationrecipient.languagecode.c", ""),
        patient_reads=recipient == "PAT" and found.get("performer", "").upper() != "PROV",
        kind=found.get("knowledgeresponsetype", ""),
        unused=tuple(name for key, name in spelt.items() if not _is_used(key)),
    )


def _is_used(key: str) -> bool:
    return key in _USED or key.rsplit(".v.", 1)[0] in _USED or key.endswith(".languagecode.c")


def _words(found: dict[str, str], name: str) -> CodeWords:
    code, system, display, text = (found.get(f"{name}.v.{part}", "") for part in _PARTS)
    folded = re.sub(r"[^a-z0-9]", "", system.casefold())
    return CodeWords(
        code=code, system=_NAMES_OF_SYSTEMS.get(folded, system), name=display, text=text
    )


def _resource(one: CodeWords, amount: float | None, unit: str) -> dict[str, Any]:
    coding = {"system": one.system, "code": one.code, "display": one.name}
    concept: dict[str, Any] = {"text": one.words} if one.words else {}
    if one.code:
        concept["coding"] = [{key: value for key, value in coding.items() if value}]
    if one.system in _MEDICINES:
        return {"resourceType": "MedicationStatement", "medicationCodeableConcept": concept}
    if one.system in _LOINC or amount is not None:
        value = {"valueQuantity": {"value": amount, "unit": unit}} if amount is not None else {}
        return {"resourceType": "Observation", "code": concept, **value}
    return {"resourceType": "Condition", "code": concept}


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text, re.ASCII) else None


def _years(text: str, unit: str) -> int | None:
    """Return an age in whole years; the units are those of UCUM, years where none is told."""
    number = _number(text)
    a_year = {"": 1, "a": 1, "mo": 12, "wk": 52.18, "d": 365.25}.get(unit.strip().casefold())
    return int(number / a_year) if number is not None and a_year else None
