"""The immutable conditions a `when:` is made of; `rules` decides them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from handouts.vocabulary import Level


class Always(Struct, frozen=True):
    """Holds for every request."""


class InRegion(Struct, frozen=True):
    """Holds when the request's region is one of these."""

    regions: tuple[str, ...]


class HasStatus(Struct, frozen=True):
    """Holds when the request's status is one of these."""

    statuses: tuple[str, ...]


class HasFlag(Struct, frozen=True):
    """Holds when at least one of these flags is set."""

    flags: tuple[str, ...]


class HasAdvice(Struct, frozen=True):
    """Holds when the final level of an advice class is one of these."""

    advice_class: str
    levels: tuple[Level, ...]


class IsScreened(Struct, frozen=True):
    """Holds when the clinician asked about every flag (or, if False, did not)."""

    screened: bool


class Not(Struct, frozen=True):
    """Holds when its rule does not."""

    rule: Rule


class All(Struct, frozen=True):
    """Holds when every one of its rules holds."""

    rules: tuple[Rule, ...]


class Any(Struct, frozen=True):
    """Holds when at least one of its rules holds."""

    rules: tuple[Rule, ...]


Rule = Always | InRegion | HasStatus | HasFlag | HasAdvice | IsScreened | Not | All | Any
