"""Load the safety rules of a content folder from the cache, or parse them: `load_rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.folder import RULES, digest_of
from handouts.system.files import read_limited
from handouts.system.object_cache import cached

if TYPE_CHECKING:
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.safety.guard import Invariant


NAMES = "names.yaml"


def load_rules(library: Library, folder: Path, *, older: bool = False) -> tuple[Invariant, ...]:
    """Bind the rules of a content folder to its library; raises ContentError with every fault.

    `older` rules may lack some that this program asks for.
    """
    try:
        digest = digest_of({name: read_limited(folder / name) for name in RULES})
    except OSError:
        return _read(library, folder, older=older)  # which says what is wrong, and where
    key = f"{folder.name} {library.version} {digest} {older}"
    return cached("rules", key, lambda: _read(library, folder, older=older))


def _read(library: Library, folder: Path, *, older: bool) -> tuple[Invariant, ...]:
    from handouts.safety.invariants import load_invariants  # noqa: PLC0415 - the cache needs no YAML

    return load_invariants(library, folder, older=older).rules


def medicine_words(folder: Path) -> frozenset[str]:
    """List the names of medicines in `names.yaml`, word by word, in small letters.

    Raises ContentError for a file that is not there or is not YAML.
    """
    from handouts.content.yaml_reader import YamlReader, read_file  # noqa: PLC0415

    entry = read_file(YamlReader(), folder, NAMES)
    words: set[str] = set()
    for key in ("classes", "never"):
        field = entry.get(key)
        for name in field.keys() if field else ():
            names = field.get(name) if field and not name.startswith("ex-") else None
            words.update(one.lower() for text in (names.texts() if names else ())
                         if " " not in (one := text.strip(" *:")))  # fmt: skip
    return frozenset(words)
