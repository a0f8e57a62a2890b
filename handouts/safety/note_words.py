"""Hold a note, and the service's own words, against the advice of a leaflet: `refuse_contrary`.

They are printed as typed, and no rule of safety reads them. So one that names what this leaflet
forbids or asks about, or a medicine that is a fact nobody gave, needs a clinician's word.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.answers import NEVER, names_of
from handouts.content.vocabulary import Level
from handouts.errors import Fault, SelectionError
from handouts.selection.finder import LONGEST, Asks, Means, finder_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.selection.select import Selection


_NOTE = "the note"
_OWN_WORDS = ("name", "department", "hours", "page", "feedback")
"""Fields of a profile that hold words."""
_MEDICINE = "atc"
"""The system of codes that a flag about a medicine has."""
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_HYPHENS = re.compile(r"[-‐‑‒–—_]+")
_MOST = 12
"""Names that a message lists."""


class ContraryWord(Struct, frozen=True):
    """A word of a note or of the service that goes against a leaflet, or beyond it."""

    where: str
    """The note, or the field of the profile."""
    word: str
    about: str
    """The class, or the flag, that it is a name of."""
    level: str
    """`avoid` or `ask`; `never` for what nobody is to take, `not given` for a flag."""

    def __str__(self) -> str:
        return f"{self.where}: `{self.word}` ({self.about}: {self.level})"


def contrary_words(
    library: Library, selection: Selection, profile: Profile
) -> tuple[ContraryWord, ...]:
    """Return what the note and the service's words name that this leaflet does not allow."""
    texts = [(_NOTE, selection.request.note)]
    for field in _OWN_WORDS:
        value = getattr(profile, field)
        text = value if isinstance(value, str) else " ".join(value)
        texts.append((f"the service's `{field}`", text))
    found = (
        one
        for where, text in texts
        if text
        for one in _in_text(library, selection, where, _plain(text), note=where == _NOTE)
    )
    return tuple(dict.fromkeys(found))


def approved_words(library: Library, selection: Selection, profile: Profile) -> list[str]:
    """Say which words a clinician means, although the leaflet advises otherwise."""
    found = contrary_words(library, selection, profile)
    return [f"approved by you: {one}" for one in found]


_TAKE_IT_OUT = (
    "take it out; if a clinician means it all the same, tick that below the note (in a list: yes "
    "under `note approved`)"
)


def refuse_contrary(library: Library, selection: Selection, profile: Profile) -> None:
    """Raise SelectionError for such words, unless a clinician means them."""
    if selection.request.note_approved:
        return
    found = contrary_words(library, selection, profile)
    if not found:
        return
    faults = [
        Fault(
            message=f"{one.where} names `{one.word}`, {_why(one)}",
            said_on_page=f"{one.where} names “{one.word}”, {_why_on_page(library, one)}",
            hint="take it out; if a clinician means it all the same, say so: note-approved",
            about="note",
            on_page=_TAKE_IT_OUT,
        )
        for one in found[:_MOST]
    ]
    raise SelectionError(*faults)


def _why(one: ContraryWord) -> str:
    if one.level == "not given":
        return f"which may be the fact `{one.about}`: this leaflet is for a patient without it"
    if one.level == "never":
        return "which no leaflet suggests to anybody"
    does = "advises against" if one.level == str(Level.AVOID) else "tells the reader to ask about"
    return f"and this leaflet {does} it ({one.about})"


def _why_on_page(library: Library, one: ContraryWord) -> str:
    """Say the same without ids."""
    if one.level == "not given" and one.about in library.flags:
        label = library.flags[one.about].label
        return f"which may be “{label}”: this leaflet is for a patient without it"
    return _why(one).removesuffix(f" ({one.about})")


def _plain(text: str) -> str:
    """Fold a text: case, kinds of blanks and hyphens do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_HYPHENS.sub(" ", folded).split())


def _in_text(
    library: Library, selection: Selection, where: str, plain: str, *, note: bool
) -> Iterator[ContraryWord]:
    named = names_of(library.answers)
    for name, words in named.items():
        level = "never"
        if name != NEVER:
            verdict = selection.advice.get(name)
            if verdict is None or verdict.level == Level.OK:
                continue
            level = str(verdict.level)
        hits = [hit for one in words if (hit := _hit(one, plain))]
        if hits:
            yield ContraryWord(where, max(hits, key=len), name or "never", level)
    if note:
        every = [one for words in named.values() for one in words]
        yield from _flags_in(library, selection, where, plain, every)


def _hit(name: str, plain: str) -> str:
    """Return the words of a text that are a name; `*` in it stands for the rest of a word."""
    start = _plain(name).strip(" :").replace("{", "").replace("}", "")
    if start.rstrip("*") not in plain:  # far quicker than a pattern, and true of nearly all
        return ""
    pattern = re.escape(start).replace(r"\*", r"\w*")
    found = re.search(rf"(?<!\w){pattern}(?!\w)", plain)
    return found[0] if found else ""


def _flags_in(
    library: Library, selection: Selection, where: str, plain: str, classes: Sequence[str]
) -> Iterator[ContraryWord]:
    """Find names of medicines that a flag is about which was not given.

    What only asks about such a flag, and is a name of a class as well, is looked at there.
    """
    finder, given = finder_of(library), {*selection.request.flags}
    about = {
        flag.id
        for flag in library.flags.values()
        if any(one.system == _MEDICINE for one in flag.codings)
    }
    words = _WORD.findall(plain)
    start = 0
    while start < len(words):
        ends = range(min(len(words), start + LONGEST), start, -1)
        phrases = ((end, " ".join(words[start:end])) for end in ends)
        end, phrase, known = next(
            ((end, one, found) for end, one in phrases if (found := finder.known(one))),
            (start + 1, "", None),
        )
        start = end
        flags: Sequence[str] = ()
        if isinstance(known, Means):
            flags = (known.entry,)
        elif isinstance(known, Asks) and not any(_hit(one, phrase) for one in classes):
            flags = known.entries
        if flags and {*flags} <= about and not {*flags} & given:
            yield ContraryWord(where, phrase, " or ".join(flags), "not given")
