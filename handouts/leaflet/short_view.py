"""Provide the template with a leaflet of the short editions: `ShortView`.

What a flag says of a medicine stands with the medicines, which are on page 1 in these editions, so
that no medicine is named twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.blocks import EmergencyLineBody
from handouts.content.vocabulary import CHECK_FIRST, JUST_FOR_YOU, MEDICINES, Level
from handouts.leaflet.markup import capitalise, fill, sentences, to_xhtml
from handouts.leaflet.view import FITS_YOU, View

if TYPE_CHECKING:
    from markupsafe import Markup

    from handouts.leaflet.view import AdviceItem


MANY_FACTS = 4
"""From so many facts on each is named in a few words."""
READ_MEDICINES = "read-medicines"
"""The label that says to read the medicines first."""
_LEVELS = {"try": Level.OK, "ask": Level.ASK, "avoid": Level.AVOID}
_MARKS = {"try": "ok", "ask": "ask", "avoid": "avoid"}


class ShortView(View):
    """A selection for the template of the short editions."""

    @property
    def short(self) -> bool:
        """Whether it has the shape of a short edition."""
        return True

    def order(self) -> tuple[str, ...]:
        """List the sections in the order of the page, what to do above the medicines.

        On one sheet the medicines stay first: the page of the exercises has room for what to do.
        """
        names = super().order()
        steps = tuple(one for one in names if self.form(one) == "steps")
        if self.on_a_sheet() or MEDICINES not in names:
            return names
        others = [one for one in names if one not in steps]
        at = min(others.index(MEDICINES), names.index(steps[0]) if steps else len(others))
        return (*others[:at], *steps, *others[at:])

    def leads(self) -> list[Markup]:
        """List the sentences that open "Just for you": few facts, or what holds for all of it."""
        leads = [] if self._has_many_facts() else super().leads()
        if not leads:
            return self.texts(JUST_FOR_YOU)[:1] or self._read_medicines()
        return [*leads, *self._read_medicines()]

    def _read_medicines(self) -> list[Markup]:
        """Say to read the medicines, where nothing says so to whoever was not asked."""
        said = self.texts(JUST_FOR_YOU) or READ_MEDICINES not in self.labels
        return (
            [] if said or not self._leaves_orders_to_medicines() else [self.label(READ_MEDICINES)]
        )

    def _leaves_orders_to_medicines(self) -> bool:
        """Tell whether a fact is only named here, as what to do because of it is said there."""
        bare = [len(parts) == 1 for parts in self.said_of_flags() if parts]
        alone = any(bare) if self._has_many_facts() else all(bare) and not self.personal()
        return alone and any(map(self._is_of_medicines, self.advice()))

    def above_checks(self) -> list[Markup]:
        """Say that nobody asked, where something else opens "Just for you"."""
        texts = self.texts(JUST_FOR_YOU)[:1]
        return [] if texts == self.leads() else texts

    def to_check(self) -> list[Markup]:
        """List what a reader should check whom nobody asked."""
        return self.texts(JUST_FOR_YOU)[1:]

    def facts(self) -> list[Markup]:
        """List what is said of each of many facts, which do not each say "You have".

        Facts of which nothing else is said stand in the first line. In the others the name stands
        before what to do because of it, so that each order has its reason beside it. The names are
        bold there, and nothing else.
        """
        if not self._has_many_facts():
            return []
        alone: list[str] = []
        others: list[str] = []
        for lead, *lines in filter(None, self.said_of_flags()):
            said = [fill(one.wording, self.words) for one in lines]
            if lead.name is None:
                others.append(" ".join([fill(lead.wording, self.words), *said]))
            elif lines:
                name = capitalise(fill(lead.name, self.words))
                others.append(f"**{name}:** {' '.join(said).replace('**', '')}")
            else:
                alone.append(fill(lead.name, self.words))
        return [*self._named(alone), *map(to_xhtml, others)]

    def head_apart(self) -> str:
        """Return the head above lines of the emergency box that name other numbers, or both.

        The head of the box is not theirs. It is "" where many facts would make the line cost a
        sheet, where page 1 begins with another box, and for older content, which has no label.
        """
        flags = self.request.flags
        if self.request.screened or len(flags) >= MANY_FACTS or self.has(CHECK_FIRST):
            return ""
        return self.labels.get("card-apart", "")

    def _named(self, names: list[str]) -> list[Markup]:
        """Say facts by their names alone; where nobody asked about others, that these fit."""
        if names and not self.request.screened and FITS_YOU in self.labels:
            return [self.fits_you(names)]
        return [to_xhtml(f"**{capitalise('; '.join(dict.fromkeys(names)))}.**")] if names else []

    def _has_many_facts(self) -> bool:
        said = sum(map(bool, self.said_of_flags()))
        return said >= MANY_FACTS and not self.on_a_sheet()

    def personal(self) -> list[AdviceItem]:
        """List the advice of "Just for you" that is not about medicines alone."""
        return [item for item in self.advice() if not self._is_of_medicines(item)]

    def band(self, row: str) -> list[Markup]:
        """List what one band of the medicines says: advice of flags, then names, then texts."""
        said = [
            item
            for item in self.advice()
            if self._is_of_medicines(item) and item.mark == _MARKS[row]
        ]
        named = self._names(_LEVELS[row], {name for item in said for name in item.classes})
        advice = [item.text for item in said]
        first = [*advice, *named] if row == "avoid" else [*named, *advice]  # the graver first
        return [*first, *self.texts(MEDICINES, row)]

    def _is_of_medicines(self, item: AdviceItem) -> bool:
        return all(self.library.classes[name].kind == "medicine" for name in item.classes)

    def _names(self, level: Level, said: set[str]) -> list[Markup]:
        """Name the medicines at a level that no flag speaks of, one by one.

        What some take by prescription has a sentence of its own below "Do not take": a bare name
        would tell them to stop.
        """
        lines = {body.advice_class for body in self._class_lines()}
        names: list[str] = []
        unwanted: list[str] = []
        lines_of: list[str] = []
        for name, record in self.library.classes.items():
            own = self.selection.advice[name].level is level and record.kind == "medicine"
            if not own or name in said or name not in lines or record.name is None:
                continue
            text = fill(record.name, self.words)
            if level is not Level.AVOID:
                names.append(f"{capitalise(text)}.")
            elif record.already:
                lines_of += [
                    fill(one.wording, self.words)
                    for one in self._class_lines()
                    if one.advice_class == name
                ]
            else:
                unwanted.append(text)
        names += self._not_these(unwanted)
        return [to_xhtml(text) for text in (*names, *_ends_once(lines_of))]

    def _not_these(self, names: list[str]) -> list[str]:
        """Say of several names at once not to use them; older content has no word for "or"."""
        *first, last = names or [""]
        if first and "or-name" in self.labels:
            last = self.labels["or-name"].format(name=", ".join(first), other=last)
            first = []
        return [self.labels["not-this"].format(name=one) for one in (*first, last) if one]

    def ask_for(self) -> str:
        """Say by which code the complete leaflet is asked for; "" where there are no codes."""
        code = self.imprint.full_code
        return self.labels["ask-for-code"].format(code=code) if code else ""

    def which(self) -> str:
        """Name the leaflet on the sheet of warning signs, which may be kept by itself.

        Its code stands there too: no screen reader speaks a footer.
        """
        return f"{self.text(f'title-{self.request.region}')}. {self.own_code()}".strip()

    def look_out(self, urgency: str) -> list[Markup]:
        """List the short lines of what needs a doctor today, or an appointment."""
        bodies = (block.body for block in self.blocks)
        return [
            self.say(body.wording)
            for body in bodies
            if isinstance(body, EmergencyLineBody) and body.urgency == urgency
        ]


def _ends_once(texts: list[str]) -> list[str]:
    """Run texts on, and say what all of them end in once, at the end."""
    parts = [sentences(text) for text in texts]
    most = min((len(one) - 1 for one in parts), default=0) if len(parts) > 1 else 0
    shared = 0
    while shared < most and len({tuple(one[-shared - 1 :]) for one in parts}) == 1:
        shared += 1
    if not shared:
        return texts
    return [" ".join((*(one for part in parts for one in part[:-shared]), *parts[0][-shared:]))]
