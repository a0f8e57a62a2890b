"""A second topic is content alone: proof, sign-off, batch and page have nothing of the first.

The topic is a sprained ankle, an example that nobody has signed: its own regions, statuses,
sections, groups, classes and rules.
"""

import asyncio
import json
import re
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from handouts.authoring.schemas import schemas_of
from handouts.cli.app import main
from handouts.content.load import load_library
from handouts.leaflet.tree import ItemList, Paragraph, Part, plain
from handouts.pipeline import open_publisher, prepare
from handouts.render.text import render_text
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request
from handouts.web.server import Settings
from tests.authoring.ankle import ankle_content
from tests.authoring.test_schemas import read
from tests.support.leaflets import DAY
from tests.support.page_in_process import PageInProcess

OTHER = re.compile(
    r"\b(back (and|or) neck|neck|spine|spasm|massage|painkiller|lumbar|thoracic)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the topic, and take its words into its own record of what was reviewed."""
    made = ankle_content(tmp_path_factory.mktemp("topic") / "ankle")
    units = sorted(open_publisher(made).changes)
    run("check", "--content", str(made), "--accept", ",".join(units), "--by", "An example")
    return made


def run(*words: str, code: int = 0) -> str:
    """Run a command, and return what it says."""
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == code, done.output
    return done.output


def test_it_is_proved_and_read(folder: Path) -> None:
    """The whole check of its rules, its leaflets and its words finds nothing."""
    said = run("check", "--content", str(folder))
    assert "6 of 6 rules of safety hold" in said
    assert re.search(r"[0-9]+ leaflets read: 0 faults", said)
    assert "Read, guarded and used: 0 faults" in said


def test_a_rule_of_it_that_does_not_hold_is_found(tmp_path: Path) -> None:
    """The proof reads this topic, not the one that ships."""
    made = ankle_content(tmp_path / "ankle")
    path = made / "red_flags.yaml"
    path.write_text(path.read_text("utf-8").replace("emergency", "routine", 1), "utf-8")
    said = run("check", "--content", str(made), code=3)
    assert "`sign-shape`" in said
    assert re.search(r"(?m)^rule \d+ does not hold: ", said)
    assert "rows of signs on bone with urgency emergency: 0, at least 1" in said


@pytest.mark.parametrize("status", ["fresh", "healing"])
@pytest.mark.parametrize(
    ("edition", "flags"),
    [
        *product(["full", "standard"], [(), ("poor-feeling",), ("child",)]),
        *product(["sheet"], [(), ("poor-feeling",)]),  # that of a child is refused, see below
    ],
)
def test_its_leaflets_say_nothing_of_another_topic(
    folder: Path, edition: str, status: str, flags: tuple[str, ...]
) -> None:
    """Its own sections stand in their order, and no word of backs, heat or medicines slips in."""
    publisher = open_publisher(folder)
    options = RequestOptions(region="ankle", status=status, flags=flags, screened=True)
    options = options.__class__(
        **{**{key: getattr(options, key) for key in options.__struct_fields__},
           "look": type(options.look)(edition=edition)}
    )  # fmt: skip
    leaflet = prepare(publisher, parse_request(publisher.library, options, today=DAY))
    own = [one.id for one in leaflet.sections if one.id in ("protect", "swelling", "sport")]
    wanted = {"full": ["protect", "swelling", "sport"]}.get(edition, ["protect", "swelling"])
    assert own == ([] if "child" in flags else wanted)
    said = render_text(leaflet)
    assert "EXAMPLE: a sprained ankle" in said
    assert OTHER.findall(said) == []
    assert leaflet.draft


@pytest.mark.parametrize(("form", "kind"), [("ticks", ItemList), ("text", Paragraph)])
def test_a_section_has_the_form_that_the_topic_gives_it(
    folder: Path, tmp_path: Path, form: str, kind: type[object]
) -> None:
    """A list becomes a list to tick, or paragraphs, with every sentence of it."""
    made = ankle_content(tmp_path / "ankle")
    topic = made / "topic.yaml"
    topic.write_text(topic.read_text("utf-8").replace("sport: points", f"sport: {form}"), "utf-8")
    (points,), (other,) = (_sport(one) for one in (folder, made))
    assert {type(part) for part in other} == {kind}
    assert _sentences(other) == _sentences(points) != []


def _sentences(parts: tuple[Part, ...]) -> list[str]:
    """List the paragraphs, or the items of lists."""
    items = [one.runs for part in parts if isinstance(part, ItemList) for one in part.items]
    return [plain(one) for one in items or [p.runs for p in parts if isinstance(p, Paragraph)]]


def _sport(folder: Path) -> list[tuple[Part, ...]]:
    """Return what stands below the heading of that section."""
    publisher = open_publisher(folder)
    look = type(RequestOptions(region="ankle").look)(edition="full")
    options = RequestOptions(region="ankle", screened=True, look=look)
    leaflet = prepare(publisher, parse_request(publisher.library, options, today=DAY))
    return [one.parts[1:] for one in leaflet.sections if one.id == "sport"]


def test_a_sheet_of_a_child_is_refused(folder: Path, tmp_path: Path) -> None:
    """The flag that stops a leaflet is the one of its section `stop`, whatever it is called."""
    where = ("--content", str(folder), "-o", str(tmp_path / "one.pdf"))
    said = run("make", "ankle", "-f", "child", "--screened", "--edition", "sheet", *where, code=4)
    assert "the sheet for `child` lists all the warning signs" in said


def test_it_goes_through_a_list_and_says_its_usual_status(folder: Path, tmp_path: Path) -> None:
    """A worklist starts from its own examples, and its rows become leaflets."""
    where = ("--content", str(folder))
    starter = tmp_path / "list.csv"
    run("batch", "--template", str(starter), *where)
    text = starter.read_text("utf-8-sig")
    assert "example-1,ankle,fresh,poor-feeling,yes" in text
    rows = "id,region,status,flags,screened\na,ankle,fresh,,yes\nb,ankle,healing,blood-thinner,no\n"
    starter.write_text(rows, "utf-8")
    run("batch", str(starter), "-o", str(tmp_path / "out"), *where)
    assert len(list((tmp_path / "out").rglob("*.pdf"))) == 2
    said = run("make", "sprained ankle", *where, "-o", str(tmp_path / "one.pdf"))
    assert "fresh (the first 3 days), as no status was given" in said


def test_it_is_on_the_page(folder: Path) -> None:
    """The page asks for its region and its questions, and shows its leaflet."""

    async def asked() -> tuple[str, str]:
        page = PageInProcess(Settings(content=str(folder)))
        first = await page.ask("GET", "/")
        wish = {"region": "ankle", "status": "healing", "flags": ["poor-feeling"]}
        made = await page.post("/api/leaflet", json.dumps(wish).encode())
        await page.close()
        assert (first.status, made.status) == (200, 200)
        return first.body.decode(), made.body.decode("utf-8", "replace")

    first, made = asyncio.run(asked())
    assert 'value="ankle"' in first
    assert "Do you take a blood thinner?" in first
    assert '<svg class="body"' not in first  # it has no drawing of the body
    assert not re.search("spasm|lumbar|thoracic", first)
    assert made.startswith("%PDF") or "sprained ankle" in made


def test_it_can_be_signed(tmp_path: Path) -> None:
    """Who signs all its units has leaflets without a draft; a word that changes has them again."""
    made = ankle_content(tmp_path / "ankle")
    where = ("--content", str(made))
    assert "sign-shape" in run("explain", "--region", "ankle", *where)
    units = sorted(open_publisher(made).changes)
    run("sign", *units, "--by", "Nobody", "--role", "consultant", *where)
    page = tmp_path / "one.txt"
    run("make", "ankle", "--screened", "--require-signed", *where, "-o", str(page))
    assert "Words approved by: consultant" in page.read_text("utf-8")
    path = made / "blocks" / "protect.yaml"
    path.write_text(path.read_text("utf-8").replace("a little** as", "a little** only as"), "utf-8")
    said = run("make", "ankle", "--screened", "--require-signed", *where, "-o", str(page), code=4)
    assert "protect-walk" in said


def test_the_schemas_of_it_accept_it(folder: Path) -> None:
    """An editor knows its words: the schemas are made from its content."""
    schemas = schemas_of(folder)
    wrong = {
        f"{name}: {error.message[:200]}"
        for name, schema in schemas.items()
        for path in (folder / "blocks").glob("*.yaml" if name == "blocks" else f"../{name}.yaml")
        for error in Draft202012Validator(schema).iter_errors(read(path.read_text("utf-8")))
    }
    assert wrong == set()


def test_a_new_region_of_it_is_written_into_its_own_files(tmp_path: Path) -> None:
    """What to do stands in the section that this topic has for it."""
    made = ankle_content(tmp_path / "ankle")
    run("new", "region", "wrist", "--content", str(made))
    assert "now-wrist-fresh" in (made / "blocks" / "protect.yaml").read_text("utf-8")
    assert "message-wrist-healing" in (made / "blocks" / "title.yaml").read_text("utf-8")
    assert "- id: line-wrist-1" in (made / "emergency_lines.yaml").read_text("utf-8")


def test_its_library_names_it(folder: Path) -> None:
    """No title of another topic is left in what a record system is told."""
    topic = load_library(folder).topic
    assert all("ankle" in getattr(topic.titles, one) for one in topic.titles.__struct_fields__)
