"""A leaflet as FHIR: valid for every validator at hand, and its bytes are those of the PDF."""

import base64
import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from handouts.cli.app import main
from handouts.record.document import FiledLeaflet, file_leaflet
from handouts.record.questionnaire import questionnaire_of
from handouts.selection.code import read_recipe
from tests.record.resources import library, patient
from tests.support.fhir_judges import JUDGES, judge

NAME = "Quirin Zebedee"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is kept between the runs of these tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*words: str, to: str = "d.json", stdin: str | None = None) -> Result:
    """Make a leaflet, and write it for the record."""
    line = ("make", "neck", "-q", "-o", "a.pdf", "--force", "--document-reference", to, *words)
    return CliRunner().invoke(main, line, input=stdin)


def written(name: str = "d.json") -> dict[str, Any]:
    """Read a resource that was written."""
    found: dict[str, Any] = json.loads(Path(name).read_text(encoding="utf-8"))
    return found


def test_the_document_holds_the_bytes_of_the_pdf() -> None:
    """Data, size and hash are those of the file; the hash is base64 of its bytes, not hex."""
    found = make("--name", NAME, "--patient", "Patient/12")
    assert found.exit_code == 0, found.output
    assert "sent nowhere" in found.stderr
    document = written()
    attachment = document["content"][0]["attachment"]
    pdf = Path("a.pdf").read_bytes()
    assert base64.b64decode(attachment["data"], validate=True) == pdf
    assert attachment["size"] == len(pdf)
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(pdf).digest()  # noqa: S324 - as FHIR has it
    assert attachment["contentType"] == "application/pdf"
    assert attachment["language"] == "en-GB"
    assert document["type"]["coding"][0]["code"] == "34895-3"
    assert (document["status"], document["docStatus"]) == ("current", "preliminary")
    assert document["subject"] == {"reference": "Patient/12"}
    assert datetime.fromisoformat(document["date"]).tzinfo is not None
    told = json.dumps({**document, "content": []})
    assert NAME not in told
    assert "DRAFT" in document["description"]
    recipe = read_recipe(library(), document["identifier"][0]["value"])
    assert recipe.request.region == "neck"


def test_a_signed_leaflet_is_final_and_its_communication_says_when() -> None:
    """What is approved is final and given; a draft is preliminary, and only in preparation."""
    leaflet = FiledLeaflet(
        pdf=b"%PDF", title="A", language="en-GB", code="X", draft=False, on=date(2026, 11, 22),
        made=datetime(2026, 11, 22, 9, 30, tzinfo=UTC), patient="Patient/1", given=True,
    )  # fmt: skip
    for draft, doc, status in ((False, "final", "completed"), (True, "preliminary", "preparation")):
        bundle = json.loads(file_leaflet(replace(leaflet, draft=draft)))
        document, told = (one["resource"] for one in bundle["entry"])
        assert document["docStatus"] == doc
        assert told["status"] == status
        assert ("sent" in told) is not draft
        assert told["reasonCode"][0]["coding"][0]["code"] == "445283009"
        about = told["payload"][0]["contentReference"]["reference"]
        assert about == bundle["entry"][0]["fullUrl"]


def test_a_leaflet_from_its_code_says_what_it_replaces() -> None:
    """`handout remake` files the same leaflet anew, in place of its document and no other's."""
    make("--patient", "Patient/12")
    first = written()
    again = ("remake", "a.pdf", "-o", "b.pdf", "--force", "--document-reference", "r.json")
    found = CliRunner().invoke(main, (*again, "--replaces", "d.json"))
    assert found.exit_code == 0, found.output
    second = written("r.json")
    assert second["subject"] == {"reference": "Patient/12"}  # as that of the earlier document
    assert second["identifier"] == first["identifier"]
    assert second["masterIdentifier"] != first["masterIdentifier"]
    target = second["relatesTo"][0]["target"]
    assert target["identifier"]["value"] == first["masterIdentifier"]["value"]
    data = second["content"][0]["attachment"]["data"]
    assert base64.b64decode(data) == Path("b.pdf").read_bytes() == Path("a.pdf").read_bytes()
    other = CliRunner().invoke(main, (*again, "--patient", "Patient/13", "--replaces", "d.json"))
    assert other.exit_code == 2
    assert "of another patient" in other.stderr
    given = CliRunner().invoke(main, (*again, "--communication", "--for-the-record"))
    assert "not --for-the-record" in given.stderr


def test_a_leaflet_that_is_made_again_replaces_the_earlier_one() -> None:
    """The file or the address of the earlier document stands in `relatesTo`; two are never one."""
    make("--patient", "Patient/12")
    first = written()
    assert make("--patient", "Patient/12", "--replaces", "d.json", to="e.json").exit_code == 0
    second = written("e.json")
    target = second["relatesTo"][0]["target"]
    assert target["identifier"]["value"] == first["masterIdentifier"]["value"]
    assert second["masterIdentifier"] != first["masterIdentifier"]
    make("--replaces", "DocumentReference/7", to="f.json")
    related = written("f.json")["relatesTo"]
    assert related == [{"code": "replaces", "target": {"reference": "DocumentReference/7"}}]
    make("--patient", "Patient/12", "--communication", "--replaces", "d.json", to="g.json")
    assert make("--patient", "Patient/12", "--replaces", "g.json", to="h.json").exit_code == 0


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--patient", "12"), "no reference to a patient"),
        (("--patient", "Practitioner/12"), "no reference to a patient"),
        (("--replaces", "Patient/12"), "no reference to a document"),
        (("--replaces", "other.json"), "holds no document of a leaflet"),
        (("--replaces", "d.json", "--patient", "Patient/13"), "of another patient"),
        (("--encrypt",), "--document-reference holds a PDF"),
        (("--patient", "Patient/9", "--fhir", "-"), "another patient than the record"),
    ],
)
def test_what_cannot_be_filed_is_refused(words: tuple[str, ...], said: str, home: Path) -> None:
    """A wrong reference, a file that holds none, or another patient: nothing is written."""
    make("--patient", "Patient/12")
    (home / "other.json").write_text('{"resourceType": "DocumentReference"}', encoding="utf-8")
    record = json.dumps(patient(birthDate="1990-01-01"))
    found = make(*words, to="new.json", stdin=record)
    assert found.exit_code == 2
    assert said in found.stderr
    assert not (home / "new.json").exists()


def test_whose_document_it_is_comes_from_the_record() -> None:
    """With a record its patient is the subject, without another word."""
    assert make("--fhir", "-", stdin=json.dumps(patient(birthDate="1990-01-01"))).exit_code == 0
    assert written()["subject"] == {"reference": "Patient/p1"}


# ------------------------------------------------------------------ validators
def faults(good: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the document with a fault each."""

    def changed(**more: object) -> dict[str, Any]:
        return {key: one for key, one in (good | more).items() if one is not ...}

    def attached(**more: object) -> dict[str, Any]:
        attachment = good["content"][0]["attachment"] | more
        return changed(content=[{"attachment": attachment}])

    return {
        "status": changed(status="recent"),
        "docStatus": changed(docStatus="draft"),
        "no status": changed(status=...),
        "no content": changed(content=...),
        "unknown element": changed(colour="red"),
        "element of R5": changed(modality=[{"text": "paper"}]),
        "no list": changed(category=good["category"][0]),
        "reference as text": changed(subject="Patient/12"),
        "no zone": changed(date="2026-11-29T10:00:00"),
        "month 13": changed(date="2026-13-29T10:00:00Z"),
        "size as text": attached(size="12"),
        "broken base64": attached(data="JVBERi0*"),
        "hash": attached(hash="d41d8cd9-8f00"),
        "empty list": changed(relatesTo=[]),
        "null": changed(description=None),
        "id": changed(id="a b"),
    }  # fmt: skip


FOUND_BY = {
    "status": "fhir",
    "docStatus": "fhir",
    "no status": "fhir.resources fhirkit fhir medplum",
    "no content": "fhir.resources fhirkit fhir medplum",
    "unknown element": "fhir.resources fhirkit fhir medplum",
    "element of R5": "fhir.resources fhirkit fhir medplum",
    "no list": "fhir.resources fhirkit fhir medplum",
    "reference as text": "fhir.resources fhirkit fhir medplum",
    "no zone": "fhir.resources fhirkit medplum",
    "month 13": "fhir.resources fhirkit medplum",
    "size as text": "fhirkit fhir medplum",
    "broken base64": "fhir.resources fhirkit medplum",
    "hash": "fhirkit medplum",
    "empty list": "fhirkit",
    "null": "fhirkit medplum",
    "id": "fhir.resources",
    "status of a communication": "fhir",
    "que-6": "medplum",
}
"""Each seeded fault, and the validators that find it; none finds que-2, so a test of ours does."""


@pytest.mark.slow
def test_every_validator_takes_ours_and_no_fault_escapes_them_all() -> None:
    """Ours passes all four, as do our questions; each seeded fault is found by those listed."""
    make("--patient", "Patient/12", "--communication", "--replaces", "DocumentReference/7")
    good, told = (one["resource"] for one in written()["entry"])
    bad = faults(good)
    assert len(bad) == 16
    bad["status of a communication"] = told | {"status": "given"}
    asked = questionnaire_of(library())
    shown = asked["item"][0] | {"type": "display"}  # which may not be required
    bad["que-6"] = asked | {"item": [shown]}
    verdicts = judge([good, told, asked, *bad.values()])
    assert verdicts[:3] == [{one: [] for one in JUDGES}] * 3
    assert {*FOUND_BY} == {*bad}
    for name, verdict in zip(bad, verdicts[3:], strict=True):
        missing = {*FOUND_BY[name].split()} - {one for one, said in verdict.items() if said}
        assert not missing, name


def doubled_links(questionnaire: dict[str, Any]) -> set[str]:
    """List the link ids that stand twice, groups included: `que-2` of FHIR forbids them."""
    links: Counter[str] = Counter()
    items = [*questionnaire["item"]]
    while items:
        one = items.pop()
        links[one["linkId"]] += 1
        items += one.get("item", [])
    return {link for link, times in links.items() if times > 1}


def test_no_link_id_of_our_questions_stands_twice() -> None:
    """An answer leads to one question; no validator looks at that, so the check is tried too."""
    asked = questionnaire_of(library())
    assert doubled_links(asked) == set()
    assert len(asked["item"]) == len(library().flags)
    first, second = asked["item"][:2]
    assert doubled_links({"item": [first, second, first]}) == {first["linkId"]}
    assert doubled_links({"item": [first, second | {"item": [first]}]}) == {first["linkId"]}
