"""The same content is parsed once by the tests of a process, however many read it: `parse_once`."""

import re
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from typing import Any

import yaml

from handouts.content import synonyms, yaml_reader
from handouts.content.library import Library
from handouts.governance import baseline, units
from handouts.leaflet import markup, short_view, sign_groups, view
from handouts.leaflet.compose import compose_leaflet
from handouts.leaflet.xhtml import KnownSections
from handouts.selection import interview, questions
from handouts.system import object_cache
from tests.support.proof_memory import prove_once
from tests.support.record_memory import parse_records_once
from tests.support.search_memory import search_once

READERS = (
    "content.load",
    "content.provenance",
    "governance.load",
    "record.load",
    "render.drawings.icons",
    "safety.load",
)
"""The modules that read what the cache of objects may hold."""
MOST_TEXTS = 64
"""More than content has files."""
MOST_ENTRIES = 32
"""More entries of the cache than a process usually reads."""
MOST_WORDS = 10_000
"""More than content has synonyms."""
MOST_SENTENCES = 20_000
"""More than content has, as words of places are filled in."""
MOST_RECORDS = 10_000
"""Several times the records of content, as many tests change one of them each."""
MOST_BASELINES = 8
"""Of what ships, and of a few folders that keep another."""
MOST_PATTERNS = 10_000
"""More than the rules of safety have; Python keeps 512, and reading all rules takes 1,500."""


def parse_once() -> None:
    """Let what was parsed before stand for parsing the same text again, until the process ends."""
    _make_objects_once()
    _unpickle_once()
    _parse_text_once()
    _mark_up_once()
    parse_records_once()
    search_once()
    prove_once()
    _ask_once()
    _write_units_once()
    re._MAXCACHE = MOST_PATTERNS  # type: ignore[attr-defined] # noqa: SLF001 - no other way


def _make_objects_once() -> None:
    """Make what the cache of objects lacks once for each key; all of it is frozen.

    The folder of the cache is read and written as ever.
    """
    real, made = object_cache.cached, dict[tuple[str, str], Any]()

    def cached(kind: str, digest: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - as there
        def make_once() -> Any:  # noqa: ANN401 - as there
            if (kind, digest) not in made:
                made[kind, digest] = make()
            return made[kind, digest]

        return real(kind, digest, make_once)

    for name in READERS:
        reader = import_module(f"handouts.{name}")
        assert reader.cached is real, f"{name} reads another way"
        reader.cached = cached  # type: ignore[attr-defined] # it imports it by name


def _unpickle_once() -> None:
    """Let the same bytes of an entry of the cache stand for the same object; all of it is frozen.

    What is damaged, outdated or forged is refused anew each time.
    """
    real = object_cache._Unpickler  # noqa: SLF001 - the one door to what is kept

    @lru_cache(MOST_ENTRIES)
    def unpickled(kept: bytes) -> Any:  # noqa: ANN401 - as there
        return real(BytesIO(kept)).load()

    class Remembering:
        """Looks for the object of some bytes before it is built."""

        def __init__(self, file: BytesIO) -> None:
            self._kept = file.getvalue()

        def load(self) -> Any:  # noqa: ANN401 - as there
            return unpickled(self._kept)

    object_cache._Unpickler = Remembering  # type: ignore[assignment,misc] # noqa: SLF001


def _parse_text_once() -> None:
    """Compose, look through and fold a text once: many tests damage one file of many each."""
    yaml.compose = lru_cache(MOST_TEXTS)(yaml.compose)  # type: ignore[assignment] # as it is
    yaml_reader._odd = lru_cache(MOST_TEXTS)(yaml_reader._odd)  # noqa: SLF001 - all that reads it
    synonyms.fold = lru_cache(MOST_WORDS)(synonyms.fold)
    # `handout check` parses so too, and a test of it says that both ways give the same.
    defaults = compose_leaflet.__kwdefaults__ or {}
    assert "parse" in defaults
    defaults["parse"] = KnownSections().parse


def _mark_up_once() -> None:
    """Escape a sentence once, as nearly all leaflets have the same ones."""
    real = markup.to_xhtml
    known = lru_cache(MOST_SENTENCES)(real)
    for module in (markup, sign_groups, short_view, view):
        assert module.to_xhtml is real, f"{module.__name__} has another"
        module.to_xhtml = known  # type: ignore[attr-defined] # they import it by name


def _ask_once() -> None:
    """Find out once for a library what is worth asking: it takes a selection for each flag."""
    real = questions.asked_groups
    found: dict[tuple[int, str, str], tuple[Library, tuple[questions.AskedGroup, ...]]] = {}

    def asked_groups(
        library: Library, region: str, status: str
    ) -> tuple[questions.AskedGroup, ...]:
        key = (id(library), region, status)  # the library is kept too, so its id stays its own
        if key not in found:
            found[key] = library, real(library, region, status)
        return found[key][1]

    questions.asked_groups = asked_groups
    interview.asked_groups = asked_groups  # type: ignore[attr-defined] # it imports it by name


def _write_units_once() -> None:
    """Write what is signed of a record once: the record is frozen, and nothing else is read."""
    drawing, lines = units._drawing, units._lines  # noqa: SLF001 - what takes most of the time
    known: dict[Hashable, tuple[Any, Any]] = {}

    def once(record: Any, of: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - of any kind
        key = (id(record), of)  # the record is kept too, so its id stays its own
        if key not in known:
            if len(known) > MOST_RECORDS:
                known.clear()
            known[key] = record, make()
        return known[key][1]

    def lines_once(record: Any, without: Iterable[str]) -> Any:  # noqa: ANN401 - as there
        left_out = frozenset(without)
        return once(record, left_out, lambda: tuple(lines(record, left_out)))

    read = lru_cache(MOST_BASELINES)(baseline.read_baseline)
    baseline.read_baseline = lambda name, raw: {**read(name, raw)}
    units._drawing = lambda figure: once(figure, "drawing", lambda: drawing(figure))  # noqa: SLF001
    units._lines = lines_once  # noqa: SLF001
