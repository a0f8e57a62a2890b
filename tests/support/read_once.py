"""The same content is parsed once by the tests of a process, however many read it: `parse_once`."""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any

import yaml

from handouts.content import synonyms, yaml_reader
from handouts.system import object_cache

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
MOST_WORDS = 10_000
"""More than content has synonyms."""


def parse_once() -> None:
    """Let what was parsed before stand for parsing the same text again, until the process ends."""
    _make_objects_once()
    _parse_text_once()


def _make_objects_once() -> None:
    """Make what the cache of objects lacks once for each key; all of it is frozen.

    The folder of the cache is read, written and unpickled as ever.
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


def _parse_text_once() -> None:
    """Compose, look through and fold a text once: many tests damage one file of many each."""
    yaml.compose = lru_cache(MOST_TEXTS)(yaml.compose)  # type: ignore[assignment] # as it is
    yaml_reader._odd = lru_cache(MOST_TEXTS)(yaml_reader._odd)  # noqa: SLF001 - all that reads it
    synonyms.fold = lru_cache(MOST_WORDS)(synonyms.fold)
