"""A profile that would be passed by in silence: another name, or a value that YAML drops."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)


def make() -> Result:
    """Make a leaflet from the command line."""
    return CliRunner().invoke(main, ["make", "--region", "neck", "-o", "a.pdf"])


@pytest.mark.parametrize(
    "name", ["service.yml", "Service.yaml", "SERVICE.YML", "services.yaml", "service.yaml.txt"]
)
def test_a_profile_under_another_name_is_told(name: str) -> None:
    """It may say that only signed words print."""
    Path(name).write_text("name: Riverside\nrequire-signed: true\n")
    result = make()
    assert (result.exit_code, Path("a.pdf").exists()) == (3, False)
    assert f"{name}:1: this profile is not read" in result.stderr
    assert "rename it to service.yaml" in result.stderr


@pytest.mark.parametrize("line", ["accent: #005EB8", "phone: # ask", "hours:", "require-signed: ~"])
def test_a_value_that_is_a_comment_is_told(line: str) -> None:
    """To YAML, `#` begins a comment."""
    Path("service.yaml").write_text(f"name: Riverside\n{line}\n")
    result = make()
    assert result.exit_code == 3
    assert f"service.yaml:2: {line.partition(':')[0]}: it is empty" in result.stderr
