"""Goes in: finished bytes and a place for them. Comes out: a whole file, or an error and none."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A leaflet tells of one patient's health: only its owner reads the file, or looks into the folder.
FILE_MODE = 0o600
FOLDER_MODE = 0o700
_SHARED_MODE = 0o644
"""Of a record that is kept with the content: it tells of no patient."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


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
            with _finished(target.parent, content) as temporary:
                temporary.replace(target)
        return Path(os.path.abspath(name))  # noqa: PTH100 - Path.absolute keeps the `..` of a name
    except OSError as error:
        raise output_error(error, name) from error


def rewrite_file(path: Path, content: bytes, before: bytes | None) -> None:
    """Write a record in one step, in place of the one that was read; raises OutputError.

    `before` is what was read, None where there was no file: nobody's entries are ever lost.
    """
    try:
        target = Path(os.path.realpath(path))
        found = target.read_bytes() if target.exists() else None
        if found != before:
            hint = "nothing was written; run the command again"
            raise OutputError(Fault(message=f"`{path}` was changed meanwhile", hint=hint))
        mode = stat.S_IMODE(target.stat().st_mode) if found is not None else _SHARED_MODE
        with _finished(target.parent, content) as temporary:
            temporary.chmod(mode)
            temporary.replace(target)
    except OSError as error:
        raise _not_written(
            error, str(path), "make it writable, or name a copy with --content"
        ) from error


def write_shared(path: Path, content: bytes) -> None:
    """Write, in one step, a file that tells of no patient and that others may read."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _finished(path.parent, content) as temporary:
            temporary.chmod(_SHARED_MODE)
            temporary.replace(path)
    except OSError as error:
        raise _not_written(error, str(path), "name another folder") from error


def write_numbered(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Write FOLDER/STEM-NN.SUFFIX under the first free number; raises OutputError."""
    try:
        made = _make_folder(folder)
        try:
            with _finished(folder, content) as temporary:
                return _give_number(temporary, folder, stem, suffix).absolute()
        except BaseException:
            if made:
                with suppress(OSError):
                    folder.rmdir()
            raise
    except OSError as error:
        raise output_error(error, str(folder)) from error


def replace_file(path: Path, content: bytes) -> None:
    """Put new bytes in place of a file in one step, readable as it was; raises OutputError."""
    target = Path(os.path.realpath(path))
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644
        with _finished(target.parent, content) as temporary:
            temporary.chmod(mode)
            temporary.replace(target)
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise OutputError(Fault(message=f"cannot write `{path}`: {reason}")) from error


def write_all(write: Callable[[memoryview], int | None], content: bytes) -> None:
    """Write every byte, however few a pipe or a nearly full disk takes at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[write(rest) or 0 :]


def output_error(error: OSError, name: str) -> OutputError:
    """Say what the system says, in the shape of our errors."""
    if error.errno in _FULL:
        hint = "free some space, or choose another place with -o"
        return OutputError(Fault(message=f"no space left for `{name}`", hint=hint))
    return _not_written(error, name, "choose another place with -o")


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
        hint = "make it first, or choose another place"
        raise OutputError(Fault(message=f"there is no folder `{shown}`", hint=hint))
    if not folder.is_dir():
        hint = "choose another place with -o"
        raise OutputError(Fault(message=f"`{shown}` is not a folder", hint=hint))
    if target.exists() and not target.is_file():
        hint = "choose another place with -o"
        raise OutputError(Fault(message=f"`{name}` is not a file", hint=hint))


def _make_folder(folder: Path) -> bool:
    """Make the folder unless it is there; True when it was made."""
    if folder.is_dir():
        return False
    try:
        folder.mkdir(FOLDER_MODE)
    except FileExistsError:
        if folder.is_dir():
            return False  # another process was quicker
        hint = "move it away, or name a file with -o"
        raise OutputError(Fault(message=f"`{folder}` is not a folder", hint=hint)) from None
    return True


# ------------------------------------------------------------------ how
@contextmanager
def _finished(folder: Path, content: bytes) -> Iterator[Path]:
    """Yield a finished temporary file; whatever happens, it does not stay under that name."""
    temporary = folder / f".handout-{secrets.token_hex(8)}.tmp"
    try:
        descriptor = os.open(temporary, _NEW, FILE_MODE)
        try:
            temporary.chmod(FILE_MODE)  # whatever the umask
            write_all(lambda rest: os.write(descriptor, rest), content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _give_number(temporary: Path, folder: Path, stem: str, suffix: str) -> Path:
    """Move a file to the first name that is free; of two that race, each gets its own."""
    for number in count(1):
        target = folder / f"{stem}-{number:02}.{suffix}"
        try:
            _move_new(temporary, target)
        except FileExistsError:
            continue
        return target
    raise AssertionError


def _move_new(temporary: Path, target: Path) -> None:
    """Move a file to a name that must be free; raises FileExistsError."""
    try:
        os.link(temporary, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without links, such as a memory stick: take the name first, then fill it.
        os.close(os.open(target, _NEW, FILE_MODE))
        try:
            temporary.replace(target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
