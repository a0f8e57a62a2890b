"""Describe the drawings of `figures.yaml` for an editor, from the types that read them.

What each key says comes from the sentences beside the fields in `content/figure.py`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec.json import schema_components

from handouts.authoring.shapes import (
    Schema,
    defined,
    listed,
    mapping,
    one_of,
    table,
    text,
    truth,
)
from handouts.content.figure import LIMBS, Arrow, Figure, Limb, Pose
from handouts.content.own_picture import FILE_NAME
from handouts.content.prop import KINDS, ONLY_WITH, PLACE, POINTS, DrawnShape, Prop, PropPlace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msgspec import Struct

    from handouts.content.prop import PropDefinition, PropDefinitions


_NUMBER: Schema = {"type": "number"}
_SUM: Schema = {"anyOf": [_NUMBER, {"type": "string", "pattern": "^[-+.0-9a-z ]+$"}]}
"""A number, or a sum of measures."""
_POINT: Schema = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
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


def figure_definitions(things: PropDefinitions) -> tuple[Schema, Schema, dict[str, Schema]]:
    """Return the schema of all figures by id, that of the things beside bodies, and definitions.

    `things` are those that a figure may name.
    """
    _, defs = schema_components([Figure, PropPlace], ref_template="#/$defs/{name}")
    for record in (Figure, Pose, Limb, Arrow, DrawnShape, PropPlace):
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
    one_each = (("Limb", ("angles", "to")), ("Arrow", ("line", "arc")), ("DrawnShape", KINDS))
    for name, pair in one_each:
        defs[name]["oneOf"] = [{"required": [key]} for key in pair]
    for one in defs.values():
        for field in one.get("properties", {}).values():
            field.pop("default", None)  # an editor would offer each of them
    place = defs.pop(PropPlace.__name__)["properties"]
    defs.pop(Prop.__name__)
    defs |= {f"thing {name}": _in_figure(name, one, place) for name, one in things.items()}
    for key in ("props", "over"):
        whole["properties"][key]["items"] = {"anyOf": [defined(f"thing {name}") for name in things]}
    says = "Each drawing, under an id of your choice."
    return table({"$ref": "#/$defs/Figure"}, says), _things(defs["DrawnShape"]), dict(defs)


def _in_figure(name: str, thing: PropDefinition, place: Schema) -> Schema:
    """Describe what a figure may say of a thing."""
    measures = {one: {**_NUMBER, "description": f"Usually {usual:g}."}
                for one, usual in thing.measures.items()}  # fmt: skip
    points = {POINTS: listed(_POINT, "Along which it lies.", least=2)} if thing.takes_points else {}
    return mapping(
        thing.about or f"The thing `{name}`.",
        {"type": {"const": name}, **points},
        {**{key: place[key] for key in thing.place}, **measures},
    )


def _things(shape: Schema) -> Schema:
    """Describe the things as they are drawn; the numbers of their shapes may be sums."""
    for name, field in shape["properties"].items():
        if name not in {"fill", "width"}:
            shape["properties"][name] = _with_sums(field)
    shape["properties"]["band"]["anyOf"].append({"const": POINTS})
    shape["properties"][ONLY_WITH] = text("A measure: where it is 0, the shape is not drawn.")
    shapes = listed(defined("DrawnShape"), "Its shapes; the first is painted first.", least=1)
    amount = {"anyOf": [_NUMBER, {"const": []}], "description": "What is usual."}
    whole = mapping(
        "A thing with measures.",
        {"shapes": shapes},
        {
            "about": text("What it is, for who writes a drawing."),
            "measures": table(amount, "What a drawing may change, each with what is usual."),
            "place": listed(one_of(PLACE), "What a drawing may say of its place; all without it."),
            "middle": listed(_SUM, "Where its shapes lie from its anchor: x and y.", least=2),
            "floor": truth("Whether bodies stand or lie on it."),
        },
    )
    says = "What stands beside bodies, each a list of shapes around its anchor, the point 0, 0."
    return table({"anyOf": [shapes, whole]}, says)


def _with_sums(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Let a sum of measures stand for each number."""
    if isinstance(schema, list):
        return [_with_sums(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "number":
        told = {key: one for key, one in schema.items() if key == "description"}
        return {**_SUM, **told}
    return {key: _with_sums(one) for key, one in schema.items()}


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
