"""Goes in: the PDF of a body. Comes out: its objects, ready to be bound with those of others.

Object numbers are a multiple of a block, such as 1000, and an offset below it. So in the prepared
texts a NUL stands for what comes before the last digits.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.packing import unpack
from handouts.stencil import Stencil

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.fastpath.name_slot import TypesetPdf

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


class Sheaf:
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
        content = self._stencil.printed(self._digits(base))
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
    def _prepare(self) -> tuple[bytes, Stencil]:
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
        return keys, Stencil(start + b"\n".join(self._texts), _DIGITS - self._offset)

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
