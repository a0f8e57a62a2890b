"""Describe what is wrong, where, and what to do instead: `Fault`, `HandoutsError`.

Each exception carries every fault that was found, never only the first, and an exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_SHOWN = 60
"""Characters of a word in a message."""


class Origin(Struct, frozen=True):
    """Where something was written: a file as the author names it, and a line (1 = first)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong: where, on what path inside the record, and what to write instead."""

    message: str
    origin: Origin | None = None
    path: str = ""
    hint: str = ""
    about: str = ""
    """Which word of a request is wrong, such as its date; a worklist has a column for it."""

    def __str__(self) -> str:
        where = ": ".join(str(part) for part in (self.origin, self.path) if part)
        line = f"{where}: {self.message}" if where else self.message
        return f"{line}\n  hint: {self.hint}" if self.hint else line


class HandoutsError(Exception):
    """Something a person can mend; carries every fault found, never only the first."""

    exit_code: ClassVar[int] = 3

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class ContentError(HandoutsError):
    """A content file cannot be read or breaks the rules of content (exit 3)."""


class RequestError(HandoutsError):
    """The caller used a word that does not exist or cannot be read (exit 2)."""

    exit_code = 2


class SelectionError(HandoutsError):
    """The request is well formed but cannot be served safely (exit 4)."""

    exit_code = 4


class CompositionError(HandoutsError):
    """A template is missing or broken, or yields what no leaflet has (exit 3)."""


class TypesettingError(HandoutsError):
    """A font or glyph is missing, or a piece is taller than a page (exit 3)."""


class OutputError(HandoutsError):
    """The finished leaflet cannot be written where it was asked for (exit 2)."""

    exit_code = 2


def shorten(word: str) -> str:
    """Give a word as a message shows it: on one line, and no longer than a line."""
    shown = " ".join(word.split())
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"


def unknown_word(what: str, word: str, known: Iterable[str]) -> Fault:
    """Say that a word of a request is not known; `what` is its kind, and names its option."""
    # Half of `gi-ulcer,asthma` must not be taken for the whole.
    several = any(mark in word.strip() for mark in ", ;")
    hint = f"give each {what} its own --{what}" if several else did_you_mean(word, known)
    return Fault(message=f"unknown {what} `{shorten(word)}`", hint=hint, about=what)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Name the known word nearest to a misspelt one, or list the known words when none is near."""
    import difflib  # noqa: PLC0415 - only a wrong word pays for this import

    options = sorted(known)
    near = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    few = 12
    if len(options) > few:
        return "known words: " + ", ".join(options[:few]) + ", …"
    return "known words: " + ", ".join(options) if options else ""
