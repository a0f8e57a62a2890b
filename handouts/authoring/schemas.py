"""Write the schema of every content file, for editors: `write_schemas`, `content_words`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from handouts.authoring.file_schemas import definitions, library_schemas
from handouts.authoring.rule_schemas import rule_schemas
from handouts.authoring.service_schema import service_shape
from handouts.authoring.shapes import ContentWords, whole_file
from handouts.content.parse_library import ContentFiles
from handouts.content.parse_props import parse_props
from handouts.content.parse_topic import free_columns
from handouts.content.stray import SCHEMAS
from handouts.content.topic import FILE as TOPIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from handouts.authoring.shapes import Schema


SUFFIX = ".schema.json"
_MODELINE = "# yaml-language-server: $schema="


def content_words(folder: Path) -> ContentWords:
    """Return the words of a content folder, which need not be free of faults but must be YAML.

    Raises ContentError for a file that is missing or is not YAML.
    """
    files = ContentFiles(folder)

    def ids(file: str, key: str, name: str = "id") -> tuple[str, ...]:
        entries = (one for one in files.records(file, key) if one.is_mapping())
        return tuple(field.text() for one in entries if (field := one.get(name)))

    figures = files.entry("figures.yaml").need("figures")
    return ContentWords(
        **{
            key: ids("vocabulary.yaml", key)
            for key in ("regions", "statuses", "sections", "groups", "check_groups")
        },
        places=ids("places.yaml", "places"),
        sources=ids("sources.yaml", "sources", "key"),
        flags=ids("flags.yaml", "flags"),
        classes=ids("classes.yaml", "classes"),
        red_flags=ids("red_flags.yaml", "red_flags"),
        exercises=ids("exercises.yaml", "exercises"),
        free_columns=free_columns(files.entry(TOPIC)),
        figures=figures.keys() if figures and figures.is_mapping() else (),
        props=parse_props(files.entry("figures.yaml")),
    )


def schemas_of(folder: Path) -> Mapping[str, Schema]:
    """Return the schema of each file of a content folder, by its name without the suffix."""
    words = content_words(folder)
    service = whole_file(
        "service.yaml", "The profile of a service.", service_shape(), definitions(words)
    )
    return {**library_schemas(words), **rule_schemas(words), "service": service}


def schema_text(schema: Schema) -> str:
    """Return a schema as it is written into its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def modeline(name: str, *, inside: bool = False) -> str:
    """Return the comment by which editors find the schema of a file; `inside` a folder of it."""
    return f"{_MODELINE}{'../' if inside else ''}{SCHEMAS}/{name}{SUFFIX}"


def with_modeline(file: str, text: str) -> str:
    """Return the text of a content file whose first lines lead an editor to its schema.

    `file` is its name in the content folder; a line that is there already stays.
    """
    if not file.endswith(".yaml") or _MODELINE in text:
        return text
    inside = file.startswith("blocks/")
    name = "blocks" if inside else file.removesuffix(".yaml")
    end = "\r\n" if "\r\n" in text else "\n"
    return f"{modeline(name, inside=inside)}{end}{text}"


def write_schemas(folder: Path, into: Path) -> list[Path]:
    """Write all schemas of a content folder into another folder, which is made."""
    schemas = schemas_of(folder)
    into.mkdir(parents=True, exist_ok=True)
    return [_write(into / f"{name}{SUFFIX}", schema) for name, schema in schemas.items()]


def out_of_date(folder: Path) -> Iterable[str]:
    """Name the schemas in a content folder that are not what its content asks for now."""
    known = folder / SCHEMAS
    if not known.is_dir():
        return
    for name, schema in schemas_of(folder).items():
        path = known / f"{name}{SUFFIX}"
        if not path.is_file() or path.read_text("utf-8") != schema_text(schema):
            yield path.name


def _write(path: Path, schema: Schema) -> Path:
    path.write_text(schema_text(schema), "utf-8", newline="\n")
    return path
