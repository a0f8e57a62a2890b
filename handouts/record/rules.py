"""Define what an entry of a record means for a leaflet: `RecordRule`, `RecordRules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


FILE = "record_rules.yaml"
NOW, LASTING, EVER = "now", "lasting", "ever"
CONDITION, MEDICATION, ALLERGY = "condition", "medication", "allergy"
OBSERVATION, PROCEDURE, DEVICE = "observation", "procedure", "device"
KINDS = (CONDITION, MEDICATION, ALLERGY, OBSERVATION, PROCEDURE, DEVICE)
"""The kinds of entry that a rule may look at."""
AGE, FLAGS = "age", "flags"
"""What a rule may look at besides: the date of birth, and what other rules found."""


class CodeSpan(Struct, frozen=True):
    """A code and all codes below it, or a range of codes; ICD-10 and ATC nest by their letters."""

    low: str
    high: str

    def holds(self, code: str) -> bool:
        """Tell whether a code lies in the span; codes are compared without their dot."""
        return (
            len(code) >= len(self.low)
            and self.low <= code[: len(self.low)]
            and code[: len(self.high)] <= self.high
        )


class RecordRule(Struct, frozen=True, kw_only=True):
    """One rule: which entries of a record, and what to propose or to ask because of them."""

    id: str
    kind: str
    """What the rule is about: "flags", "regions" or "statuses"."""
    about: str
    """The id of the flag, region or status."""
    source: str
    """The kind of entry, AGE or FLAGS."""
    when: str = EVER
    days: int = 0
    """0: however old the entry is."""
    proposes: bool
    ask: str
    snomed: Mapping[str, str]
    """The fully specified name of each code."""
    icd10: tuple[CodeSpan, ...] = ()
    icd10_who: tuple[CodeSpan, ...] = ()
    icd10_cm: tuple[CodeSpan, ...] = ()
    atc: tuple[CodeSpan, ...] = ()
    rxnorm: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """The coded values that count; empty: whatever was observed."""
    below: int | None = None
    above: int | None = None
    unit: str = ""
    names: tuple[str, ...] = ()
    synonyms: bool = False
    """Words of `synonyms.yaml` that are about the flag count as names."""
    routes: tuple[str, ...] = ()
    """The routes by which a medicine counts; empty: any."""
    together: tuple[str, ...] = ()
    """Flags that other rules must all have found."""
    every: bool = False
    """Any entry of the kind counts, whatever its code."""


class RecordRules(Struct, frozen=True, kw_only=True):
    """All rules of a content folder."""

    rules: tuple[RecordRule, ...]
    routes: Mapping[str, tuple[str, ...]]
    """The words that tell each route."""
    stale: Mapping[str, int]
    """After how many days an entry of a kind is only asked about."""
    nothing_known: tuple[str, ...]
    """SNOMED codes which say that no allergy is known."""
    nothing_known_words: tuple[str, ...]
    """Words which say the same."""
    not_so: frozenset[str]
    """Words beside which an illness that is named without a code may not be the patient's."""
    unsure: tuple[str, ...]
    """Words beside which even an entry with a code may not be so, or not the patient's."""
    say_little: frozenset[str]
    """Words that show of no two names that they are about one thing."""
