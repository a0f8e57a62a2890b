"""Messages of rules are in words: what was found, where, and what is wanted; no patterns."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from handouts.cli.app import main
from handouts.content.load import load_library, resource
from handouts.safety.invariants import load_invariants
from handouts.safety.pattern_words import words_of_pattern
from handouts.safety.proof import prove_all

SIGNS = re.compile(r"\\[a-zA-Z]|\(\?|\[\^|[.][*+]|\w\?\w")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bask\b|if you are told", "“ask” or “if you are told”"),
        (r"\bnot (your|the|a) heart\b(?! attack)", "“not your/the/a heart”"),
        (r"(?m)^it\b", "“it”"),
        (r"\b(cures?|relax(es)?)\b", "“cure/relaxes”"),
        (r"\d+ (tablets|pills)", "“a number tablets/pills”"),
        (r"very bad[^.]*(faint|cold)", "“very bad…faint/cold”"),
        (r"a|b|c|d|e|f|g", "“a” or “b” or “c” or “d” or “e” or “f” or the like"),
        (r"(?!)", "what it must"),
    ],
)
def test_a_pattern_is_said_in_words(pattern: str, words: str) -> None:
    """Choices, optional parts and anchors of a pattern become words."""
    assert words_of_pattern(pattern) == words


def test_every_pattern_of_the_rules_is_said_in_words() -> None:
    """No sign of a pattern is left in what is said of the rules that ship."""
    raw = yaml.load((resource("content") / "invariants.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    told = [words_of_pattern(one) for one in _texts(raw["invariants"], wanted=False)]
    assert len(told) > 100
    assert [one for one in told if SIGNS.search(one)] == []


def _texts(value: object, *, wanted: bool) -> list[str]:
    if isinstance(value, dict):
        found = [
            one
            for key, part in value.items()
            for one in _texts(part, wanted=key in {"always", "never", "with", "caution"})
        ]
    elif isinstance(value, list):
        found = [one for part in value for one in _texts(part, wanted=wanted)]
    else:
        found = [value] if wanted and isinstance(value, str) else []
    return found


@pytest.mark.parametrize(
    ("number", "old", "new", "message"),
    [
        (
            38,
            "**{paracetamol}** may take the edge off. **Never",
            "**{paracetamol}** 500 mg may take the edge off. **Never",
            r"content/blocks/medicines\.yaml:\d+: `medicine-paracetamol` prints, and says “500 mg”",
        ),
        (
            56,
            "Tea and milk count.",
            "Tea relaxes your muscles.",
            "`everyday-drink` prints, and says “",
        ),
        (
            98,
            "Tea and milk count.",
            "Ask a physiotherapist.",
            r"`everyday-drink` prints, and says “physiotherapist”: write \{physio\}",
        ),
    ],
)
def test_a_broken_rule_says_file_line_and_the_word_found(
    tmp_path: Path, number: int, old: str, new: str, message: str
) -> None:
    """What a person reads is where it stands and the word, never how it was looked for."""
    folder = Path(shutil.copytree(resource("content"), tmp_path / "content"))
    for path in folder.glob("blocks/*.yaml"):
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    library = load_library(folder)
    failures = prove_all(load_invariants(library, folder, only={number}))[1]
    told = "\n".join(one.message for one in failures)
    assert re.search(message, told), told
    assert not SIGNS.search(told)


@pytest.mark.slow
def test_make_says_file_and_line_of_a_broken_rule(tmp_path: Path) -> None:
    """`make` names file and line too, and what the rule asks for."""
    folder = Path(shutil.copytree(resource("content"), tmp_path / "content"))
    path = folder / "blocks/medicines.yaml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("{paracetamol}** may take", "{paracetamol}** 500 mg may take"), "utf-8"
    )
    words = ["make", "--region", "lumbar", "--screened", "--content", str(folder), "-o", "-"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 3
    assert re.search(r"content/blocks/medicines\.yaml:\d+: rule 38 does not hold", done.stderr)
    assert "says “500 mg”" in done.stderr
