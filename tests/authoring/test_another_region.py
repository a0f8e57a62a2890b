"""A region beside the spine is content alone, and no sentence about backs slips into it."""

import asyncio
import json
import re
import shlex
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from handouts.cli.app import main
from handouts.content.blocks import InRegion, Wording
from handouts.content.load import load_library, resource
from handouts.content.look import LookOptions
from handouts.governance.edit import open_signoff
from handouts.leaflet.markup import fill
from handouts.pipeline import Publisher, open_publisher, prepare, select
from handouts.render.text import render_text
from handouts.safety.certain import certain_faults
from handouts.safety.coverage import least_contents
from handouts.safety.invariants import Invariants
from handouts.safety.least import read_rules
from handouts.safety.other_regions import words_of_others
from handouts.safety.proof import prove
from handouts.safety.urgency import urgency_faults
from handouts.selection.options import RequestOptions
from handouts.selection.request import Request, parse_request
from handouts.web.server import Settings
from tests.authoring.shoulder import DECIDED, SHAPE, add_shoulder
from tests.support.page_in_process import PageInProcess

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 29)
SPINE = re.compile(
    r"\b(neck|necks|spine|spinal|back pain|back spasm|back or neck|neck or back|your back)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the content, and add the region to the copy."""
    copy = tmp_path_factory.mktemp("region") / "mine"
    shutil.copytree(resource("content"), copy)
    add_shoulder(copy)
    return copy


@pytest.fixture(scope="module")
def publisher(folder: Path) -> Publisher:
    """Read the copy."""
    return open_publisher(folder)


def run(*words: str) -> str:
    """Run a command that must end well."""
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def decided(publisher: Publisher, request: Request) -> list[str]:
    """List what a leaflet says of the spine by somebody's decision."""
    words = publisher.library.words_in(request.place, request.region)
    return [
        fill(wording, words).replace("**", "")
        for choice in select(publisher, request).chosen
        if choice.block.id in DECIDED
        for wording in choice.block.wordings
        if isinstance(wording, Wording)
    ]


@pytest.mark.parametrize("flags", [(), ("asthma",), ("gi-ulcer", "diabetes")])
@pytest.mark.parametrize("status", ["acute", "chronic"])
@pytest.mark.parametrize("edition", ["full", "standard", "sheet"])
def test_its_leaflets_say_nothing_of_backs(
    publisher: Publisher, status: str, edition: str, flags: tuple[str, ...]
) -> None:
    """Outside the exercises, which name positions, no sentence names a part of the spine.

    What is right whatever hurts, and so stands in `allows` of the region, is taken out before.
    """
    for screened in (True, False) if edition != "sheet" else (True,):
        options = RequestOptions(
            region="shoulder",
            status=status,
            flags=flags,
            screened=screened,
            look=LookOptions(edition=edition),
        )
        request = parse_request(publisher.library, options, today=DAY)
        leaflet = prepare(publisher, request)
        other = tuple(one for one in leaflet.sections if one.id != "exercises")
        said = " ".join(render_text(replace(leaflet, sections=other)).split())
        for sentence in decided(publisher, request):
            said = said.replace(sentence, "")
        assert len(said) > 1500
        assert [said[one.start() - 60 : one.end()] for one in SPINE.finditer(said)] == []
        assert "shoulder spasm" in said or edition != "full"


def test_it_goes_through_make_and_batch(folder: Path, tmp_path: Path) -> None:
    """The region has a PDF, a sheet, and rows of a worklist."""
    run("make", "-r", "shoulder", "--content", str(folder), "-o", str(tmp_path / "one.pdf"))
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    rows = "id,region,status,flags,screened\na,shoulder,acute,,yes\nb,shoulder,chronic,asthma,yes\n"
    run("make", "-r", "shoulder", "--screened", "--edition", "sheet", "--exercise", "walking",
        "--content", str(folder), "-o", str(tmp_path / "sheet.pdf"))  # fmt: skip
    (tmp_path / "list.csv").write_text(rows, "utf-8")
    run("batch", str(tmp_path / "list.csv"), "-o", str(tmp_path / "out"), "--content", str(folder))
    assert len(list((tmp_path / "out").rglob("*.pdf"))) == 2


def test_it_is_on_the_page(folder: Path) -> None:
    """The page asks for it, shows it on the body, and makes its leaflet."""

    async def asked() -> str:
        page = PageInProcess(Settings(content=str(folder)))
        first = await page.ask("GET", "/")
        wish = {"region": "shoulder", "status": "acute", "flags": ["asthma"]}
        made = await page.post("/api/leaflet", json.dumps(wish).encode())
        await page.close()
        assert (first.status, made.status) == (200, 200)
        return first.body.decode()

    page = asyncio.run(asked())
    assert 'name="region" value="shoulder"' in page
    assert f'data-region="shoulder" d="{SHAPE}"' in page


def test_it_can_be_signed(folder: Path, publisher: Publisher, tmp_path: Path) -> None:
    """Who signs every unit has a leaflet of the region without a draft."""
    units = sorted(open_signoff(folder).units())
    assert len(units) > len(publisher.library.blocks)
    where = ("--content", str(folder))
    run("sign", *units, "--by", "Nobody", "--role", "consultant", *where)
    try:
        page = tmp_path / "one.txt"
        run("make", "shoulder", "--screened", "--require-signed", *where, "-o", str(page))
        assert "Words approved by: consultant" in page.read_text("utf-8")
    finally:
        (folder / "signoff.yaml").unlink()


RULES = (4, 14, 37, 42, 59, 81, 110, 112, 121, 124, 140, 144, 146, 191, 192, 193, 194, 195)
"""Rules that a new region breaks first: what is missing beside each fact, and on a sheet.

The texts of all rules are held to it; to prove all takes the whole check, which finds nothing.
"""


def test_it_is_a_whole_region(folder: Path, publisher: Publisher) -> None:
    """It has what every region has, names no part of others, and breaks no rule in any edition.

    The rules are those that ship, to the byte: they ask each region for its own blocks.
    """
    library = publisher.library
    for name in ("invariants.yaml", "names.yaml", "labels.yaml", "plain_words.yaml"):
        assert (folder / name).read_bytes() == (resource("content") / name).read_bytes()
    assert least_contents(library, read_rules(folder)) == []
    assert words_of_others(library) == []
    assert certain_faults(library, read_rules(folder)) == []
    assert urgency_faults(library, folder) == []
    assert [one.message for rule in publisher.rules for one in rule.faults] == []
    rules = tuple(rule for rule in publisher.rules if rule.number in RULES)
    assert len(rules) == len(RULES)
    report = prove(library, Invariants(library, rules))
    assert report.failures == ()


def test_what_a_region_lacks_is_proved_soon_and_says_what_would_help(
    folder: Path, tmp_path: Path
) -> None:
    """A line that waits for a sign and a sentence of other regions are named, in a short check."""
    copy = tmp_path / "mine"
    shutil.copytree(folder, copy)
    for file, entry, region in (
        ("red_flags.yaml", "rf-head-birth", ", shoulder"),
        ("blocks/message.yaml", "message-sudden-acute", "{region: shoulder}, "),
    ):
        text = (copy / file).read_text("utf-8")
        at = text.index(region, text.index(f"- id: {entry}\n"))
        (copy / file).write_text(text[:at] + text[at + len(region) :], "utf-8")
    done = CliRunner().invoke(main, ["check", "--prove", "--content", str(copy)])
    assert done.exit_code == 3, done.output
    assert (
        "`line-after-birth` prints only beside all rows that it `covers`: rf-head-birth is missing"
        in done.output
    )
    assert "`message-sudden-acute`" in done.output
    assert " would, if shoulder stood in their `region`" in done.output
    assert "rules of safety hold: " in done.output
    assert "The other leaflets were not read" in done.output
    # Each command that shows a leaflet can be typed as it stands.
    shown = re.findall(r"^  see: handout (.*)$", done.output, re.MULTILINE)
    assert shown
    assert all(one.endswith(f" --content {copy}") for one in shown)
    assert "shoulder, acute" in run(*shlex.split(shown[-1]))


# ------------------------------------------------------------------ what keeps it so
def test_a_sentence_for_everyone_that_names_a_part_of_others_is_a_fault() -> None:
    """With a region of other parts each such block is named, unless the region allows it."""
    library = load_library()
    assert words_of_others(library) == []
    neck = library.regions["neck"]
    hand = replace(neck, id="hand", parts=("hand",), allows=())
    found = words_of_others(replace(library, regions={**library.regions, "hand": hand}))
    told = {one.path for one in found if "leaflets of hand" in one.message}
    assert {"rf-child", "rf-knock", "neck-thrust-avoid"} <= told
    # Each comes with a command that shows it, and all of a region with one hint.
    of_hand = [one for one in found if "leaflets of hand" in one.message]
    assert sum("`parts` of a region may be too wide" in one.hint for one in of_hand) == 1
    (knock,) = (one for one in of_hand if one.path == "rf-knock")
    assert "\n  see: handout make --region hand " in knock.message
    assert " --flag blood-thinners " in knock.message
    allowed = replace(hand, allows=("rf-child", "rf-nothing"))
    again = words_of_others(replace(library, regions={**library.regions, "hand": allowed}))
    assert "rf-child" not in {one.path for one in again if "leaflets of hand" in one.message}
    assert any("`rf-nothing`" in one.message for one in again)
    # What needs no leave has none: what is written there later would be allowed unread.
    loose = replace(hand, allows=("rf-shape",))
    again = words_of_others(replace(library, regions={**library.regions, "hand": loose}))
    assert any("`allows` names `rf-shape`, which names no part" in one.message for one in again)
    own = replace(hand, allows=("line-crisis",))
    crisis = tuple(
        replace(one, when=InRegion(("neck", "hand"))) if one.id == "line-crisis" else one
        for one in library.blocks
    )
    again = words_of_others(
        replace(library, regions={**library.regions, "hand": own}, blocks=crisis)
    )
    assert any(
        "`line-crisis`, whose own condition says that it is for hand" in one.message
        for one in again
    )


def test_a_sentence_that_names_its_regions_is_a_decision() -> None:
    """What says for which regions it is may name any part there."""
    library = load_library()
    hand = replace(library.regions["neck"], id="hand", parts=("hand",))
    blocks = tuple(
        replace(one, when=InRegion(("neck", "thoracic", "lumbar", "hand")))
        for one in library.blocks
    )
    regions = {**library.regions, "hand": hand}
    assert words_of_others(replace(library, regions=regions, blocks=blocks)) == []
