"""The examples of docs/record.md do what they say."""

import re
import shlex
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


@pytest.mark.slow
@pytest.mark.sample(3)
@pytest.mark.parametrize(("words", "shown"), RUNS, ids=[words[:40] for words, _ in RUNS])
def test_an_example_says_what_the_document_shows(
    words: str, shown: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line of an example is printed, in its order; `…` stands for more."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)
    for name, text in FILES:
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, shlex.split(words))
    start = shown.partition("…")[0]
    assert result.output.startswith(start)
    assert "…" in shown or result.output == start


def test_there_are_examples() -> None:
    """The document has a file and the runs that use it."""
    assert len(FILES) == 2
    assert len(RUNS) == 7
