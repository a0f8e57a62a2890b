"""Goes in: a library and what reading its leaflets found. Comes out: how hard they read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.errors import Fault, Origin
from handouts.readability import (
    LEAFLET_GRADE,
    block_faults,
    block_text,
    snags,
    words,
    worst_sentences,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.plain_words import PlainWords
    from handouts.proofreading import Findings
    from handouts.selection.request import Request

WORST, EACH = 5, 20
GRADED = 5
"""The formula says nothing about fewer words: the name of an illness is no sentence."""

_FOR_STAFF = frozenset({"draft-line", "unsigned"})
"""Labels that speak to whoever hands the leaflet over."""


# ------------------------------------------------------------------ what is written
def word_faults(library: Library, folder: Path, plain_words: PlainWords) -> tuple[Fault, ...]:
    """Fault every hard block in every place, and hard words of labels and of drawings."""
    places = library.places.values()
    found = [
        fault
        for block in library.blocks
        for place in places
        for fault in block_faults(block, place, plain_words)
    ]
    labels = {key: text for key, text in library.labels.items() if key not in _FOR_STAFF}
    alts = {name: figure.alt for name, figure in library.figures.items()}
    for file, texts in (("labels.yaml", labels), ("figures.yaml", alts)):
        lines = (folder / file).read_text("utf-8").splitlines()
        for key, text in texts.items():
            found += [
                Fault(
                    message=one.message,
                    origin=Origin(f"{folder.name}/{file}", _line_of(key, lines)),
                    path=key,
                    hint=one.hint,
                )
                for one in snags(text, plain_words)
            ]
    return tuple(dict.fromkeys(found))


def _line_of(key: str, lines: list[str]) -> int:
    """Find the line that a key opens."""
    opens = re.compile(rf"\s*{re.escape(key)}:")
    return next((number for number, line in enumerate(lines, 1) if opens.match(line)), 1)


# ------------------------------------------------------------------ for people
def grades_text(library: Library, found: Findings) -> str:
    """Word the grades of leaflets, the hardest of them, and the hardest sentences with their line.

    Grades are of Flesch and Kincaid: the school year that can read a text.
    """
    lines = [
        f"reading grade {one.grade:4.1f}  {one.request.region}, {one.request.status}"
        for one in found.plain
        if not one.request.screened
    ]
    most = max((one.grade for one in found.hardest), default=0.0)
    lines.append(
        f"reading grade {found.easiest:4.1f} to {most:.1f} over all {found.leaflets} leaflets, "
        f"at most {LEAFLET_GRADE} allowed; the hardest:"
    )
    lines += [f"  {one.grade:4.1f}  {look_at(one.request)}" for one in found.hardest]
    return "\n".join([*lines, "hardest sentences:", *_hardest(library)])


def look_at(request: Request) -> str:
    """Give the command that prints a leaflet on the screen."""
    words = ["handout", "make", "--region", request.region, "--status", request.status]
    words += ["--screened"] if request.screened else []
    words += [word for flag in request.flags for word in ("--flag", flag)]
    return " ".join([*words, "--format", "text", "-o", "-"])


def wrong_text(found: Findings) -> str:
    """Word what is wrong in leaflets: each with its file and line, and the command to see it."""
    return "\n".join(f"{one.fault}\n  see: {look_at(one.request)}" for one in found.wrong)


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
