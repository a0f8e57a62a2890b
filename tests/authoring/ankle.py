"""Put together a second topic, a sprained ankle, from its own words: `ankle_content`.

An example for tests and authors: no clinician has seen its words. Files that are no topic's own
are those that ship.
"""

import shutil
from pathlib import Path

from handouts.content.load import resource

OWN = Path(__file__).parents[1] / "data" / "ankle"
SHARED = ("labels.yaml", "places.yaml", "record.yaml", "pile.yaml")
"""The words of the page and of places, which every topic has."""


def ankle_content(folder: Path) -> Path:
    """Write the content into a folder that is not there yet, and return it."""
    shutil.copytree(OWN, folder, ignore=shutil.ignore_patterns("README.md"))
    for name in SHARED:
        shutil.copyfile(resource("content") / name, folder / name)
    return folder
