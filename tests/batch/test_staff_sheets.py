"""Beside the leaflets of one file: slips to sort them by, and a tally that counts them."""

import re
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result

from handouts.batch.staff_sheets import PrintCounts, RefusedRow, typeset_tally
from handouts.cli.app import main
from handouts.content.load import resource
from handouts.content.staff_words import load_pile_words
from handouts.render.pdf.fonts import load_faces
from tests.conftest import Golden, Validate
from tests.support.readback import Link, Node, read_structures, structure_text

DAY = "2026-11-22"
ROWS = """row id,region,status,flags,name,copies
17,neck,acute,gi-ulcer,Zebedee Quillfeather,1
clinic_2026-11-22.0018,lumbar,chronic,under-18,Ottoline Mistral,3
zebedee-3,neck,acute,,Zebedee Quillfeather,1
20,nek,acute,asthma,Ottoline Mistral,1
21,neck,acute,age-65-plus under-18,,1
22,neck,acute,gi-ulcr,,x
"""
SECRETS = ("zebedee", "quillfeather", "ottoline", "mistral", "ulc", "asthma", "nek", "age-65")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder that has a worklist."""
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text(ROWS, encoding="utf-8")


def merge(*words: str, file: str = "all.pdf", worklist: str = "list.csv") -> Result:
    """Make one file of a worklist."""
    workers = () if "--workers" in words else ("--workers", "1")
    return CliRunner().invoke(
        main, ["batch", worklist, "--date", DAY, "--merge", file, *workers, *words]
    )


def staff_documents() -> list[Node]:
    """Give the structure of slips and tally, as a screen reader meets it."""
    found = read_structures(Path("all.pdf").read_bytes())
    return [one for one in found if "not for a patient" in one.text]


def unsized(text: str) -> str:
    """Take out the numbers that follow from how long a leaflet is; other tests count them."""
    names = "Sheets that follow|Sides of leaflets|Sheets of leaflets|Sheets in all"
    text = re.sub(r"\[page \d+\]", "[page]", text)
    return re.sub(rf'((?:{names})"\n +LBody ")\d+"', r'\1…"', text)


def staff_pages() -> list[str]:
    """Give their words."""
    return [" ".join(words_of(one).split()) for one in staff_documents()]


def words_of(node: Node) -> str:
    """Give the words inside, elements apart."""
    parts = (one for one in node.content if not isinstance(one, Link))
    return " ".join(words_of(one) if isinstance(one, Node) else one.text for one in parts)


def counted(words: str) -> dict[str, int]:
    """Read the counts of a tally."""
    names = ("Rows on the list", "Rows with a leaflet", "Rows without a leaflet",
             "Leaflets, copies counted", "Sides of leaflets", "Sheets of leaflets", "Slip sheets",
             "Tally sheets", "Sheets in all")  # fmt: skip
    return {
        name: int(words.partition(name)[2].split()[0].rstrip("."))
        for name in names
        if name in words
    }


@pytest.mark.verapdf
def test_slips_and_tally_are_as_reviewed(golden: Golden, verapdf: Validate, tmp_path: Path) -> None:
    """A person has read their structure, and the file of all is PDF/UA-1."""
    assert merge("--slips").exit_code == 1
    with pikepdf.open("all.pdf") as pdf:
        assert [item.title for item in pdf.open_outline().root] == [
            "Slip for 17",
            "17",
            "Slip for clinic_2026-11-22.0018",
            *(f"clinic_2026-11-22.0018 ({n})" for n in (1, 2, 3)),
            "Tally sheet",
        ]
        assert pdf.check_pdf_syntax() == []
    golden("pile", unsized("".join(structure_text(one) for one in staff_documents())))
    verapdf([tmp_path / "all.pdf"])


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--slips",), ("--slips", "--one-sided")])
def test_the_tally_counts_the_sheets_of_the_file(words: tuple[str, ...]) -> None:
    """What the printer takes is what the tally says, with copies, slips and blank pages."""
    result = merge(*words)
    *_, tally = staff_pages()
    found = counted(tally)
    with pikepdf.open("all.pdf") as pdf:
        pages = len(pdf.pages)
    one_sided = "--one-sided" in words
    assert found["Sheets in all"] == (pages if one_sided else pages / 2)
    assert f"{found['Sheets in all']} sheets to print in all.pdf" in result.stdout
    assert (found["Rows on the list"], found["Rows with a leaflet"]) == (6, 2)
    assert (found["Leaflets, copies counted"], found["Rows without a leaflet"]) == (4, 4)
    assert found.get("Slip sheets", 0) == (2 if "--slips" in words else 0)
    assert found["Sides of leaflets"] >= found["Sheets of leaflets"] > 0
    with pikepdf.open("all.pdf") as pdf:
        assert int(pdf.Root.Pages.Count) == pages


def test_a_slip_tells_how_many_sheets_to_take() -> None:
    """The slip shows row id, place on the list, copies and the sheets down to the next slip."""
    merge("--slips")
    starts = [one.pages[0] for one in staff_documents()]
    follow = [(after - before) // 2 - 1 for before, after in pairwise(starts)]
    said = staff_pages()
    assert f"Row 17 On the list 1 of 6 Copies 1 Sheets that follow {follow[0]} " in said[0]
    row = "Row clinic_2026-11-22.0018 On the list 2 of 6 Copies 3"
    assert f"{row} Sheets that follow {follow[1]} " in said[1]


def test_slips_and_tally_tell_nothing_of_a_patient() -> None:
    """No name, flag, code or typed word stands on them; a row id with a name is not shown."""
    merge("--slips")
    pages = list(staff_pages())
    assert len(pages) == 3
    for words in pages:
        assert [one for one in SECRETS if one in words.casefold()] == []
        assert "Code" not in words
    tally = pages[-1]
    assert "5 20 region: this word is not known here" in tally
    assert "6 21 flags: two of the words cannot go together" in tally
    assert "4 – row id: the row id contains the patient's name" in tally


def test_the_tally_of_an_encrypted_run_says_where_to_mend() -> None:
    """The rejects of such a run hold no words of the list: there is nothing in them to mend."""
    Path("list.csv").write_text("row id,region\n1,neck\n2,nek\n", encoding="utf-8")
    Path("word").write_text("a long password\n", encoding="utf-8")
    merge()
    assert "The file of rejects contains the rows below." in staff_pages()[-1]
    merge("--encrypt", "--password-file", "word", file="locked.pdf")
    with pikepdf.open("locked.pdf", password=Path("word").read_text().strip()) as pdf:
        pdf.save("all.pdf")
    (tally,) = staff_pages()
    assert "Correct the rows below in the list itself, and run it again." in tally
    assert "Correct them there" not in tally


def test_a_typed_mark_does_not_let_the_rest_of_a_cell_through() -> None:
    """The mark that ends a typed word may have been typed itself."""
    text = "row id,region\n1,neck\n2,x` Zebedee `y\n"
    Path("list.csv").write_text(text, encoding="utf-8")
    merge()
    (tally,) = staff_pages()
    assert "3 2 region: this word is not known here" in tally
    assert "Zebedee" not in tally


def test_the_file_does_not_depend_on_the_number_of_workers() -> None:
    """One worker or three: the same bytes, slips and tally too."""
    merge("--slips", file="one.pdf")
    merge("--slips", "--workers", "3", file="three.pdf")
    assert Path("one.pdf").read_bytes() == Path("three.pdf").read_bytes()


@pytest.mark.verapdf
def test_a_long_tally_has_many_pages_and_an_end(verapdf: Validate, tmp_path: Path) -> None:
    """Hundreds of refused rows run over pages on any paper; what is left out is counted."""
    wrong = "".join(f"{'W' * 60}{n},nek\n" for n in range(450))
    Path("list.csv").write_text(f"id,region\n1,neck\n{wrong}", encoding="utf-8")
    merge("--paper", "a5", "--slips")
    _, tally = staff_pages()
    assert counted(tally)["Rows without a leaflet"] == 450
    assert tally.endswith("50 more rows are in the file of rejects.")
    with pikepdf.open("all.pdf") as pdf:
        assert counted(tally)["Sheets in all"] == len(pdf.pages) / 2
    verapdf([tmp_path / "all.pdf"])


def test_a_long_list_of_blank_name_lines_has_an_end() -> None:
    """The tally names the first rows and counts the rest, over as many pages as they take."""
    blank = [RefusedRow(number, f"p{number}", "name: why") for number in range(2, 452)]
    count = PrintCounts(
        rows=450, made=450, leaflets=450, sides=900, sheets=450, slips=0, one_sided=False,
        sealed=False, refused=(), unnamed=blank,
    )  # fmt: skip
    words = load_pile_words(resource("content"))
    Path("all.pdf").write_bytes(typeset_tally(count, words, load_faces(), "a5", "en-GB").content)
    (tally,) = staff_pages()
    assert "Name lines left blank 450" in tally
    assert "401 p401 name: why" in tally
    assert tally.endswith("50 more rows have a blank name line; the run names them on the screen.")


def test_a_booklet_is_no_part_of_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is folded by itself: the option is refused, and a row whose preset asks for one."""
    result = merge("--booklet")
    assert result.exit_code == 2
    assert "each booklet is folded separately" in result.stderr
    Path("service.yaml").write_text("presets:\n  small:\n    booklet: true\n", encoding="utf-8")
    monkeypatch.setenv("HANDOUTS_SERVICE", "service.yaml")
    Path("list.csv").write_text("id,region,preset\n1,neck,small\n2,neck,\n", encoding="utf-8")
    result = merge()
    assert result.exit_code == 1
    assert (
        "row 2 (id 1): preset: booklets cannot be merged: each is folded separately (leave out"
        in result.stderr
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("-o", "out", "--slips", "--print"),
            "--slips and --print can only be used with --merge FILE",
        ),
        (("--merge", "-"), "--merge writes a file; name one"),
    ],
)
def test_words_that_do_not_go_together_are_refused(words: tuple[str, ...], message: str) -> None:
    """Nothing is made when what was asked for cannot be meant."""
    result = CliRunner().invoke(main, ["batch", "list.csv", *words])
    assert result.exit_code == 2
    assert message in result.stderr
    assert [path.name for path in Path().iterdir()] == ["list.csv"]
