"""Colours of a drawing, as six hexadecimal digits with a hash."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct


class Palette(Struct, frozen=True, kw_only=True):
    """Colours of one layer of the body."""

    skin: str
    shirt: str
    trousers: str
    shoe: str
    hair: str
    line: str


class Theme(Struct, frozen=True, kw_only=True):
    """Colours of a whole drawing."""

    near: Palette
    far: Palette
    """Darker, for the limbs behind the body."""
    ghost: Palette
    """The start position; its line keeps 3:1 on white, so that a photocopy shows it."""
    arrow: str
    mark: str
    """Ground of a muscle mark; its hatching is in the line colour."""
    soft: str
    """Large props: a mat from above, a wall."""
    hard: str
    """Small props: furniture, a mat from the side."""
    edge: str
    """Outline of props."""
    paper: str = "#FFFFFF"
    bold: float = 1.0
    """What widths of lines are multiplied by, so that a copy of a copy still shows them."""


COLOUR = Theme(
    near=Palette(
        skin="#F6DFCD",
        shirt="#A9D3DE",
        trousers="#6E8CA8",
        shoe="#FFFFFF",
        hair="#4B4038",
        line="#22303C",
    ),
    far=Palette(
        skin="#D9B9A0",
        shirt="#6FA3B3",
        trousers="#48617A",
        shoe="#C9D0D6",
        hair="#4B4038",
        line="#22303C",
    ),
    ghost=Palette(
        skin="#EEF2F4",
        shirt="#E3E9ED",
        trousers="#E3E9ED",
        shoe="#EEF2F4",
        hair="#CDD6DC",
        line="#5F6D78",
    ),
    arrow="#12303F",
    mark="#F0932B",
    soft="#E9ECEE",
    hard="#D3D9DD",
    edge="#6B7780",
)
MONO = Theme(
    near=Palette(
        skin="#FFFFFF",
        shirt="#EDEDED",
        trousers="#BDBDBD",
        shoe="#FFFFFF",
        hair="#4A4A4A",
        line="#1A1A1A",
    ),
    far=Palette(
        skin="#CFCFCF",
        shirt="#B5B5B5",
        trousers="#858585",
        shoe="#CFCFCF",
        hair="#4A4A4A",
        line="#1A1A1A",
    ),
    ghost=Palette(
        skin="#F4F4F4",
        shirt="#EBEBEB",
        trousers="#EBEBEB",
        shoe="#F4F4F4",
        hair="#D2D2D2",
        line="#1A1A1A",
    ),
    arrow="#000000",
    mark="#A8A8A8",
    soft="#F2F2F2",
    hard="#E0E0E0",
    edge="#1A1A1A",
    bold=1.35,
)
THEMES: Mapping[str, Theme] = MappingProxyType({"colour": COLOUR, "mono": MONO})
