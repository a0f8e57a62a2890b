"""The immutable conditions a `when:` is made of; `rules` decides them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handouts.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for every request."""


@dataclass(frozen=True, slots=True)
class InRegion:
    """Holds when the request's region is one of these."""

    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasStatus:
    """Holds when the request's status is one of these."""

    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasFlag:
    """Holds when at least one of these flags is set."""

    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasAdvice:
    """Holds when the final level of an advice class is one of these."""

    advice_class: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class IsScreened:
    """Holds when the clinician asked about every flag (or, if False, did not)."""

    screened: bool


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its rule does not."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every one of its rules holds."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds when at least one of its rules holds."""

    rules: tuple[Rule, ...]


Rule = Always | InRegion | HasStatus | HasFlag | HasAdvice | IsScreened | Not | All | Any
