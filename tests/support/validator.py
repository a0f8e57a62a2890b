"""One veraPDF for a whole run of tests: most of its time goes into its start."""

import subprocess
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

_RUN = Path(__file__).parents[1] / "verapdf" / "run"
_TOOL_MISSING = 3


class ToolMissingError(Exception):
    """VeraPDF cannot run here; the message says what it lacks."""


class VeraPdf:
    """Validates files against PDF/UA-1, or PDF/A-2a; it is started for the first of them."""

    def __init__(self, profile: str = "ua1") -> None:
        """`profile` is "ua1" or "2a"."""
        self._profile = profile
        self._process: subprocess.Popen[str] | None = None
        self._said = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed on exit

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.communicate()
        self._said.close()

    def answer(self, path: Path) -> str:
        """Validate a file: a line that begins with PASS or FAIL, then the rules it breaks.

        Raises ToolMissingError when Java, a library or the validator is not there.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                [_RUN, self._profile, "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                text=True,
            )
        return self._ask(self._process, path)

    def _ask(self, process: subprocess.Popen[str], path: Path) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{path.absolute()}\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended; why is seen below
        lines: list[str] = []
        for line in process.stdout:
            if line == "\n":
                return "".join(lines)
            lines.append(line)
        ended = process.wait()
        self._said.seek(0)
        message = self._said.read().strip()
        if ended == _TOOL_MISSING:
            raise ToolMissingError(message)
        return f"FAIL {path}: veraPDF ended with {ended}: {message}"
