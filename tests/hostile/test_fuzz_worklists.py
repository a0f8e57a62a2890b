"""Whatever a worklist holds, it ends in leaflets or clear errors, and nothing is lost or leaks."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handouts.batch.workbook import workbook
from handouts.content.list_form import COLUMNS
from tests.support.hostile import Mutation, mutated, mutations, run, tree, tries, words
from tests.support.leaflets import publisher
from tests.support.sheets import ods_content, ods_row, ods_table

pytestmark = pytest.mark.slow

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
KINDS = ("csv", "tsv", "txt", "jsonl", "ndjson", "xlsx", "ods")
USUAL = {
    "region": ("neck", "lumbar", "thoracic"),
    "status": ("acute", "chronic"),
    "flags": ("gi-ulcer", "asthma;diabetes", "under-18, age-65-plus"),
    "screened": ("yes", "no"),
    "date": ("2026-11-22",),
    "copies": ("1", "20", "21"),
    "row id": ("1", "p-2", "A.3"),
    "doses": ("neck-turn=5x3", "neck-turn=999"),
    "exercises": ("neck-turn", "chin-tuck walking"),
}
TAGS = (b"<row", b"<c ", b't="s"', b"<v>", b"</c>", b'r="', b"sheet", b"xmlns", b"<t>", b'"')
INSIDE = (
    b"", b"<", b'"', b'r="-1" ', b'r="ZZZ9" ', b"&x;", b'<!DOCTYPE a [<!ENTITY x "y">]>',
    b'r="0" ', b't="d"', b't="e"', b't="b"', b"1e999", b"9" * 5000, b"\xff",
)  # fmt: skip
"""Where the parts of a workbook are broken, and by what."""
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Rows = list[list[str]]


@pytest.fixture(autouse=True)
def _open_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the content once; it is not what is tried here."""
    monkeypatch.setattr("handouts.batch.run.open_publisher", lambda _content: publisher())


def cell(column: str) -> st.SearchStrategy[str]:
    """Draw what stands in a cell: usual twice in three times."""
    usual = st.sampled_from(USUAL.get(column, ("Ana Silva", "")))
    return st.one_of(usual, usual, words)


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """Draw a table whose head has a region, and otherwise what it likes."""
    names = st.sampled_from([*COLUMNS, *(name for more in COLUMNS.values() for name in more)])
    more = st.lists(st.one_of(names, names, words), max_size=5, unique=True)
    head = draw(st.permutations(["region", *draw(more)]))
    count = draw(st.integers(0, 4))
    rows = [[draw(cell(column)) for column in head] for _ in range(count)]
    ragged = draw(st.lists(st.lists(words, max_size=9), max_size=1))
    return [list(head), *rows, *ragged]


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a worklist of any kind, as somebody's program could have written it."""
    kind = draw(st.sampled_from(KINDS))
    rows = draw(tables())
    if kind == "xlsx":
        return kind, workbook([[NOT_XML.sub("", one) for one in row] for row in rows])
    if kind == "ods":
        clean = [[NOT_XML.sub("", one).lstrip("<") for one in row] for row in rows]
        return kind, ods_content(ods_table([ods_row(row) for row in clean]))
    if kind in ("jsonl", "ndjson"):
        values = st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.lists(words))
        lines = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
        odd = draw(st.lists(st.dictionaries(words, values, max_size=3), max_size=1))
        escaped = draw(st.booleans())
        text = "\n".join(json.dumps(line, ensure_ascii=escaped) for line in [*lines, *odd])
        return kind, text.encode(errors="surrogatepass")
    encoding = draw(st.sampled_from(ENCODINGS))
    return kind, comma_separated(rows, draw(st.sampled_from(",;\t|"))).encode(encoding, "replace")


def comma_separated(rows: Sequence[Sequence[str]], mark: str = ",") -> str:
    """Write rows as a spreadsheet program does."""
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    return text.getvalue()


def try_file(kind: str, content: bytes, *options: str) -> tuple[str, dict[str, bytes | None]]:
    """Run a worklist in an empty folder; give what was said, and what is there afterwards."""
    with TemporaryDirectory() as folder:
        here = Path(folder)
        (here / f"list.{kind}").write_bytes(content)
        options = tuple(option.replace("HERE", folder) for option in options)
        result = run("batch", f"{folder}/list.{kind}", "--workers", "1", *options)
        left = tree(here)
        assert left.pop(f"list.{kind}") == content
        assert not any(".handout-" in name for name in left), left
        return result.output, left


# ------------------------------------------------------------------ any bytes
@tries(50)
@example(("csv", b"region," + b"x" * 200_000 + b"\nneck,a\n"))
@example(("csv", b"region,copies\nneck," + b"9" * 5000))
@example(("csv", b'region,name\nneck,"' + b"x\n" * 140_000))
@example(("jsonl", b'{"id": "\\ud800", "region": "neck"}\n{"id": "2", "region": "neck"}'))
@example(("jsonl", b'{"region": ' + b"[" * 500 + b"]" * 500 + b"}"))
@example(("jsonl", b'{"region": ' + b"9" * 5000 + b"}"))
@given(files())
def test_any_worklist_ends_clearly(file: tuple[str, bytes]) -> None:
    """A worklist of any kind, with any words in any cell, is checked or refused."""
    assert try_file(*file, "--dry-run")[1] == {}


@tries(70)
@given(files(), mutations)
def test_a_damaged_worklist_ends_clearly(
    file: tuple[str, bytes], changes: Sequence[Mutation]
) -> None:
    """Bytes that are lost, added or changed in a worklist stop nothing but their rows."""
    kind, content = file
    assert try_file(kind, mutated(content, changes), "--dry-run")[1] == {}


@tries(20)
@given(st.sampled_from(KINDS), st.binary(max_size=2000))
def test_noise_is_no_worklist(kind: str, content: bytes) -> None:
    """Random bytes under the name of a worklist end in an error."""
    assert try_file(kind, content, "--dry-run")[1] == {}


@tries(20)
@example(3, b'<row r="2"', b'<row r="-1"')
@example(3, b"<sheetData>", b"<sheetData>" + b"<row>" * 9999)
@given(st.integers(0, 8), st.sampled_from(TAGS), st.sampled_from(INSIDE))
def test_a_damaged_workbook_ends_clearly(part: int, old: bytes, new: bytes) -> None:
    """What is inside an XLSX file may be broken in any part of it."""
    rows = [["row id", "region", "name"], ["1", "neck", "Ana"], ["2", "lumbar", "Bea"]]
    assert try_file("xlsx", repacked(workbook(rows), part, old, new), "--dry-run")[1] == {}


def repacked(content: bytes, number: int, old: bytes, new: bytes) -> bytes:
    """Change one part of a workbook."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(packed, "w") as after:
        for place, part in enumerate(before.infolist()):
            raw = before.read(part)
            changed = (
                raw.replace(old, new, 2)
                if new.startswith(b"<row")
                else raw.replace(old, old + new, 2)
            )
            after.writestr(part.filename, changed if place == number else raw)
    return packed.getvalue()


# ------------------------------------------------------------------ nothing is lost
def told(rows: Rows, kind: str) -> bytes:
    """Write rows as a worklist of a kind."""
    if kind == "xlsx":
        return workbook(rows)
    if kind == "jsonl":
        lines = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
        return "\n".join(map(json.dumps, lines)).encode()
    return comma_separated(rows).encode()


def cells(kind: str, content: bytes) -> Iterator[dict[str, str]]:
    """Read a worklist back, by other means than the program's."""
    if kind == "xlsx":
        found = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
        for row in found[1:]:
            yield dict(zip(map(str, found[0]), [str(one or "") for one in row], strict=True))
    elif kind == "jsonl":
        yield from map(json.loads, content.decode().split("\n")[:-1])
    else:
        yield from csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))


printable = st.text(
    alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=40
).filter(lambda text: text == text.strip())


@tries(20)
@given(
    st.sampled_from(("csv", "jsonl", "xlsx")),
    st.lists(st.tuples(printable, printable), min_size=1, max_size=4),
)
def test_what_is_refused_comes_back_whole(kind: str, given_: list[tuple[str, str]]) -> None:
    """Every row without a leaflet stands in the rejects word for word, and is refused once more."""
    rows = [["row id", "region", "name", "note"]]
    rows += [[str(number), "nek", *pair] for number, pair in enumerate(given_, 1)]
    said, left = try_file(kind, told(rows, kind), "-o", "HERE/out")
    assert f"{len(given_)} row{'s' if len(given_) > 1 else ''} refused" in said
    assert set(left) == {"out", f"out/list.rejects.{kind}", "out/manifest.jsonl"}
    rejects = left[f"out/list.rejects.{kind}"]
    assert rejects is not None
    found = [[row[name] for name in rows[0]] for row in cells(kind, rejects)]
    assert found == rows[1:]
    again, _ = try_file(kind, rejects, "--dry-run")
    assert f"{len(given_)} row" in again


# ------------------------------------------------------------------ names, notes and row ids
@pytest.mark.slow
@tries(60)
@given(words, words, words)
def test_no_message_repeats_a_name_or_a_note(name: str, note: str, stem: str) -> None:
    """Whether a row is used or not, what is said of it holds neither its name nor its note."""
    seeded = [f"Zebedee{name}", f"Ottoline{note}"]
    rows = [["row id", "region", "flags", "name", "note"]]
    rows += [[stem, "neck", "asthma", *seeded], ["2", "nek", "no-such", *seeded]]
    said, left = try_file("csv", comma_separated(rows).encode(errors="replace"), "--dry-run")
    assert left == {}
    assert not re.search("zebedee|ottoline", said, re.IGNORECASE)


@tries(5)
@example(["../../x", "/etc/x", "a/../b", "C:\\x", "..", ".hidden", "nul", "a\0b", "~root", "-rf"])
@example(
    ["1", "manifest", "list.rejects", "1.pdf", "A" * 64, "A" * 65, "é", "x\u0301", "1\n2", "%2e%2e"]
)
@given(st.lists(words, min_size=1, max_size=4))
def test_no_row_id_reaches_outside_the_folder(stems: list[str]) -> None:
    """Files are made in the folder alone, each under its row id; what cannot name one does not."""
    rows = [["row id", "region"], *([stem, "neck"] for stem in stems)]
    _, left = try_file("csv", comma_separated(rows).encode(errors="replace"), "-o", "HERE/out")
    usual = re.compile(
        r"out(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.(pdf|rejects\.csv)|/manifest\.jsonl)?"
    )
    assert all(usual.fullmatch(name) for name in left), list(left)
