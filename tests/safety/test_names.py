"""What a text names is found whether or not its letters are looked for first."""

import pytest

from handouts.content.load import content_folder
from handouts.safety.scopes import load_names, name_pattern, pattern_of, texts_of
from tests.support.leaflets import publisher


def test_no_name_is_missed_in_what_ships() -> None:
    """In every block each pattern of the file finds by itself what is found of its name."""
    library = publisher().library
    names = load_names(library, content_folder())
    found = 0
    for block in library.blocks:
        text = "\n".join(texts_of(block))
        for one in (*names.classes, *names.never, *names.movements):
            alone = one.pattern.search(text)
            again = one.search(text, text.lower())
            assert (again and again.span()) == (alone and alone.span()), (block.id, one.name)
            found += alone is not None
    assert found > len(names.classes)


@pytest.mark.parametrize("words", [("ice",), ("kava*", "mask"), ("*pain",), ("café",), ("ſauna",)])
@pytest.mark.parametrize(
    "text",
    ["ICE", "ıce", "İCE", "\u212aava tea", "maſk", "backpain", "CAFÉ", "a sauna", "SAUNA", "none"],
)
def test_letters_that_count_as_others_name_it_too(words: tuple[str, ...], text: str) -> None:
    """What a pattern takes for the same letter in any case is no reason to leave a text out."""
    one = name_pattern("name", words, medicine=True)
    assert bool(one.search(text, text.lower())) == bool(pattern_of(words).search(text))
