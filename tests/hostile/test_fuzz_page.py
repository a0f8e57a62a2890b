"""Whatever is sent to the page, it answers in words: no traceback, no 500, no hang."""

import json
from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.described_requests import described_requests
from tests.support.page_server import PageServer, serving

DESCRIBED = 200

NAMES = (  # noqa: SIM905 - a list of words reads better as words
    "region status flags screened name note date exercises doses place paper size edition format "
    "preset mono booklet x"
).split(" ")  # fmt: skip
KNOWN = (  # noqa: SIM905 - the same
    "neck lumbar acute chronic gi-ulcer warfarin 18 a4 letter gb 2026-11-29 pelvic-tilt "
    "pelvic-tilt=5x3 html text standard under-18"
).split(" ")  # fmt: skip
WORDS = st.sampled_from([*KNOWN, "", "\u202e", "x" * 500, "\x00", "é"])
VALUES = st.one_of(
    WORDS,
    st.text(max_size=40),
    st.booleans(),
    st.none(),
    st.integers(),
    st.lists(WORDS, max_size=5),
)
BODIES = st.one_of(
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8),
    st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3), max_leaves=8),
)
PATHS = st.sampled_from(
    ["leaflet", "preview", "notes", "record", "words", "code", "why", "lists/open", "lists/rows",
     "lists/mend", "lists/make", "lists/close", "author/units", "print", "printers"]
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    """A server of its own."""
    with serving() as found:
        yield found


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, body=BODIES)
def test_any_record_gets_an_answer(server: PageServer, path: str, body: object) -> None:
    """JSON of any shape: a leaflet, or a refusal with a stable code."""
    answer = server.post(f"/api/{path}", body)
    assert answer.status in {200, 400, 404, 409, 413, 415, 422, 503}, answer.body
    if answer.status != 200:
        assert answer.record["code"] not in {"bug", ""}, answer.body


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, body=st.binary(max_size=300))
def test_any_bytes_get_an_answer(server: PageServer, path: str, body: bytes) -> None:
    """Bytes that are no JSON, also as a worklist: a refusal with a stable code."""
    headers = {"x-handouts-token": server.token, "content-type": "application/json"}
    answer = server.ask("POST", f"/api/{path}", body, headers | {"x-file-name": "a.csv"})
    assert answer.status in {200, 400, 404, 409, 415, 422, 503}, answer.body
    if answer.status != 200:
        assert json.loads(answer.body)["code"] != "bug"


@pytest.mark.slow
def test_requests_of_the_description_get_an_answer(server: PageServer) -> None:
    """What fits the description, and what nearly does: an answer with a known code each time."""
    described = server.ask("GET", "/api/openapi.json").record
    headers = {"x-handouts-token": server.token, "content-type": "application/json"}
    for path, body in islice(described_requests(described, 1), DESCRIBED):
        answer = server.ask("POST", path, body, headers)
        assert answer.status in {200, 400, 404, 409, 413, 415, 422, 503}, (path, body)
        if answer.status != 200:
            assert answer.record["code"] not in {"bug", ""}, (path, body)
