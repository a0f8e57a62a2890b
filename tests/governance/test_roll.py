"""Who may approve: people are people however they are spelt, and a no is a no."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.content.load import load_library
from handouts.content.profile import Profile
from handouts.content.vocabulary import Standing
from handouts.errors import ContentError
from handouts.governance.approval import judge
from handouts.governance.edit import open_signoff
from handouts.governance.load import load_signoff, parse_profile
from handouts.governance.roll import fold_name, same_person
from tests.support.leaflets import ask, publisher, selection
from tests.support.terminal import run_on_terminal

pytestmark = pytest.mark.sample(3)

ROOT = Path(__file__).parents[2]
DAY = "2026-11-01"
JONES = ("--by", "Dr A. Jones", "--role", "physiotherapist", "--date", DAY)
SILVA = ("--by", "B. Silva", "--role", "pharmacist", "--date", DAY)
CAT = ("--by", "Cat", "--role", "nurse", "--date", DAY)
ROLL = """\
reviewers:
  - name: Dr Anna Jones
    role: physiotherapist
    registration: HCPC PH1
  - name: B. Silva
    role: pharmacist
    signs: ["flag:*", "class:*", "kind:clause", "section:medicines"]
  - name: C. Okoro
    role: doctor
    until: 2026-10-31
"""


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the content, with no profile but its own."""
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def run(folder: Path, *words: str, typed: str = "") -> Result:
    """Run a command on a folder of content."""
    command, *rest = words
    return CliRunner().invoke(main, [command, "--content", str(folder), *rest], input=typed)


def profile(text: str) -> Profile:
    """Read a profile from its text."""
    return parse_profile(publisher().library, Path("service.yaml"), text.encode())


# ------------------------------------------------------------------ one person is one person
@pytest.mark.parametrize(
    "other",
    [
        "Dr A Jones",
        "dr a. jones",
        "Prof. A. JONES",
        "Jones, A.",
        "Ms A  Jones",
        "A. Jónes",
        "A Jones",
    ],
)
def test_a_spelling_makes_no_other_person(other: str) -> None:
    """A full stop, a capital, a title, an accent or another order makes no second name."""
    assert same_person("Dr A. Jones", other)


@pytest.mark.parametrize("other", ["B. Jones", "A. Johns", "A. Silva", "Dr A. Jones-Silva"])
def test_another_name_is_another_person(other: str) -> None:
    """Names with other letters stay apart; a title alone is still a name."""
    assert not same_person("Dr A. Jones", other)
    assert fold_name("Dr")


def test_two_spellings_are_not_two_people(content: Path) -> None:
    """Where two must approve, one person under two spellings is one."""
    unit = "neck-turn"
    for name in ("Dr A. Jones", "A Jones", "prof a jones"):
        run(content, "sign", "--by", name, "--role", "physiotherapist", "--date", DAY, unit)
    library = load_library(content)
    signature = load_signoff(library, content).signatures[unit]
    assert len(signature.approvals) == 1
    assert signature.lapse(signature.approvals[0].on, 2) == "signed by 1 of 2 people"
    run(content, "sign", *SILVA, unit)
    signature = load_signoff(library, content).signatures[unit]
    assert not signature.lapse(signature.approvals[0].on, 2)


# ------------------------------------------------------------------ the roll
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--by", "Cat", "--role", "cat"), "`Cat` is not on the roll of reviewers"),
        (("--by", "anna jones", "--role", "cat"), "unknown role `cat`"),
        (("--by", "B. Silva", "--role", "physiotherapist"), "cannot sign as `physiotherapist`"),
        (("--by", "B Silva"), "B. Silva may not sign `neck-turn`"),
        (("--by", "C. Okoro", "--role", "doctor"), "C. Okoro could sign until 2026-10-31"),
    ],
)
def test_who_is_not_on_the_roll_signs_nothing(
    content: Path, words: tuple[str, ...], message: str
) -> None:
    """A stranger, another role, another's block, a day after the last one: refused in words."""
    (content / "service.yaml").write_text(ROLL, encoding="utf-8")
    done = run(content, "sign", *words, "--date", DAY, "neck-turn")
    assert (done.exit_code, message in done.stderr) == (2, True), done.stderr
    asked = run(content, "review", *words, "neck-turn", typed="y\n")
    assert asked.exit_code == 2
    assert not (content / "signoff.yaml").exists()


def test_the_roll_says_name_role_and_what(content: Path) -> None:
    """Name, role and registration are written as on the roll, for what a person may sign."""
    (content / "service.yaml").write_text(ROLL, encoding="utf-8")
    done = run(content, "sign", "--by", "prof anna jones", "--date", DAY, "neck-turn")
    assert "by Dr Anna Jones, physiotherapist" in done.output
    assert "HCPC PH1" in (content / "signoff.yaml").read_text(encoding="utf-8")
    assert run(content, "sign", "--by", "B. Silva", "--date", DAY, "flag:asthma").exit_code == 0
    allowed = open_signoff(content).allowed("B Silva", ())
    assert {"flag:asthma", "gi-ulcer-clause-1", "medicine-nsaid"} <= set(allowed)
    assert "neck-turn" not in allowed
    assert "rule:7" not in allowed


@pytest.mark.slow
def test_what_was_signed_past_the_roll_does_not_count(content: Path) -> None:
    """Signed where no roll was found, a stranger's yes is no approval where there is one."""
    run(content, "sign", *CAT, *open_signoff(content).units())
    library = load_library(content)
    asked = selection(ask("neck"))
    assert judge(load_signoff(library, content), library, asked).approved
    ours = profile(ROLL)
    doubts = dict(judge(load_signoff(library, content, ours), library, asked, ours).doubts)
    assert doubts["page:labels"] == "Cat is not on the roll of reviewers"
    (content / "service.yaml").write_text(ROLL, encoding="utf-8")
    shown = run(content, "sign", "--status", "page:labels").output
    assert "not counted, Cat, nurse, 2026-11-01" in shown


@pytest.mark.slow
def test_what_was_signed_under_a_roll_needs_the_roll(content: Path) -> None:
    """From a folder that does not know the service's profile nothing prints as approved."""
    (content / "service.yaml").write_text(f"approvals: 2\n{ROLL}", encoding="utf-8")
    run(content, "sign", "--by", "Anna Jones", "--date", DAY, *open_signoff(content).units())
    (content / "service.yaml").unlink()
    made = run(content, "make", "--region", "neck", "--date", "2026-11-22", "--format", "text",
               "-o", "-", "--require-signed")  # fmt: skip
    assert made.exit_code == 4
    assert "approved under a roll of reviewers that is not found here" in made.stderr


@pytest.mark.slow
def test_two_people_are_asked_for_wherever_it_was_signed_so(content: Path) -> None:
    """What was signed where two must approve needs two, also without that profile."""
    (content / "service.yaml").write_text("approvals: 2\n", encoding="utf-8")
    run(content, "sign", *JONES, *open_signoff(content).units())
    (content / "service.yaml").unlink()
    library = load_library(content)
    verdict = judge(load_signoff(library, content), library, selection(ask("neck")))
    assert dict(verdict.doubts)["page:labels"] == "signed by 1 of 2 people"


@pytest.mark.slow
def test_what_was_signed_for_a_service_needs_its_profile(content: Path) -> None:
    """Approved with the service's own lines, words are no approved leaflet without them."""
    service = content / "service.yaml"
    service.write_text("name: Valley Clinic\nphone: 020 7946 0000\n", encoding="utf-8")
    run(content, "sign", *JONES, *open_signoff(content).units())
    words = ("make", "--region", "neck", "--date", "2026-11-22", "--format", "text", "-o", "-")
    assert "DRAFT" not in run(content, *words).stdout
    service.unlink()
    assert "DRAFT" in run(content, *words).stdout
    refused = run(content, *words, "--require-signed")
    assert "page:service: approved for a service whose profile is not found here" in refused.stderr
    assert "page:service" not in open_signoff(content).units(["*"])
    assert open_signoff(content).units(["page:service"]) == ["page:service"]


BROKEN = [
    ("reviewers: []\n", "the roll of reviewers is empty"),
    ("reviewers:\n  - name: A. Jones\n", "`role` is missing"),
    (
        "reviewers:\n  - {name: Dr A. Jones, role: GP}\n  - {name: A Jones, role: nurse}\n",
        "are one person",
    ),
    ('reviewers:\n  - {name: A, role: GP, signs: ["flgs:*"]}\n', "unknown kind of unit `flgs`"),
    ('reviewers:\n  - {name: A, role: GP, signs: ["kind:exercises"]}\n', "unknown kind `exerci"),
    ("reviewers:\n  - {name: A, role: GP, signs: []}\n", "an empty list lets nobody sign"),
    ("approvals: 2\nreviewers:\n  - {name: A, role: GP}\n", "2 people must approve, and the"),
    ("announce-expiry: soon\n", "`soon` is no time before an expiry"),
    ("review-every: 3\n", "`3` is no time between two reviews"),
    ("review-every: 0 years\n", "`0 years` is no time between two reviews"),
    ("review-every: 11 years\n", "`11 years` is no time between two reviews"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=[message for _, message in BROKEN])
def test_a_wrong_roll_is_refused_with_its_line(text: str, message: str) -> None:
    """A roll that cannot be meant stops everything, and says where."""
    with pytest.raises(ContentError, match=message) as caught:
        profile(text)
    assert all(fault.origin for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("text", "days"), [("60 days", 60), ("8 weeks", 56), ("30", 30), ("0", 0), ("1 day", 1)]
)
def test_a_time_before_an_expiry_is_read(text: str, days: int) -> None:
    """Days and weeks are understood."""
    assert profile(f"announce-expiry: {text}\n").announce_expiry == days


@pytest.mark.parametrize(("text", "months"), [("2 years", 24), ("1 year", 12), ("18 months", 18)])
def test_a_time_between_two_reviews_is_read(text: str, months: int) -> None:
    """Years and months are understood; without the line it is three years."""
    assert profile(f"review-every: {text}\n").review_months == months
    assert profile("name: A\n").review_months == 36


# ------------------------------------------------------------------ a no
@pytest.mark.slow
def test_a_no_is_kept_with_its_reason(content: Path) -> None:
    """A no and its reason stay in the record, also when the words change and are signed."""
    run(
        content, "review", "--by", "Dr A. Jones", "--role", "GP", "neck-turn", typed="n\nToo far.\n"
    )
    shown = run(content, "sign", "--status", "neck-turn").output
    assert "unsigned" in shown
    assert "Too far." in shown
    path = content / "exercises.yaml"
    text = path.read_text(encoding="utf-8").replace("your sight blurs", "you see less", 1)
    path.write_text(text, encoding="utf-8")
    run(content, "sign", *SILVA, "neck-turn")
    assert 'no: "Too far."' in (content / "signoff.yaml").read_text(encoding="utf-8")
    assert (
        "No from Dr A. Jones, GP, on"
        in run(content, "review", "--by", "C", "--role", "GP", "neck-turn", typed="q\n").output
    )


@pytest.mark.slow
def test_a_no_is_not_signed_over_in_silence(content: Path) -> None:
    """Who said no signs the same words by a word of their own only, however their name is spelt."""
    run(
        content, "review", "--by", "Dr A. Jones", "--role", "GP", "neck-turn", typed="n\nToo far.\n"
    )
    again = ("sign", "--by", "a jones", "--role", "GP", "neck-turn")
    refused = run(content, *again)
    assert refused.exit_code == 2
    assert "you said no to `neck-turn`" in refused.stderr
    assert "Too far." in refused.stderr
    assert open_signoff(content).signature("neck-turn").standing is Standing.UNSIGNED
    assert "neck-turn" not in open_signoff(content).for_person("A. Jones", ask("neck").date, ())
    assert run(content, *again, "--after-my-no").exit_code == 0
    signature = open_signoff(content).signature("neck-turn")
    assert (signature.standing, len(signature.approvals)) == (Standing.SIGNED, 1)
    assert signature.refusals


@pytest.mark.slow
def test_a_review_asks_twice_for_a_yes_after_a_no(content: Path) -> None:
    """In a review the earlier no is shown, and a yes is asked for again."""
    words = ("review", "--by", "Dr A. Jones", "--role", "GP", "--all", "neck-turn")
    run(content, *words, typed="n\nToo far.\n")
    done = run(content, *words, typed="y\nn\n")
    assert "You said no on" in done.output
    assert open_signoff(content).signature("neck-turn").standing is Standing.UNSIGNED
    run(content, *words, typed="y\ny\n")
    assert open_signoff(content).signature("neck-turn").standing is Standing.SIGNED


def test_a_no_takes_away_ones_own_yes_alone(content: Path) -> None:
    """Another's approval of the same words stays."""
    run(content, "sign", *SILVA, "neck-turn")
    run(content, "sign", *JONES, "neck-turn")
    run(content, "review", "--by", "Dr A. Jones", "--role", "GP", "--all", "neck-turn",
        typed="n\nToo far.\n")  # fmt: skip
    assert [one.by for one in open_signoff(content).signature("neck-turn").approvals] == [
        "B. Silva"
    ]


# ------------------------------------------------------------------ nothing is signed unseen
@pytest.mark.parametrize("blocks", [(), ("*",), ("flag:*", "neck-turn"), ("neck-tur?",)])
def test_without_a_terminal_nothing_is_signed_unseen(
    content: Path, blocks: tuple[str, ...]
) -> None:
    """What is not named in full is not signed by a script, and no record appears."""
    done = run(content, "sign", *CAT, *blocks)
    assert done.exit_code == 2
    assert "would be signed unseen" in done.stderr
    assert not (content / "signoff.yaml").exists()


@pytest.mark.parametrize(("answer", "signed"), [("y", True), ("n", False)])
def test_at_a_terminal_each_block_is_named_before_it_is_signed(
    content: Path, answer: str, *, signed: bool
) -> None:
    """A pattern is written out, and asked about."""
    question = f"Sign these 4 blocks in {content}/signoff.yaml without looking at them? [y/N]: "
    words = ("sign", "--content", str(content), *SILVA, "place:*")
    shown = run_on_terminal(ROOT, *words, answers={question: answer})
    for place in publisher().library.places:
        assert f"place:{place}" in shown
    assert (content / "signoff.yaml").exists() is signed, shown


# ------------------------------------------------------------------ in what role
@pytest.mark.parametrize("role", ["cat", "pharmacyst", "the NHS", "safe for everybody"])
def test_a_role_is_one_of_a_closed_list(content: Path, role: str) -> None:
    """Leaflets name the role of who approved: without a roll it is one that the program knows."""
    done = run(content, "sign", "--by", "Cat", "--role", role, "--date", DAY, "neck-turn")
    assert done.exit_code == 2
    assert f"unknown role `{role}`" in done.stderr
    assert "reviewers:" in done.stderr
    assert not (content / "signoff.yaml").exists()
    assert run(content, "review", "--by", "Cat", "--role", role).exit_code == 2


def test_a_role_is_written_as_the_list_has_it(content: Path) -> None:
    """Capitals and blanks make no other role."""
    done = run(content, "sign", "--by", "Cat", "--role", " gp ", "--date", DAY, "neck-turn")
    assert done.exit_code == 0, done.stderr
    assert 'role: "GP"' in (content / "signoff.yaml").read_text("utf-8")
