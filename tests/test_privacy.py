"""A patient's name and note stand on the page and in no other place that a batch leaves behind."""

import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

NAME, NOTE = "Zebedee Quillfeather", "Telephone Mistress Ottoline"
SECRETS = [word.casefold() for word in f"{NAME} {NOTE}".split()]
ROWS = f"""row id,region,status,flags,name,note
1,neck,acute,asthma,{NAME},{NOTE}
2,nek,acute,asthma,{NAME},{NOTE}
3,neck,acute,asthma,{NAME}\u05d0,{NOTE}
4,neck,acute,asthma,,{NOTE}\u05d0
5,neck,acute,,{NAME},
"""
NO_NETWORK = """
import socket, sys
def refuse(*_):
    raise SystemExit("the network was used")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
sys.argv = ["handout", *sys.argv[1:]]
from handouts.cli import main
main()
"""


def told(text: str) -> list[str]:
    """List the seeded words that a text gives away."""
    return [word for word in SECRETS if word in text.casefold()]


@pytest.mark.parametrize("debug", ["", "1"])
def test_names_and_notes_are_on_the_page_and_nowhere_else(tmp_path: Path, debug: str) -> None:
    """File names, manifest, messages, progress, caches, temporary files and metadata are clean."""
    for folder in ("temporary", "cache"):
        (tmp_path / folder).mkdir()
    (tmp_path / "list.csv").write_text(ROWS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, "batch", "list.csv", "-o", "out", "--merge", "all.pdf"],
        cwd=tmp_path,
        env={
            **os.environ,
            "TMPDIR": str(tmp_path / "temporary"),
            "HANDOUTS_CACHE": str(tmp_path / "cache"),
            "HANDOUTS_DEBUG": debug,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert told(done.stdout + done.stderr) == []
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files if path.suffix == ".pdf"} == {"1.pdf", "5.pdf", "all.pdf"}
    assert list((tmp_path / "temporary").iterdir()) == []
    for path in files:
        assert told(str(path.relative_to(tmp_path))) == []
        if path.suffix == ".pdf":
            reader = pypdf.PdfReader(path)
            assert told(reader.pages[5].extract_text()) != []
            assert told(str(reader.metadata) + str(reader.xmp_metadata and path.stat())) == []
            assert told(" ".join(str(item) for item in reader.outline)) == []
        elif "list" not in path.name:
            assert told(path.read_bytes().decode("latin-1")) == []


def test_the_rejects_are_for_the_owner_only(tmp_path: Path) -> None:
    """They hold what the worklist held, so nobody else may read them."""
    (tmp_path / "list.csv").write_text(ROWS, encoding="utf-8")
    before = os.umask(0)
    try:
        subprocess.run(
            [sys.executable, "-m", "handouts", "batch", "list.csv", "-o", "out"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
    finally:
        os.umask(before)
    assert (tmp_path / "out/list.rejects.csv").stat().st_mode & 0o777 == 0o600
