"""Write a tagged PDF/UA-1 file: `TaggedCanvas`.

What is drawn with a tag path belongs to the element at that path; what is drawn without one is
an artifact (ISO 14289-1, 7.1). The metadata never names the patient.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from handouts.fastpath.name_slot import ALPHABET, Slot, TypesetPdf, blank_slot
from handouts.render.pdf.object_streams import deflate, pack
from handouts.render.pdf.structure import StructureTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.render.pdf.fonts import Face, Word
    from handouts.render.pdf.graphics import Colour, ImageKeys
    from handouts.render.pdf.structure import Element, TagPath

    Box = tuple[float, float, float, float]
    """Left, foot, right and top, in points from the lower left corner of the page."""


MAKER = "handouts"
"""Author, creator and producer: the program, never a person."""


class Description(Struct, frozen=True, kw_only=True):
    """What a file says of itself; never a name, a flag or anything else of the patient."""

    title: str
    subject: str
    language: str
    """A BCP 47 tag such as en-GB."""


def xmp(about: Description) -> bytes:
    """Write the packet (ISO 16684-1) that names the title and claims PDF/UA-1 (ISO 14289-1, 5)."""
    title, subject, language = (escape(s) for s in (about.title, about.subject, about.language))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
        ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{MAKER}</rdf:li></rdf:Seq></dc:creator>"
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{subject}</rdf:li></rdf:Alt></dc:description>"
        f"<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>"
        f"<pdf:Producer>{MAKER}</pdf:Producer>"
        "<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>\n'
    ).encode()


# Streams as bytes: their ASCII form is a quarter larger and serves no reader of today.
rl_config.useA85 = 0
_ESCAPES = [f"\\{chr(code)}" if chr(code) in "\\()" else chr(code) for code in range(256)]
_ESCAPES[13] = "\\r"  # a bare one would be read as a line feed
"""How each byte is written in a string of a content stream, as a character of Latin-1."""


class _Deflate:
    """Compresses a stream as small as it gets; ReportLab's own filter does it in haste."""

    pdfname = "FlateDecode"

    def encode(self, content: bytes) -> bytes:
        """Compress."""
        return deflate(content)


def _entries(keys: ImageKeys) -> Any:  # noqa: ANN401 - ReportLab has no types
    """Write the entries of a dictionary, where words are names."""
    made = {str: pdfdoc.PDFName, int: int, dict: _entries}
    return pdfdoc.PDFDictionary({key: made[type(value)](value) for key, value in keys.items()})


class Glyphs(Struct, frozen=True):
    """A stretch of one line in one face, size and colour; lengths in points, y the baseline."""

    x: float
    y: float
    face: Face
    size: float
    colour: Colour
    words: tuple[Word, ...]


class TaggedCanvas:
    """A PDF being written: pages of marked content, and the structure tree they belong to.

    All lengths are points; the origin is the lower left corner of the page.
    """

    def __init__(
        self, *, size: tuple[float, float], about: Description, faces: Iterable[Face]
    ) -> None:
        first = next(iter(faces))
        self._canvas = canvas = Canvas(
            "",
            pagesize=size,
            pageCompression=1,
            invariant=1,
            lang=about.language,
            pdfVersion=(1, 7),
            initialFontName=first.name,
        )
        canvas.setTitle(about.title)
        canvas.setSubject(about.subject)
        canvas.setAuthor(MAKER)
        canvas.setCreator(MAKER)
        canvas.setProducer(MAKER)
        self._about = about
        self._doc = canvas._doc  # noqa: SLF001 - ReportLab has no public way in
        self._tree = StructureTree()
        self._marked: list[Element] = []
        """The element of each marked content of the page, by MCID."""
        self._encoded: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._page = 1
        self._slots: list[Slot] = []
        self._slot_page = 0
        """The one page that has slots."""

    # -------------------------------------------------------------- drawing
    def text(self, path: TagPath, lines: Iterable[Glyphs]) -> None:
        """Show text that belongs to the element at `path`; an empty path makes it an artifact."""
        self._add(path, self._shown(lines))

    def draw(self, path: TagPath, operators: str) -> None:
        """Draw paths that belong to the element at `path`, such as the mark of a list item."""
        self._add(path, f"q {operators} Q")

    def artifact(self, operators: str) -> None:
        """Draw decoration: frames, rules, icons."""
        self._code(f"/Artifact BMC q {operators} Q EMC")

    def pagination(self, subtype: str, lines: Iterable[Glyphs], operators: str) -> None:
        """Draw a running footer or header, which no reader should hear on every page."""
        head = f"/Artifact <</Type /Pagination /Subtype /{subtype}>> BDC"
        self._code(f"{head} q {operators} Q {self._shown(lines)} EMC")

    def figure(self, path: TagPath, box: Box, operators: str) -> None:
        """Draw a figure in a box: one content item, with operators from the box's own corner."""
        self._tree.element(path).bbox = tuple(round(edge, 2) for edge in box)
        self._add(path, f"q 1 0 0 1 {box[0]:.2f} {box[1]:.2f} cm {operators} Q")

    def image(self, keys: ImageKeys, content: bytes) -> str:
        """Take a picture in pixels into the file; give the name by which this page draws it."""
        name = f"Image{len(self._canvas._formsinuse)}"  # noqa: SLF001 - nothing public takes bytes
        self._doc.addForm(name, pdfdoc.PDFStream(_entries(keys), content, filters=[]))
        self._canvas._formsinuse.append(name)  # noqa: SLF001 - the same
        return f"/{self._doc.getXObjectName(name)}"

    def link(self, path: TagPath, box: Box, url: str, says: str) -> None:
        """Make an area a link of the element at `path`, with a description (PDF/UA 7.18.5)."""
        element = self._tree.element(path)
        key = self._tree.new_key(element)
        self._canvas.linkURL(
            url, box, Contents=pdfdoc.PDFString(says), F="4", StructParent=key, thickness=0
        )
        annotation = self._canvas._annotationrefs[-1]  # noqa: SLF001 - nothing public gives it
        element.kids.append((self._page, annotation))

    def reserve(self, face: Face, letters: str = ALPHABET) -> None:
        """Put the letters of names first in a face, so that a slot finds them in any file."""
        face.font.splitString(letters, self._doc)

    def slot(self, path: TagPath, first: Glyphs, room: float) -> Slot:
        """Leave a place for a line of text, `room` points wide; it starts as `first` would.

        One page alone may have such places. Where they are is known when the file is finished.
        """
        mcid = self._mark(path)
        name = first.face.font.getSubsetInternalName(0, self._doc)
        before = (
            f"/{path[-1].role} <</MCID {mcid}>> BDC BT {first.colour.operands()} rg "
            f"1 0 0 1 {first.x:.1f} {first.y:.1f} Tm {name} {first.size:g} Tf "
        )
        most = int(room / first.size * 1000)
        self._slots.append(Slot(0, before.encode(), b" ET EMC", most))
        self._slot_page = self._page
        return self._slots[-1]

    def empty(self, path: TagPath) -> None:
        """Make an element without content, such as an empty table cell."""
        self._tree.element(path)

    def bookmark(self, text: str, y: float, level: int) -> None:
        """Add a heading to the outline of the file; `y` is its top edge, level 0 the outermost."""
        count = len(self._canvas._destinations)  # noqa: SLF001 - a number that no other has
        self._canvas.bookmarkPage(f"h{count}", fit="XYZ", left=0, top=y)
        self._canvas.addOutlineEntry(text, f"h{count}", level)

    # -------------------------------------------------------------- pages
    def end_page(self) -> None:
        """Close the page; the next call draws on a new one."""
        key = self._tree.new_key(self._marked)
        canvas = self._canvas
        set_annotations = canvas._setAnnotations  # noqa: SLF001 - called with the page object

        def annotate(page: Any) -> None:  # noqa: ANN401 - ReportLab has no types
            set_annotations(page)
            code = "\n".join(canvas._code).encode("latin-1")  # noqa: SLF001 - as drawn here
            page.Contents = pdfdoc.PDFStream(content=code, filters=[_Deflate()])
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents = key
            page.Tabs = "/S"

        canvas._setAnnotations = annotate  # noqa: SLF001 - the one place that sees the page
        canvas.showPage()
        canvas._setAnnotations = set_annotations  # noqa: SLF001 - as it was
        self._marked = []
        self._page += 1

    def finish(self, *, draft: bool) -> TypesetPdf:
        """Write the structure tree and the metadata; give the finished file."""
        self._tree.write(self._doc)
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._doc.Catalog.Metadata = pdfdoc.XMP(creator=lambda _doc: xmp(self._about))
        written, pages = self._doc.GetPDFData(self._canvas), self._page - 1
        if not self._slots:
            return TypesetPdf(pack(written)[0], pages, draft=draft)
        first = self._slots[0]
        number, _ = self._doc.idToObjectNumberAndVersion[f"Page{self._slot_page}"]
        blanks = b"".join(blank_slot(one.before, one.after) for one in self._slots)
        content, first.at = pack(written, (number, blanks))
        return TypesetPdf(content, pages, draft=draft, slot=first)

    # -------------------------------------------------------------- content
    def _code(self, operators: str) -> None:
        self._canvas._code.append(operators)  # noqa: SLF001 - public calls add no marks

    def _add(self, path: TagPath, operators: str) -> None:
        if not path:
            self._code(f"/Artifact BMC {operators} EMC")
            return
        mcid = self._mark(path)
        self._code(f"/{path[-1].role} <</MCID {mcid}>> BDC {operators} EMC")

    def _mark(self, path: TagPath) -> int:
        """Number a piece of marked content of the element at `path`."""
        element = self._tree.element(path)
        mcid = len(self._marked)
        self._marked.append(element)
        element.kids.append((self._page, mcid))
        return mcid

    def _shown(self, lines: Iterable[Glyphs]) -> str:
        """Show lines; place, colour and font are said where they change."""
        parts, colour, font, x, y = ["BT"], "", "", 0.0, 0.0
        for line in lines:
            if (operands := line.colour.operands()) != colour:
                parts.append(f"{operands} rg")
            left, base = round(line.x, 1), round(line.y, 1)
            parts.append(f"{_tenths(left - x)} {_tenths(base - y)} Td")
            colour, x, y = operands, left, base
            for chosen, shown in self._runs(line):
                if chosen != font:
                    parts.append(chosen)
                parts.append(shown)
                font = chosen
        return " ".join([*parts, "ET"])

    def _runs(self, line: Glyphs) -> Iterator[tuple[str, str]]:
        """Choose a font and show glyphs, once for each run of one font subset."""
        current = -1
        parts: list[str] = []
        chosen = ""
        for word in line.words:
            for subset, shown in self._encode(line.face, word):
                if subset != current:
                    if parts:
                        yield chosen, _show(parts)
                    parts, current = [], subset
                    name = line.face.font.getSubsetInternalName(subset, self._doc)
                    chosen = f"{name} {line.size:g} Tf"
                parts.append(shown)
        if parts:
            yield chosen, _show(parts)

    def _encode(self, face: Face, word: Word) -> list[tuple[int, str]]:
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


def _show(parts: Iterable[str]) -> str:
    """Show strings with the kerning between them."""
    joined = "".join(parts).replace(")(", "")
    return f"[{joined}] TJ"


def _tenths(length: float) -> str:
    """Write a length to a tenth of a point, as short as it gets."""
    return f"{round(length, 1) + 0.0:g}"
