"""Records of content that stand in the same place are parsed once: `parse_records_once`."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from handouts.content import parse_library
from handouts.content.library import Library
from handouts.content.parse_blocks import BlockParser
from handouts.content.parse_records import KnownWords, known_words
from handouts.content.yaml_reader import Entry, YamlReader
from handouts.governance import rule_units

MOST_RECORDS = 4000
"""Several times what content has."""
OF_A_PARSER = ("text", "flag", "advice_class", "red_flag", "emergency_line")


class Parsed(NamedTuple):
    """What was made of an entry, and which of its keys were read."""

    made: Any
    used: frozenset[str]


class RecordMemory:
    """Keeps what was made of an entry; a file that changed has other entries, in all its lines.

    What has a fault is parsed anew each time, so that the fault is told each time.
    """

    def __init__(self) -> None:
        self._known: list[KnownWords] = []
        self._parsed: OrderedDict[Hashable, Parsed] = OrderedDict()

    def forget(self) -> None:
        """Forget all that was parsed."""
        self._parsed.clear()

    def words(self, known: KnownWords) -> KnownWords:
        """Return the first vocabulary that was equal; all stay, so the id of one is its own."""
        if not any(one is known for one in self._known):
            for one in self._known:
                if one == known:
                    return one
            self._known.append(known)
        return known

    def parsed(self, entry: Entry, of: Hashable, parse: Callable[[], Any]) -> Any:  # noqa: ANN401 - of any kind
        """Return what was made of an entry before, or make it; `of` is all else that it needs."""
        # A node is its own key, and is kept by it: no other can have its id meanwhile.
        key = (entry._node, entry._file, entry.path, of)  # noqa: SLF001 - an entry is made anew
        found = self._parsed.get(key)
        if found is None:
            reader = entry._reader  # noqa: SLF001 - its faults
            before = len(reader.faults), reader.is_open
            made = parse()
            if (len(reader.faults), reader.is_open) != before:
                return made
            found = self._parsed[key] = Parsed(made, frozenset(entry._used))  # noqa: SLF001
            if len(self._parsed) > MOST_RECORDS:
                self._parsed.popitem(last=False)
        self._parsed.move_to_end(key)
        entry._used.update(found.used)  # noqa: SLF001 - for who asks what nobody read
        return found.made


MEMORY = RecordMemory()


def parse_records_once() -> None:
    """Let a record of content be made once of the same entry, as many tests change one file."""
    for name in OF_A_PARSER:
        setattr(BlockParser, name, _method(name, getattr(BlockParser, name)))
    names = vars(parse_library)  # it imports them by name
    names["parse_exercise"] = _exercises_once(names["parse_exercise"])
    names["parse_synonyms"] = _synonyms_once(names["parse_synonyms"])
    names["parse_source"] = _sources_once(names["parse_source"])
    _figures_once()
    _rules_once()


def _method(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def parse(parser: BlockParser, entry: Entry, *more: Hashable) -> Any:  # noqa: ANN401 - as there
        parser.known = MEMORY.words(parser.known)
        of = (name, id(parser.known), *more)
        made = MEMORY.parsed(entry, of, lambda: real(parser, entry, *more))
        if name == "flag":
            # The flags of a file are made in its order: later ones may be kinds of this one.
            parser._flags.setdefault(made[0].id, made[0])  # noqa: SLF001 - as the method does
        return made

    return parse


def _exercises_once(real: Callable[..., Any]) -> Callable[..., Any]:
    def parse(parser: BlockParser, entry: Entry, number: int, stop_for: Any = ()) -> Any:  # noqa: ANN401 - as there
        parser.known = MEMORY.words(parser.known)
        of = ("exercise", id(parser.known), number, tuple(stop_for))
        return MEMORY.parsed(entry, of, lambda: real(parser, entry, number, stop_for))

    return parse


def _synonyms_once(real: Callable[..., Any]) -> Callable[..., Any]:
    def parse(entry: Entry, entries: Any) -> Any:  # noqa: ANN401 - as there
        of = ("synonyms", tuple(entries.values()))
        return MEMORY.parsed(entry, of, lambda: real(entry, entries))

    return parse


def _sources_once(real: Callable[..., Any]) -> Callable[..., Any]:
    def parse(entry: Entry) -> Any:  # noqa: ANN401 - as there
        return MEMORY.parsed(entry, "source", lambda: real(entry))

    return parse


def _figures_once() -> None:
    loader = parse_library._Loader  # noqa: SLF001 - nothing else reads a file of drawings
    real = loader._figures  # noqa: SLF001

    def parse(self: Any) -> Any:  # noqa: ANN401 - as there
        entry = self.folder.entry("figures.yaml")
        of = ("figures", self.folder.older, tuple(sorted(self.folder.pictures.items())))
        return MEMORY.parsed(entry, of, lambda: real(self))

    loader._figures = parse  # type: ignore[method-assign] # noqa: SLF001


def _rules_once() -> None:
    """Write the rules as units once for the same file, words and regions: no test changes all."""
    real = rule_units._rules  # noqa: SLF001 - what takes most of the time

    def rules(field: Entry, reader: YamlReader, library: Library) -> Any:  # noqa: ANN401 - as there
        said = tuple(
            (one.id, one.never_says, tuple(sorted(one.blocks.items())))
            for one in library.regions.values()
        )
        of = ("rules", id(MEMORY.words(known_words(library))), said)
        return MEMORY.parsed(field, of, lambda: tuple(real(field, reader, library)))

    rule_units._rules = rules  # noqa: SLF001
