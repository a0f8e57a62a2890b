"""Merge many tagged leaflets into one tagged PDF, written as it grows: `PdfMerger`.

What leaflets of one body share is written once. What belongs to one leaflet comes from a template
whose object numbers are patched into its compressed stream: they have a fixed number of digits
in a stored block (RFC 1951), and the Adler-32 checksum is computed from the digits (RFC 1950).
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections import OrderedDict
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

from handouts.render.pdf.archive import INTENT, PROFILE_KEYS, srgb_profile
from handouts.render.pdf.canvas import MAKER, Description, xmp
from handouts.render.pdf.object_streams import unpack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from handouts.fastpath.name_slot import TypesetPdf


LEVEL = 9
"""The compression level of zlib."""
_ZLIB_HEADER = b"\x78\xda"
_ADLER = 65521
"""The modulus of Adler-32."""
_MOST_STORED = 65535
"""The most bytes of a stored block."""
_STORED_AFTER = 8
"""Bytes to store after the number, so that the rest can refer back to it."""
_PLACEHOLDER = bytes(range(0xF0, 0x100))
"""Bytes in place of the digits while the text is compressed; none may be in the text."""


class ByteSink(Protocol):
    """Where the bytes of a file go, one piece after the other."""

    def write(self, content: bytes, /) -> object:
        """Take some more bytes."""


class PatchedDeflate:
    """A text to be compressed many times, each time with another number in place of NUL.

    The number has `width` digits, and should be among the first bytes of the text.
    """

    def __init__(self, text: bytes, width: int) -> None:
        self._text, self._placeholder = text, _PLACEHOLDER[:width]
        marked = self.plain(self._placeholder)
        stored = marked.find(self._placeholder) + width + _STORED_AFTER
        cut = marked.find(self._placeholder, stored - width + 1, stored + width - 1)
        stored = stored if cut < 0 else cut + width  # do not end within a number
        self._first = marked[:stored]
        self._rest = _compressed(marked[stored:], self._first)
        self.is_patchable = (
            not any(one in text for one in _PLACEHOLDER)
            and stored <= _MOST_STORED
            and self._is_free_of_digits(b"3141592653"[:width])
        )
        """Whether the compressed part can be reused: it contains no digit of the number."""
        self._prepare_checksum(marked)

    def compressed(self, number: bytes) -> bytes:
        """Return the text with a number, given as digits, in zlib format (RFC 1950)."""
        if not self.is_patchable:
            return zlib.compress(self.plain(number), LEVEL)
        first = self._first.replace(self._placeholder, number)
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
        """Return the text with a number, given as digits."""
        return self._text.replace(b"\0", number)

    def _is_free_of_digits(self, number: bytes) -> bool:
        """Return whether the compressed part only refers back to the digits of the stored part."""
        whole, stored = self.plain(number), len(self._first)
        reader = zlib.decompressobj(-zlib.MAX_WBITS, zdict=whole[:stored])
        return reader.decompress(self._rest) == whole[stored:]

    def _prepare_checksum(self, marked: bytes) -> None:
        """Compute the Adler-32 sums without the digits, and what each digit adds to them."""
        size, width = len(marked), len(self._placeholder)
        sums = zlib.adler32(marked.replace(self._placeholder, bytes(width)))
        self._sums = sums & 0xFFFF, sums >> 16
        starts = [one.start() for one in re.finditer(re.escape(self._placeholder), marked)]
        rest = sum(starts)
        self._weights = [
            (len(starts) % _ADLER, (len(starts) * (size - digit) - rest) % _ADLER)
            for digit in range(width)
        ]


def _compressed(text: bytes, before: bytes) -> bytes:
    """Return the raw Deflate data of a text that follows another, to which it may refer back."""
    # zlib never refers back to the very first byte of a dictionary, so one is put before it.
    writer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=b"\n" + before)
    return writer.compress(text) + writer.flush()


_DIGITS = 7
"""Digits of an object number, with leading zeros: 8,388,607 is the limit (ISO 32000-1, Annex C)."""
_SMALLEST = 100
"""The smallest block of object numbers that a leaflet takes."""
DOCUMENT, NODE, PARENTS = range(3)
"""Positions of the Document element, the page tree node and the parent tree in a template."""
_REFERENCE = re.compile(rb"(\d+) 0 R")
_KEY = re.compile(rb"/(StructParents?) (\d+)")
_NUMBER = re.compile(rb"(\d+) (\[[^\]]*\]|\0\d+ 0 R)")
_PAGE = b"/Type /Page\n"
_FONTS = re.compile(rb"<<\s*/F\d|.*/Type /Font", re.DOTALL)
_PREFERENCES = b"/DisplayDocTitle true /PrintScaling /None /Duplex /DuplexFlipLongEdge"
"""How viewers show and print a file; see `VIEWER_PREFERENCES` of a leaflet's own."""
_DROPPED = (
    b"/Type /Catalog",
    b"/Producer (",
    b"/Type /StructTreeRoot",
    b"/DisplayDocTitle",
    b"/Marked true",
)
"""How to recognise objects that a file has once, which are not copied."""


def _divided(
    streams: Mapping[int, bytes], others: Mapping[int, bytes], once: Collection[int]
) -> tuple[list[int], list[int]]:
    """Return the numbers of objects that all leaflets share, and of those that each has.

    `once` are streams that a leaflet has for itself, or that the whole file has.
    """
    shared = [n for n in streams if n not in once and b"/Type /Metadata" not in streams[n][:200]]
    shared += [n for n, body in others.items() if _FONTS.match(body)]
    kept = [
        n
        for n, body in others.items()
        if n not in shared and not any(one in body for one in _DROPPED)
    ]
    return shared, kept


class BodyTemplate:
    """The shared objects of all leaflets of one body, and a template of their other objects.

    A leaflet takes a block of object numbers that starts at its `base`, a multiple of `block`.
    """

    def __init__(  # noqa: PLR0913 - the object numbers that its objects refer to
        self, pdf: TypesetPdf, base: int, tree: int, pages: int, outlines: int, *, duplex: bool
    ) -> None:
        """Prepare a template of the leaflet `pdf`.

        `base` is the number of the first shared object; `tree`, `pages` and `outlines` are those of
        the structure tree root, the page tree and the outline. `duplex` pads to an even number of
        pages.
        """
        streams, others = unpack(pdf.content)
        slot = next((n for n, body in streams.items() if pdf.slot and pdf.slot.before in body), 0)
        root = next(body for body in others.values() if b"/Type /StructTreeRoot" in body)
        catalog = next(body for body in others.values() if b"/Type /Catalog" in body)
        self.language = _found(rb"/Lang \(([^)]*)\)", catalog)
        own = sum(_PAGE in body for body in others.values())
        self.pages = own + own % 2 * duplex
        """The number of pages, with any blank one at the end."""
        profile = int(_found(rb"/DestOutputProfile (\d+)", catalog))
        shared, kept = _divided(streams, others, {slot, profile})
        document = int(_found(rb"/K (\d+) 0 R", root))
        node = next(n for n in kept if b"/Type /Pages" in others[n])
        parents = next(n for n in kept if b"/Nums [" in others[n])
        outline = next((n for n in kept if b"/Type /Outlines" in others[n]), 0)
        first = (document, node, parents)
        order = [*first, *(n for n in kept if n not in (*first, outline))]
        self._own = {n: place for place, n in enumerate(order)}
        self.packed = len(order) + self.pages - own
        """The number of packed objects; then come their stream, the name and the bookmark."""
        self._own[slot] = self.packed + 1
        self._own[outline] = self.outline = self.packed + 2
        self.count = self.packed + 3
        self.block = max(_SMALLEST, 10 ** len(str(self.count - 1)))
        """Object numbers per leaflet: a power of ten, so that their last digits are fixed."""
        self._offset = len(str(self.block)) - 1
        self._shared = {n: base + place for place, n in enumerate(shared)}
        bodies = [self._renumbered(streams.get(n) or others[n]) for n in shared]
        self.shared = [(self._shared[n], body) for n, body in zip(shared, bodies, strict=True)]
        texts = [self._renumbered(others[n]) for n in order]
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
            self._item += self._headings(headings, others[outline])
        self._texts = texts
        self._rows = b"".join(_row_after(place) for place in range(1, self.packed))
        self._keys, self._stream = self._prepare()

    def _headings(self, count: int, outline: bytes) -> bytes:
        """Return what the bookmark of a leaflet says of those below it, its headings."""
        inside = re.sub(rb"/Count \d+|/Type /Outlines|<<|>>", b"", self._renumbered(outline))
        return b" /Count -%d %s" % (count, b" ".join(inside.split()))

    # -------------------------------------------------------------- for each leaflet
    def stream(self, base: int) -> bytes:
        """Return the body of the object stream of the leaflet at `base`."""
        content = self._stream.compressed(self._digits(base))
        return b"%s /Length %d >>\nstream\n%s\nendstream" % (self._keys, len(content), content)

    def references(self, base: int, places: Sequence[int]) -> bytes:
        """Return the cross-reference rows of a leaflet: its packed objects, then those at `places`.

        `places` are file offsets. Rows are filtered as PNG does.
        """
        packed = (base + self.packed).to_bytes(4)
        rest = b"".join([b"\0\1%s\0\0" % one.to_bytes(4) for one in places])
        return b"\0\2%s\0\0%s%s" % (packed, self._rows, rest)

    def bookmark(self, title: str, base: int) -> bytes:
        """Return the entries of the bookmark of a leaflet, without /Prev and /Next."""
        named = title.encode("utf-16-be").hex().upper().encode()
        item = self._item.replace(b"\0", self._digits(base))
        return b"/Title <FEFF%s> %s" % (named, item)

    # -------------------------------------------------------------- prepared once
    def _prepare(self) -> tuple[bytes, PatchedDeflate]:
        """Return the dictionary of the object stream, not closed, and its content."""
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

    def _renumbered(self, body: bytes) -> bytes:
        """Return an object with new numbers in its references and its keys of the parent tree."""
        if body.endswith(b"endstream"):
            return body

        def reference(found: re.Match[bytes]) -> bytes:
            number = int(found[1])
            if number in self._shared:
                return b"%d 0 R" % self._shared[number]
            return self._place(self._own[number]) if number in self._own else found[0]

        renumbered = _REFERENCE.sub(reference, body)
        return _KEY.sub(lambda one: b"/%s %s" % (one[1], self._digits_of(int(one[2]))), renumbered)

    def _node(self, body: bytes, pages: int, *, more: bool) -> bytes:
        """Return the page tree node of the leaflet; `more` adds the blank page."""
        listed = _found(rb"/Kids \[([^\]]*)\]", self._renumbered(body))
        if more:
            listed += b" " + self._place(self.packed - 1)
        counted = b"<< /Type /Pages /Parent %d 0 R /Count %d" % (pages, self.pages)
        return b"%s /Kids [%s] >>" % (counted, listed)

    def _numbers(self, body: bytes) -> bytes:
        """Return the leaf of the parent tree with the keys of this leaflet."""
        inner = body[body.index(b"[") + 1 : body.rindex(b"]")]
        found = [(self._digits_of(int(one[1])), one[2]) for one in _NUMBER.finditer(inner)]
        rows = b" ".join(b"%s %s" % one for one in found)
        return b"<< /Limits [%s %s] /Nums [%s] >>" % (found[0][0], found[-1][0], rows)

    def _place(self, place: int) -> bytes:
        return self._digits_of(place) + b" 0 R"

    def _digits_of(self, place: int) -> bytes:
        return b"\0%0*d" % (self._offset, place)

    def _digits(self, base: int) -> bytes:
        """Return the leading digits of the object numbers at `base`, for which NUL stands."""
        return b"%0*d" % (_DIGITS - self._offset, base // self.block)

    def _length(self, text: bytes) -> int:
        """Return the length of a text once digits replace each NUL."""
        return len(text) + text.count(b"\0") * (_DIGITS - self._offset - 1)


def _row_after(place: int) -> bytes:
    """Return the cross-reference row of a packed object, as its difference from the row before."""
    carry = not place & 255
    return b"\2\0\0\0\0\0%c\1" % carry


def _found(pattern: bytes, body: bytes) -> bytes:
    """Return the first match of a pattern in an object by `pack`; raises IndexError for none."""
    return re.findall(pattern, body)[0]  # type: ignore[no-any-return] # one group gives bytes


XREF_ROW_BYTES = 7
"""Bytes of a cross-reference row, without its filter byte: /W [1 4 2]."""
_PDF_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_SECTION = 1 << 20
"""Bytes of cross-reference rows to buffer, before compression, until a section is written."""
_GATHERED = 1 << 18
"""Bytes of objects to buffer until they are written."""


class IncrementalWriter:
    """Writes the objects of a PDF, and cross-reference sections as they fill up."""

    def __init__(self, part: ByteSink, first: int, keys: bytes) -> None:
        """`first` is the first free object number, `keys` are entries of each trailer."""
        self._part = part
        self._gathered = [_PDF_HEADER]
        self._size = len(_PDF_HEADER)
        self.at = len(_PDF_HEADER)
        """The offset at which the next object starts."""
        self.next = first
        """The lowest object number that is still free."""
        self._keys = keys
        self._index: list[int] = []
        self._rows = 0
        self._table = zlib.compressobj(1)
        self._packed: list[bytes] = []
        self._previous = 0
        self._digest = blake2b(digest_size=16)

    def write(self, number: int, body: bytes) -> None:
        """Write an object and its cross-reference."""
        place = self.place(number, body)
        self.refer(number, 1, xref_row(1, place, 0))

    def place(self, number: int, body: bytes) -> int:
        """Write an object without a cross-reference; return its offset, for `refer`."""
        start = self.at
        self._add(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return start

    def refer(self, number: int, count: int, rows: bytes) -> None:
        """Add the cross-reference rows of `count` objects from `number` on, filtered as PNG does.

        Between two calls of `divide` the numbers must increase.
        """
        self._index += (number, count)
        self._packed.append(self._table.compress(rows))
        self._rows += len(rows)
        if self._rows > _SECTION:
            self.divide()

    def divide(self, more: bytes = b"") -> None:
        """Write the rows so far as a cross-reference section; its /Prev is the one before it.

        `more` are further entries of its trailer.
        """
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
        """End the file; `more` are further entries of its trailer.

        Its identifier, which PDF/A asks for, is a digest of all that stands before.
        """
        self._pour()
        digest = self._digest.hexdigest().encode()
        self.divide(b"%s /ID [<%s> <%s>]" % (more, digest, digest))
        self._pour()

    def _add(self, content: bytes) -> None:
        self._gathered.append(content)
        self.at += len(content)
        self._size += len(content)
        if self._size > _GATHERED:
            self._pour()

    def _pour(self) -> None:
        """Write what was gathered."""
        content = b"".join(self._gathered)
        self._digest.update(content)
        self._part.write(content)
        self._gathered, self._size = [], 0


def xref_row(kind: int, place: int, which: int) -> bytes:
    """Return a cross-reference row that does not depend on the one above it (PNG filter None)."""
    return b"\0%c%s%s" % (kind, place.to_bytes(4), which.to_bytes(2))


def stream_object(keys: bytes, content: bytes) -> bytes:
    """Return the body of a stream object; `keys` are its entries without /Length."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (keys, len(content), content)


CATALOG, PAGES, TREE, NUMBERS, OUTLINES, INFO, METADATA, PROFILE, _FIRST = range(1, 10)
_INTENT = b" ".join(b"/%s %s" % (key.encode(), value.encode()) for key, value in INTENT.items())
_PROFILE = b" ".join(b"/%s %s" % (k.encode(), v.encode()) for k, v in PROFILE_KEYS.items())
_KEPT = 64
"""Templates to keep; a body whose template was dropped is written again if it comes back."""
_TITLE = "Leaflets"
_FULL, _LAST = 8_000, 8_300_000
"""The number of leaflets, and the object number, from which a file is full for PDF readers."""


class PdfMerger:
    """Merges leaflets into one PDF; memory holds only what is needed to end the file."""

    def __init__(self, part: ByteSink, *, duplex: bool = True) -> None:
        """With `duplex` each leaflet gets an even number of pages, so that no two share a sheet."""
        self._duplex = duplex
        self._objects = IncrementalWriter(part, _FIRST, b" /Root %d 0 R" % CATALOG)
        self._templates: OrderedDict[bytes, BodyTemplate] = OrderedDict()
        self._leaflets = array("I")
        """The number of the first object of each leaflet."""
        self._bookmark = (0, b"")
        """Of the last leaflet: its object number, and its entries but for /Next."""
        self._first = 0
        """The number of the first bookmark."""
        self._language = b""
        self.pages = 0

    def add(self, title: str, pdf: TypesetPdf, name: bytes | None) -> None:
        """Add a leaflet with `title` as its bookmark.

        `name` is the content stream for its slot, None if it has no slot.
        """
        objects = self._objects
        template = self._templates.get(pdf.content)
        fresh = template is None
        if template is None:
            template = self._add_template(pdf)
        else:
            self._templates.move_to_end(pdf.content)
        base = -(-objects.next // template.block) * template.block
        bookmark = base + template.outline
        self._end_bookmark(b" /Next %d 0 R" % bookmark)
        self._first = self._first or bookmark
        if fresh:
            for number, body in template.shared:
                objects.write(number, body)
        objects.next = base + template.count
        packed = base + template.packed
        places = [objects.place(packed, template.stream(base))]
        if name is not None:
            places.append(objects.place(packed + 1, stream_object(b"", name.rstrip())))
        objects.refer(base, template.packed + len(places), template.references(base, places))
        before = b" /Prev %d 0 R" % self._bookmark[0] if self._leaflets else b""
        self._bookmark = bookmark, template.bookmark(title, base) + before
        self._leaflets.append(base)
        self.pages += template.pages

    @property
    def is_full(self) -> bool:
        """Whether another leaflet may be too much for PDF readers."""
        return len(self._leaflets) >= _FULL or self._objects.next > _LAST

    def finish(self) -> None:
        """Write the roots and end the file; at least one leaflet must have been added."""
        objects = self._objects
        self._end_bookmark(b"")
        objects.divide()  # the numbers that follow are lower than those so far
        objects.refer(0, 1, xref_row(0, 0, 65535))
        for number, body in enumerate(self._shared_objects(), CATALOG):
            objects.write(number, body)
        objects.finish(b" /Info %d 0 R" % INFO)

    # -------------------------------------------------------------- inside
    def _add_template(self, pdf: TypesetPdf) -> BodyTemplate:
        """Add the template of a body, and make room for its shared objects."""
        first = self._objects.next
        template = self._templates[pdf.content] = BodyTemplate(
            pdf, first, TREE, PAGES, OUTLINES, duplex=self._duplex
        )
        self._objects.next += len(template.shared)
        self._language = self._language or template.language
        if len(self._templates) > _KEPT:
            self._templates.popitem(last=False)
        return template

    def _end_bookmark(self, more: bytes) -> None:
        """Write the bookmark of the last leaflet, now that it is known what follows."""
        number, known = self._bookmark
        if number:
            self._objects.write(number, b"<< %s%s >>" % (known, more))

    def _shared_objects(self) -> Iterator[bytes]:
        """Yield the bodies of the objects that a file has once, numbered from CATALOG on."""
        yield (
            b"<< /Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R /Outlines %d 0 R"
            b" /Metadata %d 0 R /Lang (%s) /MarkInfo << /Marked true >> /PageMode /UseOutlines"
            b" /ViewerPreferences << %s >> /OutputIntents [<< %s /DestOutputProfile %d 0 R >>] >>"
            % (PAGES, TREE, OUTLINES, METADATA, self._language, _PREFERENCES, _INTENT, PROFILE)
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
        yield stream_object(_PROFILE, zlib.compress(srgb_profile(), LEVEL))

    def _all(self, place: int) -> bytes:
        """Return references to the object at a position in each leaflet."""
        return b" ".join([b"%d 0 R" % (first + place) for first in self._leaflets])
