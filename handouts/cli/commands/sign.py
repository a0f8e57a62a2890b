"""Define the commands on approval: `sign`, `review`, `withdraw`."""

from __future__ import annotations

import sys
from datetime import date
from textwrap import fill
from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulCommand, refuse_beside
from handouts.cli.options import CONTENT
from handouts.errors import Fault, RequestError
from handouts.system.terminal import echo_json, note, screen_width

if TYPE_CHECKING:
    from pathlib import Path

    from handouts.governance.approval import Approval, Refusal
    from handouts.governance.edit import SignoffEditor


@click.command(cls=CarefulCommand)
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
@click.option(
    "--spread",
    type=click.IntRange(1, 52),
    default=1,
    metavar="WEEKS",
    help="Let blocks signed together end over this many weeks before that day.  [1 to 52]",
)
@click.option(
    "--after-my-no", is_flag=True, help="Approve what this person said no to, all the same."
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
    spread: int,
    after_my_no: bool,
    status: bool,
    as_json: bool,
    blocks: tuple[str, ...],
    content: str | None,
) -> None:
    """Approve words, or list who approved them.

    A block that is named in full is signed. Without blocks it is all that waits for this person,
    and a block may be named with *: then each is named first, and a terminal asks; without a
    terminal nothing is signed unseen. `handout review` shows the words.
    Besides blocks there are flags (flag:ID), classes (class:ID), rows of the matrix (advice:ID),
    places (place:ID), words of regions (words:ID), page:labels, page:headings, page:service, and
    the rules of safety (rule:ID).
    The record is `signoff.yaml` in the content folder.

    With `reviewers:` in service.yaml only they may sign, each what the roll says; --role may then
    be left out.

    \b
    Examples:
      handout sign --status
      handout sign --by "Dr A. Jones" --role "consultant physiotherapist"
      handout sign --by "B. Silva" --role pharmacist --expires 2027-06-30 "class:*" "flag:*"
      handout sign --by "B. Silva" --role pharmacist --spread 26 "rule:*"
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.governance.edit import open_signoff
    from handouts.governance.new_approval import parse_approval, require_glyphs, spread_out
    from handouts.selection.request import parse_day

    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    on = parse_day(day, today)
    book = open_signoff(content)
    if status or as_json:
        refuse_beside("--status" if status else "--json", *_OF_AN_APPROVAL)
        _show(book, book.units(blocks), on, as_json=as_json)
        return
    if on > today:
        raise click.BadParameter(f"{on} is in the future", param_hint="--date")
    approval = parse_approval(
        by=by, role=role, registration=registration, on=on, expires=expires,
        roll=book.profile.reviewers,
    )  # fmt: skip
    require_glyphs(approval.role)
    units = _units(book, approval, blocks, after_my_no=after_my_no)
    for unit in units:
        book.sign(unit, spread_out(approval, unit, spread))
    if units:
        book.save()
    who = f"{approval.by}, {approval.role}"
    click.echo(f"signed {_count(units)} by {who}, until {approval.until}: {book.path}")


_OF_AN_APPROVAL = ("by", "role", "registration", "expires", "spread", "after_my_no")


def _show(book: SignoffEditor, units: list[str], on: date, *, as_json: bool) -> None:
    """Show how units stand on a day."""
    from handouts.cli.approvals import standing_records, standing_table

    if as_json:
        echo_json(standing_records(book, units, on))
    else:
        click.echo(standing_table(book, units, on, screen_width()))


def _units(
    book: SignoffEditor, approval: Approval, blocks: tuple[str, ...], *, after_my_no: bool
) -> list[str]:
    """Name what is signed; what nobody named is named and asked about first."""
    units = book.for_person(approval.by, approval.on, blocks, after_no=after_my_no)
    if not blocks and not after_my_no and (no := book.refused_by(approval.by)):
        note(f"you said no to {', '.join(no)}: --after-my-no signs them all the same")
    if any(_is_pattern(one) for one in blocks or ("*",)):
        _ask(units, book.path)
    return units


def _count(units: list[str]) -> str:
    return "1 block" if len(units) == 1 else f"{len(units)} blocks"


def _is_pattern(block: str) -> bool:
    """Say whether a name may stand for blocks that it does not name."""
    return any(mark in block for mark in "*?[")


def _ask(units: list[str], path: Path) -> None:
    """Name what would be signed unseen, and ask; raises RequestError where there is nobody."""
    if not units:
        return
    if not at_terminal():
        hint = "name each block in full, or look at them with `handout review`"
        message = f"{_count(units)} would be signed unseen, and there is no terminal to ask at"
        raise RequestError(Fault(message=message, hint=hint))
    click.echo(fill(", ".join(units), screen_width() or 80, break_on_hyphens=False))
    click.confirm(f"Sign these {_count(units)} in {path} without looking at them?", abort=True)


def at_terminal() -> bool:
    """Say whether there is a person to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


@click.command(cls=CarefulCommand)
@click.option("--by", required=True, metavar="NAME", help="Who approves.")
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
    help="Until when.  [default: 2 years after today; at most 3]",
)
@click.option(
    "--spread",
    type=click.IntRange(1, 52),
    default=1,
    metavar="WEEKS",
    help="Let blocks signed together end over this many weeks before that day.  [1 to 52]",
)
@click.option("--all", "everything", is_flag=True, help="Also what this person has answered.")
@click.argument("blocks", nargs=-1, metavar="[BLOCK]...")
@CONTENT
def review(
    *,
    by: str,
    role: str,
    registration: str,
    expires: str | None,
    spread: int,
    everything: bool,
    blocks: tuple[str, ...],
    content: str | None,
) -> None:
    """Review block by block, and approve or refuse.

    Shows what a block says, when it prints, its sources, and what changed since it was last
    signed. Each answer is written at once, so Ctrl-C keeps what was approved. A no asks for its
    reason, which the record keeps, and takes back this person's approval of the same words; a yes
    after one's own no is asked for twice. A skip changes nothing. A block may be named with *.

    \b
    Examples:
      handout review --by "Dr A. Jones" --role "consultant physiotherapist"
      handout review --by "B. Silva" --role pharmacist "class:*" "flag:*"
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.cli.approvals import show_unit
    from handouts.governance.edit import open_signoff
    from handouts.governance.new_approval import parse_approval, require_glyphs, spread_out

    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    book = open_signoff(content)
    approval = parse_approval(
        by=by, role=role, registration=registration, on=today, expires=expires,
        roll=book.profile.reviewers,
    )  # fmt: skip
    require_glyphs(approval.role)
    units = [
        unit
        for unit in book.allowed(approval.by, blocks)
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
        if answer == "yes" and _is_meant(book, unit, approval):
            book.sign(unit, spread_out(approval, unit, spread))
            signed += 1
        elif answer == "no":
            book.refuse(unit, _refusal(approval))
            refused.append(unit)
        if answer != "skip":
            book.save()
    click.echo(f"\nsigned {signed} of {len(units)}")
    if refused:
        click.echo(f"not approved; please tell the authors: {', '.join(refused)}")


def _is_meant(book: SignoffEditor, unit: str, approval: Approval) -> bool:
    """Ask again where a person says yes to words that they said no to."""
    no = book.own_refusal(unit, approval.by)
    return no is None or click.confirm(f"You said no on {no.on}: {no.why}. Approve now?")


def _refusal(approval: Approval) -> Refusal:
    """Ask why, and give the no of this person."""
    from handouts.governance.approval import Refusal

    why = click.prompt("Why not? In a line, for the record", value_proc=_reason)
    return Refusal(by=approval.by, role=approval.role, on=approval.on, why=why)


def _reason(typed: str) -> str:
    """Take a reason of a line."""
    why = " ".join(typed.split())
    if not why or not why.isprintable():
        raise click.UsageError("say why in a line")
    return why


def _answer(typed: str) -> str:
    """Take a word, or its first letter, for an answer."""
    for word in ("yes", "no", "skip", "quit"):
        if typed and word.startswith(typed.strip().lower()):
            return word
    raise click.UsageError("type y, n, s or q")


@click.command(cls=CarefulCommand)
@click.argument("block", required=False, metavar="BLOCK")
@click.option("--why", default="", metavar="TEXT", help="What is wrong with the words.")
@click.option("--by", default="", metavar="NAME", help="Who withdraws or lifts.")
@click.option("--lift", is_flag=True, help="Take it back; --by and --why say who and why.")
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
      handout withdraw place:gb --lift --why "the number was right" --by "Dr A. Jones"
      handout withdraw --list
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.governance.edit import lift_unit, open_withdrawals, withdraw_unit

    if listing:
        refuse_beside("--list", "block", "why", "by", "lift")
    book = open_withdrawals(content)
    if listing:
        for one in book.found:
            by, who = (f" by {name}" if name else "" for name in (one.by, one.lifted_by))
            end = f"; lifted on {one.lifted}{who}: {one.lifted_why}" if one.lifted else ""
            click.echo(f"{one.on}  {one.unit}  {one.why}{by and f' ({by.strip()})'}{end}")
        return
    if block is None or not why.strip():
        raise click.UsageError("name a block, and give --why")
    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    if lift:
        lift_unit(book, block, why=" ".join(why.split()), by=" ".join(by.split()), on=today)
        click.echo(f"{block} may be printed again")
    else:
        withdraw_unit(book, block, why=" ".join(why.split()), by=" ".join(by.split()), on=today)
        click.echo(f"{block} is withdrawn: leaflets that need it are refused")
