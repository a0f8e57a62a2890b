"""Fill a place's words into a sentence and make it safe XHTML: `say`.

A word of places may have another name too, as a medicine that is called otherwise elsewhere: `NAME`
and `NAME_other`. Private-use characters stand for it until the reading order is known, because only
its first use adds the other name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.content.blocks import Wording


_BRACES = re.compile(r"\{([^{}]*)\}")
_STRONG = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_FIRST_USE = re.compile("[\ue000\ue001]")
MARK, CAPITAL_MARK = "\ue000", "\ue001"
"""What stands for a word with two names, and for the same with a capital."""
_OTHER = "_other"


class TwoNames(NamedTuple):
    """The word of a place that has two names; all are "" where none has."""

    key: str
    name: str
    other: str


def two_names(words: Mapping[str, str]) -> TwoNames:
    """Return the word that has two names; a place has one at most."""
    key = next((one for one in words if one + _OTHER in words), "")
    return TwoNames(key, words[key], words[key + _OTHER]) if key else TwoNames("", "", "")


def fill(wording: Wording, words: Mapping[str, str]) -> str:
    """Fill a place's words into a sentence; a word that starts a sentence gets a capital.

    `without` of the wording applies for the first word that the place lacks.
    """
    text = wording.text
    for missing, other in wording.without:
        if missing not in words:
            text = other
            break

    def word(match: re.Match[str]) -> str:
        key = match.group(1)
        value = MARK if key + _OTHER in words else words[key]
        before = text[: match.start()].rstrip('* “"(')
        if before and not before.endswith((".", "!", "?")):
            return value
        return CAPITAL_MARK if value == MARK else value[:1].upper() + value[1:]

    return _BRACES.sub(word, text)


def capitalise(text: str) -> str:
    """Return a phrase with a capital first letter."""
    return CAPITAL_MARK + text[1:] if text.startswith(MARK) else text[:1].upper() + text[1:]


def sentences(text: str) -> list[str]:
    """Split text after full stops, question and exclamation marks."""
    return re.split(r"(?<=[.!?]) ", text)


def to_xhtml(text: str) -> Markup:
    """Escape a sentence and turn `**key words**` into strong."""
    safe = str(escape(text))
    return Markup(_STRONG.sub(r"<strong>\1</strong>", safe))  # noqa: S704 - escaped just above


def topics(texts: Iterable[Markup]) -> list[Markup]:
    """Return texts one for each topic: what follows a lead, or only a question, belongs to it."""
    found: list[Markup] = []
    has_lead = False
    for text in texts:
        if has_lead:
            found[-1] += Markup(" ") + text
        else:
            found.append(text)
            has_lead = text.striptags().endswith((":", "?"))
    return found


def say(wording: Wording, words: Mapping[str, str]) -> Markup:
    """Fill a place's words into a sentence, and return it as escaped XHTML."""
    return to_xhtml(fill(wording, words))


def with_names(xhtml: str, words: Mapping[str, str]) -> str:
    """Replace the marks of the word with two names; the first adds the other one in brackets."""
    _, plain, other = two_names(words)
    first = True

    def name(match: re.Match[str]) -> str:
        nonlocal first
        word = plain if match.group() == MARK else plain[:1].upper() + plain[1:]
        full, first = (f"{word} ({other})" if first else word), False
        return full

    return _FIRST_USE.sub(name, xhtml)


def each_once(text: str) -> str:
    """Drop repeated sentences, except those that bold text starts or ends in."""
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if sentence not in kept or sentence.count("**") % 2:
            kept.append(sentence)
    return " ".join(kept)
