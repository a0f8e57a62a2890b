"""Goes in: words that turned out wrong. Comes out: a record that keeps them from being printed."""

from __future__ import annotations

from datetime import date

import click

from handouts.selectors import CONTENT


@click.command()
@click.argument("block", required=False, metavar="BLOCK")
@click.option("--why", default="", metavar="TEXT", help="What is wrong with the words.")
@click.option("--by", default="", metavar="NAME", help="Who withdraws them.")
@click.option("--lift", is_flag=True, help="Take the withdrawal back; --why says the reason.")
@click.option("--list", "listing", is_flag=True, help="List what was ever withdrawn.")
@CONTENT
def withdraw(
    *, block: str | None, why: str, by: str, lift: bool, listing: bool, content: str | None
) -> None:
    """Withdraw words, so that no leaflet with them is printed.

    A leaflet that needs withdrawn words is refused (exit code 4); it is never printed without them.
    The words may print again once they are changed and signed, or with --lift. `handout current`
    finds the leaflets that were given out. The record is `withdrawn.yaml` in the content folder.

    \b
    Examples:
      handout withdraw heat-cold-heat --why "burns reported" --by "Dr A. Jones"
      handout withdraw place:gb --why "the number of the urgent line is wrong"
      handout withdraw --list
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.governance.edit import lift_unit, open_withdrawals, withdraw_unit

    book = open_withdrawals(content)
    if listing:
        for one in book.found:
            end = f"; lifted on {one.lifted}: {one.lifted_why}" if one.lifted else ""
            click.echo(f"{one.on}  {one.unit}  {one.why}{end}")
        return
    if block is None or not why.strip():
        raise click.UsageError("name a block, and say --why")
    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    if lift:
        lift_unit(book, block, " ".join(why.split()), today)
        click.echo(f"{block} may be printed again")
    else:
        withdraw_unit(book, block, why=" ".join(why.split()), by=" ".join(by.split()), on=today)
        click.echo(f"{block} is withdrawn: leaflets that need it are refused")
