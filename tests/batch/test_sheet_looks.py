"""What nobody can see in a sheet, or is no cell of it, is never read or dropped in silence."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, GradientFill, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.styles.fills import Fill
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture

from handouts.cli.app import main
from tests.support.sheets import ANA, BEA, HEAD, ods_cell, ods_row, ods_table, repacked, write_ods

pytestmark = pytest.mark.sample(4)

RED, BLACK = (PatternFill("solid", fgColor=one) for one in ("C00000", "000000"))
CANNOT = "row 3 (id 2): flags: D3 cannot be seen: its colour, its size or its format hides it"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)


def batch(path: str, *words: str) -> Result:
    """See what a list would print."""
    words = ("batch", path, "--workers", "1", "--dry-run", *words)
    result = CliRunner().invoke(main, words)
    assert result.exit_code in {0, 1, 2}, result.output
    return result


def sheet_with(change: Callable[[Worksheet], None]) -> str:
    """Write a workbook of two patients, the second with an ulcer in D3, and change its sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (HEAD, ANA, BEA):
        sheet.append(row)
    change(sheet)
    book.save("list.xlsx")
    return "list.xlsx"


def font(**said: object) -> Callable[[Worksheet], None]:
    """Give the ulcer a typeface of its own."""

    def change(sheet: Worksheet) -> None:
        sheet["D3"].font = Font(**said)  # type: ignore[arg-type] # as openpyxl takes it

    return change


def filled(fill: Fill, **said: object) -> Callable[[Worksheet], None]:
    """Give the ulcer a typeface and a colour behind it."""

    def change(sheet: Worksheet) -> None:
        font(**said)(sheet)
        sheet["D3"].fill = fill

    return change


def form(text: str, cell: str = "D3", value: object = "gi-ulcer") -> Callable[[Worksheet], None]:
    """Give a cell a value, and a format for what it shows."""

    def change(sheet: Worksheet) -> None:
        sheet[cell].value = value
        sheet[cell].number_format = text

    return change


def in_part(look: InlineFont) -> Callable[[Worksheet], None]:
    """Give a part of the cell a look of its own."""

    def change(sheet: Worksheet) -> None:
        sheet["D3"] = CellRichText("asthma ", TextBlock(look, "gi-ulcer"))

    return change


MASTER = (
    '<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:master-styles>'
    '<style:master-page style:name="Default">{}</style:master-page>'
    "</office:master-styles></office:document-styles>"
)
UNSEEN = {
    "white": font(color="FFFFFF"),
    "nearly white": font(color="F5F5F5"),
    "white of the theme": font(color=Color(theme=0)),
    "black made white": font(color=Color(theme=1, tint=0.99)),
    "white by its number": font(color=Color(indexed=9)),
    "red on red": filled(RED, color="C00000"),
    "usual on black": filled(BLACK),
    "black on a pattern of black": filled(PatternFill("darkGray", bgColor="FF000000")),
    "red on a gradient of reds": filled(GradientFill(stop=("C00000", "C80000")), color="C40000"),
    "tiny": font(sz=1),
    "part in white": in_part(InlineFont(color=Color("FFFFFF"))),
    "part tiny": in_part(InlineFont(sz=1)),
    "words without a format": form("0;0;0;"),
    "all without a format": form(";;;"),
    "white format": form("[White]@"),
}


@pytest.mark.parametrize("change", UNSEEN.values(), ids=UNSEEN)
def test_words_that_cannot_be_seen_refuse_their_row(change: Callable[[Worksheet], None]) -> None:
    """Nobody who looked at the list has read them; they may be true, or be taken out."""
    result = batch(sheet_with(change))
    assert result.exit_code == 1
    assert CANNOT in result.stderr
    assert "1 leaflet can be made" in result.stdout


SEEN = {
    "white on red": filled(RED, color="FFFFFF"),
    "white on a gradient of reds": filled(GradientFill(stop=("C00000", "600000")), color="FFFFFF"),
    "usual on fine dots": filled(PatternFill("gray125")),
    "grey": font(color="BFBFBF"),
    "blue of the theme": font(color=Color(theme=4)),
    "left to the program": font(color=Color(indexed=64)),
    "small": font(sz=6),
    "part in red": in_part(InlineFont(color=Color("C00000"))),
    "format for words": form("@"),
    "format of numbers": form("0;-0;;@"),
}


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN)
def test_words_that_can_be_seen_are_read(change: Callable[[Worksheet], None]) -> None:
    """Colours alone refuse nothing."""
    result = batch(sheet_with(change))
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (form('"no"', "F3", 1), "row 3 (id 2): screened: F3 cannot be read for certain"),
        (
            form('[=1]"no";[=0]"yes"', "F3", 1),
            "row 3 (id 2): screened: F3 cannot be read for certain",
        ),
        (form('"no "@'), "row 3 (id 2): flags: D3 cannot be read for certain"),
        (form("0;-0;;@", "F3", 0), "row 3 (id 2): screened: F3 cannot be seen"),
        (form("0%", "A3", 1), "row 3: row id: A3 cannot be read for certain"),
    ],
)
def test_a_cell_that_shows_another_word_refuses_its_row(
    change: Callable[[Worksheet], None], said: str
) -> None:
    """What a format shows is what the person has read."""
    result = batch(sheet_with(change))
    assert result.exit_code == 1
    assert said in result.stderr
    assert "blanks" not in result.stderr


@pytest.mark.parametrize(
    "change", [form('0 "copies"', "A3", 2), form("#,##0", "A3", 2), form("General", "A3", 2)]
)
def test_a_format_around_the_number_changes_nothing(change: Callable[[Worksheet], None]) -> None:
    """The number is there, whatever stands beside it."""
    assert batch(sheet_with(change)).exit_code == 0


def test_names_of_columns_may_have_any_colour() -> None:
    """A dark header is usual, and may get its dark from a style of the table; the run says it."""

    def change(sheet: Worksheet) -> None:
        for cell in sheet[1]:
            cell.font = Font(color="FFFFFF")

    result = batch(sheet_with(change))
    assert result.exit_code == 0, result.stderr
    assert "columns: row id, region, status, flags, name, screened\n" in result.stderr


@pytest.mark.parametrize("look", ["white", "blank"])
def test_a_rule_that_hides_words_stops_the_list(look: str) -> None:
    """Which cells a conditional format hides, only a spreadsheet program knows."""

    def change(sheet: Worksheet) -> None:
        rule = FormulaRule(formula=['$A2="2"'], font=Font(color="FFFFFF"))  # type: ignore[no-untyped-call] # as openpyxl has it
        if look == "blank":
            rule.dxf.font = None
            rule.dxf.numFmt = openpyxl.styles.numbers.NumberFormat(numFmtId=200, formatCode=";;;")
        sheet.conditional_formatting.add("D2:D9", rule)

    result = batch(sheet_with(change))
    assert result.exit_code == 2
    assert "a rule of sheet `Sheet` strikes words out, or hides them" in result.stderr


def test_a_rule_that_colours_words_is_no_matter() -> None:
    """White on a red of its own can be seen."""

    def change(sheet: Worksheet) -> None:
        rule = FormulaRule(  # type: ignore[no-untyped-call] # as openpyxl has it
            formula=["TRUE"], font=Font(color="FFFFFF"), fill=PatternFill(bgColor="C00000")
        )
        sheet.conditional_formatting.add("D2:D9", rule)

    assert batch(sheet_with(change)).exit_code == 0


def test_rows_and_columns_too_thin_to_see_are_hidden_ones() -> None:
    """A row that was drawn together to a hair is no row that anybody has read."""

    def row(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].height = 1

    def column(sheet: Worksheet) -> None:
        sheet.column_dimensions["D"].width = 0.1

    assert "row 3 is hidden, and left out" in batch(sheet_with(row)).stderr
    result = batch(sheet_with(column))
    assert result.exit_code == 2
    assert "column D (`flags`) of sheet `Sheet` is hidden" in result.stderr


def test_comments_and_pictures_are_named_as_unread() -> None:
    """“Cancelled” in a comment is no cell, and nobody may think that it was read."""

    def change(sheet: Worksheet) -> None:
        sheet["A2"].comment = Comment("cancelled", "Al")
        sheet["D3"].comment = Comment("since 2020", "Al")
        picture = io.BytesIO()
        Picture.new("L", (9, 9)).save(picture, "png")
        sheet.add_image(Image(picture), "H2")

    result = batch(sheet_with(change))
    assert result.exit_code == 0
    assert "list.xlsx: sheet `Sheet`: the comments on A2, D3 are not read\n" in result.stderr
    assert "sheet `Sheet`: pictures, shapes or text boxes are not read\n" in result.stderr
    assert "cancelled" not in result.output


STALE_DAY = "date: C2 is a formula of today, as it was when the file was saved"


def test_a_formula_of_today_is_no_day() -> None:
    """The leaflet bore the day on which somebody had last saved the list."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("row id", "region", "date"), ("1", "neck", "=TODAY()"), ("2", "neck", None)):
        sheet.append(row)
    sheet["C2"].number_format = "yyyy-mm-dd"
    book.save("list.xlsx")
    day = (date.today() - date(1899, 12, 31)).days  # noqa: DTZ011 - saved yesterday
    repacked("list.xlsx", "xl/worksheets/sheet1.xml", "<v></v>", f"<v>{day}</v>")
    result = batch("list.xlsx")
    assert result.exit_code == 1
    assert f"row 2 (id 1): {STALE_DAY}" in result.stderr
    assert "1 leaflet can be made" in result.stdout


# ------------------------------------------------------------------ OpenDocument
RUN = (
    '<table:table-cell office:value-type="string"><text:p>asthma '
    '<text:span text:style-name="white-run">gi-ulcer</text:span></text:p></table:table-cell>'
)


@pytest.mark.parametrize(
    "cell",
    [*(ods_cell("gi-ulcer", f'table:style-name="{one}"') for one in ("white", "red", "tiny")), RUN],
)
def test_words_that_cannot_be_seen_refuse_their_row_of_an_open_document(cell: str) -> None:
    """The styles of a document say it as those of a workbook do."""
    bea = (*BEA[:3], cell, *BEA[4:])
    result = batch(write_ods("list.ods", ods_table([ods_row(HEAD), ods_row(ANA), ods_row(bea)])))
    assert result.exit_code == 1
    assert CANNOT in result.stderr


def test_a_colour_that_can_be_seen_on_its_parents_is_read() -> None:
    """What a style does not say, it takes from its parent."""
    bea = (*BEA[:3], ods_cell("gi-ulcer", 'table:style-name="white-on-red"'), *BEA[4:])
    result = batch(write_ods("list.ods", ods_table([ods_row(HEAD), ods_row(bea)])))
    assert result.exit_code == 0, result.stderr


RULE = (
    "<calcext:conditional-formats><calcext:conditional-format "
    'calcext:target-range-address="today.D2:today.D3"><calcext:condition '
    'calcext:apply-style-name="{}" calcext:value="=1"/></calcext:conditional-format>'
    "</calcext:conditional-formats>"
)


@pytest.mark.parametrize("style", ["white", "struck", "white-on-red"])
def test_a_rule_of_an_open_document_that_hides_words_stops_it(style: str) -> None:
    """A rule may also strike out; one that only colours is no matter."""
    table = ods_table([ods_row(HEAD), ods_row(BEA)]).replace(
        "</table:table>", f"{RULE.format(style)}</table:table>"
    )
    result = batch(write_ods("list.ods", table))
    assert result.exit_code == (0 if style == "white-on-red" else 2), result.output
    assert ("a rule of sheet `today` strikes words out" in result.stderr) == bool(result.exit_code)


def page_head(words: str) -> Callable[[Worksheet], None]:
    """Put words above each printed page."""

    def change(sheet: Worksheet) -> None:
        assert sheet.oddHeader is not None
        sheet.oddHeader.left.text = words

    return change


def test_words_above_or_below_the_pages_are_named_as_unread() -> None:
    """“Cancelled lists” may stand there alone; a number of pages or a date says nothing."""
    said = "the words above or below each printed page are not read"
    assert f"sheet `Sheet`: {said}" in batch(sheet_with(page_head("Cancelled"))).stderr
    assert said not in batch(sheet_with(page_head("&P / &N"))).stderr
    usual = '&"Times New Roman,Regular"&12&A'
    assert said not in batch(sheet_with(page_head(usual))).stderr
    assert said in batch(sheet_with(page_head(f"{usual} cancelled"))).stderr
    sheet = "xl/worksheets/sheet1.xml"
    other = repacked(sheet_with(page_head("Off")), sheet, "&amp;LOff", "<![CDATA[&LOff]]>")
    assert said in batch(other).stderr


def test_words_above_or_below_the_pages_of_an_open_document_are_named() -> None:
    """Every document of LibreOffice has fields there; only words count."""
    said = "the words above or below each printed page are not read"
    table = ods_table([ods_row(HEAD), ods_row(ANA)])
    for words, named in (("Cancelled", True), ("<text:sheet-name>?</text:sheet-name>", False)):
        path = write_ods("list.ods", table)
        head = f"<style:header><text:p>{words}</text:p></style:header>"
        with zipfile.ZipFile(path, "a") as book:
            book.writestr("styles.xml", MASTER.format(head))
        assert (f"sheet `today`: {said}" in batch(path).stderr) == named
        Path(path).unlink()


def test_a_rule_in_the_style_of_a_cell_stops_an_open_document() -> None:
    """Older programs keep the rule in the style of the cell."""
    bea = (*BEA[:3], ods_cell("gi-ulcer", 'table:style-name="ruled"'), *BEA[4:])
    result = batch(write_ods("list.ods", ods_table([ods_row(HEAD), ods_row(bea)])))
    assert result.exit_code == 2
    assert "a rule of sheet `today` strikes words out, or hides them" in result.stderr


def test_thin_rows_and_columns_of_an_open_document_are_hidden_ones() -> None:
    """As in a workbook."""
    rows = [ods_row(HEAD), ods_row(ANA), ods_row(BEA, 'table:style-name="thin"')]
    result = batch(write_ods("list.ods", ods_table(rows)))
    assert "row 3 is hidden, and left out" in result.stderr
    columns = '<table:table-column table:number-columns-repeated="3"/>'
    columns += '<table:table-column table:style-name="narrow"/>'
    result = batch(write_ods("list.ods", ods_table(rows[:2], columns=columns)))
    assert "column D (`flags`) of sheet `today` is hidden" in result.stderr


def test_comments_and_drawings_of_an_open_document_are_named() -> None:
    """A comment is no part of the words of its cell."""
    note = "<office:annotation><text:p>cancelled</text:p></office:annotation>"
    cell = ods_cell("gi-ulcer").replace("<text:p>", f"{note}<text:p>")
    shapes = "<table:shapes><draw:frame/></table:shapes>"
    table = ods_table([ods_row(HEAD), ods_row((*BEA[:3], cell, *BEA[4:]))], columns=shapes)
    result = batch(write_ods("list.ods", table))
    assert result.exit_code == 0, result.stderr
    assert "list.ods: sheet `today`: the comment on D2 is not read\n" in result.stderr
    assert "sheet `today`: pictures, shapes or text boxes are not read\n" in result.stderr
    assert "cancelled" not in result.output


def test_a_formula_of_today_is_no_day_in_an_open_document() -> None:
    """As in a workbook."""
    today = date.today().isoformat()  # noqa: DTZ011 - on the calendar of who saved it
    cell = (
        f'<table:table-cell office:value-type="date" office:date-value="{today}" '
        f'table:formula="of:=TODAY()"><text:p>{today}</text:p></table:table-cell>'
    )
    rows = [ods_row(("row id", "region", "date")), ods_row(("1", "neck", cell))]
    result = batch(write_ods("list.ods", ods_table(rows)))
    assert result.exit_code == 1
    assert f"row 2 (id 1): {STALE_DAY}" in result.stderr


@pytest.mark.parametrize("kind", ["h", "list"])
def test_words_that_are_no_paragraph_refuse_their_row(kind: str) -> None:
    """A list in a cell, with an ulcer as its entry, was read as an empty cell."""
    words = f"<text:{kind}><text:list-item><text:p>gi-ulcer</text:p></text:list-item></text:{kind}>"
    cell = f'<table:table-cell office:value-type="string">{words}</table:table-cell>'
    bea = (*BEA[:3], cell, *BEA[4:])
    result = batch(write_ods("list.ods", ods_table([ods_row(HEAD), ods_row(ANA), ods_row(bea)])))
    assert result.exit_code == 1
    assert "row 3 (id 2): flags: D3 cannot be read for certain" in result.stderr


# ------------------------------------------------------------------ CSV
def test_rows_that_are_too_short_are_named() -> None:
    """What is not there counts as empty, and the run says so."""
    Path("list.csv").write_text("row id,region,flags,name\n1,neck\n2,neck,asthma,Ana\n", "utf-8")
    result = batch("list.csv")
    assert result.exit_code == 0
    said = "row 2 has fewer cells than the header: what is not there counts as empty"
    assert f"list.csv: {said}\n" in result.stderr


@pytest.mark.parametrize("end", ["\n", "\n\n"])
def test_a_row_that_a_line_end_has_broken_is_refused_in_both_parts(end: str) -> None:
    """The first part printed without the ulcer that stands in the second."""
    text = f"row id,region,flags,name\n1,neck,asthma{end}gi-ulcer,Zoe\n2,neck,asthma,Ana\n"
    Path("list.csv").write_text(text, "utf-8")
    result = batch("list.csv")
    assert result.exit_code == 1
    assert result.stderr.count("seem to be one row, broken by a line end in a cell") == 2
    assert "1 leaflet can be made" in result.stdout


def test_letters_with_a_line_through_them_refuse_their_row() -> None:
    """Plain text is struck out with a mark on each letter; it was read as if it stood."""
    struck = "".join(f"{letter}\u0336" for letter in "asthma")
    Path("list.csv").write_text(f"region,flags\nneck,{struck}\nneck,asthma\n", "utf-8")
    result = batch("list.csv")
    assert result.exit_code == 1
    assert "row 2: flags: it is struck out, or a part of it is" in result.stderr


@pytest.mark.parametrize("cell", ["-asthma", "asthma-", "- asthma", "asthma −"])
def test_a_hyphen_that_may_be_a_minus_refuses_its_row(cell: str) -> None:
    """Somebody who writes “asthma −” means that there is none."""
    Path("list.csv").write_text(f"region,flags\nneck,{cell}\nneck,gi - ulcer\n", "utf-8")
    result = batch("list.csv")
    assert result.exit_code == 1
    assert "row 2: flags: unknown flag" in result.stderr
    assert "row 3" not in result.stderr


@pytest.mark.parametrize("name", ["4857773456", "H-123/4", "Loading...", "Loading…"])
def test_what_is_no_name_refuses_its_row(name: str) -> None:
    """A column of patients that holds their numbers, or nothing yet, printed them as names."""
    Path("list.csv").write_text(f"region,patient\nneck,{name}\nneck,Q\n", "utf-8")
    result = batch("list.csv")
    assert ("row 2: name: " in result.stderr) == (name != "H-123/4")
    assert "row 3" not in result.stderr
