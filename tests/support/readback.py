"""Read a finished PDF back as a reader's software does: structure, text, links, outline, fonts."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pikepdf

from tests.support.pdf_content import Artifact, Fonts, PageContent, Run, read_form, read_page
from tests.support.pdf_fonts import PdfFont, fonts_in

Source = bytes | Path | pikepdf.Pdf
Box = tuple[float, float, float, float]
Pages = Mapping[tuple[int, int], PageContent]

SHOWN_ATTRIBUTES = ("Scope", "ListNumbering", "ColSpan", "RowSpan")
HEADINGS = frozenset({"H1", "H2", "H3", "H4", "H5", "H6"})
RECENT = 16
"""Files whose reading is kept: a test looks at one in several ways."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Text that stands directly in an element, from one marked-content sequence."""

    page: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words, as a screen reader gets them."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """The clickable area of a link."""

    page: int
    target: str
    """A web address, or the name of a place in the file."""
    contents: str
    """What a screen reader says for it."""
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One structure element, with all that stands in it in reading order."""

    role: str
    """The structure type as written."""
    standard_role: str
    """The standard structure type that the role map makes of it."""
    lang: str | None = None
    alt: str | None = None
    actual: str | None = None
    """What its text reads as, where that is not the order in which it is drawn."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Attributes of every owner, such as Scope, ListNumbering and BBox."""
    content: tuple["Node | Text | Link", ...] = ()

    @property
    def children(self) -> tuple["Node", ...]:
        """The elements directly inside."""
        return tuple(part for part in self.content if isinstance(part, Node))

    @property
    def text(self) -> str:
        """All words inside, in reading order."""
        if self.actual and self.content:
            return self.actual
        return "".join(part.text for part in self.content if not isinstance(part, Link))

    @property
    def runs(self) -> tuple[Run, ...]:
        """All strings shown inside, in reading order."""
        parts = (part for part in self.content if not isinstance(part, Link))
        return tuple(run for part in parts for run in part.runs)

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages that it stands on, in reading order."""
        found: list[int] = []
        for part in self.content:
            found.extend(part.pages if isinstance(part, Node) else [part.page])
        return tuple(dict.fromkeys(found))

    @property
    def box(self) -> Box | None:
        """The bounding box, in points, when there is one."""
        if "BBox" not in self.attributes:
            return None
        left, bottom, right, top = (float(part) for part in self.attributes["BBox"].split())
        return left, bottom, right, top

    def walk(self) -> Iterator["Node"]:
        """Visit this element and all elements inside, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, *roles: str) -> tuple["Node", ...]:
        """Give the elements inside, and this one, of the named standard roles."""
        return tuple(node for node in self.walk() if node.standard_role in roles)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A picture: what it says to those who cannot see it, and where it stands."""

    page: int
    alt: str
    box: Box | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Font:
    """A font that a page names in its resources."""

    name: str
    embedded: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OutlineEntry:
    """One bookmark; `level` counts from 1."""

    level: int
    title: str
    page: int


@contextmanager
def opened(source: Source) -> Iterator[pikepdf.Pdf]:
    """Open bytes or a file for a while; an open PDF passes through."""
    if isinstance(source, pikepdf.Pdf):
        yield source
        return
    with pikepdf.open(BytesIO(source) if isinstance(source, bytes) else source) as pdf:
        yield pdf


def read_contents(source: Source) -> tuple[PageContent, ...]:
    """Read what every page paints; the same bytes are read once."""
    return _contents_of(source) if isinstance(source, bytes) else _read_contents(source)


def _read_contents(source: Source) -> tuple[PageContent, ...]:
    fonts: Fonts = {}
    with opened(source) as pdf:
        return tuple(read_page(page, number, fonts) for number, page in enumerate(pdf.pages, 1))


@lru_cache(RECENT)
def _contents_of(content: bytes) -> tuple[PageContent, ...]:
    return _read_contents(content)


def read_structure(source: Source) -> Node:
    """Read the structure tree of a PDF that has exactly one top element."""
    (top,) = read_structures(source)
    return top


def read_structures(source: Source) -> tuple[Node, ...]:
    """Read every top element of the structure tree of a PDF; the same bytes are read once."""
    return _structures_of(source) if isinstance(source, bytes) else _read_structures(source)


@lru_cache(RECENT)
def _structures_of(content: bytes) -> tuple[Node, ...]:
    return _read_structures(content)


def _read_structures(source: Source) -> tuple[Node, ...]:
    contents = read_contents(source)
    with opened(source) as pdf:
        pages = dict(zip((page.obj.objgen for page in pdf.pages), contents, strict=True))
        tree = pdf.Root.get("/StructTreeRoot")
        if tree is None:
            message = "the file has no structure tree"
            raise ValueError(message)
        roles = {key: str(role) for key, role in tree.get("/RoleMap", {}).items()}
        reader = _TreeReader(pages, roles)
        return tuple(reader.node(top, None) for top in kids(tree))


def structure_text(node: Node) -> str:
    """Write the structure as text: one line per element or piece of text, page changes marked."""
    return "\n".join(_Writer().lines(node, 0)) + "\n"


def page_artifacts(source: Source) -> tuple[tuple[Artifact, ...], ...]:
    """List, page by page, what stands outside the structure."""
    return tuple(tuple(content.artifacts) for content in read_contents(source))


def fonts(source: Source) -> tuple[Font, ...]:
    """List the fonts that pages name, used or not, without doubles."""
    with opened(source) as pdf:
        named = [font for page in pdf.pages for font in fonts_in(page.obj.get("/Resources"))]
        shared = {font.objgen: font for font in named if font.is_indirect}
        own = [font for font in named if not font.is_indirect]
        read = [PdfFont(font) for font in (*shared.values(), *own)]
    found = {Font(name=font.name, embedded=font.embedded) for font in read}
    return tuple(sorted(found, key=lambda font: font.name))


def outline(source: Source) -> tuple[OutlineEntry, ...]:
    """List the bookmarks from top to bottom."""
    with opened(source) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        first = pdf.Root.get("/Outlines", pikepdf.Dictionary()).get("/First")
        return tuple(_outline_entries(pdf, first, 1, numbers))


def links(source: Source) -> tuple[Link, ...]:
    """List the clickable areas of all pages."""
    with opened(source) as pdf:
        return tuple(
            read_link(annotation, number)
            for number, page in enumerate(pdf.pages, start=1)
            for annotation in page.obj.get("/Annots", pikepdf.Array())
            if annotation.get("/Subtype") == "/Link"
        )


def figures(node: Node) -> tuple[Figure, ...]:
    """List the pictures in reading order."""
    return tuple(
        Figure(page=found.pages[0] if found.pages else 0, alt=found.alt or "", box=found.box)
        for found in node.find("Figure")
    )


def headings(node: Node) -> tuple[tuple[int, str], ...]:
    """List the headings in reading order: level and words."""
    found = node.find(*HEADINGS)
    return tuple(
        (int(heading.standard_role[1]), " ".join(heading.text.split())) for heading in found
    )


def kids(element: pikepdf.Object) -> list[pikepdf.Object]:
    """List what stands under a structure element, where PDF allows one kid or an array."""
    found = element.get("/K", pikepdf.Array())
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def read_link(annotation: pikepdf.Object, page: int) -> Link:
    """Read one link annotation."""
    action = annotation.get("/A", pikepdf.Dictionary())
    target = action.get("/URI", action.get("/D", annotation.get("/Dest", "")))
    left, bottom, right, top = (float(part) for part in annotation.Rect)
    return Link(
        page=page,
        target=str(target),
        contents=str(annotation.get("/Contents", "")),
        box=(left, bottom, right, top),
    )


def _outline_entries(
    pdf: pikepdf.Pdf,
    item: pikepdf.Object | None,
    level: int,
    numbers: Mapping[tuple[int, int], int],
) -> Iterator[OutlineEntry]:
    while item is not None:
        destination = _destination(pdf, item)
        page = numbers.get(destination[0].objgen, 0) if destination is not None else 0
        yield OutlineEntry(level=level, title=str(item.Title), page=page)
        yield from _outline_entries(pdf, item.get("/First"), level + 1, numbers)
        item = item.get("/Next")


def _destination(pdf: pikepdf.Pdf, item: pikepdf.Object) -> pikepdf.Object | None:
    """Resolve where a bookmark leads, through the two places where names may be kept."""
    found = item.get("/Dest", item.get("/A", pikepdf.Dictionary()).get("/D"))
    if isinstance(found, pikepdf.Name):
        found = pdf.Root.get("/Dests", pikepdf.Dictionary()).get(found)
    elif isinstance(found, pikepdf.String):
        found = pikepdf.NameTree(pdf.Root.Names.Dests).get(str(found))
    return found.get("/D") if isinstance(found, pikepdf.Dictionary) else found


class _TreeReader:
    """Builds nodes from structure elements."""

    def __init__(self, pages: Pages, roles: Mapping[str, str]) -> None:
        self._pages = pages
        self._roles = roles
        self._forms: dict[tuple[int, int], PageContent] = {}

    def node(self, element: pikepdf.Object, page: pikepdf.Object | None) -> Node:
        page = element.get("/Pg", page)
        lang, alt, actual = (element.get(key) for key in ("/Lang", "/Alt", "/ActualText"))
        return Node(
            role=str(element.S)[1:],
            standard_role=self._standard(str(element.S)),
            lang=None if lang is None else str(lang),
            alt=None if alt is None else str(alt),
            actual=None if actual is None else str(actual),
            attributes=_attributes(element),
            content=tuple(self._part(kid, page) for kid in kids(element)),
        )

    def _standard(self, role: str) -> str:
        seen: set[str] = set()
        while role in self._roles and role not in seen:
            seen.add(role)
            role = self._roles[role]
        return role[1:]

    def _part(self, kid: pikepdf.Object | int, page: pikepdf.Object | None) -> Node | Text | Link:
        if isinstance(kid, int):
            return self._text(page, kid)
        if kid.get("/Type") == "/MCR" and "/Stm" in kid:
            return self._text_of_form(kid.get("/Pg", page), kid.Stm, int(kid.MCID))
        if kid.get("/Type") == "/MCR":
            return self._text(kid.get("/Pg", page), int(kid.MCID))
        if kid.get("/Type") == "/OBJR":
            return read_link(kid.Obj, self._content(kid.get("/Pg", page)).number)
        return self.node(kid, page)

    def _text(self, page: pikepdf.Object | None, mcid: int) -> Text:
        content = self._content(page)
        return Text(page=content.number, runs=tuple(content.runs.get(mcid, ())))

    def _text_of_form(self, page: pikepdf.Object | None, form: pikepdf.Object, mcid: int) -> Text:
        """Read text of a form that counts its marked content by itself, such as half a side."""
        number = self._content(page).number
        if form.objgen not in self._forms:
            self._forms[form.objgen] = read_form(form, number)
        return Text(page=number, runs=tuple(self._forms[form.objgen].runs.get(mcid, ())))

    def _content(self, page: pikepdf.Object | None) -> PageContent:
        if page is None:
            message = "a structure element names no page for its content"
            raise ValueError(message)
        return self._pages[page.objgen]


def _attributes(element: pikepdf.Object) -> dict[str, str]:
    """Merge the attributes of all owners; numbers between them count revisions."""
    found = element.get("/A", pikepdf.Array())
    owners = list(found) if isinstance(found, pikepdf.Array) else [found]
    attributes: dict[str, str] = {}
    for owner in owners:
        if isinstance(owner, pikepdf.Dictionary):
            attributes.update(
                (key[1:], _plain(value)) for key, value in owner.items() if key != "/O"
            )
    return attributes


def _plain(value: object) -> str:
    """Write an attribute's value without PDF's own signs."""
    if isinstance(value, pikepdf.Array):
        return " ".join(_plain(part) for part in value)
    return str(value).removeprefix("/")


class _Writer:
    """Writes nodes as lines, and remembers the page it is on."""

    def __init__(self) -> None:
        self._page = 0

    def lines(self, node: Node, depth: int) -> Iterator[str]:
        head = "  " * depth + _head(node)
        if len(node.content) == 1 and isinstance(only := node.content[0], Text):
            yield from self._page_change(only.page, depth)
            yield f"{head} {_quoted(only.text)}" if only.text else head
            return
        yield head
        for part in node.content:
            if isinstance(part, Node):
                yield from self.lines(part, depth + 1)
                continue
            yield from self._page_change(part.page, depth + 1)
            shown = f"-> {part.target}" if isinstance(part, Link) else _quoted(part.text)
            yield "  " * (depth + 1) + shown

    def _page_change(self, page: int, depth: int) -> Iterator[str]:
        if page != self._page:
            self._page = page
            yield "  " * depth + f"[page {page}]"


def _head(node: Node) -> str:
    facts = {"Lang": node.lang, "Alt": None if node.alt is None else _quoted(node.alt)}
    facts |= {name: node.attributes.get(name) for name in SHOWN_ATTRIBUTES}
    return " ".join(
        [node.role, *(f"{name}={fact}" for name, fact in facts.items() if fact is not None)]
    )


def _quoted(text: str) -> str:
    """Quote text so that no character in it is invisible."""
    return '"' + "".join(_visible(character) for character in text) + '"'


def _visible(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    plain = character == " " or unicodedata.category(character)[0] not in "CZ"
    return character if plain else f"\\u{ord(character):04x}"
