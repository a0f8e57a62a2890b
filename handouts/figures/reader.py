"""Raw mappings from a content file in, checked values out; every fault names its path."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NoReturn

Raw = Mapping[str, object]


def fault(path: str, message: str) -> NoReturn:
    """Raise the one kind of error of this module."""
    text = f"{path}: {message}"
    raise ValueError(text)


def mapping(value: object, path: str) -> Raw:
    """Return a mapping with words as keys."""
    if not isinstance(value, Mapping):
        fault(path, f"expected keys and values, got {value!r}")
    for key in value:
        if not isinstance(key, str):
            fault(path, f"expected a word as key, got {key!r}")
    return value


def sequence(value: object, path: str) -> Sequence[object]:
    """Return a list."""
    if not isinstance(value, list | tuple):
        fault(path, f"expected a list, got {value!r}")
    return value


def items(value: object, path: str, count: int, what: str) -> Sequence[object]:
    """Return a list of exactly so many things; what names them in the fault."""
    found = sequence(value, path)
    if len(found) != count:
        fault(path, f"expected {count} {what}, got {len(found)}")
    return found


def number(value: object, path: str) -> float:
    """Return a number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        fault(path, f"expected a number, got {value!r}")
    return float(value)


def numbers(value: object, path: str, count: int) -> tuple[float, ...]:
    """Return exactly so many numbers."""
    listed = enumerate(items(value, path, count, "numbers"))
    return tuple(number(item, f"{path}[{index}]") for index, item in listed)


def pair(value: object, path: str) -> tuple[float, float]:
    """Return two numbers."""
    first, second = numbers(value, path, 2)
    return first, second


def word(value: object, path: str, allowed: Collection[str]) -> str:
    """Return one of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        fault(path, f"expected one of {', '.join(sorted(allowed))}, got {value!r}")
    return value


def words(value: object, path: str, allowed: Collection[str]) -> tuple[str, ...]:
    """Return a list of allowed words."""
    listed = enumerate(sequence(value, path))
    return tuple(word(item, f"{path}[{index}]", allowed) for index, item in listed)


def flag(value: object, path: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        fault(path, f"expected true or false, got {value!r}")
    return value


def sentence(value: object, path: str) -> str:
    """Return text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        fault(path, f"expected text, got {value!r}")
    return value.strip()


def known(raw: Raw, path: str, allowed: Collection[str]) -> Raw:
    """Return the mapping if each of its keys is allowed."""
    for key in raw:
        if key not in allowed:
            where = f"{path}.{key}" if path else key
            fault(where, f"unknown key; expected one of {', '.join(sorted(allowed))}")
    return raw
