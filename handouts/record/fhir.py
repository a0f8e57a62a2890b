"""Read the resources of FHIR R4 that tell something for a leaflet: `read_resources`.

Lenient: only what is looked at is decoded, an unknown element is passed over, and a resource that
is not as FHIR has it is named and left out, without what it holds. The size is bounded.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from handouts.errors import Fault, RequestError

MOST_BYTES = 20_000_000
MOST_RESOURCES = 20_000
_MOST_BUNDLES = 50
"""How many bundles a file may hold, those inside another one included."""

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


class Reference(Struct, frozen=True):
    """A reference to another resource."""

    reference: Texts = None
    display: Texts = None


class Period(Struct, frozen=True):
    """A period; only its start is looked at."""

    start: Texts = None


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
    subject: Reference | None = None
    patient: Reference | None = None


class Patient(Resource, frozen=True):
    """Whose record it is."""

    birth_date: Texts = None
    deceased_boolean: bool | None = None
    deceased_date_time: Texts = None
    name: tuple[HumanName, ...] = ()


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


class FhirDosage(Struct, frozen=True):
    """How a medicine is taken; only the route is looked at."""

    route: CodedText = CodedText()


class Medication(Resource, frozen=True):
    """A medicine by itself, which another resource leads to."""

    code: CodedText = CodedText()
    form: CodedText = CodedText()


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
    contained: tuple[Raw, ...] = ()


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


class Procedure(Resource, frozen=True):
    """Something that was done, such as an operation."""

    status: Texts = None
    code: CodedText = CodedText()
    performed_date_time: Texts = None
    performed_period: Period = Period()


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


class FhirRecord(Struct, frozen=True, kw_only=True):
    """The resources of a file."""

    resources: tuple[tuple[str, Resource], ...]
    """Each with its type, in the order of the file."""
    addresses: tuple[tuple[str, Resource], ...]
    """What a reference may call a resource, such as `Medication/12` and its full URL."""
    others: tuple[str, ...]
    """The types of resource that are not looked at, once for each resource."""
    broken: tuple[str, ...]
    """The types of resource that are not as FHIR has them, with where."""
    asked: tuple[str, ...]
    """The types of resource that the file is an answer about, even if it holds none."""


class _Head(Struct, frozen=True, rename="camel"):
    resource_type: str = ""


class _Entry(Struct, frozen=True, rename="camel"):
    resource: Raw = Raw()
    full_url: Texts = None


class _Link(Struct, frozen=True):
    relation: Texts = None
    url: Texts = None


class _Bundle(Struct, frozen=True):
    type: Texts = None
    entry: tuple[_Entry, ...] = ()
    link: tuple[_Link, ...] = ()


T = TypeVar("T")


def read_resources(raw: bytes) -> FhirRecord:
    """Read a Bundle, a single resource, or a list of both; raises RequestError."""
    if len(raw) > MOST_BYTES:
        hint = f"at most {MOST_BYTES // 1_000_000} MB: export less of the record"
        raise RequestError(Fault(message="the record is too large", hint=hint, about="fhir"))
    raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
    reader = _Reader()
    if raw.startswith(b"["):
        for one in _decode(raw, tuple[Raw, ...]):
            reader.add(bytes(one), "")
    else:
        reader.add(raw, "")
    return reader.record()


def _decode(raw: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(raw, type=shape, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = "the record is not JSON as FHIR R4 has it"
        hint = "give a Bundle or a resource of FHIR R4, as JSON; XML is not read"
        raise RequestError(Fault(message=message, hint=hint, about="fhir")) from error


class _Reader:
    """Collects the resources of a file."""

    def __init__(self) -> None:
        self.resources: list[tuple[str, Resource]] = []
        self.addresses: list[tuple[str, Resource]] = []
        self.others: list[str] = []
        self.broken: list[str] = []
        self.asked: list[str] = []
        self._bundles = 0

    def record(self) -> FhirRecord:
        return FhirRecord(
            resources=tuple(self.resources),
            addresses=tuple(self.addresses),
            others=tuple(self.others),
            broken=tuple(self.broken),
            asked=tuple(self.asked),
        )

    def add(self, raw: bytes, url: str) -> None:
        """Add a resource, or all of a bundle."""
        kind = _decode(raw, _Head).resource_type
        if kind == "Bundle":
            self._add_bundle(_decode(raw, _Bundle))
        elif not kind:
            message, hint = "an entry of the record has no resourceType", "give FHIR R4 as JSON"
            raise RequestError(Fault(message=message, hint=hint, about="fhir"))
        elif kind in SHAPES:
            self._add_resource(kind, raw, url)
        else:
            self.others.append(kind)
        if len(self.resources) + len(self.others) + len(self.broken) > MOST_RESOURCES:
            hint = f"at most {MOST_RESOURCES} resources: export less of the record"
            raise RequestError(Fault(message="the record is too long", hint=hint, about="fhir"))

    def _add_bundle(self, bundle: _Bundle) -> None:
        self._bundles += 1
        if self._bundles > _MOST_BUNDLES:
            hint = f"at most {_MOST_BUNDLES}: export less of the record"
            raise RequestError(Fault(message="too many bundles", hint=hint, about="fhir"))
        for link in bundle.link:
            if bundle.type == "searchset" and link.relation == "self":
                path = (link.url or "").partition("?")[0]
                self.asked.append(path.rstrip("/").rpartition("/")[2])
        for one in bundle.entry:
            if bytes(one.resource) not in (b"", b"null"):
                self.add(bytes(one.resource), one.full_url or "")

    def _add_resource(self, kind: str, raw: bytes, url: str) -> None:
        try:
            resource = msgspec.json.decode(raw, type=SHAPES[kind])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            where = str(error).rpartition(" - at ")[2] if " - at " in str(error) else ""
            self.broken.append(f"{kind} ({where.strip('`')})" if where else kind)
            return
        self.resources.append((kind, resource))
        if resource.id:
            self.addresses.append((f"{kind}/{resource.id}", resource))
        if url:
            self.addresses.append((url, resource))


def contained_medication(raw: tuple[Raw, ...], own: str) -> Medication | None:
    """Return the medicine that a resource holds itself under an id; None where there is none."""
    for one in raw:
        try:
            found = msgspec.json.decode(one, type=Medication)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if found.id == own:
            return found
    return None
