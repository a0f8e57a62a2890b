"""Read what an answer in numbers says, such as an age: `parse_answers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import msgpack

from handouts.content.library import AgeRange, Answers, Duration, UnusualPair
from handouts.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry


FILE = "answers.yaml"
_TWO = 2


NEVER = ""
"""Stands for a class in the names of what no leaflet may suggest to anybody."""


def parse_answers(entry: Entry, named: Entry | None, library: Library) -> Answers:
    """Read the file; an age or a length of time that would say two things is a fault.

    `named` are the names that texts may not hide: a note may use them as well.
    """
    ages = tuple(_ages(entry, library.flags))
    durations = tuple(_durations(entry, library.statuses))
    unusual = tuple(_unusual(entry, library))
    names = _names(entry, library.classes)
    entry.finish()
    for key, into in (("classes", None), ("never", NEVER)):
        known = named.get(key) if named else None
        for name in known.keys() if known else ():
            field = known.get(name) if known else None
            names.setdefault(name if into is None else into, []).extend(
                field.texts() if field else ()
            )
    packed = msgpack.encode({name: list(dict.fromkeys(words)) for name, words in names.items()})
    return Answers(ages=ages, durations=durations, unusual=unusual, names=packed)


def names_of(answers: Answers) -> Mapping[str, Sequence[str]]:
    """Return the names of each class, and under NEVER those of what is never suggested."""
    return msgpack.decode(answers.names, type=dict[str, list[str]]) if answers.names else {}


def _names(entry: Entry, classes: Collection[str]) -> dict[str, list[str]]:
    field = entry.need("names")
    found: dict[str, list[str]] = {}
    for name in field.keys() if field else ():
        words = field.get(name) if field else None
        if words and name not in classes:
            words.fault(f"unknown class `{name}`", hint=did_you_mean(name, classes))
        found[name] = list(words.texts()) if words else []
    return found


def _ages(entry: Entry, flags: Collection[str]) -> Iterator[AgeRange]:
    found: list[AgeRange] = []
    for one in _items(entry, "ages"):
        low, below = _range(one)
        name = one.need("flag")
        age = AgeRange(flag=name.word(flags, "flag") if name else "", low=low, below=below)
        if any(age.meets(other) for other in found):
            one.fault("an age has two flags", hint="let the ranges of ages not meet")
        found.append(age)
        one.finish()
        yield age


def _durations(entry: Entry, statuses: Collection[str]) -> Iterator[Duration]:
    """Read the lengths of time; the first begins at none, and each where the one before ends."""
    end: int | None = 0
    for one in _items(entry, "weeks"):
        low, below = _range(one)
        if low != end:
            hint = "begin each where the one before ends, the first at none"
            one.fault("the weeks do not follow each other", hint=hint)
        end = below
        name = one.need("status")
        status = name.word(statuses, "status") if name else ""
        one.finish()
        yield Duration(status=status, low=low, below=below)
    if end:
        entry.fault(f"from {end} weeks on no status is said", path="weeks", hint="add `from:`")


def _unusual(entry: Entry, library: Library) -> Iterator[UnusualPair]:
    for one in _items(entry, "unusual"):
        names, says, status = one.need("flags"), one.need("says"), one.get("status")
        pair = names.words(library.flags, "flag") if names else ()
        if names and status is None and len(set(pair)) != _TWO:
            names.fault("not two flags", hint="name the two that seldom go together")
        one.finish()
        yield UnusualPair(
            flags=pair,
            says=says.text() if says else "",
            status=status.word(library.statuses, "status") if status else "",
        )


def _items(entry: Entry, key: str) -> Iterator[Entry]:
    field = entry.need(key)
    return field.items() if field else iter(())


def _range(entry: Entry) -> tuple[int, int | None]:
    """Read `from`, `below` or both; None: without end."""
    low, below = entry.get("from"), entry.get("below")
    if low is None and below is None:
        entry.fault("it has neither `from` nor `below`", hint="say where it begins or ends")
    start, end = (low.whole() if low else 0), (below.whole() if below else None)
    if start < 0 or (end is not None and end <= start):
        entry.fault("it ends before it begins", hint="let `below` be more than `from`")
    return start, end
