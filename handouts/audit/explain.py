"""Explain a leaflet: advice, blocks, reasons and sign-off: `explain_text`, `explain_record`.

An explanation is for the clinician's own record and never contains a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, to_builtins

from handouts.content.blocks import ExerciseBody
from handouts.content.load import content_folder, load_library
from handouts.content.provenance import profile_digest, provenance_of
from handouts.content.staff_words import load_record_words
from handouts.content.vocabulary import CARD
from handouts.governance.approval import judge, needed_units, with_changes
from handouts.governance.load import (
    changes_digest,
    load_changes,
    load_profile,
    load_signoff,
    load_withdrawn,
)
from handouts.safety.note_words import contrary_words, refuse_contrary
from handouts.selection.code import write_recipe
from handouts.selection.dose import write_dose
from handouts.selection.select import select_blocks
from handouts.selection.sheet import refuse_sheet
from handouts.system.terminal import JsonRecord, shown, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.content.provenance import Provenance
    from handouts.governance.approval import ApprovalVerdict, Signoff, UnitChange, Withdrawal
    from handouts.pipeline import Publisher
    from handouts.safety.note_words import ContraryWord
    from handouts.selection.request import Request
    from handouts.selection.select import Choice, Selection


SIGNED, WITHDRAWN, UNSIGNED = "signed", "withdrawn", "unsigned"


class Account(Struct, frozen=True, kw_only=True):
    """What an explanation of one leaflet is made from.

    `people` is the number of approvals that a unit needs; `withdrawn` is by unit.
    """

    library: Library
    selection: Selection
    signoff: Signoff
    profile: Profile
    withdrawn: Mapping[str, Withdrawal]
    verdict: ApprovalVerdict
    code: str
    words: Mapping[str, str]
    """The words of the clinician's record, by key."""
    contrary: tuple[ContraryWord, ...] = ()
    """What a note names against this leaflet, and a clinician means all the same."""

    def standing(self, unit: str) -> str:
        """Return the sign-off of a unit in words: by which roles and until when, or why none."""
        if unit in self.withdrawn:
            return WITHDRAWN
        signature = self.signoff.signatures.get(unit)
        if signature is None:
            return UNSIGNED
        day = self.selection.request.date
        reason = signature.reason(day, self.profile.approvals)
        if reason:
            return reason
        approvals = signature.covering(day)
        roles = ", ".join(sorted({one.role for one in approvals}, key=str.casefold))
        return f"{SIGNED} by {roles}, until {min(one.until for one in approvals).isoformat()}"

    @property
    def exercises(self) -> str:
        """The exercises and doses that the clinician chose; "" if none."""
        request = self.selection.request
        doses = (f"{name}={write_dose(dose)}" for name, dose in request.doses)
        return ", ".join((*request.exercises, *doses))

    @property
    def approval(self) -> str:
        """Say in a few words whether the leaflet is approved, and whether that ends soon."""
        if self.verdict.approved and self.verdict.until:
            approved = self.words["approved"].format(date=self.verdict.until.isoformat())
            left = (self.verdict.until - self.selection.request.date).days
            if left > self.profile.announce_expiry:
                return approved
            return f"{approved} ({self.words['ends-soon'].format(n=left)})"
        return self.words["draft"]

    @property
    def note(self) -> str:
        """One line for the patient's notes: leaflet, facts, approval, date and code."""
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
    """Return the account of a leaflet; `ask` returns its request from library and profile.

    `content`: None for the usual content folder. Raises HandoutsError.
    """
    library, folder = load_library(content), content_folder(content)
    profile = load_profile(library, content)
    signoff = load_signoff(library, folder, profile)
    request = ask(library, profile)
    changes = load_changes(library, folder, signoff)
    since = changes_digest(folder, changes)
    grounds = Grounds(
        library=library,
        signoff=signoff,
        profile=profile,
        withdrawn=load_withdrawn(library, folder, signoff, profile),
        changes=changes,
        provenance=provenance_of(library, signoff.digest, profile_digest(profile), changes=since),
    )
    return account_for(grounds, content, request)


class Grounds(Struct, frozen=True, kw_only=True):
    """What accounts are made from and share; a publisher has it too."""

    library: Library
    signoff: Signoff
    profile: Profile
    withdrawn: Mapping[str, Withdrawal]
    changes: Mapping[str, UnitChange]
    provenance: Provenance


def account_for(grounds: Grounds | Publisher, content: str | None, request: Request) -> Account:
    """Return the account of the leaflet of a request; raises HandoutsError."""
    library, profile, changes = grounds.library, grounds.profile, grounds.changes
    refuse_sheet(library, request)
    selection = select_blocks(library, request)
    refuse_contrary(library, selection, profile)
    verdict = judge(grounds.signoff, library, selection, profile)
    needed = needed_units(library, selection, profile)
    return Account(
        library=library,
        selection=selection,
        signoff=grounds.signoff,
        profile=profile,
        withdrawn=grounds.withdrawn,
        verdict=with_changes(verdict, changes, selection, needed),
        code=write_recipe(library, request, grounds.provenance),
        words=load_record_words(content_folder(content)),
        contrary=contrary_words(library, selection, profile),
    )


# ------------------------------------------------------------------ lists of the library
def list_records(library: Library, what: str) -> list[JsonRecord]:
    """Return one part of the library as records; `what` is a key of COLUMNS."""
    return _RECORDS[what](library)


def list_table(library: Library, what: str, width: int | None) -> str:
    """Return one part of the library as a table of `width` characters, None for no limit.

    `what` is a key of COLUMNS.
    """
    columns = COLUMNS[what]
    rows = [[shown(record[name]) for name in columns] for record in list_records(library, what)]
    return table(columns, rows, width)


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "regions": ("id", "label"),
    "statuses": ("id", "label"),
    "flags": ("id", "question"),
    "exercises": ("id", "name", "sets", "held_back"),
    "blocks": ("id", "kind", "section", "file", "line"),
    "places": ("id", "label", "language", "paper", "emergency_number"),
    "sources": ("key", "seen", "title"),
}
"""The parts that can be listed, with the columns of their tables; the records have more fields."""


def _rows(items: Iterable[Struct], *names: str) -> list[JsonRecord]:
    """Return some fields of each record, as plain values."""
    return [{name: to_builtins(getattr(one, name)) for name in names} for one in items]


def _exercises(library: Library) -> list[JsonRecord]:
    return [
        {
            "id": block.id,
            "name": body.name,
            "sets": [" ".join(key) for key in sorted(body.sets)],
            "avoid": list(body.avoid),
            "held_back": "" if body.released else body.why,
        }
        for block in library.blocks
        if isinstance(body := block.body, ExerciseBody)
    ]


def _blocks(library: Library) -> list[JsonRecord]:
    rows = _rows(library.blocks, "id", "kind", "section", "sources", "reviewed")
    origins = _rows((one.origin for one in library.blocks), "file", "line")
    return [row | origin for row, origin in zip(rows, origins, strict=True)]


def _places(library: Library) -> list[JsonRecord]:
    places = library.places.values()
    rows = _rows(places, "id", "label", "language", "paper")
    numbers = [one.words.get("emergency_number", "") for one in places]
    return [row | {"emergency_number": one} for row, one in zip(rows, numbers, strict=True)]


_RECORDS: Mapping[str, Callable[[Library], list[JsonRecord]]] = {
    "regions": lambda library: _rows(library.regions.values(), "id", "label"),
    "statuses": lambda library: _rows(library.statuses.values(), "id", "label"),
    "flags": lambda library: _rows(
        library.flags.values(), "id", "number", "label", "question", "group", "excludes", "codings"
    ),
    "exercises": _exercises,
    "blocks": _blocks,
    "places": _places,
    "sources": lambda library: _rows(
        library.sources.values(), "key", "title", "year", "addresses", "seen", "short"
    ),
}


# ------------------------------------------------------------------ one selection
def explain_record(account: Account, *, chosen: bool = True, left_out: bool = True) -> JsonRecord:
    """Return an explanation as plain values for JSON; lists not asked for are empty."""
    selection = account.selection
    return {
        "request": request_record(selection.request),
        "advice": _advice(account.library, selection),
        "chosen": [_choice(account, one) for one in selection.chosen] if chosen else [],
        "left_out": [_choice(account, one) for one in selection.left_out] if left_out else [],
        "card": [_choice(account, one) for one in selection.card] if chosen else [],
        "code": account.code,
        "version": account.library.version,
        "approved": account.verdict.approved,
        "note": account.note,
        "note_approved": [str(one) for one in account.contrary],
    }


def explain_text(
    account: Account, width: int | None, *, chosen: bool = True, left_out: bool = True
) -> str:
    """Return an explanation as text: the advice, then every block, section by section.

    `width`: the most characters of a line, None for no limit.
    """
    library, selection = account.library, account.selection
    advice = [
        [str(one["class"]), str(one["level"]), shown(one["decided_by"])]
        for one in _advice(library, selection)
    ]
    parts = [_summary(selection.request), table(("class", "level", "decided by"), advice, width)]
    marked = [("in", one) for one in selection.chosen if chosen]
    marked += [("out", one) for one in selection.left_out if left_out]
    groups = [
        (section, [(mark, one) for mark, one in marked if one.block.section == section])
        for section in library.sections
    ]
    groups.append((CARD, [("in", one) for one in selection.card if chosen]))
    for name, some in groups:
        rows = [
            [mark, one.block.id, str(one.block.kind), account.standing(one.block.id), _why(one)]
            for mark, one in some
        ]
        if rows:
            head = ("", "block", "kind", "sign-off", "reason and sources")
            parts.append(f"{name}\n" + table(head, rows, width))
    if account.contrary:
        lines = "\n".join(map(str, account.contrary))
        parts.append(f"{account.words['note-approved']}:\n{lines}")
    parts.append(f"for the notes:\n{account.note}")
    return "\n\n".join(parts)


def request_record(request: Request) -> JsonRecord:
    """Return a request as plain values, without name and note."""
    return {
        "region": request.region,
        "status": request.status,
        "flags": list(request.flags),
        "screened": request.screened,
        "place": request.place,
        "paper": request.look.paper,
        "edition": request.look.edition,
        "date": request.date.isoformat(),
        "exercises": list(request.exercises),
        "doses": [f"{name}={write_dose(dose)}" for name, dose in request.doses],
    }


def _summary(request: Request) -> str:
    flags = ", ".join(request.flags) or "none"
    asked = "asked about every flag" if request.screened else "not asked about other flags"
    return (
        f"{request.region}, {request.status}; flags: {flags}; {asked}; "
        f"place {request.place}; paper {request.look.paper}; "
        f"edition {request.look.edition}; date {request.date.isoformat()}"
    )


def _advice(library: Library, selection: Selection) -> list[JsonRecord]:
    return [
        {
            "class": name,
            "kind": library.classes[name].kind,
            "level": str(verdict.level),
            "decided_by": list(verdict.decided_by),
            "changed_by_flag": verdict.changed,
        }
        for name, verdict in selection.advice.items()
    ]


def _why(choice: Choice) -> str:
    return f"{choice.reason} [{', '.join(choice.block.sources)}]"


def _choice(account: Account, choice: Choice) -> JsonRecord:
    block = choice.block
    return {
        "id": block.id,
        "kind": str(block.kind),
        "section": block.section,
        "reason": choice.reason,
        "sources": list(block.sources),
        "file": block.origin.file,
        "line": block.origin.line,
        "signoff": account.standing(block.id),
    }
