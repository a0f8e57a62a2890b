"""Say what typed words mean here, for the page: `heard`.

What means an entry is taken and said; what only asks about entries comes with its questions.
"""

from __future__ import annotations

from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.errors import Fault, RequestError
from handouts.selection.age import read_age, says_age
from handouts.selection.bare_words import AGE_AND_SEX, BIRTH, PhraseReader
from handouts.selection.finder import Asks, Means, Near, NotAFlag, finder_of
from handouts.selection.typed_facts import age_flags, status_or_fault
from handouts.web.problems import Problem, problem_of
from handouts.web.typed_parts import is_code, typed_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from handouts.content.library import Coding, Library
    from handouts.selection.bare_words import Phrase
    from handouts.selection.finder import Known, WordFinding
    from handouts.web.typed_parts import TypedPart


class Question(Struct, frozen=True, kw_only=True):
    """A flag that a word may be about, with the question to ask."""

    id: str
    question: str


class HeardWord(Struct, frozen=True, kw_only=True):
    """What one word was heard as: it means an entry, asks about some, or is about none."""

    word: str
    kind: str
    """means, asks, none, near, age, perhaps-age, lasting, perhaps-lasting, code or unknown."""
    entry: str = ""
    label: str = ""
    what: str = ""
    """The kind of entry: regions, statuses, flags, and so on."""
    asks: tuple[Question, ...] = ()
    says: str = ""
    near: tuple[str, ...] = ()
    """Words that it may be; of an unknown one, words that look like it, and may be others."""
    yes: tuple[str, ...] = ()
    """The flags that an age says."""
    no: tuple[str, ...] = ()
    """The flags that it rules out."""


class HeardWords(Struct, frozen=True, kw_only=True):
    """What all words of a line were heard as, in their order."""

    words: tuple[HeardWord, ...]


_MOST = 40


def heard(library: Library, text: str, today: date, *, search: bool = False) -> HeardWords:
    """Say what each word or phrase of a line means; raises Problem for more than a person types.

    A `search` may name several regions; one leaflet is about one.
    """
    reader = PhraseReader(finder_of(library), today)
    found: list[HeardWord] = []
    before = ""
    for part in typed_parts(text):
        if part.begins:
            before = ""
        words, before = _of_part(library, reader, part, before)
        found += words
        if len(found) > _MOST:
            raise Problem("too-large", HTTPStatus.UNPROCESSABLE_ENTITY, f"more than {_MOST} words")
    once = {one.word.casefold(): one for one in found}
    words = _codes_together(list(once.values()))
    return HeardWords(words=tuple(words if search else _without_contradictions(words)))


def _of_part(
    library: Library, reader: PhraseReader, part: TypedPart, before: str
) -> tuple[list[HeardWord], str]:
    """Return what the words of a part between commas were heard as, and what it was about.

    A fact is set only where all of its part is understood: beside `denies`, `stopped`, `wife` or
    `last year` the patient may not have it, and so it is asked.
    """
    try:
        phrases = list(reader.phrases((part.text,)))
    except RequestError as error:
        raise problem_of(error) from None
    words: list[HeardWord] = []
    for phrase in phrases:
        own = before != "flags" and (len(phrases) == 1 or phrase.what == "duration")
        words.append(_of_phrase(library, reader, phrase, own=own, alone=len(phrases) == 1))
        before = words[-1].what or before
    doubted = part.denied or any(one.kind not in _CERTAIN for one in words)
    if doubted:
        words = [_asked(library, one, denied=part.denied) for one in words]
    return list(_together(words)), before


_CERTAIN = frozenset({"means", "age", "lasting", "code"})
"""The kinds beside which a fact is set; a code says what its words say."""


def _of_phrase(
    library: Library, reader: PhraseReader, phrase: Phrase, *, own: bool, alone: bool
) -> HeardWord:
    """Say what a phrase means; a length of time that is not `own` may be that of an illness."""
    text = phrase.text
    if phrase.what == BIRTH:
        return HeardWord(word=text, kind="unknown", says=_BIRTH)
    if known := phrase.means or reader.finder.known(text):
        return _known(library, text, known)
    if said := _of_numbers(library, text, reader.today, own=own, alone=alone):
        return said
    if not is_code(text):
        return _heard(library, text)
    asks = _questions(library, coded(library, text)) if alone else ()
    if asks:
        return HeardWord(word=text, kind="asks", what="flags", asks=asks)
    return HeardWord(word=text, kind="code", says=_LONE_CODE if alone else _CODE)


def _of_numbers(
    library: Library, text: str, today: date, *, own: bool, alone: bool
) -> HeardWord | None:
    """Return what an age or a length of time says, which may be both; None where it is neither."""
    sexed = AGE_AND_SEX.fullmatch(text)
    age = int(sexed[1]) if sexed else read_age(text)
    lasting = status_or_fault(library, text, today, "duration")
    if age is not None:
        said = _aged(library, text, age, certain=says_age(text))
        if says_age(text) or isinstance(lasting, Fault):
            return said
        return replace(said, entry=lasting, label=library.statuses[lasting].label)
    if isinstance(lasting, str):
        return _lasted(library, text, lasting, own=own, alone=alone)
    if lasting.path:  # a length of time that fits both
        return HeardWord(word=text, kind="unknown", says=f"{lasting.message}. {lasting.hint}")
    return None


def _lasted(library: Library, text: str, status: str, *, own: bool, alone: bool) -> HeardWord:
    ago = text.casefold().endswith("ago")
    if ago and not alone:
        return HeardWord(word=text, kind="none", says=_WHEN)
    kind = "lasting" if own and not ago else "perhaps-lasting"
    return HeardWord(word=text, kind=kind, entry=status, label=library.statuses[status].label)


_CODE = "looks like a code. The words beside it are what counts"
_CODES = "look like codes. The words beside them are what counts"
_LONE_CODE = "looks like a code, and is not known here. Write what it stands for"
_BIRTH = "a date is not read here. Write the age, such as 71 years old, or how long it has hurt"
_WHEN = "this says when. Each question says itself which time counts."
_BESIDE = "Not set, because of what stands beside it."
_DENIED = "Not set, because it may be among what the patient does not have."
_ONE_REGION = "one leaflet is about one of these. Choose it above"
_ONE_STATUS = "these do not go together. Choose above how long"


def _aged(library: Library, text: str, age: int, *, certain: bool) -> HeardWord:
    yes = tuple(age_flags(library, age))
    return HeardWord(
        word=text,
        kind="age" if certain else "perhaps-age",
        yes=yes,
        no=tuple(one.flag for one in library.answers.ages if one.flag not in yes),
    )


def _asked(library: Library, word: HeardWord, *, denied: bool) -> HeardWord:
    """Return a word as a question, where it would have set a fact."""
    if word.kind == "age":
        return replace(word, kind="perhaps-age")
    if denied and word.kind == "lasting":
        return replace(word, kind="perhaps-lasting")
    if word.kind != "means":
        return word
    if word.what == "flags":
        asks, says = _questions(library, (word.entry,)), _DENIED if denied else _BESIDE
        return HeardWord(word=word.word, kind="asks", what="flags", asks=asks, says=says)
    if denied:
        return HeardWord(word=word.word, kind="unknown", says="choose it above, if it is meant")
    return word


def _without_contradictions(words: Sequence[HeardWord]) -> Iterator[HeardWord]:
    """Set no region, status or age where the words name two of them."""
    regions = {one.entry for one in words if one.kind == "means" and one.what == "regions"}
    statuses = {one.entry for one in words if _says_status(one)}
    ages = {(one.yes, one.no) for one in words if one.kind == "age"}
    for one in words:
        if len(regions) > 1 and one.kind == "means" and one.what == "regions":
            yield HeardWord(word=one.word, kind="unknown", says=_ONE_REGION)
        elif len(statuses) > 1 and _says_status(one):
            yield HeardWord(word=one.word, kind="unknown", says=_ONE_STATUS)
        elif len(ages) > 1 and one.kind == "age":
            yield replace(one, kind="perhaps-age")
        else:
            yield one


def _questions(library: Library, entries: Iterable[str]) -> tuple[Question, ...]:
    flags = (library.flags[one] for one in entries if one in library.flags)
    return tuple(Question(id=one.id, question=one.question) for one in flags)


def _codes_together(words: list[HeardWord]) -> list[HeardWord]:
    """Say of all codes with words beside them in one line, after the words."""
    codes = [one.word for one in words if one.says == _CODE]
    if len(codes) <= 1:
        return words
    rest = [one for one in words if one.says != _CODE]
    return [*rest, HeardWord(word=", ".join(codes), kind="code", says=_CODES)]


def _says_status(one: HeardWord) -> bool:
    return one.kind == "lasting" or (one.kind == "means" and one.what == "statuses")


def coded(library: Library, word: str) -> Iterator[str]:
    """Yield the regions and flags with a code, as record systems write it."""
    entries: list[tuple[str, tuple[Coding, ...]]] = [
        *((name, term.codings) for name, term in library.regions.items()),
        *((name, flag.codings) for name, flag in library.flags.items()),
    ]
    for name, codings in entries:
        if any(_has(one.code.casefold(), word.casefold()) for one in codings):
            yield name


def _has(code: str, word: str) -> bool:
    """Tell whether a code is one, or lies in a chapter of some, such as J45-J46."""
    low, between, high = code.partition("-")
    return word == code or (bool(between) and low <= word.partition(".")[0] <= high)


def _together(words: Sequence[HeardWord]) -> Iterator[HeardWord]:
    """Yield words; those side by side that are not known, such as `years ago`, as one."""
    for lost, some in groupby(
        words, lambda one: one.kind == "unknown" and not one.says + "".join(one.near)
    ):
        if lost:
            yield HeardWord(word=" ".join(one.word for one in some), kind="unknown")
        else:
            yield from some


def _heard(library: Library, word: str) -> HeardWord:
    finder = finder_of(library)
    found = finder.find(word)
    if isinstance(found, Near):
        known = _known(library, word, found.finding)
        return HeardWord(
            word=word, kind="near", near=found.words, entry=known.entry, label=known.label,
            what=known.what, asks=known.asks, says=known.says,
        )  # fmt: skip
    return _known(library, word, found)


def _known(library: Library, word: str, found: WordFinding) -> HeardWord:
    entries = finder_of(library).entries
    match found:
        case Means(kind=kind, entry=entry):
            return HeardWord(
                word=word, kind="means", entry=entry, label=entries[entry].label, what=kind
            )
        case Asks(entries=asked, questions=questions):
            asks = tuple(Question(id=one, question=entries[one].question) for one in asked)
            what = "flags" if any(one in library.flags for one in asked) else ""
            says = questions[0] if len(questions) != len(asked) else ""
            return HeardWord(word=word, kind="asks", what=what, asks=asks, says=says)
        case NotAFlag(sentence=sentence):
            return HeardWord(word=word, kind="none", says=sentence)
        case _:
            alike = finder_of(library).alike(word)
            about = dict.fromkeys(flag for one in alike for flag in _flags_of(library, one))
            return HeardWord(
                word=word,
                kind="unknown",
                near=tuple(dict.fromkeys(one.word for one in alike if _flags_of(library, one))),
                asks=_questions(library, about),
            )


def _flags_of(library: Library, found: Known) -> list[str]:
    """Return the flags that a word is about, whose questions can be asked."""
    if isinstance(found, NotAFlag):
        return []
    entries = (found.entry,) if isinstance(found, Means) else found.entries
    return [one for one in entries if one in library.flags]
