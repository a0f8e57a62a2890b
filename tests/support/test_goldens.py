"""Golden texts that are kept as differences: exact, and untouched by a change of words."""

import re
from itertools import pairwise

import pytest

from tests.support.goldens import (
    GOLDEN,
    QUOTED,
    addresses,
    base_of,
    difference_of,
    patched,
    whole_text,
    without_pages,
)

WHOLE = sorted(path.stem for path in GOLDEN.glob("*.txt"))
LIKE_OTHERS = sorted(path.stem for path in GOLDEN.glob("*.diff"))
BASE = """\
Document
  Sect
    [page 1]
    H1 "A title"
    P "Words."
  Sect
    H2 "Do"
    P
      "One. "
      "Two."
    [page 2]
    P "Three."
    H2
      "Do"
    P "Four."
"""
OTHER = """\
Document
  Sect
    [page 1]
    H1 "A title"
    [page 2]
    P "Words."
  Sect
    H2 "More"
    P "Zero."
  Sect
    H2 "Do"
    P "Five."
    P "Three."
    H2
      [page 3]
      "Do"
    P "Four."
"""
DIFFERENCE = """\
As base, with pages that begin at:
   1  A title
   2  A title | P 1
   3  Do (2) | piece 1

and with these lines:

@ A title | Sect 1
+  Sect
+    H2 "More"
+    P "Zero."

@ Do | P 1
-    P
-      "…"
-      "…"
+    P "Five."
"""


def test_a_difference_names_places_and_new_lines_only() -> None:
    """It says where pages begin and quotes what is new; words that go are not said again."""
    assert difference_of("base", BASE, OTHER) == DIFFERENCE
    assert base_of(DIFFERENCE) == "base"
    assert patched(BASE, DIFFERENCE) == OTHER


@pytest.mark.parametrize(("name", "other"), [*pairwise(WHOLE), *pairwise(WHOLE[::-1])])
def test_any_two_texts_have_a_difference_that_is_exact(name: str, other: str) -> None:
    """One text and its difference from another give the other, to the letter."""
    base, text = whole_text(name), whole_text(other)
    assert patched(base, difference_of(name, base, text)) == text


@pytest.mark.parametrize("name", LIKE_OTHERS)
def test_a_difference_is_kept_as_it_is_written(name: str) -> None:
    """What stands in the folder is what --update-golden writes, and one text has one file."""
    kept = (GOLDEN / f"{name}.diff").read_text(encoding="utf-8")
    assert name not in WHOLE
    assert difference_of(base_of(kept), whole_text(base_of(kept)), whole_text(name)) == kept


def sentences(lines: list[str]) -> list[str]:
    """Give the lines with words that are no heading, nor a piece of one."""
    places = "\n".join(addresses(lines))
    words = [
        (line, " ".join(QUOTED.findall(line)).replace("\\u00a0", " ").strip()) for line in lines
    ]
    return [line for line, said in words if said and said not in places]


@pytest.mark.parametrize("name", LIKE_OTHERS)
def test_a_word_changed_in_both_changes_no_difference(name: str) -> None:
    """A leaflet's sentences are said in its own golden text, and in no difference from it."""
    kept = (GOLDEN / f"{name}.diff").read_text(encoding="utf-8")
    base, text = whole_text(base_of(kept)), whole_text(name)
    said = [one for one in sentences(without_pages(base)) if f"\n+{one}\n" not in kept]
    assert len(said) > 150
    for line in said[::9]:
        other = line.removesuffix('"') + ' otherwise"'
        changed = [one.replace(f"\n{line}\n", f"\n{other}\n") for one in (base, text)]
        assert changed[0] != base
        assert difference_of(base_of(kept), *changed) == kept


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("@ Do | P 1", "@ Do | P 9", "no such place: Do | P 9"),
        ('-    P\n-      "…"', '-    H3\n-      "…"', "other lines stand at: Do | P 1"),
        ("A title | P 1", "A title | P 8", "no such places: A title | P 8"),
    ],
)
def test_a_difference_from_another_text_is_refused(old: str, new: str, message: str) -> None:
    """Where a place or a line is not in the base, the message names it."""
    with pytest.raises(ValueError, match=re.escape(message)):
        patched(BASE, DIFFERENCE.replace(old, new))


@pytest.mark.parametrize("name", [*WHOLE, *LIKE_OTHERS])
def test_every_line_has_its_own_name(name: str) -> None:
    """No two lines of a golden text share an address."""
    places = addresses(without_pages(whole_text(name)))
    assert len(set(places)) == len(places)
