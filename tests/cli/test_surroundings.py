"""What a machine may refuse: streams that are closed, folders that cannot be read, no processes."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handouts.cli.app import report
from tests.support.processes import DEADLINE

pytestmark = pytest.mark.slow

MAKE = (sys.executable, "-m", "handouts", "make", "--region", "neck", "-o", "a.pdf")


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "2>&- <&-", "1>&-", "1>&- 2>&-"])
@pytest.mark.parametrize("start", ["first", "again"])
def test_a_closed_stream_stops_no_leaflet(warm_cache: Path, closed: str, start: str) -> None:
    """Neither when it is made, nor when it is made again from the cache."""
    tmp_path = warm_cache.parent
    environment = {**os.environ, "HANDOUTS_CACHE": str(warm_cache), "HANDOUTS_SERVICE": ""}
    if start == "again":
        subprocess.run(MAKE, cwd=tmp_path, env=environment, check=True, capture_output=True)
        (tmp_path / "a.pdf").unlink()
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", *MAKE]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, check=False, capture_output=True, timeout=DEADLINE
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    if "1>" not in closed:
        assert done.stdout.decode().strip() == str(tmp_path / "a.pdf")


def test_what_may_not_be_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Another person's folder is no bug of the program."""
    error = PermissionError(errno.EACCES, "Permission denied", "/srv/content")
    assert report(error) == 3
    assert "cannot read `/srv/content`: permission denied" in capsys.readouterr().err


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_a_machine_at_its_limits_is_named(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not taken for a full standard output."""
    assert report(OSError(number, os.strerror(number))) == 2
    told = capsys.readouterr().err
    assert "no more processes or files" in told
    assert "standard output" not in told
