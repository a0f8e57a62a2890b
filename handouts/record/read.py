"""Read a record, and say what it proposes: `read_record`.

A record of somebody who has died, or of two people, is refused by `record/whose.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.record.bundle import read_resources
from handouts.record.facts import SEVERAL, facts_of, words_in
from handouts.record.fhir import Medication, QuestionnaireResponse
from handouts.record.match import Matcher
from handouts.record.proposals import KindState, LeftOut, Proposal, Reason, RecordReading
from handouts.record.questionnaire import answers_of
from handouts.record.rules import AGE, FLAGS
from handouts.record.whose import id_of, names_of, patient_of
from handouts.selection.age import age_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from handouts.content.library import Library
    from handouts.record.bundle import FhirRecord
    from handouts.record.fhir import Patient
    from handouts.record.rules import RecordRule, RecordRules


_TYPES = {
    "Condition": "conditions",
    "AllergyIntolerance": "allergies",
    "MedicationRequest": "medicines",
    "MedicationStatement": "medicines",
    "Observation": "observations",
    "Procedure": "procedures",
    "Device": "devices",
    "QuestionnaireResponse": "answers",
}
"""What each type of resource is called in the report."""
_HOLD_MORE = frozenset({
    "MedicationOrder", "MedicationDispense", "MedicationAdministration", "MedicationPrescription",
    "ClinicalImpression",
})  # fmt: skip
"""Types that are not read although they may name an illness or a medicine."""
Reasons = dict[tuple[str, str], list[Reason]]


def read_record(library: Library, rules: RecordRules, raw: bytes, today: date) -> RecordReading:
    """Read a record; raises RequestError for what is no FHIR R4, and SelectionError.

    SelectionError: the patient has died, or the file is about more than one person.
    """
    record = read_resources(raw)
    patient = patient_of(record)
    matcher = Matcher(library, rules, today)
    reasons: Reasons = {}
    unread, left_out = _odd(record, patient)
    left_out += _older(record, today)
    no_rule: list[str] = []
    newest: date | None = None
    facts = tuple(facts_of(record, today))
    matcher.note(facts)
    for fact in facts:
        if fact.day and fact.day <= today and (newest is None or fact.day > newest):
            newest = fact.day
        found = matcher.find(fact)
        for rule, reason in _narrowest(library, found.reasons):
            reasons.setdefault((rule.kind, rule.about), []).append(reason)
        if found.unread:
            unread.append(found.unread)
        if found.left_out:
            left_out.append(found.left_out)
        if found.no_rule:
            no_rule.append(found.no_rule)
    _add_age(library, rules.rules, patient, today, reasons)
    said_no = _add_answers(library, record, reasons, left_out)
    _add_together(library, rules.rules, reasons)
    proposals = tuple(_proposals(library, reasons))
    found_flags = {one.id for one in proposals} | {*said_no}
    found_flags |= {library.flags[one].kind_of for one in found_flags if one in library.flags}
    return RecordReading(
        proposals=proposals,
        unread=_once(unread),
        left_out=_once(left_out),
        kinds=tuple(_kinds(record)),
        silent=tuple(one for one in library.flags if one not in found_flags),
        answered_no=said_no,
        no_rule=tuple(sorted(Counter(no_rule).items())),
        others=tuple(sorted(Counter(record.others).items())),
        newest=newest,
        names=names_of(patient),
        patient=id_of(record, patient),
        people=0 if patient is None else 1,
    )


def _narrowest(
    library: Library, found: Sequence[tuple[RecordRule, Reason]]
) -> Iterator[tuple[RecordRule, Reason]]:
    """Leave a broad flag out where the same code or words of an entry say which kind it is."""
    for rule, reason in found:
        kinds = (
            other
            for narrow, other in found
            if narrow.about in library.flags and library.flags[narrow.about].kind_of == rule.about
        )
        if not any(
            one.code == reason.code and (bool(reason.question) or not one.question) for one in kinds
        ):
            yield rule, reason


# ------------------------------------------------------------------ what besides entries says
def _add_age(
    library: Library,
    rules: Sequence[RecordRule],
    patient: Patient | None,
    today: date,
    reasons: Reasons,
) -> None:
    """Add the flags of age that a whole date of birth says; the date itself is not repeated."""
    whole = len("1955-03-02")
    born = (patient.birth_date or "") if patient else ""
    age = age_on(born, today) if len(born) == whole else None
    if not isinstance(age, int):
        return
    flags = {one.flag for one in library.answers.ages if one.holds(age)}
    for rule in rules:
        if rule.source == AGE and rule.about in flags:
            reason = Reason(
                rule=rule.id,
                source="date of birth",
                id="",
                code="",
                display=f"{age} years old",
                status="",
                day=None,
            )
            reasons.setdefault((rule.kind, rule.about), []).append(reason)


def _add_answers(
    library: Library, record: FhirRecord, reasons: Reasons, left_out: list[LeftOut]
) -> tuple[str, ...]:
    """Add what questionnaires of ours say yes to, and return what they say no to."""
    said_no: list[str] = []
    for kind, one in record.resources:
        if not isinstance(one, QuestionnaireResponse):
            continue
        if f"{kind}/{one.id}" in record.unclear:
            left_out.append(LeftOut("answers", "a questionnaire", SEVERAL))
            continue
        answers = answers_of(library, one)
        if isinstance(answers, str):
            left_out.append(LeftOut("answers", "a questionnaire", answers))
            continue
        for answer in answers:
            if answer.yes:
                reasons.setdefault(("flags", answer.flag), []).append(answer.reason)
            else:
                said_no.append(answer.flag)
    return tuple(one for one in dict.fromkeys(said_no) if ("flags", one) not in reasons)


def _add_together(library: Library, rules: Sequence[RecordRule], reasons: Reasons) -> None:
    """Add what follows from several flags at once."""
    for rule in rules:
        if rule.source != FLAGS or not all(("flags", one) in reasons for one in rule.together):
            continue
        sure = all(
            any(not one.question for one in reasons["flags", flag]) for flag in rule.together
        )
        labels = " and ".join(library.flags[one].label for one in rule.together)
        reason = Reason(
            rule=rule.id,
            source="flags",
            id="",
            code="",
            display=labels,
            status="",
            day=None,
            question="" if rule.proposes and sure else rule.ask,
            doubt="",
        )
        reasons.setdefault((rule.kind, rule.about), []).append(reason)


# ------------------------------------------------------------------ the report
def _proposals(library: Library, reasons: Reasons) -> Iterator[Proposal]:
    """List flags in the order of the content, then regions and statuses."""
    kinds = (
        ("flags", library.flags), ("regions", library.regions), ("statuses", library.statuses),
    )  # fmt: skip
    for kind, entries in kinds:
        for one in entries.values():
            if found := reasons.get((kind, one.id)):
                ordered = tuple(sorted(found, key=lambda reason: bool(reason.question)))
                yield Proposal(id=one.id, kind=kind, label=one.label, reasons=ordered)


def _kinds(record: FhirRecord) -> Iterator[KindState]:
    """Say of each kind how much was read, or that the file is no answer about it."""
    read = Counter(_TYPES[kind] for kind, _ in record.resources if kind in _TYPES)
    asked = {_TYPES[kind] for kind in record.asked if kind in _TYPES}
    for kind in dict.fromkeys(_TYPES.values()):
        yield KindState(kind, read[kind] if kind in read or kind in asked else None)


def _odd(record: FhirRecord, patient: Patient | None) -> tuple[list[LeftOut], list[LeftOut]]:
    """Name what is not as FHIR has it, what the file lacks, and medicines that nobody takes."""
    unread = [LeftOut("resource", one, "it is not as FHIR R4 has it") for one in record.broken]
    unread += [LeftOut("part", kind, why) for kind, why in record.lacking]
    if patient and patient.active is False:
        unread.append(LeftOut("patient", "the record", "it is marked as no longer in use"))
    for kind, count in sorted(Counter(record.others).items()):
        if kind in _HOLD_MORE:
            unread.append(LeftOut("resource", f"{count} {kind}", "this type is not read"))
    uses = {"MedicationRequest", "MedicationStatement"}
    if any(kind in uses for kind, _ in record.resources):
        return unread, []
    why = "nothing says that the patient takes it"
    alone = (one for _, one in record.resources if isinstance(one, Medication))
    return unread, [LeftOut("medication", words_in(one.code) or "a medicine", why) for one in alone]


def _older(record: FhirRecord, today: date) -> Iterator[LeftOut]:
    """Name each entry of which the file has a newer version, and that version."""
    for one in record.older:
        if isinstance(one.resource, QuestionnaireResponse):
            yield LeftOut("answers", "a questionnaire", "a newer version of it counts")
            continue
        if isinstance(one.resource, Medication) and isinstance(one.newer, Medication):
            now = words_in(one.newer.code) or "a medicine"
            why = f"it is an older version: the newer one counts, “{now}”"
            yield LeftOut("medication", words_in(one.resource.code) or "a medicine", why)
            continue
        both = replace(record, resources=((one.kind, one.resource), (one.kind, one.newer)))
        was, now_is = facts_of(both, today)
        said = ", ".join(filter(None, (f"“{now_is.shown}”", now_is.status)))
        why = f"it is an older version ({was.status}): the newer one counts, {said}"
        yield LeftOut(was.kind, was.shown, why)


def _once(found: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    return tuple(dict.fromkeys(found))
