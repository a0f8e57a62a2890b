"""Goes in: a rule and the facts of a request. Comes out: whether it holds, and why."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import (
    All,
    Always,
    Any,
    HasAdvice,
    HasFlag,
    HasStatus,
    InRegion,
    IsScreened,
    Not,
)
from handouts.content.vocabulary import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.advice import AdviceLevel
    from handouts.content.blocks import Rule
    from handouts.request import Request


class Answer(Struct, frozen=True):
    """Whether a rule holds, with the reason a clinician can read."""

    holds: bool
    reason: str

    @classmethod
    def yes(cls, reason: str) -> Answer:
        """It holds, for this reason."""
        return cls(holds=True, reason=reason)

    @classmethod
    def no(cls, reason: str) -> Answer:
        """It does not hold, for this reason."""
        return cls(holds=False, reason=reason)


_ALWAYS = Answer.yes("always")


def decide(  # noqa: PLR0911 - one answer for each kind of condition
    rule: Rule, request: Request, advice: Mapping[str, AdviceLevel]
) -> Answer:
    """Decide a rule; the reason names the part that decided it."""
    match rule:  # the most frequent kinds first: a leaflet asks a thousand times
        case All(rules):
            return _all(rules, request, advice)
        case HasFlag(flags):
            return _has_flag(flags, request)
        case InRegion(regions):
            return _one_of("region", request.region, regions)
        case Always():
            return _ALWAYS
        case HasStatus(statuses):
            return _one_of("status", request.status, statuses)
        case HasAdvice(name, levels):
            return _has_level(name, levels, advice)
        case Not(inner):
            answer = decide(inner, request, advice)
            return Answer(not answer.holds, answer.reason)
        case IsScreened(screened):
            words = "screened" if request.screened else "not asked about every flag"
            return Answer(request.screened == screened, words)
        case Any(rules):
            return _any(rules, request, advice)


def flags_of(rule: Rule) -> frozenset[str]:
    """Name every flag that a rule mentions."""
    match rule:
        case HasFlag(flags):
            return frozenset(flags)
        case Not(inner):
            return flags_of(inner)
        case All(rules) | Any(rules):
            return frozenset().union(*(flags_of(one) for one in rules))
        case _:
            return frozenset()


def rule_text(rule: Rule) -> str:  # noqa: PLR0911 - one line for each kind of condition
    """Write a rule in words, the same for equal rules."""
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
        case Not(inner):
            return f"not ({rule_text(inner)})"
        case All(rules) | Any(rules):
            word = " and " if isinstance(rule, All) else " or "
            parts = [rule_text(one) for one in rules]
            if not parts:
                return "always" if isinstance(rule, All) else "never"
            return parts[0] if len(parts) == 1 else word.join(f"({one})" for one in parts)


# These answers depend on words of the content alone, so each is worded once.
@cache
def _one_of(what: str, value: str, wanted: tuple[str, ...]) -> Answer:
    if value in wanted:
        return Answer.yes(f"{what} {value}")
    return Answer.no(f"only for {what} {' or '.join(wanted)}")


def _has_flag(flags: tuple[str, ...], request: Request) -> Answer:
    present = [flag for flag in request.flags if flag in flags]
    if present:
        return Answer.yes(f"flag {', '.join(present)}")
    return _none_of(flags)


@cache
def _none_of(flags: tuple[str, ...]) -> Answer:
    return Answer.no(f"no flag {' or '.join(flags)}")


def _has_level(name: str, levels: tuple[Level, ...], advice: Mapping[str, AdviceLevel]) -> Answer:
    verdict = advice[name]
    return Answer(
        verdict.level in levels, f"{name} is {verdict.level} ({', '.join(verdict.decided_by)})"
    )


def _all(rules: tuple[Rule, ...], request: Request, advice: Mapping[str, AdviceLevel]) -> Answer:
    answers = []
    for one in rules:
        answer = decide(one, request, advice)
        if not answer.holds:
            return answer
        answers.append(answer)
    return Answer.yes("; ".join(answer.reason for answer in answers))


def _any(rules: tuple[Rule, ...], request: Request, advice: Mapping[str, AdviceLevel]) -> Answer:
    answers = []
    for one in rules:
        answer = decide(one, request, advice)
        if answer.holds:
            return answer
        answers.append(answer)
    return Answer.no("; ".join(answer.reason for answer in answers) or "never")
