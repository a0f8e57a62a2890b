"""Read what the program must know of the topic of the content: `parse_topic`."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from handouts.content.example_words import EXAMPLES, KEYS
from handouts.content.topic import (
    ALWAYS_PLACED,
    FILE,
    FORMS,
    NOTE,
    STEPS,
    BodyMap,
    DiaryRow,
    StarterRow,
    Topic,
    TopicTitles,
)
from handouts.content.vocabulary import OWN_SECTIONS, TODAY, Kind
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.errors import did_you_mean
from handouts.fastpath.fingerprint import resource

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from handouts.content.blocks import Block
    from handouts.content.parse_records import KnownWords
    from handouts.content.yaml_reader import Entry


_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9 ,.-]+")


def parse_topic(
    entry: Entry,
    known: KnownWords,
    labels: Collection[str],
    blocks: Collection[Block],
    drawings: Collection[str],
) -> Topic:
    """Read the file; every word in it must be one of the content."""
    exercises = [one.id for one in blocks if one.kind is Kind.EXERCISE]
    texts = [one.id for one in blocks if one.kind is Kind.TEXT]
    service = _text(entry, "service-id")
    if service and not _ID.fullmatch(service):
        entry.fault(f"`{service}` is not an id", hint="use small letters, digits and hyphens")
    topic = Topic(
        titles=_titles(entry),
        service_id=service,
        usual_status=_word(entry, "usual-status", known.statuses, "status"),
        sections=_sections(entry, known),
        order=_order(entry, "full", known),
        short_order=_order(entry, "short", known),
        second_sheet=_words(entry, "second-sheet", known.sections, "section"),
        stop_lines=_words(entry, "stop-line", texts, "block of text", empty=True),
        checked_before=_word(entry, "checked-before", known.classes, "class", empty=True),
        strength=_word(entry, "strength", known.classes, "class", empty=True),
        free_columns=free_columns(entry),
        crisis_group=_word(entry, "crisis-group", known.groups, "group", empty=True),
        maternity_group=_word(entry, "maternity-group", known.groups, "group", empty=True),
        diary=tuple(_diary(entry, labels, exercises)),
        starter=tuple(_starter(entry, known)),
        examples=_examples(entry, known, [one.id for one in blocks], drawings),
        body_map=_body_map(entry, known),
    )
    entry.finish()
    _check_places(entry, topic)
    return topic


def free_columns(entry: Entry) -> tuple[str, ...]:
    """Read the columns of exercises that are no class; exercises cannot be read without them."""
    field = entry.need("free-columns")
    return field.texts() if field else ()


def entry_of_older() -> Entry:
    """Return the file that ships, for content of a day when there was none.

    What it names and that content lacks is left out: the faults of this entry are nobody's.
    """
    return read_file(YamlReader(), Path(resource("content")), FILE)


def _text(entry: Entry, key: str) -> str:
    field = entry.need(key)
    return field.text() if field else ""


def _word(entry: Entry, key: str, known: Collection[str], what: str, *, empty: bool = False) -> str:
    field = entry.need(key)
    if field is None or (empty and field.shown() == "``"):
        return ""
    return field.word(known, what)


def _words(
    entry: Entry, key: str, known: Collection[str], what: str, *, empty: bool = False
) -> tuple[str, ...]:
    field = entry.need(key)
    if field is None or (empty and field.shown() == "``"):
        return ()
    return field.words(known, what)


def _sections(entry: Entry, known: KnownWords) -> Mapping[str, str]:
    field = entry.need("sections")
    found: dict[str, str] = {}
    for name in field.keys() if field else ():
        form = field.get(name) if field else None
        if form and name in OWN_SECTIONS:
            form.fault(f"`{name}` has a form of its own", hint="remove the line")
        elif form and name not in known.sections:
            form.fault(f"unknown section `{name}`", hint=did_you_mean(name, known.sections))
        elif form:
            found[name] = form.word(FORMS, "form")
            if found[name] == STEPS and [*found.values()].count(STEPS) > 1:
                form.fault("two sections say what to do", hint="one of them can have `points`")
    return MappingProxyType(found)


def _order(entry: Entry, key: str, known: KnownWords) -> tuple[str, ...]:
    order = entry.need("order")
    return _words(order, key, (*known.sections, NOTE), "section") if order else ()


def _check_places(entry: Entry, topic: Topic) -> None:
    """Add a fault for each section that has no place on the page."""
    wanted = {
        "full": (topic.order, (*ALWAYS_PLACED, *topic.sections)),
        "short": (topic.short_order, (*ALWAYS_PLACED, TODAY)),
    }
    for key, (order, names) in wanted.items():
        for name in names:
            if name not in order:
                entry.fault(
                    f"`{name}` has no place", path=f"order.{key}", hint="add it to the list"
                )
        for name in order:
            if name not in (*ALWAYS_PLACED, *topic.sections, TODAY):
                hint = "it has a place of its own; other sections need a form in `sections:`"
                entry.fault(f"`{name}` cannot be placed", path=f"order.{key}", hint=hint)


def _titles(entry: Entry) -> TopicTitles:
    titles = entry.need("titles")
    keys = ("leaflets", "leaflet", "service", "card", "questions")
    found = TopicTitles(**{key: _text(titles, key) if titles else "" for key in keys})
    if titles:
        titles.finish()
    return found


def _diary(entry: Entry, labels: Collection[str], exercises: Collection[str]) -> Iterator[DiaryRow]:
    field = entry.need("diary")
    for one in field.items() if field else ():
        label, exercise, each = one.need("label"), one.get("exercise"), one.get("each-exercise")
        yield DiaryRow(
            label=label.word(labels, "label") if label else "",
            exercise=exercise.word(exercises, "exercise") if exercise else "",
            each_exercise=each.truth() if each else False,
        )
        one.finish()


def _starter(entry: Entry, known: KnownWords) -> Iterator[StarterRow]:
    field = entry.need("starter")
    for one in field.items() if field else ():
        flags, screened, copies = (one.need(key) for key in ("flags", "screened", "copies"))
        yield StarterRow(
            region=_word(one, "region", known.regions, "region"),
            status=_word(one, "status", known.statuses, "status"),
            flags=flags.words(known.flags, "flag") if flags else (),
            screened=screened.truth() if screened else True,
            copies=copies.whole() if copies else 1,
        )
        one.finish()


def _examples(
    entry: Entry, known: KnownWords, blocks: Collection[str], drawings: Collection[str]
) -> Mapping[str, str]:
    field = entry.get(EXAMPLES)
    words = {
        **dict.fromkeys(("region", "other-region"), (known.regions, "region")),
        **dict.fromkeys(("flag", "other-flag"), (known.flags, "flag")),
        "block": (blocks, "block"),
        "drawing": (drawings, "drawing"),
    }
    found: dict[str, str] = {}
    for key in KEYS if field else ():
        if field and (one := field.need(key)):
            found[key] = one.word(*words[key]) if key in words else one.text()
    if field:
        field.finish()
    return MappingProxyType(found)


def _body_map(entry: Entry, known: KnownWords) -> BodyMap | None:
    field = entry.get("body-map")
    if field is None:
        return None
    width, height, lines = field.need("width"), field.need("height"), field.get("lines")
    outline, regions = field.need("outline"), field.need("regions")
    shapes: list[tuple[str, str]] = []
    for name in regions.keys() if regions else ():
        if regions and (shape := regions.get(name)):
            if name not in known.regions:
                shape.fault(f"unknown region `{name}`")
            shapes.append((name, _path(shape)))
    found = BodyMap(
        width=width.whole() if width else 0,
        height=height.whole() if height else 0,
        outline=_path(outline) if outline else "",
        lines=tuple(_path(one) for one in lines.items()) if lines else (),
        regions=tuple(shapes),
    )
    field.finish()
    return found


def _path(field: Entry) -> str:
    path = field.text()
    if path and not _PATH.fullmatch(path):
        field.fault("not a path of SVG", hint="give what stands in `d` of a <path>")
    return path
