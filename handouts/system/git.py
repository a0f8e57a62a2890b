"""Read earlier versions of a folder from git: `folder_at`, `commits`, `list_tree`.

Runs the `git` command and changes no working tree; failures are `RequestError`.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from handouts.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_BLOB = "blob"


def run_git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder and return its result, even a failure; raises RequestError if no git."""
    try:
        return subprocess.run(  # noqa: S603 - our own words and a path, no shell
            ["git", "-C", str(folder), *words],  # noqa: S607 - found on the caller's PATH
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise RequestError(Fault(message="git is not installed", hint="install it")) from None


def git_says(folder: Path, *words: str) -> str:
    """Run git and return its standard output; raises RequestError with its message on failure."""
    done = run_git(folder, *words)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        message = said[-1].removeprefix("fatal: ") if said else "git failed"
        hint = "name a git repository that holds the content"
        raise RequestError(Fault(message=f"cannot read `{folder}`: {message}", hint=hint))
    return done.stdout.decode(errors="replace")


class Blobs:
    """The blobs of a repository, read through one `git cat-file --batch` and kept in memory."""

    def __init__(self, asked: IO[bytes], told: IO[bytes]) -> None:
        self._asked, self._told = asked, told
        self._known: dict[str, bytes] = {}

    def read(self, key: str) -> bytes:
        """Return the bytes of a blob by its object id; raises RequestError when it is missing."""
        if key not in self._known:
            self._asked.write(f"{key}\n".encode())
            self._asked.flush()
            _, kind, *size = self._told.readline().split()
            if not size:
                raise RequestError(Fault(message=f"git has lost `{key}`: {kind.decode()}"))
            self._known[key] = self._told.read(int(size[0]))
            self._told.read(1)
        return self._known[key]


@contextmanager
def reading(top: Path) -> Iterator[Blobs]:
    """Yield the blobs of a repository while one git process runs."""
    command = ["git", "-C", str(top), "cat-file", "--batch"]
    with subprocess.Popen(  # noqa: S603 - our own words and a path, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise TypeError
        try:
            yield Blobs(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.stdout.close()


def list_tree(top: Path, commit: str, *paths: str) -> dict[str, str]:
    """Return the object id of the blob of each file of a commit below some paths."""
    listed = {}
    for entry in git_says(top, "ls-tree", "-r", "-z", commit, "--", *paths).split("\0")[:-1]:
        about, name = entry.split("\t", 1)
        listed[name] = about.split()[2]
    return listed


def commits(top: Path, *paths: str) -> list[tuple[str, str, str]]:
    """List the commits of all branches that changed some paths, newest first.

    Each is (hash, date as YYYY-MM-DD, subject).
    """
    form = "--format=%H%x09%cs%x09%s"
    log = git_says(top, "log", "--all", "--date-order", form, "--", *paths).splitlines()
    return [(key, day, subject) for key, day, subject in (line.split("\t", 2) for line in log)]


# ------------------------------------------------------------------ a folder as it was
@contextmanager
def folder_at(folder: Path, revision: str, *beside: str) -> Iterator[Path]:
    """Yield a temporary copy of a folder at a revision, with some of the folders `beside` it.

    Raises RequestError when there is no git, no repository, no such revision, or the folder is not
    in it.
    """
    commit = _commit(folder, revision)
    prefix = PurePosixPath(git_says(folder, "rev-parse", "--show-prefix").strip() or ".")
    with tempfile.TemporaryDirectory(prefix="handout-") as temporary:
        root = Path(temporary)
        if not _write(folder, commit, prefix, root / folder.resolve().name):
            raise RequestError(
                Fault(
                    message=f"revision `{revision}` has no folder `{prefix}`",
                    hint="name a later revision, or the folder of another checkout",
                )
            )
        for name in beside:
            _write(folder, commit, prefix.parent / name, root / name)
        yield root / folder.resolve().name


def first_with(folder: Path, files: Iterable[str]) -> str:
    """Return the first commit with all these files, as `HASH of DATE`; "" where there is none."""
    order = git_says(folder, "rev-list", "--topo-order", "--reverse", "HEAD").split()
    latest = -1
    for file in files:
        words = ("log", "--topo-order", "--diff-filter=A", "--format=%H", "--", file)
        added = git_says(folder, *words).split()
        if not added:
            return ""
        latest = max(latest, order.index(added[-1]))
    return git_says(folder, "log", "-1", "--format=%h of %cs", order[latest]).strip()


def _commit(folder: Path, revision: str) -> str:
    if not folder.is_dir():
        raise RequestError(
            Fault(message=f"no content folder at {folder}", hint="name one with --content")
        )
    if shutil.which("git") is None:
        raise RequestError(
            Fault(message="git is not installed", hint="install it, or name two folders")
        )
    if run_git(folder, "rev-parse", "--git-dir").returncode:
        raise RequestError(
            Fault(
                message=f"`{revision}` is not a folder, and {folder} is not in a git repository",
                hint="name two folders, or a folder that git knows with --content",
            )
        )
    # `--end-of-options`: a revision that starts with a dash is a name, never an option.
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = run_git(folder, *words)
    if found.returncode:
        raise RequestError(
            Fault(
                message=f"`{revision}` is neither a folder nor a revision that git knows",
                hint="`git log --oneline` lists revisions; a shallow clone has few of them",
            )
        )
    return found.stdout.decode().strip()


def _write(folder: Path, commit: str, prefix: PurePosixPath, target: Path) -> bool:
    """Write the files of a folder of a commit below `target`; return whether there are any."""
    where = commit if prefix == PurePosixPath() else f"{commit}:{prefix}"
    listed = run_git(folder, "ls-tree", "--full-tree", "-r", "-z", where)
    if listed.returncode or not listed.stdout:
        return False
    with reading(folder) as blobs:
        for line in listed.stdout.rstrip(b"\0").split(b"\0"):
            about, _, name = line.partition(b"\t")
            _, kind, key = about.decode().split()
            path = target / name.decode("utf-8", "surrogateescape")
            if kind == _BLOB and ".." not in path.relative_to(target).parts:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(blobs.read(key))
    return True
