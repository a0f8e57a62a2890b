"""Choose the exercises that a leaflet prints by default: `default_set`.

A leaflet has one exercise of each role: one that brings relief, one movement, and one that
builds up. Where no exercise of a role may be printed, the next of the region's list takes its
place. Content without roles, which is older, has the first of the list.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from handouts.content.vocabulary import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.content.blocks import ExerciseBody, ListPlace

MAX_CARDS = len(ROLES)
"""How many exercises are printed unless a clinician chooses: more are done less well."""


def turns(
    bodies: Mapping[str, ExerciseBody], key: tuple[str, str], role: str, strength: str
) -> list[tuple[str, bool]]:
    """List who is asked in turn for the place of a role, as (exercise, with a caution).

    Each is asked twice: first for readers whom it gives no caution, then for those whom it
    does. Strength comes before all else, caution or not, because lasting pain needs it; where it
    is too much (new pain, some flags, nobody asked about them) it may not be printed at all.
    `key`: region and status; an exercise that is not in their list is not asked. `strength`: the
    column of exercises that make stronger.
    """
    named = [one for one, body in bodies.items() if body.role == role and key in body.sets]
    return sorted(
        product(named, (False, True)),
        key=lambda turn: (
            bodies[turn[0]].column != strength,
            turn[1],
            bodies[turn[0]].sets[key],
        ),
    )


def listed(bodies: Mapping[str, ExerciseBody], key: tuple[str, str]) -> list[str]:
    """List the exercises of a region and status in their places."""
    return sorted(
        (one for one, body in bodies.items() if key in body.sets),
        key=lambda one: bodies[one].sets[key],
    )


def page_order(body: ExerciseBody, key: tuple[str, str]) -> tuple[int, ListPlace]:
    """Return what to sort printed exercises by: relief first, then movement, then building up."""
    return (ROLES.index(body.role) if body.role else len(ROLES), body.sets[key])


def default_set(
    bodies: Mapping[str, ExerciseBody],
    key: tuple[str, str],
    flags: tuple[str, ...],
    strength: str,
) -> Mapping[str, str]:
    """Return the exercises that print, each with the reason.

    `bodies`: those that may be printed for this patient; `flags`: the flags of the request;
    `strength`: the column of exercises that make stronger.
    """
    where = f"for {key[0]}, {key[1]}"
    chosen: dict[str, str] = {}
    for role in ROLES:
        for name, cautioned in turns(bodies, key, role, strength):
            if cautioned == any(flag in bodies[name].cautions for flag in flags):
                chosen[name] = f"{role} exercise, place {bodies[name].sets[key]} {where}"
                break
    for name in listed(bodies, key):
        if len(chosen) < MAX_CARDS and name not in chosen:
            chosen[name] = f"place {bodies[name].sets[key]} {where}"
    return chosen
