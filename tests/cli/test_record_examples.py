"""The examples of docs/record.md do what they say."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.cli.app import main

DOCUMENT = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
FILES = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL)
RUNS = re.findall(r"<!-- run -->\n```\n\$ handout (.*?)\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is kept between the examples: the content, read once."""
    return tmp_path_factory.mktemp("cache")


def written_by(words: str) -> set[str]:
    """List the files that an example writes."""
    parts = shlex.split(words)
    options = {"-o", "--document-reference"}
    return {name for option, name in pairwise(parts) if option in options}


def before(words: str) -> list[str]:
    """List the examples that write what this one reads: the last one for each file."""
    earlier = [one for one, _ in RUNS[: [one for one, _ in RUNS].index(words)]]
    reads = {*shlex.split(words)} - written_by(words)
    makers = {name: one for one in earlier for name in written_by(one) & reads}
    return [one for one in earlier if one in makers.values()]


def says(shown: str, output: str) -> bool:
    """Tell whether an output is as the document shows it; `…` stands for more."""
    parts = (re.escape(one) for one in shown.rstrip("\n").split("…"))
    return re.fullmatch(".*".join(parts), output.rstrip("\n"), re.DOTALL) is not None


@pytest.mark.slow
@pytest.mark.sample(3)
@pytest.mark.parametrize(("words", "shown"), RUNS, ids=[words[:40] for words, _ in RUNS])
def test_an_example_says_what_the_document_shows(
    words: str, shown: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line of an example is printed, in its order, and the files it names are written."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)
    for name, text in FILES:
        (tmp_path / name).write_text(text, encoding="utf-8")
    for one in before(words):
        assert CliRunner().invoke(main, shlex.split(one)).exit_code == 0
    result = CliRunner().invoke(main, shlex.split(words))
    assert says(shown, result.output), result.output
    assert result.exit_code != 0 or all((tmp_path / one).is_file() for one in written_by(words))


def test_a_remade_leaflet_is_made_from_the_example_before_it() -> None:
    """The example of `remake` reads what another one writes, so that one runs first."""
    remade = next(words for words, _ in RUNS if words.startswith("remake"))
    (first,) = before(remade)
    assert "--document-reference to-file.json" in first


def test_there_are_examples() -> None:
    """Each command on a line of its own is run, and the files that they use are there."""
    assert [name for name, _ in FILES] == ["patient.json", "list.csv", "clients.json"]
    assert len(RUNS) == 8
    assert len(RUNS) == len(re.findall(r"^(?:\$ )?handout ", DOCUMENT, re.MULTILINE))
