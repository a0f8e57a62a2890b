"""Read earlier versions of a folder from git: `folder_at`, `commits`, `list_tree`.

Runs the `git` command and changes no working tree; failures are `RequestError`. A repository may
come from anybody: nothing in it, neither its configuration nor a name in its history, may make git
start a program, fetch anything, or lead this program out of a folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from handouts.errors import Fault, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_BLOB = "blob"
_SECONDS = 300
"""For one answer of git; a pipe in the place of one of its files would be waited for."""
_SETTINGS = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=false",
    "core.sshCommand=false",
    "core.askPass=false",
    "credential.helper=",
    "protocol.allow=never",
    "log.showSignature=false",
    "log.follow=false",
    "i18n.logOutputEncoding=UTF-8",
)
"""Each outdoes what a repository says: by these keys it could name a program to run."""
_BARE = ("HEAD", "objects", "refs")
"""What git takes for a repository wherever it lies, also inside the files of another."""
_NAMES_OF_GIT = frozenset({"", ".", "..", ".git"})
"""No file of a commit has one of these in its path, unless somebody forged it."""


def run_git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, whatever comes of it; raises RequestError where it cannot be run."""
    command = _command(folder, *words)
    try:
        return subprocess.run(  # noqa: S603 - git by its full path, our own words, no shell
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=_environment(),
            timeout=_SECONDS,
        )
    except OSError as error:
        reason = (error.strerror or "it does not start").lower()
        raise RequestError(Fault(message=f"git cannot be run: {reason}")) from error
    except ValueError as error:  # half a character, or none, in a word
        raise RequestError(Fault(message="git cannot be asked for that name")) from error
    except subprocess.TimeoutExpired as error:
        hint = "look at the repository with `git log`; a pipe or a slow disk may hold it up"
        message = f"git did not answer about `{folder}` in {_SECONDS} seconds"
        raise RequestError(Fault(message=message, hint=hint)) from error


def _command(folder: Path, *words: str) -> list[str]:
    """Build the one command line by which git is run; raises RequestError."""
    _refuse_bare(folder)
    settings = [word for one in _SETTINGS for word in ("-c", one)]
    return [_git(), "--no-pager", *settings, "-C", str(folder), *words]


def _git() -> str:
    """Find git by its full path: a `git` in the folder of the content is never run."""
    found = shutil.which("git", path=_absolute_path())
    if found is None:
        hint = "install it, or name two folders"
        raise RequestError(Fault(message="git is not installed", hint=hint))
    return found


def _absolute_path() -> str:
    """Return the caller's PATH without the entries that depend on the folder one is in."""
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if os.path.isabs(entry))  # noqa: PTH117 - of a list of names


def _environment() -> dict[str, str]:
    """Return git the caller's environment, but for all by which git itself is steered.

    Inside a hook, GIT_DIR names another repository than that of the folder; other variables name
    programs, files to write or settings.
    """
    kept = {key: value for key, value in os.environ.items() if not key.upper().startswith("GIT_")}
    return kept | {
        "PATH": _absolute_path(),
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _refuse_bare(folder: Path) -> None:
    """Raise RequestError where git would take plain files among the content for a repository.

    A clone can bring these along, with a configuration that runs programs; versions of git before
    2.38 know no setting against it.
    """
    with suppress(OSError, RuntimeError):
        here = folder.resolve()
        for place in (here, *here.parents):
            if os.path.lexists(place / ".git"):
                return
            if all((place / name).exists() for name in _BARE):
                hint = "remove HEAD, objects and refs from that folder, or name another folder"
                message = f"`{place}` holds a bare git repository, which is not used"
                raise RequestError(Fault(message=message, hint=hint))


def git_says(folder: Path, *words: str) -> str:
    """Run git and return what it says; raises RequestError with its complaint."""
    return _answer(folder, *words).decode(errors="replace")


def git_names(folder: Path, *words: str) -> str:
    """Run git and return the one path that it names, empty for none; raises RequestError."""
    return os.fsdecode(_answer(folder, *words).removesuffix(b"\n"))


def _answer(folder: Path, *words: str) -> bytes:
    done = run_git(folder, *words)
    if done.returncode:
        hint = "name a git repository that holds the content"
        message = f"cannot read `{folder}`: {_complaint(done)}"
        raise RequestError(Fault(message=message, hint=hint))
    return done.stdout


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    said = done.stderr.decode(errors="replace").strip().splitlines()
    errors = [line for line in said if line.startswith(("fatal: ", "error: "))] or said
    if not errors:
        return "git failed"
    return shorten(printable(errors[-1].removeprefix("fatal: ").removeprefix("error: ")))


def printable(text: str) -> str:
    """Return a text from a repository as a terminal may show it: no control characters."""
    return "".join(one if one.isprintable() else " " for one in text)


class Blobs:
    """The blobs of a repository, read through one `git cat-file --batch` and kept in memory."""

    def __init__(self, asked: IO[bytes], told: IO[bytes]) -> None:
        self._asked, self._told = asked, told
        self._known: dict[str, bytes] = {}

    def read(self, key: str) -> bytes:
        """Return the bytes of a blob by its object id; raises RequestError when it is missing."""
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]

    def _read(self, key: str) -> bytes:
        try:
            self._asked.write(f"{key}\n".encode())
            self._asked.flush()
            _, _, size = self._told.readline().split()
            content = self._told.read(int(size))
            if len(content) == int(size) and self._told.read(1):
                return content
        except (OSError, ValueError):
            pass  # it says that the object is missing, or ends because it is damaged
        hint = "`git fsck` lists what is damaged; clone the repository again, with all its history"
        raise RequestError(Fault(message=f"git has lost or damaged `{key}`", hint=hint))


@contextmanager
def reading(top: Path) -> Iterator[Blobs]:
    """Open the contents of a repository."""
    with subprocess.Popen(  # noqa: S603 - git by its full path, our own words, no shell
        _command(top, "cat-file", "--batch"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise TypeError
        try:
            yield Blobs(process.stdin, process.stdout)
        finally:
            with suppress(OSError):  # it may have ended by itself
                process.stdin.close()
            process.stdout.close()


def list_tree(top: Path, commit: str, *paths: str) -> dict[str, str]:
    """List the files of a commit below some paths, each with the key of its bytes.

    Raises RequestError for a name that leads out of the commit.
    """
    listed = {}
    for entry in _answer(top, "ls-tree", "-r", "-z", commit, "--", *paths).split(b"\0")[:-1]:
        about, _, raw = entry.partition(b"\t")
        name = _checked(os.fsdecode(raw), commit)
        listed[name] = about.decode().split()[2]
    return listed


def _checked(name: str, commit: str) -> str:
    """Return the name of a file in a commit; raises RequestError for one that git cannot make."""
    if not _NAMES_OF_GIT.isdisjoint(name.split("/")):
        shown = shorten(printable(name))
        message = f"commit {commit[:10]} holds a forged file name, `{shown}`"
        raise RequestError(Fault(message=message, hint="`git fsck` lists such commits"))
    return name


def commits(top: Path, *paths: str) -> list[tuple[str, str, str]]:
    """List the commits of all branches that changed some paths, newest first.

    Each is (hash, date as YYYY-MM-DD, subject).
    """
    form = "--format=%H%x09%cs%x09%s"
    words = ("log", "--all", "--date-order", "--no-show-signature", "-z", form, "--", *paths)
    found = []
    for entry in git_says(top, *words).split("\0"):
        if entry.strip():
            key, day, subject = entry.split("\t", 2)
            found.append((key, day, printable(subject)))
    return found


# ------------------------------------------------------------------ a folder as it was
@contextmanager
def folder_at(folder: Path, revision: str, *beside: str) -> Iterator[Path]:
    """Yield a temporary copy of a folder at a revision, with some of the folders `beside` it.

    Raises RequestError when there is no git, no repository, no such revision, or the folder is not
    in it.
    """
    commit = _commit(folder, revision)
    prefix = PurePosixPath(git_names(folder, "rev-parse", "--show-prefix") or ".")
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
        words = ("log", "--topo-order", "--no-show-signature", "--diff-filter=A", "--format=%H")
        added = git_says(folder, *words, "--", file).split()
        if not added:
            return ""
        latest = max(latest, order.index(added[-1]))
    return git_says(
        folder, "log", "-1", "--no-show-signature", "--format=%h of %cs", order[latest]
    ).strip()


def _commit(folder: Path, revision: str) -> str:
    if not folder.is_dir():
        raise RequestError(
            Fault(message=f"no content folder at {folder}", hint="name one with --content")
        )
    inside = run_git(folder, "rev-parse", "--git-dir")
    if inside.returncode:
        complaint = _complaint(inside)
        if not complaint.startswith("not a git repository"):
            raise RequestError(Fault(message=f"cannot read `{folder}`: {complaint}"))
        raise RequestError(
            Fault(
                message=f"`{revision}` is not a folder, and {folder} is not in a git repository",
                hint="name two folders, or a folder that git knows with --content",
            )
        )
    if not revision.strip():
        raise RequestError(
            Fault(message="a revision has no name", hint="name a revision, such as HEAD")
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
            path = target / _checked(os.fsdecode(name), commit)
            if kind == _BLOB:
                _place(path, blobs.read(key), commit)
    return True


def _place(path: Path, content: bytes, commit: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        message = f"cannot unpack `{path.name}` of commit {commit[:10]}: {reason}"
        raise RequestError(Fault(message=message)) from error
