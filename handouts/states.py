"""Goes in: a git repository of content. Comes out: its earlier states, newest first."""

from __future__ import annotations

import hashlib
import subprocess
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from handouts.edition import words_digest
from handouts.errors import Fault, RequestError
from handouts.files import FILES, digest_of
from handouts.ledger import SIGNOFF
from handouts.logo import KINDS as LOGO_KINDS
from handouts.premises import PROFILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MARK = "vocabulary.yaml"
"""The file by which a folder of content is found."""
_KEPT = (SIGNOFF, PROFILE, "invariants.yaml", "names.yaml")
"""What a workshop needs besides the words."""


class State(Struct, frozen=True, kw_only=True):
    """A folder of content as one commit had it."""

    commit: str
    day: str
    subject: str
    files: Mapping[str, bytes]

    def words(self, profile: str) -> str:
        """Digest its words and approvals, with the profile that leaflets were made with."""
        named = {name: raw for name, raw in self.files.items() if _is_content(name)}
        signoff = self.files.get(SIGNOFF)
        digest = hashlib.sha256(signoff).hexdigest() if signoff is not None else ""
        return words_digest(digest_of(named), digest, profile)

    @property
    def name(self) -> str:
        """Name it for people."""
        return f"{self.commit[:10]} of {self.day} ({self.subject})"

    @contextmanager
    def unpacked(self, folder_name: str) -> Iterator[Path]:
        """Write its files into a folder of that name, which is gone afterwards."""
        with TemporaryDirectory(prefix="handout-") as base:
            folder = Path(base) / folder_name
            for name, raw in self.files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(raw)
            yield folder


def states(repository: Path) -> Iterator[State]:
    """Yield every state of the content in a repository, newest first; raises RequestError.

    `repository` is its folder, or a folder inside it when it holds more than one.
    """
    top = Path(_git(repository, "rev-parse", "--show-toplevel").strip())
    inside = _git(repository, "rev-parse", "--show-prefix").strip()
    log = _git(top, "log", "--all", "--date-order", "--format=%H%x09%cs%x09%s", "--", inside or ".")
    with _reading(top) as blobs:
        before: Mapping[str, str] = {}
        for line in log.splitlines():
            commit, day, subject = line.split("\t", 2)
            found = _tree(top, commit, inside)
            if found and found != before:
                before = found
                files = {name: blobs.read(key) for name, key in found.items()}
                yield State(commit=commit, day=day, subject=subject, files=files)


def _is_content(name: str) -> bool:
    return name in FILES or (name.startswith("blocks/") and name.endswith(".yaml"))


def _is_kept(name: str) -> bool:
    """Say whether a leaflet may depend on it: the service with its logo, and approvals."""
    return name in _KEPT or ("/" not in name and name.lower().endswith(LOGO_KINDS))


def _tree(top: Path, commit: str, inside: str) -> Mapping[str, str]:
    """List the files of the content folder in a commit, each with the key of its bytes."""
    listed: dict[str, str] = {}
    for entry in _git(top, "ls-tree", "-r", "-z", commit, "--", inside or ".").split("\0")[:-1]:
        about, name = entry.split("\t", 1)
        listed[name] = about.split()[2]
    folders = [PurePosixPath(name).parent for name in listed if PurePosixPath(name).name == _MARK]
    if not folders:
        return {}
    folder = min(folders, key=lambda one: (len(one.parts), str(one)))
    own = {}
    for name, key in listed.items():
        path = PurePosixPath(name)
        if path.is_relative_to(folder):
            own[str(path.relative_to(folder))] = key
    return {name: key for name, key in own.items() if _is_content(name) or _is_kept(name)}


class _Blobs:
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
def _reading(top: Path) -> Iterator[_Blobs]:
    command = ["git", "-C", str(top), "cat-file", "--batch"]
    with subprocess.Popen(  # noqa: S603 - our own words and a path, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise TypeError
        try:
            yield _Blobs(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.stdout.close()


def _git(folder: Path, *words: str) -> str:
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


def repository_of(folder: Path) -> Path | None:
    """Say whether git keeps a folder: the folder, or None."""
    try:
        return folder if _git(folder, "ls-files", "--", _MARK).strip() else None
    except RequestError:
        return None
