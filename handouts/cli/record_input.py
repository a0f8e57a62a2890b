"""Define the options by which a record is read for a leaflet: `takes_record`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from handouts.errors import Fault, RequestError
from handouts.system.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.record.proposals import RecordReading
    from handouts.selection.options import RequestOptions


STDIN = "-"


class RecordChoice(Struct, frozen=True):
    """A record, and what a person says to its proposals."""

    file: str | None
    accepted: tuple[str, ...]
    declined: tuple[str, ...]

    def check(self, options: RequestOptions) -> None:
        """Refuse answers without a record, and standard input for two things."""
        if self.file is None and (self.accepted or self.declined):
            message = "--accept-proposals and --decline-proposals need --fhir"
            raise click.UsageError(message)
        if self.file == STDIN == options.note_file:
            raise click.UsageError("the record and the note cannot both be standard input")

    def settled(
        self, library: Library, profile: Profile, options: RequestOptions
    ) -> tuple[RequestOptions, str]:
        """Return the options with what was accepted, and the id of the patient, if it has one.

        What nobody answered is said.
        """
        if self.file is None:
            return options, ""
        from handouts.record.settle import RecordAnswers, settle  # noqa: PLC0415 - only a record needs it
        from handouts.record.whose import refuse_other_name  # noqa: PLC0415 - only a record needs it

        reading = read_from(library, options.content, self.file, options.day)
        refuse_other_name(reading, options.name)
        settled, lines = settle(
            library,
            profile,
            reading,
            options,
            RecordAnswers(self.accepted, self.declined),
        )
        for line in (*lines, *_still(reading)):
            note(line)
        return settled, reading.patient


def read_from(library: Library, content: str | None, file: str, day: str | None) -> RecordReading:
    """Read a record from a file or standard input; raises RequestError and SelectionError."""
    from datetime import date  # noqa: PLC0415 - only a record needs it

    from handouts.content.load import content_folder  # noqa: PLC0415 - only a record needs it
    from handouts.record.load import load_record_rules  # noqa: PLC0415 - only a record needs it
    from handouts.record.read import read_record  # noqa: PLC0415 - only a record needs it
    from handouts.selection.request import parse_day  # noqa: PLC0415 - only a record needs it

    today: date = parse_day(day, date.today())  # noqa: DTZ011 - the clinician's own calendar
    folder: Path = content_folder(content)
    return read_record(library, load_record_rules(library, folder), _bytes(file), today)


def _bytes(file: str) -> bytes:
    from handouts.record.bundle import MOST_BYTES  # noqa: PLC0415 - only a record needs it

    try:
        with click.open_file(file, "rb") as stream:
            return bytes(stream.read(MOST_BYTES + 1))
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        message = f"cannot read the record in `{file}`: {reason}"
        hint = "name a JSON file of FHIR R4, or - for standard input"
        raise RequestError(Fault(message=message, hint=hint, about="fhir")) from None


def _still(reading: RecordReading) -> list[str]:
    """Say what a record leaves open, however its proposals were answered."""
    from handouts.record.report import no_rule_about  # noqa: PLC0415 - only a record needs it

    lines = [f"not understood: {one.source} “{one.display}”" for one in reading.unread]
    if reading.no_rule:
        lines.append(f"no rule is about: {no_rule_about(reading)}")
    return [*lines, f"the record says nothing about {len(reading.silent)} flags"]


def _ids(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in value.split(",") if one.strip()))


_OPTIONS = (
    click.option(
        "--fhir",
        metavar="FILE|-",
        help="Read the patient's record (FHIR R4, JSON); `handout record` shows what it proposes. "
        "Nothing of it is kept.",
    ),
    click.option(
        "--accept-proposals",
        default="",
        metavar="A,B",
        callback=_ids,
        help="What the record proposes or asks, and the patient confirms.",
    ),
    click.option(
        "--decline-proposals",
        default="",
        metavar="A,B",
        callback=_ids,
        help="What the record proposes or asks, and is not so.",
    ),
)


def takes_record(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the options on a record, gathered as `record`."""

    @wraps(command)
    def gathered(
        *words: object,
        fhir: str | None,
        accept_proposals: tuple[str, ...],
        decline_proposals: tuple[str, ...],
        **others: object,
    ) -> None:
        choice = RecordChoice(fhir, accept_proposals, decline_proposals)
        command(*words, record=choice, **others)

    wrapped: Callable[..., None] = gathered
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
