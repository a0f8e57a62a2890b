"""The logo of a service: which files it may be, and how it stands on the page."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from handouts.cli.app import main
from handouts.content.profile import Profile
from handouts.content.provenance import profile_digest
from handouts.content.svg_file import parse_svg
from handouts.leaflet.tree import Leaflet
from handouts.render.drawings.logo import HIGHEST, logo_html, logo_operators
from handouts.render.html import render_html
from handouts.render.text import render_text
from handouts.selection.request import Request
from tests.conftest import Golden, Validate
from tests.support.faults import all_faults
from tests.support.leaflets import REGIONS, ask, joined, publisher, title_of, with_look
from tests.support.readback import opened, outline, read_structure, structure_text
from tests.support.services import ALT, OPEN, RIVER, SHAPES, served, served_pdf

PROFILE = f'name: Riverside Physiotherapy\nlogo:\n  file: logo.svg\n  alt: "{ALT}"\n'
SERVICE = Profile(name="Riverside Physiotherapy", logo=SHAPES)
BARE = replace(SERVICE, logo=None)
CASES = [
    *(ask(region, "acute") for region in REGIONS),
    with_look(ask("neck", "acute"), mono=True),
    with_look(ask("lumbar", "acute"), size=18),
    with_look(ask("thoracic", "acute"), paper="a5"),
]
each_case = pytest.mark.parametrize("request_", CASES, ids=title_of)


@pytest.fixture(autouse=True)
def _apart(warm_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, away from the caller's settings."""
    monkeypatch.chdir(warm_cache.parent)
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)


def made(request: Request, profile: Profile = SERVICE) -> tuple[Leaflet, bytes]:
    """Make the leaflet of a service."""
    return served(request, profile), served_pdf(request, profile)


def run(logo: str | None = None, profile: str = PROFILE, kind: str = "pdf") -> Result:
    """Make a leaflet with a logo from the command line."""
    Path("service.yaml").write_text(profile, encoding="utf-8")
    if logo is not None:
        Path("logo.svg").write_text(logo, encoding="utf-8")
    words = ["make", "--region", "neck", "--date", "2026-11-22", "--force", "--format", kind]
    return CliRunner().invoke(main, [*words, "-o", f"leaflet.{kind}"])


# ------------------------------------------------------------------ on the page
@pytest.mark.slow
@pytest.mark.sample(6)
@each_case
def test_a_logo_moves_nothing_and_is_read_by_its_text(request_: Request) -> None:
    """Every page starts with the words it had; the emergency box and all bookmarks stay put."""
    (plain, without), (own, content) = made(request_, BARE), made(request_)
    assert joined(own) == joined(plain)
    assert all_faults(content) == ()
    assert outline(content) == outline(without)
    root = read_structure(content)
    assert [one.alt for one in root.find("Figure")][:1] == [ALT]
    lines = [line for line in structure_text(root).splitlines() if ALT not in line]
    known = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z-]*")
    expected = structure_text(read_structure(without)).splitlines()
    assert [known.sub("", line) for line in lines] == [known.sub("", line) for line in expected]


@pytest.mark.slow
def test_a_logo_beside_a_long_name_moves_nothing_either() -> None:
    """A name that fills its line leaves the logo to stand below it, right of the title."""
    name = "The Riverside Physiotherapy and Musculoskeletal Rehabilitation Clinic of Town"
    for request in (CASES[1], CASES[-2], CASES[-1]):
        _, content = made(request, replace(SERVICE, name=name))
        assert outline(content) == outline(made(request, replace(BARE, name=name))[1])
        box = next(one for one in read_structure(content).find("Figure") if one.alt == ALT).box
        assert box
        assert box[3] - box[1] >= 12


def test_a_logo_that_says_the_name_is_decoration() -> None:
    """A reader hears the name of the service once."""
    assert SERVICE.logo
    twice = replace(SERVICE, logo=replace(SERVICE.logo, alt=SERVICE.name))
    whole, content = made(CASES[0], twice)
    figures = read_structure(content).find("Figure")
    assert SERVICE.name not in [one.alt for one in figures]
    assert all_faults(content) == ()
    assert '<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true"' in render_html(
        whole, publisher().library.figures
    )


def test_without_colours_the_logo_is_grey() -> None:
    """In mono no operator for a colour is left of the logo, in the PDF and in HTML."""
    assert SERVICE.logo
    for mono in (False, True):
        operators = logo_operators(SERVICE.logo, HIGHEST, mono=mono).split()
        assert ("rg" in operators, "RG" in operators) == (not mono, not mono)
        codes = re.findall("#([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})",
                           logo_html(SERVICE.logo, mono=mono, title=ALT))  # fmt: skip
        assert all(red == green == blue for red, green, blue in codes) == mono


def test_html_shows_the_logo_and_text_has_the_name() -> None:
    """The page holds the drawing itself with its text; the text says no more than the name."""
    whole, _ = made(CASES[0])
    assert f'role="img" aria-label="{ALT}"' in render_html(whole, publisher().library.figures)
    assert render_text(whole).count("Riverside") == render_text(made(CASES[0], BARE)[0]).count(
        "Riverside"
    )


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_accepts_leaflets_with_a_logo(verapdf: Validate, tmp_path: Path) -> None:
    """The reference validator finds no broken rule of PDF/UA-1."""
    paths = [tmp_path / f"{number}.pdf" for number in range(len(CASES))]
    for path, request in zip(paths, CASES, strict=True):
        path.write_bytes(made(request)[1])
    verapdf(paths)


def test_the_structure_is_as_reviewed(golden: Golden) -> None:
    """Roles and words of page 1 are those that a person has read."""
    text = structure_text(read_structure(made(CASES[0])[1]))
    golden("logo-head", "\n".join(text.splitlines()[:12]) + "\n")


# ------------------------------------------------------------------ from the file
@pytest.mark.slow
def test_another_drawing_is_another_code_and_another_page() -> None:
    """The bytes of the file are part of the code; a changed file is read again."""
    assert SERVICE.logo
    other = replace(SERVICE, logo=replace(SERVICE.logo, digest="0"))
    assert len({profile_digest(one) for one in (SERVICE, other, BARE)}) == 3
    pages = []
    for logo in (RIVER, RIVER.replace('r="8"', 'r="7"'), RIVER):
        result = run(logo)
        assert result.exit_code == 0, result.output
        pages.append(Path("leaflet.pdf").read_bytes())
    assert pages[0] == pages[2] != pages[1]


def test_every_shape_is_drawn() -> None:
    """Each kind of shape, and each letter of a path, is drawn, and the logo adds no page."""
    shapes = (
        '<rect width="9" height="9"/><rect width="9" height="9" ry="2"/><circle r="4"/>'
        '<ellipse rx="4" ry="3"/><line x2="9" y2="9" stroke="#000"/>'
        '<polyline points="0 0 1,2 3 4"/>'
        '<polygon points="0 0 1 2 3 4"/><path d="M1 1h2v2l1 1H2V2L3 3m1 1c1 1 2 2 3 3C1 1 2 2 3 3'
        's1 1 2 2S1 1 2 2q1 1 2 2Q1 1 2 2t1 1T9 9a1 2 30 0 1 3 3A1 2 30 1 0 3 3z"/>'
        '<g transform="matrix(1 0 0 1 2 3) scale(2) skewX(4) rotate(9 1 1)"><circle r="1"/></g>'
    )
    found = parse_svg("a.svg", "A", f"{OPEN}{shapes}</svg>".encode())
    assert len(found.shapes) == 9
    with (
        opened(made(CASES[0], replace(SERVICE, logo=found))[1]) as pdf,
        opened(made(CASES[0], replace(SERVICE, logo=None))[1]) as without,
    ):
        assert len(pdf.pages) == len(without.pages)


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        ("<script/>", "logo.svg:2: <script> cannot be in a logo"),
        ("<text>Hi</text>", "logo.svg:2: <text> cannot be"),
        ('<image href="https://x.example/a.png"/>', "logo.svg:2: <image> cannot be"),
        ("<style>@import url(x)</style>", "logo.svg:2: <style> cannot be"),
        ('<use href="#a"/>', "logo.svg:2: <use> cannot be"),
        ("<defs><image/></defs>", "logo.svg:2: <image> cannot be"),
        ('<rect width="9" height="9" fill="url(#a)"/>', "`url(#a)` is not a plain colour"),
        ('<rect width="9" height="9" onclick="x()"/>', "`onclick` cannot be in a logo"),
        ('<rect width="9" height="9" opacity=".5"/>', "`opacity` must be 1"),
        ('<rect width="9%" height="9"/>', "`9%` is not valid here"),
        ('<rect width="1e300" height="9"/>', "`1e300` is not valid here"),
        ('<path d="M0 0 L1"/>', "logo.svg:2: a path cannot be read"),
        ('<path d="M0 0 h9 v9" transform="turn(9)"/>', "`turn(9)` is not a transform"),
        ("letters", "a logo cannot contain text"),
        ("<g>" * 30 + "</g>" * 30, "<g> cannot be in a logo here"),
        ("<g/>", "the picture is empty"),
        ("<rect", "not SVG: "),
    ],
)
def test_what_is_not_a_plain_shape_is_refused(drawing: str, message: str) -> None:
    """Anything that could run, fetch or be left out stops the leaflet, with file and line."""
    result = run(f"{OPEN}\n{drawing}\n</svg>")
    assert result.exit_code == 3
    assert message in result.stderr
    assert "service.yaml:3: logo.file: " in result.stderr


def test_a_document_type_is_refused() -> None:
    """No entity is ever declared, so none can grow or read a file."""
    result = run(f'<!DOCTYPE svg [<!ENTITY a SYSTEM "/etc/passwd">]>\n{RIVER.partition(">")[2]}')
    assert result.exit_code == 3
    assert "logo.svg:1: a DOCTYPE cannot be in a logo" in result.stderr


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("profile", "message"),
    [
        (PROFILE.replace("logo.svg", "../logo.svg"), "service.yaml:3: logo.file: `../logo.svg`"),
        (PROFILE.replace("logo.svg", "logo.gif"), "service.yaml:3: logo.file: `logo.gif` is not"),
        (PROFILE.replace("logo.svg", "other.svg"), "cannot read `other.svg`"),
        (PROFILE.replace("logo.svg", "away.svg"), "cannot read `away.svg`"),
        (PROFILE.replace(f'alt: "{ALT}"', ""), "service.yaml:3: logo: `alt` is missing"),
        (PROFILE.partition("\n")[2], "`name` is missing"),
    ],
)
def test_a_logo_is_a_file_beside_the_profile_with_a_text(profile: str, message: str) -> None:
    """No other folder is read, by name or by a link; a text and a name are needed."""
    Path("deep").mkdir()
    Path("deep/logo.svg").write_text(RIVER, encoding="utf-8")
    Path("away.svg").symlink_to("deep/logo.svg")
    result = run(RIVER, profile)
    assert result.exit_code == 3
    assert message in result.stderr


def test_a_large_file_is_refused() -> None:
    """A logo is a small drawing."""
    result = run(RIVER + " " * 200_000)
    assert "larger than 200000 bytes" in result.stderr
