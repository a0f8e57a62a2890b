"""Name what content holds and no leaflet uses, and what is certainly wrong: `find_leftovers`."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.audit.diff.decision_diagram import NONE, FlagSets
from handouts.audit.diff.reach import Reach
from handouts.content.blocks import ClassLineBody, ExerciseBody, RedFlagBody, SelfCheckBody, Wording
from handouts.content.folder import picture_files
from handouts.content.library import KINDS
from handouts.content.load import resource
from handouts.content.own_picture import PICTURES
from handouts.content.parse_props import parse_props, shipped_props
from handouts.content.profile import REVIEWED
from handouts.content.staff_words import load_pile_words, load_record_words
from handouts.content.stray import find_stray
from handouts.content.synonyms import FILE as WORDS
from handouts.content.synonyms import tokens, unpack
from handouts.content.vocabulary import EDITIONS, Kind
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.errors import Fault, Origin, TypesettingError, did_you_mean
from handouts.governance.approval import EVERYWHERE
from handouts.governance.profile import age_text
from handouts.governance.units import scope
from handouts.leaflet.markup import two_names
from handouts.render.pdf.typeface import typeface
from handouts.safety.atoms import Context
from handouts.safety.readability import FILE as PLAIN_WORDS
from handouts.safety.readability import load_plain_words
from handouts.system.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from handouts.content.blocks import Block
    from handouts.content.library import Library


_BRACES = re.compile(r"\{([a-z_0-9]+)\}")
_CLAIMS = "claims.csv"
_COLUMNS = ("id", "claim", "region", "status", "verdict", "blocks", "reason")
_VERDICTS = ("keep", "corrected", "left-out")


class Leftovers(Struct, frozen=True):
    """What is certainly wrong, and what is only to be looked at."""

    errors: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def find_leftovers(
    library: Library, folder: Path, today: date, months: int = REVIEWED
) -> Leftovers:
    """Look at every entry of a content folder; raises ContentError for words of staff pages.

    `months`: how old a review may be, as the service says.
    """
    errors = [
        *_future_reviews(library, today),
        *_missing_letters(library, folder),
        *_faults_of_claims(library, folder),
        *_asked_twice(library),
    ]
    notes = [
        *(fault for fault, certain in find_stray(folder) if not certain),
        *_unused_records(library),
        *_unused_pictures(library, folder),
        *_unused_things(library, folder),
        *_unused_words(library, folder),
        *_unused_numbers(library, folder),
        *_said_twice(library),
        *_never_printed(library),
        *_needless_exceptions(library, folder),
        *_old_reviews(library, today, months),
        *_odd_addresses(library),
        *_words_of_regions(library, folder),
    ]
    return Leftovers(tuple(dict.fromkeys(errors)), tuple(dict.fromkeys(notes)))


# ------------------------------------------------------------------ days
def _future_reviews(library: Library, today: date) -> Iterator[Fault]:
    for block in library.blocks:
        if block.reviewed > today:
            yield Fault(
                message=f"reviewed on {block.reviewed}, a day that has not come",
                origin=block.origin,
                path=block.id,
                hint="write the day on which somebody held it against its sources",
            )


def _old_reviews(library: Library, today: date, months: int) -> Iterator[Fault]:
    for block in library.blocks:
        passed = 12 * (today.year - block.reviewed.year) + today.month - block.reviewed.month
        if passed > months or (passed == months and today.day > block.reviewed.day):
            yield Fault(
                message=f"last reviewed on {block.reviewed}, more than {age_text(months)} ago",
                origin=block.origin,
                path=block.id,
                hint="hold it against its sources again (service.yaml: `review-every`)",
            )


# ------------------------------------------------------------------ letters
def _missing_letters(library: Library, folder: Path) -> Iterator[Fault]:
    """Fault each word that no page can print; setting a page would stop there."""
    faces = tuple(typeface().values())
    seen: set[str] = set()
    for text, origin, path in _printed(library, folder):
        for word in text.replace("**", "").split():
            if word.isascii() or word in seen:
                continue
            seen.add(word)
            try:
                for face in faces:
                    face.shape(word)
            except TypesettingError:
                message = f"the typeface lacks a letter of `{word}`"
                yield Fault(message=message, origin=origin, path=path, hint="write it otherwise")


def _printed(library: Library, folder: Path) -> Iterator[tuple[str, Origin, str]]:
    for block in library.blocks:
        yield from ((text, block.origin, block.id) for text in _texts(block))
    for place in library.places.values():
        yield from ((text, place.origin, place.id) for text in place.words.values())
    for region in library.regions.values():
        yield from ((text, region.origin, region.id) for text in region.words.values())
    unknown = Origin(f"{folder.name}/labels.yaml", 1)
    for key, text in library.labels.items():
        yield text, library.origins.get(f"labels.yaml/{key}", unknown), key
    for terms in (library.sections, library.groups, library.check_groups):
        for term in terms.values():
            texts = (term.label, *term.labels.values())
            yield from ((text, term.origin, term.id) for text in texts)


def _texts(block: Block) -> Iterator[str]:
    for one in block.wordings:
        if isinstance(one, Wording):
            yield one.text
            yield from (text for _, text in one.without)
        else:
            yield one
    if isinstance(block.body, ExerciseBody):
        yield block.body.name


# ------------------------------------------------------------------ what nothing uses
def _unused_records(library: Library) -> Iterator[Fault]:
    bodies = [block.body for block in library.blocks]
    sections = {block.section for block in library.blocks}
    sections |= {one.section for one in library.classes.values()}
    template = "".join(one.read_text("utf-8") for one in resource("templates").glob("*.xml"))
    used = {
        "source": {key for block in library.blocks for key in block.sources},
        "group": {body.group for body in bodies if isinstance(body, RedFlagBody)},
        "check group": {body.group for body in bodies if isinstance(body, SelfCheckBody)}
        | {flag.group for flag in library.flags.values()},
        "section": sections | {name for name in library.sections if name in template},
    }
    records: Mapping[str, Mapping[str, object]] = {
        "source": library.sources, "group": library.groups, "check group": library.check_groups,
        "section": library.sections,
    }  # fmt: skip
    for kind, known in records.items():
        for name, record in known.items():
            if name not in used[kind]:
                yield _unused(kind, name, getattr(record, "origin", None))
    drawn = {name for body in bodies if isinstance(body, ExerciseBody) for name in body.drawn}
    for name in library.figures:
        if name not in drawn:
            yield _unused("figure", name, None)


def _unused_pictures(library: Library, folder: Path) -> Iterator[Fault]:
    shown = {one.picture.file for one in library.figures.values() if one.picture}
    for name in picture_files(folder):
        if name not in shown:
            yield _unused("picture", f"{PICTURES}/{name}", None)


def _unused_things(library: Library, folder: Path) -> Iterator[Fault]:
    """Name what an author drew under `props:` and no drawing shows."""
    file = read_file(YamlReader(), folder, "figures.yaml")
    things, known = file.get("props"), parse_props(file)
    props = [one for figure in library.figures.values() for one in (*figure.props, *figure.over)]
    shown = {one.name for one in props}
    shipped = shipped_props()
    for name in things.keys() if things else ():
        entry = things.get(name) if things else None
        ships = name in shipped and shipped[name].digest == known[name].digest
        if entry and name not in shown and not ships:
            yield _unused("thing", name, entry.origin)


def _unused(kind: str, name: str, origin: Origin | None) -> Fault:
    return Fault(
        message=f"nothing uses the {kind} `{name}`", origin=origin, hint="remove it, or use it"
    )


def _unused_words(library: Library, folder: Path) -> Iterator[Fault]:
    """Name words of places that no text asks for, and keys that no page has a place for."""
    said = [text for block in library.blocks for text in _texts(block)]
    said += [
        one for record in library.classes.values() if record.name for one in [record.name.text]
    ]
    said += library.labels.values()
    asked = {word for text in said for word in _BRACES.findall(text)}
    asked |= {"crisis_line", "urgent_line"}
    for place in library.places.values():
        key, *_ = two_names(place.words)
        for word in sorted(set(place.words) - asked - {key, f"{key}_other"}):
            yield _unused("word", word, place.origin)
    for region in library.regions.values():
        for word in sorted(set(region.words) - asked):
            yield _unused("word", word, region.origin)
    files = {
        "labels.yaml": (library.labels, _shipped_labels()),
        "record.yaml": (load_record_words(folder), load_record_words(resource("content"))),
        "pile.yaml": (load_pile_words(folder), load_pile_words(resource("content"))),
    }
    for file, (words, known) in files.items():
        for key in words:
            if key not in known:
                yield Fault(
                    message=f"no page has a place for `{key}`",
                    origin=Origin(f"{folder.name}/{file}", 1),
                    hint=did_you_mean(key, known),
                )


def _shipped_labels() -> tuple[str, ...]:
    raw = read_limited(resource("content") / "labels.yaml")
    entry = YamlReader().read("labels.yaml", raw)
    return entry.keys() if entry else ()


def _unused_numbers(library: Library, folder: Path) -> Iterator[Fault]:
    exercises = {block.id for block in library.blocks if block.kind is Kind.EXERCISE}
    known: Mapping[str, Iterable[str]] = {
        "regions": library.regions, "statuses": library.statuses, "places": library.places,
        "flags": library.flags, "exercises": exercises,
    }  # fmt: skip
    for kind in KINDS:
        for word in library.numbers.get(kind, {}) if kind in known else ():
            if word not in set(known[kind]):
                yield Fault(
                    message=f"nothing is called `{word}` any more",
                    origin=Origin(f"{folder.name}/registry.yaml", 1),
                    path=kind,
                    hint=did_you_mean(word, known[kind]) or "keep its number: old codes have it",
                )


def _said_twice(library: Library) -> Iterator[Fault]:
    """Name two texts with the same words that could stand in one leaflet."""
    same: dict[tuple[str, str], list[Block]] = defaultdict(list)
    for block in library.blocks:
        if block.kind is Kind.TEXT:
            for text in _texts(block):
                same[block.section, text].append(block)
    for blocks in same.values():
        first = blocks[0]
        for other in blocks[1:]:
            if other.id == first.id or not _overlap(library, first, other):
                continue
            yield Fault(
                message=f"says the same as `{first.id}`",
                origin=other.origin,
                path=other.id,
                hint="say it once",
            )


def _asked_twice(library: Library) -> Iterator[Fault]:
    """Fault two flags with one question, or with one label: nobody could tell them apart."""
    for kind, texts in (
        ("question", [(one, one.question) for one in library.flags.values()]),
        ("label", [(one, one.label) for one in library.flags.values()]),
    ):
        first: dict[str, str] = {}
        for flag, text in texts:
            same = first.setdefault(" ".join(text.lower().split()), flag.id)
            if same != flag.id:
                yield Fault(
                    message=f"its {kind} is that of `{same}`",
                    origin=flag.origin,
                    path=flag.id,
                    hint="each flag asks about one thing",
                )


def _never_printed(library: Library) -> Iterator[Fault]:
    """Name each text that no request can have, whatever its region, status and flags."""
    sets = FlagSets(tuple(library.flags))
    reaches = [
        Reach(library, Context(*one), sets)
        for one in product(library.regions, library.statuses, (True, False), EDITIONS)
    ]
    for block in library.blocks:
        body = block.body
        # A class has its lines for all its levels.
        if isinstance(body, ClassLineBody) or (
            isinstance(body, ExerciseBody) and (body.by_hand or not body.released)
        ):
            continue
        met = (one for one in reaches if sets.intersection(one.allowed, one.chosen(block)) != NONE)
        if found := next(met, None):
            reaches.remove(found)  # the next block is often one of the same leaflets
            reaches.insert(0, found)
        else:
            by_hand = isinstance(body, ExerciseBody)
            yield Fault(
                message=_ONLY_CHOSEN if by_hand else "no leaflet can ever have it",
                origin=block.origin,
                path=block.id,
                hint=_EARLIER
                if by_hand
                else "look at its `when`: it asks for what excludes itself",
            )


_ONLY_CHOSEN = "it prints in no leaflet unless somebody chooses it"
_EARLIER = (
    "give it an earlier place in `sets`, such as `before` another exercise, or say in `by_hand` "
    "why it is only for choosing"
)


def _needless_exceptions(library: Library, folder: Path) -> Iterator[Fault]:
    """Name each word that may be used although it is hard, and that no text uses."""
    if not (folder / PLAIN_WORDS).is_file():
        return
    texts = [text for text, _, _ in _printed(library, folder)]
    texts += [text for flag in library.flags.values() for text in (flag.question, flag.label)]
    said = " ".join(texts).lower()
    said = said.replace("**", "").replace("’", "'")
    plain = load_plain_words(folder)
    for name, words in (("allowed", plain.allowed), ("participles", plain.participles)):
        for word in words:
            if not re.search(rf"\b{re.escape(word.lower().replace('’', chr(39)))}\b", said):
                yield Fault(
                    message=f"`{word}` is excepted, and no text has it",
                    origin=Origin(f"{folder.name}/{PLAIN_WORDS}", 1),
                    path=name,
                    hint="take the line away, or mend its spelling",
                )


def _overlap(library: Library, one: Block, other: Block) -> bool:
    first, second = (set(scope(library, block).split("; ")) for block in (one, other))
    return EVERYWHERE in first | second or bool(first & second)


def _odd_addresses(library: Library) -> Iterator[Fault]:
    for source in library.sources.values():
        for address in source.addresses:
            if not re.search(r"\S\.\S|[0-9]{4}", address):
                yield Fault(
                    message=f"`{address}` is no address",
                    origin=source.origin,
                    path=source.key,
                    hint="write where the source is to be found",
                )


# ------------------------------------------------------------------ the audited claims
def _faults_of_claims(library: Library, folder: Path) -> Iterator[Fault]:
    """Fault what in the table of claims leads nowhere; a folder need not have the table."""
    path = folder / _CLAIMS
    if not path.is_file():
        return
    name = f"{folder.name}/{_CLAIMS}"
    rows = csv.reader(io.StringIO(read_limited(path).decode("utf-8-sig", "replace"), newline=""))
    head = [cell.strip() for cell in next(rows, [])]
    for column in dict.fromkeys((*head, *_COLUMNS)):
        if head.count(column) != 1 or column not in _COLUMNS:
            what = (
                "no" if column not in head else "unknown" if column not in _COLUMNS else "doubled"
            )
            hint = did_you_mean(column, _COLUMNS)
            yield Fault(message=f"{what} column `{column}`", origin=Origin(name, 1), hint=hint)
            return
    blocks = {block.id for block in library.blocks}
    for cells in rows:
        row = dict(zip(head, cells, strict=False))
        where = Origin(name, rows.line_num)
        yield from _faults_of_claim(row, where, blocks)


def _faults_of_claim(row: Mapping[str, str], where: Origin, blocks: set[str]) -> Iterator[Fault]:
    verdict = row.get("verdict", "")
    if verdict not in _VERDICTS:
        hint = did_you_mean(verdict, _VERDICTS)
        yield Fault(message=f"unknown verdict `{verdict}`", origin=where, hint=hint)
    for block in filter(None, row.get("blocks", "").split(";")):
        if block not in blocks:
            hint = did_you_mean(block, blocks)
            yield Fault(message=f"unknown block `{block}`", origin=where, hint=hint)


# ------------------------------------------------------------------ words that people type
def _words_of_regions(library: Library, folder: Path) -> Iterator[Fault]:
    """Note each word that names a region, and of which it is said that no entry is about it."""
    lines = (folder / WORDS).read_text("utf-8").splitlines() if (folder / WORDS).exists() else []
    labels = {one.id: tokens(one.label) for one in library.regions.values()}
    for sense in unpack(library.synonyms):
        for word in () if sense.means or sense.asks else sense.words:
            said = tokens(word)
            for region, label in labels.items():
                if not _has(said, label):
                    continue
                at = next((number for number, line in enumerate(lines, 1) if word in line), 1)
                yield Fault(
                    message=f"“{word}” names the region `{region}`, and stands under `none`",
                    origin=Origin(f"{folder.name}/{WORDS}", at),
                    hint="under `means` or `asks` it leads there; or leave it where it is",
                )


def _has(words: list[str], part: list[str]) -> bool:
    ends = range(len(part), len(words) + 1)
    return bool(part) and any(words[end - len(part) : end] == part for end in ends)
