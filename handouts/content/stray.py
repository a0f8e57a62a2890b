"""Find what lies in a content folder and is never read: `find_stray`, `refuse_stray`.

A file whose name is nearly right, or that lies where only blocks are read, is a certain mistake.
Any other file is named and left alone.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from handouts.content.folder import FILES, read_bytes
from handouts.content.own_picture import PICTURES
from handouts.content.profile import LOGO_KINDS
from handouts.errors import ContentError, Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


BESIDES = (
    "invariants.yaml", "names.yaml", "plain_words.yaml", "claims.csv", "record.yaml",
    "record_rules.yaml", "pile.yaml", "urgency.csv", "baseline.yaml", "signoff.yaml",
    "withdrawn.yaml", "service.yaml",
)  # fmt: skip
"""Files of a content folder that are read besides those of the library."""
_KNOWN = (*FILES, *BESIDES)
_BLOCKS = "blocks"
MADE_FROM = "made-from.zip"
"""The content that a service's own was made from, packed: only a merge reads it."""
SCHEMAS = "schemas"
"""The folder of descriptions for editors: generated, and never read."""
_DATA = (".yaml", ".yml", ".csv", ".tsv", ".json")
_BESIDE = ("license", "readme", "changelog", "notes", "copying")
_PICTURES = (".svg", ".png", ".jpg", ".jpeg")
_NEAR = 0.75
StrayFile = tuple[Fault, bool]
"""What to say of a file, and whether it is certainly a mistake."""


def find_stray(folder: Path) -> list[StrayFile]:
    """List what is never read, in the order of names; hidden files are nobody's mistake.

    A folder that cannot be listed gives nothing: reading its files says what is wrong.
    """
    try:
        return [*_stray_in(folder), *_stray_blocks(folder)]
    except OSError:
        return []


def refuse_stray(folder: Path) -> None:
    """Raise ContentError for every file that is certainly misspelt or in the wrong place.

    So it does for one beside the library where a merge is not finished: its reader may not run.
    """
    faults = [fault for fault, certain in find_stray(folder) if certain]
    if faults := [*faults, *_unfinished(folder)]:
        raise ContentError(*faults)


def _unfinished(folder: Path) -> Iterator[Fault]:
    for name in BESIDES:
        try:
            raw = read_bytes(folder, name) or b""
        except ContentError:
            continue  # its reader says so
        if b"<<<<<<<" not in raw:
            continue
        from handouts.content.yaml_reader import (  # noqa: PLC0415 - few files have the mark
            CONFLICT,
            CONFLICT_HINT,
            conflict_line,
        )

        if line := conflict_line(raw.decode("utf-8", "replace")):
            origin = Origin(f"{folder.name}/{name}", line)
            yield Fault(message=CONFLICT, origin=origin, hint=CONFLICT_HINT)


def _stray_in(folder: Path) -> Iterator[StrayFile]:
    for path in sorted(folder.iterdir()):
        name = path.name
        if name.startswith((".", "__")) or name in _KNOWN or name in (_BLOCKS, SCHEMAS, MADE_FROM):
            continue
        if name == PICTURES and path.is_dir():
            yield from _stray_pictures(folder)
            continue
        if path.is_dir():
            holds = any(one.suffix.lower() in _DATA for one in path.rglob("*"))
            near = bool(_nearest(name, (_BLOCKS,)))
            if holds or near:
                hint = "content is read from the folder itself and from blocks/; move the files"
                yield _fault(folder, name, "nothing in this folder is read", hint), near
        elif path.suffix.lower() in _DATA:
            yield _data_file(folder, name)
        elif not name.lower().startswith(_BESIDE) and path.suffix.lower() not in _PICTURES:
            yield _fault(folder, name, "this file is not read", "move it elsewhere"), False


def _stray_pictures(folder: Path) -> Iterator[StrayFile]:
    for path in sorted((folder / PICTURES).iterdir()):
        name = f"{PICTURES}/{path.name}"
        if not path.name.startswith(".") and not path.name.lower().endswith(LOGO_KINDS):
            hint = "save it as SVG, PNG or JPEG, or move it elsewhere"
            yield _fault(folder, name, "this file is not read", hint), False


def _data_file(folder: Path, name: str) -> StrayFile:
    if near := _nearest(name, _KNOWN):
        return _fault(folder, name, "this file is not read", f"name it `{near}`"), True
    hint = "sentences belong into blocks/; anything else into another folder"
    return _fault(folder, name, "this file is not read", hint), False


def _stray_blocks(folder: Path) -> Iterator[StrayFile]:
    inside = folder / _BLOCKS
    for path in sorted(inside.iterdir()) if inside.is_dir() else ():
        name = f"{_BLOCKS}/{path.name}"
        if path.name.startswith("."):
            continue
        if path.is_dir():
            hint = "put its files into blocks/ itself"
            yield _fault(folder, name, "nothing in this folder is read", hint), True
        elif path.suffix != ".yaml":
            certain = path.suffix.lower() in _DATA
            hint = f"name it `{path.with_suffix('.yaml').name}`" if certain else "move it elsewhere"
            yield _fault(folder, name, "this file is not read", hint), certain


def _nearest(name: str, known: tuple[str, ...]) -> str:
    """Return the name that was meant: the same but for its ending, capitals or a few letters."""
    stems = {one.rpartition(".")[0] or one: one for one in known}
    stem = (name.rpartition(".")[0] or name).lower().replace("-", "_").replace(" ", "_")
    found = get_close_matches(stem, stems, n=1, cutoff=_NEAR)
    return stems[found[0]] if found else ""


def _fault(folder: Path, name: str, message: str, hint: str) -> Fault:
    return Fault(message=message, origin=Origin(f"{folder.name}/{name}", 1), hint=hint)
