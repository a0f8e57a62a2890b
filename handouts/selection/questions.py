"""Which questions a leaflet needs, by group: `asked_groups`.

A clinician asks one question for each group of `vocabulary.yaml` (`check_groups`), and only after
a yes the questions of its flags. A flag whose answer would change no word of this region and
status but the line that repeats it is not asked.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import ExerciseBody, RedFlagBody, SelfCheckBody
from handouts.content.vocabulary import Kind
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request
from handouts.selection.select import select_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.library import Flag, Library
    from handouts.selection.request import Request
    from handouts.selection.select import Selection


class AskedGroup(Struct, frozen=True, kw_only=True):
    """A question about several facts at once, and the flags to ask about after a yes."""

    id: str
    label: str
    question: str
    flags: tuple[Flag, ...]


_DAY = date(2000, 1, 1)
"""Any date will do: no rule reads it."""


def asked_groups(library: Library, region: str, status: str) -> tuple[AskedGroup, ...]:
    """Return the questions of a region and status, in the order of the groups.

    A flag without a group has a group of its own at the end, with its own question.
    """
    plain = _request(library, region, status)
    without = frozenset(_said(select_blocks(library, plain), ""))
    asked = [one for one in library.asked_flags if _changes(library, plain, one, without)]
    found = []
    for term in library.check_groups.values():
        flags = tuple(one for one in asked if one.group == term.id)
        if flags:
            question = term.question or " ".join(one.question for one in flags)
            found.append(AskedGroup(id=term.id, label=term.label, question=question, flags=flags))
    alone = (one for one in asked if one.group not in library.check_groups)
    found += [
        AskedGroup(id=one.id, label=one.label, question=one.question, flags=(one,)) for one in alone
    ]
    return tuple(found)


def _request(library: Library, region: str, status: str, *flags: str) -> Request:
    options = RequestOptions(region=region, status=status, screened=True, flags=flags)
    return parse_request(library, options, today=_DAY)


def _changes(library: Library, plain: Request, flag: Flag, without: frozenset[str]) -> bool:
    """Say whether a leaflet with this flag alone says something that one without it does not."""
    request = _request(library, plain.region, plain.status, flag.id)
    return frozenset(_said(select_blocks(library, request), flag.id)) != without


def _said(selection: Selection, flag: str) -> Iterator[str]:
    """Yield what a selection prints, but neither the lead of a flag nor points of the list.

    With the flag an exercise may have a caution or another way to do it, and a sign may be more
    urgent; each counts as another thing said.
    """
    for choice in selection.chosen:
        block = choice.block
        match block.body:
            case SelfCheckBody():
                continue
            case ExerciseBody() as body:
                own = flag in body.cautions or body.for_flags((flag,)) is not body
                yield f"{block.id} {own and flag}"
            case RedFlagBody(raised_by=raised):
                yield f"{block.id} {dict(raised).get(flag, '')}"
            case _ if block.kind is not Kind.LEAD:
                yield block.id
            case _:
                continue
