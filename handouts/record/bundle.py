"""Read the resources of a file of FHIR R4, and say what the file lacks: `read_resources`.

Lenient: an unknown element is passed over, and a resource that is not as FHIR has it is named and
left out, without what it holds. The size is bounded. What is no FHIR R4 in JSON is refused, and so
is a patient that cannot be read, because then nothing shows whose record it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Raw, Struct

from handouts.errors import Fault, RequestError
from handouts.record.fhir import SHAPES, UNREADABLE, CodedText, Medication, MedicationUse, Patient
from handouts.record.versions import StoredEntry, sort_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.record.fhir import Resource
    from handouts.record.versions import OlderVersion

MOST_BYTES = 20_000_000
MOST_RESOURCES = 20_000
_MOST_BUNDLES = 50
"""How many bundles a file may hold, those inside another one included."""
_BEGINS = (
    (b"<", "the record is XML", "export it as JSON: XML is not read"),
    (b"\x1f\x8b", "the record is compressed (gzip)", "unpack it first, with gunzip"),
    (b"PK\x03\x04", "the record is compressed (zip)", "unpack it first"),
    (b"\xff\xfe", "the record is written in UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "the record is written in UTF-16", "save it as UTF-8"),
    (b"MSH|", "the record is HL7 version 2", "export it as FHIR R4 in JSON"),
)
"""How a file begins that is something else: what it is, and what to do."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id by which other entries may call a resource without its full address."""
_HARMLESS = frozenset({"informational", "success"})
"""What an OperationOutcome may say without anything being wrong."""


class FhirRecord(Struct, frozen=True, kw_only=True):
    """The resources of a file."""

    resources: tuple[tuple[str, Resource], ...]
    """Each with its type, in the order of the file; of several versions the newest."""
    older: tuple[OlderVersion, ...]
    """The resources of which a newer version is there."""
    unclear: frozenset[str]
    """The addresses of resources of which nothing says which version is the newest."""
    addresses: tuple[tuple[str, Resource], ...]
    """What a reference may call a resource, such as `Medication/12` and its full URL."""
    by_end: Mapping[str, tuple[int, ...]]
    """The places in `addresses` by the end of each, so that none has to be looked for."""
    held: tuple[Patient, ...]
    """The patients that other resources hold themselves."""
    others: tuple[str, ...]
    """The types of resource that are not looked at, once for each resource."""
    broken: tuple[str, ...]
    """The types of resource that are not as FHIR has them, with where."""
    lacking: tuple[tuple[str, str], ...]
    """What the file says that it lacks: the kind of resource, and why."""
    asked: tuple[str, ...]
    """The types of resource that the file is an answer about, even if it holds none."""


class _Head(Struct, frozen=True, rename="camel"):
    resource_type: str = ""


class _Named(Struct, frozen=True):
    id: str = ""


class _EntryResponse(Struct, frozen=True):
    status: str = ""


class _Entry(Struct, frozen=True, rename="camel"):
    resource: Raw = Raw()
    full_url: str | None = None
    response: _EntryResponse = _EntryResponse()


class _Link(Struct, frozen=True):
    relation: str | None = None
    url: str | None = None


class _Bundle(Struct, frozen=True):
    type: str | None = None
    entry: tuple[_Entry, ...] = ()
    link: tuple[_Link, ...] = ()


class _Issue(Struct, frozen=True):
    severity: str = ""
    code: str = ""


class _Outcome(Struct, frozen=True):
    issue: tuple[_Issue, ...] = ()


T = TypeVar("T")


def read_resources(raw: bytes) -> FhirRecord:
    """Read a Bundle, a resource, a list of both, or one on each line; raises RequestError."""
    if len(raw) > MOST_BYTES:
        hint = f"at most {MOST_BYTES // 1_000_000} MB: export less of the record"
        raise _refused("the record is too large", hint)
    raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
    for begins, message, hint in _BEGINS:
        if raw.startswith(begins):
            raise _refused(message, hint)
    if not raw:
        raise _refused("the record is empty", "export it again")
    reader = _Reader()
    for one in _parts(raw):
        reader.add(one, "")
    return reader.record()


def is_resource(raw: bytes) -> bool:
    """Tell whether a text in JSON is a Bundle or a resource, whatever else it is."""
    try:
        return bool(msgspec.json.decode(raw, type=_Head).resource_type)
    except UNREADABLE:
        return False


def contained(raw: tuple[Raw, ...], own: str, kind: type[T]) -> T | None:
    """Return what a resource holds itself under an id; None where there is none."""
    for one in raw:
        try:
            found = msgspec.json.decode(one, type=kind)
        except UNREADABLE:
            continue
        if getattr(found, "id", "") == own:
            return found
    return None


def _refused(message: str, hint: str) -> RequestError:
    return RequestError(Fault(message=message, hint=hint, about="fhir"))


def _parts(raw: bytes) -> list[bytes]:
    """Return the resources and bundles of a file: one, a list, or one on each line (NDJSON)."""
    if raw.startswith(b"["):
        return [bytes(one) for one in _decode(raw, tuple[Raw, ...])]
    lines = [one.strip() for one in raw.splitlines() if one.strip()]
    if len(lines) > 1 and all(one.startswith(b"{") and one.endswith(b"}") for one in lines):
        return lines
    return [raw]


def _decode(raw: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(raw, type=shape, strict=False)
    except UNREADABLE as error:
        message = "the record is not JSON as FHIR R4 has it"
        hint = "give a Bundle or a resource of FHIR R4, as JSON; XML is not read"
        raise _refused(message, hint) from error


class _Reader:
    """Collects the resources of a file."""

    def __init__(self) -> None:
        self.entries: list[StoredEntry] = []
        self.held: list[Patient] = []
        self.others: list[str] = []
        self.broken: list[str] = []
        self.lacking: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self._broken: set[str] = set()
        self._bundles = 0

    def record(self) -> FhirRecord:
        if self.lacking and not self.entries and not self.asked:
            said = "; ".join(dict.fromkeys(why for _, why in self.lacking))
            hint = "export the record again"
            raise _refused(f"there is no record here: {said}", hint)
        versions = sort_versions(self.entries, frozenset(self._broken))
        addresses = tuple(pair for one in versions.current for pair in _addresses(one))
        return FhirRecord(
            resources=tuple((one.kind, one.resource) for one in versions.current),
            older=versions.older,
            unclear=versions.unclear,
            addresses=addresses,
            by_end=_by_end(name for name, _ in addresses),
            held=tuple(self.held),
            others=tuple(self.others),
            broken=tuple(self.broken),
            lacking=tuple(dict.fromkeys(self.lacking)),
            asked=tuple(self.asked),
        )

    def add(self, raw: bytes, url: str) -> None:
        """Add a resource, or all of a bundle."""
        kind = _decode(raw, _Head).resource_type
        if kind == "Bundle":
            self._add_bundle(_decode(raw, _Bundle))
        elif not kind:
            raise _refused("an entry of the record has no resourceType", "give FHIR R4 as JSON")
        elif kind == "OperationOutcome":
            self._add_outcome(_decode(raw, _Outcome))
        elif kind in SHAPES:
            self._add_resource(kind, raw, url)
        else:
            self.others.append(kind)
        if len(self.entries) + len(self.others) + len(self.broken) > MOST_RESOURCES:
            hint = f"at most {MOST_RESOURCES} resources: export less of the record"
            raise _refused("the record is too long", hint)

    def _add_bundle(self, bundle: _Bundle) -> None:
        self._bundles += 1
        if self._bundles > _MOST_BUNDLES:
            raise _refused(
                "too many bundles", f"at most {_MOST_BUNDLES}: export less of the record"
            )
        if bundle.type == "history":
            hint = "export the record as it is now"
            raise _refused("the record is a history, with old versions of its entries", hint)
        faults = len(self.lacking)
        for one in bundle.entry:
            if one.response.status and not one.response.status.startswith("2"):
                self.lacking.append(("answer", f"the server says {one.response.status[:3]}"))
            if bytes(one.resource) not in (b"", b"null"):
                self.add(bytes(one.resource), one.full_url or "")
        urls = {link.relation: link.url or "" for link in bundle.link}
        asked = urls.get("self", "").partition("?")[0].rstrip("/").rpartition("/")[2]
        if urls.get("next"):
            self.lacking.append((asked or "search", "more pages follow that are not in the file"))
        if bundle.type == "searchset" and "self" in urls and len(self.lacking) == faults:
            self.asked.append(asked)

    def _add_outcome(self, outcome: _Outcome) -> None:
        """Note what a server says of its own answer; a code only, for the words may name people."""
        for one in outcome.issue:
            if one.severity != "information" or one.code not in _HARMLESS:
                why = f"{one.severity[:20] or 'error'}: {one.code[:40] or 'no reason is given'}"
                self.lacking.append(("answer", f"the server says {why}"))

    def _add_resource(self, kind: str, raw: bytes, url: str) -> None:
        try:
            resource = msgspec.json.decode(raw, type=SHAPES[kind])
        except UNREADABLE as error:
            self._add_broken(kind, raw, str(error))
            return
        if isinstance(resource, MedicationUse) and bytes(resource.medication):
            self._add_broken(kind, raw, " - at `$.medication`")  # which R5 has
            return
        self.entries.append(StoredEntry(kind, resource, url))
        about = resource.subject or resource.patient
        address = (about.reference if about else None) or ""
        if address.startswith("#"):
            found = contained(resource.contained, address[1:], Patient)
            if found is None:
                hint = "give FHIR R4 as JSON"
                raise _refused("an entry does not say whose it is", hint)
            if found not in self.held:
                self.held.append(found)

    def _add_broken(self, kind: str, raw: bytes, error: str) -> None:
        if kind == "Patient":
            hint = "give FHIR R4 as JSON; nothing shows otherwise whose record it is"
            raise _refused("the patient of the record is not as FHIR R4 has it", hint)
        where = error.rpartition(" - at ")[2].strip("`") if " - at " in error else ""
        self.broken.append(f"{kind} ({where})" if where else kind)
        try:
            self._broken.add(f"{kind}/{msgspec.json.decode(raw, type=_Named).id}")
        except UNREADABLE:
            return  # it has no id, so that it is no version of another


def _addresses(entry: StoredEntry) -> Iterator[tuple[str, Resource]]:
    """Return what a reference may call a resource."""
    own = entry.resource.id or ""
    if own:
        yield entry.address, entry.resource
    if _UUID.fullmatch(own):
        yield f"urn:uuid:{own}", entry.resource
    if entry.url:
        yield entry.url, entry.resource


def end_of(address: str) -> str:
    """Return the type and id with which an address ends; all of it if it has no such end."""
    return "/".join(address.split("/")[-2:])


def _by_end(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(end_of(name), []).append(place)
    return {end: tuple(places) for end, places in found.items()}


def held_medicine(use: MedicationUse, own: str) -> Medication | None:
    """Return the medicine that a prescription holds itself."""
    return contained(use.contained, own, Medication)


def names_of(medicine: Medication) -> tuple[CodedText, ...]:
    """Return what a medicine is, and what it holds."""
    return (medicine.code, *(one.item_codeable_concept for one in medicine.ingredient))
