"""Goes in: a git repository of this program. Comes out: its revisions, as codes know them.

The digest of a revision is computed from what git keeps, as a program computes its own. Nothing
is checked out, and nothing of it is run.
"""

from __future__ import annotations

import ast
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.edition import Edition, digest_of_program, installed
from handouts.errors import RequestError
from handouts.system.git import commits, git_says, list_tree, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.selection.code import Recipe

HOME = Path(__file__).parent.parent
"""Where the program is run from: a clone, if it was not installed."""
_OWN = ("handouts/content/edition.py", "handouts/edition.py")
"""Where a revision lists the libraries that it digests: today, and before there were rooms."""
_PINS = "constraints.txt"
_PLACES = ("handouts", "templates", "fonts", _PINS)


class Program(Struct, frozen=True, kw_only=True):
    """One revision of the program, with the libraries that its digest takes to be installed."""

    commit: str
    day: str
    subject: str
    digest: str
    libraries: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name it for people, with each library that is not the one installed here."""
        here = installed(self.libraries)
        others = [f"{one} {own}" for one, own in self.libraries.items() if here.get(one) != own]
        told = f", with {', '.join(others)}" if others else ""
        return f"{self.commit[:10]} of {self.day} ({self.subject}){told}"


def needed_programs(recipe: Recipe, words: str, repositories: Iterable[Path]) -> list[Program]:
    """Find the programs that may have made a leaflet of these words, the newest first.

    A code has ten bits for the program, so another fits it once in a thousand. One of a later day
    than the leaflet counts only where no earlier one does.
    """
    found: dict[str, Program] = {}
    for repository in repositories:
        for one in programs(repository):
            if recipe.same_program(Edition(words=words, program=one.digest)):
                found.setdefault(one.digest, one)
    day = recipe.request.date.isoformat()
    return [one for one in found.values() if one.day <= day] or list(found.values())


def program_repositories(*folders: Path | None) -> list[Path]:
    """List the tops of the repositories that keep this program: its own clone, and those named."""
    tops: list[Path] = []
    for folder in (HOME, *folders):
        try:
            top = folder and Path(git_says(folder, "rev-parse", "--show-toplevel").strip())
            if top and top not in tops and git_says(top, "log", "-1", "--all", "--", *_OWN):
                tops.append(top)
        except RequestError:
            continue  # installed from a wheel, or no repository: there is nothing to look through
    return tops


def programs(top: Path) -> Iterator[Program]:
    """Yield each revision twice: with the libraries that it pins, and with those at hand."""
    log = commits(top, *_PLACES)
    with reading(top) as blobs:
        for commit, day, subject in log:
            listed = list_tree(top, commit, *_PLACES)
            own = next((listed[path] for path in _OWN if path in listed), None)
            if own is None:
                continue
            names = _libraries(blobs.read(own))
            pins = _pins(blobs.read(listed[_PINS])) if _PINS in listed else {}
            files = [(name, blobs.read(key)) for name, key in listed.items() if _is_own(name)]
            for libraries in (pins, installed(names)):
                versions = {name: libraries[name] for name in names if name in libraries}
                digest = digest_of_program(files, versions)
                yield Program(
                    commit=commit, day=day, subject=subject, digest=digest, libraries=versions
                )


def _is_own(name: str) -> bool:
    """Say whether a leaflet is made with a file: code anywhere, templates and fonts as they lie."""
    path = PurePosixPath(name)
    if path.parts[0] == "handouts":
        return path.suffix == ".py"
    return len(path.parts) == 2  # noqa: PLR2004 - a folder and a file in it


def _libraries(source: bytes) -> tuple[str, ...]:
    """Read the names of the libraries that a revision digests, from its own list of them."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()  # a commit that nobody could run
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple):
            names = [one.value for one in node.elts if isinstance(one, ast.Constant)]
            if "reportlab" in names:
                return tuple(map(str, names))
    return ()


def _pins(raw: bytes) -> dict[str, str]:
    """Read the exact versions of a list of constraints, by names in small letters."""
    text = raw.decode(errors="replace")
    lines = (line.partition("#")[0].strip().partition("==") for line in text.splitlines())
    return {name.lower(): version for name, equals, version in lines if equals}
