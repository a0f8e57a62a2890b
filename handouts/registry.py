"""Goes in: the entry of `registry.yaml`. Comes out: the numbers that codes are written with."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from handouts.model import KINDS, USUAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.reader import Entry


def parse_registry(entry: Entry) -> Mapping[str, Mapping[str, int]]:
    """Read the number of every word, by kind; under `usual-papers`, the paper of each place."""
    found = {kind: _numbers(entry, kind) for kind in KINDS}
    usual: dict[str, int] = {}
    field = entry.need(USUAL)
    for place in field.keys() if field else ():
        if field and (one := field.get(place)):
            word = one.word(found["papers"], "paper")
            usual[place] = found["papers"].get(word, 0)
    entry.finish()
    return MappingProxyType({**found, USUAL: MappingProxyType(usual)})


def check_registered(
    entry: Entry, numbers: Mapping[str, Mapping[str, int]], kind: str, words: Iterable[str]
) -> None:
    """Fault each word of the content that has no number yet."""
    known = numbers[kind]
    field = entry.get(kind) or entry
    for word in words:
        if word not in known:
            hint = "give each place its usual paper, for ever"
            if kind != USUAL:
                hint = f"add `{max(known.values(), default=0) + 1}: {word}` under `{kind}:`"
            field.fault(f"`{word}` has no number", hint=hint)


def _numbers(entry: Entry, kind: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    field = entry.need(kind)
    for key in field.keys() if field else ():
        one = field.get(key) if field else None
        if one is None:
            continue
        if not (key.isascii() and key.isdecimal() and int(key) > 0 and key == str(int(key))):
            one.fault(f"`{key}` is not a number", hint="write a whole number from 1, then the word")
            continue
        word = one.text()
        if word in found:
            one.fault(f"`{word}` has two numbers", hint="keep the one that it had first")
        found.setdefault(word, int(key))
    return MappingProxyType(found)
