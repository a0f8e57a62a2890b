"""Find the code of a leaflet in its PDF: `codes_of`."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from handouts.errors import Fault, RequestError, shorten
from handouts.selection.code import bare_code

_PDF = ".pdf"
_MOST_BYTES = 300_000_000
_PATH = re.compile(r"[/\\]|\.[A-Za-z]\w*$")
"""What a name of a file has, and no code."""
_SYMBOLS = r"([0-9A-Z]{4}(?:-[0-9A-Z]{2,5})+)"
"""A code as it is printed, in groups."""


def codes_of(word: str, label: str) -> list[str]:
    """Return the codes that a word names: a code, with or without its label, or those of a PDF.

    `label` is what stands before a code at the foot of a page. Raises RequestError for a PDF that
    cannot be read or shows no code.
    """
    if not word.strip().lower().endswith(_PDF):
        if _PATH.search(word):
            hint = "name the PDF of a leaflet, or type the code at its foot"
            message = f"`{shorten(word)}` is no code, and no PDF"
            raise RequestError(Fault(message=message, hint=hint))
        return [bare_code(word)]
    path = Path(word)
    shown = shorten(path.name)
    found = _codes_in(_text(path, shown), label)
    if not found:
        hint = "type the code at the foot of the leaflet"
        raise RequestError(Fault(message=f"`{shown}` shows no code of a leaflet", hint=hint))
    return found


def one_code_of(word: str, label: str) -> str:
    """Return the one code that a word names; raises RequestError as `codes_of`, and for several."""
    found = codes_of(word, label)
    if len(found) > 1:
        hint = "name one of the codes at the foot of its pages"
        message = f"the PDF holds {len(found)} leaflets: {', '.join(found[:3])}, …"
        raise RequestError(Fault(message=message, hint=hint))
    return found[0]


def _codes_in(text: str, label: str) -> list[str]:
    lead = re.escape(label.partition("{code}")[0].strip())
    return list(dict.fromkeys(re.findall(rf"{lead}\s+{_SYMBOLS}(?![0-9A-Z-])", text)))


def _text(path: Path, shown: str) -> str:
    """Read the words of a PDF; raises RequestError."""
    from pypdf import PdfReader  # noqa: PLC0415 - only a PDF needs it

    hint = "name the PDF of a leaflet, or type the code at its foot"
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        message = f"`{shown}` is not a file that can be read"
        raise RequestError(Fault(message=message, hint=hint))
    try:
        reader = PdfReader(BytesIO(path.read_bytes()))
        locked = reader.is_encrypted
        text = "" if locked else "\n".join(page.extract_text() for page in reader.pages)
    except Exception as error:  # the reader raises whatever a damaged file leads it to
        message = f"cannot read `{shown}`: it is damaged, or no PDF"
        raise RequestError(Fault(message=message, hint=hint)) from error
    if locked:
        hint = "type the code at its foot"
        raise RequestError(Fault(message=f"`{shown}` has a password", hint=hint))
    return text
