"""Check the name of a file or folder that a command writes: `written_place`.

A shell gives an empty word for a variable that is not set, and `-` is standard output elsewhere:
both would have been taken for a name, or for none, in silence.
"""

from __future__ import annotations

import click


def written_place(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    """Return a path that is written as it was typed; raises a usage error for no name."""
    if value is None:
        return None
    kind = (parameter.metavar or "FILE").strip("[]").lower().replace("dir", "folder")
    if not value.strip():
        raise click.BadParameter(f"it is empty; name a {kind}", context, parameter)
    if value == "-":
        message = f"a {kind} is written; name one, or ./- for one of this name"
        raise click.BadParameter(message, context, parameter)
    return value
