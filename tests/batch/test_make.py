"""A worklist becomes a leaflet for each row: whole, in order, private, and nothing mixed up."""

import csv
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pikepdf
import pytest
from click.testing import CliRunner, Result

from handouts.batch.output import Volumes, open_outbox
from handouts.cli.app import main
from handouts.system.locks import ExclusiveFile
from tests.conftest import Validate
from tests.support.pdf_content import PageContent
from tests.support.readback import read_contents, read_structures
from tests.support.terminal import run_on_terminal

DAY = "2026-11-22"
HEAD = "row id,region,status,flags,name\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def batch(*words: str) -> Result:
    """Run `handout batch` with one worker, as a shell would."""
    usual = () if "--template" in words else ("--workers", "1", "--date", DAY)
    return CliRunner().invoke(main, ["batch", *usual, *words])


def write(text: str, name: str = "list.csv", encoding: str = "utf-8") -> str:
    """Write a worklist."""
    Path(name).write_bytes(text.encode(encoding))
    return name


def contents(folder: str) -> dict[str, bytes]:
    """Read all files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def contents_of(path: str) -> Sequence[PageContent]:
    """Read what the pages of a PDF show."""
    return read_contents(Path(path).read_bytes())


def problems(*rows: str, head: str = HEAD) -> str:
    """Check rows, and give what is said of those that cannot be used."""
    result = batch(write(head + "\n".join(rows)), "--dry-run")
    assert result.exit_code == 1, result.output
    return "\n".join(line for line in result.stderr.splitlines() if line.startswith("row "))


@pytest.mark.slow
def test_each_row_gets_the_leaflet_that_make_makes() -> None:
    """The bytes are those of `handout make`, also where a name is long or has a rare letter."""
    names = ["Ana Silva", "", "Gŵyneth", "Bartholomew-Featherstonehaugh " * 2 + "Jr"]
    rows = [f"p{n},neck,acute,gi-ulcer,{name}" for n, name in enumerate(names)]
    result = batch(write(HEAD + "\n".join(rows)), "-o", "out")
    assert result.exit_code == 0, result.output
    for number, name in enumerate(names):
        words = ["--region", "neck", "--flag", "gi-ulcer", "--date", DAY, "--name", name]
        made = CliRunner().invoke(main, ["make", *words, "-o", "one.pdf", "--force"])
        assert made.exit_code == 0, made.output
        assert Path(f"out/p{number}.pdf").read_bytes() == Path("one.pdf").read_bytes()


@pytest.mark.parametrize("umask", [0, 0o777])
def test_files_are_private_and_the_manifest_tells_nothing_of_the_patient(umask: int) -> None:
    """Modes are 0600 and 0700; the manifest has row, file, pages, digest and content version."""
    path = write(f"{HEAD}17,neck,acute,asthma,Ana Silva")
    before = os.umask(umask)
    try:
        batch(path, "-o", "out")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in Path("out").iterdir()}
    assert modes == {"17.pdf": 0o600, "manifest.jsonl": 0o600}
    assert stat.S_IMODE(Path("out").stat().st_mode) == 0o700
    (line,) = Path("out/manifest.jsonl").read_text().splitlines()
    assert set(json.loads(line)) == {"row", "file", "pages", "sha256", "content"}
    assert "asthma" not in line
    assert "Silva" not in line


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,nek,acute,,", "row 2 (id 1): region: unknown region `nek` (did you mean `neck`?)"),
        ("1,neck,acut,,", "row 2 (id 1): status: unknown status `acut` (did you mean `acute`?)"),
        (
            "1,neck,,,",
            "row 2 (id 1): status: the status is missing (write one of",
        ),
        (
            "1,,acute,,",
            "row 2 (id 1): region: the region is missing (say where it hurts",
        ),
        ("1,neck,acute,gi-ulcr,", "row 2 (id 1): flags: unknown flag `gi-ulcr` (did you mean"),
        ("1,neck,acute,under-18 age-65-plus,", "row 2 (id 1): flags: `age-65-plus` cannot go with"),
        ("../x,neck,acute,,", "row 2: row id: `../x` cannot name a file"),
        ("con,neck,acute,,", "row 2: row id: `con` cannot name a file"),
        ("a.,neck,acute,,", "row 2: row id: `a.` cannot name a file"),
        ("silva-1,neck,acute,,Ana Silva", "row 2: row id: the row id contains the patient's name"),
        ("1,neck,acute,,A,more", "row 2: the row has more cells than the header"),
        ('1,"neck"x,acute,,', "row 2: the row cannot be read"),
    ],
)
def test_a_bad_row_is_named_with_column_and_remedy(row: str, message: str) -> None:
    """Every way in which a row can be wrong names the row, the column, what, and what instead."""
    said = problems(row, "2,neck,acute,,")
    assert said.startswith(message)
    assert "headerer" not in said


def test_a_quotation_mark_that_is_left_open_hides_nobody() -> None:
    """The rows that it takes in are counted, and their words are in the rejects as they were.

    They were told as one row that cannot be read, and its line in the rejects was empty.
    """
    rows = '1,neck,acute,,"Ann\n2,lumbar,acute,,Bo\n3,neck,acute,,Cy\n'
    result = batch(write(HEAD + rows), "-o", "out")
    assert result.exit_code == 1
    assert "row 2: the row cannot be read: a quotation mark is opened in it" in result.stderr
    assert "the 2 lines after it are part of it" in result.stderr
    with Path("out/list.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        _, kept = csv.reader(file)
    assert rows in kept
    again = batch("out/list.rejects.csv", "-o", "again")
    assert again.exit_code == 1
    assert "row 2: the row has more cells than the header" in again.stderr


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("language", "fr", "row 2 (id 1): language: unknown language `fr` (only en so far)"),
        ("doses", "neck-turn=lots", "row 2 (id 1): doses: `neck-turn=lots` is not a dose (write"),
        (
            "exercises",
            "chin-tuk",
            "row 2 (id 1): exercises: unknown exercise `chin-tuk` (did you",
        ),
        ("place", "fr", "row 2 (id 1): place: unknown place `fr`"),
        ("paper", "a3", "row 2 (id 1): paper: unknown paper `a3`"),
        ("preset", "x", "row 2 (id 1): preset: unknown preset `x`"),
        (
            "date",
            "22/11/2026",
            "row 2 (id 1): date: `22/11/2026` is not a date (write it as",
        ),
        ("note", "x" * 601, "row 2 (id 1): note: the note has 601 characters (at most 600)"),
        (
            "copies",
            "0",
            "row 2 (id 1): copies: `0` is not a number of copies (write",
        ),
        (
            "screened",
            "perhaps",
            "row 2 (id 1): screened: `perhaps` is neither yes nor no (write",
        ),
    ],
)
def test_a_bad_cell_of_any_column_is_named(column: str, cell: str, message: str) -> None:
    """The columns that a worklist may have are read as strictly as region, status and flags."""
    found = problems(f"1,neck,{cell}", "2,neck,", head=f"row id,region,{column}\n")
    assert found.startswith(message)


UNSET = {
    "Ana 😀": "character 5 of the name is in no typeface here: U+1F600 GRINNING FACE",
    "A\u202enna": "character 2 of the name may not be printed: U+202E RIGHT-TO-LEFT OVERRIDE",
    "M\ufffdller": "character 2 of the name may not be printed: U+FFFD REPLACEMENT CHARACTER",
    "\ue000": "character 1 of the name may not be printed: U+E000, a private character",
    "x" * 500: "the name has 500 characters (at most 80)",
}


def test_a_name_that_cannot_be_set_leaves_its_line_blank() -> None:
    """Each row gets its leaflet, as without a name; the run, the tally and the manifest say so."""
    rows = [f"{n},neck,acute,,{name}" for n, name in enumerate(UNSET)]
    worklist = write("\n".join([HEAD.strip(), *rows, "p,neck,acute,,", "q,neck,acute,,محمد علي"]))
    result = batch(worklist, "-o", "out", "--merge", "all.pdf", "--slips")
    assert result.exit_code == 0
    assert "7 leaflets" in result.stdout
    assert "; 5 with a blank name line" in result.stdout
    for number, why in enumerate(UNSET.values(), 2):
        assert f"row {number} (id {number - 2}): name: {why}" in result.stderr
    assert result.stderr.count("its name line is blank") == len(UNSET)
    blank = Path("out/p.pdf").read_bytes()
    assert all(Path(f"out/{n}.pdf").read_bytes() == blank for n in range(len(UNSET)))
    assert Path("out/q.pdf").read_bytes() != blank
    lines = [json.loads(line) for line in Path("out/manifest.jsonl").read_text().splitlines()]
    assert [one.get("name line") for one in lines] == ["blank"] * len(UNSET) + [None, None]
    printed = " ".join(top.text for top in read_structures(Path("all.pdf")))
    for why in UNSET.values():
        assert why.removesuffix(" (at most 80)") in printed.replace("  ", " ")


def test_a_note_that_cannot_be_set_refuses_its_row() -> None:
    """A leaflet without its note would say less than the clinician meant."""
    found = problems("1,neck,a 😀", "2,neck,", head="row id,region,note\n")
    assert found.startswith("row 2 (id 1): note: character 3 of the note is in no typeface here")


def test_row_ids_that_are_alike_are_both_refused() -> None:
    """`A7` and `a7` are one file to some systems, and nobody knows which patient is meant."""
    found = problems("A7,neck,acute,,", "a7,neck,acute,,", "b,neck,acute,,")
    assert [line.split(":")[0] for line in found.splitlines()] == ["row 2", "row 3"]


def test_rejects_are_mended_and_run_again() -> None:
    """Good rows print, bad ones come back in the worklist's own form, and then print as well."""
    text = "Region;STATUS;Flags;Patient\nneck;acute;;Zoë\nnek;acute;;Åsa\nlumbar;chronic;;\n"
    first = batch(write(text, encoding="cp1252"), "-o", "out")
    assert first.exit_code == 1
    assert "Windows-1252" in first.stderr
    assert {"0002.pdf", "0004.pdf", "list.rejects.csv"} <= set(contents("out"))
    rejects = Path("out/list.rejects.csv")
    assert (
        rejects.read_text("cp1252").splitlines()[0] == "Region;STATUS;Flags;Patient;row id;problem"
    )
    rejects.write_bytes(rejects.read_bytes().replace(b"nek;", b"neck;"))
    second = batch(str(rejects), "-o", "out")
    assert second.exit_code == 0, second.output
    lines = Path("out/manifest.jsonl").read_text().splitlines()
    files = [json.loads(line)["file"] for line in lines]
    assert files == ["0002.pdf", "0004.pdf", "0003.pdf"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_export_of_a_spreadsheet_is_read(mark: str, encoding: str) -> None:
    """Delimiters and encodings are found out; Excel's line `sep=` is skipped."""
    text = f"sep={mark}\nNr{mark}BODY-REGION{mark}name\n1{mark}neck{mark}Zoë\n\n"
    result = batch(write(text, encoding=encoding), "--dry-run")
    said = r"1 leaflet can be made, (\d+) sides on (\d+) sheets; nothing was written\n"
    counts = re.fullmatch(said, result.stdout)
    assert counts
    assert int(counts[1]) == 2 * int(counts[2]) > 0
    assert "above it left out" not in result.stderr  # as a title is


def test_a_workbook_is_read_and_its_rejects_are_one() -> None:
    """Numbers, dates and yes-no cells count as typed; nothing in the rejects is a formula."""
    book = openpyxl.Workbook()
    for row in (
        ("id", "region", "status", "screened", "name"),
        (1, "neck", "acute", True, "Ana"),
        (2.0, "nek", "acute", False, "=1+1"),
    ):
        book.worksheets[0].append(row)
    book.worksheets[0]["E3"].data_type = "s"
    book.save("list.xlsx")
    assert batch("list.xlsx", "-o", "out").exit_code == 1
    rejects = openpyxl.load_workbook("out/list.rejects.xlsx").worksheets[0]
    assert [[cell.value for cell in row][:5] for row in rejects.iter_rows(min_row=2)] == [
        ["2", "nek", "acute", "no", "=1+1"]
    ]
    assert rejects["E2"].data_type == "s"


def test_a_formula_without_its_result_is_no_empty_cell() -> None:
    """A program that never worked it out wrote nothing there: a flag would be lost unseen."""
    book = openpyxl.Workbook()
    for row in (("id", "region", "flags"), (1, "neck", "=D2"), (2, "neck", "=D3")):
        book.worksheets[0].append(row)
    book.save("new.xlsx")
    with ZipFile("new.xlsx") as new, ZipFile("list.xlsx", "w") as solved:
        for name in new.namelist():  # Excel's way to write that the result is an empty text
            text = new.read(name).replace(b'"C3"><f>D3</f><v', b'"C3" t="str"><f>D3</f><v')
            solved.writestr(name, text)
    result = batch("list.xlsx", "-o", "out")
    assert result.exit_code == 1
    assert (
        "row 2 (id 1): a formula has no stored result: open the file in a spreadsheet program"
        in result.stderr
    )
    assert [path.name for path in Path("out").glob("*.pdf")] == ["2.pdf"]


def test_a_workbook_does_not_say_when_it_was_written() -> None:
    """No entry of a template or of rejects bears a time, so the same rows are the same bytes."""
    batch("--template", "list.xlsx")
    book = openpyxl.load_workbook("list.xlsx")
    book.worksheets[0]["B2"] = "nek"
    book.save("wrong.xlsx")
    assert batch("wrong.xlsx", "-o", "out").exit_code == 1
    for name in ("list.xlsx", "out/wrong.rejects.xlsx"):
        with ZipFile(name) as packed:
            assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = packed.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-[^<]*", core)) == {"2000-01-01T00:00:00Z"}


def test_each_column_says_what_its_option_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row's words make the leaflet that the same words make as options of `handout make`."""
    Path("service.yaml").write_text("presets:\n  stiff:\n    region: neck\n", encoding="utf-8")
    columns = "id,region,preset,doses,exercises,place,paper,edition,language,note,screened,date\n"
    row = "7,neck,,neck-turn=5x3,neck-turn|chin-tuck,us,a4,standard,en,See you on Friday,yes,"
    row += "2026-12-01\n"
    other = "8,,stiff,,,,,,,,,\n"
    monkeypatch.setenv("HANDOUTS_SERVICE", "service.yaml")
    result = batch(write(columns + row + other), "-o", "out")
    assert result.exit_code == 0, result.output
    words = "make --region neck --dose neck-turn=5x3 --exercise neck-turn --exercise chin-tuck"
    more = "--place us --paper a4 --edition standard --screened --date 2026-12-01 -o 7.pdf --note"
    CliRunner().invoke(main, [*words.split(), *more.split(), "See you on Friday"])
    CliRunner().invoke(main, f"make --preset stiff --date {DAY} -o 8.pdf".split())
    assert Path("7.pdf").read_bytes() == Path("out/7.pdf").read_bytes()
    assert Path("8.pdf").read_bytes() == Path("out/8.pdf").read_bytes()


def test_an_age_and_a_length_of_time_are_flags_and_a_status() -> None:
    """Rows with them get the leaflets of the flags and the status that they say."""
    head = "row id,region,duration,age,dob\n"
    rows = (
        "1,neck,6 months,71,\n2,neck,3/52,,2 March 2015\n3,neck,since 2019,,1990-05-05 00:00:00\n"
    )
    result = batch(write(head + rows), "-o", "out")
    assert result.exit_code == 0, result.output
    same = {"1": "-s chronic -f age-65-plus", "2": "-f under-18", "3": "-s chronic"}
    for row, words in same.items():
        CliRunner().invoke(main, f"make -r neck --date {DAY} {words} -o {row}.pdf".split())
        assert Path(f"{row}.pdf").read_bytes() == Path(f"out/{row}.pdf").read_bytes()
    said = ("6 months: chronic", "age: age-65-plus", "age: neither under-18 nor age-65-plus")
    assert {*said} <= {*result.stderr.splitlines()}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("neck,6 months,acute,40,,", "`6 months` is chronic, and the status is acute"),
        ("neck,since October or so,,40,,", "is no length of time"),
        ("neck,2 to 4 months,,40,,", "`2 to 4 months` may be either: New pain"),
        ("neck,,,40,,", "the status is missing"),
        ("neck,1 year,,,,", "the age is missing"),
        ("neck,1 year,,40,,under-18", "the age and the flag `under-18` contradict each other"),
        ("neck,1 year,,40,1950-01-01,", "the age and the date of birth do not agree"),
        ("neck,1 year,,,02/03/1950,", "the date of birth could be two days"),
    ],
)
def test_an_answer_in_doubt_refuses_its_row(row: str, message: str) -> None:
    """A row whose answers contradict each other, or are left out, gets no leaflet."""
    head = "row id,region,duration,status,age,dob,flags\n"
    assert message in problems(f"1,{row}", head=head)


def test_lines_of_json_are_read() -> None:
    """Lists of flags are lists; a broken line, or one that says a thing twice, is its own fault."""
    lines = [
        {"id": 1, "region": "neck", "flags": ["asthma", "gi-ulcer"], "screened": True},
        {"id": 2, "region": "neck", "flgs": ["asthma"]},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    broken = '{"id": 3,\n{"id": 4, "region": "neck", "region": "lumbar"}\n' + "[" * 9999
    result = batch(write(f"{text}\n{broken}", "list.jsonl"), "-o", "out")
    assert result.exit_code == 1
    said = [line for line in result.stderr.splitlines() if line.startswith("row ")]
    assert [line.split(":")[0] for line in said] == ["row 2", "row 3", "row 4", "row 5"]
    assert len(Path("out/list.rejects.jsonl").read_text().splitlines()) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is empty"),
        ("name\nAna", "has no column `region`"),
        ("region,flgas\nneck,", "unknown column `flgas`\n  hint: did you mean `flags`?"),
        ("region,area\nneck,neck", "two columns are `region`"),
        ("region\n\0", "it is not a text file"),
    ],
)
def test_a_worklist_that_would_mislead_stops_the_run(text: str, message: str) -> None:
    """Where no row can be trusted nothing is made."""
    result = batch(write(text), "-o", "out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert not Path("out").exists()


def test_nothing_that_is_there_is_replaced() -> None:
    """Another patient's leaflet, a link and a stranger's file stay; those rows are refused."""
    batch(write(f"{HEAD}1,neck,acute,,Ana"), "-o", "out")
    before = contents("out")
    Path("secret").write_bytes(b"mine")
    Path("out/2.pdf").symlink_to(Path("secret").absolute())
    result = batch(
        write(f"{HEAD}1,neck,acute,,Bea\n2,neck,acute,,Cem\n3,neck,acute,,"), "-o", "out"
    )
    assert result.exit_code == 1
    assert result.stderr.count("already exists and is a different leaflet") == 2
    assert contents("out")["1.pdf"] == before["1.pdf"]
    assert Path("secret").read_bytes() == b"mine"
    assert Path("out/3.pdf").is_file()


@pytest.mark.slow
def test_a_second_run_in_the_same_folder_is_refused() -> None:
    """Two runs at once would write one manifest; the second says so."""
    with open_outbox("out", "v"):
        result = batch(write(f"{HEAD}1,neck,acute,,"), "-o", "out")
    assert result.exit_code == 2
    assert "another run is writing into `out`" in result.stderr


@pytest.mark.slow
def test_a_second_run_into_the_same_file_is_refused() -> None:
    """Two runs at once would write one file; the second says so, also by another name for it."""
    Path("link.pdf").symlink_to("all.pdf")
    part = ExclusiveFile("all.pdf")
    part.write(b"half")
    result = batch(write(f"{HEAD}1,neck,acute,,"), "--merge", "link.pdf")
    assert result.exit_code == 2
    assert "another run is writing `link.pdf`" in result.stderr
    part.discard()
    assert {path.name for path in Path().iterdir()} == {"list.csv", "link.pdf"}


@pytest.mark.slow
def test_what_a_stopped_run_left_of_one_file_is_written_over() -> None:
    """After SIGKILL the next run ends the same as an undisturbed one, and nothing else is left."""
    write(HEAD + "\n".join(rows(1000)))
    command = [sys.executable, "-m", "handouts", "batch", "list.csv", "--date", DAY, "--merge"]
    subprocess.run([*command, "whole.pdf"], check=True, capture_output=True)
    running = subprocess.Popen(
        [*command, "all.pdf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not list(Path().glob(".handout-*.part")) and running.poll() is None:
        pass
    running.kill()
    running.wait()
    whole = Path("whole.pdf").read_bytes()
    assert not Path("all.pdf").exists() or Path("all.pdf").read_bytes() == whole
    subprocess.run([*command, "all.pdf", "--workers", "1"], check=True, capture_output=True)
    assert Path("all.pdf").read_bytes() == whole
    assert {path.name for path in Path().iterdir()} == {"list.csv", "whole.pdf", "all.pdf"}


@pytest.mark.slow
def test_a_full_disk_leaves_no_half_file() -> None:
    """One file of all that has no room is an error with a next step, and nothing stays of it."""
    write(HEAD + "\n".join(rows(20)))
    words = f"{sys.executable} -m handouts batch list.csv --no-cache --merge all.pdf"
    command = f"ulimit -f 50; {words}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no space left for `all.pdf`" in done.stderr
    assert {path.name for path in Path().iterdir()} == {"list.csv"}


def test_progress_moves_on_a_terminal_and_is_plain_in_a_log(tmp_path: Path) -> None:
    """A bar with rate and time left, redrawn in its line; in a log, lines without any of that."""
    write(HEAD + "\n".join([*rows(3), "x,nek,acute,,"]))
    words = ("batch", "list.csv", "--date", DAY, "--workers", "1", "-o")
    shown = run_on_terminal(tmp_path, *words, "out")
    last = shown.rpartition("\r\x1b[K")[2].splitlines()[0]
    assert re.fullmatch(r"\[#{24}\] 4 of 4 rows, \d+ a second, 0 s left", last)
    assert "\x1b[Krow 5 (id x): region: unknown region `nek`" in shown
    logged = batch("list.csv", "-o", "log").stderr
    assert "\r" not in logged
    assert "\x1b" not in logged
    assert re.search(r"^4 of 4 rows, \d+ a second, 0 s left$", logged, re.MULTILINE)


def test_a_link_under_the_name_of_the_unfinished_file_harms_nothing() -> None:
    """Another's file that has this name is left as it is; only the name goes."""
    part = ExclusiveFile("all.pdf")
    (unfinished,) = Path().glob(".handout-*.part")
    part.discard()
    Path("mine").write_bytes(b"precious")
    unfinished.hardlink_to("mine")
    assert batch(write(f"{HEAD}1,neck,acute,,"), "--merge", "all.pdf").exit_code == 0
    assert Path("mine").read_bytes() == b"precious"


def rows(count: int) -> Iterator[str]:
    """Give rows of a few kinds."""
    for number in range(count):
        yield f"p{number},{('neck', 'lumbar')[number % 2]},acute,,Patient {chr(65 + number % 26)}"


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    """After SIGKILL no file is half; the second run adds the rest, as if nothing had happened."""
    write(HEAD + "\n".join(rows(200)))
    command = [sys.executable, "-m", "handouts", "batch", "list.csv", "--date", DAY, "-o"]
    subprocess.run([*command, "whole"], check=True, capture_output=True)
    running = subprocess.Popen(
        [*command, "out"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not list(Path(tmp_path).glob("out/*.pdf")) and running.poll() is None:
        pass
    running.kill()
    running.wait()
    whole = contents("whole")
    kept = {path.name: path.stat().st_ino for path in Path("out").glob("*.pdf")}
    assert len(kept) > 0
    assert all(Path("out", name).read_bytes() == whole[name] for name in kept)
    subprocess.run([*command, "out", "--workers", "1"], check=True, capture_output=True)
    assert contents("out") == whole
    assert all(Path("out", name).stat().st_ino == inode for name, inode in kept.items())


def test_a_template_is_a_worklist() -> None:
    """The starter of each kind can be run once its examples are written over."""
    for suffix in ("csv", "tsv", "xlsx", "jsonl"):
        assert batch("--template", f"t.{suffix}").exit_code == 0
        assert batch(f"t.{suffix}", "-o", suffix).exit_code == 1
        rejects = Path(suffix, f"t.rejects.{suffix}")
        if suffix == "xlsx":
            book = openpyxl.load_workbook(rejects)
            for number in (2, 3, 4):
                book.worksheets[0].cell(number, 1).value = number
                book.worksheets[0].cell(number, 6).value = None
            book.save(rejects)
        else:
            text = rejects.read_bytes().replace(b"example-", b"")
            rejects.write_bytes(text.replace(b"(example)", b""))
        assert batch(str(rejects), "--dry-run").stdout.startswith("3 leaflets can be made")
        assert batch("--template", f"t.{suffix}").exit_code == 2
    with Path("t.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file))[0] == "row id"


def words(page: PageContent) -> list[tuple[str, float, float]]:
    """Give what a page shows, and where."""
    return [(run.text, run.x, run.y) for run in page.all_runs]


@pytest.mark.verapdf
def test_one_file_holds_all_leaflets_in_order(verapdf: Validate, tmp_path: Path) -> None:
    """Each reads as it does alone, has a bookmark with its row id, and the whole is PDF/UA-1."""
    rows = ["b,neck,acute,,Zoë,2", "a,nek,acute,,,", "c,lumbar,chronic,,Gŵyn,", "d,neck,acute,,Al,"]
    text = "\n".join([f"{HEAD[:-1]},copies", *rows])
    assert batch(write(text), "--merge", "all.pdf", "-o", "out").exit_code == 1
    with pikepdf.open("all.pdf") as merged:
        alone = [page for one in "bbcd" for page in contents_of(f"out/{one}.pdf")]
        assert len(merged.pages) == len(alone) + 2
        assert merged.check_pdf_syntax() == []
        roots = [str(one.S) for one in merged.Root.StructTreeRoot.K]
        assert roots == ["/Document"] * 5
        items = list(merged.open_outline().root)
    assert [item.title for item in items] == ["b (1)", "b (2)", "c", "d", "Tally sheet"]
    assert stat.S_IMODE(Path("all.pdf").stat().st_mode) == 0o600
    merged_pages = contents_of("all.pdf")[: len(alone)]
    assert [page.runs.keys() for page in merged_pages] == [page.runs.keys() for page in alone]
    assert [words(page) for page in merged_pages] == [words(page) for page in alone]
    verapdf([tmp_path / "all.pdf"])


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (".", "`.` is a folder\n  hint: name a file in it, such as leaflets.pdf"),
        ("list.csv/all.pdf", "list.csv` is not a folder\n  hint: move it away, or name"),
    ],
)
def test_a_place_for_one_file_that_cannot_be_is_named(place: str, message: str) -> None:
    """Nothing is made for a place where nothing can be written."""
    result = batch(write(f"{HEAD}1,neck,acute,,"), "--merge", place)
    assert result.exit_code == 2
    assert message in result.stderr
    assert [path.name for path in Path().iterdir()] == ["list.csv"]


def test_an_encrypted_print_file_goes_on_in_volumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is encrypted at once: of many rows, that would take all memory."""
    monkeypatch.setattr("handouts.batch.output.MOST_SEALED", 2)
    sealed: list[int] = []

    def seal(content: bytes) -> bytes:
        sealed.append(len(content))
        return b"sealed"

    volumes = Volumes(str(tmp_path / "all.pdf"), seal, duplex=True)
    for _ in range(5):
        volumes.begin_row()
    assert len(volumes.paths) == 3
    assert len(sealed) == 2
    volumes.discard()
    assert not list(tmp_path.iterdir())


def test_rejects_of_an_earlier_run_are_named() -> None:
    """After a clean run nobody can take them for what is still to mend; they may hold work."""
    Path("list.csv").write_text("row id,region\n1,neck\n2,nek\n", encoding="utf-8")
    assert batch("list.csv", "-o", "out").exit_code == 1
    old = Path("out/list.rejects.csv").read_bytes()
    Path("list.csv").write_text("row id,region\n1,neck\n2,neck\n", encoding="utf-8")
    second = batch("list.csv", "-o", "out")
    assert second.exit_code == 0
    said = (
        "`out/list.rejects.csv` is from an earlier run: if nothing in it is still to mend, delete"
    )
    assert said in second.stderr
    assert Path("out/list.rejects.csv").read_bytes() == old
    Path("out/list.rejects.csv").unlink()
    assert "earlier run" not in batch("list.csv", "-o", "out").stderr


def test_rejects_that_a_run_replaces_are_not_old() -> None:
    """The file that a run writes is its own."""
    Path("list.csv").write_text("row id,region\n1,neck\n2,nek\n", encoding="utf-8")
    batch("list.csv", "-o", "out")
    assert "earlier run" not in batch("list.csv", "-o", "out").stderr


@pytest.mark.parametrize("where", [("-o", "out"), ("--merge", "out/all.pdf")])
def test_rejects_that_somebody_mended_are_not_replaced(where: tuple[str, str]) -> None:
    """A run of the same list writes its rejects under the next number, and names the mended ones.

    The mended rows were replaced by the unmended ones, without a word.
    """
    Path("out").mkdir()
    Path("list.csv").write_text("row id,region\n2,nek\n", encoding="utf-8")
    batch("list.csv", *where)
    rejects = Path("out/list.rejects.csv")
    rejects.write_bytes(mended := rejects.read_bytes().replace(b"nek,", b"neck,"))
    for _ in range(2):
        again = batch("list.csv", *where)
        assert "1 row refused, to correct in out/list.rejects-2.csv" in again.stdout
        assert "`out/list.rejects.csv` is from an earlier run" in again.stderr
        assert rejects.read_bytes() == mended
    assert sorted(Path("out").glob("*rejects*")) == [Path("out/list.rejects-2.csv"), rejects]


def test_a_row_says_what_somebody_should_look_at_again() -> None:
    """Facts that seldom go together, and a note that a clinician approved, name their row."""
    head = "row id,region,status,flags,note,note approved\n"
    rows = [
        "a,neck,acute,under-18 osteoporosis,,",
        "b,neck,acute,age-65-plus,,",
        "c,neck,acute,gi-ulcer,Take ibuprofen for two days.,yes",
        "d,neck,acute,under-18 osteoporosis,,",
    ]
    result = batch(write(head + "\n".join(rows)), "-o", "out")
    assert result.exit_code == 0, result.output
    said = [line for line in result.stderr.splitlines() if line.startswith("row ")]
    both = "please check: Under 18, with thin bones: are both true?"
    assert said[0] == f"row 2 (id a): {both}"
    assert said[1].startswith("row 4 (id c): approved by you: the note: `ibuprofen`")
    assert said[2:] == [f"row 5 (id d): {both}"]
