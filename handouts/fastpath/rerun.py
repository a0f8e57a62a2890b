"""Repeat a command line of `handout make` from the cache: `rerun`.

A command line is recognised without the name and the output, which belong to one patient or one
file. Everything uncertain is left to Click: other spellings, notes, further options, a name that
does not fit its slot, or any input that changed.
"""

from __future__ import annotations

import os
import sys

from handouts.fastpath import cache as store
from handouts.fastpath.atomic import file_mode, number_file, place_file, replace_file
from handouts.fastpath.fingerprint import read_state, today
from handouts.fastpath.last import keep_last
from handouts.fastpath.name_slot import (
    MOST_LETTERS,
    NAME_WEIGHT,
    Slot,
    TypesetPdf,
    fill_name,
    recall_metrics,
)
from handouts.fastpath.signals import stopping_cleanly

TYPE_CHECKING = False  # `typing` is not imported: see the package

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import click

    from handouts.fastpath.fingerprint import Fingerprint, InputState

    BodyKey = tuple[str, str, bool]
    """The digest of the inputs, the request as text, and whether it had to be approved."""
    KeepingPlace = tuple[str, bool]
    """The folder of leaflets without --output, and whether a group shares them."""
    RerunResult = tuple[BodyKey, str, tuple[str, ...], tuple[str, ...], KeepingPlace]
    """What a command line made: the key of its body, the stem of its file, lines for stderr, the
    options that are kept as those of the last leaflet, and where the service keeps leaflets."""


OUTPUT = "output"
"""The folder, below the current one, for leaflets without --output."""
_NAME, _OUTPUT, _FORCE = "name", "output", "--force"
KNOWN = {
    *(
        _NAME,
        _OUTPUT,
        "force",
        "quiet",
        "preset",
        "region",
        "status",
        "flags",
        "screened",
        "place",
        "large_print",
    ),
    *("flag_lists", "duration", "age", "day", "exercises", "doses", "require_signed"),
}
"""The parameters of `make` that a repeated command line may have, besides those of the look.

Notes are never kept, and --content would name inputs other than those looked at here.
"""
NAMED = "\0name"
"""Stands for a name; nobody can type it."""
_ASKED = "-"
"""A name that is typed in, and so none that is on the command line."""
_NO_MORE = "\0"
_MOST_INPUTS, _MOST_LINES = 8, 512
"""How many states of the inputs, and how many command lines, are kept."""


class CommandLine:
    """The words of `handout make`, with the name and the output apart."""

    __slots__ = ("asked", "force", "name", "output")

    def __init__(
        self, asked: tuple[str, ...], name: str, output: str | None, *, force: bool
    ) -> None:
        self.asked = asked
        """All words but the name and the output, as typed; then NAMED if there was a name."""
        self.name = name
        self.output = output
        self.force = force
        """Another file at the place of the output is replaced."""


def read_command_line(arguments: Sequence[str], options: Mapping[str, str]) -> CommandLine | None:
    """Read the words after `handout make`; None where Click might read them differently.

    `options` maps each option that takes a word to its parameter, and each switch to "".
    """
    asked: list[str] = []
    personal: dict[str, str] = {}
    last = ""
    rest = iter(arguments)
    for word in rest:
        option, joined, value = word.partition("=")
        if word and not word.startswith("-"):
            if last == _NAME:
                return None  # it may be the rest of a name without quotes
            asked.append(word)
            continue
        last = options.get(option, "-")
        if last == "-" or (joined and not (last and option.startswith("--"))):
            return None
        if last and not joined:
            value = next(rest, _NO_MORE)
        if value == _NO_MORE or last in personal:
            return None  # no word follows, or it is given twice
        if last in (_NAME, _OUTPUT) or option == _FORCE:
            personal[last or _FORCE] = value
        else:
            asked += (option, value) if last else (option,)
    return _without_personal(asked, personal)


def _without_personal(asked: list[str], personal: Mapping[str, str]) -> CommandLine | None:
    name = personal.get(_NAME, "").strip()
    if name == _ASKED or (_FORCE in personal and _OUTPUT not in personal):
        return None  # --force has nothing to replace
    all_asked = (*asked, NAMED) if name else tuple(asked)
    return CommandLine(all_asked, name, personal.get(_OUTPUT), force=_FORCE in personal)


def options_of(parameters: Iterable[click.Parameter], look: Collection[str]) -> dict[str, str]:
    """Map each option that takes a word to its parameter, and each switch to "".

    Only options that `read_command_line` may meet are listed: KNOWN, and those of the look, whose
    parameters are named in `look`.
    """
    return {
        option: "" if getattr(one, "is_flag", False) else str(one.name)
        for one in parameters
        if one.name in KNOWN or one.name in look
        for option in one.opts
    }


def remember(
    arguments: Sequence[str],
    options: Mapping[str, str],
    fingerprint: Fingerprint,
    result: RerunResult,
) -> None:
    """Keep the result of a command line, made from the inputs of `fingerprint`.

    Nothing is kept when the line cannot be repeated, or when the date has changed meanwhile.
    """
    line = read_command_line(arguments, options)
    if line and today() == fingerprint.day:
        inputs = (fingerprint.state, fingerprint.mark, options)
        if store.recall("inputs", _location()) != inputs:
            store.keep("inputs", _location(), inputs, _MOST_INPUTS)
        store.keep("line", (fingerprint.mark, fingerprint.day, line.asked), result, _MOST_LINES)


def make_again(arguments: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """Make the leaflet of a command line again; return its path and lines for stderr.

    None when it was not made before, or an input has changed; nothing is written then.
    """
    try:
        state, mark, options = store.recall("inputs", _location()) or (None, "", {})
        line = read_command_line(arguments, options)
        kept = store.recall("line", (mark, today(), line.asked)) if line else None
        if line is None or kept is None or read_state() != state:
            return None
        body, stem, notes, last, place = kept
        content = _named(recall_body(body), line.name, state)
        path = _deliver(content, line, stem, place) if content else None
    except OSError:
        return None  # the command meets the same error, and reports it
    if path is None:
        return None
    keep_last(last)
    return path, notes


def rerun(arguments: list[str]) -> bool:
    """Make the leaflet of an earlier command line again and print its path; False if it cannot."""
    with stopping_cleanly():
        done = make_again(arguments)
        if done is None:
            return False
        path, notes = done
        try:
            if sys.stderr is not None:  # closed by the caller
                sys.stderr.write("".join(f"{line}\n" for line in notes))
        except (OSError, ValueError):
            pass  # nothing can stop the run: the leaflet is there
        sys.stdout.buffer.write(os.fsencode(path) + b"\n")  # as the disk spells it
        sys.stdout.buffer.flush()
    return True


def _named(body: TypesetPdf | None, name: str, state: InputState) -> bytes | None:
    """Return the bytes of a body with a name; None when there is no body, or it must be typeset."""
    if body is None or not name:
        return body.content if body else None
    metrics = recall_metrics(state[-1]).get(NAME_WEIGHT)
    if metrics is None or len(name) > MOST_LETTERS or not metrics.codes.keys() >= set(name):
        return None
    return fill_name(body, name, metrics)


def _deliver(content: bytes, line: CommandLine, stem: str, place: KeepingPlace) -> str | None:
    """Write a leaflet and return its absolute path; None where the command has to decide.

    That is: standard output, a name that does not end as a PDF does, a target that is no plain
    file, and one that holds something else.
    """
    output, (folder, shared) = line.output, place
    mode = file_mode(shared=shared)
    if output is None:
        return os.path.abspath(number_file(folder, stem, "pdf", content, mode=mode))
    if output.startswith("~"):
        output = os.path.expanduser(output)
    target = os.path.realpath(output)
    if output and os.path.isdir(target) and not line.force:
        return os.path.abspath(number_file(output, stem, "pdf", content, mode=mode))
    if not _is_pdf_name(output) or (os.path.lexists(target) and not os.path.isfile(target)):
        return None
    if line.force:
        replace_file(target, content, mode=mode)
    elif not place_file(target, content, mode=mode):
        return None
    return os.path.abspath(output)


def _is_pdf_name(output: str) -> bool:
    """Tell whether a path names a file that ends as a PDF does, or not at all."""
    named = os.path.basename(output) not in ("", "-") and not output.startswith("=")
    return named and os.path.splitext(output)[1].lower() in ("", ".pdf")


def _location() -> tuple[int | str | None, ...]:
    """Return what inputs are found by: the current folder and the environment.

    The folder is given by device and inode, because its path may contain a patient's name.
    """
    here = os.stat(os.curdir)
    named = (os.environ.get(f"HANDOUTS_{one}") for one in ("CONTENT", "SERVICE"))
    return (here.st_dev, here.st_ino, *named)


def recall_body(key: BodyKey) -> TypesetPdf | None:
    """Return a body from the cache; None when it is not there."""
    found = store.recall("body", key)
    if found is None:
        return None
    content, pages, draft, slot = found
    return TypesetPdf(content, pages, draft=draft, slot=Slot(*slot) if slot else None)
