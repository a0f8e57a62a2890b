"""Where the system lacks what Linux has, as Windows does, the program does without.

The names are taken out of the standard library: that is not Windows, but it shows what is needed.
"""

import subprocess
import sys
from pathlib import Path

LACKING = """
import concurrent.futures, multiprocessing.popen_fork, multiprocessing.util, os, signal, sys
import subprocess, tempfile, openpyxl, PIL.Image, reportlab.pdfgen.canvas, pypdf, fontTools.ttLib
sys.modules["fcntl"] = None
for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_DIRECTORY", "geteuid", "getuid", "fchmod", "fork"):
    delattr(os, name)
for name in ("pthread_sigmask", "SIGHUP", "SIGKILL"):
    delattr(signal, name)
from handouts.__main__ import main
sys.argv[0] = "handout"
main()
"""


def run(folder: Path, *words: str) -> str:
    """Run a command in a process of its own that lacks these names."""
    command = [sys.executable, "-c", LACKING, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_leaflets_lists_and_presets_need_no_locks_modes_or_links(tmp_path: Path) -> None:
    """A module for locks that is not there stopped every command."""
    run(tmp_path, "preset", "save", "p", "--region", "neck")
    usual = ("--preset", "p", "--date", "2026-11-22")
    run(tmp_path, "make", *usual, "-o", "one.pdf")
    (tmp_path / "list.csv").write_text("row id,region\n1,neck\n", encoding="utf-8")
    lists = ("batch", "list.csv", "--date", "2026-11-22", "--workers", "1")
    run(tmp_path, *lists, "-o", "out", "--merge", "all.pdf")
    same = (tmp_path / "out" / "1.pdf").read_bytes()
    assert same == (tmp_path / "one.pdf").read_bytes()
    assert (tmp_path / "all.pdf").exists()
    assert not list(tmp_path.rglob(".handout-*"))
