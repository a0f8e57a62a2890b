"""Name what is wrong with a finished PDF for a reader who cannot see it, beyond what veraPDF sees.

Every function gives a tuple of faults, one sentence each; an empty tuple means none.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.support.marked_content import marked_content_faults
from tests.support.pdf_content import Run
from tests.support.readback import (
    HEADINGS,
    Link,
    Node,
    Source,
    Text,
    fonts,
    headings,
    opened,
    outline,
    page_artifacts,
    read_contents,
    read_structure,
)

INLINE = frozenset({"Span", "Link", "Reference", "Quote", "Code", "Em", "Strong", "Lbl"})
ALT_THAT_SAYS_NOTHING = frozenset({"", "figure", "icon", "image", "photo", "picture", "drawing"})
LINK_THAT_SAYS_NOTHING = frozenset({"", "here", "click here", "link", "more", "read more", "this"})
AFTER_A_BREAK = ("/", "-", "\N{EN DASH}", "\N{EM DASH}")
FIRST_IDEOGRAPH = "\u2e80"
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
SOFT_HYPHEN = "\N{SOFT HYPHEN}"

Faults = tuple[str, ...]


def all_faults(source: Source) -> Faults:
    """Run every check that needs no knowledge of what the leaflet should say."""
    return (
        *marked_content_faults(source),
        *structure_faults(read_structure(source)),
        *text_faults(source),
        *font_faults(source),
        *pagination_faults(source),
        *outline_faults(source),
    )


def structure_faults(node: Node) -> Faults:
    """Check the structure for what makes no sense to a reader, though the rules allow it."""
    checks = (
        _heading_faults,
        _nested_heading_faults,
        _list_faults,
        _figure_faults,
        _table_faults,
        _link_faults,
        _line_faults,
    )
    return tuple(fault for check in checks for fault in check(node))


def reading_order_faults(node: Node, expected: Sequence[str]) -> Faults:
    """Check that the structure reads exactly as the expected texts, in order, and nothing more."""
    want = " ".join(" ".join(expected).split())
    got = " ".join("".join(_texts(node)).split())
    if got == want:
        return ()
    place = next((i for i, (a, b) in enumerate(zip(got, want, strict=False)) if a != b), None)
    start = max(0, (min(len(got), len(want)) if place is None else place) - 20)
    return (f"reads {got[start : start + 60]!r}, not {want[start : start + 60]!r}",)


def text_faults(source: Source) -> Faults:
    """Check that every shown character has a glyph and a meaning."""
    found: list[str] = []
    for content in read_contents(source):
        for run in content.all_runs:
            if run.boxes:
                found.append(f"page {run.page}: {run.font} has no glyph for {run.boxes!r}")
            if UNKNOWN in run.text or any(unicodedata.category(c) == "Co" for c in run.text):
                found.append(f"page {run.page}: {run.text!r} does not say which letters it shows")
            if SOFT_HYPHEN in run.text:
                found.append(f"page {run.page}: {run.text!r} breaks a word with a soft hyphen")
    return tuple(found)


def font_faults(source: Source) -> Faults:
    """Check that every font is embedded, also one that is named and never used."""
    return tuple(f"{font.name} is not embedded" for font in fonts(source) if not font.embedded)


def pagination_faults(source: Source) -> Faults:
    """Check that each page has a footer, and that words outside the structure are pagination."""
    found: list[str] = []
    for number, artifacts in enumerate(page_artifacts(source), start=1):
        if not any(part.subtype == "Footer" and part.text.strip() for part in artifacts):
            found.append(f"page {number}: no footer marked as one")
        loose = [part.text for part in artifacts if part.kind != "Pagination" and part.text.strip()]
        found.extend(f"page {number}: {text!r} stands outside the structure" for text in loose)
    return tuple(found)


def outline_faults(source: Source) -> Faults:
    """Check that the bookmarks are the headings, down to the deepest level that has bookmarks."""
    with opened(source) as pdf:
        marks = [(mark.level, " ".join(mark.title.split())) for mark in outline(pdf)]
        lost = [mark.title for mark in outline(pdf) if mark.page == 0]
    titles = headings(read_structure(source))
    depth = max((level for level, _ in marks), default=1)
    wanted = [(level, title) for level, title in titles if level <= depth]
    found = [f"the bookmark {title!r} leads nowhere" for title in lost]
    if marks != wanted:
        differing = [title for level, title in {*marks} ^ {*wanted}] or ["their order"]
        found.append(f"bookmarks and headings differ: {', '.join(sorted(differing))}")
    return tuple(found)


def _heading_faults(node: Node) -> Iterator[str]:
    levels = [level for level, _ in headings(node)]
    if not levels:
        yield "there is no heading"
        return
    if levels.count(1) != 1:
        yield f"there are {levels.count(1)} headings of level 1"
    first = next((part for part in node.walk() if _own_text(part).strip()), None)
    if first is not None and not any(first in found.walk() for found in node.find("H1")):
        yield f"{_own_text(first)!r} stands before the title"
    for upper, lower in pairwise(levels):
        if lower > upper + 1:
            yield f"a heading of level {lower} follows one of level {upper}"


def _nested_heading_faults(node: Node) -> Iterator[str]:
    for outer in node.find("P", *HEADINGS):
        for inner in outer.find(*HEADINGS):
            if inner is not outer:
                yield f"the heading {inner.text!r} stands inside {outer.role}"
    for heading in node.find(*HEADINGS):
        if not heading.text.strip():
            yield f"a heading {heading.role} is empty"


def _list_faults(node: Node) -> Iterator[str]:
    for found in node.find("L"):
        labels = [label for item in found.children for label in item.children]
        has_labels = any(label.standard_role == "Lbl" for label in labels)
        numbering = found.attributes.get("ListNumbering")
        if has_labels and numbering is None:
            yield f"the list {_start(found)} has labels and no ListNumbering"


def _figure_faults(node: Node) -> Iterator[str]:
    for figure in node.find("Figure"):
        name = f"the figure {figure.alt or ''!r}"
        if figure.box is None:
            yield f"{name} has no BBox"
        words = (figure.alt or "").strip().rstrip(".").lower()
        if words in ALT_THAT_SAYS_NOTHING or re.fullmatch(r"\S+\.(png|jpe?g|svg|gif)", words):
            yield f"{name} says nothing to those who cannot see it"


def _table_faults(node: Node) -> Iterator[str]:
    for table in node.find("Table"):
        cells = table.find("TH")
        if not cells:
            yield f"the table {_start(table)} has no header cell"
        for cell in cells:
            if "Scope" not in cell.attributes:
                yield f"the header cell {cell.text!r} has no Scope"


def _link_faults(node: Node) -> Iterator[str]:
    for link in node.find("Link"):
        areas = [part for part in link.content if isinstance(part, Link)]
        if link.text.strip().rstrip(".").lower() in LINK_THAT_SAYS_NOTHING:
            yield f"the link {link.text!r} does not say where it leads"
        if not areas:
            yield f"the link {link.text!r} cannot be clicked"
        for area in areas:
            if not area.contents.strip():
                yield f"the link {link.text!r} has no Contents"


def _line_faults(node: Node) -> Iterator[str]:
    """Name words that run together where a line or a page ends."""
    for block in node.walk():
        if block.standard_role in INLINE or block.standard_role == "Figure":
            continue
        for before, after in pairwise(_block_runs(block)):
            if _on_next_line(before, after) and _runs_together(before.text, after.text):
                yield f"page {after.page}: {before.text[-12:]!r} runs into {after.text[:12]!r}"


def _block_runs(block: Node) -> list[Run]:
    """List the strings of one block, with those of the inline elements in it."""
    runs: list[Run] = []
    for part in block.content:
        if isinstance(part, Text):
            runs.extend(run for run in part.runs if run.text)
        elif isinstance(part, Node) and part.standard_role in INLINE:
            runs.extend(_block_runs(part))
    return runs


def _on_next_line(before: Run, after: Run) -> bool:
    return before.page != after.page or abs(before.y - after.y) > 0.5 * max(before.size, after.size)


def _runs_together(before: str, after: str) -> bool:
    at_word = not before[-1].isspace() and not after[0].isspace()
    return at_word and not before.endswith(AFTER_A_BREAK) and before[-1] < FIRST_IDEOGRAPH


def _texts(node: Node) -> Iterator[str]:
    """Give the words block by block, so that blocks never run together."""
    edge = "" if node.standard_role in INLINE else " "
    yield edge
    for part in node.content:
        if isinstance(part, Text):
            yield part.text
        elif isinstance(part, Node):
            yield from _texts(part)
    yield edge


def _own_text(node: Node) -> str:
    return "".join(part.text for part in node.content if isinstance(part, Text))


def _start(node: Node) -> str:
    return repr(" ".join(node.text.split())[:30])
