"""Merge many tagged leaflets into one tagged PDF, written as it grows: `PdfMerger`.

What leaflets of one body share is written once. What belongs to one leaflet is a template whose
object numbers are patched into the compressed stream: they have a fixed number of digits and
stand in a stored block, and the Adler-32 checksum is computed from the digits (RFC 1950).
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections import OrderedDict
from typing import TYPE_CHECKING

from handouts.render.pdf.canvas import MAKER, Description, xmp
from handouts.render.pdf.object_streams import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.system.locks import ExclusiveFile


LEVEL = 9
_ZLIB_HEADER = b"\x78\xda"
_ADLER = 65521
_MOST_STORED = 65535
"""Bytes that a stored block can hold."""
_BEYOND = 8
"""Bytes to store after the number, so that the compressor has seen it."""
_MARKS = bytes(range(0xF0, 0x100))
"""What stands for the digits of the number while the text is compressed."""


class PatchedDeflate:
    """A text in which NUL is a number of `width` digits; it should be among its first bytes."""

    def __init__(self, text: bytes, width: int) -> None:
        self._text, self._marks = text, _MARKS[:width]
        marked = self.plain(self._marks)
        lead = marked.find(self._marks) + width + _BEYOND
        cut = marked.find(self._marks, lead - width + 1, lead + width - 1)
        lead = lead if cut < 0 else cut + width  # so as not to end within a number
        self._first = marked[:lead]
        self._rest = _compressed(marked[lead:], self._first)
        self.is_patchable = (
            not any(one in text for one in _MARKS)
            and lead <= _MOST_STORED
            and self._repeats(b"3141592653"[:width])
        )
        """No digit of the number is in the compressed part; else each text is compressed anew."""
        self._weigh(marked)

    def compressed(self, number: bytes) -> bytes:
        """Give the text for a number in digits, compressed (RFC 1950)."""
        if not self.is_patchable:
            return zlib.compress(self.plain(number), LEVEL)
        first = self._first.replace(self._marks, number)
        size = len(first)
        a, b = self._sums
        for digit, (in_a, in_b) in zip(number, self._weights, strict=True):
            a += digit * in_a
            b += digit * in_b
        return b"%s\0%s%s%s%s%s%s" % (
            _ZLIB_HEADER,
            size.to_bytes(2, "little"),
            (size ^ _MOST_STORED).to_bytes(2, "little"),
            first,
            self._rest,
            (b % _ADLER).to_bytes(2),
            (a % _ADLER).to_bytes(2),
        )

    def plain(self, number: bytes) -> bytes:
        """Give the text for a number in digits."""
        return self._text.replace(b"\0", number)

    def _repeats(self, number: bytes) -> bool:
        """Tell whether the compressed part takes all digits from the part before it."""
        whole, lead = self.plain(number), len(self._first)
        reader = zlib.decompressobj(-zlib.MAX_WBITS, zdict=whole[:lead])
        return reader.decompress(self._rest) == whole[lead:]

    def _weigh(self, marked: bytes) -> None:
        """Work out the checksum without the digits, and what each digit adds to it."""
        size, width = len(marked), len(self._marks)
        sums = zlib.adler32(marked.replace(self._marks, bytes(width)))
        self._sums = sums & 0xFFFF, sums >> 16
        starts = [one.start() for one in re.finditer(re.escape(self._marks), marked)]
        rest = sum(starts)
        self._weights = [
            (len(starts) % _ADLER, (len(starts) * (size - digit) - rest) % _ADLER)
            for digit in range(width)
        ]


def _compressed(text: bytes, before: bytes) -> bytes:
    """Deflate a text that follows another, which is not compressed."""
    # zlib never steps back to the very first byte it was given.
    writer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=b"\n" + before)
    return writer.compress(text) + writer.flush()


_DIGITS = 7
"""Of an object number, leading zeros too; no reader need know more than 8,388,607."""
_SMALLEST = 100
"""The smallest block."""
DOCUMENT, NODE, PARENTS = range(3)
"""The places of a leaflet's root element, of the node of its pages and of its parent tree."""
_REFERENCE = re.compile(rb"(\d+) 0 R")
_KEY = re.compile(rb"/(StructParents?) (\d+)")
_NUMBER = re.compile(rb"(\d+) (\[[^\]]*\]|\0\d+ 0 R)")
_PAGE = b"/Type /Page\n"
_FONTS = re.compile(rb"<<\s*/F\d|.*/Type /Font", re.DOTALL)
_DROPPED = (
    b"/Type /Catalog",
    b"/Producer (",
    b"/Type /StructTreeRoot",
    b"/DisplayDocTitle",
    b"/Marked true",
)
"""What marks objects that a file has once."""


class BodyTemplate:
    """What all leaflets of one body are made from."""

    def __init__(  # noqa: PLR0913 - the numbers that a body must know
        self, pdf: TypesetPdf, base: int, tree: int, pages: int, outlines: int, *, duplex: bool
    ) -> None:
        """`base` is the number of the first shared object; the others are those of the roots."""
        streams, others = unpack(pdf.content)
        slot = next((n for n, body in streams.items() if pdf.slot and pdf.slot.before in body), 0)
        root = next(body for body in others.values() if b"/Type /StructTreeRoot" in body)
        catalog = next(body for body in others.values() if b"/Type /Catalog" in body)
        self.language = _found(rb"/Lang \(([^)]*)\)", catalog)
        own = sum(_PAGE in body for body in others.values())
        self.pages = own + own % 2 * duplex
        """With a blank one where the last sheet would have only one side."""
        shared = [n for n in streams if n != slot and b"/Type /Metadata" not in streams[n][:200]]
        shared += [n for n, body in others.items() if _FONTS.match(body)]
        kept = [
            n
            for n, body in others.items()
            if n not in shared and not any(one in body for one in _DROPPED)
        ]
        document = int(_found(rb"/K (\d+) 0 R", root))
        node = next(n for n in kept if b"/Type /Pages" in others[n])
        parents = next(n for n in kept if b"/Nums [" in others[n])
        outline = next((n for n in kept if b"/Type /Outlines" in others[n]), 0)
        first = (document, node, parents)
        order = [*first, *(n for n in kept if n not in (*first, outline))]
        self._own = {n: place for place, n in enumerate(order)}
        self.packed = len(order) + self.pages - own
        """How many objects are packed; then come their stream, the name and the bookmark."""
        self._own[slot] = self.packed + 1
        self._own[outline] = self.outline = self.packed + 2
        self.count = self.packed + 3
        self.block = max(_SMALLEST, 10 ** len(str(self.count - 1)))
        """Numbers that a leaflet takes: the next power of ten."""
        self._offset = len(str(self.block)) - 1
        self._shared = {n: base + place for place, n in enumerate(shared)}
        self.shared = [(self._shared[n], self._told(streams.get(n) or others[n])) for n in shared]
        texts = [self._told(others[n]) for n in order]
        texts[NODE] = self._node(others[node], pages, more=self.pages > own)
        texts[PARENTS] = self._numbers(texts[PARENTS])
        above = b"/P %d 0 R /Lang (%s)" % (tree, self.language)
        texts[DOCUMENT] = re.sub(rb"/P [^R]*R", above, texts[DOCUMENT], count=1)
        first_page = next(n for n in order if _PAGE in others[n])
        if self.pages > own:
            box = _found(rb"/MediaBox (\[[^\]]*\])", others[first_page])
            texts.append(
                b"<< /Type /Page /Parent %s /MediaBox %s /Resources << >> /Tabs /S >>"
                % (self._place(NODE), box)
            )
        self._item = b"/Parent %d 0 R /Dest [%s /Fit]" % (
            outlines,
            self._place(self._own[first_page]),
        )
        if headings := sum(b"/Dest [" in text for text in texts):
            inside = re.sub(rb"/Count \d+|/Type /Outlines|<<|>>", b"", self._told(others[outline]))
            self._item += b" /Count -%d %s" % (headings, b" ".join(inside.split()))
        self._texts = texts
        self._rows = b"".join(_row_after(place) for place in range(1, self.packed))
        self._keys, self._stencil = self._prepare()

    # -------------------------------------------------------------- for one leaflet
    def stream(self, base: int) -> bytes:
        """Give the object stream of the leaflet at `base`, with its keys."""
        content = self._stencil.compressed(self._digits(base))
        return b"%s /Length %d >>\nstream\n%s\nendstream" % (self._keys, len(content), content)

    def references(self, base: int, places: Sequence[int]) -> bytes:
        """Give the cross-references of a leaflet: what is packed, and objects at some places."""
        packed = (base + self.packed).to_bytes(4)
        loose = b"".join([b"\0\1%s\0\0" % one.to_bytes(4) for one in places])
        return b"\0\2%s\0\0%s%s" % (packed, self._rows, loose)

    def bookmark(self, title: str, base: int) -> bytes:
        """Give the bookmark of a leaflet, but for its neighbours."""
        named = title.encode("utf-16-be").hex().upper().encode()
        item = self._item.replace(b"\0", self._digits(base))
        return b"/Title <FEFF%s> %s" % (named, item)

    # -------------------------------------------------------------- prepared once
    def _prepare(self) -> tuple[bytes, PatchedDeflate]:
        """Give the keys of the object stream, and the stream itself."""
        at, head = 0, []
        for place, text in enumerate(self._texts):
            head.append(b"%s %d" % (self._digits_of(place), at))
            at += self._length(text) + 1
        start = b" ".join(head) + b"\n"
        keys = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (
            self.packed,
            self._length(start),
        )
        return keys, PatchedDeflate(start + b"\n".join(self._texts), _DIGITS - self._offset)

    def _told(self, body: bytes) -> bytes:
        """Write the references of an object, and its keys in the parent tree, anew."""
        if body.endswith(b"endstream"):
            return body

        def reference(found: re.Match[bytes]) -> bytes:
            number = int(found[1])
            if number in self._shared:
                return b"%d 0 R" % self._shared[number]
            return self._place(self._own[number]) if number in self._own else found[0]

        told = _REFERENCE.sub(reference, body)
        return _KEY.sub(lambda one: b"/%s %s" % (one[1], self._digits_of(int(one[2]))), told)

    def _node(self, body: bytes, pages: int, *, more: bool) -> bytes:
        """Write the node of the pages, with a blank one if there is one more."""
        listed = _found(rb"/Kids \[([^\]]*)\]", self._told(body))
        if more:
            listed += b" " + self._place(self.packed - 1)
        counted = b"<< /Type /Pages /Parent %d 0 R /Count %d" % (pages, self.pages)
        return b"%s /Kids [%s] >>" % (counted, listed)

    def _numbers(self, body: bytes) -> bytes:
        """Write the leaf of the parent tree with the keys of this leaflet."""
        inner = body[body.index(b"[") + 1 : body.rindex(b"]")]
        found = [(self._digits_of(int(one[1])), one[2]) for one in _NUMBER.finditer(inner)]
        rows = b" ".join(b"%s %s" % one for one in found)
        return b"<< /Limits [%s %s] /Nums [%s] >>" % (found[0][0], found[-1][0], rows)

    def _place(self, place: int) -> bytes:
        return self._digits_of(place) + b" 0 R"

    def _digits_of(self, place: int) -> bytes:
        return b"\0%0*d" % (self._offset, place)

    def _digits(self, base: int) -> bytes:
        """Give what the NUL stands for."""
        return b"%0*d" % (_DIGITS - self._offset, base // self.block)

    def _length(self, text: bytes) -> int:
        """Measure a text as it will be with digits for its marks."""
        return len(text) + text.count(b"\0") * (_DIGITS - self._offset - 1)


def _row_after(place: int) -> bytes:
    """Give the cross-reference of a packed object, as what it adds to that of the one before."""
    carry = not place & 255
    return b"\2\0\0\0\0\0%c\1" % carry


def _found(pattern: bytes, body: bytes) -> bytes:
    """Give what a pattern finds in an object that `pack` wrote, and so has it."""
    return re.findall(pattern, body)[0]  # type: ignore[no-any-return] # one group gives bytes


XREF_ROW_BYTES = 7
"""Bytes of a cross-reference: of what kind, where, and which."""
_PDF_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_SECTION = 1 << 20
"""Bytes of cross-references to gather before they are written; compressed they are few."""
_GATHERED = 1 << 18
"""Bytes of objects to gather before they are written."""


class IncrementalWriter:
    """The objects of a PDF in the making."""

    def __init__(self, part: ExclusiveFile, first: int, keys: bytes) -> None:
        """`first` is the first number to be had, `keys` those of the trailer."""
        self._part = part
        self._gathered = [_PDF_HEADER]
        self._size = len(_PDF_HEADER)
        self.at = len(_PDF_HEADER)
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
        self.refer(number, 1, xref_row(1, place, 0))

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
        table += (self._table.compress(xref_row(1, start, 0)), self._table.flush())
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
                XREF_ROW_BYTES,
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


def xref_row(kind: int, place: int, which: int) -> bytes:
    """Write a cross-reference that does not depend on the one above it."""
    return b"\0%c%s%s" % (kind, place.to_bytes(4), which.to_bytes(2))


def stream_object(keys: bytes, content: bytes) -> bytes:
    """Write a stream."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (keys, len(content), content)


CATALOG, PAGES, TREE, NUMBERS, OUTLINES, INFO, METADATA, _FIRST = range(1, 9)
_KEPT = 64
"""Bodies whose shared objects are remembered; one that comes back later is written again."""
_TITLE = "Leaflets"
_FULL, _LAST = 8_000, 8_300_000
"""Leaflets, and the number of an object, after which another row may be too much for a reader."""


class PdfMerger:
    """One PDF in the making. Only what is needed to end it is held in memory."""

    def __init__(self, part: ExclusiveFile, *, duplex: bool = True) -> None:
        """With `duplex` every leaflet has an even number of pages, so that no two share a sheet."""
        self._duplex = duplex
        self._objects = IncrementalWriter(part, _FIRST, b" /Root %d 0 R" % CATALOG)
        self._sheaves: OrderedDict[bytes, BodyTemplate] = OrderedDict()
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
            places.append(objects.place(packed + 1, stream_object(b"", name.rstrip())))
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
        objects.refer(0, 1, xref_row(0, 0, 65535))
        for number, body in enumerate(self._ending(), CATALOG):
            objects.write(number, body)
        objects.finish(b" /Info %d 0 R" % INFO)

    # -------------------------------------------------------------- inside
    def _keep(self, pdf: TypesetPdf) -> BodyTemplate:
        """Take in a body that is not at hand."""
        first = self._objects.next
        sheaf = self._sheaves[pdf.content] = BodyTemplate(
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
        yield stream_object(b"/Type /Metadata /Subtype /XML", xmp(about))

    def _all(self, place: int) -> bytes:
        """Refer to the object that every leaflet has at a place."""
        return b" ".join([b"%d 0 R" % (first + place) for first in self._leaflets])
