"""Finished leaflets: readable by everyone, true to the words, the same everywhere, and private."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pikepdf
import pytest
from msgspec.structs import replace

from handouts.content.blocks import (
    ClassLineBody,
    EmergencyLineBody,
    ExerciseBody,
    FlagBody,
    RedFlagBody,
    SelfCheckBody,
    TextBody,
    Wording,
)
from handouts.content.vocabulary import Level
from handouts.errors import TypesettingError
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
)
from handouts.pipeline import make_leaflet
from handouts.selection.request import Request
from tests.conftest import Golden, Validate
from tests.support.faults import all_faults, reading_order_faults
from tests.support.leaflets import (
    BRANCHES,
    ask,
    folded,
    golden_text,
    leaflet,
    pdf,
    publisher,
    says,
    selection,
    structure,
    title_of,
)
from tests.support.readback import Node, opened, outline

VARIANTS: tuple[tuple[tuple[str, ...], bool], ...] = (
    ((), True),
    ((), False),
    (("gi-ulcer",), True),
    (("gi-ulcer", "age-65-plus"), True),
    (("blood-thinners", "osteoporosis", "age-65-plus"), True),
    (("pregnancy",), True),
    (("under-18",), True),
)
LIBRARY = publisher().library
STOP_AND = re.compile("Stop and (.+) if")
SIGNS_AT = "First read “Call 999 now: every sign”:"
SIGNS_ABOVE = f"{SIGNS_AT} above."
"""What the words say; the layout names the page."""
CASES = [
    *(
        ask(region, status, *flags, screened=screened, paper="a4")
        for region, status in BRANCHES
        for flags, screened in VARIANTS
    ),
    *(ask(region, status, "gi-ulcer", paper="letter") for region, status in BRANCHES),
]
MIXED = {
    ("neck", "acute"): ("gi-ulcer",),
    ("neck", "chronic"): ("pregnancy",),
    ("thoracic", "acute"): ("blood-thinners", "osteoporosis"),
    ("thoracic", "chronic"): (),
    ("lumbar", "acute"): ("under-18",),
    ("lumbar", "chronic"): ("age-65-plus", "drives-or-machinery", "diabetes"),
}
HOSTILE = "<b>O'Neil & Söns</b> {{ 7*7 }}"
MOST_BYTES = 120_000
ROOT = Path(__file__).parents[2]

each_case = pytest.mark.parametrize("request_", CASES, ids=title_of)


# ------------------------------------------------------------------ readable by everyone
@pytest.mark.sample(7)
@each_case
def test_nothing_stands_in_the_way_of_a_reader(request_: Request) -> None:
    """Marks, structure, text, fonts, footers and bookmarks are free of faults."""
    assert all_faults(pdf(request_).content) == ()


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_accepts_every_leaflet(verapdf: Validate, tmp_path: Path) -> None:
    """The reference validator finds no broken rule of PDF/UA-1 in any of them."""
    paths = [tmp_path / f"{title_of(request).replace(' ', '_')}.pdf" for request in CASES]
    for path, request in zip(paths, CASES, strict=True):
        path.write_bytes(pdf(request).content)
    verapdf(paths)


# ------------------------------------------------------------------ true to the words
ALL_SIGNS = "All warning signs:"


def expected(leaflet: Leaflet, *, left_out: set[str], grids: int) -> Iterator[str]:
    """Read a leaflet as its PDF must read, with the numbers and dots that a reader hears.

    `left_out`: the first heads of the tables that there was no room for. `grids`: in how many
    the diary is, one after the other.
    """
    for section in leaflet.sections:
        if section.id != "diary" or "Day" not in left_out:
            for part in section.parts:
                for one in in_grids(part, grids if section.id == "diary" else 1):
                    if not (isinstance(one, Table) and one.head[0] in left_out):
                        yield from read(one)


def in_grids(part: Part, grids: int) -> Iterator[Part]:
    """Divide a table into several, each with its share of the columns and the heads of the rows."""
    if not isinstance(part, Table) or not grids:
        yield part
        return
    share = (len(part.head) - 1) // grids
    for first in range(1, len(part.head), share):
        head, *rows = ((row[0], *row[first : first + share]) for row in (part.head, *part.rows))
        yield replace(part, head=head, rows=tuple(rows))


def read(part: Part, number: str = "") -> Iterator[str]:
    """Read one part in order; a drawing's words are its own, not in the text."""
    match part:
        case Heading(runs=runs):
            yield f"{number} {plain(runs)}"
        case Paragraph(runs=runs):
            yield plain(runs)
        case ItemList(kind=kind, items=items):
            for count, item in enumerate(items, 1):
                label = str(count) if kind == "steps" else ""
                yield f"{label} {plain(item.runs)}"
        case Picture(caption=caption):
            yield caption
        case Table(head=head, rows=rows):
            yield from head
            yield from (cell for row in rows for cell in row)
        case Form(fields=fields):
            yield from (f"{one.label} {one.value}" for one in fields)
        case Panel(parts=parts):
            for count, one in enumerate(parts):
                yield from read(one, part.number if count == 0 else "")


@pytest.mark.sample(7)
@each_case
def test_the_pdf_reads_as_the_leaflet(request_: Request) -> None:
    """The structure reads exactly the words of the leaflet, in order, with nothing more."""
    assert reading_order_faults(structure(request_), all_said(request_)) == ()


def all_said(request: Request) -> list[str]:
    """Read a leaflet as its PDF must read, with the tables that it has and the pages it names."""
    node = structure(request)
    heads = [table.find("TH")[0].text.strip() for table in node.find("Table")]
    left_out = {"Day", "Tick when done"} - {*heads}
    said = [*expected(leaflet(request), left_out=left_out, grids=heads.count("Day"))]
    (pointer,) = (n for n, text in enumerate(said) if text == f"{ALL_SIGNS} at the end.")
    said[pointer] = f"{ALL_SIGNS} {said_pages(node)}"
    return [one.replace(SIGNS_ABOVE, calls_at(node)) for one in said]


def calls_at(node: Node) -> str:
    """Say on which pages is what to call at once for: all above the signs for today."""
    pages: dict[int, None] = {}
    for part in signs_of(node).children:
        if part.text.startswith("See or call a doctor"):
            break
        pages.update(dict.fromkeys(part.pages))
    return f"{SIGNS_AT} {in_words(list(pages))}"


def signs_of(node: Node) -> Node:
    """Find the section with all the warning signs."""
    (found,) = (
        section
        for section in node.find("Sect")
        if " ".join(section.text.split()).startswith("When to get help")
    )
    return found


def said_pages(node: Node) -> str:
    """Say on which pages the section with all the warning signs is."""
    return in_words(signs_of(node).pages)


def in_words(pages: Sequence[int]) -> str:
    """Name pages in order as a leaflet does."""
    first, *others = pages
    if not others:
        return f"page {first}."
    return f"pages {first} {'and' if len(others) == 1 else 'to'} {others[-1]}."


def in_a_row(request: Request, name: str) -> bool:
    """Tell whether a medicine stands in a row of the medicines, and not in "Just for you"."""
    return LIBRARY.classes[name].kind == "medicine" and name not in selection(request).spoken


def said_by_blocks(request: Request) -> Iterator[tuple[str, Wording]]:
    """Give every sentence that the chosen blocks have to say."""
    for choice in selection(request).chosen:
        match choice.block.body:
            case ClassLineBody(advice_class=name, level=Level.ASK) if in_a_row(request, name):
                # Its row says whom to ask, and names it.
                found = [LIBRARY.classes[name].name or Wording(name)]
            case (
                TextBody() | FlagBody() | ClassLineBody() | SelfCheckBody() | EmergencyLineBody()
            ) as body:
                found = [body.wording]
                if choice.block.section == "emergency-pointer":
                    found = [Wording(ALL_SIGNS)]  # the numbers of pages follow
            case RedFlagBody(signs=signs, lead_in=lead_in, prints_in=place):
                # On a sheet without medicines the heading of the box says whom to call.
                leads = lead_in and (place == "help" or "under-18" not in request.flags)
                found = [*signs, *([lead_in] if lead_in and leads else [])]
            case ExerciseBody() as every:
                card = every.for_flags(request.flags)
                cautions = [card.cautions[one] for one in request.flags if one in card.cautions]
                found = [card.start, *card.steps[request.status], *card.stop, *cautions]
            case _:
                found = []
        yield from ((choice.block.id, wording) for wording in found)


def stops_said(node: Node) -> Iterator[str]:
    """Give each reason to stop with what its head says to do then, as its block has it."""
    order = ""
    for part in node.find("P", "L"):
        if part.standard_role == "P":
            found = STOP_AND.fullmatch(" ".join(part.text.split()))
            order = found.group(1) if found else ""
        elif order:
            for reason in part.find("LBody"):
                said = " ".join(reason.text.split()).removesuffix(".")
                first, stop, more = said.partition(". ")
                yield f"{first}: {order}{stop}{more}"
            order = ""


@pytest.mark.sample(7)
@each_case
def test_every_word_of_every_chosen_block_is_printed(request_: Request) -> None:
    """No sentence of a chosen block is lost between selection and paper."""
    node = structure(request_)
    text = " ".join((node.text, *stops_said(node)))
    text = text.replace(calls_at(node), SIGNS_ABOVE)
    lost = {name for name, wording in said_by_blocks(request_) if not says(text, wording)}
    assert lost == set()


def test_a_sheet_without_medicines_does_not_choose_their_heading() -> None:
    """What `handout explain` lists for a person under 18 is what the sheet says."""
    chosen = {choice.block.id for choice in selection(ask("neck", "acute", "under-18")).chosen}
    assert "lead-medicine" not in chosen


def test_a_hostile_name_is_printed_as_typed() -> None:
    """Marks of HTML and of templates in a name are letters, and nothing else."""
    request = ask("neck", name=HOSTILE)
    (line,) = [node for node in structure(request).find("P") if node.text.startswith("Name")]
    assert folded(line.text) == f"Name {HOSTILE}"
    assert reading_order_faults(structure(request), all_said(request)) == ()


@pytest.mark.parametrize("character", ["😀", "𐤀", "ꓐ", "𠮷"])
def test_a_character_that_no_font_has_is_named(character: str) -> None:
    """A name with a letter that cannot be printed gives no leaflet, and the letter is named."""
    with pytest.raises(TypesettingError) as error:
        pdf(ask("neck", name=f"Anna {character}"))
    assert character in str(error.value)
    assert f"U+{ord(character):04X}" in str(error.value)
    assert "Anna" not in str(error.value)


# ------------------------------------------------------------------ the same everywhere
@pytest.mark.sample(7)
@pytest.mark.parametrize("request_", CASES[::7], ids=title_of)
def test_the_same_request_gives_the_same_bytes(request_: Request) -> None:
    """A leaflet made again has the same bytes."""
    assert make_leaflet(publisher(), request_).content == pdf(request_).content


@pytest.mark.sample(7)
@each_case
def test_a_leaflet_is_small_enough_for_any_mail(request_: Request) -> None:
    """No leaflet has more than 120 kB."""
    assert len(pdf(request_).content) <= MOST_BYTES


MAKE = """
import hashlib, sys
from tests.support.leaflets import ask, publisher
from handouts.pipeline import make_leaflet
print(publisher().library.version)
for words in sys.argv[1:]:
    region, status, *flags = words.split()
    made = make_leaflet(publisher(), ask(region, status, *flags))
    print(hashlib.sha256(made.content).hexdigest())
"""
WORDS = [" ".join([*branch, *flags]) for branch, flags in MIXED.items()]


def made_elsewhere(folder: Path, words: list[str], **environment: str) -> list[str]:
    """Make leaflets in another process, from another folder, and give their digests."""
    done = subprocess.run(
        [sys.executable, "-c", MAKE, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    version, *digests = done.stdout.split()
    assert version == publisher().library.version, "somebody edited the content meanwhile"
    return digests


def made_here(words: list[str]) -> list[str]:
    """Give the digests of the same leaflets, as this process made them among many others."""
    requests = [ask(*word.split()) for word in words]
    return [hashlib.sha256(pdf(request).content).hexdigest() for request in requests]


ELSEWHERE = [
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/Adak", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
]


@pytest.mark.slow
@pytest.mark.parametrize("environment", ELSEWHERE, ids=lambda found: found["TZ"])
def test_another_process_makes_the_same_bytes(tmp_path: Path, environment: dict[str, str]) -> None:
    """Hash seed, time zone, locale, folder and the order of making change no byte."""
    words = WORDS if environment["PYTHONHASHSEED"] == "1" else WORDS[::-1]
    assert made_elsewhere(tmp_path, words, **environment) == made_here(words)


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS[::2])
def test_a_leaflet_made_alone_is_the_same(tmp_path: Path, word: str) -> None:
    """The publisher keeps nothing of the patients before: alone or after others, the same bytes."""
    assert made_elsewhere(tmp_path, [word]) == made_here([word])


# ------------------------------------------------------------------ private
def strings(found: object) -> Iterator[str]:
    """Give every string and name of an object, keys too, but what other objects hold."""
    match found:
        case pikepdf.Dictionary() | pikepdf.Stream():
            for key, value in found.items():
                yield key
                if not getattr(value, "is_indirect", False):
                    yield from strings(value)
        case pikepdf.Array():
            for value in found:
                if not getattr(value, "is_indirect", False):
                    yield from strings(value)
        case pikepdf.String() | pikepdf.Name():
            yield str(found)
        case _:
            return


def test_the_patient_stands_on_the_page_and_nowhere_else() -> None:
    """Metadata, bookmarks, structure and streams hold no name and no flag of the patient."""
    request = ask("neck", "acute", "gi-ulcer", "asthma", name="Zebedee Quux")
    with opened(pdf(request).content) as found:
        held = [text for one in found.objects for text in strings(one)]
        held += [
            one.read_bytes().decode("latin-1")
            for one in found.objects
            if isinstance(one, pikepdf.Stream)
        ]
    assert len(held) > 1000
    assert any("A leaflet about neck muscle spasm" in text for text in held)
    assert not [text for text in held if re.search(r"Zebedee|Quux|gi-ulcer", text)]
    assert "Zebedee Quux" in structure(request).text


def test_the_metadata_names_the_leaflet_only() -> None:
    """Title and subject say what every such leaflet is; the bookmarks are its headings."""
    content = pdf(ask("neck", "acute", "gi-ulcer", name="Zebedee Quux", day="2026-11-22")).content
    with opened(content) as found:
        assert str(found.docinfo["/Title"]) == "Neck muscle spasm"
        assert str(found.Root.Lang) == "en-GB"
    first = outline(content)[0]
    assert (first.level, folded(first.title), first.page) == (1, "Neck muscle spasm", 1)


# ------------------------------------------------------------------ golden texts
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_structure_is_as_reviewed(golden: Golden, region: str, status: str) -> None:
    """Roles, words, drawings' texts and page breaks are those that a person has read."""
    flags = MIXED[region, status]
    request = ask(region, status, *flags, day="2026-11-22")
    name = "-".join([region, status, *flags])
    golden(name, golden_text(structure(request)))
