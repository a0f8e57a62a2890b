"""Say what a new region gives to the rules of safety, and shares with another: `of_region`.

Rules ask each region for blocks by a name (`regions-print`, `of-regions`), so that a new region is
held to them without a change of any rule.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import OF_REGIONS, REGIONS_NEVER_SAY, REGIONS_PRINT
from handouts.content.yaml_reader import TO_WRITE
from handouts.errors import Fault, Origin
from handouts.safety.least import least_of, read_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.parse_library import ContentFiles


def of_region(files: ContentFiles, name: str) -> dict[str, object]:
    """Return what the template of a region names: lines of the box, and what rules ask for."""
    rules = read_rules(files.path)
    least = least_of(rules)
    signs = [f"a line on {about}" for about in least.box_kinds]
    more = ["a line on another emergency that is near here"] * (least.box - len(signs))
    asked = [*_asked(rules.plain())]
    ids = [f"line-{name}-{number}" for number in range(1, 1 + len(signs) + len(more))]
    return {
        "lines": [*signs, *more],
        "roles": _roles(files, asked, ids),
        "own_words": _words_of_regions(files),
        "never_says": any(key == REGIONS_NEVER_SAY for key, _ in asked),
    }


def _roles(files: ContentFiles, asked: list[tuple[str, str]], lines: list[str]) -> dict[str, str]:
    """Return the names for which rules ask a region for blocks, each with what to begin with.

    Where other regions name lines of the emergency box, the new `lines` stand; else what is to
    write says which blocks another region names.
    """
    known = {one.text() for row in files.records("emergency_lines.yaml", "emergency_lines")
             if (one := row.get("id"))}  # fmt: skip
    found: dict[str, str] = {}
    for key, name in asked:
        if key == REGIONS_NEVER_SAY or name in found:
            continue
        region, given = _named_by_another(files, name)
        if key == REGIONS_PRINT and known.issuperset(given):
            found[name] = f"[{', '.join(lines)}]"
        else:
            such = f", such as {', '.join(given)} of {region}" if given else ""
            found[name] = f'["{TO_WRITE}: its blocks for `{name}`{such}"]'
    return found


def _words_of_regions(files: ContentFiles) -> dict[str, str]:
    """Return the words in braces that regions give, each as the first of them has it."""
    found: dict[str, str] = {}
    for one in files.records("vocabulary.yaml", "regions"):
        words = one.get("words")
        for key in words.keys() if words else ():
            if words and (text := words.get(key)):
                found.setdefault(key, text.text())
    return found


def _named_by_another(files: ContentFiles, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the last region that names blocks for a rule, and these blocks."""
    last: tuple[str, tuple[str, ...]] = ("", ())
    for one in files.records("vocabulary.yaml", "regions"):
        region, blocks = one.get("id"), one.get("blocks")
        if region and blocks and (given := blocks.get(name)):
            last = region.text(), given.texts()
    return last


def _asked(value: object) -> Iterator[tuple[str, str]]:
    """Yield each key by which rules ask regions for something, with the name that they use."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == REGIONS_NEVER_SAY:
                yield key, ""
            if key in (OF_REGIONS, REGIONS_PRINT):
                yield from ((key, str(name)) for name in (one if isinstance(one, list) else [one]))
            else:
                yield from _asked(one)
    elif isinstance(value, list):
        for one in value:
            yield from _asked(one)


# ------------------------------------------------------------------ what another region shares
_SHARED = re.compile(r"(?<=\bregion: \[)[a-z0-9-]+(?:, *[a-z0-9-]+)+(?=\])")
_NO_TEXT = re.compile(
    r"\b(?:id|when|region|covers|instead_of|short-of|classes|suggests|warns|sources): *"
    r"(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\[[^\]]*\]|[\w-]+)"
)
"""What stands in an entry and never prints."""
_HAS_TEXT = re.compile(r"\b(?:text|signs|lead|steps): *\S|\b(?:signs|steps):$", re.MULTILINE)


class SharedEntries(Struct, frozen=True):
    """The text of a file in which a region was added to entries, and entries that were left."""

    text: str
    count: int
    left: tuple[Fault, ...]


def add_to_shared(
    files: ContentFiles, file: str, text: str, like_and_name: tuple[str, str]
) -> SharedEntries:
    """Add the second of two regions to the entries of a file that are for the first and for others.

    An entry that names a part of the body of any region is left as it is: somebody has to read it.
    Only lists in conditions grow; no line is added. One of several conditions (`any`) that is for
    the first region alone is left too: what it says beside is of that region.
    """
    like, name = like_and_name
    parts = _parts_of_all(files)
    among = re.compile(rf"\bany: \[.*\bregion: {re.escape(like)}\b")
    lines, left, count = text.split("\n"), [], 0
    for at, line in enumerate(lines):
        found = _SHARED.search(line)
        if line.lstrip().startswith("#"):
            continue
        if among.search(line):
            message = f"one of its conditions is for {like} alone: is one for {name} needed too?"
            left.append(Fault(message=message, origin=Origin(files.name(file), at + 1)))
            continue
        if not found or like not in re.split(", *", found[0]):
            continue
        said = _entry_at(lines, at)
        if said and not (part := parts.search(said)):
            lines[at] = f"{line[: found.end()]}, {name}{line[found.end() :]}"
            count += 1
        else:
            what = f"speaks of “{part[0]}”" if said and part else "has no words beside it"
            message = f"for {found[0]}, and {what}: is it for {name} too?"
            left.append(Fault(message=message, origin=Origin(files.name(file), at + 1)))
    return SharedEntries("\n".join(lines), count, tuple(left))


def _parts_of_all(files: ContentFiles) -> re.Pattern[str]:
    """Return a pattern for what any region calls a part of the body, or never says."""
    keys = ("parts", "never-says")
    given = (one.get(key) for one in files.records("vocabulary.yaml", "regions") for key in keys)
    words = {word for one in given if one for word in one.texts()}
    longest = sorted(words, key=lambda one: (-len(one), one))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest)) or '(?!)'})\b", re.IGNORECASE)


def _entry_at(lines: list[str], at: int) -> str:
    """Return the innermost entry around a line that has a text, without ids and conditions.

    "" where there is none.
    """
    here = lines[at].lstrip()
    first, depth = at + 1, len(lines[at]) - len(here) + here.startswith("- ")
    while first:
        first -= 1
        line = lines[first]
        indent = len(line) - len(line.lstrip())
        if not line.lstrip().startswith("- ") or indent >= depth:
            continue
        depth = indent
        inside = takewhile(
            lambda one: not one.strip() or len(one) - len(one.lstrip()) > indent,  # noqa: B023 - used at once
            lines[first + 1 :],
        )
        entry = "\n".join(_NO_TEXT.sub("", one) for one in (line, *inside))
        if _HAS_TEXT.search(entry):
            return entry
    return ""
