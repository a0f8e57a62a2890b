"""Write a leaflet as Typst markup: the same words, lists, pictures and fonts."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from leaflet_html import HEADINGS, LeafletHtml, classes, picture, words

PREAMBLE = """\
#set document(title: {title})
#set text(font: "Handouts Hyperlegible", size: 12.5pt, lang: {lang}, region: {region})
#set page(paper: "a4", margin: (x: 18mm, y: 16mm), footer: context text(size: 9pt)[
  #{footer} #h(1fr) #counter(page).display("1 of 1", both: true)])
#set par(leading: 0.5em, spacing: 0.7em)
#set list(spacing: 0.5em)
#set enum(spacing: 0.5em)
#let box-of(body) = block(width: 100%, inset: 8pt, radius: 3pt, stroke: 1pt, body)
#let field(label, value) = par[#label #box(width: 1fr, stroke: (bottom: 0.5pt), value)]
"""


def write_typst(leaflet: LeafletHtml, path: Path) -> None:
    """Write the markup, and its pictures beside it."""
    language, _, region = leaflet.language.partition("-")
    preamble = (
        PREAMBLE.replace("{title}", _string(leaflet.title))
        .replace("{lang}", _string(language))
        .replace("{region}", _string(region) if region else "none")
        .replace("{footer}", _string(leaflet.footer))
    )
    body = "\n".join(_Writer(path).part(leaflet.article))
    path.write_text(preamble + body + "\n", encoding="utf-8")


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class _Writer:
    """Turns elements into calls of Typst functions, so that no text needs escaping."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pictures = 0

    def part(self, element: ET.Element) -> Iterator[str]:
        if element.tag in HEADINGS:
            yield f"#heading(level: {HEADINGS[element.tag]})[{self._runs(element)}]"
        elif element.tag in ("p", "figcaption"):
            yield f"#par[{self._runs(element)}]"
        elif element.tag in ("ul", "ol"):
            kind = "list" if element.tag == "ul" else "enum"
            items = ", ".join(f"[{self._runs(item)}]" for item in element)
            yield f"#{kind}(tight: true, {items})"
        elif element.tag == "figure":
            yield from self._figure(element)
        elif element.tag == "table":
            yield self._table(element)
        elif element.tag == "form":
            yield from (self._field(line) for line in element)
        else:
            yield from self._group(element)

    def _group(self, element: ET.Element) -> Iterator[str]:
        if "fresh-page" in classes(element):
            yield "#pagebreak(weak: true)"
        boxed = element.tag == "div" and "groups" not in classes(element)
        if boxed:
            yield "#box-of["
        for child in element:
            yield from self.part(child)
        if boxed:
            yield "]"

    def _figure(self, element: ET.Element) -> Iterator[str]:
        found = picture(element)
        if found is not None:
            source, alt, width = found
            self._pictures += 1
            image = self._path.with_name(f"{self._path.stem}-{self._pictures}.svg")
            image.write_bytes(source)
            yield f"#image({_string(image.name)}, alt: {_string(alt)}, width: {width}pt)"
        for caption in element.iter("figcaption"):
            yield from self.part(caption)

    def _table(self, element: ET.Element) -> str:
        rows = [[f"[#{_string(words(cell))}]" for cell in row] for row in element.iter("tr")]
        body = ", ".join(cell for row in rows[1:] for cell in row)
        columns = f"columns: (auto, ..({len(rows[0]) - 1} * (1fr,)))"
        return f"#table({columns}, table.header({', '.join(rows[0])}), {body})"

    def _field(self, line: ET.Element) -> str:
        label, value = [*(words(part) for part in line), "", ""][:2]
        return f"#field({_string(label)}, {_string(value)})"

    def _runs(self, element: ET.Element) -> str:
        parts = [self._text(element.text)]
        for child in element:
            inside = self._runs(child)
            if child.tag == "strong":
                inside = f"#strong[{inside}]"
            elif child.tag == "a":
                inside = f"#link({_string(child.get('href', ''))})[{inside}]"
            parts += [inside, self._text(child.tail)]
        return "".join(parts)

    def _text(self, text: str | None) -> str:
        folded = " ".join(f".{text or ''}.".split())[1:-1]
        return f"#{_string(folded)};" if folded else ""
