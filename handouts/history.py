"""Goes in: a folder under git, and a revision. Comes out: the folder as it was then."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from handouts.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLOB = "blob"


@contextmanager
def folder_at(folder: Path, revision: str, *beside: str) -> Iterator[Path]:
    """Give a copy of a folder as it was at a revision, with folders that stood beside it.

    Raises RequestError when there is no git, no history, no such revision, or no such folder then.
    """
    commit = _commit(folder, revision)
    prefix = PurePosixPath(_git(folder, "rev-parse", "--show-prefix").decode().strip() or ".")
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
    """Name the first commit at which a folder had all these files; nothing where none ever had."""
    order = _git(folder, "rev-list", "--topo-order", "--reverse", "HEAD").decode().split()
    latest = -1
    for file in files:
        added = _git(folder, "log", "--topo-order", "--diff-filter=A", "--format=%H", "--", file)
        if not added:
            return ""
        latest = max(latest, order.index(added.decode().split()[-1]))
    return _git(folder, "log", "-1", "--format=%h of %cs", order[latest]).decode().strip()


def _commit(folder: Path, revision: str) -> str:
    if not folder.is_dir():
        raise RequestError(
            Fault(message=f"no content folder at {folder}", hint="name one with --content")
        )
    if shutil.which("git") is None:
        raise RequestError(
            Fault(message="git is not installed", hint="install it, or name two folders")
        )
    if _try(folder, "rev-parse", "--git-dir").returncode:
        raise RequestError(
            Fault(
                message=f"`{revision}` is no folder, and {folder} is not in a git repository",
                hint="name two folders, or a folder that git knows with --content",
            )
        )
    # `--end-of-options`: a revision that starts with a dash is a name, never an option.
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = _try(folder, *words)
    if found.returncode:
        raise RequestError(
            Fault(
                message=f"`{revision}` is neither a folder nor a revision that git knows",
                hint="`git log --oneline` lists revisions; a shallow clone has few of them",
            )
        )
    return found.stdout.decode().strip()


def _write(folder: Path, commit: str, prefix: PurePosixPath, target: Path) -> bool:
    """Write the files of a folder of a commit, as git keeps them; False when it has none."""
    where = commit if prefix == PurePosixPath() else f"{commit}:{prefix}"
    listed = _try(folder, "ls-tree", "--full-tree", "-r", "-z", where)
    if listed.returncode or not listed.stdout:
        return False
    for line in listed.stdout.rstrip(b"\0").split(b"\0"):
        about, _, name = line.partition(b"\t")
        _, kind, digest = about.decode().split()
        path = target / name.decode("utf-8", "surrogateescape")
        if kind == _BLOB and ".." not in path.relative_to(target).parts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_git(folder, "cat-file", "blob", digest))
    return True


def _git(folder: Path, *words: str) -> bytes:
    done = _try(folder, *words)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise RequestError(Fault(message=f"git cannot read the history: {reason}"))
    return done.stdout


def _try(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a list, no shell
