"""Build the structure tree of a tagged PDF: `StructureTree`.

Whatever is drawn names its path, a tuple of `Tag`s from the outermost element to its own. Tags
are compared by identity, so content that shares a tag shares an element, on any page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from reportlab.pdfbase import pdfdoc

if TYPE_CHECKING:
    from collections.abc import Iterable


Attributes = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""(owner, ((name, value), …)), such as ("Table", (("Scope", "/Column"),))."""
NUMBERED: Attributes = (("List", (("ListNumbering", "/Decimal"),)),)
UNNUMBERED: Attributes = (("List", (("ListNumbering", "/Disc"),)),)


class Tag(Struct, eq=False):
    """An address in the structure tree: a standard role, and what the element says of itself."""

    role: str
    alt: str = ""
    """What stands for a figure."""
    actual: str = ""
    """What a drawn mark reads as, such as a bullet."""
    attributes: Attributes = ()


TagPath = tuple[Tag, ...]


class Element(Struct, eq=False):
    """A structure element of the file being written."""

    tag: Tag
    parent: Element | None
    kids: list[Any] = field(default_factory=list)
    """Elements, or (page, MCID), or (page, reference to an annotation)."""
    bbox: tuple[float, ...] | None = None
    """Left, foot, right and top of a figure on its page, in points."""
    name: str = ""
    """Its name among the objects of the file, once the tree is written."""


class StructureTree:
    """The elements of one file, made as paths ask for them, in reading order."""

    def __init__(self) -> None:
        self._root = Element(Tag("Document"), None)
        self._elements: dict[Tag, Element] = {}
        self._parents: list[Element | list[Element]] = []

    def element(self, path: TagPath) -> Element:
        """Find the element at a path, and make what is missing on the way."""
        element = self._root
        for tag in path:
            kid = self._elements.get(tag)
            if kid is None:
                kid = self._elements[tag] = Element(tag, element)
                element.kids.append(kid)
            element = kid
        return element

    def new_key(self, parent: Element | list[Element]) -> int:
        """Number an annotation's element, or a page's elements by MCID, for the parent tree."""
        self._parents.append(parent)
        return len(self._parents) - 1

    def write(self, doc: Any) -> None:  # noqa: ANN401 - ReportLab has no types
        """Put the tree into a ReportLab document (ISO 32000-1, 14.7.2 and 14.7.4.4)."""
        elements = list(_in_order(self._root))
        for number, element in enumerate(elements):
            element.name = f"SE{number}"
        for element in elements:
            doc.Reference(_ElementObject(element), element.name)
        parent_tree = pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(self._numbers())})
        tree = pdfdoc.PDFDictionary(
            {
                "Type": "/StructTreeRoot",
                "K": pdfdoc.PDFObjectReference(self._root.name),
                "ParentTree": doc.Reference(parent_tree, "ParentTree"),
                "ParentTreeNextKey": len(self._parents),
            }
        )
        doc.Catalog.StructTreeRoot = doc.Reference(tree, "StructTreeRoot")
        doc.Catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})

    def _numbers(self) -> list[Any]:
        """List each key of the parent tree with what it leads to."""
        reference = pdfdoc.PDFObjectReference
        numbers: list[Any] = []
        for key, parent in enumerate(self._parents):
            if isinstance(parent, Element):
                numbers += [key, reference(parent.name)]
            else:
                numbers += [key, pdfdoc.PDFArray([reference(one.name) for one in parent])]
        return numbers


def _in_order(element: Element) -> Iterable[Element]:
    yield element
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _in_order(kid)


class _ElementObject(pdfdoc.PDFObject):  # type: ignore[misc]  # ReportLab has no types
    """The dictionary of one structure element (ISO 32000-1, 14.7.2).

    Written as text in one go: a leaflet has some seven hundred of them, all small.
    """

    def __init__(self, element: Element) -> None:
        self._element = element

    def format(self, doc: Any) -> bytes:  # noqa: ANN401 - as in ReportLab
        """Write the dictionary, now that every object has its number."""
        element, tag = self._element, self._element.tag
        above = element.parent.name if element.parent else "StructTreeRoot"
        parts = [f"/S/{tag.role}/Type/StructElem/P {_reference(doc, above)}"]
        page = next((kid[0] for kid in element.kids if not isinstance(kid, Element)), None)
        if page:
            parts.append(f"/Pg {_reference(doc, f'Page{page}')}")
        if element.kids:
            kids = [_kid(doc, kid, page) for kid in element.kids]
            parts.append(f"/K{_one_or_all(kids)}")
        for key, text in (("Alt", tag.alt), ("ActualText", tag.actual)):
            if text:
                parts.append(f"/{key}{_string(text)}")
        attributes = [
            f"<</O/{owner}{''.join(f'/{key}{_spaced(value)}' for key, value in values)}>>"
            for owner, values in tag.attributes
        ]
        if element.bbox:
            box = " ".join(f"{edge:g}" for edge in element.bbox)
            attributes.append(f"<</O/Layout/BBox[{box}]/Placement/Block>>")
        if attributes:
            parts.append(f"/A{_one_or_all(attributes)}")
        return f"<<{''.join(parts)}>>\n".encode("ascii")


def _reference(doc: Any, name: str) -> str:  # noqa: ANN401 - ReportLab has no types
    number, version = doc.idToObjectNumberAndVersion[name]
    return f"{number} {version} R"


def _string(text: str) -> str:
    """Write any text as a PDF string: UTF-16 with a byte order mark, in hexadecimal."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _one_or_all(objects: list[str]) -> str:
    return _spaced(objects[0]) if len(objects) == 1 else f"[{' '.join(objects)}]"


def _spaced(value: str) -> str:
    """Part a value from the key before it, where nothing in it does."""
    return value if value[0] in "/<[(" else f" {value}"


def _kid(doc: Any, kid: Any, page: int | None) -> str:  # noqa: ANN401 - ReportLab has no types
    """Refer to an element, to marked content of this page or another, or to an annotation."""
    if isinstance(kid, Element):
        return _reference(doc, kid.name)
    where, what = kid
    if not isinstance(what, int):
        annotation = what.format(doc).decode("ascii")
        return f"<</Type/OBJR/Obj {annotation}/Pg {_reference(doc, f'Page{where}')}>>"
    if where == page:
        return str(what)
    return f"<</Type/MCR/MCID {what}/Pg {_reference(doc, f'Page{where}')}>>"
