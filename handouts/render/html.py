"""Render a leaflet as one self-contained HTML page: `render_html`."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from handouts.content.load import resource
from handouts.content.vocabulary import EMERGENCY, HELP, USUAL_SIZE
from handouts.errors import CompositionError, Fault
from handouts.leaflet.tree import (
    ADDRESS,
    Form,
    Heading,
    ItemList,
    Panel,
    Paragraph,
    Picture,
    Table,
    plain,
    walk,
)
from handouts.render.drawings.figure import draw_figure, drawing_svg, fit
from handouts.render.drawings.icons import load_icons
from handouts.render.drawings.logo import logo_html
from handouts.render.drawings.pen import MONO, THEMES
from handouts.render.drawings.qr_code import code_svg
from handouts.render.layout.forms import table_is_week
from handouts.render.layout.style import hex_of, tint_of
from handouts.render.links import Links
from handouts.render.orders import signed_below
from handouts.render.pdf.bidi import grouped_numbers, runs_from_right
from handouts.render.pdf.graphics import Colour

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.figure import Figure
    from handouts.content.look import Look
    from handouts.leaflet.tree import Item, Leaflet, Part, Run, Section
    from handouts.render.drawings.icons import Icons
    from handouts.render.drawings.pen import Theme


STYLES = "leaflet.css"
ICONS = "icons.yaml"
_SECTION_LEVEL = 2
"""The level of the headings of sections."""
_MM = 72 / 25.4
_DRAWING_BOX = (58 * _MM, 38 * _MM)
"""The most that a drawing may measure, in points."""
_MOST_DRAWN = 128
"""Drawings that are kept, of some 25 kB each, as leaflets show the same ones again and again."""
TYPEFACES = {
    400: "HandoutsHyperlegible-screen-400.woff2",
    700: "HandoutsHyperlegible-screen-700.woff2",
}
"""The typeface of leaflets, cut to the characters of western Europe; others are the browser's."""
_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
"""The Content-Security-Policy: the browser refuses scripts, and files from anywhere."""
_ALLOW_DATA_IMAGES = "; img-src data:"
_ITEM_ICONS = {
    "avoid": "cross", "ask": "ask", "ok": "tick", "hold": "clock", "repeat": "repeat", "day": "sun",
}  # fmt: skip
"""The icons of list items, by their mark."""
_PANEL_ICONS = {
    "emergency": "warning", "warnings": "warning", "medicine-warning": "warning",
    "maternity": "warning", "try": "tick", "ask": "ask", "avoid": "cross", "always": "info",
    "note": "ask", "today": "clock", "book": "calendar", "just-for-you": "person", "stop": "hand",
}  # fmt: skip
"""The icons before the heading of a box, or the words in its place, by its kind."""


def render_html(leaflet: Leaflet, figures: Mapping[str, Figure]) -> str:
    """Return a leaflet as an HTML page; raises CompositionError for missing styles or a figure."""
    draft = f"<strong>{escape(leaflet.draft)}</strong> {escape(leaflet.draft_line)}"
    links = Links(leaflet)
    policy = _SECURITY_POLICY
    if leaflet.logo and leaflet.logo.pixels:
        policy += _ALLOW_DATA_IMAGES
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(leaflet.language)}"{_class_of(leaflet.look)}>',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f"<title>{escape(leaflet.title)}</title>",
            f'<meta name="description" content="{escape(leaflet.subject)}">',
            f"<style>\n{_typefaces()}{leaflet_styles(leaflet.accent)}</style>",
            "</head>",
            "<body>",
            *([f"<header><p>{draft}</p></header>"] if leaflet.draft else []),
            *_jump(links),
            "<main>",
            render_article(leaflet, figures, links),
            "</main>",
            *_footer(leaflet, draft),
            "</body>",
            "</html>",
            "",
        ]
    )


def render_article(
    leaflet: Leaflet, figures: Mapping[str, Figure], links: Links | None = None
) -> str:
    """Return a leaflet as one `article` element, without styles; raises as `render_html` does.

    The lines for name and date stand at its end, not at that of a sheet. Without `links` nothing in
    it can be called or ticked: so a clinician who looks at it calls nobody.
    """
    theme = THEMES["mono" if leaflet.look.mono else "colour"]
    writer = _Writer(figures, theme, load_icons(resource("templates") / ICONS), links)
    contents = _contents(leaflet) if links else ""
    body = "\n".join(
        writer.section(section) + (contents if section.id == EMERGENCY else "")
        for section in signed_below(leaflet.sections)
    )
    if leaflet.logo:
        logo = logo_html(leaflet.logo, mono=leaflet.look.mono, title=leaflet.logo_alt)
        body = f'<div class="logo">{logo}</div>\n{body}'
    return f"<article>\n{body}\n</article>"


def _jump(links: Links) -> Iterator[str]:
    """Yield the link to all the warning signs, if they are in the leaflet."""
    if links.help:
        yield f'<nav class="jump"><a href="#{HELP}">{escape(links.help)}</a></nav>'


def _contents(leaflet: Leaflet) -> str:
    """Return the links to the sections below the emergency box, if there is a word for them."""
    links = [
        f'<li><a href="#{escape(section.id)}">{escape(text)}</a></li>'
        for section in leaflet.sections
        if section.id != EMERGENCY and (text := _section_heading(section))
    ]
    if not links or not leaflet.on_this_page:
        return ""
    label = escape(leaflet.on_this_page)
    words = f'<p class="label">{label}</p>\n<ul>{"".join(links)}</ul>'
    return f'\n<nav class="contents" aria-label="{label}">\n{words}\n</nav>'


def _section_heading(section: Section) -> str:
    """Return the words of the heading of a section; empty where it has none of its own."""
    heads = (part for part in walk(section.parts) if isinstance(part, Heading))
    return next((plain(one.runs) for one in heads if one.level == _SECTION_LEVEL), "")


def _footer(leaflet: Leaflet, draft: str) -> Iterator[str]:
    """Yield the footer, if any: DRAFT, and the code that makes the same leaflet again."""
    lines = [*([draft] if leaflet.draft else []), escape(leaflet.code_line)]
    paragraphs = "".join(f"<p>{line}</p>" for line in lines if line)
    yield from ([f"<footer>{paragraphs}</footer>"] if paragraphs else [])


def look_classes(look: Look) -> str:
    """Return the classes of a page for an unusual size or black and white; empty for neither."""
    looks = [f"size-{look.size}"] if look.size != USUAL_SIZE else []
    return " ".join([*looks, *(["mono"] if look.mono else [])])


def _class_of(look: Look) -> str:
    classes = look_classes(look)
    return f' class="{classes}"' if classes else ""


@lru_cache(1)
def _typefaces() -> str:
    """Return CSS rules with the typefaces in them, so that the page needs no other file."""
    return "".join(
        f'@font-face {{ font-family: "Handouts Hyperlegible"; font-weight: {weight}; '
        f'src: url("data:font/woff2;base64,{_packed(name)}") format("woff2"); }}\n'
        for weight, name in TYPEFACES.items()
    )


def _packed(name: str) -> str:
    try:
        return b64encode((resource("fonts") / name).read_bytes()).decode("ascii")
    except OSError as error:
        raise CompositionError(
            Fault(message=f"cannot read the typeface `{name}`", hint="restore the fonts folder")
        ) from error


def leaflet_styles(accent: str) -> str:
    """Return the styles of a leaflet, in the accent colour of a service unless that is empty."""
    return _styles() + _colours(accent)


def _styles() -> str:
    try:
        return (resource("templates") / STYLES).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CompositionError(
            Fault(
                message=f"cannot read the styles in `{STYLES}`", hint="restore the templates folder"
            )
        ) from error


def _colours(accent: str) -> str:
    """Return a CSS rule that sets the accent colour of a service and its tint; empty for none."""
    if not accent:
        return ""
    tint = hex_of(tint_of(Colour.from_hex(accent)))
    return f":root {{ --accent: {accent}; --tint: {tint}; }}\n"


class _Writer:
    """Writes the tree as well-formed elements; all text and attribute values are escaped."""

    def __init__(
        self, figures: Mapping[str, Figure], theme: Theme, icons: Icons, links: Links | None
    ) -> None:
        self.figures = figures
        self.theme = theme
        self.icons = icons
        self.links = links
        self.pictures = 0

    def section(self, section: Section) -> str:
        fresh = ' class="fresh-page"' if section.fresh_page else ""
        parts = "\n".join(self.part(part) for part in section.parts)
        return f'<section id="{escape(section.id)}"{fresh}>\n{parts}\n</section>'

    def part(self, part: Part, before: str = "") -> str:  # noqa: PLR0911 - one for each kind
        """Return one part; `before` is the number of a card or the icon of a box, for its head."""
        match part:
            case Heading():
                return f"<h{part.level}>{before}{self.heading(part)}</h{part.level}>"
            case Paragraph():
                direction = _direction(plain(part.runs))
                runs = self.runs(part.runs)
                if part.kind == "pointer" and self.links and self.links.help:
                    runs = f'<a href="#{HELP}">{runs}</a>'
                return f'<p class="{escape(part.kind)}"{direction}>{before}{runs}</p>'
            case ItemList():
                return self.item_list(part)
            case Picture():
                return self.picture(part)
            case Table():
                return _table(part, to_tick=self.links is not None and table_is_week(part))
            case Form():
                return _form(part)
            case Panel():
                return self.panel(part)

    def heading(self, part: Heading) -> str:
        """Return the words of a heading; the emergency number in one is a button."""
        text = plain(part.runs)
        if self.links and not any(run.href for run in part.runs):
            return self.links.write_heading(text, _text, self.icons.svg("phone"))
        return self.runs(part.runs)

    def panel(self, part: Panel) -> str:
        """Return a box with its parts; what a clinician adds has no links."""
        icon = _PANEL_ICONS.get(part.kind, "")
        before = self.icons.svg(icon) if icon else ""
        if part.number:
            before = f'<span class="number">{escape(part.number)}</span> '
        links = self.links
        self.links = None if part.kind == "clinician" else links
        inside = "\n".join(
            self.part(one, before if index == 0 and isinstance(one, Heading | Paragraph) else "")
            for index, one in enumerate(part.parts)
        )
        self.links = links
        return f'<div class="{escape(part.kind)}">\n{inside}\n</div>'

    def runs(self, runs: tuple[Run, ...]) -> str:
        return "".join(map(self.run, runs))

    def run(self, run: Run) -> str:
        links = None if run.href else self.links
        text = links.write(run.text, _text) if links else _text(run.text)
        if run.strong:
            text = f"<strong>{text}</strong>"
        return f'<a href="{escape(run.href)}">{text}</a>' if run.href else text

    def item_list(self, part: ItemList) -> str:
        tag = "ol" if part.kind == "steps" else "ul"
        write = self.item_to_tick if part.kind == "ticks" and self.links else self.item
        items = "\n".join(map(write, part.items))
        return f'<{tag} class="{escape(part.kind)}">\n{items}\n</{tag}>'

    def item_to_tick(self, item: Item) -> str:
        """Return an item with its box; its words name the box, and have no links of their own."""
        words = _Writer(self.figures, self.theme, self.icons, None).runs(item.runs)
        return f'<li><label><input type="checkbox"><span>{words}</span></label></li>'

    def item(self, item: Item) -> str:
        if item.icon in self.icons:
            return f'<li class="use">{self.icons.svg(item.icon)}{self.runs(item.runs)}</li>'
        if not item.mark:
            return f"<li>{self.runs(item.runs)}</li>"
        icon = self.icons.svg(_ITEM_ICONS[item.mark])
        return f'<li class="{escape(item.mark)}">{icon}{self.runs(item.runs)}</li>'

    def picture(self, part: Picture) -> str:
        """Return a drawing or a QR code as inline SVG, with its alternative text.

        Raises CompositionError for an unknown figure.
        """
        if part.figure.startswith(ADDRESS):
            return f"<figure>{code_svg(part.figure, part.alt)}</figure>"
        figure = self.figures.get(part.figure)
        if figure is None:
            hint = "name a figure of content/figures.yaml"
            raise CompositionError(Fault(message=f"no figure `{part.figure}`", hint=hint))
        self.pictures += 1
        caption = f"<figcaption>{escape(part.caption)}</figcaption>" if part.caption else ""
        if figure.picture:
            mono = self.theme is MONO
            svg = logo_html(figure.picture, mono=mono, title=part.alt, most=_DRAWING_BOX)
        else:
            svg = _drawn(figure, self.theme, part.alt, self.pictures)
        return f"<figure>{svg}{caption}</figure>"


@lru_cache(_MOST_DRAWN)
def _drawn(figure: Figure, theme: Theme, alt: str, number: int) -> str:
    """Return a drawing, the ids inside it those of the picture of that number on the page."""
    drawing = draw_figure(figure, theme, fit(figure, *_DRAWING_BOX))
    return drawing_svg(drawing, alt, f"{number}-")


_OTHER = "[\u0370-\u1dff\u2c80-\u2dff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\ufeff\U00010000-\U0010ffff]"
_STRETCH = re.compile(f"{_OTHER}(?:[^A-Za-z\u00c0-\u024f]*{_OTHER})?")
"""A stretch of text in another script."""


def _text(text: str) -> str:
    """Return a text escaped; a stretch in another script is of no language that is known.

    A number in groups keeps its order in a text from right to left.
    """
    if text.isascii() or not _STRETCH.search(text):
        return escape(text)
    parts, done = [], 0
    for found in _STRETCH.finditer(text):
        parts.append(_ordered(text[done : found.start()], text))
        parts.append(f'<bdi lang="">{_ordered(found[0], text)}</bdi>')
        done = found.end()
    return "".join([*parts, _ordered(text[done:], text)])


def _ordered(part: str, text: str) -> str:
    # Numbers are looked for before escaping, as an escaped apostrophe has one.
    shown, done = "", 0
    for found in grouped_numbers(text).finditer(part):
        shown += f'{escape(part[done : found.start()])}<bdi dir="ltr">{escape(found[0])}</bdi>'
        done = found.end()
    return shown + escape(part[done:])


def _direction(text: str) -> str:
    """Return the `dir` attribute of a paragraph that is read from right to left; else nothing."""
    return ' dir="rtl"' if not text.isascii() and runs_from_right(text) else ""


def _value(text: str) -> str:
    """Return what is filled in: beside its label, in whatever direction it is read."""
    shown = _text(text)
    return f'<bdi dir="rtl">{shown}</bdi>' if _direction(text) else shown


def _table(part: Table, *, to_tick: bool) -> str:
    """Return a table, which scrolls in a frame of its own where a screen is narrow.

    `to_tick`: its cells have boxes, each named by its row and its column.
    """
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in part.head)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(
            f"<td>{_box(f'{row[0]}, {day}') if to_tick else escape(cell)}</td>"
            for day, cell in zip(part.head[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in part.rows
    )
    table = f'<table class="{escape(part.kind)}">\n<tr>{head}</tr>\n{rows}\n</table>'
    label = escape(part.head[0])
    return f'<div class="frame" role="region" aria-label="{label}" tabindex="0">\n{table}\n</div>'


def _box(name: str) -> str:
    return f'<label><input type="checkbox" aria-label="{escape(name)}"></label>'


def _form(part: Form) -> str:
    """Return the lines to fill in by hand, without input fields, because they are printed."""
    lines = "\n".join(
        f'<div class="{escape(one.width)}"><span>{escape(one.label)}</span> '
        f"<span>{_value(one.value)}</span></div>"
        for one in part.fields
    )
    return f"<form>\n{lines}\n</form>"
