"""Write every unit of the content as the lines that a clinician signs: `signed_units`.

A unit is a block, or what else reaches a patient: a flag with its question and row of the
matrix, an advice class, a place, the words of a region, the labels, the headings, the service.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import astuple

from handouts.content.blocks import (
    AllOf,
    Always,
    AnyOf,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    HasStatus,
    InRegion,
    ListPlace,
    Rule,
    SelfCheckBody,
    Wording,
)
from handouts.content.figure import Arrow, Figure
from handouts.content.profile import NOBODY, PRINTED
from handouts.content.prop import PLACE, DrawnShape, Prop
from handouts.content.vocabulary import Level, Urgency
from handouts.governance.approval import EVERYWHERE, HEADINGS, LABELS, SERVICE, region_unit
from handouts.selection.rules import MOST_RULES, NOT_ASKED, rule_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.content.blocks import Block, ExerciseVariant
    from handouts.content.library import Flag, Library, Term
    from handouts.content.profile import Profile


WORDS = frozenset(
    {
        "text", "why", "name", "start", "steps", "stop", "cautions", "dosage", "figures", "drawing",
        "signs", "lead_in", "sources", "reviewed", "label", "question", "names",
    }
)  # fmt: skip
"""Keys of lines that say something, before a status or flag; the others say when it prints."""
_NAMES = {"wording": "text"}
_SERVICE = set(PRINTED) - {"accent"}
UnitLine = tuple[str, str]


class SignedUnit(Struct, frozen=True):
    """What a unit says and when it prints, as lines of key and value; layout has no part in it."""

    unit: str
    lines: tuple[UnitLine, ...]

    @property
    def text(self) -> str:
        """Write the lines as the record keeps them."""
        return "\n".join(f"{key}: {value}" for key, value in self.lines)

    @property
    def digest(self) -> str:
        """Digest the lines: equal words and rules have equal digests on every machine."""
        return digest_of_text(self.text)


def digest_of_text(text: str) -> str:
    """Digest the text of a meaning, in 32 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def lines_of(text: str) -> tuple[UnitLine, ...]:
    """Read the lines of a meaning back from its text."""
    pairs = (line.partition(": ") for line in text.split("\n"))
    return tuple((key, value) for key, _, value in pairs)


def rule_lines(lines: Iterable[UnitLine]) -> tuple[UnitLine, ...]:
    """Keep the lines that say when a unit prints."""
    return tuple(line for line in lines if line[0].partition(" ")[0] not in WORDS)


def signed_units(library: Library, profile: Profile = NOBODY) -> dict[str, SignedUnit]:
    """Return every unit of a library its meaning, blocks first, in the order of the leaflet."""
    found = [SignedUnit(block.id, tuple(_block(library, block))) for block in library.blocks]
    found += [
        SignedUnit(f"flag:{one.id}", tuple(_flag(library, one))) for one in library.flags.values()
    ]
    found += [
        SignedUnit(f"class:{one.id}", tuple(_lines(one, without={"id", "origin"})))
        for one in library.classes.values()
    ]
    found += _matrix_rows(library)
    found += [
        SignedUnit(f"place:{one.id}", tuple(_lines(one, without={"id", "origin", "paper"})))
        for one in library.places.values()
    ]
    found += [
        SignedUnit(region_unit(one.id), tuple(_words(one.words)))
        for one in library.regions.values()
        if one.words
    ]
    found += [
        SignedUnit(LABELS, tuple((f"label {key}", text) for key, text in library.labels.items())),
        SignedUnit(HEADINGS, tuple(_headings(library))),
    ]
    lines = tuple(_lines(profile, without=set(profile.__struct_fields__) - _SERVICE))
    if profile.logo:
        lines += (("logo", profile.logo.alt), ("logo drawing", profile.logo.digest[:12]))
    found += [SignedUnit(SERVICE, lines)] if lines else []
    return {one.unit: one for one in found}


# ------------------------------------------------------------------ one kind of unit each
def _block(library: Library, block: Block) -> Iterator[UnitLine]:
    yield "kind", str(block.kind)
    yield "section", block.section
    yield "when", rule_text(block.when)
    yield "where", scope(library, block)
    without = {
        "number",
        "position",
        "intensity",
        "moves",
        "extra_moves",
        "figures",
        "variant",
        "stop_for",
    }
    if isinstance(block.body, EmergencyLineBody) and block.body.urgency is Urgency.EMERGENCY:
        without.add("urgency")  # as it was signed when there were no others
    yield from _lines(block.body, without=without)
    if block.short_of:
        yield "short of", ", ".join(block.short_of)
    match block.body:
        case ExerciseBody(figures=figures, variant=variant, stop_for=stop_for):
            for one in stop_for:
                flags = ", ".join(one.flags)
                yield f"stop {flags}", f"{_value(one.wording)} [not: {one.instead_of}]"
            yield from _figures(library, figures)
            if variant:
                yield from _variant(library, variant)
        case ClauseBody(classes=classes):
            names = (library.classes[name].name for name in classes)
            yield from (("names", _value(name)) for name in names if name)
        case SelfCheckBody(flag=flag):
            # Where this class is suggested, its level alone puts the point on the list.
            if checked := library.topic.checked_before:
                yield checked, str(library.matrix.flags[flag][checked])
    shown = (f"{key} ({library.sources[key].short})" for key in block.sources)
    yield "sources", ", ".join(one.removesuffix(" ()") for one in shown)
    yield "reviewed", block.reviewed.isoformat()


def _variant(library: Library, variant: ExerciseVariant) -> Iterator[UnitLine]:
    """Write how an exercise is done with some flags; each key says that it is of the variant."""
    lines = (
        *_lines(variant, without={"flags", "changes", "position", "figures"}),
        *_figures(library, variant.figures),
    )
    yield "variant", f"with {', '.join(variant.flags)}; {variant.changes}: {variant.position}"
    yield from ((f"{key} of the variant", value) for key, value in lines)


def _figures(library: Library, figures: Mapping[str, tuple[str, ...]]) -> Iterator[UnitLine]:
    for status, names in figures.items():
        for name in names:
            figure = library.figures[name]
            yield f"figures {status}", f"{name}: {_value(figure.alt)}"
            if figure.caption:
                yield f"figures {status}", f"caption: {_value(figure.caption)}"
            yield f"drawing {status}", f"{name} {_drawing(figure)}"


def _drawing(figure: Figure) -> str:
    """Digest a drawing, in as many digits as its line has."""
    return digest_of_text(_plain(figure))[:12]


def _flag(library: Library, flag: Flag) -> Iterator[UnitLine]:
    yield "question", _value(flag.question)
    yield "label", _value(flag.label)
    if flag.excludes:
        yield "excludes", ", ".join(flag.excludes)
    if flag.kind_of:
        yield "kind of", flag.kind_of
    yield from _levels(library.matrix.flags[flag.id])


def _levels(row: Mapping[str, Level]) -> Iterator[UnitLine]:
    """Write a row of the matrix by level, strictest first."""
    for level in (Level.AVOID, Level.ASK):
        if names := [name for name, value in row.items() if value is level]:
            yield str(level), ", ".join(names)


def _matrix_rows(library: Library) -> Iterator[SignedUnit]:
    matrix = library.matrix
    rows = {"baseline": matrix.baseline, NOT_ASKED.replace(" ", "-"): matrix.not_asked}
    rows |= {status: matrix.statuses.get(status, {}) for status in library.statuses}
    rows |= matrix.editions
    for name, row in rows.items():
        yield SignedUnit(f"advice:{name}", tuple(_levels(row)) or (("ask", "none"),))


def _words(words: Mapping[str, str]) -> Iterator[UnitLine]:
    yield from ((f"words {key}", _value(text)) for key, text in words.items())


def _headings(library: Library) -> Iterator[UnitLine]:
    kinds = {
        "region": library.regions, "status": library.statuses, "section": library.sections,
        "group": library.groups, "check group": library.check_groups,
    }  # fmt: skip
    for kind, terms in kinds.items():
        for term in terms.values():
            yield f"{kind} {term.id}", "; ".join(_term(term))


def _term(term: Term) -> Iterator[str]:
    yield _value(term.label) or "no heading"
    yield from (f"{status}: {_value(label)}" for status, label in term.labels.items())
    if term.when != Always():
        yield f"when {rule_text(term.when)}"


# ------------------------------------------------------------------ where a rule can hold at all
def scope(library: Library, block: Block) -> str:
    """Name the regions and statuses in which a block could print: `neck acute; neck chronic`."""
    found = places_of(library, block.when)
    every = len(library.regions) * len(library.statuses)
    return EVERYWHERE if len(found) == every else "; ".join(found) or "nowhere"


def places_of(library: Library, when: Rule) -> tuple[str, ...]:
    """List the regions and statuses in which a rule could hold, as `neck acute`."""
    return _places_among(when, tuple(library.regions), tuple(library.statuses))


@lru_cache(MOST_RULES)
def _places_among(
    when: Rule, regions: tuple[str, ...], statuses: tuple[str, ...]
) -> tuple[str, ...]:
    pairs = product(regions, statuses)
    return tuple(" ".join(pair) for pair in pairs if _may_hold(when, *pair))


def _may_hold(rule: Rule, region: str, status: str) -> bool:
    """Say whether a rule could hold, for some flags and answers."""
    match rule:
        case InRegion(regions):
            return region in regions
        case HasStatus(statuses):
            return status in statuses
        case AllOf(rules):
            return all(_may_hold(one, region, status) for one in rules)
        case AnyOf(rules):
            return any(_may_hold(one, region, status) for one in rules)
        case _:
            return True


# ------------------------------------------------------------------ values as text
def _lines(record: Struct, without: Iterable[str]) -> Iterator[UnitLine]:
    """Write every field that says something; a field added later is part of the meaning at once."""
    for field in record.__struct_fields__:
        if field in without:
            continue
        value, key = getattr(record, field), _NAMES.get(field, field)
        if isinstance(value, Mapping):
            for name, one in value.items():
                yield from _each(f"{key} {_value(name)}", one)
        else:
            yield from _each(key, value)


def _each(key: str, value: object) -> Iterator[UnitLine]:
    """Return a list of sentences a line for each; leave out what is empty."""
    if isinstance(value, tuple) and value and isinstance(value[0], Wording):
        yield from ((key, _value(one)) for one in value)
    elif text := _value(value):
        yield key, text


def _value(value: object) -> str:  # noqa: PLR0911 - one line for each type
    """Write a value on one line; how it was wrapped in its file does not matter."""
    match value:  # what most fields are stands first
        case str():
            return " ".join(value.split())
        case Wording(text=text, without=without):
            other = "".join(f" [without {{{word}}}: {_value(one)}]" for word, one in without)
            return " ".join(text.split()) + other
        case None | False | ():
            return ""
        case True:
            return "yes"
        case Level() | ListPlace():
            return str(value)
        case tuple() if all(isinstance(one, int) for one in value):
            return " to ".join(map(str, dict.fromkeys(value)))
        case tuple():
            return ", ".join(map(_value, value))
        case _ if isinstance(value, Rule):
            return rule_text(value)
        case Struct():  # a dosage: its numbers by name
            pairs = ((one, _value(getattr(value, one))) for one in value.__struct_fields__)
            return ", ".join(f"{name} {text}" for name, text in pairs if text)
        case _:
            return str(value)


def _plain(value: object) -> str:
    """Write all of a drawing."""
    if isinstance(value, Struct):
        inner = (f"{name}={_plain(one)}" for name, one in _drawn(value).items())
        return f"({', '.join(inner)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_plain(one)}" for key, one in sorted(value.items())) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return repr(float(value)) if isinstance(value, int) else repr(value)


def _drawn(value: Struct) -> Mapping[str, object]:
    """List the fields of a drawing's record, by the names under which drawings are signed.

    They must never change: an approval counts only while it finds the drawing as it was.
    """
    fields = {name: getattr(value, name) for name in value.__struct_fields__}
    match value:
        case Figure(picture=picture):
            del fields["picture"]
            return {"id": value.id, "picture": picture.digest} if picture else fields
        case Arrow(arc=arc):
            centre, radius, start, end = astuple(arc) if arc else ((0, 0), 0, 0, 0)
            arc_fields = {"centre": centre, "radius": radius, "start": start, "end": end}
            return {"line": value.line, "bow": value.bow, **arc_fields, "both": value.both}
        case DrawnShape():
            return {key: one for key, one in fields.items() if one is not None or key not in _LATER}
        case Prop():
            return _drawn_prop(value, fields)
    return fields


def _drawn_prop(prop: Prop, fields: Mapping[str, object]) -> Mapping[str, object]:
    """List what is signed of a thing: what a figure says of it, and its shapes."""
    if prop.keys == PLACE and not (prop.measures or prop.points):
        return {name: fields[name] for name in ("name", "shapes", *PLACE)}
    numbers = {**dict(prop.measures), **{key: fields[key] for key in prop.keys}}
    signed = {"kind": prop.name, "numbers": numbers, "points": prop.points}
    if prop.definition in _SIGNED_BY_MEASURES:
        return signed
    return {**signed, "shapes": prop.shapes, "middle": prop.middle}


_LATER = frozenset({"bar", "band", "thick"})
"""What shapes had not when the first were signed."""
_SIGNED_BY_MEASURES = frozenset((
    "3ad34b62d92b6752", "fe5ab661c8f31982", "fabeebdc8dc5e808", "f2bfaeef9bb32bc2",
    "0d9b2edc21025bcd", "700adde33a66e127", "d86a054de8c2506c", "7b7481637b768980",
    "72cb7bd62fccc9bd",
))  # fmt: skip
"""Digests of nine things that the program drew itself when the first drawings were signed.

While a thing is drawn as it was then, its measures stand for its shapes, and approvals stay.
"""
