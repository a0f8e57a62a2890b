"""Rules of safety are signed like words: none vanishes, and none is loosened, in silence."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.content.folder import FILES, RULES, digest_of_words, read_files
from handouts.content.load import load_library
from handouts.content.provenance import Provenance
from handouts.errors import ContentError
from handouts.governance.edit import open_signoff
from handouts.governance.rule_units import rule_meanings
from handouts.pipeline import open_publisher
from handouts.safety.invariants import load_invariants
from handouts.selection.code import read_recipe, write_recipe
from tests.support.leaflets import ask, publisher

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BY = ("--by", "Dr A. Jones", "--role", "physiotherapist", "--date", "2026-11-01")
MAKE = ("make", "--date", "2026-11-22", "--format", "text", "-o", "-", "--region")


@pytest.fixture(scope="module")
def signed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of content that one person has signed whole, its rules too."""
    folder = tmp_path_factory.mktemp("signed") / "content"
    shutil.copytree(ROOT / "content", folder)
    done = run(folder, "sign", *BY, *open_signoff(folder).units())
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def content(signed_once: Path, tmp_path: Path) -> Path:
    """Give a copy of the signed content to change."""
    return Path(shutil.copytree(signed_once, tmp_path / "content"))


def run(folder: Path, *words: str) -> Result:
    """Run a command on a folder of content."""
    command, *rest = words
    return CliRunner().invoke(main, [command, "--content", str(folder), *rest])


def edit(folder: Path, before: str, after: str, file: str = "invariants.yaml") -> None:
    """Change the first such words of a file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def without(number: int) -> Callable[[Path], None]:
    """Take a rule out of the file."""

    def change(folder: Path) -> None:
        path = folder / "invariants.yaml"
        text = path.read_text(encoding="utf-8")
        gone = re.sub(rf"- id: {number}\n(?:  .*\n)+", "", text)
        assert gone != text
        path.write_text(gone, encoding="utf-8")

    return change


# ------------------------------------------------------------------ none is gone
def emptied(folder: Path) -> None:
    """Leave no rule."""
    (folder / "invariants.yaml").write_text("invariants: []\n", encoding="utf-8")


def no_file(name: str) -> Callable[[Path], None]:
    """Take a file of rules away."""
    return lambda folder: (folder / name).unlink()


GONE = [
    (emptied, "there is no rule of safety"),
    (without(47), "rule 47 is gone: no rule has this number or replaces it"),
    (without(1), "rule 1 is gone"),
    (no_file("invariants.yaml"), "invariants.yaml:1: no such file"),
    (no_file("names.yaml"), "names.yaml:1: no such file"),
    (
        lambda folder: edit(folder, "layout: [draft]", "layout: [emergency-box]"),
        "`layout: [draft]`",
    ),
    (lambda folder: edit(folder, "holds: [monotone]", "tests: [x]"), "`holds: [monotone]`"),
    (lambda folder: edit(folder, "names-are-declared: true", "tests: [x]"), "names-are-declared:"),
]


@pytest.mark.parametrize(("change", "message"), GONE, ids=[message for _, message in GONE])
@pytest.mark.parametrize(
    "command", [("make", "--region", "neck"), ("check",)], ids=["make", "check"]
)
def test_a_rule_that_is_gone_is_an_error(
    content: Path, change: Callable[[Path], None], message: str, command: tuple[str, ...]
) -> None:
    """No leaflet is made, and no check passes, with fewer rules or without a table they ask for."""
    change(content)
    done = run(content, *command)
    assert done.exit_code == 3, done.output
    assert message in done.stderr
    assert "invariants.yaml" in done.stderr or "names.yaml" in done.stderr


def test_a_rule_may_take_the_place_of_another(content: Path) -> None:
    """A rule that names the one that it replaces leaves no gap; a service's own start at 900."""
    without(47)(content)
    edit(content, "invariants:\n", "invariants:\n- {id: 950, says: Ours., source: Us, kind: proof, "
         "replaces: [47], always-print: [about-general]}\n")  # fmt: skip
    assert load_invariants(load_library(content), content).rules[0].number == 950


# ------------------------------------------------------------------ as signed, or a draft
@pytest.mark.parametrize(
    ("change", "unit"),
    [
        (lambda folder: edit(folder, "rf-heart: emergency, rf-aorta", "rf-aorta"), "rule:6"),
        (lambda folder: edit(folder, "hot bath*, sauna,", "hot bath*,", "names.yaml"),
         "rule:names"),
        (lambda folder: edit(folder, '      - "\\\\bnot (your|the|a) heart\\\\b(?! attack)"\n', ""),
         "rule:9"),
    ],
)  # fmt: skip
def test_a_loosened_rule_makes_drafts(
    content: Path, change: Callable[[Path], None], unit: str
) -> None:
    """One class, pattern or name less, and no leaflet that it guards is approved."""
    assert "DRAFT" not in run(content, *MAKE, "thoracic").stdout
    change(content)
    assert "DRAFT" in run(content, *MAKE, "thoracic").stdout
    refused = run(content, *MAKE, "thoracic", "--require-signed")
    assert f"{unit}: changed, and this leaflet relies on it" in refused.stderr
    run(content, "sign", *BY, unit)
    assert "DRAFT" not in run(content, *MAKE, "thoracic").stdout


def test_a_rule_reaches_the_leaflets_that_it_guards(content: Path) -> None:
    """A rule of the upper back that changed makes no draft of a neck leaflet."""
    edit(content, "rf-heart: emergency, rf-aorta", "rf-aorta")
    assert "DRAFT" not in run(content, *MAKE, "neck").stdout


def test_a_rule_that_was_taken_away_makes_drafts_until_that_is_signed(content: Path) -> None:
    """The end of a rule is signed like any change, also where another replaces it."""
    without(47)(content)
    edit(content, "invariants:\n", "invariants:\n- {id: 950, says: Ours., source: Us, kind: proof, "
         "replaces: [47], always-print: [about-general]}\n")  # fmt: skip
    refused = run(content, *MAKE, "neck", "--require-signed").stderr
    assert "rule:950: unsigned, and this leaflet relies on it" in refused
    assert "rule:47: removed, and this leaflet relies on it" in refused
    run(content, "sign", *BY, "rule:950", "rule:47")
    assert "DRAFT" not in run(content, *MAKE, "neck").stdout


def test_layout_of_the_rules_voids_nothing(content: Path) -> None:
    """A comment or a wrapped line changes no rule."""
    edit(content, "invariants:\n", "invariants:\n# looked through\n")
    edit(content, "always-print: [emergency-closing, emergency-pointer]",
         "always-print:\n    [emergency-closing,\n     emergency-pointer]")  # fmt: skip
    assert "DRAFT" not in run(content, *MAKE, "neck").stdout


def test_every_rule_is_a_unit() -> None:
    """Each rule, and the names, can be signed; all that is written of a rule is bound."""
    found = rule_meanings(publisher().library, ROOT / "content")
    assert set(found) == {f"rule:{one.number}" for one in publisher().rules} | {"rule:names"}
    keys = {key for key, _ in found["rule:41"].lines}
    assert {"where", "says", "source", "kind"} < keys


# ------------------------------------------------------------------ version and codes
def test_the_version_of_the_content_covers_its_rules(content: Path) -> None:
    """A changed rule is another version of the content; the words have the digest of before."""
    assert set(RULES) <= set(FILES)
    before = load_library(content)
    edit(content, "invariants:\n", "invariants:\n# looked through\n")
    after = load_library(content)
    assert before.version != after.version
    assert before.words == after.words == digest_of_words(read_files(content)[0])


def test_a_code_of_an_earlier_program_is_still_known(content: Path) -> None:
    """Codes from before the rules had a part in the version are current, and say what they said."""
    opened = open_publisher(content)
    then = Provenance(words=opened.provenance.earlier, program="0" * 64)
    code = write_recipe(opened.library, ask("neck", "acute", "gi-ulcer"), then)
    assert read_recipe(opened.library, code).request.flags == ("gi-ulcer",)
    assert run(content, "current", code).stdout == f"{code}  current\n"
    assert "those at hand" in run(content, "decode", code).stdout
    remade = run(content, "remake", code, "-o", "-")
    assert remade.exit_code == 4
    assert "its words are those available here, but another version of the program" in remade.stderr
    own = Provenance(words=opened.provenance.earlier, program=opened.provenance.program)
    recipe = read_recipe(opened.library, write_recipe(opened.library, ask("neck"), own))
    assert recipe.same_program(opened.provenance)


def test_a_changed_rule_changes_no_leaflet_that_was_given(content: Path) -> None:
    """`current` speaks of words: another rule is no change of a sheet with the same words."""
    opened = open_publisher(content)
    then = Provenance(words=opened.provenance.earlier, program=opened.provenance.program)
    code = write_recipe(opened.library, ask("neck"), then)
    edit(content, "rf-heart: emergency, rf-aorta", "rf-aorta")
    assert run(content, "current", code).stdout == f"{code}  current\n"


# ------------------------------------------------------------------ told in a comparison
def test_a_comparison_lists_rules_that_changed(content: Path) -> None:
    """Old beside new, first of all, with whom they guarded, and the exit code of a change."""
    edit(content, "rf-heart: emergency, rf-aorta", "rf-aorta")
    without(47)(content)
    done = CliRunner().invoke(main, ["diff", str(ROOT / "content"), str(content), "--no-pages"])
    assert done.exit_code == 1
    said = done.stdout
    assert "2 rules of safety changed" in said
    assert "RULES OF SAFETY THAT CHANGED" in said
    assert "rule:47: removed" in said
    assert "which lose it" in said
    assert "rule:6: changed" in said
    assert '"rf-heart"' in said
    assert "[-" in said.split("rule:6: changed")[1]
    part = said.split("rule:6: changed")[1]
    assert "thoracic" in part
    assert "neck" not in part.split("WHAT CHANGED")[0]


def test_a_comparison_says_who_loses_nothing(content: Path) -> None:
    """Where only the sentence about a rule changed, nobody is said to lose its protection."""
    edit(content, "says: With a blood thinner or daily", "says: With a blood thinner or a daily")
    done = CliRunner().invoke(main, ["diff", str(ROOT / "content"), str(content), "--no-pages"])
    said = done.stdout.split("rule:20: changed")[1]
    assert "as before" in said
    assert "may not guard" not in said


def test_a_comparison_as_a_page_lists_them_too(content: Path) -> None:
    """The page of a comparison has the rules under a heading of their own."""
    without(47)(content)
    words = ["diff", str(ROOT / "content"), str(content), "--no-pages", "--format", "html"]
    assert "Rules of safety that changed" in CliRunner().invoke(main, words).stdout


def test_rules_without_an_id_are_refused(tmp_path: Path) -> None:
    """What cannot be named cannot be signed."""
    folder = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    edit(folder, "- id: 1\n  says", "- says")
    with pytest.raises(ContentError, match="`id` is missing"):
        rule_meanings(publisher().library, folder)
