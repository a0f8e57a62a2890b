"""Read one drawing of a content folder whose other entries may have faults: `one_figure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.folder import picture_files, refuse_no_content
from handouts.content.own_picture import PICTURES
from handouts.content.parse_figure import parse_figure
from handouts.content.parse_props import parse_props
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.errors import ContentError, RequestError, unknown_word
from handouts.render.drawings.skeleton import check_figure
from handouts.system.files import read_limited

if TYPE_CHECKING:
    from pathlib import Path

    from handouts.content.figure import Figure


FILE = "figures.yaml"


def one_figure(folder: Path, name: str) -> Figure:
    """Return a drawing by its id; raises RequestError for an unknown one, ContentError for faults.

    Its words for somebody who cannot see it may be still to write.
    """
    refuse_no_content(folder)
    reader = YamlReader()
    file = read_file(reader, folder, FILE)
    things = parse_props(file)
    if reader.faults:
        raise ContentError(*reader.faults)
    figures = file.need("figures")
    names = figures.keys() if figures else ()
    entry = figures.get(name) if figures and name in names else None
    if entry is None:
        raise RequestError(unknown_word("figure", name, names))
    raw = entry.plain()
    reader.faults.clear()  # a mark that says what is still to write does not hinder a look
    try:
        pictures = {one: read_limited(folder / PICTURES / one) for one in picture_files(folder)}
        return parse_figure(name, raw if isinstance(raw, dict) else {}, pictures, things)
    except ValueError as error:
        entry.fault(str(error))
        raise ContentError(*reader.faults) from error


def odd_bends(figure: Figure) -> list[str]:
    """Say what no body could do in a drawing."""
    return [] if figure.picture else list(check_figure(figure))
