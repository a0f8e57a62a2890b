"""Say what a new region has to give to the rules of safety: `of_region`.

Rules ask each region for blocks by a name (`regions-print`, `of-regions`), so that a new region is
held to them without a change of any rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.vocabulary import OF_REGIONS, REGIONS_NEVER_SAY, REGIONS_PRINT
from handouts.content.yaml_reader import TO_WRITE
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
