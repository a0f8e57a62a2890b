"""Read the words of an entry: what they are about, and whether they fit its code: `EntryWords`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.synonyms import tokens
from handouts.selection.finder import Asks, Means, NotAFlag, finder_of

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
    entries = tuple(entries)
    flags = [library.flags[one] for one in entries if one in library.flags]
    regions = (one for one in entries if one in library.regions)
    named = (*(one.id for one in flags), *(one.kind_of for one in flags if one.kind_of), *regions)
    return list(dict.fromkeys(named))


def may_be_about(library: Library, rules: RecordRules, text: str) -> tuple[str, ...]:
    """Return the flags and regions that an entry in words, without a known code, may be about.

    There are none where a word says that it is not so, or that it is about somebody else. A part of
    the body that is only named says nothing: an illness of the neck is no pain in the neck.
    """
    if rules.not_so & {one.casefold() for one in words_of(text)} or "?" in text:
        return ()
    finder = finder_of(library)
    whole = finder.known(text)
    if isinstance(whole, Asks):
        return tuple(_with_broad(library, whole.entries))
    found: list[str] = []
    for place, phrase in enumerate(finder.phrases(words_of(text))):
        known = finder.known(phrase)
        if isinstance(known, Means) and known.kind == "flags":
            found += _with_broad(library, (known.entry,))
        elif isinstance(known, Means) and known.kind == "regions" and not known.own:
            found.append(known.entry)
        elif isinstance(known, Asks) and _is_close(library, known, place):
            found += _with_broad(library, known.entries)
    return tuple(dict.fromkeys(found))


def _is_close(library: Library, found: Asks, place: int) -> bool:
    """Tell whether a part of a text asks about one thing: where the back hurts, or a flag.

    The name of an illness begins with it: `Neuropathy due to …`, but `Body mass index`. Several
    kinds of one flag are one thing.
    """
    if {*found.entries} <= {*library.regions}:
        return " " in found.word
    flags = [library.flags[one] for one in found.entries if one in library.flags]
    broad = {one.kind_of or one.id for one in flags}
    return place == 0 and len(flags) == len(found.entries) and len(broad) == 1


def is_about_another(library: Library, rules: RecordRules, text: str) -> bool:
    """Tell whether an allergy is to something that is known to be none of our flags.

    `Allergy to penicillin` names it; `Drug allergy` may be to anything.
    """
    finder = finder_of(library)
    named = (one for one in words_of(text) if not rules.say_little & {*tokens(one)})
    rest = " ".join(one for one in named if len(one) > len("to"))
    phrases = (text, rest, f"{rest} allergy", f"allergic to {rest}")
    return bool(rest) and any(isinstance(finder.known(one), NotAFlag) for one in phrases)


def may_not_be_so(rules: RecordRules, text: str, name: str) -> bool:
    """Tell whether words say that an entry may not be so, or that it is about somebody else.

    `name` is that of its code: what belongs to it says nothing more.
    """
    padded, official = _padded(text), _padded(name)
    return "?" in text or any(
        _says(padded, one) and not _says(official, one) for one in _folded(rules.unsure)
    )


def _says(padded: str, phrase: str) -> bool:
    """Tell whether a text holds a phrase, or begins with it where it has a `^` before it."""
    if phrase.startswith("^"):
        return padded.startswith(f" {phrase[1:]} ")
    return f" {phrase} " in padded


def names_one(text: str, names: tuple[str, ...]) -> bool:
    """Tell whether a text holds one of some names, as whole words."""
    padded = _padded(text)
    return any(f" {name} " in padded for name in _folded(names))


def _padded(text: str) -> str:
    """Return the folded words of a text with a blank before and after each."""
    return f" {' '.join(tokens(' '.join(words_of(text))))} "


@cache
def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_padded(name).strip() for name in names)


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
