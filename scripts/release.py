"""Write the line of this version into `handouts/data/releases.csv`: `python scripts/release.py`.

Run it last, in the environment that `scripts/test` sets up (its libraries are those that the
release is tested with), with nothing changed and not committed. A code on a page then names the
version that made it, for ever. The file is no part of the program's digest.
"""

from __future__ import annotations

import csv
import os
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from handouts import __version__
from handouts.content.program_mark import RELEASES
from handouts.content.provenance import LIBRARIES
from handouts.content.releases import Release, read_releases

ROOT = Path(__file__).parent.parent


def other_libraries() -> list[str]:
    """Name the libraries whose version is not the tested one."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    tested = dict(line.lower().split("==") for line in lines if "==" in line)
    return [name for name in LIBRARIES if version(name) != tested[name]]


def main() -> int:
    """Add the line; 1 where that would be wrong."""
    os.environ["HANDOUTS_SERVICE"] = ""
    os.environ.pop("HANDOUTS_CONTENT", None)
    from handouts.pipeline import open_publisher  # noqa: PLC0415 - reads the environment

    if other := other_libraries():
        print(f"not the tested version: {', '.join(other)}; install with constraints.txt")
        return 1
    if any(one.version == __version__ for one in read_releases()):
        print(f"{__version__} is in {RELEASES.name} already: raise the version first")
        return 1
    made = open_publisher().provenance
    row = Release(__version__, date.today().isoformat(), made.program, made.words)  # noqa: DTZ011 - a day on a calendar
    with RELEASES.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(
            (row.version, row.released, row.program, row.words)
        )
    print(f"commit {RELEASES.name}, then: git tag -a v{__version__} -m 'Release {__version__}'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
