"""Goes in: objects with their numbers, in order. Comes out: a PDF file of them, as it grows.

Cross-references are written in sections, so memory does not grow with the file.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handouts.system.locks import Part

WIDTH = 7
"""Bytes of a cross-reference: of what kind, where, and which."""
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_SECTION = 1 << 20
"""Bytes of cross-references to gather before they are written; compressed they are few."""
_GATHERED = 1 << 18
"""Bytes of objects to gather before they are written."""


class Objects:
    """The objects of a PDF in the making."""

    def __init__(self, part: Part, first: int, keys: bytes) -> None:
        """`first` is the first number to be had, `keys` those of the trailer."""
        self._part = part
        self._gathered = [_HEAD]
        self._size = len(_HEAD)
        self.at = len(_HEAD)
        """Where the next object starts."""
        self.next = first
        """The first number that is free."""
        self._keys = keys
        self._index: list[int] = []
        self._rows = 0
        self._table = zlib.compressobj(1)
        self._packed: list[bytes] = []
        self._previous = 0

    def write(self, number: int, body: bytes) -> None:
        """Add an object."""
        place = self.place(number, body)
        self.refer(number, 1, row(1, place, 0))

    def place(self, number: int, body: bytes) -> int:
        """Add an object to which `refer` has yet to lead; give its place."""
        start = self.at
        self._add(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return start

    def refer(self, number: int, count: int, rows: bytes) -> None:
        """Say where objects are, from one number on: a row for each, filtered as PNG does.

        Numbers may only grow, as long as `divide` is not called.
        """
        self._index += (number, count)
        self._packed.append(self._table.compress(rows))
        self._rows += len(rows)
        if self._rows > _SECTION:
            self.divide()

    def divide(self, more: bytes = b"") -> None:
        """Write the cross-references gathered so far, after those before them."""
        number, keys = self.next, self._keys + more
        self.next += 1
        self._index += (number, 1)
        start = self.at
        table = self._packed
        table += (self._table.compress(row(1, start, 0)), self._table.flush())
        entries = b"".join(table)
        if self._previous:
            keys += b" /Prev %d" % self._previous
        self._add(
            b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Index [%s]%s /Filter /FlateDecode"
            b" /DecodeParms << /Predictor 15 /Columns %d >> /Length %d >>\n"
            b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (
                number,
                number + 1,
                b" ".join([b"%d" % one for one in self._index]),
                keys,
                WIDTH,
                len(entries),
                entries,
                start,
            )
        )
        self._index, self._packed, self._rows = [], [], 0
        self._table = zlib.compressobj(1)
        self._previous = start

    def finish(self, more: bytes) -> None:
        """End the file, with more keys in its trailer."""
        self.divide(more)
        self._part.write(b"".join(self._gathered))

    def _add(self, content: bytes) -> None:
        self._gathered.append(content)
        self.at += len(content)
        self._size += len(content)
        if self._size > _GATHERED:
            self._part.write(b"".join(self._gathered))
            self._gathered, self._size = [], 0


def row(kind: int, place: int, which: int) -> bytes:
    """Write a cross-reference that does not depend on the one above it."""
    return b"\0%c%s%s" % (kind, place.to_bytes(4), which.to_bytes(2))


def stream(keys: bytes, content: bytes) -> bytes:
    """Write a stream."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (keys, len(content), content)
