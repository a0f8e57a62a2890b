"""Processes that are started beside the program end with it, and quietly."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from handouts.fastpath.user_folders import WINDOWS
from handouts.system.processes import Pool, deaf_to_ctrl_c

SAYS = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


def prepare_nothing() -> None:
    """Stand for what a worker does first."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_process_that_is_starting_hears_no_ctrl_c() -> None:
    """Ctrl-C while a worker starts shows no traceback of it; the program itself still hears it."""
    with deaf_to_ctrl_c():
        answer = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, check=True)
    assert answer.stdout.strip() == b"True"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_a_computer_with_many_cores_starts_no_more_workers_than_windows_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The standard library refuses a pool of more there; a list is made with fewer instead."""
    monkeypatch.setattr(sys, "platform", WINDOWS)
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    with Pool(64, prepare_nothing, afresh=prepare_nothing):
        pass  # none is started before there is work


LONG = 0.4
"""Seconds of a piece of work, but the first."""


def begin(piece: Path) -> None:
    """Note that a piece was begun, and take some time for it."""
    piece.touch()
    time.sleep(0 if piece.name == "0" else LONG)


def test_work_that_was_not_begun_is_dropped(tmp_path: Path) -> None:
    """Who stops waits for the pieces in work alone, not for those that were handed out already."""
    with Pool(2, prepare_nothing) as pool:
        results = pool.map(begin, [tmp_path / str(number) for number in range(20)])
        next(results)
    assert len(list(tmp_path.iterdir())) <= 4  # one that is done, and one or two of each worker
