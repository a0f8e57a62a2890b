"""Build the flowables of text, lists and pictures in one style, with tag paths: `Builder`."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.leaflet.tree import Item, Paragraph, Run, plain
from handouts.render.drawings.figure import fit
from handouts.render.drawings.pen import THEMES
from handouts.render.layout.flowables import (
    Bookmarked,
    FigureFlowable,
    Iconed,
    Indent,
    Mark,
    Marked,
)
from handouts.render.layout.paragraph import PagePointer, TextBlock
from handouts.render.layout.style import ACCENT, DANGER, INK
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import NUMBERED, UNNUMBERED, Tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handouts.content.figure import Figure
    from handouts.content.profile import Logo
    from handouts.leaflet.tree import Heading, ItemList, Picture
    from handouts.render.drawings.icons import Icons
    from handouts.render.layout.flowables import Flowable, Icon
    from handouts.render.layout.paragraph import PointsTo
    from handouts.render.layout.style import Style, TextStyle
    from handouts.render.pdf.fonts import Faces
    from handouts.render.pdf.graphics import Colour
    from handouts.render.pdf.structure import TagPath


HANG = 5.3 * MM
"""How far marks hang to the left of the text, in points."""
FACT_TEXT = 7.2 * MM
"""The indent of the text of a card's facts, whose icons hang to its left; in points."""
_FACT = 6 * MM
ICON_GAP = 3 * MM
"""Between an icon and the text beside it, where there is no rail; in points."""
_CLEAR = 0.8 * MM
"""The least space between an icon in the rail and the words, in points."""
_SIGN = 4.6 * MM
_WIDEST, _WIDEST_OF_MANY = 8, 86
"""Page numbers as wide as any, to measure with: a leaflet in columns has fewer than ten pages."""
_COUNT = Mark("number", -6.4 * MM, 0, ACCENT)
_BULLET = Mark("disc", -HANG + 0.1 * MM, 5.6, ACCENT)
_USE = Mark("disc", -FACT_TEXT + _FACT / 2 - 2.8, 5.6, ACCENT)
"""A bullet below the middle of icons."""
_MARKS = {
    "emergency": Mark("square", -HANG, 6.4, DANGER),
    "today": Mark("disc", -HANG, 5.6, INK),
    "stop": Mark("disc", -HANG, 5.6, INK),
    "ticks": Mark("box", -6.6 * MM, 4.6 * MM, INK),
    "avoid": Mark("cross", -6.6 * MM, _SIGN, DANGER),
    "ask": Mark("ask", -6.6 * MM, _SIGN, ACCENT),
    "ok": Mark("tick", -6.6 * MM, _SIGN, ACCENT),
    "hold": Mark("clock", -FACT_TEXT, _FACT, ACCENT),
    "repeat": Mark("repeat", -FACT_TEXT, _FACT, ACCENT),
    "day": Mark("sun", -FACT_TEXT, _FACT, ACCENT),
}
"""The mark by kind of list, or by that of the item in _ITEMS_DIFFER; any other is a bullet."""
_ITEMS_DIFFER = frozenset({"advice", "dosage"})
_READS = {"steps": "", "ticks": "☐"}
"""The ActualText of marks that are no bullets; a number is text and needs none."""


class Builder(Struct, frozen=True):
    """Builds flowables for one leaflet in one style."""

    style: Style
    faces: Faces
    icons: Icons
    figures: Mapping[str, Figure]
    logo: Logo | None = None
    logo_alt: str = ""
    above: float = 0.0
    """The height of what stands between the heading of all signs and their box, in points."""
    pages: Mapping[int, str] = MappingProxyType({1: "", 2: "", 3: ""})
    """What follows a sentence that points to pages; see `PagePointer`."""
    overleaf: str = "{heading} ({n} of {total})"
    """The pattern of a heading that is repeated overleaf."""
    more: str = ""
    """What the foot of a box says that goes on overleaf, with {n}, the page; "" for nothing."""
    short: bool = False
    """Whether it is a short edition, whose exercises stand on the page of their heading."""
    first_groups: int = 0
    """The groups on the first page of all emergency signs, in columns; 0: as many as it holds."""

    @property
    def width(self) -> float:
        """The width between the margins, in points."""
        return self.style.page.content_width

    @property
    def snug(self) -> bool:
        """Whether boxes and rows have less room: in a short edition, and in the closest styles."""
        return self.short or self.style.is_close

    def text(self, runs: tuple[Run, ...], style: TextStyle, path: TagPath) -> TextBlock:
        """Return runs set as the element at `path`; raises TypesettingError for a missing glyph."""
        return TextBlock(self.faces, runs, style, path)

    def paragraph(self, part: Paragraph, style: TextStyle, path: TagPath) -> TextBlock:
        """Return a paragraph set as a `P` element below `path`."""
        return self.text(part.runs, style, (*path, Tag("P")))

    def pointer(
        self,
        parts: Sequence[Paragraph],
        style: TextStyle,
        path: TagPath,
        *,
        to: PointsTo = "signs",
    ) -> PagePointer:
        """Return a paragraph that the numbers of the pages it points to follow.

        It runs on after others, if it is not the only one of `parts`.
        """
        runs, paths = _run_on(parts, path)
        widest = _WIDEST if self.style.columns else _WIDEST_OF_MANY
        return PagePointer(runs, self.faces, style, paths, self.pages, widest=widest, to=to)

    def heading(self, part: Heading, style: TextStyle, path: TagPath) -> Bookmarked:
        """Return a heading set below `path`, which is also a bookmark in the PDF outline."""
        text = self.text(part.runs, style, (*path, Tag(f"H{part.level}")))
        return Bookmarked(text, part.level - 1, text.plain)

    def items(self, part: ItemList, path: TagPath, style: TextStyle | None = None) -> list[Marked]:
        """Return the items of a list, each with a tagged label and body; None means body text."""
        style = style or self.style.body
        root = (*path, Tag("L", attributes=NUMBERED if part.kind == "steps" else UNNUMBERED))
        items = []
        for number, item in enumerate(part.items, 1):
            tag = Tag("LI")
            text = self.text(item.runs, style, (*root, tag, Tag("LBody")))
            label = (*root, tag, Tag("Lbl", actual=_READS.get(part.kind, "•")))
            if part.kind == "steps":
                count = self.text((Run(str(number)),), self.style.step_number, label)
                items.append(Marked(text, self._mark(_COUNT), label, self.icons, count))
            else:
                mark = _MARKS.get(item.mark if part.kind in _ITEMS_DIFFER else part.kind, _BULLET)
                items.append(Marked(text, self._mark(mark), label, self.icons))
        return items

    def use_mark(self, icon: str) -> Mark:
        """Return the mark of a way to use a treatment: its icon, if there is one, or a bullet."""
        mark = Mark(icon, -FACT_TEXT, _FACT, ACCENT) if icon in self.icons else _USE
        return self._mark(mark)

    def _mark(self, mark: Mark) -> Mark:
        """Return a mark in the size and colour of the style."""
        return _printed(mark, self.style.mark_factor, self.style.ink(mark.colour))

    def inline(
        self, groups: Sequence[tuple[Paragraph, ItemList]], style: TextStyle, path: TagPath
    ) -> TextBlock:
        """Return short points run on after their heads, but tagged as paragraphs and lists.

        One point alone needs no bullet: it ends the sentence of its head. Where another head
        follows on, the last point before it ends in a full stop.
        """
        runs: list[Run] = []
        paths: list[TagPath] = []
        for head, part in groups:
            if runs:
                runs[-1] = replace(runs[-1], text=f"{runs[-1].text.rstrip()}. ")
            points, of_points = self._points(part, path)
            first = int(len(groups) == len(part.items) == 1)
            runs += [Run(f"{plain(head.runs)} ", strong=True), *points[first:]]
            paths += [(*path, Tag("P")), *of_points[first:]]
        return TextBlock(self.faces, tuple(runs), style, (), tuple(paths))

    def points(self, part: ItemList, style: TextStyle, path: TagPath) -> TextBlock:
        """Return the items of a list run on, each after its bullet, but tagged as a list."""
        runs, paths = self._points(part, path)
        return TextBlock(self.faces, tuple(runs), style, (), tuple(paths))

    def _points(self, part: ItemList, path: TagPath) -> tuple[list[Run], list[TagPath]]:
        runs: list[Run] = []
        paths: list[TagPath] = []
        root = (*path, Tag("L", attributes=UNNUMBERED))
        for item in part.items:
            tag = Tag("LI")
            runs.append(Run("•\u00a0", strong=True))
            paths.append((*root, tag, Tag("Lbl")))
            body = (*root, tag, Tag("LBody"))
            spaced = _spaced(item.runs)
            runs.extend(spaced)
            paths.extend(body for _ in spaced)
        return runs, paths

    def headed(
        self, head: Heading, parts: Sequence[Item | Paragraph], style: TextStyle, path: TagPath
    ) -> Bookmarked:
        """Return items or paragraphs run on after their heading, but tagged as what they are.

        A heading that is no sentence ends in a colon.
        """
        label, runs, paths = _head_of(head, path)
        root = self.list_root(path)
        for part in parts:
            of_text = (*path, Tag("P"))
            body = of_text if isinstance(part, Paragraph) else (*root, Tag("LI"), Tag("LBody"))
            spaced = _spaced(part.runs)
            runs.extend(spaced)
            paths.extend(body for _ in spaced)
        text = TextBlock(self.faces, tuple(runs), style, (), tuple(paths))
        return Bookmarked(text, head.level - 1, label)

    def headed_points(
        self, head: Heading, part: ItemList, style: TextStyle, path: TagPath
    ) -> Bookmarked:
        """Return the items of a list run on after their heading, each after its bullet."""
        label, runs, paths = _head_of(head, path)
        more, theirs = self._points(part, path)
        text = TextBlock(self.faces, (*runs, *more), style, (), (*paths, *theirs))
        return Bookmarked(text, head.level - 1, label)

    def run_on(
        self, parts: Sequence[Paragraph | Item], style: TextStyle, path: TagPath
    ) -> TextBlock:
        """Return paragraphs, or items of a list, run on one after the other, tagged as they are."""
        if len(parts) == 1 and isinstance(parts[0], Paragraph):
            return self.paragraph(parts[0], style, path)
        runs, paths = _run_on(parts, path, self.list_root(path))
        return TextBlock(self.faces, runs, style, (), paths)

    def list_root(self, path: TagPath) -> TagPath:
        """Return the path of a list without numbers, for `run_in`."""
        return (*path, Tag("L", attributes=UNNUMBERED))

    def run_in(self, items: Sequence[Item], style: TextStyle, root: TagPath) -> TextBlock:
        """Return items of a list run on one after the other, without marks, but tagged as items."""
        runs: list[Run] = []
        paths: list[TagPath] = []
        for item in items:
            body = (*root, Tag("LI"), Tag("LBody"))
            spaced = _spaced(item.runs)
            runs.extend(spaced)
            paths.extend(body for _ in spaced)
        return TextBlock(self.faces, tuple(runs), style, (), tuple(paths))

    def plain_items(
        self, part: ItemList, path: TagPath, style: TextStyle | None = None
    ) -> list[TextBlock]:
        """Return the items of a list without marks, one text for each; None means body text."""
        root = self.list_root(path)
        style = style or self.style.body
        return [self.text(one.runs, style, (*root, Tag("LI"), Tag("LBody"))) for one in part.items]

    def hung(self, item: Marked) -> Flowable:
        """Return an item whose mark is inside the measure, unless it hangs into the rail."""
        return item if self.style.rail else Indent(item, -item.mark.offset, self.width)

    def indented(self, item: Marked) -> Indent:
        """Return an item whose mark is at the edge of the words, beside an icon."""
        return Indent(item, -item.mark.offset, self.width)

    @property
    def box_width(self) -> float:
        """From the left edge of a box to tick to its text, in points."""
        return -_MARKS["ticks"].offset * self.style.mark_factor

    def beside_boxes(self, text: TextBlock) -> Flowable:
        """Return the heading of a list to tick, on the edge of its words."""
        return text if self.style.rail else Indent(text, self.box_width, self.width)

    def drawing(self, part: Picture, path: TagPath, width: float | None = None) -> FigureFlowable:
        """Return a picture that fits `width` points; None is the width of a figure on a card."""
        figure = self.figures[part.figure]
        height = self.style.figure_height
        scale = fit(figure, width or self.style.figure_width, height)
        path = (*path, Tag("Figure", alt=part.alt))
        return FigureFlowable(figure, scale, path, THEMES[self.style.theme])

    def iconed(
        self, inner: Flowable, icon: Icon, measure: float | None = None, *, boxed: bool = False
    ) -> Iconed:
        """Return a flowable beside an icon, which is in the rail if there is one.

        `measure` is as for `railed`; `boxed` adds the padding of a box where there is no rail.
        """
        style = self.style
        icon = replace(icon, colour=style.ink(icon.colour), paper=style.ink(icon.paper))
        if style.rail:
            icon = replace(icon, left=min(icon.left, style.rail - _CLEAR - icon.size))
            return Iconed(self.railed(inner, measure), icon, self.icons)
        left = style.pad if boxed else 0.0
        size = icon.size * style.mark_factor
        beside = self.beside_icon(inner, icon, boxed=boxed)
        return Iconed(beside, replace(icon, left=left, top=0.0, size=size), self.icons, level=True)

    def beside_icon(self, inner: Flowable, icon: Icon, *, boxed: bool = False) -> Indent:
        """Return a flowable as far from the edge as what stands beside an icon without a rail."""
        left = self.style.pad if boxed else 0.0
        indent = left + icon.size * self.style.mark_factor + ICON_GAP
        return Indent(inner, indent, self.width - indent - left)

    def beside(self, inner: Flowable, icon: Icon) -> Iconed:
        """Return a flowable right of an icon, in a column of its own."""
        style = self.style
        size = icon.size * style.mark_factor
        icon = replace(icon, size=size, colour=style.ink(icon.colour), paper=style.ink(icon.paper))
        return Iconed(Indent(inner, size + 0.8 * MM, self.width), icon, self.icons)

    def railed(
        self, inner: Flowable, measure: float | None = None, *, boxed: bool = False
    ) -> Indent:
        """Return a flowable indented to the right of the rail, within a measure in points.

        None means the width between the margins. Without a rail a `boxed` flowable keeps clear of
        the edge of its box, and the mark of a list item is inside the measure.
        """
        style = self.style
        measure = self.width if measure is None else measure
        if style.rail:
            return Indent(inner, style.rail, measure)
        pad = style.pad if boxed else 0.0
        left = pad - (inner.mark.offset if isinstance(inner, Marked) else 0.0)
        return Indent(inner, left, min(measure, self.width - pad - left))


@lru_cache(maxsize=128)
def _printed(mark: Mark, factor: float, colour: Colour) -> Mark:
    return replace(mark, offset=mark.offset * factor, size=mark.size * factor, colour=colour)


def _head_of(head: Heading, path: TagPath) -> tuple[str, list[Run], list[TagPath]]:
    """Return a heading that something runs on after: its words, and its run and path."""
    words = plain(head.runs)
    label = words if words.endswith(".") else f"{words.removesuffix(':')}:"
    return label, [Run(f"{label} ", strong=True)], [(*path, Tag(f"H{head.level}"))]


def _run_on(
    parts: Sequence[Paragraph | Item], path: TagPath, root: TagPath = ()
) -> tuple[tuple[Run, ...], tuple[TagPath, ...]]:
    """Return the runs of paragraphs, with a space after each, and the path of each run.

    `root` is the path of the list that items are in.
    """
    runs: list[Run] = []
    paths: list[TagPath] = []
    for part in parts:
        is_item = isinstance(part, Item)
        body = (*root, Tag("LI"), Tag("LBody")) if is_item else (*path, Tag("P"))
        spaced = _spaced(part.runs)
        runs.extend(spaced)
        paths.extend(body for _ in spaced)
    return tuple(runs), tuple(paths)


def _spaced(runs: tuple[Run, ...]) -> Sequence[Run]:
    """Return runs with a space at the end of the last."""
    *before, last = runs
    return [*(Run(run.text, run.strong) for run in before), Run(last.text + " ", last.strong)]
