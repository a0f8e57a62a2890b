"""Say each reason to stop an exercise once, with what to do then: `is_said_in`, `by_order`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable


_ORDER = re.compile(r"(?<=: )[^:.]+(?=\.|$)")
"""What to do stands after a colon, at the end of its sentence."""


def is_said_in(reason: str, others: Iterable[str]) -> bool:
    """Tell whether another text has the words of a reason and goes on, with more or what to do.

    So "you feel dizzy" is said where "you feel dizzy or sick: call …" stands, and never beside it:
    one sign would have two orders.
    """
    words = re.escape(reason.casefold())
    found = re.compile(rf"(?<!\S){words}(?=[:,.]| or\b)")
    return any(found.search(one.casefold()) for one in others if one != reason)


def by_order(reasons: Iterable[Markup], number: str) -> tuple[Markup, ...]:
    """Return reasons to stop, what to do then in bold: those to call a number for first.

    Last are those after which nothing more is to be done than to stop.
    """
    said = [(one, _ORDER.search(one)) for one in reasons]
    ranks = [2 if order is None else int(number not in order.group()) for _, order in said]
    ranked = sorted(zip(ranks, (one for one, _ in said), strict=True), key=lambda pair: pair[0])
    return tuple(_with_bold_orders(one) for _, one in ranked)


def _with_bold_orders(reason: Markup) -> Markup:
    """Return a reason to stop with what to do then in bold."""
    return Markup(_ORDER.sub(r"<strong>\g<0></strong>", str(reason)))  # noqa: S704 - escaped before
