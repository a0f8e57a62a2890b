"""Impose the pages of a tagged PDF two to a side, for folding: `impose`.

Each page becomes a form XObject. The structure tree keeps its reading order and refers to marked
content in the forms (ISO 32000-1, 14.7.4.2).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from handouts.fastpath.name_slot import TypesetPdf
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.object_streams import pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pypdf.generic import PdfObject


T = TypeVar("T")
PAGES_OF_A_SHEET = 4
"""Two on each of its two sides."""
_TICK, _TICK_FROM_EDGE = 3 * MM, 4.5 * MM
"""The length of the lines that show the fold, and what most printers leave blank at the edge."""
_TICK_WIDTH = 0.5


class _Place(Struct, frozen=True):
    """Where a page was moved to."""

    side: IndirectObject
    """The new page that it is on."""
    form: IndirectObject
    """The content of the page, as a form XObject."""
    shift: float
    """How far it moved to the right, in points."""


def impose(pdf: TypesetPdf) -> TypesetPdf:
    """Impose pages two to a side, in order for duplex printing flipped on the short edge.

    The number of pages must be a multiple of PAGES_OF_A_SHEET, or some are lost. No page is
    scaled. The same pages give the same bytes. The result has no slot for a name.
    """
    imposition = _Imposition(PdfWriter(clone_from=PdfReader(BytesIO(pdf.content))))
    return TypesetPdf(imposition.finish(), pdf.pages, draft=pdf.draft)


def sides(pages: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers of the left and the right page of each side: front, then back of a sheet.

    Pages count from 1.
    """
    for sheet in range(pages // PAGES_OF_A_SHEET):
        first, last = 2 * sheet + 1, pages - 2 * sheet
        yield last, first
        yield first + 1, last - 1


class _Imposition:
    """A file whose pages move to new sides; all references to a page are updated."""

    def __init__(self, writer: PdfWriter) -> None:
        self.writer = writer
        self.root = writer.root_object
        self.places: dict[int, _Place] = {}
        """By the object number of the old page."""

    def finish(self) -> bytes:
        """Impose all pages and return the bytes of the file."""
        tree = _dictionary(self.root["/Pages"])
        pages = [page for page in _array(tree["/Kids"]) if isinstance(page, IndirectObject)]
        moved = [
            self.add_side([pages[left - 1], pages[right - 1]]) for left, right in sides(len(pages))
        ]
        tree[NameObject("/Kids")] = ArrayObject(moved)
        tree[NameObject("/Count")] = NumberObject(len(moved))
        shown = _dictionary(self.root["/ViewerPreferences"])
        shown[NameObject("/Duplex")] = NameObject("/DuplexFlipShortEdge")
        self.move_elements(_dictionary(self.root["/StructTreeRoot"])["/K"])
        self.move_bookmarks(_dictionary(self.root["/Outlines"]))
        # This drops the old pages, to which nothing refers any more.
        self.writer.compress_identical_objects(remove_duplicates=False)
        out = BytesIO()
        self.writer.write(out)
        return pack(out.getvalue())[0]

    def add_side(self, pair: Sequence[IndirectObject]) -> IndirectObject:
        """Return a new page with two old ones side by side; their links move with them."""
        pages = [_dictionary(page) for page in pair]
        width, height = (float(size) for size in _array(pages[0]["/MediaBox"])[2:])
        forms = [self.add(_form(page)) for page in pages]
        content = DecodedStreamObject()
        both = f"q /Left Do Q q 1 0 0 1 {width:g} 0 cm /Right Do Q"
        content.set_data(f"{both} {_fold_ticks(width, height)}".encode())
        links = [link for page in pages for link in page.get("/Annots", ())]
        side = self.add(
            _named(
                Type=NameObject("/Page"),
                Parent=self.root.raw_get("/Pages"),
                MediaBox=_numbers(0, 0, 2 * width, height),
                Resources=_named(XObject=_named(Left=forms[0], Right=forms[1])),
                Contents=self.add(content),
                Tabs=NameObject("/S"),
                **({"Annots": ArrayObject(links)} if links else {}),
            )
        )
        for page, form, shift in zip(pair, forms, (0.0, width), strict=True):
            self.places[page.idnum] = _Place(side, form, shift)
            for link in _dictionary(page).get("/Annots", ()):
                area = _dictionary(link)
                area[NameObject("/Rect")] = _shifted(_array(area["/Rect"]), shift)
        return side

    def add(self, new: PdfObject) -> IndirectObject:
        """Add an object to the file and return a reference to it."""
        return self.writer._add_object(new)  # noqa: SLF001 - pypdf has no public way

    def move_elements(self, kid: PdfObject) -> None:
        """Update a structure element and all its descendants to where their content was moved."""
        element = _dictionary(kid)
        place = self.place(element["/Pg"]) if "/Pg" in element else None
        if place:
            element[NameObject("/Pg")] = place.side
            _move_box(element, place.shift)
        kids = element.get("/K")
        if isinstance(kids, ArrayObject):
            element[NameObject("/K")] = ArrayObject(self.moved(one, place) for one in kids)
        elif kids is not None:
            element[NameObject("/K")] = self.moved(element.raw_get("/K"), place)

    def moved(self, kid: PdfObject, place: _Place | None) -> PdfObject:
        """Return one kid of an element, updated: marked content, a link or an element.

        `place` is that of the page of the element; None if it has no page.
        """
        if isinstance(kid, NumberObject) and place:
            return _content(kid, place)
        found = _dictionary(kid)
        if found.get("/Type") == "/MCR":
            return _content(found["/MCID"], self.place(found["/Pg"]))
        if found.get("/Type") == "/OBJR":
            found[NameObject("/Pg")] = self.place(found["/Pg"]).side
            return found
        self.move_elements(found)
        return kid

    def move_bookmarks(self, parent: DictionaryObject) -> None:
        """Update the destinations of all bookmarks below one."""
        item = parent.get("/First")
        while item is not None:
            mark = _dictionary(item)
            target = _array(mark["/Dest"])
            place = self.place(target[0])
            target[0] = place.side
            target[2] = FloatObject(target[2] + place.shift)
            self.move_bookmarks(mark)
            item = mark.get("/Next")

    def place(self, page: PdfObject) -> _Place:
        """Return where an old page was moved to."""
        value = _dictionary(page).indirect_reference
        return self.places[value.idnum if value else 0]


def _fold_ticks(x: float, height: float) -> str:
    """Return the operators of two short lines, at head and foot, that show where to fold."""
    ends = (_TICK_FROM_EDGE, height - _TICK_FROM_EDGE - _TICK)
    lines = " ".join(f"{x:g} {y:.2f} m {x:g} {y + _TICK:.2f} l" for y in ends)
    return f"/Artifact BMC q 0 0 0 RG {_TICK_WIDTH} w {lines} S Q EMC"


def _form(page: DictionaryObject) -> StreamObject:
    """Return a page as a form XObject; it keeps the key of the page in the parent tree."""
    form = DecodedStreamObject()
    value = page["/Contents"]
    parts = value if isinstance(value, ArrayObject) else [value]
    form.set_data(b"\n".join(_found(part, StreamObject).get_data() for part in parts))
    form.update(
        _named(
            Type=NameObject("/XObject"),
            Subtype=NameObject("/Form"),
            BBox=page["/MediaBox"],
            Resources=page["/Resources"],
            StructParents=page["/StructParents"],
        )
    )
    return form.flate_encode()


def _content(number: PdfObject, place: _Place) -> DictionaryObject:
    """Return a reference to marked content in a form (ISO 32000-1, 14.7.4.2)."""
    return _named(Type=NameObject("/MCR"), Pg=place.side, Stm=place.form, MCID=number)


def _move_box(element: DictionaryObject, shift: float) -> None:
    """Shift the BBox of a figure, which is relative to the page it is on."""
    value = element.get("/A")
    for owner in value if isinstance(value, ArrayObject) else [value]:
        attributes = owner and _dictionary(owner)
        if attributes and "/BBox" in attributes:
            attributes[NameObject("/BBox")] = _shifted(_array(attributes["/BBox"]), shift)


def _shifted(box: ArrayObject, shift: float) -> ArrayObject:
    left, foot, right, top = map(float, box)
    return _numbers(left + shift, foot, right + shift, top)


def _numbers(*numbers: float) -> ArrayObject:
    return ArrayObject(FloatObject(round(number, 4)) for number in numbers)


def _named(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def _array(value: PdfObject | None) -> ArrayObject:
    return _found(value, ArrayObject)


def _dictionary(value: PdfObject | None) -> DictionaryObject:
    return _found(value, DictionaryObject)


def _found(value: PdfObject | None, kind: type[T]) -> T:
    """Return the object that a reference leads to; raises TypeError if it is of another kind."""
    found = value.get_object() if value is not None else None
    if not isinstance(found, kind):
        message = "this is a bug, please report it: a PDF that handouts did not make"
        raise TypeError(message)
    return found
