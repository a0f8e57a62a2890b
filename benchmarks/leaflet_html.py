"""Read the HTML version of a leaflet, so that the peers can set the same words and pictures."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}svg"
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}

ET.register_namespace("", "http://www.w3.org/2000/svg")


@dataclass(frozen=True, kw_only=True)
class LeafletHtml:
    """What the peers need of a leaflet."""

    title: str
    language: str
    footer: str
    article: ET.Element


def read_leaflet(path: Path) -> LeafletHtml:
    """Read the article of an HTML file; it is well-formed XML by contract."""
    source = path.read_text(encoding="utf-8")
    article = _element(source, "article")
    title = article.find(".//h1")
    footer = _element(source, "footer") if "<footer" in source else None
    return LeafletHtml(
        title=words(title) if title is not None else "",
        language=source.split('lang="', 1)[1].split('"', 1)[0],
        footer=words(footer) if footer is not None else "",
        article=article,
    )


def words(element: ET.Element) -> str:
    """Give the text of an element with its white space folded."""
    return " ".join("".join(element.itertext()).split())


def classes(element: ET.Element) -> list[str]:
    """Give the classes of an element."""
    return element.get("class", "").split()


def picture(figure: ET.Element) -> tuple[bytes, str, float] | None:
    """Give a figure's SVG source, the text that stands for it, and its width in points."""
    drawing = figure.find(f".//{SVG}")
    if drawing is None:
        return None
    width = float(drawing.get("width", "100pt").removesuffix("pt"))
    return ET.tostring(drawing, encoding="utf-8"), drawing.get("aria-label", ""), width


def _element(source: str, tag: str) -> ET.Element:
    start = source.index(f"<{tag}")
    end = source.index(f"</{tag}>", start) + len(f"</{tag}>")
    return ET.fromstring(source[start:end])  # noqa: S314 - our own output
