"""Group the chosen warning signs as the page shows them: `Signs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import RedFlagBody, Wording
from handouts.content.vocabulary import HELP, MEDICINES
from handouts.leaflet.markup import fill, say, to_xhtml
from handouts.selection.rules import flags_of, urgency_of

if TYPE_CHECKING:
    from markupsafe import Markup

    from handouts.content.library import Library
    from handouts.selection.select import Selection


class SignGroup(Struct, frozen=True, kw_only=True):
    """Warning signs under one label."""

    label: Markup
    """Empty where the group continues the one before it."""
    lead_in: Markup | None
    items: tuple[Markup, ...]


class Signs:
    """The chosen warning signs, with filled and escaped texts."""

    def __init__(self, library: Library, selection: Selection, *, beside: bool = True) -> None:
        """With `beside` the signs of harm from a medicine are printed with the medicines."""
        self._order = list(library.groups)
        self._crisis = library.topic.crisis_group
        self._words = library.words_in(selection.request.place, selection.request.region)
        self._flags = selection.request.flags
        blocks = [choice.block for choice in selection.chosen]
        has_medicines = any(block.section == MEDICINES for block in blocks)
        bodies = [block.body for block in blocks if isinstance(block.body, RedFlagBody)]
        there = MEDICINES if has_medicines and beside else None
        self._beside = [body for body in bodies if body.prints_in == there]
        listed = [body for body in bodies if body.prints_in != there]
        # The maternity unit is another number: never under the usual one.
        group = library.topic.maternity_group
        self._maternity = [body for body in listed if body.group == group and body.lead_in]
        self.maternity_first = any(
            flags_of(block.when) & set(self._flags)
            for block in blocks
            if block.body in self._maternity
        )
        """Whether a flag brings one of them: the reader is pregnant, or just gave birth."""
        self._listed = [body for body in listed if body not in self._maternity]
        self._labels = {
            name: say(Wording(term.label), self._words) for name, term in library.groups.items()
        }

    def of_urgency(self, urgency: str, *, own_lead: bool) -> list[SignGroup]:
        """List the signs of one urgency by group and lead-in, in the order of the groups.

        With `own_lead` only those of the group `crisis-group` that have a lead-in of their own,
        which are printed in a box of their own; otherwise all but those.
        """
        found: dict[tuple[str, str], list[Markup]] = {}
        for body in self._listed:
            if urgency_of(body, self._flags) != urgency or self._stands_alone(body) != own_lead:
                continue
            # A sign of the medicines needs no lead-in here: the heading says whom to call.
            own = body.lead_in if body.prints_in == HELP else None
            lead = fill(own, self._words) if own else ""
            signs = found.setdefault((body.group, lead), [])
            signs.extend(say(sign, self._words) for sign in body.signs)
        labels = dict(self._labels)
        # The label is printed only with the first lead-in of a group.
        return [
            SignGroup(
                label=labels.pop(group, to_xhtml("")),
                lead_in=to_xhtml(lead) if lead else None,
                items=tuple(found[group, lead]),
            )
            for group, lead in sorted(found, key=lambda key: self._order.index(key[0]))
        ]

    def maternity(self) -> list[SignGroup]:
        """List the signs for which to call the maternity unit first, those of one lead together."""
        found: dict[str, list[Markup]] = {}
        for body in self._maternity:
            lead = fill(body.lead_in, self._words) if body.lead_in else ""
            found.setdefault(lead, []).extend(say(sign, self._words) for sign in body.signs)
        return [
            SignGroup(label=to_xhtml(""), lead_in=to_xhtml(lead), items=tuple(signs))
            for lead, signs in found.items()
        ]

    def beside_medicines(self) -> list[SignGroup]:
        """List the signs of harm from a medicine, one group for each row."""
        return [self._with_lead(body) for body in self._beside]

    def _stands_alone(self, body: RedFlagBody) -> bool:
        return body.group == self._crisis and body.lead_in is not None

    def _with_lead(self, body: RedFlagBody) -> SignGroup:
        return SignGroup(
            label=to_xhtml(""),
            lead_in=say(body.lead_in, self._words) if body.lead_in else None,
            items=tuple(say(sign, self._words) for sign in body.signs),
        )
