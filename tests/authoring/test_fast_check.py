"""A quick check finds what an edit broke, says what it read, and follows edits."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.authoring.fast_check import (
    MOST_LEAFLETS,
    edited,
    fast_check,
    remember_good,
    stamps,
)
from handouts.cli.app import main
from handouts.cli.commands.fast import check_at_each_save
from handouts.content.load import resource
from handouts.pipeline import open_publisher
from handouts.safety.proofread import Findings, Proofreader, proofread
from handouts.selection.request import Request
from handouts.selection.select import select_blocks

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the content, with a cache of its own."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))
    return Path(shutil.copytree(resource("content"), tmp_path / "mine"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change a file in one place."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def check(folder: Path) -> str:
    """Check quickly, and return what is said; the exit code says whether there are faults."""
    done = CliRunner().invoke(main, ["check", "--fast", "--content", str(folder)])
    assert done.exit_code == (0 if ": 0 faults." in done.output else 3), done.output
    return done.output


LONG = f"One, {'two, ' * 24} and so on."


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("blocks/massage.yaml", "if it feels good. Do not press", "unless it hurts. Do not press",
         "rule 103 does not hold"),
        ("flags.yaml", '"You have, or had, a **stomach', '"Your abdomen had a **stomach',
         "“abdomen” is not a plain word"),
        ("blocks/medicines.yaml", "    suggests: [paracetamol]\n", "", "paracetamol"),
        ("figures.yaml", "    alt: >-\n", f"    alt: >-\n      {LONG}\n",
         "does not hold: says “One,"),
    ],
)  # fmt: skip
def test_what_an_edit_broke_is_found(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    """A hard word, a broken rule and a name that is not declared are told, with file and line."""
    remember_good(open_publisher(folder).library, folder)
    edit(folder, file, old, new)
    said = check(folder)
    assert says in said
    assert f"mine/{file}:" in said
    assert ".yaml:1:" not in said
    assert "rules that compare two facts" in said


def test_only_what_was_edited_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After one edit it names the unit, and reads few leaflets, each with that unit."""
    before = open_publisher(folder)
    remember_good(before.library, folder)
    assert fast_check(before, folder).touched == ()
    edit(folder, "blocks/massage.yaml", "for a few minutes, if it feels good", "for a short time")
    read: list[Request] = []

    def proofread_noting(reader: Proofreader, requests: Sequence[Request]) -> Findings:
        read.extend(requests)
        return proofread(reader, requests)

    monkeypatch.setattr("handouts.authoring.fast_check.proofread", proofread_noting)
    after = open_publisher(folder)
    report = fast_check(after, folder)
    (unit,) = report.touched
    chosen = [select_blocks(after.library, request).chosen for request in read]
    assert all(unit in {choice.block.id for choice in some} for some in chosen)
    assert "last whole check" in report.since
    assert 0 < report.leaflets <= MOST_LEAFLETS


def test_every_edition_of_an_edited_sentence_is_read(folder: Path) -> None:
    """What breaks in the standard edition alone is found: a section that one region lacks there."""
    remember_good(open_publisher(folder).library, folder)
    edit(folder, "vocabulary.yaml", "edition: [full, standard]",
         "any: [{edition: full}, {edition: standard, region: [neck, thoracic]}]")  # fmt: skip
    edit(
        folder,
        "blocks/what-to-do-now.yaml",
        "**Keep moving** only as your",
        "**Keep moving** as your",
    )
    edit(folder, "blocks/title.yaml", "Low back muscle spasm", "Low back spasm")
    assert "rule 50 does not hold" in check(folder)


def test_without_an_earlier_check_the_reviewed_content_is_what_counts(folder: Path) -> None:
    """A folder that was never checked is held against its baseline; what ships has no fault."""
    report = fast_check(open_publisher(folder), folder)
    assert "since the content was reviewed" in report.since
    assert report.is_good
    assert 0 < report.leaflets <= MOST_LEAFLETS


def test_a_save_is_checked_and_broken_content_is_no_end(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each edit is named and checked; content that is not YAML is told of, and it goes on."""
    steps: Iterator[Callable[[], None]] = iter(
        [
            lambda: edit(folder, "blocks/stop.yaml", "section: stop", "section: ["),
            lambda: None,
            lambda: edit(folder, "blocks/stop.yaml", "section: [", "section: stop"),
            lambda: None,
        ]
    )

    def wait(_seconds: float) -> None:
        step = next(steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    with pytest.raises(KeyboardInterrupt):
        check_at_each_save(str(folder), wait)
    said = capsys.readouterr().out
    assert said.count("\nstop.yaml\n") == 2
    assert "error: mine/blocks/stop.yaml:" in said
    assert said.count(": 0 faults.") == 2


def test_an_edit_is_a_file_that_came_went_or_changed(folder: Path) -> None:
    """The stamps of two looks differ for exactly the files that were edited."""
    first = stamps(folder)
    assert edited(first, stamps(folder)) == []
    (folder / "blocks" / "own.yaml").write_text("section: title\nblocks: []\n", "utf-8")
    (folder / "claims.csv").unlink()
    names = [Path(one).name for one in edited(first, stamps(folder))]
    assert sorted(names) == ["claims.csv", "own.yaml"]


def test_a_quick_check_is_no_deep_one() -> None:
    """Words that contradict each other are refused."""
    for words in (["--fast", "--deep"], ["--prove", "--strict"], ["--prove", "--watch"]):
        done = CliRunner().invoke(main, ["check", *words])
        assert done.exit_code == 2, words
