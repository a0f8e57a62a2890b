"""Hold what a client may ask for and how long it may take: `Limits`, `LIMITS`.

Everything that a client sends is bounded before it is read whole.
"""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """The most that one client, and all together, may take."""

    body_bytes: int = 64 * 1024
    """The largest body of a request for one leaflet."""
    list_bytes: int = 20 * 1024 * 1024
    """The largest worklist."""
    head_seconds: float = 10.0
    """How long the head of a request may take to arrive."""
    read_seconds: float = 20.0
    """How long a body may take to arrive."""
    list_seconds: float = 60.0
    """How long a worklist may take to arrive."""
    answer_seconds: float = 120.0
    """How long an answer may take."""
    at_once: int = 64
    """How many requests are worked on at the same time; more are told to come back."""
    held_bytes: int = 64 * 1024 * 1024
    """How much of all bodies together may be in memory."""
    connections: int = 2048
    """How many connections may be open."""


LIMITS = Limits()
