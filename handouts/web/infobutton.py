"""Answer HL7 Infobutton in HTML, Atom and JSON, as MedlinePlus Connect does: `Infobutton`."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
from msgspec import Struct

from handouts.record.enquiry import MAIN
from handouts.selection.finder import Asks, Means, Near, finder_of
from handouts.web.record_desk import fragment_of, pair_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.content.library import Library
    from handouts.record.enquiry import Enquiry
    from handouts.web.record_desk import RecordDesk


HTML, ATOM, JSON = "text/html", "application/atom+xml", "application/json"
_KINDS = {"": HTML, "text/html": HTML, "text/xml": ATOM, "application/xml": ATOM,
          "application/atom+xml": ATOM, "application/json": JSON}  # fmt: skip
"""What may be asked for; JSONP is not: it lets any page run what we answer."""
_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"


class InfoAnswer(Struct, frozen=True, kw_only=True):
    """What there is for an enquiry."""

    link: str
    """The address of the page with the proposals; empty where there is nothing to open."""
    title: str
    lines: tuple[str, ...]
    """What a person should know of the answer."""
    language: str
    patient_reads: bool
    """A patient reads it: no page for staff is opened."""


def kind_wanted(enquiry: Enquiry) -> str | None:
    """Return the media type that is answered; None where it is not known here."""
    return _KINDS.get(enquiry.kind.strip().casefold())


class Infobutton:
    """Answers enquiries; `base` is the address of the page."""

    def __init__(self, desk: RecordDesk, base: str) -> None:
        self._desk, self._base = desk, base

    def answer(self, enquiry: Enquiry) -> InfoAnswer:
        """Say what there is for an enquiry; raises HandoutsError."""
        library = self._desk.library
        reading = self._desk.read(enquiry.resources())
        found = [one for one in reading.proposals if one.kind != "flags"]
        flags = [one for one in reading.proposals if one.kind == "flags"]
        lines = [f"Ask: {self._desk.asks(one)}" for one in (*found, *flags)]
        pairs = [pair_of(one) for one in (*found, *flags)]
        for kind, own, label in (*_by_words(library, enquiry), *_by_age(library, enquiry)):
            if (kind, own) not in pairs:
                pairs.append((kind, own))
                lines.append(f"Ask: {label}")
        lines += _on_language(library, enquiry)
        opens = bool(pairs) and not enquiry.patient_reads
        if enquiry.patient_reads:
            lines = [
                "A health professional chooses this leaflet together with you. Ask them for it."
            ]
        elif not pairs:
            lines.insert(0, "Nothing here is about what was asked for.")
        return InfoAnswer(
            link=f"{self._base}/#{fragment_of(pairs)}" if opens else "",
            title=library.topic.titles.leaflet,
            lines=tuple(lines),
            language=next(iter(library.places.values())).language,
            patient_reads=enquiry.patient_reads,
        )

    def atom(self, enquiry: Enquiry, answer: InfoAnswer) -> bytes:
        """Return the answer as an Atom feed."""
        feed = Element(f"{{{_ATOM}}}feed", {f"{{{_XML}}}lang": answer.language})
        _atom_text(feed, "title", self._feed)
        _atom_text(feed, "subtitle", _subtitle(enquiry))
        author = SubElement(feed, f"{{{_ATOM}}}author")
        _atom_text(author, "name", self._author)
        _atom_text(author, "uri", f"{self._base}/")
        _atom_text(feed, "updated", _now())
        for scheme, term in _categories(enquiry):
            name = scheme[:1].lower() + scheme[1:]  # as the schema of the standard has it
            SubElement(feed, f"{{{_ATOM}}}category", {"scheme": name, "term": term})
        _atom_text(feed, "id", _id(self._base))
        if answer.link:
            entry = SubElement(feed, f"{{{_ATOM}}}entry", {f"{{{_XML}}}lang": answer.language})
            _atom_text(entry, "title", answer.title)
            link = {"title": answer.title, "rel": "alternate", "type": HTML, "href": answer.link}
            link["hreflang"] = answer.language
            SubElement(entry, f"{{{_ATOM}}}link", link)
            _atom_text(entry, "id", _id(answer.link))
            _atom_text(entry, "updated", _now())
            summary = _atom_text(entry, "summary", " ".join(answer.lines))
            summary.set("type", "text")
        written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
        return written

    def json(self, enquiry: Enquiry, answer: InfoAnswer) -> bytes:
        """Return the answer as JSON in the shape of MedlinePlus Connect."""
        feed: dict[str, Any] = {
            "xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "base": f"{self._base}/",
            "lang": answer.language,
            "title": {"_value": self._feed, "type": "text"},
            "subtitle": {"_value": _subtitle(enquiry), "type": "text"},
            "author": {"name": {"_value": self._author}, "uri": {"_value": f"{self._base}/"}},
            "updated": {"_value": _now()},
            "category": [{"scheme": one, "term": term} for one, term in _categories(enquiry)],
            "id": {"_value": _id(self._base)},
            "entry": [],
        }
        if answer.link:
            link = {"title": answer.title, "rel": "alternate", "type": "html", "href": answer.link}
            feed["entry"].append(
                {
                    "lang": answer.language,
                    "title": {"_value": answer.title, "type": "text"},
                    "link": [link],
                    "id": {"_value": _id(answer.link)},
                    "updated": {"_value": _now()},
                    "summary": {"_value": " ".join(answer.lines), "type": "text"},
                }
            )
        return msgspec.json.encode({"feed": feed})

    @property
    def _feed(self) -> str:
        return self._desk.library.topic.titles.leaflets

    @property
    def _author(self) -> str:
        return self._desk.service or "handouts"


def _by_words(library: Library, enquiry: Enquiry) -> list[tuple[str, str, str]]:
    """Find what words without a known code may be about; nothing is concluded from them."""
    if enquiry.main.code or not enquiry.main.words:
        return []
    finder = finder_of(library)
    found = finder.find(enquiry.main.words)
    found = found.finding if isinstance(found, Near) else found
    ids = [found.entry] if isinstance(found, Means) else []
    ids = [*found.entries] if isinstance(found, Asks) else ids
    said = enquiry.main.words.casefold().split()
    ids += [
        one.id for one in library.regions.values()
        if one.id in said or {*one.label.casefold().split()} <= {*said}
    ]  # fmt: skip
    if not {*ids} & {*library.regions}:
        ids += _regions_asked_about(library, said)
    return [kind for one in dict.fromkeys(ids) if (kind := _entry(library, one))]


def _regions_asked_about(library: Library, said: Sequence[str]) -> list[str]:
    """List the regions of which one may be meant by a single word, such as a larger part."""
    finder = finder_of(library)
    asked = {
        entry
        for word in said
        if isinstance(found := finder.known(word), Asks) and {*found.entries} <= {*library.regions}
        for entry in found.entries
    }
    return [one for one in library.regions if one in asked]


def _entry(library: Library, own: str) -> tuple[str, str, str] | None:
    if own in library.regions:
        return "region", own, library.regions[own].label
    if own in library.statuses:
        return "status", own, library.statuses[own].label
    return ("ask", own, library.flags[own].question) if own in library.flags else None


def _by_age(library: Library, enquiry: Enquiry) -> list[tuple[str, str, str]]:
    if enquiry.years is None:
        return []
    flags = [one.flag for one in library.answers.ages if one.holds(enquiry.years)]
    return [("ask", one, library.flags[one].question) for one in flags if one in library.flags]


def _on_language(library: Library, enquiry: Enquiry) -> list[str]:
    """Say so where there is no leaflet in the language that was asked for."""
    wanted = enquiry.language.casefold().partition("-")[0]
    known = {one.language.casefold().partition("-")[0] for one in library.places.values()}
    if not wanted or wanted in known:
        return []
    return [f"There is no leaflet in the language asked for ({wanted[:8]}), only in English."]


def _categories(enquiry: Enquiry) -> list[tuple[str, str]]:
    main = enquiry.main
    parts = (("c", main.code), ("cs", main.system), ("dn", main.name))
    recipient = "PAT" if enquiry.patient_reads else "PROV"
    return [
        *((f"{MAIN}.v.{part}", term) for part, term in parts),
        ("InformationRecipient", recipient),
    ]


def _subtitle(enquiry: Enquiry) -> str:
    return f"What there is for: {enquiry.main.words or enquiry.main.code}"


def _atom_text(parent: Element, name: str, text: str) -> Element:
    one = SubElement(parent, f"{{{_ATOM}}}{name}")
    one.text = "".join(sign for sign in text if sign.isprintable())
    return one


def _id(text: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
