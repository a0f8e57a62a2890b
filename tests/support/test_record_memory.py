"""Tests of `record_memory`: what was parsed before is as what is parsed anew."""

import shutil
from pathlib import Path

import pytest

from handouts.content.library import Library
from handouts.content.load import resource
from handouts.content.parse_library import read_library
from handouts.errors import ContentError
from handouts.governance.rule_units import safeguards_of
from tests.support.record_memory import MEMORY

CHANGES = (
    ("flags.yaml", "stomach or gut ulcer", "stomach ulcer"),
    ("exercises.yaml", "reviewed: 2026", "reviewed: 2025"),
    ("red_flags.yaml", "urgency: emergency", "urgency: same-day"),
    ("vocabulary.yaml", "label: Everyday life", "label: Every day"),
    ("synonyms.yaml", "words: [", "words: [qqq, "),
    ("figures.yaml", "alt: >-\n", "alt: >-\n      Look,\n"),
    ("blocks/medicines.yaml", "Wash your hands", "Wash both hands"),
)
FAULTS = (
    ("classes.yaml", "- id: heat\n", "- id: heats\n"),
    ("flags.yaml", "- id: gi-ulcer\n", "- id: gi-ulcers\n"),
    ("sources.yaml", "- key: ", "- key: another-"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the content once; each test puts its file back."""
    return Path(shutil.copytree(resource("content"), tmp_path_factory.mktemp("m") / "content"))


def read(folder: Path) -> Library | list[str]:
    """Read the content, or list what is wrong with it."""
    try:
        return read_library(folder)
    except ContentError as error:
        return [str(one) for one in error.faults]


@pytest.mark.sample(3)
@pytest.mark.parametrize(("file", "old", "new"), CHANGES + FAULTS)
def test_what_is_remembered_is_as_what_is_parsed_anew(
    folder: Path, file: str, old: str, new: str
) -> None:
    """A changed file beside others that were parsed before gives the same library, or faults."""
    first = read(folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        remembered, again = read(folder), read(folder)
        MEMORY.forget()
        anew = read(folder)
    finally:
        (folder / file).write_text(text, encoding="utf-8")
    assert remembered == again == anew != first
    assert read(folder) == first


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("invariants.yaml", "  says: Every", "  says: Another day every"),
        ("vocabulary.yaml", "never-says: [low back, ", "never-says: [hips, "),
        ("flags.yaml", "kind_of: blood-thinners", "kind_of: pregnancy"),
    ],
)
def test_rules_that_are_remembered_are_as_those_written_anew(
    folder: Path, file: str, old: str, new: str
) -> None:
    """A rule is made anew where its file, a region's own words or the kinds of a fact change."""
    first = safeguards_of(read_library(folder), folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        remembered = safeguards_of(read_library(folder), folder)
        MEMORY.forget()
        anew = safeguards_of(read_library(folder), folder)
    finally:
        (folder / file).write_text(text, encoding="utf-8")
    assert remembered == anew != first
    assert safeguards_of(read_library(folder), folder) == first
