"""Let the guided questions start from a record: `RecordQuestions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.selection.interview import NO, YES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.library import Library
    from handouts.record.proposals import Proposal, RecordReading


class RecordQuestions:
    """What a record says of each question; a person answers all of them."""

    def __init__(self, library: Library, reading: RecordReading) -> None:
        self._library = library
        self._flags = [one for one in reading.proposals if one.kind == "flags"]
        self._places = [one for one in reading.proposals if one.kind != "flags"]
        self._unread = reading.unread

    def lines(self) -> Iterator[str]:
        """Say what was read before anything is asked."""
        yield "A record decides nothing: it is said beside the questions it is about."
        for one in self._places:
            yield f"the record: {_told(one)}: {one.label}?"
        for left in self._unread:
            yield f"not understood: {left.source} “{left.display}”"

    def beside(self, flag: str) -> str:
        """Return what the record says about a question, or about the broad flag of its flag."""
        broad = self._library.flags[flag].kind_of
        found = (_told(one) for one in self._flags if one.id in {flag, broad})
        return "; ".join(found)

    def declined(self, answers: Mapping[str, str]) -> list[str]:
        """Return the proposals that were answered no."""
        return [one.id for one in self._flags if self._answer(one, answers) == NO]

    def open(self, answers: Mapping[str, str]) -> list[str]:
        """Return what the record proposes and nobody answered."""
        return [
            one.id
            for one in self._flags
            if one.proposes and self._answer(one, answers) not in {YES, NO}
        ]

    def _answer(self, one: Proposal, answers: Mapping[str, str]) -> str:
        """Return the answer to a proposal; that to a broad flag follows from all of its kinds."""
        kinds = self._library.kinds.get(one.id, ())
        if one.id in answers or not kinds:
            return answers.get(one.id, "")
        said = {answers.get(kind, "") for kind in kinds}
        return YES if YES in said else NO if said == {NO} else ""


def _told(one: Proposal) -> str:
    entries = dict.fromkeys(
        ", ".join(filter(None, (reason.display, reason.status))) for reason in one.reasons
    )
    return "; ".join(entries)
