"""CDS Hooks: one card on what a record would change, and who may ask for it."""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from handouts.cli.app import main
from handouts.errors import RequestError
from handouts.web.callers import Callers, read_callers
from handouts.web.problems import Problem
from tests.record.resources import SNOMED, concept, condition, patient
from tests.support.fhir_judges import NODE, need_node
from tests.support.page_server import Answer, PageServer, free_port, serving
from tests.support.processes import DEADLINE, start

SERVICE = "/cds-services/muscle-spasm-leaflet"
EHR = "https://ehr.example"
ISSUER = "https://ehr.example/issuer"
ULCER = condition(concept(SNOMED, "51868009", "Ulcer of duodenum"))
NECK = condition(concept(SNOMED, "81680005", "Neck pain"))
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def records() -> Iterator[PageServer]:
    """A server that reads records, and lets the pages of one record system call."""
    with serving("--record", "--allow-origin", EHR) as found:
        yield found


def found(*resources: dict[str, Any]) -> dict[str, Any]:
    """Return what a search found."""
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def hook(**prefetch: object) -> dict[str, Any]:
    """Write a call."""
    return {
        "hook": "patient-view",
        "hookInstance": str(uuid.uuid4()),
        "fhirServer": "https://ehr.example/fhir",
        "fhirAuthorization": {"access_token": "marzipan", "scope": "patient/*.read"},
        "context": {"patientId": "p1", "userId": "Practitioner/1"},
        "prefetch": prefetch,
    }


def call(server: PageServer, asked: object, **headers: str) -> Answer:
    """Call the service."""
    return server.ask("POST", SERVICE, json.dumps(asked), JSON | headers)


def test_one_card_says_what_to_ask_and_leads_to_the_page(records: PageServer) -> None:
    """A short summary, what to ask, and an absolute link that opens the page and ticks nothing."""
    answer = call(records, hook(patient=patient(), conditions=found(ULCER, NECK)))
    assert answer.status == 200
    (card,) = answer.record["cards"]
    assert card["indicator"] == "info"
    assert len(card["summary"]) < 140
    (link,) = card["links"]
    assert link["type"] == "absolute"
    parts = urlsplit(link["url"])
    assert f"{parts.scheme}://{parts.netloc}" == f"http://127.0.0.1:{records.port}"
    asked = parse_qs(parts.fragment)
    assert asked == {"ask": ["gi-ulcer", "age-65-plus"], "region": ["neck"]}
    assert parts.fragment.startswith("&")  # no secret stands before it
    assert "conditions 2 read" in card["detail"]
    for word in (b"marzipan", b"Silva", b"1950"):
        assert word not in answer.body
    assert "suggestions" not in card
    assert "systemActions" not in answer.record


def test_missing_null_and_empty_are_told_apart(records: PageServer) -> None:
    """What was not sent, what was sent as nothing, and a search that found nothing are three."""
    asked = hook(conditions=found(ULCER), allergies=None, devices=found())
    detail = call(records, asked).record["cards"][0]["detail"]
    assert "conditions 1 read" in detail
    assert "allergies no answer" in detail
    assert "devices none found" in detail
    assert "medicines not given" in detail


@pytest.mark.parametrize(
    "prefetch",
    [
        {"conditions": found()},
        {"conditions": None},
        {"patient": patient()},  # an age alone is nothing to say of everybody
        {"conditions": found(condition({"text": "Asthma"}))},  # which is only asked about
        {"patient": patient(deceasedBoolean=True), "conditions": found(ULCER)},
    ],
)
def test_there_is_no_card_where_nothing_is_to_be_said(
    records: PageServer, prefetch: dict[str, object]
) -> None:
    """Nothing found, nothing but an age, or somebody who has died: an empty list, and 200."""
    answer = call(records, hook(**prefetch))
    assert (answer.status, answer.record) == (200, {"cards": []})


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (hook(), 412),
        (hook() | {"prefetch": None}, 412),
        ({k: v for k, v in hook().items() if k != "prefetch"}, 412),
        (hook(weather={"resourceType": "Bundle"}), 412),
        (hook(conditions={"resourceType": "OperationOutcome", "issue": []}), 412),
        (hook(conditions=found()) | {"hook": "order-sign"}, 400),
        ({"hook": "patient-view"}, 400),
        ([], 400),
        (hook(conditions={"no": "resource"}), 400),
        (hook(patient=patient(id="p2"), conditions=found(ULCER)), 400),  # of somebody else
        (hook(conditions=found(ULCER | {"subject": {"reference": "Patient/p2"}})), 400),
    ],
)
def test_a_call_that_cannot_be_answered_has_its_code(
    records: PageServer, asked: object, status: int
) -> None:
    """412 only where all is missing; 400 for another hook, no hook, or the wrong patient."""
    assert call(records, asked).status == status


def test_what_became_of_a_card_is_taken(records: PageServer) -> None:
    """Feedback is answered with 200; what is none with 400."""
    said = {"feedback": [{"card": "1", "outcome": "overridden", "outcomeTimestamp": "2026-11-29"}]}
    path = f"{SERVICE}/feedback"
    assert records.ask("POST", path, json.dumps(said), JSON).status == 200
    assert records.ask("POST", path, "{}", JSON).status == 400
    assert records.ask("POST", path, json.dumps(said)).status == 415


# ------------------------------------------------------------------ pages from elsewhere
def test_only_named_pages_may_call_from_a_browser(records: PageServer) -> None:
    """A named origin is let through and may read; another is refused, on other paths both are."""
    asked = {
        "access-control-request-method": "POST",
        "access-control-request-private-network": "true",
    }
    before = records.ask("OPTIONS", SERVICE, None, {"origin": EHR, **asked})
    assert before.status == 204
    assert before.headers["access-control-allow-origin"] == EHR
    assert before.headers["access-control-allow-private-network"] == "true"
    assert "authorization" in before.headers["access-control-allow-headers"]
    answer = call(records, hook(conditions=found()), origin=EHR, **{"sec-fetch-site": "cross-site"})
    assert answer.headers["access-control-allow-origin"] == EHR
    for path, origin in ((SERVICE, "https://evil.example"), ("/api/leaflet", EHR)):
        assert records.ask("OPTIONS", path, None, {"origin": origin, **asked}).status in {403, 405}
        refused = records.ask("POST", path, "{}", {"origin": origin, **JSON})
        assert refused.status == 403
        assert "access-control-allow-origin" not in refused.headers
    assert "access-control-allow-origin" not in records.ask("GET", "/cds-services").headers
    wrong = call(records, hook(conditions=found()), host="evil.example")
    assert wrong.status == 421


# ------------------------------------------------------------------ signed tokens
EC_KEY = ec.generate_private_key(ec.SECP384R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PATH = "https://leaflets.example/cds-services/x"


def clients(folder: Path, **more: object) -> str:
    """Write the file of those who may call."""
    keys = [
        ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True) | {"kid": "e"},
        RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True) | {"kid": "r"},
    ]
    path = folder / "clients.json"
    record = {"clients": [{"iss": ISSUER, "keys": keys} | more]}
    path.write_text(json.dumps(record), encoding="utf-8")
    return str(path)


def token(key: Any = EC_KEY, alg: str = "ES384", kid: str = "e", **more: object) -> str:  # noqa: ANN401 - as PyJWT
    """Sign a token."""
    now = int(time.time())
    said = {"iss": ISSUER, "aud": PATH, "iat": now, "exp": now + 300, "jti": str(uuid.uuid4())}
    said = {name: one for name, one in (said | more).items() if one is not None}
    signed: str = jwt.encode(said, key, algorithm=alg, headers={"kid": kid})
    return f"Bearer {signed}"


def admits(callers: Callers, header: str) -> bool:
    """Tell whether a header counts."""
    try:
        callers.admit(header, PATH)
    except Problem:
        return False
    return True


def test_a_good_token_counts_once(tmp_path: Path) -> None:
    """ES384 and RS384 of a listed key are let through, and no token a second time."""
    callers = read_callers(clients(tmp_path))
    assert admits(callers, token(RSA_KEY, "RS384", "r"))
    one = token()
    assert admits(callers, one)
    assert not admits(callers, one)


def test_every_other_token_is_refused(tmp_path: Path) -> None:
    """No signature, a shared secret, another key, address, issuer or time: none is let through."""
    callers = read_callers(clients(tmp_path, jku="https://ehr.example/keys"))
    other = ec.generate_private_key(ec.SECP384R1())
    old = int(time.time()) - 3600
    bad = [
        "", "Basic abc", "Bearer", "Bearer a.b.c", "Bearer " + "a" * 9000,
        token(None, "none"), token("x" * 48, "HS384"), token(other), token(kid="x"),
        token(RSA_KEY, "RS256", "r"), token(RSA_KEY, "PS384", "r"),
        token(aud="https://leaflets.example/"), token(iss="https://evil.example"), token(iss=None),
        token(exp=old), token(jti=None), token(exp=None), token(iat=None), token(aud=None),
        token(exp=int(time.time()) + 86_400), token(RSA_KEY, "RS384", "e"),
    ]  # fmt: skip
    assert [one[:60] for one in bad if admits(callers, one)] == []


PRIVATE = ECAlgorithm.to_jwk(EC_KEY, as_dict=True) | {"kid": "1"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "record",
    [
        {}, {"clients": []}, {"clients": [{"iss": "a", "keys": []}]},
        {"clients": [{"iss": "a", "keys": [{"kty": "oct", "k": "AAAA", "kid": "1"}]}]},
        {"clients": [{"iss": "a", "keys": [PRIVATE]}]},
    ],
)  # fmt: skip
def test_a_file_of_clients_holds_public_keys_only(tmp_path: Path, record: object) -> None:
    """No client, no key, a shared secret or a private key is refused before anything is served."""
    path = tmp_path / "clients.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(RequestError):
        read_callers(str(path))


def test_where_tokens_are_asked_for_nobody_calls_without(tmp_path: Path) -> None:
    """Discovery is open; a call needs a token for the very address that is called."""
    with serving("--record", "--cds-clients", clients(tmp_path)) as server:
        assert server.ask("GET", "/cds-services").status == 200
        asked = hook(conditions=found(ULCER))
        assert call(server, asked).status == 401
        address = f"http://127.0.0.1:{server.port}{SERVICE}"
        assert call(server, asked, authorization=token(aud=address)).status == 200
        assert call(server, asked, authorization=token(aud=f"{address}/feedback")).status == 401


def test_off_this_machine_nobody_calls_without_a_token() -> None:
    """Behind a proxy, without a file of clients, the hook is refused; the page is there."""
    port = free_port()
    options = ("--behind-proxy", "--origin", "https://leaflets.example", "--record")
    command = (sys.executable, "-m", "handouts", "serve", "--port", str(port), *options)
    process = start(command)
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        server, host = PageServer(port, ""), {"host": "leaflets.example"}
        assert server.ask("GET", "/cds-services", None, host).status == 200
        assert call(server, hook(conditions=found(ULCER)), **host).status == 401
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE)


# ------------------------------------------------------------------ a client of another project
BROKEN: dict[str, tuple[str, object]] = {
    "cds-resp-3": ("links", [{"type": "absolute", "appContext": "x"}]),
    "cds-resp-4": ("overrideReasons", [{"code": "x"}]),
    "cds-resp-5": ("suggestions", [{"label": "x", "actions": [{"type": "create"}]}]),
    "cds-resp-6": ("suggestions", [{"label": "x"}]),
}
"""A part of a card for each invariant of CDS Hooks that it breaks."""


@pytest.mark.slow
def test_a_client_of_another_project_finds_and_calls_the_service(records: PageServer) -> None:
    """MedplumClient gets the card, which keeps the invariants that faulty cards break."""
    need_node()
    asked = {
        "base": f"http://127.0.0.1:{records.port}/",
        "request": hook(conditions=found(ULCER, NECK)),
        "faulty": [{key: value} for key, value in BROKEN.values()],
    }
    done = subprocess.run(
        ["node", "--experimental-websocket", "--no-warnings", "hooks.mjs"],
        cwd=NODE, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["found"]["services"][0]["hook"] == "patient-view"
    assert len(told["answer"]["cards"]) == 1
    assert told["broken"] == [[]]
    assert [set(one) >= {name} for name, one in zip(BROKEN, told["faults"], strict=True)] == [
        True
    ] * len(BROKEN)


def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without PyJWT, a file of clients ends in what to install, and not in a bug."""
    monkeypatch.setitem(sys.modules, "jwt", None)
    path = clients(tmp_path)
    refused = CliRunner().invoke(main, ["serve", "--record", "--cds-clients", path])
    assert refused.exit_code == 2
    # The name alone would be looked for in an index, where nobody has put this program.
    # Double quotes are quotes in every shell, also those of Windows.
    assert '-py3-none-any.whl[web]"' in refused.stderr
    assert '"handouts[web]"' not in refused.stderr
