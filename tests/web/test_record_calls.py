"""The calls of docs/record.md are answered as it says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handouts.errors import RequestError
from handouts.web.callers import read_callers
from tests.support.page_server import PageServer, serving

DOCUMENT = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
CALLS = re.findall(
    r"<!-- call: (GET|POST) (\S+) -->\n(?:```json\n(.*?)```\n\n)?"
    r"<!-- answer: (\d+) -->\n```json\n(.*?)```",
    DOCUMENT,
    re.DOTALL,
)


@pytest.fixture(scope="module")
def records() -> Iterator[PageServer]:
    """A server that reads records."""
    with serving("--record") as found:
        yield found


def fits(shown: Any, given: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether an answer is as the document shows it."""
    if shown == "…":
        return given not in (None, "", [], {})
    if isinstance(shown, dict) and isinstance(given, dict):
        return shown.keys() == given.keys() and all(fits(shown[key], given[key]) for key in shown)
    if isinstance(shown, list) and isinstance(given, list):
        return len(shown) == len(given) and all(map(fits, shown, given))
    return bool(shown == given)


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS, ids=[one[1][:40] for one in CALLS])
def test_a_call_is_answered_as_the_document_shows(
    records: PageServer, call: tuple[str, str, str, str, str]
) -> None:
    """Every key and value is there, and no other; `…` stands for anything."""
    method, path, body, status, shown = call
    headers = {"content-type": "application/json", "x-handouts-token": records.token}
    answer = records.ask(method, path, body or None, headers if body else None)
    assert answer.status == int(status)
    here = json.loads(shown.replace("127.0.0.1:8765", f"127.0.0.1:{records.port}"))
    assert fits(here, answer.record), json.dumps(answer.record)[:3000]


def test_there_are_calls() -> None:
    """The document has the calls that are named in it."""
    assert len(CALLS) == 3


def test_the_callers_of_the_document_can_be_copied(tmp_path: Path) -> None:
    """The file for `--cds-clients` is read as it stands, its key included."""
    found = re.search(r"<!-- file: (clients.json) -->\n```json\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found
    path = tmp_path / found[1]
    path.write_text(found[2], encoding="utf-8")
    read_callers(str(path))
    path.write_text(found[2].replace("LAEkwc", "LAEkwd"), encoding="utf-8")
    with pytest.raises(RequestError):  # which is no point of that curve
        read_callers(str(path))
