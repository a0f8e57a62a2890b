"""Goes in: content with its address. Comes out: a tagged PDF/UA-1 file. The only module that makes PDF objects.

Structure by address: whatever is drawn names its path, a tuple of `Tag`s from the outermost element
to its own. Tags are compared by identity, so pieces that share a Tag share a structure element, on
whatever page they land. What is drawn without a path is an artifact (ISO 14289-1, 7.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from handouts.packing import pack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handouts.shaping import Face
    from handouts.style import Colour

# Streams as bytes: their ASCII form is a quarter larger and serves no reader of today.
rl_config.useA85 = 0
_ESCAPES = {
    code: chr(code) if 32 <= code < 127 and chr(code) not in "\\()" else f"\\{code:03o}"
    for code in range(256)
}


@dataclass(eq=False, slots=True)
class Tag:
    """An address in the structure tree: a standard role, and what the element says of itself."""

    role: str
    alt: str = ""
    actual: str = ""
    """What a drawn mark reads as, such as a bullet."""
    attributes: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """(owner, ((name, value), …)), such as ("Table", (("Scope", "/Column"),))."""


Path = tuple[Tag, ...]
NUMBERED = (("List", (("ListNumbering", "/Decimal"),)),)
UNNUMBERED = (("List", (("ListNumbering", "/Disc"),)),)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A stretch of one line: encoded glyphs with kerning, in one face, size and colour."""

    x: float
    y: float
    face: Face
    size: float
    colour: Colour
    words: tuple[Any, ...]


@dataclass(eq=False, slots=True)
class _Element:
    """A structure element of the file being written."""

    tag: Tag
    parent: _Element | None
    kids: list[Any] = field(default_factory=list)
    """Elements, or (page, MCID), or (page, reference to an annotation)."""
    bbox: tuple[float, ...] | None = None
    name: str = ""


class TaggedCanvas:
    """A PDF being written: pages of marked content, and the structure tree they belong to."""

    def __init__(
        self, *, width: float, height: float, title: str, subject: str, language: str, faces: Iterable[Face]
    ) -> None:
        first = next(iter(faces))
        self._canvas = Canvas(
            "", pagesize=(width, height), pageCompression=1, invariant=1, lang=language,
            pdfVersion=(1, 7), initialFontName=first.name,
        )  # fmt: skip
        self._canvas.setTitle(title)
        self._canvas.setSubject(subject)
        self._canvas.setAuthor("handouts")
        self._canvas.setCreator("handouts")
        self._canvas.setProducer("handouts")
        self.title, self.subject, self.language = title, subject, language
        self.height = height
        self._doc = self._canvas._doc  # noqa: SLF001 - ReportLab has no public way in
        self._root = _Element(Tag("Document"), None)
        self._elements: dict[Tag, _Element] = {}
        self._marked: list[_Element] = []
        self._parents: list[_Element | list[_Element]] = []
        self._encoded: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._page = 1

    # -------------------------------------------------------------- drawing
    def text(self, path: Path, lines: list[Glyphs]) -> None:
        """Show text that belongs to the element at `path`; an empty path makes it an artifact."""
        operators = ["BT"]
        for line in lines:
            operators.append(f"{line.colour.operands()} rg 1 0 0 1 {line.x:.2f} {line.y:.2f} Tm")
            operators.extend(self._show(line))
        operators.append("ET")
        self._add(path, " ".join(operators))

    def draw(self, path: Path, operators: str) -> None:
        """Draw paths that belong to the element at `path`, such as the mark of a list item."""
        self._add(path, f"q {operators} Q")

    def artifact(self, operators: str) -> None:
        """Draw decoration: frames, rules, icons."""
        self._code(f"/Artifact BMC q {operators} Q EMC")

    def pagination(self, subtype: str, lines: list[Glyphs], operators: str = "") -> None:
        """Draw a running footer or header, which no reader should hear on every page."""
        parts = [f"/Artifact <</Type /Pagination /Subtype /{subtype}>> BDC"]
        if operators:
            parts.append(f"q {operators} Q")
        parts.append("BT")
        for line in lines:
            parts.append(f"{line.colour.operands()} rg 1 0 0 1 {line.x:.2f} {line.y:.2f} Tm")
            parts.extend(self._show(line))
        self._code(" ".join([*parts, "ET EMC"]))

    def figure(self, path: Path, box: tuple[float, float, float, float], operators: str) -> None:
        """Draw a figure: one content item with a bounding box (x0, y0, x1, y1)."""
        element = self._resolve(path)
        element.bbox = tuple(round(edge, 2) for edge in box)
        self._add(path, f"q 1 0 0 1 {box[0]:.2f} {box[1]:.2f} cm {operators} Q")

    def link(self, path: Path, box: tuple[float, float, float, float], url: str, says: str) -> None:
        """Make an area a link of the element at `path`, with a description (PDF/UA 7.18.5)."""
        element = self._resolve(path)
        key = self._new_key(element)
        self._canvas.linkURL(
            url, box, Contents=pdfdoc.PDFString(says), F="4", StructParent=key, thickness=0
        )
        element.kids.append((self._page, self._canvas._annotationrefs[-1]))  # noqa: SLF001

    def bookmark(self, text: str, y: float, level: int) -> None:
        """Add a heading to the outline of the file; `y` is its top edge, level 0 the outermost."""
        key = f"h{len(self._canvas._destinations)}"  # noqa: SLF001
        self._canvas.bookmarkPage(key, fit="XYZ", left=0, top=y)
        self._canvas.addOutlineEntry(text, key, level)

    def end_page(self) -> None:
        """Close the page; the next call draws on a new one."""
        key = self._new_key(self._marked)
        canvas = self._canvas
        set_annotations = canvas._setAnnotations  # noqa: SLF001

        def annotate(page: Any) -> None:  # noqa: ANN401
            set_annotations(page)
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents = key
            page.Tabs = "/S"

        canvas._setAnnotations = annotate  # noqa: SLF001
        canvas.showPage()
        canvas._setAnnotations = set_annotations  # noqa: SLF001
        self._marked = []
        self._page += 1

    def finish(self) -> bytes:
        """Write the structure tree and the metadata; give the bytes of the file."""
        self._write_structure()
        self._write_metadata()
        data: bytes = self._doc.GetPDFData(self._canvas)
        return pack(data)

    # -------------------------------------------------------------- content
    def _code(self, operators: str) -> None:
        self._canvas._code.append(operators)  # noqa: SLF001

    def _add(self, path: Path, operators: str) -> None:
        if not path:
            self._code(f"/Artifact BMC {operators} EMC")
            return
        element = self._resolve(path)
        mcid = len(self._marked)
        self._marked.append(element)
        element.kids.append((self._page, mcid))
        self._code(f"/{element.tag.role} <</MCID {mcid}>> BDC {operators} EMC")

    def _show(self, line: Glyphs) -> Iterable[str]:
        """Show glyphs with one TJ for each run of one font subset."""
        current = -1
        parts: list[str] = []
        for word in line.words:
            for subset, shown in self._encode(line.face, word):
                if subset != current:
                    if parts:
                        yield f"[{''.join(parts)}] TJ"
                    parts = []
                    current = subset
                    name = line.face.font.getSubsetInternalName(subset, self._doc)
                    yield f"{name} {line.size:g} Tf"
                parts.append(shown)
        if parts:
            yield f"[{''.join(parts)}] TJ".replace(")(", "")

    def _encode(self, face: Face, word: Any) -> list[tuple[int, str]]:  # noqa: ANN401
        """Encode a word for this file, once; each piece is (subset, strings and kerning)."""
        key = (face.name, word.glyphs)
        found = self._encoded.get(key)
        if found is None:
            found = self._encoded[key] = []
            kerns = iter(word.kerns)
            for subset, codes in face.font.splitString(word.glyphs, self._doc):
                shown, run = [], ""
                for code in codes:
                    run += _ESCAPES[code]
                    if kern := next(kerns):
                        shown.append(f"({run}){-kern}")
                        run = ""
                found.append((subset, "".join(shown) + (f"({run})" if run else "")))
        return found

    # -------------------------------------------------------------- structure
    def _resolve(self, path: Path) -> _Element:
        element = self._root
        for tag in path:
            kid = self._elements.get(tag)
            if kid is None:
                kid = self._elements[tag] = _Element(tag, element)
                element.kids.append(kid)
            element = kid
        return element

    def empty(self, path: Path) -> None:
        """Make an element without content, such as an empty table cell."""
        self._resolve(path)

    def _new_key(self, what: _Element | list[_Element]) -> int:
        self._parents.append(what)
        return len(self._parents) - 1

    def _write_structure(self) -> None:
        doc, new_dictionary, reference = self._doc, pdfdoc.PDFDictionary, pdfdoc.PDFObjectReference
        elements = list(_in_order(self._root))
        for number, element in enumerate(elements):
            element.name = f"SE{number}"
        for element in elements:
            doc.Reference(_element_dictionary(element), element.name)
        numbers: list[Any] = []
        for key, what in enumerate(self._parents):
            numbers += [
                key,
                reference(what.name)
                if isinstance(what, _Element)
                else pdfdoc.PDFArray([reference(one.name) for one in what]),
            ]
        parent_tree = new_dictionary({"Nums": pdfdoc.PDFArray(numbers)})
        tree = new_dictionary(
            {
                "Type": "/StructTreeRoot",
                "K": reference(self._root.name),
                "ParentTree": doc.Reference(parent_tree, "ParentTree"),
                "ParentTreeNextKey": len(self._parents),
            }
        )
        doc.Catalog.StructTreeRoot = doc.Reference(tree, "StructTreeRoot")
        doc.Catalog.MarkInfo = new_dictionary({"Marked": "true"})

    def _write_metadata(self) -> None:
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._doc.Catalog.Metadata = pdfdoc.XMP(creator=lambda _doc: self._xmp())

    def _xmp(self) -> bytes:
        """Describe the file; never a name, a flag or anything else of the patient."""
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
            ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
            "<dc:format>application/pdf</dc:format>"
            '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">'
            f"{escape(self.title)}</rdf:li></rdf:Alt></dc:title>"
            "<dc:creator><rdf:Seq><rdf:li>handouts</rdf:li></rdf:Seq></dc:creator>"
            '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
            f"{escape(self.subject)}</rdf:li></rdf:Alt></dc:description>"
            f"<dc:language><rdf:Bag><rdf:li>{escape(self.language)}</rdf:li></rdf:Bag></dc:language>"
            "<pdf:Producer>handouts</pdf:Producer>"
            "<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>\n"
            '<?xpacket end="w"?>\n'
        ).encode()


def _in_order(element: _Element) -> Iterable[_Element]:
    yield element
    for kid in element.kids:
        if isinstance(kid, _Element):
            yield from _in_order(kid)


def _element_dictionary(element: _Element) -> Any:  # noqa: ANN401 - ReportLab has no types
    """Build the dictionary of one structure element (ISO 32000-1, 14.7.2)."""
    new_dictionary, reference = pdfdoc.PDFDictionary, pdfdoc.PDFObjectReference
    tag = element.tag
    entry = new_dictionary({"S": "/" + tag.role, "Type": "/StructElem"})
    entry["P"] = reference(element.parent.name if element.parent else "StructTreeRoot")
    page = next((kid[0] for kid in element.kids if not isinstance(kid, _Element)), None)
    if page:
        entry["Pg"] = reference(f"Page{page}")
    kids = [_kid(kid, page) for kid in element.kids]
    if kids:
        entry["K"] = kids[0] if len(kids) == 1 else pdfdoc.PDFArray(kids)
    if tag.alt:
        entry["Alt"] = pdfdoc.PDFString(tag.alt)
    if tag.actual:
        entry["ActualText"] = pdfdoc.PDFString(tag.actual)
    attributes = [new_dictionary({"O": "/" + owner, **dict(values)}) for owner, values in tag.attributes]
    if element.bbox:
        box = pdfdoc.PDFArray(list(element.bbox))
        attributes.append(new_dictionary({"O": "/Layout", "BBox": box, "Placement": "/Block"}))
    if attributes:
        entry["A"] = attributes[0] if len(attributes) == 1 else pdfdoc.PDFArray(attributes)
    return entry


def _kid(kid: Any, page: int | None) -> Any:  # noqa: ANN401
    """Refer to an element, to marked content of this page or another, or to an annotation."""
    new_dictionary, reference = pdfdoc.PDFDictionary, pdfdoc.PDFObjectReference
    if isinstance(kid, _Element):
        return reference(kid.name)
    where, what = kid
    if not isinstance(what, int):
        return new_dictionary({"Type": "/OBJR", "Obj": what, "Pg": reference(f"Page{where}")})
    if where == page:
        return what
    return new_dictionary({"Type": "/MCR", "MCID": what, "Pg": reference(f"Page{where}")})
