"""Judge how dangerous a difference between two texts is: `Risk`, `risks_of_words`.

Only the two texts are compared, word class by word class; no list of known mistakes is held
against them. What is left when all classes agree is a plain rewording.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from enum import IntEnum
from typing import TYPE_CHECKING

from handouts.safety.word_classes import CLASSES, HEDGES, NUMBERS, UNITS, WEAK, fold, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Risk(IntEnum):
    """What a change could do to a patient, most dangerous first."""

    NEGATION = 1
    URGENCY = 2
    SIGN = 3
    STOP = 4
    NUMBER = 5
    MEDICINE = 6
    CAUTION = 7
    LIMIT = 8
    REGION = 9
    PLACE = 10
    EXERCISE = 11
    RULE = 12
    LABEL = 13
    STATEMENT = 14
    WORDING = 15
    SOURCE = 16

    @property
    def is_high(self) -> bool:
        """Say whether a leaflet with such a change must say so itself."""
        return self < Risk.WORDING

    @property
    def text(self) -> str:
        """Name the risk in a few words."""
        return _NAMES[self]


_NAMES = {
    Risk.NEGATION: "negation",
    Risk.URGENCY: "urgency",
    Risk.SIGN: "warning sign lost or changed",
    Risk.STOP: "stop rule",
    Risk.NUMBER: "number or unit",
    Risk.MEDICINE: "medicine",
    Risk.CAUTION: "caution",
    Risk.LIMIT: "limiting word",
    Risk.REGION: "region or status",
    Risk.PLACE: "place",
    Risk.EXERCISE: "exercise data",
    Risk.RULE: "rule",
    Risk.LABEL: "label or heading",
    Risk.STATEMENT: "statement added or lost",
    Risk.WORDING: "wording",
    Risk.SOURCE: "source or date",
}
_RISK_OF_CLASS = {
    "negation": Risk.NEGATION,
    "urgency": Risk.URGENCY,
    "limit": Risk.LIMIT,
    "medicine": Risk.MEDICINE,
    "body": Risk.EXERCISE,
    "strength": Risk.EXERCISE,
    "move": Risk.EXERCISE,
}
_CLAIM = 3
"""As many new words of meaning in one sentence make it another sentence."""
_NEW_SENTENCE = 2
_ALIKE = 0.4
_KEPT = 0.5


def risks_of_words(old: str, new: str, medicines: frozenset[str] = frozenset()) -> set[Risk]:
    """Compare two texts; WORDING alone means that only plain words differ.

    `medicines` are words of what patients take, in small letters. Nothing where the texts are
    equal but for capitals, punctuation and bold.
    """
    before, after = tokens(old), tokens(new)
    if before == after:
        return {Risk.WORDING} if old != new else set()
    found = {Risk.WORDING}
    found |= set(_by_class(before, after, medicines))
    if _numbers(before) != _numbers(after):
        found.add(Risk.NUMBER)
    if _turned(before, after) or _turned(after, before):
        found.add(Risk.NEGATION)
    if _joined_otherwise(before, after) or _weighed_otherwise(before, after):
        found.add(Risk.LIMIT)
    if Counter(_in_braces(before)) != Counter(_in_braces(after)):
        found.add(Risk.PLACE)
    if _states_otherwise(old, new) or _is_surer(before, after):
        found.add(Risk.STATEMENT)
    return found


def _by_class(old: list[str], new: list[str], medicines: frozenset[str]) -> Iterator[Risk]:
    for name in CLASSES:
        if _differ(_words(old, name), _words(new, name)):
            yield _RISK_OF_CLASS[name]
    if Counter(medicines.intersection(old)) != Counter(medicines.intersection(new)):
        yield Risk.MEDICINE


def _differ(old: Counter[str], new: Counter[str]) -> bool:
    """Say whether words came or went; one that is often only part of a phrase counts if both."""
    gone, came = old - new, new - old
    return bool((gone and came) or set(gone) - WEAK or set(came) - WEAK)


def _words(words: list[str], name: str) -> Counter[str]:
    return Counter(said for found, said in map(fold, words) if found == name)


def _is_number(word: str) -> bool:
    return word in NUMBERS or word[0].isdigit()


def _numbers(words: list[str]) -> Counter[tuple[str, str]]:
    """Count the numbers, each with the word after it, and the units that stand by themselves."""
    found: Counter[tuple[str, str]] = Counter()
    for at, word in enumerate(words):
        ahead = [UNITS[one] for one in words[at + 1 : at + 5] if one in UNITS]
        if _is_number(word):
            times = "times" if words[at + 1 : at + 2] == ["times"] else ""
            found["number", NUMBERS.get(word, word) + times] += 1
        elif word == "one" and ahead and words[at + 1] in UNITS:
            found["number", "1"] += 1
        elif word in UNITS:
            found["unit", UNITS[word]] += 1
    return found


_NEAR, _FAR = 4, 7
"""Words after a `not` within which the forbidden one stands, at most."""


def _turned(old: list[str], new: list[str]) -> bool:
    """Say whether a word that was forbidden still stands, and is not forbidden any more."""
    forbidden = {words[0] for words in _forbidden(old, _NEAR) if words}
    forbidden -= {word for words in _forbidden(new, _FAR) for word in words}
    stands = {fold(word)[1] for word in new}
    return any(word in stands for word in forbidden)


def _forbidden(words: list[str], near: int) -> list[list[str]]:
    """List the words of meaning after each `not`."""
    return [
        [said for kind, said in map(fold, words[at + 1 : at + near]) if kind != "common"]
        for at, word in enumerate(words)
        if fold(word) == ("negation", "not")
    ]


def _in_braces(words: list[str]) -> list[str]:
    """List the words that each place fills in."""
    return [word for word in words if word.startswith("{")]


def _is_surer(old: list[str], new: list[str]) -> bool:
    """Say whether a text no longer leaves open what it left open."""
    return sum(word in HEDGES for word in old) > sum(word in HEDGES for word in new)


def _joined_otherwise(old: list[str], new: list[str]) -> bool:
    """Say whether a choice became a sum, or a sum a choice."""
    change = [new.count(word) - old.count(word) for word in ("and", "or")]
    return change[0] * change[1] < 0


_BETWEEN = frozenset({"than", "instead", "rather"})
"""Words between what is better and what is worse."""


def _weighed_otherwise(old: list[str], new: list[str]) -> bool:
    """Say whether what stood on one side of a comparison now stands on the other."""
    before, after = _sides(old), _sides(new)
    return any(before[near] & after[1 - near] - after[near] - before[1 - near] for near in (0, 1))


def _sides(words: list[str]) -> tuple[set[str], set[str]]:
    at = next((place for place, word in enumerate(words) if word in _BETWEEN), len(words))
    return _meaning(words[:at]), _meaning(words[at:])


# ------------------------------------------------------------------ statements
def _states_otherwise(old: str, new: str) -> bool:
    """Say whether a sentence came, went, or became another one."""
    before, after = _sentences(old), _sentences(new)
    had, has = _meaning(tokens(old)), _meaning(tokens(new))
    for one in after:
        nearest = max(before, key=lambda other: _alike(one, other), default=[])
        gained = _meaning(one) - had
        limit = _CLAIM if _alike(one, nearest) >= _ALIKE else _NEW_SENTENCE
        if len(gained) >= limit:
            return True
    for one in before:
        nearest = max(after, key=lambda other: _alike(one, other), default=[])
        lost = _meaning(one) - has
        limit = _CLAIM + 1 if _alike(one, nearest) >= _ALIKE else _NEW_SENTENCE
        if len(lost) >= limit:
            return True
    return False


def _sentences(text: str) -> list[list[str]]:
    parts = text.replace("**", "").replace("!", ".").replace("?", ".").replace("…", ".").split(". ")
    return [words for part in parts if (words := tokens(part))]


def _alike(one: list[str], other: list[str]) -> float:
    first, second = _meaning(one), _meaning(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 1.0


def _meaning(words: Iterable[str]) -> set[str]:
    """Keep what says something: neither common words nor numbers."""
    folded = (fold(word) for word in words if not _is_number(word))
    return {said for kind, said in folded if kind != "common"}


def is_another_label(old: str, new: str) -> bool:
    """Say whether a few words that stand alone now name something else."""
    before, after = _meaning(tokens(old)), _meaning(tokens(new))
    most = max(len(before), len(after))
    return bool(most) and len(before & after) < _KEPT * most


def names_something_else(old: str, new: str) -> bool:
    """Say whether a word of meaning was put in the place of another."""
    before, after = _meaning(tokens(old)), _meaning(tokens(new))
    return bool(before - after and after - before)


# ------------------------------------------------------------------ lists of texts
def paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Pair the texts of two lists; one that has no fellow stands beside an empty one.

    Equal texts are left out, wherever they stand in their lists.
    """
    gone, came = list(old), list(new)
    for text in old:
        if text in came:
            came.remove(text)
            gone.remove(text)
    found = []
    for text in gone:
        best = max(came, key=lambda one: SequenceMatcher(None, text, one).ratio(), default="")
        if best and (len(gone) == len(came) == 1 or _near(text, best)):
            came.remove(best)
            found.append((text, best))
        else:
            found.append((text, ""))
    return found + [("", text) for text in came]


def _near(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _KEPT
