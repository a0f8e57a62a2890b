"""Goes in: codes of leaflets. Comes out: which of them still say what should be said."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from handouts.selectors import CONTENT
from handouts.system.terminal import echo_json


@click.command()
@click.argument("codes", nargs=-1, metavar="CODE...|-")
@click.option(
    "--file",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read codes from here, the first word of each line.",
)
@click.option(
    "--from-git",
    "repository",
    type=click.Path(path_type=Path),
    metavar="REPO",
    help="Look for earlier words in this repository.  [default: where the content is]",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@CONTENT
def current(
    *,
    codes: tuple[str, ...],
    source: Path | None,
    repository: Path | None,
    as_json: bool,
    content: str | None,
) -> int:
    """Say whether leaflets that were given out are still current.

    Each is current, changed (with the words that changed), withdrawn (with the reason), of an
    unknown version, or unreadable. Exits with 1 when any is not current.

    \b
    Examples:
      handout current N2DK-RT8H-7TYF1
      handout current --file given-in-november.txt --from-git ~/our-content
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.audit.recall import Recall, State
    from handouts.audit.remake import repository_of
    from handouts.content.load import content_folder

    asked = [code for code in codes if code != "-"]
    if source is not None:
        asked += _first_words(source.read_text(encoding="utf-8", errors="replace"))
    if "-" in codes:
        asked += _first_words(sys.stdin.read())
    if not asked:
        raise click.UsageError("name a code, a --file of codes, or - for standard input")
    recall = Recall(content, repository or repository_of(content_folder(content)))
    answers = [recall.answer(code) for code in asked]
    if as_json:
        echo_json(
            [{"code": a.code, "state": str(a.state), "reasons": list(a.reasons)} for a in answers]
        )
    else:
        for answer in answers:
            click.echo(f"{answer.code}  {answer.state}")
            for reason in answer.reasons:
                click.echo(f"  {reason}")
    return int(any(answer.state is not State.CURRENT for answer in answers))


def _first_words(text: str) -> list[str]:
    """Take the first word of each line; what a terminal would obey and not show is replaced."""
    words = [line.split()[0] for line in text.splitlines() if line.strip()]
    return ["".join(one if one.isprintable() else "?" for one in word) for word in words]
