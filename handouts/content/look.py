"""How a leaflet looks: `LookOptions` as typed or saved, `Look` as decided, `LOOK_FIELDS` for both.

A new print option takes a field in both records, an entry in `LOOK_FIELDS`, a number under
`options:` in `registry.yaml`, and the code that implements it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, convert
from msgspec.structs import asdict, replace

from handouts.content.vocabulary import (
    EDITIONS,
    HALF_OF,
    LANGUAGES,
    PAPERS,
    SIZES,
    USUAL_EDITION,
    USUAL_SIZE,
)
from handouts.errors import unknown_word

if TYPE_CHECKING:
    from handouts.errors import Fault


class Look(Struct, frozen=True, kw_only=True):
    """How a leaflet is printed, with every option decided; no advice is weaker in any look."""

    paper: str
    """The size of a page: one of PAPERS."""
    edition: str = USUAL_EDITION
    """How much is printed: one of EDITIONS, which conditions of the content may ask about."""
    size: int = USUAL_SIZE
    """The size of body type in points: one of SIZES."""
    mono: bool = False
    """Only black, white and greys."""
    booklet: bool = False
    """Two pages to a side, in the order for folding."""
    duplex: bool = False
    """An even number of sides."""
    diary: bool = False
    """The diary is printed even where it takes another page."""
    card: bool = False
    """A card with the signs of an emergency is printed, to cut out."""
    language: str = LANGUAGES[0]
    """The language of the words; which English it is depends on the place."""

    @property
    def sheet(self) -> str:
        """The paper in the printer: for a booklet, what two pages share."""
        return HALF_OF.get(self.paper, self.paper) if self.booklet else self.paper


class LookOptions(Struct, frozen=True, kw_only=True):
    """The options of a look as typed or as saved in a preset; "" and False: not chosen."""

    paper: str = ""
    edition: str = ""
    size: str = ""
    mono: bool = False
    booklet: bool = False
    duplex: bool = False
    diary: bool = False
    card: bool = False
    language: str = ""

    def chosen(self) -> dict[str, str | bool]:
        """Return what is chosen, by field and in the order of the fields."""
        return {name: value for name, value in asdict(self).items() if value}

    def over(self, usual: LookOptions) -> LookOptions:
        """Return these options, with those of `usual` where nothing is chosen here.

        A switch that `usual` sets stays set.
        """
        return convert(usual.chosen() | self.chosen(), LookOptions)

    def saved(self) -> LookOptions:
        """Return the options that a preset may have."""
        names = {field.name for field in LOOK_FIELDS if field.in_presets}
        kept = {name: value for name, value in self.chosen().items() if name in names}
        return convert(kept, LookOptions)

    def faults(self) -> list[Fault]:
        """Return a fault for each unknown word."""
        return [
            field.fault(word)
            for field in LOOK_FIELDS
            if field.words and (word := getattr(self, field.name)) and word not in field.words
        ]

    def decide(self) -> Look:
        """Return the look, with defaults where nothing is chosen.

        A paper must be chosen, and `faults` must be empty.
        """
        return convert(self.chosen(), Look, strict=False)  # not strict: "12" becomes a number


class LookField(Struct, frozen=True, kw_only=True):
    """The option of one field of a look."""

    name: str
    """The name of the field, of its option on the command line, and of its key in a preset."""
    help: str
    """The help of the option."""
    words: tuple[str, ...] = ()
    """The allowed values, the default first (a paper has none); empty for a switch."""
    called: str = ""
    """Its name in messages and on the page, where that differs from `name`."""
    hint: str = ""
    """The hint for an unknown word; "" for the nearest known word."""
    in_presets: bool = True
    needs_pages: bool = False
    """It applies to PDF only."""
    in_codes: tuple[str, ...] = ()
    """The words in the order of codes, where that is not the order of `words`."""

    @property
    def coded(self) -> tuple[str, ...]:
        """The words in the order of codes; a code that says nothing means the first."""
        return self.in_codes or self.words

    @property
    def varies(self) -> bool:
        """Whether there is more than one value; if not, codes leave it out."""
        return len(self.words) != 1

    def fault(self, word: str) -> Fault:
        """Return the fault of an unknown word."""
        fault = unknown_word(self.name, word, self.words)
        return replace(fault, hint=self.hint) if self.hint else fault


LANGUAGE = LookField(
    name="language",
    help="Only en so far.",
    words=LANGUAGES,
    hint=f"only {', '.join(LANGUAGES)} so far",
    in_presets=False,
)
LOOK_FIELDS = (
    LookField(
        name="paper",
        help="Page size.  [default: the service's, or the usual one there]",
        words=PAPERS,
    ),
    LookField(
        name="edition",
        help="How much to print: standard is one sheet to act on and one of warning signs, "
        "sheet is one sheet, full is everything.  [default: the service's, or "
        f"{USUAL_EDITION}]",
        words=tuple(sorted(EDITIONS, key=lambda one: one != USUAL_EDITION)),
        in_codes=EDITIONS,
    ),
    LookField(
        name="size",
        help="Size of the type, in points.  [default: 12]",
        words=tuple(map(str, SIZES)),
        called="size of type",
    ),
    LookField(
        name="mono",
        help="For a black-and-white printer: black, white and light greys.",
        called="black and white",
    ),
    LookField(
        name="booklet",
        help="A5 pages on A4, or half letter on letter, in order for folding. Print it on both "
        "sides, flipped on the short edge.",
        needs_pages=True,
    ),
    LookField(
        name="duplex",
        help="An even number of sides; the last may be blank.",
        called="for both sides",
        needs_pages=True,
    ),
    LookField(
        name="diary",
        help="Always print the two-week diary; without this, only where there is room.",
    ),
    LookField(
        name="card",
        help="Add a card with the signs of an emergency, to cut out and keep, on a page with "
        "nothing on its back.",
        called="emergency card",
    ),
    LANGUAGE,
)
"""Every field of a look, in the order of the records and of the help."""
LOOK_NAMES = tuple(field.name for field in LOOK_FIELDS)
