"""Define `handout completion`: a script that completes words in the shell: `completion`."""

from __future__ import annotations

import click

from handouts.cli.careful import CarefulCommand


@click.command(cls=CarefulCommand)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print a script for your shell.

    It completes commands, options, regions, flags, places and exercises, and words that mean one.

    \b
    Examples:
      handout completion bash > ~/.local/share/bash-completion/completions/handout
      handout completion zsh > ~/.zfunc/_handout
      handout completion fish > ~/.config/fish/completions/handout.fish
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from click.shell_completion import get_completion_class

    handout = click.get_current_context().find_root().command
    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(script(handout, {}, "handout", "_HANDOUT_COMPLETE").source())
