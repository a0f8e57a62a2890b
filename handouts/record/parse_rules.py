"""Parse and check `record_rules.yaml`: `parse_rules`.

A SNOMED code carries a check digit, so that most slips of the pen are found here.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from handouts.content.yaml_reader import YamlReader, read_file
from handouts.errors import ContentError
from handouts.record.rules import (
    AGE,
    EVER,
    FILE,
    FLAGS,
    KINDS,
    LASTING,
    NOW,
    CodeSpan,
    RecordRule,
    RecordRules,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry


_ABOUT = {"flag": "flags", "region": "regions", "status": "statuses"}
_ICD = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
_ATC = re.compile(r"[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?")
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]")
_ANSWER = re.compile(r"LA[0-9]{1,7}-[0-9]")
_RXNORM = re.compile(r"[0-9]{1,8}")
_DIHEDRAL = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_TURN = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def is_snomed(code: str) -> bool:
    """Tell whether a SNOMED code is well formed: its digits, and its check digit (Verhoeff)."""
    if not re.fullmatch(r"[1-9][0-9]{5,17}", code):
        return False
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(_DIHEDRAL[check][int(_TURN[place % 8][int(digit)])])
    return check == 0


def _is_value(code: str) -> bool:
    """Tell whether a coded value is of SNOMED CT, or an answer of LOINC."""
    return is_snomed(code) or _ANSWER.fullmatch(code) is not None


def parse_rules(library: Library, folder: Path) -> RecordRules:
    """Read the rules of a content folder; raises ContentError with every fault."""
    reader = YamlReader()
    entry = read_file(reader, folder, FILE)
    routes = _routes(entry)
    known = entry.need("nothing-known")
    field = entry.need("rules")
    seen: set[str] = set()
    rules = RecordRules(
        rules=tuple(_rule(one, library, routes, seen) for one in field.items()) if field else (),
        routes=MappingProxyType(routes),
        stale=MappingProxyType(_days(entry)),
        nothing_known=tuple(_snomed(known)) if known else (),
        nothing_known_words=_phrases(entry, "nothing-known-words"),
        not_so=_words(entry, "not-so"),
        unsure=_phrases(entry, "unsure"),
        say_little=_words(entry, "say-little"),
    )
    entry.finish()
    if reader.faults:
        raise ContentError(*reader.faults)
    return rules


def _words(entry: Entry, key: str) -> frozenset[str]:
    return frozenset(_phrases(entry, key))


def _phrases(entry: Entry, key: str) -> tuple[str, ...]:
    field = entry.need(key)
    return field.texts() if field else ()


def _routes(entry: Entry) -> dict[str, tuple[str, ...]]:
    return {key: one.texts() for key, one in _fields(entry, "routes")}


def _days(entry: Entry) -> dict[str, int]:
    return {key: one.whole() for key, one in _fields(entry, "stale")}


def _fields(entry: Entry, key: str) -> Iterator[tuple[str, Entry]]:
    field = entry.need(key)
    keys = field.keys() if field else ()
    yield from ((name, one) for name in keys if field and (one := field.need(name)))


def _rule(
    entry: Entry, library: Library, routes: Mapping[str, object], seen: set[str]
) -> RecordRule:
    own, source, then = entry.need("id"), entry.need("from"), entry.need("then")
    when, days, ask = entry.get("when"), entry.get("days"), entry.get("ask")
    kind, about = _about(entry, library)
    below, above, unit = entry.get("below"), entry.get("above"), entry.get("unit")
    by, every = entry.get("routes"), entry.get("any")
    words, together = entry.get("words"), entry.get("together")
    rule = RecordRule(
        id=own.text() if own else "",
        kind=kind,
        about=about,
        source=source.word((*KINDS, AGE, FLAGS), "kind of entry") if source else "",
        when=when.word((NOW, LASTING, EVER), "time") if when else EVER,
        days=days.whole() if days else 0,
        proposes=then is not None and then.word(("proposes", "asks"), "outcome") == "proposes",
        ask=ask.text() if ask else _question(library, kind, about),
        snomed=MappingProxyType(_snomed(one) if (one := entry.get("snomed")) else {}),
        icd10=_spans(entry, "icd10", _ICD),
        icd10_who=_spans(entry, "icd10-who", _ICD),
        icd10_cm=_spans(entry, "icd10-cm", _ICD),
        atc=_spans(entry, "atc", _ATC),
        rxnorm=_codes(entry, "rxnorm", _RXNORM.fullmatch),
        loinc=_codes(entry, "loinc", _LOINC.fullmatch),
        values=_codes(entry, "values", _is_value),
        below=below.whole() if below else None,
        above=above.whole() if above else None,
        unit=unit.text() if unit else "",
        names=names.texts() if (names := entry.get("names")) else (),
        synonyms=words is not None and bool(words.word(("synonyms",), "list of words")),
        routes=by.words(routes, "route") if by else (),
        together=together.words(library.flags, "flag") if together else (),
        every=every.truth() if every else False,
    )
    if rule.id in seen:
        entry.fault(f"there are two rules `{rule.id}`", hint="give each an id of its own")
    seen.add(rule.id)
    _refuse_idle(entry, rule)
    entry.finish()
    return rule


def _about(entry: Entry, library: Library) -> tuple[str, str]:
    """Read what the rule is about: exactly one flag, region or status."""
    known = {"flag": library.flags, "region": library.regions, "status": library.statuses}
    given = [(key, field) for key in _ABOUT if (field := entry.get(key))]
    if len(given) != 1:
        entry.fault("a rule is about one thing", hint="write `flag:`, `region:` or `status:`")
        return "", ""
    key, field = given[0]
    return _ABOUT[key], field.word(known[key], key)


def _question(library: Library, kind: str, about: str) -> str:
    flag = library.flags.get(about) if kind == "flags" else None
    return flag.question if flag else ""


def _refuse_idle(entry: Entry, rule: RecordRule) -> None:
    """Fault a rule that can never find anything, and one that asks nothing."""
    finds = (
        rule.snomed or rule.icd10 or rule.icd10_who or rule.icd10_cm or rule.atc or rule.rxnorm
        or rule.loinc or rule.names or rule.synonyms or rule.together or rule.every
    )  # fmt: skip
    if not finds and rule.source != AGE:
        entry.fault("the rule finds nothing", hint="give it codes or names")
    if not rule.proposes and not rule.ask:
        entry.fault("the rule asks no question", hint="add `ask:`")
    if bool(rule.together) != (rule.source == FLAGS):
        entry.fault("`together` goes with `from: flags`", hint="give both or none")


def _snomed(entry: Entry) -> dict[str, str]:
    return dict(_named(entry))


def _named(entry: Entry) -> Iterator[tuple[str, str]]:
    for one in entry.items():
        code, _, name = one.text().partition(" ")
        if not is_snomed(code):
            one.fault(f"`{code}` is no SNOMED code", hint="look for a digit that is wrong")
        elif not name:
            one.fault(f"`{code}` has no name", hint="write the fully specified name behind it")
        yield code, name


def _codes(entry: Entry, key: str, fits: Callable[[str], object]) -> tuple[str, ...]:
    field = entry.get(key)
    codes = tuple(field.items()) if field else ()
    for one in codes:
        if not fits(one.text()):
            one.fault(f"{one.shown()} is no code of {key}", hint="look for a slip of the pen")
    return tuple(one.text() for one in codes)


def _spans(entry: Entry, key: str, shape: re.Pattern[str]) -> tuple[CodeSpan, ...]:
    field = entry.get(key)
    return tuple(_span(one, shape, key) for one in field.items()) if field else ()


def _span(entry: Entry, shape: re.Pattern[str], key: str) -> CodeSpan:
    low, _, high = entry.text().partition("-")
    high = high or low
    if not (shape.fullmatch(low) and shape.fullmatch(high)):
        entry.fault(f"{entry.shown()} is no code of {key}", hint="write K25, or a range: K25-K28")
    elif len(low) != len(high) or low > high:
        entry.fault(f"{entry.shown()} is no range", hint="write the lower code first, as K25-K28")
    return CodeSpan(low.replace(".", ""), high.replace(".", ""))
