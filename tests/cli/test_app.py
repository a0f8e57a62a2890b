"""The command line: what it writes, what it says on which stream, and how it ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdf
import pytest
from click.testing import CliRunner, Result

from handouts import pipeline
from handouts.cli.app import main
from handouts.content.load import load_library
from handouts.content.program_mark import standing_of, wheel_version
from handouts.content.vocabulary import USUAL_EDITION
from handouts.selection.dose import EXAMPLES
from handouts.system.terminal import REMINDER
from tests.authoring.ankle import ankle_content
from tests.support import processes
from tests.support.processes import DEADLINE
from tests.support.short_check import shorten_check

ROOT = Path(__file__).parents[2]
FLAGS = len(load_library().asked_flags)
DAY = ("--date", "2026-11-22")
NECK = ("make", "--region", "neck", *DAY)
HANDOUT = (sys.executable, "-W", "error", "-m", "handouts")
SETTINGS = frozenset(
    {"PYTHONPATH", "HANDOUTS_CACHE", "HANDOUTS_CONTENT", "HANDOUTS_DEBUG", "HANDOUTS_SERVICE"}
)
NAME = "<b>O'Neil & Söns</b> {{ 7*7 }}"
HEAVY = ("reportlab", "jinja2", "uharfbuzz")

BOLD = "fonts/HandoutsHyperlegible-700Bold.ttf"
BEFORE = "--log stands before the command: handout --log … make …"
FULL = "\n  hint: free some space, or choose another place"
AGAIN = "\n  hint: type it again without that, on one line"
OPTIONS = "\n  hint: `handout make --help` shows the options, with examples"

Edit = Callable[[Path], int]
"""Changes one file of a folder, and gives the line of the change."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm_cache: Path) -> Path:
    """Run every test in a folder of its own, away from the caller's settings."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HANDOUTS_CACHE", str(warm_cache))
    return folder


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Give a copy of the content to break."""
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Give a copy of the whole program to break."""
    folder = tmp_path / "program"
    for name in ("handouts", "content", "templates", "fonts"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def run(*words: str) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words))


def start(
    *words: str, folder: Path | None = None, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process of its own."""
    return subprocess.run(
        [*HANDOUT, *words],
        cwd=folder,
        env=os.environ | dict(settings or {}),
        capture_output=True,
        check=False,
    )


def edit(old: str, new: str, name: str) -> Edit:
    """Give a change to one file of a folder, which must hold the old words."""

    def change(folder: Path) -> int:
        text = (folder / name).read_text(encoding="utf-8")
        before, _, after = text.partition(old)
        assert before != text
        (folder / name).write_text(before + new + after, encoding="utf-8")
        return before.count("\n") + 1

    return change


def no_text(name: str) -> Edit:
    """Give a change that makes the second line of a file no text."""

    def change(folder: Path) -> int:
        (folder / name).write_bytes(b"flag,heat\n\xff")
        return 2

    return change


def remove(name: str) -> Edit:
    """Give a change that removes a file."""

    def change(folder: Path) -> int:
        (folder / name).unlink()
        return 1

    return change


def failed(result: Result, code: int) -> str:
    """Check that a run ended with this code, wrote no file and no traceback; give its message."""
    assert result.exit_code == code, result.output
    assert not result.stdout
    assert not [path for path in Path.cwd().rglob("*") if path.is_file()]
    assert "Traceback" not in result.stderr
    return result.stderr


# ------------------------------------------------------------------ make
def test_make_writes_a_private_numbered_file_and_prints_its_path(here: Path) -> None:
    """By default output/ is made, the name tells of no patient, and stdout is the path alone."""
    results = [run(*NECK, "--name", "Ana Silva", "--flag", "asthma") for _ in range(2)]
    names = [here / "output" / f"neck-acute-2026-11-22-0{n}.pdf" for n in (1, 2)]
    assert [result.stdout for result in results] == [f"{name}\n" for name in names]
    assert [path.stat().st_mode & 0o777 for path in (*names, here / "output")] == [
        0o600,
        0o600,
        0o700,
    ]
    with pypdf.PdfReader(names[0]) as pdf:
        sides = len(pdf.pages)
    assert results[0].stderr == (
        "Neck: new pain (the first 12 weeks), as no status was given\n"
        "facts: asthma, no known reaction to painkillers\n"
        f"not asked about {FLAGS - 1} other facts\n"
        f"United Kingdom, a4, {USUAL_EDITION} edition: {sides} sides\n{REMINDER}\n"
    )
    assert names[0].read_bytes() == names[1].read_bytes()


@pytest.mark.parametrize(("kind", "suffix"), [("html", "html"), ("text", "txt")])
def test_every_format_has_its_suffix(here: Path, kind: str, suffix: str) -> None:
    """Without a file name, each format gets its own, and only a PDF has sides."""
    result = run(*NECK, "--format", kind)
    assert result.stdout == f"{here}/output/neck-acute-2026-11-22-01.{suffix}\n"
    assert result.stderr == (
        "Neck: new pain (the first 12 weeks), as no status was given\n"
        f"no facts given; not asked about {FLAGS}\n"
        f"United Kingdom, a4, {USUAL_EDITION} edition\n{REMINDER}\n"
    )


def test_another_file_is_replaced_only_by_force(here: Path) -> None:
    """With -o a file that holds something else stays, but for --force; the same bytes are fine."""
    Path("a.pdf").write_bytes(b"old")
    for _ in range(2):
        result = run(*NECK, "-o", "a.pdf")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "`a.pdf` is there already, and is not the same" in result.stderr
        assert Path("a.pdf").read_bytes() == b"old"
    assert run(*NECK, "-o", "a.pdf", "--force").exit_code == 0
    result = run(*NECK, "-o", "a.pdf")
    assert result.stdout == f"{here}/a.pdf\n"
    assert Path("a.pdf").read_bytes().startswith(b"%PDF-")
    assert [path.name for path in here.iterdir()] == ["a.pdf"]


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("kind", "head"), [("pdf", b"%PDF-"), ("html", b"<!DOCTYPE html>\n"), ("text", b"DRAFT: ")]
)
def test_a_dash_writes_only_the_bytes_to_stdout(here: Path, kind: str, head: bytes) -> None:
    """With -o - stdout is the leaflet, the same as in a file, and nothing else."""
    assert run(*NECK, "--format", kind, "-o", "a").exit_code == 0
    done = start(*NECK, "--format", kind, "-o", "-", settings={"PYTHONUNBUFFERED": "1"})
    assert done.stdout == Path("a").read_bytes()
    assert done.stdout.startswith(head)
    assert [path.name for path in here.iterdir()] == ["a"]


def test_today_is_the_date_when_none_is_given() -> None:
    """Without --date the file name has today's date, by the clinician's own calendar."""
    before = datetime.now(UTC).astimezone().date().isoformat()
    stdout = run("make", "--region", "neck", "--format", "text").stdout
    after = datetime.now(UTC).astimezone().date().isoformat()
    assert any(f"neck-acute-{day}-01.txt" in stdout for day in (before, after))


@pytest.mark.slow
@pytest.mark.sample(3)
@pytest.mark.parametrize("kind", ["pdf", "html", "text"])
def test_the_same_request_gives_the_same_bytes_everywhere(
    kind: str, tmp_path: Path, read_content: Path
) -> None:
    """Folder, locale, time zone, hash seed and the size of the terminal change no byte.

    For the PDF the content is read anew each time; the other formats take it as it was read.
    """
    words = (*NECK, "--flag", "gi-ulcer", "--name", NAME, "--format", kind, "-o", "-")
    surroundings: Sequence[Mapping[str, str]] = (
        {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "2", "COLUMNS": "20"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Pago_Pago", "PYTHONUTF8": "0"},
    )
    folders = (ROOT, tmp_path, Path("/"))
    # Each has a cache of its own or none: else the second would only repeat the first.
    caches = [
        "" if kind == "pdf" else shutil.copytree(read_content, tmp_path / str(number))
        for number in range(len(folders))
    ]
    done = [
        start(*words, folder=folder, settings={**settings, "HANDOUTS_CACHE": str(cache)})
        for folder, settings, cache in zip(folders, surroundings, caches, strict=True)
    ]
    assert {one.returncode for one in done} == {0}
    assert len({one.stdout for one in done}) == 1


# ------------------------------------------------------------------ the name
def test_a_name_prints_as_typed_in_every_format() -> None:
    """Markup, quotes and template code in a name are only letters, read back from each file."""
    for kind in ("pdf", "html", "text"):
        assert run(*NECK, "--name", NAME, "--format", kind, "-o", kind).exit_code == 0
    with pypdf.PdfReader("pdf") as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
        assert NAME in text.replace("\u00a0", " ")
    assert f"Name: {NAME}\n" in Path("text").read_text(encoding="utf-8")
    source = Path("html").read_text(encoding="utf-8")
    assert "&lt;b&gt;O&#x27;Neil &amp; Söns&lt;/b&gt; {{ 7*7 }}" in source


def test_a_name_is_on_the_page_and_nowhere_else() -> None:
    """No file name, metadata, outline, message or path holds it."""
    result = run(*NECK, "--name", "Zebedee Quixote")
    path = Path(result.stdout.strip())
    assert "Zebedee" not in result.output
    with pikepdf.open(path) as pdf:
        about = str(pdf.Root.Metadata.read_bytes()) + str(dict(pdf.docinfo.items()))
        assert "Zebedee" not in about
        assert "Zebedee" not in str([item.title for item in pdf.open_outline().root])


@pytest.mark.parametrize("name", ["Ana 😀", "佐藤 😀"])
def test_a_name_that_no_font_can_set_is_refused(name: str) -> None:
    """The message does not show the name; the other formats, which need no font, print it."""
    place = name.index("😀") + 1
    assert failed(run(*NECK, "--name", name), 4) == (
        f"error: character {place} of the name is in no typeface here: U+1F600 GRINNING FACE\n"
        "  hint: write it in other letters, or leave it out and write it by hand\n"
    )
    assert run(*NECK, "--name", name, "--format", "html").exit_code == 0


def test_the_rest_of_a_name_without_quotes_is_not_shown() -> None:
    """Words too many may be a name, so the message does not repeat them."""
    assert failed(run(*NECK, "--name", "Zebedee", "Quixote"), 2) == (
        'error: too many words; put a name in quotes: --name "…"\n'
        "  hint: `handout make --help` shows the options, with examples\n"
    )


def test_no_error_shows_the_name() -> None:
    """Whatever else is wrong, the name stays out of every message."""
    wrong = (
        ("--flag", "gi-ulcr"),
        ("--exercise", "x"),
        ("--date", "x"),
        ("-o", "/dev/null/a.pdf"),
        ("--flag", "under-18", "--flag", "age-65-plus"),
        ("--nmae", "x"),
    )
    for words in wrong:
        result = run(*NECK, "--name", "Zebedee", *words)
        assert result.exit_code in {2, 4}
        assert "Zebedee" not in result.output


# ------------------------------------------------------------------ requests that fail
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--region", "nek"), "unknown region `nek`\n  hint: did you mean `neck`?"),
        (("--status", "acut"), "unknown status `acut`\n  hint: did you mean `acute`?"),
        (
            ("--flag", "gi-ulcer,asthma"),
            (
                "unknown flag `gi-ulcer,asthma`\n"
                "  hint: give each flag its own --flag: --flag gi-ulcer --flag asthma"
            ),
        ),
        (
            ("--flag", "warfarin,pregnent"),
            (
                "unknown flag `warfarin,pregnent`\n"
                "  hint: give each flag its own --flag: --flag warfarin --flag pregnant; "
                "did you mean `pregnant` by `pregnent`?"
            ),
        ),
        (
            ("--region", "neck,lumbar"),
            (
                "unknown region `neck,lumbar`\n  hint: a leaflet has one region; for another make "
                "a second leaflet: --region neck or --region lumbar"
            ),
        ),
        (
            ("--exercise", "bridge,chin-tuk"),
            (
                "unknown exercise `bridge,chin-tuk`\n  hint: give each exercise its own "
                "--exercise: --exercise bridge --exercise chin-tuck; "
                "did you mean `chin-tuck` by `chin-tuk`?"
            ),
        ),
        (("--flag", " "), "the flag is empty\n  hint: write it, or leave out --flag"),
        (
            ("--copies", "x"),
            f"--copies takes a whole number from 1 to 99, not `x`{OPTIONS}",
        ),
        (
            ("--note", "-"),
            "the note is `-` alone\n  hint: --note-file - reads it from standard input",
        ),
        (
            ("--note-file", os.devnull),
            f"there is no note in `{os.devnull}`\n  hint: write the note, or leave --note-file out",
        ),
        (
            ("--dose", "chin-tuck"),
            f"`chin-tuck` is not a dose\n  hint: write the exercise, `=` and {EXAMPLES}",
        ),
        (
            ("--paper", "a4,a5"),
            "unknown paper `a4,a5`\n  hint: give one paper alone: a4, a5, half-letter, letter",
        ),
        (("--flag", "gi-ulcr"), "unknown flag `gi-ulcr`\n  hint: did you mean `gi-ulcer`?"),
        (
            ("--place", "fr"),
            (
                "unknown place `fr`\n  hint: known words: gb (United Kingdom), ie (Ireland), "
                "us (United States), eu (Europe)"
            ),
        ),
        (
            ("--exercise", "neck-trun"),
            "unknown exercise `neck-trun`\n  hint: did you mean `neck-turn`?",
        ),
        (("--paper", "a3"), "unknown paper `a3`\n  hint: known words: a4, a5, half-letter, letter"),
        (
            ("--date", "2026-02-30"),
            "`2026-02-30` is not a date\n  hint: write it as 2026-11-22 (year-month-day)",
        ),
        (
            ("--date", "20261122"),
            "`20261122` is not a date\n  hint: write it as 2026-11-22 (year-month-day)",
        ),
        (
            ("--date", "2026-W47-7"),
            "`2026-W47-7` is not a date\n  hint: write it as 2026-11-22 (year-month-day)",
        ),
        (("--language", "fr"), "unknown language `fr`\n  hint: only en so far"),
        (
            ("--name", "a\nb"),
            f"character 2 of the name may not be printed: U+000A, a line break{AGAIN}",
        ),
        (
            ("--format", "doc"),
            f"invalid value for '--format': 'doc' is not one of 'pdf', 'html', 'text'{OPTIONS}",
        ),
        (("--flgs", "x"), "no such option '--flgs'\n  hint: did you mean `--flags`?"),
        (
            ("--log", "x"),
            f"no such option '--log'\n  hint: {BEFORE}",
        ),
        (
            ("--content", ""),
            "--content is empty\n  hint: write it, or leave out --content",
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_word_that_cannot_be_used_is_named(words: tuple[str, ...], message: str) -> None:
    """Each wrong word has one message with a next step, and exit code 2."""
    usual = [one for one in (("--region", "neck"), DAY) if one[0] not in words]
    assert failed(run("make", *sum(usual, ()), *words), 2) == f"error: {message}\n"


def test_all_wrong_words_are_reported_at_once() -> None:
    """A caller sees every fault of a request, not only the first."""
    words = ("--region", "x", "--flag", "y", "--date", "z", "--language", "fr")
    assert failed(run("make", *words), 2).count("error: ") == 4


def test_a_missing_region_or_command_has_a_next_step() -> None:
    """What has no default must be given, and the message says where to look."""
    assert failed(run("make"), 2) == (
        "error: missing option '--region'\n  hint: say where it hurts, or give a --preset\n"
    )
    assert failed(run(), 2).startswith("error: missing command\n  hint: `handout --help`")
    assert failed(run("mkae"), 2) == (
        "error: unknown command `mkae`\n  hint: did you mean `make`?\n"
    )


def test_flags_that_contradict_each_other_are_refused() -> None:
    """Nobody is under 18 and over 65; the request is well formed, and cannot be served."""
    assert failed(run(*NECK, "--flag", "under-18", "--flag", "age-65-plus"), 4) == (
        "error: `age-65-plus` cannot go with `under-18`\n"
        "  hint: leave out the one that is not true of this patient\n"
    )


def test_a_forbidden_exercise_is_refused_with_the_flag() -> None:
    """An exercise that a flag forbids is named together with that flag."""
    words = ("--region", "neck", "--flag", "recent-surgery-or-injury", "--exercise", "neck-turn")
    message = failed(run("make", *words), 4)
    assert message.startswith("error: exercise `neck-turn` cannot be given: ")
    assert "recent-surgery-or-injury" in message


def test_nine_exercises_are_too_many() -> None:
    """More exercises than anybody does are refused."""
    exercises = [str(one["id"]) for one in json.loads(run("list", "exercises", "--json").stdout)]
    words = [word for name in exercises[:9] for word in ("--exercise", name)]
    assert (
        "error: 9 exercises are too many\n"
        "  hint: choose at most 8; two are done better than eight\n"
    ) in failed(run(*NECK, *words), 4)


# ------------------------------------------------------------------ places that fail
@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("", "--output is empty\n  hint: write it, or leave out --output"),
        (
            "/dev/full",
            f"no space left for `/dev/full`{FULL}",
        ),
    ],
)
def test_an_output_that_cannot_be_written_is_named(output: str, message: str) -> None:
    """Each unusable place has one message with a next step, exit code 2, and nothing is noted."""
    assert failed(run(*NECK, "-o", output), 2) == f"error: {message}\n"


def test_a_file_called_output_is_named() -> None:
    """The default folder cannot be made where a file has its name."""
    Path("output").write_bytes(b"mine")
    result = run(*NECK)
    assert (result.exit_code, result.stderr) == (
        2,
        "error: `output` is not a folder\n  hint: move it away, or name a file with -o\n",
    )
    assert Path("output").read_bytes() == b"mine"


@pytest.mark.parametrize("words", [(*NECK, "-o", "-"), ("list", "flags"), ("--help",)])
def test_a_full_standard_output_is_an_error(words: tuple[str, ...]) -> None:
    """What cannot be written to stdout ends with code 2 and one line, nothing more."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*HANDOUT, *words], stdout=full, stderr=-1, check=False)
    assert (done.returncode, done.stderr.decode()) == (
        2,
        "error: cannot write to standard output: no space left on device\n",
    )


# ------------------------------------------------------------------ content that fails
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("empty", "is no folder of content: nothing that belongs there is in it"),
        ("file", "file` is a file, and content is a folder"),
        ("above", "above/content`?"),
        ("x" * 300, "no content folder at "),
    ],
)
def test_what_is_no_folder_of_content_is_told_in_one_line(
    tmp_path: Path, typed: str, said: str
) -> None:
    """Not file by file; where the folder is inside, it is named."""
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "above/content/blocks").mkdir(parents=True)
    result = run("list", "regions", "--content", str(tmp_path / typed))
    assert result.exit_code == 3
    assert said in result.stderr
    assert result.stderr.count("error: ") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("find", " "), "the word to find is empty"),
        (("content", "copy", "-"), "a folder is written; name one, or ./- for one of this name"),
        (("schema", "-o", ""), "--output is empty"),
        (("figure", "chin-tuck", "-o", "-"), "a file is written; name one"),
        (("library", ""), "it is empty; name a folder"),
        (("list",), "Choose from: regions, statuses, "),
    ],
    ids=" ".join,
)
def test_no_word_and_a_dash_are_no_place(words: tuple[str, ...], said: str) -> None:
    """Nothing is written under such a name, or in another place; the message is on one line."""
    before = {*Path().iterdir()}
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.stderr.splitlines()[0]
    assert {*Path().iterdir()} == before


def test_a_missing_content_folder_is_named() -> None:
    """A folder of content that is not there is a fault of content."""
    assert failed(run(*NECK, "--content", "/no/such"), 3) == (
        "error: no content folder at /no/such\n"
        "  hint: name one with --content or HANDOUTS_CONTENT\n"
    )


@pytest.mark.sample(5)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            edit("number: 1\n", "nubmer: 1\n", "flags.yaml"),
            "error: content/flags.yaml:{line}: flags[0]: unknown key `nubmer`",
        ),
        (
            edit("flag: [under-18]", "flag: [under-81]", "vocabulary.yaml"),
            "error: content/vocabulary.yaml:{line}: sections[2].when.no-flag[0]: unknown flag",
        ),
        (
            edit('lead: "You have, or had', 'lead: "You" have, or had', "flags.yaml"),
            "error: content/flags.yaml:{line}: not YAML: ",
        ),
        (
            edit("draft: DRAFT", "darft: DRAFT", "labels.yaml"),
            "error: content/labels.yaml:1: `draft` is missing\n  hint: add `draft:`",
        ),
        (
            no_text("advice.csv"),
            "error: content/advice.csv:{line}: not UTF-8 text\n  hint: save the file as UTF-8",
        ),
        (
            remove("places.yaml"),
            "error: content/places.yaml:{line}: no such file or directory\n  hint: restore",
        ),
    ],
    ids=["key", "flag", "quote", "label", "csv", "file"],
)
@pytest.mark.parametrize("command", ["make", "check"])
def test_broken_content_is_shown_with_file_and_line(
    content: Path, change: Edit, message: str, command: str
) -> None:
    """A broken key, flag, quote, label, table or file: its place, exit code 3, and no PDF."""
    line = change(content)
    words = ("--region", "neck") if command == "make" else ()
    for _ in ("read", "perhaps from the cache"):
        assert message.replace("{line}", str(line)) in failed(
            run(command, *words, "--content", str(content)), 3
        )


def test_every_fault_of_the_content_is_reported(content: Path) -> None:
    """An author sees all faults of all files at once."""
    edit("number: 1\n", "nubmer: 1\n", "flags.yaml")(content)
    edit("language: en-GB", "langauge: en-GB", "places.yaml")(content)
    message = failed(run("check", "--content", str(content)), 3)
    assert "content/flags.yaml:" in message
    assert "content/places.yaml:" in message
    assert message.count("error: ") == len(message.splitlines()) - message.count("\n  hint: ")


@pytest.mark.long
@pytest.mark.slow
def test_check_counts_sound_content(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound content is counted on stdout, wherever it lies; all leaflets of what ships are read."""
    library = load_library()
    expected = f"content is sound: {len(library.blocks)} blocks, {len(library.flags)} flags, "
    for words in ((), ("--content", str(content))):
        result = run("check", *words)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith(expected)
        shorten_check(monkeypatch)  # the same words were just proved and read
    assert start("check", settings={"HANDOUTS_CONTENT": "/no/such"}).returncode == 3


@pytest.mark.slow
@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("file", "harm", "hint"),
    [
        ("templates/leaflet.xml", "missing", "no template `leaflet.xml`"),
        ("templates/parts.xml", "missing", "no template `parts.xml`"),
        ("templates/icons.yaml", "missing", "cannot read the icons in `icons.yaml`"),
        ("templates/leaflet.css", "missing", "cannot read the styles in `leaflet.css`"),
        (BOLD, "missing", f"cannot read the font `{Path(BOLD).name}`"),
        (BOLD, "cut short", f"cannot read the font `{Path(BOLD).name}`"),
    ],
)
def test_a_missing_or_broken_resource_stops_the_run(
    program: Path, tmp_path: Path, file: str, hint: str, harm: str
) -> None:
    """Without a template, the styles or a font there is no leaflet: exit code 3, and its name.

    A program that changed reads all content anew; a small topic takes a third of the time.
    """
    path = program / file
    whole = path.read_bytes()
    path.unlink()
    if harm == "cut short":
        path.write_bytes(whole[: len(whole) * 3 // 4])
    kind = "html" if path.suffix == ".css" else "pdf"
    small = ("--region", "ankle", "--content", str(ankle_content(tmp_path / "ankle")), *DAY)
    done = start("make", *small, "--format", kind, folder=program)
    assert (done.returncode, done.stdout) == (3, b"")
    folder = path.parent.name
    assert done.stderr.decode() == f"error: {hint}\n  hint: restore the {folder} folder\n"
    assert not (program / "output").exists()


# ------------------------------------------------------------------ list and explain
@pytest.mark.parametrize(
    "what", ["regions", "statuses", "exercises", "blocks", "places", "sources"]
)
def test_a_list_has_a_table_and_records(what: str) -> None:
    """Each record is one line of the table, under a head, with its id first."""
    records = json.loads(run("list", what, "--json").stdout)
    lines = run("list", what).stdout.splitlines()
    ids = [record["key"] if what == "sources" else record["id"] for record in records]
    assert [line.split()[0] for line in lines[1:]] == ids


def test_list_flags_prints_the_questions_by_body_system() -> None:
    """The list of flags is what a clinician reads aloud, under the headings of the list to tick."""
    library = load_library()
    blocks = run("list", "flags").stdout.rstrip("\n").split("\n\n")
    listed = [(block.splitlines()[0], *line.split(maxsplit=1))
              for block in blocks for line in block.splitlines()[1:]]  # fmt: skip
    assert sorted(listed) == sorted(
        (library.check_groups[flag.group].label, flag.id, flag.question)
        for flag in library.flags.values()
    )
    heads = [block.splitlines()[0] for block in blocks]
    assert heads == [one.label for one in library.check_groups.values()]


def test_explain_gives_a_reason_for_every_block() -> None:
    """For programs: stable keys, every block once, and the flag that decides each class."""
    record = json.loads(
        run("explain", "--region", "neck", "--flag", "gi-ulcer", "--name", "Zed", "--json").stdout
    )
    assert list(record) == [
        *("request", "advice", "chosen", "left_out", "card"),
        *("code", "version", "approved", "note", "note_approved"),
    ]
    blocks = record["chosen"] + record["left_out"]
    assert {tuple(block) for block in blocks} == {
        ("id", "kind", "section", "reason", "sources", "file", "line", "signoff")
    }
    assert all(block["reason"] for block in blocks)
    assert sorted(b["id"] for b in blocks) == sorted(b.id for b in load_library().blocks)
    advice = {one["class"]: one for one in record["advice"]}
    assert advice["nsaid-systemic"]["level"] == "avoid"
    assert advice["nsaid-systemic"]["decided_by"] == ["gi-ulcer"]
    assert "Zed" not in str(record)


def test_explain_can_show_one_side_only() -> None:
    """Filters empty the other list, for programs and for people."""
    neck = ("explain", "--region", "neck")
    chosen = json.loads(run(*neck, "--chosen", "--json").stdout)
    left_out = json.loads(run(*neck, "--left-out", "--json").stdout)
    both = json.loads(run(*neck, "--chosen", "--left-out", "--json").stdout)
    assert chosen["left_out"] == left_out["chosen"] == []
    assert both["chosen"] == chosen["chosen"]
    assert both["left_out"] == left_out["left_out"]
    assert "\nout " not in run(*neck, "--chosen").stdout
    assert "\nin " not in run(*neck, "--left-out").stdout


def test_explain_groups_blocks_by_section() -> None:
    """For people: a section's name, then its blocks with in or out, the kind and the reason."""
    stdout = run("explain", "--region", "neck").stdout
    title = stdout.split("\n\n")[2].splitlines()
    assert title[0] == "title"
    assert [" ".join(line.split()) for line in title[1:4]] == [
        "BLOCK KIND SIGN-OFF REASON AND SOURCES",
        "in title-neck text unsigned region neck [PRACTICE]",
        "out title-thoracic text unsigned only for region thoracic [PRACTICE]",
    ]


def test_explain_takes_what_make_takes() -> None:
    """The same selectors are refused with the same message."""
    words = ("--region", "nek", "--flag", "x", "--date", "y")
    assert run("explain", *words).stderr == run("make", *words).stderr


# ------------------------------------------------------------------ help, version, completion
@pytest.mark.parametrize("command", ["", "make", "list", "explain", "check", "completion"])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_help_with_examples(command: str, option: str) -> None:
    """Help goes to stdout, names the command, and shows how to use it."""
    result = run(*command.split(), option)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: handout {command}".rstrip())
    assert "Examples:\n    handout " in result.stdout


def test_the_help_names_every_setting() -> None:
    """What a caller can set in the environment is in the main help."""
    stdout = run("--help").stdout
    assert [name for name in SETTINGS if name.startswith("HANDOUTS_") and name not in stdout] == []


def test_version_is_one_line() -> None:
    """The version is that of the wheel, in words too where it is no release."""
    told = standing_of(wheel_version())
    said = f"{wheel_version()} ({told})" if told else wheel_version()
    assert run("--version").stdout == f"handout {said}\n"


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (("--help",), (*HEAVY, "yaml")),
        (("make", "--help"), (*HEAVY, "yaml")),
        (("--version",), (*HEAVY, "yaml")),
        (("list", "flags"), HEAVY),
        (("explain", "--region", "neck"), HEAVY),
    ],
    ids=" ".join,
)
def test_quick_commands_import_little(words: tuple[str, ...], absent: tuple[str, ...]) -> None:
    """Help and lists start fast: they load none of what only a leaflet needs."""
    script = (
        "import sys\nfrom handouts.cli.app import main\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True
    )
    assert not set(absent) & set(done.stderr.split())


@pytest.mark.slow
def test_a_leaflet_needs_no_library_for_pictures_in_pixels(tmp_path: Path) -> None:
    """ReportLab names such a library when it is imported; making a leaflet never reads it."""
    script = (
        "import sys\nfrom handouts.cli.app import main\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    words = ("make", "--region", "neck", "-o", str(tmp_path / "leaflet.pdf"))
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert {"reportlab", "PIL.Image"} <= loaded
    assert "PIL._imaging" not in loaded


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str) -> None:
    """Each shell gets the script that asks this program for words."""
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_HANDOUT_COMPLETE={shell}_complete" in result.stdout


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("handout make --region ", ["neck", "thoracic", "lumbar"]),
        ("handout make --region neck --status c", ["chronic"]),
        ("handout explain --flag gi-", ["gi-ulcer", "gi-bleed-history"]),
        ("handout make --place u", ["us"]),
        ("handout make --paper l", ["letter"]),
        ("handout make --exercise neck-tu", ["neck-turn"]),
        ("handout make --content /no/such --flag gi-", []),
        ("handout list fl", ["flags"]),
        ("handout make low", ["low-weight"]),
        ("handout make neck gi-", ["gi-ulcer", "gi-bleed-history"]),
        ("handout make neck warf", ["warfarin"]),
        ("handout make neck COP", ["COPD"]),
        ("handout make --content /no/such neck gi-", []),
    ],
)
def test_words_complete_from_the_library(words: str, expected: list[str]) -> None:
    """A shell is offered what the library knows; broken content offers nothing, quietly."""
    settings = {
        "_HANDOUT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    done = start(settings=settings)
    assert done.stdout.decode().split() == [f"plain,{word}" for word in expected]
    assert done.stderr == b""


# ------------------------------------------------------------------ bugs and signals
@pytest.mark.parametrize("debug", ["", "1"])
def test_a_bug_is_one_line(monkeypatch: pytest.MonkeyPatch, debug: str) -> None:
    """What nobody foresaw ends with code 70 and no words of the patient; a traceback on request."""

    def broken(*_: object) -> object:
        message = "Zebedee"
        raise ZeroDivisionError(message)

    monkeypatch.setenv("HANDOUTS_DEBUG", debug)
    monkeypatch.setattr(pipeline, "compose", broken)
    result = run(*NECK)
    lines = result.stderr.splitlines()
    assert result.exit_code == 70
    assert lines[-1].startswith(
        "error: this is a bug, please report it: ZeroDivisionError at test_"
    )
    assert (len(lines) > 1) == (debug == "1") == ("Zebedee" in result.stderr)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_reading_leaves_nothing(
    here: Path, number: signal.Signals, code: int
) -> None:
    """Stopped while it waits for a file of content, the program ends at once and tidily."""
    script = (
        "import sys, time\n"
        "from handouts.content import folder as files\nfrom handouts.cli.app import main\n"
        "def slow(_):\n    print('reading', file=sys.stderr, flush=True)\n    time.sleep(30)\n"
        "files.read_limited = slow\nmain()\n"
    )
    with processes.start([sys.executable, "-c", script, *NECK]) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"reading\n"
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=DEADLINE)
    assert (process.returncode, stdout) == (code, b"")
    assert stderr.strip() == (b"stopped" if number == signal.SIGINT else b"")
    assert not list(here.iterdir())


@pytest.mark.slow
@pytest.mark.sample(2)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("output", [(), ("-o", "a.pdf")])
def test_a_signal_while_writing_leaves_nothing(
    here: Path, number: signal.Signals, code: int, output: tuple[str, ...]
) -> None:
    """Stopped with the temporary file half way to the disk, it leaves no file and no folder."""
    script = (
        "import os, sys, time\nfrom handouts.cli.app import main\n"
        "def slow(_):\n    print('writing', file=sys.stderr, flush=True)\n    time.sleep(30)\n"
        "os.fsync = slow\nmain()\n"
    )
    command = [sys.executable, "-c", script, *NECK, *output]
    with processes.start(command) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"writing\n"
        assert list(here.rglob(".handout-*.tmp"))
        process.send_signal(number)
        stdout, _ = process.communicate(timeout=DEADLINE)
    assert (process.returncode, stdout) == (code, b"")
    assert not list(here.iterdir())


@pytest.mark.slow
def test_many_at_once_get_a_file_each(here: Path) -> None:
    """Processes that make the same leaflet at the same time do not overwrite each other."""
    done: list[subprocess.CompletedProcess[bytes]] = []
    threads = [
        threading.Thread(target=lambda: done.append(start(*NECK, "--format", "text")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paths = {Path(one.stdout.decode().strip()) for one in done}
    assert paths == set((here / "output").iterdir())
    assert len(paths) == 6


def test_list_flags_for_programs_says_which_codes_are_verified() -> None:
    """Each code of a flag says its system and whether anybody verified it; none is made up."""
    listed = json.loads(run("list", "flags", "--json").stdout)
    for record, flag in zip(listed, load_library().flags.values(), strict=True):
        assert [(one["system"], one["code"], one["verified"]) for one in record["codings"]] == [
            (one.system, one.code, one.verified) for one in flag.codings
        ]
    codings = [one for record in listed for one in record["codings"]]
    assert {one["system"] for one in codings} == {"snomed", "icd10", "atc"}
    # Nobody has looked them up in an official browser yet: none may say so.
    assert not any(one["verified"] for one in codings)
