"""Goes in: a text that a person typed. Comes out: whether the page can show all of it."""

from __future__ import annotations

import unicodedata

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of characters that leave no mark, or whose mark nobody knows."""


def has_invisible(text: str) -> bool:
    """Say whether a text holds a character that no reader could see."""
    if text.isprintable():
        return False  # as nearly every text is
    return any(unicodedata.category(char) in _INVISIBLE for char in text)
