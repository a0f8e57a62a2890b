"""Goes in: a selection. Comes out: its warning signs, by urgency and group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import RedFlagBody, Wording
from handouts.content.vocabulary import Urgency
from handouts.markup import fill, say, to_xhtml

if TYPE_CHECKING:
    from markupsafe import Markup

    from handouts.content.library import Library
    from handouts.selection.select import Selection


_URGENCIES = tuple(Urgency)


class Group(Struct, frozen=True, kw_only=True):
    """Warning signs under one label."""

    label: Markup
    """Empty where the group goes on from the one before it."""
    lead_in: Markup | None
    items: tuple[Markup, ...]


class Signs:
    """The chosen warning signs; every text is filled, escaped, and safe to place."""

    def __init__(self, library: Library, selection: Selection) -> None:
        self._order = list(library.groups)
        self._words = library.places[selection.request.place].words
        self._flags = selection.request.flags
        blocks = [choice.block for choice in selection.chosen]
        has_medicines = any(block.section == "medicines" for block in blocks)
        bodies = [block.body for block in blocks if isinstance(block.body, RedFlagBody)]
        beside = "medicines" if has_medicines else None
        self._beside = [body for body in bodies if body.prints_in == beside]
        self._listed = [body for body in bodies if body.prints_in != beside]
        self._labels = {
            name: say(Wording(term.label), self._words) for name, term in library.groups.items()
        }

    def of_urgency(self, urgency: str, *, own_lead: bool) -> list[Group]:
        """List the signs of one urgency by group; rows with different lead-ins come apart.

        `own_lead` asks for those on the mind that have a lead-in of their own, which stand alone;
        otherwise for all but those.
        """
        found: dict[tuple[str, str], list[Markup]] = {}
        for body in self._listed:
            if self._urgency(body) != urgency or _stands_alone(body) != own_lead:
                continue
            # Away from the medicines, the heading of the box says whom to call.
            own = body.lead_in if body.prints_in == "help" else None
            lead = fill(own, self._words) if own else ""
            signs = found.setdefault((body.group, lead), [])
            signs.extend(say(sign, self._words) for sign in body.signs)
        labels = dict(self._labels)
        # Rows of one group with different lead-ins share one label.
        return [
            Group(
                label=labels.pop(group, to_xhtml("")),
                lead_in=to_xhtml(lead) if lead else None,
                items=tuple(found[group, lead]),
            )
            for group, lead in sorted(found, key=lambda key: self._order.index(key[0]))
        ]

    def beside_medicines(self) -> list[Group]:
        """List the signs of harm from a medicine, one group for each."""
        return [
            Group(
                label=to_xhtml(""),
                lead_in=say(body.lead_in, self._words) if body.lead_in else None,
                items=tuple(say(sign, self._words) for sign in body.signs),
            )
            for body in self._beside
        ]

    def _urgency(self, body: RedFlagBody) -> Urgency:
        """Take the most urgent of the row's own and what active flags raise it to."""
        raised = [urgency for flag, urgency in body.raised_by if flag in self._flags]
        return min([body.urgency, *raised], key=_URGENCIES.index)


def _stands_alone(body: RedFlagBody) -> bool:
    return body.group == "mind" and body.lead_in is not None
