"""Define the commands on approval: `sign`, `review`, `withdraw`."""

from __future__ import annotations

import sys
from datetime import date

import click

from handouts.cli.options import CONTENT
from handouts.system.terminal import echo_json, screen_width


@click.command()
@click.option("--by", default="", metavar="NAME", help="Who approves.")
@click.option("--role", default="", metavar="TEXT", help="Their role, which leaflets name.")
@click.option(
    "--registration",
    default="",
    metavar="TEXT",
    help="Their registration with a professional body.",
)
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
@click.option("--status", is_flag=True, help="List the status of every block, and sign nothing.")
@click.option("--json", "as_json", is_flag=True, help="The status as JSON.")
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

    Without blocks, all that this person has not approved yet is signed (a terminal asks first);
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
    from handouts.cli.approvals import standing_records, standing_table
    from handouts.governance.edit import open_signoff, parse_approval, require_glyphs
    from handouts.selection.request import parse_day

    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    on = parse_day(day, today)
    if status or as_json:
        book = open_signoff(content)
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
    book = open_signoff(content)
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


@click.command()
@click.option("--by", required=True, metavar="NAME", help="Who approves.")
@click.option("--role", required=True, metavar="TEXT", help="Their role, which leaflets name.")
@click.option(
    "--registration",
    default="",
    metavar="TEXT",
    help="Their registration with a professional body.",
)
@click.option(
    "--expires",
    metavar="YYYY-MM-DD",
    help="Until when.  [default: 2 years after today; at most 3]",
)
@click.option(
    "--all", "everything", is_flag=True, help="Also show what this person has approved already."
)
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
    """Review block by block, and approve or refuse.

    Shows what a block says, when it prints, its sources, and what changed since it was last
    signed. Each yes is written at once, so Ctrl-C keeps what was approved. A no takes back this
    person's approval of the same words; a skip changes nothing. A block may be named with *.

    \b
    Examples:
      handout review --by "Dr A. Jones" --role "consultant physiotherapist"
      handout review --by "B. Silva" --role pharmacist "class:*" "flag:*"
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.cli.approvals import show_unit
    from handouts.governance.edit import open_signoff, parse_approval, require_glyphs

    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    approval = parse_approval(
        by=by, role=role, registration=registration, on=today, expires=expires
    )
    require_glyphs(approval.role)
    book = open_signoff(content)
    units = [
        unit
        for unit in book.units(blocks)
        if everything or book.waits_for(unit, approval.by, today)
    ]
    if not units:
        click.echo("nothing to review")
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
        click.echo(f"not approved; please tell the authors: {', '.join(refused)}")


def _answer(typed: str) -> str:
    """Take a word, or its first letter, for an answer."""
    for word in ("yes", "no", "skip", "quit"):
        if typed and word.startswith(typed.strip().lower()):
            return word
    raise click.UsageError("type y, n, s or q")


@click.command()
@click.argument("block", required=False, metavar="BLOCK")
@click.option("--why", default="", metavar="TEXT", help="What is wrong with the words.")
@click.option("--by", default="", metavar="NAME", help="Who withdraws them.")
@click.option("--lift", is_flag=True, help="Lift the withdrawal; give the reason with --why.")
@click.option("--list", "listing", is_flag=True, help="List every withdrawal.")
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
        raise click.UsageError("name a block, and give --why")
    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    if lift:
        lift_unit(book, block, " ".join(why.split()), today)
        click.echo(f"{block} may be printed again")
    else:
        withdraw_unit(book, block, why=" ".join(why.split()), by=" ".join(by.split()), on=today)
        click.echo(f"{block} is withdrawn: leaflets that need it are refused")
