"""Report the differences of two versions as text or HTML: `report_on`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.audit.diff.changes import (
    ADDED,
    CHANGED,
    REMOVED,
    DiffSpan,
    compare_words,
    list_changes,
    list_rule_changes,
    marked,
)
from handouts.audit.diff.impact import audience_text, compare, guarded, percent_text, share_text
from handouts.audit.diff.versions import DRAWN, WORDED, compare_lengths, samples
from handouts.content.vocabulary import USUAL_EDITION
from handouts.governance.differences import EXPLAINED
from handouts.safety.atoms import classes_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jinja2

    from handouts.audit.diff.changes import Change
    from handouts.audit.diff.impact import Audience, Impact
    from handouts.audit.diff.versions import LengthChange, Version


_TEMPLATE = "diff.html"


class ReportEntry(Struct, frozen=True, kw_only=True):
    """One change, or one unchanged unit that is printed differently, with who sees it."""

    title: str
    how: str
    origin: str = ""
    lines: tuple[tuple[str, tuple[DiffSpan, ...]], ...] = ()
    """(key, comparison) pairs."""
    seen: str
    audience: tuple[str, ...]


class DiffReport(Struct, frozen=True, kw_only=True):
    """The texts of a report; every number is exact."""

    old: str
    new: str
    changed: bool
    """Whether any leaflet changed, those with exercises picked by hand too."""
    rules: tuple[ReportEntry, ...]
    """Rules of safety that changed, with whom they guarded."""
    total: str
    audience: tuple[str, ...]
    only_one: str
    changes: tuple[ReportEntry, ...]
    consequences: tuple[ReportEntry, ...]
    notes: tuple[str, ...]
    looked_at: int
    lengths: tuple[str, ...]


def report_on(old: Version, new: Version, *, pages: bool) -> DiffReport:
    """Compare two versions; with `pages`, also typeset leaflets with no flag and one flag."""
    impact = compare(old.library, new.library, look=old.templates != new.templates)
    changes = list_changes(old.library, new.library)
    looked_at = list(samples(impact)) if pages else []
    lengths = compare_lengths(old, new, looked_at)
    changed, one_sided = impact.count(impact.changed), impact.count(impact.one_sided)
    places = (old.library.places, new.library.places)
    units = {change.unit for change in changes}
    return DiffReport(
        old=_version(old),
        new=_version(new),
        changed=bool(changed or impact.by_hand or set(places[0]) ^ set(places[1])),
        rules=tuple(_rules(impact, old, new)),
        total=share_text(changed, impact.count(impact.requests)),
        audience=tuple(audience_text(impact, impact.changed)),
        only_one=f"{one_sided:,} of them can be made with only one of the two" if one_sided else "",
        changes=tuple(_entry(impact, change, _audience(impact, change, old, new))
                      for change in changes),
        consequences=tuple(_consequences(impact, units)),
        notes=tuple(_notes(impact, old, new)),
        looked_at=len(looked_at),
        lengths=tuple(map(_length, lengths)),
    )  # fmt: skip


def _version(version: Version) -> str:
    return f"{version.name} (content version {version.library.version[:8]})"


def _share(impact: Impact, audience: Audience) -> str:
    return f"{percent_text(impact.count(audience), impact.count(impact.requests))} of all requests"


# ------------------------------------------------------------------ entries
def _entry(impact: Impact, change: Change, audience: Audience) -> ReportEntry:
    lines = tuple(
        (f"{line.kind}: {line.key}" if line.kind != line.key else line.key,
         compare_words(line.before, line.after))
        for line in change.lines
    )  # fmt: skip
    kinds = ", ".join(change.kinds)
    number = impact.count(audience)
    seen = f"seen by {_share(impact, audience)}" if number else "seen by no request on its own"
    seen += _at(impact, change.unit)
    if change.small_print:
        seen = "small print only"
    return ReportEntry(
        title=change.unit,
        how=change.how if change.how in (ADDED, REMOVED) else kinds,
        origin=change.origin,
        lines=lines,
        seen=seen,
        audience=tuple(audience_text(impact, audience)),
    )


def _rules(impact: Impact, old: Version, new: Version) -> Iterator[ReportEntry]:
    """List the rules that changed; one that is gone or another guards its readers no more as then.

    Whom a rule guards is told by its conditions; those on advice are taken to hold.
    """
    sides = [{unit: one.meaning for unit, one in side.safeguards.items()} for side in (old, new)]
    for change in list_rule_changes(sides[0], sides[1]):
        side = new if change.how == ADDED else old
        audience = guarded(impact, side.safeguards[change.unit].when)
        number = _share(impact, audience)
        same = change.how == CHANGED and {one.key for one in change.lines} <= set(EXPLAINED)
        yield ReportEntry(
            title=change.unit,
            how=change.how,
            lines=tuple((one.key, compare_words(one.before, one.after)) for one in change.lines),
            seen={
                ADDED: f"guards {number} that it did not",
                REMOVED: f"guarded {number}, which lose it",
            }.get(
                change.how,
                f"guards {number} as before"
                if same
                else f"guarded {number}, which it may not guard as before",
            ),
            audience=() if same else tuple(audience_text(impact, audience)),
        )


def _audience(impact: Impact, change: Change, old: Version, new: Version) -> Audience:
    """Return the requests that see a change: by its own block, or by the blocks that it affects."""
    kind, _, name = change.unit.partition(":")
    match kind:
        case "advice":
            return _of_cell(impact, name, change.lines[0].key, old, new)
        case "flag":
            given = impact.sets.given([name])
            return {
                one: impact.sets.intersection(some, given) for one, some in impact.one_sided.items()
            }
        case "place":
            names = [f"place {name}", f"place {name} name"]
            names += [of for of, places in impact.places.items() if places == (name,)]
            return _joined(impact, names)
        case "words":
            keys = {f"{{{line.key.partition(' ')[2]}}}" for line in change.lines}
            said = _blocks_with(keys, old, new)
            return {of: some for of, some in _joined(impact, said).items() if of.region == name}
        case _:
            return _joined(impact, [change.unit if not name else f"{kind} {name}"])


def _blocks_with(words: set[str], old: Version, new: Version) -> list[str]:
    """Name the blocks that use some words in braces, and the class names that do."""
    found: set[str] = set()
    for library in (old.library, new.library):
        for block in library.blocks:
            texts = "".join(str(one) for one in block.wordings)
            if any(word in texts for word in words):
                found.add(block.id)
        for record in library.classes.values():
            if record.name and any(word in record.name.text for word in words):
                found.add(f"class {record.id}")
    return sorted(found)


def _of_cell(impact: Impact, row: str, name: str, old: Version, new: Version) -> Audience:
    reading = {f"class {name}"}
    for library in (old.library, new.library):
        reading |= {b.id for b in library.blocks if name in classes_read(b, library)}
    found = _joined(impact, sorted(reading))
    if row not in impact.sets.flags:
        return found
    given = impact.sets.given([row])
    return {context: impact.sets.intersection(some, given) for context, some in found.items()}


def _joined(impact: Impact, names: list[str]) -> Audience:
    found: Audience = {}
    for name in names:
        for context, some in impact.because_of.get(name, {}).items():
            found[context] = impact.sets.union(found.get(context, 0), some)
    return found


def _consequences(impact: Impact, units: set[str]) -> Iterator[ReportEntry]:
    """Yield what is unchanged but printed for other requests, or in another order or place."""
    for name, audience in impact.because_of.items():
        if name not in units and name.replace(" ", ":", 1) not in units:
            yield ReportEntry(
                title=name,
                how="printed for others, elsewhere, or in another order",
                seen=f"seen by {_share(impact, audience)}{_at(impact, name)}",
                audience=tuple(audience_text(impact, audience)),
            )


def _at(impact: Impact, name: str) -> str:
    """Return ` at PLACES only` if only some places see it, else ""."""
    every = {place for places in impact.places.values() for place in places}
    places = impact.places.get(name, ())
    return f" at {', '.join(places)} only" if places and set(places) < every else ""


def _notes(impact: Impact, old: Version, new: Version) -> Iterator[str]:
    for name, before, after in zip((*WORDED, *DRAWN), old.templates, new.templates, strict=True):
        if before != after:
            yield (
                f"template {name} changed: every leaflet is counted, because any may look different"
            )
    if impact.by_hand:
        yield (
            "chosen by hand (--exercise), these exercises differ or are allowed for "
            f"others; such requests are not counted: {', '.join(impact.by_hand)}"
        )
    if old.publisher.signoff != new.publisher.signoff:
        yield (
            "the sign-off differs; whether leaflets say DRAFT is not compared here, "
            "`handout sign --status` shows it"
        )
    for name in sorted(set(old.library.places) ^ set(new.library.places)):
        which = "the new" if name in new.library.places else "the old"
        yield f"place {name} is in {which} version only"


def _length(one: LengthChange) -> str:
    region, status, screened, flags, edition = one.sample
    words = [region, status, *flags, *([] if screened else ["not screened"])]
    words += [] if edition == USUAL_EDITION else [f"edition {edition}"]
    old, new = (f"{n} sides" if n else "cannot be typeset" for n in (one.old, one.new))
    return f"{', '.join(words)}: {old} → {new}"


# ------------------------------------------------------------------ as text, as HTML
def report_text(report: DiffReport, width: int | None) -> str:
    """Return a report as text, wrapped to `width` characters; None: not wrapped."""
    lines = [f"old: {report.old}", f"new: {report.new}", "", _headline(report)]
    lines += [f"  {one}" for one in (*report.audience, report.only_one) if one]
    lines += [f"note: {one}" for one in report.notes]
    for title, entries in (
        ("RULES OF SAFETY THAT CHANGED", report.rules),
        ("WHAT CHANGED", report.changes),
        ("UNCHANGED, BUT PRINTED DIFFERENTLY AS A CONSEQUENCE", report.consequences),
    ):
        lines += ["", title] if entries else []
        for entry in entries:
            lines += _entry_lines(entry)
    lines += _length_lines(report)
    return "\n".join(_wrapped(line, width) for line in lines)


def _headline(report: DiffReport) -> str:
    count = len(report.rules)
    rules = f" {count} {'rule' if count == 1 else 'rules'} of safety changed." if count else ""
    if not report.changed:
        return f"No leaflet changes, except for the version in its small print.{rules}"
    return f"{report.total} see a different leaflet.{rules}"


def _entry_lines(entry: ReportEntry) -> Iterator[str]:
    origin = f"  ({entry.origin})" if entry.origin else ""
    yield f"{entry.title}: {entry.how}{origin}"
    for key, pieces in entry.lines:
        for number, text in enumerate(marked(pieces).split("\n")):
            yield f"    {key + ': ' if not number else '  '}{text}"
    yield f"    {entry.seen}"
    yield from (f"      {one}" for one in entry.audience)


def _length_lines(report: DiffReport) -> list[str]:
    if not report.looked_at:
        return []
    count = f"{len(report.lengths)} of {report.looked_at}"
    head = f"SIDES: {count} leaflets with no flag or one flag differ"
    return ["", head, *(f"    {one}" for one in report.lengths)]


def _wrapped(line: str, width: int | None) -> str:
    if width is None or len(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def report_html(report: DiffReport, templates: jinja2.Environment) -> str:
    """Return a report as one accessible HTML page that loads nothing else."""
    return templates.get_template(_TEMPLATE).render(report=report, headline=_headline(report))
