"""Take a fingerprint of everything that leaflets are made from: `Fingerprint`, `read_state`.

Of the content it holds every byte; of the program, its templates, fonts and libraries, and of
pictures beside the service's profile, when each file last changed. Equal states and equal
requests give equal leaflets. It also knows where content, profile and shipped folders are.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
from functools import cache

TYPE_CHECKING = False  # importing typing would cost as much as all the work here

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Stamp = tuple[str, int, int, int]
    """A path, when its file was written and when it was last touched in ns, and its size."""
    Files = list[tuple[str, bytes | None]]
    """Paths with what stands in the files; None where there is none."""
    InputState = tuple[Files, Files, Files, list[Stamp], list[Stamp]]
    """Content, its blocks, the profile, its pictures, and the program."""


PROFILE = "service.yaml"
VARIABLE = "HANDOUTS_SERVICE"
_SETTINGS = "handouts"
"""Below a folder of settings, the folder of this program."""
_SYSTEM = "/etc"
_HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
"""The package."""
_RECORDS = (".yaml", ".csv")
PICTURES = (".svg", ".png")
_PLAIN = 2
"""The version of `marshal` that writes equal values alike, however they are held in memory."""


class Fingerprint:
    """All that leaflets are made from, as it was when a run began."""

    __slots__ = ("_content", "day", "mark", "state")

    def __init__(self, content: str | os.PathLike[str] | None = None) -> None:
        """Look; raises OSError for what cannot be read."""
        self._content = content
        self.day = today()
        self.state = read_state(content, first_program_stamps())
        from hashlib import sha256  # noqa: PLC0415 - only a leaflet that is new needs it

        self.mark = sha256(marshal.dumps(self.state, _PLAIN)).hexdigest()
        """A digest of the state."""

    def is_current(self) -> bool:
        """Say whether all is still as it was, and the day has not ended."""
        try:
            return read_state(self._content) == self.state and today() == self.day
        except OSError:
            return False


def take_fingerprint(content: str | os.PathLike[str] | None = None) -> Fingerprint | None:
    """Give the premises of a run; None where something cannot be read, which others will say."""
    try:
        return Fingerprint(content)
    except OSError:
        return None


def resource(name: str) -> str:
    """Find a folder that ships with the program: beside the package, or inside the wheel."""
    inside = os.path.join(_HERE, "data", name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_HERE), name)


def content_folder(chosen: str | os.PathLike[str] | None = None) -> str:
    """Name the content folder: as chosen, else HANDOUTS_CONTENT, else the one that ships."""
    return os.fspath(chosen or os.environ.get("HANDOUTS_CONTENT") or resource("content"))


def profile_paths(content: str | os.PathLike[str] | None = None) -> list[str]:
    """Name where the service's profile may be, in the order in which it is looked for.

    HANDOUTS_SERVICE alone, where it is set; empty, it means nowhere. Else beside the content, in
    the current folder, in the user's folder of settings, in the system's.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return [named] if named else []
    settings = (os.path.join(folder, _SETTINGS, PROFILE) for folder in _settings_folders())
    return list(dict.fromkeys((os.path.join(content_folder(content), PROFILE), PROFILE, *settings)))


def _settings_folders() -> list[str]:
    """Name the folders of settings, the user's first; a relative one is none, says the standard."""
    home = os.path.expanduser("~")
    usual = os.path.join(home, ".config") if home != "~" else ""
    own = os.environ.get("XDG_CONFIG_HOME") or usual
    every = (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    return [folder for folder in (own, *every, _SYSTEM) if os.path.isabs(folder)]


def today() -> str:
    """Give the day, which a leaflet has unless another is asked for."""
    return time.strftime("%Y-%m-%d")


def read_state(
    content: str | os.PathLike[str] | None = None, own: list[Stamp] | None = None
) -> InputState:
    """Give the state as it is now, in plain values; raises OSError for what cannot be read.

    `own` are the stamps of the program, where they are known.
    """
    folder = content_folder(content)
    profiles = profile_paths(content)
    return (
        [(path, _bytes(path)) for path in _files(folder, _RECORDS)],
        [(path, _bytes(path)) for path in _files(os.path.join(folder, "blocks"), _RECORDS)],
        [(path, _bytes(path) if os.path.isfile(path) else None) for path in profiles],
        [
            stamp
            for path in profiles
            if os.path.isfile(path)
            for stamp in stamps(_files(os.path.dirname(path) or os.curdir, PICTURES))
        ],
        program_stamps() if own is None else own,
    )


def program_stamps() -> list[Stamp]:
    """Give the stamps of all that the program itself is made of, its libraries included."""
    files = [path for folder in _packages(_HERE) for path in _files(folder, (".py",))]
    for name in ("templates", "fonts"):
        files += _files(resource(name), ("",))
    # A library that is installed, changed or removed touches the folder that holds them all.
    libraries = [path for path in sys.path if path.endswith("-packages") and os.path.isdir(path)]
    return stamps(files + libraries)


@cache
def first_program_stamps() -> list[Stamp]:
    """Give the stamps as they were when this process first asked: by then it was itself read."""
    return program_stamps()


def stamps(paths: Iterable[str]) -> list[Stamp]:
    """Say of each file whether it may have changed."""
    return [
        (path, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
        for path in paths
        for found in [os.stat(path)]
    ]


def _packages(folder: str) -> Iterator[str]:
    """Name a package and all packages inside it, in the same order always."""
    yield folder
    with os.scandir(folder) as found:
        inner = sorted(one.path for one in found if one.name != "__pycache__" and one.is_dir())
    for path in inner:
        yield from _packages(path)


def _files(folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Name the files of a folder that end so, in the same order always."""
    with os.scandir(folder) as found:
        names = sorted(
            one.name for one in found if one.name.lower().endswith(suffixes) and one.is_file()
        )
    return (os.path.join(folder, name) for name in names)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
