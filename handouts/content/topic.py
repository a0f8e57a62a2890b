"""Define what the program must know of the topic of the content: `Topic`.

No region, flag, class or title stands in the program: it asks the topic for those with a part to
play, such as the class that opens the list of points to check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import EXERCISES, JUST_FOR_YOU, MEDICINES

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "topic.yaml"
FORMS = STEPS, POINTS, TREATMENT, TICKS, TEXT = ("steps", "points", "treatment", "ticks", "text")
"""The forms of sections that a topic adds.

What to do, a list, lines of classes and a list, a list to tick, paragraphs.
"""
NOTE = "note"
"""What a clinician adds, as a place in the order of the page."""
ALWAYS_PLACED = (JUST_FOR_YOU, NOTE, EXERCISES, MEDICINES)
"""What has a place on the page in every topic; in short editions also TODAY."""


class TopicTitles(Struct, frozen=True, kw_only=True):
    """What leaflets on the topic are called where more than one reader looks."""

    leaflets: str
    """All of them: the title of a library, or of an answer to a record system."""
    leaflet: str
    """Any one of them, as a sentence begins."""
    service: str
    """Any one of them, as the title of a service that a record system calls."""
    card: str
    """The same, as short as it can be."""
    questions: str
    """The list of questions on the flags."""


class BodyMap(Struct, frozen=True, kw_only=True):
    """A drawing of the body on which the page shows where each region is, as paths of SVG."""

    width: int
    height: int
    outline: str
    lines: tuple[str, ...]
    regions: tuple[tuple[str, str], ...]
    """Regions that are on it, each with its shape."""


class DiaryRow(Struct, frozen=True, kw_only=True):
    """A row of the diary."""

    label: str
    """A key of labels.yaml."""
    exercise: str
    """The exercise that it counts: it is left out where that may not be printed."""
    each_exercise: bool
    """Whether it counts every exercise: a diary that was asked for has a row for each of them."""


class StarterRow(Struct, frozen=True, kw_only=True):
    """An example in the worklist that the program writes to start from."""

    region: str
    status: str
    flags: tuple[str, ...]
    screened: bool
    copies: int


class Topic(Struct, frozen=True, kw_only=True):
    """What the content is about, and which of its words have a part that the program knows."""

    titles: TopicTitles
    service_id: str
    """By this word a record system calls the service; never changed."""
    usual_status: str
    """The status where none is given; it is said."""
    sections: Mapping[str, str]
    """The sections that this topic alone has, each with its form, one of FORMS."""
    order: tuple[str, ...]
    """Sections and the note, as they follow each other in the full edition."""
    short_order: tuple[str, ...]
    second_sheet: tuple[str, ...]
    """Sections that may go to the second sheet."""
    stop_lines: tuple[str, ...]
    """The blocks that open the box on when to stop an exercise, in this order."""
    checked_before: str
    """The class before which a reader goes through the points to check; "" for none."""
    strength: str
    """The column of exercises that make stronger; "" for none."""
    free_columns: tuple[str, ...]
    """Columns of exercises that are no class: only their `avoid` list forbids them."""
    crisis_group: str
    """The group of signs whose rows with a lead-in of their own have a box of their own."""
    maternity_group: str
    """The group of signs whose lead-in may name the maternity unit."""
    diary: tuple[DiaryRow, ...]
    starter: tuple[StarterRow, ...]
    examples: Mapping[str, str]
    """The words that examples use, by the keys of `example_words.KEYS`; or none."""
    body_map: BodyMap | None
