"""Run `handout` where the system lacks and refuses what Windows lacks and refuses.

    python tests/support/like_windows.py make --region neck

It is not Windows. What is taken away is what the program could have leaned on: the modules and
names of POSIX, fork, locks on folders, and renaming or removing a file that is open.
"""

import asyncio
import codecs
import concurrent.futures.process
import importlib.abc
import importlib.machinery
import multiprocessing
import multiprocessing.connection
import multiprocessing.popen_spawn_posix
import multiprocessing.queues
import multiprocessing.resource_tracker
import multiprocessing.synchronize
import multiprocessing.util
import os
import signal
import stat
import sys
import types
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

# What others need of POSIX, they take before it is hidden.
import click
import fontTools.ttLib
import jinja2
import openpyxl
import PIL.Image
import pypdf
import reportlab.pdfgen.canvas
import starlette.applications
import uvicorn

TAKEN = (codecs, concurrent.futures, click, fontTools.ttLib, jinja2, openpyxl, PIL.Image, pypdf)
TAKEN_TOO = (asyncio, multiprocessing.popen_spawn_posix, multiprocessing.resource_tracker)
OTHERS = (reportlab.pdfgen.canvas, starlette.applications, uvicorn)
MODULES = frozenset(
    {"crypt", "fcntl", "grp", "nis", "pty", "pwd", "readline", "resource", "syslog", "termios"}
)
NAMES = {
    os: (
        *("O_NONBLOCK", "O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "geteuid", "getuid", "getgid"),
        *("getpgid", "fchmod", "fchown", "chown", "fork", "killpg", "setsid", "mkfifo"),
        *("sched_getaffinity", "statvfs"),
    ),
    signal: ("pthread_sigmask", "SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGCHLD"),
}
HELD = 32
"""What Windows calls a sharing violation."""


class HidePosix(importlib.abc.MetaPathFinder):
    """Finds no module of POSIX."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Refuse such a module; leave all others to those who find them."""
        del path, target
        if name in MODULES:
            raise ImportError(f"No module named {name!r}", name=name)
        return None


class Linux:
    """The module `sys` as it is: for those who start workers here."""

    platform = sys.platform

    def __getattr__(self, name: str) -> object:
        """Give what is asked for of `sys`."""
        return getattr(sys, name)

    def __setattr__(self, name: str, value: object) -> None:
        """Set it there."""
        setattr(sys, name, value)


def is_open(path: str | bytes | os.PathLike[Any]) -> bool:
    """Tell whether this process has a file open."""
    wanted = os.path.realpath(os.fsdecode(path))
    return any(os.path.realpath(one) == wanted for one in Path("/proc/self/fd").iterdir())


def refusing(do: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of `os` that refuses a file which is open, as Windows says it."""

    def refuse(*paths: str, **others: object) -> object:
        for one in paths:
            if is_open(one):
                error = PermissionError(13, "Permission denied", one)
                error.winerror = HELD  # type: ignore[attr-defined,unused-ignore] # on Windows alone
                raise error
        return do(*paths, **others)

    return refuse


def opening(do: Callable[..., int]) -> Callable[..., int]:
    """Return `os.open`, which opens no folder."""

    def refuse(path: str, flags: int, *others: int, **more: int) -> int:
        descriptor = do(path, flags, *others, **more)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise PermissionError(13, "Permission denied", path)
        return descriptor

    return refuse


def become_like_windows() -> None:
    """Take away what Windows lacks, in this process and those that it starts afresh."""
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, HidePosix())
    # What starts workers on Linux is not ours, and may go on as it does.
    tracker: Any = multiprocessing.resource_tracker
    tracker.signal = types.SimpleNamespace(**vars(signal))
    for name, module in list(sys.modules.items()):
        if name.startswith("multiprocessing.") and hasattr(module, "sys"):
            setattr(module, "sys", Linux())  # noqa: B010 - no module declares it
    for owner, names in NAMES.items():
        for name in filter(partial(hasattr, owner), names):
            delattr(owner, name)
    for name in ("replace", "rename", "unlink", "remove"):
        setattr(os, name, refusing(getattr(os, name)))
    os.open = opening(os.open)
    multiprocessing.get_all_start_methods = lambda: ["spawn"]
    sys.platform = "win32"
    # Text that is read or written in the encoding of the computer is another text on Windows.
    warnings.filterwarnings("error", category=EncodingWarning, module=r"handouts\b")


become_like_windows()  # also in a worker, which imports this file

if __name__ == "__main__":
    from handouts.__main__ import main

    sys.argv[0] = "handout"
    main()
