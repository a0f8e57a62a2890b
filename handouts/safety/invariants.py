"""Parse `invariants.yaml` into rules with their claims: `load_invariants`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.load import content_folder
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.errors import ContentError
from handouts.safety.completeness import check_complete
from handouts.safety.guard import CHECKS, EARLIER_CHECKS, Invariant
from handouts.safety.scopes import BlockIndex, load_names
from handouts.safety.statements import StatementParser

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.safety.scopes import NameList


FILE = "invariants.yaml"
HIDDEN = "names-are-declared"
KINDS = ("proof", "text", "layout", "process")


class Invariants(Struct, frozen=True):
    """The safety rules of a content folder, with the library that they are about."""

    library: Library
    rules: tuple[Invariant, ...]


def load_invariants(
    library: Library,
    folder: Path | None = None,
    only: Collection[int] | None = None,
    *,
    older: bool = False,
) -> Invariants:
    """Read the rules (or `only` some) and the names; raises ContentError with every fault.

    A set without rules is a fault, and so is one that lacks what the program asks for; `older`
    rules need only be some.
    """
    folder = folder or content_folder()
    names = load_names(library, folder)
    reader = YamlReader()
    entry = read_file(reader, folder, FILE)
    field = entry.need("invariants")
    parser = StatementParser(library, BlockIndex(library, names))
    rules = tuple(
        _invariant(one, parser, names)
        for one in (field.items() if field else ())
        if only is None or ((given := one.need("id")) and given.whole() in only)
    )
    entry.finish()
    _check_numbers(entry, rules)
    if only is None and not rules:
        (field or entry).fault(
            "there is no rule of safety", hint="restore the file: without it nothing can be proved"
        )
    elif only is None and not older:
        check_complete(field or entry, rules)
        _check_names_of_regions(entry, library, parser.index.asked)
    if reader.faults:
        raise ContentError(*reader.faults)
    return Invariants(library, rules)


def _check_names_of_regions(entry: Entry, library: Library, asked: Collection[str]) -> None:
    """Add a fault for each name by which a region lists blocks and no rule asks: it holds nothing.

    A rule that no longer asks may have been loosened.
    """
    for name in dict.fromkeys(name for one in library.regions.values() for name in one.blocks):
        if name not in asked:
            hint = "write the rule (`regions-print`, `of-regions`), or take the name out of them"
            message = f"no rule asks regions for `{name}` (`blocks` in vocabulary.yaml)"
            entry.fault(message, hint=hint)


def _invariant(entry: Entry, parser: StatementParser, names: NameList) -> Invariant:
    given, says, source = entry.need("id"), entry.need("says"), entry.need("source")
    kind, replaces = entry.need("kind"), entry.get("replaces")
    number = given.whole() if given else 0
    layout, tests, more = entry.get("layout"), entry.get("tests"), entry.get("and")
    found = parser.read(entry, number)
    for one in more.items() if more else ():
        found.extend(parser.read(one, number))
        one.finish()
    if (hidden := entry.get(HIDDEN)) and hidden.truth():
        found.faults.extend(names.faults(parser.library))
        found.forms.append(HIDDEN)
    record = Invariant(
        number=number,
        says=says.text() if says else "",
        source=source.text() if source else "",
        kind=kind.word(KINDS, "kind") if kind else "",
        replaces=tuple(one.whole() for one in replaces.items()) if replaces else (),
        claims=tuple(found.claims),
        faults=tuple(found.faults),
        layout=_checks(layout) if layout else (),
        tests=tests.texts() if tests else (),
        forms=tuple(dict.fromkeys(found.forms)),
        on_page=tuple(found.pages),
    )
    entry.finish()
    if not (hidden or found.statements or record.layout or record.tests):
        entry.fault("nothing here can be checked", hint="add a statement, `layout:` or `tests:`")
    return record


def _checks(entry: Entry) -> tuple[str, ...]:
    """Return the checks that a rule names, but those of an earlier day."""
    named = entry.words((*CHECKS, *EARLIER_CHECKS), "check of the page")
    return tuple(one for one in named if one in CHECKS)


def _check_numbers(entry: Entry, rules: tuple[Invariant, ...]) -> None:
    """Add a fault for each number that is used twice, or used and replaced."""
    seen: set[int] = set()
    for rule in rules:
        for number in (rule.number, *rule.replaces):
            if number in seen:
                entry.fault(f"invariant {number} is stated twice")
            seen.add(number)
