"""Say what was read from a record, as text and as plain data: `report_text`, `report_record`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.library import Library
    from handouts.record.proposals import LeftOut, Proposal, Reason, RecordReading


FIRST = "A record decides nothing: ask the patient about every flag, and answer what is here."


def report_text(library: Library, reading: RecordReading) -> str:
    """Return the report of a record, which never holds a name or a date of birth."""
    return "\n".join(_lines(library, reading))


def report_record(reading: RecordReading) -> dict[str, Any]:
    """Return the same as plain data, for JSON."""
    return {
        "proposals": [_proposal(one) for one in reading.proposals],
        "not_understood": [_left_out(one) for one in reading.unread],
        "left_out": [_left_out(one) for one in reading.left_out],
        "answered_no": list(reading.answered_no),
        "silent": list(reading.silent),
        "read": {one.kind: "not given" if one.read is None else one.read for one in reading.kinds},
        "no_rule_about": dict(reading.no_rule),
        "not_looked_at": dict(reading.others),
        "newest": reading.newest.isoformat() if reading.newest else None,
        "screened": False,
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "id": one.id,
        "about": {"flags": "flag", "regions": "region", "statuses": "status"}[one.kind],
        "label": one.label,
        "proposes": one.proposes,
        "because": [
            {
                "rule": reason.rule,
                "from": reason.source,
                "resource": reason.id,
                "code": reason.code,
                "display": reason.display,
                "status": reason.status,
                "date": reason.day.isoformat() if reason.day else None,
                "ask": reason.question or None,
                "doubt": reason.doubt or None,
            }
            for reason in one.reasons
        ],
    }


def _left_out(one: LeftOut) -> dict[str, str]:
    return {"from": one.source, "display": one.display, "why": one.why}


def _lines(library: Library, reading: RecordReading) -> Iterator[str]:
    yield FIRST
    yield from _part("PROPOSED", [one for one in reading.proposals if one.proposes])
    yield from _part("TO ASK", [one for one in reading.proposals if not one.proposes])
    if reading.answered_no:
        yield from ("", f"ANSWERED NO: {', '.join(reading.answered_no)}")
    if reading.unread:
        yield from ("", "NOT UNDERSTOOD: nothing is concluded from these, so look at each")
        yield from (_entry(one) for one in reading.unread)
    if reading.left_out:
        yield from ("", "UNDERSTOOD, AND LEFT OUT")
        yield from (_entry(one) for one in reading.left_out)
    yield from ("", *_read(library, reading))


def no_rule_about(reading: RecordReading) -> str:
    """Name what was observed or done and no rule is about, in one line."""
    counted = (one if count == 1 else f"{one} ({count} times)" for one, count in reading.no_rule)
    return ", ".join(counted)


def _part(title: str, proposals: list[Proposal]) -> Iterator[str]:
    if not proposals:
        yield from ("", f"{title}: nothing")
        return
    yield from ("", title)
    for one in proposals:
        asks = next((reason.question for reason in one.reasons if reason.question), "")
        yield f"  {one.id}: {one.label if one.proposes or not asks else asks}"
        yield from (f"      {_because(reason)}" for reason in one.reasons)


def _because(reason: Reason) -> str:
    facts = [reason.status, reason.day.isoformat() if reason.day else ""]
    told = ", ".join([f"{reason.source} “{reason.display}”", *(one for one in facts if one)])
    rule = "; ".join(one for one in (reason.code, f"rule {reason.rule}") if one)
    return f"{told} ({rule})" + (f": {reason.doubt}" if reason.doubt else "")


def _entry(one: LeftOut) -> str:
    return f"  {one.source} “{one.display}”" + (f": {one.why}" if one.why else "")


def _read(library: Library, reading: RecordReading) -> Iterator[str]:
    kinds = (
        f"{one.kind} {'not given' if one.read is None else one.read or 'none found'}"
        for one in reading.kinds
    )
    yield f"read: {', '.join(kinds)}"
    if reading.no_rule:
        yield f"no rule is about: {no_rule_about(reading)}"
    if reading.others:
        yield "not looked at: " + ", ".join(f"{count} {kind}" for kind, count in reading.others)
    yield f"newest entry: {reading.newest or 'no date'}"
    if not reading.people:
        yield "the file does not say whose record it is"
    silent, all_ = len(reading.silent), len(library.flags)
    yield f"nothing is said about {silent} of {all_} flags; that is no answer"
