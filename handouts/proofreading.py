"""Goes in: requests. Comes out: what is wrong with their leaflets, and how hard those read.

Each request goes the way of every leaflet, from selection to the guard; then its words are graded.
Nothing is drawn at random: the same content gives the same findings, whatever the number of cores.
"""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.load import resource
from handouts.guard import broken_rules
from handouts.leaflet.compose import compose_leaflet, load_templates
from handouts.leaflet.xhtml import KnownSections
from handouts.readability import Grader
from handouts.reading import Eye
from handouts.selection.select import select_blocks
from handouts.slices import Slicer
from handouts.system.processes import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from handouts.content.library import Library
    from handouts.errors import Fault, Origin
    from handouts.guard import Invariant
    from handouts.plain_words import PlainWords
    from handouts.selection.request import Request
    from handouts.selection.select import Selection

ONE, DEEP = 1, 3
"""Flags put together in a leaflet, and in one of a deep check; the proof has no such limit."""
HARDEST = 5
_PIECE = 150
"""Leaflets read in one go: neighbours share most sections, and what was read is kept so long."""


# ------------------------------------------------------------------ what is read, what is found
class Finding(Struct, frozen=True, kw_only=True):
    """What is wrong in a leaflet, and the request that shows it."""

    fault: Fault
    request: Request


class Graded(Struct, frozen=True, kw_only=True):
    """How hard the leaflet of a request reads."""

    grade: float
    request: Request


class Findings(Struct, frozen=True, kw_only=True):
    """What reading leaflets brought to light."""

    leaflets: int = 0
    wrong: tuple[Finding, ...] = ()
    """Each thing once, with the smallest request that shows it."""
    plain: tuple[Graded, ...] = ()
    """The leaflets without flags."""
    easiest: float = 0.0
    hardest: tuple[Graded, ...] = ()

    def joined(self, others: Iterable[Findings]) -> Findings:
        """Put findings together, in the order of what was read."""
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
    """Keep, of the same fault, the request with the fewest flags."""
    found: dict[Fault, Finding] = {}
    for one in wrong:
        known = found.setdefault(one.fault, one)
        if len(one.request.flags) < len(known.request.flags):
            found[one.fault] = one
    return tuple(found.values())


def requests_of(library: Library, most: int) -> Iterator[Request]:
    """List every region, status and asked or not, with every set of up to `most` flags."""
    slicer = Slicer(library)
    for context in slicer.contexts:
        for count in range(most + 1):
            for flags in combinations(library.flags, count):
                if any(set(flags) <= set(world) for world in slicer.worlds):
                    yield slicer.request(context, flags)


# ------------------------------------------------------------------ reading
class Proofreader:
    """Reads leaflets of one library, and knows the sections again that they share."""

    def __init__(
        self, library: Library, rules: Iterable[Invariant], plain_words: PlainWords
    ) -> None:
        self.library = library
        # What is wrong in words alone is no matter of leaflets; the proof tells it once.
        self.rules = tuple(replace(rule, faults=()) for rule in rules)
        self._templates = load_templates(resource("templates"))
        self._plain_words = plain_words
        self._forget()

    def _forget(self) -> None:
        self._sections = KnownSections()
        self._grader = Grader(self._plain_words)
        self._eyes: dict[str, Eye] = {}

    def read(self, requests: Iterable[Request]) -> Findings:
        """Compose the leaflet of each request, hold it against every rule, and grade it."""
        self._forget()
        return Findings().joined([self._read(request) for request in requests])

    def _read(self, request: Request) -> Findings:
        library = self.library
        selection = select_blocks(library, request)
        leaflet = compose_leaflet(library, selection, self._templates, parse=self._sections.parse)
        eye = self._eyes.setdefault(request.place, Eye(library.places[request.place].words))
        faults = list(broken_rules(library, selection, leaflet, self.rules, eye))
        faults += [
            replace(fault, origin=_origin(eye.fold(sentence), selection, eye))
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


def _origin(sentence: str, selection: Selection, eye: Eye) -> Origin | None:
    """Find where a sentence of a leaflet is written; None for words of the templates."""
    for choice in selection.chosen:
        for wording in choice.block.wordings:
            text = eye.fold(wording) if isinstance(wording, str) else eye.say(wording)
            if sentence in text:
                return choice.block.origin
    return None


# ------------------------------------------------------------------ many leaflets
_OPEN: list[Proofreader] = []
"""The reader of this process, which has its library once and reads piece after piece."""


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
    """Read the leaflets of all requests; `told` hears of each piece how many it had."""
    pieces = [tuple(requests[start : start + _PIECE]) for start in range(0, len(requests), _PIECE)]
    found = []
    for one in in_order(_read_piece, pieces, workers, _open, reader):
        found.append(one)
        told(one.leaflets)
    return Findings().joined(found)
