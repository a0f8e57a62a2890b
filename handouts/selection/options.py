"""Turn options as typed, and a preset, into a request: `request_of`.

Every command that takes a request shares these options. An option overrides the preset; flags of
the preset cannot be removed.
"""

from __future__ import annotations

from msgspec import Struct

from handouts.content.look import LookOptions
from handouts.content.vocabulary import LARGE_PRINT
from handouts.errors import Fault, RequestError

_LARGE = LookOptions(size=str(LARGE_PRINT))


class RequestOptions(Struct, frozen=True, kw_only=True):
    """The options of a request, of a command line or a row; None or empty: not given."""

    preset: str | None = None
    region: str | None = None
    status: str | None = None
    flags: tuple[str, ...] = ()
    flag_lists: tuple[str, ...] = ()
    """Texts of several flags each, such as `asthma,gi-ulcer`."""
    words: tuple[str, ...] = ()
    """Words without an option, such as `neck` and `warfarin`."""
    age: str | None = None
    dob: str | None = None
    """The date of birth; it is turned into flags, and is no part of a request."""
    duration: str | None = None
    """How long it has hurt."""
    screened: bool = False
    place: str | None = None
    look: LookOptions = LookOptions()
    large_print: bool = False
    """A synonym for the largest size."""
    day: str | None = None
    name: str = ""
    note: str = ""
    note_file: str | None = None
    """The file of the note, in place of `note`."""
    note_approved: bool = False
    """A clinician means what the note says, although the leaflet advises otherwise."""
    exercises: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()
    content: str | None = None
    """The content folder; it is not part of the request."""

    @property
    def own_look(self) -> LookOptions:
        """The look as given, with the largest size for `large_print`."""
        return self.look.over(_LARGE) if self.large_print else self.look

    def size_faults(self) -> list[Fault]:
        """Return a fault when `large_print` and `size` contradict each other."""
        if not self.large_print or self.own_look.size == _LARGE.size:
            return []
        message = f"--large-print is {LARGE_PRINT} pt, and --size says {self.look.size}"
        return [Fault(message=message, hint="leave out one of the two", about="size")]

    def need_region(self) -> str:
        """Return the region; raises RequestError where none was given."""
        if self.region is None:
            message, hint = "missing option '--region'", "say where it hurts, or give a --preset"
            raise RequestError(
                Fault(
                    message=message,
                    hint=hint,
                    on_page="choose it on the drawing, or by its words",
                    said_on_page="nothing says where it hurts",
                )
            )
        return self.region
