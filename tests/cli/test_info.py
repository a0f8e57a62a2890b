"""Where a profile is looked for, and what `handout info` says of it all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.cli.app import main
from handouts.content.program_mark import wheel_version
from handouts.fastpath import fingerprint as premises
from handouts.fastpath.rerun import make_again
from handouts.governance.load import find_profile
from handouts.governance.units import signed_units
from handouts.system.printer import Printers, list_printers
from tests.support.leaflets import publisher

ROOT = Path(__file__).parents[2]
STRICT = "require-signed: true\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home and a system of our own, and work in a folder that has no profile."""
    for name in ("XDG_CONFIG_HOME", "HANDOUTS_SERVICE", "HANDOUTS_CONTENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"{tmp_path}/one:relative:{tmp_path}/two")
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(premises, "_SYSTEM", str(tmp_path / "etc"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def write(path: Path, text: str = STRICT) -> Path:
    """Write a profile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_is_looked_for_in_this_order(home: Path) -> None:
    """Beside the content, here, of the user, of the system; each is found where none is before."""
    content = home / "content"
    content.mkdir()
    own = home / ".config/handouts/service.yaml"
    system = [home / f"{one}/handouts/service.yaml" for one in ("one", "two", "etc")]
    places = [content / "service.yaml", Path("service.yaml"), own, *system]
    assert [Path(one) for one in premises.profile_paths(content)] == places
    for path in reversed(places):
        write(path)
        assert find_profile(content) == path


def test_the_users_folder_of_settings_can_be_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """XDG_CONFIG_HOME is obeyed, unless it is a relative path; HANDOUTS_SERVICE comes first."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "settings"))
    path = write(home / "settings/handouts/service.yaml")
    assert find_profile(home) == path
    monkeypatch.setenv("XDG_CONFIG_HOME", "settings")
    assert find_profile(home) is None
    write(home / "etc/handouts/service.yaml")
    monkeypatch.setenv("HANDOUTS_SERVICE", "")
    assert find_profile(home) is None


@pytest.mark.slow
@pytest.mark.sample(3)
@pytest.mark.parametrize("where", [".config", "one", "etc"])
def test_only_signed_words_print_wherever_it_is_run(home: Path, where: str) -> None:
    """`require-signed` of the user or the system holds in a folder without any profile."""
    write(home / where / "handouts/service.yaml")
    done = CliRunner().invoke(main, ["make", "--region", "neck"])
    assert done.exit_code == 4
    assert "these words are not approved" in done.stderr
    assert not (home / "work/output").exists()


@pytest.mark.slow
def test_the_fast_way_knows_these_places_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leaflet that was made before is not made again once such a profile is there."""
    monkeypatch.setattr(premises, "_SYSTEM", "/etc")
    command = [sys.executable, "-m", "handouts", "make", "--region", "neck", "-o", "a.pdf"]
    subprocess.run(command, check=True, capture_output=True, env=_environment(home))
    words = ["--region", "neck", "-o", "a.pdf"]
    assert make_again(words)
    path = write(home / "one/handouts/service.yaml")
    assert make_again(words) is None
    path.unlink()
    assert make_again(words)
    # The state is the one that a leaflet with a profile has.
    assert str(path) in {name for name, _ in premises.read_state()[2]}


# The words of the service are a unit too.
BLOCKS = 1 + len(signed_units(publisher().library))
# Each rule is a unit to sign, and so is the list of names that rules look for.
RULES = 1 + (ROOT / "content/invariants.yaml").read_text("utf-8").count("\n- id: ")


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home)}


# ------------------------------------------------------------------ handout info
def test_info_says_what_was_found_where(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version, mark, content, each place of a profile, cache, printers, sign-off."""
    found = Printers(names=("Ward", "Desk"), usual="Desk")
    monkeypatch.setattr("handouts.cli.installation.list_printers", lambda: found)
    used = write(
        home / ".config/handouts/service.yaml",
        f"name: Valley Clinic\nreview-every: 18 months\nshare: group\noutput: /srv/ours\n"
        f"printer: front-desk\ntray: Tray-2\n{STRICT}",
    )
    other = write(home / "one/handouts/service.yaml")
    done = CliRunner().invoke(main, ["info"])
    assert done.exit_code == 0, done.stderr
    for words in (
        f"handout {wheel_version()}",
        str(ROOT / "content"),
        f"{used}: used",
        f"{other}: there, not used",
        f"{home}/work/service.yaml: nothing",
        "Valley Clinic; only signed words are printed",
        str(home / "cache"),
        "can be read by their group, go to /srv/ours",
        "go to the printer front-desk, tray Tray-2: it is not here",
        "Ward, Desk; usual: Desk",
        f"units to sign (blocks, labels and others): {BLOCKS} unsigned",
        f"rules of safety: {RULES} unsigned",
        "words are reviewed every 18 months",
    ):
        assert words in done.stdout
    record = json.loads(CliRunner().invoke(main, ["info", "--json"]).stdout)
    assert (record["version"], record["released"]) == (wheel_version(), "+" not in wheel_version())
    assert record["profile"]["looked_for"][2] == {"path": str(used), "found": "used"}
    assert record["profile"]["require_signed"] is True
    assert record["profile"]["review_months"] == 18
    assert (record["profile"]["share"], record["profile"]["printer"]) == ("group", "front-desk")
    assert record["printers"]["names"] == ["Ward", "Desk"]
    assert record["signoff"]["rules"] == {"unsigned": RULES}
    assert len(record["content"]["version"]) == 64


def test_info_says_that_there_is_no_profile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None found is said, and so is an empty HANDOUTS_SERVICE, or one that names no file."""
    assert "no profile was found" in CliRunner().invoke(main, ["info"]).stdout
    monkeypatch.setenv("HANDOUTS_SERVICE", "")
    assert "none: HANDOUTS_SERVICE is empty" in CliRunner().invoke(main, ["info"]).stdout
    monkeypatch.setenv("HANDOUTS_SERVICE", str(home / "gone.yaml"))
    done = CliRunner().invoke(main, ["info"])
    assert done.exit_code == 3
    assert "named, and not there" in done.stdout


def test_info_says_what_is_broken(home: Path) -> None:
    """Broken content is said with file and line, beside all else, and ends with 3."""
    folder = Path(shutil.copytree(ROOT / "content", home / "content"))
    (folder / "flags.yaml").write_text("flags: [", encoding="utf-8")
    done = CliRunner().invoke(main, ["info", "--content", str(folder)])
    assert done.exit_code == 3
    assert [line.strip() for line in done.stdout.splitlines()].count("broken") == 1
    assert "content/flags.yaml:2: not YAML" in done.stdout
    assert "handout 0.2.0" in done.stdout


@pytest.mark.slow
def test_printers_that_cannot_be_named_stop_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without CUPS, or with one that hangs, it says so."""
    monkeypatch.setenv("PATH", str(home))
    assert "there is no command `lpstat`" in list_printers().problem
    lpstat = home / "lpstat"
    lpstat.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    lpstat.chmod(0o755)
    monkeypatch.setattr("handouts.system.printer._SECONDS", 0.2)
    assert list_printers().problem == "not known: CUPS does not answer"
