"""Run the command line `handout`: `main`.

`make` first tries to repeat a leaflet that was made before (`fastpath.rerun`); everything else
goes to Click. Imports stand in functions so that a repeated leaflet loads no other module.
"""

from __future__ import annotations

import gc
import os
import sys

_STOPPED = 130


def main() -> None:
    """Run the command line in sys.argv; raises SystemExit, but not after a repeated leaflet.

    Ctrl-C while modules are still imported ends like one later: nothing was begun.
    """
    try:
        _run()
    except KeyboardInterrupt:
        if sys.stderr:
            sys.stderr.write("stopped\n")
        sys.exit(_STOPPED)


def _run() -> None:
    words = sys.argv[1:]
    if words[:1] != ["make"] or not sys.stdout or "_HANDOUT_COMPLETE" in os.environ:
        _command(words)
        return
    from handouts.fastpath.rerun import rerun  # noqa: PLC0415 - only `make` needs it

    # One leaflet is no work for the garbage collector. With it, a new leaflet takes 16 % more CPU
    # time (183 ms instead of 158), a repeated one 4 %.
    gc.disable()
    try:
        if not rerun(words[1:]):
            _command(words)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a person gets a sentence
        from handouts.cli.app import report  # noqa: PLC0415 - it needs Click

        sys.exit(report(error))


def _command(words: list[str]) -> None:
    """Run a command line with Click."""
    from handouts.cli.app import main as commands  # noqa: PLC0415 - what was made before needs no Click

    commands(words, obj=words[1:])


if __name__ == "__main__":
    main()
