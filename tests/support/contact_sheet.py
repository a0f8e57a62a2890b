"""Draw every figure at its printed size: python -m tests.support.contact_sheet OUT.pdf."""

from __future__ import annotations

import argparse
from pathlib import Path

import yaml
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from handouts.content.figure import Figure
from handouts.content.parse_figure import parse_figure
from handouts.content.parse_props import parse_props
from handouts.content.prop import PropDefinitions
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.render.drawings.figure import draw_figure, drawing_operators, fit
from handouts.render.drawings.pen import THEMES

CONTENT = Path(__file__).parents[2] / "content" / "figures.yaml"
BOX = (62 * mm, 40 * mm)
COLUMNS, ROWS = 3, 6
CELL = (64 * mm, 46 * mm)
MARGIN = 10 * mm


def load_figures() -> list[Figure]:
    """Return every figure of the content file, in its order."""
    raw = yaml.load(CONTENT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    shown = things()
    return [parse_figure(name, one, things=shown) for name, one in raw["figures"].items()]


def things() -> PropDefinitions:
    """Return the things that a figure may name."""
    return parse_props(read_file(YamlReader(), CONTENT.parent, CONTENT.name))


def draw_sheet(out: str, theme: str, wanted: list[str]) -> None:
    """Write pages of figures with their names."""
    canvas = Canvas(out, pagesize=A4)
    figures = [f for f in load_figures() if not wanted or f.id in wanted]
    for index, figure in enumerate(figures):
        place = index % (COLUMNS * ROWS)
        if index and not place:
            canvas.showPage()
        x = MARGIN + place % COLUMNS * CELL[0]
        y = A4[1] - MARGIN - (place // COLUMNS + 1) * CELL[1]
        drawing = draw_figure(figure, THEMES[theme], fit(figure, *BOX))
        canvas.saveState()
        canvas.translate(x, y + 5 * mm)
        # The page takes our operators as they are: this is the very text a leaflet holds.
        canvas._code.append(drawing_operators(drawing).decode("ascii"))  # noqa: SLF001
        canvas.restoreState()
        canvas.setFont("Helvetica", 8)
        canvas.drawString(x, y + 1.5 * mm, figure.id)
    canvas.save()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--theme", choices=sorted(THEMES), default="colour")
    parser.add_argument("--only", nargs="*", default=[], help="ids of figures")
    options = parser.parse_args()
    draw_sheet(options.out, options.theme, options.only)


if __name__ == "__main__":
    main()
