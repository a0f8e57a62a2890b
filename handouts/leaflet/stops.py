"""Say each reason to stop an exercise once, below what to do then: `is_said_in`, `by_order`.

In the content a reason and what to do then are one sentence: "you feel sick: call 999". On a page
reasons with the same order stand together, and their head says it. `said_by` puts both together
again, for rules on what a leaflet says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from msgspec import Struct

from handouts.leaflet.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.leaflet.tree import ItemList


_ORDER = re.compile(r"(?<=: )[^:.]+(?=\.|$)")
"""What to do stands after a colon, at the end of its sentence."""


class Stops(Struct, frozen=True, kw_only=True):
    """Reasons to stop an exercise for which the same is to be done, and their head."""

    head: Markup
    order: Markup
    """What to do; "" for no more than to stop."""
    reasons: tuple[Markup, ...]


def is_said_in(reason: str, others: Iterable[str]) -> bool:
    """Tell whether another text has the words of a reason and goes on, with more or what to do.

    So "you feel dizzy" is said where "you feel dizzy or sick: call …" stands, and never beside it:
    one sign would have two orders.
    """
    words = re.escape(reason.casefold())
    found = re.compile(rf"(?<!\S){words}(?=[:,.]| or\b)")
    return any(found.search(one.casefold()) for one in others if one != reason)


def by_order(
    reasons: Iterable[Markup], number: str, with_order: str, without: str
) -> tuple[Stops, ...]:
    """Return reasons to stop by what to do then: those to call a number for first.

    Last are those after which nothing more is to be done than to stop. The heads are `with_order`,
    a pattern with {order}, and `without`; each reason is whole where there is no such pattern. What
    to do for a part of a reason, which stands in a sentence of its own, stays there, in bold.
    """
    groups: dict[Markup, list[Markup]] = {}
    for one in reasons:
        order, reason = _parted(one) if with_order else (Markup(), one)
        groups.setdefault(order, []).append(_with_bold_orders(reason))
    ranked = sorted(groups, key=lambda order: int(number not in order) if order else 2)
    return tuple(
        Stops(
            head=escape(with_order).format(order=order) if order else escape(without),
            order=order,
            reasons=tuple(groups[order]),
        )
        for order in ranked
    )


def _parted(reason: Markup) -> tuple[Markup, Markup]:
    """Return what to do for a reason, and the reason without it.

    It has no order, and stays as it is, where the two could not be put together again.
    """
    found = _ORDER.search(str(reason))
    if found:
        order = reason[found.start() : found.end()]
        rest = reason[: found.start()].removesuffix(": ") + reason[found.end() :]
        if _together(rest, order) == reason:
            return order, rest
    return Markup(), reason


def _together(reason: str, order: str) -> str:
    """Return a reason with what to do at the end of its first sentence."""
    first, stop, others = reason.partition(". ")
    return f"{first}: {order}{stop}{others}"


def said_by(part: ItemList) -> Iterator[str]:
    """Yield what the items of a list say, each with what its head says to do for all of them."""
    for item in part.items:
        text = plain(item.runs)
        yield _together(text, part.order) if part.order else text


def _with_bold_orders(reason: Markup) -> Markup:
    """Return a reason to stop with what to do for a part of it in bold."""
    return Markup(_ORDER.sub(r"<strong>\g<0></strong>", str(reason)))  # noqa: S704 - escaped before
