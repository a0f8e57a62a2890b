"""Write a leaflet for a patient's record, with what is said of it there: `filed`.

It is the one place that knows what a leaflet and its FHIR document have in common.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.record.document import FiledLeaflet, file_leaflet

if TYPE_CHECKING:
    from handouts.leaflet.tree import Leaflet
    from handouts.record.document import EarlierDocument
    from handouts.selection.request import Request


class FilingNote(Struct, frozen=True, kw_only=True):
    """What only whoever files a leaflet knows."""

    service: str
    """Who gives it; may be empty."""
    patient: str = ""
    """Whose it is, such as `Patient/12`."""
    replaces: EarlierDocument | None = None
    given: bool = False
    """It is given to the patient: a Communication says so."""


def filed(leaflet: Leaflet, request: Request, pdf: bytes, note: FilingNote) -> bytes:
    """Return the PDF of a leaflet as FHIR resources, made now; raises RequestError."""
    return file_leaflet(
        FiledLeaflet(
            pdf=pdf,
            title=leaflet.title,
            language=leaflet.language,
            code=leaflet.code,
            draft=bool(leaflet.draft),
            on=request.date,
            made=datetime.now().astimezone(),
            service=note.service,
            patient=note.patient,
            replaces=note.replaces,
            given=note.given,
        )
    )
