"""Parse the XHTML of a template into sections, and refuse everything else: `parse_sections`.

An unknown element, class or attribute is a `CompositionError` with its line. `KnownSections`
parses equal sections once, for checks that read many leaflets.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING
from xml.parsers import expat

from msgspec import Struct, field

from handouts.errors import CompositionError, Fault, Origin
from handouts.leaflet.tree import (
    Field,
    Form,
    Heading,
    Item,
    ItemList,
    Panel,
    Paragraph,
    Picture,
    Run,
    Section,
    Table,
    sparing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Part


PARAGRAPHS = frozenset(
    {
        "body",
        "stage",
        "message",
        "closing",
        "label",
        "small",
        "start",
        "head",
        "service",
        "pointer",
    }
)
LISTS = frozenset(
    {
        "bullets", "points", "ticks", "emergency", "today", "advice", "steps", "dosage", "stop",
        "caution", "uses",
    }
)  # fmt: skip
PANELS = frozenset(
    {
        "check-first", "emergency", "warnings", "just-for-you", "today", "book",
        "medicine-warning", "crisis", "try", "ask", "avoid", "always", "note", "group", "groups",
        "card", "service", "clinician", "stop", "maternity", "cut-out",
    }
)  # fmt: skip
SECTION_KINDS = frozenset({"", "fresh-page", "first-thing", "may-move"})
MARKS = frozenset({"", "avoid", "ask", "ok", "hold", "repeat", "day"})
_SPACE = re.compile(r"[ \t\r\n]+")


class _Element(Struct):
    """An XML element: its name, attributes, line, and children or text."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[_Element | str] = field(default_factory=list)


def parse_sections(xhtml: str, template: str) -> tuple[Section, ...]:
    """Parse a rendered leaflet; raises CompositionError with the line of what is not allowed.

    `template`: its name in messages.
    """
    root = _read(xhtml, template)
    reader = _SectionReader(template)
    if root.tag != "article":
        raise reader.refused(root, "expected <article>")
    return tuple(reader.section(child) for child in reader.elements(root))


def _read(xhtml: str, template: str) -> _Element:
    top = _Element("", {}, 0)
    stack = [top]
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = _Element(tag, attributes, parser.CurrentLineNumber)
        stack[-1].children.append(element)
        stack.append(element)

    def text(said: str) -> None:
        stack[-1].children.append(said)

    def no_doctype(*_: object) -> None:
        message = "a document type is not allowed"
        raise CompositionError(Fault(message=message, origin=Origin(template, 1)))

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _tag: stack.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = no_doctype
    try:
        parser.Parse(xhtml.encode(), True)  # noqa: FBT003 - expat takes no keyword
    except expat.ExpatError as error:
        raise CompositionError(
            Fault(
                message=f"not well-formed: {expat.ErrorString(error.code)}",
                origin=Origin(f"{template} (as rendered)", error.lineno),
                hint="close every element, and write & as &amp;",
            )
        ) from error
    root = top.children[0]
    if not isinstance(root, _Element):
        message = "the template yields no element"
        raise CompositionError(Fault(message=message, origin=Origin(template, 1)))
    return root


class _SectionReader:
    """Builds parts from elements; raises CompositionError for unknown tags, classes, attributes."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.within = ""
        """The section that is being read."""

    def refused(self, element: _Element, why: str) -> CompositionError:
        """Return the error that names the element and its line."""
        shown = " ".join([element.tag, *(f'{k}="{v}"' for k, v in element.attributes.items())])
        return CompositionError(
            Fault(
                message=f"<{shown}>: {why}",
                origin=Origin(f"{self.template} (as rendered)", element.line),
                hint="the leaflet's elements are listed in docs/leaflet-elements.md",
            )
        )

    def elements(self, element: _Element) -> Iterator[_Element]:
        """Yield child elements; raises CompositionError for text between them."""
        for child in element.children:
            if isinstance(child, _Element):
                yield child
            elif child.strip():
                raise self.refused(element, f"text `{child.strip()[:30]}` outside a paragraph")

    def attribute(self, element: _Element, name: str, known: frozenset[str]) -> str:
        value = element.attributes.get(name, "")
        if value not in known:
            raise self.refused(element, f"unknown {name} `{value}`")
        return value

    def check_attributes(self, element: _Element, *allowed: str) -> None:
        for name in element.attributes:
            if name not in allowed:
                raise self.refused(element, f"unknown attribute `{name}`")

    def section(self, element: _Element) -> Section:
        if element.tag != "section":
            raise self.refused(element, "expected <section>")
        self.check_attributes(element, "id", "class")
        self.within = element.attributes.get("id", "")
        kind = self.attribute(element, "class", SECTION_KINDS)
        parts = tuple(self.part(child) for child in self.elements(element))
        return Section(
            id=element.attributes.get("id", ""),
            parts=parts,
            fresh_page=kind == "fresh-page",
            first_thing=kind == "first-thing",
            may_move=kind == "may-move",
        )

    def part(self, element: _Element) -> Part:  # noqa: PLR0911 - one return for each element
        """Build one part from its element."""
        match element.tag:
            case "h1" | "h2" | "h3" | "h4":
                self.check_attributes(element)
                return Heading(level=int(element.tag[1]), runs=self.runs(element))
            case "p":
                self.check_attributes(element, "class")
                kind = element.attributes.setdefault("class", "body")
                self.attribute(element, "class", PARAGRAPHS)
                return Paragraph(kind=kind, runs=self.runs(element))
            case "ul" | "ol":
                return self.item_list(element)
            case "figure":
                return self.picture(element)
            case "table":
                return self.table(element)
            case "form":
                return self.form(element)
            case "div":
                self.check_attributes(element, "class", "data-number")
                return Panel(
                    kind=self.attribute(element, "class", PANELS),
                    parts=tuple(self.part(child) for child in self.elements(element)),
                    number=element.attributes.get("data-number", ""),
                )
        raise self.refused(element, "unknown element")

    def item_list(self, element: _Element) -> ItemList:
        self.check_attributes(element, "class", "data-order")
        kind = self.attribute(element, "class", LISTS)
        if (element.tag == "ol") != (kind == "steps"):
            raise self.refused(element, "steps are an <ol>, every other list is a <ul>")
        items = []
        for child in self.elements(element):
            if child.tag != "li":
                raise self.refused(child, "expected <li>")
            self.check_attributes(child, "class", "data-icon")
            runs = sparing(self.runs(child), _KEY_WORDS.get(kind, 1))
            mark, icon = self.attribute(child, "class", MARKS), child.attributes.get("data-icon")
            items.append(Item(runs=runs, mark=mark, icon=icon or ""))
        if not items:
            raise self._nothing_in(kind)
        order = element.attributes.get("data-order", "")
        return ItemList(kind=kind, items=tuple(items), order=order)

    def _nothing_in(self, kind: str) -> CompositionError:
        """Return the error for a list without a point: content lacks it, not the template."""
        return CompositionError(
            Fault(
                message=f"the list “{kind}” of the section `{self.within}` is empty",
                hint="write a block that prints there for this region and status, "
                "or leave the section out with its `when` in vocabulary.yaml",
            )
        )

    def picture(self, element: _Element) -> Picture:
        self.check_attributes(element, "data-figure", "title")
        caption = [child for child in self.elements(element) if child.tag == "figcaption"]
        alt = element.attributes.get("title", "")
        if not alt:
            raise self.refused(element, "no text that stands for the drawing")
        return Picture(
            figure=element.attributes.get("data-figure", ""),
            alt=alt,
            caption="".join(run.text for run in self.runs(caption[0])) if caption else "",
        )

    def table(self, element: _Element) -> Table:
        self.check_attributes(element, "class")
        rows = [
            tuple("".join(run.text for run in self.runs(cell)) for cell in self.elements(row))
            for row in self.elements(element)
        ]
        if not rows or len({len(row) for row in rows}) != 1:
            raise self.refused(element, "every row needs the same number of cells")
        return Table(kind=element.attributes.get("class", ""), head=rows[0], rows=tuple(rows[1:]))

    def form(self, element: _Element) -> Form:
        fields = []
        for child in self.elements(element):
            self.check_attributes(child, "class")
            spans = list(self.elements(child))
            texts = ["".join(run.text for run in self.runs(span)) for span in spans]
            label, value = [*texts, "", ""][:2]
            width = self.attribute(child, "class", frozenset({"wide", "narrow", "full"}))
            fields.append(Field(label=label, value=value, width=width))
        return Form(fields=tuple(fields))

    # -------------------------------------------------------------- text
    def runs(self, element: _Element) -> tuple[Run, ...]:
        """Return the text of an element as runs, with white space folded."""
        runs = list(self._raw_runs(element, strong=False, href=""))
        folded: list[Run] = []
        for run in runs:
            text = _SPACE.sub(" ", run.text)
            if not folded or folded[-1].text.endswith(" "):
                text = text.lstrip(" ")
            if text:
                folded.append(Run(text, run.strong, run.href))
        if folded:
            last = folded.pop()
            if text := last.text.rstrip(" "):
                folded.append(Run(text, last.strong, last.href))
        return tuple(folded)

    def _raw_runs(self, element: _Element, *, strong: bool, href: str) -> Iterator[Run]:
        for child in element.children:
            if isinstance(child, str):
                yield Run(child, strong, href)
            elif child.tag == "strong":
                self.check_attributes(child)
                yield from self._raw_runs(child, strong=True, href=href)
            elif child.tag == "a":
                self.check_attributes(child, "href")
                target = child.attributes.get("href", "")
                if not target.startswith(("https://", "mailto:", "tel:")):
                    raise self.refused(child, "a link goes to https:, mailto: or tel:")
                yield from self._raw_runs(child, strong=strong, href=target)
            else:
                raise self.refused(child, "does not belong inside text")


_EVERY = 99
_KEY_WORDS = {"steps": 0, "emergency": _EVERY, "stop": _EVERY}
"""How many bold runs an item keeps, by the kind of its list; one in all others.

Where much is bold, nothing stands out. The steps of an exercise are all read; of a sign to call
the emergency number for, every key word stays, and of a reason to stop each thing to do.
"""


_OPEN, _CLOSE, _END = "<article>", "</article>", "</section>"


class KnownSections:
    """Parses as `parse_sections` does, and each different section only once.

    It keeps the words of all leaflets in memory, so it is only for leaflets that are made to be
    checked, not for those of patients.
    """

    def __init__(self) -> None:
        self._known: dict[str, Section] = {}

    def parse(self, xhtml: str, template: str) -> tuple[Section, ...]:
        """Parse a leaflet, as `parse_sections` does.

        Sections do not nest, so the document is split at their ends. If a piece is not a whole
        section, the document is parsed at once, for the right line numbers in errors.
        """
        body = xhtml.strip()
        *pieces, rest = body.removeprefix(_OPEN).removesuffix(_CLOSE).split(_END)
        if body.startswith(_OPEN) and body.endswith(_CLOSE) and not rest.strip():
            with suppress(CompositionError):
                return tuple(self._section(piece, template) for piece in pieces)
        return parse_sections(xhtml, template)

    def _section(self, piece: str, template: str) -> Section:
        if piece not in self._known:
            whole = f"{_OPEN}{piece}{_END}{_CLOSE}"
            (self._known[piece],) = parse_sections(whole, template)
        return self._known[piece]
