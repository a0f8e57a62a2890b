"""Parse the drawings of exercises: `parse_figure`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import ValidationError, convert
from msgspec.structs import replace

from handouts.content.figure import LIMBS, Figure, Pose
from handouts.content.figure_faults import fault_said, keys_of, one_of
from handouts.content.own_picture import PICTURES, is_file_name, read_picture
from handouts.content.parse_props import parse_placed

if TYPE_CHECKING:
    from handouts.content.prop import PropDefinitions


_BONES_AND_END = 3
"""Angles of a limb: two bones, and its hand or foot."""


def parse_figure(
    id: str,  # noqa: A002
    raw: Mapping[str, object],
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    things: PropDefinitions = MappingProxyType({}),
) -> Figure:
    """Return a figure from its entry in the content file.

    `pictures` are the own ones by name, `things` what stands under `props:`. Raises
    ValueError("path: fault") for a missing or unknown key or a value of the wrong type, and
    ContentError for a picture that cannot be printed.
    """
    if "picture" in raw:
        return _own(id, raw, pictures)
    for key in raw:
        if key not in keys_of(""):
            raise ValueError(f"{key}: unknown key; {one_of(keys_of(''))}")
    full = _in_full(raw)
    props, over = (parse_placed(key, raw, things) for key in ("props", "over"))
    try:
        figure = convert({**full, "props": (), "over": (), "id": id}, Figure)
    except ValidationError as error:
        raise ValueError(fault_said(str(error), full)) from error
    left, bottom, right, top = figure.frame
    if left >= right or bottom >= top:
        raise ValueError("frame: expected left, bottom, right, top")
    return replace(figure, props=props, over=over)


def _own(id: str, raw: Mapping[str, object], pictures: Mapping[str, bytes]) -> Figure:  # noqa: A002
    """Return a figure that is a picture: with its file and its words, and nothing of a pose."""
    for key in raw:
        if key not in _OWN:
            raise ValueError(f"{key}: a figure has either a picture or a pose; {one_of(_OWN)}")
    words = {key: " ".join(str(raw.get(key) or "").split()) for key in _OWN}
    if not words["alt"]:
        raise ValueError("alt: missing; say what the picture shows, for who cannot see it")
    name = words["picture"]
    if not is_file_name(name):
        raise ValueError("picture: name an SVG, PNG or JPEG file, in small letters, as `rest.svg`")
    if name not in pictures:
        raise ValueError(f"picture: no file `{name}` in {PICTURES}/ of the content")
    picture = read_picture(name, words["alt"], pictures[name])
    return Figure(
        id=id,
        alt=words["alt"],
        caption=words["caption"] or None,
        frame=(0.0, 0.0, picture.width, picture.height),
        pose=Pose(),
        picture=picture,
    )


_OWN = ("alt", "caption", "picture")
"""The keys of a figure that is a picture."""


def _in_full(raw: Mapping[str, object]) -> dict[str, object]:
    """Return an entry with its short forms written out; a ghost takes over keys of the pose."""
    full = {key: value.strip() if isinstance(value, str) else value for key, value in raw.items()}
    body, ghost = raw.get("pose"), raw.get("ghost")
    if isinstance(body, Mapping):
        full["pose"] = _pose_in_full(body)
        if isinstance(ghost, Mapping):
            full["ghost"] = _pose_in_full({**body, "highlight": (), **ghost})
    return full


def _pose_in_full(raw: Mapping[str, object]) -> dict[str, object]:
    """Return a pose with a straight spine, and limbs that are lists of angles, written out."""
    full = dict(raw)
    if not isinstance(spine := raw.get("spine", 90), list | tuple):
        full["spine"] = (spine,) * 5
    for limb in LIMBS:
        if isinstance(angles := raw.get(limb), list | tuple):
            bones = (
                {"angles": angles[:2], "end": angles[2]} if len(angles) == _BONES_AND_END else None
            )
            full[limb] = bones or {"angles": angles}
    return full
