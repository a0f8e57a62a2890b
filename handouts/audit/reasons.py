"""Say why a sentence stands in a leaflet, and what is not in it: `reasons_for`, `left_out_of`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import Wording
from handouts.leaflet.markup import CAPITAL_MARK, MARK, fill, two_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.audit.explain import Account
    from handouts.content.library import Library
    from handouts.leaflet.markup import TwoNames
    from handouts.selection.select import Choice


class BlockReason(Struct, frozen=True, kw_only=True):
    """One block of the content: why it is printed or not, whence it comes, and who signed it."""

    id: str
    section: str
    reason: str
    sources: tuple[str, ...]
    """Titles, with the year where there is one."""
    signoff: str
    file: str
    line: int


_MOST = 3
"""Blocks that are named for one sentence."""


def reasons_for(account: Account, text: str) -> tuple[BlockReason, ...]:
    """Return the blocks that say a sentence of the leaflet, the nearest first; none is possible.

    A line may join sentences of several blocks, such as a lead and what a flag adds to it.
    """
    names = two_names(_words_of(account))
    wanted = _letters(text, names)
    found = []
    for one in account.selection.chosen:
        said = [_letters(sentence, names) for sentence in _sentences(account, one)]
        shared = max((_shared(sentence, wanted) for sentence in said if sentence), default=0)
        if shared:
            found.append((shared, one))
    found.sort(key=lambda pair: -pair[0])
    return tuple(_reason(account, one) for _, one in found[:_MOST])


def left_out_of(account: Account) -> tuple[BlockReason, ...]:
    """Return every block that is not printed, in the order of the leaflet."""
    return tuple(_reason(account, one) for one in account.selection.left_out)


def _shared(sentence: str, wanted: str) -> int:
    """Return how many letters one text has of the other, where one holds the other whole."""
    return min(len(sentence), len(wanted)) if sentence in wanted or wanted in sentence else 0


def _words_of(account: Account) -> Mapping[str, str]:
    request = account.selection.request
    return account.library.words_in(request.place, request.region)


def _sentences(account: Account, one: Choice) -> Iterable[str]:
    words = _words_of(account)
    return (
        fill(wording, words) if isinstance(wording, Wording) else wording
        for wording in one.block.wordings
    )


def _letters(text: str, names: TwoNames) -> str:
    """Return the letters and digits of a text: how it is set does not matter.

    A word with two names is left out: in the content it is a mark.
    """
    text = re.sub(r"\([^()]*\)", "", text)  # the other name, at its first use
    text = text.casefold().replace(names.name.casefold(), "")
    return re.sub(rf"[\W_{MARK}{CAPITAL_MARK}]+", "", text)


def _reason(account: Account, one: Choice) -> BlockReason:
    block = one.block
    sources = (account.library.sources[key] for key in block.sources)
    return BlockReason(
        id=block.id,
        section=block.section,
        reason=with_labels(account.library, one.reason),
        sources=tuple(f"{one.title} ({one.year})" if one.year else one.title for one in sources),
        signoff=account.standing(block.id),
        file=block.origin.file,
        line=block.origin.line,
    )


_PROSE = "held back: "
"""What follows it in a reason is a sentence of the content."""


def with_labels(library: Library, reason: str) -> str:
    """Name the flags of a reason by their labels, each with its id after it in brackets."""
    ids, mark, prose = reason.partition(_PROSE)
    return _WORD.sub(lambda found: _labelled(library, found[0]), ids) + mark + prose


_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _labelled(library: Library, word: str) -> str:
    flag = library.flags.get(word)
    return f"“{flag.label}” [{word}]" if flag else word
