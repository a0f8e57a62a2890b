"""The files that a repository's host and its visitors read: workflow, issue forms, citation."""

import importlib.metadata
import json
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from handouts import __version__

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
WORKFLOW = GITHUB / "workflows" / "test.yml"
FORMS = ("content", "program", "words")
SCHEMAS = {
    WORKFLOW: "github-workflows",
    GITHUB / "ISSUE_TEMPLATE" / "config.yml": "github-issue-config",
    ROOT / "CITATION.cff": "citation-file-format",
    **{GITHUB / "ISSUE_TEMPLATE" / f"{name}.yml": "github-issue-forms" for name in FORMS},
}
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
PATIENTS = re.compile(r"nothing of a real patient", re.IGNORECASE)


def read(path: Path) -> dict[str, Any]:
    """Read a file as YAML; `on` is a truth to YAML 1.1, and a word to GitHub."""
    found = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return {("on" if key is True else str(key)): value for key, value in found.items()}


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_each_file_is_as_its_schema_says(path: Path) -> None:
    """The schemas are those of check-jsonschema: GitHub's own forms, and that of the CFF."""
    package = find_spec("check_jsonschema")
    if package is None or not package.submodule_search_locations:
        pytest.skip("check-jsonschema is not installed")
    schemas = Path(package.submodule_search_locations[0]) / "builtin_schemas" / "vendor"
    schema = json.loads((schemas / f"{SCHEMAS[path]}.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)
    faults = [error.message for error in validator(schema).iter_errors(read(path))]
    assert not faults


def test_the_workflow_has_every_system_and_python() -> None:
    """Linux, Windows and macOS, each with every Python that pyproject.toml allows today."""
    jobs = read(WORKFLOW)["jobs"]
    for name in ("quick", "installed"):
        matrix = jobs[name]["strategy"]["matrix"]
        assert {one.partition("-")[0] for one in matrix["os"]} == {"ubuntu", "windows", "macos"}
        assert matrix["python"] == PYTHONS
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={PYTHONS[0]}"


def test_the_workflow_names_only_what_is_there() -> None:
    """Scripts, folders of tests, jobs that are waited for, and cells of the matrix."""
    jobs = read(WORKFLOW)["jobs"]
    for job in jobs.values():
        matrix = job.get("strategy", {}).get("matrix", {})
        text = yaml.safe_dump(job)
        assert set(re.findall(r"matrix\.(\w+)", text)) <= set(matrix)
        needs = job.get("needs", [])
        assert {needs} if isinstance(needs, str) else set(needs) <= set(jobs)
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            for path in re.findall(r"\b(?:scripts|tests)/\w+", step.get("run", "")):
                assert (ROOT / path).exists(), path


def test_actions_are_pinned_by_hash() -> None:
    """A tag can be moved to other code; the version stands beside the hash, the same throughout."""
    uses = re.findall(r"uses: (.*)", WORKFLOW.read_text("utf-8"))
    pins = {
        re.fullmatch(r"(actions/[\w-]+)@([0-9a-f]{40}) # (v[\d.]+)(?:, .*)?", one) for one in uses
    }
    assert uses
    assert None not in pins
    assert len({one.groups() for one in pins if one}) == len({one[1] for one in pins if one})


def test_the_workflow_may_write_nothing_but_provenance() -> None:
    """A change from anybody runs it: it can read the repository, and nothing else."""
    found = read(WORKFLOW)
    assert found["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in found["on"]
    for name, job in found["jobs"].items():
        rights = {right for right, how in job.get("permissions", {}).items() if how == "write"}
        assert rights == ({"id-token", "attestations"} if name == "packages" else set())
        runs = "".join(step.get("run", "") for step in job["steps"])
        assert "github.event" not in runs, "words of a stranger would be run"


def test_issue_forms_ask_for_nothing_of_a_patient() -> None:
    """Each form into which somebody could write of one says so first."""
    for name in ("words.yml", "program.yml"):
        first = read(GITHUB / "ISSUE_TEMPLATE" / name)["body"][0]
        assert PATIENTS.search(first["attributes"]["value"])


def test_the_citation_is_of_this_version() -> None:
    """And under the licences that the package names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = read(ROOT / "CITATION.cff")
    assert citation["version"] == __version__
    assert " AND ".join(citation["license"]) == project["license"]
    released = f"\n{__version__}," in (ROOT / "handouts/data/releases.csv").read_text("utf-8")
    assert ("date-released" in citation) == released


def test_the_pinned_libraries_are_all_that_any_system_needs() -> None:
    """`scripts/wheelhouse` fetches these by name for another system, which nobody can ask there."""
    text = (ROOT / "constraints.txt").read_text("utf-8").partition("# what the checks need")[0]
    pinned = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    systems = [
        ("win32", "Windows", "nt"),
        ("darwin", "Darwin", "posix"),
        ("linux", "Linux", "posix"),
    ]
    for library in pinned:
        for line in importlib.metadata.requires(library) or []:
            needed = Requirement(line)
            holds = [
                needed.marker is None or needed.marker.evaluate(_on(system, python))
                for system in systems
                for python in PYTHONS
            ]
            assert canonicalize_name(needed.name) in pinned or not any(holds), (library, line)


def _on(system: tuple[str, str, str], python: str) -> dict[str, str]:
    platform, name, kind = system
    return {
        "sys_platform": platform,
        "platform_system": name,
        "os_name": kind,
        "python_version": python,
        "python_full_version": f"{python}.1",
        "extra": "",
    }
