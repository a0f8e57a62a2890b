"""Goes in: a git repository. Comes out: what git says of it, and the bytes of what it keeps."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from handouts.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Blobs:
    """The contents of a repository, each read once through one process."""

    def __init__(self, asked: IO[bytes], told: IO[bytes]) -> None:
        self._asked, self._told = asked, told
        self._known: dict[str, bytes] = {}

    def read(self, key: str) -> bytes:
        """Give the bytes of a file by their key."""
        if key not in self._known:
            self._asked.write(f"{key}\n".encode())
            self._asked.flush()
            size = int(self._told.readline().split()[2])
            self._known[key] = self._told.read(size)
            self._told.read(1)
        return self._known[key]


@contextmanager
def reading(top: Path) -> Iterator[Blobs]:
    """Open the contents of a repository."""
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


def git_says(folder: Path, *words: str) -> str:
    """Run git and give what it says; raises RequestError with its complaint."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words and a path, no shell
            ["git", "-C", str(folder), *words],  # noqa: S607 - found on the caller's PATH
            capture_output=True,
            check=True,
        )
    except FileNotFoundError:
        raise RequestError(Fault(message="git is not installed", hint="install it")) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        message = said[-1].removeprefix("fatal: ") if said else "git failed"
        hint = "name a git repository that holds the content"
        raise RequestError(Fault(message=f"cannot read `{folder}`: {message}", hint=hint)) from None
    return done.stdout.decode(errors="replace")


def list_tree(top: Path, commit: str, *paths: str) -> dict[str, str]:
    """List the files of a commit below some paths, each with the key of its bytes."""
    listed = {}
    for entry in git_says(top, "ls-tree", "-r", "-z", commit, "--", *paths).split("\0")[:-1]:
        about, name = entry.split("\t", 1)
        listed[name] = about.split()[2]
    return listed


def commits(top: Path, *paths: str) -> list[tuple[str, str, str]]:
    """List the commits of every branch that changed some paths, newest first: key, day, subject."""
    form = "--format=%H%x09%cs%x09%s"
    log = git_says(top, "log", "--all", "--date-order", form, "--", *paths).splitlines()
    return [(key, day, subject) for key, day, subject in (line.split("\t", 2) for line in log)]
