"""Leaflets for tests: one publisher, requests in few words, and each leaflet made once."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from typing import TypedDict, Unpack

from msgspec import convert, structs

from handouts.content.blocks import Wording
from handouts.content.look import LOOK_FIELDS, LOOK_NAMES
from handouts.content.provenance import Provenance
from handouts.content.vocabulary import FULL
from handouts.fastpath.name_slot import TypesetPdf
from handouts.leaflet.tree import (
    Form,
    Heading,
    ItemList,
    Leaflet,
    Panel,
    Paragraph,
    Part,
    Picture,
    Table,
    plain,
    walk,
)
from handouts.pipeline import Publisher, compose, make_leaflet, open_publisher, select
from handouts.selection.options import RequestOptions
from handouts.selection.request import Request, parse_request
from handouts.selection.select import Selection
from tests.support.marks import text_without_marks
from tests.support.readback import Node, read_structure, structure_text

DAY = date(2026, 11, 22)
REGIONS = ("neck", "thoracic", "lumbar")
STATUSES = ("acute", "chronic")
BRANCHES = tuple((region, status) for region in REGIONS for status in STATUSES)


# ------------------------------------------------------------------ made once, kept for the session
@cache
def publisher() -> Publisher:
    """Open the publisher with the content that ships; its codes are the same for every program."""
    provenance = Provenance(words="0" * 64, program="0" * 64)
    return structs.replace(open_publisher(), provenance=provenance)


@cache
def selection(request: Request) -> Selection:
    """Select the blocks of a request."""
    return select(publisher(), request)


@cache
def leaflet(request: Request) -> Leaflet:
    """Compose the leaflet of a request."""
    return compose(publisher(), selection(request))


@cache
def pdf(request: Request) -> TypesetPdf:
    """Make the leaflet of a request, all its checks included."""
    return make_leaflet(publisher(), request)


@cache
def structure(request: Request) -> Node:
    """Read the structure of a finished leaflet back."""
    return read_structure(pdf(request).content)


def golden_text(node: Node) -> str:
    """Write the structure of a leaflet as golden texts keep it, without version and code."""
    return text_without_marks(publisher().library, structure_text(node), "CODE")


# ------------------------------------------------------------------ requests
class More(TypedDict, total=False):
    """What a request may say besides region, status and flags."""

    place: str
    paper: str
    edition: str
    day: str
    exercises: tuple[str, ...]
    doses: tuple[str, ...]
    name: str
    note: str
    size: str
    mono: bool
    booklet: bool
    duplex: bool
    diary: bool
    card: bool


def together(flags: Iterable[str]) -> tuple[str, ...]:
    """Keep the flags that one patient can have: each that no flag before it excludes."""
    known, kept = publisher().library.flags, dict[str, None]()
    for flag in flags:
        if not any(flag in known[one].excludes or one in known[flag].excludes for one in kept):
            kept[flag] = None
    return tuple(kept)


def ask(
    region: str = "neck",
    status: str = "acute",
    *flags: str,
    screened: bool = True,
    **more: Unpack[More],
) -> Request:
    """Word a request; the clinician asked about every flag unless `screened` is false.

    Nothing said, it is for the full edition, which holds every sentence.
    """
    look = {"edition": FULL, **{name: value for name, value in more.items() if name in LOOK_NAMES}}
    others = {name: value for name, value in more.items() if name not in LOOK_NAMES}
    said = {"region": region, "status": status, "flags": flags, "screened": screened, **others}
    options = convert({"look": look, **said}, RequestOptions)
    return parse_request(publisher().library, options, today=DAY)


def with_look(request: Request, **look: object) -> Request:
    """Give the same request in another look, sensible or not."""
    return structs.replace(request, look=structs.replace(request.look, **look))


def title_of(request: Request) -> str:
    """Name a request in a test id and in a failure."""
    words = [request.region, request.status, *request.flags]
    words += [] if request.screened else ["not-asked"]
    look = request.look
    words += [one.name for one in LOOK_FIELDS if not one.words and getattr(look, one.name)]
    return " ".join([*words, look.paper, *([str(look.size)] if look.size != 12 else [])])


# ------------------------------------------------------------------ the words of a leaflet
def folded(text: str) -> str:
    """Fold white space, no-break spaces too, so that texts can be compared."""
    return " ".join(text.split())


def part_texts(part: Part) -> Iterator[str]:
    """Give the texts of one part, without those of the parts inside it."""
    match part:
        case Heading() | Paragraph():
            yield folded(plain(part.runs))
        case ItemList():
            yield from (folded(plain(item.runs)) for item in part.items)
        case Picture():
            yield folded(part.caption)
        case Table():
            yield from part.head
            yield from (cell for row in part.rows for cell in row)
        case Form():
            yield from (text for one in part.fields for text in (one.label, one.value))
        case Panel():
            return


def section_texts(leaflet: Leaflet, *names: str) -> list[str]:
    """List the texts of some sections, or of all, in reading order."""
    return [
        text
        for section in leaflet.sections
        if not names or section.id in names
        for part in walk(section.parts)
        for text in part_texts(part)
        if text
    ]


def joined(leaflet: Leaflet, *names: str) -> str:
    """Join the texts of some sections, or of all, one line for each text."""
    return "\n".join(section_texts(leaflet, *names))


def sentences(text: str) -> list[str]:
    """Split a text after full stops, question and exclamation marks and colons."""
    return [one for one in re.split(r"(?<=[.!?:])\s+", folded(text)) if one]


def panels(leaflet: Leaflet, *kinds: str) -> list[Panel]:
    """List the boxes of some kinds, in reading order."""
    return [
        part
        for section in leaflet.sections
        for part in walk(section.parts)
        if isinstance(part, Panel) and part.kind in kinds
    ]


def panel_texts(panel: Panel) -> list[str]:
    """List the texts inside a box."""
    return [text for part in walk(panel.parts) for text in part_texts(part) if text]


def said(wording: Wording, place: str = "gb") -> str:
    """Say a sentence as it reads at a place: its words filled in, its stars gone."""
    words = publisher().library.words_in(place, "lumbar")  # the upper back says the same
    lacking = [text for word, text in wording.without if word not in words]
    text = lacking[0] if lacking else wording.text
    return re.sub(r"\{([^{}]*)\}", lambda found: words[found[1]], text).replace("**", "")


def says(text: str, wording: Wording, place: str = "gb") -> bool:
    """Tell whether a text holds a sentence, whatever its capitals and a medicine's other name."""
    return folded(said(wording, place)).casefold() in _held(text, place)


@lru_cache(maxsize=8)
def _held(text: str, place: str) -> str:
    """Fold a text in which many sentences are looked for."""
    other = f" ({publisher().library.places[place].words['paracetamol_other']})"
    return folded(text).replace(other, "").casefold()
