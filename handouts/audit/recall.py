"""Tell whether leaflets that were given out are still current, by their codes: `Recall`.

The units of a leaflet are compared with those that it would have today; earlier words are looked
up in git.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.audit.diff.changes import compare_words, marked
from handouts.audit.remake import find_revision, open_to_compare
from handouts.content.folder import read_bytes
from handouts.content.load import content_folder
from handouts.errors import ContentError, HandoutsError, RequestError, SelectionError
from handouts.governance.approval import LABELS, WITHDRAWN, Withdrawal, needed_units
from handouts.governance.record_files import read_withdrawals
from handouts.governance.units import SignedUnit, signed_units
from handouts.pipeline import open_publisher, select
from handouts.selection.code import read_recipe, refuse_gone

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from handouts.pipeline import Publisher
    from handouts.selection.code import Recipe
    from handouts.selection.request import Request


_ELSEWHERE = "made with words that are not available here"
_TOO_OLD = (
    "which this version of the program cannot read: compare the leaflet with one of today, or look "
    "with the program of that day (`handout remake` names it)"
)


class LeafletStatus(StrEnum):
    """Whether a printed leaflet is still current."""

    CURRENT = "current"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown version"
    UNREADABLE = "unreadable"


class RecallAnswer(Struct, frozen=True, kw_only=True):
    """The status of one leaflet, with the reasons."""

    code: str
    state: LeafletStatus
    reasons: tuple[str, ...] = ()


class ContentSnapshot(Struct, frozen=True):
    """A version of the content: its publisher, and every unit by name."""

    publisher: Publisher
    units: Mapping[str, SignedUnit]

    def units_of(self, request: Request) -> dict[str, SignedUnit]:
        """Return every unit that a leaflet needs, by name; raises SelectionError."""
        refuse_gone(self.publisher.library, request)
        selection = select(self.publisher, request)
        needed = needed_units(self.publisher.library, selection, self.publisher.profile)
        return {unit: self.units[unit] for unit in needed}


class Recall:
    """Compares leaflets with the current content.

    `repository`: where earlier content is looked up; None for nowhere.
    """

    def __init__(self, content: str | os.PathLike[str] | None, repository: Path | None) -> None:
        self._content = content
        self._repository = repository
        self._now = snapshot_of(open_publisher(content))
        self._earlier: dict[int, ContentSnapshot | str] = {}
        """The snapshots looked up so far, by the mark of their words; or why there is none."""
        self._withdrawals = withdrawals_of(content)

    def answer(self, code: str) -> RecallAnswer:
        """Return the status of the leaflet with a code."""
        library = self._now.publisher.library
        try:
            recipe = read_recipe(library, code)
        except RequestError as error:
            return RecallAnswer(code=code, state=LeafletStatus.UNREADABLE, reasons=_messages(error))
        except SelectionError as error:
            return RecallAnswer(code=code, state=LeafletStatus.UNKNOWN, reasons=_messages(error))
        then = self._words_of(recipe)
        if isinstance(then, str):
            return self._unknown(code, recipe, then)
        return self._compare(code, then, read_recipe(then.publisher.library, code).request)

    def _words_of(self, recipe: Recipe) -> ContentSnapshot | str:
        """Return the content of a leaflet, today's or one from git, or why there is none."""
        here, mark = self._now.publisher, recipe.words_mark
        if recipe.same_words(here.provenance):
            return self._now
        if mark not in self._earlier:
            self._earlier[mark] = self._look_up(recipe)
        return self._earlier[mark]

    def _look_up(self, recipe: Recipe) -> ContentSnapshot | str:
        here, place = self._now.publisher, self._repository
        if place is None:
            return f"{_ELSEWHERE}; --from-git looks for them in a repository"
        found = find_revision(recipe, here, place)
        if found is None:
            return f"{_ELSEWHERE}, nor in the history of `{place}`"
        try:
            with open_to_compare(found, self._content) as earlier:
                return snapshot_of(earlier)
        except ContentError:
            return f"its words are those of {found.revision.name}, {_TOO_OLD}"

    def _compare(self, code: str, then: ContentSnapshot, request: Request) -> RecallAnswer:
        """Compare the units of a leaflet with those that it would have now."""
        before = then.units_of(request)
        withdrawn = withdrawn_in(before, self._withdrawals, request.date).values()
        if withdrawn:
            reasons = tuple(f"{one.unit}: withdrawn on {one.on}: {one.why}" for one in withdrawn)
            return RecallAnswer(code=code, state=LeafletStatus.WITHDRAWN, reasons=reasons)
        try:
            now = self._now.units_of(request)
        except SelectionError as error:
            return RecallAnswer(code=code, state=LeafletStatus.CHANGED, reasons=_messages(error))
        reasons = tuple(_differences(before, now))
        return RecallAnswer(
            code=code,
            state=LeafletStatus.CHANGED if reasons else LeafletStatus.CURRENT,
            reasons=reasons,
        )

    def _unknown(self, code: str, recipe: Recipe, why: str) -> RecallAnswer:
        """Answer for content that is not available, assuming that it had today's blocks.

        So a withdrawn unit that the leaflet may have had is reported.
        """
        try:
            needed = set(self._now.units_of(recipe.request))
        except HandoutsError:
            needed = set()
        reasons = tuple(
            f"{one.unit}: withdrawn on {one.on}: {one.why} (it may have stood there)"
            for one in self._withdrawals
            if one.lifted is None and one.unit in needed and recipe.request.date <= one.on
        )
        if reasons:
            return RecallAnswer(code=code, state=LeafletStatus.WITHDRAWN, reasons=reasons)
        return RecallAnswer(code=code, state=LeafletStatus.UNKNOWN, reasons=(why,))


def withdrawals_of(content: str | os.PathLike[str] | None) -> list[Withdrawal]:
    """Return every withdrawal, also lifted ones; raises ContentError for a damaged record."""
    folder = content_folder(content)
    raw = read_bytes(folder, WITHDRAWN)
    return [] if raw is None else read_withdrawals(f"{folder.name}/{WITHDRAWN}", raw)


def snapshot_of(publisher: Publisher) -> ContentSnapshot:
    """Return the snapshot of a publisher's content."""
    return ContentSnapshot(publisher, signed_units(publisher.library, publisher.profile))


def withdrawn_in(
    units: Mapping[str, SignedUnit], withdrawals: list[Withdrawal], day: date
) -> dict[str, Withdrawal]:
    """Return the withdrawals that affect a leaflet of some day, by unit.

    A withdrawal applies to the words that were withdrawn, and to all earlier words of the unit:
    they may have the same error. That they have been replaced since does not matter.
    """
    return {
        one.unit: one
        for one in withdrawals
        if one.lifted is None
        and one.unit in units
        and (units[one.unit].digest == one.digest or day <= one.on)
    }


def _differences(before: Mapping[str, SignedUnit], now: Mapping[str, SignedUnit]) -> Iterator[str]:
    for unit, then in before.items():
        if unit not in now:
            yield f"{unit}: no longer printed"
        elif changed := list(_changed_lines(then, now[unit])):
            yield f"{unit}: {'; '.join(changed)}"
    yield from (f"{unit}: added since" for unit in now if unit not in before)


def _changed_lines(then: SignedUnit, now: SignedUnit) -> Iterator[str]:
    # A label that was added later was on no earlier page.
    since = () if then.unit == LABELS else now.lines
    for key in dict.fromkeys(key for key, _ in (*then.lines, *since)):
        old, new = (
            " / ".join(value for name, value in one.lines if name == key) for one in (then, now)
        )
        if old != new:
            yield f"{key}: {marked(compare_words(old, new))}"


def _messages(error: HandoutsError) -> tuple[str, ...]:
    return tuple(fault.message for fault in error.faults)
