"""Goes in: a person and the words they approve. Comes out: their approval in `signoff.yaml`."""

from __future__ import annotations

import sys
from datetime import date

import click

from handouts.selectors import CONTENT
from handouts.system.terminal import echo_json, screen_width


@click.command()
@click.option("--by", default="", metavar="NAME", help="Who approves.")
@click.option("--role", default="", metavar="TEXT", help="In what role; leaflets name it.")
@click.option("--registration", default="", metavar="TEXT", help="With what professional register.")
@click.option(
    "--expires",
    metavar="YYYY-MM-DD",
    help="Until when.  [default: 2 years after the approval; at most 3]",
)
@click.option(
    "--date",
    "day",
    metavar="YYYY-MM-DD",
    help="The day of the approval, or the day that --status looks at.  [default: today]",
)
@click.option("--status", is_flag=True, help="List how every block stands, and sign nothing.")
@click.option("--json", "as_json", is_flag=True, help="The status for programs.")
@click.argument("blocks", nargs=-1, metavar="[BLOCK]...")
@CONTENT
def sign(
    *,
    by: str,
    role: str,
    registration: str,
    expires: str | None,
    day: str | None,
    status: bool,
    as_json: bool,
    blocks: tuple[str, ...],
    content: str | None,
) -> None:
    """Approve words, or list who approved them.

    Without blocks, everything that waits for this person is signed (a terminal asks first);
    `handout review` shows it. A block may be named with *.
    Besides blocks there are flags (flag:ID), classes
    (class:ID), rows of the matrix (advice:ID), places (place:ID), page:labels and page:headings.
    The record is `signoff.yaml` in the content folder.

    \b
    Examples:
      handout sign --status
      handout sign --by "Dr A. Jones" --role "consultant physiotherapist"
      handout sign --by "B. Silva" --role pharmacist --expires 2027-06-30 "class:*" "flag:*"
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.governance.edit import open_book, parse_approval, require_glyphs
    from handouts.selection.request import parse_day
    from handouts.standings import standing_records, standing_table

    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    on = parse_day(day, today)
    if status or as_json:
        book = open_book(content)
        units = book.units(blocks)
        if as_json:
            echo_json(standing_records(book, units, on))
        else:
            click.echo(standing_table(book, units, on, screen_width()))
        return
    if on > today:
        raise click.BadParameter(f"{on} is in the future", param_hint="--date")
    approval = parse_approval(by=by, role=role, registration=registration, on=on, expires=expires)
    require_glyphs(approval.role)
    book = open_book(content)
    units = book.units(blocks)
    if not blocks:
        units = [unit for unit in units if book.waits_for(unit, approval.by, on)]
    count = "1 block" if len(units) == 1 else f"{len(units)} blocks"
    if units and not blocks and sys.stdin.isatty():
        click.confirm(f"Sign {count} in {book.path} without looking at them?", abort=True)
    for unit in units:
        book.sign(unit, approval)
    if units:
        book.save()
    who = f"{approval.by}, {approval.role}"
    click.echo(f"signed {count} by {who}, until {approval.until}: {book.path}")
