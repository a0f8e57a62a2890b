"""Whatever a worklist holds is used, or refused with its row or file, or named as left out."""

import csv
import io
import json
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from handouts.cli.app import main
from tests.support.readback import read_contents
from tests.support.sheets import (
    ANA,
    BEA,
    CEM,
    HEAD,
    REPEATED,
    ods_cell,
    ods_row,
    ods_table,
    repacked,
    write_ods,
)

pytestmark = pytest.mark.sample(4)

GIVEN = Path(__file__).parents[1] / "data" / "worklists"
LINE = ",".join(HEAD)
SAFE = "Do not take ibuprofen"
"""What the leaflet of a patient with an ulcer must say."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def batch(*words: str) -> Result:
    """Run `handout batch` with one worker, as a shell would."""
    workers = () if "--template" in words else ("--workers", "1")
    result = CliRunner().invoke(main, ["batch", *workers, *words])
    assert result.exit_code in {0, 1, 2}, result.output
    return result


def given(name: str) -> str:
    """Take one of the files that were sent in."""
    shutil.copy(GIVEN / name, name)
    return name


def write(text: str, name: str = "list.csv", encoding: str = "utf-8") -> str:
    """Write a list."""
    Path(name).write_bytes(text.encode(encoding))
    return name


def sheet_of(*rows: tuple[Any, ...]) -> tuple[openpyxl.Workbook, Worksheet]:
    """Make a workbook."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    return book, sheet


def saved(book: openpyxl.Workbook, name: str = "list.xlsx") -> str:
    """Save a workbook."""
    book.save(name)
    return name


def rows_said(result: Result) -> list[str]:
    """Give what was said of rows that got no leaflet."""
    return [line for line in result.stderr.splitlines() if line.startswith("row ")]


def made(*words: str) -> tuple[Result, set[str]]:
    """Make leaflets in a folder; give the run and the names of its leaflets."""
    result = batch(*words, "-o", "out")
    return result, {path.stem for path in Path("out").glob("*.pdf")}


def page_one(stem: str) -> str:
    """Read all the words of a leaflet."""
    pages = read_contents(Path(f"out/{stem}.pdf").read_bytes())
    return " ".join(run.text for page in pages for run in page.all_runs)


def test_quiet_says_what_is_left_out_in_doubt_or_refused_and_no_more() -> None:
    """Progress, columns and what words were understood as are kept back; no fault is."""
    list_ = "row id,region,status,flags,spare,screened\n1,neck,2 weeks,asthma,x,yes\n"
    words = (write(list_), "--ignore", "spare", "--dry-run")
    loud, quiet = batch(*words), batch(*words, "--quiet")
    assert "1 of 1 rows" in loud.stderr
    assert "2 weeks: acute" in loud.stderr
    draft = "This content is not approved by a clinician. Do not give it to patients."
    read, *rest = quiet.stderr.splitlines()
    assert "left out: `spare`" in read
    assert rest == [draft]
    assert quiet.stdout == loud.stdout
    wrong = (write(list_.replace(",spare", "").replace(",x", "") + "2,nek,acute,,yes\n"), "-q")
    refused, *rest = batch(*wrong, "--dry-run").stderr.splitlines()
    assert refused.startswith("row 3 (id 2): ")
    assert "nek" in refused
    assert draft in rest
    assert not any("rows" in one or "columns:" in one for one in rest)


# ------------------------------------------------------------------ columns without a name
@pytest.mark.parametrize("head", ["", " ", "\u00a0", "\u200b"])
def test_words_under_no_name_stop_the_list(head: str) -> None:
    """An ulcer in a column without a name was dropped, and ibuprofen offered."""
    result = batch(
        write(f"row id,region,{head},screened\n1,neck,gi-ulcer,yes\n2,neck,,yes\n"), "-o", "out"
    )
    assert result.exit_code == 2
    assert (
        "`list.csv`, header in row 1: column C has no name and holds words in 1 row"
        in result.stderr
    )
    assert not Path("out").exists()


def test_words_under_no_name_can_be_left_out_by_name() -> None:
    """Whoever knows the column says so; the run names it."""
    path = write("row id,region,,screened\n1,neck,seen by Al,yes\n")
    result = batch(path, "--dry-run", "--ignore", "column C")
    assert result.exit_code == 0
    assert "left out: `column C`" in result.stderr


def test_an_empty_column_without_a_name_is_nothing() -> None:
    """Trailing commas and a spare column hold no words, and no word is lost with them."""
    assert batch(write("row id,region,,name,,\n1,neck,,Ana,,\n"), "--dry-run").exit_code == 0


def test_words_under_no_name_in_a_workbook_stop_it() -> None:
    """The sheet and the column are named."""
    book, _ = sheet_of(("row id", "region", None, "screened"), ("1", "neck", "gi-ulcer", "yes"))
    result = batch(saved(book), "--dry-run")
    assert result.exit_code == 2
    assert "sheet `Sheet`, header in row 1: column C has no name and holds words" in result.stderr


@pytest.mark.parametrize("key", ["", " ", "\u200b"])
def test_words_under_an_empty_key_refuse_the_line(key: str) -> None:
    """A JSON object may have a name without letters; what stands there is not dropped."""
    line = json.dumps({"id": 1, "region": "neck", key: "gi-ulcer", "screened": True})
    result = batch(write(line, "list.jsonl"), "--dry-run")
    assert rows_said(result) == ["row 1: words stand under a name that is empty"]


def test_a_list_that_is_cut_off_does_not_lose_the_last_flags() -> None:
    """A file that ends in the midst of a row has lost what came after."""
    result, done = made(write("row id,region,name,flags\n1,neck,Ana,asthma\n2,neck,Bea"))
    assert done == {"1"}
    assert "row 3: the row has fewer cells than the head, and the file ends in it" in result.stderr


# ------------------------------------------------------------------ merged cells
def merged_head() -> str:
    """Write a sheet whose head `flags` is merged over two columns."""
    book, sheet = sheet_of(
        ("row id", "region", "flags", None, "screened"), ("1", "neck", "asthma", "gi-ulcer", "yes")
    )
    sheet.merge_cells("C1:D1")
    return saved(book)


def test_both_columns_of_a_merged_head_are_read() -> None:
    """The second flag was dropped with the column that had no name of its own."""
    result, done = made(merged_head())
    assert done == {"1"}
    assert SAFE in page_one("1")
    assert "flags from `flags` + `column D`" in result.stderr


def test_a_merged_head_of_one_word_stops_the_list() -> None:
    """Two columns of regions are no region."""
    book, sheet = sheet_of(("row id", "region", None), ("1", "neck", "lumbar"))
    sheet.merge_cells("B1:C1")
    result = batch(saved(book), "--dry-run")
    assert result.exit_code == 2
    assert "column C has no name and holds words" in result.stderr


def test_rows_of_cells_merged_downwards_are_refused() -> None:
    """A flag merged over two patients reached the first alone; the rejects are refused as well."""
    book, sheet = sheet_of(HEAD, BEA, ("5", "neck", "acute", None, "Dan Roe", "yes"), CEM)
    sheet.merge_cells("D2:D3")
    result, done = made(saved(book))
    assert done == {"3"}
    assert [line.rpartition(" (")[0] for line in rows_said(result)] == [
        f"row {n} (id {one}): flags: the cells D2:D3 are merged, so nobody can tell whose words "
        "they hold"
        for n, one in ((2, 2), (3, 5))
    ]
    again = batch("out/list.rejects.xlsx", "--dry-run")
    assert len(rows_said(again)) == 2


def test_cells_merged_sideways_over_two_columns_refuse_the_row() -> None:
    """What stands across flags and name belongs to nobody knows which."""
    book, sheet = sheet_of(HEAD, ANA, BEA)
    sheet.merge_cells("D3:E3")
    assert made(saved(book))[1] == {"1"}


def test_a_merged_title_harms_nothing() -> None:
    """A title over the whole sheet, and notes merged over spare columns, are usual."""
    book, sheet = sheet_of(("Riverside clinic",), (*HEAD, "note"), (*ANA, "bring shoes"))
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("G2:I2")
    sheet.merge_cells("G3:I3")
    result, done = made(saved(book))
    assert done == {"1"}
    assert "(row 1 above it left out)" in result.stderr


# ------------------------------------------------------------------ sheets
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_left_out_and_named(state: Literal["hidden", "veryHidden"]) -> None:
    """Yesterday's patients stood in a hidden first sheet, and got today's leaflets."""
    book, first = sheet_of(HEAD, BEA)
    first.title, first.sheet_state = "yesterday", state
    second = book.create_sheet("today")
    for row in (HEAD, ANA):
        second.append(row)
    book.active = 1
    result, done = made(saved(book))
    assert done == {"1"}
    assert "sheet `today`, header in row 1" in result.stderr
    assert "sheet `yesterday` (hidden) is left out" in result.stderr


def test_of_two_sheets_with_a_list_one_has_to_be_named() -> None:
    """First sheet, or the one that was open? Nobody knows."""
    book, first = sheet_of(HEAD, BEA)
    first.title = "Mon 30 Nov"
    second = book.create_sheet("Tue 1 Dec")
    for row in (HEAD, ANA):
        second.append(row)
    result = batch(saved(book), "-o", "out")
    assert result.exit_code == 2
    assert "2 of its sheets hold a list: `Mon 30 Nov`, `Tue 1 Dec`" in result.stderr
    assert made("list.xlsx", "--sheet", "tue 1 dec")[1] == {"1"}
    assert "it has no sheet `Wed`" in batch("list.xlsx", "--sheet", "Wed", "--dry-run").stderr


def test_a_sheet_without_a_list_is_named_as_left_out() -> None:
    """Instructions before the list, or counts after it, are no list."""
    book, first = sheet_of(("How to fill in",), ("Ask every question",))
    first.title = "Instructions"
    second = book.create_sheet("List")
    for row in (HEAD, ANA):
        second.append(row)
    result, done = made(saved(book))
    assert done == {"1"}
    assert "sheet `Instructions` is left out" in result.stderr


# ------------------------------------------------------------------ hidden and struck out
@pytest.mark.parametrize("how", ["hidden", "flat"])
def test_hidden_rows_are_left_out_and_named(how: str) -> None:
    """Rows that a filter or a hand hides were printed."""
    book, sheet = sheet_of(HEAD, ANA, BEA, CEM)
    sheet.auto_filter.ref = "A1:F4"
    if how == "hidden":
        sheet.row_dimensions[3].hidden = True
    else:
        sheet.row_dimensions[3].height = 15
    path = saved(book)
    if how == "flat":
        repacked(path, "xl/worksheets/sheet1.xml", 'ht="15"', 'ht="0"')
    result, done = made(path)
    assert done == {"1", "3"}
    assert "row 3 is hidden, and left out" in result.stderr
    assert not list(Path("out").glob("*rejects*"))


def test_a_hidden_column_is_taken_only_when_it_is_named() -> None:
    """Nobody who looks at the list sees what a hidden column says."""
    book, sheet = sheet_of(HEAD, BEA)
    sheet.column_dimensions["D"].hidden = True
    result = batch(saved(book), "--dry-run")
    assert result.exit_code == 2
    assert "column D (`flags`) of sheet `Sheet` is hidden" in result.stderr
    assert batch("list.xlsx", "--dry-run", "--ignore", "flags").exit_code == 0
    made("list.xlsx", "--column", "flags=flags")
    assert SAFE in page_one("2")


def strike(sheet: Worksheet, cells: str) -> None:
    """Strike cells out."""
    for row in sheet[cells]:
        for cell in row:
            cell.font = Font(strike=True)


def test_a_row_that_is_struck_out_is_left_out_and_named() -> None:
    """Who is crossed off the list comes no more."""
    book, sheet = sheet_of(HEAD, ANA, BEA)
    strike(sheet, "A3:F3")
    result, done = made(saved(book))
    assert done == {"1"}
    assert "row 3 is struck out, and left out" in result.stderr


def test_a_cell_that_is_struck_out_refuses_its_row() -> None:
    """A flag that was crossed out is no flag, or is it? The rejects are refused as well."""
    book, sheet = sheet_of(HEAD, ANA, BEA)
    strike(sheet, "D3:D3")
    result, done = made(saved(book))
    assert done == {"1"}
    assert rows_said(result)[0].startswith(
        "row 3 (id 2): flags: D3 is struck out, or a part of it is"
    )
    assert len(rows_said(batch("out/list.rejects.xlsx", "--dry-run"))) == 1


def test_words_that_are_struck_out_within_a_cell_refuse_its_row() -> None:
    """Of two flags in a cell one may be crossed out."""
    book, sheet = sheet_of(HEAD, ANA, BEA)
    line = TextBlock(InlineFont(strike=True), "asthma ")
    sheet["D3"] = CellRichText(line, "gi-ulcer")
    assert made(saved(book))[1] == {"1"}


def test_a_rule_that_strikes_cells_out_stops_the_list() -> None:
    """Which cells a conditional format strikes out, only a spreadsheet program knows."""
    book, sheet = sheet_of(HEAD, ANA)
    rule = FormulaRule(formula=['$F2="no"'], font=Font(strike=True))  # type: ignore[no-untyped-call] # as openpyxl has it
    sheet.conditional_formatting.add("A2:F9", rule)
    result = batch(saved(book), "--dry-run")
    assert result.exit_code == 2
    assert "a rule of sheet `Sheet` strikes words out, or hides them" in result.stderr


# ------------------------------------------------------------------ cells
@pytest.mark.parametrize(
    "code", ["#N/A", "#REF!", "#NAME?", "#DIV/0!", "#SPILL!", "Err:502", "#BEZUG!", "#N/D"]
)
@pytest.mark.parametrize("column", ["name", "note", "flags", "screened", "row id"])
def test_an_error_of_a_spreadsheet_refuses_its_row(code: str, column: str) -> None:
    """A failed look-up printed “Name #N/A”."""
    columns = ["row id", "region", "flags", "name", "note", "screened"]
    usual = dict.fromkeys(columns, "") | {"row id": "1", "region": "neck", "screened": "yes"}
    rows = [usual, usual | {"row id": "2", column: code}]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    result, done = made(write(text.getvalue()))
    assert done == {"1"}
    called = "row 3" if column == "row id" else "row 3 (id 2)"  # no id is shown that is in doubt
    assert rows_said(result)[0].startswith(f"{called}: {column}: the cell holds an error")


def test_an_error_cell_counts_by_its_kind() -> None:
    """A workbook says of a cell that it is an error."""
    result = batch(given("x09-errors.xlsx"), "--dry-run")
    assert [line.split(": ")[1] for line in rows_said(result)] == ["name", "note"]


def test_an_error_in_a_column_that_is_left_out_harms_nothing() -> None:
    """Only what a leaflet is made of has to be right."""
    path = write("row id,region,ward\n1,neck,#N/A\n")
    assert batch(path, "--dry-run", "--ignore", "ward").exit_code == 0


def test_what_a_format_hides_is_not_read() -> None:
    """A number format of semicolons shows nothing of a cell."""
    book, sheet = sheet_of(HEAD, ANA, BEA)
    sheet["D3"].number_format = ";;;"
    assert made(saved(book))[1] == {"1"}


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Bring scans_x000D_\nFriday", "Bring scans"),
        ("a_x0041_b", "aAb"),
        ("a_x005F_x0041_b", "a_x0041_b"),
    ],
)
def test_escapes_of_a_workbook_are_undone(typed: str, printed: str) -> None:
    """`_x000D_` stood on the patient's page."""
    book, _ = sheet_of((*HEAD, "note"), (*ANA, typed))
    made(saved(book))
    page = page_one("1")
    assert printed in page
    assert "_x000D_" not in page
    assert "x005F" not in page


def test_escapes_survive_the_rejects() -> None:
    """What looks like an escape and is none comes back as it was typed."""
    path = write("row id,region,note\n1,nek,see _x0041_\n")
    made(path)
    book, _ = sheet_of(("row id", "region", "note"), ("1", "nek", "see _x005F_x0041_"))
    made(saved(book))
    found = openpyxl.load_workbook("out/list.rejects.xlsx").worksheets[0]
    assert found["C2"].value == "see _x005F_x0041_"


# ------------------------------------------------------------------ kinds of files
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x16-strict.xlsx", "it is a Strict Open XML workbook\n  hint: save a copy as “Excel"),
        ("x17-password.xlsx", "it has a password\n  hint: open it, and save a copy without"),
        ("a34-html.xls", "it is a web page or XML"),
        ("a04-utf16le-nobom.csv", "add: --encoding utf-16-le"),
        ("a15-macroman-cr.csv", "add: --encoding mac-roman"),
        ("a16-cp1250.csv", "see line 2\n  hint: save it as CSV UTF-8, or say what it is"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(name: str, message: str) -> None:
    """The remedy is one that works: saving a locked file again leaves it locked."""
    result = batch(given(name), "--dry-run")
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xls", b"row id\tregion\n1\tneck\n", "it is a text, whatever its name says"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "the old format .xls"),
        ("a.xlsx", b"<html><table><tr><td>region", "it is a web page or XML"),
        ("a.csv", b"\n<table><tr><td>region", "it is a web page or XML"),
        ("a.xls", b"MIME-Version: 1.0\n", "it is a web page or XML"),
        ("a.csv", b"%PDF-1.7", "it is a PDF"),
        ("a.xlsx", b"row id,region\n", "it is not a complete .xlsx file"),
        ("a.fods", b"<?xml version='1.0'?><office:document/>", "it is a web page or XML"),
    ],
)
def test_a_file_that_is_not_what_it_is_called_is_named(
    name: str, content: bytes, message: str
) -> None:
    """A web page named .xls and a text named .xlsx are told apart from lists."""
    Path(name).write_bytes(content)
    result = batch(name, "--dry-run")
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("name", "encoding", "shown"),
    [
        ("a16-cp1250.csv", "cp1250", "Paweł"),
        ("a15-macroman-cr.csv", "mac-roman", "José"),
        ("a04-utf16le-nobom.csv", "utf-16-le", "Zoe"),
    ],
)
def test_an_encoding_that_is_named_is_used(name: str, encoding: str, shown: str) -> None:
    """A name came out with the letters of another alphabet."""
    _, done = made(given(name), "--encoding", encoding)
    assert shown in page_one(next(iter(done)))


def test_an_option_that_does_not_fit_the_file_is_refused() -> None:
    """A word that would be passed by in silence is named."""
    path = write("row id,region\n1,neck\n")
    assert "it has no sheets" in batch(path, "--sheet", "x", "--dry-run").stderr
    assert "unknown encoding `x`" in batch(path, "--encoding", "x", "--dry-run").stderr
    assert "row 7 is blank, or is not there" in batch(path, "--head", "7", "--dry-run").stderr
    lines = write('{"region": "neck"}\n', "list.jsonl")
    assert "leave --head out" in batch(lines, "--head", "2", "--dry-run").stderr


@pytest.mark.parametrize("first", ["SEP=;", '"sep=;"', "Sep=;"])
def test_the_line_of_the_separator_is_skipped_however_it_is_written(first: str) -> None:
    """LibreOffice quotes it, other programs write it in capitals."""
    path = write(f"{first}\nrow id;region;name\n1;neck;Silva, Ana\n")
    result = batch(path, "--dry-run")
    assert result.exit_code == 0
    assert "above it left out" not in result.stderr  # as a title is


# ------------------------------------------------------------------ the head
def test_titles_above_the_head_are_named() -> None:
    """A clinic's name and a date of printing stood above, and were taken for the head."""
    result = batch(given("a05-title-rows.csv"), "--dry-run")
    assert result.exit_code == 0
    assert "header in row 4 (rows 1 to 2 above it left out)" in result.stderr


def test_a_head_that_is_only_likely_has_to_be_named() -> None:
    """Rows above that may be rows of the list are not thrown away."""
    text = "7,neck,acute\n8,neck,acute\nrow id,region,status\n9,lumbar,acute\n"
    result = batch(write(text), "--dry-run")
    assert result.exit_code == 2
    assert "the header seems to be in row 3" in result.stderr
    assert "--head 3" in result.stderr
    assert made("list.csv", "--head", "3")[1] == {"9"}


# ------------------------------------------------------------------ columns
def test_a_list_says_how_it_was_read() -> None:
    """One line names the place of the head, what each column is, and what is left out."""
    path = write("ID,Region,Patient,DOB\n1,neck,Ana,1950-02-01\n")
    said = batch(path, "--dry-run", "--ignore", "dob").stderr.splitlines()[0]
    assert said == (
        "list.csv: header in row 1; columns: row id from `ID`, region, name from `Patient`; "
        "left out: `DOB`"
    )


def test_columns_of_an_export_are_named_on_the_command_line() -> None:
    """None of a clinic's thirteen columns is called as ours; a name is in two of them."""
    options = [
        ("--column", "region=Body Part"), ("--column", "status=Duration"),
        ("--column", "flags=Alerts"), ("--column", "name=Forename Surname"),
        ("--column", "row id=Hospital No"),
    ]  # fmt: skip
    left = ("Appt Date", "Appt Time", "NHS Number", "DOB", "Sex", "Clinic Code", "Clinician")
    words = [one for pair in options for one in pair]
    words += [one for name in left for one in ("--ignore", name)]
    result, done = made(given("a26-realexport.csv"), *words)
    assert done == {"H00123"}
    assert "Zoe SMITH" in page_one("H00123")
    assert "name from `Forename` + `Surname`" in result.stderr


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("region=Ward", "--column region: the list has no `Ward`"),
        ("regoin=Part", "--column: unknown column `regoin`"),
        ("Part", "does not say which column is meant"),
    ],
)
def test_a_column_that_is_named_wrongly_is_an_error(said: str, message: str) -> None:
    """A mapping that leads nowhere must not leave a column out."""
    result = batch(write("row id,Part\n1,neck\n"), "--column", said, "--dry-run")
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_column_that_is_named_goes_before_one_that_is_called_so() -> None:
    """The other one is named as left out, not read and not lost in silence."""
    path = write("row id,region,Body Part\n1,nowhere,neck\n")
    result = batch(path, "--column", "region=Body Part", "--dry-run")
    assert result.exit_code == 0
    assert "left out: `region`" in result.stderr


def test_two_columns_of_one_name_are_not_one() -> None:
    """Of two columns called alike the first was lost."""
    path = write("row id,region,name,name\n1,neck,Ana,Bea\n")
    for words in ([], ["--column", "name=name"]):
        assert batch(path, "--dry-run", *words).exit_code == 2


@pytest.mark.parametrize(("name", "ours"), [("Notes", "note"), ("Number", "row id")])
def test_a_name_that_may_mean_something_else_is_not_taken(name: str, ours: str) -> None:
    """Notes for staff were printed on page 1; a telephone number became the name of a file."""
    result = batch(write(f"region,{name}\nneck,did not attend twice\n"), "--dry-run")
    assert result.exit_code == 2
    assert f"unknown column `{name}`" in result.stderr
    assert f"--column '{ours}'='{name}'" in result.stderr


@pytest.mark.parametrize(
    "name", ["Conditions", "condition", "Diagnosis", "Medicines", "Past medical history"]
)
def test_a_column_of_illnesses_is_never_left_out_unseen(name: str) -> None:
    """It may be what we call flags; leaving it out was proposed, and hid a medicine.

    Who leaves it out all the same gets no leaflet that says somebody asked about every flag.
    """
    path = write(f"row id,region,status,{name},screened\n1,neck,acute,warfarin,yes\n")
    asked = batch(path, "--dry-run")
    assert asked.exit_code == 2
    assert f'--column flags="{name}"' in asked.stderr
    assert "--ignore" not in asked.stderr
    assert "edition" not in asked.stderr
    left = batch(path, "--dry-run", "--ignore", name)
    assert left.exit_code == 1
    assert f"row 2 (id 1): flags: screened says yes, but `{name}` is left out" in left.stderr
    assert batch(path, "--dry-run", "--column", f"flags={name}").exit_code == 0


def test_a_second_column_of_illnesses_is_added_to_the_flags() -> None:
    """What is proposed reads both columns; a leaflet of the one alone would lack a caution."""
    path = write("row id,region,status,flags,Medicines\n1,neck,acute,gi-ulcer,warfarin\n")
    assert '--column flags="flags Medicines"' in batch(path, "--dry-run").stderr


def test_a_title_above_names_that_are_not_ours_is_seen() -> None:
    """The title was taken for the name of a column, and leaving it out was proposed."""
    path = write("Morning clinic,,\nNr,Body part,Conditions\n1,neck,none\n")
    assert "--head 2" in batch(path, "--dry-run").stderr


def test_a_list_without_flags_that_was_screened_is_named() -> None:
    """Its leaflets are those of people without any flag, and somebody should look at that."""
    path = write("row id,region,status,screened\n1,neck,acute,yes\n2,neck,acute,no\n")
    said = "no column is read as flags, and 1 row says yes to screened"
    assert said in batch(path, "--dry-run", "--quiet").stderr
    path = write("row id,region,status,screened,flags\n1,neck,acute,yes,\n")
    assert said not in batch(path, "--dry-run").stderr


# ------------------------------------------------------------------ dates
TODAY = date.today()  # noqa: DTZ011 - as the program has it


@pytest.mark.parametrize(("days", "right"), [(-31, True), (-32, False), (366, True), (367, False)])
def test_a_date_far_away_needs_a_word(*, days: int, right: bool) -> None:
    """A column of birth dates dated the leaflets."""
    path = write(f"row id,region,date\n1,neck,{TODAY + timedelta(days)}\n")
    assert batch(path, "--dry-run").exit_code == (0 if right else 1)
    assert batch(path, "--dry-run", "--any-date").exit_code == 0


def test_the_day_of_the_run_is_the_one_that_was_given() -> None:
    """A list made for another day is held against that day."""
    path = write("row id,region,date\n1,neck,2024-03-01\n")
    assert batch(path, "--dry-run", "--date", "2024-03-04").exit_code == 0


@pytest.mark.parametrize(
    "typed",
    [
        "2024-03-01 09:30", "2024-03-01T09:30:00", "2024-03-01 00:00:00.000", "1-Mar-24",
        "1 March 2024", "01 Mar 2024", "Fri 1 March 2024", "March 1, 2024", "1st Mar 2024",
    ],
)  # fmt: skip
def test_a_date_that_can_mean_one_day_is_read(typed: str) -> None:
    """A date with a time of day, or with the month in letters, was refused."""
    made(write(f'row id,region,date\n1,neck,"{typed}"\n'), "--date", "2024-03-04")
    assert "1 March 2024" in page_one("1")


@pytest.mark.parametrize(
    "typed",
    ["1/3/2024", "03/01/2024", "1.3.24", "20240301", "45352", "Mon 1 March 2024", "31 Feb 2024",
     "2024-03-01T23:30:00Z", "1 Mrz 2024", "2024-03-01 25:00"],
)  # fmt: skip
def test_a_date_that_may_mean_another_day_is_refused(typed: str) -> None:
    """11/1 is January to some, and November to others."""
    result = batch(
        write(f"row id,region,date\n1,neck,{typed}\n"), "--date", "2024-03-04", "--dry-run"
    )
    assert "row 2 (id 1): date: " in result.stderr


def test_a_time_of_day_in_a_workbook_is_passed_over() -> None:
    """An appointment at half past nine is on its day."""
    book, _ = sheet_of(("row id", "region", "date"), ("1", "neck", datetime(2024, 3, 1, 9, 30)))  # noqa: DTZ001 - as Excel has it
    made(saved(book), "--date", "2024-03-04")
    assert "1 March 2024" in page_one("1")


# ------------------------------------------------------------------ flags and answers
@pytest.mark.parametrize(
    "typed",
    [
        "asthma+gi-ulcer", "asthma/gi-ulcer", "asthma & gi-ulcer", "Asthma, GI-Ulcer",
        "asthma and gi-ulcer", "asthma; gi-ulcer", "asthma\ngi-ulcer",
        "ASTHMA | Stomach or gut ulcer, now or in the past",
    ],
)  # fmt: skip
def test_several_flags_in_a_cell_are_all_read(typed: str) -> None:
    """The hint named the second flag alone, and who followed it dropped the first."""
    made(write(f'row id,region,flags\n1,neck,"{typed}"\n'))
    words = "make --region neck --flag asthma --flag gi-ulcer --format text -o one.txt"
    assert CliRunner().invoke(main, words.split()).exit_code == 0
    assert SAFE in page_one("1")
    assert "asthma" in page_one("1")


@pytest.mark.parametrize(
    "typed",
    ["no asthma", "?asthma", "asthma+", "not gi-ulcer", "asthma or gi-ulcer", "asthma/copd-x"],
)
def test_flags_that_are_not_plain_refuse_the_row(typed: str) -> None:
    """Half of what a cell says is never taken for the whole."""
    result = batch(write(f"row id,region,flags\n1,neck,{typed}\n"), "--dry-run")
    assert result.exit_code == 1
    assert "unknown flag" in result.stderr or "there is no flag" in result.stderr
    assert "`gi-ulcer`?" not in result.stderr


@pytest.mark.parametrize("typed", ["", "none", "None", "NIL", "-", "–", "n/a", "no", "N/A", "nan"])
def test_the_usual_words_for_no_flags_are_read(typed: str) -> None:
    """A list that says none in words says none."""
    assert batch(write(f"row id,region,flags\n1,neck,{typed}\n"), "--dry-run").exit_code == 0


@pytest.mark.parametrize("typed", ["?", "tbc", "unknown", "NKDA", "yes"])
def test_a_word_that_is_not_none_is_not_taken_for_it(typed: str) -> None:
    """Not knowing is no answer."""
    assert batch(write(f"row id,region,flags\n1,neck,{typed}\n"), "--dry-run").exit_code == 1


def test_no_exercises_are_not_the_usual_ones() -> None:
    """An empty cell takes the usual exercises, `none` asks for none: the row is refused."""
    result = batch(write("row id,region,exercises\n1,neck,none\n2,neck,\n"), "--dry-run")
    assert [line[:5] for line in rows_said(result)] == ["row 2"]


@pytest.mark.parametrize("typed", ["yes", "Y", "TRUE", "1", "x", "✓", "1.0"])
def test_a_yes_is_a_yes(typed: str) -> None:
    """Ticks and ones were refused."""
    made(write(f"row id,region,screened\n1,neck,{typed}\n"), "--date", "2026-11-22")
    words = "make --region neck --screened --date 2026-11-22 -o one.pdf"
    CliRunner().invoke(main, words.split())
    assert Path("out/1.pdf").read_bytes() == Path("one.pdf").read_bytes()


@pytest.mark.parametrize("typed", ["no", "N", "0", "false", "", "-"])
def test_nothing_is_a_yes_that_nobody_wrote(typed: str) -> None:
    """In a list with the column an empty cell says that nobody asked, whatever the options say."""
    path = write(f"row id,region,screened\n1,neck,{typed}\n")
    made(path, "--date", "2026-11-22", "--screened")
    words = "make --region neck --date 2026-11-22 -o one.pdf"
    CliRunner().invoke(main, words.split())
    assert Path("out/1.pdf").read_bytes() == Path("one.pdf").read_bytes()


@pytest.mark.parametrize("typed", ["NECK", "Neck ", "neck\u200b"])
def test_the_case_of_a_word_does_not_count(typed: str) -> None:
    """Nor does what no eye sees."""
    assert batch(write(f"row id,region,status\n1,{typed},Acute\n"), "--dry-run").exit_code == 0


def test_a_label_is_as_good_as_its_id() -> None:
    """`Low back` is our own name for it."""
    assert batch(write("row id,region\n1,Low back\n"), "--dry-run").exit_code == 0


def test_two_regions_in_a_cell_are_two_leaflets() -> None:
    """The hint named one of them."""
    (said,) = rows_said(batch(write("row id,region\n1,neck/lumbar\n"), "--dry-run"))
    assert said.startswith(
        "row 2 (id 1): region: `neck/lumbar` is more than one region (write one;"
    )


def test_copies_are_counted_as_programs_write_them() -> None:
    """The library pandas writes 2.0."""
    result = batch(write("row id;region;copies\n1;neck;2.0\n2;neck;2,0\n"), "--dry-run")
    assert "4 with copies" in result.stdout


# ------------------------------------------------------------------ rows
def test_a_list_without_rows_is_no_fault() -> None:
    """A day without patients must not fail a nightly job."""
    for path in (write(f"{LINE}\n"), saved(sheet_of(HEAD)[0])):
        result = batch(path, "--merge", "all.pdf")
        assert result.exit_code == 0
        assert result.stdout == "no rows below the header; nothing was written\n"
    assert not Path("all.pdf").exists()


def test_yesterdays_file_is_named_on_a_day_without_rows() -> None:
    """Who takes the file from the folder would hand out yesterday's leaflets."""
    batch(write(f"{LINE}\n{','.join(ANA)}\n"), "--merge", "all.pdf")
    result = batch(write(f"{LINE}\n"), "--merge", "all.pdf")
    assert "`all.pdf` is from another run: do not hand it out" in result.stderr


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "jsonl"])
def test_no_example_of_a_template_prints(suffix: str) -> None:
    """Its three rows made leaflets for nobody, two of them screened."""
    batch("--template", f"t.{suffix}")
    result = batch(f"t.{suffix}", "-o", "out")
    assert result.exit_code == 1
    assert result.stderr.count("this is an example of the template") == 3
    assert not list(Path("out").glob("*.pdf"))


def test_a_second_run_says_what_was_there() -> None:
    """The same words as the first time told nothing."""
    path = write(f"{LINE}\n{','.join(ANA)}\n")
    assert "already" not in made(path)[0].stdout
    write(f"{LINE}\n{','.join(ANA)}\n{','.join(CEM)}\n")
    assert "2 leaflets" in (said := made(path)[0].stdout)
    assert "1 of them was there already" in said


def test_a_row_without_a_region_is_told_once() -> None:
    """A list has no option `--region`; what else is wrong with the row is told as well."""
    said = rows_said(batch(write("row id,region,flags\nTotal,,nope\n"), "--dry-run"))
    assert [line.rpartition(" (")[0] for line in said] == [
        "row 2 (id Total): region: the region is missing",
        "row 2 (id Total): flags: unknown flag `nope`",
    ]


# ------------------------------------------------------------------ row ids
@pytest.mark.parametrize(
    ("number", "form", "stem"),
    [(123, "0000000", "0000123"), (123.0, "00000", "00123"), (12, '"H"0000', "H0012"),
     (4857773456, "000 000 0000", "485-777-3456"), (123, "General", "123"),
     (1234567, "000", "1234567"), (7, "#,##0", "7")],
)  # fmt: skip
def test_a_row_id_is_as_the_sheet_shows_it(number: float, form: str, stem: str) -> None:
    """0000123 became 123."""
    book, sheet = sheet_of(("row id", "region"), (number, "neck"))
    sheet["A2"].number_format = form
    assert made(saved(book))[1] == {stem}


def test_blanks_in_a_row_id_become_hyphens() -> None:
    """A number as a hospital prints it names a file; the run says so."""
    result, done = made(write("row id,region\n485 777 3456,neck\n00123,neck\n"))
    assert done == {"485-777-3456", "00123"}
    assert "1 row id has blanks: a hyphen stands for them" in result.stderr


def test_row_ids_that_become_alike_are_refused() -> None:
    """`A 7` and `A-7` are one file."""
    result = batch(write("row id,region\nA 7,neck\nA-7,neck\n"), "--dry-run")
    assert len(rows_said(result)) == 2


@pytest.mark.parametrize("stem", ["1.23457E+12", "4,85778E+09", "1.2e12"])
def test_a_number_that_a_program_cut_short_is_no_row_id(stem: str) -> None:
    """Its last digits are lost, and with them who is meant."""
    result = batch(write(f'row id,region\n"{stem}",neck\n'), "--dry-run")
    assert "is a number cut short" in result.stderr


@pytest.mark.parametrize(
    ("stem", "name", "right"),
    [
        ("ROSE-0012", "Rose Murphy", True), ("SLEEP-7", "Bruce Lee", True),
        ("ANNEX-12", "Ann Other", True), ("silva-1", "Ana Silva", False),
        ("jsmith", "John Smith", False), ("smith-1950", "Jo Smith", False),
        ("anasilva", "Ana Silva", False), ("silva_ana", "Ana Silva", False),
    ],
)  # fmt: skip
def test_a_name_in_a_row_id_is_told_from_a_ward(*, stem: str, name: str, right: bool) -> None:
    """Whole words count, and a hospital's number is no name."""
    path = write(f"row id,region,name\n{stem},neck,{name}\n")
    assert batch(path, "--dry-run").exit_code == (0 if right else 1)
    assert batch(path, "--dry-run", "--name-ids").exit_code == 0


def test_a_word_that_ids_of_others_share_is_no_name() -> None:
    """Ward 3 is a ward, also for Mr Ward."""
    rows = [f"ward-{n},neck,{name}" for n, name in enumerate(("Al Ward", "Bo Ray", "Cy Fox"))]
    assert batch(write("row id,region,name\n" + "\n".join(rows)), "--dry-run").exit_code == 0


# ------------------------------------------------------------------ rejects of a locked run
def test_rejects_of_a_locked_run_tell_nothing() -> None:
    """With --encrypt names, notes and flags of refused rows lay open beside the leaflets."""
    Path("word").write_text("a long password\n", encoding="utf-8")
    head = "row id,region,flags,name,note\n"
    path = write(f"{head}7,nek,asthma,Zebedee,Ottoline\nZebedee,neck,oops-flag,Zebedee,x\n")
    lock = ("--encrypt", "--password-file", "word")
    result = batch(path, "-o", "out", *lock)
    assert "2 rows refused, listed in out/list.rejects.csv" in result.stdout
    left = Path("out/list.rejects.csv").read_text("utf-8-sig")
    assert [row[:2] for row in csv.reader(left.splitlines())] == [
        ["row in the worklist", "row id"], ["2", "7"], ["3", ""]
    ]  # fmt: skip
    whole = b"".join(one.read_bytes() for one in Path("out").iterdir())
    for word in (b"Zebedee", b"Ottoline", b"asthma", b"oops", b"nek"):
        assert word.lower() not in whole.lower()


# ------------------------------------------------------------------ ODS
def ods(*rows: str, **looks: str) -> str:
    """Write a list as LibreOffice does."""
    return write_ods("list.ods", ods_table([ods_row(HEAD), *rows], **looks))


def test_an_open_document_is_read() -> None:
    """LibreOffice's own format was not known."""
    ods(ods_row(ANA), ods_row(BEA), ods_row(("9", "nek", "acute", "", "Di Ray", "yes")))
    result, done = made("list.ods")
    assert done == {"1", "2"}
    assert SAFE in page_one("2")
    assert "sheet `today`, header in row 1" in result.stderr
    assert openpyxl.load_workbook("out/list.rejects.xlsx").worksheets[0]["B2"].value == "nek"


def test_numbers_and_dates_of_an_open_document_are_as_it_shows_them() -> None:
    """A value and its look are both there."""
    number = (
        '<table:table-cell office:value-type="float" office:value="123"><text:p>00123</text:p>'
        "</table:table-cell>"
    )
    yes = (
        '<table:table-cell office:value-type="boolean" office:boolean-value="true">'
        "<text:p>WAHR</text:p></table:table-cell>"
    )
    day = (
        '<table:table-cell office:value-type="date" office:date-value="2024-03-01T09:30:00">'
        "<text:p>01.03.24</text:p></table:table-cell>"
    )
    rows = [ods_row(("row id", "region", "screened", "date")), ods_row((number, "neck", yes, day))]
    write_ods("list.ods", ods_table(rows))
    assert made("list.ods", "--date", "2024-03-04")[1] == {"00123"}
    assert "1 March 2024" in page_one("00123")


@pytest.mark.parametrize("how", ["collapse", "filter"])
def test_hidden_rows_of_an_open_document_are_left_out(how: str) -> None:
    """The library that reads it does not know that they are hidden."""
    ods(ods_row(ANA), ods_row(BEA, f'table:visibility="{how}"'), ods_row(CEM))
    result, done = made("list.ods")
    assert done == {"1", "3"}
    assert "row 3 is hidden, and left out" in result.stderr


def test_a_hidden_column_of_an_open_document_stops_it() -> None:
    """As in a workbook."""
    columns = (
        '<table:table-column table:number-columns-repeated="3"/>'
        '<table:table-column table:visibility="collapse"/>'
    )
    ods(ods_row(BEA), columns=columns)
    assert "column D (`flags`) of sheet `today` is hidden" in batch("list.ods", "--dry-run").stderr


def test_an_open_document_may_start_anywhere() -> None:
    """With rows and columns before the list, and rows between that are empty."""
    left = '<table:table-cell table:number-columns-repeated="2"/>'
    empty = f'<table:table-row {REPEATED}="3"><table:table-cell/></table:table-row>'
    rows = [empty, ods_row((left, *HEAD)), ods_row((left, *ANA)), empty, ods_row((left, *BEA))]
    write_ods("list.ods", ods_table(rows))
    result, done = made("list.ods")
    assert done == {"1", "2"}
    assert "header in row 4" in result.stderr
    assert SAFE in page_one("2")


def test_what_is_struck_out_in_an_open_document_is_seen() -> None:
    """Rows, cells, and words within a cell, by a style or the style that it comes from."""
    style = 'table:style-name="struck"'
    part = (
        '<table:table-cell office:value-type="string"><text:p><text:span text:style-name="line">'
        "asthma</text:span> gi-ulcer</text:p></table:table-cell>"
    )
    cell = ods_cell("gi-ulcer", style)
    ods(
        ods_row(ANA, looks=style),
        ods_row(("2", "neck", "acute", cell, "Bea", "yes")),
        ods_row(("3", "neck", "acute", part, "Cem", "yes")),
        ods_row(("4", "neck", "acute", "", "Dan", "yes")),
    )
    result, done = made("list.ods")
    assert done == {"4"}
    assert "row 2 is struck out, and left out" in result.stderr
    assert [line[:33] for line in rows_said(result)] == [
        "row 3 (id 2): flags: D3 is struck",
        "row 4 (id 3): flags: D4 is struck",
    ]


def test_merged_cells_of_an_open_document_are_refused() -> None:
    """Downwards; and a merged head is read with both of its columns."""
    down = ods_cell("gi-ulcer", 'table:number-rows-spanned="2"')
    covered = "<table:covered-table-cell/>"
    ods(
        ods_row(("1", "neck", "acute", down, "Ana", "yes")),
        ods_row(("2", "neck", "acute", covered, "Bea", "yes")),
        ods_row(CEM),
    )
    assert made("list.ods")[1] == {"3"}
    head = ("row id", "region", ods_cell("flags", 'table:number-columns-spanned="2"'), covered)
    write_ods("b.ods", ods_table([ods_row(head), ods_row(("9", "neck", "asthma", "gi-ulcer"))]))
    assert "9" in made("b.ods")[1]
    assert SAFE in page_one("9")


def test_sheets_of_an_open_document_are_chosen_as_in_a_workbook() -> None:
    """The hidden one is left out, and named."""
    tables = (
        ods_table([ods_row(HEAD), ods_row(BEA)], "yesterday", "hidden"),
        ods_table([ods_row(HEAD), ods_row(ANA)]),
    )
    write_ods("list.ods", *tables)
    result, done = made("list.ods")
    assert done == {"1"}
    assert "sheet `yesterday` (hidden) is left out" in result.stderr


ERROR = (
    '<table:table-cell office:value-type="string" calcext:value-type="error" '
    'office:string-value="" table:formula="of:=NA()"><text:p>#N/A</text:p></table:table-cell>'
)
BROKEN = (
    '<table:table-cell office:value-type="string"><text:p>asthma<text:line-break/>gi-ulcer'
    "</text:p></table:table-cell>"
)
UNSHOWN = '<table:table-cell office:value-type="string" office:string-value="gi-ulcer"/>'


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (ERROR, "the cell holds an error"),
        ('<table:table-cell table:formula="of:=B1"/>', "a formula has no stored result"),
        (BROKEN, "D3 cannot be read for certain"),
        (UNSHOWN, "D3 cannot be read for certain"),
    ],
)
def test_a_cell_of_an_open_document_that_is_not_sure_is_refused(cell: str, said: str) -> None:
    """The library that reads it drops errors and ends of lines."""
    ods(ods_row(ANA), ods_row(("2", "neck", "acute", cell, "Bea", "yes")))
    result, done = made("list.ods")
    assert done == {"1"}
    assert said in result.stderr


def test_comments_of_an_open_document_are_no_words_of_its_cells() -> None:
    """What hangs at a cell does not stand in it."""
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><dc:creator>x</dc:creator>'
        "<text:p>ask again</text:p></office:annotation><text:p>gi-ulcer</text:p></table:table-cell>"
    )
    ods(ods_row(("2", "neck", "acute", cell, "Bea", "yes")))
    assert made("list.ods")[1] == {"2"}


def test_a_locked_open_document_says_so() -> None:
    """As a locked workbook does."""
    entry = (
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
        "</manifest:file-entry>"
    )
    write_ods("list.ods", ods_table([ods_row(HEAD)]), manifest=entry)
    assert "it has a password" in batch("list.ods", "--dry-run").stderr


@pytest.mark.slow
@pytest.mark.parametrize("repeat", ["rows", "columns", "far"])
def test_an_open_document_cannot_fill_the_memory(repeat: str) -> None:
    """A row that stands a million times, or a word in the last cell of a sheet, is no list."""
    rows = [ods_row(HEAD), ods_row(ANA)]
    if repeat == "rows":
        rows.append(ods_row(BEA, f'{REPEATED}="1000000"'))
    elif repeat == "columns":
        rows.append(ods_row(("x", ods_cell("y", 'table:number-columns-repeated="16384"'))))
        rows *= 300
    else:
        rows += [
            f'<table:table-row {REPEATED}="1000000"><table:table-cell/></table:table-row>',
            ods_row((ods_cell("", 'table:number-columns-repeated="16000"'), "x")),
        ]
    write_ods("list.ods", ods_table(rows))
    assert batch("list.ods", "--dry-run").exit_code == 2


def test_the_same_list_reads_the_same_in_every_format() -> None:
    """CSV, XLSX, ODS and JSON Lines give the same leaflets."""
    rows = [HEAD, ANA, BEA, CEM]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    write(text.getvalue())
    saved(sheet_of(*rows)[0])
    ods(*(ods_row(row) for row in rows[1:]))
    write(
        "\n".join(json.dumps(dict(zip(HEAD, row, strict=True))) for row in rows[1:]), "list.jsonl"
    )
    found = []
    for suffix in ("csv", "xlsx", "ods", "jsonl"):
        batch(f"list.{suffix}", "-o", suffix, "--date", "2026-11-22")
        found.append({one.name: one.read_bytes() for one in Path(suffix).glob("*.pdf")})
    assert len(found[0]) == 3
    assert all(one == found[0] for one in found)


# ------------------------------------------------------------------ oddities of programs
@pytest.mark.parametrize(
    "name",
    ["a01-sep-bom.csv", "a03-utf16-tab.txt", "a06-nbsp-header.csv", "a07-nbsp-cells.csv",
     "a10-trailing-empties.csv", "a11-trailing-commas.csv", "a18-linebreak-cell.csv",
     "a30-formula-name.csv", "x14-offset.xlsx", "x18-wps-dimension.xlsx",
     "x19-dimension-rows-only.xlsx", "x20-richtext.xlsx"],
)  # fmt: skip
def test_lists_that_were_read_right_still_are(name: str) -> None:
    """Nothing that can be read for certain is refused."""
    assert batch(given(name), "--dry-run").exit_code == 0


def test_a_workbook_whose_rows_are_out_of_order_is_damaged() -> None:
    """Two rows of one number, or a cell that stands twice: one of them would be lost."""
    path = saved(sheet_of(("row id", "region", "flags"), ("1", "neck", "gi-ulcer"))[0])
    repacked(path, "xl/worksheets/sheet1.xml", 'r="C2"', 'r="B2"')
    result = batch(path, "--dry-run")
    assert result.exit_code == 2
    assert "it is not a complete .xlsx file" in result.stderr


def test_the_first_line_says_it_all() -> None:
    """How the list was read is said in one line, before anything else."""
    said = batch(given("x06-merged-head.xlsx"), "--dry-run").stderr.splitlines()
    assert re.fullmatch(
        r"x06-merged-head\.xlsx: sheet `list`, header in row 1; columns: .*", said[0]
    )
