"""Run the command line `handout`: `main`.

`make` first looks for a leaflet that was made before (`fastpath.rerun`); everything else goes
to Click. Imports are delayed on purpose: what a repeated leaflet does not need is not loaded.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line of this process."""
    words = sys.argv[1:]
    if words[:1] != ["make"] or not sys.stdout or "_HANDOUT_COMPLETE" in os.environ:
        _command(words)
        return
    from handouts.fastpath.rerun import leave, rerun  # noqa: PLC0415 - only `make` needs it

    gc.disable()  # one leaflet, and the process ends: looking for garbage only costs time
    try:
        if not rerun(words[1:]):
            _command(words)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a person gets a sentence
        from handouts.cli.app import report  # noqa: PLC0415 - it needs Click

        sys.exit(report(error))
    except SystemExit as end:
        leave(end)


def _command(words: list[str]) -> None:
    """Leave a command line to Click."""
    from handouts.cli.app import main as commands  # noqa: PLC0415 - what was made before needs no Click

    commands(words, obj=words[1:])


if __name__ == "__main__":
    main()
