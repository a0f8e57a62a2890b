"""Goes in: finished leaflets in order. Comes out: one tagged PDF of all, written as it grows.

What leaflets of one body share (pages as drawn, fonts) is written once. What belongs to one leaflet
(its page objects, its structure elements) is written anew for each, with numbers of its own: object
`k` times 1000 and on. So a leaflet is a stencil, into which its number is put.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from typing import TYPE_CHECKING

from handouts.metadata import MAKER, Description, xmp
from handouts.objects import Objects, row, stream
from handouts.sheaf import DOCUMENT, NODE, PARENTS, Sheaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.system.locks import Part

CATALOG, PAGES, TREE, NUMBERS, OUTLINES, INFO, METADATA, _FIRST = range(1, 9)
_KEPT = 64
"""Bodies whose shared objects are remembered; one that comes back later is written again."""
_TITLE = "Leaflets"
_FULL, _LAST = 8_000, 8_300_000
"""Leaflets, and the number of an object, after which another row may be too much for a reader."""


class Binder:
    """One PDF in the making. Only what is needed to end it is held in memory."""

    def __init__(self, part: Part, *, duplex: bool = True) -> None:
        """With `duplex` every leaflet has an even number of pages, so that no two share a sheet."""
        self._duplex = duplex
        self._objects = Objects(part, _FIRST, b" /Root %d 0 R" % CATALOG)
        self._sheaves: OrderedDict[bytes, Sheaf] = OrderedDict()
        self._leaflets = array("I")
        """The first object of each leaflet."""
        self._bookmark = (0, b"")
        """Of the leaflet added last: its number and what is known; the one after it is not yet."""
        self._first = 0
        """The number of the first bookmark."""
        self._language = b""
        self.pages = 0

    def add(self, title: str, pdf: TypesetPdf, name: bytes | None) -> None:
        """Add a leaflet on a fresh sheet; `name` is the content of its slot, if it has one."""
        objects = self._objects
        sheaf = self._sheaves.get(pdf.content)
        fresh = sheaf is None
        if sheaf is None:
            sheaf = self._keep(pdf)
        else:
            self._sheaves.move_to_end(pdf.content)
        base = -(-objects.next // sheaf.block) * sheaf.block
        mark = base + sheaf.outline
        self._end_bookmark(b" /Next %d 0 R" % mark)
        self._first = self._first or mark
        if fresh:
            for number, body in sheaf.shared:
                objects.write(number, body)
        objects.next = base + sheaf.count
        packed = base + sheaf.packed
        places = [objects.place(packed, sheaf.stream(base))]
        if name is not None:
            places.append(objects.place(packed + 1, stream(b"", name.rstrip())))
        objects.refer(base, sheaf.packed + len(places), sheaf.references(base, places))
        before = b" /Prev %d 0 R" % self._bookmark[0] if self._leaflets else b""
        self._bookmark = mark, sheaf.bookmark(title, base) + before
        self._leaflets.append(base)
        self.pages += sheaf.pages

    @property
    def is_full(self) -> bool:
        """Tell whether another row may be more than readers take."""
        return len(self._leaflets) >= _FULL or self._objects.next > _LAST

    def finish(self) -> None:
        """Write what holds all together."""
        objects = self._objects
        self._end_bookmark(b"")
        objects.divide()  # the numbers below are smaller than those above
        objects.refer(0, 1, row(0, 0, 65535))
        for number, body in enumerate(self._ending(), CATALOG):
            objects.write(number, body)
        objects.finish(b" /Info %d 0 R" % INFO)

    # -------------------------------------------------------------- inside
    def _keep(self, pdf: TypesetPdf) -> Sheaf:
        """Take in a body that is not at hand."""
        first = self._objects.next
        sheaf = self._sheaves[pdf.content] = Sheaf(
            pdf, first, TREE, PAGES, OUTLINES, duplex=self._duplex
        )
        self._objects.next += len(sheaf.shared)
        self._language = self._language or sheaf.language
        if len(self._sheaves) > _KEPT:
            self._sheaves.popitem(last=False)
        return sheaf

    def _end_bookmark(self, more: bytes) -> None:
        """Write the bookmark of the leaflet before, now that it is known what follows."""
        number, known = self._bookmark
        if number:
            self._objects.write(number, b"<< %s%s >>" % (known, more))

    def _ending(self) -> Iterator[bytes]:
        """Write the objects from CATALOG on that a file has once."""
        yield (
            b"<< /Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R /Outlines %d 0 R"
            b" /Metadata %d 0 R /Lang (%s) /MarkInfo << /Marked true >> /PageMode /UseOutlines"
            b" /ViewerPreferences << /DisplayDocTitle true >> >>"
            % (PAGES, TREE, OUTLINES, METADATA, self._language)
        )
        yield b"<< /Type /Pages /Count %d /Kids [%s] >>" % (self.pages, self._all(NODE))
        yield b"<< /Type /StructTreeRoot /K [%s] /ParentTree %d 0 R /ParentTreeNextKey %d >>" % (
            self._all(DOCUMENT),
            NUMBERS,
            self._objects.next,
        )
        yield b"<< /Kids [%s] >>" % self._all(PARENTS)
        yield b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (
            self._first,
            self._bookmark[0],
            len(self._leaflets),
        )
        maker = MAKER.encode()
        yield b"<< /Title (%s) /Author (%s) /Creator (%s) /Producer (%s) >>" % (
            _TITLE.encode(),
            maker,
            maker,
            maker,
        )
        about = Description(title=_TITLE, subject="", language=self._language.decode())
        yield stream(b"/Type /Metadata /Subtype /XML", xmp(about))

    def _all(self, place: int) -> bytes:
        """Refer to the object that every leaflet has at a place."""
        return b" ".join([b"%d 0 R" % (first + place) for first in self._leaflets])
