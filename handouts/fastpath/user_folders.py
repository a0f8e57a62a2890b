"""Name the user's own folders on macOS and Windows: `own_folder`, `shared_settings`.

They are the folders that platformdirs names; on Linux those of the XDG standard are used, and this
module is not imported. The variables of that standard win everywhere, where they are set.
"""

from __future__ import annotations

import os
import sys

APP = "handouts"
WINDOWS = "win32"
MACOS = "darwin"
OTHERS = (WINDOWS, MACOS)
"""Systems with folders of their own."""
_MAC = {
    "cache": os.path.join("Library", "Caches"),
    "config": os.path.join("Library", "Application Support"),
    "state": os.path.join("Library", "Application Support"),
}


def own_folder(kind: str, system: str = sys.platform) -> str:
    """Return the user's folder for this program: `cache`, `config` or `state`.

    Empty where nobody knows whose home it is.
    """
    home = os.path.expanduser("~")
    if system == WINDOWS:
        usual = "" if home == "~" else os.path.join(home, "AppData", "Local")
        base = os.environ.get("LOCALAPPDATA") or usual
        parts = (APP, "Cache") if kind == "cache" else (APP,)
        return os.path.join(base, *parts) if base else ""
    return "" if home == "~" else os.path.join(home, _MAC[kind], APP)


def shared_settings(system: str = sys.platform) -> str:
    """Return the folder of settings that all users of the computer share."""
    if system == WINDOWS:
        return os.path.join(os.environ.get("PROGRAMDATA") or "C:\\ProgramData", APP)
    return f"/Library/Application Support/{APP}"
