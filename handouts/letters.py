"""Goes in: a face. Comes out: the letters that names are set with, so that none needs shaping."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost as much as all the work here
if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.shaping import Face

MOST_LETTERS = 80
"""Of a name."""
SPACE = 32
"""The code of the space, in every face of every file."""
ALPHABET = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-'’.,"
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ"
    "ĀāĂăąĆćČčďĒēėęĚěĞğĢģĪīİıĶķĻļłŁńŃŅņňőŘřŚśşŠšŤťūůűźŹżŻŽžȘșȚț"
)
"""The letters of names in European languages. A name with any other is set like the rest."""


class Letters:
    """What setting a name takes; plain values only, so that they are quickly read from disk."""

    __slots__ = ("codes", "kerns", "left", "right", "widths")

    def __init__(
        self,
        codes: dict[str, int],
        widths: dict[str, int],
        left: dict[str, int],
        right: dict[str, int],
        kerns: tuple[tuple[int, ...], ...],
    ) -> None:
        self.codes = codes
        """Of each letter in the face's first subset; the same in every file with a slot."""
        self.widths = widths
        """In 1/1000 em."""
        self.left = left
        """The class of a letter before another: letters of one class kern alike."""
        self.right = right
        """The class of a letter after another."""
        self.kerns = kerns
        """By the class of the first letter and that of the second, in 1/1000 em."""


def letters_of(face: Face, among: str = ALPHABET, alphabet: str = ALPHABET) -> Letters:
    """Measure letters and pairs of letters of the alphabet, as HarfBuzz sets them."""
    some = [one for one in alphabet if one in among]
    left, rows = _classes([_kerns_after(one, some, face) for one in some])
    right, columns = _classes(list(zip(*rows, strict=True)))
    codes = list(range(1, SPACE)) + list(range(SPACE + 1, len(alphabet) + 2))
    code_of = dict(zip(alphabet, codes, strict=True))
    return Letters(
        codes={" ": SPACE, **{one: code_of[one] for one in some}},
        widths={one: round(face.shape(one).width * 1000) for one in (" ", *some)},
        left=dict(zip(some, left, strict=True)),
        right=dict(zip(some, right, strict=True)),
        kerns=tuple(zip(*columns, strict=True)),
    )


def _kerns_after(one: str, others: Sequence[str], face: Face) -> tuple[int, ...]:
    """Give the kerning between a letter and each letter after it."""
    text = "".join(one + other for other in others)
    return type(face).shape(face, text).kerns[::2]  # past the cache: nobody asks again


def _classes(rows: Sequence[tuple[int, ...]]) -> tuple[list[int], list[tuple[int, ...]]]:
    """Number the rows so that equal ones share a number; give the numbers, and a row for each."""
    numbers: dict[tuple[int, ...], int] = {}
    return [numbers.setdefault(row, len(numbers)) for row in rows], list(numbers)


def set_name(name: str, letters: Letters) -> tuple[str, int] | None:
    """Set a name as operands of TJ; give its width in 1/1000 em. None: a letter is not here.

    Words are kerned inside, and spaces never, as everywhere else in a leaflet.
    """
    codes, widths, kerns = letters.codes, letters.widths, letters.kerns
    left, right = letters.left, letters.right
    shown, width, before = ["<"], 0, ""
    for one in name:
        if one not in codes:
            return None
        if before in left and one in right and (kern := kerns[left[before]][right[one]]):
            shown.append(f">{-kern}<")
            width += kern
        shown.append(f"{codes[one]:02X}")
        width += widths[one]
        before = one
    shown.append(">")
    return "".join(shown), width
