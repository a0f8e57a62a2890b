"""Part what is typed or pasted, at commas, lines and numbers: `typed_parts`, `is_code`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator


class TypedPart(Struct, frozen=True):
    """What stands between two commas."""

    text: str
    begins: bool
    """It is the first of its line or sentence."""
    denied: bool
    """It may be among what the patient does not have, as `cancer` in `no asthma, cancer`."""


_LINES = re.compile(r"[;\n\r]")
_COMMAS = re.compile(r"[,|]")
_BULLET = re.compile(r"\s*[-•*·–—‣▪●○]+\s+")
_NUMBER = re.compile(r"(?:^|(?<=\s))(\d{1,2})[.)]\s+")
_WEIGHT = re.compile(r"(?<=\d)(?=(?:kg|kgs|lb|lbs)\b)", re.IGNORECASE)
_DENIES = re.compile(
    r"(?:no|not|non|nil|none|never|without|denie[sd]|deny|negative|neg)\b", re.IGNORECASE
)
_HAS = re.compile(r"(?:but|on|takes?|taking|has|had|is)\b", re.IGNORECASE)
"""What begins the words on what the patient does have."""
_CODE = re.compile(
    r"[A-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?|[A-Z][\dA-Z]\d[\dA-Z.]{1,3}|[A-Z]\d\d[\dA-Z]?\.+|\d{6,18}"
)
"""Codes of diagnoses as they stand in a pasted list: ICD, Read and SNOMED CT."""


def typed_parts(text: str) -> Iterator[TypedPart]:
    """Yield the parts in their order; marks of a list, such as `1.` or a bullet, say nothing."""
    for line in _items(text):
        denied, begins = False, True
        for part in _COMMAS.split(_WEIGHT.sub(" ", line)):
            words = part.strip()
            if not words:
                continue
            denied = bool(_DENIES.match(words)) or (denied and not _HAS.match(words))
            yield TypedPart(words, begins, denied)
            begins = False


def is_code(word: str) -> bool:
    """Tell whether a word looks like a code of a diagnosis, such as E11.9 or 44054006."""
    return bool(_CODE.fullmatch(word))


def _items(text: str) -> Iterator[str]:
    """Part a text at lines, and at numbers that count from one: `1. Asthma 2. Gout`."""
    due = 1
    for line in _LINES.split(text):
        bullet = _BULLET.match(line)
        start = bullet.end() if bullet else 0
        for number in _NUMBER.finditer(line):
            if int(number[1]) == due:
                yield line[start : number.start()]
                due, start = due + 1, number.end()
        yield line[start:]
