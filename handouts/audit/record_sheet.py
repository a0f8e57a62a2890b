"""Typeset the clinician's record of a leaflet on one page: `sheet_of`, `typeset_sheet`.

Only lists of ids are shortened, and say how many ids they leave out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import HALF_OF, Kind
from handouts.errors import Fault, TypesettingError
from handouts.leaflet.tree import Run
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import Bookmarked, Stack
from handouts.render.layout.paragraph import TextBlock
from handouts.render.layout.style import ACCENT, DANGER, INK, TINT, TextStyle, styles_for
from handouts.render.pdf.canvas import Description, TaggedCanvas
from handouts.render.pdf.graphics import MM, PAPER, line, rectangle, rounded
from handouts.render.pdf.structure import UNNUMBERED, Tag
from handouts.selection.select import select_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from handouts.audit.explain import Account
    from handouts.content.library import Library
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.render.layout.flowables import Flowable
    from handouts.render.pdf.fonts import Faces
    from handouts.render.pdf.structure import TagPath
    from handouts.selection.select import Choice, Selection


_DECIDERS = re.compile(r" \(([^()]*)\)")
"""The deciders of a level, in a reason such as "heat is ask (pregnancy)"."""
_FOR_EVERYONE = ("region ", "status ", "no flag ")
"""Prefixes of parts of a reason that do not depend on the patient's facts."""
_FEW = 3


class AdviceRow(Struct, frozen=True, kw_only=True):
    """The level of one class, its word on the sheet, and what decided it."""

    level: str
    word: str
    name: str
    because: str


class IdGroup(Struct, frozen=True):
    """Ids under a common head: a reason, or a section."""

    head: str
    ids: tuple[str, ...]


class Listing(Struct, frozen=True):
    """Ids under a heading; the only part of a sheet that may be shortened."""

    heading: str
    groups: tuple[IdGroup, ...]

    @property
    def size(self) -> int:
        """The number of ids."""
        return sum(len(group.ids) for group in self.groups)

    def cut(self, most: int, more: str) -> tuple[IdGroup, ...]:
        """Return the first `most` ids, then `more` with the number of the others as {n}."""
        if most >= self.size:
            return self.groups
        found: list[IdGroup] = []
        for group in self.groups:
            found.append(IdGroup(group.head, group.ids[:most]))
            most -= len(group.ids)
            if most <= 0:
                break
        last = found[-1]
        shown = sum(len(group.ids) for group in found)
        found[-1] = IdGroup(last.head, (*last.ids, more.format(n=self.size - shown)))
        return tuple(found)


class RecordSheet(Struct, frozen=True, kw_only=True):
    """The contents of the sheet in reading order, without a patient's name."""

    language: str
    paper: str
    words: Mapping[str, str]
    facts: tuple[tuple[str, str], ...]
    long_facts: tuple[tuple[str, str], ...]
    """Facts that need the full width, as a code is one long word."""
    note: str
    advice: tuple[tuple[str, tuple[AdviceRow, ...]], ...]
    """(heading, rows) pairs."""
    listings: tuple[Listing, ...]


def sheet_of(account: Account) -> RecordSheet:
    """Return the sheet of an account: request, advice, and blocks printed or left out."""
    request, library, words = account.selection.request, account.library, account.words
    region, stage = library.regions[request.region].label, library.statuses[request.status].label
    place = library.places[request.place]
    content = words["content"].format(version=library.version[:8])
    flags = "; ".join(library.flags[flag].label for flag in request.flags)
    approved = "; ".join(map(str, account.contrary))
    return RecordSheet(
        language=place.language,
        paper=request.look.paper,
        words=words,
        facts=(
            (words["leaflet"], f"{region}; {stage}"),
            (words["date"], f"{request.date.isoformat()}, {place.label}, {request.look.paper}"),
            (words["exercises"], account.exercises or words["usual-exercises"]),
            (words["words"], f"{account.approval}; {content}; {_standings(account)}"),
            (words["asked"], words["asked-yes" if request.screened else "asked-no"]),
        ),
        long_facts=(
            (words["code"], account.code),
            (words["facts"], flags or words["no-facts"]),
            *(((words["note-approved"], approved),) if approved else ()),
        ),
        note=account.note,
        advice=tuple(_advice(account)),
        listings=tuple(_listings(account)),
    )


def _standings(account: Account) -> str:
    """Return the sign-off of the printed blocks in words; up to _FEW alike are listed by id."""
    found: dict[str, list[str]] = {}
    for one in account.selection.chosen:
        found.setdefault(account.standing(one.block.id), []).append(one.block.id)
    return "; ".join(
        f"{standing}: "
        + (", ".join(ids) if len(ids) <= _FEW else account.words["blocks"].format(n=len(ids)))
        for standing, ids in found.items()
    )


# ------------------------------------------------------------------ advice
def _advice(account: Account) -> Iterator[tuple[str, tuple[AdviceRow, ...]]]:
    """Yield (heading, rows): what flags made stricter, then the rest; the strictest come first."""
    words, flags = account.words, account.library.flags
    verdicts = sorted(account.selection.advice.items(), key=lambda one: -one[1].level)
    for heading, changed in (("stricter", True), ("unchanged", False)):
        some = tuple(
            AdviceRow(
                level=str(verdict.level),
                word=words[f"level-{verdict.level}"],
                name=name,
                # A flag that asks for the level without flags has decided nothing.
                because=", ".join(
                    _briefly(
                        account.library,
                        [one for one in verdict.decided_by if changed or one not in flags],
                    )
                ),
            )
            for name, verdict in verdicts
            if verdict.changed is changed
        )
        if some:
            yield words[heading if account.selection.request.flags else "advice"], some


def _briefly(library: Library, deciders: Sequence[str]) -> Iterator[str]:
    """Yield what decided a level; two kinds or more of a broad flag are named as that one.

    The facts and the note on the same page name each of them.
    """
    broad = {one: getattr(library.flags.get(one), "kind_of", "") for one in deciders}
    alike = Counter(filter(None, broad.values()))
    yield from dict.fromkeys(broad[one] if alike[broad[one]] > 1 else one for one in deciders)


# ------------------------------------------------------------------ blocks and sources
def _listings(account: Account) -> Iterator[Listing]:
    """Yield what the facts add and leave out, the sources, and the rest of the leaflet.

    Questions to tick are many, so they come last, where the page may be full.
    """
    selection, usual = account.selection, _usual(account)
    reasons = {one.block.id: _DECIDERS.sub("", one.reason) for one in usual.chosen}
    own, own_asked = _apart(one for one in selection.chosen if not _is_usual(one, reasons))
    left, left_asked = _apart(one for one in selection.left_out if one.block.id in reasons)
    rest = [one for one in selection.chosen if _is_usual(one, reasons)]
    yield from _listing(account, "brought", own, _reason)
    yield from _listing(account, "left-out", left, _reason)
    sources = sorted({key for one in selection.chosen for key in one.block.sources})
    heading = account.words["sources"].format(n=len(sources))
    yield Listing(heading, (IdGroup("", tuple(sources)),))
    yield from _listing(account, "usual", rest, _section)
    yield from _listing(account, "questions-added", own_asked, _reason)
    yield from _listing(account, "questions-left-out", left_asked, _reason)


def _listing(
    account: Account, name: str, choices: Sequence[Choice], head: Callable[[Choice], str]
) -> Iterator[Listing]:
    """Yield a listing of some blocks, grouped in the order of sections; nothing for no blocks."""
    order = list(account.library.sections)
    found: dict[str, list[str]] = {}
    for one in sorted(choices, key=lambda one: order.index(one.block.section)):
        found.setdefault(head(one), []).append(one.block.id)
    if found:
        heading = account.words[name].format(n=len(choices))
        yield Listing(heading, tuple(IdGroup(why, tuple(ids)) for why, ids in found.items()))


def _apart(choices: Iterable[Choice]) -> tuple[list[Choice], list[Choice]]:
    """Separate other blocks from questions to tick."""
    parts: tuple[list[Choice], list[Choice]] = [], []
    for one in choices:
        parts[one.block.kind is Kind.SELF_CHECK].append(one)
    return parts


def _usual(account: Account) -> Selection:
    """Return the selection for a patient who was asked about every flag, and has none."""
    request = replace(account.selection.request, flags=(), screened=True, exercises=(), doses=())
    return select_blocks(account.library, request)


def _is_usual(one: Choice, reasons: Mapping[str, str]) -> bool:
    return reasons.get(one.block.id) == _DECIDERS.sub("", one.reason)


def _section(one: Choice) -> str:
    return one.block.section


def _reason(one: Choice) -> str:
    """Shorten a reason to its parts that depend on the patient's facts.

    Long lists of what decided a level are left out: they are printed with the advice.
    """
    parts = [part for part in one.reason.split("; ") if not part.startswith(_FOR_EVERYONE)]
    brief = "; ".join(parts) or one.reason
    return _DECIDERS.sub(lambda found: found[0] if found[1].count(",") < _FEW else "", brief)


MARGIN, TOP, FOOT = 13 * MM, 11 * MM, 9 * MM
TITLE = TextStyle(700, 13, 16, PAPER)
BANNER = TextStyle(800, 13, 16, PAPER)
HEADING = TextStyle(700, 10.5, 13, ACCENT)
BODY = TextStyle(400, 9, 11)
IDS = TextStyle(400, 7.5, 9)
CHIPS = {
    "avoid": TextStyle(700, 9, 11, PAPER),
    "ask": TextStyle(700, 9, 11),
    "ok": TextStyle(600, 9, 11),
}
_BANNER_HEIGHT = 9 * MM
_CHIP, _AFTER_CHIP = 36, 41
_GUTTER = 4 * MM
_RULE = 1.2 * MM
"""The distance, in points, from the foot to the rule above it, and from there to the body."""
_FEWEST = 4
"""A longer list that would show fewer ids than these is left out."""
_GAP_FACTORS = (1.0, 0.8, 0.6, 0.4, 0.2)
"""Factors of the gaps, tried in turn before lists are shortened."""


class _Boxed(Struct):
    """A flowable on a tinted background."""

    inner: Flowable
    pad: float = 2 * MM
    size: tuple[float, float] = (0, 0)

    def wrap(self, width: float) -> float:
        """Lay out with padding; return the height in points."""
        self.size = width, self.inner.wrap(width - 2 * self.pad) + 1.6 * self.pad
        return self.size[1]

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the background, then the flowable."""
        canvas.artifact(f"{TINT.operands()} rg {rounded(x, y, *self.size, 3)} f")
        self.inner.draw(canvas, x + self.pad, y - 0.8 * self.pad)


class _Verdict(Struct):
    """The level of a class as a word in a chip, legible without colours, and its text."""

    level: str
    word: TextBlock
    text: TextBlock

    def wrap(self, width: float) -> float:
        """Lay out the text beside the chip; return the height in points."""
        self.word.wrap(_CHIP)
        return max(self.text.wrap(width - _AFTER_CHIP), self.word.height)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the chip: filled for avoid, outlined for ask, bare for ok."""
        shape = rounded(x, y - 0.4, _CHIP, 10.2, 2)
        if self.level == "avoid":
            canvas.artifact(f"{INK.operands()} rg {shape} f")
        elif self.level == "ask":
            canvas.artifact(f"{INK.operands()} RG 0.8 w {shape} S")
        self.word.draw(canvas, x + (_CHIP - self.word.width) / 2, y)
        self.text.draw(canvas, x + _AFTER_CHIP, y)


def typeset_sheet(sheet: RecordSheet, faces: Faces) -> TypesetPdf:
    """Typeset a sheet; raises TypesettingError for a missing glyph, or if a page is too small."""
    return _SheetTypesetter(sheet, faces).typeset()


class _SheetTypesetter:
    """Typesets one sheet: head, note, advice, lists."""

    def __init__(self, sheet: RecordSheet, faces: Faces) -> None:
        self.sheet, self.faces, self.words = sheet, faces, sheet.words
        page = styles_for(HALF_OF.get(sheet.paper, sheet.paper))[0].page
        self.width, self.height = page.width, page.height
        self.inner = page.width - 2 * MARGIN
        self.top = page.height - TOP - _BANNER_HEIGHT - 2 * MM
        self.room = self.top - FOOT - 2 * _RULE
        self.fixed = [*self._head(), *self._advice(BODY)]
        """(gap above, flowable) pairs that are never shortened."""

    def typeset(self) -> TypesetPdf:
        """Draw the banner, and below it as many ids as fit on the page."""
        title, warning = self.words["title"], self.words["warning"]
        canvas = TaggedCanvas(
            size=(self.width, self.height),
            about=Description(
                title=title, subject=f"{warning}: {title}", language=self.sheet.language
            ),
            faces=self.faces.values(),
        )
        self._banner(canvas)
        body, foot = self._fitted()
        body.draw(canvas, MARGIN, self.top)
        canvas.artifact(line(MARGIN, FOOT + foot.height + _RULE, self.inner, 0.6, INK))
        foot.draw(canvas, MARGIN, FOOT + foot.height)
        canvas.end_page()
        return canvas.finish(draft=False)

    def _fitted(self) -> tuple[Stack, TextBlock]:
        """Lay out all ids with the widest gaps possible, or else as many ids as fit.

        With very many facts the ids that decided the advice are as small as those of the lists.
        """
        every = sum(listing.size for listing in self.sheet.listings)
        for factor in _GAP_FACTORS:
            body, foot, left = self._laid_out(every, factor)
            if left >= 0:
                return body, foot
        least = _GAP_FACTORS[-1]
        if self._laid_out(min(_FEWEST, every), least)[2] < 0:
            self.fixed = [*self._head(), *self._advice(IDS)]
        over = bisect_left(range(every), 1, key=lambda most: self._laid_out(most, least)[2] < 0)
        if not over:
            message = "the facts and the advice of this leaflet do not fit one page"
            hint = "use --format table or --format json, which hold everything"
            raise TypesettingError(Fault(message=message, hint=hint))
        return self._laid_out(over - 1, least)[:2]

    def _laid_out(self, most: int, factor: float) -> tuple[Stack, TextBlock, float]:
        """Lay out the page with `most` ids; return body, foot and the height left, in points."""
        pieces = list(self.fixed)
        absent: list[str] = []
        for listing in self.sheet.listings:
            shown = min(most, listing.size)
            if shown < min(_FEWEST, listing.size):
                absent.append(listing.heading)
                continue
            most -= shown
            pieces += [
                (2.6 * MM, self._heading(listing.heading)),
                (0.6 * MM, self._listing(listing, shown)),
            ]
        body = Stack([one for _, one in pieces], [gap * factor for gap, _ in pieces])
        foot = self._foot(absent)
        left = self.room - body.wrap(self.inner) - foot.wrap(self.inner)
        return body, foot, left

    # -------------------------------------------------------------- head and foot
    def _banner(self, canvas: TaggedCanvas) -> None:
        top = self.height - TOP
        shape = rectangle(MARGIN, top, self.inner, _BANNER_HEIGHT)
        canvas.artifact(f"{DANGER.operands()} rg {shape} f")
        y = top - (_BANNER_HEIGHT - BANNER.leading) / 2
        warning = self._text(self.words["warning"].upper(), BANNER, (Tag("P"),))
        title = self._text(self.words["title"], TITLE, (Tag("H1"),))
        for text in (warning, title):
            text.wrap(self.inner)
        canvas.bookmark(self.words["title"], top, 0)
        warning.draw(canvas, MARGIN + 3 * MM, y)
        title.draw(canvas, MARGIN + self.inner - title.width - 3 * MM, y)

    def _head(self) -> Iterator[tuple[float, Flowable]]:
        """Yield the facts of the request, then the line for the notes, each with its gap."""
        facts = self._items(self.sheet.facts, BODY)
        yield 0, Columns(facts, [1.5] * len(facts), _GUTTER)
        for one in self._items(self.sheet.long_facts, BODY):
            yield 1.2 * MM, one
        heading = self._text(self.words["notes"], HEADING, (Tag("H2"),))
        note = self._text(self.sheet.note, BODY, (Tag("P"),))
        yield 2.4 * MM, _Boxed(Stack([self._marked(heading), note], [0, 0]))

    def _foot(self, absent: Sequence[str]) -> TextBlock:
        """Return the foot: the lists that are left out, and where the whole account is."""
        said = [self.words["full"]]
        if absent:
            said.insert(0, self.words["absent"].format(lists="; ".join(absent)))
        return self._text(" ".join(said), BODY, (Tag("P"),))

    # -------------------------------------------------------------- advice and lists
    def _advice(self, style: TextStyle) -> Iterator[tuple[float, Flowable]]:
        for heading, advice in self.sheet.advice:
            yield 2.6 * MM, self._heading(heading)
            root = Tag("L", attributes=UNNUMBERED)
            verdicts = [self._verdict(one, root, style) for one in advice]
            yield (
                0.8 * MM,
                Columns(
                    verdicts, [1.5] * len(verdicts), _GUTTER, (2, 3) if style is BODY else (1, 2, 3)
                ),
            )

    def _verdict(self, one: AdviceRow, root: Tag, style: TextStyle) -> _Verdict:
        item = Tag("LI")
        runs = (Run(f"{one.name} ", strong=True), Run(one.because))
        return _Verdict(
            one.level,
            self._text(f"{one.word} ", CHIPS[one.level], (root, item, Tag("Lbl"))),
            TextBlock(self.faces, runs, style, (root, item, Tag("LBody"))),
        )

    def _listing(self, listing: Listing, most: int) -> Flowable:
        items = self._items(map(_said, listing.cut(most, self.words["more"])), IDS)
        return Columns(items, [1] * len(items), _GUTTER) if len(items) > 1 else items[0]

    # -------------------------------------------------------------- text
    def _items(self, pairs: Iterable[tuple[str, str]], style: TextStyle) -> Sequence[TextBlock]:
        """Return a tagged list of (label, value) pairs; a label may be ""."""
        root, items = Tag("L", attributes=UNNUMBERED), []
        for label, value in pairs:
            item = Tag("LI")
            body: TagPath = (root, item, Tag("LBody"))
            if label:
                runs = (Run(f"{label}: ", strong=True), Run(value))
                items.append(
                    TextBlock(self.faces, runs, style, (), ((root, item, Tag("Lbl")), body))
                )
            else:
                items.append(self._text(value, style, body))
        return items

    def _heading(self, words: str) -> Flowable:
        return self._marked(self._text(words, HEADING, (Tag("H2"),)))

    def _marked(self, heading: TextBlock) -> Flowable:
        return Bookmarked(heading, 1, heading.plain)

    def _text(self, words: str, style: TextStyle, path: TagPath) -> TextBlock:
        return TextBlock(self.faces, (Run(words),), style, path)


def _said(group: IdGroup) -> tuple[str, str]:
    return group.head, ", ".join(group.ids)
