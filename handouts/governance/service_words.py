"""Tell what a service may not write of itself: `objection_to`.

Its name stands on page 1 above the emergency box, the rest beside its phone number. No word there
may send a reader elsewhere than the box, or advise anything: only reviewed words do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.library import Library


_CALL = r"(call|ring|phone|dial|text|ask|see|tell|try|come to)"
_NO = r"(do not|don[’']t|never|no need to|need not|needn[’']t|not need to|rather than|instead of)"
_DRUG = (
    r"(ibuprofen|naproxen|diclofenac|aspirin|paracetamol|acetaminophen|codeine|morphine|diazepam|"
    r"warfarin)"
)
_MEDICINE = r"(medicines?|tablets?|pills?|drugs?|painkillers?|thinners?|steroids?|insulin)"
_PAIN = r"pain(?! (clinic|service|team|management|programme|program|unit|centre|center|relief))"
_SIGN = rf"({_PAIN}|numb\w*|weak\w*|fever|bleed\w*|short of breath|faint\w*|seizures?|collapse\w*)"
_CALMS = r"wait and see|stay (at )?home|stay in bed|it will pass|harmless|not (serious|dangerous)"
_WORDS = (
    (r"\bemergenc|\bambulance|\bparamedic|\blife.threatening", "speaks of emergencies"),
    (rf"\b{_CALL}\b.*\bfirst\b(?! contact)|\bfirst,? {_CALL}\b", "says whom to call first"),
    (rf"\bbefore (you )?(\w+ )?{_CALL}\b", "says whom to call first"),
    (rf"\b{_NO}\b", "says what not to do"),
    (rf"\b(stop|start|take|taking|double|skip|increase|reduce)\b.*\b{_MEDICINE}\b",
     "advises on medicines"),
    (rf"\b{_DRUG}\b", "names a medicine"),
    (rf"\b({_CALL}|wait|stay|rest)\b.*\b{_SIGN}\b|\bif you (have|get|feel)\b",
     "says what to do about a sign"),
    (rf"\b({_CALMS})\b", "calms the reader"),
    (r"\bapproved\b|\bguarantee|\bcures?\b|\bclinically proven\b|100 ?%", "promises something"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), why) for pattern, why in _WORDS)
_NUMBER_WORDS = ("emergency_number", "urgent_line", "crisis_line")
_SHORT = 3
"""A number of so few digits is nobody's own: 111, 112, 911, 999."""


_ROOM = "ward |room |unit "
"""Before a number that nobody would ring; lookbehinds need words of one length."""


def objection_to(text: str, library: Library) -> str:
    """Say why a line of a service may not print; "" where it may."""
    for number in _numbers(place.words for place in library.places.values()):
        if re.search(rf"(?<!\d)(?<!{_ROOM}){re.escape(number)}(?!\d)", text, re.IGNORECASE):
            return f"has {number}, which only the emergency box gives"
    return next((why for pattern, why in _PATTERNS if pattern.search(text)), "")


def is_of_a_place(phone: str, library: Library) -> bool:
    """Tell whether a phone number is one that a place gives for emergencies."""
    digits = _digits(phone)
    known = map(_digits, _numbers(place.words for place in library.places.values()))
    return bool(digits) and (len(digits) <= _SHORT or digits in set(known))


def _numbers(places: Iterable[Mapping[str, str]]) -> Iterator[str]:
    words = (words[key] for words in places for key in _NUMBER_WORDS if key in words)
    yield from dict.fromkeys(words)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
