"""Define what is looked at in each type of FHIR R4 resource: `SHAPES`.

An element that is not named here is passed over. Some are named that R4 has no more, or not yet,
because they turn the meaning round: `taken`, `notDone` and the like.
"""

from __future__ import annotations

from msgspec import MsgspecError, Raw, Struct

Texts = str | None


class FhirCoding(Struct, frozen=True):
    """A code of a code system."""

    system: Texts = None
    code: Texts = None
    display: Texts = None


class CodedText(Struct, frozen=True):
    """A CodeableConcept: codes that all say the same, and the words of whoever wrote it."""

    coding: tuple[FhirCoding, ...] = ()
    text: Texts = None


class Identifier(Struct, frozen=True):
    """A number by which somebody is known, and who gives such numbers."""

    system: Texts = None
    value: Texts = None


class Reference(Struct, frozen=True):
    """A reference to another resource, or what it is known by."""

    reference: Texts = None
    display: Texts = None
    identifier: Identifier = Identifier()


class Period(Struct, frozen=True):
    """A period."""

    start: Texts = None
    end: Texts = None


class Quantity(Struct, frozen=True):
    """A measured value."""

    value: float | None = None
    unit: Texts = None
    code: Texts = None
    comparator: Texts = None


class HumanName(Struct, frozen=True):
    """A name of a person."""

    text: Texts = None
    family: Texts = None
    given: tuple[str, ...] = ()


class Resource(Struct, frozen=True, rename="camel", kw_only=True):
    """What resources have in common."""

    id: Texts = None
    meta: Raw = Raw()
    """Which version it is; read only where there are several."""
    subject: Reference | None = None
    patient: Reference | None = None
    contained: tuple[Raw, ...] = ()
    modifier_extension: tuple[Raw, ...] = ()
    """What changes the meaning in a way that is not known here."""


class Patient(Resource, frozen=True):
    """Whose record it is."""

    birth_date: Texts = None
    deceased_boolean: bool | None = None
    deceased_date_time: Texts = None
    name: tuple[HumanName, ...] = ()
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None


class Condition(Resource, frozen=True):
    """A problem or a diagnosis."""

    clinical_status: CodedText = CodedText()
    verification_status: CodedText = CodedText()
    code: CodedText = CodedText()
    onset_date_time: Texts = None
    onset_period: Period = Period()
    recorded_date: Texts = None
    abatement_date_time: Texts = None
    abatement_string: Texts = None
    abatement_age: Quantity | None = None
    abatement_period: Period | None = None
    abatement_range: Raw = Raw()
    abatement_boolean: bool | None = None


class AllergyReaction(Struct, frozen=True):
    """One reaction; its substance may be closer than that of the allergy."""

    substance: CodedText = CodedText()


class AllergyIntolerance(Resource, frozen=True):
    """An allergy or an intolerance."""

    clinical_status: CodedText = CodedText()
    verification_status: CodedText = CodedText()
    code: CodedText = CodedText()
    reaction: tuple[AllergyReaction, ...] = ()
    recorded_date: Texts = None
    onset_date_time: Texts = None


class DosageRepeat(Struct, frozen=True, rename="camel"):
    """For how long a medicine is taken."""

    bounds_period: Period = Period()
    bounds_duration: Quantity | None = None


class DosageTiming(Struct, frozen=True):
    """When a medicine is taken."""

    repeat: DosageRepeat = DosageRepeat()


class FhirDosage(Struct, frozen=True):
    """How a medicine is taken."""

    text: Texts = None
    route: CodedText = CodedText()
    timing: DosageTiming = DosageTiming()


class MedicineIngredient(Struct, frozen=True, rename="camel"):
    """What a medicine holds."""

    item_codeable_concept: CodedText = CodedText()


class Medication(Resource, frozen=True):
    """A medicine by itself, which another resource leads to."""

    code: CodedText = CodedText()
    form: CodedText = CodedText()
    ingredient: tuple[MedicineIngredient, ...] = ()


class MedicationUse(Resource, frozen=True):
    """A MedicationRequest or a MedicationStatement."""

    status: Texts = None
    intent: Texts = None
    do_not_perform: bool | None = None
    medication_codeable_concept: CodedText | None = None
    medication_reference: Reference | None = None
    authored_on: Texts = None
    effective_date_time: Texts = None
    effective_period: Period = Period()
    date_asserted: Texts = None
    dosage_instruction: tuple[FhirDosage, ...] = ()
    dosage: tuple[FhirDosage, ...] = ()
    medication: Raw = Raw()
    """Where R5 has the medicine: such a resource is not understood."""
    taken: Texts = None
    was_not_taken: bool | None = None


class ObservedPart(Struct, frozen=True, rename="camel"):
    """One of several things that were observed together, such as the two of a blood pressure."""

    code: CodedText = CodedText()
    value_quantity: Quantity | None = None
    value_codeable_concept: CodedText | None = None
    value_string: Texts = None


class Observation(Resource, frozen=True):
    """Something measured or observed."""

    status: Texts = None
    code: CodedText = CodedText()
    value_quantity: Quantity | None = None
    value_codeable_concept: CodedText | None = None
    value_string: Texts = None
    effective_date_time: Texts = None
    effective_instant: Texts = None
    effective_period: Period = Period()
    issued: Texts = None
    component: tuple[ObservedPart, ...] = ()
    focus: tuple[Raw, ...] = ()
    """Whom it is about, if not the patient, such as an unborn child."""


class Procedure(Resource, frozen=True):
    """Something that was done, such as an operation."""

    status: Texts = None
    code: CodedText = CodedText()
    performed_date_time: Texts = None
    performed_period: Period = Period()
    occurrence_date_time: Texts = None
    occurrence_period: Period = Period()
    not_done: bool | None = None
    not_performed: bool | None = None


class DeviceName(Struct, frozen=True):
    """A name of a device."""

    name: Texts = None


class Device(Resource, frozen=True):
    """A device, such as one that is implanted."""

    status: Texts = None
    type: CodedText = CodedText()
    device_name: tuple[DeviceName, ...] = ()


class FhirAnswer(Struct, frozen=True, rename="camel"):
    """One answer; ours are yes and no."""

    value_boolean: bool | None = None


class FhirAnswerItem(Struct, frozen=True, rename="camel"):
    """A question that was answered, or a group of them."""

    link_id: Texts = None
    answer: tuple[FhirAnswer, ...] = ()
    item: tuple[FhirAnswerItem, ...] = ()


class QuestionnaireResponse(Resource, frozen=True):
    """A questionnaire that was filled in."""

    questionnaire: Texts = None
    status: Texts = None
    authored: Texts = None
    item: tuple[FhirAnswerItem, ...] = ()


UNREADABLE = (MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading JSON from outside may raise: none of it is a fault of the program."""
SHAPES: dict[str, type[Resource]] = {
    "Patient": Patient,
    "Condition": Condition,
    "AllergyIntolerance": AllergyIntolerance,
    "MedicationRequest": MedicationUse,
    "MedicationStatement": MedicationUse,
    "Medication": Medication,
    "Observation": Observation,
    "Procedure": Procedure,
    "Device": Device,
    "QuestionnaireResponse": QuestionnaireResponse,
}
"""The types of resource that are read."""
