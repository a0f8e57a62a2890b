"""What of a leaflet changes with any change of content: `without_marks`, `text_without_marks`.

These are the version of the content, the code of the leaflet, and the day of the oldest review. A
picture or a golden text that holds them is another one at every change of content, until nobody
looks at it any more.
"""

import re

from msgspec import Struct, structs

from handouts.content.library import Library
from handouts.leaflet.tree import Leaflet

VERSION = "VERSION0"
CODE = "N2DK-RT8H-7TYF1"
REVIEWED = "22 November 2026"
_CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{2,5})+\b")
_DAY = r"\d{1,2}\s\w+\s\d{4}"


def text_without_marks(library: Library, text: str, code: str = CODE) -> str:
    """Put a fixed version, code and day of review in the place of those that a text names."""
    before, after = library.labels["version"].split("{reviewed}")
    label = before[before.rindex("}") + 1 :]
    reviewed = rf"(?<={re.escape(label)}){_DAY}(?={re.escape(after)})"
    text = re.sub(reviewed, REVIEWED, text)
    return _CODE.sub(code, text.replace(library.version[:8], VERSION))


def without_marks(library: Library, leaflet: Leaflet) -> Leaflet:
    """Give a leaflet with a fixed version, code and day of review in the place of its own."""
    parts = ("code", "code_line", "sections", "xhtml")
    return structs.replace(
        leaflet, **{name: _changed(library, getattr(leaflet, name)) for name in parts}
    )


def _changed(library: Library, value: object) -> object:
    """Change every text in a part of a leaflet."""
    if isinstance(value, str):
        return text_without_marks(library, value)
    if isinstance(value, tuple):
        return tuple(_changed(library, one) for one in value)
    if isinstance(value, Struct):
        names = value.__struct_fields__
        return structs.replace(
            value, **{name: _changed(library, getattr(value, name)) for name in names}
        )
    return value
