"""Search ids, labels, questions, synonyms and codes for words: `search`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.synonyms import tokens
from handouts.selection.finder import Asks, Means, Near, NotAFlag, finder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.content.library import Flag, Library
    from handouts.content.synonyms import Named
    from handouts.selection.finder import WordFinding


_FEW = 4
"""Synonyms of an entry that are shown."""
_NARROWEST = 30
_GAP = 2
OTHER = "Other"


class Hit(Struct, frozen=True):
    """An entry that has all the words, with its synonyms and codes that have them."""

    entry: Named
    words: tuple[str, ...]
    codes: tuple[str, ...]


def search(library: Library, wanted: Sequence[str], kind: str = "") -> tuple[Hit, ...]:
    """Find entries by the starts of words, wherever these stand."""
    finder, starts = finder_of(library), tokens(" ".join(wanted))
    hits = []
    for entry in finder.entries.values():
        words = tuple(one for one in finder.words_of(entry.id) if _has(one, starts))
        codes = tuple(one for one in _codes(library, entry) if _has(one, starts))
        own = _has(f"{entry.id} {entry.label} {entry.question}", starts)
        if kind in ("", entry.kind) and (words or codes or own):
            hits.append(Hit(entry, words, codes))
    return tuple(hits)


def said_of(library: Library, text: str) -> str:
    """Say in a sentence what the finder makes of a text; empty where it does not know it."""
    finder = finder_of(library)
    return _said(finder.find(text), text)


def search_text(library: Library, hits: Iterable[Hit], width: int | None) -> str:
    """List what was found, by kind, flags by their group."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for hit in hits:
        about = hit.entry.question or hit.entry.label
        found = [*hit.codes, *hit.words[:_FEW], *(["…"] if hit.words[_FEW:] else [])]
        about = " ".join(filter(None, (about, f"[{', '.join(found)}]" if found else "")))
        parts.setdefault(_heading(library, hit.entry), []).append((hit.entry.id, about))
    return _grouped(parts, width)


def flag_table(library: Library, flags: Iterable[Flag], width: int | None) -> str:
    """List flags with their questions, by group, in the order of the list to check."""
    parts: dict[str, list[tuple[str, str]]] = {
        one.label: [] for one in library.check_groups.values()
    }
    for flag in flags:
        group = library.check_groups.get(flag.group)
        parts.setdefault(group.label if group else OTHER, []).append((flag.id, flag.question))
    return _grouped({head: rows for head, rows in parts.items() if rows}, width)


def _grouped(parts: dict[str, list[tuple[str, str]]], width: int | None) -> str:
    """Set rows under their headings; with a width, the second column wraps to fit it."""
    wide = max((len(name) for rows in parts.values() for name, _ in rows), default=0) + 2 * _GAP
    room = max(_NARROWEST, width - wide) if width else None
    return "\n\n".join(
        "\n".join((head, *(line for row in rows for line in _row(row, wide, room))))
        for head, rows in parts.items()
    )


def _row(row: tuple[str, str], wide: int, room: int | None) -> Iterator[str]:
    name, about = row
    first, *more = (textwrap.wrap(about, room) if room else [about]) or [""]
    yield f"{' ' * _GAP}{name}".ljust(wide) + first
    for line in more:
        yield " " * wide + line


def _heading(library: Library, entry: Named) -> str:
    if entry.kind != "flags":
        return entry.kind.capitalize()
    group = library.check_groups.get(library.flags[entry.id].group)
    return f"Flags: {group.label if group else OTHER}"


def _said(found: WordFinding, text: str) -> str:
    match found:
        case Means(entry=entry, word=word):
            return f"{word}: {entry}"
        case Asks(entries=entries, questions=questions, word=word):
            return f"{word}: perhaps {' or '.join(entries)}. {' '.join(questions)}"
        case NotAFlag(sentence=sentence, word=word):
            return f"{word}: {sentence}"
        case Near(words=words, finding=known):
            return f"{text}: did you mean {' or '.join(words)}? {_said(known, text)}"
        case _:
            return ""


def _codes(library: Library, entry: Named) -> Iterator[str]:
    if entry.kind == "flags":
        codings = library.flags[entry.id].codings
    else:
        codings = library.regions[entry.id].codings if entry.kind == "regions" else ()
    for coding in codings:
        yield f"{coding.code} {coding.label}".strip()


def _has(text: str, starts: Sequence[str]) -> bool:
    """Say whether each start begins a word; a range of codes has the codes at its ends."""
    words = tokens(text)
    return all(any(one.startswith(start) for one in words) for start in starts)
