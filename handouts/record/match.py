"""Hold the entries of a record against the rules: `Matcher`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.record.facts import NOW, OVER, UNSURE, VOID, codes_of, words_in
from handouts.record.proposals import LeftOut, Reason
from handouts.record.rules import (
    ALLERGY,
    CONDITION,
    DEVICE,
    EVER,
    LASTING,
    MEDICATION,
    OBSERVATION,
    PROCEDURE,
)
from handouts.record.words import (
    agrees,
    flags_named,
    is_about_another,
    may_be_about,
    may_not_be_so,
    names_one,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from handouts.content.library import Library
    from handouts.record.facts import FactCode, RecordFact
    from handouts.record.fhir import CodedText
    from handouts.record.rules import CodeSpan, RecordRule, RecordRules


_TO_KG = {
    **dict.fromkeys(("kg", "kgs", "kilogram", "kilograms"), 1.0),
    **dict.fromkeys(("g", "gram", "grams"), 0.001),
    **dict.fromkeys(("[lb_av]", "lb", "lbs", "pound", "pounds"), 0.45359237),
}
_BY_NAME = (CONDITION, MEDICATION, ALLERGY, DEVICE)
"""The kinds whose entries are listed by name where nothing is understood."""
_MARKS = "†*+!#"
"""Marks that may stand behind an ICD-10 code."""
_NATIONAL = frozenset({"icd10-national", "atc-national"})
"""Editions of one country, whose lower codes may mean something else than ours."""
IN_ONE_COUNTRY = "its code is of the edition of one country"
NOT_ACTIVE = "it is no longer active"


class RuleHit(Struct, frozen=True):
    """A rule that fits an entry, and why it fits."""

    rule: RecordRule
    code: FactCode | None
    """The code that fits; None where the words do."""
    doubt: str = ""
    """Why it only asks, beside what the status says."""


class EntryFinding(Struct, frozen=True, kw_only=True):
    """What one entry says: for each rule a reason; or why it says nothing."""

    reasons: tuple[tuple[RecordRule, Reason], ...] = ()
    left_out: LeftOut | None = None
    unread: LeftOut | None = None
    no_rule: str = ""
    """What was observed or done, where no rule is about it."""


class Matcher:
    """Says what entries mean; it is made once for a record."""

    def __init__(self, library: Library, rules: RecordRules, today: date) -> None:
        self.library = library
        self.rules = rules
        self.today = today
        self._of = {
            kind: tuple(one for one in rules.rules if one.source == kind)
            for kind in (CONDITION, MEDICATION, ALLERGY, OBSERVATION, PROCEDURE, DEVICE)
        }
        self._otherwise: dict[str, date] = {}
        """For each rule the last day on which something was observed that says otherwise."""
        self._ways = {word: way for way, words in rules.routes.items() for word in words}

    def note(self, facts: Iterable[RecordFact]) -> None:
        """Note what was observed and does not count: what is older than that is no longer sure."""
        for fact in facts:
            if fact.kind != OBSERVATION or fact.state != NOW or fact.day is None:
                continue
            for rule in self._of[OBSERVATION]:
                if not _weighs(rule) or not any(self._is_code(rule, one) for one in fact.codes):
                    continue
                if self._is_told(fact, rule) and not self._counts(fact, rule):
                    last = self._otherwise.get(rule.id, fact.day)
                    self._otherwise[rule.id] = max(last, fact.day)

    def find(self, fact: RecordFact) -> EntryFinding:
        """Say what an entry means."""
        if fact.state == VOID:
            return self._left_out(fact, f"its status is {fact.status or 'that it is not so'}")
        if fact.kind == ALLERGY and self._nothing_known(fact):
            why = "it says that nothing is known: ask all the same"
            return self._left_out(fact, why)
        hits = list(self._hits(fact))
        if not hits:
            return self._odd_value(fact) or self._by_words(fact)
        reasons: list[tuple[RecordRule, Reason]] = []
        why = ""
        for hit in hits:
            reason = self._reason(fact, hit)
            if isinstance(reason, str):
                why = reason
            else:
                reasons.append((hit.rule, reason))
        if all(hit.rule.every for hit in hits):
            reasons += self._by_words(fact).reasons
        return EntryFinding(reasons=tuple(reasons)) if reasons else self._left_out(fact, why)

    # -------------------------------------------------------------- which rules fit
    def _hits(self, fact: RecordFact) -> Iterator[RuleHit]:
        named = self._named(fact)
        for rule in self._of[fact.kind]:
            code = next((one for one in fact.codes if self._is_code(rule, one)), None)
            if fact.kind == MEDICATION:
                sure = named.get(rule.about) if rule.synonyms else None
                yield from self._medicine(fact, rule, code, certain=sure)
            elif fact.kind == OBSERVATION:
                yield from self._observed(fact, rule, code)
            elif code:
                yield RuleHit(rule, code, self._disagrees(fact, rule, code))
            elif rule.every:
                yield RuleHit(rule, next(iter(fact.codes), None))
            elif rule.names and names_one(fact.text, rule.names):
                yield RuleHit(rule, None, self._doubt_of_name(fact))
            elif rule.synonyms and rule.about in named and not self._is_to_another(fact):
                yield RuleHit(rule, None, "its name alone does not tell")

    def _named(self, fact: RecordFact) -> dict[str, bool]:
        """Return the flags that the words of a medicine or an allergy name, and whether surely."""
        named: dict[str, bool] = {}
        for text in {fact.text, *fact.words} if fact.kind in {MEDICATION, ALLERGY} else ():
            for flag, certain in flags_named(self.library, text).flags.items():
                named[flag] = certain or named.get(flag, False)
        return named

    def _is_to_another(self, fact: RecordFact) -> bool:
        """Tell whether what an allergy is to is known, and no painkiller."""
        return is_about_another(self.library, self.rules, fact.text)

    def _doubt_of_name(self, fact: RecordFact) -> str:
        """Say why a name alone does not propose: only an allergy is about what it names."""
        if not fact.codes:
            return "it has words and no code"
        return "" if fact.kind == ALLERGY else "its name alone does not tell"

    def _is_code(self, rule: RecordRule, code: FactCode) -> bool:
        if code.system == "snomed":
            return code.code in rule.snomed
        plain = code.code.upper().rstrip(_MARKS).replace(".", "")
        if code.system in {"icd10-who", "icd10-national"}:
            return _in((*rule.icd10, *rule.icd10_who), plain)
        if code.system == "icd10-cm":
            return _in((*rule.icd10, *rule.icd10_cm), plain)
        if code.system in {"atc", "atc-national"}:
            return _in(rule.atc, plain)
        return code.code in (rule.rxnorm if code.system == "rxnorm" else rule.loinc)

    def _disagrees(self, fact: RecordFact, rule: RecordRule, code: FactCode) -> str:
        """Say so where a code and the words beside it cannot be about the same."""
        if code.system in _NATIONAL:
            return IN_ONE_COUNTRY
        own = rule.snomed.get(code.code, "") if code.system == "snomed" else ""
        words = {fact.text, code.display} - {""}
        if all(agrees(self.library, self.rules, rule, own, one) for one in words):
            return ""
        return "its code says one thing, and its words another"

    def _medicine(
        self, fact: RecordFact, rule: RecordRule, code: FactCode | None, *, certain: bool | None
    ) -> Iterator[RuleHit]:
        words = {fact.text, *fact.words}
        by_name = certain is not None or any(names_one(one, rule.names) for one in words)
        if not (code or by_name):
            return
        if fact.text and not (by_name and self._names(fact.text, rule)):
            yield RuleHit(rule, code, "its words do not name what its code says")
            return
        doubt = ""
        ways = self._routes(fact)
        if ways and rule.routes and not ways & {*rule.routes}:
            yield RuleHit(rule, code, f"-{', '.join(sorted(ways))}")
            return
        if code and code.system in _NATIONAL:
            doubt = IN_ONE_COUNTRY
        if not code:
            if not fact.codes:
                doubt = "it has words and no code"
            elif not ways:
                doubt = "it does not say by which route"
            elif certain is False and not names_one(fact.text, rule.names):
                doubt = "its name alone does not tell"
        yield RuleHit(rule, code, doubt)

    def _names(self, text: str, rule: RecordRule) -> bool:
        """Tell whether the words by which an entry is shown name what a rule is about."""
        if names_one(text, rule.names):
            return True
        return rule.synonyms and rule.about in flags_named(self.library, text).flags

    def _routes(self, fact: RecordFact) -> set[str]:
        words = (word.casefold() for text in fact.routes for word in words_of(text))
        return {self._ways[word] for word in words if word in self._ways}

    def _observed(
        self, fact: RecordFact, rule: RecordRule, code: FactCode | None
    ) -> Iterator[RuleHit]:
        """Find what was observed by its code, or by its name where no rule knows the code."""
        if not self._counts(fact, rule):
            return
        if code:
            yield RuleHit(rule, code)
        elif names_one(fact.text, rule.names) and not self._knows(fact):
            yield RuleHit(rule, None, "its name alone does not tell")

    def _knows(self, fact: RecordFact) -> bool:
        return any(self._is_code(rule, one) for rule in self._of[fact.kind] for one in fact.codes)

    def _counts(self, fact: RecordFact, rule: RecordRule) -> bool:
        """Tell whether what was observed is what the rule is about.

        "Less than 15" is below 60, and "more than 60" is not; "more than 45" may be above 50.
        """
        if rule.values:
            codes = (one.code for one in fact.value.coding) if fact.value else ()
            return any(one in rule.values for one in codes)
        if rule.below is None and rule.above is None:
            return True
        amount = self._amount(fact, rule)
        if amount is None:
            return False
        bound = fact.comparator
        if rule.below is not None:
            least = amount < rule.below or (bound == "<" and amount == rule.below)
            return least and not bound.startswith(">")
        most = rule.above is not None and (
            amount > rule.above or (bound == ">" and amount == rule.above)
        )
        return most and not bound.startswith("<")

    def _amount(self, fact: RecordFact, rule: RecordRule) -> float | None:
        """Return the measured value in the unit of the rule."""
        if fact.amount is None or rule.unit != "kg":
            return fact.amount
        return fact.amount * _TO_KG[fact.unit] if fact.unit in _TO_KG else None

    def _is_told(self, fact: RecordFact, rule: RecordRule) -> bool:
        """Tell whether a value can be held against the rule.

        "More than 45" may be below 50; a coded value by another system than ours may be anything.
        """
        if rule.values:
            return any(one.system in {"snomed", "loinc"} for one in codes_of(*_coded(fact)))
        amount = self._amount(fact, rule)
        if amount is None or not fact.comparator or self._counts(fact, rule):
            return amount is not None
        if rule.below is not None:
            return fact.comparator.startswith(">") and amount >= rule.below
        return rule.above is None or (fact.comparator.startswith("<") and amount <= rule.above)

    def _odd_value(self, fact: RecordFact) -> EntryFinding | None:
        """Name what was observed where a rule is about it, and its value cannot be told."""
        for rule in self._of[OBSERVATION] if fact.kind == OBSERVATION else ():
            if not any(self._is_code(rule, one) for one in fact.codes):
                continue
            if _weighs(rule) and not self._is_told(fact, rule):
                said = words_in(*_coded(fact)) or fact.written
                shown = ": ".join(one for one in (fact.shown, said) if one)
                why = "its value or its unit is not understood"
                return EntryFinding(unread=LeftOut(fact.kind, shown, why))
        return None

    def _nothing_known(self, fact: RecordFact) -> bool:
        """Tell whether an allergy says that none is known, and names none."""
        codes, known = self.rules.nothing_known, self.rules.nothing_known_words
        if any(one.system == "snomed" and one.code in codes for one in fact.codes):
            return True
        return any(names_one(one, known) for one in fact.words) and not any(
            names_one(one, rule.names) for one in fact.words for rule in self._of[ALLERGY]
        )

    # -------------------------------------------------------------- what a status does
    def _reason(self, fact: RecordFact, hit: RuleHit) -> Reason | str:
        """Return the reason, or in words why the entry does not count."""
        rule, doubt = hit.rule, hit.doubt
        if doubt.startswith("-"):
            return f"it is given another way: {doubt[1:]}"
        own = rule.snomed.get(hit.code.code, "") if hit.code and hit.code.system == "snomed" else ""
        if any(may_not_be_so(self.rules, one, own) for one in (*fact.words, *fact.remarks)):
            doubt = doubt or "its words say that it may not be so"
        if fact.state == OVER and rule.when != EVER:
            if rule.when != LASTING:
                return f"{NOT_ACTIVE}: {fact.status}"
            doubt = doubt or NOT_ACTIVE
        if fact.state == UNSURE:
            doubt = doubt or fact.doubt
        if rule.when == EVER and self._is_older(fact.last, rule.days):
            return f"it is older than {rule.days} days"
        doubt = doubt or self._doubt_of_day(fact, rule)
        return Reason(
            rule=rule.id,
            source=fact.kind,
            id=fact.id,
            code=f"{hit.code.system or 'code'} {hit.code.code}" if hit.code else "",
            display=fact.shown,
            status=fact.status,
            day=fact.day,
            question="" if rule.proposes and not doubt else rule.ask or self._question(rule),
            doubt=doubt,
        )

    def _is_older(self, day: date | None, days: int) -> bool:
        return bool(days and day and (self.today - day).days > days)

    def _doubt_of_day(self, fact: RecordFact, rule: RecordRule) -> str:
        """Say what of an entry's day makes it doubtful; a day that is not exact counts as old."""
        later = self._otherwise.get(rule.id) if fact.kind == OBSERVATION else None
        if later and fact.day and later > fact.day:
            return "what was observed later says otherwise"
        stale = 0 if rule.when == EVER else self.rules.stale.get(fact.kind, 0)
        days = min(filter(None, (rule.days, stale)), default=0)
        if not days:
            return ""
        if fact.day is None:
            return "it has no date"
        if not self._is_older(fact.day, days):
            return ""
        return "its date is not exact" if rule.when == EVER else f"it is older than {days} days"

    def _question(self, rule: RecordRule) -> str:
        """Return what to ask where a rule that proposes is in doubt."""
        flag = self.library.flags.get(rule.about)
        if flag:
            return flag.question
        terms = self.library.regions if rule.kind == "regions" else self.library.statuses
        return f"Is it this: {terms[rule.about].label}?"

    # -------------------------------------------------------------- what no rule fits
    def _by_words(self, fact: RecordFact) -> EntryFinding:
        """Ask about what the words of an entry may be about, where its codes say nothing."""
        about = self._may_be_about(fact)
        known = {one.about: one for one in self._of[fact.kind] if one.kind != "statuses"}
        found: list[tuple[RecordRule, Reason]] = []
        for one in about:
            rule = known.get(one)
            if rule is None or rule.every or (fact.state == OVER and rule.when == "now"):
                continue
            doubt = "its code is not known here" if fact.codes else "it has words and no code"
            rule = replace(rule, id="words", ask=self._question(rule))
            reason = self._reason(fact, RuleHit(rule, next(iter(fact.codes), None), doubt))
            if isinstance(reason, Reason):
                found.append((rule, reason))
        if found:
            return EntryFinding(reasons=tuple(found))
        if fact.kind == OBSERVATION and self._knows(fact):
            return self._left_out(fact, "its value raises no question")
        if fact.kind not in _BY_NAME:
            return EntryFinding(no_rule=fact.shown)
        why = fact.status if fact.state in {NOW, OVER} else fact.doubt
        return EntryFinding(unread=LeftOut(fact.kind, fact.shown, why))

    def _may_be_about(self, fact: RecordFact) -> tuple[str, ...]:
        if fact.kind not in {CONDITION, PROCEDURE}:
            return ()
        return may_be_about(self.library, self.rules, fact.text)

    def _left_out(self, fact: RecordFact, why: str) -> EntryFinding:
        return EntryFinding(left_out=LeftOut(fact.kind, fact.shown, why))


def _weighs(rule: RecordRule) -> bool:
    """Tell whether it matters to a rule what was observed, not only that it was."""
    return bool(rule.values) or rule.below is not None or rule.above is not None


def _coded(fact: RecordFact) -> tuple[CodedText, ...]:
    return (fact.value,) if fact.value else ()


def _in(spans: tuple[CodeSpan, ...], code: str) -> bool:
    return any(one.holds(code) for one in spans)
