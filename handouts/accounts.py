"""Goes in: a request and the records of its content. Comes out: an account of its leaflet.

An account is for the clinician's own record: what the leaflet says and why, who approved the words,
and the code that rebuilds it. It never holds a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.dose import write_dose
from handouts.edition import edition_of, profile_digest
from handouts.ledger import load_signoff, load_withdrawn
from handouts.library import content_folder, load_library
from handouts.profiles import load_profile
from handouts.recipe import write_recipe
from handouts.selection import select_blocks
from handouts.signoff import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handouts.model import Library, Request, Selection
    from handouts.profile import Profile
    from handouts.signoff import Signoff, Verdict
    from handouts.withdrawals import Withdrawal

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
            return f"words approved until {self.verdict.until.isoformat()}"
        return "DRAFT: words not approved by a clinician"

    @property
    def note(self) -> str:
        """Word one line for the notes: what was given, to whom it was fitted, date and code."""
        request, library = self.selection.request, self.library
        title = next(
            (
                one.block
                for one in self.selection.chosen
                if one.block.id == f"title-{request.region}"
            ),
            None,
        )
        name = str(getattr(title.wordings[0], "text", "")) if title else request.region
        flags = ", ".join(request.flags) or "none"
        asked = "asked about every fact" if request.screened else "not asked about other facts"
        exercises = f"; exercises {self.exercises}" if self.exercises else ""
        return (
            f"{request.date.isoformat()}: leaflet “{name}” given ({request.status}; "
            f"facts: {flags}; {asked}{exercises}). {self.approval}. "
            f"Content {library.version[:8]}. Code {self.code}"
        )


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
    )
