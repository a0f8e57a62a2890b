"""Read the words that stand without an option: `read_words`, `PhraseReader`.

They are one text, in which the longest phrases that are known are found one after the other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.look import LOOK_NAMES
from handouts.content.vocabulary import ENTRY_KINDS
from handouts.errors import Fault, RequestError, shorten
from handouts.selection.age import birth_fault, read_age, says_age, says_birth
from handouts.selection.finder import LONGEST, Means, finder_of
from handouts.selection.lasting import is_unit, read_lasting
from handouts.selection.understanding import doubt_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from handouts.content.library import Library
    from handouts.selection.finder import Finder
    from handouts.selection.options import RequestOptions


class Phrase(Struct, frozen=True):
    """A phrase, and what it is: an entry, an age, a length of time, or nothing that is known."""

    text: str
    means: Means | None = None
    what: str = ""
    """The option that it is for: `age` or `duration`; BIRTH: a date of birth, which is not read."""


BIRTH = "birth"


_JOINTS = frozenset({"and", "&", "+", "with"})
"""What may stand between two phrases, and says nothing."""
_SWITCHES = frozenset({"screened", *LOOK_NAMES})
AGE_AND_SEX = re.compile(r"([0-9]{1,3})[mfMF]")
"""As in 71F."""
_NUMBER = re.compile(r"[0-9]+(?:/[0-9]+)?")
_MOST = 60
"""Words; whoever gives more gave something else."""
_MOST_FAULTS = 10
_STRANGE = "unknown word "
_ONE = {"regions": "region", "statuses": "status", "places": "place"}
_OPTION_OF = {kind: what for what, kind in ENTRY_KINDS.items()}


def read_words(
    library: Library, options: RequestOptions, say: Callable[[str], None], today: date
) -> RequestOptions:
    """Return the options with what the words say; raises RequestError unless all are understood."""
    finder = finder_of(library)
    reader = PhraseReader(finder, today)
    faults: list[Fault] = []
    found = replace(options, words=())
    said: list[str] = []
    understood: list[str] = []
    for phrase in reader.phrases(options.words):
        if phrase.what == BIRTH:
            faults.append(birth_fault(phrase.text))
            continue
        if phrase.means or phrase.what:
            understood.append(phrase.text)
        if phrase.means:
            found = _with_entry(finder, found, phrase.means, faults)
            said += [] if phrase.means.own else [f"{phrase.means.word}: {phrase.means.entry}"]
        elif phrase.what:
            found = _with_answer(found, phrase, faults)
        else:
            faults.append(_unknown(library, phrase.text, today))
    if faults:
        raise RequestError(*_together(faults, understood)[:_MOST_FAULTS])
    for line in dict.fromkeys(said):
        say(line)
    return found


def _together(faults: list[Fault], understood: list[str]) -> list[Fault]:
    """Tell all words of which nothing is known as one fault, with what was understood beside."""
    alike = [one for one in faults if one.message.startswith(_STRANGE)]
    hints = [one.hint for one in alike]  # one that is near to a word has a hint of its own
    strange = [one for one in alike if hints.count(one.hint) > 1 and one.on_page]
    if len(strange) < 2:  # noqa: PLR2004 - one is told as it is
        return faults
    words = ", ".join(one.message.removeprefix(_STRANGE) for one in strange)
    known = ", ".join(f"`{shorten(one)}`" for one in understood)
    hint = strange[0].hint + (f"; understood: {known}" if known else "")
    rest = [one for one in faults if one not in strange]
    message = f"unknown words {words}: write the facts alone, no sentence"
    return [Fault(message=message, hint=hint, on_page=strange[0].on_page), *rest]


class PhraseReader:
    """Finds the longest phrases that are known in words, ages and lengths of time among them."""

    def __init__(self, finder: Finder, today: date) -> None:
        self.finder, self.today = finder, today

    def phrases(self, arguments: Sequence[str]) -> Iterator[Phrase]:
        """Find the phrases of the arguments; what is quoted as one may be one phrase, or more."""
        if sum(len(one.split()) for one in arguments) > _MOST:
            hint = "give a region, a status and the facts about the patient"
            raise RequestError(Fault(message=f"more than {_MOST} words", hint=hint))
        if not all(one.strip() for one in arguments):
            raise RequestError(Fault(message="a word is empty", hint="leave it out"))
        rest = [word for one in arguments for word in self._split(one)]
        start, before = 0, ""
        while start < len(rest):
            phrase, end = self._longest(rest, start, before)
            if phrase.text.casefold() not in _JOINTS or phrase.means:
                yield phrase
                before = phrase.means.kind if phrase.means else ""
            start = end

    def _split(self, argument: str) -> list[str]:
        """Split an argument at commas and blanks, unless it is one answer as a whole."""
        whole = " ".join(argument.split())
        if self.finder.known(whole) or read_lasting(whole, self.today) or says_age(whole):
            return [whole]
        parts = [one for part in argument.replace(";", ",").split(",") for one in part.split()]
        return parts or [argument]

    def _longest(self, words: Sequence[str], start: int, before: str) -> tuple[Phrase, int]:
        for end in range(min(len(words), start + LONGEST), start, -1):
            if _splits_length(words, end) or (end > start + 1 and words[end - 1] in _JOINTS):
                continue
            text = " ".join(words[start:end])
            # A number at the end may be an age or a length of time: it is not passed over.
            known = self.finder.known(text, dosed=not _NUMBER.fullmatch(words[end - 1]))
            if isinstance(known, Means):
                return Phrase(text, means=known), end
            if says_age(text):
                return Phrase(text, what="age"), end
            if says_birth(text):
                return Phrase(text, what=BIRTH), end
            if known:
                return Phrase(text), end
            if read_lasting(text, self.today):
                own = self._is_answer(words, start, end, before)
                return Phrase(text, what="duration" if own else ""), end
        return Phrase(words[start]), start + 1

    def _is_answer(self, words: Sequence[str], start: int, end: int, before: str) -> bool:
        """Tell whether a length of time is that of the pain.

        It is where it is quoted, stands at the end behind the region, or begins with `for` or
        `since`; `6/52` may stand anywhere behind the region. In `6 months warfarin` it may be that
        of the warfarin.
        """
        first = words[start]
        if end == start + 1 and _NUMBER.fullmatch(first):
            return before == "regions"
        if end == start + 1 and len(first.split()) > 1:
            return read_age(first) is None  # 71 years may be the age, however years are written
        if first.casefold() in {"for", "since"}:
            return True
        text = " ".join(words[start:end])
        return before == "regions" and end == len(words) and read_age(text) is None


def _splits_length(words: Sequence[str], end: int) -> bool:
    """Tell whether a phrase would take the number of a length of time that follows it."""
    unit = words[end : end + 1]
    return bool(unit) and words[end - 1].isdecimal() and is_unit(unit[0])


def _with_entry(
    finder: Finder, options: RequestOptions, found: Means, faults: list[Fault]
) -> RequestOptions:
    """Put an entry where it belongs; a second region, status, place or paper is a fault."""
    if found.kind == "flags":
        return replace(options, flags=(*options.flags, found.entry))
    if found.kind == "exercises":
        return replace(options, exercises=(*options.exercises, found.entry))
    if found.kind == "papers":
        before = options.look.paper
        options_with = replace(options, look=replace(options.look, paper=found.entry))
    else:
        what = _ONE[found.kind]
        before = getattr(options, what) or ""
        options_with = replace(options, **{what: found.entry})
    meant = finder.meant(before, found.kind) if before else None
    if before and (meant is None or meant.entry != found.entry):
        what = _OPTION_OF[found.kind]
        message = f"`{shorten(before)}` and `{found.entry}` cannot go together: one {what} is meant"
        faults.append(Fault(message=message, hint="leave out one of the two", about=what))
    return options_with


def _with_answer(options: RequestOptions, phrase: Phrase, faults: list[Fault]) -> RequestOptions:
    before = getattr(options, phrase.what)
    if before not in {None, phrase.text}:
        message = f"`{shorten(before)}` and `{shorten(phrase.text)}` are two answers"
        faults.append(Fault(message=message, hint="leave out one of the two", about=phrase.what))
    return replace(options, **{phrase.what: phrase.text})


def _unknown(library: Library, text: str, today: date) -> Fault:
    """Say why a word without an option cannot be taken."""
    age, lasting = read_age(text), read_lasting(text, today)
    if text.casefold() in _SWITCHES:
        hint = f"write --{text.casefold()}"
        return Fault(message=f"`{text}` is an option", hint=hint)
    if found := AGE_AND_SEX.fullmatch(text):
        age = int(found[1])
    if age is None and lasting is None:
        return doubt_of(library, text)
    options = [] if age is None else [f"--age {age}"]
    options += [] if lasting is None else [f'--duration "{text}"']
    hint = f"if it is meant so, write {' or '.join(options)}"
    return Fault(message=f"`{shorten(text)}` may mean several things", hint=hint)
