"""Reading a repository that somebody else made: nothing in it is run, and nothing leads outside."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from handouts.audit.remake import content_revisions, program_repositories, repository_of
from handouts.errors import RequestError
from handouts.system.git import commits, first_with, folder_at, git_says, list_tree, reading

pytestmark = pytest.mark.sample(6)

LISTED = "vocabulary.yaml"
SIGNED = """tree {tree}
author A <a@b.c> 1764000000 +0000
committer A <a@b.c> 1764000000 +0000
gpgsig -----BEGIN PGP SIGNATURE-----
 
 aGVsbG8=
 -----END PGP SIGNATURE-----

Signed by nobody
"""  # noqa: W293 - git's own form


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the caller's own git settings away."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@b.c")


def git(folder: Path, *words: str, text: bytes = b"") -> str:
    """Run git as a person does."""
    done = subprocess.run(
        ["git", "-C", folder, *words], input=text, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Give a folder of content inside a repository, with two commits."""
    folder = tmp_path / "clone" / "content"
    folder.mkdir(parents=True)
    git(folder.parent, "init", "--quiet", "-b", "main")
    for text in ("one\n", "two\n"):
        (folder / LISTED).write_text(text)
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", text)
    return folder


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    """Give a program that leaves `ran` beside itself when anything starts it."""
    script = tmp_path / "payload"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    script.chmod(0o755)
    return script


def read_all(folder: Path, revision: str = "main") -> None:
    """Read a repository in every way that a command does, whatever comes of it."""

    def unpack() -> None:
        with folder_at(folder, revision, "templates"):
            pass

    reads: tuple[Callable[[], object], ...] = (
        unpack,
        lambda: [dict(one.files) for one in content_revisions(folder)],
        lambda: repository_of(folder),
        lambda: program_repositories(folder),
        lambda: first_with(folder, [LISTED]),
    )
    for read in reads:
        with suppress(RequestError):
            read()


KINDS = {
    "fsmonitor": ["core.fsmonitor={run}"],
    "signature": ["gpg.program={run}", "log.showSignature=true"],
    "signature-openpgp": ["gpg.openpgp.program={run}", "log.showSignature=true"],
    "hooks": ["core.hooksPath={folder}"],
    "pager": ["core.pager={run}", "pager.log={run}", "pager.ls-tree={run}"],
    "alias": ["alias.log=!{run}", "alias.rev-parse=!{run}", "alias.cat-file=!{run}"],
    "external-diff": ["diff.external={run}"],
    "textconv": ["diff.evil.textconv={run}", "diff.evil.command={run}"],
    "filter": ["filter.evil.smudge={run}", "filter.evil.clean={run}", "filter.evil.process={run}"],
    "lazy-fetch": [
        "core.repositoryFormatVersion=1",
        "extensions.partialClone=origin",
        "remote.origin.promisor=true",
        "remote.origin.url={folder}/clone",
        "remote.origin.uploadpack={run}",
        "protocol.allow=always",
        "protocol.file.allow=always",
    ],
    "lazy-fetch-ext": [
        "core.repositoryFormatVersion=1",
        "extensions.partialClone=origin",
        "remote.origin.promisor=true",
        "remote.origin.url=ext::{run}",
        "protocol.ext.allow=always",
    ],
    "lazy-fetch-ssh": [
        "core.repositoryFormatVersion=1",
        "extensions.partialClone=origin",
        "remote.origin.promisor=true",
        "remote.origin.url=ssh://host/x",
        "core.sshCommand={run}",
        "protocol.ssh.allow=always",
    ],
    "editor-and-askpass": ["core.editor={run}", "core.askPass={run}", "credential.helper=!{run}"],
}


def arm(repository: Path, kind: str, payload: Path) -> None:
    """Put a trap into the configuration, attributes and objects of a repository."""
    place = {"run": payload, "folder": payload.parent}
    shutil.copy(payload, payload.parent / "post-index-change")
    head = git(repository, "rev-parse", "HEAD^{tree}")
    text = SIGNED.format(tree=head).encode()
    signed = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", text=text)
    git(repository, "update-ref", "refs/heads/signed", signed)
    blob = git(repository, "ls-tree", "-r", "HEAD").split()[2]
    folder = Path(git(repository, "rev-parse", "--absolute-git-dir"))
    (folder / "info").mkdir(exist_ok=True)
    (folder / "info" / "attributes").write_text("* diff=evil filter=evil\n")
    if kind.startswith("lazy"):
        (folder / "objects" / blob[:2] / blob[2:]).unlink()
    for one in KINDS[kind]:
        key, _, value = one.format(**place).partition("=")
        git(repository, "config", key, value)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["own", "bare-inside"])
def test_no_repository_runs_a_program(content: Path, payload: Path, kind: str, where: str) -> None:
    """Whatever the configuration names, in `.git` or in a bare repository among the content."""
    trapped = content
    if where == "bare-inside":
        trapped = content.parent.parent / "hostile" / "content"
        git(content, "clone", "--quiet", "--bare", "--no-hardlinks", "..", str(trapped))
        for pack in (trapped / "objects" / "pack").glob("*"):
            pack.rename(trapped / pack.name)
            if pack.suffix == ".pack":
                git(trapped, "unpack-objects", "-q", text=(trapped / pack.name).read_bytes())
        shutil.copy(content / LISTED, trapped)
    arm(trapped, kind, payload)
    for revision in ("main", "signed", "--help", f"--output={payload.parent}/ran"):
        read_all(trapped, revision)
    assert not (payload.parent / "ran").exists()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("fsmonitor", ("ls-files", "-m")),
        ("signature", ("log", "signed")),
        ("lazy-fetch", ("cat-file", "-p", f"main:content/{LISTED}")),
        ("alias", ("status",)),
        ("hooks", ("read-tree", "HEAD")),
    ],
)
def test_the_traps_are_real(content: Path, payload: Path, kind: str, words: tuple[str]) -> None:
    """The same repositories do run the program for a git that is asked plainly."""
    arm(content, kind, payload)
    if kind == "alias":
        git(content, "config", "alias.unheard-of", f"!{payload}")
        words = ("unheard-of",)
    subprocess.run(["git", "-C", content, *words], check=False, capture_output=True)
    assert (payload.parent / "ran").exists()


def test_a_bare_repository_among_the_content_is_named(content: Path) -> None:
    """It is an error that says where it lies, in every version of git."""
    bare = content.parent.parent / "bare"
    git(content, "clone", "--quiet", "--bare", "..", str(bare))
    (bare / "content").mkdir()
    for folder in (bare, bare / "content"):
        with pytest.raises(RequestError, match="holds a bare git repository"):
            git_says(folder, "log")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "{other}/.git"),
        ("GIT_WORK_TREE", "{other}"),
        ("GIT_INDEX_FILE", "{other}/.git/index"),
        ("GIT_OBJECT_DIRECTORY", "{other}/.git/objects"),
        ("GIT_NAMESPACE", "else"),
        ("GIT_EXEC_PATH", "{other}"),
        ("GIT_EXTERNAL_DIFF", "{run}"),
        ("GIT_PAGER", "{run}"),
        ("GIT_SSH_COMMAND", "{run}"),
        ("GIT_CONFIG_PARAMETERS", "'core.fsmonitor'='{run}' 'alias.log'='!{run}'"),
        ("GIT_TRACE", "{other}/ran"),
        ("GIT_TRACE2_EVENT", "{other}/ran"),
        ("GIT_LITERAL_PATHSPECS", "1"),
    ],
)
def test_the_environment_does_not_steer_git(
    content: Path, payload: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Inside a hook, or with settings for another repository, the folder's own one is read."""
    other = content.parent.parent / "other"
    git(content, "init", "--quiet", str(other))
    log = [subject for _, _, subject in commits(content.parent, "content", ":(glob)*.png")]
    monkeypatch.setenv(name, value.format(other=other, run=payload))
    assert [one for _, _, one in commits(content.parent, "content", ":(glob)*.png")] == log
    with folder_at(content, "main~1") as then:
        assert (then / LISTED).read_text() == "one\n"
    assert not (other / "ran").exists()
    assert not (payload.parent / "ran").exists()


@pytest.mark.parametrize("entry", ["", ".", "relative"])
def test_a_git_among_the_content_is_not_run(
    content: Path, payload: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    """With such an entry on the PATH, the folder one is in could bring its own `git`."""
    (content / "relative").mkdir()
    for place in (content, content / "relative"):
        shutil.copy(payload, place / "git")
    monkeypatch.chdir(content)
    monkeypatch.setenv("PATH", f"{entry}{os.pathsep}{os.environ['PATH']}")
    read_all(content)
    assert not (payload.parent / "ran").exists()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["config", "HEAD", "index"])
def test_a_pipe_in_the_place_of_a_file_of_git_ends(
    content: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Git would wait for it without end."""
    monkeypatch.setattr("handouts.system.git._SECONDS", 0.3)
    file = content.parent / ".git" / place
    file.unlink()
    os.mkfifo(file)
    read_all(content)


# ------------------------------------------------------------------ odd words of a history
@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r", "\t"])
def test_a_subject_may_hold_any_character(content: Path, odd: str) -> None:
    """What Python takes for the end of a line is none; a terminal is not sent any of it."""
    git(content, "commit", "--quiet", "--allow-empty", "-m", f"Half{odd}way \x1b[31m")
    (content / LISTED).write_text("three\n")
    git(content, "commit", "--quiet", "-a", "-m", f"Half{odd}way \x1b[31m")
    log = commits(content.parent, "content")
    assert len(log) == 3
    assert log[0][2].startswith("Half")
    assert log[0][2].isprintable()


def forge(folder: Path, entries: Iterable[tuple[str, bytes]]) -> str:
    """Commit a tree with names that git itself would not write."""
    blob = git(folder, "hash-object", "-w", "--stdin", text=b"forged\n")
    tree = b"".join(b"100644 " + name + b"\0" + bytes.fromhex(blob) for _, name in entries)
    words = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
    inner = git(folder, *words, text=tree)
    outer = b"40000 content\0" + bytes.fromhex(inner)
    top = git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", text=outer)
    return git(folder, "commit-tree", "-m", "forged", top)


@pytest.mark.parametrize(
    "names",
    [
        [b"/tmp/outside"],
        [b"../outside"],
        [b"blocks/../../outside.yaml"],
        [b".git"],
        [b"a//b"],
        [b"a", b"a/b"],
        [b"n" * 300],
    ],
)
def test_a_forged_name_leads_nowhere(content: Path, names: list[bytes]) -> None:
    """It is an error, and no file is written under it."""
    commit = forge(content.parent, [("", name) for name in names])
    with (
        pytest.raises(RequestError, match=r"forged file name|cannot unpack"),
        folder_at(content, commit),
    ):
        pass
    if b"/../" in names[0]:
        with pytest.raises(RequestError, match="forged file name"):
            list_tree(content.parent, commit)


@pytest.mark.parametrize("harm", ["missing", "damaged", "cut", "empty"])
def test_an_object_that_is_lost_is_an_error(content: Path, harm: str) -> None:
    """A shallow copy of a disk, or a damaged one: in words, with what to do."""
    blob = git(content, "rev-parse", "main:content/" + LISTED)
    file = content.parent / ".git" / "objects" / blob[:2] / blob[2:]
    raw = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes({"damaged": b"x" * 40, "cut": raw[:-4]}.get(harm, b""))
    if harm == "missing":
        file.unlink()
    with reading(content) as blobs, pytest.raises(RequestError, match="lost or damaged"):
        blobs.read(blob)
    with pytest.raises(RequestError, match="lost or damaged"), folder_at(content, "main"):
        pass


@pytest.mark.parametrize("revision", ["", " ", "\udc80", "a\0b", "-p", "--all", "main..", "^main"])
def test_a_revision_that_is_no_name_is_refused(content: Path, revision: str) -> None:
    """Nothing stands for HEAD in silence, and no word is an option."""
    with pytest.raises(RequestError), folder_at(content, revision):
        pass


def test_a_folder_of_a_linked_worktree_is_read(content: Path) -> None:
    """One repository may have many checkouts, also where the repository itself is bare."""
    bare = content.parent.parent / "bare.git"
    git(content, "clone", "--quiet", "--bare", "..", str(bare))
    git(bare, "worktree", "add", "--quiet", str(bare.parent / "linked"), "main")
    with folder_at(bare.parent / "linked" / "content", "main~1") as then:
        assert (then / LISTED).read_text() == "one\n"
