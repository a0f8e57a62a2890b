"""Parse the records that blocks refer to: terms, places, sources, labels and the advice matrix.

`parse_rule` reads a `when:`, `parse_wording` a sentence, `parse_matrix` the file `advice.csv`.
"""

from __future__ import annotations

import csv
import io
import re
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
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
    Wording,
)
from handouts.content.library import Coding, Matrix, Place, Source, Term
from handouts.content.vocabulary import EDITIONS, Level, Urgency
from handouts.content.yaml_reader import CONFLICT, CONFLICT_HINT, conflict_line
from handouts.errors import ContentError, Fault, Origin, did_you_mean
from handouts.system.files import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.blocks import Rule
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry, YamlReader


LEVELS = {str(level): level for level in Level}
_BRACES = re.compile(r"\{([^{}]*)\}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


class KnownWords(Struct, frozen=True, kw_only=True):
    """The words that records may use, collected before the records are parsed."""

    regions: tuple[str, ...]
    statuses: tuple[str, ...]
    sections: tuple[str, ...]
    groups: tuple[str, ...]
    check_groups: tuple[str, ...]
    flags: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]] = msgspec.field(
        default_factory=lambda: MappingProxyType({})
    )
    """The kinds of each broad flag: a list that names a broad flag is about them too."""
    classes: tuple[str, ...]
    free_columns: tuple[str, ...] = ()
    """Columns of exercises that are no class."""
    sources: tuple[str, ...]
    words: frozenset[str]
    """What a text may use in braces: the words of all places, optional ones included."""
    optional_words: frozenset[str]
    """Words that some place lacks: a text that uses one says what to print without it."""


def known_words(library: Library) -> KnownWords:
    """Return the words of a library that a `when:` may use; none that only its texts use."""
    return KnownWords(
        regions=tuple(library.regions),
        statuses=tuple(library.statuses),
        sections=tuple(library.sections),
        groups=tuple(library.groups),
        check_groups=tuple(library.check_groups),
        flags=tuple(library.flags),
        kinds=library.kinds,
        classes=tuple(library.classes),
        free_columns=library.topic.free_columns,
        sources=tuple(library.sources),
        words=frozenset(),
        optional_words=frozenset(),
    )


# ------------------------------------------------------------------ small parts
_NOT = "not "


def with_kinds(flag: str, known: KnownWords) -> tuple[str, ...]:
    """Return a flag, followed by its kinds if it is a broad one."""
    return (flag, *known.kinds.get(flag, ()))


def parse_flags(entry: Entry | None, known: KnownWords) -> tuple[str, ...]:
    """Parse a list of flags; a broad flag stands for its kinds as well.

    `[pregnancy, not trying-for-a-baby]` takes one kind away again. No list loses a kind unless it
    says so.
    """
    if entry is None:
        return ()
    found: list[str] = []
    less: list[str] = []
    for one in entry.items():
        text = one.text()
        kind = text.removeprefix(_NOT)
        if text.startswith(_NOT) and kind in found and kind in known.flags:
            less.append(kind)
        elif text.startswith(_NOT):
            hint = "name its broad flag first, in the same list"
            one.fault(f"`{kind}` cannot be taken away: nothing before it brings it", hint=hint)
        elif word := one.word(known.flags, "flag"):
            if word in found:
                one.fault(f"`{word}` is listed twice", hint="keep it once; a broad flag brings it")
            found += [each for each in with_kinds(word, known) if each not in found]
    return tuple(one for one in found if one not in less)


def parse_raised(entry: Entry | None, known: KnownWords) -> tuple[tuple[str, Urgency], ...]:
    """Parse what makes a row more urgent; a broad flag stands for its kinds as well.

    `{cancer-history: emergency, not cancer-past: emergency}` takes one kind away again.
    """
    pairs: list[tuple[str, Urgency]] = []
    for key in entry.keys() if entry else ():
        field = entry.get(key) if entry else None
        if entry is None or field is None:
            continue
        urgency = Urgency(field.word(Urgency, "urgency") or Urgency.EMERGENCY)
        flag = key.removeprefix(_NOT)
        if flag not in known.flags:
            entry.fault(f"unknown flag `{flag}`")
        elif flag == key:
            pairs += [(each, urgency) for each in with_kinds(flag, known)]
        elif (flag, urgency) in pairs:
            pairs = [one for one in pairs if one != (flag, urgency)]
        else:
            hint = "name its broad flag first, with the same urgency"
            entry.fault(f"`{flag}` cannot be taken away: nothing before it raises it", hint=hint)
    return tuple(pairs)


def parse_id(entry: Entry) -> str:
    """Parse the id of a record: lower-case letters, digits and hyphens; "" for a faulty entry."""
    field = entry.need("id")
    if field is None:
        return ""
    value = field.text()
    if value and not _ID.match(value):
        field.fault(f"`{value}` is not an id", hint="use small letters, digits and hyphens")
    return value


def parse_wording(entry: Entry, known: KnownWords) -> Wording:
    """Parse a sentence: plain text, or `text` with what to say `without` an optional word."""
    if not entry.is_mapping():
        text, without = entry.text(), []
    else:
        field = entry.need("text")
        text = field.text() if field else ""
        other = entry.get("without")
        keys = other.keys() if other else ()
        without = [(key, one.text()) for key in keys if other and (one := other.get(key))]
        entry.finish()
    handled = [key for key, _ in without]
    _check_braces(entry, text, handled, known)
    # The first word that is lacking decides, so those before it are there.
    for at, (_, said) in enumerate(without):
        _check_braces(entry, said, handled[:at], known)
    return Wording(text, tuple(without))


def _check_braces(entry: Entry, text: str, handled: list[str], known: KnownWords) -> None:
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


def parse_rule(  # noqa: C901 - one line for each kind of condition
    entry: Entry | None, known: KnownWords
) -> Rule:
    """Parse a `when:`; all its keys must hold, and a list under a key means any of these.

    None is always, and the text `never` a rule that never holds.
    """
    if entry is None:
        return Always()
    if not entry.is_mapping() and entry.text() == "never":
        return AnyOf(())
    parts: list[Rule] = []
    if field := entry.get("region"):
        parts.append(InRegion(field.words(known.regions, "region")))
    if field := entry.get("status"):
        parts.append(HasStatus(field.words(known.statuses, "status")))
    if field := entry.get("flag"):
        parts.append(HasFlag(parse_flags(field, known)))
    if field := entry.get("no-flag"):
        parts.append(Not(HasFlag(parse_flags(field, known))))
    if field := entry.get("screened"):
        parts.append(IsScreened(field.truth()))
    if field := entry.get("edition"):
        parts.append(InEdition(field.words(EDITIONS, "edition")))
    if field := entry.get("advice"):
        parts.extend(_advice_rules(field, known))
    if field := entry.get("any"):
        parts.append(AnyOf(tuple(parse_rule(one, known) for one in field.items())))
    entry.finish()
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts)) if parts else Always()


def _advice_rules(entry: Entry, known: KnownWords) -> Iterator[Rule]:
    names = entry.keys()
    for name in names:
        field = entry.get(name)
        if name not in known.classes:
            entry.fault(f"unknown class `{name}`", hint=did_you_mean(name, known.classes))
        elif field:
            levels = field.words(LEVELS, "level")
            yield HasAdvice(name, tuple(LEVELS[level] for level in levels))


def both(first: Rule, second: Rule) -> Rule:
    """Return a rule that holds when both of these do."""
    parts = tuple(rule for rule in (first, second) if not isinstance(rule, Always))
    return parts[0] if len(parts) == 1 else AllOf(parts) if parts else Always()


# ------------------------------------------------------------------ vocabulary
def parse_term(entry: Entry) -> tuple[Term, Entry | None]:
    """Parse an entry of the vocabulary; its `when` is returned unparsed, as it may name flags."""
    label = entry.get("label")
    labels = entry.get("labels")
    keys = labels.keys() if labels else ()
    pairs = {key: one.text() for key in keys if labels and (one := labels.get(key))}
    when = entry.get("when")
    blocks = entry.get("blocks")
    named = blocks.keys() if blocks else ()
    of_rules = {key: one.texts() for key in named if blocks and (one := blocks.get(key))}
    given = entry.get("words")
    said = {key: one.text() for key in (given.keys() if given else ())
            if given and (one := given.get(key))}  # fmt: skip
    term = Term(
        id=parse_id(entry),
        label=label.text() if label and label.shown() != "``" else "",
        labels=MappingProxyType(pairs),
        codings=tuple(parse_codings(entry)),
        question=question.text() if (question := entry.get("question")) else "",
        parts=parts.texts() if (parts := entry.get("parts")) else (),
        allows=allows.texts() if (allows := entry.get("allows")) else (),
        blocks=MappingProxyType(of_rules),
        never_says=never.texts() if (never := entry.get("never-says")) else (),
        words=MappingProxyType(said),
        origin=entry.origin,
    )
    entry.finish()
    return term, when


def words_of_regions(
    regions: Mapping[str, Term], of_places: frozenset[str], reader: YamlReader
) -> frozenset[str]:
    """Return the words in braces that regions give: each gives all, and none that a place gives.

    What is not so is a fault of the region.
    """
    used: dict[str, Term] = {}
    for region in regions.values():
        used |= {word: used.get(word, region) for word in region.words}
    for region in regions.values():
        for word in sorted(used.keys() - region.words.keys()):
            one = used[word]
            hint = f"add `{word}: …` to `words:`; {one.id} has “{one.words[word]}”"
            reader.fault(f"no word for {{{word}}}", region.origin, region.id, hint)
        for word in sorted(region.words.keys() & of_places):
            message = f"{{{word}}} is a word of places (places.yaml)"
            reader.fault(message, region.origin, region.id, "give it another name")
    return frozenset(used)


def parse_place(entry: Entry) -> Place:
    """Parse a place; an emergency number is required, the urgent and crisis lines are not."""
    words: dict[str, str] = {}
    given = entry.need("words")
    for key in given.keys() if given else ():
        if given and (one := given.get(key)):
            words[key] = one.text()
    if given and len(twice := [key for key in words if f"{key}_other" in words]) > 1:
        said = ", ".join(f"`{key}`" for key in twice)
        given.fault(f"{said} have two names", hint="only one word of a place may have `…_other`")
    for key in ("emergency_number", "urgent_line", "crisis_line"):
        field = entry.need(key) if key == "emergency_number" else entry.get(key)
        if field:
            words[key] = field.text()
            if words[key] and not re.fullmatch(r"[0-9 +-]{2,15}", words[key]):
                field.fault(f"`{words[key]}` is not a phone number", hint="use digits and spaces")
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
    """Parse a source."""
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
    """Yield the codes of a flag or a region in clinical terminologies (SNOMED CT, ICD-10, ATC)."""
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


_MONTHS = 12
_WORDS = {
    "subject": ("title",),
    "page": ("page", "pages"),
    "overleaf": ("heading", "n", "total"),
    "for-you-page": ("heading", "n"),
    "to": ("low", "high"),
    "fits-you": ("names",),
    "not-this": ("name",),
    "not-start": ("name",),
    "stop-and": ("order",),
    "or-name": ("name", "other"),
    "code": ("code",),
    "ask-for-code": ("code",),
    "version": ("version", "date", "reviewed"),
    "approved": ("roles", "on", "until"),
    "not-for-emergencies": ("emergency_number",),
    "every-sign": ("emergency_number",),
    "two-pages": ("low", "high"),
    "more-pages": ("low", "high"),
    "qr-code": ("address",),
}
"""The names that may be in braces, by label; others have {n} at most."""


def parse_labels(
    entry: Entry, origin: Origin, braces: Mapping[str, tuple[str, ...]] = _WORDS
) -> Mapping[str, str]:
    """Parse all labels; looking up a missing one raises ContentError at `origin`.

    `braces` maps a label to the names that it may have in braces, by default only {n}.
    """
    labels = _Labels(origin)
    keys = entry.keys()
    for key in keys:
        if one := entry.get(key):
            labels[key] = one.text()
            _check(one, key, labels[key], braces.get(key, ("n",)))
    return labels


class _Labels(dict[str, str]):
    """Labels by key; looking up a missing one raises ContentError."""

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin

    def __missing__(self, key: str) -> str:
        raise ContentError(
            Fault(message=f"`{key}` is missing", origin=self.origin, hint=f"add `{key}:`")
        )


def _check(entry: Entry, key: str, text: str, known: Iterable[str]) -> None:
    """Add a fault for braces with another name, and for `months` without twelve words."""
    try:
        words = [(word, how) for _, word, *how in Formatter().parse(text) if word is not None]
    except ValueError:
        words = [("", ["", None])]
    for word, how in words:
        if word not in known or how != ["", None]:
            entry.fault(f"only {{{'}, {'.join(known)}}} may be used in braces here")
    if key == "months" and len(text.split()) != _MONTHS:
        entry.fault(f"expected {_MONTHS} months, got {len(text.split())}")


_NEVER = "never:"
"""Columns of what no leaflet may name; they tell authors so, and the program reads them not."""
UNDECIDED = "?"
"""A cell of the matrix that nobody has decided: such content makes no leaflet."""
_BASELINE, _NOT_ASKED = "(baseline)", "(not asked)"


def parse_matrix(reader: YamlReader, name: str, raw: bytes, known: KnownWords) -> Matrix:
    """Parse the advice matrix from CSV: a column for each class, a row for each condition.

    Rows that are missing or wrong are noted as faults of the file `name`. Raises ContentError for
    a merge that is not finished, and for a table that has other marks than commas between cells.
    """
    lines = list(_lines(reader, name, raw))
    header = lines[0][1] if lines else []
    columns = [column.strip() for column in header[1:]]
    _check_columns(reader, name, columns, known.classes)
    optional = {f"({edition})" for edition in EDITIONS}
    wanted = {_BASELINE, _NOT_ASKED, *(f"({s})" for s in known.statuses), *known.flags}
    rows: dict[str, dict[str, Level]] = {}
    for origin, cells in lines[1:]:
        label = cells[0].strip() if cells else ""
        if label in rows:
            reader.fault(f"the row `{label}` stands twice", origin, hint="keep one of them")
        elif label not in wanted | optional:
            reader.fault(f"unexpected row `{label}`", origin, hint=did_you_mean(label, wanted))
        if extra := [cell for cell in cells[len(header) :] if cell.strip()]:
            reader.fault(f"`{extra[0]}` stands in no column", origin, hint="remove it")
        rows[label] = _levels(reader, origin, columns, cells)
    # A kind of a broad flag has the levels of that one, unless it has a row of its own.
    broad = {kind: flag for flag, kinds in known.kinds.items() for kind in kinds}
    for label in sorted(wanted - set(rows) - set(broad)):
        reader.fault(f"no row `{label}`", Origin(name, 1))
    return Matrix(
        classes=known.classes,
        baseline=rows.get(_BASELINE, {}),
        statuses={status: rows.get(f"({status})", {}) for status in known.statuses},
        not_asked=rows.get(_NOT_ASKED, {}),
        flags={flag: rows.get(flag, rows.get(broad.get(flag, ""), {})) for flag in known.flags},
        editions={one: rows[f"({one})"] for one in EDITIONS if f"({one})" in rows},
    )


def _check_columns(
    reader: YamlReader, name: str, columns: list[str], known: tuple[str, ...]
) -> None:
    """Fault a column that nothing reads, and one whose cells would hide those of another."""
    first = Origin(name, 1)
    if not columns:
        reader.fault("no columns", first, hint="save the file as CSV, with commas between cells")
        # Every row would be wrong for the same reason.
        raise ContentError(*reader.faults)
    missing = [column for column in known if column not in columns]
    for column in missing:
        reader.fault(f"no column `{column}`", first)
    unknown = [one for one in columns if one not in known and not one.startswith(_NEVER)]
    # One column that is misspelt is both, and is told once.
    for column in unknown if len(unknown) > len(missing) else ():
        said = f"unknown column `{column}`" if column else "a column has no name"
        hint = did_you_mean(column, known) if column else "name it, or remove it"
        reader.fault(said, first, hint=hint)
    for column in dict.fromkeys(columns):
        if column in known and columns.count(column) > 1:
            reader.fault(f"the column `{column}` stands twice", first, hint="keep one of them")


def _lines(reader: YamlReader, name: str, raw: bytes) -> Iterator[tuple[Origin, list[str]]]:
    """Yield the lines of the table, up to the first that is not CSV."""
    if len(raw) > MOST_BYTES:
        reader.fault(f"larger than {MOST_BYTES} bytes", Origin(name, 1), hint="split the file")
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        reader.fault("not UTF-8 text", Origin(name, line), hint="save the file as UTF-8")
        return
    if line := conflict_line(text):
        raise ContentError(Fault(message=CONFLICT, origin=Origin(name, line), hint=CONFLICT_HINT))
    table = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in table:
            yield Origin(name, table.line_num), cells
    except csv.Error as error:
        origin = Origin(name, table.line_num)
        reader.fault(f"not CSV: {error}", origin, hint="save the file as CSV UTF-8")


def _levels(
    reader: YamlReader, origin: Origin, columns: list[str], cells: list[str]
) -> dict[str, Level]:
    """Parse one row; only rows in brackets other than the baseline may have empty cells."""
    label = cells[0].strip() if cells else ""
    may_be_empty = label.startswith("(") and label != _BASELINE
    levels = {}
    if waiting := [one for one, cell in zip(columns, cells[1:], strict=False) if cell == UNDECIDED]:
        what = f"still to decide: {', '.join(waiting)}"
        reader.fault(what, origin, label, "ok, ask or avoid in place of each ?")
        reader.is_open = True
    for column, cell in zip(columns, [*cells[1:], *[""] * len(columns)], strict=False):
        word = cell.strip()
        if word == UNDECIDED:
            continue
        if word in LEVELS:
            levels[column] = LEVELS[word]
        elif word or not may_be_empty:
            reader.fault(f"expected ok, ask or avoid, got `{word}`", origin, f"{label}.{column}")
    return levels
