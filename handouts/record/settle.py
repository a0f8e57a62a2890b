"""Turn what a person accepts and declines into options of a request: `settle`.

A record sets no flag by itself, and none of its proposals is passed over in silence.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.errors import Fault, RequestError, SelectionError, did_you_mean, shorten
from handouts.selection.presets import with_preset
from handouts.selection.typed_facts import with_answers, with_words
from handouts.selection.understanding import understood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.record.proposals import Proposal, RecordReading
    from handouts.selection.options import RequestOptions


ACCEPT, DECLINE = "--accept-proposals", "--decline-proposals"


class RecordAnswers(Struct, frozen=True):
    """The ids of what a person accepts and declines."""

    accepted: tuple[str, ...]
    declined: tuple[str, ...]
    accept: str = ACCEPT
    """Where an accepted id is written."""
    decline: str = DECLINE


def settle(
    library: Library,
    profile: Profile,
    reading: RecordReading,
    options: RequestOptions,
    answers: RecordAnswers,
) -> tuple[RequestOptions, list[str]]:
    """Return the options with what was accepted, and lines on what nobody answered.

    Raises RequestError for an id that the record does not propose, and SelectionError where a
    proposal is neither accepted nor declined, or where `screened` was said although a question of
    the record is open.
    """
    accepted, declined = answers.accepted, answers.declined
    by_id = {one.id: one for one in reading.proposals}
    _refuse_unknown(by_id, answers)
    flags = [one for one in accepted if by_id[one].kind == "flags"]
    typed = _typed(library, profile, options)
    broad = (library.flags[one].kind_of for one in (*typed, *flags) if one in library.flags)
    done = {*accepted, *declined, *typed, *broad}
    open_ = [one for one in reading.proposals if one.kind == "flags" and one.id not in done]
    _refuse_open([one for one in open_ if one.proposes or options.screened], answers)
    changed = replace(
        options,
        flags=(*options.flags, *flags),
        region=_place(by_id, accepted, "regions", options.region),
        status=_place(by_id, accepted, "statuses", options.status),
    )
    return changed, [f"not answered: {one.id}: {question(one)}" for one in open_]


def question(proposal: Proposal) -> str:
    """Return what to ask about a proposal; empty where an entry proposes it."""
    return next((one.question for one in proposal.reasons if one.question), "")


def _refuse_unknown(by_id: dict[str, Proposal], answers: RecordAnswers) -> None:
    faults: list[Fault] = []
    for place, ids in ((answers.accept, answers.accepted), (answers.decline, answers.declined)):
        for one in ids:
            if one not in by_id:
                hint = did_you_mean(one, by_id) or "it proposes nothing and asks nothing"
                message = f"{place.removesuffix(':')}: the record does not propose `{shorten(one)}`"
                faults.append(Fault(message=message, hint=hint, about="fhir"))
    faults += [
        Fault(message=f"`{one}` is accepted and declined", hint="keep one", about="fhir")
        for one in answers.accepted
        if one in answers.declined
    ]
    if faults:
        raise RequestError(*faults)


def _refuse_open(left: Sequence[Proposal], answers: RecordAnswers) -> None:
    faults: list[Fault] = []
    for one in left:
        because = one.reasons[0]
        does = "proposes" if one.proposes else "asks about"
        asked = f": {question(one)} You said that you asked about every flag"
        more = "" if one.proposes else asked
        message = f"the record {does} `{one.id}` ({because.display}){more}"
        hint = f"ask the patient, then {answers.accept} {one.id} or {answers.decline} {one.id}"
        faults.append(Fault(message=message, hint=hint, about="fhir"))
    if faults:
        raise SelectionError(*faults)


def _typed(library: Library, profile: Profile, options: RequestOptions) -> tuple[str, ...]:
    """Return the flags that are typed: what is typed needs no answer besides."""
    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    known = with_preset(with_words(library, options, _silently, today), profile)
    return with_answers(library, understood(library, known, _silently), _silently, today).flags


def _silently(_said: str) -> None:
    """Say nothing: the request is read once more, and says it then."""


def _place(
    by_id: dict[str, Proposal], accepted: Sequence[str], kind: str, typed: str | None
) -> str | None:
    """Return the region or the status: as typed, else the one that was accepted."""
    found = [one for one in accepted if by_id[one].kind == kind]
    if len(found) > 1 or (found and typed and found != [typed]):
        what = "region" if kind == "regions" else "status"
        message = f"more than one {what}: {', '.join([*([typed] if typed else []), *found])}"
        raise RequestError(Fault(message=message, hint="keep one of them", about=what))
    return found[0] if found else typed
