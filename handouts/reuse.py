"""Typeset a leaflet once and put each patient's name into it: `make_pdf`, `BodyCache`.

Requests that differ only in the name share a body. Bodies are kept in memory and, without a
note, on disk; a name that does not fit its slot is typeset with the rest.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.errors import Fault, SelectionError, TypesettingError
from handouts.fastpath import cache as store
from handouts.fastpath.fingerprint import first_program_stamps
from handouts.fastpath.name_slot import (
    ALPHABET,
    NAME_PLACEHOLDER,
    NAME_WEIGHT,
    TEXT,
    TypesetPdf,
    fill_name,
    keep_metrics,
    known_metrics,
    set_line,
)
from handouts.fastpath.rerun import recall_body
from handouts.pipeline import prepare, typeset
from handouts.render.pdf.typeface import measure_glyphs, typeface

if TYPE_CHECKING:
    from handouts.fastpath.fingerprint import Fingerprint
    from handouts.fastpath.name_slot import GlyphMetrics
    from handouts.fastpath.rerun import BodyKey
    from handouts.pipeline import Publisher
    from handouts.selection.request import Request


def body_request(request: Request) -> Request:
    """Give the request of the body: the same but for the name."""
    return replace(request, name=NAME_PLACEHOLDER) if request.name else request


def make_pdf(publisher: Publisher, request: Request, bodies: BodyCache) -> TypesetPdf:
    """Make the PDF of a request, from its body if that is at hand; raises HandoutsError."""
    if faults := typed_faults(request):
        raise SelectionError(*faults)
    asked = body_request(request)
    body = bodies.recall(asked)
    if body is None:
        leaflet = prepare(publisher, asked, require_signed=bodies.require_signed)
        body = typeset(publisher, leaflet)
        bodies.keep(asked, body)
    return _addressed(publisher, request, body)


def _addressed(publisher: Publisher, request: Request, body: TypesetPdf) -> TypesetPdf:
    """Put the name of a request into its body, or set all anew where it does not fit."""
    if not request.name:
        return body
    face = typeface()[NAME_WEIGHT]
    content = fill_name(body, request.name, face.metrics or measure_glyphs(face, request.name))
    if content is None:
        return typeset(publisher, prepare(publisher, request))
    return TypesetPdf(content, body.pages, draft=body.draft)


def line_for(body: TypesetPdf, name: str) -> bytes | None:
    """Set a name for the slot of a body; None when it does not fit."""
    return set_line(body, name, glyph_metrics()[NAME_WEIGHT])


@cache
def glyph_metrics() -> dict[int, GlyphMetrics]:
    """Give the letters of each weight, measured once for a program and its fonts."""
    letters = known_metrics()
    if not letters:
        faces = typeface()
        letters = {weight: measure_glyphs(face, TEXT) for weight, face in faces.items()}
        letters[NAME_WEIGHT] = measure_glyphs(faces[NAME_WEIGHT], ALPHABET + TEXT)
        keep_metrics(first_program_stamps(), letters)
    return letters


def typed_faults(request: Request) -> tuple[Fault, ...]:
    """Find letters that cannot be set before typesetting does: its message would show them."""
    return (*_lacking("name", request.name), *_lacking("note", request.note))


def _lacking(what: str, text: str) -> tuple[Fault, ...]:
    try:
        for word in text.split():
            for face in typeface().values():
                face.shape(word)
    except TypesettingError:
        message = f"the {what} has a character that the typeface lacks"
        hint = "write it in Latin letters, or leave it out and write it by hand"
        return (Fault(message=message, hint=hint, about=what),)
    return ()


MOST = 64
"""How many bodies are kept in memory, some 65 kB each."""
_MOST_ON_DISK = 128


class BodyCache:
    """The bodies that were used last, by the request of each without its name."""

    def __init__(
        self, premises: Fingerprint | None = None, *, require_signed: bool = False
    ) -> None:
        """Without `premises` nothing is kept on disk, or taken from there."""
        self.fingerprint = premises
        self.require_signed = require_signed
        """Bodies hold only words that somebody approved."""
        self._kept: dict[Request, TypesetPdf] = {}

    def recall(self, asked: Request) -> TypesetPdf | None:
        """Give the body of a general request if it is at hand; it then counts as used."""
        found = self._kept.pop(asked, None)
        if found is None and (key := self.key(asked)):
            found = recall_body(key)
        if found is not None:
            self._hold(asked, found)
        return found

    def keep(self, asked: Request, body: TypesetPdf) -> None:
        """Take in a body as the one used last; forget the one not used for longest."""
        self._kept.pop(asked, None)
        self._hold(asked, body)
        # What changed while the body was made may have changed it; then nobody knows which it is.
        if self.fingerprint and (key := self.key(asked)) and self.fingerprint.is_current():
            store.keep("body", key, _plain(body), _MOST_ON_DISK)

    def key(self, asked: Request) -> BodyKey | None:
        """Give what a body is kept under on disk; None when it may not be kept there."""
        if self.fingerprint is None or asked.note:
            return None
        return (self.fingerprint.mark, repr(asked), self.require_signed)

    def _hold(self, asked: Request, body: TypesetPdf) -> None:
        self._kept[asked] = body
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]


def _plain(body: TypesetPdf) -> tuple[object, ...]:
    slot = body.slot
    place = (slot.at, slot.before, slot.after, slot.room) if slot else None
    return (body.content, body.pages, body.draft, place)
