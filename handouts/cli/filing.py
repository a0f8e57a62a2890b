"""Define the options by which a leaflet is written for a record: `takes_filing`."""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from handouts.errors import Fault, RequestError
from handouts.system.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.leaflet.tree import Leaflet
    from handouts.pipeline import Publisher
    from handouts.record.document import EarlierDocument
    from handouts.selection.request import Request


class Filing(Struct, frozen=True, kw_only=True):
    """Where a leaflet is written as FHIR, and what is said of it there."""

    file: str | None
    """None: nowhere."""
    patient: str
    replaces: str
    given: bool

    def check(self, kind: str, *, encrypt: bool) -> None:
        """Refuse options that cannot be meant together, and a reference that is none."""
        if self.file is None:
            if self.patient or self.replaces or self.given:
                message = "--patient, --replaces and --communication need --document-reference"
                raise click.UsageError(message)
            return
        if self.file == "-":
            raise click.UsageError("--document-reference writes a file: name one")
        if kind != "pdf" or encrypt:
            raise click.UsageError(
                "--document-reference holds a PDF without a password: "
                "leave out --encrypt and another --format"
            )
        if self.patient:
            from handouts.record.document import patient_reference  # noqa: PLC0415 - few file

            patient_reference(self.patient)

    def lacks(self) -> list[str]:
        """Say what the document of a leaflet that is made again does not say."""
        if self.file is None or self.replaces:
            return []
        return ["The document does not say which earlier one it replaces: name it by --replaces."]

    def whose(self, from_record: str) -> str:
        """Return whose document it is: as typed, else as the record says."""
        if self.patient and from_record and self.patient.rpartition("/")[2] != from_record:
            message = "--patient names another patient than the record"
            raise RequestError(Fault(message=message, hint="leave --patient out", about="patient"))
        return self.patient or (f"Patient/{from_record}" if from_record else "")

    def write(
        self, publisher: Publisher, request: Request, pdf: bytes, from_record: str, *, force: bool
    ) -> None:
        """Write the resource, if one was asked for, and say that it goes nowhere by itself."""
        if self.file is None:
            return
        from handouts.pipeline import prepare  # noqa: PLC0415 - few file

        leaflet = prepare(publisher, request)
        service = publisher.profile.name
        self.write_leaflet(leaflet, request, pdf, (service, from_record), force=force)

    def write_leaflet(
        self, leaflet: Leaflet, request: Request, pdf: bytes, whose: tuple[str, str], *, force: bool
    ) -> None:
        """Write the same for a leaflet at hand; `whose`: the service, and the record's patient."""
        if self.file is None:
            return
        from handouts.audit.filing import FilingNote, filed  # noqa: PLC0415 - few file
        from handouts.system.files import write_file  # noqa: PLC0415 - the same

        service, from_record = whose
        said = FilingNote(
            service=service,
            patient=self.whose(from_record),
            replaces=self._earlier(),
            given=self.given,
        )
        path = write_file(self.file, filed(leaflet, request, pdf, said), over=force)
        note(f"written for the record, and sent nowhere: {os.fspath(path)}")

    def _earlier(self) -> EarlierDocument | None:
        if not self.replaces:
            return None
        from handouts.record.document import earlier_document  # noqa: PLC0415 - few file

        try:
            with open(self.replaces, "rb") as file:  # noqa: PTH123 - a name as typed
                return earlier_document(self.replaces, file.read())
        except OSError:
            return earlier_document(self.replaces, None)


_OPTIONS = (
    click.option(
        "--document-reference",
        metavar="FILE",
        help="Also write the PDF as a FHIR R4 DocumentReference, to be filed in a record. It is "
        "sent nowhere.",
    ),
    click.option(
        "--patient",
        default="",
        metavar="Patient/ID",
        help="Whose document it is.  [default: as --fhir says]",
    ),
    click.option(
        "--replaces",
        default="",
        metavar="FILE|DocumentReference/ID",
        help="The document of an earlier leaflet, which this one takes the place of.",
    ),
    click.option(
        "--communication",
        is_flag=True,
        help="The leaflet is given to the patient: write a Communication beside the document.",
    ),
)


def takes_filing(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the options on filing, gathered as `filing`."""

    @wraps(command)
    def gathered(
        *words: object,
        document_reference: str | None,
        patient: str,
        replaces: str,
        communication: bool,
        **others: object,
    ) -> None:
        filing = Filing(
            file=document_reference, patient=patient, replaces=replaces, given=communication
        )
        command(*words, filing=filing, **others)

    wrapped: Callable[..., None] = gathered
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
