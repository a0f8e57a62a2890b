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

from handouts.authoring.shapes import Schema, table
from handouts.content import figure
from handouts.content.figure import LIMBS, Arrow, Figure, Limb, Pose, Prop
from handouts.content.own_picture import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def figure_definitions() -> tuple[Schema, dict[str, Schema]]:
    """Return the schema of all figures by id, and the definitions that it uses."""
    _, defs = schema_components([Figure], ref_template="#/$defs/{name}")
    for record in (Figure, Pose, Limb, Arrow, *get_args(Prop)):
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
    for name, pair in (("Limb", ("angles", "to")), ("Arrow", ("line", "arc"))):
        defs[name]["oneOf"] = [{"required": [key]} for key in pair]
    for one in defs.values():
        for field in one.get("properties", {}).values():
            field.pop("default", None)  # an editor would offer each of them
    says = "Each drawing, under an id of your choice."
    return table({"$ref": "#/$defs/Figure"}, says), dict(defs)


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
