"""The two commands of the README, on machines that lack something; what they start is only said."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"
NEEDED = ("bash", "cat", "cksum", "dirname", "env", "mktemp", "rm", "sed", "tail")
SAYS = '#!/bin/sh\necho "{name} $*" >>"$CALLS"\n'
INSTALLS = ' case "$*" in *"pip install"*) {does} ;; esac\n'


class Machine:
    """A clone with nothing installed, and a PATH on which little is."""

    def __init__(self, folder: Path) -> None:
        self.clone, self._tools, self._calls = folder / "a clone", folder / "bin", folder / "calls"
        shutil.copytree(SCRIPTS, self.clone / "scripts")
        for name in ("pyproject.toml", "constraints.txt"):
            (self.clone / name).touch()
        self._tools.mkdir()
        for name in NEEDED:
            (self._tools / name).symlink_to(shutil.which(name) or name)
        self.tool("id", "echo 1000\n")
        for name in ("python", "handout", "lint-imports"):
            self.tool(name, "", self.clone / ".venv" / "bin")

    def tool(self, name: str, does: str, folder: Path | None = None) -> None:
        """Install a tool that notes how it was called, and then does something."""
        path = (folder or self._tools) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SAYS.format(name=name) + does, encoding="utf-8")
        path.chmod(0o755)

    def python(self, does: str) -> None:
        """Let installing packages do something."""
        self.tool("python", INSTALLS.format(does=does), self.clone / ".venv" / "bin")

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the clone from another folder."""
        self._calls.write_text("", encoding="utf-8")
        usual = {"PATH": str(self._tools), "CALLS": str(self._calls), "HOME": str(self.clone)}
        script, *rest = words
        return subprocess.run(
            [self.clone / "scripts" / script, *rest],
            env={**usual, "TMPDIR": os.fspath(self.clone.parent), **settings},
            cwd="/", capture_output=True, text=True, check=False, start_new_session=True,
        )  # fmt: skip

    @property
    def calls(self) -> str:
        """What was started."""
        return self._calls.read_text("utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine of a stranger."""
    return Machine(tmp_path)


@pytest.mark.parametrize("script", ["try", "test"])
def test_help_is_said_before_anything_is_set_up(machine: Machine, script: str) -> None:
    """--help prints what the script does, and starts nothing."""
    done = machine.run(script, "--help")
    assert (done.returncode, done.stderr, machine.calls) == (0, "", "")
    assert "when needed" in done.stdout or "missing tool is a failure" in done.stdout
    assert "#" not in done.stdout


def test_a_second_run_installs_nothing(machine: Machine) -> None:
    """What is installed is seen, and what the tests need is enough for the program."""
    assert machine.run("test", "--quick").returncode == 0
    assert machine.calls.count("pip install") == 1
    assert "pytest -n 2 --dist worksteal -m not slow" in machine.calls
    assert machine.run("test", "--quick").returncode == 0
    assert "pip install" not in machine.calls
    assert machine.run("try", "--paper", "letter").returncode == 0
    assert "pip install" not in machine.calls
    assert "handout make --region neck --paper letter" in machine.calls


@pytest.mark.parametrize(
    "words",
    [("--region", "lumbar"), ("-r", "lumbar"), ("--region=lumbar",), ("low back", "-s", "a")],
)
def test_a_region_that_is_given_takes_the_place_of_the_neck(
    machine: Machine, words: tuple[str, ...]
) -> None:
    """The options of `handout make` are taken as they are, and none is given twice."""
    assert machine.run("try", *words).returncode == 0
    assert f"handout make {' '.join(words)}" in machine.calls
    assert "neck" not in machine.calls


def test_without_a_network_it_says_what_must_be_reached(machine: Machine) -> None:
    """The last lines of the installer are shown, and nothing is taken for installed."""
    machine.python("echo no route to host; exit 1")
    for _ in range(2):
        done = machine.run("try")
        assert done.returncode == 1
        assert "no route to host" in done.stderr
        assert "the package index must be reachable" in done.stderr
    machine.python("exit 0")
    assert machine.run("try").returncode == 0


def test_a_run_that_is_stopped_blames_nobody_and_goes_on_at_the_next(machine: Machine) -> None:
    """Ctrl-C ends it with 130 and what to do; no message of an error, no file left, no stamp."""
    machine.python("kill -INT 0")
    done = machine.run("try")
    assert done.returncode == 130
    assert "Stopped. Run the same command again to go on." in done.stderr
    assert "error" not in done.stderr
    assert list(machine.clone.parent.glob("tmp.*")) == []
    machine.python("exit 0")
    assert machine.run("try").returncode == 0
    assert "pip install" in machine.calls


def test_where_nothing_can_be_installed_the_rest_is_run(machine: Machine) -> None:
    """Neither root nor sudo: it is said what to install, and the tests that can run do."""
    machine.tool("apt-get", "exit 0\n")
    done = machine.run("test")
    assert done.returncode == 0
    assert "please run as root: apt-get install poppler-utils" in done.stderr
    assert "Going on without: poppler-utils" in done.stderr
    assert "apt-get" not in machine.calls
    assert "pytest -n 3" in machine.calls


@pytest.mark.parametrize("words", [("test",), ("test", "--quick")])
def test_on_a_build_machine_a_missing_tool_is_a_failure(
    machine: Machine, words: tuple[str, ...]
) -> None:
    """With CI=true no test is begun without its tools, although apt-get said all is well."""
    machine.tool("apt-get", "exit 0\n")
    machine.tool("sudo", '"$@"\n')
    done = machine.run(*words, CI="true")
    assert done.returncode == 1
    assert "error: these tools are needed: poppler-utils" in done.stderr
    assert "apt-get -o Acquire::Retries=3" in machine.calls
    assert "-m pytest" not in machine.calls


def test_a_setting_of_the_user_sends_no_package_elsewhere(machine: Machine) -> None:
    """Options of pip that are set for a user or a shell would install past .venv, or refuse."""
    machine.python('echo "$PIP_USER, $PIP_TARGET." >>"$CALLS"')
    assert machine.run("try", PIP_USER="1", PIP_TARGET="/elsewhere").returncode == 0
    assert "\n0, .\n" in machine.calls
