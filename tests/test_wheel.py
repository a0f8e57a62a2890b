"""The wheel works by itself: installed into an empty environment, it makes the same leaflet."""

import os
import subprocess
import sys
import tarfile
import tomllib
import venv
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
MAKE = ("make", "--region", "neck", "--date", "2026-11-22", "-o")
FROM_CHECKOUT = (sys.executable, "-c", "from handouts.cli.app import main; main()")
SETTINGS = frozenset({"PYTHONPATH", "HANDOUTS_CONTENT"})
CARRIED = (
    "constraints.txt",
    "content/LICENSE",
    "content/vocabulary.yaml",
    "fonts/OFL.txt",
    "fonts/names/OFL.txt",
    "fonts/names/HandoutsNames-Arabic.ttf",
    "templates/leaflet.xml",
)

pytestmark = pytest.mark.slow


def test_what_is_tested_lies_within_the_bounds() -> None:
    """Each package that the program needs has two bounds, and the tested version is between."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = dict(
        line.lower().split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    for one in map(Requirement, project["dependencies"]):
        assert {bound.operator for bound in one.specifier} == {">=", "<"}, one
        assert one.specifier.contains(pinned[one.name.lower()]), one


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and the source archive into a folder."""
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "hatchling", "build", "--directory", str(folder)], ROOT)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty environment, and give its command."""
    environment = tmp_path_factory.mktemp("empty")
    venv.create(environment)
    (wheel,) = built.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"), "install"]
    # One leaflet is made: to compile all that a library has would take longer.
    pip += ["--quiet", "--no-compile", "--constraint", str(ROOT / "constraints.txt")]
    _run([*pip, str(wheel)], environment)
    return environment / "bin" / "handout"


def test_the_archives_carry_content_fonts_and_templates(built: Path) -> None:
    """The wheel and the source archive hold what a leaflet is made of, with the licences."""
    (wheel,), (source,) = built.glob("*.whl"), built.glob("*.tar.gz")
    top = source.name.removesuffix(".tar.gz")
    with ZipFile(wheel) as packed, tarfile.open(source) as archive:
        assert {f"handouts/data/{name}" for name in CARRIED} <= set(packed.namelist())
        assert {f"{top}/{name}" for name in CARRIED} <= set(archive.getnames())
        assert "handouts/data/releases.csv" in packed.namelist()
        assert f"{top}/handouts/data/releases.csv" in archive.getnames()


@pytest.mark.slow
def test_the_wheel_makes_the_same_leaflet_as_the_checkout(
    built: Path, installed: Path, tmp_path: Path
) -> None:
    """From an empty folder, far from the checkout, the same request gives the same bytes.

    The wheel is named by the version that it says itself.
    """
    said = _run([str(installed), "--version"], tmp_path).split()[1]
    assert [one.name for one in built.glob("*.whl")] == [f"handouts-{said}-py3-none-any.whl"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ours, theirs = tmp_path / "checkout.pdf", elsewhere / "wheel.pdf"
    _run([str(installed), *MAKE, str(theirs)], elsewhere)
    _run([*FROM_CHECKOUT, *MAKE, str(ours)], ROOT)
    assert theirs.read_bytes().startswith(b"%PDF-")
    assert theirs.read_bytes() == ours.read_bytes()


def _run(command: Sequence[str], folder: Path) -> str:
    """Run a command that must succeed, away from the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    done = subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
