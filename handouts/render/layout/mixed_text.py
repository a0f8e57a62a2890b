"""Split a paragraph that the usual typeface cannot set alone: `shape_mixed`.

Each word is split where the direction, the face or the element changes. A stretch in another
script becomes an element of its own, whose language is unknown. A line may also end between
Chinese signs, and where a zero width space is.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.fastpath.name_slot import HARD_SPACE
from handouts.render.layout.chunks import Chunk, GlyphRun, chunk_of
from handouts.render.pdf.bidi import has_right_to_left, levels, runs_from_right
from handouts.render.pdf.other_scripts import leading_of, shape_run, split_by_face

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Run
    from handouts.render.pdf.fonts import Face


_NOT_AT_START = (
    r".,;:!?)\]"
    "、。，．：；！？）」』】〉》〕］｝・…％ー々ゝゞヽヾぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
_NOT_AT_END = r"(\[（「『【〈《〔［｛"
_WIDE = "[\u2e80-\u2fdf\u3005-\u3007\u3041-\u312f\u31a0-\u31ff\u3400-\u9fff\uf900-\ufaff]"
_BREAK = re.compile(
    f"(?<={_WIDE})(?![{_NOT_AT_START}])(?=.)|(?<=[{_NOT_AT_START}])(?![{_NOT_AT_START}])(?=.)"
    f"|(?<=.)(?<![{_NOT_AT_END}])(?={_WIDE})(?![{_NOT_AT_START}])"
)
"""Between Chinese or Japanese signs a line may end, but for what no line starts or ends with."""
_MAY_BREAK = "\u200b"


class Stretch(Struct, frozen=True):
    """A stretch of text in another script, over as many lines as it takes."""

    text: str
    from_right: bool
    """Its glyphs are in the order of the eye, not in that of reading."""


class MixedText(Struct, frozen=True):
    """A paragraph, shaped."""

    chunks: tuple[Chunk, ...]
    stretches: tuple[Stretch | None, ...]
    """By the number in `GlyphRun.stretch`; None for text in the usual script."""
    from_right: bool
    """The paragraph is read from right to left: its lines end where others start."""
    leading: float
    """What its leading is multiplied by, for letters that are taller than ours."""


class _Letter(Struct, frozen=True):
    """What is known of a character before it is shaped; letters alike are shaped together."""

    run: int
    level: int
    face: Face
    stretch: int


def shape_mixed(
    runs: tuple[Run, ...], elements: tuple[int, ...], face: Face, strong: Face
) -> MixedText:
    """Split runs into chunks and shape them; raises UnsetError for what no face has."""
    whole = "".join(run.text for run in runs)
    from_right = runs_from_right(whole)
    deep = levels(whole, int(from_right)) if has_right_to_left(whole) else [0] * len(whole)
    faces = [one for run in runs for one in _faces(run.text, strong if run.strong else face)]
    others = [
        from_right or level > 0 or found not in (face, strong)
        for level, found in zip(deep, faces, strict=True)
    ]
    numbers, stretches = _stretches(whole, others, deep)
    owners = [number for number, run in enumerate(runs) for _ in run.text]
    letters = [_Letter(*one) for one in zip(owners, deep, faces, numbers, strict=True)]
    chunks = tuple(_chunks(whole, letters, elements))
    leading = max(map(leading_of, faces), default=1.0)
    return MixedText(chunks, stretches, from_right, leading)


def _faces(text: str, usual: Face) -> Iterator[Face]:
    """Yield the face of each character; a space is in the usual one."""
    for part in re.split(f"([ {HARD_SPACE}{_MAY_BREAK}])", text):
        if part and part not in (" ", HARD_SPACE, _MAY_BREAK):
            for one in split_by_face(part, usual):
                yield from [one.face] * len(one.text)
        else:
            yield from [usual] * len(part)


def _stretches(
    text: str, others: Sequence[bool], deep: Sequence[int]
) -> tuple[list[int], tuple[Stretch | None, ...]]:
    """Number the stretches in turn; a space in another script has it on both sides."""
    inside = list(others)
    for found in re.finditer(f"[ {HARD_SPACE}{_MAY_BREAK}]+", text):
        before = found.start() > 0 and others[found.start() - 1]
        after = found.end() < len(text) and others[found.end()]
        inside[found.start() : found.end()] = [before and after] * len(found[0])
    numbers: list[int] = []
    stretches: list[Stretch | None] = []
    for other, group in groupby(range(len(text)), key=inside.__getitem__):
        places = [*group]
        said = text[places[0] : places[-1] + 1].replace(_MAY_BREAK, "")
        turned = any(deep[at] for at in places)
        numbers += [len(stretches)] * len(places)
        stretches.append(Stretch(said, turned) if other else None)
    return numbers, tuple(stretches)


def _chunks(text: str, letters: Sequence[_Letter], elements: Sequence[int]) -> Iterator[Chunk]:
    """Yield what must stay on one line: what is between spaces, and other places to break."""
    breaks = {found.start() for found in _BREAK.finditer(text)}
    start = 0
    for at in range(1, len(text) + 1):
        ends = at == len(text) or text[at] == " " or at in breaks or text[at - 1] in " \u200b"
        if not ends:
            continue
        some = [*range(start, at)]
        start = at
        runs = [*_glyph_runs(text, letters, some, elements)]
        if not runs:
            continue
        last = letters[at] if at < len(text) else letters[-1]
        spaced = at == len(text) or text[at] == " "
        yield chunk_of(runs, runs[-1].face.space if spaced else 0.0, last.level)


def _glyph_runs(
    text: str, letters: Sequence[_Letter], places: Sequence[int], elements: Sequence[int]
) -> Iterator[GlyphRun]:
    """Shape the letters of a chunk, those alike together; spaces show nothing here."""
    for (hard, letter), group in groupby(
        places, key=lambda at: (text[at] == HARD_SPACE, letters[at])
    ):
        said = "".join(text[at] for at in group).replace(_MAY_BREAK, "").strip(" ")
        face, element, level = letter.face, elements[letter.run], letter.level
        if hard:
            for _ in said:
                yield GlyphRun(element, face, face.hard_gap, "", level, letter.stretch)
        elif said and level % 2 == 0 and face.is_usual and face.covers(said):
            yield GlyphRun(element, face, face.shape(said), "", level, letter.stretch)
        elif said:
            word = shape_run(face, said, from_right=level % 2 == 1)
            yield GlyphRun(element, face, word, said, level, letter.stretch)
