"""Goes in: the PDF of a body. Comes out: its objects, ready to be bound with those of others.

Object numbers are a base and an offset below 1000, so in the prepared texts a NUL stands for what
comes before the last three digits; a byte 1 for one more, where a leaflet has many objects.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.packing import unpack

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.slots import TypesetPdf

BLOCK = 1000
_REFERENCE = re.compile(rb"(\d+) 0 R")
_KEY = re.compile(rb"/(StructParents?) (\d+)")
_NUMBER = re.compile(rb"(\d+) (\[[^\]]*\]|[\0\1]\d{3} 0 R)")
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

    def __init__(self, pdf: TypesetPdf, base: int, tree: int, pages: int, outlines: int) -> None:
        """`base` is the number of the first shared object; the others are those of the roots."""
        streams, others = unpack(pdf.content)
        slot = next((n for n, body in streams.items() if pdf.slot and pdf.slot.before in body), 0)
        root = next(body for body in others.values() if b"/Type /StructTreeRoot" in body)
        catalog = next(body for body in others.values() if b"/Type /Catalog" in body)
        self.language = _found(rb"/Lang \(([^)]*)\)", catalog)
        self.pages = pdf.pages + pdf.pages % 2
        """With a blank one where the last sheet has only one side."""
        shared = [n for n in streams if n != slot and b"/Type /Metadata" not in streams[n][:200]]
        shared += [n for n, body in others.items() if _FONTS.match(body)]
        kept = [
            n
            for n, body in others.items()
            if n not in shared and not any(one in body for one in _DROPPED)
        ]
        node = next(n for n in kept if b"/Type /Pages" in others[n])
        parents = next(n for n in kept if b"/Nums [" in others[n])
        outline = next(n for n in kept if b"/Type /Outlines" in others[n])
        document = int(_found(rb"/K (\d+) 0 R", root))
        # The pages' node, then the parent tree: the binder counts on that order.
        inner = [n for n in kept if n not in (node, parents, outline)]
        order = [*inner, node, parents]
        self._own = {n: place for place, n in enumerate(order)}
        self.packed = len(order) + self.pages - pdf.pages
        self.outline = self.packed
        self._own[outline] = self.outline
        self._own[slot] = self.packed + 2
        self.count = self.packed + 3
        self.pages_node, self.document = self._own[node], self._own[document]
        self._shared = {n: base + place for place, n in enumerate(shared)}
        self.shared = [(self._shared[n], self._told(streams.get(n) or others[n])) for n in shared]
        texts = [self._told(others[n]) for n in order]
        texts[self.pages_node] = self._node(others[node], pages)
        texts[self.pages_node + 1] = self._numbers(texts[self.pages_node + 1])
        above = b"/P %d 0 R /Lang (%s)" % (tree, self.language)
        texts[self.document] = re.sub(rb"/P [^R]*R", above, texts[self.document], count=1)
        if self.pages > pdf.pages:
            first = next(others[n] for n in inner if b"/MediaBox" in others[n])
            box = _found(rb"/MediaBox (\[[^\]]*\])", first)
            texts.append(
                b"<< /Type /Page /Parent %s /MediaBox %s /Resources << >> /Tabs /S >>"
                % (self._place(self.pages_node), box)
            )
        self._texts = texts
        self._headings = sum(b"/Dest [" in text for text in texts)
        self._tails = [place.to_bytes(2) for place in range(self.packed)]
        self._first_page = next(self._own[n] for n in inner if b"/Type /Page\n" in others[n])
        self._outlines = outlines
        self._item = self._told(others[outline])
        self._prepared: dict[tuple[int, int], tuple[bytes, int]] = {}

    # -------------------------------------------------------------- for one leaflet
    def text(self, base: int) -> bytes:
        """Give the content of the object stream of the leaflet at `base`."""
        one, two = _digits(base)
        return self._prepare(len(one), len(two))[0].replace(b"\0", one).replace(b"\1", two)

    def first(self, base: int) -> int:
        """Give the offset of the first object in that content."""
        one, two = _digits(base)
        return self._prepare(len(one), len(two))[1]

    def entries(self, packed: int) -> bytes:
        """Give the cross-references of the objects in object stream `packed`."""
        start = b"\2" + packed.to_bytes(6)
        return start + start.join(self._tails)

    def bookmark(self, title: str, base: int, before: int | None) -> Callable[[int | None], bytes]:
        """Give the bookmark of a leaflet as soon as it is known which follows."""
        one, two = _digits(base)
        inside = re.sub(rb"/Count \d+|/Type /Outlines|<<|>>", b"", self._item)
        fixed = b"/Title <FEFF%s> /Parent %d 0 R /Dest [%s /Fit] /Count -%d %s" % (
            title.encode("utf-16-be").hex().upper().encode(),
            self._outlines,
            self._place(self._first_page),
            self._headings,
            inside.strip(),
        )
        known = fixed.replace(b"\0", one).replace(b"\1", two)
        if before is not None:
            known += b" /Prev %d 0 R" % before
        return lambda after: b"<< %s%s >>" % (known, b" /Next %d 0 R" % after if after else b"")

    # -------------------------------------------------------------- prepared once
    def _prepare(self, width: int, other: int) -> tuple[bytes, int]:
        """Write the object stream for base numbers of so many digits; give its first offset too."""
        found = self._prepared.get((width, other))
        if found is None:
            at, head = 0, []
            for place, text in enumerate(self._texts):
                head.append(b"%s %d" % (self._digits_of(place), at))
                at += _length(text, width, other) + 1
            start = b" ".join(head) + b"\n"
            found = (start + b"\n".join(self._texts), _length(start, width, other))
            self._prepared[width, other] = found
        return found

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
        return _KEY.sub(lambda one: b"/%s \0%03d" % (one[1], int(one[2])), told)

    def _node(self, body: bytes, pages: int) -> bytes:
        listed = _found(rb"/Kids \[([^\]]*)\]", self._told(body))
        if self.packed > self.pages_node + 2:
            listed += b" " + self._place(self.packed - 1)
        counted = b"<< /Type /Pages /Parent %d 0 R /Count %d" % (pages, self.pages)
        return b"%s /Kids [%s] >>" % (counted, listed)

    def _numbers(self, body: bytes) -> bytes:
        """Write the leaf of the parent tree with the keys of this leaflet."""
        inner = body[body.index(b"[") + 1 : body.rindex(b"]")]
        found = [(int(one[1]), one[2]) for one in _NUMBER.finditer(inner)]
        rows = b" ".join(b"\0%03d %s" % one for one in found)
        return b"<< /Limits [\0%03d \0%03d] /Nums [%s] >>" % (found[0][0], found[-1][0], rows)

    def _place(self, place: int) -> bytes:
        return self._digits_of(place) + b" 0 R"

    def _digits_of(self, place: int) -> bytes:
        return b"%c%03d" % (place // BLOCK, place % BLOCK)


def _found(pattern: bytes, body: bytes) -> bytes:
    """Give what a pattern finds in an object that `pack` wrote, and so has it."""
    return re.findall(pattern, body)[0]  # type: ignore[no-any-return] # one group gives bytes


def _length(text: bytes, width: int, other: int) -> int:
    """Measure a text as it will be with base numbers of so many digits."""
    return len(text) + text.count(b"\0") * (width - 1) + text.count(b"\1") * (other - 1)


def _digits(base: int) -> tuple[bytes, bytes]:
    """Give what the NUL and the byte 1 stand for."""
    return b"%d" % (base // BLOCK), b"%d" % (base // BLOCK + 1)
