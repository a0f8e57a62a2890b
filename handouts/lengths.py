"""Goes in: two sides and requests. Comes out: those whose leaflet has another number of sides."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import HandoutsError
from handouts.pipeline import compose, select, typeset
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.impact import Impact
    from handouts.sides import Side

Sample = tuple[str, str, bool, tuple[str, ...]]
"""Region, status, screened or not, and no flag or one."""
_DAY = date(2000, 1, 1)


class Length(Struct, frozen=True, kw_only=True):
    """A leaflet with its number of sides in both versions; none where it cannot be made."""

    sample: Sample
    old: int | None
    new: int | None


def samples(impact: Impact) -> Iterator[Sample]:
    """List the requests to look at: no flag and single flags, of those that see a difference."""
    for context, changed in impact.changed.items():
        both = impact.sets.minus(changed, impact.one_sided[context])
        # Where nobody asked, only the leaflet without any flag stands for the rest.
        singles = [(flag,) for flag in impact.sets.flags] if context.screened else []
        for flags in ((), *singles):
            if impact.sets.has(both, flags):
                yield (context.region, context.status, context.screened, flags)


def compare_lengths(old: Side, new: Side, looked_at: Sequence[Sample]) -> list[Length]:
    """Set each leaflet of both sides, at the first place they share; keep those that differ."""
    place = next((one for one in new.library.places if one in old.library.places), "")
    found = []
    for sample in looked_at if place else ():
        sides = [_sides(side, sample, place) for side in (old, new)]
        if sides[0] != sides[1]:
            found.append(Length(sample=sample, old=sides[0], new=sides[1]))
    return found


def _sides(side: Side, sample: Sample, place: str) -> int | None:
    """Count the sides of a leaflet; none where it does not fit a page, or a glyph is missing."""
    region, status, screened, flags = sample
    publisher = side.publisher
    options = RequestOptions(
        region=region, status=status, flags=flags, screened=screened, place=place
    )
    try:
        request = parse_request(side.library, options, today=_DAY)
        return typeset(publisher, compose(publisher, select(publisher, request))).pages
    except HandoutsError:
        return None
