"""The hazard log names every rule of safety, and only proofs that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from handouts.content.load import resource

ROOT = Path(__file__).parent.parent
INVARIANTS = resource("content") / "invariants.yaml"
PROOF = re.compile(r"\bI(\d+)\b|`(test_\w+)`")


@cache
def rows(heading: str) -> tuple[tuple[str, ...], ...]:
    """Read the cells of the table under a heading of the log, without its head."""
    log = (ROOT / "docs" / "hazard-log.md").read_text("utf-8")
    section = log.split(f"\n## {heading}", 1)[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:])


@cache
def proven() -> frozenset[int]:
    """List the invariants that the last column names."""
    found = (match for row in rows("Hazards") for match in PROOF.finditer(row[-1]))
    return frozenset(int(match[1]) for match in found if match[1])


def not_safety() -> set[int]:
    """List the invariants that are about wording and layout only."""
    return {int(row[0].removeprefix("I")) for row in rows("Not safety")}


def invariants() -> set[int]:
    """List the numbers of the invariants in force."""
    listed = yaml.load(INVARIANTS.read_text("utf-8"), Loader=yaml.CSafeLoader)["invariants"]
    return {int(one["id"]) for one in listed}


def test_the_log_is_complete_in_form() -> None:
    """At least 45 hazards, each with its own rising number, a cause, a control and a proof."""
    hazards = rows("Hazards")
    assert len(hazards) >= 45
    numbers = [int(row[0].removeprefix("H")) for row in hazards]
    assert numbers == sorted(set(numbers))
    for row in hazards:
        assert len(row) == 5, row[0]
        assert all(row), row[0]
        assert PROOF.search(row[-1]), row[0]
        assert not PROOF.sub("", row[-1]).strip(" ,"), row[0]


def test_no_hazard_stands_twice() -> None:
    """Each hazard is told once."""
    told = [row[1] for row in rows("Hazards")]
    assert len(told) == len(set(told))


def test_every_invariant_is_in_the_log() -> None:
    """Each rule of safety stands against a hazard, or is listed as wording and layout."""
    assert invariants() <= proven() | not_safety()
    assert not proven() & not_safety()


def test_every_invariant_that_is_named_is_in_force() -> None:
    """The log names no rule that was dropped or replaced."""
    assert proven() | not_safety() <= invariants()


@cache
def names_of_tests() -> frozenset[str]:
    """List the tests of all files, which hold each at the top, once for all documents."""
    trees = (ast.parse(path.read_text("utf-8")) for path in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(
        node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)
    )


@pytest.mark.parametrize("document", ["hazard-log.md", "pemat.md"])
def test_every_test_that_is_named_exists(document: str) -> None:
    """The hazard log and the checklists name only tests that run."""
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / document).read_text("utf-8")))
    assert named
    assert not sorted(named - names_of_tests())
