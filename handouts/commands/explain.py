"""Goes in: a request as typed. Comes out: what its leaflet would hold, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.screen import echo_json, screen_width
from handouts.selectors import TAKES_WORDS, request_of, takes_words

if TYPE_CHECKING:
    from handouts.selectors import Words


@click.command(context_settings=TAKES_WORDS)
@takes_words
@click.option("--chosen", is_flag=True, help="Only the blocks that print.")
@click.option("--left-out", is_flag=True, help="Only the blocks that do not.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(words: Words, *, chosen: bool, left_out: bool, as_json: bool) -> None:
    """Say what a leaflet would hold, and why.

    Takes the selectors of `handout make`, and makes nothing. First comes the advice on every
    medicine and treatment with what decided it, then every block, section by section.

    \b
    Examples:
      handout explain --region neck --flag gi-ulcer
      handout explain --region lumbar --flag pregnancy --screened --left-out
      handout explain --region neck --json
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.explanation import explain_record, explain_text
    from handouts.library import load_library
    from handouts.profiles import load_profile
    from handouts.selection import select_blocks

    library = load_library(words.content)
    request = request_of(library, load_profile(library, words.content), words)
    selection = select_blocks(library, request)
    both = chosen == left_out
    show_in, show_out = chosen or both, left_out or both
    if as_json:
        echo_json(explain_record(library, selection, chosen=show_in, left_out=show_out))
    else:
        width = screen_width()
        click.echo(explain_text(library, selection, width, chosen=show_in, left_out=show_out))
