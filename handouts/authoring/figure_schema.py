"""Describe the drawings of `figures.yaml` for an editor, from the types that read them.

What each key says comes from the sentences beside the fields in `content/figure.py`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

from msgspec.json import schema_components

from handouts.authoring.shapes import Schema, defined, listed, one_of, table
from handouts.content import figure
from handouts.content.figure import LIMBS, OWN, OWN_PLACE, Arrow, Figure, Limb, OwnProp, Pose, Prop
from handouts.content.own_picture import FILE_NAME
from handouts.content.own_prop import KINDS, OwnShape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msgspec import Struct


_NUMBER: Schema = {"type": "number"}
_SHORT_LIMB: Schema = {
    "type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 3,
    "description": "Directions of both bones, and of the hand or foot, in degrees.",
}  # fmt: skip


def field_words(record: type[Struct]) -> Mapping[str, str]:
    """Return what the source says of each field of a record, in the string below it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(record))).body[0]
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    return {
        first.target.id: second.value.value
        for first, second in pairwise(body)
        if isinstance(first, ast.AnnAssign)
        and isinstance(first.target, ast.Name)
        and isinstance(second, ast.Expr)
        and isinstance(second.value, ast.Constant)
        and isinstance(second.value.value, str)
    }


def figure_definitions(own: Iterable[str] = ()) -> tuple[Schema, Schema, dict[str, Schema]]:
    """Return the schema of all figures by id, that of what the author draws, and definitions.

    `own` are the things that the author drew, by name.
    """
    _, defs = schema_components([Figure], ref_template="#/$defs/{name}")
    for record in (Figure, Pose, Limb, Arrow, OwnShape, *get_args(Prop)):
        properties = defs[record.__name__]["properties"]
        for name, says in field_words(record).items():
            properties[name] = _with_words(properties[name], says)
    whole = defs["Figure"]
    whole["properties"].pop("id")
    whole["required"] = ["alt"]
    whole["properties"]["picture"] = {
        "type": "string",
        "pattern": f"^{FILE_NAME}$",
        "description": "In place of a pose and a frame: an SVG, PNG or JPEG file in pictures/.",
    }
    whole["oneOf"] = [
        {"required": ["picture"], "properties": dict.fromkeys(("pose", "frame"), False)},
        {"required": ["pose", "frame"]},
    ]
    _short_forms(defs["Pose"]["properties"])
    _own_things(defs["OwnProp"], whole["properties"], tuple(own))
    one_each = (("Limb", ("angles", "to")), ("Arrow", ("line", "arc")), ("OwnShape", KINDS))
    for name, pair in one_each:
        defs[name]["oneOf"] = [{"required": [key]} for key in pair]
    for one in defs.values():
        for field in one.get("properties", {}).values():
            field.pop("default", None)  # an editor would offer each of them
    says = "Each drawing, under an id of your choice."
    things = "What you draw yourself, each a list of shapes around its anchor, the point 0, 0."
    shapes = listed(defined("OwnShape"), "Its shapes; the first is painted first.", least=1)
    return table({"$ref": "#/$defs/Figure"}, says), table(shapes, things), dict(defs)


def _own_things(place: Schema, figure: Schema, own: tuple[str, ...]) -> None:
    """Let a figure name what the author drew, and say where it is; nothing else of it."""
    place["properties"] = {key: place["properties"][key] for key in OWN_PLACE}
    place["properties"]["type"] = one_of(own)
    place["required"] = ["type"]
    for key in ("props", "over"):
        items = figure[key]["items"]
        if own:
            items.pop("discriminator")  # it knows one name for each kind of thing
        else:
            items["anyOf"].remove({"$ref": f"#/$defs/{OwnProp.__name__}"})
            items["discriminator"]["mapping"].pop(OWN)


def _with_words(schema: Schema, says: str) -> Schema:
    return {**schema, "description": " ".join(says.split())}


def _short_forms(pose: Schema) -> None:
    """Allow a straight spine as one number, and a limb as a list of angles."""
    spine = pose["spine"]
    told = spine.pop("description", "")
    pose["spine"] = {"anyOf": [_NUMBER, spine], "description": f"{told} One number: straight."}
    for name in LIMBS:
        limb = pose[name]
        choices = limb.pop("anyOf")
        pose[name] = {"anyOf": [_SHORT_LIMB, *choices], **limb}


def highlights() -> tuple[str, ...]:
    """Return the parts of the body that a drawing may mark."""
    return get_args(figure.MuscleName)
