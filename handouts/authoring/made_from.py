"""Remember which content a service's own was made from: `copy_content`, `base_of`.

A copy of the content that ships has that content once more in it, packed in `made-from.zip`: what
git would call the common base. It is never edited, never read for a leaflet, and replaced when a
newer content is merged.
"""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts import __version__
from handouts.content.folder import FILES, digest_of, picture_files
from handouts.content.own_picture import PICTURES
from handouts.content.stray import BESIDES, MADE_FROM, SCHEMAS
from handouts.errors import ContentError, Fault, OutputError, RequestError
from handouts.system.files import MOST_BYTES, read_limited, write_shared
from handouts.system.git import folder_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


OF_A_SERVICE = ("baseline.yaml", "signoff.yaml", "withdrawn.yaml", "service.yaml")
"""What a service reviewed, signed and set: never merged."""
_ABOUT = "made-from.json"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of all files in the archive: equal contents give equal bytes."""
_INSIDE_WHEEL = "handouts/data/content/"
_MOST_FILES = 500
_COPIED = tuple(one for one in (*FILES, *BESIDES) if one not in OF_A_SERVICE)


class KnownContent(Struct, frozen=True):
    """The files of a version of the content, and what to call it."""

    name: str
    files: Mapping[str, bytes]


def read_content(folder: Path, name: str) -> KnownContent:
    """Read the files of a folder that can be merged; raises ContentError without any."""
    files = {}
    for path in _paths(folder):
        try:
            files[path.relative_to(folder).as_posix()] = read_limited(path)
        except OSError as error:
            reason = (error.strerror or "cannot be read").lower()
            raise ContentError(
                Fault(message=f"cannot read `{path}`: {reason}", hint="ask whoever owns it")
            ) from error
    if FILES[0] not in files:
        hint = f"name a folder with {FILES[0]} and the other content files"
        raise ContentError(Fault(message=f"no content in `{folder}`", hint=hint))
    return KnownContent(name, files)


def _paths(folder: Path) -> Iterator[Path]:
    names = (*_COPIED, "LICENSE")
    yield from (one for name in dict.fromkeys(names) if (one := folder / name).is_file())
    yield from sorted((folder / "blocks").glob("*.yaml"))
    yield from (folder / PICTURES / one for one in picture_files(folder))


def shipped_name(files: Mapping[str, bytes], version: str = __version__) -> str:
    """Name a content that ships: the version of its program, and its own."""
    return f"handouts {version} (content {version_of(files)})"


def version_of(files: Mapping[str, bytes]) -> str:
    """Return the version of content, as leaflets print it."""
    library = {one: raw for one, raw in files.items() if one in FILES or "/" in one}
    return digest_of(library)[:8]


def shipped_content(shipped: Path) -> KnownContent:
    """Return the content that ships, by its name."""
    files = read_content(shipped, "").files
    return KnownContent(shipped_name(files), files)


# ------------------------------------------------------------------ the copy
def copy_content(shipped: Path, into: Path) -> KnownContent:
    """Copy the content that ships into a new folder, with its base; raises OutputError."""
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        hint = "name a folder that is not there yet"
        raise OutputError(Fault(message=f"`{into}` is there already", hint=hint))
    content = shipped_content(shipped)
    for name, raw in (*content.files.items(), *_extras(shipped)):
        write_shared(into / name, raw)
    write_shared(into / MADE_FROM, packed(content))
    return content


def _extras(shipped: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what is copied and never merged: what the words were when they were reviewed."""
    names = [shipped / "baseline.yaml", *sorted((shipped / SCHEMAS).glob("*.json"))]
    for path in names:
        if path.is_file():
            yield path.relative_to(shipped).as_posix(), path.read_bytes()


def packed(content: KnownContent) -> bytes:
    """Pack a content into the bytes of `made-from.zip`."""
    about = {"name": content.name, "digest": digest_of(content.files)}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, raw in ((_ABOUT, json.dumps(about, indent=1).encode()), *content.files.items()):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, raw, zipfile.ZIP_DEFLATED, 9)
    return held.getvalue()


# ------------------------------------------------------------------ the base
@contextmanager
def content_named(word: str, own: Path) -> Iterator[KnownContent]:
    """Yield the content that a person names: a folder, a wheel, an archive, or a git revision.

    Raises RequestError or ContentError where there is none.
    """
    path = Path(word)
    if path.is_dir():
        inside = path / "content"
        yield read_content(inside if inside.is_dir() else path, word)
    elif path.is_file():
        yield _from_archive(path)
    else:
        with folder_at(own, word) as folder:
            yield read_content(folder, f"revision {word}")


def base_of(folder: Path) -> KnownContent | None:
    """Return the content that a folder was made from; None where it has no record of it.

    Raises ContentError for a record that was changed or is broken.
    """
    path = folder / MADE_FROM
    return _from_archive(path) if path.is_file() else None


def _from_archive(path: Path) -> KnownContent:
    """Read the content in `made-from.zip`, or in the wheel of a version."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if _ABOUT in names:
                return _checked(path, archive, names)
            start = _INSIDE_WHEEL
            inside = [one for one in names if one.startswith(start) and SCHEMAS not in one]
            files = {one[len(start) :]: _bytes(archive, one) for one in inside}
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise _broken(path, "it is no archive, or not whole") from error
    files = {one: raw for one, raw in files.items() if one not in OF_A_SERVICE}
    if FILES[0] not in files:
        message = f"no content in `{path}`"
        hint = f"name a folder, the wheel of a version, or a {MADE_FROM}"
        raise RequestError(Fault(message=message, hint=hint))
    return KnownContent(shipped_name(files, path.name.split("-")[1]), files)


def _checked(path: Path, archive: zipfile.ZipFile, names: list[str]) -> KnownContent:
    about = json.loads(_bytes(archive, _ABOUT))
    files = {one: _bytes(archive, one) for one in names if one != _ABOUT}
    if not isinstance(about, dict) or digest_of(files) != about.get("digest"):
        raise _broken(path, "it is not as it was written")
    return KnownContent(str(about.get("name", "")), files)


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    if len(archive.namelist()) > _MOST_FILES or archive.getinfo(name).file_size > MOST_BYTES:
        raise ValueError(name)
    return archive.read(name)


def _broken(path: Path, why: str) -> ContentError:
    hint = "restore it from a backup, or name what the content was made from with --base"
    return ContentError(Fault(message=f"cannot read `{path}`: {why}", hint=hint))
