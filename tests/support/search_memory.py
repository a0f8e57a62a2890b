"""What the rules of safety look for is looked for once in a text: `search_once`."""

import re
from functools import cache

from handouts.content.blocks import Block
from handouts.safety import word_statements
from handouts.safety.scopes import NameList, NamePattern

MOST_FOUND = 4_000
"""Texts that one pattern remembers: several times the blocks and their sentences."""
MOST_BLOCKS = 20_000
"""Blocks whose names are remembered, many times those of content, for each kind of name."""
MOST_LISTS = 100
"""Lists of names that are known to be equal, or not to be."""
Names = tuple[NamePattern, ...]


class _Found(dict[str, re.Match[str] | None]):
    """What a pattern found in texts; all is looked for anew when there are too many of them."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        super().__init__()
        self._search = pattern.search

    def __missing__(self, text: str) -> re.Match[str] | None:
        if len(self) >= MOST_FOUND:
            self.clear()
        found = self[text] = self._search(text)
        return found


class RememberedPattern:
    """A pattern that remembers what it found: most tests change one text of many."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern.pattern
        self.search = _Found(pattern).__getitem__


class NameMemory:
    """Keeps which names the words of a block say: a record that did not change is the same one."""

    def __init__(self) -> None:
        self._kept: list[Names] = []
        self._seen: dict[int, tuple[Names, Names]] = {}
        self._found: dict[tuple[int, int], tuple[Block, dict[str, str]]] = {}

    def _first_equal(self, names: Names) -> Names:
        """Return the first list that was equal; it stays, so its id is its own."""
        seen = self._seen.get(id(names))
        if seen is None:
            first = next((one for one in self._kept if one == names), names)
            if first is names:
                self._kept.append(names)
            if len(self._seen) >= MOST_LISTS:
                self._seen.clear()
            seen = self._seen[id(names)] = names, first
        return seen[1]

    def found(self, names_of: NameList, names: Names, block: Block) -> dict[str, str]:
        """Return the names that a block says, each with its word."""
        key = id(self._first_equal(names)), id(block)  # both are kept too
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST_BLOCKS:
                self._found.clear()
            # Another thread may clear it at any time, so it is not looked up again.
            found = self._found[key] = block, REAL_NAMES(names_of, names, block)
        return {**found[1]}


REAL_NAMES = NameList._found  # noqa: SLF001 - all that looks for names


def search_once() -> None:
    """Let a text be searched once for what rules want or forbid in the words of blocks."""
    imported = vars(word_statements)  # it imports them by name
    real = imported["parse_pattern"]
    remembered = cache(RememberedPattern)
    imported["parse_pattern"] = lambda entry: remembered(real(entry))
    memory = NameMemory()

    def found(self: NameList, names: Names, block: Block) -> dict[str, str]:
        return memory.found(self, names, block)

    NameList._found = found  # type: ignore[method-assign] # noqa: SLF001 - all that looks for names
