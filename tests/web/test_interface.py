"""The interface for programs gives the same leaflets, refusals and words as the commands."""

import io
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from msgspec import structs
from pypdf import PdfReader

from handouts.content.load import load_library
from handouts.content.look import LOOK_FIELDS
from handouts.content.provenance import Provenance
from handouts.selection.code import write_recipe
from tests.support.leaflets import ask
from tests.support.page_server import PageServer, serving

THREE_WORDS = "three good words"
LEAFLET = {"region": "lumbar", "status": "acute", "flags": ["gi-ulcer"]}


def test_the_pdf_is_the_same_to_the_byte(server: PageServer, tmp_path: Path) -> None:
    """A leaflet from the page is the one that `handout make` writes, name and note included."""
    path = tmp_path / "a.pdf"
    name, note = "Zoë O'Neill", "See you on Monday."
    command = [sys.executable, "-m", "handouts", "make", "--region", "lumbar", "--flag", "gi-ulcer"]
    command += ["--name", name, "--note", note, "-o", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    answer = server.post("/api/leaflet", LEAFLET | {"name": name, "note": note})
    assert (answer.status, answer.body) == (200, path.read_bytes())


def test_a_form_without_a_script_makes_a_leaflet(server: PageServer) -> None:
    """A plain form gives the PDF, with the answers as facts."""
    form = "region=lumbar&status=acute&answer-gi-ulcer=yes&answer-asthma=no&answer-diabetes="
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = server.ask("POST", "/leaflet", form, headers)
    assert answer.body == server.post("/api/leaflet", LEAFLET).body


@pytest.mark.parametrize("said", ["yes", "no", ""])
def test_an_answer_to_no_question_of_ours_is_refused(server: PageServer, said: str) -> None:
    """Whatever the answer: in the words in which JSON refuses the same fact."""
    form = f"region=lumbar&status=acute&answer-asthma=no&answer-zebra={said}"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    refused = server.ask("POST", "/leaflet", form, headers)
    twin = server.post("/api/leaflet", LEAFLET | {"flags": ["zebra"]})
    assert (refused.status, refused.body) == (twin.status, twin.body) == (422, twin.body)
    assert "unknown flag `zebra`" in refused.body.decode()


def test_the_plain_form_orders_exercises_and_gives_doses(server: PageServer) -> None:
    """Numbers for the place and the dose give the leaflet that dragging and typing give."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    ticked = "region=lumbar&status=acute&exercises=belly-breathing&exercises=pelvic-tilt"
    one, other = "pelvic-tilt", "belly-breathing"
    form = f"{ticked}&place-of-{one}=1&place-of-{other}=&dose-of-{one}.repetitions=5"
    form += f"&dose-of-{one}.per_day=2&dose-of-{other}.minutes="
    wanted = {"region": "lumbar", "status": "acute", "exercises": [one, other]}
    answer = server.ask("POST", "/leaflet", form, headers)
    assert answer.body == server.post("/api/leaflet", wanted | {"doses": [f"{one}=5x2"]}).body
    for wrong, said in (
        (f"&place-of-{one}=2&place-of-{other}=2", "same place"),
        ("&place-of-knee-hug=1", "not ticked"),
        (f"&place-of-{one}=first", "number"),
        (f"&dose-of-{one}.per_day=2", "how many times"),
        (f"&dose-of-{one}.minutes=2&dose-of-{one}.repetitions=2", "exclude"),
        (f"&dose-of-{one}.spoons=2", "spoons"),
    ):
        refused = server.ask("POST", "/leaflet", ticked + wrong, headers)
        assert refused.status == 422
        assert said in refused.body.decode()


def test_a_password_locks_the_pdf(server: PageServer) -> None:
    """With a password the PDF has the same pages, and opens with it alone."""
    open_one = PdfReader(io.BytesIO(server.post("/api/leaflet", LEAFLET).body))
    answer = server.post("/api/leaflet", LEAFLET | {"password": THREE_WORDS})
    locked = PdfReader(io.BytesIO(answer.body))
    assert locked.is_encrypted
    assert not locked.decrypt("another one")
    assert locked.decrypt(THREE_WORDS)
    assert [one.extract_text() for one in locked.pages] == [
        one.extract_text() for one in open_one.pages
    ]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("leaflet", {"password": "short"}),
        ("leaflet", {"password": THREE_WORDS, "format": "html"}),
        ("preview", {"password": THREE_WORDS}),
        ("notes", {"password": THREE_WORDS}),
        ("record", {"password": THREE_WORDS}),
    ],
)
def test_a_password_is_never_dropped(server: PageServer, path: str, more: dict[str, str]) -> None:
    """One that is weak, or goes with what cannot be locked, is refused without a letter of it."""
    answer = server.post(f"/api/{path}", LEAFLET | more)
    assert answer.status == 422
    assert answer.record["faults"][0]["about"] == "password"
    assert more["password"].encode() not in answer.body


def test_two_passwords_of_a_form_must_be_one(server: PageServer) -> None:
    """The plain form asks twice, and makes nothing where the answers differ."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    form = "region=lumbar&status=acute&password=three+good+words&password_again="
    assert server.ask("POST", "/leaflet", form, headers).status == 422
    answer = server.ask("POST", "/leaflet", form + "three+good+words", headers)
    assert PdfReader(io.BytesIO(answer.body)).is_encrypted


@pytest.mark.parametrize(
    ("wanted", "status", "code", "about"),
    [
        (LEAFLET | {"region": "lumbarr"}, 422, "request", "region"),
        (LEAFLET | {"flags": ["under-18", "age-65-plus"]}, 409, "refused", "flag"),
        (LEAFLET | {"date": "yesterday"}, 422, "request", "date"),
        (LEAFLET | {"reigon": "neck"}, 400, "unreadable", ""),
        (LEAFLET | {"flags": "gi-ulcer"}, 400, "unreadable", ""),
        ({}, 422, "request", ""),
        ([], 400, "unreadable", ""),
    ],
)
def test_a_refusal_has_a_stable_code(
    server: PageServer, wanted: object, status: int, code: str, about: str
) -> None:
    """What cannot be made is refused with a code, the field that is wrong, and no leaflet."""
    answer = server.post("/api/leaflet", wanted)
    assert (answer.status, answer.record["code"]) == (status, code)
    faults = answer.record["faults"]
    assert faults[0].get("about", "") == about


def test_words_are_said_back_and_never_guessed(server: PageServer) -> None:
    """A word that means a fact says which; one that may mean several asks; others set nothing."""
    answer = server.post("/api/words", {"text": "Eliquis, antidepressant, gout, xyzzy"})
    words = answer.record["words"]
    assert [one["kind"] for one in words] == ["means", "asks", "none", "unknown"]
    assert words[0]["entry"] == "other-blood-thinner"
    assert words[1]["asks"][0]["question"].endswith("?")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("wafarin", ["warfarin"]),
        ("aspirn", ["antiplatelet", "nsaid-allergy"]),
        ("xyzzy", []),
        ("room 3", []),
    ],
)
def test_a_word_that_looks_like_another_only_asks(
    server: PageServer, text: str, asks: list[str]
) -> None:
    """It may be another medicine, so it sets nothing; what it may be about is asked."""
    word = server.post("/api/words", {"text": text}).record["words"][0]
    assert (word["kind"], word["entry"]) == ("unknown", "")
    assert [one["id"] for one in word["asks"]] == asks


@pytest.mark.parametrize(
    ("text", "kind", "entry"),
    [
        ("71 years old", "age", ["age-65-plus"]),
        ("71", "perhaps-age", ["age-65-plus"]),
        ("40yo", "age", []),
        ("6 months", "lasting", "chronic"),
        ("for 3 weeks", "lasting", "acute"),
        ("room 3", "unknown", ""),
    ],
)
def test_an_age_and_a_length_of_time_are_heard(
    server: PageServer, text: str, kind: str, entry: object
) -> None:
    """An age says the facts that it rules in and out, and a time whether the pain is new."""
    word = server.post("/api/words", {"text": text}).record["words"][0]
    found = word["yes"] if "age" in kind else word["entry"]
    assert (word["kind"], found) == (kind, entry)
    if "age" in kind:
        assert set(word["yes"]) | set(word["no"]) == {"under-18", "age-65-plus"}


def test_every_way_to_print_can_be_asked_for(server: PageServer) -> None:
    """Whatever a leaflet can look like on the command line, the page can ask for too."""
    names = {field.name for field in LOOK_FIELDS if field.varies}
    described = server.ask("GET", "/api/openapi.json").record
    schemas = described["components"]["schemas"]
    assert names <= set(schemas["Asked"]["properties"])
    page = server.ask("GET", "/").body.decode()
    assert [name for name in names if f'name="{name}"' not in page] == []


def test_every_sentence_can_say_why_it_is_there(server: PageServer) -> None:
    """The reasons name the block, its rule, its sources and its place; a flag by its label."""
    sentence = "Do not take COX-2 painkillers, such as celecoxib."
    answer = server.post("/api/why", {"leaflet": LEAFLET, "sentence": sentence})
    reasons = answer.record["reasons"]
    assert reasons
    assert {"id", "reason", "sources", "signoff", "file", "line"} <= set(reasons[0])
    assert "“Stomach or gut ulcer, now or in the past” [gi-ulcer]" in reasons[0]["reason"]


def test_a_code_gives_its_request_back(server: PageServer) -> None:
    """The code of a leaflet, typed on the page, is the request that makes it again."""
    preview = server.post("/api/preview", LEAFLET).record
    read = server.post("/api/code", {"text": preview["code"]}).record
    leaflet = read["leaflet"]
    assert server.post("/api/leaflet", leaflet).body == server.post("/api/leaflet", LEAFLET).body
    assert read["same_words"] is True


def test_a_code_of_other_words_answers_no_question_with_no(server: PageServer) -> None:
    """Whoever was asked about everything on an earlier day was not asked what came since."""
    request = structs.replace(ask("neck"), flags=("gi-ulcer",), screened=True)
    code = write_recipe(load_library(), request, Provenance(words="of then", program="of then"))
    read = server.post("/api/code", {"text": code}).record
    assert (read["same_words"], read["all_asked"]) == (False, True)
    assert (read["leaflet"]["flags"], read["leaflet"]["screened"]) == (["gi-ulcer"], False)


@pytest.mark.slow
def test_a_leaflet_goes_to_a_printer_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is sent is the leaflet; a printer that is not known is refused before anything is."""
    kept = tmp_path / "kept.pdf"
    lp = f"#!/bin/sh\ncat > {kept}\necho 'request id is desk-7 (1 file(s))'\n"
    lpstat = '#!/bin/sh\n[ "$1" = -e ] && echo desk\n[ "$1" = -d ] && echo "system: desk"\nexit 0\n'
    for name, script in (("lp", lp), ("lpstat", lpstat)):
        (tmp_path / name).write_text(script, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with serving() as server:
        assert server.post("/api/printers", {}).record["names"] == ["desk"]
        wish = {"leaflet": LEAFLET, "printer": "desk"}
        assert "desk" in server.post("/api/print", wish).record["sent"]
        assert kept.read_bytes() == server.post("/api/leaflet", LEAFLET).body
        kept.unlink()
        assert server.post("/api/print", wish | {"printer": "other"}).status == 422
        assert not kept.exists()


def test_the_description_fits_what_is_answered(server: PageServer) -> None:
    """Every address of the description takes what it says, and answers what it says."""
    answer = server.ask("GET", "/api/openapi.json")
    described = answer.record
    examples: dict[str, object] = {
        "/api/leaflet": LEAFLET,
        "/api/preview": LEAFLET,
        "/api/notes": LEAFLET,
        "/api/record": LEAFLET,
        "/api/words": {"text": "warfarin, gout"},
        "/api/code": {"text": server.post("/api/preview", LEAFLET).record["code"]},
        "/api/printers": {},
        "/api/why": {"leaflet": LEAFLET, "sentence": "Call 999 now if:"},
    }
    paths = described["paths"]
    alone = {path for path in paths if not path.startswith("/api/lists/")}
    assert alone == set(examples) | {"/api/print"}  # a real printer is asked in its own test
    for path, record in examples.items():
        operation = paths[path]["post"]
        takes = operation["requestBody"]["content"]["application/json"]["schema"]
        _fits(described, takes, record)
        given = server.post(path, record)
        assert given.status == 200
        kind, content = next(iter(operation["responses"]["200"]["content"].items()))
        assert given.headers["content-type"] == kind
        if kind == "application/json":
            _fits(described, content["schema"], given.record)
    refused = server.post("/api/leaflet", {})
    _fits(described, {"$ref": "#/components/schemas/ProblemRecord"}, refused.record)


def _fits(described: dict[str, object], schema: dict[str, object], record: object) -> None:
    whole = schema | {"components": described["components"]}
    jsonschema.Draft202012Validator(whole).validate(record)
