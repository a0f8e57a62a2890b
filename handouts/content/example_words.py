"""Read the words that examples in the help use, from the topic of the content: `example_words`.

Nothing of the content is parsed for it, so that help comes at once; what stands there is checked
where the topic is read. A content without such words has examples with words in capitals.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from handouts.fastpath.fingerprint import content_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES = "examples"
"""The key of the topic."""
KEYS = (
    "region", "other-region", "typed-region", "flag", "other-flag", "typed-flag",
    "other-typed-flag", "block", "drawing",
)  # fmt: skip
"""What examples name: by id, or typed as people say it."""
_FILE = "topic.yaml"
_MOST = 200_000
_LINE = re.compile(r"  ([a-z-]+): +(?:\"([^\"]*)\"|'([^']*)'|(.*?))(?: +#.*)?")
_MARK = re.compile(r"\{([a-z-]+)\}")


def example_words() -> Mapping[str, str]:
    """Return the words for examples by their keys; none where they cannot be read."""
    try:
        with open(os.path.join(content_folder(), _FILE), encoding="utf-8") as file:  # noqa: PTH118, PTH123 - pathlib is not loaded for --help
            lines = file.read(_MOST).splitlines()
    except (OSError, ValueError):
        return {}
    start = lines.index(f"{EXAMPLES}:") + 1 if f"{EXAMPLES}:" in lines else len(lines)
    found: dict[str, str] = {}
    for line in lines[start:]:
        read = _LINE.fullmatch(line)
        if read is None:
            break
        found[read[1]] = read[2] or read[3] or read[4] or ""
    return found


def with_examples(text: str) -> str:
    """Fill marks such as {region} with words of the content, in quotes where they are several."""
    if _MARK.search(text) is None:
        return text
    words = example_words()

    def filled(mark: re.Match[str]) -> str:
        if mark[1] not in KEYS:
            return mark[0]
        word = words.get(mark[1]) or mark[1].upper()
        return f'"{word}"' if " " in word else word

    return _MARK.sub(filled, text)
