"""Files and entries of a content folder that nothing would read are refused or named."""

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.audit.leftovers import Leftovers, find_leftovers
from handouts.cli.app import main
from handouts.cli.commands.check import _tell_leftovers
from handouts.content.load import load_library, resource
from handouts.content.parse_library import read_library
from handouts.content.stray import find_stray, refuse_stray
from handouts.content.yaml_reader import Entry, YamlReader
from handouts.errors import ContentError
from handouts.pipeline import open_publisher
from handouts.safety.coverage import least_contents, unguarded
from handouts.safety.least import read_rules

TODAY = date(2026, 11, 29)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the content."""
    return Path(shutil.copytree(resource("content"), tmp_path / "content"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change a file in one place."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def add(folder: Path, name: str, text: str = "x: 1\n") -> None:
    """Put a file into the content."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def left(folder: Path) -> Leftovers:
    """Look at all that is left over."""
    return find_leftovers(read_library(folder), folder, TODAY)


def said(faults: object) -> str:
    """Write faults in one text."""
    return str(faults)


def test_a_word_that_names_a_region_is_pointed_out_where_it_leads_nowhere(folder: Path) -> None:
    """Whoever types it would read that no leaflet is about it."""
    edit(folder, "synonyms.yaml", "bunion,", "bunion, stiff low back,")
    notes = [str(one) for one in left(folder).notes if "stiff low back" in one.message]
    assert len(notes) == 1
    assert "names the region `lumbar`, and stands under `none`" in notes[0]
    assert "synonyms.yaml:1:" not in notes[0]


# ------------------------------------------------------------------ files
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("flag.yaml", "name it `flags.yaml`"),
        ("sources.yml", "name it `sources.yaml`"),
        ("service.yml", "name it `service.yaml`"),
        ("advise.csv", "name it `advice.csv`"),
        ("Flags.YAML", "name it `flags.yaml`"),
        ("red-flags.yaml", "name it `red_flags.yaml`"),
        ("blocks/new.yml", "name it `new.yaml`"),
        ("blocks/sub/more.yaml", "put its files into blocks/ itself"),
        ("block/more.yaml", "content is read from"),
    ],
)
def test_a_misspelt_file_stops_make_and_check(folder: Path, name: str, hint: str) -> None:
    """A misspelt file stops make and check."""
    add(folder, name)
    with pytest.raises(ContentError, match="read") as raised:
        open_publisher(folder)
    assert hint in str(raised.value)
    for command in (["make", "--region", "neck", "-o", "-"], ["check"]):
        result = CliRunner().invoke(main, [*command, "--content", str(folder)])
        assert result.exit_code == 3


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", ["zz-broken.yaml", "worklist.csv", "old/flags.yaml", "list.docx"])
def test_another_file_is_named_and_left_alone(folder: Path, name: str) -> None:
    """Another file is named and left alone."""
    add(folder, name)
    refuse_stray(folder)
    assert name.partition("/")[0] in said(left(folder).notes)
    words = ["make", "--region", "neck", "--format", "text", "-o", "-", "--content", str(folder)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0
    assert name.partition("/")[0] in result.stderr


def test_what_belongs_beside_content_is_no_stray_file(folder: Path) -> None:
    """What belongs beside content is no stray file."""
    for name in (".gitignore", "README.md", "logo.svg", "signoff.yaml", "service.yaml"):
        add(folder, name)
    assert find_stray(folder) == []


def test_the_content_that_ships_has_no_stray_file_and_no_fault() -> None:
    """The content that ships has no stray file and no fault."""
    folder = resource("content")
    assert find_stray(folder) == []
    assert find_leftovers(load_library(), folder, TODAY).errors == ()


# ------------------------------------------------------------------ columns, keys, doubles
def advice(folder: Path, change: str) -> None:
    """Change the matrix by the kind of mistake that a spreadsheet makes."""
    path = folder / "advice.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    if change == "unknown column":
        rows = [[*row, "x" if at == 0 else "ok"] for at, row in enumerate(rows)]
    elif change == "doubled column":
        rows = [[*row, row[1]] for row in rows]
    elif change == "nameless column":
        rows = [[*row, "" if at == 0 else "avoid"] for at, row in enumerate(rows)]
    elif change == "cell beyond":
        rows[5].append("avoid")
    elif change == "doubled row":
        rows.append(rows[-1])
    sign = ";" if change == "semicolons" else ","
    path.write_text("".join(sign.join(row) + "\n" for row in rows), "utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("unknown column", "unknown column `x`"),
        ("doubled column", "the column `paracetamol` stands twice"),
        ("nameless column", "a column has no name"),
        ("cell beyond", "`avoid` stands in no column"),
        ("doubled row", "stands twice"),
        ("semicolons", "with commas between cells"),
    ],
)
def test_a_column_that_nothing_reads_is_refused(folder: Path, change: str, message: str) -> None:
    """A column that nothing reads is refused."""
    advice(folder, change)
    with pytest.raises(ContentError, match=r"advice.csv") as raised:
        read_library(folder)
    assert message in str(raised.value)


def test_a_word_that_is_listed_twice_is_refused(folder: Path) -> None:
    """A word that is listed twice is refused."""
    edit(folder, "red_flags.yaml", "region: [thoracic, lumbar]", "region: [lumbar, lumbar]")
    with pytest.raises(ContentError, match="`lumbar` is listed twice"):
        read_library(folder)


def test_two_exercises_in_one_place_are_refused(folder: Path) -> None:
    """Two exercises in one place are refused."""
    edit(
        folder, "exercises.yaml", "{neck: {acute: 2, chronic: 2}}", "{neck: {acute: 1, chronic: 2}}"
    )
    with pytest.raises(
        ContentError,
        match=r"place 1 of neck, acute, is that of `neck-turn`\n.* 2 is the first number",
    ):
        read_library(folder)


def test_an_exercise_without_a_role_is_refused(folder: Path) -> None:
    """An exercise without a role would never print by default, so its line is named."""
    edit(folder, "exercises.yaml", "    role: relief\n", "")
    with pytest.raises(ContentError, match="this exercise has no role") as raised:
        read_library(folder)
    assert "relief, movement or build-up" in str(raised.value)


def test_a_caution_for_who_never_gets_the_exercise_is_refused(folder: Path) -> None:
    """A caution for who never gets the exercise is refused."""
    edit(
        folder, "exercises.yaml", "    cautions:\n", '    cautions:\n      under-18: "Go slowly."\n'
    )
    with pytest.raises(ContentError, match="a caution for `under-18`"):
        read_library(folder)


# ------------------------------------------------------------------ entries
@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "blocks/about.yaml",
            "reviewed: 2026-11-22",
            "reviewed: 2062-11-22",
            "a day that has not come",
        ),
        (
            "blocks/about.yaml",
            "This sheet gives",
            "This 🍵 sheet gives",
            "the typeface lacks a letter",
        ),
        ("labels.yaml", "phone: Phone", "phone: 電話", "the typeface lacks a letter"),
        ("claims.csv", ",keep,", ",kept,", "unknown verdict `kept`"),
        ("claims.csv", "what-spasm", "what-spasmm", "unknown block `what-spasmm`"),
        ("claims.csv", "id,claim", "id,clame", "unknown column `clame`"),
        (
            "flags.yaml",
            "question: Do you have liver disease?",
            "question: Do you have kidney disease?",
            "its question is that of `kidney-disease`",
        ),
    ],
)
def test_what_is_certainly_wrong_is_a_fault(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    """What is certainly wrong is a fault."""
    edit(folder, file, old, new)
    assert message in said(left(folder).errors)


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "sources.yaml",
            "sources:\n",
            "sources:\n- {key: NEW, title: T, year: 2020, seen: copy, short: NHS}\n",
            "the source `NEW`",
        ),
        ("blocks/about.yaml", "2026-11-22", "1999-11-22", "more than 3 years ago"),
        (
            "labels.yaml",
            "phone: Phone",
            "phone: Phone\nfone: Phone",
            "no page has a place for `fone`",
        ),
        ("record.yaml", "draft:", "drafft: x\ndraft:", "no page has a place for `drafft`"),
        (
            "figures.yaml",
            "\nprops:\n",
            "\nprops:\n  hoop:\n    - {circle: [0, 0, 0.1]}\n",
            "the thing `hoop`",
        ),
        ("registry.yaml", "  3: lumbar", "  3: lumbar\n  9: knee", "nothing is called `knee`"),
        (
            "vocabulary.yaml",
            "groups:\n",
            "groups:\n  - {id: new-group, label: New}\n",
            "the group `new-group`",
        ),
        (
            "blocks/message.yaml",
            "See a doctor before you follow this sheet.",
            "Change position often. For most people, moving is safe and helps.",
            "says the same as",
        ),
        (
            "blocks/about.yaml",
            "  - id: about-differ\n",
            "  - id: about-differ\n    when: {flag: pregnancy, no-flag: pregnancy}\n",
            "no leaflet can ever have it",
        ),
        (
            "plain_words.yaml",
            "allowed:\n",
            "allowed:\n  zither: x\n",
            "`zither` is excepted, and no",
        ),
        ("plain_words.yaml", "participles:\n", "participles:\n  tuned: x\n", "`tuned` is excepted"),
    ],
)
def test_what_nothing_uses_is_noted(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    """What nothing uses is noted."""
    edit(folder, file, old, new)
    assert message in said(left(folder).notes)


@pytest.mark.slow
@pytest.mark.usefixtures("few_leaflets")
def test_strict_makes_notes_faults(folder: Path) -> None:
    """Strict makes notes faults; the service says how old a review may be."""
    edit(folder, "blocks/about.yaml", "2026-11-22", "2020-11-22")
    words = ["check", "--content", str(folder)]
    add(folder, "service.yaml", "review-every: 10 years\n")
    patient = CliRunner().invoke(main, words)
    assert patient.exit_code == 0, patient.output
    assert "last reviewed" not in patient.output
    add(folder, "service.yaml", "review-every: 18 months\n")
    strict = CliRunner().invoke(main, [*words, "--strict"])
    assert strict.exit_code == 3
    assert "about-general: last reviewed on 2020-11-22, more than 18 months ago" in strict.output


@pytest.mark.parametrize(("day", "old"), [("2025-05-29", 0), ("2025-05-28", 1)])
def test_a_review_is_too_old_on_the_day_after_its_time(folder: Path, day: str, old: int) -> None:
    """Eighteen months after its day a review still counts, and on the next day no more."""
    edit(folder, "blocks/about.yaml", "2026-11-22", day)
    found = find_leftovers(read_library(folder), folder, TODAY, months=18)
    assert said(found.notes).count("more than 18 months ago") == old


# ------------------------------------------------------------------ guarded
def test_every_region_flag_class_and_exercise_is_in_a_rule() -> None:
    """Every region flag class and exercise is in a rule."""
    assert unguarded(load_library(), read_rules(resource("content"))) == []


def test_what_no_rule_speaks_of_is_named(folder: Path) -> None:
    """What no rule speaks of is named."""
    path = folder / "invariants.yaml"
    path.write_text("invariants: [{id: 1, says: neck and diabetes, source: x}]\n", "utf-8")
    found = said(unguarded(load_library(), read_rules(folder)))
    for what in ("region `neck`", "flag `diabetes`", "class `heat`", "exercise `neck-turn`"):
        assert f"no rule of safety speaks of the {what}" in found


def test_a_check_reads_the_rules_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a check holds the content against beside its proof, it reads from one parsing."""
    read: list[str] = []
    real = YamlReader.read

    def counted(self: YamlReader, name: str, raw: bytes) -> Entry | None:
        read.append(name)
        return real(self, name, raw)

    publisher = open_publisher()
    monkeypatch.setattr(YamlReader, "read", counted)
    _tell_leftovers(publisher, resource("content"), strict=False)
    assert read.count("content/invariants.yaml") == 1


def test_every_region_has_the_least_contents() -> None:
    """Every region has the least contents."""
    assert least_contents(load_library(), read_rules(resource("content"))) == []


RIBCAGE = "  - {id: ribcage, label: Ribcage, words: {sore_part: rib, part: rib}}\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("vocabulary.yaml", "regions:\n", f"regions:\n{RIBCAGE}",
         "lines on injury in the emergency box: 0, at least 1"),
        ("red_flags.yaml", "emergency\n  group: injury", "routine\n  group: injury",
         "rows of signs on injury with urgency emergency: 0, at least 1"),
        # Every group has as many lines as before, and one kind of sign has gone.
        ("emergency_lines.yaml", "You have new trouble with **{pee} or {poo}**.",
         "You have new **tingling in your legs**.", "speaks of bladder or bowel"),
        ("emergency_lines.yaml", "You have **chest pain**, or are suddenly **short of breath**.",
         "Your **leg** is swollen.", "lumbar, acute and chronic: nothing in the emergency box"),
        ("red_flags.yaml", "You are **losing weight** and do not know why.", "You are **tired**.",
         "nothing in the signs with urgency same-day speaks of losing weight"),
    ],
)  # fmt: skip
def test_a_region_that_lacks_what_all_must_have_is_a_fault(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    """A region that lacks what all must have is a fault."""
    edit(folder, file, old, new)
    if "ribcage" in new:
        edit(folder, "registry.yaml", "  3: lumbar", "  3: lumbar\n  900: ribcage")
    assert message in "\n".join(map(str, least_contents(read_library(folder), read_rules(folder))))


ONE_LINE = """
- id: line-ribcage
  region: [ribcage]
  covers: [rf-weak-limbs]
  text: "An arm or leg is **suddenly weak**."
  sources: [NHS-BACK]
  reviewed: 2026-11-22
"""


@pytest.mark.slow
@pytest.mark.usefixtures("few_leaflets")
def test_check_says_what_a_new_region_with_one_line_lacks(folder: Path) -> None:
    """A region with one emergency line: each sign it lacks, in content and in rules."""
    edit(
        folder,
        "vocabulary.yaml",
        "regions:\n",
        "regions:\n  - {id: ribcage, label: Ribcage, words: {sore_part: rib, part: rib}}\n",
    )
    edit(folder, "registry.yaml", "  3: lumbar", "  3: lumbar\n  900: ribcage")
    path = folder / "emergency_lines.yaml"
    path.write_text(path.read_text("utf-8") + ONE_LINE, "utf-8")
    result = CliRunner().invoke(main, ["check", "--content", str(folder)])
    assert result.exit_code == 3
    for words in (
        "ribcage, acute and chronic: lines in the emergency box: 1, at least 7",
        "speaks of chest pain or breathing",
        "speaks of an injury",
        "speaks of being very ill",
        "write lines into emergency_lines.yaml",
        "no rule of safety speaks of the region `ribcage`",
    ):
        assert words in result.output
    assert "as rendered" not in result.output
