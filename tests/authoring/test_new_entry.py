"""A new flag, exercise, region, place or source is added whole, or nothing is written."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.audit.leftovers import _never_printed
from handouts.authoring.new_entry import plan_entry, write_entry
from handouts.authoring.new_region import _entry_at
from handouts.authoring.yaml_insert import insert
from handouts.cli.app import main
from handouts.content.load import resource
from handouts.content.parse_library import read_library
from handouts.errors import ContentError, OutputError
from handouts.governance.units import signed_units
from handouts.pipeline import open_publisher
from handouts.safety.coverage import least_contents
from handouts.safety.least import read_rules
from handouts.system.files import write_atomically

pytestmark = pytest.mark.slow
TODAY = "2026-11-29"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the content."""
    return Path(shutil.copytree(resource("content"), tmp_path / "mine"))


def run(*words: str, code: int = 0) -> str:
    """Run a command and return all it says."""
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == code, done.output
    return done.output


def texts(folder: Path) -> dict[str, str]:
    """Return the text of every file but the schemas."""
    found = (one for one in folder.rglob("*") if one.is_file() and one.parent.name != "schemas")
    return {one.relative_to(folder).as_posix(): one.read_text("utf-8") for one in found}


def added(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """Return the lines that were added; fails if any line that was there has changed."""
    found: dict[str, list[str]] = {}
    for file, text in after.items():
        old, new = before[file].splitlines(), text.splitlines()
        if old != new:
            first = next(
                (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None
            )
            rest = iter(new)
            assert all(any(line == other for other in rest) for line in old), file
            found[file] = (
                new[first : len(new) - len(old) + (first or 0)] if first else new[len(old) :]
            )
    return found


def test_half_written_content_says_where_to_search_instead(folder: Path) -> None:
    """Who needs an id while an entry is half written is told all faults, and the way round."""
    run("new", "flag", "our-fact", "--content", str(folder))
    said = run("find", "asthma", "--content", str(folder), code=3)
    assert "still to write" in said
    way = said.rstrip().splitlines()[-1].partition("--content ")[2]
    assert "asthma" in run("find", "asthma", "--content", way)


def test_a_file_without_the_line_for_editors_gets_it(folder: Path) -> None:
    """Who writes into a file with `handout new` finds the schema in an editor afterwards."""
    path = folder / "sources.yaml"
    line, _, rest = path.read_text("utf-8").partition("\n")
    path.write_text(rest, "utf-8")
    said = run("new", "source", "OUR-GUIDE", "--content", str(folder))
    assert path.read_text("utf-8").startswith(f"{line}\n# Where every statement")
    number = int(re.findall(r"sources\.yaml:(\d+)", said)[0])
    assert "TO WRITE" in path.read_text("utf-8").splitlines()[number - 1]


CASES = {
    "flag": (["gout"], {"flags.yaml", "advice.csv", "registry.yaml", "invariants.yaml"}),
    "exercise": (
        ["wall-slide", "--region", "neck"],
        {"exercises.yaml", "figures.yaml", "registry.yaml", "invariants.yaml"},
    ),
    "region": (
        ["shoulder"],
        {
            "vocabulary.yaml", "registry.yaml", "blocks/title.yaml", "blocks/message.yaml",
            "blocks/what-to-do-now.yaml", "emergency_lines.yaml",
        },
    ),
    "place": (["au"], {"places.yaml", "registry.yaml"}),
    "source": (["OURS-1"], {"sources.yaml"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_what_check_asks_for_is_what_new_has_listed(folder: Path, kind: str) -> None:
    """Every file gets its entry and keeps its other lines; check names the same places to write."""
    words, files = CASES[kind]
    before = texts(folder)
    said = run("new", kind, *words, "--content", str(folder))
    assert "was not looked at" not in said  # the content was whole
    assert set(added(before, texts(folder))) == files
    # A sentence of all regions that names a part of the body is written already: it is for a rule.
    to_write, _, everywhere = said.partition("\nPrinted in every region, so for ")
    assert bool(everywhere) is (kind == "region")
    listed = set(re.findall(r"^  (mine/\S+:\d+): ", to_write, re.MULTILINE))
    assert listed
    # A shipped list of typed words may hold the new name already; that is told beforehand.
    typed = {one for one in listed if "synonyms.yaml" in one}
    assert bool(typed) is (kind in {"flag", "region"})
    asked = run("check", "--content", str(folder), code=3)
    places = re.findall(r"^error: (mine/\S+:\d+): ", asked, re.MULTILINE)
    assert set(places) == listed - typed
    assert run("make", "-r", "neck", "--content", str(folder), code=3)


def test_an_exercise_in_the_last_place_says_that_it_prints_for_nobody(folder: Path) -> None:
    """Until it has an earlier place or a reason, the one who adds it and the check say so."""
    said = run("new", "exercise", "wall-slide", "--region", "neck", "--content", str(folder))
    assert "it prints in no leaflet unless somebody chooses it" in said
    entry = (folder / "exercises.yaml").read_text("utf-8").partition("id: wall-slide\n")[2]
    assert "rules ask for these words" in entry
    assert "extension, flexion, loaded, rotation" in entry
    fill(folder)
    notes = [str(one) for one in _never_printed(read_library(folder))]
    assert [one for one in notes if "wall-slide: it prints in no leaflet unless" in one] == notes


def test_a_new_exercise_prints_first_and_no_other_changes(folder: Path) -> None:
    """It says before which others it stands; their entries and their reviews stay as they are."""
    before, others = texts(folder), signed_units(read_library(folder))
    run("new", "exercise", "side-step", "--region", "lumbar", "--before", "pelvic-tilt",
        "--before", "cat-cow", "--content", str(folder))  # fmt: skip
    new = texts(folder)
    assert (
        "sets: {lumbar: {acute: before pelvic-tilt, chronic: before cat-cow}}"
        in new["exercises.yaml"]
    )
    added(before, new)
    fill(folder)
    for status, place in (("acute", "pelvic-tilt"), ("chronic", "cat-cow")):
        why = run("explain", "-r", "lumbar", "-s", status, "--screened", "--content", str(folder))
        assert re.search(rf"in +side-step .*movement exercise, place before {place} for", why)
    units = signed_units(read_library(folder))
    assert [one for one, unit in units.items() if unit != others.get(one)] == ["side-step"]
    assert "sets lumbar, acute: before pelvic-tilt" in units["side-step"].text
    # Another that is to come before the same one stands before both, and says so.
    run("new", "exercise", "heel-lift", "--region", "lumbar", "--before", "cat-cow",
        "--content", str(folder))  # fmt: skip
    entry = texts(folder)["exercises.yaml"].partition("id: heel-lift\n")[2]
    assert "acute: before cat-cow, chronic: before side-step}" in entry
    # Where a list has none of them, the new one is its last, and is told how to be its first.
    run("new", "exercise", "toe-lift", "--region", "lumbar", "--before", "bridge",
        "--content", str(folder))  # fmt: skip
    entry = texts(folder)["exercises.yaml"].partition("id: toe-lift\n")[2]
    assert "acute: 10, chronic: before bridge}" in entry
    assert "(acute: `before legs-on-chair` is first)" in entry


PLACES = [
    ("acute: before bridge", "`before bridge`: it is not in the list of neck, acute"),
    ("acute: before neck-trun", "did you mean `neck-turn`?"),
    ("acute: before neck-side-bend", "in the list of neck, acute, `neck-side-bend` stands before"),
    ("acute: first", "expected a place, got `first`"),
    ("acute: 3", "hint: write `before neck-side-bend` to print before it, and no other place"),
    ("acute: before shoulder-shrug, chronic: before neck-turn", ""),
]


@pytest.mark.parametrize(("place", "says"), PLACES)
def test_a_place_that_cannot_be_is_told(folder: Path, place: str, says: str) -> None:
    """A list has each of its exercises once, and each at one place."""
    path = folder / "exercises.yaml"
    text = path.read_text("utf-8")
    assert "sets: {neck: {acute: 2, chronic: 2}}" in text
    text = text.replace("sets: {neck: {acute: 2, chronic: 2}}", f"sets: {{neck: {{{place}}}}}")
    path.write_text(text, "utf-8")
    said = run("list", "exercises", "--content", str(folder), code=3 if says else 0)
    assert says in said


def test_two_that_stand_before_the_same_one_are_told(folder: Path) -> None:
    """Which of them prints first would be chance."""
    path = folder / "exercises.yaml"
    text = path.read_text("utf-8").replace("acute: 2, chronic: 2", "acute: before neck-turn")
    path.write_text(text.replace("{acute: 6, chronic: 7}", "{acute: before neck-turn}"), "utf-8")
    said = run("list", "exercises", "--content", str(folder), code=3)
    assert (
        "neck-look-down: it stands before `neck-turn` in neck, acute, and so does `neck-s" in said
    )
    assert "write `before neck-side-bend`, or in `neck-side-bend` `before neck-look-down`" in said


@pytest.mark.parametrize("kind", ["flag", "exercise", "region", "place"])
def test_a_service_has_numbers_from_900(folder: Path, kind: str) -> None:
    """The first number is 900, the next 901, in the registry and among the rules."""
    words, files = CASES[kind]
    run("new", kind, *words, "--content", str(folder))
    assert f"900: {words[0]}" in (folder / "registry.yaml").read_text("utf-8")
    run("new", kind, f"{words[0]}-two", *words[1:], "--content", str(folder))
    assert f"901: {words[0]}-two" in (folder / "registry.yaml").read_text("utf-8")
    if kind == "flag":
        assert "- id: 901\n" in (folder / "invariants.yaml").read_text("utf-8")
    assert ("invariants.yaml" in files) is (kind in ("flag", "exercise"))


FILLED = {
    "label": "Joints that bend too far", "question": "Do your joints bend too far?",
    "its point": "bendy joints", "what says it back": "Your joints bend too far.",
    "the day": TODAY, "who decided": "Our clinicians, 2026",
    "its heading": "Slide your arms up", "rest, gentle": "gentle", "how one starts": "standing",
    "relief,": "movement", "how to start": "Stand with your back to a wall.",
    "one step": "Slowly slide your arms up, only as far as is easy.", "how many": "3",
    "when to stop": "you feel dizzy", "what moves": "Standing. Both arms go up.",
    "what lists": "Bendy joints", "what the clinician": "Do your joints bend too far?",
    "its group": "bones-joints", "author": "Our guide, 2026", "publisher": "own",
    "the name of the country": "Australia", "a language": "en-AU", "a4 or": "a4",
    "the number to call": "000",
}  # fmt: skip


def fill(folder: Path) -> None:
    """Write what a person would, in place of every mark."""
    for path in folder.rglob("*.yaml"):
        text = path.read_text("utf-8")
        if "TO WRITE" not in text:
            continue
        text = text.replace("sources: []  # TO WRITE: keys of sources.yaml", "sources: [PRACTICE]")
        text = re.sub(r'\["TO WRITE: the (classes|same of)[^"]*"\]', "[]", text)
        text = re.sub(r'"TO WRITE: what people say there for “([^”]*)”"', r'"\1"', text)
        for start, value in FILLED.items():
            shown = value if value in ("3", TODAY) else "[]" if not value else f'"{value}"'
            text = re.sub(rf'"TO WRITE: {re.escape(start)}[^"]*"', shown, text)
        assert "TO WRITE" not in text, text[text.index("TO WRITE") :][:80]
        path.write_text(text, "utf-8")
    matrix = folder / "advice.csv"
    matrix.write_text(matrix.read_text("utf-8").replace("?", "ok"), "utf-8")


@pytest.mark.parametrize("kind", ["flag", "exercise", "place", "source"])
def test_a_completed_entry_loads_and_prints(folder: Path, tmp_path: Path, kind: str) -> None:
    """With every mark filled in the content has no fault, and makes a leaflet with the entry."""
    words, _ = CASES[kind]
    synonyms = folder / "synonyms.yaml"
    synonyms.write_text(synonyms.read_text("utf-8").replace(" gout,", ""), "utf-8")
    run("new", kind, *words, "--content", str(folder))
    fill(folder)
    open_publisher(folder)
    name = words[0]
    more = {"flag": ["--flag", name], "exercise": ["--exercise", name], "place": ["--place", name]}
    out = tmp_path / "leaflet.html"
    run("make", "-r", "neck", *more.get(kind, []), "--content", str(folder), "--format", "html",
        "-o", str(out))  # fmt: skip
    says = {"flag": "Your joints bend too far", "exercise": "Slide your arms up", "place": "000"}
    assert says.get(kind, "") in out.read_text("utf-8")


def test_a_new_region_is_not_done_before_it_has_its_signs(folder: Path) -> None:
    """With every mark filled in, a region that lacks exercises is still a fault of the check."""
    run("new", "region", "shoulder", "--content", str(folder))
    text = (folder / "emergency_lines.yaml").read_text("utf-8")
    text = re.sub(r'\["TO WRITE: rows[^"]*"\]', "[rf-trauma]", text)
    (folder / "emergency_lines.yaml").write_text(text, "utf-8")
    for path in folder.rglob("*.yaml"):
        text = path.read_text("utf-8").replace("  # TO WRITE: keys of sources.yaml", "")
        text = re.sub(r'(reviewed: )"TO WRITE[^"]*"', rf"\g<1>{TODAY}", text)
        text = re.sub(r'\["TO WRITE: words[^"]*"\]', "[shoulder blade]", text)
        text = re.sub(r'\["TO WRITE: its blocks[^"]*"\]', "[rf-trauma]", text)
        text = re.sub(r'\["TO WRITE: words of other[^"]*"\]', "[low back]", text)
        path.write_text(re.sub(r"(?<=: )\"TO WRITE: [^\"]*\"", '"You are here."', text), "utf-8")
        fixed = path.read_text("utf-8").replace("sources: []", "sources: [PRACTICE]")
        path.write_text(fixed, "utf-8")
    synonyms = folder / "synonyms.yaml"
    synonyms.write_text(synonyms.read_text("utf-8").replace("[shoulder, ", "["), "utf-8")
    said = [str(one) for one in least_contents(read_library(folder), read_rules(folder))]
    assert any("shoulder" in one and "exercises: 0" in one for one in said)


def test_a_region_like_another_has_what_that_shares_and_no_word_of_the_back(folder: Path) -> None:
    """Lists of regions grow where no part of the body is named; the other entries are listed."""
    before = texts(folder)
    said = run("new", "region", "wrist", "--like", "lumbar", "--content", str(folder))
    shared = {
        "- id: rf-worse": True,
        "- id: rf-after-birth": True,
        "- id: rf-band": False,
        "- id: line-thinner-knock": False,
    }
    red_flags = "".join((folder / f"{one}.yaml").read_text("utf-8") for one in (
        "red_flags", "emergency_lines"))  # fmt: skip
    for start, has in shared.items():
        entry = red_flags[red_flags.index(f"{start}\n") :].partition("\n- id: ")[0]
        entry = entry.partition("sources:")[0]
        assert ("lumbar, wrist]" in entry) is has, start
    after = texts(folder)
    grown = [
        (old, new)
        for file, text in before.items()
        for old, new in zip(text.splitlines(), after[file].splitlines(), strict=False)
        if old != new and "region: [" in old and "wrist]" in new
    ]
    assert all(new.replace(", wrist]", "]") == old for old, new in grown)
    assert f"\n{len(grown)} entries of `lumbar` hold for `wrist` too: read each." in said
    texts_of_them = [new.partition("text:")[2] for _, new in grown]
    assert not [one for one in texts_of_them if re.search(r"\b(neck|your back|spine)\b", one)]
    assert "for neck, thoracic, lumbar, and speaks of “neck or back”: is it for wrist too?" in said
    assert re.search(
        r"message\.yaml:\d+: one of its conditions is for lumbar alone: is one for w", said
    )
    for file in ("invariants.yaml", "topic.yaml"):
        assert before[file] == after[file]
    everywhere = said.partition("Printed in every region, so for `wrist` too")[2].splitlines()
    named = [one for one in everywhere if ": rf-knock: it says “neck or back”" in one]
    (file, line), text = named[0].strip().split(":")[:2], "rf-knock"
    assert text in (folder.parent / file).read_text("utf-8").splitlines()[int(line) - 1]
    # It names the part that hurts by the word of each region, which is asked for.
    assert not [one for one in everywhere if "rf-shape:" in one]
    assert "what its leaflets say for “back or neck”" in said
    assert "did you mean `lumbar`?" in run(
        "new", "region", "hand", "--like", "lumber", "--content", str(folder), code=2
    )


TWO_ENTRIES = """
- id: one
  when:
    any:
      - {region: [thoracic, lumbar]}
      - {flag: asthma}
  text: Rest your back.
- id: two
  signs:
    - Your neck hurts.
  when: {region: [neck, lumbar]}
- id: three
  when: {region: [neck, lumbar]}
"""


def test_an_entry_is_read_with_all_its_words() -> None:
    """The words of an entry may stand below a condition of several lines, or beside a list."""
    lines = TWO_ENTRIES.splitlines()
    said = [_entry_at(lines, at) for at, one in enumerate(lines) if "region" in one]
    assert "Rest your back." in said[0]
    assert "Your neck hurts." in said[1]
    assert "neck, lumbar" not in said[1]
    assert said[2] == ""


# ------------------------------------------------------------------ nothing is written
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["flag", "asthma"], "`asthma` is there already"),
        (["exercise", "neck"], "an exercise needs a region"),
        (["exercise", "neck-turn", "--region", "neck"], "is there already"),
        (["exercise", "one", "--region", "nekc"], "did you mean `neck`?"),
        (["exercise", "one", "--region", "neck", "--column", "heta"], "did you mean `heat`?"),
        (["region", "Shoulder"], "cannot be the name of a region"),
        (["flag", "-x"], ""),
        (["source", "ours"], "use capitals"),
        (["place", "gb"], "is there already"),
        (["flag", "hypermobility"], "it means `loose-joints`\n  hint: use `loose-joints`"),
        (["flag", "one", "--region", "neck"], "only a new exercise has it"),
        (["flag", "one", "--before", "neck-turn"], "only a new exercise has it"),
        (
            ["exercise", "one", "--region", "neck", "--before", "bridge"],
            "exercise of neck `bridge`",
        ),
        (["flag", "one", "--like", "neck"], "only a new region has it"),
    ],
)
def test_a_name_that_cannot_be_changes_nothing(folder: Path, words: list[str], says: str) -> None:
    """A taken or odd name is refused with what to do, and every file stays as it was."""
    before = texts(folder)
    assert says in run("new", *words, "--content", str(folder), code=2)
    assert texts(folder) == before


def test_without_a_folder_of_ones_own_nothing_is_added() -> None:
    """The content that ships is nobody's own: it says to copy it."""
    assert "handout content copy my-content" in run("new", "flag", "one", code=2)


def test_a_file_that_cannot_be_written_leaves_all_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the third file fails, the first two get their old bytes back."""
    before = texts(folder)
    entry = plan_entry(folder, "flag", "gout")
    real, calls = write_atomically, []

    def failing(path: Path, content: bytes, **more: object) -> None:
        calls.append(path)
        if len(calls) == 3:
            raise OutputError
        real(path, content, **more)  # type: ignore[arg-type] # passed on

    monkeypatch.setattr("handouts.authoring.new_entry.write_atomically", failing)
    with pytest.raises(OutputError):
        write_entry(folder, entry)
    assert texts(folder) == before


def test_a_file_that_is_not_yaml_changes_nothing(folder: Path) -> None:
    """A broken file is named with its line, and no other file is touched."""
    (folder / "invariants.yaml").write_text("invariants: [", "utf-8")
    before = texts(folder)
    assert "invariants.yaml" in run("new", "flag", "one", "--content", str(folder), code=3)
    assert texts(folder) == before


# ------------------------------------------------------------------ the text around it
@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("a:\n- id: x # one\n# end\n", "a:\n- id: x # one\n- id: y\n# end\n"),
        ("a:\n  - id: x\n\n# next\nb: 1\n", "a:\n  - id: x\n  - id: y\n\n# next\nb: 1\n"),
        ("a:\r\n- id: x\r\n", "a:\r\n- id: x\r\n- id: y\r\n"),
        ("a:\n- id: x", "a:\n- id: x\n- id: y\n"),
        ("a:\n- {id: x,\n   b: 2}\nb: 1\n", "a:\n- {id: x,\n   b: 2}\n- id: y\nb: 1\n"),
        ("a:\n- id: |\n    x\n    z\nb: 1\n", "a:\n- id: |\n    x\n    z\n- id: y\nb: 1\n"),
        ("a:\n- id: [x,\n    z]\n", "a:\n- id: [x,\n    z]\n- id: y\n"),
    ],
)
def test_only_lines_are_added(text: str, new: str) -> None:
    """Comments, blank lines, margins and line ends stay as the author has them."""
    assert insert("a.yaml", text, "a", "- id: y\n")[0] == new


@pytest.mark.parametrize("text", ["a: []\n", "a: [x]\n", "b: 1\n"])
def test_a_list_on_one_line_is_refused(text: str) -> None:
    """Where no line can be added, it says so and what to write."""
    with pytest.raises(ContentError, match="nothing can be added"):
        insert("a.yaml", text, "a", "- y\n")
