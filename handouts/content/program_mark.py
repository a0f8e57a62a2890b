"""Tell this program from every other of its number: `wheel_version`, `version_here`.

The build of a wheel imports this module with the standard library alone. Between two releases a
version has the mark of the program behind its number, as in 0.2.0+mark7cb209f2bf89, so that pip
replaces one such program by another, and no wheel has the name of another.
"""

from __future__ import annotations

import ast
import csv
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from handouts import __version__
from handouts.fastpath.fingerprint import resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_HERE = Path(__file__).parent.parent
"""The folder of the package `handouts`."""
RELEASES = _HERE / "data" / "releases.csv"
SHOWN = 12
"""Symbols of a digest that people read."""


def digest_of_program(files: Iterable[tuple[str, bytes]], libraries: Mapping[str, str]) -> str:
    """Return the SHA-256, in hex, of the names and bytes of files and the versions of libraries."""
    return digests_of_program(files, (libraries,))[0]


def digests_of_program(
    files: Iterable[tuple[str, bytes]], each: Iterable[Mapping[str, str]]
) -> list[str]:
    """Return a digest for each of several sets of libraries; the files are read once for all."""
    of_files = hashlib.sha256()
    for name, content in sorted(files):
        of_files.update(f"{name}\0{len(content)}\0".encode())
        of_files.update(content)
    found = []
    for libraries in each:
        digest = of_files.copy()
        for name, version in sorted(libraries.items()):
            digest.update(f"{name} {version}\0".encode())
        found.append(digest.hexdigest())
    return found


def program_files() -> Iterator[tuple[str, bytes]]:
    """Yield each file that a page depends on, besides content, by its name in the repository.

    Folders in that of the fonts are left out: `names.sha256` has the digest of each file in them.
    """
    for path in _HERE.rglob("*.py"):
        yield f"handouts/{path.relative_to(_HERE).as_posix()}", path.read_bytes()
    for name in ("templates", "fonts"):
        for path in Path(resource(name)).iterdir():
            if path.is_file():
                yield f"{name}/{path.name}", path.read_bytes()


def digested_libraries(source: bytes) -> tuple[str, ...]:
    """Return the libraries that a program digests, from the tuple of them in its source."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()  # a commit that cannot be run
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple):
            names = [one.value for one in node.elts if isinstance(one, ast.Constant)]
            if "reportlab" in names:
                return tuple(map(str, names))
    return ()


def pins_of(raw: bytes) -> dict[str, str]:
    """Return the exact versions in a constraints file, by lower-case names."""
    text = raw.decode(errors="replace")
    lines = (line.partition("#")[0].strip().partition("==") for line in text.splitlines())
    return {name.lower(): version for name, equals, version in lines if equals}


def tested_pins() -> bytes:
    """Return the constraints.txt that ships; empty where there is none."""
    try:
        return (Path(resource("content")).parent / "constraints.txt").read_bytes()
    except FileNotFoundError:
        return b""


def tested_digest() -> str:
    """Return the digest of this program with the tested versions of its libraries."""
    names = digested_libraries((_HERE / "content" / "provenance.py").read_bytes())
    pins = pins_of(tested_pins())
    return digest_of_program(program_files(), {one: pins[one] for one in names if one in pins})


def released_program(version: str = __version__) -> str:
    """Return the digest of the program that was given out as a version; empty where none was."""
    try:
        rows = list(csv.DictReader(RELEASES.read_text("utf-8").splitlines()))
    except FileNotFoundError:
        return ""
    return next((row["program"] for row in rows if row["version"] == version), "")


def wheel_version() -> str:
    """Return the version of a wheel of this program: its number, and its mark unless released."""
    digest = tested_digest()
    if digest == released_program():
        return __version__
    return f"{__version__}+mark{digest[:SHOWN]}"


def version_here() -> str:
    """Return the version of this program as `wheel_version`, found once for the same files."""
    from handouts.system.object_cache import cached  # noqa: PLC0415 - the build has no use for it

    # The key of the cache covers all other files.
    given = hashlib.sha256(tested_pins() + released_program().encode()).hexdigest()
    return cached("version", given, wheel_version)


def standing_of(version: str) -> str:
    """Say in words what a version is that is not a release; empty for a release."""
    if "+" not in version:
        return ""
    return "changed since its release" if released_program() else "not released yet"
