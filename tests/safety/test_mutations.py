"""Each seeded mistake of tests/mutations.yaml is caught, by the rule that is named for it."""

import csv
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple

import pytest
import yaml

from handouts.content.load import load_library, resource
from handouts.errors import ContentError
from handouts.leaflet.compose import compose_leaflet, load_templates
from handouts.safety.guard import broken_rules
from handouts.safety.invariants import Invariants, load_invariants
from handouts.safety.proof import Failure, ProofCounts, Prover, prove_all
from handouts.selection.select import select_blocks
from tests.support.leaflets import ask, publisher

MUTATIONS: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parents[1] / "mutations.yaml").read_bytes(), Loader=yaml.CSafeLoader
)
LEAST = 110


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the content once; each mutation puts its file back."""
    return Path(copytree(resource("content"), tmp_path_factory.mktemp("mutations") / "content"))


class Mutated(NamedTuple):
    """A folder of content with one mistake in it."""

    folder: Path
    mutation: dict[str, Any]


@pytest.fixture
def mutated(
    folder: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mutated]:
    """Make one mistake in the content, which no cache keeps, and mend it again."""
    monkeypatch.setenv("HANDOUTS_CACHE", "")
    mutation = request.param
    file = folder / ("advice.csv" if "cell" in mutation else mutation["file"])
    before = file.read_text(encoding="utf-8")
    after = mutate(before, mutation)
    assert after != before
    file.write_text(after, encoding="utf-8")
    yield Mutated(folder, mutation)
    file.write_text(before, encoding="utf-8")


def mutate(text: str, mutation: dict[str, Any]) -> str:
    """Make the mistake in the text of a file."""
    if "cell" in mutation:
        return with_cell(text, *mutation["cell"])
    if "remove" in mutation:
        return without_record(text, mutation["remove"])
    start = text.index(mutation["after"]) if "after" in mutation else 0
    head, tail = text[:start], text[start:]
    assert mutation["find"] in tail
    return head + tail.replace(mutation["find"], mutation["replace"], 1)


def with_cell(text: str, row: str, column: str, level: str) -> str:
    """Write another level into one cell of the matrix."""
    rows = list(csv.reader(io.StringIO(text)))
    place = rows[0].index(column)
    next(one for one in rows if one[0] == row)[place] = level
    return "".join(",".join(one) + "\n" for one in rows)


def without_record(text: str, ident: str) -> str:
    """Take a whole record out of a list."""
    found = re.search(rf"^( *)- id: {ident}\n(?:\1  .*\n|\n)*", text, re.MULTILINE)
    assert found
    return text.replace(found.group(), "")


def failures_of(folder: Path, mutation: dict[str, Any]) -> frozenset[str]:
    """List what the named rule finds, in the words of the report."""
    number = mutation.get("caught-by")
    library = load_library(folder)
    invariants = load_invariants(library, folder, only=None if number is None else {number})
    if "leaflet" in mutation:
        words = {"flags": (), **mutation["leaflet"]}
        flags = words.pop("flags")
        request = ask(words.pop("region"), words.pop("status"), *flags, **words)
        selection = select_blocks(library, request)
        leaflet = compose_leaflet(library, selection, load_templates(resource("templates")))
        broken = broken_rules(library, selection, leaflet, invariants.rules)
        return frozenset(one.message for one in broken)
    return told(prove_all(invariants))


def told(proof: tuple[ProofCounts, list[Failure]]) -> frozenset[str]:
    """Put what a proof found into words."""
    return frozenset(f"{one.invariant}: {one.message}" for one in proof[1])


def known_failures(mutation: dict[str, Any]) -> frozenset[str]:
    """List what the named rule finds in the content that ships: a mistake must add to it."""
    if "leaflet" in mutation:
        return failures_of(resource("content"), mutation)
    return _known_failures(mutation["caught-by"])


@cache
def _known_failures(number: int) -> frozenset[str]:
    """Prove a rule of the content that ships; all of them by one prover, as they share much."""
    rules = tuple(rule for rule in publisher().rules if rule.number == number)
    assert rules
    return told(prove_all(Invariants(publisher().library, rules), _shipped()))


@cache
def _shipped() -> Prover:
    return Prover(publisher().library)


def test_there_are_enough_mistakes() -> None:
    """No mistake is listed twice, and the list does not shrink."""
    names = [mutation["name"] for mutation in MUTATIONS]
    assert len(set(names)) == len(names) >= LEAST


def test_each_mistake_is_one_in_the_content_as_it_is() -> None:
    """Each mistake finds the words that it changes; the test below makes only some of them."""
    stale = []
    for mutation in MUTATIONS:
        file = resource("content") / ("advice.csv" if "cell" in mutation else mutation["file"])
        before = file.read_text(encoding="utf-8")
        try:
            changed = mutate(before, mutation) != before
        except (AssertionError, ValueError):
            changed = False
        if not changed:
            stale.append(mutation["name"])
    assert stale == []


@pytest.mark.sample(20)
@pytest.mark.parametrize(
    "mutated", MUTATIONS, ids=[one["name"] for one in MUTATIONS], indirect=True
)
def test_a_mistake_is_caught_by_the_rule_named_for_it(mutated: Mutated) -> None:
    """A mistake in the content breaks its rule, or is refused when it is read."""
    mutation = mutated.mutation
    if "fault" in mutation:
        with pytest.raises(ContentError, match=re.escape(mutation["fault"])):
            load_library(mutated.folder)
        return
    found = failures_of(mutated.folder, mutation) - known_failures(mutation)
    assert found
