"""Keep what was answered to the questions that a leaflet needs: `Interview`.

It holds no name, and is kept nowhere: whoever stops begins again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.errors import Fault
from handouts.selection.age import age_on, read_age
from handouts.selection.finder import Asks, Means, Near, NotAFlag, finder_of
from handouts.selection.questions import asked_groups
from handouts.selection.typed_facts import age_flags, status_or_fault
from handouts.selection.understanding import doubt_of, look_alikes

if TYPE_CHECKING:
    from datetime import date

    from handouts.content.library import Flag, Library
    from handouts.selection.questions import AskedGroup


YES, NO, UNSURE = "y", "n", "?"


class Interview:
    """What is known of one patient so far."""

    def __init__(self, library: Library, today: date) -> None:
        self._library, self._today = library, today
        self.region = ""
        self.status = ""
        self.answers: dict[str, str] = {}
        """YES, NO or UNSURE by flag; a flag that nobody answered is not there."""
        self.aged: frozenset[str] = frozenset()
        """The flags that the age answered."""
        self._groups: dict[tuple[str, str], tuple[AskedGroup, ...]] = {}

    @property
    def groups(self) -> tuple[AskedGroup, ...]:
        """What to ask for this region and status; nothing until both are known."""
        if not (self.region and self.status):
            return ()
        here = self.region, self.status
        if here not in self._groups:
            self._groups[here] = asked_groups(self._library, *here)
        return self._groups[here]

    @property
    def facts(self) -> list[str]:
        """The flags that are true, in the order of the content."""
        return [one for one in self._library.flags if self.answers.get(one) == YES]

    @property
    def open(self) -> list[str]:
        """The flags that are asked about, and that nobody said yes or no to."""
        asked = {flag.id for group in self.groups for flag in group.flags}
        return [
            one
            for one in self._library.flags
            if one in asked and self.answers.get(one, UNSURE) == UNSURE
        ]

    def words(self) -> list[str]:
        """Return the options of `handout make` that say the same."""
        words = ["-r", self.region, "-s", self.status]
        words += [word for one in self.facts for word in ("-f", one)]
        return words if self.open else [*words, "--screened"]

    # -------------------------------------------------------------- answers
    def answer(self, flag: str, answer: str) -> str:
        """Take an answer; return why not, where it cannot be with another one."""
        if answer == YES:
            for other in self.facts:
                both = self._library.flags[other].excludes, self._library.flags[flag].excludes
                if flag in both[0] or other in both[1]:
                    return f"not taken: `{flag}` cannot go with `{other}`, which is yes"
        self.answers[flag] = answer
        return ""

    def answer_group(self, group: AskedGroup, answer: str) -> str:
        """Answer every question of a group alike; what is yes, or follows from the age, stays.

        A no to a group says nothing of an age that is not known: `age_questions` are left to ask.
        """
        kept = [one.id for one in group.flags if self.answers.get(one.id) == YES]
        left = {*kept, *self.aged, *(one.id for one in self.age_questions(group))}
        for one in group.flags:
            if one.id not in left:
                self.answers[one.id] = answer
        said = "no to all" if answer == NO else "not known"
        return f"{said}; yes stays for {', '.join(kept)}" if kept else said

    def age_questions(self, group: AskedGroup) -> tuple[Flag, ...]:
        """Return the flags of a group that an age would answer, where no age was given."""
        ages = {one.flag for one in self._library.answers.ages}
        return tuple(
            one
            for one in group.flags
            if one.id in ages and self.answers.get(one.id, UNSURE) == UNSURE
        )

    def answer_of(self, group: AskedGroup) -> str:
        """Say what is known of a group: its facts, or NO, or UNSURE, or nothing."""
        said = {self.answers.get(one.id, "") for one in group.flags}
        if YES in said:
            return ", ".join(one.id for one in group.flags if self.answers.get(one.id) == YES)
        return UNSURE if UNSURE in said else "" if "" in said else NO

    def set_region(self, text: str) -> str:
        """Take the region, by its number or in words; return what is wrong with it."""
        regions = list(self._library.regions)
        if text.isascii() and text.isdecimal() and 0 < int(text[:3]) <= len(regions):
            self.region = regions[int(text[:3]) - 1]
            return ""
        if meant := finder_of(self._library).meant(text, "regions"):
            self.region = meant.entry
            return ""
        return said_of_doubt(self._library, text)

    def set_status(self, text: str) -> str:
        """Take how long it has hurt; return what is wrong with it."""
        found = status_or_fault(self._library, text, self._today, "duration")
        if isinstance(found, Fault):
            return f"{found.message}: {found.hint}"
        self.status = found
        return ""

    def set_age(self, text: str) -> str:
        """Take an age or a date of birth, and forget it; return what is wrong with it."""
        age = read_age(text)
        found = age_on(text, self._today) if age is None else age
        if isinstance(found, Fault):
            return f"{found.message}: {found.hint}"
        true = age_flags(self._library, found)
        self.aged = frozenset(one.flag for one in self._library.answers.ages)
        for one in self.aged:
            self.answers[one] = NO
        for flag in true:
            if problem := self.answer(flag, YES):
                return problem
        return ""

    def hear(self, text: str) -> str:
        """Take a word that means a flag as a yes, and say so; say of any other what it is."""
        finder = finder_of(self._library)
        found = finder.find(text, "flags")
        if isinstance(found, Means) and finder.entries[found.entry].kind == "flags":
            problem = self.answer(found.entry, YES)
            return problem or f"{found.word}: {found.entry}, yes"
        if isinstance(found, Asks):
            return f"{found.word}: {' '.join(found.questions)} Answer that question."
        if isinstance(found, NotAFlag):
            return f"{found.word}: {found.sentence}"
        if isinstance(found, Near):
            return f"not understood; did you mean {' or '.join(found.words)}?"
        near = look_alikes(finder, text, "flags")
        return f"not understood; {near}" if near else "not understood"


def said_of_doubt(library: Library, text: str) -> str:
    """Say why a word cannot be taken, in one line."""
    fault = doubt_of(library, text)
    return f"{fault.message}: {fault.hint}"
