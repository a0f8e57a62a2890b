"""Parse the things beside bodies, and their places in a figure: `parse_props`, `parse_placed`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import ValidationError, convert

from handouts.content.figure_faults import fault_said, one_of
from handouts.content.prop import (
    KINDS,
    ONLY_WITH,
    PLACE,
    POINTS,
    DrawnShape,
    Prop,
    PropDefinition,
    PropPlace,
    PropPoint,
    in_numbers,
)
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.fastpath.fingerprint import resource

if TYPE_CHECKING:
    from handouts.content.prop import PropDefinitions
    from handouts.content.yaml_reader import Entry


FILE = "figures.yaml"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_MEASURE = re.compile(r"[a-z][a-z0-9]*", re.ASCII)
_MOST_SHAPES = 40
_DEFINITION = ("about", "measures", "place", "middle", "floor", "shapes")
_SOME = 0.1
"""What a measure is tried with that is usually 0, where a shape is not drawn."""
_SOME_POINTS = ((0.0, 0.0), (0.1, 0.1), (0.2, 0.0))
"""Points by which a thing that lies along points is tried."""


def parse_props(file: Entry) -> PropDefinitions:
    """Return the things under `props:` of figures.yaml; one with a fault has no shapes."""
    found: dict[str, PropDefinition] = {}
    field = file.get("props")
    for name in field.keys() if field else ():
        entry = field.get(name) if field else None
        # A figure does not name an unknown one, whatever is wrong with it.
        found[name] = PropDefinition(shapes=(), digest="")
        try:
            found[name] = parse_prop(name, entry.plain() if entry else None)
        except ValueError as error:
            (entry or file).fault(str(error), path="" if entry else f"props.{name}")
    return MappingProxyType(found)


def shipped_props() -> PropDefinitions:
    """Return the things that ship, which content of an earlier day need not have of its own."""
    return parse_props(read_file(YamlReader(), Path(resource("content")), FILE))


def parse_prop(name: str, raw: object) -> PropDefinition:
    """Return a thing from its entry under `props:`: a list of shapes, or keys with `shapes`.

    Raises ValueError("path: fault").
    """
    if not _NAME.fullmatch(name):
        raise ValueError("name it in small letters, digits and hyphens, such as `foot-stool`")
    full = raw if isinstance(raw, Mapping) else {"shapes": raw}
    for key in full:
        if key not in _DEFINITION:
            raise ValueError(f"{key}: unknown key; {one_of(_DEFINITION)}")
    shapes = full.get("shapes")
    if not isinstance(shapes, list) or not 1 <= len(shapes) <= _MOST_SHAPES:
        raise ValueError(f"expected a list of 1 to {_MOST_SHAPES} shapes, each with one of "
                         f"{', '.join(KINDS)}")  # fmt: skip
    measures, takes_points = _measures(full.get("measures", {}))
    decides = {key: one for key, one in full.items() if key != "about"}
    definition = PropDefinition(
        shapes=tuple(one for one in shapes if isinstance(one, Mapping)),
        about=" ".join(str(full.get("about", "")).split()),
        measures=MappingProxyType(measures),
        takes_points=takes_points,
        place=_place(full.get("place", list(PLACE))),
        middle=_middle(full.get("middle", [0, 0]), measures),
        floor=bool(full.get("floor", False)),
        digest=hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16],
    )
    _try_shapes(shapes, definition, where="shapes" if full is raw else "")
    return definition


def _measures(raw: object) -> tuple[dict[str, float], bool]:
    found: dict[str, float] = {}
    given = _keys_and_values("measures", raw)
    for name, usual in given.items():
        if name == POINTS:
            if usual != []:
                raise ValueError(f"measures.{POINTS}: expected [], as each figure gives its own")
        elif not _MEASURE.fullmatch(name) or name in (*PLACE, "type"):
            raise ValueError(f"measures.{name}: name it in small letters and digits, no place")
        else:
            found[name] = _number(f"measures.{name}", usual)
    return found, POINTS in given


def _keys_and_values(path: str, raw: object) -> Mapping[str, Any]:
    if isinstance(raw, Mapping):
        return raw
    raise ValueError(f"{path}: expected keys and values, got {raw!r}")


def _number(path: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError(f"{path}: expected a number, got {value!r}")


def _place(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(one in PLACE for one in raw):
        raise ValueError(f"place: expected a list of {', '.join(PLACE)}, got {raw!r}")
    return tuple(raw)


def _middle(raw: object, measures: Mapping[str, float]) -> tuple[object, object]:
    if not isinstance(raw, list) or len(raw) != len(PLACE[:2]):
        raise ValueError(f"middle: expected x and y, got {raw!r}")
    _middle_in_numbers(raw, measures)
    return raw[0], raw[1]


def _middle_in_numbers(raw: Iterable[object], measures: Mapping[str, float]) -> PropPoint:
    worked = in_numbers({"middle": list(raw)}, measures) or {}
    try:
        x, y = convert(worked["middle"], tuple[float, float])
    except ValidationError as error:
        raise ValueError(f"middle: expected numbers or sums of measures, got {raw!r}") from error
    return x, y


def _try_shapes(shapes: list[Any], definition: PropDefinition, where: str) -> None:
    """Work every shape out with what is usual, those that depend on a measure too."""
    points = _SOME_POINTS if definition.takes_points else None
    for at, shape in enumerate(shapes):
        _keys_and_values(f"{where}[{at}]", shape)
        try:
            in_numbers(shape, definition.measures, points)
            measures = dict(definition.measures)
            if shape.get(ONLY_WITH) in measures:
                measures[shape[ONLY_WITH]] = measures[shape[ONLY_WITH]] or _SOME
            worked = in_numbers(shape, measures, points)
            convert(worked, DrawnShape)
        except ValidationError as error:
            said = _below(str(error), f"shapes[{at}]")
            told = fault_said(said, {"shapes": [dict(one) for one in shapes]})
            raise ValueError(where + told.removeprefix("shapes")) from error
        except ValueError as error:
            raise ValueError(f"{where}[{at}].{error}") from error


def _below(said: str, path: str) -> str:
    """Return a message of msgspec with the path to what it was told of."""
    if " - at `" not in said:
        return f"{said} - at `$.{path}`"
    message, place = said.rsplit(" - at `", 1)
    return f"{message} - at `{place.replace('$', f'$.{path}', 1)}"


def parse_placed(key: str, raw: Mapping[str, object], known: PropDefinitions) -> tuple[Prop, ...]:
    """Return the things of a figure that stand under a key; raises ValueError("path: fault")."""
    listed = raw.get(key) or ()
    if isinstance(listed, list | tuple):
        return tuple(_prop(f"{key}[{at}]", one, known) for at, one in enumerate(listed))
    raise ValueError(f"{key}: expected a list, got {listed!r}")


def _prop(where: str, given: object, known: PropDefinitions) -> Prop:
    raw = _keys_and_values(where, given)
    name = raw.get("type")
    offered = one_of(known) if known else "nothing stands under `props:`"
    if "type" not in raw:
        raise ValueError(f"{where}.type: missing; {offered}")
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"{where}.type: {offered}, got {name!r}; things stand under "
                         "`props:`; `handout content merge` brings those that ship")  # fmt: skip
    definition = known[name]
    for key in raw:
        if key not in ("type", *definition.keys()):
            raise ValueError(f"{where}.{key}: unknown key; {one_of(('type', *definition.keys()))}")
    measures = {
        key: _number(f"{where}.{key}", raw[key]) if key in raw else usual
        for key, usual in definition.measures.items()
    }
    points = _points(where, raw.get(POINTS)) if definition.takes_points else ()
    try:
        place = convert({key: raw[key] for key in definition.place if key in raw}, PropPlace)
    except ValidationError as error:
        key, at = re.findall(r"\w+", where)
        raise ValueError(fault_said(_below(str(error), where), {key: {at: raw}})) from error
    return Prop(
        name=name,
        shapes=_shapes(where, definition, measures, points),
        measures=tuple(measures.items()),
        points=points,
        middle=_middle_in_numbers(definition.middle, measures),
        keys=definition.place,
        floor=definition.floor,
        definition=definition.digest,
        **{key: getattr(place, key) for key in PLACE},
    )


def _points(where: str, raw: object) -> tuple[PropPoint, ...]:
    try:
        points = convert(raw, tuple[PropPoint, ...])
    except ValidationError as error:
        raise ValueError(f"{where}.{POINTS}: expected a list of points, got {raw!r}") from error
    return points


def _shapes(
    where: str,
    definition: PropDefinition,
    measures: Mapping[str, float],
    points: tuple[PropPoint, ...],
) -> tuple[DrawnShape, ...]:
    """Work the shapes of a thing out with the measures of a figure."""
    given = points if definition.takes_points else None
    worked = (in_numbers(one, measures, given) for one in definition.shapes)
    try:
        return convert([one for one in worked if one is not None], tuple[DrawnShape, ...])
    except ValidationError as error:
        message = str(error).rsplit(" - at `", 1)[0]
        raise ValueError(f"{where}: it cannot be drawn with these measures: {message}") from error
