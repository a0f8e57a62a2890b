"""Goes in: a composed leaflet. Comes out: nothing, or every rule of safety that it breaks.

The guard stands before every output, so that even a wrong edit of content prints no unsafe page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import ContentError, Fault
from handouts.layout import CHECKS
from handouts.reading import Eye, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.claims import Claim
    from handouts.content.library import Library
    from handouts.leaflet.tree import Leaflet
    from handouts.selection.select import Selection


class Invariant(Struct, frozen=True, kw_only=True):
    """One rule of safety, as a pharmacist reads it and as the program proves it."""

    number: int
    says: str
    source: str
    kind: str
    replaces: tuple[int, ...]
    claims: tuple[Claim, ...]
    faults: tuple[Fault, ...]
    """What the content breaks in words alone, whatever the request."""
    layout: tuple[str, ...]
    """Names of the checks of a composed leaflet."""
    tests: tuple[str, ...]
    """Tests that prove what is about files, logs or building."""


def refuse_unsafe(
    library: Library, selection: Selection, leaflet: Leaflet, rules: Iterable[Invariant]
) -> None:
    """Raise ContentError with every rule that a leaflet breaks."""
    if faults := broken_rules(library, selection, leaflet, rules):
        raise ContentError(*faults)


def broken_rules(
    library: Library,
    selection: Selection,
    leaflet: Leaflet,
    rules: Iterable[Invariant],
    eye: Eye | None = None,
) -> tuple[Fault, ...]:
    """Hold one leaflet against rules of safety; a fault for each way it breaks one.

    An `eye` that has read other leaflets of the place reads faster.
    """
    page = Page(library, selection, leaflet, eye)
    facts = page.facts
    found: list[Fault] = []
    for rule in rules:
        messages = [
            message
            for claim in rule.claims
            if facts.holds(claim.when) and (message := claim.broken(facts))
        ]
        messages += layout_messages(rule, page)
        found += rule.faults
        found += [
            Fault(message=f"rule {rule.number} does not hold: {message}", hint=rule.says)
            for message in messages
        ]
    return tuple(found)


def layout_messages(rule: Invariant, page: Page) -> Iterator[str]:
    """Say what a leaflet breaks of a rule about its page."""
    return (message for name in rule.layout for message in CHECKS[name](page))
