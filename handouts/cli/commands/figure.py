"""Define `handout figure`: look at a drawing of the content: `figure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT
from handouts.cli.written_place import written_place

if TYPE_CHECKING:
    from handouts.content.profile import Logo

_WIDTH = 240.0
"""Of an SVG, in points."""
_PIXELS = 800


@click.command(cls=CarefulCommand)
@click.argument("name", metavar="ID")
@CONTENT
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    callback=written_place,
    help="An .svg or .png file.  [default: ID.svg in this folder]",
)
@click.option("--mono", is_flag=True, help="As on a printer without colours.")
@click.option("--force", is_flag=True, help="Replace the file, whatever it holds.")
def figure(name: str, content: str | None, output: str | None, *, mono: bool, force: bool) -> None:
    """Write one drawing of figures.yaml as a picture, to look at while you draw.

    Only this drawing needs to be right: other files of the content may still have faults. What a
    body could not do, such as a knee that bends forward, is told, and what is out of the frame. A
    file that is there already is replaced with --force alone.

    \b
    Examples:
      handout figure {drawing}
      handout figure wall-slide -o wall-slide.png --force --content ~/our-content
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.authoring.one_figure import odd_bends, one_figure
    from handouts.content.load import content_folder
    from handouts.errors import Fault, OutputError
    from handouts.render.drawings.figure import draw_figure, drawing_svg, fit
    from handouts.render.drawings.pen import THEMES
    from handouts.system.files import write_file

    output = output or f"{name}.svg"
    kind = output.lower().rpartition(".")[2]
    if kind not in ("svg", "png"):
        hint = "end its name in .svg or .png"
        raise OutputError(Fault(message=f"`{output}` is no kind of picture", hint=hint))
    found = one_figure(content_folder(content), name)
    if found.picture:
        written = _own_picture(found.picture, kind, mono=mono)
        click.echo(str(write_file(output, written, over=force)))
        return
    drawing = draw_figure(
        found, THEMES["mono" if mono else "colour"], fit(found, _WIDTH, 10 * _WIDTH)
    )
    if kind == "png":
        from handouts.render.drawings.raster import drawing_png

        written = drawing_png(drawing, _PIXELS)
    else:
        written = drawing_svg(drawing, found.alt).encode()
    for odd in odd_bends(found):
        click.echo(f"note: {odd}", err=True)
    click.echo(str(write_file(output, written, over=force)))


def _own_picture(picture: Logo, kind: str, *, mono: bool) -> bytes:
    """Return a service's own picture as it prints."""
    from handouts.errors import Fault, OutputError
    from handouts.render.drawings.logo import logo_html, pixel_png

    if kind == "svg" and not picture.pixels:
        return logo_html(picture, mono=mono, title=picture.alt, most=(_WIDTH, 10 * _WIDTH)).encode()
    if kind == "png" and picture.pixels:
        return pixel_png(picture.pixels, mono=mono)
    ends = "png" if picture.pixels else "svg"
    fault = Fault(message=f"`{picture.file}` is no .{kind}", hint=f"end the name in .{ends}")
    raise OutputError(fault)
