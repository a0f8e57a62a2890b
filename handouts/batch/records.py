"""Read the record that a row of a worklist names, and settle its proposals: `ListRecords`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handouts.content.list_form import ACCEPTED, DECLINED, FHIR
from handouts.content.load import content_folder
from handouts.errors import Fault, RequestError, shorten
from handouts.system.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.selection.options import RequestOptions


class ListRecords:
    """Knows the folder of a worklist, in which the records lie. It keeps nothing of a record."""

    def __init__(
        self, library: Library, profile: Profile, content: str | None, folder: str
    ) -> None:
        """`folder` is where the worklist is; `content` is the content folder, as typed."""
        self._library, self._profile = library, profile
        self._content, self._folder = content, Path(folder)

    def settled(
        self, said: Mapping[str, str], options: RequestOptions, today: date, name: str
    ) -> tuple[RequestOptions, list[str]]:
        """Return the options with what was accepted, and what nobody answered or understood.

        `name` is the name in the row, even one that cannot be printed. Raises HandoutsError.
        """
        from handouts.record.load import load_record_rules  # noqa: PLC0415 - few lists name a record
        from handouts.record.read import read_record  # noqa: PLC0415 - the same
        from handouts.record.settle import RecordAnswers, settle  # noqa: PLC0415 - the same
        from handouts.record.whose import refuse_other_name  # noqa: PLC0415 - the same

        raw = self._read(said[FHIR])
        rules = load_record_rules(self._library, content_folder(self._content))
        reading = read_record(self._library, rules, raw, today)
        refuse_other_name(reading, name)
        answers = RecordAnswers(
            _ids(said.get(ACCEPTED, "")),
            _ids(said.get(DECLINED, "")),
            f"{ACCEPTED}:",
            f"{DECLINED}:",
        )
        changed, lines = settle(self._library, self._profile, reading, options, answers)
        unread = [f"{one.source} “{one.display}”" for one in reading.unread]
        if unread:
            lines.append(f"not understood in the record: {', '.join(unread)}")
        return changed, lines

    def _read(self, typed: str) -> bytes:
        """Read a file below the folder of the list; no other is read, whatever a list says."""
        from handouts.record.bundle import MOST_BYTES  # noqa: PLC0415 - few lists name a record

        folder = self._folder.resolve()
        path = (folder / typed).resolve()
        if not path.is_relative_to(folder):
            message = f"`{shorten(typed)}` is not beside the list"
            hint = "put the record into the folder of the list, and name it from there"
            raise RequestError(Fault(message=message, hint=hint, about=FHIR))
        try:
            return read_limited(path, MOST_BYTES)
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or "it cannot be read").lower()
            message = f"cannot read the record in `{shorten(typed)}`: {reason}"
            hint = "name a JSON file of FHIR R4 that lies beside the list"
            raise RequestError(Fault(message=message, hint=hint, about=FHIR)) from None


def answers_without_record(said: Mapping[str, str]) -> list[Fault]:
    """Fault answers to a record where a row names none."""
    return [
        Fault(message="the row names no record", hint="name its file under `fhir`", about=column)
        for column in (ACCEPTED, DECLINED)
        if said.get(column) and not said.get(FHIR)
    ]


def no_records() -> Fault:
    """Fault a row that names a record where none can be read."""
    message = "records that a list names are not read here"
    hint = "take the column out, or use `handout batch` in the folder of the list"
    on_page = "leave the column out; the page for one leaflet can read a record"
    return Fault(message=message, hint=hint, about=FHIR, on_page=on_page)


def _ids(text: str) -> tuple[str, ...]:
    for mark in ",;|\n":
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(text.split()))
