"""Typeset a leaflet once and put each patient's name into it: `make_pdf`, `BodyCache`.

A body is a leaflet whose name is still blank: requests that differ only in the name share one.
Bodies are kept in memory and, without a note, on disk. A name that does not fit its slot is
typeset with the rest of its leaflet.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.typed_text import unset_fault
from handouts.errors import SelectionError
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
    from handouts.errors import Fault
    from handouts.fastpath.fingerprint import Fingerprint
    from handouts.fastpath.name_slot import GlyphMetrics
    from handouts.fastpath.rerun import BodyKey
    from handouts.pipeline import Publisher
    from handouts.selection.request import Request


_SLOT_LETTERS = frozenset(ALPHABET + " ")
"""The characters of a name that a slot takes."""


def body_request(request: Request) -> Request:
    """Return the request that a body is made for: the same with a placeholder for the name."""
    return replace(request, name=NAME_PLACEHOLDER) if request.name else request


def make_pdf(publisher: Publisher, request: Request, bodies: BodyCache) -> TypesetPdf:
    """Make the PDF of a request, from a kept body where there is one; raises HandoutsError."""
    if found := recall_pdf(request, bodies):
        return found
    asked = body_request(request)
    if not request.name or bodies.recall(asked) is None:
        body = typeset(publisher, prepare(publisher, asked, require_signed=bodies.require_signed))
        bodies.keep(asked, body)
        if found := _addressed(request, body):
            return found
    return typeset(publisher, prepare(publisher, request))


def recall_pdf(request: Request, bodies: BodyCache) -> TypesetPdf | None:
    """Return the PDF of a request from a kept body; None where there is none, or no slot that fits.

    Raises SelectionError for a name or a note that cannot be set.
    """
    if faults := typed_faults(request):
        raise SelectionError(*faults)
    body = bodies.recall(body_request(request))
    return None if body is None else _addressed(request, body)


def held_pdf(request: Request, bodies: BodyCache, metrics: GlyphMetrics) -> TypesetPdf | None:
    """Return the PDF of a request from a body in memory; None where there is none that fits.

    The name and the note were looked at before: they can be set. `metrics` are those of names.
    """
    body = bodies.held(body_request(request))
    if body is None or not request.name:
        return body
    content = fill_name(body, request.name, metrics)
    return None if content is None else TypesetPdf(content, body.pages, draft=body.draft)


def _addressed(request: Request, body: TypesetPdf) -> TypesetPdf | None:
    """Put the name of a request into its body; None where it does not fit the slot."""
    if not request.name:
        return body
    if not set(request.name) <= _SLOT_LETTERS:
        return None
    face = typeface()[NAME_WEIGHT]
    content = fill_name(body, request.name, face.metrics or measure_glyphs(face, request.name))
    return None if content is None else TypesetPdf(content, body.pages, draft=body.draft)


def line_for(body: TypesetPdf, name: str) -> bytes | None:
    """Return the bytes that show a name in the slot of a body; None when it does not fit."""
    return set_line(body, name, glyph_metrics()[NAME_WEIGHT])


@cache
def glyph_metrics() -> dict[int, GlyphMetrics]:
    """Return the glyph metrics by font weight, from the cache or measured and kept there."""
    metrics = known_metrics()
    if not metrics:
        faces = typeface()
        metrics = {
            weight: measure_glyphs(face, ALPHABET + TEXT if weight == NAME_WEIGHT else TEXT)
            for weight, face in faces.items()
        }
        keep_metrics(first_program_stamps(), metrics)
    return metrics


def typed_faults(request: Request) -> tuple[Fault, ...]:
    """Return a fault for a name or note with a character that no typeface here has."""
    return (*unset_faults("name", request.name), *unset_faults("note", request.note))


def unset_faults(what: str, text: str) -> tuple[Fault, ...]:
    """Return a fault that names the first character of a text that no typeface here has.

    `what` is the field of a request, such as "name".
    """
    if text.isascii() and text.replace("\n", " ").isprintable():
        return ()  # faster, and true of most text
    usual = typeface()[NAME_WEIGHT]
    if all(usual.covers(word) for word in text.split()):
        return ()
    from handouts.render.pdf.other_scripts import unset_place  # noqa: PLC0415 - other scripts alone

    at = unset_place(text, usual)
    return () if at is None else (unset_fault(what, text, at),)


MOST = 64
"""How many bodies are kept in memory, of some 65 kB each."""
_MOST_ON_DISK = 128


class BodyCache:
    """A least-recently-used cache of bodies, by their requests (see `body_request`)."""

    def __init__(
        self, fingerprint: Fingerprint | None = None, *, require_signed: bool = False
    ) -> None:
        """Without a `fingerprint` bodies are neither kept on disk nor taken from there."""
        self.fingerprint = fingerprint
        self.require_signed = require_signed
        """Every unit in the bodies is approved."""
        self._kept: dict[Request, TypesetPdf] = {}

    def recall(self, asked: Request) -> TypesetPdf | None:
        """Return the body of a request from memory or disk, as the one used last; else None."""
        found = self._kept.pop(asked, None)
        if found is None and (key := self.key(asked)):
            found = recall_body(key)
        if found is not None:
            self._hold(asked, found)
        return found

    def held(self, asked: Request) -> TypesetPdf | None:
        """Return the body of a request from memory, and count that as no use of it."""
        return self._kept.get(asked)

    def keep(self, asked: Request, body: TypesetPdf) -> None:
        """Keep a body as the one used last, and drop the least recently used one."""
        self._kept.pop(asked, None)
        self._hold(asked, body)
        # If an input changed meanwhile, the body may be made from the old or from the new one.
        if self.fingerprint and (key := self.key(asked)) and self.fingerprint.is_current():
            store.keep("body", key, _plain(body), _MOST_ON_DISK)

    def key(self, asked: Request) -> BodyKey | None:
        """Return the key of a body on disk; None when it may not be kept there, as with a note."""
        if self.fingerprint is None or asked.note:
            return None
        return (self.fingerprint.mark, repr(asked), self.require_signed)

    def _hold(self, asked: Request, body: TypesetPdf) -> None:
        self._kept[asked] = body
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]


def _plain(body: TypesetPdf) -> tuple[object, ...]:
    """Return a body as plain values, which `recall_body` reads back."""
    slot = body.slot
    fields = (slot.at, slot.before, slot.after, slot.room) if slot else None
    return (body.content, body.pages, body.draft, fields)
