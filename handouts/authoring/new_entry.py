"""Add a flag, an exercise, a region, a place or a source in every file: `plan_entry`.

What is added comes from `templates/new`; the clinician's part is marked as still to write, and
content with such a mark makes no leaflet.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import jinja2
from msgspec import Struct

from handouts.authoring.new_region import add_to_shared, of_region
from handouts.authoring.schemas import content_words, with_modeline, write_schemas
from handouts.authoring.yaml_insert import insert
from handouts.content.load import resource
from handouts.content.parse_library import ContentFiles
from handouts.content.parse_records import UNDECIDED
from handouts.content.set_places import place_in_list, resolved
from handouts.content.stray import SCHEMAS
from handouts.content.synonyms import FILE as SYNONYMS
from handouts.content.synonyms import fold
from handouts.content.topic import FILE as TOPIC
from handouts.content.topic import STEPS
from handouts.content.vocabulary import MESSAGE, TITLE
from handouts.content.yaml_reader import TO_WRITE, YamlReader
from handouts.errors import ContentError, Fault, Origin, OutputError, RequestError, unknown_word
from handouts.safety.completeness import OWN
from handouts.system.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from handouts.authoring.shapes import ContentWords
    from handouts.content.blocks import ListPlace
    from handouts.content.yaml_reader import Entry


KINDS = ("flag", "exercise", "region", "place", "source")
"""What can be added."""
_FREE = re.compile(r"[a-z0-9][a-z0-9-]*")
_KEY = re.compile(r"[A-Z0-9][A-Z0-9-]*")
_MATRIX, _NEVER = "advice.csv", "never:"
_CELL_HINT = "ok, ask or avoid in place of each ?"


class NewEntry(Struct, frozen=True):
    """Files with an entry added: their new bytes and old ones, and what is still to write."""

    files: Mapping[str, tuple[bytes, bytes]]
    """The new and the old bytes of each file, by its name in the folder."""
    open: tuple[Fault, ...]
    """What a person has to write, in the order of the work, each with its file and line."""
    left: tuple[Fault, ...] = ()
    """Entries of another region that somebody has to read before this one has them too."""
    shared: int = 0
    """Entries of another region that this one has too."""


class _Part(Struct, frozen=True):
    file: str
    key: str
    text: str


class ForExercise(Struct, frozen=True):
    """What is asked of a new exercise."""

    region: str = ""
    column: str = ""
    """Its column of advice.csv; "" for the first of a movement."""
    before: tuple[str, ...] = ()
    """In each list of the region it prints before the first of these there, or else last."""


_NOTHING = ForExercise()


def plan_entry(folder: Path, kind: str, name: str, asked: ForExercise = _NOTHING) -> NewEntry:
    """Work out what to add; writes nothing.

    `asked` is of an exercise alone. Raises RequestError for a name that cannot be or is there
    already, and ContentError for a file that cannot be read.
    """
    files = ContentFiles(folder)
    words = content_words(folder)
    _refuse(kind, name, files, words)
    typed = list(_typed_already(files, name)) if kind != "source" else []
    values = _values(files, words, kind, name)
    if kind == "region":
        values |= of_region(files, name)
    if kind == "exercise":
        values |= _of_exercise(files, words, asked)
    texts: dict[str, str] = {}
    spans: list[tuple[str, int, int]] = []
    for part in _parts(kind, values):
        old = texts.get(part.file) or _led(folder, part.file)
        if part.file == _MATRIX:
            new, line = _with_row(old, name)
        else:
            new, line = insert(files.name(part.file), old, part.key, part.text)
        count = len(new.splitlines()) - len(old.splitlines())
        # What stands below in the same file has moved down.
        spans = [
            (file, at + count if file == part.file and at >= line else at, many)
            for file, at, many in spans
        ]
        spans.append((part.file, line, count))
        texts[part.file] = new
    _still_yaml(files, texts)
    found = [
        one for file, at, many in spans for one in _open(files.name(file), texts[file], at, many)
    ]
    pairs = {file: (new.encode(), (folder / file).read_bytes()) for file, new in texts.items()}
    return NewEntry({file: _with_mark(*pair) for file, pair in pairs.items()}, (*typed, *found))


def share_with(folder: Path, entry: NewEntry, name: str, like: str) -> NewEntry:
    """Give a new region the entries that another shares with others, as far as they may print.

    Those that name a part of the body are left. Raises RequestError for an unknown region.
    """
    files = ContentFiles(folder)
    known = content_words(folder).regions
    if like not in known:
        raise RequestError(unknown_word("region", like, known))
    written, count = dict(entry.files), 0
    left: list[Fault] = []
    for file in ("red_flags.yaml", "emergency_lines.yaml", "flags.yaml", *files.block_files()):
        new, old = written.get(file, ((folder / file).read_bytes(),) * 2)
        shared = add_to_shared(files, file, new.decode(), (like, name))
        if shared.count:
            written[file] = shared.text.encode(), old
        left += shared.left
        count += shared.count
    return NewEntry(written, entry.open, tuple(left), count)


def write_entry(folder: Path, entry: NewEntry) -> None:
    """Write all files, or none; and the schemas again where the folder has them.

    Raises OutputError; files that were written already have their old bytes again then.
    """
    done: list[str] = []
    try:
        for file, (new, old) in entry.files.items():
            write_atomically(folder / file, new, expect=old, hint="make it writable")
            done.append(file)
    except OutputError:
        for file in done:
            write_atomically(folder / file, entry.files[file][1])
        raise
    if (folder / SCHEMAS).is_dir():
        write_schemas(folder, folder / SCHEMAS)


def _with_mark(new: bytes, old: bytes) -> tuple[bytes, bytes]:
    """Keep the mark that some editors put before the first letter."""
    mark = b"\xef\xbb\xbf"
    return (mark + new if old.startswith(mark) else new), old


def _led(folder: Path, file: str) -> str:
    """Return the text of a file, with the line that editors look for where they have schemas."""
    text = _text(folder, file)
    return with_modeline(file, text) if (folder / SCHEMAS).is_dir() else text


def _text(folder: Path, file: str) -> str:
    try:
        return (folder / file).read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        origin = Origin(f"{folder.name}/{file}", 1)
        hint = "restore the file: the entry needs a place there"
        raise ContentError(Fault(message="no such file", origin=origin, hint=hint)) from error


def _refuse(kind: str, name: str, files: ContentFiles, words: ContentWords) -> None:
    pattern, form = (_KEY, "capitals") if kind == "source" else (_FREE, "small letters")
    if not pattern.fullmatch(name):
        hint = f"use {form}, digits and hyphens"
        raise RequestError(Fault(message=f"`{name}` cannot be the name of a {kind}", hint=hint))
    taken = {
        "source": words.sources,
        "region": words.regions,
        "flag": words.flags,
        "exercise": (*words.exercises, *words.figures),
        "place": words.places,
    }
    numbered = files.entry("registry.yaml").plain()
    once = [
        word
        for numbers in (numbered.values() if isinstance(numbered, dict) else ())
        for word in (numbers.values() if isinstance(numbers, dict) else ())
    ]
    known = {one for kinds in taken.values() for one in kinds} | set(words.statuses)
    if name in known or (name in once and kind != "source"):
        hint = "choose another name; an id is of one kind, and a number is never used again"
        raise RequestError(Fault(message=f"`{name}` is there already", hint=hint))


def _typed_already(files: ContentFiles, name: str) -> Iterator[Fault]:
    """Yield where a name stands among the words that people type: there it has to go.

    Raises RequestError for a word that means an entry already, which is most likely the one that
    was looked for.
    """
    if not files.holds(SYNONYMS):
        return
    entry = files.entry(SYNONYMS)
    for key in ("means", "asks", "none"):
        for sense in listed.items() if (listed := entry.get(key)) else ():
            words = sense.get("words")
            found = [
                one for one in (words.items() if words else ()) if fold(one.text()) == fold(name)
            ]
            meant = _at(sense, "entry")
            if found and meant:
                hint = (
                    f"use `{meant.text()}`; if yours is another one, choose another name, or first "
                    f"take the word out ({found[0].origin})"
                )
                message = f"`{name}` is known already: it means `{meant.text()}`"
                raise RequestError(Fault(message=message, hint=hint))
            for one in found:
                message = f"take `{one.text()}` out of `{key}`: it is a name now"
                yield Fault(message=message, origin=one.origin)


# ------------------------------------------------------------------ what a template may name
def _values(files: ContentFiles, words: ContentWords, kind: str, name: str) -> dict[str, object]:
    registry = files.entry("registry.yaml")
    first = next(iter(files.records("places.yaml", "places")), None)
    usual = first.get("words") if first else None
    texts = {key: one.text() for key in (usual.keys() if usual else ()) if (one := _at(usual, key))}
    return {
        "name": name,
        "position": 1 + len(words.flags if kind == "flag" else words.exercises),
        "statuses": words.statuses,
        "titles": _file_of(files, {TITLE}),
        "messages": _file_of(files, {MESSAGE}),
        "steps": _file_of(files, _steps(files)),
        "groups": _ids(files, "vocabulary.yaml", "check_groups"),
        "words": list(texts),
        "usual": texts,
        "rule": _next_rule(files),
        "number_of": {
            key: _next(registry.get(key)) for key in ("regions", "places", "flags", "exercises")
        },
    }


def _ids(files: ContentFiles, file: str, key: str) -> list[str]:
    return [one.text() for row in files.records(file, key) if (one := row.get("id"))]


def _steps(files: ContentFiles) -> set[str]:
    """Return the section that says what to do, if the topic has one."""
    forms = files.entry(TOPIC).get("sections")
    named = {}
    for name in forms.keys() if forms else ():
        named[name] = forms.get(name) if forms else None
    return {name for name, form in named.items() if form and form.text() == STEPS}


def _file_of(files: ContentFiles, sections: set[str]) -> str:
    """Return the file with the sentences of a section; "" where none is for it alone."""
    known = {file: files.entry(file).get("section") for file in files.block_files()}
    return next((file for file, one in known.items() if one and one.text() in sections), "")


def _at(entry: Entry | None, key: str) -> Entry | None:
    return entry.get(key) if entry else None


def _next(numbers: Entry | None) -> int:
    """Return the next number of a service: from 900 on, so that it never meets ours."""
    taken = [int(one) for one in (numbers.keys() if numbers else ()) if one.isdecimal()]
    return max([OWN - 1, *taken]) + 1


def _next_rule(files: ContentFiles) -> int:
    rules = YamlReader().read("invariants.yaml", files.raw("invariants.yaml"))
    field = rules.get("invariants") if rules else None
    taken = [one.whole() for rule in (field.items() if field else ()) if (one := rule.get("id"))]
    return max([OWN - 1, *taken]) + 1


def _of_exercise(files: ContentFiles, words: ContentWords, asked: ForExercise) -> dict[str, object]:
    region, column = asked.region, asked.column
    if region not in words.regions:
        raise RequestError(unknown_word("region", region, words.regions))
    if not column:
        column = next(_movements(files), "")
    if column not in words.classes:
        raise RequestError(unknown_word("column", column, words.classes))
    rows = csv.DictReader(io.StringIO(_text(files.path, _MATRIX), newline=""))
    strict = [row["flag"] for row in rows if row.get(column) in ("ask", "avoid")]
    return {
        "region": region,
        "column": column,
        "moves": _said_by_others(files, "moves"),
        "extra_moves": _said_by_others(files, "extra_moves"),
        "avoid": [flag for flag in strict if not flag.startswith("(")],
        **_places(files, words, asked),
    }


def _places(files: ContentFiles, words: ContentWords, asked: ForExercise) -> dict[str, object]:
    """Return the place in the list of each status: before one of some exercises, or the last."""
    lists: dict[str, dict[str, ListPlace]] = {status: {} for status in words.statuses}
    for one in files.records("exercises.yaml", "exercises"):
        sets, name = one.get("sets"), one.get("id")
        here = sets.get(asked.region) if sets else None
        for status in here.keys() if here else ():
            if here and name and status in lists and (place := here.get(status)):
                lists[status][name.text()] = place_in_list(place)
    lists = {status: resolved(taken) for status, taken in lists.items()}
    listed = tuple(dict.fromkeys(one for taken in lists.values() for one in taken))
    for odd in (one for one in asked.before if one not in listed):
        raise RequestError(unknown_word(f"exercise of {asked.region}", odd, listed))
    last = {
        status: max((one.number for one in taken.values()), default=0) + 1
        for status, taken in lists.items()
    }
    ahead = {
        status: _before(min(named, key=lambda one: taken[one]), taken)
        for status, taken in lists.items()
        if (named := [one for one in asked.before if one in taken])
    }
    first = {status: min(taken, key=lambda one: taken[one])
             for status, taken in lists.items() if taken and status not in ahead}  # fmt: skip
    return {"places": last | ahead, "first_now": first}


def _before(name: str, places: Mapping[str, ListPlace]) -> str:
    """Return the place before an exercise; where one stands there already, before that one."""
    while nearer := next((one for one, place in places.items() if place.before == name), ""):
        name = nearer
    return f"before {name}"


def _said_by_others(files: ContentFiles, key: str) -> list[str]:
    """Return the words that exercises have under a key, each once."""
    rows = files.records("exercises.yaml", "exercises")
    return sorted({word for row in rows if (one := row.get(key)) for word in one.texts()})


def _movements(files: ContentFiles) -> Iterator[str]:
    """Yield the classes of movement, in the order of classes.yaml."""
    for one in files.records("classes.yaml", "classes"):
        kind, name = one.get("kind"), one.get("id")
        if kind and name and kind.text() == "movement":
            yield name.text()


# ------------------------------------------------------------------ the texts
def _parts(kind: str, values: Mapping[str, object]) -> Iterator[_Part]:
    """Yield the parts of a template; `=== FILE KEY` says where each is added."""
    folder = jinja2.FileSystemLoader(resource("templates") / "new")
    shape = jinja2.Environment(  # noqa: S701 - YAML is no markup
        loader=folder, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = shape.get_template(f"{kind}.txt").render(values)
    for one in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        head, _, body = one.partition("\n")
        file, _, key = head.partition(" ")
        yield _Part(file, key, body)


def _with_row(text: str, name: str) -> tuple[str, int]:
    """Add the row of a flag to the matrix: every level is open, for nobody has decided it."""
    end = "\r\n" if "\r\n" in text else "\n"
    head = next(csv.reader(io.StringIO(text, newline="")))
    cells = [name, *("avoid" if one.startswith(_NEVER) else UNDECIDED for one in head[1:])]
    text = text if text.endswith("\n") else text + end
    return f"{text}{','.join(cells)}{end}", len(text.splitlines()) + 1


def _still_yaml(files: ContentFiles, texts: Mapping[str, str]) -> None:
    reader = YamlReader()
    for file, text in texts.items():
        if file != _MATRIX:
            reader.read(files.name(file), text.encode())
    if reader.faults:
        raise ContentError(*reader.faults)


def _open(name: str, text: str, first: int, count: int) -> Iterator[Fault]:
    """Yield what is still to write in the lines that were added."""
    for number, line in enumerate(text.splitlines()[first - 1 : first - 1 + count], first):
        if TO_WRITE in line:
            for told in re.findall(rf"{TO_WRITE}: ([^\"]*)", line):
                yield Fault(message=told.strip(), origin=Origin(name, number))
        elif name.endswith(_MATRIX):
            yield Fault(message=_CELL_HINT, origin=Origin(name, number))
