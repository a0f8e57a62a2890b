"""A list is in memory only, under a name that says nothing."""

import tempfile
from pathlib import Path

import pytest

from handouts.web.memory_file import MemoryFile


def test_the_bytes_are_on_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is a link into memory; it can be read and written as a file, and is gone at last."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with MemoryFile(".csv", b"Ann Able") as file:
        assert Path(file.path).read_bytes() == b"Ann Able"
        assert [one for one in tmp_path.rglob("*") if one.is_file() and not one.is_symlink()] == []
        Path(file.path).write_bytes(b"Bob")
        assert file.read() == b"Bob"
    assert list(tmp_path.iterdir()) == []
