"""Goes in: `plain_words.yaml`. Comes out: which words not to use, and what to write instead."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml
from msgspec import Struct

from handouts.errors import ContentError, Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "plain_words.yaml"


class PlainWords(Struct, frozen=True, kw_only=True):
    """Which words not to use, with what to write instead, and which may stay, with the reason."""

    instead: Mapping[str, str]
    allowed: Mapping[str, str]
    participles: Mapping[str, str]


def parse_plain_words(raw: str, file: str) -> PlainWords:
    """Read the list of plain words; raises ContentError when a part is not words with words."""
    try:
        lists = yaml.safe_load(raw)
    except yaml.YAMLError as error:
        raise ContentError(Fault(message="not YAML", origin=Origin(file, 1))) from error
    found: dict[str, Mapping[str, str]] = {}
    faults = []
    for name in ("instead", "allowed", "participles"):
        listed = lists.get(name) if isinstance(lists, dict) else None
        if isinstance(listed, dict) and all(
            _is_text(one) for pair in listed.items() for one in pair
        ):
            found[name] = MappingProxyType(listed)
        else:
            message = f"`{name}` is not a list of words, each with its reason"
            hint = f"write `{name}:` and under it `word: reason`"
            faults.append(Fault(message=message, origin=Origin(file, 1), hint=hint))
    if faults:
        raise ContentError(*faults)
    return PlainWords(**found)


def load_plain_words(folder: Path) -> PlainWords:
    """Read the list of a content folder; raises ContentError when it is missing or broken."""
    file = f"{folder.name}/{FILE}"
    try:
        return parse_plain_words((folder / FILE).read_text("utf-8"), file)
    except (OSError, UnicodeDecodeError) as error:
        hint = "restore the file: it says which words not to use"
        raise ContentError(
            Fault(message="it cannot be read", origin=Origin(file, 1), hint=hint)
        ) from error


def _is_text(one: object) -> bool:
    return isinstance(one, str) and bool(one.strip())
