"""An old code names the version that made it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

from handouts import __version__
from handouts.content import program_mark
from handouts.content.program_mark import RELEASES, standing_of, version_here, wheel_version
from handouts.content.provenance import Provenance
from handouts.content.releases import HEAD, Release, read_releases, release_of

ROOT = Path(__file__).parent.parent.parent
OLD = Release("0.2.0", "2026-11-29", "a" * 64, "b" * 64)
NEWER = Release("0.3.0", "2027-01-10", "c" * 64, "d" * 64)


def made(release: Release, words: str) -> tuple[int, int]:
    """Return the marks of a leaflet of this release, with these words."""
    provenance = Provenance(words=words, program=release.program)
    return provenance.words_mark, provenance.program_mark


def test_each_release_is_listed_once_in_order() -> None:
    """A line is written once, and stays for ever."""
    assert RELEASES.read_text("utf-8").splitlines()[0] == ",".join(HEAD)
    versions = [tuple(map(int, one.version.split("."))) for one in read_releases()]
    assert versions == sorted(set(versions))
    for one in read_releases():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", one.released)
        assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in (one.program, one.words))


def test_a_version_between_releases_has_the_mark_of_its_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release has its number alone; before and after, pip and people see which program it is."""
    monkeypatch.setattr(program_mark, "RELEASES", tmp_path / "releases.csv")
    mark = program_mark.tested_digest()
    for program, version, standing in (
        ("", f"{__version__}+mark{mark[:12]}", "not released yet"),
        ("a" * 64, f"{__version__}+mark{mark[:12]}", "changed since its release"),
        (mark, __version__, ""),
    ):
        if program:
            (tmp_path / "releases.csv").write_text(
                f"{','.join(HEAD)}\n{__version__},2026-11-29,{program},{'b' * 64}\n", "utf-8"
            )
        assert wheel_version() == version_here() == version
        assert standing_of(version) == standing
        assert str(Version(version)) == version


def test_a_release_is_found_by_the_words_at_hand_or_its_own() -> None:
    """A service has words of its own; another program made nothing of these."""
    here = Provenance(words="e" * 64, program="f" * 64)
    for words in ("e" * 64, OLD.words):
        assert release_of(*made(OLD, words), here, (OLD, NEWER)) == OLD
    assert release_of(*made(NEWER, "e" * 64), here, (OLD, NEWER)) == NEWER
    assert release_of(*made(OLD, "0" * 64), here, (OLD, NEWER)) is None
    assert release_of(here.words_mark, here.program_mark, here, (OLD, NEWER)) is None


@pytest.mark.slow
def test_a_code_of_an_earlier_release_names_it(tmp_path: Path) -> None:
    """The release is written; the program changes; `decode` and `remake` say what to install."""
    for name in ("handouts", "content", "templates", "fonts", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "constraints.txt", tmp_path)
    usual = {
        **os.environ, "PYTHONPATH": str(tmp_path), "HANDOUTS_SERVICE": "",
        "HANDOUTS_CACHE": str(tmp_path / "kept"), "GIT_CEILING_DIRECTORIES": str(tmp_path.parent),
    }  # fmt: skip

    def run(*words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=usual,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    run("-m", "handouts", "make", "-r", "neck", "-o", "a.pdf")
    assert "git tag -a v" in run("scripts/release.py")
    assert "already" in run("scripts/release.py", code=1)
    known = run("-m", "handouts", "decode", "a.pdf")
    assert re.search(r"program +this one", known)
    assert "--from-git" not in known
    with (tmp_path / "handouts/pipeline.py").open("a", encoding="utf-8") as file:
        file.write("# a later version\n")
    assert re.search(r"program +version \d+\.\d+\.\d+", run("-m", "handouts", "decode", "a.pdf"))
    refused = run("-m", "handouts", "remake", "a.pdf", code=4)
    assert re.search(r"install version \d+\.\d+\.\d+ with its constraints.txt", refused)
