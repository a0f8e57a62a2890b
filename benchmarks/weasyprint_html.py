"""Write a leaflet as HTML and CSS for WeasyPrint: the same words, lists, pictures and fonts."""

import base64
import copy
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path

from leaflet_html import LeafletHtml, picture

WEIGHTS = {400: "400Regular", 600: "600SemiBold", 700: "700Bold", 800: "800ExtraBold"}
RULES = """\
@page { size: A4; margin: 16mm 18mm;
  @bottom-left { content: "{footer}"; font: 9pt H }
  @bottom-right { content: counter(page) " of " counter(pages); font: 9pt H } }
body { font: 12.5pt/1.4 H }
p, ul, ol { margin: 0 0 .5em } h1, h2, h3, h4 { margin: .6em 0 .3em; break-after: avoid }
.fresh-page { break-before: page }
div:not(.groups):not(form div) { border: 1pt solid; border-radius: 3pt; padding: 8pt }
table { width: 100%; border-collapse: collapse } td, th { border: .5pt solid; padding: 2pt }
form div { display: flex } form span:last-child { flex: 1; border-bottom: .5pt solid }
figure { margin: 0 }
"""


def css(leaflet: LeafletHtml, fonts: Path) -> str:
    """Write the style sheet, with our own fonts."""
    faces = [
        f"@font-face {{ font-family: H; font-weight: {weight};"
        f" src: url({(fonts / f'HandoutsHyperlegible-{name}.ttf').as_uri()}) }}"
        for weight, name in WEIGHTS.items()
    ]
    footer = leaflet.footer.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(faces) + "\n" + RULES.replace("{footer}", footer)


def write_html(leaflet: LeafletHtml, path: Path) -> None:
    """Write the page; drawings become images, whose alternative text WeasyPrint tags."""
    article = copy.deepcopy(leaflet.article)
    for figure in article.iter("figure"):
        _inline_picture(figure)
    body = ET.tostring(article, encoding="unicode", method="html")
    head = f'<meta charset="utf-8"><title>{escape(leaflet.title)}</title>'
    page = f'<!doctype html><html lang="{leaflet.language}"><head>{head}</head><body>{body}</body>'
    path.write_text(page + "</html>\n", encoding="utf-8")


def _inline_picture(figure: ET.Element) -> None:
    found = picture(figure)
    if found is None:
        return
    source, alt, width = found
    address = "data:image/svg+xml;base64," + base64.b64encode(source).decode()
    image = ET.Element("img", src=address, alt=alt, style=f"width: {width}pt")
    captions = list(figure.iter("figcaption"))
    for child in list(figure):
        figure.remove(child)
    figure.extend([image, *captions])
