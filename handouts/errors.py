"""Describe what is wrong, where, and what to do instead: `Fault`, `HandoutsError`.

Each exception carries all faults that were found and the exit code of the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_SHOWN = 60
"""The most characters of a word that a message quotes."""


class Origin(Struct, frozen=True):
    """Where a fault is: a file as the author names it, and a line, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Fault(Struct, frozen=True, kw_only=True):
    """One fault: what is wrong, where, and what to write instead.

    `path` is that of a value inside its record, such as `dosage.hold_seconds`.
    """

    message: str
    origin: Origin | None = None
    path: str = ""
    hint: str = ""
    about: str = ""
    """The field of a request that is wrong, such as "date": the column of a worklist."""
    on_page: str = ""
    """What to do on the clinic's page, where `hint` speaks of the command line."""
    said_on_page: str = ""
    """What is wrong, for the page, where `message` speaks of the command line or of ids."""

    def for_page(self) -> Fault:
        """Return the fault in the words for the clinic's page."""
        if not (self.on_page or self.said_on_page):
            return self
        return Fault(
            message=self.said_on_page or self.message,
            origin=self.origin,
            path=self.path,
            hint=self.on_page or self.hint,
            about=self.about,
        )

    def __str__(self) -> str:
        where = ": ".join(str(part) for part in (self.origin, self.path) if part)
        line = f"{where}: {self.message}" if where else self.message
        return f"{line}\n  hint: {self.hint}" if self.hint else line


class HandoutsError(Exception):
    """An error that the user can correct, with all faults found; others are bugs."""

    exit_code: ClassVar[int] = 3

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class ContentError(HandoutsError):
    """A content file cannot be read or breaks the rules of content (exit 3)."""


class RequestError(HandoutsError):
    """A request has a word that is unknown or cannot be read (exit 2)."""

    exit_code = 2


class SelectionError(HandoutsError):
    """A request is well formed but must be refused, such as for its flags (exit 4)."""

    exit_code = 4


class CompositionError(HandoutsError):
    """A template is missing or broken, or renders elements that no leaflet has (exit 3)."""


class TypesettingError(HandoutsError):
    """A font or glyph is missing, or an element is taller than a page (exit 3)."""


class OutputError(HandoutsError):
    """A finished file cannot be written where it was asked for (exit 2)."""

    exit_code = 2


def shorten(word: str) -> str:
    """Return a word for a message: on one line, and cut after 60 characters."""
    shown = " ".join(word.split())
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"


def unknown_word(what: str, word: str, known: Iterable[str]) -> Fault:
    """Return the fault of an unknown word of a request; `what` is its kind and its option."""
    several = any(mark in word.strip() for mark in ", ;")
    words = sorted(known)
    hint = f"give one {what} alone: {', '.join(words)}" if several else did_you_mean(word, words)
    return Fault(message=f"unknown {what} `{shorten(word)}`", hint=hint, about=what)


def nearest(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """Return the word of a closed list that was meant; empty where none is near.

    One of which the word is the beginning comes first, then the one that is most alike (0 to 1).
    """
    from difflib import SequenceMatcher  # noqa: PLC0415 - only a wrong word pays for this import

    begun = len(word.strip("-")) >= _SHORTEST
    ranked = [
        (begun and one.startswith(word), SequenceMatcher(None, one, word).ratio(), one)
        for one in known
    ]
    starts, ratio, name = max(ranked, default=(False, 0.0, ""))
    return name if starts or ratio >= alike else ""


_SHORTEST = 3
"""Letters of a word that another may begin with."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint: the known word nearest to a misspelt one, or else the first known words."""
    options = sorted(known)
    if near := nearest(word, options):
        return f"did you mean `{near}`?"
    few = 12
    if len(options) > few:
        return "known words: " + ", ".join(options[:few]) + ", …"
    return "known words: " + ", ".join(options) if options else ""
