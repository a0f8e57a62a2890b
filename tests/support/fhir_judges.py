"""Hold FHIR resources against validators that know nothing of this program: `judge`."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B import get_fhir_model_class

from tests.conftest import IN_CI

NODE = Path(__file__).parent.parent / "node"
JUDGES = ("fhir.resources", "fhirkit", "fhir", "medplum")
"""The last two are JavaScript; FHIR R4B is R4 for the resources that we write."""
Verdict = dict[str, list[str]]


def need_node() -> None:
    """Skip where JavaScript is not there; with CI=true that is a failure."""
    if shutil.which("node") and (NODE / "node_modules").is_dir():
        return
    if IN_CI:
        pytest.fail("node and its packages are needed: scripts/test installs them")
    pytest.skip("node, or its packages, are not installed")


def judge(resources: Sequence[dict[str, Any]]) -> list[Verdict]:
    """Return what each validator finds wrong with each resource."""
    need_node()
    lines = "".join(json.dumps(one) + "\n" for one in resources)
    done = subprocess.run(
        ["node", "--experimental-websocket", "--no-warnings", "validate.mjs"],
        cwd=NODE, input=lines, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(resources)
    return [
        {"fhir.resources": _resources(one), "fhirkit": _kit(one), **two}
        for one, two in zip(resources, told, strict=True)
    ]


def _resources(resource: dict[str, Any]) -> list[str]:
    model = get_fhir_model_class(resource["resourceType"])
    try:
        model.model_validate_json(json.dumps(resource))
    except (ValueError, TypeError, AttributeError) as error:
        return [str(error)]
    return []


def _kit(resource: dict[str, Any]) -> list[str]:
    return [str(one) for one in fhirkit.validate(json.dumps(resource)) if "error" in repr(one)]
