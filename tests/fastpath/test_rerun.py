"""A leaflet that was made before is made again at once, and is the same to the byte."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree, rmtree

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

import handouts
from handouts.cli.app import main as handout
from handouts.cli.commands.make import make
from handouts.content.load import resource
from handouts.content.look import LOOK_NAMES
from handouts.content.profile import LOGO_KINDS
from handouts.fastpath import cache as store
from handouts.fastpath import fingerprint, rerun
from handouts.fastpath.rerun import make_again, options_of, read_command_line

NECK = ("--region", "neck", "--flag", "gi-ulcer")
NAMED = (*NECK, "--name", "Ana Silva")
OPTIONS = options_of(make.params, LOOK_NAMES)
SERVICE = "name: Back clinic\nlogo:\n  file: logo.svg\n  alt: Back clinic\n"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def prepare(root: Path, patch: pytest.MonkeyPatch, read: Path) -> Path:
    """Go into an empty folder, with a copy of the content, and a cache that has only read it."""
    copytree(resource("content"), root / "content")
    copytree(read, root / "cache")
    (root / "here").mkdir()
    patch.chdir(root / "here")
    patch.setenv("HANDOUTS_CACHE", str(root / "cache"))
    patch.setenv("HANDOUTS_CONTENT", str(root / "content"))
    patch.delenv("HANDOUTS_SERVICE", raising=False)
    return root / "here"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_content: Path) -> Path:
    """Work in an empty folder, with a copy of the content and a cache that has only read it."""
    return prepare(tmp_path, monkeypatch, read_content)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, read_content: Path) -> Iterator[Path]:
    """Make a leaflet once, in a folder that changes are tried in one after the other."""
    root = tmp_path_factory.mktemp("once")
    with pytest.MonkeyPatch.context() as patch:
        prepare(root, patch, read_content)
        made(*NAMED)
        yield root


@pytest.fixture
def known(once: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder where a leaflet was made; whatever is changed there is undone."""
    with monkeypatch.context() as patch:
        patch.chdir(once / "here")
        yield once
    rmtree(once / "content")
    copytree(resource("content"), once / "content")
    (once / "here/service.yaml").unlink(missing_ok=True)


def start(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Run `handout make` as people do."""
    command = [sys.executable, "-m", "handouts", "make", *words]
    return subprocess.run(command, capture_output=True, check=False)


def made(*words: str) -> bytes:
    """Make a leaflet and give its bytes."""
    done = start(*words, "-o", "made.pdf", "--force")
    assert done.returncode == 0, done.stderr
    return Path("made.pdf").read_bytes()


def again(*words: str) -> bytes | None:
    """Make a leaflet that was made before; None where Click has to."""
    done = make_again([*words, "-o", "again.pdf", "--force"])
    return Path("again.pdf").read_bytes() if done else None


# ------------------------------------------------------------------ the same bytes
@pytest.mark.sample(5)
@pytest.mark.parametrize(
    "words",
    [
        NECK,
        (*NECK, "--name", "Zoë O'Brien-Łuczak"),
        (*NECK, "--mono", "--screened", "--name= Ana   Silva "),
        (*NECK, "--duplex", "--exercise", "neck-turn", "--dose", "neck-turn=3x2", "--name", "Al"),
        (*NECK, "--booklet"),
    ],
    ids=("no name", "accents", "spaces", "by hand", "booklet"),
)
def test_kept_bytes_are_the_bytes_of_typesetting(here: Path, words: tuple[str, ...]) -> None:
    """What comes from disk is what is made without it, first and again."""
    anew = made(*words, "--no-cache")
    assert not list(here.parent.glob("cache/body-*"))
    assert again(*words) is None
    assert made(*words) == anew
    assert again(*words) == anew
    assert made(*words) == anew


@pytest.mark.slow
def test_one_body_serves_every_name(here: Path) -> None:
    """After a leaflet for one patient, that of another takes no typesetting and is their own."""
    made(*NAMED)
    assert again(*NECK, "--name", "Per Gynt") == made(*NECK, "--name", "Per Gynt", "--no-cache")
    assert len(list(here.parent.glob("cache/body-*"))) == 1
    assert again(*NECK) is None, "without a name the line for it stays blank, on another body"


@pytest.mark.slow
def test_a_batch_and_a_single_leaflet_share_bodies(here: Path) -> None:
    """What a batch typeset, `make` uses; both give the same bytes."""
    Path("list.csv").write_text("row id,region,name\n1,lumbar,Ana Silva\n", encoding="utf-8")
    command = [sys.executable, "-m", "handouts", "batch", "list.csv", "-o", "out"]
    subprocess.run(command, check=True, capture_output=True)
    (body,) = here.parent.glob("cache/body-*")
    before = body.stat()
    assert made("--region", "lumbar", "--name", "Ana Silva") == Path("out/1.pdf").read_bytes()
    assert list(here.parent.glob("cache/body-*")) == [body]
    assert body.stat().st_mtime_ns == before.st_mtime_ns, "it was not typeset again"


@pytest.mark.slow
def test_it_says_the_same(here: Path) -> None:
    """Made again, the path and the notes are those of the first time; the numbers go on."""
    first, second, third = (start(*NAMED) for _ in range(3))
    assert first.stderr == second.stderr == third.stderr
    paths = [Path(one.stdout.decode().strip()) for one in (first, second, third)]
    assert [path.stem[-2:] for path in paths] == ["01", "02", "03"]
    assert len({path.read_bytes() for path in paths}) == 1
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in paths)
    assert all(path.parent == here / "output" for path in paths)


LOADED = frozenset(
    {
        "handouts", "handouts.__main__", "handouts.fastpath", "handouts.fastpath.atomic",
        "handouts.fastpath.cache", "handouts.fastpath.fingerprint", "handouts.fastpath.last",
        "handouts.fastpath.name_slot",
        "handouts.fastpath.rerun", "handouts.fastpath.signals",
        "__future__", "_collections", "_functools", "_operator", "_weakrefset", "collections",
        "contextlib", "enum", "errno", "fcntl",
        "functools", "gc", "itertools", "keyword", "operator",
        "reprlib", "signal", "threading", "types", "zlib",
    }
)  # fmt: skip
"""Every module that a repeated leaflet loads, beyond a bare start of Python 3.11."""
BARE = """
import sys
import site  # as a start of Python does, but without what .pth files import
bare = set(sys.modules)
sys.path[:] = sys.argv[1].split(":")
sys.argv = ["handout", "make", *sys.argv[2:]]
from handouts.__main__ import main
main()
print(*sorted(sys.modules.keys() - bare), file=sys.stderr)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the standard library differs")
def test_a_repeated_leaflet_loads_these_modules_and_no_others(here: Path) -> None:
    """Each module takes time to load, so an import that is added must be added here as well."""
    made(*NAMED)
    package = str(Path(handouts.__file__).parent.parent)
    path = ":".join((package, *filter(None, sys.path)))
    command = [sys.executable, "-S", "-c", BARE, path, *NAMED, "-o", str(here / "a.pdf")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert set(done.stderr.splitlines()[-1].split()) == LOADED


# ------------------------------------------------------------------ the command line
def from_click(words: list[str]) -> dict[str, object]:
    """Read words as Click does."""
    above = click.Context(handout, **handout.context_settings)  # else `make` would keep other help
    return make.make_context("make", list(words), parent=above, resilient_parsing=True).params


JOINED = (
    "--name=Ana",
    "--name=",
    "--name=--region",
    "--region=neck",
    "-o=x",
    "-ox",
    "--screened=y",
)
OTHERS = ("--", "-", "", "Ana", "neck", "--na", "--note", "--print", "--preview", "--help")


@given(st.lists(st.sampled_from((*OPTIONS, *JOINED, *OTHERS)), max_size=7))
def test_a_command_line_is_read_as_click_reads_it(words: list[str]) -> None:
    """What is read from a command line, Click reads the same; in doubt nothing is read.

    Words without an option are part of what is asked for, and none may be the rest of a name.
    """
    line = read_command_line(words, OPTIONS)
    if line is None:
        return
    params = from_click(words)
    assert (line.name, line.output) == (str(params["name"]).strip(), params["output"])
    if {"--name", "--name=", "--output", "-o", "-n"} & {*words} or params["name"]:
        return  # what is given twice is left to Click
    for stranger in ("Someone Else", "--region"):
        other = [*words, "--name", stranger, "-o", stranger]
        changed = read_command_line(other, OPTIONS)
        assert changed is not None
        assert changed.asked == (*line.asked, rerun.NAMED)
        same = from_click(other)
        personal = {"name", "output"}
        assert {key: same[key] for key in same.keys() - personal} == {
            key: params[key] for key in params.keys() - personal
        }


def test_repeated_parameters_are_known_to_click() -> None:
    """Each parameter of a repeated line is one of `make`, and takes one word or none."""
    known = {one.name: one for one in make.params}
    taken = {*rerun.KNOWN, *LOOK_NAMES}
    assert known.keys() >= taken
    for name in taken:
        option = known[name]
        assert isinstance(option, click.Option)
        assert option.nargs == 1
    assert not taken & {"note", "note_file", "preview", "printer", "content", "no_cache"}


@pytest.mark.slow
@pytest.mark.sample(5)
@pytest.mark.parametrize(
    "words",
    [
        ("--note", "Zebedee"),
        ("--name", "Ольга"),
        ("--name", "W" * 70),
        ("--name", "A" * 81),
        ("--format", "text"),
        ("-o", "missing/a.pdf"),
        ("-o", ""),
        ("-o", "a.html"),
        ("-o", "=a.pdf"),
        ("--reference", "A12"),
        ("--name", "-"),
        ("Gareth",),
    ],
    ids=str,
)
def test_what_is_not_sure_is_left_to_click(known: Path, words: tuple[str, ...]) -> None:
    """After a leaflet was made, other words lead where they led before: same end, same message."""
    assert again(*NAMED)
    second = start(*NAMED, *words)
    rmtree("missing", ignore_errors=True)  # a folder that is made is told of
    fresh = start(*NAMED, *words, "--no-cache")
    assert (second.returncode, second.stderr) == (fresh.returncode, fresh.stderr)
    rmtree("missing", ignore_errors=True)
    assert make_again([*NAMED, *words]) is None
    kept = b"".join(path.read_bytes() for path in known.glob("cache/*"))
    assert b"Zebedee" not in kept


@pytest.mark.slow
def test_a_full_standard_output_is_said_as_ever(here: Path) -> None:
    """Where the path cannot be said, the leaflet stays and the exit code tells."""
    made(*NAMED)
    command = [sys.executable, "-m", "handouts", "make", *NAMED, "-o", "full.pdf"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"cannot write to standard output" in done.stderr
    assert (here / "full.pdf").is_file()


# ------------------------------------------------------------------ what changes it
def edit(path: str) -> Callable[[Path], None]:
    """Change a file of content, in a comment only."""

    def change(root: Path) -> None:
        file = root / "content" / path
        file.write_text(file.read_text("utf-8") + "\n# looked through\n", "utf-8")

    return change


def write(path: str, text: str) -> Callable[[Path], None]:
    """Write a file."""

    def change(root: Path) -> None:
        (root / path).write_text(text, "utf-8")

    return change


@pytest.mark.parametrize(
    "change",
    [
        edit("blocks/medicines.yaml"),
        edit("invariants.yaml"),
        edit("names.yaml"),
        lambda root: (root / "content/blocks/about.yaml").unlink(),
        write("content/blocks/new.yaml", "[]\n"),
        write("content/signoff.yaml", "signoffs: []\n"),
        write("content/withdrawn.yaml", "withdrawn: []\n"),
        write("content/service.yaml", SERVICE),
        write("here/service.yaml", SERVICE),
    ],
    ids=(
        *("block", "rule", "names", "block gone", "block new", "sign-off", "withdrawal"),
        *("profile of the content", "profile of the folder"),
    ),
)
def test_any_change_of_content_is_seen(known: Path, change: Callable[[Path], None]) -> None:
    """Nothing that was made before a change is used after it; undone, it is used again."""
    assert again(*NAMED)
    change(known)
    assert again(*NAMED) is None


@pytest.mark.slow
def test_a_logo_is_part_of_it(here: Path) -> None:
    """A changed picture of the service voids its leaflets; each kind of picture is looked at."""
    assert set(fingerprint.PICTURES) == set(LOGO_KINDS)
    write("here/service.yaml", SERVICE)(here.parent)
    write("here/logo.svg", LOGO)(here.parent)
    before = made(*NAMED)
    assert again(*NAMED) == before
    write("here/logo.svg", LOGO.replace("h9v9", "h9v8"))(here.parent)
    assert again(*NAMED) is None
    assert made(*NAMED) != before


@pytest.mark.slow
def test_day_and_place_are_part_of_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tomorrow, or called from elsewhere or with another profile, a leaflet is made anew."""
    made(*NAMED)
    assert again(*NAMED)
    with monkeypatch.context() as patch:
        patch.setattr(rerun, "today", lambda: "2099-01-01")
        assert again(*NAMED) is None
    with monkeypatch.context() as patch:
        patch.setenv("HANDOUTS_SERVICE", "")
        assert again(*NAMED) is None
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    assert again(*NAMED) is None


def test_the_program_is_part_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every module, template and font is looked at, and every folder of libraries.

    The fonts of other scripts are looked at by the file of their digests.
    """
    stamped = {path for path, *_ in fingerprint.program_stamps()}
    package = resource("handouts/..").resolve() / "handouts"
    files = {str(path) for path in package.rglob("*.py")}
    for name in ("templates", "fonts"):
        files |= {str(path) for path in resource(name).iterdir() if path.is_file()}
    assert files <= stamped
    libraries = tmp_path / "site-packages"
    libraries.mkdir()
    monkeypatch.syspath_prepend(str(libraries))
    before = fingerprint.program_stamps()
    (libraries / "new").mkdir()
    assert fingerprint.program_stamps() != before


# ------------------------------------------------------------------ damage, crowds, limits
@pytest.mark.slow
def test_damage_is_made_good(here: Path) -> None:
    """With any entry cut off, emptied, altered or gone, the leaflet is still the same."""
    first = made(*NAMED)
    chance = random.Random(6)  # noqa: S311 - any place will do
    for path in sorted(here.parent.glob("cache/*.kept")):
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        altered = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        for damaged in (b"", whole[:3], whole[: len(whole) // 2], whole[:-1], altered):
            path.write_bytes(damaged)
            assert again(*NAMED) in (None, first), path.name
        path.unlink()
        assert made(*NAMED) == first, path.name
        assert again(*NAMED) == first, path.name


def test_an_entry_is_of_its_own_key(here: Path) -> None:
    """Two keys whose files have one name do not get each other's values."""
    store.keep("body", "one", (1,), most=9)
    (entry,) = here.parent.glob("cache/body-*")
    store.keep("body", "two", (2,), most=9)
    (other,) = set(here.parent.glob("cache/body-*")) - {entry}
    other.write_bytes(entry.read_bytes())
    assert store.recall("body", "two") is None
    assert store.recall("body", "one") == (1,)


@pytest.mark.slow
def test_many_at_once_agree(here: Path) -> None:
    """Started together with nothing kept, all make the same bytes, and leave sound entries."""
    rmtree(here.parent / "cache")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda n: start(*NAMED, "-o", f"{n}.pdf"), range(4)))
    assert {one.returncode for one in done} == {0}
    (content,) = {(here / f"{n}.pdf").read_bytes() for n in range(4)}
    assert again(*NAMED) == content
    assert not list(here.parent.glob("cache/.handout-*"))


def test_only_the_newest_are_kept(here: Path) -> None:
    """A cache does not grow for ever, and what a stopped run left half written goes."""
    left = here.parent / "cache" / ".handout-left.tmp"
    left.write_bytes(b"half")
    os.utime(left, (1, 1))
    for number in range(12):
        store.keep("line", number, (number,), most=5)
        (entry,) = {path for path in left.parent.glob("line-*") if path.stat().st_mtime > 1e6}
        os.utime(entry, (number + 1, number + 1))
    assert [store.recall("line", number) for number in range(12)] == [
        *(None for _ in range(7)),
        *((number,) for number in range(7, 12)),
    ]
    assert not left.exists()


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["", "/dev/null/cache"])
def test_without_a_cache_all_works(
    here: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """No cache, or none that can be written, only costs time."""
    monkeypatch.setenv("HANDOUTS_CACHE", folder)
    assert made(*NAMED) == made(*NAMED)
    assert again(*NAMED) is None
    assert sorted(path.name for path in here.iterdir()) == ["made.pdf"]
