"""Find the run that made the same list a short while ago: `earlier_run`.

A list that is dropped twice, or saved under two names, would be printed twice. Lists are the same
where they have the same bytes.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


RUN_TIME = "%Y-%m-%d-%H%M%S"
"""How the name of a run begins."""
_TIME_LETTERS = len("2026-11-29-211830")
REPEAT_AFTER = 12.0
"""Hours: a list that is dropped twice on one day is a mistake, and tomorrow's may be the same."""
AGAIN = "again"
"""What the name of a list begins with that somebody wants once more."""


def earlier_run(worklist: Path, done: Path, hours: float, now: datetime) -> Path | None:
    """Return the folder in `done` of the newest run with the same list; None: none in these hours.

    A list whose name begins with AGAIN has none.
    """
    if not hours or worklist.name.lower().startswith(AGAIN):
        return None
    since = now - timedelta(hours=hours)
    size, digest = worklist.stat().st_size, ""
    for run in sorted(done.iterdir(), reverse=True):
        begun = _time_of(run)
        if begun is None:
            continue  # not a folder of ours
        if begun < since:
            return None
        for one in sorted(run.iterdir()):
            if one.is_symlink() or not one.is_file() or one.stat().st_size != size:
                continue
            digest = digest or _digest(worklist)
            if _digest(one) == digest:
                return run
    return None


def _time_of(run: Path) -> datetime | None:
    try:
        begun = datetime.strptime(run.name[:_TIME_LETTERS], RUN_TIME)  # noqa: DTZ007 - the clock on the wall
    except ValueError:
        return None
    return begun if run.is_dir() else None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
