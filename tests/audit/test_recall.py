"""Leaflets on paper, read back: remade to the byte, explained, called current, or called back."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from handouts.audit.remake import content_revisions, program_repositories, program_revisions
from handouts.cli.app import main
from handouts.content.library import Library
from handouts.content.program_mark import digest_of_program, digests_of_program
from handouts.content.provenance import Provenance, program_digest
from handouts.pipeline import open_publisher
from handouts.selection.code import write_recipe
from tests.support.leaflets import ask
from tests.support.services import RIVER

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MAKE = ("make", "--edition", "full", "-r", "neck", "-f", "gi-ulcer", "--date", "2026-11-20")
BLOCK = "gi-ulcer-clause-1"
BEFORE, AFTER = "painkillers can make an ulcer bleed.", "painkillers can make your ulcer bleed."


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the content in a git repository, and work beside it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content", folder)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "First words")
    return folder


def git(folder: Path, *words: str) -> None:
    """Run git as nobody in particular."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def commit(folder: Path, subject: str) -> None:
    """Keep the content as it is now."""
    git(folder, "add", "content")
    git(folder, "commit", "--quiet", "-m", subject)


def run(content: Path, *words: str, typed: str | None = None) -> Result:
    """Run a command on a folder of content."""
    command, *rest = words
    return CliRunner().invoke(main, [command, "--content", str(content), *rest], input=typed)


def code_of(content: Path, *words: str) -> str:
    """Make a leaflet as text and read its code from the end."""
    made = run(content, *(words or MAKE), "--format", "text", "-o", "-")
    assert made.exit_code == 0, made.stderr
    found = re.search(r"^Code ([0-9A-Z-]+)\.?$", made.stdout, re.MULTILINE)
    assert found
    return found[1]


def edit(content: Path, before: str = BEFORE, after: str = AFTER, file: str = "flags.yaml") -> None:
    """Change words of a file, a flag's unless another is named."""
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


# ------------------------------------------------------------------ remake
@pytest.mark.parametrize("kind", ["pdf", "html", "text"])
def test_a_leaflet_is_remade_to_the_byte(content: Path, tmp_path: Path, kind: str) -> None:
    """The code alone gives the same file again, and the caller hears what is left blank."""
    more = ("--screened", "--place", "us", "--exercise", "chin-tuck", "--format", kind)
    assert run(content, *MAKE, *more, "-o", "first").exit_code == 0
    code = code_of(content, *MAKE, *more[:-2])
    again = run(content, "remake", code.lower(), "--format", kind, "-o", "again")
    assert again.exit_code == 0, again.stderr
    assert "The name and the note are not in the code: both are left blank." in again.stderr
    assert (tmp_path / "first").read_bytes() == (tmp_path / "again").read_bytes()


def test_a_name_is_left_blank(content: Path, tmp_path: Path) -> None:
    """A leaflet with a name is remade without it, and is else the same."""
    assert (
        run(content, *MAKE, "--name", "Ana Silva", "-o", "named", "--format", "text").exit_code == 0
    )
    named = (tmp_path / "named").read_text(encoding="utf-8")
    assert "Ana Silva" in named
    again = run(content, "remake", code_of(content), "--format", "text", "-o", "-").stdout
    assert re.sub("Name: .*", "", again) == re.sub("Name: .*", "", named)


def test_earlier_words_come_from_git(content: Path, tmp_path: Path) -> None:
    """With other words at hand nothing is made, unless the history of the content has them."""
    code = code_of(content)
    assert run(content, *MAKE, "-o", "first.pdf").exit_code == 0
    edit(content)
    commit(tmp_path, "Second words")
    again = run(content, "remake", code, "--from-git", str(tmp_path), "-o", "again.pdf", "--force")
    assert again.exit_code == 0, again.stderr
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()
    shutil.rmtree(tmp_path / ".git")
    refused = run(content, "remake", code, "-o", "none.pdf")
    assert refused.exit_code == 4
    assert "this leaflet was made with other words or approvals" in refused.stderr
    assert not (tmp_path / "none.pdf").exists()


@pytest.mark.slow
def test_an_earlier_service_and_its_logo_come_from_git(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that has another phone and logo by now is found as it was, wherever it is kept.

    Its leaflet goes where leaflets go today, and not where it kept them.
    """
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)
    for number, folder in enumerate((content, tmp_path)):
        profile = f'name: Riverside {number}\nlogo:\n  file: logo.svg\n  alt: "A river"\n'
        profile += f"output: {tmp_path}/then\n"
        (folder / "service.yaml").write_text(profile, encoding="utf-8")
        (folder / "logo.svg").write_text(RIVER, encoding="utf-8")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", "-m", f"The service as it was {number}")
        assert run(content, *MAKE, "-o", "first.pdf", "--force").exit_code == 0
        code = code_of(content)
        for name in ("service.yaml", "logo.svg"):
            (folder / name).unlink()
        git(tmp_path, "commit", "--all", "--quiet", "-m", "No service")
        again = run(content, "remake", code, "--from-git", ".")
        assert again.exit_code == 0, again.stderr
        path = Path(again.stdout.strip())
        assert path.parent == tmp_path / "output"
        assert (tmp_path / "first.pdf").read_bytes() == path.read_bytes()
        by_default = run(content, "current", code)
        assert by_default.stdout.startswith(f"{code}  changed\n"), by_default.output


# ------------------------------------------------------------------ another program
@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository of some program with one commit, and no clone to run from."""
    monkeypatch.setattr("handouts.audit.remake.HOME", tmp_path.parent)
    top = tmp_path / "program"
    files = {
        "handouts/edition.py": 'LIBRARIES = ("pillow", "reportlab")\n',
        "handouts/notes.txt": "no code",
        "templates/leaflet.xml": "<article/>",
        "fonts/a.ttf": "letters",
        "constraints.txt": "# pins\nPillow==11.0.0\nreportlab==4.2.0 # older\nclick==8.0\n",
    }
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet", "program")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "The program of that day", "--date", "2026-11-19T12:00Z")
    return top


def digest_at(top: Path) -> str:
    """Digest the program in a folder as it would itself, with the libraries that it pins."""
    names = ("handouts/edition.py", "templates/leaflet.xml", "fonts/a.ttf")
    return digest_of_program(
        [(name, (top / name).read_bytes()) for name in names],
        {"pillow": "11.0.0", "reportlab": "4.2.0"},
    )


def test_the_program_that_made_a_leaflet_is_named(
    content: Path, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its git history, the commit, its day and the libraries that differ; and what to do."""
    monkeypatch.setattr("handouts.content.provenance.program_digest", lambda: digest_at(program))
    code = code_of(content)
    monkeypatch.setattr("handouts.content.provenance.program_digest", lambda: "this one")
    commit_ = subprocess.run(["git", "-C", str(program), "rev-parse", "--short=10", "HEAD"],
                             check=True, capture_output=True, text=True).stdout.strip()  # fmt: skip
    (program / "templates" / "leaflet.xml").write_text("<article>new</article>", encoding="utf-8")
    git(program, "commit", "--quiet", "--all", "-m", "A later program")
    (program / "handouts" / "edition.py").write_bytes(b"this is (no code\xff")
    (program / "constraints.txt").write_bytes(b"\xff")
    git(program, "commit", "--quiet", "--all", "-m", "What nobody can run")
    both = (
        "--from-git",
        str(program),
        "--from-git",
        str(content),
    )  # one of the two replaced the other
    refused = run(content, "remake", code, *both, "-o", "none.pdf")
    assert refused.exit_code == 4
    assert f"another version of the program made it: {commit_} of 20" in refused.stderr
    assert "(The program of that day), with pillow 11.0.0, reportlab 4.2.0" in refused.stderr
    assert f"git -C {program} worktree add ../then {commit_}" in refused.stderr
    assert "A later program" not in refused.stderr
    assert not (tmp_path / "none.pdf").exists()


def test_a_program_that_no_history_has_is_said_to_be_so(
    content: Path, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a history it asks for one; with one that lacks the program it says that. No file."""
    code = code_of(content)
    monkeypatch.setattr("handouts.content.provenance.program_digest", lambda: "another")
    refused = run(content, "remake", code, "-o", "none.pdf")
    assert refused.exit_code == 4
    assert "another version of the program made it\n" in refused.stderr
    assert "name a git repository of the program too, to find which: --from-git" in refused.stderr
    assert " --from-git PROGRAM; " in refused.stderr
    refused = run(content, "remake", code, "--from-git", str(program), "-o", "none.pdf")
    assert refused.exit_code == 4
    assert f"which is not in the history of `{program}`" in refused.stderr
    assert not (tmp_path / "none.pdf").exists()
    assert "another version" in run(content, "decode", code).stdout


def test_git_and_a_program_agree_on_its_digest(tmp_path: Path) -> None:
    """What is computed from a history is what the program of that commit says of itself."""
    for name in ("handouts", "templates", "fonts", "constraints.txt"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--force", ".")
    git(tmp_path, "commit", "--quiet", "-m", "As it is now")
    (top,) = (one for one in program_repositories(tmp_path) if one == tmp_path)
    assert program_digest() in {one.digest for one in program_revisions(top)}


def test_a_digest_is_of_the_names_and_bytes_of_files_and_of_libraries() -> None:
    """Codes on paper hold it, so it is computed as it always was, for each set of libraries."""
    files = [("b.py", b"two"), ("a.py", b"one")]
    digests = digests_of_program(files, ({"z": "2", "y": "1"}, {}))
    for digest, libraries in zip(digests, (b"y 1\0z 2\0", b""), strict=True):
        raw = b"\0".join([b"a.py", b"3", b"oneb.py", b"3", b"two" + libraries])
        assert digest == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("command", ["remake", "decode"])
def test_a_mistyped_code_makes_nothing(content: Path, tmp_path: Path, command: str) -> None:
    """A code with a slip is a usage error with a way out."""
    code = code_of(content)
    wrong = code[:-1] + ("7" if code[-1] != "7" else "8")
    done = run(content, command, wrong)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "this code is mistyped" in done.stderr
    assert not (tmp_path / "output").exists()


def test_a_folder_without_history_is_refused(content: Path, tmp_path: Path) -> None:
    """`--from-git` on what is no repository says so."""
    code = code_of(content)
    edit(content)
    shutil.rmtree(tmp_path / ".git")
    done = run(content, "remake", code, "--from-git", str(tmp_path))
    assert done.exit_code == 2
    assert "cannot read" in done.stderr


def test_a_forged_code_is_held_to_the_rules(content: Path) -> None:
    """A code that asks for flags that exclude each other is refused, whoever wrote it."""
    publisher = open_publisher(content)
    request = structs.replace(ask("neck"), flags=("age-65-plus", "under-18"))
    code = write_recipe(publisher.library, request, publisher.provenance)
    assert run(content, "remake", code).exit_code == 4


# ------------------------------------------------------------------ decode
def test_decode_says_it_all(content: Path) -> None:
    """Every choice comes back, and as options that make the same leaflet."""
    dose = ("--exercise", "neck-turn", "--dose", "neck-turn=5x3")
    look = ("--size", "16", "--mono", "--diary")
    code = code_of(content, *MAKE, "--screened", "--paper", "letter", *dose, *look)
    record = json.loads(run(content, "decode", code, "--json").stdout)
    assert record["flags"] == ["gi-ulcer"]
    assert (record["size"], record["mono"], record["booklet"]) == (16, True, False)
    assert (record["region"], record["paper"], record["screened"]) == ("neck", "letter", True)
    shown = run(content, "decode", code).stdout
    assert "Stomach or gut ulcer" in shown
    assert code_of(content, *shown.splitlines()[-1].split()[1:]) == code
    edit(content)
    later = run(content, "decode", code).stdout
    command = next(line for line in later.splitlines() if line.startswith("handout make"))
    assert "--flag gi-ulcer" in command
    assert "--screened" not in command
    assert "facts may have been added since" in later
    assert json.loads(run(content, "decode", code, "--json").stdout)["screened"] is True


# ------------------------------------------------------------------ current, withdraw
def test_the_words_of_today_are_current(content: Path, tmp_path: Path) -> None:
    """A leaflet as it would be made today is current, in an argument, a file or standard input."""
    code = code_of(content)
    assert run(content, "current", code).exit_code == 0
    (tmp_path / "codes").write_text(f"{code} given to row 7\n\n", encoding="utf-8")
    assert run(content, "current", "--file", "codes").stdout == f"{code}  current\n"
    assert run(content, "current", "-", typed=f"{code}\n").exit_code == 0
    bell = run(content, "current", "-", typed=f"{code}\n\x1b[2Jx\n")
    assert (bell.exit_code, bell.stdout.splitlines()[1]) == (1, "?[2Jx  unreadable")


def test_changed_words_are_shown(content: Path) -> None:
    """A leaflet whose words changed says which, word by word; another stays current."""
    code, other = code_of(content), code_of(content, "make", "--region", "lumbar")
    edit(content)
    done = run(content, "current", code, other)
    assert done.exit_code == 1
    assert done.stdout == (
        f"{code}  changed\n"
        f"  {BLOCK}: why: These painkillers can make [-an-] {{+your+}} ulcer bleed.\n"
        f"{other}  current\n"
    )


@pytest.mark.slow
def test_a_label_that_came_later_changes_no_earlier_leaflet(content: Path) -> None:
    """A new small word of the page stood on no sheet that was given; a changed one may have."""
    code = code_of(content)
    with (content / "labels.yaml").open("a", encoding="utf-8") as labels:
        labels.write("\nnews: News\n")
    assert run(content, "current", code).stdout == f"{code}  current\n"
    edit(content, "try: You can try", "try: You may try", "labels.yaml")
    assert "page:labels: label try: You [-can-] {+may+} try" in run(content, "current", code).stdout


@pytest.mark.slow
def test_what_is_gone_from_the_content_is_a_change(content: Path, tmp_path: Path) -> None:
    """A leaflet with an exercise that was taken out since is found, said to be changed, remade."""
    kept = {name: (content / name).read_text(encoding="utf-8") for name in
            ("exercises.yaml", "invariants.yaml")}  # fmt: skip
    with (content / "registry.yaml").open("a", encoding="utf-8") as registry:
        registry.write("  900: own-bridge\n")
    part = re.search(r"  - id: bridge\n.*?(?=\n  - id: )", kept["exercises.yaml"], re.DOTALL)
    row = re.search(r"      bridge:\n(?:        .*\n)+", kept["invariants.yaml"])
    assert part
    assert row
    own = part[0].replace("id: bridge", "id: own-bridge").replace("number: 29", "number: 33")
    own = own.replace("chronic: 4}", "chronic: 14}", 1)
    (content / "exercises.yaml").write_text(f"{kept['exercises.yaml']}{own}\n", encoding="utf-8")
    both = row[0] + row[0].replace("bridge", "own-bridge")
    text = kept["invariants.yaml"].replace(row[0], both)
    (content / "invariants.yaml").write_text(text, encoding="utf-8")
    commit(tmp_path, "With an exercise of our own")
    words = ("make", "--region", "lumbar", "--status", "chronic", "--screened",
             "--exercise", "own-bridge")  # fmt: skip
    code = code_of(content, *words)
    assert run(content, *words, "-o", "first.pdf").exit_code == 0
    forged = write_recipe(
        open_publisher(content).library,
        structs.replace(ask("lumbar", "chronic"), exercises=("own-bridge",)),
        Provenance(words="", program=""),
    )
    for name, before in kept.items():
        (content / name).write_text(before, encoding="utf-8")
    commit(tmp_path, "Without it")
    done = run(content, "current", code, forged)
    assert done.exit_code == 1
    assert done.stdout.startswith(
        f"{code}  changed\n  the content no longer has the exercise `own-bridge`\n"
        f"{forged}  unknown version\n"
    )
    again = run(content, "remake", code, "-o", "again.pdf", "--force")
    assert again.exit_code == 0, again.stderr
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()
    publisher = open_publisher(content)
    asked = structs.replace(ask("lumbar", "chronic"), exercises=("own-bridge",))
    refused = run(content, "remake", write_recipe(publisher.library, asked, publisher.provenance))
    assert refused.exit_code == 4
    assert "the content no longer has the exercise `own-bridge`" in refused.stderr


def test_what_cannot_be_known_is_not_current(content: Path, tmp_path: Path) -> None:
    """Words that no history has are of an unknown version; a mistyped code is unreadable."""
    code = code_of(content)
    edit(content)
    shutil.rmtree(tmp_path / ".git")
    done = run(content, "current", "--json", code, "0000-0000")
    assert done.exit_code == 1
    assert [one["state"] for one in json.loads(done.stdout)] == ["unknown version", "unreadable"]


def test_words_that_only_an_older_program_can_read_stop_nothing(content: Path) -> None:
    """Old rules do not matter to a recall; old words are named, and the codes after them told."""
    today = code_of(content)
    library = open_publisher(content).library
    old = [
        _code_of_broken(content, library, "invariants.yaml", "  old-kind: of rule\n"),
        _code_of_broken(content, library, "labels.yaml", "old: [kind, of, label]\n"),
    ]
    done = run(content, "current", *old, today)
    states = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert states == [f"{old[0]}  current", f"{old[1]}  unknown version", f"{today}  current"]
    assert "(Old labels.yaml), which this version of the program cannot read: " in done.stdout
    for code in old:
        refused = run(content, "remake", code, "-o", "none.pdf")
        assert (refused.exit_code, refused.stdout) == (4, "")
        assert ".yaml), but another version of the program made it" in refused.stderr
        assert "error: content/" not in refused.stderr


def _code_of_broken(content: Path, library: Library, file: str, more: str) -> str:
    """Commit content with words that are no more understood, and return a code of that day."""
    path = content / file
    before = path.read_bytes()
    path.write_bytes(before + more.encode())
    commit(content.parent, f"Old {file}")
    (then, _), *_ = next(content_revisions(content.parent)).provenances("", "program of then")
    path.write_bytes(before)
    commit(content.parent, f"New {file}")
    return write_recipe(library, ask("neck"), then)


def test_withdrawn_words_are_refused_until_replaced(content: Path) -> None:
    """What is withdrawn does not print, nor after an unsigned change; signed words print again."""
    code = code_of(content)
    done = run(content, "withdraw", BLOCK, "--why", "too weak", "--by", "Dr A. Jones")
    assert done.exit_code == 0, done.stderr
    for _ in range(2):
        refused = run(content, *MAKE, "-o", "none.pdf")
        assert refused.exit_code == 4
        assert f"`{BLOCK}` was withdrawn on" in refused.stderr
        assert "too weak" in refused.stderr
        if BEFORE in (content / "flags.yaml").read_text(encoding="utf-8"):
            edit(content)
    assert run(content, "make", "--region", "neck", "-o", "other.pdf").exit_code == 0
    run(content, "sign", "--by", "B. Silva", "--role", "pharmacist", BLOCK)
    assert run(content, *MAKE, "-o", "new.pdf").exit_code == 0
    assert run(content, "current", code).stdout.startswith(f"{code}  withdrawn\n")


def test_a_withdrawn_leaflet_is_remade_for_the_record_alone(content: Path, tmp_path: Path) -> None:
    """Remaking withdrawn words takes a word of its own, and says not to hand them out."""
    code = code_of(content)
    run(content, "withdraw", BLOCK, "--why", "too weak")
    assert run(content, "remake", code, "-o", "none.pdf").exit_code == 4
    assert not (tmp_path / "none.pdf").exists()
    done = run(content, "remake", code, "-o", "filed.pdf", "--for-the-record")
    assert done.exit_code == 0
    assert "Do not give this to patients" in done.stderr


def test_a_withdrawal_can_be_lifted(content: Path) -> None:
    """A lifted withdrawal lets the words print again, and stays in the record with both reasons."""
    code = code_of(content)
    run(content, "withdraw", BLOCK, "--why", "too weak")
    assert run(content, "current", code).exit_code == 1
    unnamed = run(content, "withdraw", BLOCK, "--lift", "--why", "a mistake")
    assert (unnamed.exit_code, "--by is empty" in unnamed.stderr) == (2, True)
    lifted = run(content, "withdraw", BLOCK, "--lift", "--why", "a mistake", "--by", "B. Silva")
    assert lifted.exit_code == 0
    assert run(content, "current", code).stdout == f"{code}  current\n"
    listed = run(content, "withdraw", "--list").stdout
    assert "too weak; lifted on" in listed
    assert "by B. Silva: a mistake" in listed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((BLOCK,), "give --why"),
        (("gi-ulcr-lead", "--why", "x"), "did you mean `gi-ulcer-lead`?"),
        ((BLOCK, "--lift", "--why", "x"), "is not withdrawn"),
    ],
)
def test_a_wrong_withdrawal_writes_nothing(
    content: Path, words: tuple[str, ...], message: str
) -> None:
    """What cannot be a withdrawal is refused with a reason, and no record appears."""
    done = run(content, "withdraw", *words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (content / "withdrawn.yaml").exists()


def test_a_damaged_record_of_withdrawals_stops_everything(content: Path) -> None:
    """A record that was cut off hides no withdrawal: nothing is made, and nothing overwritten."""
    run(content, "withdraw", BLOCK, "--why", "too weak")
    path = content / "withdrawn.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("end: true\n", ""), encoding="utf-8")
    before = path.read_bytes()
    for words in (MAKE, ("withdraw", BLOCK, "--lift", "--why", "x")):
        done = run(content, *words)
        assert done.exit_code == 3
        assert "content/withdrawn.yaml:5: the record is incomplete" in done.stderr
    assert path.read_bytes() == before
