"""Write handouts/safety/emergency_numbers.py anew from the library `phonenumbers`.

Usage: python scripts/write_emergency_numbers.py

The program needs no such library: it keeps the numbers of all countries, one file. Run it when a
country changes its number; a test says when the file and the library differ.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata
from phonenumbers.shortdata import _AVAILABLE_REGION_CODES

_FILE = Path(__file__).parent.parent / "handouts" / "safety" / "emergency_numbers.py"
_MOST, _SHORT = 20, 3
_HEAD = '''"""The numbers for an emergency of each country: `EMERGENCY_NUMBERS`.

Written by scripts/write_emergency_numbers.py from phonenumbers {version} (Apache License 2.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_NUMBERS = """
{lines}
"""
EMERGENCY_NUMBERS: Mapping[str, frozenset[str]] = {{
    country: frozenset(numbers.split(","))
    for country, _, numbers in (entry.partition(":") for entry in _NUMBERS.split())
}}
"""By country, as in the tag of a language: en-ZA."""
'''


def known_numbers() -> Mapping[str, tuple[str, ...]]:
    """Ask the library for every number that is one for an emergency, by country."""
    found = {country: tuple(_numbers(country)) for country in sorted(_AVAILABLE_REGION_CODES)}
    return {
        country: numbers if len(numbers) <= _MOST else tuple(filter(_is_short, numbers))
        for country, numbers in found.items()
    }


def _is_short(number: str) -> bool:
    """Say whether a number is no whole range of lines, as one country has."""
    return len(number) <= _SHORT


def _numbers(country: str) -> Iterator[str]:
    known = PhoneMetadata.short_metadata_for_region(country)
    if known is None or known.emergency is None:
        return
    pattern = re.compile(known.emergency.national_number_pattern or "")
    for digits in known.emergency.possible_length:
        every = (f"{number:0{digits}d}" for number in range(10**digits))
        yield from filter(pattern.fullmatch, every)


def main() -> None:
    """Write the file."""
    entries = (
        f"{country}:{','.join(found)}" for country, found in known_numbers().items() if found
    )
    lines = textwrap.fill(" ".join(entries), 98, break_on_hyphens=False, break_long_words=False)
    _FILE.write_text(_HEAD.format(version=phonenumbers.__version__, lines=lines), "utf-8")


if __name__ == "__main__":
    main()
