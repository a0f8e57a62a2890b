"""The HTML page and the text hold the words of the leaflet, safely, in order, and nothing else."""

import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import date
from functools import cache
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from handouts import pipeline
from handouts.content.load import resource
from handouts.content.look import Look, LookOptions
from handouts.content.vocabulary import FULL
from handouts.errors import CompositionError
from handouts.leaflet.tree import (
    Form,
    Heading,
    ItemList,
    Leaflet,
    Paragraph,
    Part,
    Picture,
    Section,
    Table,
    plain,
    walk,
)
from handouts.leaflet.xhtml import LISTS, PANELS
from handouts.render import html as html_module
from handouts.render.drawings.icons import load_icons
from handouts.render.html import render_article, render_html
from handouts.render.links import Links
from handouts.render.text import render_text
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request
from tests.support import leaflets

NAME = "<b>O'Neil & Söns</b> {{ 7*7 }}"
CHARACTERS = (*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, "–—‘’“”•…"))
"""Those to which `scripts/screen_fonts.py` cuts the typeface."""
VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})
CASES = [
    ("neck", "acute", ("gi-ulcer", "pregnancy")),
    ("thoracic", "chronic", ()),
    ("lumbar", "acute", ("under-18",)),
]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
Case = tuple[str, str, tuple[str, ...]]


@cache
def publisher() -> pipeline.Publisher:
    """Open the publisher once for all tests."""
    return pipeline.open_publisher()


@cache
def leaflet(case: Case, name: str = NAME) -> Leaflet:
    """Compose the leaflet of a case."""
    region, status, flags = case
    look = LookOptions(edition=FULL)  # it has every kind of part
    options = RequestOptions(region=region, status=status, flags=flags, name=name, look=look)
    request = parse_request(publisher().library, options, today=date(2026, 11, 22))
    return pipeline.compose(publisher(), pipeline.select(publisher(), request))


@cache
def page(case: Case, name: str = NAME) -> str:
    """Render the page of a case."""
    return render_html(leaflet(case, name), publisher().library.figures)


class Outline(HTMLParser):
    """Reads a page as a browser does: elements in order, and the words of its article.

    The links to its sections say them once more, and do not count.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    @property
    def words(self) -> list[str]:
        """Give the words of the article, and of the drawings where they stand."""
        return self.text.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and the alternative text of a drawing."""
        self.elements.append((tag, dict(attrs)))
        if tag == "svg":
            self.text += dict(attrs).get("aria-label") or ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element without content, in a drawing."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Check that elements nest."""
        assert self.open.pop() == tag
        if tag not in {"strong", "a", "span"}:
            self.text += " "

    def handle_data(self, data: str) -> None:
        """Collect the text of the article."""
        if "article" in self.open and "nav" not in self.open:
            self.text += data


def words_of(part: Part) -> Iterator[str]:
    """Yield the words of one part in reading order."""
    match part:
        case Heading() | Paragraph():
            yield plain(part.runs)
        case ItemList():
            yield from (plain(item.runs) for item in part.items)
        case Picture():
            yield from (part.alt, part.caption)
        case Table():
            yield from (cell for row in (part.head, *part.rows) for cell in row)
        case Form():
            yield from (text for one in part.fields for text in (one.label, one.value))


def all_words(tree: Leaflet) -> list[str]:
    """List the words of a leaflet in reading order, without the numbers of cards."""
    texts = (t for s in tree.sections for part in walk(s.parts) for t in words_of(part))
    return " ".join(texts).split()


def drawings(outline: Outline) -> list[dict[str, str | None]]:
    """List the attributes of the drawings: of every picture that is not an icon."""
    return [one for tag, one in outline.elements if tag == "svg" and one.get("class") != "icon"]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG 2 defines it."""

    def luminance(code: str) -> float:
        parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@cases
def test_the_page_holds_every_word_in_order(case: Case) -> None:
    """Read by a parser, the page has the words of the leaflet, each card with its number."""
    numbered = re.sub(r'<span class="number">\d+</span>', "", page(case))
    assert Outline(numbered).words == all_words(leaflet(case))


@cases
def test_the_text_holds_every_word_in_order(case: Case) -> None:
    """Without its marks, the text has the words of the leaflet between the two DRAFT lines."""
    text = render_text(leaflet(case, "Ana Silva"))
    text = re.sub(
        r"^([+=-]*[+=-]{3}|### \d+\.|#+|\d{1,2}\. |- \[ \]|\[ \]|-) ?", "", text, flags=re.MULTILINE
    )
    shown = text.replace("__________", "").replace("__", "").replace("[", "").replace("]", "")
    shown = re.sub(r"^(Name|Date|Given and shown to you by): ?", r"\1 ", shown, flags=re.MULTILINE)
    first, *words, last = shown.split("\n\n", 1)[0], *shown.split(), ""
    assert first.startswith("DRAFT: ")
    assert not last
    draft = first.split()
    made = leaflet(case, "Ana Silva")
    assert words[len(draft) : -len(draft)] == [*all_words(made), *made.code_line.split()]


@cases
def test_the_page_needs_nothing_else(case: Case) -> None:
    """There is no script, no style sheet, picture or typeface from elsewhere, and no handler.

    What is ticked has no name to send it under.
    """
    outline = Outline(page(case))
    tags = {tag for tag, _ in outline.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "button"}
    for tag, attributes in outline.elements:
        if tag == "input":
            assert attributes["type"] == "checkbox"
            assert "name" not in attributes
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert "href" not in attributes or tag == "a"
    assert not re.search(r"url\((?!#|\"data:font/)|@import", page(case))
    assert "default-src 'none'" in page(case)


@cases
def test_the_page_has_the_frame_a_screen_reader_needs(case: Case) -> None:
    """Language, title, one main, one h1, headings without gaps, and every drawing has words."""
    outline = Outline(page(case))
    elements = outline.elements
    assert elements[0] == ("html", {"lang": "en-GB"})
    title = leaflet(case).title
    assert f"<title>{title}</title>" in page(case)
    levels = [int(tag[1]) for tag, _ in elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [tag for tag, _ in elements].count("main") == 1
    icons = [one for tag, one in elements if tag == "svg" and one.get("class") == "icon"]
    assert all(one["aria-hidden"] == "true" for one in icons)
    assert all(one["role"] == "img" and one["aria-label"] for one in drawings(outline))
    assert not outline.open


@cases
def test_ids_are_unique_on_the_page(case: Case) -> None:
    """No id stands twice, or a reference could reach the wrong element."""
    ids = [attributes["id"] for _, attributes in Outline(page(case)).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_drawings_fit_the_box_of_a_card() -> None:
    """No drawing is wider than 58 mm or higher than 38 mm, and each fills one of the two."""
    sizes = [
        (float((attributes["width"] or "")[:-2]), float((attributes["height"] or "")[:-2]))
        for attributes in drawings(Outline(page(CASES[0])))
    ]
    wide, high = 58 * 72 / 25.4, 38 * 72 / 25.4
    assert sizes
    for size in sizes:
        assert max(size[0] / wide, size[1] / high) == pytest.approx(1, abs=0.001)


def test_a_name_prints_as_typed() -> None:
    """Markup, quotes, letters with marks and template code in a name are only letters."""
    assert "&lt;b&gt;O&#x27;Neil &amp; Söns&lt;/b&gt; {{ 7*7 }}" in page(CASES[0])
    assert f"Name: {NAME}\n" in render_text(leaflet(CASES[0]))


def test_draft_stands_first_and_last() -> None:
    """The page and the text say DRAFT, and what that means, before and after everything else."""
    line = "<p><strong>DRAFT</strong> Not approved by a clinician. Do not give to patients.</p>"
    source = page(CASES[0])
    assert f"<body>\n<header>{line}</header>\n<nav class=" in source
    code = f"<p>{leaflet(CASES[0]).code_line}</p>"
    assert f"</main>\n<footer>{line}{code}</footer>\n</body>" in source
    # What browsers repeat on every printed sheet; Chromium only with the second rule.
    assert "footer { display: table-footer-group; break-inside: avoid; }" in source
    line = "DRAFT: Not approved by a clinician. Do not give to patients.\n"
    text = render_text(leaflet(CASES[0]))
    assert text.startswith(line)
    assert text.endswith(line)


@pytest.mark.parametrize("width", [40, 78, 120])
def test_text_fits_its_width(width: int) -> None:
    """No line is longer than asked for, and no space of any other kind is left."""
    text = render_text(leaflet(CASES[0]), width)
    assert max(map(len, text.splitlines())) <= width
    assert "\u00a0" not in text


@pytest.mark.parametrize(
    ("wanted", "looks"),
    [
        (Look(paper="a4"), None),
        (Look(paper="a4", size=16), "size-16"),
        (Look(paper="a4", size=18, mono=True), "size-18 mono"),
    ],
)
def test_a_page_may_be_large_or_mono(wanted: Look, looks: str | None) -> None:
    """What was asked for stands where the styles find it; mono drawings have greys only."""
    html = render_html(replace(leaflet(CASES[0]), look=wanted), publisher().library.figures)
    _, attributes = Outline(html).elements[0]
    assert attributes.get("class") == looks
    styles, drawings = html.split("</style>")
    assert all(f".{look} {{" in styles for look in (looks or "").split())
    shades = set(re.findall(r"#([0-9a-fA-F]{6})\b", drawings))
    assert shades
    assert wanted.mono == all(shade[:2] == shade[2:4] == shade[4:] for shade in shades)


def test_contrast_is_at_least_seven_to_one() -> None:
    """Every text colour reads on white and on tint, and white reads on the dark ones."""
    styles = (resource("templates") / "leaflet.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--(\w+): (#[0-9A-F]{6});", styles))
    assert (colour["ink"], colour["accent"], colour["danger"]) == ("#14212B", "#0B4F63", "#A3121A")
    for name in ("ink", "accent", "danger"):
        assert contrast(colour[name], colour["paper"]) >= 7
    for name in ("ink", "accent"):
        assert contrast(colour[name], colour["tint"]) >= 7
    used = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", styles))
    assert used <= {*colour.values(), "#FFFFFF", "#diary"}
    assert not re.search(r"[\d.]+px|</", styles)


def test_missing_styles_are_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without its styles there is no page."""
    tree, figures = leaflet(CASES[0]), publisher().library.figures
    monkeypatch.setattr(html_module, "resource", lambda _: tmp_path)
    with pytest.raises(CompositionError) as caught:
        render_html(tree, figures)
    assert str(caught.value) == (
        "cannot read the styles in `leaflet.css`\n  hint: restore the templates folder"
    )


def test_it_is_set_in_the_typeface_of_the_sheet() -> None:
    """Two weights are in the page, of 30 kB at most, with each character of the words."""
    found = re.findall(
        r'font-weight: (\d+); src: url\("data:font/woff2;base64,([^"]+)"', page(CASES[0])
    )
    assert [int(weight) for weight, _ in found] == [400, 700]
    assert sum(len(packed) for _, packed in found) < 30_000
    assert all(b64decode(packed)[:4] == b"wOF2" for _, packed in found)
    assert "font-src data:;" in page(CASES[0]).replace('"', ";")
    for case in CASES:
        words = "".join(all_words(leaflet(case, "")))
        assert {ord(one) for one in words} <= {*CHARACTERS}


def test_a_missing_typeface_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without the packed typefaces is named, not a page without them made."""
    monkeypatch.setattr(html_module, "resource", lambda _name: tmp_path)
    with pytest.raises(CompositionError, match="cannot read the typeface"):
        html_module._packed("gone.woff2")  # noqa: SLF001 - the styles would be missed first


def test_the_lines_for_name_and_date_end_the_page() -> None:
    """On a sheet they end what to act on, which is the middle of a page that scrolls."""
    options = RequestOptions(region="neck", status="acute", screened=True, name="Ada")
    request = parse_request(publisher().library, options, today=date(2026, 11, 22))
    tree = pipeline.compose(publisher(), pipeline.select(publisher(), request))
    assert any(one.id == "given" for one in tree.sections)
    source = render_html(tree, publisher().library.figures)
    last = source[source.index('<section id="about"') :]
    labels = [publisher().library.labels[name] for name in ("name", "date", "given-by")]
    places = [last.index(f"<span>{one}</span>") for one in labels]
    assert places == sorted(places)
    assert source.count("<form>") == last.count("<form>")


def test_the_box_when_to_stop_has_its_hand() -> None:
    """The sign of the printed box stands before its words on the screen too."""
    icons = load_icons(resource("templates") / html_module.ICONS)
    head = re.search(r'<div class="stop">\n<p class="head">(.*?)</p>', page(CASES[0]))
    assert head
    assert head.group(1).startswith(icons.svg("hand"))


def test_an_unknown_figure_is_a_fault() -> None:
    """A drawing that the library lacks is refused, not left out."""
    tree = leaflet(CASES[0])
    part = Picture(figure="no-such", alt="Someone sits.")
    one = replace(tree, sections=(Section(id="only", parts=(part,)),))
    with pytest.raises(CompositionError, match="no figure `no-such`"):
        render_html(one, publisher().library.figures)


def test_another_script_is_marked_and_keeps_its_order() -> None:
    """Its language is unknown, its direction its own, and a phone number stays in order."""
    note = "اتصل 020 7946 0018 إذا\nAsk Dr. محمد علي (Tuesday)"
    made = leaflets.leaflet(leaflets.ask("neck", name="محمد علي", note=note))
    page = render_html(made, publisher().library.figures)
    number = '<bdi dir="ltr">020 7946 0018</bdi>'
    assert f'<p class="body" dir="rtl"><bdi lang="">اتصل {number} إذا</bdi></p>' in page
    assert '<p class="body">Ask Dr. <bdi lang="">محمد علي</bdi> (Tuesday)</p>' in page
    assert '<span><bdi dir="rtl"><bdi lang="">محمد علي</bdi></bdi></span>' in page


def test_an_apostrophe_beside_another_script_stays_one() -> None:
    """The number in its escaped form is not taken for a number that somebody typed."""
    made = leaflets.leaflet(leaflets.ask("neck", note="Don't ask שרה"))
    page = render_html(made, publisher().library.figures)
    assert '<p class="body">Don&#x27;t ask <bdi lang="">שרה</bdi></p>' in page


def test_only_a_number_to_call_is_a_link() -> None:
    """A number links where the sentence says to call it; a service's own does in its box."""
    links = Links(replace(leaflet(CASES[0]), phones=("999", "111", "116 123")))
    assert links.write("Call 111 or 999 now.", escape) == (
        'Call <a href="tel:111">111</a> or <a href="tel:999">999</a> now.'
    )
    assert links.write("Not safe? Call 116 123.", escape) == (
        'Not safe? Call <a href="tel:116123">116 123</a>.'
    )
    for text in ("Read the 999 box now.", "Call us. Version 999.", "Call 1999, 999-1 or 0999."):
        assert links.write(text, escape) == escape(text)


def test_a_named_part_is_a_link() -> None:
    """A sentence that names a section by its heading leads there; other quotations do not."""
    page = render_html(leaflet(CASES[1]), publisher().library.figures)
    assert '“<a href="#medicines">Medicines</a>”' in page
    assert Links(leaflet(CASES[1])).write("Say “hello”.", escape) == "Say “hello”."


def test_the_clinic_sees_a_leaflet_that_calls_nobody() -> None:
    """The article for the page of a clinic has no link to dial, and no box that seems to answer."""
    article = render_article(leaflet(CASES[0]), publisher().library.figures)
    assert "tel:" not in article
    assert "<input" not in article
    assert "<nav" not in article
    assert "<h2><svg" in article


def test_a_page_without_a_word_for_its_links_has_none() -> None:
    """Content that lacks the label prints its leaflets as before."""
    tree, figures = leaflet(CASES[0]), publisher().library.figures
    assert 'class="contents"' in render_html(tree, figures)
    assert 'class="contents"' not in render_html(replace(tree, on_this_page=""), figures)


def test_every_kind_of_box_has_a_look() -> None:
    """Whatever a template may use as a box or a list has a rule in the styles."""
    styles = (resource("templates") / "leaflet.css").read_text(encoding="utf-8")
    plain_lists = {"bullets", "points", "steps", "emergency", "today", "stop"}
    for kind in (PANELS - {"card"}) | (LISTS - plain_lists):
        assert re.search(rf"(div|ul)?\.{kind}\b[^{{}};]*\{{", styles), kind
