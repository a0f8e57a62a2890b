"""The clinician's sheet: one page for every request, whole where it matters, honest where cut."""

import random
import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pypdf
import pytest
from msgspec import structs

from handouts.audit.explain import Account
from handouts.audit.record_sheet import RecordSheet, sheet_of, typeset_sheet
from handouts.content.load import content_folder
from handouts.content.profile import NOBODY
from handouts.content.staff_words import load_record_words
from handouts.errors import TypesettingError
from handouts.governance.approval import UNSIGNED, Signoff
from handouts.render.pdf.typeface import typeface
from handouts.selection.code import write_recipe
from handouts.selection.request import Request
from tests.support.leaflets import BRANCHES, ask, publisher, selection, together
from tests.support.pdf_content import read_page

FLAGS = tuple(publisher().library.flags)
SMALLEST_IDS, SMALLEST = 7.5, 9
SEVERAL = ("gi-ulcer", "blood-thinners", "kidney-disease", "diabetes", "low-weight")
MARGIN = 36
NARROWEST = 0.97
"""Runs of bold text are wider than this part of what they measure in the usual weight."""
EVERY = together(flag for flag in FLAGS if flag != "under-18")
MOST = EVERY[: len(EVERY) * 5 // 6]
"""So many that the first list of ids is cut on every paper; with every flag Letter has none."""
OLD = together(("age-65-plus", *FLAGS))


def sheet_for(request: Request) -> RecordSheet:
    """Put a leaflet of unsigned words on a sheet."""
    opened = publisher()
    return sheet_of(
        Account(
            library=opened.library,
            selection=selection(request),
            signoff=Signoff(),
            profile=NOBODY,
            withdrawn={},
            verdict=UNSIGNED,
            code=write_recipe(opened.library, request, opened.provenance),
            words=load_record_words(content_folder()),
        )
    )


def text_of(content: bytes) -> str:
    """Read the words of the only page, lines joined."""
    with pypdf.PdfReader(BytesIO(content)) as pdf:
        (page,) = pdf.pages
        return " ".join(page.extract_text().split())


def some_flags(seed: int) -> tuple[str, ...]:
    """Draw a set of flags of any size that one patient can have."""
    chance = random.Random(seed)  # noqa: S311 - the same sets on every run
    return together(chance.sample(FLAGS, chance.randint(2, len(EVERY))))


def requests() -> Iterator[Request]:
    """Ask for every region and status by A4 and Letter, each flag, and 200 sets of flags."""
    for region, status in BRANCHES:
        for place in ("gb", "us"):
            yield ask(region, status, place=place)
            yield ask(region, status, screened=False, place=place)
            yield ask(region, status, *EVERY, place=place)
            yield ask(region, status, *OLD, place=place)
    for number, flag in enumerate(FLAGS):
        yield ask(*BRANCHES[number % 6], flag, place="us")
    for seed in range(200):
        place = ("gb", "us")[seed % 2]
        yield ask(*BRANCHES[seed % 6], *some_flags(seed), screened=seed % 3 > 0, place=place)


@pytest.mark.long
@pytest.mark.slow
def test_a_sheet_has_one_page_for_every_request() -> None:
    """Whatever the region, status, paper and flags, and asked or not."""
    faces = typeface()
    for request in requests():
        assert typeset_sheet(sheet_for(request), faces).pages == 1, request


@pytest.mark.parametrize("paper", ["a4", "letter", "a5"])
def test_only_ids_are_cut(paper: str) -> None:
    """Of the longest sheets each fact, each line of advice and the note are whole; ids are counted.

    A leaflet on half a sheet has its record on a whole one.
    """
    for flags in (MOST, EVERY):
        sheet = sheet_for(ask("neck", "acute", *flags, paper=paper))
        words = text_of(typeset_sheet(sheet, typeface()).content)
        assert_facts_are_whole(sheet, words)
        first = sheet.listings[0]
        listed = words.partition(first.heading)[2]
        shown = sum(name in listed for group in first.groups for name in group.ids)
        cut = re.search(r"and (\d+) more; see the table", listed)
        if flags == EVERY and not cut:
            assert first.heading in words.partition("No room here for: ")[2]
            assert not shown
        else:
            assert cut
            assert shown + int(cut[1]) == first.size
        assert all(one.heading in words for one in sheet.listings)


def assert_facts_are_whole(sheet: RecordSheet, words: str) -> None:
    """Look for each fact, the note and each line of advice of a sheet in its words."""
    plain = words.replace(" ", "")
    for label, value in (*sheet.facts, *sheet.long_facts):
        assert f"{label}:{value}".replace(" ", "") in plain
    assert sheet.note.replace(" ", "") in plain
    for heading, advice in sheet.advice:
        assert heading in words
        assert all(f"{one.word} {one.name} {one.because}" in words for one in advice)


def test_questions_and_the_usual_leaflet_are_cut_before_the_sources() -> None:
    """With two facts and nobody asked, what the facts bring and all sources still stand there."""
    flags = ("asthma", "ssri-snri")
    sheet = sheet_for(ask("thoracic", "acute", *flags, screened=False, place="us"))
    words = text_of(typeset_sheet(sheet, typeface()).content)
    for listing in sheet.listings[:3]:
        assert all(name in words for group in listing.groups for name in group.ids), listing
    absent = words.partition("No room here for: ")[2]
    usual, *questions = sheet.listings[3:]
    assert not all(name in words for group in usual.groups for name in group.ids)
    assert all(listing.heading in absent for listing in questions)


def test_letters_are_large_enough_and_stay_on_the_page() -> None:
    """Ids have 7.5 points, all else 9 or more; the longest code and names end before the edge."""
    exercises = ("neck-turn", "neck-side-bend", "chin-tuck", "shoulder-blade-squeeze")
    long = ask("neck", "chronic", *SEVERAL, exercises=exercises, doses=("neck-turn=5x3",))
    full = ask("neck", "acute", *EVERY, place="us")
    for request in (long, ask("neck", "acute", *MOST, place="us"), full, ask()):
        sheet = sheet_for(request)
        ids = {name for one in sheet.listings for group in one.groups for name in group.ids}
        with pikepdf.open(BytesIO(typeset_sheet(sheet, typeface()).content)) as pdf:
            page = pdf.pages[0]
            runs = read_page(page, 1).all_runs
            width = float(page.mediabox[2])
        assert {run.size for run in runs} == {SMALLEST_IDS, SMALLEST, 10.5, 13}
        small = " ".join(run.text for run in runs if run.size == SMALLEST_IDS)
        said = " ".join(run.text for run in runs).partition("No room here for: ")[2]
        none = request is full and sheet.listings[0].heading in said
        assert none or any(name in small for name in ids)
        faces = typeface()
        for run in runs:
            assert run.x >= MARGIN, run
            assert run.x + faces[400].width(run.text, run.size) * NARROWEST < width - MARGIN, run


def test_what_no_page_holds_is_refused() -> None:
    """Facts are never cut: where they fill the page by themselves, there is no sheet."""
    sheet = sheet_for(ask("neck", "acute", "gi-ulcer"))
    label, value = sheet.long_facts[-1]
    longer = structs.replace(sheet, long_facts=((label, f"{value} " * 400),))
    with pytest.raises(TypesettingError, match="do not fit one page"):
        typeset_sheet(longer, typeface())


def test_kinds_that_decide_together_are_named_as_the_broad_flag() -> None:
    """Two kinds of one broad flag are one reason; one kind alone is named itself."""
    both = sheet_for(ask("neck", "acute", "warfarin", "other-blood-thinner"))
    alone = sheet_for(ask("neck", "acute", "warfarin", "pregnant"))
    reasons = [
        {row.name: row.because for _, rows in sheet.advice for row in rows}["nsaid-systemic"]
        for sheet in (both, alone)
    ]
    assert reasons == ["blood-thinners", "warfarin, pregnant"]
    assert "warfarin, other-blood-thinner" in both.note
