"""Build the parts of JSON Schemas: `mapping`, `many`, `one_of`, `ContentWords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.content.prop import PropDefinitions

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema, or a part of one."""

ID = "^[a-z0-9][a-z0-9-]*$"
PHONE = "^[0-9 +-]{2,15}$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class ContentWords(Struct, frozen=True, kw_only=True):
    """The words of one content folder that its files may use of each other."""

    regions: tuple[str, ...]
    statuses: tuple[str, ...]
    sections: tuple[str, ...]
    groups: tuple[str, ...]
    check_groups: tuple[str, ...]
    places: tuple[str, ...]
    sources: tuple[str, ...]
    flags: tuple[str, ...]
    classes: tuple[str, ...]
    red_flags: tuple[str, ...]
    exercises: tuple[str, ...]
    figures: tuple[str, ...]
    props: PropDefinitions
    free_columns: tuple[str, ...]


def text(says: str) -> Schema:
    """Text with at least one letter."""
    return {"type": "string", "minLength": 1, "description": says}


def written(says: str) -> Schema:
    """Text that YAML may take for a number, such as a year or a code."""
    return {"type": ["string", "number"], "description": says}


def whole(says: str, least: int | None = None) -> Schema:
    """A whole number."""
    least_of = {} if least is None else {"minimum": least}
    return {"type": "integer", **least_of, "description": says}


def truth(says: str) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": says}


def day(says: str) -> Schema:
    """A day, as 2026-11-22."""
    return {"type": "string", "format": "date", "pattern": DAY, "description": says}


def ident(says: str) -> Schema:
    """An id: small letters, digits and hyphens."""
    return {"type": "string", "pattern": ID, "description": says}


def one_of(words: Iterable[object], says: str = "") -> Schema:
    """One of a closed list of words."""
    told = {"description": says} if says else {}
    return {"enum": list(dict.fromkeys(words)), **told}


def defined(name: str, says: str = "") -> Schema:
    """What the schema defines once, under a name."""
    told = {"description": says} if says else {}
    return {"$ref": f"#/$defs/{name}", **told}


def listed(item: Schema, says: str, *, least: int = 0, unique: bool = False) -> Schema:
    """A list."""
    more = ({"minItems": least} if least else {}) | ({"uniqueItems": True} if unique else {})
    return {"type": "array", "items": item, **more, "description": says}


def many(item: Schema, says: str, *, least: int = 0) -> Schema:
    """A list without repetition, or one value that counts as a list of one; or nothing."""
    choices = [item, listed(item, says, least=least, unique=True)]
    return {"anyOf": choices if least else [*choices, {"type": "null"}], "description": says}


def items_of(item: Schema, says: str) -> Schema:
    """A list in which something may stand twice, one value, or nothing."""
    return {"anyOf": [item, listed(item, says), {"type": "null"}], "description": says}


def table(value: Schema, says: str, keys: Schema | None = None) -> Schema:
    """Keys that the author chooses, each with a value of one kind."""
    names = {"propertyNames": keys} if keys else {}
    return {"type": "object", "additionalProperties": value, **names, "description": says}


def mapping(
    says: str, need: Mapping[str, Schema], may: Mapping[str, Schema] | None = None
) -> Schema:
    """Keys and values: those that must be there, and those that may be; no others.

    A key that may be there may also have nothing behind it.
    """
    more = {key: _or_nothing(one) for key, one in (may or {}).items()}
    return {
        "type": "object",
        "properties": {**need, **more},
        "required": list(need),
        "additionalProperties": False,
        "description": says,
    }


def whole_file(title: str, says: str, schema: Schema, defs: Mapping[str, Schema]) -> Schema:
    """A schema as it is written into a file, with the definitions that it uses."""
    used = _used(schema, defs)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **schema,
        "description": says,
        "$defs": {name: defs[name] for name in sorted(used)},
    }


def _used(schema: object, defs: Mapping[str, Schema]) -> set[str]:
    """Name the definitions that a schema refers to, and those that these refer to."""
    found: set[str] = set()
    waiting = list(_named(schema))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_named(defs[name]))
    return found


def _named(schema: object) -> Iterable[str]:
    if isinstance(schema, dict):
        if isinstance(ref := schema.get("$ref"), str):
            yield ref.rpartition("/")[2]
        for one in schema.values():
            yield from _named(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _named(one)


def _or_nothing(schema: Schema) -> Schema:
    if "anyOf" in schema and {"type": "null"} in schema["anyOf"]:
        return schema
    told = {"description": schema["description"]} if "description" in schema else {}
    return {"anyOf": [schema, {"type": "null"}], **told}
