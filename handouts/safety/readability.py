"""Grade how hard a text reads, and find long sentences and hard words: `grade`, `block_faults`.

Flesch-Kincaid grade with our own count of syllables. `plain_words.yaml` lists the words to
avoid, and what to write instead.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml
from msgspec import Struct

from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError, Fault, Origin
from handouts.leaflet.tree import ItemList, Paragraph, plain, worded_by_content

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from handouts.content.blocks import Block, Wording
    from handouts.leaflet.tree import Leaflet, Section


LEAFLET_GRADE = 6
BLOCK_GRADE = 8
SENTENCE_WORDS = 20
GRADED_WORDS = 3
"""Blocks of fewer words are not graded: the formula means nothing for the name of an illness."""
SPOKEN_SENTENCES = 4
"""A section with this many sentences must contain "you"."""


# ------------------------------------------------------------------ a text
def sentences(text: str) -> list[str]:
    """Split a text after full stops, question and exclamation marks, and at line breaks."""
    pieces = re.split(r"(?<=[.!?])[”’\")]*\s+|\n+", text)
    return [piece.strip() for piece in pieces if re.search(r"\w", piece)]


def words(text: str) -> list[str]:
    """List the words of a text; what a hyphen, apostrophe, full stop or comma joins is one word."""
    return re.findall(r"\w+(?:[-’'.,]\w+)*", text)


_SMALL_WORDS = re.compile(r"^some(?=\w{3})|^every")
_SILENT_E = re.compile(
    r"(?<![aeiouyl])(?<!tr)e(?:(?=(?:ly|ful|ment|ness|less|head)s?$)|$)|(?<=[aeiouy]l)es?$"
    r"|(?<![aeioudty])ed$|(?<![aceghilosuxyz])(?<!tr)es$|(?<=[^cst]h)es$"
)
_OWN_SYLLABLE = re.compile(
    r"(?<![ct])ia|io(?!n|us)|ium|iet|ier$|[aeoy]ing|(?<!p)eo(?!u)|(?<![gq])ua|[st]h?ms?$"
    r"|(?<=[aeiouy][^aeiouy])eas?$"
)


@cache
def syllables(word: str) -> int:
    """Return the number of syllables of an English word, by its vowels; 1 for a number."""
    count = 0
    for part in re.findall(r"[a-z]+", re.sub(r"[’'](?:s|t|d|m|re|ve|ll)?\b", "", word.lower())):
        stem = _SMALL_WORDS.sub("evry" if part.startswith("every") else "sum", part)
        vowels = len(re.findall(r"[aeiouy]+", stem)) + len(_OWN_SYLLABLE.findall(stem))
        count += max(1, vowels - len(_SILENT_E.findall(stem)))
    return max(1, count)


class TextCounts(Struct, frozen=True):
    """Counts of a text; those of its lines add up to those of the whole."""

    sentences: int = 0
    words: int = 0
    syllables: int = 0

    def __add__(self, other: TextCounts) -> TextCounts:
        return TextCounts(
            self.sentences + other.sentences,
            self.words + other.words,
            self.syllables + other.syllables,
        )

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade, the school year that can read it; 0 without words."""
        if not self.words:
            return 0.0
        length = self.words / max(1, self.sentences)
        return 0.39 * length + 11.8 * self.syllables / self.words - 15.59


def count_text(text: str) -> TextCounts:
    """Count the sentences, words and syllables of a text."""
    found = words(text)
    return TextCounts(len(sentences(text)), len(found), sum(map(syllables, found)))


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text."""
    return count_text(text).grade


def worst_sentences(text: str, count: int = 5) -> list[tuple[float, str]]:
    """List the hardest sentences of a text with their grades, hardest first."""
    graded = [(round(grade(one), 1), one) for one in sentences(text)]
    return sorted(graded, key=lambda pair: (-pair[0], pair[1]))[:count]


def costliest_sentence(text: str) -> str:
    """Return the sentence of a text without which its grade would be the lowest.

    The hardest one by itself may be two long names, which change the grade of a leaflet by nothing.
    """
    whole = count_text(text)
    times = Counter(sentences(text))

    def without(one: str) -> float:
        part, count = count_text(one), times[one]
        return TextCounts(
            whole.sentences - count * part.sentences,
            whole.words - count * part.words,
            whole.syllables - count * part.syllables,
        ).grade

    return min(times, key=lambda one: (without(one), one))


def long_sentences(text: str) -> list[str]:
    """List the sentences of more than SENTENCE_WORDS words."""
    return [one for one in sentences(text) if len(words(one)) > SENTENCE_WORDS]


# ------------------------------------------------------------------ words and voice
def masked(text: str, plain_words: PlainWords) -> str:
    """Replace each allowed word by a short one, so that it does not count as hard."""
    return plain_words.allowed_words.sub("it", text)


def jargon(text: str, plain_words: PlainWords) -> list[tuple[str, str]]:
    """List the words to avoid, as in the text, each with what to write instead."""
    found = plain_words.words_to_avoid.finditer(masked(text, plain_words))
    return [(match[0], plain_words.better[match[1].lower()]) for match in found]


def _any_of(terms: tuple[str, ...], *, endings: bool = False) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    ending = "(?:s|es|d|ed|ing)?" if endings else ""
    either = "|".join(re.escape(term) for term in longest_first) or r"(?!)"
    return re.compile(rf"(?<![\w-])({either}){ending}(?![\w-])", re.IGNORECASE)


_PASSIVE = re.compile(
    r"\b(?:am|is|are|was|were|be|been|being|gets?|got)\s+(?:(?:not|never|too|very|\w+ly)\s+)*"
    r"(\w{2,}ed|told|shown|held|given|taken|made|done|seen|found|felt|kept|put|swollen|broken"
    r"|bought|drawn|chosen|written|known|worn|torn|begun|brought|thought)\b",
    re.IGNORECASE,
)


def passives(text: str, plain_words: PlainWords) -> list[str]:
    """List what looks like the passive voice: a heuristic, so the list has exceptions."""
    found = _PASSIVE.finditer(text)
    return [match[0] for match in found if match[1].lower() not in plain_words.participles]


class ReadabilityIssue(Struct, frozen=True):
    """A sentence that is hard to read: what is wrong with it, and what to write instead."""

    sentence: str
    message: str
    hint: str


def readability_issues(text: str, plain_words: PlainWords) -> list[ReadabilityIssue]:
    """List the sentences of a text that are too long, and the words that are not plain."""
    cut = f"at most {SENTENCE_WORDS}: split it in two"
    found = [
        ReadabilityIssue(one, f"{len(words(one))} words in one sentence: “{one}”", cut)
        for one in long_sentences(text)
    ]
    for word, better in jargon(text, plain_words):
        said = next((one for one in sentences(text) if word in one), text)
        found.append(ReadabilityIssue(said, f"“{word}” is not a plain word", f"write “{better}”"))
    return found


# ------------------------------------------------------------------ a block
def block_text(block: Block, known: Mapping[str, str]) -> str:
    """Return all texts of a block with the words of a place and a region, one a line."""
    said = (_said(wording, known) for wording in block.wordings)
    return "\n".join(text for text in said if text)


def block_faults(block: Block, known: Mapping[str, str], plain_words: PlainWords) -> list[Fault]:
    """Return a fault, with the block's origin, for each thing that is hard to read in a block."""
    return text_faults(block, block_text(block, known), plain_words)


def text_faults(block: Block, text: str, plain_words: PlainWords) -> list[Fault]:
    """Return the same for the words of a block as they are somewhere."""
    graded = grade(masked(text, plain_words))
    faults = [(one.message, one.hint) for one in readability_issues(text, plain_words)]
    faults += [
        (f"“{one}” hides who acts", "name who does it, or list the word in plain_words.yaml")
        for one in passives(text, plain_words)
    ]
    if graded > BLOCK_GRADE and len(words(text)) >= GRADED_WORDS:
        hardest = sorted(sentences(text), key=lambda one: (-grade(masked(one, plain_words)), one))
        worst = "”, “".join(hardest[:2])
        faults.append((f"reading grade {graded:.1f}, at most {BLOCK_GRADE}", f"hardest: “{worst}”"))
    return [
        Fault(message=message, origin=block.origin, path=block.id, hint=hint)
        for message, hint in faults
    ]


def _said(wording: Wording | str, known: Mapping[str, str]) -> str:
    """Return a sentence with the words filled in, or its substitute where one is lacking."""
    if isinstance(wording, str):
        return wording
    lacking = (other for word, other in wording.without if word not in known)
    text = next(lacking, wording.text).replace("**", "")
    return re.sub(r"\{(\w+)\}", lambda word: known[word[1]], text)


# ------------------------------------------------------------------ a leaflet
def section_lines(section: Section) -> Iterator[str]:
    """Yield the sentences of a section, text by text; no headings, tables or small print."""
    for part in worded_by_content(section.parts):
        match part:
            case Paragraph(kind=kind, runs=runs) if kind != "small":
                yield " ".join(plain(runs).split())
            case ItemList(items=items):
                yield from (" ".join(plain(item.runs).split()) for item in items)
            case _:
                pass


def section_text(section: Section) -> str:
    """Return the sentences of a section, one text a line."""
    return "\n".join(filter(None, section_lines(section)))


def leaflet_text(leaflet: Leaflet) -> str:
    """Return the sentences of a leaflet, one text a line."""
    return "\n".join(filter(None, map(section_text, leaflet.sections)))


class _Read(Struct, frozen=True, kw_only=True):
    """A section with its counts and issues."""

    section: Section
    counts: TextCounts
    issues: tuple[ReadabilityIssue, ...]


_NOT_ADDRESSED = "the reader is not addressed"
_ADDRESS = "say “you”; where a region has no sentence of its own in this section, write one for it"


class Grader:
    """Grades leaflets; keeps the results of sections and lines, which leaflets share."""

    def __init__(self, plain_words: PlainWords) -> None:
        self._count = cache(count_text)
        self._issues = cache(lambda line: tuple(readability_issues(line, plain_words)))
        self._known: dict[int, _Read] = {}

    def grade(self, leaflet: Leaflet) -> float:
        """Return the grade of a whole leaflet."""
        return sum((self._read(one).counts for one in leaflet.sections), TextCounts()).grade

    def faults(self, leaflet: Leaflet) -> Iterator[tuple[str, Fault]]:
        """Yield (sentence, fault) for each thing that is hard to read, section by section."""
        for section in leaflet.sections:
            for one in self._read(section).issues:
                yield one.sentence, Fault(message=one.message, path=section.id, hint=one.hint)
        if self.grade(leaflet) > LEAFLET_GRADE:
            hardest = costliest_sentence(leaflet_text(leaflet))
            # Without the grade itself, so that one hard block gives equal faults in many leaflets.
            message, hint = f"reading grade over {LEAFLET_GRADE}", f"hardest: “{hardest}”"
            yield hardest, Fault(message=message, path=leaflet.title, hint=hint)

    def _read(self, section: Section) -> _Read:
        known = self._known.get(id(section))  # `_Read` holds the section, so the id stays its own
        if known is None:
            lines = tuple(section_lines(section))
            counts = sum(map(self._count, lines), TextCounts())
            found = tuple(issue for line in lines for issue in self._issues(line))
            many = counts.sentences >= SPOKEN_SENTENCES
            if many and not any("you" in line.casefold() for line in lines):
                found += (ReadabilityIssue(lines[0], _NOT_ADDRESSED, _ADDRESS),)
            known = self._known[id(section)] = _Read(section=section, counts=counts, issues=found)
        return known


def leaflet_faults(leaflet: Leaflet, plain_words: PlainWords) -> list[Fault]:
    """Return a fault for each thing that is hard to read in a leaflet, section by section."""
    return [fault for _, fault in Grader(plain_words).faults(leaflet)]


FILE = "plain_words.yaml"
_LISTS = ("instead", "allowed", "participles")


class PlainWords(Struct, frozen=True, kw_only=True, dict=True):
    """Words to avoid, with what to write instead; allowed words and participles, with reasons."""

    instead: Mapping[str, str]
    allowed: Mapping[str, str]
    participles: Mapping[str, str]

    @cached_property
    def better(self) -> Mapping[str, str]:
        """What to write instead of each word to avoid, in small letters."""
        return {word.lower(): better for word, better in self.instead.items()}

    @cached_property
    def words_to_avoid(self) -> re.Pattern[str]:
        """Any of them, with its usual endings."""
        return _any_of(tuple(self.better), endings=True)

    @cached_property
    def allowed_words(self) -> re.Pattern[str]:
        """Any word that does not count as hard."""
        return _any_of(tuple(self.allowed))


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Written in C where there is one: it takes a tenth of the time."""


def parse_plain_words(raw: str, file: str) -> PlainWords:
    """Parse `plain_words.yaml`; raises ContentError unless each part maps words to text."""
    reader = YamlReader()
    entry = reader.read(file, raw.encode())
    if entry is not None and entry.is_mapping():
        for name in _LISTS:
            part = entry.get(name)
            if part is not None and part.is_mapping():
                part.keys()  # a word that stands twice is a fault
        entry.finish()
    if entry is None or reader.faults:
        raise ContentError(*reader.faults)
    lists = yaml.load(raw, Loader=_LOADER)  # noqa: S506 - a safe loader
    found: dict[str, Mapping[str, str]] = {}
    faults = []
    for name in _LISTS:
        listed = lists.get(name) if isinstance(lists, dict) else None
        if isinstance(listed, dict) and all(
            _is_text(one) for pair in listed.items() for one in pair
        ):
            found[name] = MappingProxyType(listed)
        else:
            message = f"`{name}` is not a list of words, each with its reason"
            hint = f"write `{name}:` and under it `word: reason`"
            faults.append(Fault(message=message, origin=Origin(file, 1), hint=hint))
    if faults:
        raise ContentError(*faults)
    return PlainWords(**found)


def load_plain_words(folder: Path) -> PlainWords:
    """Read `plain_words.yaml` of a content folder; raises ContentError if missing or broken."""
    file = f"{folder.name}/{FILE}"
    try:
        return parse_plain_words((folder / FILE).read_text("utf-8"), file)
    except (OSError, UnicodeDecodeError) as error:
        hint = "restore the file: it says which words not to use"
        raise ContentError(
            Fault(message="it cannot be read", origin=Origin(file, 1), hint=hint)
        ) from error


def _is_text(one: object) -> bool:
    return isinstance(one, str) and bool(one.strip())
