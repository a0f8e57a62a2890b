"""Find the approvals that end soon: `expiry_of`, `expiry_notes`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handouts.content.profile import Profile
    from handouts.governance.approval import Signoff


_FEW = 3


class Expiry(Struct, frozen=True, kw_only=True):
    """What ends, or has ended, of the approvals of words and rules as they are now."""

    soon: tuple[tuple[date, str], ...]
    """(last day, unit) for each that ends within the time to announce it, the earliest first."""
    over: tuple[str, ...]
    """Units whose approval has ended."""
    days: int
    """How many days ahead were looked at."""


def expiry_of(
    signoff: Signoff, profile: Profile, day: date, units: Iterable[str] | None = None
) -> Expiry:
    """Look at every unit that is signed as it is now, or at some of them only."""
    names = signoff.signatures if units is None else dict.fromkeys(units)
    latest = day + timedelta(days=profile.announce_expiry)
    soon: list[tuple[date, str]] = []
    over: list[str] = []
    for unit in names:
        signature = signoff.signatures.get(unit)
        if signature is None or signature.standing is not Standing.SIGNED:
            continue
        last = signature.last_day(day, profile.approvals)
        if last is not None and last <= latest and profile.announce_expiry:
            soon.append((last, unit))
        elif last is None and signature.reason(day, profile.approvals) == Standing.EXPIRED:
            over.append(unit)
    return Expiry(soon=tuple(sorted(soon)), over=tuple(over), days=profile.announce_expiry)


def expiry_lines(found: Expiry) -> list[str]:
    """Say it in lines for people; none where nothing ends."""
    lines = []
    if found.over:
        lines.append(f"{_blocks(len(found.over))} expired: {_named(found.over)}")
    if found.soon:
        first = found.soon[0][0]
        units = [unit for _, unit in found.soon]
        lines.append(
            f"approvals of {_blocks(len(units))} end within {found.days} days, the first after "
            f"{first}: {_named(units)}; `handout review` renews them"
        )
    return lines


def expiry_notes(signoff: Signoff, profile: Profile) -> list[str]:
    """Say it of today, in lines for people; none where nothing ends."""
    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    return expiry_lines(expiry_of(signoff, profile, today))


def _blocks(count: int) -> str:
    return "1 block" if count == 1 else f"{count} blocks"


def _named(units: Iterable[str]) -> str:
    names = list(units)
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more
