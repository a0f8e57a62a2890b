"""Decide conditions and advice levels for a request: `decide`, `decide_advice`.

The level of an advice class is the strictest of baseline, status, `not asked` and every flag.
Each answer comes with a reason for clinicians.
"""

from __future__ import annotations

from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from handouts.content.blocks import (
    AllOf,
    Always,
    AnyOf,
    HasAdvice,
    HasFlag,
    HasStatus,
    InEdition,
    InRegion,
    IsScreened,
    Not,
)
from handouts.content.vocabulary import STOP, Level, Urgency

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handouts.content.blocks import RedFlagBody, Rule
    from handouts.content.library import Library, Matrix
    from handouts.selection.request import Request


class Answer(Struct, frozen=True):
    """Whether a rule holds, with a reason for clinicians."""

    holds: bool
    reason: str

    @classmethod
    def yes(cls, reason: str) -> Answer:
        """Return an answer that holds."""
        return cls(holds=True, reason=reason)

    @classmethod
    def no(cls, reason: str) -> Answer:
        """Return an answer that does not hold."""
        return cls(holds=False, reason=reason)


MOST_RULES = 4096
"""More conditions than content has; most are those of many blocks, or parts of others."""
URGENCIES = tuple(Urgency)
"""The most urgent first."""


def urgency_of(body: RedFlagBody, flags: tuple[str, ...]) -> Urgency:
    """Return the most urgent of the row's own urgency and those that these flags raise it to."""
    raised = (urgency for flag, urgency in body.raised_by if flag in flags)
    return min((body.urgency, *raised), key=URGENCIES.index)


_ALWAYS = Answer.yes("always")


def decide(rule: Rule, request: Request, advice: Mapping[str, AdviceLevel]) -> Answer:
    """Decide a rule; the reason names the part that decided it."""
    # A table, as a leaflet decides a thousand rules and a proof millions: twice as fast as `match`.
    return _DECIDERS[type(rule)](rule, request, advice)


def _not(rule: Not, request: Request, advice: Mapping[str, AdviceLevel]) -> Answer:
    answer = decide(rule.rule, request, advice)
    return Answer(not answer.holds, answer.reason)


def _screened(rule: IsScreened, request: Request, _: object) -> Answer:
    words = "screened" if request.screened else "not asked about every flag"
    return Answer(request.screened == rule.screened, words)


def flags_of(rule: Rule) -> frozenset[str]:
    """Return every flag that a rule mentions."""
    match rule:
        case HasFlag(flags):
            return frozenset(flags)
        case Not(inner):
            return flags_of(inner)
        case AllOf(rules) | AnyOf(rules):
            return frozenset().union(*(flags_of(one) for one in rules))
        case _:
            return frozenset()


def regions_of(rule: Rule) -> frozenset[str]:
    """Return every region for which a rule may hold by name."""
    match rule:
        case InRegion(regions):
            return frozenset(regions)
        case AllOf(rules) | AnyOf(rules):
            return frozenset().union(*(regions_of(one) for one in rules))
        case _:
            return frozenset()


def stopping_flags(library: Library) -> frozenset[str]:
    """Return the flags whose leaflet says whom to ask and nothing else: those of `stop`."""
    section = library.sections.get(STOP)
    return flags_of(section.when) if section else frozenset()


@lru_cache(MOST_RULES)
def rule_text(rule: Rule) -> str:  # noqa: C901, PLR0911 - one line for each kind of condition
    """Return a rule in words, the same for equal rules."""
    match rule:
        case Always():
            return "always"
        case InRegion(names):
            return f"region {' or '.join(names)}"
        case HasStatus(names):
            return f"status {' or '.join(names)}"
        case HasFlag(names):
            return f"flag {' or '.join(names)}"
        case HasAdvice(name, levels):
            return f"{name} is {' or '.join(map(str, levels))}"
        case IsScreened(screened):
            return "screened" if screened else "not screened"
        case InEdition(names):
            return f"edition {' or '.join(names)}"
        case Not(inner):
            return f"not ({rule_text(inner)})"
        case AllOf(rules) | AnyOf(rules):
            word = " and " if isinstance(rule, AllOf) else " or "
            parts = [rule_text(one) for one in rules]
            if not parts:
                return "always" if isinstance(rule, AllOf) else "never"
            return parts[0] if len(parts) == 1 else word.join(f"({one})" for one in parts)


# These answers depend on words of the content alone, so each is worded once.
@cache
def _one_of(what: str, value: str, wanted: tuple[str, ...]) -> Answer:
    if value in wanted:
        return Answer.yes(f"{what} {value}")
    return Answer.no(f"only for {what} {' or '.join(wanted)}")


def _has_flag(rule: HasFlag, request: Request, _: object) -> Answer:
    flags = rule.flags
    if request.flags and (present := [flag for flag in request.flags if flag in flags]):
        return Answer.yes(f"flag {', '.join(present)}")
    return _none_of(flags)


@cache
def _none_of(flags: tuple[str, ...]) -> Answer:
    return Answer.no(f"no flag {' or '.join(flags)}")


def _has_level(rule: HasAdvice, _: object, advice: Mapping[str, AdviceLevel]) -> Answer:
    name, verdict = rule.advice_class, advice[rule.advice_class]
    return Answer(
        verdict.level in rule.levels, f"{name} is {verdict.level} ({', '.join(verdict.decided_by)})"
    )


def _all(rule: AllOf, request: Request, advice: Mapping[str, AdviceLevel]) -> Answer:
    answers = []
    for one in rule.rules:
        answer = _DECIDERS[type(one)](one, request, advice)
        if not answer.holds:
            return answer
        answers.append(answer)
    return Answer.yes("; ".join(answer.reason for answer in answers) or _ALWAYS.reason)


def _any(rule: AnyOf, request: Request, advice: Mapping[str, AdviceLevel]) -> Answer:
    answers = []
    for one in rule.rules:
        answer = _DECIDERS[type(one)](one, request, advice)
        if answer.holds:
            return answer
        answers.append(answer)
    return Answer.no("; ".join(answer.reason for answer in answers) or "never")


_DECIDERS: Mapping[type, Callable[[Any, Request, Mapping[str, AdviceLevel]], Answer]] = {
    Always: lambda *_: _ALWAYS,
    InRegion: lambda rule, request, _: _one_of("region", request.region, rule.regions),
    HasStatus: lambda rule, request, _: _one_of("status", request.status, rule.statuses),
    InEdition: lambda rule, request, _: _one_of("edition", request.look.edition, rule.editions),
    HasFlag: _has_flag,
    HasAdvice: _has_level,
    IsScreened: _screened,
    Not: _not,
    AllOf: _all,
    AnyOf: _any,
}
"""What decides each kind of rule."""


class AdviceLevel(Struct, frozen=True):
    """The final level of one advice class, and what decided it: flags, status, then baseline."""

    level: Level
    decided_by: tuple[str, ...]
    changed: bool
    """A flag of the request makes it stricter than it would be without flags."""


NOT_ASKED = "not asked"
BASELINE = "baseline"


def decide_advice(matrix: Matrix, request: Request) -> Mapping[str, AdviceLevel]:
    """Return the final level of each class: the strictest of baseline, status, edition and flags.

    If not every flag was asked about, the row `not asked` counts as well.
    """
    return MappingProxyType({name: _decide_class(matrix, request, name) for name in matrix.classes})


def level_by_flags(matrix: Matrix, request: Request, name: str) -> Level:
    """Return the strictest level of a class by flags and `not asked`, not by baseline or status."""
    return max(
        (level for _, level in _flag_levels(matrix, request, name)),
        default=Level.OK,
    )


def _decide_class(matrix: Matrix, request: Request, name: str) -> AdviceLevel:
    baseline = matrix.baseline[name]
    status = matrix.statuses.get(request.status, {}).get(name, Level.OK)
    edition = matrix.editions.get(request.look.edition, {}).get(name, Level.OK)
    by_flags = _flag_levels(matrix, request, name)
    asked = [(who, level) for who, level in by_flags if who != NOT_ASKED]
    not_asked = [lv for who, lv in by_flags if who == NOT_ASKED]
    without = max(baseline, status, edition, *not_asked, Level.OK)
    level = max(without, *(lv for _, lv in asked), Level.OK)
    deciders = [who for who, lv in asked if lv == level]
    if matrix.statuses.get(request.status, {}).get(name) == level:
        deciders.append(request.status)
    if any(who == NOT_ASKED and lv == level for who, lv in by_flags):
        deciders.append(NOT_ASKED)
    if edition == level and edition > Level.OK:
        deciders.append(f"{request.look.edition} edition")
    if baseline == level:
        deciders.append(BASELINE)
    return AdviceLevel(level=level, decided_by=tuple(deciders), changed=level > without)


def _flag_levels(matrix: Matrix, request: Request, name: str) -> list[tuple[str, Level]]:
    """Return (flag, level) of each flag, and (`not asked`, level) unless all were asked about."""
    levels = [(flag, matrix.flags[flag][name]) for flag in request.flags]
    if not request.screened and name in matrix.not_asked:
        levels.append((NOT_ASKED, matrix.not_asked[name]))
    return levels
