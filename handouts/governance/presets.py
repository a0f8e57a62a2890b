"""Save or remove a preset in `service.yaml`: `edit_presets`, `preset_file`.

Only the lines of that preset change: comments, order and line ends stay. The file is parsed
again before it is written.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml
from msgspec.structs import replace

from handouts.content.profile import Preset
from handouts.errors import ContentError, Fault, Origin, RequestError
from handouts.fastpath.fingerprint import PROFILE, VARIABLE, own_profile, profile_paths

if TYPE_CHECKING:
    from handouts.content.library import Library
    from handouts.content.profile import Chosen


def preset_file(content: str | None, to: str | None = None) -> Path:
    """Name the file that presets are saved in: that of `to`, else the profile in use.

    Where there is none, it is the user's own, which counts in every folder. Raises RequestError
    where the file would take the place of a whole profile, or no profile is used at all.
    """
    from handouts.governance.load import find_profile  # noqa: PLC0415 - only an edit needs it

    used = find_profile(content)
    if to is None and used is not None:
        return used
    own = own_profile()
    if to is None and (os.environ.get(VARIABLE) is not None or not own):
        message = "no service.yaml is used here, so that no preset would be found again"
        hint = f"unset {VARIABLE}, or name with it the service.yaml that is to be used"
        raise RequestError(Fault(message=message, hint=hint))
    path = Path(os.path.expanduser(to or own))  # noqa: PTH111 - a name as typed
    if path.is_dir():
        path /= PROFILE
    ranks = [os.path.realpath(one) for one in profile_paths(content)]
    found = os.path.realpath(path)
    if used is None or os.path.lexists(path) or found not in ranks:
        return path
    if ranks.index(found) < ranks.index(os.path.realpath(used)):
        message = f"`{path}` would take the place of `{used}`, with all that it says"
        hint = f"copy that file first, or leave out --to: the preset then goes into `{used}`"
        raise RequestError(Fault(message=message, hint=hint))
    return path


def presets_in(library: Library, path: Path) -> dict[str, Preset]:
    """Read the presets of a file; none where there is no file. Raises ContentError."""
    from handouts.governance.load import parse_profile  # noqa: PLC0415 - only an edit needs it

    raw = path.read_bytes() if path.is_file() else b""
    return dict(parse_profile(library, path, raw).presets) if raw.strip() else {}


def edit_presets(library: Library, path: Path, name: str, preset: Preset | None) -> Path:
    """Save a preset, or remove it when it is None; the file is whole and sound, or as it was."""
    from handouts.governance.load import parse_profile  # noqa: PLC0415
    from handouts.system.files import output_error, write_atomically  # noqa: PLC0415
    from handouts.system.folders import make_folders, make_open  # noqa: PLC0415

    raw = path.read_bytes() if path.is_file() else b""
    old = parse_profile(library, path, raw) if raw.strip() else None
    text = raw.decode()
    new = (
        without_preset(text, name, str(path))
        if preset is None
        else with_preset(text, name, preset, str(path))
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
    try:
        make_folders(path.parent, make_open)
    except OSError as error:
        raise output_error(error, str(path)) from error
    hint = "ask whoever owns it; a service.yaml of your own would take its place as a whole"
    write_atomically(path, new.encode(), hint=hint)
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps the `..` of a name


_KEY = "presets"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INDENT = "  "
_NO_TEXTS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that YAML takes for something other than a text."""


class _Lines(NamedTuple):
    """Where something stands: its first line, and one past its last; 0 = the first of the file."""

    first: int
    end: int
    indent: str


def with_preset(text: str, name: str, preset: Preset, file: str) -> str:
    """Put a preset in, in place of one of the same name; raises ContentError for an odd file."""
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if "\r\n" in text else "\n"
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += newline
    whole, presets = _find(text, file)
    if whole is None:
        return "".join([*lines, f"{_KEY}:{newline}", *_written(name, preset, _INDENT, newline)])
    old = presets.get(name)
    indent = next(iter(presets.values())).indent if presets else whole.indent + _INDENT
    place = old or _Lines(whole.end, whole.end, indent)
    new = _written(name, preset, indent, newline)
    return "".join([*lines[: place.first], *new, *lines[place.end :]])


def without_preset(text: str, name: str, file: str) -> str:
    """Take the lines of a preset out; it must be there."""
    lines = text.splitlines(keepends=True)
    place = _find(text, file)[1][name]
    return "".join([*lines[: place.first], *lines[place.end :]])


def _find(text: str, file: str) -> tuple[_Lines | None, dict[str, _Lines]]:
    """Find the presets and each of them; None when the file has no `presets:`."""
    node = yaml.compose(text, Loader=_LOADER)
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == _KEY:
            indent = " " * key.start_mark.column
            if isinstance(value, yaml.MappingNode) and not value.flow_style and value.value:
                found = {one.value: _lines_of(one, inner) for one, inner in value.value}
                end = max(place.end for place in found.values())
                return _Lines(key.start_mark.line, end, indent), found
            if isinstance(value, yaml.ScalarNode):  # nothing is written after the key
                return _Lines(key.start_mark.line, key.start_mark.line + 1, indent), {}
            raise ContentError(
                Fault(
                    message="the presets are written in braces",
                    origin=Origin(file, key.start_mark.line + 1),
                    hint="write each preset on lines of its own, then save again",
                )
            )
    return None, {}


def _lines_of(key: yaml.Node, value: yaml.Node) -> _Lines:
    first = key.start_mark.line
    return _Lines(first, max(_last_line(value), first) + 1, " " * key.start_mark.column)


def _last_line(node: yaml.Node) -> int:
    """Return the last line on which something of a value stands; what follows may be comments."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return max((_last_line(value) for _, value in node.value), default=node.start_mark.line)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return max((_last_line(value) for value in node.value), default=node.start_mark.line)
    mark = node.end_mark
    # The end of a block text is the start of the line after it.
    return int(mark.line - (mark.column == 0 and mark.line > node.start_mark.line))


def _written(name: str, preset: Preset, indent: str, newline: str) -> list[str]:
    """Write a preset as YAML, one choice a line."""
    free = preset.form.chosen().keys() - {"head"}
    chosen = [
        f"{key}: {_scalar(value) if key in free and isinstance(value, str) else _value(value)}"
        for key, value in preset.chosen().items()
    ]
    return [
        f"{indent}{name}:{newline}",
        *(f"{indent}{_INDENT}{line}{newline}" for line in chosen),
    ]


def _value(value: Chosen) -> str:
    """Write one choice of a preset."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else f"[{', '.join(map(_scalar, value))}]"


def _scalar(text: str) -> str:
    """Quote what YAML could read as something other than text."""
    plain = re.fullmatch(r"[a-z][a-z0-9-]*", text) and text not in _NO_TEXTS
    return text if plain else json.dumps(text, ensure_ascii=False)
