"""Read what belongs to a patient from a file or a person, and from no command line: `read_name`.

A command line stands in the list of processes, where everybody can read it, and in the history of
the shell.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from handouts.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping


ASKED = "-"
"""What stands for a word that is read from standard input."""
_MOST_BYTES = 2_000


def typed_personal(typed: Mapping[str, object]) -> dict[str, object]:
    """Return the name and the date of birth as given, read from standard input where `-` stands.

    Where that is no terminal, the name is the first line, and the date the next. Raises
    RequestError.
    """
    changed: dict[str, object] = {}
    file, name = typed.get("name_file"), typed.get("name")
    if file is not None:
        if name:
            message = "--name and --name-file cannot go together"
            raise RequestError(Fault(message=message, hint="keep one of them"))
        changed["name"] = _asked("Name", "name") if file == ASKED else _in_file(str(file))
    elif name == ASKED:
        changed["name"] = _asked("Name", "name")
    if typed.get("dob") == ASKED:
        changed["dob"] = _asked("Date of birth", "date of birth")
    return changed


def _asked(prompt: str, what: str) -> str:
    """Read a line from standard input; a person is asked for it."""
    if sys.stdin is None:
        raise _missing(what, "standard input is closed")
    if sys.stdin.isatty():
        sys.stderr.write(f"{prompt}: ")
        sys.stderr.flush()
    raw = sys.stdin.buffer.readline(_MOST_BYTES + 1)
    if not raw:
        raise _missing(what, "standard input ended")
    return _one_line(raw, what, "standard input")


def _in_file(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a name as typed; a pipe will do as well
            raw = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", "") or "it cannot be read").lower()
        message = f"cannot read the name in `{path}`: {reason}"
        hint = "name a file with the name in it, or - to type it"
        raise RequestError(Fault(message=message, hint=hint)) from None
    return _one_line(raw, "name", f"`{path}`")


def _one_line(raw: bytes, what: str, where: str) -> str:
    """Return the only line of some bytes; its words are in no message."""
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise RequestError(
            Fault(message=f"the {what} in {where} is not UTF-8 text", hint="save it as UTF-8")
        ) from None
    if not text:
        raise _missing(what, f"{where} holds none")
    if len(raw) > _MOST_BYTES or len(text.splitlines()) > 1:
        message = f"{where} holds more than a {what}"
        raise RequestError(Fault(message=message, hint=f"write the {what} on one line, alone"))
    return text


def _missing(what: str, why: str) -> RequestError:
    hint = f"write the {what} on a line, or leave the option out"
    return RequestError(Fault(message=f"there is no {what}: {why}", hint=hint, about=what))
