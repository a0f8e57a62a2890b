"""Make the folders that a file is asked for in, private or for a group: `folders_for`.

Every command that writes makes what is missing on the way to its file, and says so: a mistyped path
must not go unseen. What was made is removed again where nothing came of the file.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError
from handouts.fastpath.atomic import FOLDER_MODE, set_mode
from handouts.system.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def make_private(folder: str, mode: int = FOLDER_MODE, *, shared: bool = False) -> None:
    """Create a folder for its owner, or for the group that it has from the folder above it.

    Raises OSError.
    """
    if shared:
        os.mkdir(folder, 0o770)  # noqa: PTH102 - a name as typed; the umask and setgid count
        return
    os.mkdir(folder, mode)  # noqa: PTH102 - the same
    set_mode(folder, mode)  # whatever the umask


def making(*, shared: bool) -> Callable[[str], None]:
    """Say how folders of leaflets are made."""
    return partial(make_private, shared=shared)


def make_open(folder: str) -> None:
    """Create a folder without patient data, which the umask alone closes; raises OSError."""
    os.mkdir(folder)  # noqa: PTH102 - a name as typed


def make_folders(
    folder: Path, make: Callable[[str], None] = make_private, *, asked: bool = False
) -> tuple[Path, ...]:
    """Create a folder and those above it that are missing; give what was made.

    Where more is made than the very folder that was `asked` for, the outermost is named on stderr.
    Raises OSError, and OutputError where a file has the name of a folder.
    """
    made: list[Path] = []
    try:
        for one in (*reversed(folder.parents), folder):
            if one.is_dir():
                continue
            try:
                make(str(one))
            except FileExistsError:
                if one.is_dir():
                    continue  # another process has made it
                hint = "move it away, or name a file with -o"
                raise OutputError(Fault(message=f"`{one}` is not a folder", hint=hint)) from None
            made.append(one)
    except BaseException:
        remove_empty(made)
        raise
    if made and not (asked and made == [folder]):
        note(f"made the folder `{made[0].absolute()}`")
    return tuple(made)


def remove_empty(folders: list[Path] | tuple[Path, ...]) -> None:
    """Remove folders that were made in vain, the innermost first; what holds something stays."""
    for one in reversed(folders):
        with suppress(OSError):
            one.rmdir()


@contextmanager
def folders_for(folder: Path, *, shared: bool = False, asked: bool = False) -> Iterator[None]:
    """Make a folder with those above it for what the block writes; gone again where that fails."""
    made = make_folders(folder, making(shared=shared), asked=asked)
    try:
        yield
    except BaseException:
        remove_empty(made)
        raise
