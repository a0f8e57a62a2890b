"""The immutable profile of a service: who hands leaflets out, and its usual choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from handouts.logo import Logo


class Preset(Struct, frozen=True, kw_only=True):
    """A clinician's usual choices under one word, as they would be typed; empty: not chosen.

    What is asked of one patient, or said to one, has no place here: screened, name, date, note.
    """

    region: str = ""
    status: str = ""
    flags: tuple[str, ...] = ()
    place: str = ""
    paper: str = ""
    size: str = ""
    mono: bool = False
    booklet: bool = False
    duplex: bool = False
    diary: bool = False
    exercises: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()


class Profile(Struct, frozen=True, kw_only=True):
    """What `service.yaml` says; whatever is not there is empty. None of it can word advice."""

    name: str = ""
    department: str = ""
    phone: str = ""
    hours: tuple[str, ...] = ()
    """When somebody answers the phone, a line each."""
    page: str = ""
    """The address of its page on this leaflet, where {region} and {status} may stand."""
    feedback: str = ""
    """Where readers say what they think of the leaflet: an address of any kind."""
    accent: str = ""
    """The service's own colour as #RRGGBB."""
    logo: Logo | None = None
    place: str = ""
    paper: str = ""
    require_signed: bool = False
    """Nothing prints that nobody approved."""
    approvals: int = 1
    """How many people must approve each word: 1 or 2."""
    presets: tuple[tuple[str, Preset], ...] = ()
    """By their names, in the order of the file."""


PRINTED = ("name", "department", "phone", "hours", "page", "feedback", "accent")
"""The fields that a page shows, besides the logo; the others are the service's own affair."""
NOBODY = Profile()
"""The profile where there is none."""
