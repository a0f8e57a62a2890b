"""Hold a worklist in memory under a name that programs can open: `MemoryFile`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


class MemoryFile:
    """A file whose bytes are in memory only; its name on the disk is a link that says nothing.

    Where the system has no such files (other than Linux), they are in the user's own folder of
    temporary files until the file is closed.
    """

    def __init__(self, suffix: str, content: bytes = b"") -> None:
        """`suffix` is what its name ends in, such as `.csv`: programs tell kinds of files by it."""
        self._folder = tempfile.TemporaryDirectory(prefix="handouts-")
        self.path = str(Path(self._folder.name) / f"worklist{suffix}")
        if hasattr(os, "memfd_create"):
            self._descriptor = os.memfd_create("worklist", os.MFD_CLOEXEC)
            Path(self.path).symlink_to(f"/proc/{os.getpid()}/fd/{self._descriptor}")
        else:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with open(self._descriptor, "wb", closefd=False) as file:
            file.write(content)

    def read(self) -> bytes:
        """Return the bytes that it has now."""
        return Path(self.path).read_bytes()

    def close(self) -> None:
        """Forget the bytes."""
        os.close(self._descriptor)
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()
