"""Goes in: a library and its leaflets. Comes out: how hard they read, for people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from handouts.readability import block_text, grade, leaflet_text, words, worst_sentences
from handouts.request import parse_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.leaflet import Leaflet
    from handouts.model import Library, Request

WORST, EACH = 5, 20
GRADED = 5
"""The formula says nothing about fewer words: the name of an illness is no sentence."""


def baseline_requests(library: Library) -> Iterator[Request]:
    """List every region and status, without flags."""
    place, today = next(iter(library.places)), date.today()  # noqa: DTZ011 - any day will do
    for region in library.regions:
        for status in library.statuses:
            yield parse_request(library, region=region, status=status, place=place, today=today)


def grades_text(library: Library, leaflets: Iterable[tuple[Request, Leaflet]]) -> str:
    """Word the reading grade of each leaflet, and the hardest sentences with file and line.

    Grades are of Flesch and Kincaid: the school year that can read a text.
    """
    graded = ((one, grade(leaflet_text(leaflet))) for one, leaflet in leaflets)
    lines = [f"reading grade {value:4.1f}  {one.region}, {one.status}" for one, value in graded]
    return "\n".join([*lines, "hardest sentences:", *_hardest(library)])


def _hardest(library: Library) -> Iterator[str]:
    place = next(iter(library.places.values()))
    found = []
    for block in library.blocks:
        text = block_text(block, place)
        found += [
            (value, said, block.origin)
            for value, said in worst_sentences(text, EACH)
            if len(words(said)) >= GRADED
        ]
    found.sort(key=lambda one: (-one[0], one[1]))
    for value, said, origin in found[:WORST]:
        yield f"  {value:4.1f}  {origin.file}:{origin.line}: {said}"
