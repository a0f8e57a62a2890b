"""Tell whose record it is, and refuse one of the dead, or of two people: `patient_of`."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

from handouts.errors import Fault, SelectionError
from handouts.record.facts import is_same
from handouts.record.fhir import Patient

if TYPE_CHECKING:
    from handouts.record.bundle import FhirRecord
    from handouts.record.fhir import Reference
    from handouts.record.proposals import RecordReading


_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir"})
_BY_NUMBER = "Patient?identifier="
"""How a reference begins that names a patient by a number, not by an address."""


def patient_of(record: FhirRecord) -> Patient | None:
    """Return the patient, if the file has one; raises SelectionError.

    A patient whom an entry holds itself counts where the file has no other.
    """
    patients = [one for _, one in record.resources if isinstance(one, Patient)]
    people = {one.id or "" for one in patients}
    if len(people) > 1 or (len(patients) > 1 and people == {""}):
        _refuse_people()
    patient = next(iter((*patients, *record.held)), None)
    if any(one.deceased_boolean or one.deceased_date_time for one in (*patients, *record.held)):
        message = "the record says that the patient has died"
        hint = "look whether this is the right record; no leaflet is made from it"
        raise SelectionError(Fault(message=message, hint=hint, about="fhir"))
    if patient is not None and any(_differ(patient, one) for one in (*patients, *record.held)):
        _refuse_people()
    _refuse_strangers(record, patients[0] if patients else None)
    return patient


def refuse_other_name(reading: RecordReading, name: str) -> None:
    """Raise SelectionError where the name that was typed is none of the record's.

    Every word that was typed must be in one of its names. Neither name is repeated.
    """
    typed = _name_words(name) - _TITLES
    if typed and reading.names and not any(typed <= one for one in reading.names):
        message = "the record is of somebody with another name than the one you typed"
        hint = "open the record of this patient, or mend the name"
        raise SelectionError(Fault(message=message, hint=hint, about="name"))


def id_of(record: FhirRecord, patient: Patient | None) -> str:
    """Return the id of the patient: their own, else the one by which all entries call them."""
    if patient is not None:
        return patient.id or ""
    about = [_address(one).partition("/_history/")[0].split("/") for one in _references(record)]
    return next((one[-1] for one in about if one[-2:-1] == ["Patient"]), "")


def names_of(patient: Patient | None) -> tuple[frozenset[str], ...]:
    """Return the words of each name of a patient."""
    names = patient.name if patient else ()
    words = (_name_words(" ".join((one.text or "", one.family or "", *one.given))) for one in names)
    return tuple(one for one in words if one)


def _differ(one: Patient, other: Patient) -> bool:
    """Tell whether two patients cannot be the same: another birthday, or no name in common."""
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        return True
    names, others = names_of(one), names_of(other)
    return bool(names and others) and not any(a <= b or b <= a for a in names for b in others)


# ------------------------------------------------------------------ entries about somebody else
def _refuse_strangers(record: FhirRecord, patient: Patient | None) -> None:
    """Refuse entries that are about somebody else, or about several people."""
    references = _references(record)
    about = {address for one in references if (address := _address(one))}
    if patient is not None:
        own = [name for name, one in record.addresses if one is patient]
        if own and any(not any(is_same(name, one) for name in own) for one in about):
            _refuse_people()
    elif len({_last(one) for one in about}) > 1:
        _refuse_people()
    _refuse_numbers(references, patient)


def _refuse_numbers(references: list[Reference], patient: Patient | None) -> None:
    """Refuse entries that name people by numbers of one kind that are not the same."""
    own: dict[str, set[str]] = {}
    for one in patient.identifier if patient else ():
        own.setdefault(one.system or "", set()).add(one.value or "")
    seen: dict[str, str] = {}
    for system, value in filter(None, map(_number, references)):
        if value not in own.get(system, {value}) or seen.setdefault(system, value) != value:
            _refuse_people()


def _references(record: FhirRecord) -> list[Reference]:
    resources = (one for _, one in record.resources)
    past = (one.resource for one in record.older)
    return [two for one in (*resources, *past) if (two := one.subject or one.patient)]


def _number(one: Reference) -> tuple[str, str] | None:
    """Return the number by which a reference names somebody."""
    address = unquote(one.reference or "")
    if address.startswith(_BY_NUMBER):
        system, _, value = address.removeprefix(_BY_NUMBER).rpartition("|")
        return system, value
    known = one.identifier
    return (known.system or "", known.value) if known.value else None


def _address(one: Reference) -> str:
    address = one.reference or ""
    if address.startswith((_BY_NUMBER, "Group/", "Location/", "Device/", "#")):
        return ""
    return address


def _last(address: str) -> str:
    return address.partition("/_history/")[0].rpartition("/")[2]


def _refuse_people() -> None:
    message = "the record is about more than one person"
    hint = "export the record of one patient, and nothing else"
    raise SelectionError(Fault(message=message, hint=hint, about="fhir"))


def _name_words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name.casefold().replace("'", "").replace("’", ""))
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    split = "".join(one if one.isalnum() else " " for one in letters).split()
    return frozenset(split)
