"""How a leaflet looks: `LookOptions` as typed or saved, `Look` as decided, `LOOK_FIELDS` for both.

A new print option is a field of both records and an entry of `LOOK_FIELDS`, its number under
`options:` in `registry.yaml`, and the code that heeds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, convert
from msgspec.structs import asdict, replace

from handouts.content.vocabulary import HALF_OF, LANGUAGES, PAPERS, SIZES, USUAL_SIZE
from handouts.errors import unknown_word

if TYPE_CHECKING:
    from handouts.errors import Fault


class Look(Struct, frozen=True, kw_only=True):
    """How a leaflet is printed, with nothing left open; the advice is the same in every look."""

    paper: str
    """The size of a page: a4, letter, a5 or half-letter."""
    size: int = USUAL_SIZE
    """Of body type, in points: 12, 16, or 18 for large print."""
    mono: bool = False
    """For a printer without colours."""
    booklet: bool = False
    """Two pages to a side, in order for folding."""
    duplex: bool = False
    """An even number of sides."""
    diary: bool = False
    """The diary prints even where it costs a page."""
    language: str = LANGUAGES[0]
    """Of the words; which English it is depends on the place."""

    @property
    def sheet(self) -> str:
        """Name the paper that goes into the printer: a booklet lies two pages to a sheet."""
        return HALF_OF.get(self.paper, self.paper) if self.booklet else self.paper


class LookOptions(Struct, frozen=True, kw_only=True):
    """Choices of a look, in words as typed or as a preset has them; "" and False: not chosen."""

    paper: str = ""
    size: str = ""
    mono: bool = False
    booklet: bool = False
    duplex: bool = False
    diary: bool = False
    language: str = ""

    def chosen(self) -> dict[str, str | bool]:
        """List what is chosen, by the names of the fields and in their order."""
        return {name: value for name, value in asdict(self).items() if value}

    def over(self, usual: LookOptions) -> LookOptions:
        """Take from `usual` what is not chosen here; a switch cannot be taken back."""
        return convert(usual.chosen() | self.chosen(), LookOptions)

    def saved(self) -> LookOptions:
        """Keep what a preset may hold."""
        names = {field.name for field in LOOK_FIELDS if field.in_presets}
        kept = {name: value for name, value in self.chosen().items() if name in names}
        return convert(kept, LookOptions)

    def faults(self) -> list[Fault]:
        """Find words that the program does not know."""
        return [
            field.fault(word)
            for field in LOOK_FIELDS
            if field.words and (word := getattr(self, field.name)) and word not in field.words
        ]

    def decide(self) -> Look:
        """Decide a look, as usual where nothing is chosen; a paper must be, and each word known."""
        return convert(self.chosen(), Look, strict=False)  # a size is a number from here on


class LookField(Struct, frozen=True, kw_only=True):
    """What the program must know of one field of a look."""

    name: str
    """One word: of the field, of its option on the command line, and of its key in a preset."""
    help: str
    """Of its option."""
    words: tuple[str, ...] = ()
    """Those that it may be; the first is usual, but for a paper. Empty: it is a switch."""
    called: str = ""
    """What messages call it, where not by its name."""
    hint: str = ""
    """What to say of an unknown word, in place of the word nearest to it."""
    in_presets: bool = True
    needs_pages: bool = False
    """Only a PDF can have it."""

    @property
    def varies(self) -> bool:
        """Tell whether there is a choice; only then do codes speak of it."""
        return len(self.words) != 1

    def fault(self, word: str) -> Fault:
        """Say that a word is unknown."""
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
        name="size",
        help="Size of the type, in points.  [default: 12]",
        words=tuple(map(str, SIZES)),
        called="size of type",
    ),
    LookField(name="mono", help="For a black-and-white printer: black, white and light greys."),
    LookField(
        name="booklet",
        help="A5 pages on A4, or half letter on letter, in order for folding. Print it on both "
        "sides, flipped on the short edge.",
        needs_pages=True,
    ),
    LookField(
        name="duplex", help="An even number of sides; the last may be blank.", needs_pages=True
    ),
    LookField(
        name="diary",
        help="Always print the two-week diary; without this, only where there is room.",
    ),
    LANGUAGE,
)
"""Every field of a look, in the order of the records and of the help."""
LOOK_NAMES = tuple(field.name for field in LOOK_FIELDS)
