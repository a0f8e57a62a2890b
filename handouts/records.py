"""Goes in: entries of content files. Comes out: typed records, one function for each kind."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.block import Wording
from handouts.conditions import (
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
from handouts.errors import did_you_mean
from handouts.model import Coding, Place, Source, Term
from handouts.vocabulary import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.conditions import Rule
    from handouts.reader import Entry

LEVELS = {str(level): level for level in Level}
_BRACES = re.compile(r"\{([^{}]*)\}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


class Known(Struct, frozen=True, kw_only=True):
    """The words that records may use, read before the records themselves."""

    regions: tuple[str, ...]
    statuses: tuple[str, ...]
    sections: tuple[str, ...]
    groups: tuple[str, ...]
    check_groups: tuple[str, ...]
    flags: tuple[str, ...]
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    words: frozenset[str]
    """Every word of the places, optional ones included."""
    optional_words: frozenset[str]
    """Words that some place lacks, so that a text must say what to print without them."""


# ------------------------------------------------------------------ small parts
def parse_id(entry: Entry) -> str:
    """Read the id of a record: small letters, digits and hyphens."""
    field = entry.need("id")
    if field is None:
        return ""
    value = field.text()
    if value and not _ID.match(value):
        field.fault(f"`{value}` is not an id", hint="use small letters, digits and hyphens")
    return value


def parse_wording(entry: Entry, known: Known) -> Wording:
    """Read a sentence: plain text, or `text` with what to say `without` an optional word."""
    if not entry.is_mapping():
        text, without = entry.text(), []
    else:
        field = entry.need("text")
        text = field.text() if field else ""
        other = entry.get("without")
        keys = other.keys() if other else ()
        without = [(key, one.text()) for key in keys if other and (one := other.get(key))]
        entry.finish()
    _check_braces(entry, text, [key for key, _ in without], known)
    return Wording(text, tuple(without))


def _check_braces(entry: Entry, text: str, handled: list[str], known: Known) -> None:
    if text.count("**") % 2:
        entry.fault("`**` is opened but not closed", hint="write **key words**")
    for word in _BRACES.findall(text):
        if word not in known.words:
            entry.fault(f"unknown word {{{word}}}", hint=did_you_mean(word, known.words))
        elif word in known.optional_words and word not in handled:
            entry.fault(
                f"some places have no {{{word}}}",
                hint=f"write `text:` and `without: {{{word}: …}}`",
            )


def parse_rule(entry: Entry | None, known: Known) -> Rule:
    """Read a `when:`; all its keys must hold, a list within a key means any of these."""
    if entry is None:
        return Always()
    if not entry.is_mapping() and entry.text() == "never":
        return Any(())
    parts: list[Rule] = []
    if field := entry.get("region"):
        parts.append(InRegion(field.words(known.regions, "region")))
    if field := entry.get("status"):
        parts.append(HasStatus(field.words(known.statuses, "status")))
    if field := entry.get("flag"):
        parts.append(HasFlag(field.words(known.flags, "flag")))
    if field := entry.get("no-flag"):
        parts.append(Not(HasFlag(field.words(known.flags, "flag"))))
    if field := entry.get("screened"):
        parts.append(IsScreened(field.truth()))
    if field := entry.get("advice"):
        parts.extend(_advice_rules(field, known))
    if field := entry.get("any"):
        parts.append(Any(tuple(parse_rule(one, known) for one in field.items())))
    entry.finish()
    return parts[0] if len(parts) == 1 else All(tuple(parts)) if parts else Always()


def _advice_rules(entry: Entry, known: Known) -> Iterator[Rule]:
    names = entry.keys()
    for name in names:
        field = entry.get(name)
        if name not in known.classes:
            entry.fault(f"unknown class `{name}`", hint=did_you_mean(name, known.classes))
        elif field:
            levels = field.words(LEVELS, "level")
            yield HasAdvice(name, tuple(LEVELS[level] for level in levels))


def both(first: Rule, second: Rule) -> Rule:
    """Join two rules so that both must hold."""
    parts = tuple(rule for rule in (first, second) if not isinstance(rule, Always))
    return parts[0] if len(parts) == 1 else All(parts) if parts else Always()


# ------------------------------------------------------------------ vocabulary
def parse_term(entry: Entry) -> tuple[Term, Entry | None]:
    """Read a word of the vocabulary; its `when` waits until the flags are known."""
    label = entry.get("label")
    labels = entry.get("labels")
    keys = labels.keys() if labels else ()
    pairs = {key: one.text() for key in keys if labels and (one := labels.get(key))}
    when = entry.get("when")
    term = Term(
        id=parse_id(entry),
        label=label.text() if label and label.shown() != "``" else "",
        labels=MappingProxyType(pairs),
        codings=tuple(parse_codings(entry)),
        origin=entry.origin,
    )
    entry.finish()
    return term, when


def parse_place(entry: Entry) -> Place:
    """Read a place; an emergency number is required, the urgent and crisis lines are not."""
    words: dict[str, str] = {}
    given = entry.need("words")
    for key in given.keys() if given else ():
        if given and (one := given.get(key)):
            words[key] = one.text()
    for key in ("emergency_number", "urgent_line", "crisis_line"):
        field = entry.need(key) if key == "emergency_number" else entry.get(key)
        if field:
            words[key] = field.text()
            if not re.fullmatch(r"[0-9 +-]{2,15}", words[key]):
                field.fault(f"`{words[key]}` is not a number to call", hint="digits and spaces")
    paper = entry.need("paper")
    label, language = entry.need("label"), entry.need("language")
    place = Place(
        id=parse_id(entry),
        label=label.text() if label else "",
        language=language.text() if language else "",
        paper=paper.word(("a4", "letter"), "paper") if paper else "",
        words=MappingProxyType(words),
        origin=entry.origin,
    )
    entry.finish()
    return place


def parse_source(entry: Entry) -> Source:
    """Read where a statement comes from."""
    key, title = entry.need("key"), entry.need("title")
    seen, short, year = entry.need("seen"), entry.get("short"), entry.get("year")
    addresses = entry.get("addresses")
    source = Source(
        key=key.text() if key else "",
        title=title.text() if title else "",
        year=year.text() if year else "",
        addresses=addresses.texts() if addresses else (),
        seen=seen.word(("publisher", "copy", "abstract", "own"), "way of seeing") if seen else "",
        short=short.text() if short and short.shown() != "``" else "",
        origin=entry.origin,
    )
    entry.finish()
    return source


def parse_codings(entry: Entry) -> Iterator[Coding]:
    """Read the codes of a flag or a region in clinical terminologies."""
    codings = entry.get("codings")
    for system in ("snomed", "icd10", "atc"):
        field = codings.get(system) if codings else None
        for one in field.items() if field else ():
            code, label, verified = one.need("code"), one.get("label"), one.need("verified")
            yield Coding(
                system=system,
                code=code.text() if code else "",
                label=label.text() if label else "",
                verified=verified.truth() if verified else False,
            )
            one.finish()
    if codings:
        codings.finish()
