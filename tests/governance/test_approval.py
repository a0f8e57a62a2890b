"""Who approved which words: what a signature covers, what voids it, and what a record survives."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result

from handouts.audit.diff.changes import compare_words, marked
from handouts.cli.app import main
from handouts.content.load import load_library
from handouts.content.profile import Profile
from handouts.governance import approval as signoff
from handouts.governance.edit import open_signoff
from handouts.governance.units import lines_of, signed_units
from handouts.pipeline import open_publisher, select
from tests.conftest import Validate
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher, section_texts

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BY = ("--by", "Dr A. Jones", "--role", "physiotherapist")
DAY = "2026-11-01"
TWO = Profile(approvals=2)


@pytest.fixture(scope="module")
def signed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of content that one person has signed whole, with everything in the cache."""
    folder = tmp_path_factory.mktemp("signed") / "content"
    shutil.copytree(ROOT / "content", folder)
    done = sign_all(folder, *BY)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def content(signed_once: Path, tmp_path: Path) -> Path:
    """Give a copy of the signed content to change."""
    return Path(shutil.copytree(signed_once, tmp_path / "content"))


def run(folder: Path, *words: str, typed: str = "") -> Result:
    """Run a command on a folder of content."""
    command, *rest = words
    return CliRunner().invoke(main, [command, "--content", str(folder), *rest], input=typed)


def sign_all(folder: Path, *words: str, day: str = DAY) -> Result:
    """Sign all there is, each unit by its name: without a terminal nothing is signed unseen."""
    return run(folder, "sign", *words, "--date", day, *open_signoff(folder).units())


def make(folder: Path, *words: str) -> Result:
    """Make a leaflet as text, on a day that the approvals cover."""
    return run(folder, "make", "--date", "2026-11-22", "--format", "text", "-o", "-", *words)


def edit(folder: Path, file: str, before: str, after: str) -> None:
    """Change the first place in a file of content that reads so."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def standings(folder: Path, *words: str) -> dict[str, str]:
    """List how each unit stands that is not signed."""
    table = run(folder, "sign", "--status", *words).output.splitlines()[1:-2]
    pairs = [line.split()[:2] for line in table]
    return {unit: standing for unit, standing in pairs if standing != "signed"}


# ------------------------------------------------------------------ what ships
def test_no_approval_ships() -> None:
    """The content that ships is not signed, nor withdrawn: nobody has approved it."""
    assert not list((ROOT / "content").glob("signoff*"))
    assert not publisher().signoff.signatures


def test_templates_have_no_words_of_their_own() -> None:
    """Templates only order what content says, so that all that prints can be signed."""
    for path in (ROOT / "templates").glob("*.xml"):
        text = path.read_text(encoding="utf-8")
        bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", "", text, flags=re.DOTALL)
        assert not re.search(r"\w", bare), path.name


# ------------------------------------------------------------------ signed and not
def test_signed_words_print_without_draft(content: Path) -> None:
    """A leaflet whose every word is signed says so, with role and dates, and never DRAFT."""
    made = make(content, "--region", "neck", "--flag", "gi-ulcer", "--require-signed")
    text = " ".join(made.stdout.split())
    assert made.exit_code == 0
    assert "DRAFT" not in text
    assert "Words approved by: physiotherapist. Approved on 1 November 2026" in text
    assert "next review by 1 November 2028" in text
    assert "No clinician has approved" not in text
    assert "Dr A. Jones" not in text


def test_unsigned_words_are_refused_on_demand() -> None:
    """`--require-signed` prints nothing that nobody approved, and exits with 4."""
    made = make(ROOT / "content", "--region", "neck", "--require-signed")
    assert made.exit_code == 4
    assert not made.stdout
    assert "these words are not approved" in made.stderr


VOIDS: Sequence[tuple[str, str, str, set[str]]] = [
    ("flags.yaml", "can make an ulcer bleed.", "can harm.", {"gi-ulcer-clause-1"}),
    ("flags.yaml", "Do you have asthma?", "Do you wheeze?", {"flag:asthma"}),
    ("exercises.yaml", "your sight blurs", "you see less", {"neck-turn"}),
    ("exercises.yaml", "repetitions: [5, 10]", "repetitions: [5, 8]", {"neck-turn"}),
    ("figures.yaml", "spine: 90, yaw: 50", "spine: 90, yaw: 49", {"neck-turn"}),
    ("places.yaml", 'urgent_line: "111"', 'urgent_line: "112"', {"place:gb"}),
    ("vocabulary.yaml", "sore_part: back or neck", "sore_part: neck", {"words:neck"}),
    ("labels.yaml", "stop-if: Stop if", "stop-if: Stop when", {"page:labels"}),
    ("vocabulary.yaml", "label: Self-massage", "label: Massage", {"page:headings"}),
    ("advice.csv", "\ngi-ulcer,ok,", "\ngi-ulcer,ask,", {"flag:gi-ulcer"}),
    ("advice.csv", "\n(acute),,", "\n(acute),ask,", {"advice:acute"}),
    ("red_flags.yaml", "urgency: same-day", "urgency: emergency", {""}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "before", "after", "units"), VOIDS, ids=lambda one: str(one)[:20])
def test_a_change_voids_exactly_what_it_touches(
    content: Path, file: str, before: str, after: str, units: set[str]
) -> None:
    """A word, rule, cell, dose, number to call or drawing that changes voids its own unit alone."""
    edit(content, file, before, after)
    found = standings(content)
    assert set(found.values()) == {"changed"}
    assert len(found) == 1
    assert "" in units or set(found) == units


def test_layout_of_a_file_voids_nothing(content: Path) -> None:
    """Comments, wrapped lines and another order of records change no meaning."""
    edit(content, "blocks/about.yaml", "does not replace advice", "does not\n      replace advice")
    edit(content, "labels.yaml", "draft: DRAFT", "# the tag\ndraft:   DRAFT")
    assert not standings(content)


@pytest.mark.parametrize(
    ("words", "draft"),
    [
        (("--region", "neck"), True),
        (("--region", "neck", "--exercise", "chin-tuck"), False),
        (("--region", "lumbar"), False),
    ],
)
def test_changed_words_make_a_draft_of_their_leaflets_alone(
    content: Path, words: Sequence[str], *, draft: bool
) -> None:
    """Leaflets with a changed exercise are drafts again; those without it stay approved."""
    edit(content, "exercises.yaml", "Keep your feet flat.", "Feet on the floor.")
    made = make(content, *words)
    assert made.exit_code == 0, made.stderr
    assert ("DRAFT" in made.stdout) == draft


def test_a_rule_that_takes_words_away_makes_a_draft(content: Path) -> None:
    """Words that no longer print, by a rule that nobody signed, do not go unnoticed."""
    edit(
        content,
        "blocks/everyday.yaml",
        "when: {region: neck, no-flag: [",
        "when: {region: neck, flag: [asthma], no-flag: [",
    )
    made = make(content, "--region", "neck", "--require-signed")
    assert made.exit_code == 4
    assert "everyday-bags-neck: left out, and its rule changed" in made.stderr
    assert "DRAFT" not in make(content, "--region", "lumbar").stdout


def test_a_changed_cell_reaches_the_leaflets_of_its_flag_alone(content: Path) -> None:
    """A cell of the matrix makes drafts of leaflets with that flag, screened or not."""
    edit(content, "advice.csv", "\ngi-ulcer,ok,", "\ngi-ulcer,ask,")
    assert "DRAFT" in make(content, "--region", "neck", "--flag", "gi-ulcer").stdout
    for words in ((), ("--screened",), ("--flag", "asthma")):
        assert "DRAFT" not in make(content, "--region", "neck", *words).stdout


def test_a_changed_question_reaches_screened_leaflets(content: Path) -> None:
    """Who answered another question with no was not asked what was signed."""
    edit(content, "flags.yaml", "Do you have asthma?", "Do you wheeze?")
    assert "DRAFT" in make(content, "--region", "neck", "--screened").stdout
    assert "DRAFT" not in make(content, "--region", "neck").stdout


@pytest.mark.parametrize(
    ("day", "draft"),
    [("2026-10-31", True), (DAY, False), ("2028-11-01", False), ("2028-11-02", True)],
)
def test_an_approval_lasts_from_day_to_day(content: Path, day: str, *, draft: bool) -> None:
    """A leaflet is approved on the days from its approval to its expiry, both included."""
    made = run(content, "make", "--region", "neck", "--format", "text", "-o", "-", "--date", day)
    assert ("DRAFT" in made.stdout) == draft


def test_two_people_can_be_asked_for(content: Path) -> None:
    """Where two must sign, one person who signs twice is still one."""
    first = open_publisher(content)
    chosen = select(first, ask("neck"))
    assert signoff.judge(first.signoff, first.library, chosen).approved
    assert not signoff.judge(first.signoff, first.library, chosen, TWO).approved
    sign_all(content, "--by", "DR A. JONES", "--role", "doctor")
    again = open_publisher(content)
    assert not signoff.judge(again.signoff, again.library, chosen, TWO).approved
    sign_all(content, "--by", "B. Silva", "--role", "pharmacist")
    both = open_publisher(content)
    verdict = signoff.judge(both.signoff, both.library, chosen, TWO)
    assert verdict.approved
    assert verdict.roles == ("doctor", "pharmacist")


@pytest.mark.slow
def test_a_service_asks_for_two_people_and_for_no_draft(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The profile asks for two approvals and no draft; its own words are signed like others."""
    (content / "service.yaml").write_text(
        "name: Valley Clinic\nphone: 020 7946 0000\nrequire-signed: true\napprovals: 2\n",
        encoding="utf-8",
    )
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)
    refused = make(content, "--region", "neck")
    assert refused.exit_code == 4
    assert standings(content)["page:service"] == "unsigned"
    assert (
        f"{len(open_signoff(ROOT / 'content').units())} signed by 1 of 2 people"
        in run(content, "sign", "--status").output
    )
    for name in ("B. Silva", "C. Okoro"):
        sign_all(content, "--by", name, "--role", "doctor")
    assert not standings(content)
    assert make(content, "--region", "neck").exit_code == 0
    edit(content, "service.yaml", "0000", "0001")
    assert standings(content) == {"page:service": "changed"}


@pytest.mark.verapdf
def test_an_approved_leaflet_is_accessible(
    content: Path, tmp_path: Path, verapdf: Validate
) -> None:
    """Without DRAFT in its footer, a leaflet still passes PDF/UA-1."""
    path = tmp_path / "approved.pdf"
    made = run(content, "make", "--region", "neck", "--date", "2026-11-22", "-o", str(path))
    assert made.exit_code == 0
    pages = pypdf.PdfReader(path).pages
    assert "DRAFT" not in "".join(page.extract_text() for page in pages)
    verapdf([path])


# ------------------------------------------------------------------ the record
def test_the_record_makes_small_differences(content: Path) -> None:
    """Signing one changed block changes that block's lines of the record and no others."""
    before = (content / "signoff.yaml").read_text(encoding="utf-8").splitlines()
    edit(content, "exercises.yaml", "Keep your feet flat.", "Feet on the floor.")
    done = run(content, "sign", *BY, "--date", DAY, "neck-turn")
    assert done.output.startswith("signed 1 block ")
    after = (content / "signoff.yaml").read_text(encoding="utf-8").splitlines()
    assert len(set(after) - set(before)) == 2
    assert len(after) == len(before)


DAMAGE = [
    (lambda text: text[: len(text) // 2], "signoff.yaml:"),
    (lambda text: text.replace("end: true\n", ""), "the record is incomplete"),
    (lambda text: text.replace("does not replace", "replaces"), "words and their digest differ"),
    (lambda text: text.replace("until: 2028-11-01", "until: 2038-11-01", 1), "cannot last until"),
    (lambda text: text.replace("on: 2026-11-01", "on: soon", 1), "expected a date"),
    (lambda _: "", "the file is empty"),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGE, ids=[message for _, message in DAMAGE])
@pytest.mark.parametrize("command", [("make", "--region", "neck"), ("sign", *BY, "neck-turn")])
def test_a_damaged_record_is_refused_and_kept(
    content: Path, damage: object, message: str, command: Sequence[str]
) -> None:
    """A record that was cut off or edited is an error with its line; nothing overwrites it."""
    assert callable(damage)
    path = content / "signoff.yaml"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    before = path.read_bytes()
    done = run(content, *command)
    assert done.exit_code == 3
    assert message in done.stderr
    assert re.search(r"content/signoff\.yaml:\d+", done.stderr)
    assert path.read_bytes() == before


def test_taking_a_block_away_must_be_signed(content: Path) -> None:
    """A signed block that is gone makes drafts until its going is signed too."""
    path = content / "blocks/everyday.yaml"
    before, rest = path.read_text(encoding="utf-8").split("  - id: everyday-bags-neck", 1)
    path.write_text(before + rest[rest.index("  - id:") :], encoding="utf-8")
    assert standings(content) == {"everyday-bags-neck": "removed"}
    assert "DRAFT" in make(content, "--region", "neck").stdout
    assert "DRAFT" not in make(content, "--region", "lumbar").stdout
    run(content, "sign", *BY, "--date", DAY, "everyday-bags-neck")
    assert not standings(content)
    assert "DRAFT" not in make(content, "--region", "neck").stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--by", "A"), 2, "--role is empty"),
        ((*BY, "--expires", "2031-01-01"), 2, "an approval cannot last until 2031-01-01"),
        ((*BY, "--expires", "soon"), 2, "`soon` is not a date"),
        ((*BY, "--date", "2099-12-31"), 2, "is in the future"),
        ((*BY, "gi-ulcr-lead"), 2, "did you mean `gi-ulcer-lead`?"),
        (("--by", "A", "--role", "医師"), 2, "unknown role `医師`"),
    ],
)
def test_wrong_words_sign_nothing(
    tmp_path: Path, words: Sequence[str], code: int, message: str
) -> None:
    """What cannot be an approval is refused with a reason, and no record appears."""
    folder = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    done = run(folder, "sign", *words)
    assert (done.exit_code, message in done.stderr) == (code, True), done.stderr
    assert not (folder / "signoff.yaml").exists()


# ------------------------------------------------------------------ reviewing
def test_review_shows_what_changed_and_keeps_each_yes(content: Path) -> None:
    """A reviewer sees the changed words, and what was approved stays when the input ends."""
    edit(content, "exercises.yaml", "your sight blurs", "your sight is dim")
    edit(content, "flags.yaml", "Do you have asthma?", "Do you wheeze?")
    done = run(content, "review", *BY, typed="y\n")
    assert done.exit_code == 130
    assert "stop: you feel dizzy or sick, or your sight [-blurs:-] {+is dim:+} call" in done.output
    assert standings(content) == {"flag:asthma": "changed"}


def test_no_takes_an_approval_back(content: Path) -> None:
    """A no to words that the same person had signed leaves them unsigned; a skip leaves them."""
    done = run(content, "review", *BY, "--all", "about-*", typed="no\nToo long\ns\n")
    assert done.exit_code == 0, done.output
    assert list(standings(content).values()) == ["unsigned"]


# ------------------------------------------------------------------ meanings
def test_every_meaning_survives_its_record() -> None:
    """The lines of a meaning read back from their text unchanged, for every unit that ships."""
    for unit, meaning in signed_units(load_library()).items():
        assert lines_of(meaning.text) == meaning.lines, unit
        assert "\n" not in "".join(value for _, value in meaning.lines), unit


def test_every_block_has_words_to_sign() -> None:
    """Every word of every wording that can print stands in the meaning of its block."""
    found = signed_units(publisher().library)
    for block in publisher().library.blocks:
        for wording in block.wordings:
            text = wording if isinstance(wording, str) else wording.text
            assert " ".join(text.split()) in found[block.id].text


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize("flags", [(), ("gi-ulcer", "pregnancy"), ("under-18",)])
@pytest.mark.parametrize("screened", [True, False])
def test_every_word_on_the_page_is_bound_to_a_signature(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """Each word that prints is in a unit that the leaflet needs, but for version, date and code."""
    request = ask(region, status, *flags, screened=screened)
    found = signed_units(publisher().library)
    needed = signoff.needed_units(publisher().library, select(publisher(), request))
    signed = set(words_of("\n".join(found[unit].text for unit in needed)))
    printed = words_of("\n".join(section_texts(leaflet(request))))
    version = publisher().library.version[:8]
    code = words_of(leaflet(request).code)
    unbound = set(printed) - signed - {version, "2026", *code} - set(map(str, range(1, 32)))
    assert not unbound


def words_of(text: str) -> list[str]:
    """List the words of a text, without marks and capitals."""
    return re.findall(r"[\w’']+", text.replace("**", "").casefold())


def test_words_are_compared_word_by_word() -> None:
    """What went and what came is marked in reading order, and nothing is lost."""
    pieces = compare_words("Do not take it.", "Do take it now.")
    assert marked(pieces) == "Do [-not-] take [-it.-] {+it now.+}"
    assert "DRAFT" in leaflet(ask("neck")).draft


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("**Do not** wait.", "**Do not** stop.", "Do not [-wait.-] {+stop.+}"),
        ("**Do not** wait.", "Do **not** wait.", "[-Do (bold)-] {+Do+} not wait."),
        ("Ask **her**, now.", "Ask her, now.", "Ask [-her, (bold)-] {+her,+} now."),
        ("Ask her.", "**Ask her.**", "[-Ask her.-] {+Ask her. (bold)+}"),
        ("5 ** 2", "5 ** 3", "5 ** [-2-] {+3+}"),
    ],
)
def test_bold_is_compared_without_its_marks(before: str, after: str, shown: str) -> None:
    """No `**` is shown, and a word that only became bold, or is no more, has changed."""
    assert marked(compare_words(before, after)) == shown
