"""Tests of `skips`."""

import pytest

from tests.support.skips import NO_TOOL, refuse_skip


def skipped(reason: str) -> pytest.TestReport:
    """Report a test that was skipped."""
    longrepr = ("test_x.py", 1, f"Skipped: {reason}")
    return pytest.TestReport(
        "test_x.py::test_x", ("test_x.py", 1, "x"), {}, "skipped", longrepr, "call"
    )


def test_a_tool_that_is_missing_fails_where_all_must_be_there() -> None:
    """A skip becomes a failure that says what is missing."""
    report = refuse_skip(skipped("no pdftoppm (Debian: poppler-utils)"))
    assert report.failed
    assert "poppler-utils" in str(report.longrepr)


@pytest.mark.parametrize("reason", NO_TOOL)
def test_what_no_tool_would_change_may_be_left_out(reason: str) -> None:
    """Another system, another Python or no rights stay a skip."""
    assert refuse_skip(skipped(reason)).skipped
