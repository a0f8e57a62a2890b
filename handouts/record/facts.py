"""Turn the resources of a record into entries that are all of one shape: `facts_of`.

What a status says is decided here: an entry is now, over, in doubt, or says nothing at all.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.record import fhir
from handouts.record.rules import (
    ALLERGY,
    CONDITION,
    DEVICE,
    MEDICATION,
    OBSERVATION,
    PROCEDURE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.record.fhir import CodedText, FhirCoding, FhirRecord


NOW, OVER, UNSURE, VOID = "now", "over", "unsure", "void"
"""What a status says: it is so, it was so, one cannot tell, or it is not so."""
_SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "http://hl7.org/fhir/sid/icd-10": "icd10-who",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10-cm",
    "http://www.whocc.no/atc": "atc",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://loinc.org": "loinc",
    "2.16.840.1.113883.6.96": "snomed",
    "2.16.840.1.113883.6.90": "icd10-cm",
    "2.16.840.1.113883.6.88": "rxnorm",
    "2.16.840.1.113883.6.1": "loinc",
}
_SOON = 1
"""Days by which an entry may be ahead of the calendar: zones differ."""


class FactCode(Struct, frozen=True):
    """A code of an entry; `system` is one of ours, or empty for another code system."""

    system: str
    code: str
    display: str


class RecordFact(Struct, frozen=True, kw_only=True):
    """One entry of a record."""

    kind: str
    id: str
    codes: tuple[FactCode, ...]
    text: str
    """Its own words; where it has none, those of its codes."""
    written: bool
    """It has words of its own."""
    status: str
    """As the record writes it."""
    state: str
    doubt: str = ""
    """Why one cannot tell, for UNSURE."""
    day: date | None = None
    routes: tuple[str, ...] = ()
    """Words from which the route may be told."""
    value: CodedText | None = None
    amount: float | None = None
    unit: str = ""

    @property
    def shown(self) -> str:
        """How the entry is called in a list."""
        if self.text:
            return self.text
        return next(
            (f"code {one.code}" for one in self.codes if one.code), "an entry without words"
        )


def facts_of(record: FhirRecord, today: date) -> Iterator[RecordFact]:
    """Return the entries of a record in its order, each with what its status says."""
    for kind, one in record.resources:
        fact: RecordFact | None = None
        if isinstance(one, fhir.Condition):
            fact = _condition(one)
        elif isinstance(one, fhir.AllergyIntolerance):
            fact = _allergy(one)
        elif isinstance(one, fhir.MedicationUse):
            fact = _medication(one, kind, record)
        elif isinstance(one, fhir.Observation):
            fact = _observation(one)
        elif isinstance(one, fhir.Procedure):
            fact = _procedure(one)
        elif isinstance(one, fhir.Device):
            fact = _device(one)
        if fact is not None:
            yield _not_ahead(fact, today)


def plain_code(text: CodedText) -> str:
    """Return the first code of a status, in small letters."""
    found = next((one.code for one in text.coding if one.code), "") or ""
    return found.strip().casefold()


def codes_of(*texts: CodedText) -> tuple[FactCode, ...]:
    """Return the codes of some texts, each with the name of its code system."""
    return tuple(_code(one) for text in texts for one in text.coding if one.code)


def _code(coding: FhirCoding) -> FactCode:
    system = (coding.system or "").strip().removeprefix("urn:oid:").rstrip("/")
    return FactCode(_SYSTEMS.get(system, ""), (coding.code or "").strip(), _line(coding.display))


def _line(text: str | None) -> str:
    """Return words on one line, without signs that a terminal would obey."""
    return " ".join("".join(one if one.isprintable() else " " for one in text or "").split())[:200]


def words_in(*texts: CodedText) -> str:
    """Return the own words of the first text that has some, or those of its codes."""
    own = (_line(text.text) for text in texts)
    shown = (_line(one.display) for text in texts for one in text.coding)
    return next((one for one in (*own, *shown) if one), "")


def _day(*texts: str | None) -> date | None:
    """Return the first date that is given; a year or a month counts from its first day."""
    for text in texts:
        if not text:
            continue
        part = text.strip()[:10]
        full = part + "-01-01"[len(part) - 4 :] if len(part) in (4, 7) else part
        try:
            return date.fromisoformat(full)
        except ValueError:
            continue
    return None


def _not_ahead(fact: RecordFact, today: date) -> RecordFact:
    """An entry whose day is still to come cannot be told."""
    if fact.day is None or (fact.day - today).days <= _SOON or fact.state == VOID:
        return fact
    return replace(fact, state=UNSURE, doubt="its date is still to come")


def _verified(text: CodedText) -> tuple[str, str]:
    """Say what a verification status does: the state, or a doubt."""
    code = plain_code(text)
    if code in {"refuted", "entered-in-error"}:
        return VOID, code
    if code in {"unconfirmed", "provisional", "differential"}:
        return UNSURE, code
    return "", ""


def _clinical(text: CodedText, verification: CodedText, *, ended: bool) -> tuple[str, str, str]:
    """Return status, state and doubt of a condition or an allergy."""
    code, (state, doubt) = plain_code(text), _verified(verification)
    status = ", ".join(one for one in (code, plain_code(verification)) if one)
    if state:
        return status, state, f"it is {doubt}"
    if code in {"resolved", "inactive", "remission"}:
        return status, OVER, ""
    if code not in {"active", "recurrence", "relapse"}:
        return status, UNSURE, "the record does not say whether it is active"
    if ended:
        return status, UNSURE, "it is active, and has an end"
    return status, NOW, ""


def _fact(
    kind: str, name: str | None, standing: tuple[str, str, str], day: date | None, *said: CodedText
) -> RecordFact:
    """Return an entry with what all kinds have.

    `standing`: status, state and doubt; `said`: what it is, by its codes, then what else names it.
    """
    status, state, doubt = standing
    return RecordFact(
        kind=kind,
        id=name or "",
        codes=codes_of(*said),
        text=words_in(*said),
        written=bool(said[0].text),
        status=status,
        state=state,
        doubt=doubt,
        day=day,
    )


def _condition(one: fhir.Condition) -> RecordFact:
    ended = one.abatement_date_time or one.abatement_string or one.abatement_age
    standing = _clinical(
        one.clinical_status,
        one.verification_status,
        ended=bool(ended or one.abatement_period),
    )
    day = _day(one.onset_date_time, one.onset_period.start, one.recorded_date)
    return _fact(CONDITION, one.id, standing, day, one.code)


def _allergy(one: fhir.AllergyIntolerance) -> RecordFact:
    substances = tuple(reaction.substance for reaction in one.reaction)
    standing = _clinical(one.clinical_status, one.verification_status, ended=False)
    day = _day(one.recorded_date, one.onset_date_time)
    return _fact(ALLERGY, one.id, standing, day, one.code, *substances)


def _medication(one: fhir.MedicationUse, kind: str, record: FhirRecord) -> RecordFact:
    medicine, form = _medicine(one, record)
    status = (one.status or "").casefold()
    standing = (status or f"{kind} without a status", *_taken(status, one))
    routes = [dosage.route for dosage in (*one.dosage_instruction, *one.dosage)]
    words = [words_in(form), *(words_in(route) for route in routes), words_in(medicine)]
    words += [_line(coding.display) for coding in medicine.coding]
    day = _day(
        one.authored_on, one.effective_date_time, one.effective_period.start, one.date_asserted
    )
    fact = _fact(MEDICATION, one.id, standing, day, medicine)
    named = fact.text or _line((one.medication_reference or fhir.Reference()).display)
    return replace(fact, text=named, routes=tuple(one for one in words if one))


def _taken(status: str, one: fhir.MedicationUse) -> tuple[str, str]:
    """Say whether a medicine is taken: state and doubt."""
    if one.do_not_perform or status in {"entered-in-error", "draft", "not-taken"}:
        return VOID, ""
    if status in {"stopped", "completed", "cancelled"}:
        return OVER, ""
    if status not in {"active", "intended"}:
        return UNSURE, "the record does not say whether it is taken now"
    if one.intent in {"proposal", "option"}:
        return UNSURE, "it is only a proposal"
    return NOW, ""


def _medicine(one: fhir.MedicationUse, record: FhirRecord) -> tuple[CodedText, CodedText]:
    """Return the code and the form of a medicine, which may stand elsewhere or nowhere."""
    if one.medication_codeable_concept:
        return one.medication_codeable_concept, fhir.CodedText()
    address = (one.medication_reference or fhir.Reference()).reference or ""
    found: fhir.Resource | None
    if address.startswith("#"):
        found = fhir.contained_medication(one.contained, address[1:])
    else:
        found = next((two for name, two in record.addresses if is_same(name, address)), None)
    if isinstance(found, fhir.Medication):
        return found.code, found.form
    return fhir.CodedText(), fhir.CodedText()


def is_same(name: str, address: str) -> bool:
    """Tell whether a reference leads to a resource; one of both may have a server before it."""
    if not name or not address:
        return False
    ends = "/".join(address.partition("/_history/")[0].split("/")[-2:])
    return name == address or (":" not in ends and "/".join(name.split("/")[-2:]) == ends)


def _observation(one: fhir.Observation) -> RecordFact:
    status = (one.status or "").casefold()
    state = NOW if status in {"final", "amended", "corrected"} else VOID
    if status in {"preliminary", "registered", ""}:
        state = UNSURE
    standing = (status, state, "it is not final" if state == UNSURE else "")
    day = _day(
        one.effective_date_time, one.effective_instant, one.effective_period.start, one.issued
    )
    quantity = one.value_quantity or fhir.Quantity()
    return replace(
        _fact(OBSERVATION, one.id, standing, day, one.code),
        value=one.value_codeable_concept,
        amount=None if quantity.comparator else quantity.value,
        unit=(quantity.code or quantity.unit or "").strip().casefold(),
    )


def _procedure(one: fhir.Procedure) -> RecordFact:
    status = (one.status or "").casefold()
    state = NOW if status in {"completed", "in-progress"} else UNSURE
    if status in {"not-done", "entered-in-error"}:
        state = VOID
    doubt = "the record does not say whether it was done" if state == UNSURE else ""
    day = _day(one.performed_date_time, one.performed_period.start)
    return _fact(PROCEDURE, one.id, (status, state, doubt), day, one.code)


def _device(one: fhir.Device) -> RecordFact:
    status = (one.status or "").casefold()
    state = {"active": NOW, "inactive": OVER, "entered-in-error": VOID}.get(status, UNSURE)
    doubt = "the record does not say whether it is in use" if state == UNSURE else ""
    fact = _fact(DEVICE, one.id, (status, state, doubt), None, one.type)
    names = (_line(name.name) for name in one.device_name)
    return replace(fact, text=fact.text or next((name for name in names if name), ""))
