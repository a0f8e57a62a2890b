"""The profile of a service: what it may say, how it is found, and how it looks on the page."""

import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
import segno
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from handouts.cli.app import main
from handouts.content.profile import NOBODY, Profile
from handouts.errors import ContentError
from handouts.governance.load import load_profile
from handouts.pipeline import typeset
from handouts.render.drawings.qr_code import SIDE, bars
from handouts.render.html import render_html
from handouts.render.layout.style import (
    INK,
    contrast,
    hex_of,
    looks_like_danger,
    nearest_passing,
    passes,
    tint_of,
)
from handouts.render.pdf.graphics import MM, PAPER, Colour
from handouts.render.text import render_text
from handouts.safety.readability import leaflet_text
from handouts.selection.request import Request
from tests.conftest import Golden, Validate
from tests.support.faults import all_faults
from tests.support.leaflets import (
    REGIONS,
    ask,
    folded,
    golden_text,
    joined,
    leaflet,
    pdf,
    publisher,
    title_of,
)
from tests.support.readback import Node, opened, outline, read_structure, structure_text
from tests.support.services import RIVERSIDE, served, served_pdf

CONTENT = Path(__file__).parents[2] / "content"
WHOLE = """\
# Who we are
name: Riverside Physiotherapy
department: Musculoskeletal clinic, St Anselm Hospital
phone: "020 7946 0000 ext 12"
hours:
  - Monday to Friday, 8.30 to 17.00
  - Saturday, 9.00 to 12.00
feedback: leaflets@riverside.example
page: https://riverside.example/backs/{region}/{status}
accent: "#5B2A86"
place: us
paper: a4
"""
CASES = [
    *(ask(region, "acute") for region in REGIONS),
    ask("thoracic", "acute", "antiplatelet", screened=False, paper="letter"),
    ask("lumbar", "chronic", "diabetes", "pacemaker", "reduced-sensation", paper="letter"),
    ask("neck", "acute", "under-18"),
]
each_case = pytest.mark.parametrize("request_", CASES, ids=title_of)


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, away from the caller's settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)
    monkeypatch.setenv("HANDOUTS_CACHE", "")


@cache
def served_structure(request: Request) -> Node:
    """Read the structure of a service's leaflet back."""
    return read_structure(served_pdf(request))


def read(text: str) -> Profile:
    """Read a profile as a file of that text."""
    Path("service.yaml").write_text(text, encoding="utf-8")
    return load_profile(publisher().library)


def faults_of(text: str) -> list[str]:
    """Give the faults of a profile, each on one line."""
    with pytest.raises(ContentError) as error:
        read(text)
    return [folded(str(fault)) for fault in error.value.faults]


# ------------------------------------------------------------------ what it may say
def test_a_whole_profile_is_read_and_a_bare_one_is_too() -> None:
    """Every field is as written, and none is needed; without a file nobody hands it out."""
    assert load_profile(publisher().library) == NOBODY
    assert read(WHOLE) == RIVERSIDE
    assert read("paper: letter\n") == Profile(paper="letter")


FAULTS = {
    "nmae: Riverside": "service.yaml:1: unknown key `nmae` hint: did you mean `name`?",
    "phone: 020 7946 0000": "service.yaml:1: `name` is missing",
    "name: R\nhours: Monday": "service.yaml:1: `hours` without a `phone`",
    "name: R\nphone: ask at the desk": "service.yaml:2: phone: `ask at the desk` is not a phone",
    "name: " + 81 * "R": "service.yaml:1: name: 81 characters are too many hint: at most 80",
    "name: 'R\u202eS'": "service.yaml:1: name: character 2 of the text may not be printed: U+202E",
    "name: 漢字": "service.yaml:1: name: the typeface has no character `漢` (U+6F22)",
    "name: [R, S]": "service.yaml:1: name: expected text, got a list",
    "name: R\nphone: 111\nhours: [1, 2, 3, 4, 5]": "service.yaml:3: hours: 5 lines are too many",
    "accent: purple": "service.yaml:1: accent: `purple` is not a colour",
    "accent: '#00A499'": "the nearest that passes is #00645E",
    "accent: '#B01020'": "service.yaml:1: accent: `#B01020` looks like the red of the warning",
    "name: R\npage: http://r.example": "service.yaml:2: page: `http://r.example` is not an address",
    "name: R\npage: https://r.example/{name}": "only {region} and {status} may stand in braces",
    f"name: R\npage: https://r.example/{50 * 'x'}": "page: the address has up to 68 characters",
    "place: fr": "service.yaml:1: place: unknown place `fr` hint: known words: eu, gb, ie, us",
    "paper: a3": "service.yaml:1: paper: unknown paper `a3`",
    "": "service.yaml:1: the file is empty",
    "name: [": "service.yaml:2: not YAML",
    "- name": "service.yaml:1: expected keys and values, got a list",
    "message: Take ibuprofen": "service.yaml:1: unknown key `message`",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_wrong_profile_is_named_with_its_line(text: str) -> None:
    """What is wrong, where, and what to write instead; clinical words have no key."""
    assert any(FAULTS[text] in fault for fault in faults_of(text)), faults_of(text)


def test_all_faults_are_reported_together() -> None:
    """A person mends a profile in one round."""
    found = faults_of("name: 漢\nphone: soon\naccent: red\nplace: mars\npaper: big\nnmae: R\n")
    assert [fault.split(": ")[0] for fault in found] == [
        "service.yaml:1", "service.yaml:2", "service.yaml:3", "service.yaml:4", "service.yaml:5",
        "service.yaml:6",
    ]  # fmt: skip


# ------------------------------------------------------------------ colours
colours = st.builds("#{:06X}".format, st.integers(0, 0xFFFFFF)).map(Colour.from_hex)


@given(colours)
def test_the_nearest_colour_passes_and_changes_no_colour_that_does(colour: Colour) -> None:
    """What a message proposes is accepted; a colour that passes is its own nearest."""
    near = nearest_passing(colour)
    assert passes(near)
    assert contrast(near, PAPER) >= contrast(colour, PAPER)
    if passes(colour):
        assert hex_of(near) == hex_of(colour)


@given(colours.map(nearest_passing))
def test_every_word_on_a_tint_is_as_clear_as_on_white_must_be(accent: Colour) -> None:
    """Accent and ink have a contrast of 7 on the tint of any colour that passes."""
    assert contrast(accent, tint_of(accent)) >= 7
    assert contrast(INK, tint_of(accent)) >= 7


@pytest.mark.parametrize(
    ("code", "danger"),
    [("#A3121A", True), ("#7A0010", True), ("#5B2A86", False), ("#444444", False)],
)
def test_only_a_red_looks_like_danger(code: str, danger: bool) -> None:  # noqa: FBT001 - a table
    """The red of the warning boxes stays theirs; other colours and greys are free."""
    assert looks_like_danger(Colour.from_hex(code)) is danger


# ------------------------------------------------------------------ where it is found
def found_name(*words: str) -> str:
    """Give the service's name on a leaflet made by the command."""
    result = CliRunner().invoke(
        main, ["make", "--region", "neck", "--format", "text", "-o", "-", *words]
    )
    assert result.exit_code == 0, result.output
    return next(line for line in result.stdout.splitlines() if line.startswith("From "))


@pytest.mark.slow
def test_a_profile_is_found_by_the_variable_beside_content_or_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HANDOUTS_SERVICE goes before the content folder, and that before the current one."""
    (tmp_path / "service.yaml").write_text("name: From here\n", encoding="utf-8")
    assert found_name() == "From here"
    beside = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (beside / "service.yaml").write_text("name: From beside\n", encoding="utf-8")
    assert found_name("--content", str(beside)) == "From beside"
    (tmp_path / "other.yaml").write_text("name: From the variable\n", encoding="utf-8")
    monkeypatch.setenv("HANDOUTS_SERVICE", "other.yaml")
    assert found_name("--content", str(beside)) == "From the variable"
    monkeypatch.setenv("HANDOUTS_SERVICE", "")
    with pytest.raises(StopIteration):
        found_name("--content", str(beside))


def run(*words: str) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words))


def test_a_profile_that_is_named_and_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt HANDOUTS_SERVICE gives no leaflet without the service's name."""
    monkeypatch.setenv("HANDOUTS_SERVICE", "nowhere.yaml")
    result = run("make", "--region", "neck")
    assert result.exit_code == 3
    assert "nowhere.yaml:1: cannot read the profile: no such file or directory" in result.stderr


@pytest.mark.slow
def test_place_and_paper_are_defaults_that_an_option_overrides() -> None:
    """The profile says where and on what; the command line has the last word."""
    Path("service.yaml").write_text(WHOLE, encoding="utf-8")
    words = ("make", "--region", "neck", "--format", "text", "-o", "-")
    assert "Call 911" in run(*words).stdout
    assert "Call 999" in run(*words, "--place", "gb").stdout
    sizes: list[Sequence[float]] = []
    for more in ((), ("--paper", "letter")):
        assert run("make", "--region", "neck", "-o", "a.pdf", "--force", *more).exit_code == 0
        with opened(Path("a.pdf").read_bytes()) as found:
            sizes.append([round(float(one)) for one in found.pages[0].MediaBox])
    assert sizes == [[0, 0, 595, 842], [0, 0, 612, 792]]


@pytest.mark.slow
def test_the_usual_edition_is_a_default_that_an_option_overrides() -> None:
    """A service that gives everything says so once; an option or a preset says else."""
    words = ("make", "--region", "neck", "--date", "2026-11-22")
    Path("service.yaml").write_text("edition: standard\n", encoding="utf-8")
    for name, more in (("a", ()), ("b", ("--edition", "standard")), ("c", ("--edition", "full"))):
        assert run(*words, *more, "-o", f"{name}.pdf").exit_code == 0
    usual, standard, full = (Path(f"{name}.pdf").read_bytes() for name in "abc")
    assert usual == standard != full
    Path("service.yaml").write_text("edition: short\n", encoding="utf-8")
    assert "service.yaml:1: edition: unknown edition `short`" in run(*words).stderr


# ------------------------------------------------------------------ on the page
@pytest.mark.sample(6)
@each_case
def test_a_service_costs_no_sheet_and_keeps_the_emergency_box_on_page_1(request_: Request) -> None:
    """With name, phone and hours a leaflet takes no more paper, and the box keeps to its page."""
    made = typeset(publisher(), served(request_))
    assert -(-made.pages // 2) <= -(-pdf(request_).pages // 2)
    box = next(one for one in outline(made.content) if one.title.startswith("Call 999"))
    assert box.page == 1


@pytest.mark.sample(6)
@each_case
def test_nothing_stands_in_the_way_of_a_reader(request_: Request) -> None:
    """Marks, structure, text, fonts, footers and bookmarks are free of faults."""
    assert all_faults(served_pdf(request_)) == ()


@pytest.mark.sample(6)
@each_case
def test_the_service_is_named_on_page_1_and_its_words_are_all_there(request_: Request) -> None:
    """The name stands below the title; department, phone and hours are read in order."""
    text = folded(structure_text(served_structure(request_)).replace("\\u00a0", " "))
    head, _, rest = text.partition("H2")
    assert RIVERSIDE.name in head
    rest = rest.partition(RIVERSIDE.department)[2]
    for one in (RIVERSIDE.phone, *RIVERSIDE.hours, "Do not use this number in an emergency. Call"):
        before, found, rest = rest.partition(one)
        assert found
        assert len(before) < 60


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_accepts_leaflets_of_a_service(verapdf: Validate, tmp_path: Path) -> None:
    """The reference validator finds no broken rule of PDF/UA-1 in any of them."""
    paths = [tmp_path / f"{number}.pdf" for number, _ in enumerate(CASES)]
    for path, request in zip(paths, CASES, strict=True):
        path.write_bytes(served_pdf(request))
    verapdf(paths)


@pytest.mark.sample(6)
@each_case
def test_a_profile_changes_no_other_word(request_: Request) -> None:
    """Without what the service says of itself, the leaflet is the one that has no profile."""
    plain, own = leaflet(request_), served(request_)
    own_sections = [one.id for one in own.sections if one.id != "service"]
    assert own_sections == [one.id for one in plain.sections]
    without = [one for one in joined(own, *own_sections).split("\n") if one != RIVERSIDE.name]
    assert without == joined(plain).split("\n")
    assert leaflet_text(own) == leaflet_text(plain)


def test_html_and_text_say_the_same_of_the_service() -> None:
    """Name, phone and the colours are in the page; the text has the same words."""
    made = served(CASES[0])
    page, text = render_html(made, publisher().library.figures), folded(render_text(made))
    assert ":root { --accent: #5B2A86; --tint: #" in page
    for words in (RIVERSIDE.name, RIVERSIDE.phone, *RIVERSIDE.hours, RIVERSIDE.feedback):
        assert words in page
        assert words in text


@pytest.mark.sample(6)
@each_case
def test_the_square_code_is_the_printed_address(request_: Request) -> None:
    """At least 20 mm wide, with a text for those who cannot see it, and nothing of a patient."""
    address = f"https://riverside.example/backs/{request_.region}/{request_.status}"
    root = served_structure(request_)
    (code,) = [node for node in root.find("Figure") if address in (node.alt or "")]
    assert address in "".join(node.text for node in root.find("P") + root.find("Link"))
    assert code.alt == f"A square code to scan. It opens {address}"
    squares, dark = bars(address)
    assert SIDE / MM >= 20
    matrix = [[0] * squares for _ in range(squares)]
    for column, row, length in dark:
        matrix[row][column : column + length] = [1] * length
    assert matrix == [list(row) for row in segno.make(address, micro=False, error="m").matrix]


def test_marks_of_markup_in_a_name_are_letters() -> None:
    """Braces, stars and angle brackets in a profile neither mark up nor break a leaflet."""
    name = "<b>O'Neil</b> & {{ 7*7 }} **Sons**"
    made = served(CASES[0], Profile(name=name))
    assert name in read_structure(served_pdf(CASES[0], Profile(name=name))).text
    assert "&lt;b&gt;O&#x27;Neil&lt;/b&gt;" in render_html(made, publisher().library.figures)


def test_the_structure_is_as_reviewed(golden: Golden) -> None:
    """Roles and words are those that a person has read."""
    golden("service-lumbar-acute", golden_text(served_structure(CASES[2])))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("name: In an emergency call us, not 999", "has 999"),
        ("name: In an emergency call the clinic", "speaks of emergencies"),
        ("name: Dial 112 Clinic", "has 112"),
        ("name: R\ndepartment: Call us first for chest pain", "says whom to call first"),
        ("name: R\ndepartment: Ring the desk before you dial anyone", "says whom to call first"),
        ("name: R\ndepartment: Phone us if your legs go weak", "says what to do about a sign"),
        ("name: R\nphone: 020 1\nhours: [You need not call at night]", "says what not to do"),
        ("name: R\nfeedback: Stop your blood thinner, and tell us", "advises on medicines"),
        ("name: R\nfeedback: We like ibuprofen", "names a medicine"),
        ("name: R\nfeedback: Back pain is harmless", "calms the reader"),
        ("name: R\nfeedback: Approved by the NHS", "promises something"),
        ("name: R\nphone: '999'", "is no number of a service"),
        ("name: R\nphone: 116 123", "is no number of a service"),
    ],
)
def test_a_service_does_not_speak_against_the_emergency_box(line: str, why: str) -> None:
    """Nothing that a service writes of itself names another number, or advises the reader."""
    (fault,) = faults_of(f"{line}\n")
    assert why in fault
    assert fault.startswith("service.yaml:")


@pytest.mark.parametrize(
    "line",
    [
        "name: NHS Lothian Physiotherapy",
        "name: First Contact Physiotherapy, The Limes Surgery",
        "name: Dr Call & Partners",
        "name: R\ndepartment: Pain Clinic, Ward 111",
        "name: R\ndepartment: Medicines Management Team",
        "name: R\ndepartment: Chest Pain and Rheumatology Unit",
        "name: R\nphone: 020 7999 1119\nhours: [Mon to Fri 9 am to 5 pm, Closed on bank holidays]",
        "name: R\nfeedback: Tell us what you think at the desk of the Pain Team",
    ],
)
def test_a_service_may_be_called_what_it_is_called(line: str) -> None:
    """Names of real services, their hours and their thanks are no advice."""
    assert read(f"{line}\n").name
