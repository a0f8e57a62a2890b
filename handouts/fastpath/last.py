"""Keep which leaflet was made last, without name, note and path: `keep_last`, `recall_last`.

It is a private file of the user. Where nothing is to be kept, as with an empty HANDOUTS_CACHE,
there is none.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from handouts.fastpath.atomic import FOLDER_MODE, replace_file

TYPE_CHECKING = False  # `typing` is not imported: see the package

if TYPE_CHECKING:
    from collections.abc import Sequence


LAST = "last"
_HEAD = "handout last 2"
_MOST_BYTES = 20_000


def state_folder() -> str | None:
    """Return the folder `handouts` in XDG_STATE_HOME or ~/.local/state; None where none is kept.

    macOS and Windows have a folder of their own for it.
    """
    if os.environ.get("HANDOUTS_CACHE") == "":
        return None
    if sys.platform != "linux" and not os.environ.get("XDG_STATE_HOME"):
        from handouts.fastpath import user_folders  # noqa: PLC0415 - on Linux it is not needed

        if sys.platform in user_folders.OTHERS:
            return user_folders.own_folder("state", sys.platform) or None
    home = os.path.expanduser("~")
    usual = os.path.join(home, ".local", "state") if home not in ("~", os.sep) else ""
    base = os.environ.get("XDG_STATE_HOME") or usual
    return os.path.join(base, "handouts") if base else None


def keep_last(words: Sequence[str]) -> None:
    """Keep what is to be known of the leaflet that was just made; failures are ignored.

    `words`: something if it had a note, the version of the content, and its options.
    """
    folder = state_folder()
    if folder is None:
        return
    text = "\n".join((_HEAD, str(int(time.time())), *words))
    with suppress(OSError):
        os.makedirs(folder, FOLDER_MODE, exist_ok=True)
        replace_file(os.path.join(folder, LAST), text.encode(), lasting=False)


def recall_last() -> tuple[int, list[str]] | None:
    """Return when a leaflet was made last, in seconds, and what was kept; None for none."""
    folder = state_folder()
    if folder is None:
        return None
    try:
        with open(os.path.join(folder, LAST), "rb") as file:
            head, when, *words = file.read(_MOST_BYTES).decode().split("\n")
        return (int(when), words) if head == _HEAD else None
    except (OSError, ValueError):
        return None
