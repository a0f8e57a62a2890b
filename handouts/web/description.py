"""Describe the interface for programs, as OpenAPI 3.1: `describe`.

The description is made from the addresses and the records themselves, so it cannot differ from
what is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handouts import __version__
from handouts.web.guard import TOKEN_HEADER
from handouts.web.problems import ProblemRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handouts.web.address import Address


_REFERENCE = "#/components/schemas/{name}"
_TOKEN = "token"  # noqa: S105 - the name of the scheme, not a secret


def describe(addresses: Iterable[Address]) -> dict[str, object]:
    """Return the OpenAPI description of some addresses."""
    known = list(addresses)
    records = [one for pair in known for one in (pair.takes, pair.gives) if isinstance(one, type)]
    _, schemas = msgspec.json.schema_components(
        [*dict.fromkeys(records), ProblemRecord], ref_template=_REFERENCE
    )
    paths: dict[str, dict[str, object]] = {}
    for one in known:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "handouts",
            "version": __version__,
            "description": "Patient leaflets, made on this machine. Nothing that is sent is kept.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                _TOKEN: {"type": "apiKey", "in": "header", "name": TOKEN_HEADER.decode()}
            },
        },
        "security": [{_TOKEN: []}],
    }


def _operation(one: Address) -> dict[str, object]:
    operation: dict[str, object] = {
        "operationId": _name_of(one),
        "summary": one.summary,
        "responses": {
            "200": {"description": "Done", "content": _content(one.gives)},
            "default": {
                "description": "Refused, with a stable code and every fault",
                "content": {"application/problem+json": {"schema": _schema(ProblemRecord)}},
            },
        },
    }
    if one.open:
        operation["security"] = []
    if parameters := [
        *({"name": name, "in": "query", "schema": {"type": "string"}} for name in one.queries),
        *(
            {"name": name, "in": "header", "schema": {"type": "string"}, "description": said,
             "required": (name, said) == one.headers[0]}
            for name, said in one.headers
        ),
    ]:  # fmt: skip
        operation["parameters"] = parameters
    if one.takes:
        operation["requestBody"] = {"required": True, "content": _content(one.takes)}
    return operation


def _name_of(one: Address) -> str:
    name = one.path.removeprefix("/api/").strip("/").replace("/", "-")
    return f"{name}-by-link" if one.queries else name


def _content(gives: object) -> dict[str, object]:
    if isinstance(gives, tuple):
        return {kind: part for one in gives for kind, part in _content(one).items()}
    if isinstance(gives, type):
        return {"application/json": {"schema": _schema(gives)}}
    return {str(gives): {"schema": {"type": "string", "format": "binary"}}}


def _schema(record: type) -> dict[str, object]:
    return {"$ref": _REFERENCE.format(name=record.__name__)}
