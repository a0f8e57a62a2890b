"""Write whole files or none, and read files of limited size: `write_file`.

Every failure is an `OutputError` that names the path and a way out. Leaflets are readable by
their owner only; records that are kept with the content may be read by others.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError
from handouts.fastpath.atomic import (
    PART,
    READ,
    AtomicFile,
    file_mode,
    is_held,
    number_file,
    place_file,
    replace_file,
    write_all,
)
from handouts.system.differences import close_lock, name_problem, open_for_lock, try_lock
from handouts.system.folders import folders_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import EllipsisType


MOST_BYTES = 2_000_000
"""The largest file that is read."""

_SHARED_MODE = 0o644
"""The mode of a new record that is kept with the content: it has no patient data."""
ELSEWHERE = "make it writable, or name a copy with --content"
ELSEWHERE_ON_PAGE = "ask whoever runs this page to make the folder of the words writable"
"""What to do about a file of the content that cannot be written."""
_AGAIN = ("run the command", "answer")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_file(name: str, content: bytes, *, over: bool = True, shared: bool = False) -> Path:
    """Write a file atomically, replacing an older one, or write to a device or pipe.

    Folders that are missing are made, and named. `name` is as typed; a symbolic link stays, and its
    target is replaced. Not `over`: an older file is only replaced where it is empty, or has the
    same bytes. `shared`: its group can read it.
    Returns the absolute path. Raises OutputError.
    """
    if not name:
        raise OutputError(
            Fault(message="the output path is empty", hint="name a file, or - for standard output")
        )
    try:
        if _is_stream(name):
            with open(name, "wb", buffering=0) as stream:  # noqa: PTH123 - a device, by its own name
                write_all(stream.write, content)
        else:
            target = Path(os.path.realpath(name))
            _check_place(name, target)
            mode = file_mode(shared=shared)
            with folders_for(target.parent, shared=shared):
                if over:
                    replace_file(str(target), content, mode=mode)
                elif not place_file(str(target), content, mode=mode):
                    message = f"`{name}` is there already, and is not the same"
                    hint = "name another file, or add --force to replace it"
                    raise OutputError(Fault(message=message, hint=hint))
        return Path(os.path.abspath(name))  # noqa: PTH100 - Path.absolute keeps `..`
    except OSError as error:
        raise output_error(error, name) from error


def write_atomically(
    path: Path, content: bytes, *, expect: bytes | EllipsisType | None = ..., hint: str = ""
) -> None:
    """Write a file atomically, replacing an older one; raises OutputError with `hint`.

    A symbolic link stays, and its target is replaced. The permissions are those of the older file;
    a new one can be read by everybody. `expect` is what the file must still contain, None: it must
    not exist. So no change of another process is lost. Without it, any older file is replaced.
    """
    try:
        target = Path(os.path.realpath(path))
        lock = open_for_lock(str(target.parent))
    except OSError as error:
        raise _not_written(error, str(path), hint, ELSEWHERE_ON_PAGE) from error
    try:
        # Between looking and writing nobody else may write; the lock ends with the descriptor.
        if not try_lock(lock, wait=True):
            message = f"another run is writing into `{target.parent}`"
            raise OutputError(Fault(message=message, hint="wait until it is done"))
        exists = target.exists()
        if expect is not ... and (target.read_bytes() if exists else None) != expect:
            message = f"`{path}` was changed in the meantime"
            again, on_page = (f"nothing was written; {one} again" for one in _AGAIN)
            raise OutputError(Fault(message=message, hint=again, on_page=on_page))
        mode = stat.S_IMODE(target.stat().st_mode) if exists else _SHARED_MODE
        replace_file(str(target), content, mode=mode)
    except OSError as error:
        raise _not_written(error, str(path), hint, ELSEWHERE_ON_PAGE) from error
    finally:
        close_lock(str(target.parent), lock)


def write_shared(path: Path, content: bytes) -> None:
    """Write a file without patient data atomically, readable by others; raises OutputError.

    Missing folders are created.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(str(path), content, mode=_SHARED_MODE)
    except OSError as error:
        raise _not_written(error, str(path), "name another folder") from error


def write_numbered(
    folder: Path, stem: str, suffix: str, content: bytes, *, shared: bool = False
) -> Path:
    """Write FOLDER/STEM-NN.SUFFIX under the first free number; return its absolute path.

    Missing folders are created, for their owner only unless `shared`. Raises OutputError.
    """
    try:
        with folders_for(folder, shared=shared, asked=True):
            mode = file_mode(shared=shared)
            return Path(number_file(str(folder), stem, suffix, content, mode=mode)).absolute()
    except OSError as error:
        raise output_error(error, str(folder)) from error


@contextmanager
def replacing(path: str, *, shared: bool = False) -> Iterator[str]:
    """Yield the name of an empty file, which replaces `path` when the block ends.

    Only its owner can read it, or its group too where it is `shared`. Its name is the same in every
    run, so one that a killed run left is overwritten. Raises OutputError; the older file
    then stays.
    """
    target = Path(path)
    part = target.with_name(f"{PART}{target.name}.tmp")
    try:
        part.unlink(missing_ok=True)
        with AtomicFile(path, part=str(part), mode=file_mode(shared=shared)):
            yield str(part)
    except OSError as error:
        raise output_error(error, path) from error


def output_error(error: OSError, name: str) -> OutputError:
    """Return the OutputError for an error of the system on the file `name`."""
    if error.errno in _FULL:
        hint = "free some space, or choose another place"
        return OutputError(Fault(message=f"no space left for `{name}`", hint=hint))
    above = Path(name.rstrip(os.sep)).parent
    if error.errno == errno.ENOENT and not above.exists():
        hint = f"make the folder `{above}` first, or name another: -o, or `output` of service.yaml"
        return _not_written(error, name, hint)
    return _not_written(error, name, "choose another place")


def _not_written(error: OSError, name: str, hint: str, on_page: str = "") -> OutputError:
    if is_held(error):
        hint = "close it there, a viewer of PDFs for example, or name another file"
        return OutputError(Fault(message=f"`{name}` is open in another program", hint=hint))
    reason = (error.strerror or "it cannot be written").lower()
    message = f"cannot write `{name}`: {reason}"
    return OutputError(Fault(message=message, hint=hint, on_page=on_page))


# ------------------------------------------------------------------ where
def _is_stream(name: str) -> bool:
    """Tell whether the name is a device or a pipe, which must be written to and never replaced."""
    try:
        mode = Path(name).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _check_place(name: str, target: Path) -> None:
    """Raise OutputError where no file can be written, with a clearer message than the system's."""
    shown = name.rstrip(os.sep) or name
    if problem := name_problem(str(target)):
        raise OutputError(
            Fault(message=f"cannot write `{name}`: {problem}", hint="name another file")
        )
    if target.is_dir():
        hint = f"name a file in it, such as {Path(name) / 'leaflet.pdf'}"
        raise OutputError(Fault(message=f"`{shown}` is a folder", hint=hint))
    folder = target if name.endswith(os.sep) else target.parent
    shown = shown if name.endswith(os.sep) else str(Path(name).parent)
    if name.endswith(os.sep) and not folder.exists():
        hint = f"name a file in it, such as {Path(name) / 'leaflet.pdf'}"
        raise OutputError(Fault(message=f"there is no folder `{shown}`", hint=hint))
    if folder.exists() and not folder.is_dir():
        hint = "choose another place"
        raise OutputError(Fault(message=f"`{shown}` is not a folder", hint=hint))
    if target.exists() and not target.is_file():
        hint = "choose another place"
        raise OutputError(Fault(message=f"`{name}` is not a file", hint=hint))


def read_limited(path: str | os.PathLike[str], most: int = MOST_BYTES) -> bytes:
    """Return at most `most` + 1 bytes of a file: one more shows that it is too large.

    Raises OSError, also for anything but a plain file: a pipe would block, and a device not end.
    """
    descriptor = os.open(path, READ)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")
        return file.read(most + 1)
