"""Make typed text fit to print, and find what may not be printed: `cleaned`, `text_faults`.

Names, notes, doses and the words of a service come from keyboards, web pages and other programs.
What no eye sees is dropped, what only looks like another character becomes that one, and what
would show one text as another is refused.
"""

from __future__ import annotations

import re
import unicodedata

from handouts.errors import Fault

_DROPPED = re.compile(
    "["
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200e\u200f\u2060-\u2064\u3164\ufeff\uffa0"
    "\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
    "]+"
)
"""Characters that show nothing: soft hyphens, fillers, marks of direction, variation selectors."""
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
"""What programs leave in cells, and no eye sees, for `str.translate`: joiners too."""
_JOINED = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\uabff"
"""Scripts whose spelling uses joiners: Arabic and its kin, and those of South Asia."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese and Khmer: a zero width space is where a line may end."""
_REPEATED = re.compile("([\u200b-\u200d])\\1+")
_NEEDLESS = re.compile(
    f"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])"
    f"|(?<![{_UNSPACED}])\u200b|\u200b(?![{_UNSPACED}])"
)
"""Joiners and zero width spaces that are not between letters whose spelling uses them."""
_LOOK_ALIKES = {
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000",
    "-": "\u2010\u2011\u2043\ufe63\uff0d",
    "–": "\u2012",
    "—": "\u2015",
    "'": "\u02b9\u2032\u2035\uff07",
    '"': "\u02ba\u2033\uff02",
    "’": "\u02bc",
    "‘": "\u201b",
    "\u03bc": "\u00b5",  # the Greek letter, and the micro sign
}
"""Each character with those that only look like it, and that typefaces often lack."""
_USUAL = {ord(one): usual for usual, alike in _LOOK_ALIKES.items() for one in alike}
_FORMS = re.compile(
    "["
    "\ufb00-\ufb4f\ufb50-\ufdfb\ufe70-\ufefc"  # ligatures, and Arabic letters by their place
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff65-\uff9f"  # letters as wide as Chinese signs
    "\u2160-\u217f\u2f00-\u2fd5\U0001d400-\U0001d7ff"  # Roman numbers, radicals, formulas
    "]+"
)
"""Letters in a form that Unicode has for old programs: the usual letters print the same."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of characters without a glyph, or without a defined one."""
_KEPT = "\u200b\u200c\u200d"
"""What `cleaned` leaves in where the spelling needs it."""
_LOST = "\ufffc\ufffd"
"""What programs write in place of something that they lost."""
_CALLED = {
    "Cs": "half a character",
    "Co": "a private character",
    "Cn": "not a character",
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a line break",
}
"""What a character without a name in Unicode is, by itself or by its category."""
_MOST_MARKS = 4
_STACK = re.compile(
    f"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{{{_MOST_MARKS + 1},}}"
)
"""More marks on one letter than any spelling has: they would reach into the lines around."""


def cleaned(text: str) -> str:
    """Return typed text as it is printed, in the composed form of Unicode (NFC).

    What may not be printed is left in: `text_faults` names it.
    """
    if text.isascii():
        return text  # faster, and true of most text
    text = _DROPPED.sub("", text).translate(_USUAL)
    text = _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _NEEDLESS.sub("", _REPEATED.sub(r"\1", unicodedata.normalize("NFC", text)))


def text_faults(what: str, text: str, *, lines: bool = False) -> tuple[Fault, ...]:
    """Return a fault for the first character of a cleaned text that may not be printed.

    `what` is the field of a request, such as "name"; with `lines` it may have several.
    """
    if text.isascii() and text.isprintable():
        return ()  # faster, and true of most text
    for at, one in enumerate(text):
        if lines and one == "\n":
            continue
        if one in _LOST or (one not in _KEPT and unicodedata.category(one) in _UNSEEN):
            hint = "type it again without that, on one line"
            return (_fault(what, text, at, "may not be printed", hint),)
    if stack := _STACK.search(text):
        problem = f"is the first of {len(stack[0])} marks on one letter"
        return (_fault(what, text, stack.start(), problem, f"at most {_MOST_MARKS}"),)
    return ()


def unset_fault(what: str, text: str, at: int) -> Fault:
    """Return the fault for a character of a cleaned text that no typeface has."""
    hint = "write it in other letters, or leave it out and write it by hand"
    return _fault(what, text, at, "is in no typeface here", hint)


def _fault(what: str, text: str, at: int, problem: str, hint: str) -> Fault:
    """Name a character by its code point, its name in Unicode and its place, as people count."""
    message = f"{_place(what, text, at)} {problem}: {_named(text[at])}"
    return Fault(message=message, hint=hint, about=what)


def _place(what: str, text: str, at: int) -> str:
    line, start = text.count("\n", 0, at) + 1, text.rfind("\n", 0, at) + 1
    of_line = f" of line {line}" if "\n" in text.strip("\n") and text[at] != "\n" else ""
    number = at + 1 - (start if of_line else 0)
    return f"character {number}{of_line} of the {what}"


def _named(one: str) -> str:
    """Return the code point of a character and its name, or what it is where it has none."""
    code = f"U+{ord(one):04X}"
    if name := unicodedata.name(one, ""):
        return f"{code} {name}"
    category = unicodedata.category(one)
    return f"{code}, {_CALLED.get(one) or _CALLED.get(category, 'a control character')}"
