"""Find the entry that a word means, or those that it may be about: `Finder`.

Exact ids and labels come first, then synonyms, then a near spelling; never across an opposite, and
never for a medicine or a condition that is near to another one.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.library import Sense
from handouts.content.synonyms import (
    REGIONS,
    apart,
    entries_of,
    fold,
    frame,
    names,
    opposed,
    sound,
    tokens,
    unpack,
    without_dose,
)
from handouts.selection.age import says_age

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.content.library import Library


_SMALL = frozenset({"regions", "statuses", "places", "papers", "exercises"})
"""Kinds with few words, none of them a medicine or an illness: shorter ones may be near."""
LONGEST = 8
"""Words of a phrase."""
NUMBER = "#"
"""What stands for any number in a word of the content."""
_SHORTEST, _SHORTEST_SMALL = 5, 3
"""Letters of a word that another may be near to, where only its vowels differ."""
_ALIKE, _MOST_ALIKE, _SHORTEST_ALIKE = 0.8, 2, 4
"""How much of two words is the same where a person is asked; how many; and from which length on."""
_LONG = 8
"""Letters from which on a consonant may be wrong, and above which two vowels may be."""


class Means(Struct, frozen=True):
    """The word stands for one entry."""

    kind: str
    entry: str
    word: str
    """The word as content has it."""
    own: bool
    """It is the id, but for capitals and the like."""


class Asks(Struct, frozen=True):
    """The word may be about some entries; the questions tell which."""

    entries: tuple[str, ...]
    questions: tuple[str, ...]
    """One for each entry, or a single one for all of them."""
    word: str


class NotAFlag(Struct, frozen=True):
    """The word is known, and no entry is about it."""

    sentence: str
    word: str


class Near(Struct, frozen=True):
    """The word is not known; these are, are spelt almost so, and all say the same."""

    words: tuple[str, ...]
    finding: Means | Asks | NotAFlag


class Unknown(Struct, frozen=True):
    """The word is not known, and none is near enough to be pointed out."""


Known = Means | Asks | NotAFlag
WordFinding = Known | Near | Unknown


class _Heard(Struct, frozen=True):
    """A token as it is written, and as it is heard."""

    token: str
    sound: str


class Finder:
    """Looks up words; everything that starts a leaflet asks here what a word says."""

    def __init__(self, library: Library) -> None:
        self.senses = unpack(library.synonyms)
        self.entries = entries_of(library)
        named = (Sense(words=names(one)[::-1], means=one.id) for one in self.entries.values())
        self._index = {
            fold(word): (word, sense) for sense in (*self.senses, *named) for word in sense.words
        }

    def find(self, text: str, kind: str = "") -> WordFinding:
        """Say what a word is; `kind` is the kind of entry that is wanted, none means any."""
        found = self.known(text)
        return found or self._near(text, kind) or Unknown()

    def known(self, text: str, *, dosed: bool = True) -> Known | None:
        """Say what a word is, spelt as it is; None where it is not known so.

        `dosed`: the dose of a medicine may stand with it.
        """
        words = tokens(text)
        numbered = [NUMBER if one.isdecimal() else one for one in words]
        bare = without_dose(words) if dosed and not says_age(text) else words
        for key in ("".join(words), "".join(bare), "".join(numbered)):
            if key in self._index:
                word, sense = self._index[key]
                if key != "".join(words) and sense.means and not self._is_flag(sense.means):
                    continue  # only medicines and illnesses have doses: `neck 6` is no neck
                return self._finding(text.strip() if NUMBER in word else word, sense)
        return None

    def _is_flag(self, entry: str) -> bool:
        return self.entries[entry].kind == "flags"

    def meant(self, text: str, kind: str) -> Means | None:
        """Return the entry of a kind that a word means; None where it means none for certain."""
        found = self.known(text)
        return found if isinstance(found, Means) and found.kind == kind else None

    def alike(self, text: str, kind: str = "") -> tuple[Known, ...]:
        """Return words that look like one that nobody knows; it may be another, so only ask.

        None of them says the opposite; `kind` is the kind of entry that is wanted.
        """
        from difflib import get_close_matches  # noqa: PLC0415 - only an unknown word needs it

        written = fold(text)
        if len(written) < _SHORTEST_ALIKE:
            return ()
        known = [
            key
            for key, (_, sense) in self._index.items()
            if self._fits(sense, kind) and not opposed(written, key)
        ]
        found = get_close_matches(written, known, n=_MOST_ALIKE, cutoff=_ALIKE)
        return tuple(self._finding(*self._index[one]) for one in found)

    def phrases(self, words: Sequence[str]) -> Iterator[str]:
        """Take the longest phrase that is known, again and again; unknown words stay single."""
        start = 0
        while start < len(words):
            ends = range(min(len(words), start + LONGEST), start + 1, -1)
            phrases = ((end, " ".join(words[start:end])) for end in ends)
            known = ((end, phrase) for end, phrase in phrases if self.known(phrase))
            start, phrase = next(known, (start + 1, words[start]))
            yield phrase

    def words_of(self, entry: str, *, certain: bool = False) -> Iterator[str]:
        """Return the words that mean an entry or ask about it, besides its own names.

        Those that are `certain` only mean it.
        """
        for sense in self.senses:
            if entry == sense.means or (entry in sense.asks and not certain):
                yield from sense.words

    def _finding(self, word: str, sense: Sense) -> Known:
        if sense.means:
            own = fold(word) == fold(sense.means)
            return Means(self.entries[sense.means].kind, sense.means, word, own)
        if sense.asks:
            questions = tuple(self.entries[one].question for one in sense.asks)
            return Asks(sense.asks, (sense.says,) if sense.says else questions, word)
        return NotAFlag(sense.says.replace(REGIONS, self._regions), word)

    @cached_property
    def _regions(self) -> str:
        """Name the regions of the content, for a sentence about what is none of them."""
        return ", ".join(one.label for one in self.entries.values() if one.kind == "regions")

    # -------------------------------------------------------------- near spellings
    def _near(self, text: str, kind: str) -> Near | None:
        """Find words that are spelt almost so; None where they say different things."""
        typed = [_Heard(one, sound(one)) for one in tokens(text)]
        near = [
            (word, sense)
            for word, sense, its_tokens in self._heard.get((len(typed), _start(typed)), ())
            if self._fits(sense, kind) and _is_near(typed, its_tokens, word, small=kind in _SMALL)
        ]
        if len({self._said(sense) for _, sense in near}) != 1:
            return None
        shown = (sense.means if fold(word) == fold(sense.means) else word for word, sense in near)
        return Near(tuple(dict.fromkeys(shown)), self._finding(*near[0]))

    @cached_property
    def _heard(self) -> Mapping[tuple[int, str], Sequence[tuple[str, Sense, list[_Heard]]]]:
        """Sort the words by how many tokens they have, and by the first letter as it is heard."""
        found: dict[tuple[int, str], list[tuple[str, Sense, list[_Heard]]]] = {}
        for word, sense in self._index.values():
            heard = [_Heard(one, sound(one)) for one in tokens(word)]
            found.setdefault((len(heard), _start(heard)), []).append((word, sense, heard))
        return found

    def _said(self, sense: Sense) -> tuple[str, tuple[str, ...], str]:
        return sense.means, sense.asks, sense.says

    def _fits(self, sense: Sense, kind: str) -> bool:
        """Say whether a sense is of a kind; what no entry is about stands beside the flags."""
        about = (sense.means, *sense.asks) if sense.means else sense.asks
        kinds = {self.entries[one].kind for one in about} or {"flags"}
        return not kind or kind in kinds


_LAST: list[tuple[Library, Finder]] = []
"""The library that was asked last, and its finder; a run has one library."""


def finder_of(library: Library) -> Finder:
    """Return the finder of a library; it is made when the first word is looked up."""
    if not (_LAST and _LAST[0][0] is library):
        _LAST[:] = [(library, Finder(library))]
    return _LAST[0][1]


def _start(heard: Sequence[_Heard]) -> str:
    return heard[0].sound[:1] if heard else ""


def _is_near(one: Sequence[_Heard], other: Sequence[_Heard], word: str, *, small: bool) -> bool:
    """Say whether words of as many tokens may be one, misspelt, and no other is likely."""
    pairs = list(zip(one, other, strict=True))
    whole, others = ("".join(token.sound for token in tokens_) for tokens_ in (one, other))
    if opposed(whole, others) or any(a.sound[0] != b.sound[0] for a, b in pairs):
        return False
    length = min(len(whole), len(others))
    if small:
        return length >= _SHORTEST_SMALL and apart(whole, others, 1) <= 1
    letters = max(min(apart(a.sound, b.sound, 2), apart(a.token, b.token, 2)) for a, b in pairs)
    # Brands are made up by the thousand, and differ by little.
    brand = word[0].isupper()
    if any(frame(a.sound) != frame(b.sound) and frame(a.token) != frame(b.token) for a, b in pairs):
        return letters <= 1 and length >= _LONG and not brand
    if letters == 0 or not brand:
        even = len(whole) == len(others) or length >= _LONG - 1 or letters == 0 or len(pairs) > 1
        return even and length >= _SHORTEST and letters <= (1 if length <= _LONG else 2)
    return letters <= 1 and length >= _LONG
