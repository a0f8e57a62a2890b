"""Write whole files or none, and read files of limited size: `write_file`.

Every failure is an `OutputError` that names the path and a way out. Leaflets are readable by
their owner only; records that are kept with the content may be read by others.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError
from handouts.fastpath.atomic import (
    FOLDER_MODE,
    PART,
    AtomicFile,
    number_file,
    replace_file,
    write_all,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import EllipsisType


MOST_BYTES = 2_000_000
"""Of one file; more is no content."""

SHARED_FOLDER_MODE = 0o777
"""Of a folder that tells of no patient; the umask has the last word."""
_SHARED_MODE = 0o644
"""Of a record that is kept with the content: it tells of no patient."""
ELSEWHERE = "make it writable, or name a copy with --content"
"""What to do about a file of the content that cannot be written."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_file(name: str, content: bytes) -> Path:
    """Write a file in one step, in place of an older one; raises OutputError."""
    if not name:
        raise OutputError(
            Fault(message="the output path is empty", hint="name a file, or - for standard output")
        )
    try:
        if _is_stream(name):
            with open(name, "wb", buffering=0) as stream:  # noqa: PTH123 - a device, by its own name
                write_all(stream.write, content)
        else:
            # A link stays a link: what it points to is replaced.
            target = Path(os.path.realpath(name))
            _check_place(name, target)
            replace_file(str(target), content)
        return Path(os.path.abspath(name))  # noqa: PTH100 - Path.absolute keeps the `..` of a name
    except OSError as error:
        raise output_error(error, name) from error


def write_atomically(
    path: Path, content: bytes, *, expect: bytes | EllipsisType | None = ..., hint: str = ""
) -> None:
    """Write a file in one step, in place of an older one; raises OutputError with a hint.

    A link stays a link. The file may be read by those who could read the older one; by everybody
    where there was none. `expect` is what it must still hold, None where there must be no file: so
    nobody's entries are ever lost. Without it, whatever is there is replaced.
    """
    import fcntl  # noqa: PLC0415 - a leaflet is written without it

    try:
        target = Path(os.path.realpath(path))
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _not_written(error, str(path), hint) from error
    try:
        # Between looking and writing nobody else may write; the lock ends with the descriptor.
        fcntl.flock(folder, fcntl.LOCK_EX)
        exists = target.exists()
        if expect is not ... and (target.read_bytes() if exists else None) != expect:
            again = "nothing was written; run the command again"
            raise OutputError(Fault(message=f"`{path}` was changed in the meantime", hint=again))
        mode = stat.S_IMODE(target.stat().st_mode) if exists else _SHARED_MODE
        replace_file(str(target), content, mode=mode)
    except OSError as error:
        raise _not_written(error, str(path), hint) from error
    finally:
        os.close(folder)


def write_shared(path: Path, content: bytes) -> None:
    """Write, in one step, a file that tells of no patient and that others may read."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(str(path), content, mode=_SHARED_MODE)
    except OSError as error:
        raise _not_written(error, str(path), "name another folder") from error


def write_numbered(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Write FOLDER/STEM-NN.SUFFIX under the first free number; raises OutputError."""
    try:
        made = _make_folder(folder)
        try:
            return Path(number_file(str(folder), stem, suffix, content)).absolute()
        except BaseException:
            if made:
                with suppress(OSError):
                    folder.rmdir()
            raise
    except OSError as error:
        raise output_error(error, str(folder)) from error


@contextmanager
def replacing(path: str) -> Iterator[str]:
    """Yield the name of an empty file that only its owner reads; it takes the place of `path`.

    That name is the same for every run, so what a stopped run left half is written over. Raises
    OutputError; then the older file stays.
    """
    folder, name = os.path.split(path)
    part = os.path.join(folder, f"{PART}{name}.tmp")  # noqa: PTH118 - a name as typed
    try:
        with suppress(FileNotFoundError):
            os.unlink(part)  # noqa: PTH108 - the same
        with AtomicFile(path, part=part):
            yield part
    except OSError as error:
        raise output_error(error, path) from error


def output_error(error: OSError, name: str) -> OutputError:
    """Say what the system says, in the shape of our errors."""
    if error.errno in _FULL:
        hint = "free some space, or choose another place"
        return OutputError(Fault(message=f"no space left for `{name}`", hint=hint))
    return _not_written(error, name, "choose another place")


def _not_written(error: OSError, name: str, hint: str) -> OutputError:
    reason = (error.strerror or "it cannot be written").lower()
    return OutputError(Fault(message=f"cannot write `{name}`: {reason}", hint=hint))


# ------------------------------------------------------------------ where
def _is_stream(name: str) -> bool:
    """Say whether the name is a device or a pipe, which must be written to and never replaced."""
    try:
        mode = Path(name).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _check_place(name: str, target: Path) -> None:
    """Refuse what cannot hold a file, with a better word than the system's."""
    shown = name.rstrip(os.sep) or name
    if target.is_dir():
        hint = f"name a file in it, such as {Path(name) / 'leaflet.pdf'}"
        raise OutputError(Fault(message=f"`{shown}` is a folder", hint=hint))
    folder = target if name.endswith(os.sep) else target.parent
    shown = shown if name.endswith(os.sep) else str(Path(name).parent)
    if not folder.exists():
        hint = "create it first, or choose another place"
        raise OutputError(Fault(message=f"there is no folder `{shown}`", hint=hint))
    if not folder.is_dir():
        hint = "choose another place"
        raise OutputError(Fault(message=f"`{shown}` is not a folder", hint=hint))
    if target.exists() and not target.is_file():
        hint = "choose another place"
        raise OutputError(Fault(message=f"`{name}` is not a file", hint=hint))


def _make_folder(folder: Path) -> bool:
    """Make the folder unless it is there; True when it was made."""
    if folder.is_dir():
        return False
    try:
        folder.mkdir(FOLDER_MODE)
        folder.chmod(FOLDER_MODE)  # whatever the umask
    except FileExistsError:
        if folder.is_dir():
            return False  # another process was quicker
        hint = "move it away, or name a file with -o"
        raise OutputError(Fault(message=f"`{folder}` is not a folder", hint=hint)) from None
    return True


def read_limited(path: str | os.PathLike[str]) -> bytes:
    """Read a file, and no more of it than shows that it is too large; raises OSError.

    What is no plain file is refused: a pipe would be waited for, a device read without end.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")
        return file.read(MOST_BYTES + 1)
