"""Read the words that people type for entries of the content, and fold them: `parse_synonyms`.

Folding drops case, accents, hyphens, blanks and plurals, so that words that are alike are equal.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct, msgpack
from msgspec.structs import replace

from handouts.content.blocks import ExerciseBody
from handouts.content.library import Sense
from handouts.content.vocabulary import PAPERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry


_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ"))
_JOINT = re.compile(r"(?<=\w)[-‐‑‒–—_/.]+(?=\w)")
_FULL_STOP = re.compile(r"\.(?=\s|$)")
_SHORTEST_PLURAL = 5
"""Letters; shorter words are often no plural: fits, AIDS, IBS."""
_NO_PLURAL = ("ss", "us", "is")
_LEADS = frozenset({"on", "take", "taking", "uses", "using", "has", "is", "with"})
_ARTICLES = frozenset({"a", "an", "the"})
_UNITS = r"(?:mg|mcg|microgram|g|gram|ml|unit|iu)"
_DOSE = re.compile(rf"\d+(?:{_UNITS})?|{_UNITS}")
_TIMES = frozenset(
    {"od", "bd", "tds", "qds", "bid", "tid", "qid", "om", "on", "nocte", "mane", "daily", "weekly",
     "once", "twice", "prn"}
)  # fmt: skip
_FORMS = frozenset({"tablet", "capsule", "injection"})
_SOFT_C = re.compile(r"c(?=[ei])")
_SOUNDS = (("chr", "kr"), ("th", "t"), ("rh", "r"), ("c", "k"), ("z", "s"))
_VOWELS = re.compile(r"[aeiou]")
_OPPOSITES = re.compile(
    r"over|under|hiper|hipo|high|low|raised|bradi|tachi|taki|anti|pre|post|non|not|^no|^un|^in|"
    r"short|long|akut|kron|new|old|up|mid|left|right"
)


def tokens(text: str) -> list[str]:
    """Split a text into words without case, accents, hyphens, apostrophes and plurals.

    Other marks stay where they are: `?asthma` is not asthma.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_APOSTROPHES))
    plain = "".join(one for one in plain if not unicodedata.combining(one)).replace("&", " and ")
    return [_even(one) for one in _FULL_STOP.sub("", _JOINT.sub(" ", plain)).split()]


def fold(text: str) -> str:
    """Return the key of a text, its tokens without blanks: `low back` has that of `Low-back`."""
    return "".join(tokens(text))


def without_dose(words: list[str]) -> list[str]:
    """Take off what stands around a medicine or an illness: `on warfarin 3 mg tablets od`."""
    rest = list(words)
    if rest and rest[0] in _LEADS:
        del rest[0]
        if rest and rest[0] in _ARTICLES:
            del rest[0]
    while len(rest) > 1 and (rest[-1] in _TIMES | _FORMS or _DOSE.fullmatch(rest[-1])):
        del rest[-1]
    return rest


def sound(word: str) -> str:
    """Return a token as it is heard: ph as f, y as i, a soft c as s, and no letter double."""
    heard = _SOFT_C.sub("s", word.replace("ph", "f").replace("y", "i"))
    for written, said in _SOUNDS:
        heard = heard.replace(written, said)
    return heard[:1] + "".join(b for a, b in pairwise(heard) if a != b or b.isdigit())


def frame(word: str) -> str:
    """Return the consonants of a token: vowels are what people misspell."""
    return _VOWELS.sub("", word)


def opposed(one: str, other: str) -> bool:
    """Say whether two keys differ in a number, or in a part that turns the meaning round."""
    return _turns(one) != _turns(other)


def apart(one: str, other: str, most: int) -> int:
    """Count the letters to change, add, drop or swap with a neighbour; at most `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _turns(key: str) -> tuple[list[str], list[str]]:
    return sorted(_OPPOSITES.findall(key)), re.findall(r"\d+|[<>≤≥+?]", key)


def _even(word: str) -> str:
    """Fold a plural, and the spellings that differ across the Atlantic."""
    if len(word) < _SHORTEST_PLURAL:
        return word
    if word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif word.endswith("s") and not word.endswith(_NO_PLURAL):
        word = word[:-1]
    word = word.replace("ae", "e").replace("oe", "e").replace("sulph", "sulf")
    return f"{word[:-3]}or" if word.endswith("our") else word


FILE = "synonyms.yaml"
_ENDINGS = (".", "?")
REGIONS = "{regions}"
"""Stands for the names of all regions, in what is said of a word that names none of them."""


class Named(Struct, frozen=True):
    """Something that a request may name: what kind it is of, and how it is called."""

    kind: str
    id: str
    label: str
    question: str = ""
    """What the clinician asks; only flags have one."""


def entries_of(library: Library) -> Mapping[str, Named]:
    """Return everything that a request may name, by its id; an id is of one kind."""
    return {one.id: one for one in _named(library)}


def parse_synonyms(entry: Entry, entries: Mapping[str, Named]) -> tuple[Sense, ...]:
    """Read every word; a word that stands twice, or is an id or a label already, is a fault."""
    known = {
        fold(name): f"the name of `{one.id}`" for one in entries.values() for name in names(one)
    }
    senses = [
        sense
        for key, parse in (("means", _means), ("asks", _asks), ("none", _none))
        for sense in _senses(entry, key, parse, entries, known)
    ]
    entry.finish()
    return tuple(senses)


def pack(senses: tuple[Sense, ...]) -> bytes:
    """Pack senses, so that a library is read quickly by who needs none of them."""
    return msgpack.encode(senses)


def unpack(packed: bytes) -> tuple[Sense, ...]:
    """Return the senses back."""
    return msgpack.decode(packed, type=tuple[Sense, ...]) if packed else ()


def names(one: Named) -> tuple[str, ...]:
    """Return what an entry is called without any synonym."""
    return (one.id, one.label) if one.label else (one.id,)


def _named(library: Library) -> Iterator[Named]:
    for kind, terms in (("regions", library.regions), ("statuses", library.statuses)):
        yield from (Named(kind, one.id, one.label) for one in terms.values())
    yield from (Named("places", one.id, one.label) for one in library.places.values())
    yield from (Named("papers", paper, "") for paper in PAPERS)
    for block in library.blocks:
        if isinstance(block.body, ExerciseBody):
            yield Named("exercises", block.id, block.body.name)
    for flag in library.flags.values():
        yield Named("flags", flag.id, flag.label, flag.question)


def _senses(
    entry: Entry,
    key: str,
    parse: Callable[[Entry, Mapping[str, Named]], Sense],
    entries: Mapping[str, Named],
    known: dict[str, str],
) -> Iterator[Sense]:
    field = entry.need(key)
    for one in field.items() if field else ():
        sense = parse(one, entries)
        yield replace(sense, words=tuple(_words(one, key, known)))
        one.finish()


def _words(entry: Entry, key: str, known: dict[str, str]) -> Iterator[str]:
    """Read the words of one sense, and fault each that says something already."""
    field = entry.need("words")
    for one in field.items() if field else ():
        word = one.text()
        folded = fold(word)
        if not any(letter.isalnum() for letter in folded):
            one.fault(f"`{word}` has no letters", hint="write a word that people type")
        elif folded in known:
            hint = "keep one of them; a word that may be about several entries goes under `asks`"
            if key == "none":
                hint = "take it out here: it was no word of an entry, and is one now"
            one.fault(f"`{word}` is {known[folded]} already", hint=hint)
        else:
            known[folded] = f"a word of `{key}` at line {one.origin.line}"
            yield word


def _means(entry: Entry, entries: Mapping[str, Named]) -> Sense:
    field = entry.need("entry")
    return Sense(words=(), means=field.word(entries, "entry") if field else "")


def _asks(entry: Entry, entries: Mapping[str, Named]) -> Sense:
    about, question = entry.need("about"), entry.get("question")
    asks = about.words(entries, "entry") if about else ()
    if about and not asks:
        about.fault("no entry is named", hint="name what the words may be about")
    if question is None and any(not entries[one].question for one in asks):
        entry.fault("`question` is missing", hint="only flags have a question of their own")
    return Sense(words=(), asks=asks, says=_sentence(question) if question else "")


def _none(entry: Entry, _entries: Mapping[str, Named]) -> Sense:
    field = entry.need("says")
    says = _sentence(field) if field else ""
    if field and (odd := re.search(r"[{}]", says.replace(REGIONS, ""))):
        field.fault(f"`{odd[0]}` stands alone", hint=f"in braces only {REGIONS} may stand here")
    return Sense(words=(), says=says)


def _sentence(field: Entry) -> str:
    text = field.text()
    if text and not text.endswith(_ENDINGS):
        field.fault("a sentence has no end", hint="end it with a full stop or a question mark")
    return text
