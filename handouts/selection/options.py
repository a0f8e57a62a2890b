"""Turn options as typed, and a preset, into a request: `request_of`.

Every command that takes a request shares these options. An option goes before the preset; flags
of the preset cannot be taken back.
"""

from __future__ import annotations

from msgspec import Struct

from handouts.content.look import LookOptions
from handouts.content.vocabulary import LARGE_PRINT
from handouts.errors import Fault, RequestError

_LARGE = LookOptions(size=str(LARGE_PRINT))


class RequestOptions(Struct, frozen=True, kw_only=True):
    """The words of a request, from a command line, a row or a preset; None or empty: not said."""

    preset: str | None = None
    region: str | None = None
    status: str | None = None
    flags: tuple[str, ...] = ()
    screened: bool = False
    place: str | None = None
    look: LookOptions = LookOptions()
    large_print: bool = False
    """Another word for the largest size."""
    day: str | None = None
    name: str = ""
    note: str = ""
    note_file: str | None = None
    """Where the note stands, in place of `note`."""
    exercises: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()
    content: str | None = None
    """The folder of content; it is no part of the request."""

    @property
    def own_look(self) -> LookOptions:
        """What was said of the look, with the size that `large_print` stands for."""
        return self.look.over(_LARGE) if self.large_print else self.look

    def size_faults(self) -> list[Fault]:
        """Find two sizes, of which nobody can tell which is meant."""
        if not self.large_print or self.own_look.size == _LARGE.size:
            return []
        message = f"--large-print is {LARGE_PRINT} pt, and --size says {self.look.size}"
        return [Fault(message=message, hint="leave out one of the two", about="size")]

    def need_region(self) -> str:
        """Give the region; raises RequestError where none was said."""
        if self.region is None:
            message, hint = "missing option '--region'", "say where it hurts, or give a --preset"
            raise RequestError(Fault(message=message, hint=hint))
        return self.region
