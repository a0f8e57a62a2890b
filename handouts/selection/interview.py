"""Keep what was answered to the questions that a leaflet needs: `Interview`.

It holds no name, and is kept nowhere: whoever stops begins again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault
from handouts.selection.age import age_on, read_age
from handouts.selection.finder import Asks, Means, Near, NotAFlag, finder_of
from handouts.selection.search import OTHER
from handouts.selection.typed_facts import age_flags, status_or_fault
from handouts.selection.understanding import doubt_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handouts.content.library import Flag, Library


YES, NO, UNSURE = "y", "n", "?"


class InterviewGroup(Struct, frozen=True):
    """Questions that belong together."""

    label: str
    flags: tuple[Flag, ...]


class Interview:
    """What is known of one patient so far."""

    def __init__(self, library: Library, today: date) -> None:
        self._library, self._today = library, today
        self.region = ""
        self.status = ""
        self.answers: dict[str, str] = {}
        """YES, NO or UNSURE by flag; a flag that nobody answered is not there."""
        self.groups = tuple(_groups(library))

    @property
    def facts(self) -> list[str]:
        """The flags that are true, in the order of the content."""
        return [one for one in self._library.flags if self.answers.get(one) == YES]

    @property
    def open(self) -> list[str]:
        """The flags that nobody said yes or no to."""
        return [one for one in self._library.flags if self.answers.get(one, UNSURE) == UNSURE]

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

    def answer_group(self, group: InterviewGroup, answer: str) -> str:
        """Answer every question of a group alike; a yes that was given stays, and is said."""
        kept = [one.id for one in group.flags if self.answers.get(one.id) == YES]
        for one in group.flags:
            if one.id not in kept:
                self.answers[one.id] = answer
        said = "no to all" if answer == NO else "not known"
        return f"{said}; yes stays for {', '.join(kept)}" if kept else said

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
        for one in self._library.answers.ages:
            self.answers[one.flag] = NO
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
        return "not understood"


def said_of_doubt(library: Library, text: str) -> str:
    """Say why a word cannot be taken, in one line."""
    fault = doubt_of(library, text)
    return f"{fault.message}: {fault.hint}"


def _groups(library: Library) -> Sequence[InterviewGroup]:
    """Sort the flags into the groups of the list to check; what is in none comes last."""
    found: dict[str, list[Flag]] = {one: [] for one in library.check_groups}
    found[""] = []
    for flag in library.flags.values():
        found[flag.group if flag.group in found else ""].append(flag)
    labels = {one.id: one.label for one in library.check_groups.values()} | {"": OTHER}
    return [InterviewGroup(labels[one], tuple(flags)) for one, flags in found.items() if flags]
