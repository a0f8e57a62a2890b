"""Set what the usual typeface lacks: faces for other scripts, and shaping: `faces_of`, `shape_run`.

Each file of `fonts/names` is loaded when a text first needs it. Words are shaped with all that
their script asks for; the usual typeface is tried first.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fontTools import unicodedata as scripts
from msgspec import Struct

from handouts.errors import Fault, TypesettingError
from handouts.fastpath.fingerprint import resource
from handouts.render.pdf.bidi import MIRRORED
from handouts.render.pdf.fonts import Face, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


FOLDER = "names"
_FILES = {
    "Latn": ("Latin",),
    "Hebr": ("Hebrew",),
    "Arab": ("Arabic", "MoreArabic"),
    "Syrc": ("Syriac",),
    "Thaa": ("Thaana",),
    "Deva": ("Devanagari",),
    "Beng": ("Bengali",),
    "Guru": ("Gurmukhi",),
    "Gujr": ("Gujarati",),
    "Orya": ("Oriya",),
    "Taml": ("Tamil",),
    "Telu": ("Telugu",),
    "Knda": ("Kannada",),
    "Mlym": ("Malayalam",),
    "Sinh": ("Sinhala",),
    "Thai": ("Thai",),
    "Laoo": ("Lao",),
    "Mymr": ("Myanmar",),
    "Geor": ("Georgian",),
    "Ethi": ("Ethiopic",),
    "Khmr": ("Khmer",),
    "Tfng": ("Tifinagh",),
    "Armn": ("Armenian",),
    "Hani": ("Han", "Hangul"),
    "Hang": ("Hangul", "Han"),
}
"""The files for each script, by its code in ISO 15924, in the order in which they are tried."""
_SAME = {"Grek": "Latn", "Cyrl": "Latn", "Hira": "Hani", "Kana": "Hani", "Bopo": "Hani"}
"""Scripts that share a file with another."""
_ANY = ("Latn", "Hani")
"""Where a sign that is of no script is looked for."""
_NO_SCRIPT = frozenset({"Zyyy", "Zinh", "Zzzz"})
LEADING = {
    **dict.fromkeys(("Han", "Hangul", "Hebrew", "Ethiopic", "Syriac", "Thaana"), 1.1),
    **dict.fromkeys(("Arabic", "MoreArabic", "Devanagari", "Bengali", "Gurmukhi"), 1.2),
    **dict.fromkeys(("Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam"), 1.2),
    **dict.fromkeys(("Sinhala", "Thai", "Lao"), 1.2),
    **dict.fromkeys(("Khmer", "Myanmar"), 1.4),
}
"""What the leading of a paragraph is multiplied by, where its letters are taller than ours."""
_LIGATURES = {
    "\u0644\u0627": "\ufefb", "\u0644\u0623": "\ufef7", "\u0644\u0625": "\ufef9",
    "\u0644\u0622": "\ufef5",
}  # fmt: skip
"""Two letters that Arabic writes as one: readers turn a glyph that spells two round."""
_LEADING = "เแโใไເແໂໃໄ"
"""Vowels of Thai and Lao that are written before the letter they belong to."""
_NOTHING = "\u200b"
_INVISIBLE = "\u200b\u200c\u200d"


class SetRun(Struct, frozen=True):
    """A part of a word that one face sets."""

    face: Face
    text: str


class UnsetError(TypesettingError):
    """A text has a character that no face here has."""

    def __init__(self, text: str, at: int) -> None:
        one = text[at]
        message = f"no typeface here has the character `{one}` (U+{ord(one):04X})"
        super().__init__(Fault(message=message, hint="write it in other letters"))
        self.at = at
        """Where it is in the text."""


@cache
def _face(script: str) -> Face:
    """Return the face of a script, loaded once; raises TypesettingError for a broken file."""
    return Face(script, Path(resource("fonts")) / FOLDER / f"HandoutsNames-{script}.ttf")


def leading_of(face: Face) -> float:
    """Return what the leading of a paragraph is multiplied by for the letters of a face."""
    return LEADING.get(face.name.removeprefix("Handouts"), 1.0)


def unset_place(text: str, usual: Face) -> int | None:
    """Return where a text has the first character that no face here has; None: it has none."""
    for word in re.finditer(r"\S+", text):
        try:
            split_by_face(word[0], usual)
        except UnsetError as error:
            return word.start() + error.at
    return None


@lru_cache(maxsize=1024)
def split_by_face(word: str, usual: Face) -> tuple[SetRun, ...]:
    """Return the parts of a word with the face that sets each, the usual one where it can.

    Raises UnsetError for a character that no face has.
    """
    found: list[SetRun] = []
    at = 0
    for script, text in _by_script(word):
        files = _FILES.get(script, ()) if script else [one for key in _ANY for one in _FILES[key]]
        rest = text
        while rest:
            face, many = _longest(rest, usual, files)
            if not many:
                raise UnsetError(word, at)
            found.append(SetRun(face, rest[:many]))
            rest = rest[many:]
            at += many
    return tuple(found)


def _by_script(word: str) -> Iterator[tuple[str, str]]:
    """Yield the longest parts in one script; what is of no script goes with what is before it."""
    current, part = "", ""
    for one in word:
        script = scripts.script(one)
        script = "" if script in _NO_SCRIPT else _SAME.get(script, script)
        if not script:  # a sign of some scripts alone, such as the Arabic comma
            own = [_SAME.get(key, key) for key in scripts.script_extension(one)]
            script = own[0] if len(own) == 1 and own[0] in _FILES else ""
        if script and current and script != current:
            yield current, part
            part = ""
        current, part = script or current, part + one
    if part:
        yield current, part


def _longest(text: str, usual: Face, files: Sequence[str]) -> tuple[Face, int]:
    """Return the first face that sets most of a text from its start, and how much of it."""
    best, most = usual, _set_by(text, usual)
    for script in files:
        if most == len(text):
            break
        face = _face(script)
        if (many := _set_by(text, face)) > most:
            best, most = face, many
    return best, most


def _set_by(text: str, face: Face) -> int:
    """Count the characters from the start of a text that a face has."""
    known = face.font.face.charToGlyph
    for at, one in enumerate(text):
        if ord(one) not in known and one not in _INVISIBLE:
            return at
    return len(text)


@lru_cache(maxsize=4096)
def shape_run(face: Face, text: str, *, from_right: bool) -> Word:
    """Shape a part of a word that a face has every character of; cached.

    The characters of a cluster are shared out over its glyphs, so that text can be read back.
    """
    infos, positions = _shaped(face, text, from_right=from_right)
    spelled, plain = _spelled(text, [info.cluster for info in infos], from_right=from_right)
    per_em = 1000 / face.shaper.face.upem
    glyphs: list[str] = []
    kerns: list[int] = []
    rises: list[int] = []
    lead = total = 0
    for info, position, says in zip(infos, positions, spelled, strict=True):
        if from_right and says in _INVISIBLE and not position.x_advance:
            continue  # it shows nothing, and readers would part the word there
        advance = round(face.shaper.get_glyph_h_advance(info.codepoint) * per_em)
        glyphs.append(face.font.character(info.codepoint, says, advance))
        shift, wide = round(position.x_offset * per_em), round(position.x_advance * per_em)
        if kerns:
            kerns[-1] += shift
        else:
            lead = shift
        kerns.append(wide - advance - shift)
        rises.append(round(position.y_offset * per_em))
        total += wide
    return Word(
        "".join(glyphs),
        tuple(kerns),
        total / 1000,
        lead,
        tuple(rises) if any(rises) else (),
        "" if plain or from_right else text,
    )


def clusters(face: Face, text: str, *, from_right: bool) -> tuple[str, ...]:
    """Return the parts of a text between which a line may be cut: letters with their marks."""
    infos, _ = _shaped(face, text, from_right=from_right)
    starts = sorted({0} | {one.cluster for one in infos if text[one.cluster - 1] not in _LEADING})
    return tuple(text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True))


def _shaped(
    face: Face, text: str, *, from_right: bool
) -> tuple[list[Any], list[Any]]:  # uharfbuzz has no types
    import uharfbuzz  # noqa: PLC0415 - most leaflets have plain words only

    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if from_right else "ltr"
    buffer.language = "und"
    uharfbuzz.shape(face.shaper, buffer, {})
    return buffer.glyph_infos, buffer.glyph_positions


def _spelled(text: str, starts: Sequence[int], *, from_right: bool) -> tuple[list[str], bool]:
    """Return what each glyph spells, by the clusters that they are in, and whether all do."""
    order = sorted(set(starts))
    ends = dict(zip(order, [*order[1:], len(text)], strict=True))
    spelled = [_NOTHING] * len(starts)
    plain = True
    for start, end in ends.items():
        places = [at for at, one in enumerate(starts) if one == start]
        said = text[start:end]
        plain = plain and len(said) == len(places) == 1
        for number, at in enumerate(reversed(places) if from_right else places):
            last = number == len(places) - 1
            part = said[number:] if last else said[number : number + 1]
            spelled[at] = part or _NOTHING
            if from_right:
                spelled[at] = _LIGATURES.get(part, part.translate(MIRRORED)) or _NOTHING
    return spelled, plain
