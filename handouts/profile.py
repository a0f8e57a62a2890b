"""The immutable profile of a service: who hands leaflets out, and its usual choices."""

from __future__ import annotations

from msgspec import Struct


class Profile(Struct, frozen=True, kw_only=True):
    """What `service.yaml` says; whatever is not there is empty. None of it can word advice."""

    name: str = ""
    department: str = ""
    phone: str = ""
    hours: tuple[str, ...] = ()
    """When somebody answers the phone, a line each."""
    feedback: str = ""
    """Where readers say what they think of the leaflet: an address of any kind."""
    accent: str = ""
    """The service's own colour as #RRGGBB."""
    place: str = ""
    paper: str = ""


NOBODY = Profile()
"""The profile where there is none."""
