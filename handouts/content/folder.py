"""Name the files of a content folder, read their bytes and digest them: `read_files`.

The digest covers names and bytes, so the same words have the same version on every machine.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from handouts.content.own_picture import PICTURES
from handouts.content.profile import LOGO_KINDS
from handouts.errors import ContentError, Fault, Origin
from handouts.system.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


FILES = (
    "vocabulary.yaml", "topic.yaml", "labels.yaml", "places.yaml", "sources.yaml", "flags.yaml",
    "advice.csv",
    "classes.yaml", "red_flags.yaml", "emergency_lines.yaml", "exercises.yaml", "figures.yaml",
    "registry.yaml", "synonyms.yaml", "answers.yaml", "invariants.yaml", "names.yaml",
)  # fmt: skip
INVARIANTS = "invariants.yaml"
NAMES = "names.yaml"
RULES = (INVARIANTS, NAMES)
"""The rules of safety: part of the content, and of its version, but not of the words."""
_COMPARE = "handout content diff --brief"
"""It runs with any folder, and says with what words a merge does."""
_NO_WORDS_BEFORE = frozenset({*RULES, "synonyms.yaml", "answers.yaml", "topic.yaml"})
"""Files that had no part in the digests of earlier programs."""
YOUNGER = frozenset({"registry.yaml", "synonyms.yaml", "answers.yaml", "topic.yaml", *RULES})
"""What content of an earlier day may lack, where it is only compared with."""


def read_files(path: Path, *, older: bool = False) -> tuple[dict[str, bytes], list[Fault]]:
    """Return the bytes of each file by its name, and a fault for each that cannot be read.

    `older` content may lack the files in YOUNGER. Raises ContentError when there is no folder.
    """
    refuse_no_content(path)
    blocks = [f"blocks/{one.name}" for one in sorted((path / "blocks").glob("*.yaml"))]
    pictures = [f"{PICTURES}/{one}" for one in picture_files(path)]
    raw: dict[str, bytes] = {}
    faults: list[Fault] = []
    for file in (*FILES, *blocks, *pictures):
        try:
            raw[file] = read_limited(path / file)
        except OSError as error:
            if older and file in YOUNGER and isinstance(error, FileNotFoundError):
                continue
            reason = (error.strerror or "cannot be read").lower()
            origin = Origin(f"{path.name}/{file}", 1)
            hint = "restore the file"
            if isinstance(error, PermissionError):
                hint = "ask whoever owns it to let you read it"
            elif file == "topic.yaml":
                hint += ", or copy the one that ships (`handout info` says where) and make it yours"
            if file in RULES and not isinstance(error, PermissionError):
                hint += ": without it nothing can be proved"
            if isinstance(error, FileNotFoundError):
                hint += f"; where content is older than the program: {_COMPARE} --content {path}"
            faults.append(Fault(message=reason, origin=origin, hint=hint))
    if not blocks:
        origin = Origin("blocks", 1)
        faults.append(
            Fault(message="no files in blocks/", origin=origin, hint="restore the folder")
        )
    return raw, faults


def refuse_no_content(path: Path) -> None:
    """Raise ContentError where there is no folder, or one without a single file of content."""
    hint = "name one with --content or HANDOUTS_CONTENT"
    if os.path.isdir(path):  # noqa: PTH112 - False too for a name that no system can have
        if (path / "blocks").is_dir() or any((path / file).exists() for file in FILES):
            return
        inside = path / "content"
        message = f"`{path}` is no folder of content: nothing that belongs there is in it"
        hint = f"did you mean `{inside}`?" if inside.is_dir() else hint
    elif os.path.exists(path):  # noqa: PTH110 - the same
        message = f"`{path}` is a file, and content is a folder"
    else:
        message = f"no content folder at {path}"
    on_page = "ask whoever runs this page: the folder of the words is not there"
    raise ContentError(Fault(message=message, hint=hint, on_page=on_page))


def picture_files(path: Path) -> list[str]:
    """Name the own pictures of a content folder; usually there are none."""
    folder = path / PICTURES
    if not folder.is_dir():
        return []
    return sorted(one.name for one in folder.iterdir() if one.name.lower().endswith(LOGO_KINDS))


def digest_of(raw: Mapping[str, bytes]) -> str:
    """Return the SHA-256, in hex, of names and bytes of files; their order does not matter."""
    digest = hashlib.sha256()
    for file in sorted(raw):
        digest.update(f"{file}\0{len(raw[file])}\0".encode())
        digest.update(raw[file])
    return digest.hexdigest()


def digest_of_words(raw: Mapping[str, bytes]) -> str:
    """Digest what digests were made of before rules of safety and synonyms had a part in them."""
    return digest_of({file: one for file, one in raw.items() if file not in _NO_WORDS_BEFORE})


def read_bytes(folder: Path, file: str) -> bytes | None:
    """Return the bytes of a file, None when there is none; raises ContentError if unreadable."""
    try:
        return read_limited(folder / file)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        origin = Origin(f"{folder.name}/{file}", 1)
        raise ContentError(Fault(message=reason, origin=origin, hint="restore the file")) from error
