"""Write a tagged PDF/UA-1 and PDF/A-2a file: `TaggedCanvas`.

Content drawn with a tag path belongs to the element at that path; content drawn without one is
an artifact (ISO 14289-1, 7.1). The metadata never names the patient.
"""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from handouts.fastpath.name_slot import ALPHABET, Slot, TypesetPdf, blank_slot
from handouts.render.pdf.archive import (
    CLAIM,
    INTENT,
    NAMESPACES,
    PROFILE_KEYS,
    UA_SCHEMA,
    srgb_profile,
)
from handouts.render.pdf.object_streams import deflate, pack
from handouts.render.pdf.structure import StructureTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.render.pdf.fonts import Face, Word
    from handouts.render.pdf.graphics import Colour, ImageKeys
    from handouts.render.pdf.structure import Element, TagPath

    Box = tuple[float, float, float, float]
    """Left, bottom, right and top, in points from the lower left corner of the page."""


MAKER = "handouts"
"""Author, creator and producer: the program, never a person."""


class Description(Struct, frozen=True, kw_only=True):
    """The metadata of a file; never a name, a flag or anything else about the patient."""

    title: str
    subject: str
    language: str
    """A BCP 47 tag such as en-GB."""


def xmp(about: Description) -> bytes:
    """Return the XMP packet (ISO 16684-1): the title, and what PDF/UA-1 and PDF/A-2a ask for.

    The first is the mark of ISO 14289-1, 5; the second that of ISO 19005-2, 6.6.4.
    """
    title, subject, language = (escape(s) for s in (about.title, about.subject, about.language))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
        ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"'
        f"{NAMESPACES}>"
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{MAKER}</rdf:li></rdf:Seq></dc:creator>"
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{subject}</rdf:li></rdf:Alt></dc:description>"
        f"<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>"
        f"<pdf:Producer>{MAKER}</pdf:Producer>"
        f"<pdfuaid:part>1</pdfuaid:part>{CLAIM}{UA_SCHEMA}</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>\n'
    ).encode()


# Binary streams: ASCII85 is a quarter larger, and no reader of today needs it.
rl_config.useA85 = 0
_ESCAPES = [f"\\{chr(code)}" if chr(code) in "\\()" else chr(code) for code in range(256)]
_ESCAPES[13] = "\\r"  # a bare carriage return would be read as a line feed (ISO 32000-1, 7.3.4.2)
"""How to write each byte in a literal string of a content stream, as Latin-1 characters."""


VIEWER_PREFERENCES = {
    "DisplayDocTitle": "true",
    "PrintScaling": "None",
    "Duplex": "DuplexFlipLongEdge",
}
"""How viewers show and print a leaflet: at its own size, and on both sides as a page is turned."""


class _Deflate:
    """A ReportLab filter that compresses better than its own."""

    pdfname = "FlateDecode"

    def encode(self, content: bytes) -> bytes:
        """Return the content compressed (FlateDecode)."""
        return deflate(content)


def _entries(keys: ImageKeys) -> Any:  # noqa: ANN401 - ReportLab has no types
    """Return a ReportLab dictionary of entries, where strings are PDF names."""
    constructors = {str: pdfdoc.PDFName, int: int, dict: _entries}
    entries = {key: constructors[type(value)](value) for key, value in keys.items()}
    return pdfdoc.PDFDictionary(entries)


class Glyphs(Struct, frozen=True):
    """A run of words on one line, in one face, size and colour; in points, y is the baseline."""

    x: float
    y: float
    face: Face
    size: float
    colour: Colour
    words: tuple[Word, ...]
    """Spaces included, each as a word of its own."""


class TaggedCanvas:
    """A PDF being written: pages of marked content, and their structure tree.

    Lengths are in points from the lower left corner of the page.
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
        self._preferences = VIEWER_PREFERENCES
        self._doc = canvas._doc  # noqa: SLF001 - ReportLab does not expose it
        self._tree = StructureTree()
        self._marked: list[Element] = []
        """The element of each marked-content sequence of the page, by MCID."""
        self._encoded: dict[str, dict[int, tuple[Word, list[tuple[int, str]]]]] = {}
        """The words of each face as shown, by their identity: each is kept, so it stays its own."""
        self._page = 1
        self._slots: list[Slot] = []
        self._slot_page = 0
        """The number of the one page that has slots; 0 if none has."""

    # -------------------------------------------------------------- drawing
    def text(self, path: TagPath, lines: Iterable[Glyphs]) -> None:
        """Show text that belongs to the element at `path`; an empty path makes it an artifact."""
        self._add(path, self._shown(lines))

    def draw(self, path: TagPath, operators: str) -> None:
        """Draw paths that belong to the element at `path`, such as a bullet.

        The graphics state is restored, as by all methods that take operators.
        """
        self._add(path, f"q {operators} Q")

    def artifact(self, operators: str) -> None:
        """Draw decoration, such as frames, rules and icons, as an artifact."""
        self._code(f"/Artifact BMC q {operators} Q EMC")

    def pagination(self, subtype: str, lines: Iterable[Glyphs], operators: str) -> None:
        """Draw a running header or footer as a pagination artifact, not to be read on every page.

        `subtype` is Header or Footer (ISO 32000-1, 14.8.2.2.2).
        """
        head = f"/Artifact <</Type /Pagination /Subtype /{subtype}>> BDC"
        self._code(f"{head} q {operators} Q {self._shown(lines)} EMC")

    def repeated(self, lines: Iterable[Glyphs]) -> None:
        """Show words that are on the page already, not to be read again: an artifact of pages."""
        self._code(f"/Artifact <</Type /Pagination>> BDC {self._shown(lines)} EMC")

    def figure(self, path: TagPath, box: Box, operators: str) -> None:
        """Draw a figure as one marked-content sequence, and give its element the box as its BBox.

        The lower left corner of the box is the origin of `operators`.
        """
        self._tree.element(path).bbox = tuple(round(edge, 2) for edge in box)
        self._add(path, f"q 1 0 0 1 {box[0]:.2f} {box[1]:.2f} cm {operators} Q")

    def image(self, keys: ImageKeys, content: bytes) -> str:
        """Embed a bitmap image; return the name, slash included, for `Do` on this page.

        `content` is written as it is: it must be encoded as `keys` says.
        """
        name = f"Image{len(self._canvas._formsinuse)}"  # noqa: SLF001 - nothing public takes bytes
        self._doc.addForm(name, pdfdoc.PDFStream(_entries(keys), content, filters=[]))
        self._canvas._formsinuse.append(name)  # noqa: SLF001 - nothing public takes bytes
        return f"/{self._doc.getXObjectName(name)}"

    def link(self, path: TagPath, box: Box, url: str, description: str) -> None:
        """Make an area a link of the element at `path`.

        The description is what PDF/UA requires (ISO 14289-1, 7.18.5).
        """
        element = self._tree.element(path)
        key = self._tree.new_key(element)
        self._canvas.linkURL(
            url, box, Contents=pdfdoc.PDFString(description), F="4", StructParent=key, thickness=0
        )
        annotation = self._canvas._annotationrefs[-1]  # noqa: SLF001 - nothing public gives it
        element.kids.append((self._page, annotation))

    def reserve(self, face: Face, alphabet: str = ALPHABET) -> None:
        """Put characters first in the subset of a face: they have the same codes in every file."""
        face.font.splitString(alphabet, self._doc)

    def slot(self, path: TagPath, first: Glyphs, room: float) -> Slot:
        """Reserve a slot for a line of text to be filled in later, `room` points wide.

        Its text starts where `first` does, in the same face, size and colour. Only one page may
        have slots. `finish` sets `at` of the first one.
        """
        mcid = self._mark(path)
        name = first.face.font.getSubsetInternalName(0, self._doc)
        before = (
            f"/{path[-1].role} <</MCID {mcid}>> BDC BT {first.colour.operands()} rg "
            f"1 0 0 1 {first.x:.1f} {first.y:.1f} Tm {name} {first.size:g} Tf "
        )
        widest = int(room / first.size * 1000)
        self._slots.append(Slot(0, before.encode(), b" ET EMC", widest))
        self._slot_page = self._page
        return self._slots[-1]

    def empty(self, path: TagPath) -> None:
        """Add an element without content, such as an empty table cell."""
        self._tree.element(path)

    def bookmark(self, text: str, y: float, level: int) -> None:
        """Add a bookmark to the outline; `y` is the top of its target, level 0 the outermost."""
        count = len(self._canvas._destinations)  # noqa: SLF001 - for a unique name
        self._canvas.bookmarkPage(f"h{count}", fit="XYZ", left=0, top=y)
        self._canvas.addOutlineEntry(text, f"h{count}", level)

    # -------------------------------------------------------------- pages
    def end_page(self) -> None:
        """End the page; whatever is drawn next goes on a new one."""
        key = self._tree.new_key(self._marked)
        canvas = self._canvas
        set_annotations = canvas._setAnnotations  # noqa: SLF001 - it is called with the page object

        def annotate(page: Any) -> None:  # noqa: ANN401 - ReportLab has no types
            set_annotations(page)
            code = "\n".join(canvas._code).encode("latin-1")  # noqa: SLF001 - not public
            page.Contents = pdfdoc.PDFStream(content=code, filters=[_Deflate()])
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents = key
            page.Tabs = "/S"

        canvas._setAnnotations = annotate  # noqa: SLF001 - the only hook with the page object
        canvas.showPage()
        canvas._setAnnotations = set_annotations  # noqa: SLF001 - restores the method
        self._marked = []
        self._page += 1

    def finish(self, *, draft: bool) -> TypesetPdf:
        """Write the structure tree and the metadata; return the finished file.

        `draft` is passed on. If there are several slots, the result names the first.
        """
        self._tree.write(self._doc)
        for key, value in self._preferences.items():
            self._canvas.setViewerPreference(key, value)
        self._doc.Catalog.Metadata = pdfdoc.XMP(creator=lambda _doc: xmp(self._about))
        self._add_profile()
        written, pages = self._doc.GetPDFData(self._canvas), self._page - 1
        if not self._slots:
            return TypesetPdf(pack(written)[0], pages, draft=draft)
        first = self._slots[0]
        page_object, _ = self._doc.idToObjectNumberAndVersion[f"Page{self._slot_page}"]
        blanks = b"".join(blank_slot(one.before, one.after) for one in self._slots)
        content, first.at = pack(written, (page_object, blanks))
        return TypesetPdf(content, pages, draft=draft, slot=first)

    # -------------------------------------------------------------- content
    def _add_profile(self) -> None:
        """Say which colours are meant, as PDF/A asks (ISO 19005-2, 6.2.4)."""
        keys = pdfdoc.PDFDictionary({**PROFILE_KEYS})
        profile = pdfdoc.PDFStream(keys, deflate(srgb_profile()), filters=[])
        catalog = self._doc.Catalog
        catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
        entries = pdfdoc.PDFDictionary({**INTENT, "DestOutputProfile": profile})
        catalog.OutputIntents = pdfdoc.PDFArray([entries])

    def _code(self, operators: str) -> None:
        self._canvas._code.append(operators)  # noqa: SLF001 - public calls add no marks

    def _add(self, path: TagPath, operators: str) -> None:
        if not path:
            self._code(f"/Artifact BMC {operators} EMC")
            return
        mcid = self._mark(path)
        self._code(f"/{path[-1].role} <</MCID {mcid}>> BDC {operators} EMC")

    def _mark(self, path: TagPath) -> int:
        """Return the MCID of a new marked-content sequence of the element at `path`."""
        element = self._tree.element(path)
        mcid = len(self._marked)
        self._marked.append(element)
        element.kids.append((self._page, mcid))
        return mcid

    def _shown(self, lines: Iterable[Glyphs]) -> str:
        """Return the text object of lines; colour and font are set only where they change."""
        parts, colour, font, x, y = ["BT"], "", "", 0.0, 0.0
        for line in lines:
            if (operands := line.colour.operands()) != colour:
                parts.append(f"{operands} rg")
            left, base = round(line.x, 1), round(line.y, 1)
            parts.append(f"{_tenths(left - x)} {_tenths(base - y)} Td")
            colour, x, y = operands, left, base
            for chosen, shown in self._runs(line):
                if chosen and chosen != font:
                    parts.append(chosen)
                    font = chosen
                parts.append(shown)
        return " ".join([*parts, "ET"])

    def _runs(self, line: Glyphs) -> Iterator[tuple[str, str]]:
        """Yield the `Tf` and `TJ` operators of a line, one pair for each run in one font subset."""
        current = -1
        parts: list[str] = []
        chosen = ""
        known = self._encoded.setdefault(line.face.name, {})
        for word in line.words:
            if word.lead or word.rises or word.actual:
                if parts:
                    yield chosen, _show(parts)
                parts, current = [], -1
                yield from self._raised(line, word)
                continue
            found = known.get(id(word))
            if found is None:
                found = known[id(word)] = word, self._encode(line.face, word)
            for subset, shown in found[1]:
                if subset != current:
                    if parts:
                        yield chosen, _show(parts)
                    parts, current = [], subset
                    name = line.face.font.getSubsetInternalName(subset, self._doc)
                    chosen = f"{name} {line.size:g} Tf"
                parts.append(shown)
        if parts:
            yield chosen, _show(parts)

    def _raised(self, line: Glyphs, word: Word) -> Iterator[tuple[str, str]]:
        """Yield the operators of a word whose glyphs are not all on the baseline, or not its text.

        Each is a pair of `Tf`, empty where no font is needed, and what comes after it.
        """
        if word.actual:
            yield "", f"/Span <</ActualText <FEFF{word.actual.encode('utf-16-be').hex()}>>> BDC"
        rises = word.rises or (0,) * len(word.kerns)
        raised, at, shown = 0, 0, f"{-word.lead}" if word.lead else ""
        for subset, codes in line.face.font.splitString(word.glyphs, self._doc):
            name = line.face.font.getSubsetInternalName(subset, self._doc)
            for rise, group in groupby(range(len(codes)), key=lambda one: rises[at + one]):
                if rise != raised:
                    yield "", f"{rise * line.size / 1000:.2f} Ts"
                    raised = rise
                for one in group:
                    shown += f"({_ESCAPES[codes[one]]}){-word.kerns[at + one] or ''}"
                yield f"{name} {line.size:g} Tf", _show([shown])
                shown = ""
            at += len(codes)
        if raised:
            yield "", "0 Ts"
        if word.actual:
            yield "", "EMC"

    def _encode(self, face: Face, word: Word) -> list[tuple[int, str]]:
        """Return a word encoded for this file as (subset, elements of a `TJ` array)."""
        found = []
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
    """Return the `TJ` operator of array elements; adjacent strings are joined."""
    joined = "".join(parts).replace(")(", "")
    return f"[{joined}] TJ"


def _tenths(length: float) -> str:
    """Return a length to a tenth of a point, without trailing zeros or a negative zero."""
    return f"{round(length, 1) + 0.0:g}"
