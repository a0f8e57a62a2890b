"""What a clinician adds by hand: a note, exercises with another dosage, and presets."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handouts.cli.app import main
from handouts.content.blocks import Dosage, ExerciseBody
from handouts.content.list_form import ListForm
from handouts.content.look import LookOptions
from handouts.content.profile import Preset
from handouts.content.typed_text import cleaned
from handouts.errors import HandoutsError
from handouts.governance.presets import with_preset, without_preset
from handouts.pipeline import prepare, typeset
from handouts.render.pdf.graphics import MM
from handouts.render.text import render_text
from handouts.selection.dose import apply_dose, dose_faults, read_dose
from handouts.selection.request import Request
from tests.conftest import Golden, Validate
from tests.support.faults import all_faults
from tests.support.leaflets import (
    ask,
    folded,
    golden_text,
    joined,
    leaflet,
    pdf,
    publisher,
    structure,
)
from tests.support.readback import outline, read_contents
from tests.support.services import NOTE, NOTED

LONG_NOTE = ("Rest is fine, work can wait. " * 30)[:600].strip()
CASES = {
    "by hand": NOTED,
    "long note, many flags": ask(
        "neck", "acute", "gi-ulcer", "asthma", "kidney-disease", note=LONG_NOTE
    ),
    "long note, letter": ask("thoracic", "chronic", screened=False, paper="letter", note=LONG_NOTE),
    "long note, under 18": ask("lumbar", "acute", "under-18", note=LONG_NOTE),
}
each_case = pytest.mark.parametrize("request_", CASES.values(), ids=CASES)


@pytest.fixture(autouse=True)
def _apart(warm_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, away from the caller's settings."""
    monkeypatch.chdir(warm_cache.parent)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(warm_cache.parent / "settings"))
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)


def run(*words: str, typed: str | None = None) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words), input=typed)


def made(*words: str) -> str:
    """Give a leaflet as text, as the command makes it."""
    result = run("make", *words, "--format", "text", "-o", "-")
    assert result.exit_code == 0, result.output
    return result.stdout


# ------------------------------------------------------------------ the note
@pytest.mark.sample(4)
@each_case
def test_a_note_leaves_the_emergency_box_on_page_1(request_: Request) -> None:
    """However long it is, the note stands below the box; the box opens on the first page."""
    first, *rest = outline(pdf(request_).content)[1:]
    assert (first.title.replace("\u00a0", " "), first.page) == ("Call 999 now if:", 1)
    assert "From your clinician" in [one.title.replace("\u00a0", " ") for one in rest]


@pytest.mark.parametrize(
    ("size", "paper"), [("12", "a4"), ("16", "a4"), ("18", "letter"), ("12", "a5")]
)
def test_a_note_keeps_clear_of_the_edge_of_its_box(size: str, paper: str) -> None:
    """In every format the words stand well inside the box, head and note on one line down."""
    request = ask("neck", "acute", note="Zebra crossing.", size=size, paper=paper)
    runs = [run for page in read_contents(pdf(request).content)
            for shown in page.runs.values() for run in shown]  # fmt: skip
    left = min(run.x for run in runs)
    starts = {run.x for run in runs if run.text.startswith(("From your clini", "Zebra"))}
    assert len(starts) == 1
    assert starts.pop() - left >= 3 * MM


@pytest.mark.sample(4)
@each_case
def test_nothing_stands_in_the_way_of_a_reader(request_: Request) -> None:
    """Marks, structure, text, fonts, footers and bookmarks are free of faults."""
    assert all_faults(pdf(request_).content) == ()


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_accepts_leaflets_made_by_hand(verapdf: Validate, tmp_path: Path) -> None:
    """The reference validator finds no broken rule of PDF/UA-1 in any of them."""
    paths = [tmp_path / f"{number}.pdf" for number, _ in enumerate(CASES)]
    for path, request in zip(paths, CASES.values(), strict=True):
        path.write_bytes(pdf(request).content)
    verapdf(paths)


def request_refusal(note: str) -> str:
    """Give the message with which the words of a note are refused; empty when they are not."""
    try:
        ask("neck", note=note)
    except HandoutsError as error:
        return str(error)
    return ""


def refusal(note: str) -> str:
    """Give the message with which a note is refused; empty when it prints."""
    try:
        pdf(ask("neck", "acute", "under-18", note=note))
    except HandoutsError as error:
        return str(error)
    return ""


PRINTABLE = st.text(st.characters(codec="utf-8"), max_size=620)


@pytest.mark.slow
@given(PRINTABLE)
@example(NOTE)
@example(LONG_NOTE)
def test_any_note_prints_as_typed_or_is_refused(note: str) -> None:
    """The words of a note are in the leaflet as typed, but for what is documented, or refused.

    White space is folded, what shows nothing is dropped, and a look-alike is the usual letter.
    """
    if refused := request_refusal(note):
        assert "the note" in refused
        return
    request = ask("neck", note=note)
    text = folded(render_text(leaflet(request), width=10_000))
    assert folded(cleaned(note)) in text


@pytest.mark.slow
@settings(max_examples=60)
@given(st.text(st.sampled_from("aWé–’€&<{*% \n李\u200b\t"), max_size=60))
def test_any_note_is_set_as_typed_or_refused(note: str) -> None:
    """What shows of a note stands in the PDF; a letter or word that cannot be set is an error."""
    if refused := refusal(note):
        assert re.search(r"note|character", refused)
        return
    read = folded(structure(ask("neck", "acute", "under-18", note=note)).text)
    assert folded(cleaned(note).strip().partition("\n")[0]) in read


def test_a_note_and_a_name_prevent_no_leaflet_and_meet_no_rule() -> None:
    """A note of the clinician neither breaks a rule of safety nor stands for a lost sentence."""
    note = "paracetamol (acetaminophen) acetaminophen {open} **"
    assert note in joined(prepare(publisher(), ask("neck", note=note)))


def test_a_note_may_come_from_a_file() -> None:
    """A file or standard input gives the same note as the option."""
    Path("note.txt").write_text(NOTE, encoding="utf-8")
    text = made("--region", "neck", "--note", NOTE)
    assert made("--region", "neck", "--note-file", "note.txt") == text
    words = ("make", "--region", "neck", "--format", "text", "-o", "-", "--note-file", "-")
    assert run(*words, typed=NOTE).stdout == text


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--note", "a" * 601), "the note has 601 characters\n  hint: at most 600"),
        (("--note", "a\nb\u202e"), "character 2 of line 2 of the note may not be printed: U+202E"),
        (("--note-file", "none.txt"), "cannot read the note in `none.txt`: no such file"),
        (("--note-file", "odd.txt"), "the note in `odd.txt` is not UTF-8 text"),
        (("--note-file", "big.txt"), "`big.txt` is too long for a note"),
        (("--note", "a", "--note-file", "odd.txt"), "--note and --note-file cannot go together"),
        (
            ("--note", "a 😀"),
            "character 3 of the note is in no typeface here: U+1F600 GRINNING FACE",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_note_that_cannot_print_is_refused(words: tuple[str, ...], message: str) -> None:
    """The message says what is wrong; nothing is written, and the note is not repeated."""
    Path("odd.txt").write_bytes(b"\xff")
    Path("big.txt").write_bytes(b"a " * 6000)
    result = run("make", "--region", "neck", *words)
    assert result.exit_code in {2, 4}
    assert message in result.stderr
    assert not Path("output").exists()


def test_a_note_is_on_the_page_and_nowhere_else(tmp_path: Path) -> None:
    """No file name, cache, message or metadata holds a word of it."""
    result = run("make", "--region", "neck", "--note", "Zebedee Quixote", "--name", "Ana Quux")
    assert result.exit_code == 0, result.output
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "Zebedee" not in result.output + str(kept)
    assert not [path for path in kept if b"Zebedee" in path.read_bytes()]


# ------------------------------------------------------------------ doses
DOSAGE = Dosage(hold_seconds=(5, 5), repetitions=(5, 10), per_day=(2, 3))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("5x3", {"repetitions": 5, "per_day": 3}),
        ("5×3", {"repetitions": 5, "per_day": 3}),
        ("8", {"repetitions": 8}),
        ("5x3x10s", {"repetitions": 5, "per_day": 3, "hold_seconds": 10}),
        ("5 x 10s", {"repetitions": 5, "hold_seconds": 10}),
        ("5x2x1breath", {"repetitions": 5, "per_day": 2, "hold_breaths": 1}),
        ("10minx3", {"minutes": 10, "per_day": 3}),
        ("five", None), ("", None), ("5x", None), ("-5x3", None), ("5x3x10", None), ("1.5x3", None),
    ],
)  # fmt: skip
def test_a_dose_is_read_as_people_write_it(text: str, numbers: dict[str, int] | None) -> None:
    """Times, times a day, and how long to hold; anything else is no dose."""
    dose = read_dose(text)
    assert (dict(dose.given()) if dose else None) == numbers


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_no_dose_goes_above_what_is_printed(times: int, per_day: int, hold: int) -> None:
    """A number prints only from 1 up to the most that the printed dosage has."""
    dose = read_dose(f"{times}x{per_day}x{hold}s")
    assert dose
    fits = 1 <= times <= 10 and 1 <= per_day <= 3 and 1 <= hold <= 5
    assert (not list(dose_faults("x", DOSAGE, dose))) == fits
    assert apply_dose(DOSAGE, dose).repetitions == (times, times)


def test_exercises_print_in_the_order_given_with_their_dose() -> None:
    """The first one given is card 1, and the numbers of the dose are on its card."""
    text = made("--region", "neck", "--status", "chronic", "--screened", "--exercise", "chin-tuck",
                "--exercise", "neck-turn", "--dose", "neck-turn=5x2x3s")  # fmt: skip
    cards = re.findall(r"### (\d\. .*)", text)
    assert cards == ["1. Slide your chin back", "2. Turn your head"]
    last = text.partition("### 2.")[2]
    assert re.search(r"Hold for 3 seconds\n- 5 times each side\n- 2 times a day\n", last)


@pytest.mark.parametrize("dose", ["neck-press=3x1x2s", "shoulder-shrug=5x3x1s"])
def test_no_step_has_a_number_beside_the_dose(dose: str) -> None:
    """A shorter hold stands on the card alone: no step still says the usual seconds."""
    name = dose.partition("=")[0]
    text = made("--region", "neck", "--status", "chronic", "--screened",
                "--exercise", name, "--dose", dose)  # fmt: skip
    card = text.split("### 1.")[1].split("Stop if")[0]
    assert re.findall(r"\d+ second|to \d", card) == [f"{dose.rpartition('x')[2][:-1]} second"]


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--dose", "neck-turn=11x3"), "the dose of `neck-turn`: 11 times is not between 1 and 10"),
        (
            ("--dose", "neck-turn=5x5"),
            "the dose of `neck-turn`: 5 times a day is not between 1 and 4",
        ),
        (
            ("--dose", "neck-turn=5x3x1s"),
            "the dose of `neck-turn`: this exercise has no hold in seconds",
        ),
        (("--dose", "neck-turn=5 times"), "`neck-turn=5 times` is not a dose"),
        (("--dose", "neck-trun=5x3"), "unknown exercise `neck-trun`"),
        (
            ("--dose", "bridge=5x1"),
            (
                "`bridge` has a dose but is not printed: not for acute pain\n"
                "  hint: leave out --dose bridge=…"
            ),
        ),
        (
            ("--exercise", "bridge", "--exercise", "neck-press", "--flag", "vertigo"),
            (
                "exercise `bridge` cannot be given: not for acute pain\n"
                "  hint: for neck, acute these can be given here: "
            ),
        ),
        (
            ("--exercise", "neck-turn", "--flag", "inflammatory-arthritis"),
            "exercise `neck-turn` cannot be given: not with inflammatory-arthritis",
        ),
        (
            ("--exercise", "neck-turn", "--flag", "under-18"),
            "exercise `neck-turn` cannot be given: not with under-18",
        ),
        (("--diary", "--flag", "under-18"), "this leaflet has no diary: flag under-18"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_safe_by_hand_is_refused(words: tuple[str, ...], message: str) -> None:
    """A dose above its limits, or an exercise that a flag forbids, gives a reason."""
    result = run("make", "--region", "neck", "--screened", *words)
    assert result.exit_code in {2, 4}
    assert message in result.stderr


def test_an_exercise_that_needs_questions_says_so() -> None:
    """The way on is named where it is one: --screened, and not against a flag that was given."""
    words, hint = ("make", "--region", "neck", "--exercise"), "--screened says that you asked"
    result = run(*words, "neck-press", "--status", "chronic")
    assert result.exit_code == 4
    assert hint in result.stderr
    assert hint not in run(*words, "neck-turn", "--flag", "under-18").stderr


def test_every_exercise_can_be_given_as_printed() -> None:
    """The upper numbers of each printed dosage are a dose within its limits."""
    for block in publisher().library.blocks:
        if isinstance(block.body, ExerciseBody):
            for dosage in block.body.dosage.values():
                amount = dosage.minutes or dosage.repetitions
                assert amount
                dose = read_dose(f"{amount[1]}{'min' if dosage.minutes else ''}")
                assert dose
                assert list(dose_faults(block.id, dosage, dose)) == []


# ------------------------------------------------------------------ presets
SERVICE = """\
# Our clinic
name: Riverside Physiotherapy   # as on the door

presets:
  # for the Monday clinic
  plain-neck:
    region: neck  # the usual

  # the end
hours_note: x
""".replace("hours_note: x\n", "paper: a4\n")
PRESETS = st.builds(
    Preset,
    region=st.sampled_from(["", "neck", "lumbar"]),
    status=st.sampled_from(["", "acute", "chronic"]),
    flags=st.lists(st.sampled_from(["asthma", "gi-ulcer"]), unique=True).map(tuple),
    look=st.builds(
        LookOptions,
        paper=st.sampled_from(["", "letter"]),
        size=st.sampled_from(["", "18"]),
        mono=st.booleans(),
    ),
    doses=st.sampled_from([(), ("neck-turn=5x3",)]),
    form=st.builds(
        ListForm,
        sheet=st.sampled_from(["", "Mon: 30 #1", "yes", "12", 'a "b" \\ c']),
        head=st.sampled_from([0, 4]),
        columns=st.sampled_from([(), (("region", "Body Part"), ("name", "A & B"))]),
        ignored=st.sampled_from([(), ("null", "NHS No.")]),
    ),
).filter(lambda one: one != Preset())
FILES = ("", "name: R", "# c\r\nname: R\r\n", SERVICE, "presets:\nname: R\n", SERVICE[:-10])


@given(st.sampled_from(FILES), st.sampled_from(["a", "plain-neck"]), PRESETS, PRESETS)
def test_saving_and_removing_a_preset_changes_its_lines_only(
    text: str, name: str, one: Preset, other: Preset
) -> None:
    """Saved, saved again and removed, every other line, comment and line end is as it was."""
    saved = with_preset(with_preset(text, name, other, "f"), name, one, "f")
    assert with_preset(text, name, one, "f") == saved
    kept = saved.splitlines()
    own = {"  plain-neck:", "    region: neck  # the usual"} if name == "plain-neck" else set()
    assert [line for line in text.splitlines() if line not in kept and line not in own] == []
    assert saved.count("\r\n") in {0, saved.count("\n")}
    removed = without_preset(saved, name, "f").splitlines()
    assert removed == [line for line in text.splitlines() if line not in own] + (
        [] if "presets:" in text else ["presets:"]
    )


def test_a_preset_is_saved_used_listed_and_removed() -> None:
    """From the command line the file keeps its comments and mode; the preset makes a leaflet."""
    Path("service.yaml").write_text(SERVICE, encoding="utf-8")
    Path("service.yaml").chmod(0o664)
    words = ("--region", "lumbar", "--flag", "asthma", "--exercise", "pelvic-tilt")
    result = run("preset", "save", "acute-back", *words)
    assert result.stdout == f"{Path.cwd()}/service.yaml\n"
    assert run("preset", "list").stdout == (
        "plain-neck: --region neck\n"
        "acute-back: --region lumbar --flag asthma --exercise pelvic-tilt\n"
    )
    assert made("--preset", "acute-back", "--screened") == made(*words, "--screened")
    assert run("preset", "save", "acute-back", *words).exit_code == 2
    assert run("preset", "save", "acute-back", "--region", "neck", "--replace").exit_code == 0
    assert run("preset", "remove", "acute-back").exit_code == 0
    assert Path("service.yaml").read_text(encoding="utf-8") == SERVICE
    assert Path("service.yaml").stat().st_mode & 0o777 == 0o664


def test_a_preset_is_saved_where_it_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into the profile in use, else one's own; `--to` another, which may hide no whole profile."""
    own, shared = tmp_path / "own", tmp_path / "shared"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(shared))
    neck = ("--region", "neck")
    saved = run("preset", "save", "a", *neck)
    assert saved.stdout == f"{own}/handouts/service.yaml\n"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run("preset", "list").stdout == "a: --region neck\n"
    Path("service.yaml").write_text("name: R\n", encoding="utf-8")
    here = run("preset", "save", "b", *neck)
    assert here.stdout == f"{Path.cwd()}/service.yaml\n"
    assert "used in this folder only" in here.stderr
    there = run("preset", "save", "c", *neck, "--to", str(own / "handouts"))
    assert "that file is not used here" in there.stderr
    again = run("preset", "save", "c", *neck, "--to", str(own / "handouts"))
    assert f"a preset `c` already exists in `{own}/handouts/service.yaml`" in again.stderr
    Path("service.yaml").unlink()
    (shared / "handouts").mkdir(parents=True)
    (own / "handouts" / "service.yaml").rename(shared / "handouts" / "service.yaml")
    hiding = run("preset", "save", "d", *neck, "--to", "service.yaml")
    assert hiding.exit_code == 2
    assert "`service.yaml` would take the place of" in hiding.stderr
    monkeypatch.setenv("HANDOUTS_SERVICE", "")
    nowhere = run("preset", "save", "d", *neck)
    assert nowhere.exit_code == 2
    assert "unset HANDOUTS_SERVICE" in nowhere.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (
            ("--edition", "full", "--size", "16", "--mono", "--duplex", "--diary"),
            "--edition full --size 16 --mono --duplex --diary",
        ),
        (("--card",), "--card"),
        (("--large-print", "--paper", "letter"), "--paper letter --size 18"),
        (("--booklet", "--paper", "a4"), "--paper a4 --booklet"),
        (("--edition", "standard"), "--edition standard"),
    ],
)
def test_a_preset_keeps_how_the_leaflet_looks(words: tuple[str, ...], kept: str) -> None:
    """The PDF of a preset is, byte for byte, that of the options it was saved with."""
    usual = ("--region", "neck", "--date", "2026-11-22", "--screened")
    assert run("preset", "save", "p", *usual[:2], *words).exit_code == 0
    assert run("preset", "list").stdout == f"p: --region neck {kept}\n"
    for file, chosen in (("a.pdf", ("--preset", "p")), ("b.pdf", (*usual[:2], *words))):
        assert run("make", *chosen, *usual[2:], "-o", file).exit_code == 0
    assert Path("a.pdf").read_bytes() == Path("b.pdf").read_bytes()


def test_an_option_changes_the_size_of_a_preset() -> None:
    """A size that is typed stands in place of the preset's, as a number or as large print."""
    run("preset", "save", "p", "--region", "neck", "--size", "16", "--mono")
    for typed in (("--size", "12"), ("--large-print",)):
        assert made("--preset", "p", *typed) == made("--region", "neck", "--mono", *typed)


def test_options_change_and_add_to_a_preset() -> None:
    """An option goes before the preset's; flags of both count, and exercises are replaced."""
    run("preset", "save", "p", "--region", "neck", "--status", "chronic", "--flag", "asthma",
        "--exercise", "neck-turn", "--dose", "neck-turn=5x2")  # fmt: skip
    more = ("--flag", "gi-ulcer", "--screened", "--exercise", "chin-tuck", "--status", "acute")
    both = ("--region", "neck", "--flag", "asthma", *more)
    assert made("--preset", "p", *more) == made(*both)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("presets: {p: {region: nek}}", "service.yaml:1: presets.p.region: unknown region `nek`"),
        (
            "presets:\n  p:\n    flags: [asthma, x]",
            "service.yaml:3: presets.p.flags[1]: unknown flag",
        ),
        (
            "presets:\n  p:\n    screened: true",
            "service.yaml:3: presets.p: a preset cannot contain",
        ),
        ("presets:\n  p:\n    colour: red", "service.yaml:3: presets.p: unknown key `colour`"),
        (
            "presets:\n  p:\n    doses: [neck-turn=x]",
            "service.yaml:3: presets.p: `neck-turn=x` is not",
        ),
        ("presets:\n  p:\n    exercises: [curl-up]", "presets.p: `curl-up` is held back"),
        ("presets:\n  P:\n    region: neck", "service.yaml:3: presets.P: `P` is not a valid name"),
        ("presets:\n  p:\n", "service.yaml:2: presets: the preset `p` is empty"),
        (
            "presets:\n  p:\n    flags: [under-18, age-65-plus]",
            "service.yaml:3: presets.p: `age-65-plus` cannot go with `under-18`",
        ),
        ("presets:\n  p:\n    size: 17", "service.yaml:3: presets.p.size: unknown size `17`"),
        (
            "presets:\n  p:\n    region: neck\n    mono: grey",
            "service.yaml:4: presets.p.mono: expected true or false, got `grey`",
        ),
        (
            "presets:\n  p:\n    region: neck\n    large-print: true",
            "service.yaml:4: presets.p.large-print: a preset has no `large-print`",
        ),
        (
            "presets:\n  p:\n    columns: [region=A, foo=B]",
            "service.yaml:3: presets.p.columns: there is no column `foo` of ours",
        ),
        (
            "presets:\n  p:\n    columns: [region]",
            "service.yaml:3: presets.p.columns[0]: 'region' does not say which column is meant",
        ),
        ("presets:\n  p:\n    head: 0", "service.yaml:3: presets.p.head: no header is in row 0"),
        (
            "presets:\n  p:\n    encoding: nope",
            "service.yaml:3: presets.p.encoding: unknown encoding `nope`",
        ),
        (
            "presets:\n  p:\n    any-date: true",
            "service.yaml:3: presets.p.any-date: a preset cannot contain `any-date`",
        ),
        (
            "presets:\n  p:\n    booklet: true\n    size: 18",
            "service.yaml:3: presets.p: 18 pt type does not fit a booklet",
        ),
    ],
)
def test_a_wrong_preset_is_named_with_its_line(text: str, message: str) -> None:
    """What is not in the vocabulary, or belongs to one patient, is an error of the profile."""
    Path("service.yaml").write_text(text, encoding="utf-8")
    result = run("make", "--region", "neck")
    assert result.exit_code == 3
    assert message in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("make", "--preset", "plain-nek"),
            "unknown preset `plain-nek`\n  hint: did you mean `plain-",
        ),
        (("preset", "save", "q", "--region", "nek"), "error: unknown region `nek`"),
        (("preset", "save", "q", "--screened", "--region", "neck"), "cannot contain --screened"),
        (("preset", "save", "q", "--name", "Ana", "--region", "neck"), "cannot contain --name"),
        (
            ("preset", "save", "q", "--region", "neck", "--size", "16", "--large-print"),
            "--large-print is 18 pt, and --size says 16",
        ),
        (
            ("preset", "save", "q", "--booklet", "--size", "18"),
            "error: 18 pt type does not fit a booklet",
        ),
        (("preset", "save", "q", "--mono", "--language", "fr"), "unknown language `fr`"),
        (("preset", "save", "q", "--any-date"), "a preset cannot contain --any-date"),
        (("preset", "save", "q", "--name-ids"), "a preset cannot contain --name-ids"),
        (("preset", "save", "q", "--column", "foo=Bar"), "there is no column `foo` of ours"),
        (("preset", "save", "q", "--encoding", "nope"), "unknown encoding `nope`"),
        (("preset", "save", "q"), "nothing to save\n  hint: give a --region or a --flag"),
        (("preset", "remove", "q"), "unknown preset `q`"),
    ],
)
def test_a_preset_that_cannot_be_is_refused(words: tuple[str, ...], message: str) -> None:
    """A misspelt word, or what belongs to one patient, changes nothing in the file."""
    Path("service.yaml").write_text(SERVICE, encoding="utf-8")
    result = run(*words)
    assert result.exit_code in {2, 3}
    assert message in result.stderr
    assert Path("service.yaml").read_text(encoding="utf-8") == SERVICE


LIST = ("--column", "region=Body Part", "--column", "name=Fore Sur", "--ignore", "DOB")


def test_a_preset_keeps_how_a_list_is_read() -> None:
    """A list that is read with the options of a preset is read as with the options themselves."""
    rows = "Title\nclinic,room\nDOB,Fore,Sur,Body Part,Pain\n1950,Zoë,Smith,Neck,asthma\n"
    Path("list.csv").write_bytes(rows.encode("cp1250"))
    Path("service.yaml").write_text(SERVICE, encoding="utf-8")
    words = (*LIST, "--head", "3", "--encoding", "cp1250", "--column", "flags=Pain")
    assert run("preset", "save", "monday", *words).exit_code == 0
    kept = "--head 3 --column 'region=Body Part' --column 'name=Fore Sur' --column flags=Pain"
    shown = f"{kept} --ignore DOB --encoding cp1250"
    assert run("preset", "list").stdout.endswith(f"monday: {shown}\n")
    typed = run("batch", "list.csv", "--dry-run", *words)
    saved = run("batch", "list.csv", "--dry-run", "--preset", "monday")
    assert typed.exit_code == saved.exit_code == 0
    said = "columns: region from `Body Part`, name from `Fore` + `Sur`, flags from `Pain`; left out"
    assert said in saved.stderr
    told = f"preset `monday` on how the list is read: {shown}\n"
    assert saved.stderr.startswith(told)
    assert [*map(_steady, typed.output.splitlines())] == [
        *map(_steady, saved.output.removeprefix(told).splitlines())
    ]


def _steady(line: str) -> str:
    return re.sub(r"\d+ a second", "", line)


def test_what_is_typed_of_a_list_goes_before_the_preset() -> None:
    """What is typed stands in place of what the preset says; left out are columns of both."""
    Path("list.csv").write_text(
        "Body Part,DOB,Fore,Sur,Site,x\nback,1950,Zoe,Smith,neck,y\n", encoding="utf-8"
    )
    assert run("preset", "save", "monday", *LIST, "--head", "3").exit_code == 0
    words = ("--head", "1", "--column", "region=Site", "--ignore", "x", "--ignore", "body part")
    result = run("batch", "list.csv", "--dry-run", "--preset", "monday", *words)
    assert result.exit_code == 0, result.output
    assert "columns: name from `Fore` + `Sur`, region from `Site`; left out" in result.stderr


def test_an_unknown_preset_stops_the_whole_list() -> None:
    """Nobody can say how the list is to be read, so no row is."""
    Path("list.csv").write_text("region\nneck\n", encoding="utf-8")
    result = run("batch", "list.csv", "--dry-run", "--preset", "mondy")
    assert result.exit_code == 2
    assert "unknown preset `mondy`" in result.stderr
    assert "row" not in result.stderr


def test_presets_in_braces_are_left_to_their_author() -> None:
    """A file that cannot be edited line by line is not edited, and the message says what to do."""
    Path("service.yaml").write_text("presets: {p: {region: neck}}\n", encoding="utf-8")
    result = run("preset", "save", "q", "--region", "neck")
    assert result.exit_code == 3
    assert "service.yaml:1: the presets are written in braces" in result.stderr


def test_the_structure_is_as_reviewed(golden: Golden) -> None:
    """Roles and words of a leaflet made by hand are those that a person has read."""
    golden("by-hand", golden_text(structure(NOTED)))
    assert typeset(publisher(), leaflet(NOTED)).content == pdf(NOTED).content
