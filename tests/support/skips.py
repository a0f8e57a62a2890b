"""What may be left out where every tool must be there: `refuse_skip`."""

import pytest

NO_TOOL = (
    "the standard library differs",
    "other systems share heaps",
    "only root gives a folder to another group",
    "no list of processes to read",
    "no file system can be mounted here",
)
"""Reasons that no installed package would remove: another system, another Python, no rights."""


def refuse_skip(report: pytest.TestReport) -> pytest.TestReport:
    """Turn a test that was skipped into one that failed, unless no tool would have helped."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not any(one in reason for one in NO_TOOL):
        report.outcome = "failed"
        report.longrepr = f"{reason} (with CI=true, what a test needs must be there)"
    return report
