"""Goes in: the words typed after `handout`. Comes out: what they ask for, and an exit code.

A leaflet that was made before is made again at once; everything else is the commands' affair.
Nothing is imported here before it is known to be needed.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line of this process."""
    words = sys.argv[1:]
    if words[:1] == ["make"]:
        gc.disable()  # one leaflet, and the process ends: looking for garbage only costs time
    if words[:1] == ["make"] and sys.stdout and "_HANDOUT_COMPLETE" not in os.environ:
        try:
            if _again(words[1:]):
                return
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a person gets a sentence
            from handouts.exits import report  # noqa: PLC0415 - it needs Click

            sys.exit(report(error))
    from handouts.cli import main as commands  # noqa: PLC0415 - the same

    commands(words, obj=words[1:])


def _again(arguments: list[str]) -> bool:
    """Make the leaflet of an earlier command line again; False when that cannot be done."""
    from handouts.errand import run_errand  # noqa: PLC0415 - only `make` needs it
    from handouts.signals import stopping_cleanly  # noqa: PLC0415 - the same

    with stopping_cleanly():
        done = run_errand(arguments)
        if done is None:
            return False
        path, notes = done
        try:
            sys.stderr.write("".join(f"{line}\n" for line in notes))
        except OSError:
            pass  # nothing can stop the run: the leaflet is there
        sys.stdout.buffer.write(os.fsencode(path) + b"\n")  # as the disk spells it
        sys.stdout.buffer.flush()
    return True
