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
    if words[:1] != ["make"] or not sys.stdout or "_HANDOUT_COMPLETE" in os.environ:
        _command(words)
        return
    gc.disable()  # one leaflet, and the process ends: looking for garbage only costs time
    try:
        if not _again(words[1:]):
            _command(words)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a person gets a sentence
        from handouts.cli.app import report  # noqa: PLC0415 - it needs Click

        sys.exit(report(error))
    except SystemExit as end:
        _leave(end)


def _command(words: list[str]) -> None:
    """Leave a command line to Click."""
    from handouts.cli.app import main as commands  # noqa: PLC0415 - what was made before needs no Click

    commands(words, obj=words[1:])


def _leave(end: SystemExit) -> None:
    """End at once: all is written, and taking a program apart first is a thirtieth of its time."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass  # the commands have said what they could
    os._exit(end.code if isinstance(end.code, int) else bool(end.code))


def _again(arguments: list[str]) -> bool:
    """Make the leaflet of an earlier command line again; False when that cannot be done."""
    from handouts.fastpath.rerun import run_errand  # noqa: PLC0415 - only `make` needs it
    from handouts.fastpath.signals import stopping_cleanly  # noqa: PLC0415 - the same

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


if __name__ == "__main__":
    main()
