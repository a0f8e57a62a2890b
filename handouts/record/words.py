"""Read the words of an entry: what they are about, and whether they fit its code: `EntryWords`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.synonyms import tokens
from handouts.selection.finder import Asks, Means, finder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.content.library import Library
    from handouts.record.rules import RecordRule, RecordRules


_WORD = re.compile(r"[^\s()\[\],;:/|]+")
_ROOT = 5
"""Letters by which two words count as one: ulcer and ulceration, hypertension and hypertensive."""
_SHORTEST = 4


class EntryWords(Struct, frozen=True):
    """What the words of an entry are about: flags, each for certain or only perhaps."""

    flags: Mapping[str, bool]


def words_of(text: str) -> list[str]:
    """Split words without brackets and marks between them."""
    return _WORD.findall(text)


def flags_named(library: Library, text: str) -> EntryWords:
    """Find each flag that a phrase in a text means or asks about."""
    finder = finder_of(library)
    found: dict[str, bool] = {}
    for phrase in finder.phrases(words_of(text)):
        known = finder.known(phrase)
        if isinstance(known, Means) and known.kind == "flags":
            found |= dict.fromkeys(_with_broad(library, (known.entry,)), True)
        elif isinstance(known, Asks):
            found = dict.fromkeys(_with_broad(library, known.entries), False) | found
    return EntryWords(found)


def _with_broad(library: Library, entries: Iterable[str]) -> list[str]:
    """Return the flags among some entries, and the broad flag of each that is a kind of one."""
    flags = [library.flags[one] for one in entries if one in library.flags]
    named = [*(one.id for one in flags), *(one.kind_of for one in flags if one.kind_of)]
    return list(dict.fromkeys(named))


def may_be_about(library: Library, rules: RecordRules, text: str) -> tuple[str, ...]:
    """Return the flags that an entry in words, without a code that is known, may be about.

    There are none where a word says that it is not so, or that it is about somebody else.
    """
    if rules.not_so & {one.casefold() for one in words_of(text)} or "?" in text:
        return ()
    finder = finder_of(library)
    whole = finder.known(text)
    if isinstance(whole, Asks):
        return tuple(_with_broad(library, whole.entries))
    return tuple(one for one, certain in flags_named(library, text).flags.items() if certain)


def names_one(text: str, names: tuple[str, ...]) -> bool:
    """Tell whether a text holds one of some names, as whole words."""
    padded = f" {' '.join(tokens(' '.join(words_of(text))))} "
    return any(f" {name} " in padded for name in _folded(names))


@cache
def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(tokens(name)) for name in names)


def agrees(library: Library, rules: RecordRules, rule: RecordRule, name: str, text: str) -> bool:
    """Tell whether words can be about what a code means; no words agree with everything.

    `name` is that of the code, empty where we have none.
    """
    if not text or rule.about in flags_named(library, text).flags:
        return True
    roots = _roots(rules, text)
    if not roots:  # such as `Chronic pain`
        return bool({*tokens(text)} & {*tokens(name)}) if name else True
    known = _roots(rules, name) | (
        _known_roots(library, rules, rule.about) if not name else frozenset()
    )
    return bool(roots & known) or names_one(text, rule.names)


def _known_roots(library: Library, rules: RecordRules, about: str) -> frozenset[str]:
    finder = finder_of(library)
    ids = [about, *(one.id for one in library.flags.values() if one.kind_of == about)]
    words = [word for one in ids for word in (finder.entries[one].label, *finder.words_of(one))]
    return frozenset().union(*(_roots(rules, one) for one in words))


def _roots(rules: RecordRules, text: str) -> frozenset[str]:
    found = tokens(" ".join(words_of(text)))
    return frozenset(
        one[:_ROOT] for one in found if len(one) >= _SHORTEST and one not in rules.say_little
    )
