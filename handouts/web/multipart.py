"""Read a form with a file, as browsers send it (RFC 7578), in memory: `read_parts`.

The libraries for this write large files to the disk. A list holds names, so this one does not.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from handouts.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_PARTS = 20
_BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,70})"|([^\s";,]{1,70}))')
_NAMED = re.compile(r'\b(name|filename)="([^"\r\n]*)"')
_HEAD = re.compile(r"content-disposition:\s*form-data\s*;([^\r\n]*)", re.IGNORECASE)
_BREAK = b"\r\n"


class FormPart(Struct, frozen=True):
    """One field of a form; `file` is the name of the file, empty for a field that is none."""

    name: str
    content: bytes
    file: str = ""

    @property
    def text(self) -> str:
        """Return what was typed; raises Problem where it is no UTF-8."""
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            raise _unreadable() from None


def read_parts(body: bytes, content_type: str) -> tuple[FormPart, ...]:
    """Return the fields of a form in their order; raises Problem for what is none."""
    kind = content_type.partition(";")[0].strip().lower()
    found = _BOUNDARY.search(content_type)
    if kind != "multipart/form-data" or found is None:
        status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        raise Problem("media-type", status, "this is no form with a file", "send it from the page")
    return tuple(_parts(body, (found[1] or found[2]).encode("latin-1", "replace")))


def _parts(body: bytes, boundary: bytes) -> Iterator[FormPart]:
    before, *pieces = (_BREAK + body).split(_BREAK + b"--" + boundary, MOST_PARTS + 2)
    whole = not before and 1 < len(pieces) <= MOST_PARTS + 1
    if not whole or not pieces[-1].startswith(b"--") or pieces[-1][2:].strip():
        raise _unreadable()
    for piece in pieces[:-1]:
        head, ended, content = piece.partition(_BREAK * 2)
        said = _HEAD.search(head.decode("utf-8", "replace"))
        words = dict(_NAMED.findall(said[1])) if said else {}
        if not (piece.startswith(_BREAK) and ended and words.get("name")):
            raise _unreadable()
        yield FormPart(words["name"], content, unquote(words.get("filename", "")))


def _unreadable() -> Problem:
    status = HTTPStatus.BAD_REQUEST
    return Problem("unreadable", status, "this form cannot be read", "send it from the page")
