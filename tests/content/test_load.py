"""Broken content: each fault is told with file, line, path and hint, and all of them at once."""

import errno
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from handouts.content.load import load_library, resource
from handouts.errors import ContentError
from handouts.system.files import read_limited

BLOCK = "blocks/everyday.yaml"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One edit of one file, and the fault it must give; `{line}` is the line of `at`."""

    file: str
    old: str
    new: str
    at: str
    fault: str
    hint: str = ""
    alone: bool = True
    """No other fault follows from it."""


CASES = {
    "an unknown key": Case(
        file=BLOCK,
        old="  - id: everyday-bags-neck\n    when:",
        new="  - id: everyday-bags-neck\n    wehn:",
        at="    wehn:",
        fault="blocks[2]: unknown key `wehn`",
        hint="did you mean `when`?",
    ),
    "an unknown flag": Case(
        file=BLOCK,
        old="no-flag: [kidney-disease, heart-disease,",
        new="no-flag: [kidney-desease, heart-disease,",
        at="kidney-desease",
        fault="blocks[20].when.no-flag[0]: unknown flag `kidney-desease`",
        hint="did you mean `kidney-disease`?",
    ),
    "an unknown region": Case(
        file="exercises.yaml",
        old="sets: {neck: {acute: 1, chronic: 1}}",
        new="sets: {nek: {acute: 1, chronic: 1}}",
        at="sets: {nek:",
        fault="exercises[0].sets: unknown region `nek`",
    ),
    "a movement that no rule knows": Case(
        file="exercises.yaml",
        old="    moves: [rotation]\n",
        new="    moves: [side-bend]\n",
        at="moves: [side-bend]",
        fault="exercises[0].moves[0]: unknown moves `side-bend`",
        hint="did you mean extra_moves? It takes any word; here are flexion, extension, rotation, "
        "twist, loaded, sit-up, head-pull, hang",
    ),
    "an unknown class in a rule": Case(
        file=BLOCK,
        old="status: acute, advice: {ex-gentle: ok}}",
        new="status: acute, advice: {ex-gently: ok}}",
        at="ex-gently",
        fault="blocks[0].when.advice: unknown class `ex-gently`",
        hint="did you mean `ex-gentle`?",
    ),
    "a class that is never suggested": Case(
        file=BLOCK,
        old="suggests: [ex-gentle]",
        new="suggests: [never:quinine]",
        at="never:quinine",
        fault="blocks[0].suggests[0]: unknown class `never:quinine`",
        hint="known words: benzodiazepine, cold, cox2, cyclobenzaprine, ex-bend-twist, ex-gentle, "
        "ex-strength, heat, herbal, massage, neck-thrust, nsaid-systemic, …",
    ),
    "a list where text belongs": Case(
        file=BLOCK,
        old='text: "**Change position often.** Move about every 30 to 60 minutes."',
        new="text: [one, two]",
        at="text: [one, two]",
        fault="blocks[0].text: expected text, got a list",
    ),
    "a word where a number belongs": Case(
        file="exercises.yaml",
        old="hold_seconds: 5, repetitions: [5, 10], each_side: true",
        new="hold_seconds: 5s, repetitions: [5, 10], each_side: true",
        at="hold_seconds: 5s",
        fault="exercises[0].dosage.chronic.hold_seconds: expected a whole number, got `5s`",
        hint="write 5",
    ),
    "a number where yes or no belongs": Case(
        file="blocks/just-for-you.yaml",
        old="screened: false, no-flag: under-18",
        new="screened: 0, no-flag: under-18",
        at="screened: 0",
        fault="blocks[0].when.screened: expected true or false, got `0`",
    ),
    "a range the wrong way round": Case(
        file="exercises.yaml",
        old="repetitions: [5, 10]",
        new="repetitions: [10, 5]",
        at="repetitions: [10, 5]",
        fault="exercises[0].dosage.acute.repetitions: expected a number or [lowest, highest], "
        "got a list",
    ),
    "a date of another kind": Case(
        file=BLOCK,
        old="reviewed: 2026-11-22",
        new="reviewed: 22/11/2026",
        at="reviewed: 22/11/2026",
        fault="blocks[0].reviewed: expected a date, got `22/11/2026`",
        hint="write it as 2026-11-22",
    ),
    "an id used twice": Case(
        file=BLOCK,
        old="id: everyday-desk",
        new="id: everyday-position",
        at="id: everyday-position\n    when: {region: [neck",
        fault="`everyday-position` is used twice",
        hint="first at content/blocks/everyday.yaml:5",
    ),
    "a flag used twice": Case(
        file="flags.yaml",
        old="- id: gi-bleed-history",
        new="- id: gi-ulcer",
        at="- id: gi-ulcer\n  number: 2",
        fault="flags[1]: `gi-ulcer` is used twice",
        hint="give one of them another id",
        alone=False,
    ),
    "a key written twice": Case(
        file=BLOCK,
        old="    suggests: [ex-gentle]\n",
        new="    suggests: [ex-gentle]\n    suggests: [heat]\n",
        at="suggests: [heat]",
        fault="blocks[0]: `suggests` occurs twice",
        hint="keep one of them",
    ),
    "an id with a capital": Case(
        file=BLOCK,
        old="id: everyday-desk",
        new="id: Everyday-desk",
        at="id: Everyday-desk",
        fault="blocks[1].id: `Everyday-desk` is not an id",
        hint="use small letters, digits and hyphens",
    ),
    "one source that is not listed": Case(
        file=BLOCK,
        old="    sources: [HSE-NECK, SWAN, PRACTICE]\n",
        new="    sources: [SWANN]\n",
        at="sources: [SWANN]",
        fault="blocks[0].sources[0]: unknown source `SWANN`",
        hint="did you mean `SWAN`?",
    ),
    "no source": Case(
        file=BLOCK,
        old="    sources: [HSE-NECK, SWAN, PRACTICE]\n",
        new="",
        at="- id: everyday-position",
        fault="blocks[0]: `sources` is missing",
        hint="add `sources:`",
    ),
    "an empty list of sources": Case(
        file=BLOCK,
        old="sources: [HSE-NECK, SWAN, PRACTICE]",
        new="sources: []",
        at="sources: []",
        fault="blocks[0].sources: no source is named",
        hint="name a key of sources.yaml",
    ),
    "a source that is not listed": Case(
        file=BLOCK,
        old="sources: [HSE-NECK, SWAN, PRACTICE]",
        new="sources: [HSE-NECK, SWANN, PRACTICE]",
        at="SWANN",
        fault="blocks[0].sources[1]: unknown source `SWANN`",
        hint="did you mean `SWAN`?",
    ),
    "no review date": Case(
        file="red_flags.yaml",
        old="  reviewed: 2026-11-22\n",
        new="",
        at="- id: rf-weak-limbs",
        fault="red_flags[0]: `reviewed` is missing",
        hint="add `reviewed:`",
    ),
    "a figure that is not drawn": Case(
        file="exercises.yaml",
        old="acute: [neck-turn-small]",
        new="acute: [neck-turn-smal]",
        at="- id: neck-turn",
        fault="neck-turn: unknown figure `neck-turn-smal`",
        hint="did you mean `neck-turn-small`?",
    ),
    "a movement that is no exercise": Case(
        file=BLOCK,
        old="movement: walking",
        new="movement: waking",
        at="- id: everyday-walk\n",
        fault="everyday-walk: unknown exercise `waking`",
        hint="did you mean `walking`?",
    ),
    "a warning line that covers nothing": Case(
        file="emergency_lines.yaml",
        old="covers: [rf-ces]",
        new="covers: [rf-cess]",
        at="- id: line-lumbar-saddle",
        fault="line-lumbar-saddle: unknown red flag `rf-cess`",
        hint="did you mean `rf-ces`?",
    ),
    "a flag that raises a warning sign and does not exist": Case(
        file="red_flags.yaml",
        old="raised_by: {immunosuppressed: emergency, cancer-history: emergency,",
        new="raised_by: {imunosuppressed: emergency, cancer-history: emergency,",
        at="raised_by: {imunosuppressed",
        fault="red_flags[9].raised_by: unknown flag `imunosuppressed`",
    ),
    "a kind taken away that nothing raises": Case(
        file="red_flags.yaml",
        old="cancer-history: emergency, not cancer-past: emergency,",
        new="cancer-history: emergency, not raynauds: emergency,",
        at="cancer-history: emergency, not raynauds",
        fault="red_flags[9].raised_by: `raynauds` cannot be taken away: "
        "nothing before it raises it",
        hint="name its broad flag first, with the same urgency",
    ),
    "an exercise looser than the advice": Case(
        file="exercises.yaml",
        old="avoid: [blood-thinners, antiplatelet, heart-disease, pregnancy,",
        new="avoid: [blood-thinners, antiplatelet, heart-disease,",
        at="- id: neck-side-stretch",
        fault="neck-side-stretch: `pregnancy` makes ex-bend-twist ask, "
        "but `avoid` does not name it",
        hint="add pregnancy to `avoid`",
    ),
    "an exercise number that is not its place": Case(
        file="exercises.yaml",
        old="number: 2\n",
        new="number: 3\n",
        at="number: 3\n",
        fault="exercises[1].number: expected 2, got `3`",
        hint="numbers follow the order of the file and never change",
    ),
    "an exercise held back without a reason": Case(
        file="exercises.yaml",
        old="released: true",
        new="released: false",
        at="- id: neck-turn",
        fault="exercises[0]: held back without a reason",
        hint="add `why:`",
    ),
    "a word that no place has": Case(
        file=BLOCK,
        old="**Change position often.**",
        new="**Change {foo} often.**",
        at="{foo}",
        fault="blocks[0].text: unknown word {foo}",
        hint="did you mean `poo`?",
    ),
    "a number that some places lack": Case(
        file=BLOCK,
        old="**Change position often.**",
        new="**Call {urgent_line}.**",
        at="{urgent_line}",
        fault="blocks[0].text: some places have no {urgent_line}",
        hint="write `text:` and `without: {urgent_line: …}`",
    ),
    "stars that are not closed": Case(
        file=BLOCK,
        old="**Change position often.**",
        new="**Change position often.",
        at="**Change position often.",
        fault="blocks[0].text: `**` is opened but not closed",
        hint="write **key words**",
    ),
    "no emergency number": Case(
        file="places.yaml",
        old='  emergency_number: "999"\n',
        new="",
        at="- id: gb",
        fault="places[0]: `emergency_number` is missing",
        hint="add `emergency_number:`",
        alone=False,
    ),
    "a place that lacks a word": Case(
        file="places.yaml",
        old="    grey: grey\n",
        new="",
        at="- id: gb",
        fault="gb: no word for {grey}",
        hint="add `grey: …` to `words:`; ie has “grey”",
    ),
    "a region that lacks a word": Case(
        file="vocabulary.yaml",
        old="    words: {sore_part: back or neck, part: neck}\n",
        new="",
        at="- id: neck",
        fault="neck: no word for {sore_part}",
        hint="add `sore_part: …` to `words:`; thoracic has “back or neck”",
        alone=False,
    ),
    "a word of regions and places": Case(
        file="vocabulary.yaml",
        old="    words: {sore_part: back or neck, part: neck}\n",
        new="    words: {sore_part: back or neck, part: neck, poo: neck}\n",
        at="- id: neck",
        fault="neck: {poo} is a word of places (places.yaml)",
        hint="give it another name",
        alone=False,
    ),
    "an unknown word where a place lacks one": Case(
        file="blocks/medicines.yaml",
        old="patch suits {sore_part} pain",
        new="patch suits {sore_prat} pain",
        at='text: "**A {painkiller_gel}**',
        fault="blocks[6].text: unknown word {sore_prat}",
        hint="did you mean `sore_part`?",
    ),
    "a place without its usual paper": Case(
        file="registry.yaml",
        old="  eu: a4\n",
        new="",
        at="  gb: a4",
        fault="usual-papers: `eu` has no usual paper",
        hint="add `eu: ` and its paper, such as a4; it never changes afterwards",
    ),
    "an entry without a number": Case(
        file="registry.yaml",
        old="  4: eu\n",
        new="",
        at="  1: gb",
        fault="places: `eu` has no number",
        hint="add `4: eu` under `places:`; in content of your own take one from 900 on, "
        "which is never ours",
        alone=False,
    ),
    "a word for nothing that is an entry now": Case(
        file="synonyms.yaml",
        old="gout, gouty arthritis",
        new="gout, asthma, gouty arthritis",
        at="gout, asthma, gouty",
        fault="none[12].words[12]: `asthma` is the name of `asthma` already",
        hint="take it out here: it was no word of an entry, and is one now",
    ),
    "a word for two entries": Case(
        file="synonyms.yaml",
        old="words: [neck pain,",
        new="words: [Upper-back pains, neck pain,",
        at="words: [upper back pain,",
        fault="means[1].words[0]: `upper back pain` is a word of `means` at line 17 already",
        hint="keep one of them; a word that may be about several entries goes under `asks`",
    ),
    "a word that is a label": Case(
        file="synonyms.yaml",
        old="words: [neck pain,",
        new="words: [lowback, neck pain,",
        at="words: [lowback, neck pain,",
        fault="means[0].words[0]: `lowback` is the name of `lumbar` already",
        hint="keep one of them; a word that may be about several entries goes under `asks`",
    ),
    "a word for an unknown entry": Case(
        file="synonyms.yaml",
        old="- entry: neck",
        new="- entry: nek",
        at="- entry: nek",
        fault="means[0].entry: unknown entry `nek`",
        hint="did you mean `neck`?",
    ),
    "a word without letters": Case(
        file="synonyms.yaml",
        old="words: [neck pain,",
        new='words: ["?!", neck pain,',
        at='words: ["?!", neck pain,',
        fault="means[0].words[0]: `?!` has no letters",
        hint="write a word that people type",
    ),
    "a question that only a region lacks": Case(
        file="synonyms.yaml",
        old="  question: Is it the neck, or the upper back?\n",
        new="",
        at="- about: [neck, thoracic]",
        fault="asks[1]: `question` is missing",
        hint="only flags have a question of their own",
    ),
    "a word that no entry is about, without a sentence": Case(
        file="synonyms.yaml",
        old='  says: "Where nothing applies, answer no, or leave it out."\n',
        new="",
        at="- words: [none, nil,",
        fault="none[0]: `says` is missing",
        hint="add `says:`",
    ),
    "a sentence without an end": Case(
        file="synonyms.yaml",
        old='applies, answer no, or leave it out."',
        new='applies, answer no, or leave it out"',
        at='applies, answer no, or leave it out"',
        fault="none[0].says: a sentence has no end",
        hint="end it with a full stop or a question mark",
    ),
    "an age with two flags": Case(
        file="answers.yaml",
        old="below: 18}",
        new="below: 66}",
        at="from: 65}",
        fault="ages[1]: an age has two flags",
        hint="let the ranges of ages not meet",
    ),
    "a flag that no age can have": Case(
        file="answers.yaml",
        old="below: 18}",
        new="from: 18, below: 18}",
        at="from: 18, below: 18}",
        fault="ages[0]: it ends before it begins",
        hint="let `below` be more than `from`",
    ),
    "weeks that have no status": Case(
        file="answers.yaml",
        old="{status: chronic, from: 12}",
        new="{status: chronic, from: 13}",
        at="{status: chronic, from: 13}",
        fault="weeks[1]: the weeks do not follow each other",
        hint="begin each where the one before ends, the first at none",
    ),
    "an age of an unknown flag": Case(
        file="answers.yaml",
        old="{flag: under-18,",
        new="{flag: under-19,",
        at="{flag: under-19,",
        fault="ages[0].flag: unknown flag `under-19`",
        hint="did you mean `under-18`?",
    ),
    "an unusual pair of one": Case(
        file="answers.yaml",
        old="flags: [pregnancy, age-65-plus]",
        new="flags: [pregnancy, pregnancy]",
        at="flags: [pregnancy, pregnancy]",
        fault="unusual[0].flags: not two flags",
        hint="name the two that seldom go together",
        alone=False,
    ),
    "words of an unknown kind": Case(
        file="synonyms.yaml",
        old="\nnone:\n",
        new="\nnone_:\n",
        at="none_:",
        fault="unknown key `none_`",
        hint="did you mean `none`?",
        alone=False,
    ),
    "a place on unknown paper": Case(
        file="places.yaml",
        old="paper: a4",
        new="paper: a3",
        at="paper: a3",
        fault="places[0].paper: unknown paper `a3`",
        hint="known words: a4, letter",
    ),
    "a class without a line": Case(
        file="classes.yaml",
        old='  ask: "**You do not need** neck cracking."\n'
        '  avoid: "**Do not let anyone crack your neck or back**."\n',
        new="",
        at="- id: neck-thrust",
        fault="classes[17]: no line for any level",
        hint="add `ask:` or `avoid:`, or `silent: true`",
        alone=False,
    ),
    "a row of the advice gone": Case(
        file="advice.csv",
        old="gi-bleed-history,ok,avoid,ask,avoid,ask,ask,ask,ask,avoid,avoid,ok,ok,ok,ask,"
        "ok,ok,ok,ask,avoid,avoid,avoid,avoid,avoid,avoid\n",
        new="",
        at="flag,paracetamol",
        fault="no row `gi-bleed-history`",
    ),
    "a row of the advice that nobody knows": Case(
        file="advice.csv",
        old="kidney-disease,ask",
        new="kidneys,ask",
        at="kidneys,ask",
        fault="unexpected row `kidneys`",
        hint="did you mean `kidney-disease`?",
        alone=False,
    ),
    "a cell of the advice that is not a level": Case(
        file="advice.csv",
        old="gi-ulcer,ok,avoid",
        new="gi-ulcer,ok,never",
        at="gi-ulcer,ok,never",
        fault="gi-ulcer.nsaid-systemic: expected ok, ask or avoid, got `never`",
    ),
    "an empty cell in a flag's row": Case(
        file="advice.csv",
        old="gi-ulcer,ok,avoid",
        new="gi-ulcer,,avoid",
        at="gi-ulcer,,avoid",
        fault="gi-ulcer.paracetamol: expected ok, ask or avoid, got ``",
    ),
    "a column of the advice gone": Case(
        file="advice.csv",
        old="flag,paracetamol,",
        new="flag,parecetamol,",
        at="flag,parecetamol",
        fault="no column `paracetamol`",
    ),
    "a tab": Case(
        file=BLOCK,
        old="    when: {status: acute, advice: {ex-gentle: ok}}\n",
        new="\twhen: {status: acute, advice: {ex-gentle: ok}}\n",
        at="\twhen:",
        fault="not YAML: a tab where blanks are expected",
        hint="put blanks in the place of the tab",
    ),
    "a second document": Case(
        file=BLOCK,
        old="section: everyday\n",
        new="section: everyday\n---\nsection: everyday\n",
        at="---",
        fault="not YAML: more stands after the end of the file",
        hint="take away the line `---` or `...`, and what follows",
    ),
    "a quote that is not closed": Case(
        file="labels.yaml",
        old='page: "{page} of {pages}"',
        new='page: "{page} of {pages}',
        at="overleaf:",
        fault="not YAML: did not find expected key",
        hint="check spaces and quotes",
    ),
    "a label with a word that nothing fills": Case(
        file="labels.yaml",
        old='"Every {n} hours while',
        new='"Every {m} hours while',
        at="{m}",
        fault="every-hours: only {n} may be used in braces here",
    ),
    "eleven months": Case(
        file="labels.yaml",
        old="months: January ",
        new="months: ",
        at="months: ",
        fault="months: expected 12 months, got 11",
    ),
}


def broken(folder: Path, file: str, old: str, new: str) -> str:
    """Copy the content with one edit; give the edited text."""
    if not folder.exists():
        copytree(resource("content"), folder)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has changed: {old!r} is not in it"
    text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return text


def faults(folder: Path) -> str:
    """Load broken content; give what the author is told."""
    with pytest.raises(ContentError) as error:
        load_library(folder)
    assert error.value.exit_code == 3
    return str(error.value)


@pytest.mark.sample(4)
@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_where_it_is(tmp_path: Path, name: str) -> None:
    """The message is the file, the line, the path, what is wrong, and what to do."""
    case = CASES[name]
    folder = tmp_path / "content"
    text = broken(folder, case.file, case.old, case.new)
    line = text[: text.index(case.at)].count("\n") + 1
    hint = f"\n  hint: {case.hint}" if case.hint else ""
    told, wanted = faults(folder), f"content/{case.file}:{line}: {case.fault}{hint}"
    assert wanted in told
    assert told == wanted or not case.alone


def test_a_class_without_a_line_has_no_other_fault(tmp_path: Path) -> None:
    """`sources` and `reviewed` of a class are known keys, whatever else is wrong with it."""
    case = CASES["a class without a line"]
    broken(tmp_path / "content", case.file, case.old, case.new)
    assert "unknown key" not in faults(tmp_path / "content")


def test_a_missing_emergency_number_is_one_fault(tmp_path: Path) -> None:
    """The blocks that use the number are not at fault when a place has none."""
    case = CASES["no emergency number"]
    broken(tmp_path / "content", case.file, case.old, case.new)
    assert "some places have no {emergency_number}" not in faults(tmp_path / "content")


def test_faults_of_several_files_come_together_in_order(tmp_path: Path) -> None:
    """An author sees every fault of every file at once, by file and line."""
    folder = tmp_path / "content"
    names = ["a cell of the advice that is not a level", "a place on unknown paper"]
    names += ["no review date", "an unknown key", "a source that is not listed"]
    for name in names:
        broken(folder, CASES[name].file, CASES[name].old, CASES[name].new)
    first_lines = [line for line in faults(folder).splitlines() if not line.startswith("  ")]
    assert [line.split(" ", 1)[1] for line in first_lines] == [
        "gi-ulcer.nsaid-systemic: expected ok, ask or avoid, got `never`",
        "blocks[0].sources[1]: unknown source `SWANN`",
        "blocks[2]: unknown key `wehn`",
        "places[0].paper: unknown paper `a3`",
        "red_flags[0]: `reviewed` is missing",
    ]
    assert [line.split(":")[0] for line in first_lines] == [
        "content/advice.csv",
        "content/blocks/everyday.yaml",
        "content/blocks/everyday.yaml",
        "content/places.yaml",
        "content/red_flags.yaml",
    ]


# ------------------------------------------------------------------ files that are no content
WHOLE_FILES = {
    "bytes that are not text": (
        "labels.yaml",
        b"draft: DRAFT\nunsigned: \xff\xfe\n",
        "content/labels.yaml:2: not UTF-8 text\n  hint: save the file as UTF-8",
    ),
    "advice that is not text": (
        "advice.csv",
        b"flag,heat\n(baseline),\xe9\n",
        "content/advice.csv:2: not UTF-8 text\n  hint: save the file as UTF-8",
    ),
    "an empty file": ("flags.yaml", b"", "content/flags.yaml:1: the file is empty"),
    "a file of comments": (
        BLOCK,
        b"# nothing yet\n",
        "content/blocks/everyday.yaml:1: the file is empty",
    ),
    "a list where keys belong": (
        "labels.yaml",
        b"- draft\n- page\n",
        "content/labels.yaml:1: expected keys and values, got a list",
    ),
    "a file larger than any content": (
        "labels.yaml",
        b"a: " + b"x" * 2_000_000,
        "content/labels.yaml:1: larger than 2000000 bytes\n  hint: split the file",
    ),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_is_no_content_is_told(tmp_path: Path, name: str) -> None:
    """A file that cannot be read as content is named, with the line where that shows."""
    file, raw, message = WHOLE_FILES[name]
    folder = copytree(resource("content"), tmp_path / "content")
    (folder / file).write_bytes(raw)
    assert message in faults(folder)


def test_a_table_with_other_marks_is_told_once(tmp_path: Path) -> None:
    """A table as some programs save it, with semicolons, is one fault and not one for each row."""
    folder = copytree(resource("content"), tmp_path / "content")
    table = folder / "advice.csv"
    table.write_text(table.read_text("utf-8").replace(",", ";"), "utf-8")
    assert faults(folder) == (
        "content/advice.csv:1: no columns\n  hint: save the file as CSV, with commas between cells"
    )


@pytest.mark.parametrize("file", ["advice.csv", "places.yaml", "figures.yaml"])
def test_a_missing_file_is_told(tmp_path: Path, file: str) -> None:
    """A file that is gone is named, with what to do where newer content has one more."""
    folder = copytree(resource("content"), tmp_path / "content")
    (folder / file).unlink()
    assert faults(folder) == (
        f"content/{file}:1: no such file or directory\n  hint: restore the file; where content is "
        f"older than the program: handout content diff --brief --content {folder}"
    )


def test_a_file_that_may_not_be_read_is_no_missing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is not let in asks its owner, and restores nothing."""
    folder = copytree(resource("content"), tmp_path / "content")

    def refuse(path: Path) -> bytes:
        if path.name == "flags.yaml":
            raise PermissionError(errno.EACCES, "Permission denied")
        return read_limited(path)

    monkeypatch.setattr("handouts.content.folder.read_limited", refuse)
    assert faults(folder) == (
        "content/flags.yaml:1: permission denied\n  hint: ask whoever owns it to let you read it"
    )


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """A folder that is not there is named, with how to name another."""
    folder = tmp_path / "nowhere"
    assert faults(folder) == (
        f"no content folder at {folder}\n  hint: name one with --content or HANDOUTS_CONTENT"
    )


LOAD = """
import resource, sys
from handouts.errors import ContentError
from handouts.system.files import read_limited
from handouts.content.load import load_library
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
try:
    load_library(sys.argv[1])
except ContentError as error:
    print(error)
    sys.exit(error.exit_code)
"""
ALIASES = "x: &b0 [y, y, y, y, y, y, y, y, y]\n" + "".join(
    f"x{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
BOMBS = [
    pytest.param("labels.yaml", f"{ALIASES}draft: *b11\n", id="aliases of aliases as text"),
    pytest.param("flags.yaml", f"{ALIASES}flags: *b11\n", id="aliases of aliases as flags"),
    pytest.param(
        "figures.yaml",
        f"{ALIASES}figures: {{neck-turn: *b11}}\n",
        id="aliases of aliases as a drawing",
    ),
    pytest.param("flags.yaml", "flags: &a [*a]\n", id="an alias of itself as flags"),
    pytest.param("figures.yaml", "figures: {a: &a [*a]}\n", id="an alias of itself as a drawing"),
    pytest.param("flags.yaml", f"flags: {'[' * 1000}{']' * 1000}\n", id="a thousand levels"),
    pytest.param("flags.yaml", f"flags: {'{a: ' * 1000}1{'}' * 1000}\n", id="a thousand keys"),
    pytest.param("flags.yaml", "flags: " + "[" * 100_000, id="brackets"),
    pytest.param("flags.yaml", f"flags: {'[' * 100_000}{']' * 100_000}\n", id="closed brackets"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "text"), BOMBS)
def test_a_hostile_file_is_refused(tmp_path: Path, file: str, text: str) -> None:
    """A file built to grow or nest without end is a content fault, and costs no memory or time."""
    folder = copytree(resource("content"), tmp_path / "content")
    (folder / file).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", LOAD, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr[-500:]
    assert f"content/{file}:" in done.stdout


WRONG_KIND = {
    "movement": ("blocks/everyday.yaml", "movement: walking", "movement: rf-ces"),
    "covers": ("emergency_lines.yaml", "covers: [rf-ces]", "covers: [walking]"),
}


@pytest.mark.parametrize("key", WRONG_KIND)
def test_a_reference_names_a_block_of_the_right_kind(tmp_path: Path, key: str) -> None:
    """A movement is an exercise and a warning line covers warning signs; else content is broken.

    As it is, the first ends every selection, and the second silently loses an emergency line.
    """
    broken(tmp_path / "content", *WRONG_KIND[key])
    with pytest.raises(ContentError):
        load_library(tmp_path / "content")
