"""Whatever is wrong with a request of a program is said with a stable code, on every address."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handouts.web.server import RecordDoors, Settings
from tests.support.page_in_process import TOKEN, PageInProcess
from tests.support.page_server import Answer

ROOT = Path(__file__).parents[2]
SECRET = {"x-handouts-token": TOKEN}
JSON = SECRET | {"content-type": "application/json"}
FILES = ("/api/lists/open",)
"""They take a file of any kind."""
REPEATED = b'{"region": "lumbar", "status": "acute", "flags": ["warfarin"], "flags": []}'


def answers(
    asked: list[tuple[str, str, bytes, dict[str, str]]], settings: Settings | None = None
) -> tuple[dict[str, Any], list[Answer]]:
    """Return the description of a page, and its answers to requests; `*` is each of its paths."""

    async def run() -> tuple[dict[str, Any], list[Answer]]:
        page = PageInProcess(settings or Settings())
        described = json.loads((await page.ask("GET", "/api/openapi.json")).body)
        paths = [one for one, how in described["paths"].items() if "post" in how]
        given = [
            await page.ask(method, each, body, headers)
            for method, path, body, headers in asked
            for each in (paths if path == "*" else [path])
            if not (method == "POST" and path == "*" and each in FILES)
        ]
        await page.close()
        return described, given

    return asyncio.run(run())


WRONG: tuple[tuple[bytes, dict[str, str], int, str], ...] = (
    (b"{}", SECRET | {"content-type": "text/plain"}, 415, "media-type"),
    (b"{}", SECRET, 415, "media-type"),
    (b"<a/>", SECRET | {"content-type": "application/xml"}, 415, "media-type"),
    (b"", JSON, 400, "unreadable"),
    (b"[]", JSON, 400, "unreadable"),
    (b"null", JSON, 400, "unreadable"),
    (b'{"text": 1', JSON, 400, "unreadable"),
    (b"\xff\xfe{\x00}\x00", JSON, 400, "unreadable"),
    (b"[" * 60000, JSON, 400, "unreadable"),
    (b'{"no-such-field": 1}', JSON, 400, "unreadable"),
    (b'{"text": "' + b"a" * 70000 + b'"}', JSON, 413, "too-large"),
    (b"{}", {"content-type": "application/json"}, 403, "token"),
)


def test_every_address_says_what_is_wrong() -> None:
    """What is no JSON, says not what it is, or is too long has one answer wherever it is sent."""
    _, given = answers([("POST", "*", body, headers) for body, headers, _, _ in WRONG])
    each = len(given) // len(WRONG)
    assert each > 10
    for place, (body, _, status, code) in enumerate(WRONG):
        some = [(one.status, json.loads(one.body)) for one in given[place * each :][:each]]
        assert {(had, said["code"]) for had, said in some} == {(status, code)}, body[:40]
        assert all(said["faults"][0]["message"] for _, said in some)


def test_a_field_that_stands_twice_is_refused() -> None:
    """The first of two `flags` would be dropped without a word, and a warfarin with it."""
    nested = b'{"sentence": "x", "leaflet": ' + REPEATED + b"}"
    escaped = REPEATED.replace(b'"flags": []', b'"fl\\u0061gs": []')
    colon = b'{"region": "neck", "status": "acute", "name": "a:b"}'
    _, given = answers([
        ("POST", "/api/preview", REPEATED, JSON), ("POST", "/api/preview", escaped, JSON),
        ("POST", "/api/why", nested, JSON), ("POST", "/api/notes", colon, JSON),
    ])  # fmt: skip
    assert [one.status for one in given] == [400, 400, 400, 200]
    for one in given[:3]:
        assert "`flags` stands twice" in json.loads(one.body)["faults"][0]["message"]


def test_words_in_an_address_are_refused() -> None:
    """They would be dropped, and an address with a name in it may be kept on the way."""
    body = b'{"region": "lumbar", "status": "acute", "format": "text"}'
    _, given = answers([
        ("POST", "/api/leaflet?name=Ann", body, JSON), ("POST", "/api/leaflet", body, JSON),
        ("GET", "/frame?from=elsewhere", b"", {}),
    ])  # fmt: skip
    assert [one.status for one in given] == [400, 200, 200]
    assert json.loads(given[0].body)["code"] == "unreadable"


def test_another_method_names_those_that_are_answered() -> None:
    """Each answer to a wrong method has the header Allow, and says which to use."""
    wrong = [(method, "*", b"", SECRET) for method in ("GET", "PUT", "DELETE", "PATCH")]
    _, given = answers([*wrong, ("POST", "/frame", b"", SECRET)])
    assert {(one.status, json.loads(one.body)["code"]) for one in given} == {(405, "method")}
    allowed = {one.headers["allow"] for one in given}
    assert allowed == {"POST", "GET, HEAD", "GET, HEAD, POST"}


def test_the_description_names_the_headers_of_a_list() -> None:
    """Who reads only the description knows how to send the name of a file."""
    described, _ = answers([])
    parameters = described["paths"]["/api/lists/open"]["post"]["parameters"]
    assert [(one["name"], one["in"], one["required"]) for one in parameters] == [
        ("x-file-name", "header", True), ("x-list-form", "header", False),
    ]  # fmt: skip


def codes_in_the_program() -> Iterator[str]:
    """Yield every code that a file of the page gives to a problem."""
    for path in (ROOT / "handouts" / "web").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r'Problem\(\s*"([a-z-]+)"', text)
        yield from re.findall(r'^    \w+Error: \("([a-z]+)", HTTPStatus', text, re.MULTILINE)


def test_every_code_is_in_the_documents() -> None:
    """The table for programs names each code that can be answered, and no other."""
    page = (ROOT / "docs" / "page.md").read_text(encoding="utf-8")
    table = page[page.index("| code | status |") :]
    named = {
        code
        for row in table.splitlines()
        for code in re.findall(r"`([a-z-]+)`", row.split("|")[1])
        if row
    }
    assert named == {*codes_in_the_program(), "leaflet"}


def test_a_record_is_refused_like_all_else() -> None:
    """The addresses for records have the same codes for what is no JSON."""
    asked = [("POST", path, b"{}", SECRET | {"content-type": "text/plain"})
             for path in ("/api/fhir/propose", "/api/fhir/DocumentReference")]  # fmt: skip
    _, given = answers(asked, Settings(record=RecordDoors()))
    assert [json.loads(one.body)["code"] for one in given] == ["media-type"] * 2
