"""Goes in: finished leaflets in order. Comes out: one tagged PDF of all, written as it grows.

What leaflets of one body share (pages as drawn, fonts) is written once. What belongs to one leaflet
(its page objects, its structure elements) is written anew for each, with numbers of its own: object
`k` times 1000 and on. So one replacement in a prepared text renumbers a whole leaflet.
"""

from __future__ import annotations

import zlib
from array import array
from collections import OrderedDict
from typing import TYPE_CHECKING

from handouts.metadata import MAKER, Description, xmp
from handouts.sheaf import BLOCK, Sheaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handouts.part import Part
    from handouts.slots import TypesetPdf

CATALOG, PAGES, TREE, PARENTS, OUTLINES, INFO, METADATA = range(1, 8)
_KEPT = 64
"""Bodies whose shared objects are remembered; one that comes back later is written again."""
_SECTION = 1 << 18
"""Bytes of cross-references to gather before they are written."""
_TITLE = "Leaflets"


class Binder:
    """One PDF in the making. Only what is needed to end it is held in memory."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._sheaves: OrderedDict[bytes, Sheaf] = OrderedDict()
        self._leaflets = array("L")
        """The first object of each leaflet."""
        self._ends = array("H")
        """For each leaflet, where its pages' node, root element and parent tree stand in it."""
        self._next = BLOCK
        self._index: list[int] = []
        self._entries = bytearray()
        self._previous = 0
        self._bookmark: Callable[[int | None], bytes] | None = None
        """Of the leaflet added last; it has to name the one that follows."""
        self._pending = 0
        self._language = b""
        self.pages = 0
        self._at = 0
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, title: str, pdf: TypesetPdf, name: bytes | None) -> None:
        """Add a leaflet on a fresh sheet; `name` is the content of its slot, if it has one."""
        sheaf = self._sheaf(pdf)
        base = self._take(sheaf.count)
        before = self._leaflets[-1] if self._leaflets else None
        if self._bookmark:
            self._object(*self._marked(base))
        packed = base + sheaf.count - 2
        stream = zlib.compress(sheaf.text(base), 1)
        keys = b"/Type /ObjStm /N %d /First %d" % (sheaf.packed, sheaf.first(base))
        self._stream(packed, keys + b" /Filter /FlateDecode", stream)
        self._refer(base, sheaf.entries(packed))
        if name is not None:
            self._stream(packed + 1, b"", name.rstrip())
        mark = sheaf.bookmark(title, base, before and before + self._ends[-3])
        self._pending = base + sheaf.outline
        self._bookmark = mark
        self._leaflets.append(base)
        self._ends.extend((sheaf.outline, sheaf.pages_node, sheaf.document))
        self.pages += sheaf.pages

    def finish(self) -> None:
        """Write what holds all together."""
        if self._bookmark:
            self._object(*self._marked(None))
        for number, body in self._ending():
            self._object(number, body)
        about = Description(title=_TITLE, subject="", language=self._language.decode())
        self._stream(METADATA, b"/Type /Metadata /Subtype /XML", xmp(about))
        self._section(b"/Root %d 0 R /Info %d 0 R" % (CATALOG, INFO))

    # -------------------------------------------------------------- inside
    def _sheaf(self, pdf: TypesetPdf) -> Sheaf:
        """Give what leaflets of this body are made from; its shared objects are in the file."""
        sheaf = self._sheaves.get(pdf.content)
        if sheaf is None:
            sheaf = Sheaf(pdf, self._next, TREE, PAGES, OUTLINES)
            self._take(len(sheaf.shared))
            for number, body in sheaf.shared:
                self._object(number, body)
            self._sheaves[pdf.content] = sheaf
            self._language = self._language or sheaf.language
            if len(self._sheaves) > _KEPT:
                self._sheaves.popitem(last=False)
        self._sheaves.move_to_end(pdf.content)
        return sheaf

    def _take(self, count: int) -> int:
        """Take as many blocks of numbers as so many objects need."""
        base = self._next
        self._next += BLOCK * -(-count // BLOCK)
        return base

    def _marked(self, following: int | None) -> tuple[int, bytes]:
        """Give the bookmark of the leaflet before, which has to name the one that follows."""
        sheaf = next(reversed(self._sheaves.values())) if following is not None else None
        after = following + sheaf.outline if following is not None and sheaf else None
        return self._pending, self._bookmark(after) if self._bookmark else b""

    def _ending(self) -> Iterable[tuple[int, bytes]]:
        starts, ends = self._leaflets, self._ends
        count = len(starts)

        def references(which: int, more: int = 0) -> bytes:
            return b" ".join(
                b"%d 0 R" % (start + ends[3 * n + which] + more) for n, start in enumerate(starts)
            )

        language = self._language
        yield (
            CATALOG,
            (
                b"<< /Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R /Outlines %d 0 R"
                b" /Metadata %d 0 R /Lang (%s) /MarkInfo << /Marked true >> /PageMode /UseOutlines"
                b" /ViewerPreferences << /DisplayDocTitle true >> >>"
                % (PAGES, TREE, OUTLINES, METADATA, language)
            ),
        )
        yield PAGES, (b"<< /Type /Pages /Count %d /Kids [%s] >>" % (self.pages, references(1)))
        yield (
            TREE,
            (
                b"<< /Type /StructTreeRoot /K [%s] /ParentTree %d 0 R /ParentTreeNextKey %d >>"
                % (references(2), PARENTS, self._next)
            ),
        )
        yield PARENTS, b"<< /Kids [%s] >>" % references(1, 1)
        yield (
            OUTLINES,
            (
                b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>"
                % (starts[0] + ends[0], starts[-1] + ends[-3], count)
            ),
        )
        maker = MAKER.encode()
        yield (
            INFO,
            (
                b"<< /Title (%s) /Author (%s) /Creator (%s) /Producer (%s) >>"
                % (_TITLE.encode(), maker, maker, maker)
            ),
        )

    # -------------------------------------------------------------- bytes
    def _write(self, content: bytes) -> None:
        self._part.write(content)
        self._at += len(content)

    def _object(self, number: int, body: bytes) -> None:
        self._refer(number, b"\1%s\0\0" % self._at.to_bytes(6))
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _stream(self, number: int, keys: bytes, content: bytes) -> None:
        head = b"<< %s /Length %d >>" % (keys, len(content))
        self._object(number, b"%s\nstream\n%s\nendstream" % (head, content))

    def _refer(self, number: int, entries: bytes) -> None:
        """Note where objects stand, from one number on; nine bytes for each."""
        self._index += (number, len(entries) // 9)
        self._entries += entries
        if len(self._entries) > _SECTION:
            self._section(b"/Root %d 0 R" % CATALOG)

    def _section(self, keys: bytes) -> None:
        """Write the cross-references gathered so far, after those before them."""
        number = self._take(1)
        index = b" ".join(b"%d" % one for one in (*self._index, number, 1))
        entries = zlib.compress(self._entries + b"\1%s\0\0" % self._at.to_bytes(6), 6)
        self._index, self._entries = [], bytearray()
        start = self._at
        if self._previous:
            keys += b" /Prev %d" % self._previous
        self._write(
            b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 6 2] /Index [%s] %s"
            b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
            % (number, number + 1, index, keys, len(entries), entries)
        )
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)
        self._previous = start
