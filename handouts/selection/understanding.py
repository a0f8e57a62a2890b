"""Turn the words of a request as typed into ids, and say what is not understood: `understood`.

A word that means an entry is taken and said back; one that only asks about entries is never taken:
its message shows the question.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import ENTRY_KINDS, PAPERS, Kind
from handouts.errors import Fault, shorten
from handouts.selection.age import read_age, says_age
from handouts.selection.finder import Asks, Means, Near, NotAFlag, Unknown, finder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from handouts.content.library import Library
    from handouts.selection.finder import Finder, Known
    from handouts.selection.options import RequestOptions


_ONE_OF = {kind: what for what, kind in ENTRY_KINDS.items()}
_BETWEEN = " ,;|+/\n"
"""What people write between two words; half of `gi-ulcer,asthma` is not the whole."""
_AS_COMMAS = str.maketrans("+/", ",,")
_REPEATED = ("flag", "exercise")
"""What a leaflet can have several of."""
_FEW = 12
"""Entries of a kind that a message lists."""
_ELSE = "write another word for it; the page for one leaflet says what a word means"


def doubt(library: Library, what: str, word: str) -> Fault:
    """Say why a word cannot be taken, and what to do.

    Words that merely look like it are named last, and as a question.
    """
    kind, finder = ENTRY_KINDS[what], finder_of(library)
    found, shown = finder.find(word, kind), shorten(word)
    if not shown:
        hint, on_page = f"write it, or leave out --{what}", "write it, or leave it out"
        return Fault(message=f"the {what} is empty", hint=hint, about=what, on_page=on_page)
    if what == "flag" and says_age(word) and not isinstance(found, Means):
        hint = f"give it by --age {read_age(word)}, or in the column `age` of a list"
        on_page = "write it in a column `age`"
        return Fault(message=f"`{shown}` is an age", hint=hint, about=what, on_page=on_page)
    if isinstance(found, Near):
        hint = f"did you mean {_listed(found.words)}? {_of(finder, kind, found.finding)}".rstrip()
        return Fault(message=f"unknown {what} `{shown}`", hint=hint, about=what)
    if isinstance(found, Asks | NotAFlag) or (isinstance(found, Means) and found.kind != kind):
        return Fault(message=_no(what, shown, found), hint=_of(finder, kind, found), about=what)
    on_page = ""
    if isinstance(found, Means):
        hint = f"write `{found.entry}`"
    elif any(mark in word.strip() for mark in _BETWEEN) and any(map(str.isalnum, word)):
        hint, on_page = _each(library, what, word)
    elif near := look_alikes(finder, word, kind):
        hint = near
    else:
        hint, on_page = _others(finder, kind)
    return Fault(message=f"unknown {what} `{shown}`", hint=hint, about=what, on_page=on_page)


def look_alikes(finder: Finder, word: str, kind: str = "") -> str:
    """Ask whether a word that nobody knows is one of some that look like it; empty for none.

    Names of medicines look alike that are not: so it is never taken, and has to be looked at.
    """
    words = dict.fromkeys(
        one.entry if isinstance(one, Means) and one.own else one.word
        for one in finder.alike(word, kind)
    )
    if not words:
        return ""
    again = "Check the word: others are spelt almost the same."
    return (
        f"did you mean {_listed(tuple(words))}? {again if kind in _OF_MEDICINES else ''}".rstrip()
    )


_OF_MEDICINES = ("", "flags")


def _each(library: Library, what: str, word: str) -> tuple[str, str]:
    """Say how several words in one place are given; for each door. A wrong one is named too."""
    kind, finder = ENTRY_KINDS[what], finder_of(library)
    ids: list[str] = []
    wrong: list[tuple[str, str]] = []
    strange: list[str] = []
    for part in split_cell(library, kind, word.translate(_AS_COMMAS)):
        found = finder.find(part, kind)
        known = found.finding if isinstance(found, Near) else found
        if isinstance(known, Means) and known.kind == kind:
            ids.append(known.entry)
            if isinstance(found, Near):
                wrong.append((f"did you mean `{known.entry}` by `{shorten(part)}`?",) * 2)
        elif isinstance(found, Unknown):
            if near := look_alikes(finder, part, kind):
                wrong.append((f"`{shorten(part)}`: {near}",) * 2)
            else:
                strange.append(part)
        else:
            fault = doubt(library, what, part)
            wrong.append((f"{fault.message}: {fault.hint}", f"{fault.message}: {fault.hint}"))
    if strange:
        named = ", ".join(f"`{shorten(one)}`" for one in strange[:_MOST_UNKNOWN])
        told = f"{named} {'is' if len(strange) == 1 else 'are'} not known"
        way, way_on_page = _others(finder, kind)
        wrong.append((f"{told}: {way}", f"{told}: {way_on_page}" if way_on_page else told))
    said = "; ".join(one for one, _ in wrong)
    said_on_page = "; ".join(one for _, one in wrong)
    options = [f"--{what} {one}" for one in dict.fromkeys(ids)]
    if what in _REPEATED:
        usual, by_itself = f"give each {what} its own --{what}", f"give each {what} by itself"
        hint = f"{usual}: {' '.join(options)}" if options else usual
    else:
        by_itself = usual = f"a leaflet has one {what}; for another make a second leaflet"
        hint = f"{usual}: {' or '.join(options)}" if options else usual
    return "; ".join(filter(None, (hint, said))), "; ".join(filter(None, (by_itself, said_on_page)))


def doubt_of(library: Library, word: str) -> Fault:
    """Say why a word of no certain kind cannot be taken."""
    finder, shown = finder_of(library), shorten(word)
    kinds = ("", "regions", "statuses")  # for a kind with few words, shorter ones may be near
    tries = [finder.find(word, kind) for kind in kinds]
    found = next((one for one in tries if not isinstance(one, Unknown)), tries[0])
    known = found.finding if isinstance(found, Near) else found
    hint = on_page = ""
    if isinstance(known, Means):
        hint = _of(finder, "" if known.own else "flags", known)
    elif isinstance(known, Asks | NotAFlag):
        hint = _of(finder, "", known)
    if isinstance(found, Near):
        message = f"unknown word `{shown}`"
        if isinstance(known, Means) and tuple(found.words) == (known.entry,):
            kind = _ONE_OF[finder.entries[known.entry].kind]
            hint = f"did you mean the {kind} `{known.entry}`?"
        else:
            hint = f"did you mean {_listed(found.words)}? {hint}"
    elif isinstance(found, Asks | NotAFlag):
        message = _no("flag", shown, found)
    else:
        message = f"unknown word `{shown}`"
        if near := look_alikes(finder, word):
            return Fault(message=message, hint=f"{near} A name needs --name", on_page=near)
        hint = "`handout find` searches regions, flags and other words; a name needs --name"
        on_page = _ELSE
    return Fault(message=message, hint=hint.rstrip(), on_page=on_page)


def _no(what: str, shown: str, found: Known) -> str:
    if isinstance(found, Means):
        return f"`{shown}` is no {what}"
    if isinstance(found, Asks):
        return f"`{shown}` may be {' or '.join(f'`{one}`' for one in found.entries)}, or none"
    return f"there is no {what} `{shown}`"


def _of(finder: Finder, kind: str, found: Known) -> str:
    """Say what a word is about."""
    if isinstance(found, NotAFlag):
        return found.sentence
    if isinstance(found, Means):
        entry = finder.entries[found.entry]
        if entry.kind != kind:
            return f"it is the {_ONE_OF[entry.kind]} `{entry.id}`"
        if found.own:
            return ""
        return f"It is `{entry.id}`: {entry.question or entry.label}"
    entries = [finder.entries[one] for one in found.entries]
    if len(found.questions) == len(entries):
        pairs = zip(found.questions, entries, strict=True)
        return " ".join(f"{question} If yes, write `{one.id}`." for question, one in pairs)
    ids = " or ".join(f"`{one.id}`" for one in entries)
    return f"{found.questions[0]} Then write {ids}."


def _others(finder: Finder, kind: str) -> tuple[str, str]:
    """List the entries of a kind where they are few, else say how to search them; for each door."""
    entries = [one for one in finder.entries.values() if one.kind == kind]
    if len(entries) > _FEW:
        return f"`handout list {kind}` shows all, `handout find` searches them", _ELSE
    listed = (f"{one.id} ({one.label})" if one.label else one.id for one in entries)
    return "known words: " + ", ".join(listed), ""


def _listed(words: Sequence[str]) -> str:
    few = 3
    return " or ".join(f"`{one}`" for one in words[:few])


_SEVERAL = re.compile(r"[,;|\n]")
"""What stands between the words of a cell."""
_MOST_UNKNOWN = 10
"""Words that are named; whoever gives more gave something else."""


class Resolved(Struct, frozen=True):
    """The ids of some words, what to say of them; what was not understood stays as it is typed."""

    ids: tuple[str, ...]
    notes: tuple[str, ...]


def resolve(library: Library, kind: str, words: Iterable[str]) -> Resolved:
    """Return the id that each word means; a word that only asks about entries is not understood."""
    given = tuple(words)
    if all(word in ids_of(library, kind) for word in given):
        return Resolved(given, ())
    from handouts.selection.finder import finder_of  # noqa: PLC0415 - only words that are no ids need it

    told = [finder_of(library).meant(word, kind) for word in given]
    ids = (one.entry if one else word for one, word in zip(told, given, strict=True))
    notes = (f"{one.word}: {one.entry}" for one in told if one and not one.own)
    return Resolved(tuple(ids), tuple(dict.fromkeys(notes)))


def understood(
    library: Library, options: RequestOptions, say: Callable[[str], None]
) -> RequestOptions:
    """Return the words of a request as ids, as far as they are understood; `say` hears of each."""
    told = {
        field: resolve(library, kind, () if value is None else (value,))
        for field, kind, value in (
            ("region", "regions", options.region),
            ("status", "statuses", options.status),
            ("place", "places", options.place),
        )
    }
    flags = resolve(library, "flags", options.flags)
    exercises = resolve(library, "exercises", options.exercises)
    doses = [one.partition("=") for one in options.doses]
    dosed = resolve(library, "exercises", (name for name, _, _ in doses))
    papers = resolve(library, "papers", filter(None, (options.look.paper,)))
    notes = (
        note for one in (*told.values(), papers, flags, exercises, dosed) for note in one.notes
    )
    for one in dict.fromkeys(notes):
        say(one)
    return replace(
        options,
        **{field: one.ids[0] if one.ids else None for field, one in told.items()},
        look=replace(options.look, paper=papers.ids[0] if papers.ids else ""),
        flags=flags.ids,
        exercises=exercises.ids,
        doses=tuple(
            f"{name}{sign}{dose}" for name, (_, sign, dose) in zip(dosed.ids, doses, strict=True)
        ),
    )


def split_cell(library: Library, kind: str, text: str) -> tuple[str, ...]:
    """Split a cell into its words: at commas and the like, and between phrases that are known.

    `copd heart failure` is two; what is no chain of known phrases is split at every blank, so that
    a part that nobody understands is refused with its row.
    """
    parts = [part.split() for part in _SEVERAL.split(text)]
    known = ids_of(library, kind)
    if all(word in known for words in parts for word in words):
        return tuple(word for words in parts for word in words)
    from handouts.selection.finder import finder_of  # noqa: PLC0415 - only words that are no ids need it

    return tuple(one for words in parts for one in finder_of(library).phrases(words))


def unknown_words(library: Library, what: str, words: Iterable[str]) -> list[Fault]:
    """Return a fault for each word that is no id, and one more for all that are too many."""
    unknown = [word for word in words if word not in ids_of(library, ENTRY_KINDS[what])]
    if not unknown:
        return []

    faults = [doubt(library, what, word) for word in unknown[:_MOST_UNKNOWN]]
    if more := len(unknown[_MOST_UNKNOWN:]):
        faults.append(Fault(message=f"{more} more unknown words", about=what))
    return faults


def ids_of(library: Library, kind: str) -> Collection[str]:
    """Return every id of a kind."""
    if kind == "papers":
        return PAPERS
    if kind == "exercises":
        return [one.id for one in library.blocks if one.kind is Kind.EXERCISE]
    return {
        "regions": library.regions, "statuses": library.statuses,
        "places": library.places, "flags": library.flags,
    }[kind].keys()  # fmt: skip
