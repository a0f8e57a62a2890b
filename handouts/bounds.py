"""Goes in: what a file of rows is or holds. Comes out: an error for what is more than a worklist.

A worklist comes from elsewhere. However it was made, reading it takes little memory and ends.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from handouts.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 64 << 20
MOST_ROWS = 1 << 18
"""More than twice those of the largest worklist that is tried."""
MOST_COLUMNS = 256
MOST_LINE = 1 << 18
"""Of one row, in bytes and in characters."""


@contextmanager
def readable(path: str) -> Iterator[None]:
    """Say what is wrong with a file that cannot be read; raises RequestError."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise unreadable(path, reason, "name a worklist; --template writes one") from error
    except UnicodeError as error:
        raise unreadable(path, "it has bytes of no encoding", "save it as CSV UTF-8") from error


def check_file(path: str) -> None:
    """Refuse what is no file, and what is larger than any worklist; raises RequestError.

    A pipe cannot be read twice, and a worklist is.
    """
    found = os.stat(path)  # noqa: PTH116 - a name as typed
    if not stat.S_ISREG(found.st_mode):
        raise unreadable(path, "it is not a plain file", "save the worklist, and name that file")
    if found.st_size > MOST_BYTES:
        raise unreadable(path, "it is larger than any worklist", "split it into several files")


def check_head(path: str, head: Sequence[str]) -> None:
    """Refuse more columns than any worklist has; raises RequestError."""
    if len(head) > MOST_COLUMNS:
        hint = "keep those that leaflets need; --template writes a worklist"
        raise unreadable(path, f"it has more than {MOST_COLUMNS} columns", hint)


def check_rows(path: str, number: int) -> None:
    """Refuse more rows than any worklist has; raises RequestError."""
    if number > MOST_ROWS:
        raise unreadable(path, f"it has more than {MOST_ROWS} rows", "split it into several files")


def unreadable(path: str, reason: str, hint: str) -> RequestError:
    """Make the error of a worklist that cannot be used."""
    name = os.path.basename(path)  # noqa: PTH119 - a name as typed
    return RequestError(Fault(message=f"cannot use `{name}`: {reason}", hint=hint))


def empty(path: str) -> RequestError:
    """Make the error of a worklist without a row."""
    return unreadable(path, "it is empty", "name the columns in its first row")
