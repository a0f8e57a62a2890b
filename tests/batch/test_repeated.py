"""The same list twice is seen by its bytes, within some hours, unless somebody wants it again."""

from datetime import datetime
from pathlib import Path

from handouts.batch.repeated import earlier_run

NOW = datetime(2026, 11, 29, 18, 30)  # noqa: DTZ001 - the clock on the wall
LIST = b"row id,region\n1,neck\n"


def listed(folder: Path, name: str, content: bytes = LIST) -> Path:
    """Put a list into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def test_the_newest_run_with_the_same_bytes_is_found(tmp_path: Path) -> None:
    """Whatever its name; what is older than the hours, or is no run, does not count."""
    done = tmp_path / "done"
    listed(done / "2026-11-29-060000-01", "a.csv")
    listed(done / "2026-11-29-080000-01", "b.csv")
    listed(done / "2026-11-29-090000-01", "c.csv", LIST.replace(b"neck", b"back"))
    listed(done / "notes", "a.csv")
    new = listed(tmp_path / "working", "d.csv")
    found = earlier_run(new, done, 12, NOW)
    assert found is not None
    assert found.name == "2026-11-29-080000-01"
    assert earlier_run(new, done, 10, NOW) is None
    assert earlier_run(new, done, 0, NOW) is None
    other = listed(tmp_path / "working", "e.csv", LIST + b"2,neck\n")
    assert earlier_run(other, done, 24, NOW) is None


def test_a_list_that_is_wanted_again_is_a_new_one(tmp_path: Path) -> None:
    """Its name says so."""
    done = tmp_path / "done"
    listed(done / "2026-11-29-080000-01", "a.csv")
    assert earlier_run(listed(tmp_path, "Again-1.csv"), done, 12, NOW) is None
