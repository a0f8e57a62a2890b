"""Load the typeface without the libraries that most leaflets do not need: `typeface`.

ReportLab imports Pillow and uharfbuzz; Pillow is deferred until it is used, uharfbuzz is left
out. `measure_glyphs` measures characters and their kerning once, so that plain words need no
shaping.
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import TYPE_CHECKING

from handouts.fastpath.name_slot import ALPHABET, HARD_SPACE, SPACE, GlyphMetrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.render.pdf.fonts import Face, Faces


def typeface() -> Faces:
    """Return the faces by weight; raises TypesettingError for a missing or broken font file."""
    # ReportLab imports both, but is given neither bitmap images nor text to shape.
    _defer_import("PIL.Image")
    _import_without("reportlab.pdfbase.ttfonts", optional="uharfbuzz")
    from handouts.render.pdf.fonts import load_faces  # noqa: PLC0415 - only a PDF needs ReportLab

    return load_faces()


def _defer_import(name: str) -> None:
    """Make a module load on first use of an attribute, unless it is loaded already.

    For modules that a library imports and this program may never need. It follows the recipe in
    the documentation of `importlib`; the module is set on its package too, or `from` would load it.
    """
    if name in sys.modules:
        return
    package_name, _, attribute = name.rpartition(".")
    package = importlib.import_module(package_name)
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    setattr(package, attribute, module)


def _import_without(name: str, optional: str) -> None:
    """Import a module as if another, which is optional to it, were not installed."""
    if name in sys.modules or optional in sys.modules:
        return
    sys.modules[optional] = None  # type: ignore[assignment] # makes its import fail, as documented
    try:
        importlib.import_module(name)
    finally:
        del sys.modules[optional]


def measure_glyphs(face: Face, among: str, alphabet: str = ALPHABET) -> GlyphMetrics:
    """Measure characters and their kerning pairs with HarfBuzz; those the face lacks are left out.

    `alphabet` is what `TaggedCanvas.reserve` puts first in the face: its characters get codes.
    """
    chars = [char for char in dict.fromkeys(among) if char != " " and face.glyph_of(char)]
    left, rows = _classes(_kerns_between(chars, face))
    right, columns = _classes(list(zip(*rows, strict=True)))
    codes = list(range(1, SPACE)) + list(range(SPACE + 1, len(alphabet) + 2))
    code_of = dict(zip(alphabet, codes, strict=True))
    return GlyphMetrics(
        codes={" ": SPACE, **{char: code_of[char] for char in chars if char in code_of}},
        widths={
            char: round(face.shape_anew(char).width * 1000) for char in (" ", HARD_SPACE, *chars)
        },
        classes=dict(zip(chars, zip(left, right, strict=True), strict=True)),
        kerns=tuple(zip(*columns, strict=True)),
        hard_glyph=face.glyph_of(HARD_SPACE),
    )


def _kerns_between(chars: Sequence[str], face: Face) -> list[tuple[int, ...]]:
    """Return, for each character, the kerning between it and each one after it, in 1/1000 em.

    A row of one character with each of the others between has both orders of each pair.
    """
    rows = [[0] * len(chars) for _ in chars]
    for at, char in enumerate(chars):
        kerns = face.kerns_of("".join(char + other for other in chars[at:]) + char)
        rows[at][at:] = kerns[:-1:2]
        for after, kern in enumerate(kerns[1::2], at):
            rows[after][at] = kern
    return [tuple(row) for row in rows]


def _classes(rows: Sequence[tuple[int, ...]]) -> tuple[list[int], list[tuple[int, ...]]]:
    """Number the rows, equal ones alike; return the number of each row, and the different rows."""
    numbers: dict[tuple[int, ...], int] = {}
    return [numbers.setdefault(row, len(numbers)) for row in rows], list(numbers)
