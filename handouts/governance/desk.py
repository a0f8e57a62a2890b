"""Parse what `service.yaml` says of the desk: files, sharing and printing: `parse_desk`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from handouts.content.yaml_reader import Entry


GROUP, OWNER = "group", "owner"
_PRINTER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@-]{0,126}")
"""As CUPS lets a printer or a tray be called."""
_FIELDS = ("region", "status", "date", "edition")
_FILE_NAME = re.compile(rf"(?:[A-Za-z0-9_-]|\{{(?:{'|'.join(_FIELDS)})\}})+")
_LONGEST = 60


class DeskFields(TypedDict):
    """The fields of a profile that speak of the desk."""

    shared: bool
    printer: str
    tray: str
    output: str
    file_name: str


def parse_desk(entry: Entry) -> DeskFields:
    """Read the keys of the desk; each that is wrong is a fault, and empty in the result."""
    share, output = entry.get("share"), entry.get("output")
    name = entry.get("file-name")
    return {
        "shared": share.word((OWNER, GROUP), "share") == GROUP if share else False,
        "printer": _of_cups(entry.get("printer")),
        "tray": _of_cups(entry.get("tray")),
        "output": _folder(output) if output else "",
        "file_name": _file_name(name) if name else "",
    }


def _of_cups(entry: Entry | None) -> str:
    if entry is None:
        return ""
    text = entry.text()
    if not _PRINTER.fullmatch(text):
        hint = "write it as `lpstat -e` lists printers, and `lpoptions -l` lists trays"
        entry.fault(f"{entry.shown()} is no name of CUPS", hint=hint)
        return ""
    return text


def _folder(entry: Entry) -> str:
    text = entry.text()
    if not os.path.isabs(os.path.expanduser(text)):  # noqa: PTH111, PTH117 - a name as typed
        hint = "begin it with / or ~, or on Windows with C:, so that it is the same from anywhere"
        entry.fault(f"{entry.shown()} is not a whole path", hint=hint)
        return ""
    return text


def _file_name(entry: Entry) -> str:
    text = entry.text()
    if not _FILE_NAME.fullmatch(text) or len(text) > _LONGEST:
        fields = ", ".join(f"{{{one}}}" for one in _FIELDS)
        hint = f"letters, digits, - and _, and {fields}; nothing of a patient"
        entry.fault(f"{entry.shown()} cannot name a file", hint=hint)
        return ""
    return text
