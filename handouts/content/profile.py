"""Define the profile of a service, its presets and its logo: `Profile`.

`NOBODY` is the profile where there is none. `governance.profile` reads the profile from its
file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.list_form import ListForm
from handouts.content.look import LookOptions

if TYPE_CHECKING:
    from datetime import date

    Chosen = str | bool | tuple[str, ...]


ANNOUNCED = 60
"""Days: how long before the end of an approval it is announced, unless the service says else."""
REVIEWED = 36
"""Months: how long words are held to be right after they were reviewed, unless the service says."""


class Preset(Struct, frozen=True, kw_only=True):
    """A clinician's usual options under a name, as they would be typed; empty: not chosen.

    What belongs to one patient is not part of it: screened, name, date and note.
    """

    region: str = ""
    status: str = ""
    flags: tuple[str, ...] = ()
    place: str = ""
    look: LookOptions = LookOptions()
    exercises: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()
    form: ListForm = ListForm()
    """How a list of patients is read, when the preset is given for all of it."""

    def chosen(self) -> dict[str, Chosen]:
        """Return what is chosen, by the keys of `service.yaml` and in their order."""
        choices: dict[str, Chosen] = {}
        for name in self.__struct_fields__:
            value = getattr(self, name)
            parts = isinstance(value, (LookOptions, ListForm))
            choices |= value.chosen() if parts else {name: value}
        return {name: value for name, value in choices.items() if value}


LOGO_KINDS = (".svg", ".png", ".jpg", ".jpeg")
"""How the name of the file of a logo ends."""
MOST_LOGO_BYTES = 1_000_000
"""The largest size of a logo file."""
PIXEL_BITS = 8
"""Bits for each colour of a pixel."""
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""The first bytes of every PNG file."""
LOGO_BOX = (45.0, 14.0)
"""The most that a logo measures on a page, in millimetres: width and height."""
FLATTEST = 6.0
"""The largest ratio of the longer to the shorter side of a logo."""
Ink = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""


class LogoShape(Struct, frozen=True, kw_only=True):
    """One path as PDF operators, in the logo's own units with y down; None: not painted."""

    path: str
    fill: Ink | None
    stroke: Ink | None
    width: float = 1.0
    even_odd: bool = False
    cap: int = 0
    join: int = 0
    miter: float = 4.0


class Pixels(Struct, frozen=True, kw_only=True):
    """An opaque picture: rows from the top, each after a zero byte for PNG filter 0, deflated."""

    wide: int
    high: int
    grey: bytes
    """One byte for each pixel."""
    colour: bytes = b""
    """Three bytes for each pixel; empty where the picture has no colours."""


class Logo(Struct, frozen=True, kw_only=True):
    """The logo of a service and its alternative text; it has either shapes or pixels."""

    file: str
    alt: str
    digest: str
    """A digest of the bytes of the file."""
    width: float
    height: float
    shapes: tuple[LogoShape, ...] = ()
    pixels: Pixels | None = None


class Profile(Struct, frozen=True, kw_only=True):
    """The fields of `service.yaml`; those not given are empty. None of them can word advice."""

    name: str = ""
    department: str = ""
    phone: str = ""
    hours: tuple[str, ...] = ()
    """When somebody answers the phone, one line for each entry."""
    page: str = ""
    """The address of the service's page on a leaflet; it may contain {region} and {status}."""
    feedback: str = ""
    """Where readers send feedback on the leaflet: an address of any kind, on one line."""
    accent: str = ""
    """The service's own colour as #RRGGBB."""
    logo: Logo | None = None
    place: str = ""
    paper: str = ""
    edition: str = ""
    """How much its leaflets print, where nobody says; empty: the usual edition."""
    require_signed: bool = False
    """Leaflets with words that are not approved are refused."""
    approvals: int = 1
    """How many people must approve each word: 1 or 2."""
    reviewers: tuple[Reviewer, ...] = ()
    """Who may approve words; with none, anybody may."""
    announce_expiry: int = ANNOUNCED
    """How many days before its end an approval is said to end."""
    review_months: int = REVIEWED
    """After how many months words are to be held against their sources again."""
    shared: bool = False
    """Leaflets can be read and written by the group of their folder, as far as the umask lets."""
    printer: str = ""
    """The printer, where --print names none; empty: the usual one of the system."""
    tray: str = ""
    """The tray of the printer, as CUPS names it; empty: the printer's own choice."""
    output: str = ""
    """The folder of leaflets without --output, absolute or from `~`; empty: `output`."""
    file_name: str = ""
    """How the files there are named: a pattern of region, status, date and edition."""
    presets: tuple[tuple[str, Preset], ...] = ()
    """By their names, in the order of the file."""


PRINTED = ("name", "department", "phone", "hours", "page", "feedback", "accent")
"""The fields that a page shows, besides the logo."""
NOBODY = Profile()
"""The profile where there is none."""


class Reviewer(Struct, frozen=True, kw_only=True):
    """One person who may approve words, and which."""

    name: str
    role: str
    registration: str = ""
    signs: tuple[str, ...] = ()
    """Patterns of what they may sign, as `flag:*` or `section:exercises`; empty: everything."""
    until: date | None = None
    """The last day on which they could sign; None: they still can."""
