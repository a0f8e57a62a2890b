"""Goes in: bodies of leaflets. Comes out: the leaflets of patients, each with its name.

The body of a leaflet is all of it but the name. Requests that differ in nothing else share one; the
name is put into its slot. A name that does not fit there is typeset with all the rest.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.errors import Fault, TypesettingError
from handouts.pipeline import typeface
from handouts.slots import MARK, fill
from handouts.style import BODY_WEIGHT

if TYPE_CHECKING:
    from handouts.letters import Letters
    from handouts.model import Request
    from handouts.slots import TypesetPdf

MOST = 64
"""How many bodies are kept in memory, some 65 kB each."""


class Bodies:
    """The bodies that were used last, by the request of each without its name."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Request, TypesetPdf] = OrderedDict()

    def recall(self, asked: Request) -> TypesetPdf | None:
        """Give the body of a general request if it is at hand; it then counts as used."""
        found = self._kept.get(asked)
        if found is not None:
            self._kept.move_to_end(asked)
        return found

    def keep(self, asked: Request, body: TypesetPdf) -> None:
        """Take in a body as the one used last; forget the one not used for longest."""
        self._kept[asked] = body
        self._kept.move_to_end(asked)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def filled(self, body: TypesetPdf, name: str) -> bytes | None:
        """Put a name into a body; None when it does not fit."""
        return fill(body, name, self._letters) if name else body.content

    @cached_property
    def _letters(self) -> Letters:
        from handouts.letters import letters_of  # noqa: PLC0415 - only a name needs them

        return letters_of(typeface()[BODY_WEIGHT])


def general(request: Request) -> Request:
    """Give the request of the body: the same but for the name."""
    return replace(request, name=MARK) if request.name else request


def typed_faults(request: Request) -> tuple[Fault, ...]:
    """Find letters that cannot be set before typesetting does: its message would show them."""
    return (*_lacking("name", request.name), *_lacking("note", request.note))


def _lacking(what: str, text: str) -> tuple[Fault, ...]:
    try:
        for word in text.split():
            for face in typeface().values():
                face.shape(word)
    except TypesettingError:
        message = f"the {what} has a character that the typeface lacks"
        hint = "write it in Latin letters, or leave it out and write it by hand"
        return (Fault(message=message, hint=hint, about=what),)
    return ()
