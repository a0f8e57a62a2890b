"""Goes in: a whole library. Comes out: a fault for every name that leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.block import EmergencyLineBody, ExerciseBody, TextBody
from handouts.errors import did_you_mean
from handouts.vocabulary import Kind, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.block import Block
    from handouts.model import Library
    from handouts.reader import Reader


def check_references(library: Library, reader: Reader) -> None:
    """Fault what names something that is not there, and exercises looser than the matrix."""
    red_flags = {b.id: b for b in library.blocks if b.kind is Kind.RED_FLAG}
    exercises = {b.id: b for b in library.blocks if b.kind is Kind.EXERCISE}
    for block in library.blocks:
        match block.body:
            case EmergencyLineBody(covers=covers):
                _check_names(reader, block, covers, red_flags, "red flag")
            case TextBody(movement=movement) if movement:
                _check_names(reader, block, (movement,), exercises, "exercise")
            case ExerciseBody() as body:
                _check_exercise(library, reader, block, body)
            case _:
                pass


def _check_names(
    reader: Reader, block: Block, names: Iterable[str], known: Mapping[str, object], what: str
) -> None:
    for name in names:
        if name not in known:
            reader.fault(
                f"unknown {what} `{name}`", block.origin, block.id, did_you_mean(name, known)
            )


def _check_exercise(library: Library, reader: Reader, block: Block, body: ExerciseBody) -> None:
    """A printed exercise needs its figures, and every flag of its columns in its `avoid` list."""
    for names in body.figures.values():
        _check_names(reader, block, names, library.figures, "figure")
    columns = [name for name in (body.column, body.also) if name in library.matrix.classes]
    for flag, levels in library.matrix.flags.items():
        strict = [name for name in columns if levels.get(name, Level.OK) is not Level.OK]
        if strict and flag not in body.avoid:
            reader.fault(
                f"`{flag}` makes {strict[0]} {levels[strict[0]]}, but `avoid` does not name it",
                block.origin,
                block.id,
                f"add {flag} to `avoid`",
            )
