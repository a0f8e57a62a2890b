"""With `--record` the page reads a patient's record, and record systems open it."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import jsonschema
import pytest
from click.testing import CliRunner
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from handouts.cli.app import main
from tests.record.resources import SNOMED, concept, condition, medicine, patient
from tests.support.browser import complaints, leave, violations
from tests.support.page_server import Answer, PageServer, serving

REQUESTS = [
    line
    for line in (Path(__file__).parent.parent / "data" / "infobutton-requests.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if line and not line.startswith("#")
]
NAME, BORN, SECRET = "Quirin Zebedee", "1951-03-02", "organizationpassword"
OPENEMR = "mainSearchCriteria.v.cs=2.16.840.1.113883.6.90&mainSearchCriteria.v.c=M54.2"
PATIENCE = 60


@pytest.fixture(scope="module")
def records() -> Iterator[PageServer]:
    """A server that reads records."""
    with serving("--record", "--allow-origin", "https://ehr.example") as found:
        yield found


def resources() -> list[dict[str, object]]:
    """Return the record of a patient with neck pain, an ulcer, and a medicine nobody knows."""
    return [
        patient(name=[{"text": NAME}], birthDate=BORN),
        condition(concept(SNOMED, "81680005", "Neck pain")),
        condition(concept(SNOMED, "51868009", "Ulcer of duodenum")),
        medicine("Xyzumab"),
    ]


def bundle() -> dict[str, object]:
    """Return the same as one bundle."""
    entries = [{"resource": one} for one in resources()]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def asks(server: PageServer, query: str, kind: str = "application/json") -> Answer:
    """Send an enquiry."""
    return server.ask("GET", f"/infobutton?{query}&{urlencode({'knowledgeResponseType': kind})}")


def link_of(answer: Answer) -> dict[str, list[str]]:
    """Return what the link of an answer opens the page with; nothing where there is none."""
    entries = answer.record["feed"]["entry"]
    if not entries:
        return {}
    return parse_qs(urlsplit(entries[0]["link"][0]["href"]).fragment)


# ------------------------------------------------------------------ off unless asked for
def test_nothing_reads_a_record_unless_asked_for(server: PageServer) -> None:
    """Without `--record` none of the addresses is there, nor the place to drop a file."""
    for method, path in (("GET", "/infobutton?a=b"), ("GET", "/cds-services")):
        assert server.ask(method, path).status == 404
    assert server.post("/api/fhir/propose", {"record": {}}).status == 404
    assert b"from-record" not in server.ask("GET", "/").body


# ------------------------------------------------------------------ Infobutton
@pytest.mark.parametrize("query", REQUESTS)
def test_real_requests_are_answered_in_all_shapes(records: PageServer, query: str) -> None:
    """Requests as the guide and record systems write them, by link and as a form."""
    plain = re.sub(r"&?knowledgeResponseType=[^&]*", "", query).replace(" ", "%20")
    for kind, media in (
        ("text/html", "text/html"),
        ("text/xml", "application/atom+xml"),
        ("application/json", "application/json"),
    ):
        by_link = asks(records, plain, kind)
        assert by_link.status == 200
        assert by_link.headers["content-type"].startswith(media)
        assert by_link.headers["cache-control"] == "no-store"
        assert SECRET.encode() not in by_link.body
        headers = {"content-type": "application/x-www-form-urlencoded"}
        form = f"{plain}&{urlencode({'knowledgeResponseType': kind})}"
        by_form = records.ask("POST", "/infobutton", form, headers)
        assert _timeless(by_form.body) == _timeless(by_link.body)


def _timeless(body: bytes) -> bytes:
    return re.sub(rb"20\d\d-\d\d-\d\dT[\d:]+Z", b"", body)


def test_a_code_proposes_and_sets_nothing(records: PageServer) -> None:
    """Neck pain of ICD-10-CM asks about the neck; an age and a pregnancy ask about their flags."""
    found = link_of(asks(records, OPENEMR))
    assert found == {"region": ["neck"]}
    more = "&age.v.v=77&age.v.u=a&observation.v.c=77386006&observation.v.cs=2.16.840.1.113883.6.96"
    assert link_of(asks(records, OPENEMR + more))["ask"] == ["pregnant", "age-65-plus"]
    medicines = "mainSearchCriteria.v.cs=2.16.840.1.113883.6.88&mainSearchCriteria.v.c=855332"
    words = "&mainSearchCriteria.v.dn=Warfarin+Sodium+5+MG+Oral+Tablet"
    assert link_of(asks(records, medicines + words)) == {"ask": ["warfarin"]}


@pytest.mark.parametrize(
    ("words", "regions"),
    [
        ("neck spasm", ["neck"]), ("Low back pain", ["lumbar"]),
        ("back pain", ["lumbar", "thoracic"]),
        ("bacterial pneumonia", []), ("low blood pressure", []),
    ],
)  # fmt: skip
def test_words_without_a_code_are_never_guessed(
    records: PageServer, words: str, regions: list[str]
) -> None:
    """What OpenEMR types in place of [%] asks about each region that it may be; else nothing."""
    found = link_of(asks(records, urlencode({"mainSearchCriteria.v.dn": words})))
    assert sorted(found.get("region", [])) == regions


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("taskContext.c.c=PATEDU", 400),  # nothing is looked for
        (f"{OPENEMR}&mainSearchCriteria.c.c=M54.5", 400),  # the same twice, spelt otherwise
        (f"{OPENEMR}&knowledgeResponseType=application/javascript&callback=x", 415),
        (f"{OPENEMR}&knowledgeResponseType=image/png", 415),
        (f"{OPENEMR}&a=%ff", 400),
    ],
)
def test_wrong_enquiries_have_the_codes_of_the_standard(
    records: PageServer, query: str, status: int
) -> None:
    """400 for a parameter that is missing or twice, 415 for a shape that is not known; no JSONP."""
    assert records.ask("GET", f"/infobutton?{query}").status == status


def test_atom_and_json_have_the_shape_of_medlineplus(records: PageServer) -> None:
    """An independent reader takes the feed; the JSON has the keys that its clients look for."""
    feed = feedparser.parse(asks(records, OPENEMR, "text/xml").body)
    assert (feed.version, feed.bozo) == ("atom10", False)
    link = feed.entries[0].links[0]
    assert (link.rel, link.type) == ("alternate", "text/html")
    assert urlsplit(link.href).fragment == "&region=neck"
    found = asks(records, OPENEMR).record["feed"]
    assert {"title", "subtitle", "author", "updated", "category", "id", "entry", "lang"} < set(
        found
    )
    schemes = [one["scheme"] for one in found["category"]]
    assert schemes[0] == "mainSearchCriteria.v.c"
    assert found["entry"][0]["link"][0]["href"] == link.href


def test_atom_is_as_the_schema_of_knowledge_responses_has_it(records: PageServer) -> None:
    """The order of the elements, the languages, the link with its language, the known schemes."""
    feed = ET.fromstring(asks(records, OPENEMR, "text/xml").body)  # noqa: S314 - our own
    lang, atom = "{http://www.w3.org/XML/1998/namespace}lang", "{http://www.w3.org/2005/Atom}"
    names = [one.tag.removeprefix(atom) for one in feed]
    order = ["title", "subtitle", "author", "updated", "category", "id", "entry"]
    assert list(dict.fromkeys(names)) == order
    (entry,) = feed.iter(f"{atom}entry")
    assert [one.tag.removeprefix(atom) for one in entry] == [
        "title", "link", "id", "updated", "summary",
    ]  # fmt: skip
    assert feed.get(lang) == entry.get(lang) == "en-GB"
    link = entry.find(f"{atom}link")
    assert link is not None
    assert {*link.attrib} == {"href", "rel", "type", "hreflang", "title"}
    schemes = {one.get("scheme", "") for one in feed.iter(f"{atom}category")}
    main = {f"mainSearchCriteria.v.{part}" for part in ("c", "cs", "dn")}
    assert schemes == main | {"informationRecipient"}


def test_a_patient_is_led_to_no_page_for_staff(records: PageServer) -> None:
    """A patient who asks gets no link, unless it is said that a professional opens it."""
    query = f"{OPENEMR}&informationRecipient=PAT"
    assert link_of(asks(records, query)) == {}
    assert b'href="/"' not in asks(records, query, "text/html").body
    assert link_of(asks(records, f"{query}&performer=PROV"))


def test_a_language_that_is_not_there_is_said(records: PageServer) -> None:
    """Asked for Spanish, it says that there is none, and mixes nothing."""
    query = f"{OPENEMR}&informationRecipient.languageCode.c=es"
    assert b"no leaflet in the language" in asks(records, query, "text/html").body


# ------------------------------------------------------------------ FHIR
def test_the_interface_proposes_as_the_command_does(records: PageServer) -> None:
    """A record that is posted gives the answer of `handout record`, and never a name or a date."""
    posted = records.post("/api/fhir/propose", {"record": bundle(), "name": NAME})
    assert posted.status == 200
    command = ["record", "-", "--format", "json"]
    told = CliRunner().invoke(main, command, input=json.dumps(bundle()))
    assert posted.record == json.loads(told.stdout)
    assert posted.record["screened"] is False
    for word in (*NAME.split(), BORN):
        assert word.encode() not in posted.body
    for kind in ("application/fhir+json", "application/json; charset=utf-8"):
        headers = {"content-type": kind, "x-handouts-token": records.token}
        raw = records.ask("POST", "/api/fhir/propose", json.dumps(bundle()), headers)
        assert raw.record == posted.record


def test_the_record_of_somebody_else_is_refused(records: PageServer) -> None:
    """Another name, someone who died, and what is no record are refused without a word of them."""
    other = records.post("/api/fhir/propose", {"record": bundle(), "name": "Ana Silva"})
    assert (other.status, other.record["code"]) == (409, "refused")
    assert b"Zebedee" not in other.body
    died = records.post("/api/fhir/propose", {"record": patient(deceasedBoolean=True)})
    assert died.status == 409
    assert records.post("/api/fhir/propose", {"record": {"a": NAME}}).status == 422
    bare = records.ask("POST", "/api/fhir/propose", json.dumps({"record": bundle()}))
    assert bare.status == 403  # without the secret of the page


def test_a_document_holds_the_leaflet_of_the_interface(records: PageServer) -> None:
    """The document has the bytes that `/api/leaflet` gives, and says whose it is."""
    leaflet = {"region": "neck", "status": "acute", "flags": ["gi-ulcer"], "name": NAME}
    wish = {"leaflet": leaflet, "patient": "Patient/12", "replaces": "DocumentReference/7"}
    answer = records.post("/api/fhir/DocumentReference", wish)
    assert answer.headers["content-type"] == "application/fhir+json"
    found = answer.record
    attachment = found["content"][0]["attachment"]
    pdf = records.post("/api/leaflet", leaflet).body
    assert attachment["size"] == len(pdf)
    assert attachment["data"] == base64.b64encode(pdf).decode()
    assert found["subject"]["reference"] == "Patient/12"
    assert found["relatesTo"][0]["target"]["reference"] == "DocumentReference/7"
    wrong = records.post("/api/fhir/DocumentReference", wish | {"patient": "Ana"})
    assert wrong.status == 422


def test_the_description_holds_the_addresses_on_records(records: PageServer) -> None:
    """OpenAPI names each, says which ask for no secret, and fits what is answered."""
    described = records.ask("GET", "/api/openapi.json").record
    paths = described["paths"]
    assert set(paths["/infobutton"]) == {"get", "post"}
    assert paths["/infobutton"]["get"]["security"] == []
    answered = {
        "/api/fhir/propose": {"record": bundle()},
        "/cds-services/muscle-spasm-leaflet": {
            "hook": "patient-view", "hookInstance": "1", "context": {"patientId": "p1"},
            "prefetch": {"patient": None, "conditions": bundle()},
        },
        "/cds-services/muscle-spasm-leaflet/feedback": {"feedback": []},
    }  # fmt: skip
    for path, record in answered.items():
        operation = paths[path]["post"]
        given = records.post(path, record)
        assert given.status == 200, given.body
        content = operation["responses"]["200"]["content"]["application/json"]
        whole = content["schema"] | {"components": described["components"]}
        jsonschema.Draft202012Validator(whole).validate(given.record)
    assert "application/fhir+json" in str(paths["/api/fhir/DocumentReference"])


# ------------------------------------------------------------------ what is pasted elsewhere
@pytest.mark.parametrize("system", ["openemr", "systmone", "epic"])
def test_the_line_to_paste_opens_what_it_says(records: PageServer, system: str) -> None:
    """The first line alone is pasted; with words in the place of the mark it is answered."""
    shown = CliRunner().invoke(main, ["serve", "--record", "--port", "9", "--show", system])
    line, blank, *rest = shown.stdout.splitlines()
    assert line.startswith("http://127.0.0.1:9/infobutton")
    assert (blank, bool(rest)) == ("", True)
    path = line.removeprefix("http://127.0.0.1:9")
    asked = path.replace("[%]", "neck%20pain") if "[%]" in path else path
    if asked.endswith("="):
        asked += "neck%20pain"
    elif "?" not in asked:
        asked += f"?{OPENEMR}"
    assert b"Neck" in records.ask("GET", asked).body


def test_a_link_is_followed_and_a_script_is_not(records: PageServer) -> None:
    """A person comes from any page, by a link or a form; the scripts of that page read nothing."""
    evil = "https://evil.example"
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    script = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "origin": evil}
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert records.ask("GET", f"/infobutton?{OPENEMR}", None, followed).status == 200
    sent = records.ask("POST", "/infobutton", OPENEMR, {**form, **followed, "origin": evil})
    assert sent.status == 200
    assert records.ask("GET", f"/infobutton?{OPENEMR}", None, script).status == 403
    assert records.ask("POST", "/infobutton", OPENEMR, {**form, **script}).status == 403
    assert records.ask("OPTIONS", "/infobutton", None, script).status == 403


# ------------------------------------------------------------------ in a browser
def hooked(server: PageServer) -> str:
    """Call CDS Hooks, and return the link of its card."""
    call = {
        "hook": "patient-view", "hookInstance": "1", "context": {"patientId": "p1"},
        "prefetch": {"conditions": bundle()},
    }  # fmt: skip
    answer = server.post("/cds-services/muscle-spasm-leaflet", call)
    link: str = answer.record["cards"][0]["links"][0]["url"]
    return link


@pytest.mark.slow
def test_a_person_opens_the_link_of_a_record_system_and_ticks(
    browser: Chrome, records: PageServer, tmp_path: Path
) -> None:
    """Nothing is ticked by a link or a file; the secret comes from the page that is open."""
    browser.get(records.address)
    WebDriverWait(browser, PATIENCE).until(lambda one: one.find_element(By.ID, "count").text)
    first = browser.current_window_handle
    complaints(browser)
    browser.switch_to.new_window("tab")
    try:
        query = f"{OPENEMR}&age.v.v=77&age.v.u=a"
        browser.get(f"http://127.0.0.1:{records.port}/infobutton?{query}")
        WebDriverWait(browser, PATIENCE).until(
            lambda one: len(one.find_elements(By.CSS_SELECTOR, "#proposals li")) == 2
        )
        answers = "[name=region]:checked, .question [value=yes]:checked"
        assert browser.find_elements(By.CSS_SELECTOR, answers) == []
        assert "ask=" not in browser.current_url
        assert violations(browser) == []
        for item in browser.find_elements(By.CSS_SELECTOR, "#proposals li"):
            yes = item.find_element(By.TAG_NAME, "button")
            browser.execute_script("arguments[0].click()", yes)
        assert browser.find_elements(By.CSS_SELECTOR, "[name=region][value=neck]:checked")
        assert browser.find_elements(
            By.CSS_SELECTOR, "[name=answer-age-65-plus][value=yes]:checked"
        )
        file = tmp_path / "record.json"
        file.write_text(json.dumps(bundle()), encoding="utf-8")
        browser.find_element(By.ID, "record-file").send_keys(str(file))
        WebDriverWait(browser, PATIENCE).until(
            lambda one: one.find_elements(By.CSS_SELECTOR, "#record-says button")
        )
        browser.find_element(By.CSS_SELECTOR, "#record-says button").click()
        WebDriverWait(browser, PATIENCE).until(
            lambda one: "Xyzumab" in one.find_element(By.ID, "record-says").text
        )
        assert (
            browser.find_elements(By.CSS_SELECTOR, "[name=answer-gi-ulcer][value=yes]:checked")
            == []
        )
        assert "Ulcer of duodenum" in browser.find_element(By.ID, "proposals").text
        assert complaints(browser) == []
        card = hooked(records)
        browser.get(card)
        WebDriverWait(browser, PATIENCE).until(
            lambda one: (
                "ulcer" in one.find_element(By.ID, "proposals").text
                and not one.find_elements(By.CSS_SELECTOR, "[name=region]:checked")
            )
        )
        for item in browser.find_elements(By.CSS_SELECTOR, "#proposals li"):
            yes = item.find_element(By.TAG_NAME, "button")
            browser.execute_script("arguments[0].click()", yes)
        ticked = browser.find_elements(By.CSS_SELECTOR, ".question [value=yes]:checked")
        assert [one.get_attribute("name") for one in ticked] == [
            "answer-gi-ulcer",
            "answer-age-65-plus",
        ]
        assert complaints(browser) == []
        browser.get(f"http://127.0.0.1:{records.port}/infobutton?mainSearchCriteria.v.dn=measles")
        assert "Nothing here is about" in browser.find_element(By.TAG_NAME, "main").text
        assert violations(browser) == []
    finally:
        browser.close()
        browser.switch_to.window(first)


def dropped(browser: Chrome, folder: Path, *resources: dict[str, object]) -> None:
    """Choose a file with a record, one resource on each line."""
    file = folder / "record.json"
    file.write_text("\n".join(json.dumps(one) for one in resources), encoding="utf-8")
    browser.find_element(By.ID, "record-file").send_keys(str(file))


@pytest.mark.slow
def test_the_records_of_two_patients_are_never_mixed(
    browser: Chrome, records: PageServer, tmp_path: Path
) -> None:
    """A second record is read only once all that was given before is gone; another name goes."""
    leave(browser)
    browser.get(records.address)
    wait = WebDriverWait(browser, PATIENCE)

    def says() -> str:
        return str(browser.find_element(By.ID, "record-says").text)

    wait.until(lambda one: one.find_element(By.ID, "count").text)
    file = tmp_path / "record.xml"
    file.write_text("<Bundle/>", encoding="utf-8")
    browser.find_element(By.ID, "record-file").send_keys(str(file))
    wait.until(lambda one: "is XML" in one.find_element(By.TAG_NAME, "body").text)
    dropped(browser, tmp_path, *resources())
    wait.until(lambda _: "Xyzumab" in says())
    yes = "#proposals li button"
    browser.execute_script("document.querySelectorAll(arguments[0])[0].click()", yes)
    browser.execute_script("document.getElementById('name').closest('details').open = true")
    name = browser.find_element(By.ID, "name")
    name.send_keys("Jo Santos\t")
    wait.until(lambda _: "taken out again" in says())
    assert name.get_property("value") == ""
    name.send_keys(f"{NAME}\t")
    other = condition({"text": "Zzyxitis"})
    dropped(browser, tmp_path, other)
    wait.until(lambda _: "was not read" in says())
    assert "Zzyxitis" not in browser.find_element(By.TAG_NAME, "body").text
    assert browser.find_elements(By.CSS_SELECTOR, ".question [value=yes]:checked")
    assert violations(browser) == []
    browser.find_element(By.CSS_SELECTOR, "#record-says button").click()
    wait.until(lambda _: "Zzyxitis" in says())
    assert browser.find_elements(By.CSS_SELECTOR, ".question [value=yes]:checked") == []
    assert name.get_property("value") == ""
    assert "Xyzumab" not in browser.find_element(By.TAG_NAME, "body").text
    said = complaints(browser)  # the XML and the other name, which are refused
    assert [one for one in said if "409" not in one and "422" not in one] == []
