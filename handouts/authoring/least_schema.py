"""Describe for an editor what rules say of regions, of dosages, and of the finished page."""

from __future__ import annotations

from handouts.authoring.shapes import (
    Schema,
    defined,
    items_of,
    many,
    mapping,
    one_of,
    table,
    text,
    whole,
)
from handouts.content.vocabulary import INTENSITIES, Urgency
from handouts.safety.least import LEAST, LIMITS, NUMBERS
from handouts.safety.page_words import ON_PAGE, PLACES


def least_and_most() -> dict[str, Schema]:
    """Return these statements by their keys."""
    counts = table(whole("How many."), "By group.", defined("group"))
    kinds = table(text("Words with | between them."), "What is spoken of.")
    least = mapping(
        "What the leaflets of every region have for everyone.",
        {
            "box": whole("Lines of the emergency box."),
            "exercises": whole("Exercises."),
            "lines": counts,
            "signs": table(counts, "Rows of signs, by urgency.", defined("urgency")),
            "speak-of": table(kinds, "By place.", one_of(("box", *map(str, Urgency)))),
        },
        {"suggests": many(defined("class"), "Classes that some sentence offers.")},
    )
    row = mapping("The most of each number.", {}, {name: whole("At most.") for name in NUMBERS})
    limits = mapping(
        "The most that an exercise may ask for.",
        {
            "no-hold": many(defined("status"), "Statuses in which nothing is held."),
            "least-hours": whole("Never more often than every so many hours."),
            "most": table(
                table(row, "By intensity.", one_of(INTENSITIES)), "By column of the exercise."
            ),
            "in-steps": mapping(
                "How a step says a number of the dosage; a word that is no number means one.",
                {},
                {name: text("A pattern that matches the number.") for name in NUMBERS},
            ),
            "holds": text("A pattern: how a step says to stay there."),
        },
        {"breathing": items_of(text("A column."), "Columns that may be counted in breaths.")},
    )
    words = mapping(
        "What one place says.",
        {},
        {
            "says": items_of(text("Words."), "All of these."),
            "never": items_of(text("Words."), "None of these."),
            "starts": text("What it starts with."),
            "one-order": items_of(
                text("A pattern."), "Signs; sentences that name the same one say one thing to do."
            ),
        },
    )
    page = mapping("What the finished page says.", {}, dict.fromkeys(PLACES, words))
    return {LEAST: least, LIMITS: limits, ON_PAGE: page}
