"""One entry of content/figures.yaml in, a figure out: `parse_figure`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, get_args

from msgspec import Struct, ValidationError, convert

from handouts.figures import pose
from handouts.figures.pose import LIMBS, PROPS, Figure

_TYPES: Mapping[str, str] = MappingProxyType(
    {"array": "a list", "object": "keys and values", "str": "text", "float": "a number",
     "int": "a whole number", "bool": "true or false"}
)  # fmt: skip
"""What msgspec calls them, and what an author does."""
_RECORDS: Mapping[str, type[Struct]] = MappingProxyType(
    {"pose": pose.Pose, "ghost": pose.Pose, "arrows": pose.Arrow, **dict.fromkeys(LIMBS, pose.Limb)}
)
"""What is read under a key; a prop is known by its type."""
_WORDS: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {"view": get_args(pose.ViewName), "face": get_args(pose.FaceName), "front": LIMBS,
     "behind": LIMBS, "highlight": get_args(pose.MuscleName), "to": get_args(pose.JointName),
     "arc": get_args(pose.JointName), "thumb": (-1, 0, 1), "type": tuple(PROPS)}
)  # fmt: skip
"""The words that may stand under a key."""


def parse_figure(id: str, raw: Mapping[str, object]) -> Figure:  # noqa: A002
    """Return a figure from its entry in the content file.

    Raises ValueError("path: fault") for a missing or unknown key or a value of the wrong type.
    """
    for key in raw:
        if key not in _keys("", raw):
            raise ValueError(f"{key}: unknown key; {_one_of(_keys('', raw))}")
    full = _in_full(raw)
    try:
        figure = convert({**full, "id": id}, Figure)
    except ValidationError as error:
        raise ValueError(_fault(str(error), full)) from error
    left, bottom, right, top = figure.frame
    if left >= right or bottom >= top:
        raise ValueError("frame: expected left, bottom, right, top")
    return figure


def _in_full(raw: Mapping[str, object]) -> dict[str, object]:
    """Write out what an entry may shorten; its ghost gets what it shares with the pose."""
    full = {key: value.strip() if isinstance(value, str) else value for key, value in raw.items()}
    body, ghost = raw.get("pose"), raw.get("ghost")
    if isinstance(body, Mapping):
        full["pose"] = _pose_in_full(body)
        if isinstance(ghost, Mapping):
            full["ghost"] = _pose_in_full({**body, "highlight": (), **ghost})
    return full


def _pose_in_full(raw: Mapping[str, object]) -> dict[str, object]:
    """Write out a straight spine, and limbs that are lists of angles."""
    full = dict(raw)
    if not isinstance(spine := raw.get("spine", 90), list | tuple):
        full["spine"] = (spine,) * 5
    for limb in LIMBS:
        if isinstance(angles := raw.get(limb), list | tuple):
            bones = {"angles": angles[:2], "end": angles[2]} if len(angles) == 3 else None
            full[limb] = bones or {"angles": angles}
    return full


# ------------------------------------------------------------------ faults
def _fault(said: str, raw: Mapping[str, object]) -> str:
    """Put what msgspec says in an author's words, with what may stand there instead."""
    # What an author wrote may look like a place, but then the true one stands behind it.
    message, place = said.rsplit(" - at `", 1) if " - at `" in said else (said, "")
    path = place.removeprefix("key` in `").strip("`$.")
    value = _at(raw, path)
    if message.startswith("Invalid "):
        return f"{path}: {_one_of(_WORDS[_name(path)])}, got {value!r}"
    what, _, key = message.partition(" field `")
    if key := key[:-1]:
        where = f"{path}.{key}".lstrip(".")
        if what == "Object missing required":
            return f"{where}: missing" + (f"; {_one_of(_WORDS[key])}" if key in _WORDS else "")
        return f"{where}: unknown key; {_one_of(_keys(path, value))}"
    what, got, _ = message.partition(", got `")
    what = re.sub("`([a-z |]+)`", _in_words, what.replace("Expected", "expected"))
    what += " as key" if place.startswith("key") else ""
    return f"{path}: {what}, got {value!r}" if got else f"{path}: {what}"


def _in_words(types: re.Match[str]) -> str:
    return " or ".join(_TYPES[one] for one in types[1].split(" | ") if one in _TYPES)


def _one_of(words: Iterable[object]) -> str:
    return f"expected one of {', '.join(sorted(map(str, words)))}"


def _keys(path: str, value: object) -> Collection[str]:
    """List the keys of the record at a path."""
    if _name(path) in {"props", "over"} and isinstance(value, Mapping):
        return ("type", *PROPS[value["type"]].__struct_fields__)
    return {*_RECORDS.get(_name(path), Figure).__struct_fields__} - {"id"}


def _name(path: str) -> str:
    """Name the key that a path ends in, without the numbers of items."""
    return re.sub(r"\[[0-9]+\]", "", path).rpartition(".")[2]


def _at(raw: Any, path: str) -> Any:  # noqa: ANN401 - whatever the author wrote
    """Find what stands at a path such as `arrows[0].line`."""
    for key in re.findall(r"\w+", path):
        raw = raw[int(key)] if isinstance(raw, list | tuple) else raw[key]
    return raw
