"""Where a leaflet goes: folders, endings, a home folder, a reference, and the last one again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.content.load import load_library
from handouts.fastpath.rerun import make_again
from tests.support.leaflets import publisher

NECK = ("make", "-r", "neck", "--date", "2026-11-22")
STEM = "neck-acute-2026-11-22"
FACTS = (
    "stomach or gut ulcer, now or in the past; age 65 or over; "
    "takes warfarin or a similar tablet with INR tests"
)
FLAGS = len(publisher().library.asked_flags)
EXCLUDED = {*publisher().library.flags["age-65-plus"].excludes} - {*publisher().library.kinds}
"""What nobody asks somebody of 65 or over."""
pytestmark = pytest.mark.usefixtures("warm_cache")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with a home and a folder of state beside it."""
    for name in ("here", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "here"


def run(*words: str, given: str | None = None) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words), input=given, obj=list(words[1:]))


def path_of(result: Result) -> str:
    """Give the last line of standard output, which is the path."""
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()[-1]


@pytest.mark.sample(4)
@pytest.mark.parametrize("again", [False, True], ids=["new", "repeated"])
@pytest.mark.parametrize(
    ("output", "file"),
    [
        ("-o=new/", None),
        ("new/", f"here/new/{STEM}-01.pdf"),
        ("~/a.pdf", "home/a.pdf"),
        ("~", f"home/{STEM}-01.pdf"),
        (".", f"here/{STEM}-01.pdf"),
        ("a", "here/a"),
        ("A.PDF", "here/A.PDF"),
        ("a.html", "here/a.html"),
        ("a.txt", "here/a.txt"),
        ("of-2026.11.22", "here/of-2026.11.22"),
    ],
)
def test_a_leaflet_goes_where_it_was_meant_to(
    here: Path, output: str, file: str | None, *, again: bool
) -> None:
    """A folder gets a numbered file, `~` is home, the ending is the format: each in both paths."""
    if again:
        run(*NECK, "-o", "first.pdf")
    words = ("-o=new/",) if file is None else ("--output", output)
    kept = make_again([*NECK[1:], *words])
    if again and file and file.lower().endswith((".pdf", "/a")) and output != "new/":
        assert kept
        path = kept[0]
    else:
        assert kept is None
        result = run(*NECK, *words)
        if file is None:
            assert "has an equals sign" in result.stderr
            return
        path = path_of(result)
    assert path == str(here.parent / (file or ""))
    begins = {".html": b"<!DOC", ".txt": b"DRAFT"}.get(Path(path).suffix, b"%PDF-")
    assert Path(path).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "a.docx"), "no leaflet is a file like `a.docx`"),
        (("-o", "a.pdf", "--format", "html"), "`a.pdf` ends as pdf does, and --format says html"),
        (("-o", "a.html", "--format", "pdf"), "`a.html` ends as html does, and --format says pdf"),
        (("--reference", "Silva"), "`Silva` cannot begin the name of a file"),
        (("--reference", "../A12"), "cannot begin the name of a file"),
        (("--reference", "silva12", "-n", "Ana Silva"), "the reference holds a word of the name"),
        (("--reference", "A12", "-o", "a.pdf"), "--reference and -o both name the file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_place_in_doubt_is_refused(here: Path, words: tuple[str, ...], message: str) -> None:
    """Where a format, a reference and a file contradict each other, nothing is written."""
    for _ in range(2):
        result = run(*NECK, *words)
        assert result.exit_code == 2
        assert message in result.stderr
        assert not list(here.iterdir())
        assert make_again([*NECK[1:], *words]) is None


def test_a_reference_begins_the_name_of_the_file_and_is_not_on_the_page() -> None:
    """Two patients are told apart by it, and the leaflet is the same byte for byte."""
    paths = [path_of(run(*NECK, "--reference", one)) for one in ("A12", "A13")]
    assert [Path(one).name for one in paths] == [f"A12-{STEM}-01.pdf", f"A13-{STEM}-01.pdf"]
    assert Path(paths[0]).read_bytes() == Path(paths[1]).read_bytes()


def test_another_leaflet_is_not_replaced_by_a_repeated_one() -> None:
    """Made again for another patient, the file of the first stays, but for --force."""
    first, second = (*NECK, "-n", "Ana", "-o", "a.pdf"), (*NECK, "-n", "Bo", "-o", "a.pdf")
    assert start(*first).returncode == 0
    kept = Path("a.pdf").read_bytes()
    assert make_again(list(first[1:]))
    assert make_again(list(second[1:])) is None
    assert run(*second).exit_code == 2
    assert Path("a.pdf").read_bytes() == kept
    assert make_again([*second[1:], "--force"])
    assert Path("a.pdf").read_bytes() != kept
    for nowhere in ([], ["-o", "."]):  # --force has nothing to replace there
        assert make_again([*NECK[1:], "--force", *nowhere]) is None


# ------------------------------------------------------------------ what is said
def start(*words: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """Run `handout` as people do."""
    command = [sys.executable, "-m", "handouts", *words]
    return subprocess.run(command, capture_output=True, check=False, env=os.environ | settings)


def test_what_is_said_is_the_same_the_first_time_and_again() -> None:
    """What was understood, the facts and what was not asked are said again, byte for byte."""
    words = (
        "make",
        "low back",
        "warfarin",
        "stomach ulcer",
        "--age",
        "70",
        "6 months",
        "-n",
        "Ana",
    )
    first, second = start(*words), start(*words)
    assert first.returncode == second.returncode == 0
    assert first.stderr == second.stderr
    assert first.stderr.decode().splitlines()[:7] == [
        "Low back: lumbar",
        "stomach ulcer: gi-ulcer",
        "6 months: chronic",
        "age: age-65-plus",
        "Low back: long-lasting pain (more than 3 months)",
        f"facts: {FACTS}",
        f"not asked about {FLAGS - 3 - len(EXCLUDED)} other facts",
    ]


def test_what_seldom_is_so_is_asked_about() -> None:
    """Two facts that seldom go together, and none after all questions, are pointed out."""
    said = run(*NECK, "-f", "under-18", "-f", "osteoporosis").stderr
    assert "please check: Under 18, with thin bones: are both true?\n" in said
    said = run(*NECK, "--screened").stderr
    assert f"please check: You asked about all {FLAGS} facts, and none is true?\n" in said
    assert "please check" not in run(*NECK, "--screened", "-f", "asthma").stderr


@pytest.mark.slow
def test_quiet_leaves_the_draft_and_what_is_in_doubt() -> None:
    """For scripts nothing is said back; that the words are a draft, and a doubt, is."""
    for _ in range(2):
        said = start(*NECK, "warfarin", "--screened", "-q").stderr.decode().splitlines()
        assert said == ["This content is not approved by a clinician. Do not give it to patients."]
    said = start(*NECK, "-q", "--screened").stderr.decode().splitlines()
    assert said[0].startswith("please check: ")


# ------------------------------------------------------------------ the last one
def test_the_last_leaflet_is_told_and_made_again(tmp_path: Path) -> None:
    """Region, status and facts are kept for the user alone; name, note and path are not."""
    words = ("make", "neck", "warfarin", "for 2 weeks", "-n", "Zebedee", "-o", "quixote.pdf")
    for repeat in (False, True):
        (tmp_path / "state/handouts/last").unlink(missing_ok=True)
        if repeat:
            assert make_again([*words[1:], "--force"])
        else:
            assert start(*words).returncode == 0
        kept = tmp_path / "state/handouts/last"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert b"Zebedee" not in kept.read_bytes()
        assert b"quixote" not in kept.read_bytes()
        told = run("last").stdout.splitlines()
        assert told[1] == "Neck: new pain (the first 12 weeks)"
        assert told[2] == "facts: takes warfarin or a similar tablet with INR tests"
        assert "handout make --region neck --status acute --flag warfarin" in told[-1]
    again = run("last", "--again", "-n", "-", "-o", "again.pdf", given="Zebedee\n")
    assert again.exit_code == 0, again.output
    assert Path("again.pdf").read_bytes() == Path("quixote.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["setting", "option"])
def test_where_nothing_is_to_be_kept_no_last_leaflet_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """With an empty HANDOUTS_CACHE, or --no-cache, no file tells what was made."""
    if how == "setting":
        monkeypatch.setenv("HANDOUTS_CACHE", "")
    assert run(*NECK, *(("--no-cache",) if how == "option" else ())).exit_code == 0
    assert not (tmp_path / "state").exists()
    result = run("last")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no leaflet is known" in result.stderr


def test_who_was_asked_about_all_of_other_words_is_asked_again(tmp_path: Path) -> None:
    """A flag may have been added since: `last` leaves the option out, and --again makes nothing."""
    kept = tmp_path / "state/handouts/last"
    kept.parent.mkdir(parents=True)
    options = "--region\nneck\n--status\nacute\n--screened"
    kept.write_text(f"handout last 2\n1\n\n{load_library().version}\n{options}", encoding="utf-8")
    assert run("last").stdout.splitlines()[-1].endswith(" --screened")
    kept.write_text(f"handout last 2\n1\n\nof then\n{options}", encoding="utf-8")
    told = run("last").stdout
    assert "handout make --region neck --status acute\n" in told
    assert "facts may have been added since" in told
    again = run("last", "--again", "-o", "again.pdf")
    assert (again.exit_code, Path("again.pdf").exists()) == (2, False)
    assert "the words have changed since the patient was asked" in again.stderr


def test_a_damaged_record_of_the_last_leaflet_is_none(tmp_path: Path) -> None:
    """Whatever stands in the file, `last` tells nothing wrong and does not end as a bug."""
    folder = tmp_path / "state/handouts"
    folder.mkdir(parents=True)
    for raw in (
        b"",
        b"\xff\xfe",
        b"handout last 2\nx\n",
        b"handout last 2\n1",
        b"handout last 1\n1\n\n--region\nneck",
        b"handout last 2\n1\n\n",
    ):
        (folder / "last").write_bytes(raw)
        assert run("last").exit_code == 2
    (folder / "last").write_bytes(b"handout last 2\n1\n\n\n--region\nnowhere")
    assert run("last").exit_code == 2
