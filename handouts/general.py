"""Goes in: a request. Comes out: the request of its body, and its own leaflet from that body.

Requests that differ in nothing but the name share a body; the name is put into its slot. A name
that does not fit there is typeset with all the rest.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.errors import Fault, SelectionError, TypesettingError
from handouts.fastpath.fingerprint import first_program
from handouts.fastpath.name_slot import (
    ALPHABET,
    MARK,
    NAME_WEIGHT,
    TEXT,
    TypesetPdf,
    fill,
    keep_letters,
    known_letters,
    set_line,
)
from handouts.pipeline import prepare, typeset
from handouts.render.pdf.typeface import letters_of, typeface

if TYPE_CHECKING:
    from handouts.bodies import Bodies
    from handouts.fastpath.name_slot import Letters
    from handouts.pipeline import Publisher
    from handouts.selection.request import Request


def general(request: Request) -> Request:
    """Give the request of the body: the same but for the name."""
    return replace(request, name=MARK) if request.name else request


def make_pdf(publisher: Publisher, request: Request, bodies: Bodies) -> TypesetPdf:
    """Make the PDF of a request, from its body if that is at hand; raises HandoutsError."""
    if faults := typed_faults(request):
        raise SelectionError(*faults)
    asked = general(request)
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
    content = fill(body, request.name, face.letters or letters_of(face, request.name))
    if content is None:
        return typeset(publisher, prepare(publisher, request))
    return TypesetPdf(content, body.pages, draft=body.draft)


def line_for(body: TypesetPdf, name: str) -> bytes | None:
    """Set a name for the slot of a body; None when it does not fit."""
    return set_line(body, name, measure_letters()[NAME_WEIGHT])


@cache
def measure_letters() -> dict[int, Letters]:
    """Give the letters of each weight, measured once for a program and its fonts."""
    letters = known_letters()
    if not letters:
        faces = typeface()
        letters = {weight: letters_of(face, TEXT) for weight, face in faces.items()}
        letters[NAME_WEIGHT] = letters_of(faces[NAME_WEIGHT], ALPHABET + TEXT)
        keep_letters(first_program(), letters)
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
