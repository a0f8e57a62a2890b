"""Compose, check and grade the leaflets of many requests: `proofread`.

Nothing is random: the same content gives the same findings, whatever the number of processes.
"""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.load import resource
from handouts.content.vocabulary import USUAL_EDITION
from handouts.errors import Fault, Origin
from handouts.leaflet.compose import compose_leaflet, load_templates
from handouts.leaflet.xhtml import KnownSections
from handouts.safety.guard import broken_rules
from handouts.safety.leaflet_text import TextFolder
from handouts.safety.readability import (
    LEAFLET_GRADE,
    Grader,
    block_text,
    readability_issues,
    text_faults,
    words,
    worst_sentences,
)
from handouts.safety.reduction import Slicer
from handouts.selection.select import select_blocks
from handouts.selection.sheet import why_no_sheet
from handouts.system.processes import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.safety.guard import Invariant
    from handouts.safety.readability import PlainWords
    from handouts.selection.request import Request
    from handouts.selection.select import Selection


ONE, DEEP = 1, 3
"""The most flags of a leaflet, and of one in a deep check; the proof has no such limit."""
HARDEST = 5
_PIECE = 150
"""Leaflets read as one task: they share most sections, and results are kept for one task."""


# ------------------------------------------------------------------ requests and findings
class Finding(Struct, frozen=True, kw_only=True):
    """A fault of a leaflet, and its request."""

    fault: Fault
    request: Request


class Graded(Struct, frozen=True, kw_only=True):
    """The reading grade of the leaflet of a request."""

    grade: float
    request: Request


class Findings(Struct, frozen=True, kw_only=True):
    """The result of proofreading some leaflets."""

    leaflets: int = 0
    wrong: tuple[Finding, ...] = ()
    """Each fault once, with the smallest request that has it."""
    plain: tuple[Graded, ...] = ()
    """The grades of leaflets without flags."""
    easiest: float = 0.0
    """The lowest grade; 0 if there are no leaflets."""
    hardest: tuple[Graded, ...] = ()

    def joined(self, others: Iterable[Findings]) -> Findings:
        """Return these findings and others as one, in this order."""
        every = (self, *others)
        read = [one for one in every if one.leaflets]
        hardest = chain.from_iterable(one.hardest for one in every)
        return Findings(
            leaflets=sum(one.leaflets for one in every),
            wrong=_smallest(chain.from_iterable(one.wrong for one in every)),
            plain=tuple(chain.from_iterable(one.plain for one in every)),
            easiest=min((one.easiest for one in read), default=0.0),
            hardest=tuple(sorted(hardest, key=lambda one: -one.grade)[:HARDEST]),
        )


def _smallest(wrong: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep, of equal faults, the one with the fewest flags."""
    found: dict[Fault, Finding] = {}
    for one in wrong:
        known = found.setdefault(one.fault, one)
        if len(one.request.flags) < len(known.request.flags):
            found[one.fault] = one
    return tuple(found.values())


def requests_of(library: Library, most: int) -> Iterator[Request]:
    """Yield a request for each context with each allowed set of up to `most` flags.

    What is refused as one sheet is left out.
    """
    slicer = Slicer(library)
    worlds = [frozenset(world) for world in slicer.worlds]
    allowed = [
        flags
        for count in range(most + 1)
        for flags in combinations(library.flags, count)
        if any(map(frozenset(flags).issubset, worlds))
    ]
    for context in slicer.contexts:
        for flags in allowed:
            request = slicer.request(context, flags)
            if not any(why_no_sheet(library, request)):
                yield request


# ------------------------------------------------------------------ reading
class Proofreader:
    """Checks leaflets of one library; parses and grades each different section once."""

    def __init__(
        self, library: Library, rules: Iterable[Invariant], plain_words: PlainWords
    ) -> None:
        self.library = library
        # Faults of words alone are the same in all leaflets; the proof reports them once.
        self.rules = tuple(replace(rule, faults=()) for rule in rules)
        self._templates = load_templates(resource("templates"))
        self._plain_words = plain_words
        self._forget()

    def _forget(self) -> None:
        self._sections = KnownSections()
        self._grader = Grader(self._plain_words)
        self._folders: dict[tuple[str, ...], TextFolder] = {}

    def read(self, requests: Iterable[Request]) -> Findings:
        """Compose the leaflet of each request, check it against every rule, and grade it."""
        self._forget()
        return Findings().joined([self._read(request) for request in requests])

    def _read(self, request: Request) -> Findings:
        library = self.library
        selection = select_blocks(library, request)
        leaflet = compose_leaflet(library, selection, self._templates, parse=self._sections.parse)
        known = library.words_in(request.place, request.region)
        own = tuple(library.regions[request.region].words.values())
        folder = self._folders.setdefault((request.place, *own), TextFolder(known))
        faults = list(broken_rules(library, selection, leaflet, self.rules, folder))
        faults += [
            replace(fault, origin=_origin(folder.fold(sentence), selection, folder))
            for sentence, fault in self._grader.faults(leaflet)
        ]
        graded = Graded(grade=self._grader.grade(leaflet), request=request)
        return Findings(
            leaflets=1,
            wrong=tuple(Finding(fault=fault, request=request) for fault in faults),
            plain=() if request.flags else (graded,),
            easiest=graded.grade,
            hardest=(graded,),
        )


def _origin(sentence: str, selection: Selection, folder: TextFolder) -> Origin | None:
    """Return the origin of the block with a folded sentence; None for words of the templates."""
    for choice in selection.chosen:
        for wording in choice.block.wordings:
            text = folder.fold(wording) if isinstance(wording, str) else folder.say(wording)
            if sentence in text:
                return choice.block.origin
    return None


# ------------------------------------------------------------------ many leaflets
_OPEN: list[Proofreader] = []
"""The reader of this worker process, set once by `_open`."""


def _open(reader: Proofreader) -> None:
    _OPEN[:] = [reader]


def _read_piece(piece: tuple[Request, ...]) -> Findings:
    return _OPEN[0].read(piece)


def proofread(
    reader: Proofreader,
    requests: Sequence[Request],
    workers: int = 1,
    told: Callable[[int], object] = bool,
) -> Findings:
    """Check the leaflets of all requests; `told` is called with the number of each piece."""
    pieces = [tuple(requests[start : start + _PIECE]) for start in range(0, len(requests), _PIECE)]
    found = []
    for one in in_order(_read_piece, pieces, workers, _open, reader):
        found.append(one)
        told(one.leaflets)
    return Findings().joined(found)


WORST, EACH = 5, 20
GRADED = 5
"""Sentences of fewer words are not graded: the formula means nothing for them."""

_FOR_STAFF = frozenset(
    {
        "draft-line",
        "draft-line-short",
        "changed",
        "changed-line",
        "changed-risk-line",
        "unsigned",
    }
)
"""Labels that are for staff."""


# ------------------------------------------------------------------ content
def word_faults(library: Library, folder: Path, plain_words: PlainWords) -> tuple[Fault, ...]:
    """Return a fault for each hard block at any place, and hard words of labels and drawings."""
    known = [words for place in library.places for words in library.each_words_in(place)]
    found = [
        fault
        for block in library.blocks
        for text in dict.fromkeys(block_text(block, words_here) for words_here in known)
        for fault in text_faults(block, text, plain_words)
    ]
    labels = {key: text for key, text in library.labels.items() if key not in _FOR_STAFF}
    alts = {name: figure.alt for name, figure in library.figures.items()}
    for file, texts in (("labels.yaml", labels), ("figures.yaml", alts)):
        for key, text in texts.items():
            found += [
                Fault(
                    message=one.message,
                    origin=library.origins.get(f"{file}/{key}", Origin(f"{folder.name}/{file}", 1)),
                    path=key,
                    hint=one.hint,
                )
                for one in readability_issues(text, plain_words)
            ]
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------------ for people
def grades_text(library: Library, found: Findings) -> str:
    """Return lines with the grades of leaflets, the hardest leaflets and the hardest sentences.

    Grades are Flesch-Kincaid grades: the school year that can read a text.
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
    lines += [f"  {one.grade:4.1f}  {preview_command(one.request)}" for one in found.hardest]
    return "\n".join([*lines, "hardest sentences:", *_hardest(library)])


def preview_command(request: Request) -> str:
    """Return the command that prints a leaflet as text."""
    words = ["handout", "make", "--region", request.region, "--status", request.status]
    words += ["--screened"] if request.screened else []
    if request.look.edition != USUAL_EDITION:
        words += ["--edition", request.look.edition]
    words += [word for flag in request.flags for word in ("--flag", flag)]
    return " ".join([*words, "--format", "text", "-o", "-"])


def wrong_text(found: Findings) -> str:
    """Return each fault with its file and line, and the command that shows the leaflet."""
    return "\n".join(f"{one.fault}\n  see: {preview_command(one.request)}" for one in found.wrong)


def _hardest(library: Library) -> Iterator[str]:
    known = library.each_words_in(next(iter(library.places)))
    found = []
    for block in library.blocks:
        text = block_text(block, known[0])
        found += [
            (value, said, block.origin)
            for value, said in worst_sentences(text, EACH)
            if len(words(said)) >= GRADED
        ]
    found.sort(key=lambda one: (-one[0], one[1]))
    for value, said, origin in found[:WORST]:
        yield f"  {value:4.1f}  {origin.file}:{origin.line}: {said}"
