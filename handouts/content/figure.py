"""Define an exercise drawing as poses, props and arrows, and parse it: `parse_figure`.

Lengths are in body units (1 is the height of the body), x to the right, y up, the floor at 0.
Angles are absolute directions in degrees: 0 right, 90 up, counter-clockwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, get_args

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import asdict

from handouts.content.own_picture import PICTURES, is_file_name, read_picture
from handouts.content.own_prop import KINDS, OwnShape, PropFill
from handouts.content.profile import Logo

if TYPE_CHECKING:
    from handouts.content.yaml_reader import Entry


_BONES_AND_END = 3
"""Angles of a limb: two bones, and its hand or foot."""

LimbName: TypeAlias = Literal["arm_n", "arm_f", "leg_n", "leg_f"]
"""Seen from the side n is near and f is far; from the front n is on the viewer's right."""
JointName: TypeAlias = Literal[
    "hip", "mid", "c7", "c1", "head", "sh_n", "sh_f", "hip_n", "hip_f", "elbow_n", "elbow_f",
    "wrist_n", "wrist_f", "knee_n", "knee_f", "ankle_n", "ankle_f",
]  # fmt: skip
MuscleName: TypeAlias = Literal[
    "lumbar", "thoracic", "back", "belly", "chest", "buttock", "neck", "neck_n", "neck_f",
    "throat", "side_n", "side_f", "shoulder_n", "shoulder_f", "upper_arm_n", "upper_arm_f",
    "elbow_n", "elbow_f", "forearm_n", "forearm_f", "wrist_n", "wrist_f", "hand_n", "hand_f",
    "hip_n", "hip_f", "thigh_n", "thigh_f", "knee_n", "knee_f", "lower_leg_n", "lower_leg_f",
    "ankle_n", "ankle_f", "foot_n", "foot_f",
]  # fmt: skip
"""A part of the body that a drawing may mark."""
ViewName: TypeAlias = Literal["side", "front", "back"]
FaceName: TypeAlias = Literal["view", "side", "front"]
_Text: TypeAlias = Annotated[str, Meta(min_length=1)]

LIMBS: tuple[LimbName, ...] = get_args(LimbName)


class Limb(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An arm or a leg: either two angles, or a place to reach."""

    angles: tuple[float, float] | None = None
    """Directions of upper arm and forearm, or of thigh and shin, in degrees."""
    to: Point | JointName | None = None
    """Where the wrist or ankle goes: a point, or the name of a joint."""
    offset: Point = (0, 0)
    """Added to the place to reach, in body units."""
    end: float | None = None
    """Direction of the hand, or of the foot from heel to toe, in degrees."""
    scale: tuple[float, float] = (1, 1)
    """Share of the two bones that is seen when they point at the viewer."""
    flip: bool = False
    """Bend the other way; only for arms seen from the front or above."""
    thumb: Literal[-1, 0, 1] = 1
    """1: left of the hand's direction, -1: right of it, 0: hidden."""
    grip: bool = False
    """A hand closed round something."""

    def __post_init__(self) -> None:
        if (self.angles is None) == (self.to is None):
            raise ValueError("expected either angles or to")


class Pose(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One position of the body."""

    view: ViewName = "side"
    root: Point = (0, 0)
    """Middle of the hips."""
    spine: tuple[float, float, float, float, float] = (90, 90, 90, 90, 90)
    """Directions of pelvis, lower back, chest, neck and head, in degrees."""
    arm_n: Limb | None = None
    arm_f: Limb | None = None
    leg_n: Limb | None = None
    leg_f: Limb | None = None
    yaw: float = 0
    """Turn of a head seen from the front, in degrees to the viewer's right."""
    face: FaceName = "view"
    """side or front where the head is turned against the trunk, else view."""
    twist: float = 0
    """Turn of the chest to the viewer in a side view, from 0 to 1."""
    shoulder: Point = (0, 0)
    """Near and far shoulder moved forward and up."""
    shrug: Point = (0, 0)
    """Lift of the n and f shoulders seen from the front or the back."""
    shoulder_width: float = 1
    shoulder_shift: float = 0
    hip_width: float = 1
    front: tuple[LimbName, ...] = ()
    """Limbs drawn in front of all else, in this order."""
    behind: tuple[LimbName, ...] = ()
    """Limbs drawn behind all else."""
    highlight: tuple[MuscleName, ...] = ()
    """The parts of the body that are marked."""

    def limb(self, name: str) -> Limb | None:
        """Return one of the four limbs by its name in LIMBS."""
        limbs = (self.arm_n, self.arm_f, self.leg_n, self.leg_f)
        return limbs[LIMBS.index(name)]


class _Prop(Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    """An object beside the body: lengths in body units, angles in degrees."""


class FloorProp(_Prop, frozen=True, kw_only=True, tag="floor"):
    """The line that a body stands or lies on."""

    x0: float = -0.6
    x1: float = 0.6
    y: float = 0.0


class MatProp(_Prop, frozen=True, kw_only=True, tag="mat"):
    """A mat whose upper side is at y."""

    x0: float = -0.58
    x1: float = 0.6
    y: float = 0.0


class PanelProp(_Prop, frozen=True, kw_only=True, tag="panel"):
    """A mattress or a sheet seen from above."""

    x0: float = -0.5
    x1: float = 0.5
    y0: float = -0.5
    y1: float = 0.5


class PillowProp(_Prop, frozen=True, kw_only=True, tag="pillow"):
    """A pillow; x is its middle, y its lower side."""

    x: float = 0.0
    y: float = 0.0
    w: float = 0.17
    h: float = 0.05
    angle: float = 0.0


class TowelProp(_Prop, frozen=True, kw_only=True, tag="towel"):
    """A folded towel; x is its middle, y its lower side."""

    x: float = 0.0
    y: float = 0.0
    w: float = 0.1
    h: float = 0.03


class ChairProp(_Prop, frozen=True, kw_only=True, tag="chair"):
    """A chair seen from the side: w and h are its seat's, back is the height above that."""

    x: float = 0.0
    w: float = 0.27
    h: float = 0.217
    back: float = 0.3
    """0: a stool."""
    direction: float = 1.0
    """1 looks right, -1 left."""


class FrontChairProp(_Prop, frozen=True, kw_only=True, tag="chair-front"):
    """A chair seen from the front."""

    x: float = 0.0
    w: float = 0.26
    h: float = 0.27
    back: float = 0.34


class DeskProp(_Prop, frozen=True, kw_only=True, tag="desk"):
    """A desk with a screen; x is its left edge."""

    x: float = 0.0
    w: float = 0.5
    h: float = 0.353


class StrapProp(_Prop, frozen=True, kw_only=True, tag="strap"):
    """A band along its points."""

    points: tuple[Point, ...] = ()


_LARGEST = 10.0
OWN = "own"


class OwnProp(_Prop, frozen=True, kw_only=True, tag=OWN):
    """A thing that an author drew under `props:`, by its name and its place in this figure."""

    name: str
    shapes: tuple[OwnShape, ...]
    """As they are drawn there, so that they are part of each drawing that is signed."""
    x: float = 0.0
    """Where its anchor is: to the right."""
    y: float = 0.0
    """Where its anchor is: up from the floor."""
    size: float = 1.0
    """How large it is: 2 is twice as large as drawn."""
    angle: float = 0.0
    """How far it is turned about its anchor, in degrees, to the left."""
    direction: Literal[1, -1] = 1
    """1 as it is drawn, -1 mirrored."""

    def __post_init__(self) -> None:
        if not 0 < self.size <= _LARGEST:
            raise ValueError(f"expected a size above 0, up to {_LARGEST:g}")
        if not all(map(math.isfinite, (self.x, self.y, self.angle))):
            raise ValueError("expected numbers that have an end")


Prop: TypeAlias = (
    FloorProp | MatProp | PanelProp | PillowProp | TowelProp | ChairProp | FrontChairProp
    | DeskProp | StrapProp | OwnProp
)  # fmt: skip
PROPS: Mapping[str, type[Prop]] = MappingProxyType(
    {str(one.__struct_config__.tag): one for one in get_args(Prop) if one is not OwnProp}
)
"""Each kind of prop that the program draws itself, by its `type`."""
OWN_PLACE = ("type", "x", "y", "size", "angle", "direction")
"""What a figure may say of a thing that an author drew."""
OwnShapes: TypeAlias = Mapping[str, tuple[OwnShape, ...]]
"""The things that an author drew, by name."""


class Arc(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A part of a circle, from one angle to another in degrees."""

    centre: Point | JointName
    radius: float
    start: float
    end: float


class Arrow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The path of a movement: a line or an arc."""

    line: tuple[Point, Point] | None = None
    bow: float = 0.0
    """Height of the curve to the left of the line, as a share of its length."""
    arc: Arc | None = None
    both: bool = False
    """A head at each end."""

    def __post_init__(self) -> None:
        if (self.line is None) == (self.arc is None):
            raise ValueError("expected either line or arc")


class Figure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exercise drawing."""

    id: str
    alt: _Text
    """What moves, from where and which way, for somebody who cannot see it."""
    caption: _Text | None = None
    frame: tuple[float, float, float, float]
    """Left, bottom, right and top of what is shown."""
    pose: Pose
    ghost: Pose | None = None
    """The position before the movement."""
    props: tuple[Prop, ...] = ()
    """Drawn behind the body."""
    over: tuple[Prop, ...] = ()
    """Drawn in front of the body."""
    arrows: tuple[Arrow, ...] = ()
    picture: Logo | None = None
    """A service's own picture, read as a logo is; the frame is then its size, the pose nothing."""


Point: TypeAlias = tuple[float, float]
"""x to the right, y up."""


_TYPES: Mapping[str, str] = MappingProxyType(
    {"array": "a list", "object": "keys and values", "str": "text", "float": "a number",
     "int": "a whole number", "bool": "true or false"}
)  # fmt: skip
"""The names of types in messages of msgspec, and in ours."""
_RECORDS: Mapping[str, type[Struct]] = MappingProxyType(
    {"pose": Pose, "ghost": Pose, "arrows": Arrow, "shapes": OwnShape, **dict.fromkeys(LIMBS, Limb)}
)
"""The record that is read under a key; for a prop its `type` decides."""
_WORDS: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {"view": get_args(ViewName), "face": get_args(FaceName), "front": LIMBS,
     "behind": LIMBS, "highlight": get_args(MuscleName), "to": get_args(JointName),
     "arc": get_args(JointName), "thumb": (-1, 0, 1), "type": tuple(PROPS),
     "direction": (1, -1), "fill": get_args(PropFill)}
)  # fmt: skip
"""The words that may stand under a key."""


def parse_figure(
    id: str,  # noqa: A002
    raw: Mapping[str, object],
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    own: OwnShapes = MappingProxyType({}),
) -> Figure:
    """Return a figure from its entry in the content file.

    `pictures` are the own ones by name, `own` the things that an author drew. Raises
    ValueError("path: fault") for a missing or unknown key or a value of the wrong type, and
    ContentError for a picture that cannot be printed.
    """
    if "picture" in raw:
        return _own(id, raw, pictures)
    for key in raw:
        if key not in _keys("", raw):
            raise ValueError(f"{key}: unknown key; {_one_of(_keys('', raw))}")
    full = _in_full(raw, own)
    try:
        figure = convert({**full, "id": id}, Figure)
    except ValidationError as error:
        raise ValueError(_fault(str(error), full)) from error
    left, bottom, right, top = figure.frame
    if left >= right or bottom >= top:
        raise ValueError("frame: expected left, bottom, right, top")
    return figure


def _own(id: str, raw: Mapping[str, object], pictures: Mapping[str, bytes]) -> Figure:  # noqa: A002
    """Return a figure that is a picture: with its file and its words, and nothing of a pose."""
    for key in raw:
        if key not in _OWN:
            raise ValueError(f"{key}: a figure has either a picture or a pose; {_one_of(_OWN)}")
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


_OWN_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_MOST_SHAPES = 40


def parse_own_prop(name: str, raw: object) -> tuple[OwnShape, ...]:
    """Return the shapes of a thing that an author draws, from its entry under `props:`.

    Raises ValueError("path: fault").
    """
    if name in PROPS or name == OWN:
        raise ValueError(f"the program has a thing `{name}` already; give yours another name")
    if not _OWN_NAME.fullmatch(name):
        raise ValueError("name it in small letters, digits and hyphens, such as `foot-stool`")
    if not isinstance(raw, list) or not 1 <= len(raw) <= _MOST_SHAPES:
        raise ValueError(f"expected a list of 1 to {_MOST_SHAPES} shapes, each with one of "
                         f"{', '.join(KINDS)}")  # fmt: skip
    full = {"shapes": raw}
    try:
        return convert(raw, tuple[OwnShape, ...])
    except ValidationError as error:
        said = str(error).replace("`$[", "`$.shapes[")
        raise ValueError(_fault(said, full).removeprefix("shapes")) from error


def own_props(file: Entry) -> OwnShapes:
    """Return the things under `props:` of figures.yaml; one with a fault has no shapes."""
    own: dict[str, tuple[OwnShape, ...]] = {}
    field = file.get("props")
    for name in field.keys() if field else ():
        entry = field.get(name) if field else None
        raw = entry.plain() if entry else None
        if name not in PROPS:
            own[name] = ()  # a figure does not name an unknown one, whatever is wrong with it
        try:
            own[name] = parse_own_prop(name, raw)
        except ValueError as error:
            (entry or file).fault(str(error), path="" if entry else f"props.{name}")
    return MappingProxyType(own)


def _with_own(raw: Mapping[str, object], own: OwnShapes) -> dict[str, object]:
    """Return the props of an entry with the shapes of those that an author drew."""
    full: dict[str, object] = {}
    for key in ("props", "over"):
        if isinstance(listed := raw.get(key), list):
            full[key] = [_drawn(f"{key}[{at}]", one, own) for at, one in enumerate(listed)]
    return full


def _drawn(where: str, prop: object, own: OwnShapes) -> object:
    """Return a prop as it is converted; a fault of the program's own kinds is found there."""
    if not isinstance(prop, Mapping) or "type" not in prop or prop["type"] in tuple(PROPS):
        return prop
    name = prop["type"]
    if not isinstance(name, str) or name not in own:
        raise ValueError(f"{where}.type: {_one_of((*PROPS, *own))}, got {name!r}")
    for key in prop:
        if key not in OWN_PLACE:
            raise ValueError(f"{where}.{key}: unknown key; {_one_of(OWN_PLACE)}")
    shapes = [{key: value for key, value in asdict(one).items() if value is not None}
              for one in own[name]]  # fmt: skip
    return {**prop, "type": OWN, "name": name, "shapes": shapes}


def _in_full(raw: Mapping[str, object], own: OwnShapes) -> dict[str, object]:
    """Return an entry with its short forms written out; a ghost takes over keys of the pose."""
    full = {key: value.strip() if isinstance(value, str) else value for key, value in raw.items()}
    full |= _with_own(raw, own)
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


# ------------------------------------------------------------------ faults
def _fault(said: str, raw: Mapping[str, object]) -> str:
    """Translate a message of msgspec for authors, with what may stand there instead."""
    # Values are quoted in messages and may contain ` - at `; the path comes last.
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
    """Return the keys of the record at a path."""
    if _name(path) in {"props", "over"} and isinstance(value, Mapping):
        return ("type", *PROPS[value["type"]].__struct_fields__)
    return {*_RECORDS.get(_name(path), Figure).__struct_fields__} - {"id", "picture"}


def _name(path: str) -> str:
    """Return the last key of a path, without indices."""
    return re.sub(r"\[[0-9]+\]", "", path).rpartition(".")[2]


def _at(raw: Any, path: str) -> Any:  # noqa: ANN401 - whatever the author wrote
    """Return the value at a path such as `arrows[0].line`."""
    for key in re.findall(r"\w+", path):
        raw = raw[int(key)] if isinstance(raw, list | tuple) else raw[key]
    return raw
