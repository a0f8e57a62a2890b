"""Goes in: finished leaflets in order. Comes out: one PDF of all, or several where one is too long.

Acrobat reads 8,388,607 objects in a file, and 8,191 entries in a list. A pile beyond that goes on
in the next volume; no row is torn apart.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from handouts.fastpath.signals import unstoppable
from handouts.render.pdf.merge import Binder
from handouts.system.locks import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.fastpath.name_slot import TypesetPdf


class Volumes:
    """One PDF in the making, and those before it; they take their places together."""

    def __init__(
        self, path: str, seal: Callable[[bytes], bytes] | None = None, *, duplex: bool
    ) -> None:
        """`seal` encrypts each file.

        Raises OutputError when no file can be there, or another run is writing it.
        """
        self._path, self._seal, self._duplex = path, seal, duplex
        self._parts: list[Part] = []
        self._binder = self._open()

    @property
    def paths(self) -> tuple[str, ...]:
        """Name the files."""
        return tuple(part.path for part in self._parts)

    def begin_row(self) -> None:
        """Begin what has to stay in one volume."""
        if self._binder.is_full:
            self._binder.finish()
            self._binder = self._open()

    def add(self, title: str, pdf: TypesetPdf, line: bytes | None) -> None:
        """Add a leaflet on a fresh sheet; `line` is the content of its slot, if it has one."""
        self._binder.add(title, pdf, line)

    def finish(self) -> None:
        """Put all volumes in their places."""
        self._binder.finish()
        for part in self._parts:
            part.finish()

    def discard(self) -> None:
        """Leave nothing behind of what was not finished."""
        for part in self._parts:
            part.discard()

    def stray(self) -> str | None:
        """Name a file that looks like one more volume, and is of another run."""
        path = self._name(len(self._parts) + 1)
        return path if os.path.lexists(path) else None

    def _open(self) -> Binder:
        with unstoppable():
            part = Part(self._name(len(self._parts) + 1), self._seal)
            self._parts.append(part)
        return Binder(part, duplex=self._duplex)

    def _name(self, number: int) -> str:
        stem, suffix = os.path.splitext(self._path)  # noqa: PTH122 - a name as typed
        return self._path if number == 1 else f"{stem}-{number}{suffix}"
