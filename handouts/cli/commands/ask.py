"""Define `handout ask`: be asked, line by line, and get the leaflet: `ask`."""

from __future__ import annotations

import shlex
import sys
import textwrap
from datetime import date
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from handouts.cli.careful import CarefulCommand
from handouts.cli.commands.make import make
from handouts.cli.deliver import takes_output
from handouts.cli.options import CONTENT, LOOKS, options_of
from handouts.errors import HandoutsError
from handouts.selection.interview import NO, UNSURE, YES, Interview
from handouts.system.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.content.library import Flag
    from handouts.selection.interview import InterviewGroup


_WIDTH = 78
"""Letters of a line: terminals have 80."""
_MOST_BYTES = 1_000
_WORDS = {
    **dict.fromkeys(("back", "b", "<"), "back"),
    **dict.fromkeys(("stop", "quit", "q", "exit"), "stop"),
    **dict.fromkeys(("end", "e"), "end"),
}
_ONE_KEYS = "y, n or ?"
_KEYS = "n: no to all. ?: not known. 1 3: yes to these, no to the others. Enter: one by one"
_YES = frozenset({"y", "yes"})
_NO = frozenset({"n", "no", "none"})
_UNSURE = frozenset({"?", "not sure", "don't know", "unsure", "not known"})
_HELP = (
    "Answer each line and press Enter. `back` goes back, `end` leaves out the questions that are "
    "left, `stop` ends without a leaflet. Nothing that you answer is kept."
)


@click.command(cls=CarefulCommand)
@click.option("--place", metavar="ID", help="As for `handout make`.")
@click.option("--preset", metavar="NAME", help="As for `handout make`.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="As for `handout make`.")
@CONTENT
@takes_output
@click.option("--print", "printer", is_flag=False, flag_value="", metavar="[PRINTER]",
              help="Also print the PDF.")  # fmt: skip
@click.option("--reference", metavar="TEXT", help="As for `handout make`.")
def ask(**given: object) -> None:
    """Be asked what a leaflet needs, then make it.

    The region, how long it has hurt, the age or date of birth, then the questions in groups: each
    is answered y, n or ?, or a whole group at once. Words such as warfarin are answers too. Whoever
    answers every question y or n has asked about every flag. At the end it says what was
    understood, and the command that does the same; then it makes the leaflet.

    \b
    Examples:
      handout ask
      handout ask --print
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.content.load import load_library

    content = given["content"]
    library = load_library(content if isinstance(content, str) else None)
    interview = Interview(library, date.today())  # noqa: DTZ011 - the clinician's own calendar
    dialogue = _Dialogue(interview, [one.label for one in library.regions.values()])
    shared = _given_words(click.get_current_context())
    tell(_HELP)
    while True:
        dialogue.run()
        words = [*interview.words(), *shared]
        choice = _summary(words, interview, dialogue)
        if choice == "make":
            break
        dialogue.go_on(choice)
    name = dialogue.line("Name to print, or Enter for a blank line:").strip()
    named = [f"--name={name}"] if name not in {"", "-"} else []
    above = click.get_current_context().parent
    with make.make_context("make", [*words, *named], above, obj=[]) as made:
        make.invoke(made)


for _option in reversed(LOOKS):
    ask = _option(ask)


def tell(text: str, indent: str = "") -> None:
    """Write lines that fit a terminal to standard error; a screen reader reads them in order."""
    for line in text.splitlines():
        note(textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False))


class _Dialogue:
    """Asks one step after the other, back and forth."""

    def __init__(self, interview: Interview, regions: list[str]) -> None:
        self._interview = interview
        self._regions = regions
        self._steps: list[Callable[[], str]] = [self._region, self._lasting, self._age]
        self._steps += [self._group_step(number) for number in range(len(interview.groups))]
        self._at = 0

    def run(self) -> None:
        """Ask until the last step is done, or the rest is left out."""
        while self._at < len(self._steps):
            went = self._steps[self._at]()
            if went == "end":
                if self._needs_more():
                    continue
                break
            self._at = max(0, self._at - 1) if went == "back" else self._at + 1

    def go_on(self, choice: str) -> None:
        """Set where to ask next: the step before, or the first with an open question."""
        if choice == "back":
            self._at = min(self._at, len(self._steps)) - (self._at >= len(self._steps))
            return
        left = {*self._interview.open}
        groups = self._interview.groups
        first = (at for at, one in enumerate(groups) if left & {flag.id for flag in one.flags})
        self._at = len(self._steps) - len(groups) + next(first, len(groups) - 1)

    def line(self, prompt: str) -> str:
        """Ask for a line; raises Abort where no more comes, or somebody stops."""
        tell(prompt)
        if sys.stderr is not None:
            sys.stderr.write("> ")
            sys.stderr.flush()
        raw = sys.stdin.buffer.readline(_MOST_BYTES + 1) if sys.stdin is not None else b""
        if not raw:
            note("")
            note("the answers ended: no leaflet was made, and nothing is kept")
            raise click.Abort
        while len(raw) > _MOST_BYTES and not raw.endswith(b"\n"):
            raw = sys.stdin.buffer.readline(_MOST_BYTES + 1) or b"\n"
        text = raw.decode("utf-8", "replace")
        if not sys.stdin.isatty():
            note("")  # what a terminal shows as the line is entered
        if _WORDS.get(text.strip().casefold()) == "stop":
            note("no leaflet was made, and nothing is kept")
            raise click.Abort
        return " ".join(text.split())

    # -------------------------------------------------------------- steps
    def _needs_more(self) -> bool:
        if self._interview.region and self._interview.status:
            return False
        tell("A leaflet needs the region, and how long it has hurt.")
        self._at = 1 if self._interview.region else 0
        return True

    def _region(self) -> str:
        listed = ", ".join(f"{at} {label}" for at, label in enumerate(self._regions, 1))
        return self._until(f"Where does it hurt? {listed}", self._interview.set_region)

    def _lasting(self) -> str:
        prompt = "How long has it hurt? Such as: 3 weeks, 6 months, since March, new, long-lasting"
        return self._until(prompt, self._interview.set_status)

    def _age(self) -> str:
        prompt = (
            "How old is the patient? Years or date of birth, which is not kept; Enter: not known"
        )
        return self._until(prompt, self._interview.set_age, may_be_empty=True)

    def _until(self, prompt: str, take: Callable[[str], str], *, may_be_empty: bool = False) -> str:
        """Ask until an answer is taken."""
        while True:
            text = self.line(prompt)
            if word := _WORDS.get(text.casefold()):
                return word
            if text in {"", "?"} and may_be_empty:
                return "next"
            problem = take(text) if text else "an answer is needed"
            if not problem:
                return "next"
            tell(problem)

    def _group_step(self, number: int) -> Callable[[], str]:
        return lambda: self._group(number)

    def _group(self, number: int) -> str:
        """Ask a group: all at once, or one question after the other."""
        group = self._interview.groups[number]
        while True:
            self._show(number, group)
            one = len(group.flags) == 1
            keys = _ONE_KEYS if one else _KEYS
            text = self.line(keys)
            folded = text.casefold()
            if word := _WORDS.get(folded):
                return word
            if folded in _NO or folded in _UNSURE:
                tell(self._interview.answer_group(group, NO if folded in _NO else UNSURE))
                return "next"
            if not text or (one and folded in _YES):
                went = self._one_by_one(group, YES if text else "")
                if went != "again":
                    return went
            elif chosen := _chosen(text, len(group.flags)):
                if self._answer_chosen(group, chosen):
                    return "next"
            else:
                tell(self._not_taken(folded, text))

    def _not_taken(self, folded: str, text: str) -> str:
        if folded in _YES:
            return "say which, by their numbers; Enter asks one by one"
        return self._interview.hear(text)

    def _show(self, number: int, group: InterviewGroup) -> None:
        note("")
        tell(f"{group.label} ({number + 1} of {len(self._interview.groups)})")
        for at, flag in enumerate(group.flags, 1):
            said = self._interview.answers.get(flag.id)
            known = f" [{said}]" if said else ""
            tell(f"{at} {flag.question}{known}", "  ")

    def _answer_chosen(self, group: InterviewGroup, chosen: set[int]) -> bool:
        for at, flag in enumerate(group.flags, 1):
            if problem := self._interview.answer(flag.id, YES if at in chosen else NO):
                tell(problem)
                return False
        tell("yes: " + ", ".join(group.flags[at - 1].id for at in sorted(chosen)))
        return True

    def _one_by_one(self, group: InterviewGroup, answer: str) -> str:
        """Ask each question; `again` is said where somebody goes back to the group."""
        at = 0
        while at < len(group.flags):
            flag = group.flags[at]
            went = self._take(flag, answer) if answer else self._ask(flag)
            if went == "back" and at == 0:
                return "again"
            if went == "end":
                return went
            if answer and went == "again":
                return went
            at += {"back": -1, "next": 1}.get(went, 0)
        return "next"

    def _ask(self, flag: Flag) -> str:
        text = self.line(f"{flag.question} y, n or ?")
        folded = text.casefold()
        if word := _WORDS.get(folded):
            return word
        for answer, words in ((YES, _YES), (NO, _NO), (UNSURE, _UNSURE)):
            if folded in words:
                return self._take(flag, answer)
        tell(self._interview.hear(text) if text else "y, n or ?")
        return "again"

    def _take(self, flag: Flag, answer: str) -> str:
        if problem := self._interview.answer(flag.id, answer):
            tell(problem)
            return "again"
        return "next"


def _chosen(text: str, count: int) -> set[int]:
    """Read the numbers of questions; none where any is no number of one."""
    parts = text.replace(",", " ").split()
    if not all(one.isascii() and one.isdecimal() and len(one) <= len("99") for one in parts):
        return set()
    numbers = {int(one) for one in parts}
    return numbers if numbers <= {*range(1, count + 1)} else set()


def _given_words(context: click.Context) -> list[str]:
    """Return the options of the command line, for `make`."""
    words = []
    for one in context.command.params:
        value = context.params.get(one.name or "")
        if context.get_parameter_source(one.name or "") is not ParameterSource.COMMANDLINE:
            continue
        called = max(one.opts, key=len)
        words.append(called if value in {True, ""} else f"{called}={value}")
    return words


def _summary(words: list[str], interview: Interview, dialogue: _Dialogue) -> str:
    """Say what was understood, and ask what to do: `make`, `on` or `back`."""
    from handouts.content.load import load_library
    from handouts.governance.load import load_profile
    from handouts.selection.request import request_of
    from handouts.selection.said_back import questions, said_back

    note("")
    tell("What was understood:")
    try:
        above = click.get_current_context().parent
        with make.make_context("make", [*words], above, obj=[]) as read:
            options = options_of(read.params)
        library = load_library(options.content)
        request = request_of(library, load_profile(library, options.content), options, tell)
    except HandoutsError as error:
        for fault in error.faults:
            tell(f"error: {fault}")
        tell("This cannot be made as it is.")
        may = ""
    else:
        for line in (*said_back(library, request), *questions(library, request)):
            tell(line, "  ")
        may = "y: make the leaflet. "
    if interview.open:
        tell(f"not answered: {', '.join(interview.open)}", "  ")
        may += "on: go on with what is not answered. "
    tell("The same again:")
    note(f"handout make {shlex.join(words)}")
    while True:
        text = dialogue.line(f"{may}back: to the questions. stop: end without a leaflet").casefold()
        if text in _YES and may.startswith("y"):
            return "make"
        if text == "on" and interview.open:
            return "on"
        if _WORDS.get(text) == "back":
            return "back"
