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
    from collections.abc import Callable, Sequence

    from handouts.cli.record_questions import RecordQuestions
    from handouts.content.library import Flag, Library
    from handouts.selection.questions import AskedGroup


_WIDTH = 78
"""Letters of a line: terminals have 80."""
_MOST_BYTES = 1_000
_WORDS = {
    **dict.fromkeys(("back", "b", "<"), "back"),
    **dict.fromkeys(("stop", "quit", "q", "exit"), "stop"),
    **dict.fromkeys(("end", "e"), "end"),
}
_KEYS = "y, n or ?"
_WHICH_KEYS = "1 3: yes to these, no to the others. n: none. ?: not known. Enter: one by one"
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
@click.option(
    "--fhir", metavar="FILE", help="Start from the patient's record; see `handout record`."
)
def ask(**given: object) -> None:
    """Be asked what a leaflet needs, then make it.

    The region, how long it has hurt, the age or date of birth, then one question for each group of
    facts, answered y, n or ?. After a yes it asks which facts are true; n is no to each of them,
    and ? leaves them not asked. The name of a medicine or an illness is an answer too. Whoever
    answers every question y or n has asked about every flag. At the end it says what was
    understood, and the command that does the same; then it makes the leaflet.

    \b
    Examples:
      handout ask
      handout ask --print
      handout ask --fhir patient.json
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.content.load import load_library

    content = given["content"]
    library = load_library(content if isinstance(content, str) else None)
    interview = Interview(library, date.today())  # noqa: DTZ011 - the clinician's own calendar
    record = _record(library, **given)
    dialogue = _Dialogue(interview, [one.label for one in library.regions.values()], record)
    shared = _given_words(click.get_current_context())
    tell(_HELP)
    while True:
        dialogue.run()
        words = [*interview.words(), *shared]
        if record and (declined := record.declined(interview.answers)):
            words.append(f"--decline-proposals={','.join(declined)}")
        choice = _summary(words, interview, dialogue)
        if choice == "make" and not (left := record.open(interview.answers) if record else []):
            break
        if choice == "make":
            tell(f"the record proposes {', '.join(left)}: answer yes or no")
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

    def __init__(
        self, interview: Interview, regions: list[str], record: RecordQuestions | None
    ) -> None:
        self._interview = interview
        self._record = record
        self._regions = regions
        self._first: tuple[Callable[[], str], ...] = (self._region, self._lasting, self._age)
        self._at = 0

    @property
    def _end(self) -> int:
        """How many steps there are: which groups are asked follows from the first ones."""
        return len(self._first) + len(self._interview.groups)

    def run(self) -> None:
        """Ask until the last step is done, or the rest is left out."""
        while self._at < self._end:
            number = self._at - len(self._first)
            went = self._first[self._at]() if number < 0 else self._group(number)
            if went == "end":
                if self._needs_more():
                    continue
                break
            self._at = max(0, self._at - 1) if went == "back" else self._at + 1

    def go_on(self, choice: str) -> None:
        """Set where to ask next: the step before, or the first with an open question."""
        if choice == "back":
            self._at = min(self._at, self._end - 1)
            return
        left = {*self._interview.open}
        groups = self._interview.groups
        first = (at for at, one in enumerate(groups) if left & {flag.id for flag in one.flags})
        self._at = len(self._first) + next(first, len(groups) - 1)

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

    def _group(self, number: int) -> str:
        """Ask the question of a group, and after a yes those of its facts."""
        group = self._interview.groups[number]
        while True:
            self._show(number, group)
            text = self.line(_KEYS)
            folded = text.casefold()
            if word := _WORDS.get(folded):
                return word
            went = "again"
            if folded in _YES:
                alone = len(group.flags) == 1 and group.question == group.flags[0].question
                went = self._take(group.flags[0], YES) if alone else self._which(group)
            elif folded in _NO or folded in _UNSURE:
                went = self._all(group, NO if folded in _NO else UNSURE)
            else:
                tell(self._interview.hear(text) if text else _KEYS)
            if went != "again":
                return went

    def _which(self, group: AskedGroup) -> str:
        """Ask which facts of a group are true: all at once, or one after the other."""
        if len(group.flags) == 1:
            return self._one_by_one(group.flags)
        while True:
            for at, flag in enumerate(group.flags, 1):
                said = self._interview.answers.get(flag.id)
                known = f" [{said}]" if said else ""
                tell(f"{at} {flag.question}{known}", "  ")
            text = self.line(_WHICH_KEYS)
            folded = text.casefold()
            if word := _WORDS.get(folded):
                return "again" if word == "back" else word
            went = "again"
            if folded in _NO or folded in _UNSURE:
                went = self._all(group, NO if folded in _NO else UNSURE)
            elif not text:
                went = self._one_by_one(group.flags)
            elif chosen := _chosen(text, len(group.flags)):
                went = self._answer_chosen(group, chosen)
            elif folded in _YES:
                tell("say which, by their numbers; Enter asks one by one")
            else:
                tell(self._interview.hear(text))
            if went != "again":
                return went

    def _all(self, group: AskedGroup, answer: str) -> str:
        """Answer a whole group; an age that nobody gave is asked about all the same."""
        tell(self._interview.answer_group(group, answer))
        if answer == NO and (ages := self._interview.age_questions(group)):
            return self._one_by_one(ages)
        return "next"

    def _show(self, number: int, group: AskedGroup) -> None:
        note("")
        tell(f"{group.label} ({number + 1} of {len(self._interview.groups)})")
        said = self._interview.answer_of(group)
        tell(f"{group.question}{f' [{said}]' if said else ''}", "  ")
        for flag in group.flags:
            if self._record and (beside := self._record.beside(flag.id)):
                tell(f"  the record: {beside}. {flag.question}", "  ")

    def _answer_chosen(self, group: AskedGroup, chosen: set[int]) -> str:
        for at, flag in enumerate(group.flags, 1):
            if at not in chosen and flag.id in self._interview.aged:
                continue
            if problem := self._interview.answer(flag.id, YES if at in chosen else NO):
                tell(problem)
                return "again"
        tell("yes: " + ", ".join(group.flags[at - 1].id for at in sorted(chosen)))
        return "next"

    def _one_by_one(self, flags: Sequence[Flag]) -> str:
        """Ask each question; `again` is said where somebody goes back to the group."""
        at = 0
        while at < len(flags):
            went = self._ask(flags[at])
            if went == "back" and at == 0:
                return "again"
            if went == "end":
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


def _record(
    library: Library, *, fhir: object, content: object, day: object, **_others: object
) -> RecordQuestions | None:
    """Read the record, if there is one, and say what was read."""
    if not isinstance(fhir, str):
        return None
    if fhir == "-":
        raise click.UsageError("--fhir needs a file here: the answers are on standard input")
    from handouts.cli.record_input import read_from
    from handouts.cli.record_questions import RecordQuestions

    texts = [one if isinstance(one, str) else None for one in (content, day)]
    record = RecordQuestions(library, read_from(library, texts[0], fhir, texts[1]))
    for line in record.lines():
        tell(line, "  ")
    return record


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
