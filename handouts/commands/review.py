"""Goes in: a person and their answers, block by block. Comes out: what they approved, written."""

from __future__ import annotations

from datetime import date

import click

from handouts.selectors import CONTENT


@click.command()
@click.option("--by", required=True, metavar="NAME", help="Who approves.")
@click.option("--role", required=True, metavar="TEXT", help="In what role; leaflets name it.")
@click.option("--registration", default="", metavar="TEXT", help="With what professional register.")
@click.option(
    "--expires",
    metavar="YYYY-MM-DD",
    help="Until when.  [default: 2 years after today; at most 3]",
)
@click.option("--all", "everything", is_flag=True, help="Also what this person has approved.")
@click.argument("blocks", nargs=-1, metavar="[BLOCK]...")
@CONTENT
def review(
    *,
    by: str,
    role: str,
    registration: str,
    expires: str | None,
    everything: bool,
    blocks: tuple[str, ...],
    content: str | None,
) -> None:
    """Look at block after block, and approve it or not.

    Shows what a block says, when it prints, its sources, and what changed since it was last
    signed. Each yes is written at once, so Ctrl-C keeps what was approved. A no takes back this
    person's approval of the same words; a skip changes nothing. A block may be named with *.

    \b
    Examples:
      handout review --by "Dr A. Jones" --role "consultant physiotherapist"
      handout review --by "B. Silva" --role pharmacist "class:*" "flag:*"
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.governance.edit import open_book, parse_approval, require_glyphs
    from handouts.reviewing import show_unit

    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    approval = parse_approval(
        by=by, role=role, registration=registration, on=today, expires=expires
    )
    require_glyphs(approval.role)
    book = open_book(content)
    units = [
        unit
        for unit in book.units(blocks)
        if everything or book.waits_for(unit, approval.by, today)
    ]
    if not units:
        click.echo("nothing waits for you")
        return
    signed, refused = 0, []
    for number, unit in enumerate(units, 1):
        click.echo(show_unit(book, unit, f"{number} of {len(units)}"))
        answer = click.prompt("Approve? yes, no, skip or quit", value_proc=_answer)
        if answer == "quit":
            break
        if answer == "yes":
            book.sign(unit, approval)
            signed += 1
        elif answer == "no":
            book.refuse(unit, approval.by)
            refused.append(unit)
        if answer != "skip":
            book.save()
    click.echo(f"\nsigned {signed} of {len(units)}")
    if refused:
        click.echo(f"not approved, tell their authors: {', '.join(refused)}")


def _answer(typed: str) -> str:
    """Take a word, or its first letter, for an answer."""
    for word in ("yes", "no", "skip", "quit"):
        if typed and word.startswith(typed.strip().lower()):
            return word
    raise click.UsageError("type y, n, s or q")
