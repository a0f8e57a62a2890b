"""Tell what differs between a service's content and the one that ships: `tell_changes`."""

from __future__ import annotations

from textwrap import TextWrapper
from typing import TYPE_CHECKING

from handouts.audit.diff.changes import compare_words, marked
from handouts.authoring.entry_lines import HEAD
from handouts.authoring.three_way import ADDED, REMOVED, Who, fields_that_differ

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.authoring.merge import MergePlan, ToSign
    from handouts.authoring.three_way import EntryChange


_HEADS = {
    Who.BOTH: "Changed by both: you decide",
    Who.NEW: "Changed in the new content alone: a merge takes it",
    Who.OWN: "Changed by you alone: a merge keeps it",
    Who.ALIKE: "Changed by both in the same way: nothing to do",
}
_UNKNOWN = {
    Who.BOTH: "Not the same in both",
    Who.NEW: "Only in the new content",
    Who.OWN: "Only in yours",
}
_SPOKEN = {
    "flags": "flag", "exercises": "exercise", "figures": "drawing", "props": "thing",
    "invariants": "rule",
    "sources": "source", "red_flags": "sign", "classes": "class", "places": "place",
    "blocks": "block", "emergency_lines": "line", "row": "row", "column": "column",
}  # fmt: skip
"""What an entry of a list is called."""
_REGISTRY = "registry.yaml"
_EACH = 12
"""How many units are named in a line."""


def tell_changes(plan: MergePlan, folder: str, width: int, *, brief: bool = False) -> Iterator[str]:
    """Yield the lines of the report, the conflicts first; each entry with its file and line.

    `brief`: what is the service's own, or the same on both sides, is counted and not told, and of
    what a merge takes only the names are.
    """
    if plan.base is None:
        yield (
            f"{folder} beside {plan.new.name}. What {folder} was made from is not known, so this "
            "says what differs, not who changed it; --base names what it was made from."
        )
    else:
        yield f"{folder}, made from {plan.base.name}, beside {plan.new.name}."
    heads = _HEADS if plan.base else _UNKNOWN
    groups = {who: [one for one in plan.changes if one.who is who] for who in heads}
    for who, some in groups.items():
        if some:
            yield f"  {heads[who]}: {len(some)}"
    for who, some in groups.items():
        if some and not (brief and who in (Who.OWN, Who.ALIKE)):
            yield ""
            yield f"{heads[who]} ({len(some)})"
            for one in some:
                short = brief and who is Who.NEW
                yield from _entry(one, folder, width, named=short, based=plan.base is not None)
    for name in plan.whole:
        yield ""
        yield f"{name}: both sides changed it; a merge keeps yours"
    if not plan.changes and not plan.whole:
        yield "Nothing differs."


def _entry(
    change: EntryChange, folder: str, width: int, *, named: bool, based: bool
) -> Iterator[str]:
    """Tell an entry; without a base (`based`) nothing is said of who changed it."""
    where = f"{folder}/{change.file}:{change.line}" if change.own is not None else change.file
    if change.who is Who.BOTH:
        yours, theirs = change.how(change.own), change.how(change.new)
        what = f"{yours} by you, {theirs} in the new content" if based else "not the same"
    elif not based:
        what = "in yours alone" if change.who is Who.OWN else "in the new content alone"
    else:
        what = change.what
    yield f"  {_called(change)}: {what}  ({where})"
    if named:
        return
    if apart := _apart(change):
        yield f"      {apart}"
    several = _of_both if based else _apart_only
    lines = several(change) if change.who is Who.BOTH else _of_one(change)
    for key, told in lines:
        first = "      " + (f"{key}: " if key else "")
        wrapper = TextWrapper(
            width=max(width, 40), initial_indent=first, subsequent_indent="        ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        yield from wrapper.wrap(told or "nothing")


def _called(change: EntryChange) -> str:
    holder, *own = change.path
    if change.file == _REGISTRY:
        return f"number {' '.join(own)} in codes ({holder})"
    return " ".join((_SPOKEN.get(holder, holder), *(one for one in own if one != HEAD)))


def _of_one(change: EntryChange) -> Iterator[tuple[str, str]]:
    """Yield what one side changed, word by word; of what is gone or the same on both, no words."""
    after = change.own if change.who is Who.OWN else change.new
    if change.what == REMOVED or change.who is Who.ALIKE:
        return
    for key, (before, now) in fields_that_differ(change.base, after):
        yield key, now if change.what == ADDED else marked(compare_words(before, now))


def _of_both(change: EntryChange) -> Iterator[tuple[str, str]]:
    """Yield each field that is not the same everywhere, as it was, as it is here, and there."""
    for key, (was, own, new) in fields_that_differ(change.base, change.own, change.new):
        lead = f"{key}, " if key else ""
        if change.base is not None:
            yield f"{lead}before", was
        yield f"{lead}yours", _against(was, own)
        yield f"{lead}new", _against(was, new)


def _apart_only(change: EntryChange) -> Iterator[tuple[str, str]]:
    """Yield each field that differs between the two, where nobody knows what both came from."""
    for key, (own, new) in fields_that_differ(change.own, change.new):
        lead = f"{key}, " if key else ""
        yield f"{lead}yours", own
        yield f"{lead}new", marked(compare_words(own, new)) if own and new else new


def _apart(change: EntryChange) -> str:
    """Say of an entry that both changed, each in other fields, who changed which."""
    if change.who is not Who.BOTH or None in (change.base, change.own, change.new):
        return ""
    own, new = (
        [key for key, _ in fields_that_differ(change.base, side)]
        for side in (change.own, change.new)
    )
    if set(own) & set(new) or not (own and new) or "" in (*own, *new):
        return ""
    return f"you changed {', '.join(own)} alone, the new content {', '.join(new)} alone"


def _against(was: str, now: str) -> str:
    if was == now:
        return "as before"
    return marked(compare_words(was, now)) if was and now else now


_MOST_FAULTS = 12
"""What is mended first: whoever reads it goes through all of them with `handout check`."""


def tell_signing(found: ToSign, folder: str) -> Iterator[str]:
    """Yield what must be signed or accepted again."""
    if found.faults:
        yield "What must be signed again can be said when the content is sound. First:"
        for fault in found.faults[:_MOST_FAULTS]:
            yield f"  {fault}"
        if more := len(found.faults[_MOST_FAULTS:]):
            yield f"  and {more} more"
        return
    if not found.changed:
        yield "No unit that is signed or reviewed has changed."
        return
    count = len(found.changed)
    are = "unit is" if count == 1 else "units are"
    yield f"{count} {are} not as before: {_some(found.changed)}"
    if found.signed:
        number = len(found.signed)
        yield f"{number} of them had been signed, and must be signed again: {_some(found.signed)}"
    yield f"Somebody must read and accept or sign them: `handout review --content {folder}`"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _EACH
    return ", ".join(names[:_EACH]) + (f", and {more} more" if more > 0 else "")
