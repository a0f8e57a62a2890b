"""Printing through a real CUPS, in a folder of its own, and the preview before it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.fastpath.name_slot import NAME_PLACEHOLDER
from tests.conftest import IN_CI
from tests.support.processes import DEADLINE

pytestmark = pytest.mark.slow

PATIENT = ("--name", "Zebedee Quixote", "--note", "Bring Dulcinea")
BACKEND = """#!/bin/sh
# job, user, title, copies, options; the file comes last or by standard input
[ $# -eq 0 ] && echo 'direct keeper "Unknown" "Keeps what is printed"' && exit 0
printf '%s\\n' "$3" "$4" "$5" >"{kept}.words"
cat ${{6:+"$6"}} >"{kept}.new" && mv "{kept}.new" "{kept}"
"""
FILES = """SystemGroup root
{user}
ServerRoot {root}
ServerBin {root}/bin
DataDir /usr/share/cups
CacheDir {root}/cache
StateDir {root}/state
RequestRoot {root}/spool
TempDir {root}/temp
AccessLog {root}/access
ErrorLog {root}/errors
PageLog {root}/pages
FileDevice Yes
"""
SETTINGS = """Listen {root}/socket
DefaultAuthType None
WebInterface No
Browsing No
DirtyCleanInterval 0
<Location />
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, away from the caller's settings and printers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDOUTS_SERVICE", "")
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "no-server"))
    monkeypatch.setenv("HOME", str(tmp_path))


def wait(done: Path) -> None:
    """Wait until a file is there; a server that never makes it fails the test."""
    for _ in range(10 * DEADLINE):
        if done.exists():
            return
        time.sleep(0.1)
    pytest.fail(f"{done.name} is not there after {DEADLINE} seconds")


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Start CUPS with the printer `front-desk`; give the file that keeps what it prints."""
    cupsd = shutil.which("cupsd", path=f"{os.environ['PATH']}:/usr/sbin")
    lpadmin = shutil.which("lpadmin", path=f"{os.environ['PATH']}:/usr/sbin")
    if not (cupsd and lpadmin and shutil.which("lp")):
        if IN_CI:
            pytest.fail("no CUPS (Debian: cups-daemon, cups-client)")
        pytest.skip("no CUPS (Debian: cups-daemon, cups-client)")
    # Not below the test's own folder: the name of a socket has at most some hundred characters.
    root = Path(tempfile.mkdtemp(prefix="cups"))
    kept = root / "temp" / "kept.pdf"
    shutil.copytree("/usr/lib/cups", root / "bin", symlinks=True)
    for name in ("cache", "state", "spool", "temp"):
        (root / name).mkdir()
    backend = root / "bin" / "backend" / "keeper"
    backend.write_text(BACKEND.format(kept=kept), encoding="utf-8")
    backend.chmod(0o755)
    user = ""
    if os.geteuid() == 0:  # the server insists on another user for its work
        user = "User lp\nGroup lp"
        root.chmod(0o755)
        for name in ("cache", "state", "spool", "temp"):
            shutil.chown(root / name, "lp", "lp")
    (root / "files").write_text(FILES.format(root=root, user=user), encoding="utf-8")
    (root / "settings").write_text(SETTINGS.format(root=root), encoding="utf-8")
    server = subprocess.Popen(
        [cupsd, "-f", "-c", root / "settings", "-s", root / "files"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait(root / "socket")
        monkeypatch.setenv("CUPS_SERVER", str(root / "socket"))
        words = ["-p", "front-desk", "-E", "-v", "keeper:/", "-o", "printer-is-shared=false"]
        subprocess.run([lpadmin, *words], check=True, capture_output=True)
        yield kept
    finally:
        server.terminate()
        server.wait(timeout=DEADLINE)
        shutil.rmtree(root)


def run(*words: str) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, ["make", "--region", "neck", *words])


def kept_bytes(path: Path) -> bytes:
    """Read a file of the server; nothing where it has just put a new one in its place."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def test_a_leaflet_is_printed_as_asked_and_kept(printed: Path) -> None:
    """The printer gets the same bytes, sides, copies, paper, and a title of no patient."""
    words = (*PATIENT, "--paper", "letter", "--copies", "3", "-o", "Zebedee.pdf")
    result = run(*words, "--print", "front-desk")
    assert result.exit_code == 0, result.output
    wait(printed)
    assert printed.read_bytes() == Path("Zebedee.pdf").read_bytes()
    title, copies, options = printed.with_name("kept.pdf.words").read_text().splitlines()
    assert (title, copies) == ("Leaflet", "3")
    assert {"media=Letter", "sides=two-sided-long-edge"} <= set(options.split())
    told = [path for path in printed.parents[1].rglob("*") if path.is_file() and path != printed]
    logged = b"".join(kept_bytes(path) for path in told if not path.name.startswith("d0"))
    for word in (b"Zebedee", b"Quixote", b"Dulcinea"):
        assert word not in logged


def test_one_sided_is_said_to_the_printer(printed: Path) -> None:
    """Whoever asks for one side of each sheet gets that."""
    assert run("--one-sided", "--print", "front-desk").exit_code == 0
    wait(printed)
    assert "sides=one-sided" in printed.with_name("kept.pdf.words").read_text().split()


def job(printed: Path) -> dict[str, str]:
    """Read what the server keeps of its one job (RFC 8010, 3.1): names and values as text."""
    path = printed.parents[1] / "spool" / "c00001"
    raw = b""
    while not raw:  # the server puts a new one in its place as the job goes on
        wait(path)
        with suppress(FileNotFoundError):
            raw = path.read_bytes()
    at, told = 8, {}
    while raw[at] != 3:  # the end
        at += 1
        if raw[at - 1] < 16:  # a group begins
            continue
        words = []
        for _ in ("name", "value"):
            start = at + 2
            at = start + int.from_bytes(raw[at:start])
            words.append(raw[start:at])
        number = len(words[1]) == 4 and words[1][0] == 0
        told[words[0].decode()] = (
            str(int.from_bytes(words[1])) if number else words[1].decode("latin-1")
        )
    return told


@pytest.mark.sample(7)
@pytest.mark.parametrize(
    ("words", "media", "sides", "size"),
    [
        (("--paper", "a4"), "A4", "long", (210, 297)),
        (("--paper", "letter"), "Letter", "long", (216, 279)),
        (("--paper", "a5"), "A5", "long", (148, 210)),
        (("--paper", "half-letter"), "Statement", "long", (140, 216)),
        (("--booklet",), "A4", "short", (296, 210)),
        (("--booklet", "--paper", "a5"), "A4", "short", (296, 210)),
        (("--booklet", "--paper", "letter"), "Letter", "short", (279, 216)),
    ],
)
def test_the_server_gets_the_sheet_and_the_edge(
    printed: Path, words: tuple[str, ...], media: str, sides: str, size: tuple[int, int]
) -> None:
    """The job names the sheet that the pages have the size of, and the edge that it turns on."""
    assert run(*PATIENT, *words, "--copies", "2", "--print", "front-desk").exit_code == 0
    wait(printed)
    told = job(printed)
    assert (told["media"], told["sides"]) == (media, f"two-sided-{sides}-edge")
    assert (told["job-name"], told["document-format"]) == ("Leaflet", "application/pdf")
    assert (told["copies"], told["print-scaling"]) == ("2", "none")
    assert not {word for word in PATIENT if word in str(told)}
    with pikepdf.open(printed) as pdf:
        boxes = {tuple(round(float(edge) / 72 * 25.4) for edge in one.mediabox[2:])
                 for one in pdf.pages}  # fmt: skip
    assert boxes == {size}


def kept_with(result: Result) -> str:
    """Check that printing failed clearly and the PDF is kept; give the message."""
    path = Path(result.stdout.strip())
    assert result.exit_code == 2
    assert path.read_bytes().startswith(b"%PDF-")
    assert f"the PDF is kept: {path}" in result.stderr
    return result.stderr


def test_an_unknown_printer_is_named_and_the_pdf_is_kept(printed: Path) -> None:
    """A misspelt printer is an error with a next step, and nothing is lost."""
    message = kept_with(run("--print", "font-desk"))
    assert "nothing was printed: The printer or class does not exist" in message
    assert not printed.exists()


def test_without_a_server_or_lp_the_pdf_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CUPS does not run, or is not installed, the message says so."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert "the command `lp` was not found" in kept_with(run("--print"))


# ------------------------------------------------------------------ a printer that does not print
def commands(monkeypatch: pytest.MonkeyPatch, lp: str, lpstat: str = "exit 1") -> None:
    """Stand in for the commands of CUPS."""
    for name, text in {"lp": lp, "lpstat": lpstat}.items():
        path = Path("bin") / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{Path('bin').resolve()}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    "state",
    [
        "printer front-desk disabled since Sun 29 Nov 2026 08:00:00 AM -\n\tUnplugged",
        "printer front-desk is idle.  enabled since x\n\tAlerts: offline-report media-low-warning",
        "printer front-desk now printing x.  enabled since x\n\tAlerts: connecting-to-device",
        "printer front-desk is idle.  enabled since x\n\tThe printer is offline.",
    ],
)
def test_a_printer_that_is_away_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Nothing is sent to it: the leaflet would come out some day, with nobody there."""
    commands(monkeypatch, "touch sent", f"printf '%b\\n' '{state}'")
    message = kept_with(run("--print", "front-desk"))
    assert "nothing was printed: the printer `front-desk` is " in message
    assert not Path("sent").exists()


def test_a_real_printer_that_is_stopped_is_told_at_once(printed: Path) -> None:
    """As CUPS words it."""
    disable = shutil.which("cupsdisable", path=f"{os.environ['PATH']}:/usr/sbin")
    assert disable
    subprocess.run([disable, "-r", "Out of order", "front-desk"], check=True)
    message = kept_with(run("--print", "front-desk"))
    assert "the printer `front-desk` is stopped (Out of order)" in message
    assert not printed.exists()


@pytest.mark.slow
@pytest.mark.parametrize("hanging", ["cat >/dev/null; sleep 60", "sleep 60", "sleep 60 & wait"])
def test_a_printer_that_does_not_answer_is_given_up(
    monkeypatch: pytest.MonkeyPatch, hanging: str
) -> None:
    """In seconds and in words, with all that was started for it."""
    monkeypatch.setattr("handouts.system.printer._QUIET", 1)
    monkeypatch.setattr("handouts.system.printer._SECONDS", 2)
    commands(monkeypatch, hanging, hanging)
    start = time.monotonic()
    message = kept_with(run("--print", "front-desk"))
    assert "waiting for the printer" in message
    assert "did not accept the job in 2 seconds" in message
    assert "Timeout" not in message
    assert time.monotonic() - start < 30


def test_it_is_said_where_the_leaflet_went(printed: Path) -> None:
    """The printer and the number of its job, which a person can look up or cancel."""
    result = run("--print", "front-desk")
    wait(printed)
    assert "sent to front-desk (job front-desk-1)" in result.stderr


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("front-desk",), "sent to front-desk"),
        ((), "sent to ward (job ward-7)"),
    ],
)
def test_the_usual_printer_is_named_too(
    monkeypatch: pytest.MonkeyPatch, named: tuple[str, ...], said: str
) -> None:
    """Whatever CUPS says of it."""
    reply = "" if named else "echo 'request id is ward-7 (1 file(s))'"
    commands(monkeypatch, f"cat >/dev/null; {reply}", "echo 'system default destination: ward'")
    result = run("--print", *named)
    assert result.exit_code == 0, result.stderr
    assert said in result.stderr


def test_where_no_printer_is_usual_it_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line or for good; and the PDF is kept."""
    commands(
        monkeypatch, "cat >/dev/null; echo 'lp: Error - No default destination' >&2; exit 1", ""
    )
    result = run("--print")
    assert result.exit_code == 2
    assert "name one: --print NAME, or `printer` in service.yaml; `lpstat -e`" in result.stderr
    assert "the PDF is kept: " in result.stderr


# ------------------------------------------------------------------ a whole worklist
WORKLIST = """id,region,name,paper
1,neck,Zebedee Quixote,letter
2,nek,Zebedee Quixote,letter
3,lumbar,Dulcinea Quixote,letter
"""


def print_list(text: str, *words: str) -> Result:
    """Print a worklist inside this process."""
    Path("list.csv").write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["batch", "list.csv", "--merge", "Zebedee.pdf", *words])


@pytest.mark.slow
@pytest.mark.parametrize("side", ["two-sided-long-edge", "one-sided"])
def test_a_worklist_is_one_job(printed: Path, side: str) -> None:
    """The printer gets the one file, in order, on its paper and sides, and no name but on pages."""
    words = ("--slips", *(["--one-sided"] if side == "one-sided" else []))
    result = print_list(WORKLIST, *words, "--print", "front-desk")
    assert result.exit_code == 1, result.output
    wait(printed)
    assert printed.read_bytes() == Path("Zebedee.pdf").read_bytes()
    title, copies, options = printed.with_name("kept.pdf.words").read_text().splitlines()
    assert (title, copies) == ("Leaflet", "1")
    assert {"media=Letter", f"sides={side}"} <= set(options.split())
    told = [path for path in printed.parents[1].rglob("*") if path.is_file() and path != printed]
    logged = b"".join(kept_bytes(path) for path in told if not path.name.startswith("d0"))
    for word in (b"Zebedee", b"Quixote", b"Dulcinea"):
        assert word not in logged


@pytest.mark.slow
def test_a_worklist_that_cannot_be_printed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, the summary and the rejects are there; the message says why nothing was printed."""
    monkeypatch.setenv("PATH", "/nowhere")
    result = print_list(WORKLIST, "--print")
    assert result.exit_code == 2
    assert "the command `lp` was not found" in result.stderr
    assert "the PDF is kept: Zebedee.pdf" in result.stderr
    assert result.stdout.startswith("2 leaflets; ")
    assert Path("Zebedee.pdf").read_bytes().startswith(b"%PDF-")
    assert Path("list.rejects.csv").exists()


@pytest.mark.slow
def test_leaflets_on_two_papers_are_not_printed_on_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer would cut or shrink one of them; the file is kept."""
    monkeypatch.setenv("PATH", "/nowhere")
    result = print_list("region,paper\nneck,a4\nneck,letter\n", "--print")
    assert result.exit_code == 2
    assert "nothing was printed: the leaflets need a4 and letter paper" in result.stderr
    assert Path("Zebedee.pdf").exists()


@pytest.mark.parametrize("words", [("--format", "text"), ("-o", "-")])
def test_only_a_pdf_that_is_kept_is_printed(words: tuple[str, str]) -> None:
    """Text, or a leaflet that goes to standard output, is not sent to a printer."""
    result = run(*words, "--print")
    assert result.exit_code == 2
    assert "--print needs a PDF file" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--preview", "-o", "-"), "--preview shows the leaflet on standard output"),
        (("--copies", "2"), "--copies and --one-sided need --print"),
        (("--one-sided",), "--copies and --one-sided need --print"),
        (("--one-sided", "--booklet", "--print"), "a booklet is printed on both sides"),
    ],
)
def test_what_no_printer_would_do_is_refused(words: tuple[str, ...], message: str) -> None:
    """A word that would be passed over without a sound is an error, and nothing is made."""
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not list(Path.cwd().glob("**/*.pdf"))


# ------------------------------------------------------------------ preview
def test_a_preview_shows_every_word_and_writes_nothing() -> None:
    """All that the text has is in the preview, danger in a double box; no file is made."""
    result = run("--preview")
    text = run("--format", "text", "-o", "-").stdout
    assert result.exit_code == 0
    assert not list(Path.cwd().glob("**/*.pdf"))
    assert "║ Call 999 now if:" in result.stdout
    shown = set(result.stdout.casefold().split())
    assert {word for word in text.casefold().split() if word.isalpha()} <= shown
    assert (
        len({len(line) for line in result.stdout.splitlines() if line.startswith(("║", "│"))}) == 1
    )


def test_a_preview_is_of_this_patient() -> None:
    """The name and the note are shown as they will print."""
    result = run("--preview", "--name", "Zoë O'Brien", "--note", "See you on Friday.")
    assert "Zoë O'Brien" in result.stdout
    assert "See you on Friday." in result.stdout
    assert NAME_PLACEHOLDER not in result.stdout


@pytest.mark.parametrize(("answer", "made"), [("y\n", True), ("n\n", False)])
def test_a_preview_asks_before_it_goes_on(answer: str, made: bool) -> None:  # noqa: FBT001 - a table
    """With -o or --print the leaflet is made only after a yes."""
    words = ["make", "--region", "neck", "--preview", "-o", "a.pdf"]
    result = CliRunner().invoke(main, words, input=answer)
    assert result.exit_code == 0
    assert Path("a.pdf").exists() is made
    assert ("nothing was written" in result.stderr) is not made
