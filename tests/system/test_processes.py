"""Processes that are started beside the program end with it, and quietly."""

import signal
import subprocess
import sys

import pytest

from handouts.system.processes import deaf_to_ctrl_c

SAYS = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_process_that_is_starting_hears_no_ctrl_c() -> None:
    """Ctrl-C while a worker starts shows no traceback of it; the program itself still hears it."""
    with deaf_to_ctrl_c():
        answer = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, check=True)
    assert answer.stdout.strip() == b"True"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
