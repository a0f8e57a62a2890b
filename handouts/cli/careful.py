"""A command that takes no word twice, none that is empty, and no rest of a name: `CarefulCommand`.

Click lets the last of two options win in silence; here they must say the same. It takes an empty
word for one that was given; here it is refused, as a variable of a script that is not set must not
mean the usual status, place or size.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from handouts.cli.examples import GroupWithExamples, HelpWithExamples
from handouts.errors import Fault, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Opts = dict[str, object]


PERSONAL = frozenset({"name", "name_file", "dob", "note", "note_file", "password_file", "output"})
"""Parameters whose words no message shows: they may be of a patient."""
_NAMES = frozenset({"name", "note"})
_MAY_BE_EMPTY = _NAMES | {"printer"}
"""A leaflet without a name or a note is usual, and no printer in particular is the usual one."""


class CarefulCommand(HelpWithExamples):
    """Refuses an option that is given twice with two words, and words that follow a name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words as Click does, after both were looked for."""
        if not ctx.resilient_parsing:
            self._check(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # so that the hint names this command
            raise

    def _check(self, ctx: click.Context, args: Sequence[str]) -> None:
        try:
            opts, bare, order = self.make_parser(ctx).parse_args(list(args))
        except click.UsageError:
            return  # what is wrong is said by whoever reads the words
        options = [one for one in order if isinstance(one, click.Option)]
        once = [one for one in options if _takes_one(one)]
        for one in {id(one): one for one in once if once.count(one) > 1}.values():
            self._refuse_two(ctx, args, one)
        for one in {id(one): one for one in options}.values():
            _refuse_empty(one, opts.get(one.name or ""))
        _refuse_two_forms(options)
        if _count(bare, opts) and any(one.name in _NAMES for one in once):
            self._refuse_rest(ctx, args)

    def _read(self, ctx: click.Context, args: Sequence[str]) -> Iterator[tuple[Opts, int, object]]:
        """Read more and more of the words: the options, how many words have none, the last option.

        So every spelling that Click knows is read as Click reads it.
        """
        for count in range(1, len(args) + 1):
            read = self._begun(ctx, args[:count])
            if read is not None:
                yield read

    def _begun(self, ctx: click.Context, args: Sequence[str]) -> tuple[Opts, int, object] | None:
        with suppress(click.UsageError):
            opts, bare, order = self.make_parser(ctx).parse_args(list(args))
            options = [one for one in order if isinstance(one, click.Option)]
            return opts, _count(bare, opts), options[-1] if options else None
        return None

    def _refuse_two(self, ctx: click.Context, args: Sequence[str], option: click.Parameter) -> None:
        values = [str(opts[option.name or ""]) for opts, _, _ in self._read(ctx, args)
                  if option.name in opts]  # fmt: skip
        different = list(dict.fromkeys(values))
        if len(different) == 1:
            return
        called = max(option.opts, key=len)
        message = f"{called} is given twice, with two different words"
        if option.name not in PERSONAL:
            shown = " and ".join(f"`{shorten(one)}`" for one in different)
            message = f"{called} is given twice: {shown}"
        raise RequestError(Fault(message=message, hint="keep one of them"))

    def _refuse_rest(self, ctx: click.Context, args: Sequence[str]) -> None:
        before = 0
        for _, bare, last in self._read(ctx, args):
            if bare > before and isinstance(last, click.Option) and last.name in _NAMES:
                # Click would print the words, and they may be the rest of a name without quotes.
                called = max(last.opts, key=len)
                raise click.UsageError(
                    f'too many words; put a {last.name} in quotes: {called} "…"', ctx
                )
            before = bare


class CarefulGroup(GroupWithExamples):
    """A group of such commands."""

    command_class = CarefulCommand


def refuse_beside(called: str, *names: str) -> None:
    """Raise a usage error where parameters were typed that the command does not read beside one."""
    if given := typed(*names):
        raise click.UsageError(
            f"{called} cannot go with {' and '.join(given)}: run them separately"
        )


def typed(*names: str) -> list[str]:
    """Return which of some parameters were typed, as they are called."""
    context = click.get_current_context()
    return [
        max(one.opts, key=len) if isinstance(one, click.Option) else one.make_metavar(context)
        for one in context.command.params
        if context.get_parameter_source(one.name or "") is ParameterSource.COMMANDLINE
        and one.name in names
    ]


def _refuse_two_forms(options: Sequence[click.Option]) -> None:
    """Refuse two switches of which each says what the other does, such as two formats."""
    for one in options:
        others = [other for other in options if other.name == one.name and other is not one]
        if others:
            both = " and ".join(max(given.opts, key=len) for given in (one, others[0]))
            raise RequestError(Fault(message=f"{both} cannot go together", hint="keep one of them"))


def _refuse_empty(option: click.Option, given: object) -> None:
    """Refuse an empty word, unless it says that there is none."""
    words = given if isinstance(given, list | tuple) else (given,)
    if "" in words and option.name not in _MAY_BE_EMPTY:
        called = max(option.opts, key=len)
        hint = f"write it, or leave out {called}"
        raise RequestError(Fault(message=f"{called} is empty", hint=hint))


def _takes_one(option: click.Option) -> bool:
    return not (option.multiple or option.is_flag or option.count)


def _count(bare: Sequence[str], opts: Opts) -> int:
    """Count the words without an option, which an argument may have taken."""
    words = opts.get("words")
    return len(bare) + (len(words) if isinstance(words, tuple | list) else 0)
