"""Find the option or the command that a wrong word was meant for: `near_option`, `near_command`.

The same for a word of a closed list, `near_choice`, and what a number has to be: `number_wanted`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.load import load_library
from handouts.errors import HandoutsError, did_you_mean, nearest, shorten
from handouts.selection.finder import Means, finder_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import click

    from handouts.content.library import Library


_NEAR = 0.7
"""How alike two words must be, from 0 to 1."""
_OPTION = {"flags": "flag", "regions": "region", "statuses": "status"}
_OTHERS = {
    "help": "`handout --help`, or `handout make --help`",
    "version": "`handout --version`",
    "print": "`handout make --print`",
    "search": "`handout find`",
    **dict.fromkeys(
        ("flags", "regions", "statuses", "exercises", "blocks", "places", "sources"),
        "`handout list {word}`",
    ),
    **dict.fromkeys(("flag", "region", "exercise", "place", "source"), "`handout list {word}s`"),
    **dict.fromkeys(("presets",), "`handout preset list`"),
    **dict.fromkeys(("new", "create", "leaflet", "start", "run", "pdf"), "`handout make`"),
    **dict.fromkeys(("again", "repeat"), "`handout last --again`"),
    **dict.fromkeys(("interview", "questions", "wizard"), "`handout ask`"),
}
"""What people type, and what there is for it."""


def near_option(typed: str, context: click.Context | None) -> str:
    """Return a hint at the option that was meant; empty where none is near.

    An option of which the word is the beginning comes first, then the one that is most alike.
    """
    command = context.command if context else None
    known = [name for one in (command.params if command else ()) for name in one.opts
             if name.startswith("--")]  # fmt: skip
    if context and context.parent:
        above = {name for one in context.parent.command.params for name in one.opts}
        if typed in above:
            return f"{typed} stands before the command: handout {typed} … {context.info_name} …"
    if near := nearest(typed, known, _NEAR):
        return f"did you mean `{near}`?"
    word = typed.lstrip("-")
    library = _library()
    if library and "--flag" in known:
        found = finder_of(library).known(word)
        if isinstance(found, Means) and found.kind in _OPTION:
            return f"did you mean `--{_OPTION[found.kind]} {found.entry}`?"
    return ""


def number_wanted(error: click.BadParameter) -> str:
    """Say which numbers an option takes; empty where it takes no number."""
    import click  # noqa: PLC0415 - only a wrong word needs it

    kind = error.param.type if error.param else None
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return ""
    typed = error.message.partition(" is not ")[0].strip("'\"")
    what = "a whole number" if isinstance(kind, click.IntRange) else "a number"
    name = max(error.param.opts, key=len) if error.param else ""
    return f"{name} takes {what} from {kind.min:g} to {kind.max:g}, not `{shorten(typed)}`"


def near_choice(error: click.BadParameter) -> str:
    """Return a hint at the word of a closed list that was meant; empty where none is near."""
    import click  # noqa: PLC0415 - only a wrong word needs it

    kind = error.param.type if error.param else None
    if not isinstance(kind, click.Choice):
        return ""
    typed = error.message.partition(" is not ")[0].strip("'\"")
    near = nearest(typed.casefold(), map(str, kind.choices))
    return f"did you mean `{near}`?" if near else ""


def near_command(typed: str, known: Collection[str]) -> str:
    """Return a hint at the command that was meant, or at all of them."""
    word = typed.casefold().strip("-")
    if word in _OTHERS:
        return f"did you mean {_OTHERS[word].format(word=word)}?"
    if near := nearest(word, known, _NEAR):
        return f"did you mean `{near}`?"
    library = _library()
    if library and isinstance(found := finder_of(library).known(word), Means):
        if found.kind == "regions":
            return f"did you mean `handout make {shorten(word)}`?"
        return f"did you mean `handout find {shorten(word)}`?"
    return did_you_mean(word, known)


def _library() -> Library | None:
    try:
        return load_library()
    except HandoutsError:
        return None
