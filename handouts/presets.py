"""Goes in: the options of a call and the profile. Comes out: the same with those of the preset.

And the way back: options saved as a preset, in a `service.yaml` that is otherwise left alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.profile import Preset
from handouts.errors import ContentError, Fault, RequestError

if TYPE_CHECKING:
    from handouts.content.library import Library


def edit_presets(library: Library, content: str | None, name: str, preset: Preset | None) -> Path:
    """Save a preset, or remove it when it is None; the file is whole and sound, or as it was."""
    from handouts.fastpath.fingerprint import PROFILE  # noqa: PLC0415 - the same
    from handouts.preset_file import with_preset as put_in  # noqa: PLC0415
    from handouts.preset_file import without_preset  # noqa: PLC0415
    from handouts.profiles import find_profile, parse_profile  # noqa: PLC0415 - the same
    from handouts.system.files import write_atomically  # noqa: PLC0415 - only an edit needs these

    path = find_profile(content) or Path(PROFILE)
    raw = path.read_bytes() if path.is_file() else b""
    old = parse_profile(library, path, raw) if raw.strip() else None
    text = raw.decode()
    new = (
        without_preset(text, name, str(path))
        if preset is None
        else put_in(text, name, preset, str(path))
    )
    presets = dict(old.presets) if old else {}
    presets.pop(name, None)
    presets |= {name: preset} if preset else {}
    # Read back before it is written: everything else says what it said.
    try:
        found = parse_profile(library, path, new.encode())
    except ContentError as error:  # the words just given: the file was sound
        faults = (replace(fault, origin=None, path="") for fault in error.faults)
        raise RequestError(*faults) from None
    if dict(found.presets) != presets or (old and replace(old, presets=found.presets) != found):
        hint = "edit the file by hand"
        raise ContentError(Fault(message=f"cannot change `{path}` safely", hint=hint))
    write_atomically(path, new.encode())
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps the `..` of a name
