"""Turn the resources of a record into entries that are all of one shape: `facts_of`.

What a status says is decided here: an entry is now, over, in doubt, or says nothing at all.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.record import fhir
from handouts.record.bundle import end_of, held_medicine, names_of
from handouts.record.rules import (
    ALLERGY,
    CONDITION,
    DEVICE,
    MEDICATION,
    OBSERVATION,
    PROCEDURE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.record.bundle import FhirRecord
    from handouts.record.fhir import CodedText, FhirCoding


NOW, OVER, UNSURE, VOID = "now", "over", "unsure", "void"
"""What a status says: it is so, it was so, one cannot tell, or it is not so."""
SEVERAL = "the file has several versions of it, and does not say which is the newest"
_SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "http://hl7.org/fhir/sid/icd-10": "icd10-who",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10-cm",
    "http://www.whocc.no/atc": "atc",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://loinc.org": "loinc",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": "icd10-national",
    "http://fhir.de/CodeSystem/dimdi/icd-10-gm": "icd10-national",
    "http://hl7.org/fhir/sid/icd-10-de": "icd10-national",
    "http://hl7.org/fhir/sid/icd-10-nl": "icd10-national",
    "http://fhir.de/CodeSystem/bfarm/atc": "atc-national",
    "http://fhir.de/CodeSystem/dimdi/atc": "atc-national",
    "2.16.840.1.113883.6.96": "snomed",
    "2.16.840.1.113883.6.3": "icd10-who",
    "2.16.840.1.113883.6.90": "icd10-cm",
    "2.16.840.1.113883.6.73": "atc",
    "2.16.840.1.113883.6.88": "rxnorm",
    "2.16.840.1.113883.6.1": "loinc",
}
_SAY_NOTHING = ("nullflavor", "data-absent-reason", "2.16.840.1.113883.5.1008")
"""How code systems end that only say why there is no code."""
_VOID = frozenset({"refuted", "entered-in-error"})
_DOUBTFUL = frozenset({"unconfirmed", "provisional", "differential"})
_ENDED = frozenset({"resolved", "inactive", "remission"})
_GOES_ON = frozenset({"active", "recurrence", "relapse"})
_CLINICAL = _ENDED | _GOES_ON
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
    words: tuple[str, ...]
    """All words of its own and of its codes."""
    status: str
    """As the record writes it."""
    state: str
    doubt: str = ""
    """Why one cannot tell, for UNSURE."""
    day: date | None = None
    last: date | None = None
    """The last day that it may be of, where the record has a year or a month only."""
    remarks: tuple[str, ...] = ()
    """Other words that may say that it is not so, such as how a medicine is taken."""
    routes: tuple[str, ...] = ()
    """Words from which the route may be told."""
    value: CodedText | None = None
    amount: float | None = None
    comparator: str = ""
    """Before the amount, where it is a bound: `<`, `<=`, `>` or `>=`."""
    unit: str = ""
    written: str = ""
    """What was observed, where it is words."""

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
        fact = _fact_of(kind, one, record, today)
        if fact is None:
            continue
        if one.modifier_extension and fact.state != VOID:
            doubt = "it has a modifier that is not known here"
            fact = replace(fact, state=UNSURE, doubt=doubt)
        if fact.state != VOID and record.unclear and _is_unclear(kind, one, record):
            fact = replace(fact, state=UNSURE, doubt=SEVERAL)
        fact = _not_ahead(fact, today)
        yield fact
        for part in one.component if isinstance(one, fhir.Observation) else ():
            yield _part_of(fact, part)


def _fact_of(kind: str, one: fhir.Resource, record: FhirRecord, today: date) -> RecordFact | None:
    fact: RecordFact | None = None
    if isinstance(one, fhir.Condition):
        fact = _condition(one, today)
    elif isinstance(one, fhir.AllergyIntolerance):
        fact = _allergy(one)
    elif isinstance(one, fhir.MedicationUse):
        fact = _medication(one, kind, record, today)
    elif isinstance(one, fhir.Observation):
        fact = _observation(one)
    elif isinstance(one, fhir.Procedure):
        fact = _procedure(one)
    elif isinstance(one, fhir.Device):
        fact = _device(one)
    return fact


def _is_unclear(kind: str, one: fhir.Resource, record: FhirRecord) -> bool:
    """Tell whether an entry, or the medicine that it leads to, is there in several versions."""
    names = [f"{kind}/{one.id}"] if one.id else []
    if isinstance(one, fhir.MedicationUse) and one.medication_reference:
        found = stored(record, one.medication_reference.reference or "")
        names += [f"Medication/{found.id}"] if found and found.id else []
    return any(name in record.unclear for name in names)


def _status_of(text: CodedText, known: frozenset[str]) -> str:
    """Return the code of a status, in small letters: one that is known, if there is one."""
    said = [(one.code or "").strip().casefold() for one in text.coding]
    said = [*(one for one in said if one), (text.text or "").strip().casefold()]
    return next((one for one in said if one in known), said[0])


def codes_of(*texts: CodedText) -> tuple[FactCode, ...]:
    """Return the codes of some texts, each with the name of its code system.

    A code without a system means nothing, and some only say why there is none.
    """
    found = (_code(one) for text in texts for one in text.coding if one.code and one.system)
    return tuple(one for one in found if one)


def _code(coding: FhirCoding) -> FactCode | None:
    system = (coding.system or "").strip().removeprefix("urn:oid:").rstrip("/")
    system = system.replace("https://", "http://", 1)
    if system.casefold().endswith(_SAY_NOTHING):
        return None
    if system.startswith("http://snomed.info/sct/"):  # an edition of SNOMED CT
        system = "http://snomed.info/sct"
    return FactCode(_SYSTEMS.get(system, ""), (coding.code or "").strip(), _line(coding.display))


def _line(text: str | None) -> str:
    """Return words on one line, without signs that a terminal would obey."""
    return " ".join("".join(one if one.isprintable() else " " for one in text or "").split())[:200]


def words_in(*texts: CodedText) -> str:
    """Return the own words of the first text that has some, or those of its codes."""
    own = (_line(text.text) for text in texts)
    shown = (_line(one.display) for text in texts for one in text.coding)
    return next((one for one in (*own, *shown) if one), "")


def _all_words(*texts: CodedText) -> Iterator[str]:
    for text in texts:
        yield from (one for one in (text.text, *(it.display for it in text.coding)) if one)


_WRITTEN = re.compile(r"\s*([<>]=?)?\s*([0-9]{1,6}(?:\.[0-9]{1,4})?)\s*")
_DAYS = (
    (("d", "day", "days"), 1),
    (("wk", "w", "week", "weeks"), 7),
    (("mo", "month", "months"), 31),
)
"""Units in which it is told how long a medicine is taken; longer ones are not looked at."""
_LONGEST, _LAST_YEAR = 1000, 2900
Days = tuple[date | None, date | None]
"""The first and the last day that an entry may be of."""


def _day(*texts: str | None) -> Days:
    """Return the first date that is given; a year or a month may be any of its days."""
    for text in texts:
        part = (text or "").strip()[:10]
        try:
            if len(part) not in (4, 7):
                found = date.fromisoformat(part)
                return found, found
            first = date.fromisoformat(part + "-01-01"[len(part) - 4 :])
        except ValueError:
            continue
        month = 12 if len(part) == len("2026") else first.month
        return first, date(first.year, month, monthrange(first.year, month)[1])
    return None, None


def _is_past(day: Days, today: date) -> bool:
    return day[1] is not None and day[1] < today


def _not_ahead(fact: RecordFact, today: date) -> RecordFact:
    """An entry whose day is still to come cannot be told."""
    if fact.day is None or (fact.day - today).days <= _SOON or fact.state == VOID:
        return fact
    return replace(fact, state=UNSURE, doubt="its date is still to come")


def _verified(text: CodedText) -> tuple[str, str]:
    """Say what a verification status does: the state, or a doubt."""
    for state, known in ((VOID, _VOID), (UNSURE, _DOUBTFUL)):
        code = _status_of(text, known)
        if code in known:
            return state, code
    return "", ""


def _clinical(text: CodedText, verification: CodedText, *, ended: bool) -> tuple[str, str, str]:
    """Return status, state and doubt of a condition or an allergy."""
    code, (state, doubt) = _status_of(text, _CLINICAL), _verified(verification)
    verified = doubt or _status_of(verification, frozenset({"confirmed"}))
    status = ", ".join(one for one in (code, verified) if one)
    if state:
        return status, state, f"it is {doubt}"
    if code in _ENDED:
        return status, OVER, ""
    if code not in _GOES_ON:
        if ended:
            return f"{status}, with an end".removeprefix(", "), OVER, ""
        return status, UNSURE, "the record does not say whether it is active"
    if ended:
        return status, UNSURE, "it is active, and has an end"
    return status, NOW, ""


def _fact(
    kind: str, name: str | None, standing: tuple[str, str, str], day: Days, *said: CodedText
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
        words=tuple(_all_words(*said)),
        status=status,
        state=state,
        doubt=doubt,
        day=day[0],
        last=day[1],
    )


def _has_ended(one: fhir.Condition, today: date) -> bool:
    """Tell whether a condition has an end that is not still to come."""
    if _day(one.abatement_date_time)[1]:
        return _is_past(_day(one.abatement_date_time), today)
    if one.abatement_period:
        return not _day(one.abatement_period.end)[1] or _is_past(
            _day(one.abatement_period.end), today
        )
    others = (one.abatement_string, one.abatement_age, one.abatement_date_time)
    return any(others) or bool(bytes(one.abatement_range)) or bool(one.abatement_boolean)


def _condition(one: fhir.Condition, today: date) -> RecordFact:
    standing = _clinical(one.clinical_status, one.verification_status, ended=_has_ended(one, today))
    day = _day(one.onset_date_time, one.onset_period.start, one.recorded_date)
    return _fact(CONDITION, one.id, standing, day, one.code)


def _allergy(one: fhir.AllergyIntolerance) -> RecordFact:
    substances = tuple(reaction.substance for reaction in one.reaction)
    standing = _clinical(one.clinical_status, one.verification_status, ended=False)
    day = _day(one.recorded_date, one.onset_date_time)
    fact = _fact(ALLERGY, one.id, standing, day, one.code, *substances)
    named = (words_in(one.code), *(words_in(substance) for substance in substances))
    return replace(fact, text=_joined(": ", named))


def _medication(one: fhir.MedicationUse, kind: str, record: FhirRecord, today: date) -> RecordFact:
    medicine, form = _medicine(one, record)
    status = (one.status or "").casefold()
    dosages = (*one.dosage_instruction, *one.dosage)
    state, doubt = _taken(status, one)
    ends = [one.effective_period.end, *(it.timing.repeat.bounds_period.end for it in dosages)]
    begins = _day(one.authored_on, one.effective_date_time, one.effective_period.start)
    lasts = (_days_of(it.timing.repeat.bounds_duration) for it in dosages)
    is_over = any(days and _is_past(_after(begins, days), today) for days in lasts)
    if state == NOW and (is_over or any(_is_past(_day(end), today) for end in ends)):
        state, doubt = UNSURE, "it is active, and has an end"
    standing = (status or f"{kind} without a status", state, doubt)
    words = [words_in(form), *(words_in(one) for one in medicine)]
    words += [_line(coding.display) for one in medicine for coding in one.coding]
    for dosage in dosages:
        words += [words_in(dosage.route), *(it.code or "" for it in dosage.route.coding)]
    day = _day(
        one.authored_on, one.effective_date_time, one.effective_period.start, one.date_asserted
    )
    fact = _fact(MEDICATION, one.id, standing, day, *medicine)
    if not words_in(medicine[0]):  # what it holds tells what it is
        held = (words_in(one) for one in medicine[1:])
        fact = replace(fact, text=_joined(" / ", held))
    named = fact.text or _line((one.medication_reference or fhir.Reference()).display)
    remarks = tuple(line for it in dosages if (line := _line(it.text)))
    routes = tuple(one for one in words if one)
    return replace(fact, text=named, routes=routes, remarks=remarks)


def _days_of(length: fhir.Quantity | None) -> int:
    """Return how long a medicine is to be taken, in days; 0 where that is not told."""
    unit = ((length.code or length.unit or "") if length else "").strip().casefold()
    days = next((days for units, days in _DAYS if unit in units), 0)
    value = (length.value or 0) if length else 0
    return ceil(value * days) if 0 < value <= _LONGEST else 0


def _after(day: Days, days: int) -> Days:
    first, last = day
    return first, last + timedelta(days=days) if last and last.year < _LAST_YEAR else None


def _taken(status: str, one: fhir.MedicationUse) -> tuple[str, str]:
    """Say whether a medicine is taken: state and doubt."""
    never = one.do_not_perform or one.was_not_taken or one.taken == "n"
    if never or status in {"entered-in-error", "draft", "not-taken"}:
        return VOID, ""
    if status in {"stopped", "completed", "cancelled"}:
        return OVER, ""
    if status not in {"active", "intended"} or one.taken in {"unk", "na"}:
        return UNSURE, "the record does not say whether it is taken now"
    if one.intent in {"proposal", "option"}:
        return UNSURE, "it is only a proposal"
    return NOW, ""


def _medicine(
    one: fhir.MedicationUse, record: FhirRecord
) -> tuple[tuple[CodedText, ...], CodedText]:
    """Return the codes and the form of a medicine, which may stand elsewhere or nowhere."""
    if one.medication_codeable_concept:
        return (one.medication_codeable_concept,), fhir.CodedText()
    address = (one.medication_reference or fhir.Reference()).reference or ""
    own = address.startswith("#")
    found = held_medicine(one, address[1:]) if own else stored(record, address)
    if isinstance(found, fhir.Medication):
        return names_of(found), found.form
    return (fhir.CodedText(),), fhir.CodedText()


def stored(record: FhirRecord, address: str) -> fhir.Resource | None:
    """Return what a reference leads to, where the file has it."""
    ends = {end_of(address), end_of(_without_version(address))}
    places = sorted({place for end in ends for place in record.by_end.get(end, ())})
    named = (record.addresses[place] for place in places)
    return next((two for name, two in named if is_same(name, address)), None)


def is_same(name: str, address: str) -> bool:
    """Tell whether a reference leads to a resource; one of both may have a server before it."""
    if not name or not address:
        return False
    ends = end_of(_without_version(address))
    return name == address or (":" not in ends and end_of(name) == ends)


def _without_version(address: str) -> str:
    return address.partition("/_history/")[0]


def _observation(one: fhir.Observation) -> RecordFact:
    status = (one.status or "").casefold()
    state = NOW if status in {"final", "amended", "corrected"} else VOID
    if status in {"preliminary", "registered", ""}:
        state = UNSURE
    if one.focus:
        state, status = VOID, "that of somebody else"
    standing = (status, state, "it is not final" if state == UNSURE else "")
    day = _day(
        one.effective_date_time, one.effective_instant, one.effective_period.start, one.issued
    )
    return _with_value(_fact(OBSERVATION, one.id, standing, day, one.code), one)


def _with_value(fact: RecordFact, one: fhir.Observation | fhir.ObservedPart) -> RecordFact:
    """Add what was observed, of the whole or of a part."""
    quantity = one.value_quantity or _quantity_in(one.value_string or "")
    return replace(
        fact,
        value=one.value_codeable_concept,
        amount=quantity.value,
        comparator=(quantity.comparator or "").strip(),
        written=_line(one.value_string),
        unit=(quantity.code or quantity.unit or "").strip().casefold(),
    )


def _part_of(whole: RecordFact, part: fhir.ObservedPart) -> RecordFact:
    """Return what was observed together with other things; its day and status are the whole's."""
    standing, day = (whole.status, whole.state, whole.doubt), (whole.day, whole.last)
    return _with_value(_fact(OBSERVATION, whole.id, standing, day, part.code), part)


def _quantity_in(text: str) -> fhir.Quantity:
    """Read a value that a laboratory wrote as words, such as `<15` or `41.5`."""
    found = _WRITTEN.fullmatch(text)
    return fhir.Quantity(float(found[2]), comparator=found[1]) if found else fhir.Quantity()


def _procedure(one: fhir.Procedure) -> RecordFact:
    status = (one.status or "").casefold()
    state = NOW if status in {"completed", "in-progress"} else UNSURE
    if status in {"not-done", "entered-in-error"} or one.not_done or one.not_performed:
        state = VOID
    doubt = "the record does not say whether it was done" if state == UNSURE else ""
    day = _day(
        one.performed_date_time, one.performed_period.start,
        one.occurrence_date_time, one.occurrence_period.start,
    )  # fmt: skip
    return _fact(PROCEDURE, one.id, (status, state, doubt), day, one.code)


def _joined(mark: str, texts: Iterable[str]) -> str:
    """Join texts with a mark between them, each once, without those that are empty."""
    return mark.join(dict.fromkeys(text for text in texts if text))


def _device(one: fhir.Device) -> RecordFact:
    status = (one.status or "").casefold()
    state = {"active": NOW, "inactive": OVER, "entered-in-error": VOID}.get(status, UNSURE)
    doubt = "the record does not say whether it is in use" if state == UNSURE else ""
    fact = _fact(DEVICE, one.id, (status, state, doubt), (None, None), one.type)
    names = (fact.text, *(_line(name.name) for name in one.device_name))
    return replace(fact, text=_joined(": ", names))
