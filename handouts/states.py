"""Goes in: a git repository of content. Comes out: its earlier states, newest first."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.edition import words_digest
from handouts.content.folder import FILES, digest_of
from handouts.content.profile import LOGO_KINDS
from handouts.errors import RequestError
from handouts.fastpath.fingerprint import PROFILE
from handouts.governance.approval import SIGNOFF
from handouts.system.git import commits, git_says, list_tree, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MARK = "vocabulary.yaml"
"""The file by which a folder of content is found."""
_KEPT = (SIGNOFF, PROFILE, "invariants.yaml", "names.yaml")
"""What a publisher needs besides the words."""


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
    top = Path(git_says(repository, "rev-parse", "--show-toplevel").strip())
    inside = git_says(repository, "rev-parse", "--show-prefix").strip()
    log = commits(top, *_paths(inside))
    with reading(top) as blobs:
        before: Mapping[str, str] = {}
        for commit, day, subject in log:
            found = _tree(top, commit, inside)
            if found and found != before:
                before = found
                files = {name: blobs.read(key) for name, key in found.items()}
                yield State(commit=commit, day=day, subject=subject, files=files)


def _is_content(name: str) -> bool:
    return name in FILES or (name.startswith("blocks/") and name.endswith(".yaml"))


def _is_kept(name: str) -> bool:
    """Say whether a leaflet may depend on it: the service with its logo, and approvals."""
    return name in _KEPT or _is_service(name)


def _is_service(name: str) -> bool:
    return name == PROFILE or ("/" not in name and name.lower().endswith(LOGO_KINDS))


def _paths(inside: str) -> list[str]:
    """Name what a state depends on: the folder, and a service with its logo beside it."""
    if not inside:
        return ["."]
    beside = PurePosixPath(inside).parent
    return [
        inside,
        *(f":(glob){beside / name}" for name in (PROFILE, *(f"*{k}" for k in LOGO_KINDS))),
    ]


def _tree(top: Path, commit: str, inside: str) -> Mapping[str, str]:
    """List the files of the content folder in a commit, each with the key of its bytes.

    A service is described in the folder, or else beside it.
    """
    listed = {PurePosixPath(name): key for name, key in list_tree(top, commit).items()}
    folders = [
        path.parent for path in listed if path.name == _MARK and path.is_relative_to(inside or ".")
    ]
    if not folders:
        return {}
    folder = min(folders, key=lambda one: (len(one.parts), str(one)))
    own = {
        str(path.relative_to(folder)): key
        for path, key in listed.items()
        if path.is_relative_to(folder)
    }
    found = {name: key for name, key in own.items() if _is_content(name) or _is_kept(name)}
    if PROFILE in found:
        return found
    beside = {path.name: key for path, key in listed.items() if path.parent == folder.parent}
    return {name: key for name, key in beside.items() if _is_service(name)} | found


def repository_of(folder: Path) -> Path | None:
    """Say whether git keeps a folder: the folder, or None."""
    try:
        return folder if git_says(folder, "ls-files", "--", _MARK).strip() else None
    except RequestError:
        return None
