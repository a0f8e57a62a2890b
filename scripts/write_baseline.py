"""Write content/baseline.yaml anew from content that was reviewed as a whole.

Usage: python scripts/write_baseline.py BY DATE

For those who review the content that ships; everybody else accepts changes by name, with
`handout check --accept`.
"""

import sys
from pathlib import Path

from handouts.content.load import content_folder, load_library
from handouts.governance.approval import BASELINE
from handouts.governance.baseline import (
    ReviewedUnit,
    read_baseline,
    reviewed_content,
    write_baseline,
)


def main(by: str, on: str) -> None:
    """Keep who reviewed a unit whose words are the same; the others are reviewed by `by`."""
    path: Path = content_folder() / BASELINE
    before = read_baseline(path.name, path.read_bytes()) if path.exists() else {}
    records = []
    for unit, meaning in reviewed_content(load_library(), content_folder()).items():
        known = before.get(unit)
        same = known is not None and known.meaning.lines == meaning.lines
        records.append(known if same and known else ReviewedUnit(meaning=meaning, by=by, on=on))
    path.write_bytes(write_baseline(records))
    print(f"{len(records)} units written")


if __name__ == "__main__":
    main(*sys.argv[1:3])
