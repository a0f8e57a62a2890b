"""Build tiny tagged PDFs from a nested story, to try the read-back checks on."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, String

FONT_FILE = Path(__file__).parents[2] / "fonts" / "HandoutsHyperlegible-400Regular.ttf"
NEXT_PAGE = "\f"
"""In a story: what follows is on the next page."""

TO_UNICODE = (
    b"1 begincodespacerange <00> <FF> endcodespacerange\n"
    b"2 beginbfrange <20> <7E> <0020> <A0> <FF> <00A0> endbfrange\n"
    b"1 beginbfchar <95> <2022> endbfchar\n"
)


@dataclass(frozen=True)
class Element:
    """A structure element of a story; a figure draws a square, a link gets an area."""

    role: str
    content: tuple["Element | str", ...] = ()
    alt: str | None = None
    lang: str | None = None
    attributes: dict[str, pikepdf.Object] = field(default_factory=dict)
    target: str = ""


def element(role: str, *content: Element | str, **attributes: pikepdf.Object) -> Element:
    """Write an element of a story; attributes keep their PDF names."""
    return Element(role, content, attributes=attributes)


def figure(alt: str | None, *, has_box: bool = True) -> Element:
    """Write a figure."""
    box: dict[str, pikepdf.Object] = {"BBox": Array([50, 50, 60, 60])} if has_box else {}
    return Element("Figure", alt=alt, attributes=box)


def link(text: str, target: str) -> Element:
    """Write a link."""
    return Element("Link", (text,), target=target)


def tiny_pdf(*story: Element) -> pikepdf.Pdf:
    """Build a tagged PDF with a footer and bookmarks from the elements of a document."""
    builder = _Builder()
    builder.add(Element("Document", story), builder.tree)
    return builder.finish()


def saved(pdf: pikepdf.Pdf) -> bytes:
    """Give the bytes of a PDF."""
    stream = BytesIO()
    pdf.save(stream)
    return stream.getvalue()


class _Builder:
    """Collects pages, structure and bookmarks of one file."""

    def __init__(self) -> None:
        self.pdf = pikepdf.new()
        self.tree = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
        self._font = self.pdf.make_indirect(_embedded_font(self.pdf))
        self._parents: dict[int, pikepdf.Object] = {}
        self._bookmarks: list[tuple[str, int]] = []
        self._streams: list[list[str]] = []
        self._next_page()

    def add(self, story: Element, parent: pikepdf.Object) -> pikepdf.Object:
        made = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name("/" + story.role), P=parent, K=Array())
        )
        parent.K.append(made)
        self._describe(made, story)
        if story.role == "Figure":
            self._paint(made, "50 50 10 10 re f")
        for part in story.content:
            if isinstance(part, Element):
                self.add(part, made)
            elif part == NEXT_PAGE:
                self._next_page()
            else:
                self._paint(made, self._shown(part))
        if story.target:
            self._add_area(made, story)
        if story.role == "H1":
            self._bookmarks.append((str(story.content[0]), len(self.pdf.pages) - 1))
        return made

    def finish(self) -> pikepdf.Pdf:
        for page, stream in zip(self.pdf.pages, self._streams, strict=True):
            stream += ["/Artifact <</Type /Pagination /Subtype /Footer>> BDC", "0 0 1 1 re f"]
            stream += ["BT /F0 9 Tf 50 20 Td (Footer) Tj ET", "EMC"]
            page.Contents = self.pdf.make_stream("\n".join(stream).encode())
        numbers = Array(part for key in sorted(self._parents) for part in (key, self._parents[key]))
        self.tree.ParentTree = self.pdf.make_indirect(Dictionary(Nums=numbers))
        self._fill_root()
        self._write_outline()
        return self.pdf

    def _describe(self, made: pikepdf.Object, story: Element) -> None:
        if story.alt is not None:
            made.Alt = String(story.alt)
        if story.lang is not None:
            made.Lang = String(story.lang)
        if story.attributes:
            owner = {"L": "List", "TH": "Table"}.get(story.role, "Layout")
            named = {f"/{key}": value for key, value in story.attributes.items()}
            made.A = Dictionary({"/O": Name("/" + owner), **named})

    def _next_page(self) -> None:
        self._streams.append([])
        page = self.pdf.add_blank_page(page_size=(300, 300))
        page.obj.Tabs = Name.S
        page.obj.StructParents = len(self._parents)
        page.obj.Resources = Dictionary(Font=Dictionary(F0=self._font))
        self._parents[len(self._parents)] = self.pdf.make_indirect(Array())

    def _paint(self, made: pikepdf.Object, operators: str) -> None:
        page = self.pdf.pages[-1].obj
        listed = self._parents[int(page.StructParents)]
        made.K.append(Dictionary(Type=Name.MCR, Pg=page, MCID=len(listed)))
        self._streams[-1] += [f"/P <</MCID {len(listed)}>> BDC", operators, "EMC"]
        listed.append(made)

    def _shown(self, text: str) -> str:
        height = 280 - 5 * len(self._streams[-1])
        return f"BT /F0 12 Tf 50 {height} Td <{text.encode('cp1252').hex()}> Tj ET"

    def _add_area(self, made: pikepdf.Object, story: Element) -> None:
        page = self.pdf.pages[-1].obj
        area = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=Array([50, 50, 60, 60]),
            A=Dictionary(S=Name.URI, URI=String(story.target)),
            Contents=String(f"Opens {story.target}"),
            StructParent=len(self._parents),
            F=4,
        )
        page.Annots = Array([self.pdf.make_indirect(area)])
        made.K.append(Dictionary(Type=Name.OBJR, Pg=page, Obj=page.Annots[0]))
        self._parents[len(self._parents)] = made

    def _fill_root(self) -> None:
        root = self.pdf.Root
        root.StructTreeRoot = self.tree
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String("en-GB")
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        with self.pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = "A tiny leaflet"
            metadata["pdfuaid:part"] = "1"

    def _write_outline(self) -> None:
        with self.pdf.open_outline() as outline:
            for title, page in self._bookmarks:
                outline.root.append(pikepdf.OutlineItem(title, page))


def _embedded_font(pdf: pikepdf.Pdf) -> Dictionary:
    """Embed the whole font under the Windows Latin encoding."""
    file = TTFont(FONT_FILE)
    name = Name("/HandoutsHyperlegible-Regular")
    scale = 1000 / file["head"].unitsPerEm
    names = [file.getBestCmap().get(_unicode(code), ".notdef") for code in range(256)]
    widths = [round(file["hmtx"][glyph][0] * scale) for glyph in names]
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=32,
        FontBBox=Array([0, -300, 1000, 1000]),
        ItalicAngle=0,
        Ascent=950,
        Descent=-250,
        CapHeight=668,
        StemV=80,
        FontFile2=pdf.make_stream(FONT_FILE.read_bytes()),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=name,
        Encoding=Name.WinAnsiEncoding,
        FirstChar=0,
        LastChar=255,
        Widths=Array(widths),
        FontDescriptor=pdf.make_indirect(descriptor),
        ToUnicode=pdf.make_stream(TO_UNICODE),
    )


def _unicode(code: int) -> int:
    return ord(bytes([code]).decode("cp1252", "replace"))
