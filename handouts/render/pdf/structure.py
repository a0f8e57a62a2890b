"""Build the structure tree of a tagged PDF: `StructureTree`.

Content is drawn with a tag path, a tuple of `Tag`s from the outermost element below the document
to its own. Tags are compared by identity: content with the same tag is in the same element, on
any page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from reportlab.pdfbase import pdfdoc

if TYPE_CHECKING:
    from collections.abc import Iterable


Attributes = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Attribute objects as (owner, ((name, value), …)): ("Table", (("Scope", "/Column"),))."""
NUMBERED: Attributes = (("List", (("ListNumbering", "/Decimal"),)),)
UNNUMBERED: Attributes = (("List", (("ListNumbering", "/Disc"),)),)


class Tag(Struct, eq=False):
    """A structure element to be: its standard structure type and its properties."""

    role: str
    """A standard structure type (ISO 32000-1, 14.8.4), such as P."""
    alt: str = ""
    """The alternative text of a figure."""
    actual: str = ""
    """ActualText: what a mark that is drawn reads as, such as a bullet."""
    attributes: Attributes = ()
    unknown_language: bool = False
    """The language of its text is not known, and not that of the document."""


TagPath = tuple[Tag, ...]


class Element(Struct, eq=False):
    """A structure element of the file being written."""

    tag: Tag
    parent: Element | None
    kids: list[Any] = field(default_factory=list)
    """Each an element, a (page, MCID), or a (page, reference to an annotation)."""
    bbox: tuple[float, ...] | None = None
    """Left, bottom, right and top of a figure on its page, in points."""
    name: str = ""
    """The name of its object in ReportLab, once the tree is written."""


class StructureTree:
    """The elements of one file, in reading order: the order in which their paths are first used."""

    def __init__(self) -> None:
        self._root = Element(Tag("Document"), None)
        self._elements: dict[Tag, Element] = {}
        self._parents: list[Element | list[Element]] = []

    def element(self, path: TagPath) -> Element:
        """Return the element at a path; it and those above it are created where missing."""
        element = self._root
        for tag in path:
            kid = self._elements.get(tag)
            if kid is None:
                kid = self._elements[tag] = Element(tag, element)
                element.kids.append(kid)
            element = kid
        return element

    def new_key(self, parent: Element | list[Element]) -> int:
        """Return a new key of the parent tree.

        Its value is the element of an annotation, or the list of a page's elements by MCID.
        """
        self._parents.append(parent)
        return len(self._parents) - 1

    def write(self, doc: Any) -> None:  # noqa: ANN401 - ReportLab has no types
        """Add the tree to a ReportLab document (ISO 32000-1, 14.7.2 and 14.7.4.4)."""
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
        """Return the number tree of the parents: each key, then what it refers to."""
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

    Formatted by hand, because a leaflet has some seven hundred of them, all small.
    """

    def __init__(self, element: Element) -> None:
        self._element = element

    def format(self, doc: Any) -> bytes:  # noqa: ANN401 - ReportLab has no types
        """Return the dictionary; ReportLab calls this once every object has its number."""
        element, tag = self._element, self._element.tag
        parent = element.parent.name if element.parent else "StructTreeRoot"
        parts = [f"/S/{tag.role}/Type/StructElem/P {_reference(doc, parent)}"]
        page = next((kid[0] for kid in element.kids if not isinstance(kid, Element)), None)
        if page:
            parts.append(f"/Pg {_reference(doc, f'Page{page}')}")
        if element.kids:
            kids = [_kid(doc, kid, page) for kid in element.kids]
            parts.append(f"/K{_one_or_all(kids)}")
        for key, text in (("Alt", tag.alt), ("ActualText", tag.actual)):
            if text:
                parts.append(f"/{key}{_string(text)}")
        if tag.unknown_language:
            parts.append("/Lang(und)")  # undetermined (ISO 639-2)
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
    """Return a text string in hexadecimal: UTF-16BE with a byte order mark."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _one_or_all(objects: list[str]) -> str:
    return _spaced(objects[0]) if len(objects) == 1 else f"[{' '.join(objects)}]"


def _spaced(value: str) -> str:
    """Return a value with a space before it, unless it starts with a delimiter."""
    return value if value[0] in "/<[(" else f" {value}"


def _kid(doc: Any, kid: Any, page: int | None) -> str:  # noqa: ANN401 - ReportLab has no types
    """Return the reference to a kid: an element, marked content or an annotation.

    Marked content of `page` is a bare MCID.
    """
    if isinstance(kid, Element):
        return _reference(doc, kid.name)
    where, what = kid
    if not isinstance(what, int):
        annotation = what.format(doc).decode("ascii")
        return f"<</Type/OBJR/Obj {annotation}/Pg {_reference(doc, f'Page{where}')}>>"
    if where == page:
        return str(what)
    return f"<</Type/MCR/MCID {what}/Pg {_reference(doc, f'Page{where}')}>>"
