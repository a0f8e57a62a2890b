"""List the content as tables, and complete words in the shell: `list_table`, `suggest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from handouts.audit.explain import list_records
from handouts.content.load import load_library
from handouts.content.synonyms import fold
from handouts.errors import HandoutsError
from handouts.governance.load import load_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.library import Library


def suggest(what: str, start: str, content: str | None) -> list[CompletionItem]:
    """Return the words that start so, with their labels; broken content gives none, quietly.

    Where no id starts so, the ids are given that have a label or a synonym which does. Where
    nothing says what the word is for (`words`), those synonyms are given instead.
    """
    try:
        library = load_library(content)
        if what == "words":
            return [CompletionItem(word, help=label) for word, label in _bare(library, start)]
        known = _known(library, what, content)
    except HandoutsError:
        return []
    found = {word: label for word, label in known.items() if word.startswith(start)}
    if not found and start and what != "presets":
        found = {name: known[name] for name in _meant(library, what, start) if name in known}
    return [CompletionItem(word, help=label) for word, label in found.items()]


def _bare(library: Library, start: str) -> Iterator[tuple[str, str]]:
    """Return what may stand without an option: ids, and what else means one, with their labels.

    A shell takes the words of a line as they are typed, so a synonym of several words is not given.
    """
    from handouts.selection.finder import finder_of  # noqa: PLC0415 - only words without an option

    finder = finder_of(library)
    for entry in finder.entries.values():
        if entry.id.startswith(start):
            yield entry.id, entry.label
    if not start:
        return
    begun, given = start.casefold(), set(finder.entries)
    for entry in finder.entries.values():
        for word in finder.words_of(entry.id, certain=True):
            plain = len(word.split()) == 1 and word.casefold().startswith(begun)
            if plain and word not in given:
                given.add(word)
                yield word, f"{entry.id}: {entry.label}"


def _meant(library: Library, what: str, start: str) -> Iterator[str]:
    """Return the ids that a word with this start would mean."""
    from handouts.selection.finder import finder_of  # noqa: PLC0415 - most starts are of ids

    finder, begun = finder_of(library), fold(start)
    for entry in finder.entries.values():
        words = (entry.label, *finder.words_of(entry.id, certain=True))
        if entry.kind == what and any(fold(word).startswith(begun) for word in words):
            yield entry.id


def _known(library: Library, what: str, content: str | None) -> dict[str, str]:
    """Return every word of an option and its label."""
    if what == "presets":
        return dict.fromkeys(dict(load_profile(library, content).presets), "")
    if what == "exercises":
        records = list_records(library, "exercises")
        return {str(one["id"]): str(one["name"]) for one in records if not one["held_back"]}
    if what == "flags":
        return {flag.id: flag.label for flag in library.flags.values()}
    if what == "places":
        return {place.id: place.label for place in library.places.values()}
    terms = {"regions": library.regions, "statuses": library.statuses}[what]
    return {term.id: term.label for term in terms.values()}
