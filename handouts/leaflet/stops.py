"""Say each reason to stop an exercise once, with what to do then: `is_said_in`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def is_said_in(reason: str, others: Iterable[str]) -> bool:
    """Tell whether another text has the words of a reason and goes on, with more or what to do.

    So "you feel dizzy" is said where "you feel dizzy or sick: call …" stands, and never beside it:
    one sign would have two orders.
    """
    words = re.escape(reason.casefold())
    found = re.compile(rf"(?<!\S){words}(?=[:,.]| or\b)")
    return any(found.search(one.casefold()) for one in others if one != reason)
