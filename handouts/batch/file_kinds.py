"""Tell what kind of file a worklist is and how its text is encoded: `kind_of`, `encoding_of`.

What a file is called and what it is often differ: a web page may be named .xls. A worklist comes
from elsewhere, so however it was made, reading it takes little memory and ends.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.list_form import ENCODINGS, is_encoding
from handouts.errors import Fault, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


MOST_BYTES = 64 << 20
MOST_ROWS = 1 << 18
"""More than twice those of the largest worklist that is tried."""
MOST_COLUMNS = 256
MOST_LINE = 1 << 18
"""Of one row, in bytes and in characters."""


@contextmanager
def reporting_unreadable(path: str) -> Iterator[None]:
    """Say what is wrong with a file that cannot be read; raises RequestError."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        hint, on_page = "name a worklist; --template writes a sample", "choose another file"
        raise unreadable_error(path, reason, hint, on_page) from error
    except UnicodeError as error:
        reason = "it is not text in a known encoding"
        raise unreadable_error(path, reason, _SAY, _SAY_ON_PAGE) from error


def check_file(path: str) -> None:
    """Refuse what is no file, and what is larger than any worklist; raises RequestError.

    A pipe cannot be read twice, and a worklist is.
    """
    found = os.stat(path)  # noqa: PTH116 - a name as typed
    if not stat.S_ISREG(found.st_mode):
        raise unreadable_error(
            path, "it is not a plain file", "save the worklist to a file, and name that"
        )
    if found.st_size > MOST_BYTES:
        raise unreadable_error(
            path, "it is larger than any worklist", "split it into several files"
        )


def check_head(path: str, head: Sequence[str]) -> None:
    """Refuse more columns than any worklist has; raises RequestError."""
    if len(head) > MOST_COLUMNS:
        hint = "keep only those that leaflets need; --template writes a sample worklist"
        reason, on_page = f"it has more than {MOST_COLUMNS} columns", hint.partition(";")[0]
        raise unreadable_error(path, reason, hint, on_page)


def check_rows(path: str, number: int) -> None:
    """Refuse more rows than any worklist has; raises RequestError."""
    if number > MOST_ROWS:
        raise unreadable_error(
            path, f"it has more than {MOST_ROWS} rows", "split it into several files"
        )


def unreadable_error(path: str, reason: str, hint: str, on_page: str = "") -> RequestError:
    """Make the error of a worklist that cannot be used; `on_page` is what to do on the page.

    The page does not name the file: it was chosen there, and its path here is none that they know.
    """
    name = os.path.basename(path)  # noqa: PTH119 - a name as typed
    message, said = (
        f"cannot use `{name}`: {reason}",
        f"this file cannot be used as a list: {reason}",
    )
    return RequestError(Fault(message=message, hint=hint, on_page=on_page, said_on_page=said))


def empty_error(path: str) -> RequestError:
    """Make the error of a worklist without a header."""
    return unreadable_error(path, "it is empty", "name the columns in its first row")


USUAL, MARKED, OLD = "utf-8", "utf-8-sig", "cp1252"
_CHUNK = 1 << 16
_NOT_IN_OLD = b"\x81\x8d\x8f\x90\x9d"
_ODD_WORD = re.compile(r"[^\W\d_][¹²³¼½¾¿¤¦±¶§µ][^\W\d_]")
"""A sign that stands between letters only where another alphabet was meant: `Pawe³ek`."""
_SAY = "save it as CSV UTF-8, or say what it is, as in: --encoding cp1250"
_SAY_ON_PAGE = "save it as CSV UTF-8, or write its encoding under “How to read it”, such as cp1250"


class Encoding(Struct, frozen=True):
    """How a text is encoded."""

    name: str
    """As Python calls it."""
    note: str = ""
    """What a person should know; empty where it is certain."""


def encoding_of(path: str, said: str = "") -> Encoding:
    """Tell how a text is encoded: as was said, by its mark, as UTF-8 if it is, else as Excel does.

    Raises RequestError for what is no text, and where the last guess cannot be right.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - a name as typed
        start = file.read(4)
    wide = start.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    if said:
        if not is_encoding(said):
            message = f"unknown encoding `{shorten(said)}`"
            raise RequestError(Fault(message=message, hint=ENCODINGS))
        wide = wide or said.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    found = _looked_through(path, wide=wide)
    if said:
        return Encoding(said)
    if wide:
        return Encoding("utf-16")
    if found is None:
        return Encoding(MARKED if start.startswith(BOM_UTF8) else USUAL)
    return _old(path, found)


def _looked_through(path: str, *, wide: bool) -> int | None:
    """Check that a file is a text; give the line where it is not UTF-8, or None."""
    decoder = getincrementaldecoder("utf-8")()
    endless, line, odd = 0, 1, None
    for chunk in _chunks(path):
        if b"\0" in chunk and not wide:
            hint = "save it as CSV UTF-8; if it is UTF-16 without a mark, add: --encoding utf-16-le"
            on_page = (
                "save it as CSV UTF-8; if it is UTF-16 without a mark, write as its encoding "
                "utf-16-le"
            )
            raise unreadable_error(path, "it is not a text file", hint, on_page)
        endless = 0 if b"\n" in chunk or b"\r" in chunk else endless + len(chunk)
        if endless > MOST_LINE:
            raise unreadable_error(
                path, "it has a line without an end", "name a worklist, saved as CSV",
                "choose a list that is saved as CSV",
            )  # fmt: skip
        if odd is None and not wide:
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                odd = line + chunk.count(b"\n", 0, error.start)
        line += chunk.count(b"\n")
    return odd


def _old(path: str, odd: int) -> Encoding:
    """Take a text that is not UTF-8 for Excel's; raises RequestError where it is another's."""
    line = f"line {odd} is not UTF-8"
    ends = False
    for number, raw in enumerate(_lines(path), 1):
        ends |= raw.endswith(b"\n")
        text = raw.decode(OLD, "replace")
        if any(byte in raw for byte in _NOT_IN_OLD) or _ODD_WORD.search(text):
            reason = f"it is neither UTF-8 nor Windows-1252: see line {number}"
            raise unreadable_error(path, reason, _SAY, _SAY_ON_PAGE)
    if not ends:
        hint = "save it as CSV UTF-8, or if it is a Mac's, add: --encoding mac-roman"
        reason = f"{line}, and it has the line ends of an old Mac"
        on_page = "save it as CSV UTF-8, or if it is a Mac's, write as its encoding mac-roman"
        raise unreadable_error(path, reason, hint, on_page)
    return Encoding(OLD, f"read as Windows-1252, because {line}: check a name with an accent there")


def _lines(path: str) -> Iterator[bytes]:
    """Read a file by lines, however they end; no line is longer than a row may be."""
    with open(path, "rb") as file:  # noqa: PTH123 - a name as typed
        while line := file.readline(MOST_LINE):
            yield line


def _chunks(path: str) -> Iterator[bytes]:
    """Read a file in pieces; the last one is empty."""
    with open(path, "rb") as file:  # noqa: PTH123 - a name as typed
        while chunk := file.read(_CHUNK):
            yield chunk
    yield b""


CSV, JSON, XLSX, ODS = "csv", "jsonl", "xlsx", "ods"
_SUFFIXES = {
    ".csv": CSV, ".tsv": CSV, ".txt": CSV, ".jsonl": JSON, ".ndjson": JSON,
    ".xlsx": XLSX, ".xlsm": XLSX, ".ods": ODS,
}  # fmt: skip
SUFFIXES = tuple(_SUFFIXES)
"""With which the name of a list can end."""
NAMES = ".csv, .tsv, .xlsx, .ods or .jsonl"
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\3\4"
_LOCKED = tuple(word.encode("utf-16-le") for word in ("EncryptedPackage", "DRMEncrypted"))
_FIRST = 4096
_SAVE = "open it in a spreadsheet program and save a copy as .xlsx or CSV UTF-8"
_WEB = (b"<", b"mime-version:")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_STRICT = b"purl.oclc.org/ooxml"
_NAME, _CHOOSE = f"name a worklist: {NAMES}", f"choose a list: a file named {NAMES}"
_OTHERS = {b"%PDF": "a PDF", b"{\\rtf": "a text document", b"\x89PNG": "a picture"}


def kind_of(path: str) -> str:
    """Tell what kind of list a file is; raises RequestError with what to do for every other."""
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - a name as typed
    named = _SUFFIXES.get(suffix)
    with open(path, "rb") as file:  # noqa: PTH123
        start = file.read(_FIRST)
    if start.startswith(_OLE):
        raise _old_format(path)
    found = _packed(path) if start.startswith(_ZIP) else ""
    if found and named != found:
        raise unreadable_error(path, "it is a spreadsheet", f"give it a name that ends in .{found}")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if named != JSON and text.startswith(_WEB):
        raise unreadable_error(path, "it is a web page or XML, whatever its name says", _SAVE)
    for mark, what in _OTHERS.items():
        if start.startswith(mark):
            raise unreadable_error(path, f"it is {what}", _NAME, _CHOOSE)
    if named in (XLSX, ODS) and not found:
        raise unreadable_error(path, f"it is not a complete {suffix} file", _SAVE)
    if named is None:
        raise _unnamed(path, suffix, start)
    return named


def _old_format(path: str) -> Exception:
    """Say what a compound file is: a locked workbook, or one of the format before 2007."""
    before = b""
    with open(path, "rb") as file:  # noqa: PTH123 - a name as typed
        while chunk := file.read(1 << 20):
            if any(word in before + chunk for word in _LOCKED):
                return _locked(path)
            before = chunk[-64:]
    return unreadable_error(path, "it is of the old format .xls, or no list at all", _SAVE)


def _locked(path: str) -> Exception:
    hint = "open it, and save a copy without a password or a label of protection"
    return unreadable_error(path, "it has a password", hint)


def _packed(path: str) -> str:
    """Tell which kind of spreadsheet a packed file is; empty where it is damaged."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = {one.filename: one for one in packed.infolist()}
            if any(one.flag_bits & 1 for one in names.values()):
                raise _locked(path)
            said = {name: _start(packed, names, name) for name in _TELLING}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        return ""
    if said["mimetype"].strip() == _OPEN_DOCUMENT:
        if b"encryption-data" in said["META-INF/manifest.xml"]:
            raise _locked(path)
        return ODS
    if "xl/workbook.bin" in names or "Index/Document.iwa" in names:
        raise unreadable_error(path, "it is a spreadsheet of a format that is not read", _SAVE)
    if _STRICT in said["xl/workbook.xml"]:
        hint = "save a copy as “Excel Workbook (.xlsx)”, not as “Strict Open XML”"
        raise unreadable_error(path, "it is a Strict Open XML workbook", hint)
    if "[Content_Types].xml" in names or "xl/workbook.xml" in names:
        return XLSX
    raise unreadable_error(path, "it is a packed file, not a spreadsheet", _NAME, _CHOOSE)


_TELLING = ("mimetype", "META-INF/manifest.xml", "xl/workbook.xml")


def _start(packed: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    """Read the start of a part; nothing where there is none."""
    if name not in names:
        return b""
    with packed.open(name) as part:
        return part.read(min(names[name].file_size, MOST_BYTES, 1 << 20))


def _unnamed(path: str, suffix: str, start: bytes) -> Exception:
    """Say what to do with a file whose name tells nothing."""
    if suffix == ".xls" and b"\0" not in start:
        hint = "give it a name that ends in .csv (or .tsv, with tabs between the cells)"
        return unreadable_error(path, "it is a text, whatever its name says", hint)
    if suffix == ".json":
        hint = "write one object on each line, and name the file .jsonl"
        return unreadable_error(path, "its file type is not known", hint)
    return unreadable_error(path, "its file type is not known", f"name it {NAMES}")
