"""Load the rules of a content folder from the cache, or parse them: `load_record_rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.folder import digest_of
from handouts.record.rules import FILE
from handouts.system.files import read_limited
from handouts.system.object_cache import cached

if TYPE_CHECKING:
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.record.rules import RecordRules


def load_record_rules(library: Library, folder: Path) -> RecordRules:
    """Return the rules of a content folder; raises ContentError with every fault."""
    try:
        digest = digest_of({FILE: read_limited(folder / FILE)})
    except OSError:
        return _read(library, folder)  # which says what is wrong, and where
    return cached(
        "record", f"{folder.name} {library.version} {digest}", lambda: _read(library, folder)
    )


def _read(library: Library, folder: Path) -> RecordRules:
    from handouts.record.parse_rules import parse_rules  # noqa: PLC0415 - the cache needs no YAML

    return parse_rules(library, folder)
