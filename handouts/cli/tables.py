"""List the content as tables, and complete words in the shell: `list_table`, `suggest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from handouts.audit.explain import list_records
from handouts.content.load import load_library
from handouts.errors import HandoutsError
from handouts.governance.load import load_profile

if TYPE_CHECKING:
    from handouts.content.library import Library


def suggest(what: str, start: str, content: str | None) -> list[CompletionItem]:
    """Give the words that start so, with their labels; broken content gives none, quietly."""
    try:
        known = _known(load_library(content), what, content)
    except HandoutsError:
        return []
    return [
        CompletionItem(word, help=label) for word, label in known.items() if word.startswith(start)
    ]


def _known(library: Library, what: str, content: str | None) -> dict[str, str]:
    """Give every word of an option and its label."""
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
