"""Impose the pages of a tagged PDF two to a side, for folding: `impose`.

Each page becomes a form XObject. The structure tree keeps its reading order and refers into the
forms (ISO 32000-1, 14.7.4.2).
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
from handouts.render.pdf.object_streams import pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pypdf.generic import PdfObject


T = TypeVar("T")
PAGES_OF_A_SHEET = 4


class _Place(Struct, frozen=True):
    """Where a page went."""

    side: IndirectObject
    form: IndirectObject
    """The page's content, as a form."""
    shift: float
    """How far to the right of its old place, in points."""


def impose(pdf: TypesetPdf) -> TypesetPdf:
    """Put the pages two by two on sheets, in order for duplex flipped on the short edge.

    No page is scaled. The same pages give the same bytes. A slot for a name does not survive.
    """
    imposition = _Imposition(PdfWriter(clone_from=PdfReader(BytesIO(pdf.content))))
    return TypesetPdf(imposition.finish(), pdf.pages, draft=pdf.draft)


def sides(pages: int) -> Iterator[tuple[int, int]]:
    """Number the pages of each side, left and right: the front of a sheet, then its back."""
    for sheet in range(pages // PAGES_OF_A_SHEET):
        first, last = 2 * sheet + 1, pages - 2 * sheet
        yield last, first
        yield first + 1, last - 1


class _Imposition:
    """A file whose pages move to sides; what leads to a page is led to its new place."""

    def __init__(self, writer: PdfWriter) -> None:
        self.writer = writer
        self.root = writer.root_object
        self.places: dict[int, _Place] = {}
        """By the number of the old page's object."""

    def finish(self) -> bytes:
        """Move everything; give the bytes of the file."""
        tree = _dictionary(self.root["/Pages"])
        pages = [page for page in _array(tree["/Kids"]) if isinstance(page, IndirectObject)]
        moved = [
            self.add_side([pages[left - 1], pages[right - 1]]) for left, right in sides(len(pages))
        ]
        tree[NameObject("/Kids")] = ArrayObject(moved)
        tree[NameObject("/Count")] = NumberObject(len(moved))
        self.move_elements(_dictionary(self.root["/StructTreeRoot"])["/K"])
        self.move_bookmarks(_dictionary(self.root["/Outlines"]))
        # The old pages are objects that nothing leads to any more.
        self.writer.compress_identical_objects(remove_duplicates=False)
        out = BytesIO()
        self.writer.write(out)
        return pack(out.getvalue())[0]

    def add_side(self, pair: Sequence[IndirectObject]) -> IndirectObject:
        """Draw two pages side by side, and note where they went."""
        pages = [_dictionary(page) for page in pair]
        wide, high = (float(size) for size in _array(pages[0]["/MediaBox"])[2:])
        forms = [self.add(_form(page)) for page in pages]
        content = DecodedStreamObject()
        content.set_data(f"q /Left Do Q q 1 0 0 1 {wide:g} 0 cm /Right Do Q".encode())
        links = [link for page in pages for link in page.get("/Annots", ())]
        side = self.add(
            _named(
                Type=NameObject("/Page"),
                Parent=self.root.raw_get("/Pages"),
                MediaBox=_numbers(0, 0, 2 * wide, high),
                Resources=_named(XObject=_named(Left=forms[0], Right=forms[1])),
                Contents=self.add(content),
                Tabs=NameObject("/S"),
                **({"Annots": ArrayObject(links)} if links else {}),
            )
        )
        for page, form, shift in zip(pair, forms, (0.0, wide), strict=True):
            self.places[page.idnum] = _Place(side, form, shift)
            for link in _dictionary(page).get("/Annots", ()):
                area = _dictionary(link)
                area[NameObject("/Rect")] = _shifted(_array(area["/Rect"]), shift)
        return side

    def add(self, made: PdfObject) -> IndirectObject:
        """Add an object to the file."""
        return self.writer._add_object(made)  # noqa: SLF001 - pypdf has no public way

    def move_elements(self, kid: PdfObject) -> None:
        """Lead a structure element, and all inside, to where its content went."""
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
        """Lead one kid of an element to its place: content, a link, or an element."""
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
        """Lead the bookmarks below one to their places."""
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
        """Tell where an old page went."""
        held = _dictionary(page).indirect_reference
        return self.places[held.idnum if held else 0]


def _form(page: DictionaryObject) -> StreamObject:
    """Make a form of a page; it keeps the page's key of the parent tree."""
    form = DecodedStreamObject()
    held = page["/Contents"]
    parts = held if isinstance(held, ArrayObject) else [held]
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
    """Refer to marked content inside a form (ISO 32000-1, 14.7.4.2)."""
    return _named(Type=NameObject("/MCR"), Pg=place.side, Stm=place.form, MCID=number)


def _move_box(element: DictionaryObject, shift: float) -> None:
    """Move the box of a figure, which is measured from the corner of the side."""
    held = element.get("/A")
    for owner in held if isinstance(held, ArrayObject) else [held]:
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


def _array(held: PdfObject | None) -> ArrayObject:
    return _found(held, ArrayObject)


def _dictionary(held: PdfObject | None) -> DictionaryObject:
    return _found(held, DictionaryObject)


def _found(held: PdfObject | None, kind: type[T]) -> T:
    """Follow a reference to an object of a kind."""
    found = held.get_object() if held is not None else None
    if not isinstance(found, kind):
        message = "this is a bug, please report it: a PDF that handouts did not make"
        raise TypeError(message)
    return found
