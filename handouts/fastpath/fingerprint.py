"""Take a fingerprint of everything that leaflets are made from: `Fingerprint`, `read_state`.

It covers every byte of the content and the profile, and the times and sizes of the files of the
program, its templates and fonts, of the folders of its libraries, and of pictures beside the
profile. Equal states and equal requests give equal leaflets. The module also locates the
content, the profile and the folders that ship with the program.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
from functools import cache

TYPE_CHECKING = False  # `typing` is not imported: see the package

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Stamp = tuple[str, int, int, int]
    """A path, with the mtime and ctime of its file in ns and its size in bytes."""
    Files = list[tuple[str, bytes | None]]
    """Paths with the bytes of their files; None where there is no file."""
    InputState = tuple[Files, Files, Files, list[Stamp], list[Stamp]]
    """Content, its blocks, the profile, its pictures, and the program."""


PROFILE = "service.yaml"
VARIABLE = "HANDOUTS_SERVICE"
_SETTINGS = "handouts"
"""Below a folder of settings, the folder of this program."""
_SYSTEM = "/etc"
_HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
"""The folder of the package `handouts`."""
_RECORDS = (".yaml", ".csv")
PICTURES = (".svg", ".png", ".jpg", ".jpeg")
_PLAIN = 2
"""A version of the marshal format without references: it writes equal values as equal bytes."""


class Fingerprint:
    """The state of all inputs, and the date, when a run began."""

    __slots__ = ("_content", "day", "mark", "state")

    def __init__(self, content: str | os.PathLike[str] | None = None) -> None:
        """Read the state of the inputs with this content; raises OSError."""
        self._content = content
        self.day = today()
        self.state = read_state(content, first_program_stamps())
        from hashlib import sha256  # noqa: PLC0415 - only a leaflet that is new needs it

        self.mark = sha256(marshal.dumps(self.state, _PLAIN)).hexdigest()
        """The SHA-256 of the state, in hex."""

    def is_current(self) -> bool:
        """Tell whether inputs and date are still the same; False when one cannot be read."""
        try:
            return read_state(self._content) == self.state and today() == self.day
        except OSError:
            return False


def take_fingerprint(content: str | os.PathLike[str] | None = None) -> Fingerprint | None:
    """Return the fingerprint of a run; None if an input cannot be read: its reader reports that."""
    try:
        return Fingerprint(content)
    except OSError:
        return None


def resource(name: str) -> str:
    """Return a folder that ships with the program: inside the wheel, or beside the package."""
    inside = os.path.join(_HERE, "data", name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_HERE), name)


def content_folder(chosen: str | os.PathLike[str] | None = None) -> str:
    """Return the content folder: as chosen, else HANDOUTS_CONTENT, else the one that ships."""
    return os.fspath(chosen or os.environ.get("HANDOUTS_CONTENT") or resource("content"))


def profile_paths(content: str | os.PathLike[str] | None = None) -> list[str]:
    """Name where the service's profile may be, in the order in which it is looked for.

    HANDOUTS_SERVICE alone, where it is set; empty, it means nowhere. Else beside the content, in
    the current folder, in the user's folder of settings, in the system's.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return [named] if named else []
    settings = (os.path.join(folder, PROFILE) for folder in _settings_folders())
    return list(dict.fromkeys((os.path.join(content_folder(content), PROFILE), PROFILE, *settings)))


def own_profile() -> str:
    """Name the profile in the user's own folder of settings; empty where nobody knows it."""
    folder = next(iter(_settings_folders()), "")
    return os.path.join(folder, PROFILE) if os.path.isabs(folder) else ""


def _settings_folders() -> list[str]:
    """Name the folders of settings, the user's first; a relative one is none, says the standard."""
    if sys.platform != "linux":
        from handouts.fastpath import user_folders  # noqa: PLC0415 - on Linux it is not needed

        if sys.platform in user_folders.OTHERS:
            own = os.environ.get("XDG_CONFIG_HOME") or ""
            named = os.path.join(own, _SETTINGS) if os.path.isabs(own) else ""
            first = named or user_folders.own_folder("config", sys.platform)
            return [first, user_folders.shared_settings(sys.platform)]
    home = os.path.expanduser("~")
    usual = os.path.join(home, ".config") if home != "~" else ""
    own = os.environ.get("XDG_CONFIG_HOME") or usual
    every = (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    known = [folder for folder in (own, *every, _SYSTEM) if os.path.isabs(folder)]
    return [os.path.join(folder, _SETTINGS) for folder in known]


def today() -> str:
    """Return the local date as YYYY-MM-DD."""
    return time.strftime("%Y-%m-%d")


def read_state(
    content: str | os.PathLike[str] | None = None, own: list[Stamp] | None = None
) -> InputState:
    """Return the current state of all inputs, in values for `marshal`; raises OSError.

    `own` holds the stamps of the program; None: they are read.
    """
    folder = content_folder(content)
    profiles = profile_paths(content)
    return (
        [(path, _bytes(path)) for path in _files(folder, _RECORDS)],
        [(path, _bytes(path)) for path in _files(os.path.join(folder, "blocks"), _RECORDS)]
        + _own_pictures(os.path.join(folder, "pictures")),
        [(path, _bytes(path) if os.path.isfile(path) else None) for path in profiles],
        [
            stamp
            for path in profiles
            if os.path.isfile(path)
            for stamp in stamps(_files(os.path.dirname(path) or os.curdir, PICTURES))
        ],
        program_stamps() if own is None else own,
    )


def _own_pictures(folder: str) -> Files:
    """Return the bytes of the pictures that stand in place of poses; usually there is no folder."""
    if not os.path.isdir(folder):
        return []
    return [(path, _bytes(path)) for path in _files(folder, PICTURES)]


def program_stamps() -> list[Stamp]:
    """Return the stamps of the program's modules, templates and fonts, and of library folders."""
    files = [path for folder in _packages(_HERE) for path in _files(folder, (".py",))]
    for name in ("templates", "fonts"):
        files += _files(resource(name), ("",))
    # Installing, upgrading or removing a library changes the mtime of `site-packages`.
    libraries = [path for path in sys.path if path.endswith("-packages") and os.path.isdir(path)]
    return stamps(files + libraries)


@cache
def first_program_stamps() -> list[Stamp]:
    """Return the stamps as they were at the first call in this process.

    Later changes on disk do not matter to it: its modules are already loaded.
    """
    return program_stamps()


def stamps(paths: Iterable[str]) -> list[Stamp]:
    """Return a stamp for each file; it differs when the file may have changed. Raises OSError."""
    return [
        (path, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
        for path in paths
        for found in [os.stat(path)]
    ]


def _packages(folder: str) -> Iterator[str]:
    """Yield a folder and all folders below it, sorted by name, without `__pycache__`."""
    yield folder
    with os.scandir(folder) as found:
        inner = sorted(one.path for one in found if one.name != "__pycache__" and one.is_dir())
    for path in inner:
        yield from _packages(path)


def _files(folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths of files in a folder with one of these suffixes, sorted by name."""
    with os.scandir(folder) as found:
        names = sorted(
            one.name for one in found if one.name.lower().endswith(suffixes) and one.is_file()
        )
    return (os.path.join(folder, name) for name in names)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
