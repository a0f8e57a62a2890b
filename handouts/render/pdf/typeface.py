"""Load the typeface without the libraries that most leaflets do not need: `typeface`.

ReportLab imports Pillow and uharfbuzz; both are deferred until they are used. `measure_glyphs`
measures letters and their kerning once, so that plain words need no shaping.
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
    """Load the typeface; raises TypesettingError for a missing file."""
    # ReportLab imports both: one for pictures in pixels, one to shape what it is never given.
    _defer_import("PIL.Image")
    _import_without("reportlab.pdfbase.ttfonts", optional="uharfbuzz")
    from handouts.render.pdf.fonts import load_faces  # noqa: PLC0415 - only a PDF needs ReportLab

    return load_faces()


def _defer_import(name: str) -> None:
    """Let `import` give a module that reads itself on first use; a module already read stays.

    For what a library imports and this program never asks of it. The way of doing it is the one in
    the documentation of `importlib`; the folder must know the module too, or `from` would read it.
    """
    if name in sys.modules:
        return
    folder, _, own = name.rpartition(".")
    package = importlib.import_module(folder)
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    setattr(package, own, module)


def _import_without(name: str, optional: str) -> None:
    """Import a module as if another, which it can do without, were not installed."""
    if name in sys.modules or optional in sys.modules:
        return
    sys.modules[optional] = None  # type: ignore[assignment] # the documented way to refuse it
    try:
        importlib.import_module(name)
    finally:
        del sys.modules[optional]


def measure_glyphs(face: Face, among: str, alphabet: str = ALPHABET) -> GlyphMetrics:
    """Measure letters and pairs of letters as HarfBuzz sets them; what a face lacks is left out.

    `alphabet` is what was reserved in the face: these letters have codes.
    """
    some = [one for one in dict.fromkeys(among) if one != " " and face.glyph_of(one)]
    left, rows = _classes([_kerns_after(one, some, face) for one in some])
    right, columns = _classes(list(zip(*rows, strict=True)))
    codes = list(range(1, SPACE)) + list(range(SPACE + 1, len(alphabet) + 2))
    code_of = dict(zip(alphabet, codes, strict=True))
    return GlyphMetrics(
        codes={" ": SPACE, **{one: code_of[one] for one in some if one in code_of}},
        widths={one: round(face.shape_anew(one).width * 1000) for one in (" ", HARD_SPACE, *some)},
        classes=dict(zip(some, zip(left, right, strict=True), strict=True)),
        kerns=tuple(zip(*columns, strict=True)),
        hard_glyph=face.glyph_of(HARD_SPACE),
    )


def _kerns_after(one: str, others: Sequence[str], face: Face) -> tuple[int, ...]:
    """Give the kerning between a letter and each letter after it."""
    text = "".join(one + other for other in others)
    return face.shape_anew(text).kerns[::2]


def _classes(rows: Sequence[tuple[int, ...]]) -> tuple[list[int], list[tuple[int, ...]]]:
    """Number the rows so that equal ones share a number; give the numbers, and a row for each."""
    numbers: dict[tuple[int, ...], int] = {}
    return [numbers.setdefault(row, len(numbers)) for row in rows], list(numbers)
