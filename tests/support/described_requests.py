"""Make requests from the description of the interface: most fit it, and some do in no way."""

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

KNOWN: Mapping[str, tuple[str, ...]] = {
    "region": ("lumbar", "neck", "thoracic"),
    "status": ("acute", "chronic"),
    "flags": ("gi-ulcer", "warfarin", "under-18", "age-65-plus", "asthma"),
    "exercises": ("pelvic-tilt", "chin-tuck"),
    "doses": ("pelvic-tilt=5x3", "pelvic-tilt=99x99"),
    "edition": ("standard", "full", "sheet", ""),
    "format": (*("html", "text") * 12, "pdf"),
    "paper": ("a4", "letter", ""),
    "date": ("2026-11-29", ""),
    "text": ("warfarin, gout", "71 years old", "6 weeks", "N2DK-RT8H-7TYF1"),
    "password": ("",),
    "preset": ("",),
    "place": ("gb", ""),
    "size": ("12", ""),
}
"""Words that mean something in a field of this name."""
HOSTILE: tuple[object, ...] = (
    None, True, -1, 2**70, 1e308, "", "\x00", "\u202e", "x" * 2000, "é", "../../etc/passwd",
    "<script>", "${7*7}", [], {}, [[[[]]]], {"a": {"b": []}},
)  # fmt: skip
NOT_SENT = frozenset({"/api/print"})
"""A real printer may hear it."""
DEAR: Mapping[str, float] = {"/api/record": 0.1, "/api/printers": 0.1}
"""How often what takes long is asked for, where the others are asked for once: a sheet is typeset,
another program is started."""
_ODD = 0.06
"""How often a value is one that fits nothing."""
_SAID = 0.4
"""How often a field that may be left out is there."""


class DescribedRequest(NamedTuple):
    """A request to an address of the description."""

    path: str
    body: bytes


def described_requests(described: dict[str, Any], seed: int) -> Iterator[DescribedRequest]:
    """Yield requests without end; the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    paths = [
        (path, operations["post"])
        for path, operations in described["paths"].items()
        if "post" in operations and path not in NOT_SENT
    ]
    while True:
        path, operation = chance.choice(paths)
        if chance.random() > DEAR.get(path, 1.0):
            continue
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        value = _value(described, schema.get("schema", {}), "", chance)
        body = json.dumps(value).encode()
        if chance.random() < _ODD:
            cut = chance.randrange(len(body) + 1)
            body = body[:cut] + chance.randbytes(chance.randrange(8))
        yield DescribedRequest(path, body)


def _value(
    described: dict[str, Any], schema: dict[str, Any], name: str, chance: random.Random
) -> Any:  # noqa: ANN401 - JSON
    if chance.random() < _ODD:
        return chance.choice(HOSTILE)
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        schema = chance.choice(schema["anyOf"])
    kind = schema.get("type")
    if kind == "object":
        fields: dict[str, Any] = schema.get("properties", {})
        some = [
            one for one in fields if one in schema.get("required", ()) or chance.random() < _SAID
        ]
        return {one: _value(described, fields[one], one, chance) for one in some}
    if kind == "array":
        items = schema.get("items") or {}
        return [_value(described, items, name, chance) for _ in range(chance.randrange(3))]
    simple = {
        "boolean": chance.choice((True, False)),
        "integer": chance.randrange(-2, 50),
        "null": None,
    }
    return simple[kind] if kind in simple else chance.choice(KNOWN.get(name, ("", "x", "Ann")))
