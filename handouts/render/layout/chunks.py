"""Hold shaped text between line breaks, and cut what is too long: `Chunk`, `parts_of`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.render.pdf.fonts import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.render.pdf.fonts import Face


class GlyphRun(Struct, frozen=True):
    """A shaped word or part of one: in one face, within one structure element."""

    element: int
    """The element, named by the index of its first run: a bold run is in the same element."""
    face: Face
    word: Word
    text: str = ""
    """What it was shaped from, where that is more than a glyph for each character."""
    level: int = 0
    """Its embedding level: even from left to right, odd from right to left."""
    stretch: int = 0
    """The stretch of text in another script that it is in; 0 in the usual one."""


class Chunk(Struct, frozen=True):
    """What must stay on one line: the glyph runs of one word, hard spaces included."""

    glyph_runs: tuple[GlyphRun, ...]
    width: float
    """In em."""
    space: float
    """The width of a space after it, in em; 0 where a line may end and no space is."""
    level: int = 0
    """The embedding level of that space."""


def chunk_of(runs: Sequence[GlyphRun], space: float, level: int = 0) -> Chunk:
    """Return glyph runs side by side as a chunk."""
    return Chunk(tuple(runs), width_of(runs), space, level)


def width_of(runs: Sequence[GlyphRun]) -> float:
    """Return the width of glyph runs side by side, in em."""
    return sum(run.word.width for run in runs)


def parts_of(chunk: Chunk, most: float) -> Iterator[Chunk]:
    """Cut a word between letters into chunks of at most `most` em, without a space after them.

    An address is cut after a slash where one fits on the line (UAX 14, class SY).
    """
    kept: list[GlyphRun] = []
    for run in chunk.glyph_runs:
        for one in _letters(run):
            if kept and width_of(kept) + one.word.width > most:
                slashes = [place for place, kept_one in enumerate(kept, 1) if _is_slash(kept_one)]
                cut = slashes[-1] if slashes else len(kept)
                yield chunk_of([*_joined(kept[:cut])], 0.0, chunk.level)
                kept = kept[cut:]
            kept.append(one)
    if kept:
        yield chunk_of([*_joined(kept)], chunk.space, chunk.level)


def _is_slash(run: GlyphRun) -> bool:
    return run.text in ("", "/") and run.word.glyphs == "/"


def _letters(run: GlyphRun) -> Iterator[GlyphRun]:
    """Return each letter of a run as a run of its own, with the marks on it."""
    if run.text:
        from handouts.render.pdf.other_scripts import clusters, shape_run  # noqa: PLC0415 - rare

        for text in clusters(run.face, run.text, from_right=run.level % 2 == 1):
            word = shape_run(run.face, text, from_right=run.level % 2 == 1)
            yield GlyphRun(run.element, run.face, word, text, run.level, run.stretch)
        return
    for glyph, kern in zip(run.word.glyphs, run.word.kerns, strict=True):
        width = (run.face.advance(glyph) + kern) / 1000
        word = Word(glyph, (kern,), width)
        yield GlyphRun(run.element, run.face, word, "", run.level, run.stretch)


def _joined(runs: list[GlyphRun]) -> Iterator[GlyphRun]:
    """Join neighbours of one face and element again."""
    for _, group in groupby(runs, key=lambda one: (one.element, one.face, one.level, one.stretch)):
        some = list(group)
        first, words = some[0], [one.word for one in some]
        if text := "".join(one.text for one in some):
            from handouts.render.pdf.other_scripts import shape_run  # noqa: PLC0415 - rare

            word = shape_run(first.face, text, from_right=first.level % 2 == 1)
        else:
            kerns = tuple(kern for word in words for kern in word.kerns)
            glyphs, width = "".join(word.glyphs for word in words), width_of(some)
            word = Word(glyphs, kerns, width)
        yield GlyphRun(first.element, first.face, word, text, first.level, first.stretch)
