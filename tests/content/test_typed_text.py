"""Typed text prints without what no eye sees, and what would mislead is refused by its place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.content.typed_text import cleaned, text_faults

PRINTED = {
    "Zo\u200bë": "Zoë",
    "Ma\u00adria": "Maria",
    "\u200eAna\u200f": "Ana",
    "\ufeffAna\u2060": "Ana",
    "Ana\u00a0Silva": "Ana Silva",
    "Smith\u2011Jones": "Smith-Jones",
    "5 \u00b5g": "5 \u03bcg",
    "O\u2032Brien": "O'Brien",
    "O\u02bcBrien": "O’Brien",
    "Ａｎａ　Ｓ．": "Ana S．",
    "e\u0301": "é",
    "\ufb01n": "fin",
    "ﻣﺤﻤﺪ": "محمد",
    "ｱﾀﾞﾏ": "アダマ",
    "葛\U000e0100": "葛",
    "❤\ufe0f": "❤",
    "a\u200cb\u200d": "ab",
    "علی\u200cرضا": "علی\u200cرضا",
    "ප්\u200dරියන්ත": "ප්\u200dරියන්ත",
    "សុខ\u200bច័ន្ទ": "សុខ\u200bច័ន្ទ",
    "Kaʻiulani": "Kaʻiulani",
}
REFUSED = {
    "Ana\u202e": "character 4 of the name may not be printed: U+202E RIGHT-TO-LEFT OVERRIDE",
    "A\u2066b": "character 2 of the name may not be printed: U+2066 LEFT-TO-RIGHT ISOLATE",
    "\u202aA": "character 1 of the name may not be printed: U+202A LEFT-TO-RIGHT EMBEDDING",
    "A\ue000": "character 2 of the name may not be printed: U+E000, a private character",
    "A\u0378": "character 2 of the name may not be printed: U+0378, not a character",
    "A\ud800": "character 2 of the name may not be printed: U+D800, half a character",
    "A\tb": "character 2 of the name may not be printed: U+0009, a tab",
    "A\x07": "character 2 of the name may not be printed: U+0007, a control character",
    "M\ufffdller": "character 2 of the name may not be printed: U+FFFD REPLACEMENT CHARACTER",
    "\U000e0041": "character 1 of the name may not be printed: U+E0041 TAG LATIN CAPITAL LETTER A",
    "q" + 6 * "\u0301": "character 2 of the name is the first of 6 marks on one letter: U+0301",
}


@pytest.mark.parametrize("typed", PRINTED)
def test_what_no_eye_sees_is_dropped(typed: str) -> None:
    """And what only looks like a letter becomes it; joiners stay where the spelling has them."""
    assert cleaned(typed) == PRINTED[typed]
    assert text_faults("name", PRINTED[typed]) == ()


@pytest.mark.parametrize("typed", REFUSED, ids=ascii)
def test_what_may_not_be_printed_is_named(typed: str) -> None:
    """By its code point, its name and its place, and without the text around it."""
    (fault,) = text_faults("name", cleaned(typed))
    assert fault.message.startswith(REFUSED[typed])
    assert fault.about == "name"


@pytest.mark.slow
@given(st.text(max_size=30))
def test_clean_text_stays_as_it_is(text: str) -> None:
    """Cleaning is done once; what is left is composed, and shows all it holds or is refused."""
    once = cleaned(text)
    assert cleaned(once) == once
    assert unicodedata.is_normalized("NFC", once)
    if not text_faults("note", once, lines=True):
        left = {one for one in once if unicodedata.category(one)[0] == "C"}
        assert left <= set("\u200b\u200c\u200d\n")
