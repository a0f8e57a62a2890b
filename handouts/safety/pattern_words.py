"""Say a pattern of a rule in plain words, for those who write content: `words_of_pattern`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_STEPS = (
    (r"\(\?<?[=!][^()]*(?:\([^()]*\)[^()]*)*\)", ""),  # what stands before or after
    (r"\\[bB]|[\^$]", ""),
    (r"\(\?:", "("),
    (r"\(\?[a-z]+\)", ""),
    (r"\[[^\]]*\][*+?]?", "…"),
    (r"\\d[+*?]?(?:\{[0-9,]+\})?", "a number"),
    (r"\\s[+*]?", " "),
    (r" \?|\)\?", lambda found: found[0].rstrip("?")),
    (r"\w\?", ""),
    (r"\\[wS][+*?]?|\.[*+?]+|(?<!\\)\.(?=\{)|\{[0-9,]+\}", "…"),
    (r"\\(.)", r"\1"),
    (r"[+*]", ""),
)
"""How each kind of sign in a pattern is said, one after the other."""
_INNER = re.compile(r"\(([^()]*)\)")
_MOST = 6


def words_of_pattern(pattern: str) -> str:
    """Write a pattern as “this” or “that”; what cannot be said in words is left out as “…”."""
    ways = list(dict.fromkeys(way for way in map(_said, _ways(pattern)) if way.strip("… ")))
    more = " or the like" if len(ways) > _MOST else ""
    return " or ".join(f"“{way}”" for way in ways[:_MOST]) + more if ways else "what it must"


def words_found(match: re.Match[str]) -> str:
    """Return what a pattern found, with the rest of the words at both ends."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    start, end = re.search(r"\w*$", before), re.match(r"\w*", after)
    whole = match.group()
    if start and whole[:1].isalnum():
        whole = start.group() + whole
    return (whole + end.group() if end and whole[-1:].isalnum() else whole).strip()


def _said(way: str) -> str:
    for step, instead in _STEPS:
        way = re.sub(step, instead, way)
    while (inner := _INNER.sub(lambda found: found[1].replace("|", "/"), way)) != way:
        way = inner
    return " ".join(re.sub(r"…(?:\s*…)+", "…", re.sub(r"[()|]", "", way)).split())


def _ways(pattern: str) -> Iterator[str]:
    """Split a pattern where it lets choose, outside brackets."""
    depth, start = 0, 0
    for at, sign in enumerate(pattern):
        if at and pattern[at - 1] == "\\":
            continue
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]
