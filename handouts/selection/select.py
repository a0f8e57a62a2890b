"""Choose the blocks of one leaflet and give a reason for each: `select_blocks`.

Three exercises are printed, one of each role, or those that a clinician chose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.blocks import (
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    RedFlagBody,
    SelfCheckBody,
    TextBody,
)
from handouts.content.vocabulary import (
    DIARY,
    MEDICINES,
    SHEET,
    STANDARD,
    USUAL_SIZE,
    Kind,
    Level,
    Urgency,
)
from handouts.errors import Fault, SelectionError
from handouts.selection.dose import dose_faults
from handouts.selection.exercise_set import MAX_CARDS, default_set, listed
from handouts.selection.rules import (
    Answer,
    decide,
    decide_advice,
    level_by_flags,
    stopping_flags,
    urgency_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.selection.request import Request
    from handouts.selection.rules import AdviceLevel

_MOST_NAMED = 8
"""Exercises that a refusal names in place of those that were asked for."""


class Choice(Struct, frozen=True):
    """A block with the reason why it is printed, or why it is left out."""

    block: Block
    reason: str


class Selection(Struct, frozen=True, kw_only=True):
    """Every block of the library, in its order, either chosen or left out, with the reason."""

    request: Request
    advice: Mapping[str, AdviceLevel]
    chosen: tuple[Choice, ...]
    left_out: tuple[Choice, ...]
    spoken: frozenset[str]
    """Advice classes that "Just for you" speaks of; their own section at most names them."""
    card: tuple[Choice, ...] = ()
    """The lines of the card to cut out; none where no card is asked for."""


def select_blocks(library: Library, request: Request) -> Selection:
    """Choose the blocks of one leaflet.

    Raises SelectionError when an exercise, dose, diary or card that was asked for cannot print.
    """
    selection = _Selector(library, request).select()
    if not request.look.card:
        return selection
    return replace(selection, card=_card_lines(library, request))


def _card_lines(library: Library, request: Request) -> tuple[Choice, ...]:
    """Choose the lines of the card: those in which a sheet says every sign of an emergency.

    A sheet has no list of all the signs either, so it is proved that these lines leave none out.
    """
    sheet = replace(request, look=replace(request.look, edition=SHEET, card=False, diary=False))
    return tuple(
        one
        for one in _Selector(library, sheet).select().chosen
        if isinstance(one.block.body, EmergencyLineBody)
        and one.block.body.urgency is Urgency.EMERGENCY
    )


def stands_in(long: Block, edition: str) -> bool:
    """Tell whether the short forms of a block, where they are printed, leave it no place.

    The short line of a warning sign does so on a sheet, which has no list of all the signs; and in
    both short editions where the sign belongs to the medicines, which are on page 1 there.
    """
    if not isinstance(long.body, RedFlagBody):
        return True
    of_medicines = long.body.prints_in == MEDICINES
    return edition == SHEET or (edition == STANDARD and of_medicines)


class _Selector:
    """Makes one selection with `select`; the other methods each decide one kind of block."""

    def __init__(self, library: Library, request: Request) -> None:
        self.library = library
        self.request = request
        self.advice = decide_advice(library.matrix, request)
        self.sections = {
            name: decide(term.when, request, self.advice) for name, term in library.sections.items()
        }
        self.exercises = self._decide_exercises()
        self.clauses = self._decide_clauses()
        self.spoken = self._spoken()
        self.blocks = {block.id: block for block in library.blocks}
        self.signs = {
            block.id: urgency_of(block.body, request.flags)
            for block in library.blocks
            if isinstance(block.body, RedFlagBody) and self._of_itself(block).holds
        }
        """The warning signs that hold, each with its urgency, wherever they are printed."""

    def select(self) -> Selection:
        """Decide every block of the library."""
        self._check_diary()
        self._check_card()
        chosen: list[Choice] = []
        left_out: list[Choice] = []
        for block in self.library.blocks:
            answer = self._decide(block)
            (chosen if answer.holds else left_out).append(Choice(block, answer.reason))
        self._check_doses(chosen, left_out)
        return Selection(
            request=self.request,
            advice=self.advice,
            chosen=tuple(chosen),
            left_out=tuple(left_out),
            spoken=self.spoken,
        )

    def _decide(self, block: Block) -> Answer:
        """Decide one block: a short form stands in for its long form, and never beside it."""
        answer = self._of_itself(block)
        if not answer.holds:
            return answer
        for name in block.short_of:
            long = self._of_itself(self.blocks[name])
            if not long.holds:
                return Answer.no(f"short of {name}: {long.reason}")
        for name in block.shorts:
            instead = stands_in(block, self.request.look.edition)
            if instead and self._decide(self.blocks[name]).holds:
                return Answer.no(f"{name} says it in fewer words")
        return answer

    def _of_itself(  # noqa: PLR0911 - one answer for each kind of block
        self, block: Block
    ) -> Answer:
        """Decide one block without regard to its short forms."""
        section = self.sections[block.section]
        if not section.holds and not self._is_spoken(block):
            return Answer.no(f"section {block.section}: {section.reason}")
        rule = decide(block.when, self.request, self.advice)
        if not rule.holds and block.kind is not Kind.EXERCISE:
            return rule
        match block.body:
            case ExerciseBody():
                return self.exercises[block.id]
            case ClassLineBody() as body:
                return self._class_line(body, rule)
            case ClauseBody() as body:
                why = "the plain class line is clearer beside other flags"
                return rule if body in self.clauses else Answer.no(why)
            case SelfCheckBody() as body:
                return self._self_check(body)
            case EmergencyLineBody() as body:
                return self._line(body, rule)
            case TextBody(movement=movement) if movement:
                return self._movement(movement, rule)
            case _:
                return rule

    def _line(self, body: EmergencyLineBody, rule: Answer) -> Answer:
        """Decide a short line: it may not stand for a sign that is absent, or more urgent."""
        for name in body.covers:
            if name not in self.signs:
                return Answer.no(f"{name} is left out")
            if body.urgency is not Urgency.EMERGENCY and self.signs[name] != body.urgency:
                return Answer.no(f"{name} is {self.signs[name]} here")
        return rule

    # -------------------------------------------------------------- exercises
    def _decide_exercises(self) -> Mapping[str, Answer]:
        """Decide all exercises: one of each role, or those that the clinician chose."""
        blocks = {b.id: b for b in self.library.blocks if isinstance(b.body, ExerciseBody)}
        if not blocks:  # in a slice for a proof
            return {}
        answers = {name: self._may_print(block) for name, block in blocks.items()}
        if self.request.exercises:
            return self._by_hand(answers)
        key = (self.request.region, self.request.status)
        may = {name: _exercise(block) for name, block in blocks.items() if answers[name].holds}
        chosen = default_set(may, key, self.request.flags, self.library.topic.strength)
        by_role = {may[name].role: name for name in reversed([*chosen])}
        for name, body in may.items():
            if name in chosen:
                answers[name] = Answer.yes(f"{chosen[name]}; {answers[name].reason}")
            elif key not in body.sets:
                answers[name] = Answer.no(f"not in the set for {key[0]}, {key[1]}")
            elif body.role:
                answers[name] = Answer.no(f"the {body.role} exercise is {by_role[body.role]}")
            else:
                answers[name] = Answer.no(f"only the first {MAX_CARDS} print")
        return answers

    def _by_hand(self, answers: dict[str, Answer]) -> Mapping[str, Answer]:
        refused: list[Fault] = []
        for name in self.request.exercises:
            if answers[name].holds:
                continue
            hints = [("", "")] if refused else [self._instead(answers)]  # it is the same for all
            if self._helps_to_ask(name):
                asked = "--screened says that you asked about every flag"
                hints.insert(0, (asked, "ask the questions that are not asked yet"))
            said = f"cannot be given: {answers[name].reason}"
            refused.append(
                Fault(
                    message=f"exercise `{name}` {said}",
                    said_on_page=f"“{self._called(name)}” {said}",
                    hint="; ".join(hint for hint, _ in hints if hint),
                    on_page="; ".join(hint for _, hint in hints if hint),
                )
            )
        if refused:
            raise SelectionError(*refused)
        chosen = self.request.exercises
        return {
            name: Answer.yes("chosen by hand")
            if name in chosen
            else Answer.no("others were chosen by hand" if answer.holds else answer.reason)
            for name, answer in answers.items()
        }

    def _instead(self, answers: Mapping[str, Answer]) -> tuple[str, str]:
        """Say which exercises can be given, those of the region first; for each door."""
        key = (self.request.region, self.request.status)
        bodies = {one.id: _exercise(one) for one in self.library.blocks if one.id in answers}
        own = listed(bodies, key)
        can = [one for one in own if answers[one].holds][:_MOST_NAMED]
        if not can:
            none = f"no exercise for {key[0]}, {key[1]} can be given here"
            return f"{none}: leave out --exercise", f"{none}: choose none"
        where = f"for {key[0]}, {key[1]} these can be given here"
        names = ", ".join(f"“{self._called(one)}”" for one in can)
        return f"{where}: {', '.join(can)}", f"{where}: {names}"

    def _called(self, exercise: str) -> str:
        """Return the name of an exercise as a leaflet prints it."""
        return next(_exercise(one).name for one in self.library.blocks if one.id == exercise)

    def _helps_to_ask(self, exercise: str) -> bool:
        """Tell whether the exercise could be printed after asking about every flag."""
        asked = replace(self.request, screened=True, exercises=(), doses=())
        block = next(block for block in self.library.blocks if block.id == exercise)
        return _Selector(self.library, asked)._may_print(block).holds  # noqa: SLF001 - same class

    def _may_print(self, block: Block) -> Answer:
        """Decide whether an exercise is safe to print for this patient, whatever its priority."""
        body, request = _exercise(block), self.request
        if why := _not_for(body, request):
            return Answer.no(why)
        if body.column not in self.library.topic.free_columns:
            verdict = self.advice[body.column]
            if verdict.level is not Level.OK:
                by = ", ".join(verdict.decided_by)
                return Answer.no(f"{body.column} is {verdict.level} ({by})")
        if body.also:
            level = level_by_flags(self.library.matrix, request, body.also)
            if level is not Level.OK:
                return Answer.no(f"{body.also} is {level} by the flags, or was not asked")
        cautions = [flag for flag in request.flags if flag in body.cautions]
        return Answer.yes(
            f"with a caution for {', '.join(cautions)}" if cautions else "no flag rules it out"
        )

    def _check_doses(self, chosen: list[Choice], left_out: list[Choice]) -> None:
        """Raise SelectionError for doses beyond their limits, or of exercises not printed."""
        if not self.request.doses:
            return
        printed = {choice.block.id: choice.block for choice in chosen}
        reasons = {choice.block.id: choice.reason for choice in left_out}
        faults: list[Fault] = []
        for name, dose in self.request.doses:
            if name in printed:
                dosage = _exercise(printed[name]).dosage[self.request.status]
                faults.extend(dose_faults(name, dosage, dose))
            else:
                why = f"is not printed: {reasons[name]}"
                message = f"`{name}` has a dose but {why}"
                block = next(one for one in self.library.blocks if one.id == name)
                if self._may_print(block).holds:
                    hint = f"--exercise {name} prints it"
                    on_page = "choose it, or leave its dose empty"
                else:
                    hint, on_page = f"leave out --dose {name}=…", "leave its dose empty"
                faults.append(
                    Fault(
                        message=message,
                        hint=hint,
                        on_page=on_page,
                        said_on_page=f"“{self._called(name)}” has a dose but {why}",
                    )
                )
        if faults:
            raise SelectionError(*faults)

    def _check_diary(self) -> None:
        """Raise SelectionError when a diary is asked for and this leaflet has none."""
        if self.request.look.diary and not self.sections[DIARY].holds:
            message = f"this leaflet has no diary: {self.sections[DIARY].reason}"
            hint = "leave out --diary, or the preset that has it"
            on_page = "leave out the diary, or the usual choice that has it"
            raise SelectionError(Fault(message=message, hint=hint, about="diary", on_page=on_page))

    def _check_card(self) -> None:
        """Raise SelectionError when a card is asked for that nobody could read, or cut out."""
        look = self.request.look
        why = ""
        hint = "leave out --card, or the preset that has it"
        on_page = "leave out the card, or the usual choice that has it"
        if stops := stopping_flags(self.library) & {*self.request.flags}:
            why = f"the leaflet for `{min(stops)}` has signs that no line of a card stands for"
        elif not self.request.screened:
            why = "no line of a card stands for the signs for those whom nobody asked"
            hint = "ask, and add --screened; or leave out --card"
            on_page = "ask every question, or leave out the card"
        elif look.size != USUAL_SIZE:
            why = f"its type is small, and this leaflet has type of {look.size} pt"
        elif look.booklet:
            why = "every page of a booklet has another on its back, which would be cut too"
        if look.card and why:
            fault = Fault(message=f"no card: {why}", hint=hint, about="card", on_page=on_page)
            raise SelectionError(fault)

    def _movement(self, exercise: str, rule: Answer) -> Answer:
        """Decide a sentence that describes an exercise: it is left out where that is unsafe."""
        may = self._may_print(self.blocks[exercise])
        return rule if may.holds else Answer.no(f"{exercise}: {may.reason}")

    # -------------------------------------------------------------- what flags say
    def _decide_clauses(self) -> tuple[ClauseBody, ...]:
        if not self.sections[MEDICINES].holds:
            return ()
        alone = len(self.request.flags) == 1
        return tuple(
            body
            for block in self.library.blocks
            if isinstance(body := block.body, ClauseBody)
            and (alone or not body.only_alone)
            and self._has_place(body)
            and decide(block.when, self.request, self.advice).holds
        )

    def _has_place(self, body: ClauseBody) -> bool:
        """Tell whether a clause that says what is fine has a section that it is about."""
        return body.level is not Level.OK or all(
            self.sections[self.library.classes[name].section].holds for name in body.classes
        )

    def _spoken(self) -> frozenset[str]:
        """Return the classes that "Just for you" speaks of: by a clause, or changed by a flag."""
        by_clause = {name for body in self.clauses for name in body.classes}
        changed = {name for name, verdict in self.advice.items() if verdict.changed}
        return frozenset(by_clause | changed) if self.sections[MEDICINES].holds else frozenset()

    def _is_spoken(self, block: Block) -> bool:
        """Tell whether "Just for you" has the line of a class, whatever the section of that."""
        body = block.body
        return (
            isinstance(body, ClassLineBody)
            and body.advice_class in self.spoken
            and self.advice[body.advice_class].changed
        )

    def _class_line(self, body: ClassLineBody, rule: Answer) -> Answer:
        name = body.advice_class
        if any(name in clause.classes for clause in self.clauses):
            flags = ", ".join(c.flag for c in self.clauses if name in c.classes)
            return Answer.no(f"a clause of {flags} replaces it")
        if self.advice[name].changed:
            return Answer.yes(f"in Just for you: {rule.reason}")
        record = self.library.classes[name]
        own = decide(record.when, self.request, self.advice)
        if not own.holds:
            return Answer.no(f"{name} is not mentioned: {own.reason}")
        return rule

    def _self_check(self, body: SelfCheckBody) -> Answer:
        """Decide a point of the check list: printed when not asked, or before what needs a check.

        In the second case only points whose flag makes the class `checked-before` stricter print.
        """
        if not self.request.screened:
            return Answer.yes("not asked about every flag")
        checked = self.library.topic.checked_before
        if not checked or self.advice[checked].level is not Level.OK:
            return Answer.no(f"{checked or 'nothing to check before'} is not suggested")
        level = self.library.matrix.flags[body.flag][checked]
        return Answer(level is not Level.OK, f"{body.flag} makes {checked} {level}")


def _not_for(body: ExerciseBody, request: Request) -> str:
    """Say why an exercise is not for this request, whatever its class may; "" if it is."""
    if not body.released:
        return f"held back: {body.why}"
    for flag in request.flags:
        if flag in body.avoid:
            return f"not with {flag}"
    if body.asked and not request.screened:
        return "prints only where all facts were asked about"
    if not any(status == request.status for _, status in body.sets):
        return f"not for {request.status} pain"
    return ""


def _exercise(block: Block) -> ExerciseBody:
    body = block.body
    if not isinstance(body, ExerciseBody):
        message = f"{block.id} is not an exercise"
        raise TypeError(message)
    return body
