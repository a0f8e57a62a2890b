"""Describe topic.yaml for an editor: `topic_shape`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.authoring.shapes import (
    ContentWords,
    Schema,
    defined,
    ident,
    items_of,
    listed,
    many,
    mapping,
    one_of,
    table,
    text,
    truth,
    whole,
)
from handouts.content.example_words import EXAMPLES
from handouts.content.topic import FORMS, NOTE

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATH = {"type": "string", "pattern": "^[MmLlHhVvCcSsQqTtAaZz0-9 ,.-]+$"}


def topic_shape(words: ContentWords) -> Schema:
    """Return the shape of the file."""
    row = mapping(
        "A row of the diary.",
        {"label": text("A key of labels.yaml.")},
        {
            "exercise": defined("exercise", "What it counts."),
            "each-exercise": truth("Whether it counts every exercise, and may be a row for each."),
        },
    )
    starter = mapping(
        "An example.",
        {
            "region": defined("region"),
            "status": defined("status"),
            "flags": defined("flags"),
            "screened": truth("Whether every fact was asked about."),
            "copies": whole("How many.", 1),
        },
    )
    placed = listed(
        {"anyOf": [defined("section"), {"const": NOTE}]}, "Sections, and the note.", unique=True
    )
    return mapping(
        "",
        {
            "titles": _titles(),
            "service-id": ident("By this word record systems call the service."),
            "sections": table(one_of(FORMS), "The sections of this topic alone, by their form."),
            "order": mapping(
                "What follows the emergency box, in the order of the page.",
                {"full": placed, "short": placed},
            ),
            "second-sheet": many(defined("section"), "May go to the second sheet."),
            "stop-line": {
                "description": "The blocks on when to stop, in this order, or empty.",
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
                ],
            },
            "usual-status": defined("status", "The status where none is given."),
            "checked-before": _or_none(words.classes, "Before it the points to check print."),
            "strength": _or_none(words.classes, "The column of exercises that make stronger."),
            "free-columns": listed(text("A column."), "Columns of exercises that are no class."),
            "crisis-group": _or_none(words.groups, "Its rows with a lead-in have their own box."),
            "maternity-group": _or_none(words.groups, "A lead-in may name the maternity unit."),
            "diary": items_of(row, "The rows of the diary."),
            "starter": items_of(starter, "Examples in a worklist to start from."),
        },
        {"body-map": _body_map(), EXAMPLES: _examples()},
    )


def _or_none(words: Iterable[str], says: str) -> Schema:
    return one_of((*words, ""), says)


def _titles() -> Schema:
    return mapping(
        "What leaflets on the topic are called.",
        {
            "leaflets": text("All of them."),
            "leaflet": text("Any one of them, as a sentence begins."),
            "service": text("Any one of them, as the title of a service."),
            "card": text("The same, as short as it can be."),
            "questions": text("The list of questions on the flags."),
        },
    )


def _examples() -> Schema:
    return mapping(
        "The words that examples use.",
        {
            **dict.fromkeys(("region", "other-region"), defined("region")),
            **dict.fromkeys(("flag", "other-flag"), defined("flag")),
            **dict.fromkeys(
                ("typed-region", "typed-flag", "other-typed-flag"), text("As people say it.")
            ),
            "block": text("The id of a block."),
            "drawing": defined("figure"),
        },
    )


def _body_map() -> Schema:
    return mapping(
        "The body on the page in a browser, as paths of SVG.",
        {
            "width": whole("Its width.", 1),
            "height": whole("Its height.", 1),
            "outline": {**_PATH, "description": "The body."},
            "regions": table(_PATH, "A shape for each region that is on it.", defined("region")),
        },
        {"lines": items_of(_PATH, "Lines over it.")},
    )
