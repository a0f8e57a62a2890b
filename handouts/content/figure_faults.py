"""Say what is wrong with a drawing or a thing, and what may stand there: `fault_said`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, get_args

from msgspec import Struct

from handouts.content.figure import (
    LIMBS,
    Arrow,
    FaceName,
    Figure,
    JointName,
    Limb,
    MarkedPart,
    Pose,
    ViewName,
)
from handouts.content.prop import DrawnShape, PropFill, PropPlace

_TYPES: Mapping[str, str] = MappingProxyType(
    {"array": "a list", "object": "keys and values", "str": "text", "float": "a number",
     "int": "a whole number", "bool": "true or false"}
)  # fmt: skip
"""The names of types in messages of msgspec, and in ours."""
_RECORDS: Mapping[str, type[Struct]] = MappingProxyType(
    {
        "pose": Pose,
        "ghost": Pose,
        "arrows": Arrow,
        "props": PropPlace,
        "over": PropPlace,
        "shapes": DrawnShape,
        **dict.fromkeys(LIMBS, Limb),
    }
)  # fmt: skip
"""The record that is read under a key."""
_WORDS: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {"view": get_args(ViewName), "face": get_args(FaceName), "front": LIMBS,
     "behind": LIMBS, "highlight": get_args(MarkedPart), "to": get_args(JointName),
     "arc": get_args(JointName), "thumb": (-1, 0, 1),
     "direction": (1, -1), "fill": get_args(PropFill)}
)  # fmt: skip
"""The words that may stand under a key."""


def fault_said(said: str, raw: Mapping[str, object]) -> str:
    """Translate a message of msgspec for authors, with what may stand there instead."""
    # Values are quoted in messages and may contain ` - at `; the path comes last.
    message, place = said.rsplit(" - at `", 1) if " - at `" in said else (said, "")
    path = place.removeprefix("key` in `").strip("`$.")
    value = _at(raw, path)
    if message.startswith("Invalid "):
        return f"{path}: {one_of(_WORDS[_name(path)])}, got {value!r}"
    what, _, key = message.partition(" field `")
    if key := key[:-1]:
        where = f"{path}.{key}".lstrip(".")
        if what == "Object missing required":
            return f"{where}: missing" + (f"; {one_of(_WORDS[key])}" if key in _WORDS else "")
        return f"{where}: unknown key; {one_of(keys_of(path))}"
    what, got, _ = message.partition(", got `")
    what = re.sub("`([a-z |]+)`", _in_words, what.replace("Expected", "expected"))
    what += " as key" if place.startswith("key") else ""
    return f"{path}: {what}, got {value!r}" if got else f"{path}: {what}"


def _in_words(types: re.Match[str]) -> str:
    return " or ".join(_TYPES[one] for one in types[1].split(" | ") if one in _TYPES)


def one_of(words: Iterable[object]) -> str:
    """Say which words may stand somewhere."""
    return f"expected one of {', '.join(sorted(map(str, words)))}"


def keys_of(path: str) -> Collection[str]:
    """Return the keys of the record at a path; "" is that of the drawing."""
    return {*_RECORDS.get(_name(path), Figure).__struct_fields__} - {"id", "picture"}


def _name(path: str) -> str:
    """Return the last key of a path, without indices."""
    return re.sub(r"\[[0-9]+\]", "", path).rpartition(".")[2]


def _at(raw: Any, path: str) -> Any:  # noqa: ANN401 - whatever the author wrote
    """Return the value at a path such as `arrows[0].line`."""
    for key in re.findall(r"\w+", path):
        raw = raw[int(key)] if isinstance(raw, list | tuple) else raw[key]
    return raw
