"""Goes in: a request and the records of its content. Comes out: an account of its leaflet.

An account is for the clinician's own record: what the leaflet says and why, who approved the words,
and the code that rebuilds it. It never holds a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.edition import edition_of, profile_digest
from handouts.content.load import content_folder, load_library
from handouts.content.staff_words import load_record_words
from handouts.governance.approval import judge
from handouts.governance.load import load_profile, load_signoff, load_withdrawn
from handouts.selection.code import write_recipe
from handouts.selection.dose import write_dose
from handouts.selection.select import select_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.governance.approval import Signoff, Verdict, Withdrawal
    from handouts.selection.request import Request
    from handouts.selection.select import Selection

SIGNED, WITHDRAWN, UNSIGNED = "signed", "withdrawn", "unsigned"


class Account(Struct, frozen=True, kw_only=True):
    """One leaflet, accounted for."""

    library: Library
    selection: Selection
    signoff: Signoff
    people: int
    withdrawn: Mapping[str, Withdrawal]
    verdict: Verdict
    code: str
    words: Mapping[str, str]
    """The words of a record, by key."""

    def standing(self, unit: str) -> str:
        """Say how a block stands: signed until when and by which roles, or why not."""
        if unit in self.withdrawn:
            return WITHDRAWN
        signature = self.signoff.signatures.get(unit)
        if signature is None:
            return UNSIGNED
        day = self.selection.request.date
        reason = signature.reason(day, self.people)
        if reason:
            return reason
        approvals = signature.covering(day)
        roles = ", ".join(sorted({one.role for one in approvals}, key=str.casefold))
        return f"{SIGNED} by {roles}, until {min(one.until for one in approvals).isoformat()}"

    @property
    def exercises(self) -> str:
        """Name the exercises and doses that the clinician chose; nothing for the usual ones."""
        request = self.selection.request
        doses = (f"{name}={write_dose(dose)}" for name, dose in request.doses)
        return ", ".join((*request.exercises, *doses))

    @property
    def approval(self) -> str:
        """Say in a few words whether the leaflet is approved."""
        if self.verdict.approved and self.verdict.until:
            return self.words["approved"].format(date=self.verdict.until.isoformat())
        return self.words["draft"]

    @property
    def note(self) -> str:
        """Word one line for the notes: what was given, to whom it was fitted, date and code."""
        request, words, exercises = self.selection.request, self.words, self.exercises
        return words["note"].format(
            date=request.date.isoformat(),
            title=self._title(),
            status=request.status,
            facts=", ".join(request.flags) or words["no-facts"],
            asked=words["note-asked" if request.screened else "note-not-asked"],
            exercises=words["note-exercises"].format(exercises=exercises) if exercises else "",
            approval=self.approval,
            version=self.library.version[:8],
            code=self.code,
        )

    def _title(self) -> str:
        region = self.selection.request.region
        for one in self.selection.chosen:
            if one.block.id == f"title-{region}":
                return str(getattr(one.block.wordings[0], "text", ""))
        return region


def account_of(content: str | None, ask: Callable[[Library, Profile], Request]) -> Account:
    """Account for the leaflet of a request; raises ContentError for a record that is broken."""
    library, folder = load_library(content), content_folder(content)
    profile = load_profile(library, content)
    signoff = load_signoff(library, folder, profile)
    request = ask(library, profile)
    selection = select_blocks(library, request)
    edition = edition_of(library.version, signoff.digest, profile_digest(profile))
    return Account(
        library=library,
        selection=selection,
        signoff=signoff,
        people=profile.approvals,
        withdrawn=load_withdrawn(library, folder, signoff),
        verdict=judge(signoff, library, selection, profile),
        code=write_recipe(library, request, edition),
        words=load_record_words(folder),
    )
