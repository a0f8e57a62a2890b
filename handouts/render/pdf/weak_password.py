"""Refuse a password that a PDF cannot have, or that is soon guessed: `refuse_weak`."""

from __future__ import annotations

import unicodedata

from handouts.errors import Fault, RequestError

SHORTEST = 8
MOST_BYTES = 127
"""A PDF looks at no more."""


def refuse_weak(password: str) -> None:
    """Raise RequestError for a password that is not good enough, without a letter of it."""
    if message := _weakness(password):
        hint = f"use at least {SHORTEST} characters; three or four words are good"
        raise RequestError(Fault(message=f"the password {message}", hint=hint, about="password"))


def _weakness(password: str) -> str:
    """Say what is wrong with a password; empty when nothing is."""
    from_right = any(unicodedata.bidirectional(one) in ("R", "AL") for one in password)
    faults = {
        "is empty": not password,
        f"has only {len(password)} characters": len(password) < SHORTEST,
        f"is longer than {MOST_BYTES} bytes, the most that a PDF uses": (
            len(password.encode(errors="replace")) > MOST_BYTES
        ),
        "starts or ends with a space, which is easy to miss": password != password.strip(),
        "has right-to-left letters, which PDF programs handle differently": from_right,
        "has more than one line, or a character that cannot be typed": not password.isprintable(),
    }
    return next((message for message, found in faults.items() if found), "")
