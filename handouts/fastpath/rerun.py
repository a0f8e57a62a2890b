"""Repeat a command line of `handout make` from the cache: `rerun`.

A command line is known again without what belongs to one patient or one file: the name and the
output. Whatever is not certain is left to Click: other spellings, notes, further options, a
name that does not fit its slot, or any input that changed.
"""

from __future__ import annotations

import os
import sys

from handouts.fastpath import cache as store
from handouts.fastpath.atomic import number_file, replace_file
from handouts.fastpath.fingerprint import read_state, today
from handouts.fastpath.name_slot import (
    MOST_LETTERS,
    NAME_WEIGHT,
    Slot,
    TypesetPdf,
    fill_name,
    recall_metrics,
)
from handouts.fastpath.signals import stopping_cleanly

TYPE_CHECKING = False  # importing typing would cost as much as all the work here

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import click

    from handouts.fastpath.fingerprint import Fingerprint, InputState

    BodyKey = tuple[str, str, bool]
    """The mark of the premises, the request in words, and whether it had to be approved."""
    RerunResult = tuple[BodyKey, str, tuple[str, ...]]
    """What an errand came to: its body, what its file is named by, and the notes on it."""


OUTPUT = "output"
"""The folder, below the current one, for leaflets that nobody named a file for."""
_NAME, _OUTPUT = "name", "output"
KNOWN = {
    *(_NAME, _OUTPUT, "preset", "region", "status", "flags", "screened", "place", "large_print"),
    *("day", "exercises", "doses", "require_signed"),
}
"""The parameters of an errand, besides those of the look.

A note is kept nowhere, and other content is found by an option.
"""
_SCENES, _ERRANDS = 8, 512
"""How many are kept."""


class CommandLine:
    """A command line, read: what is asked for, for whom, and where to."""

    __slots__ = ("asked", "name", "output")

    def __init__(self, asked: tuple[str, ...], name: str, output: str | None) -> None:
        self.asked = asked
        """All words but the name and the output, as typed; a name leaves its option behind."""
        self.name = name
        self.output = output


def read_command_line(arguments: Sequence[str], options: Mapping[str, str]) -> CommandLine | None:
    """Read the words after `handout make`; None where Click might read them otherwise.

    `options` gives the parameter of each option that takes a word, and "" for a switch.
    """
    asked: list[str] = []
    values: dict[str, str] = {}
    rest = iter(arguments)
    for word in rest:
        option, joined, value = word.partition("=")
        parameter = options.get(option)
        if parameter is None or (joined and not (parameter and option.startswith("--"))):
            return None
        if parameter and not joined:
            following = next(rest, None)
            if following is None:
                return None
            value = following
        if parameter in (_NAME, _OUTPUT):
            values[parameter] = value
        else:
            asked += (option, value) if parameter else (option,)
    name = values.get(_NAME, "").strip()
    return CommandLine((*asked, _NAME) if name else tuple(asked), name, values.get(_OUTPUT))


def options_of(
    parameters: Iterable[click.Parameter], read_state: Collection[str]
) -> dict[str, str]:
    """Give the parameter of each option of an errand that takes a word, and "" for a switch.

    `look` names the parameters of how a leaflet looks.
    """
    return {
        option: "" if getattr(one, "is_flag", False) else str(one.name)
        for one in parameters
        if one.name in KNOWN or one.name in read_state
        for option in one.opts
    }


def remember(
    arguments: Sequence[str], options: Mapping[str, str], premises: Fingerprint, came: RerunResult
) -> None:
    """Keep what a command line came to, if it is an errand; the body is of the same premises."""
    errand = read_command_line(arguments, options)
    if errand and today() == premises.day:
        scene = (premises.state, premises.mark, options)
        if store.recall("scene", _place()) != scene:
            store.keep("scene", _place(), scene, _SCENES)
        store.keep("errand", (premises.mark, premises.day, errand.asked), came, _ERRANDS)


def make_again(arguments: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """Make the leaflet of a command line again; give its path and the notes on it.

    None when it was not made before, or anything has changed: then nothing was written.
    """
    try:
        state, mark, options = store.recall("scene", _place()) or (None, "", {})
        errand = read_command_line(arguments, options)
        kept = store.recall("errand", (mark, today(), errand.asked)) if errand else None
        if errand is None or kept is None or read_state() != state:
            return None
        body, stem, notes = kept
        content = _named(recall_body(body), errand.name, state)
        path = _deliver(content, errand.output, stem) if content else None
    except OSError:
        return None  # Click's way meets the same fault, and has words for it
    return (path, notes) if path else None


def rerun(arguments: list[str]) -> bool:
    """Make the leaflet of an earlier command line again and say where it is; False if it cannot."""
    with stopping_cleanly():
        done = make_again(arguments)
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


def leave(end: SystemExit) -> None:
    """End at once: all is written, and taking a program apart first is a thirtieth of its time."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass  # the commands have said what they could
    os._exit(end.code if isinstance(end.code, int) else bool(end.code))


def _named(body: TypesetPdf | None, name: str, state: InputState) -> bytes | None:
    """Put a name into a body; None when that takes typesetting."""
    if body is None or not name:
        return body.content if body else None
    letters = recall_metrics(state[-1]).get(NAME_WEIGHT)
    if letters is None or len(name) > MOST_LETTERS or not letters.codes.keys() >= set(name):
        return None
    return fill_name(body, name, letters)


def _deliver(content: bytes, output: str | None, stem: str) -> str | None:
    """Write a leaflet where nothing is in question; give its path, or None."""
    if output is None:
        return os.path.abspath(number_file(OUTPUT, stem, "pdf", content))
    target = os.path.realpath(output)
    if not output or output == "-" or output.endswith(os.sep):
        return None
    if os.path.lexists(target) and not os.path.isfile(target):
        return None
    replace_file(target, content)
    return os.path.abspath(output)


def _place() -> tuple[int | str | None, ...]:
    """Say from where a command is run: what it finds depends on it. A path may tell of somebody."""
    here = os.stat(os.curdir)
    named = (os.environ.get(f"HANDOUTS_{one}") for one in ("CONTENT", "SERVICE"))
    return (here.st_dev, here.st_ino, *named)


def recall_body(key: BodyKey) -> TypesetPdf | None:
    """Give a body that is kept on disk."""
    found = store.recall("body", key)
    if found is None:
        return None
    content, pages, draft, slot = found
    return TypesetPdf(content, pages, draft=draft, slot=Slot(*slot) if slot else None)
