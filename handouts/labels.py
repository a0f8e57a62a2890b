"""Goes in: the entry of `labels.yaml`. Comes out: the small words of the page, by key."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

from handouts.errors import ContentError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.errors import Origin
    from handouts.reader import Entry

_MONTHS = 12
_WORDS = {
    "subject": ("title",),
    "page": ("page", "pages"),
    "to": ("low", "high"),
    "code": ("code",),
    "version": ("version", "date", "reviewed"),
    "approved": ("roles", "on", "until"),
    "not-for-emergencies": ("emergency_number",),
    "qr-code": ("address",),
}
"""For the labels of a leaflet."""


def parse_labels(
    entry: Entry, origin: Origin, braces: Mapping[str, tuple[str, ...]] = _WORDS
) -> Mapping[str, str]:
    """Read every label; asking the result for a missing one raises ContentError at `origin`.

    `braces` says what may stand in the braces of a label, where that is not {n}.
    """
    labels = _Labels(origin)
    keys = entry.keys()
    for key in keys:
        if one := entry.get(key):
            labels[key] = one.text()
            _check(one, key, labels[key], braces.get(key, ("n",)))
    return labels


class _Labels(dict[str, str]):
    """The labels by key; a missing one is a fault of content, found where it is asked for."""

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin

    def __missing__(self, key: str) -> str:
        raise ContentError(
            Fault(message=f"`{key}` is missing", origin=self.origin, hint=f"add `{key}:`")
        )


def _check(entry: Entry, key: str, text: str, known: Iterable[str]) -> None:
    """Fault braces that nothing will fill, and a list of months that is not one."""
    try:
        words = [(word, how) for _, word, *how in Formatter().parse(text) if word is not None]
    except ValueError:
        words = [("", ["", None])]
    for word, how in words:
        if word not in known or how != ["", None]:
            entry.fault(f"only {{{'}, {'.join(known)}}} may stand in braces here")
    if key == "months" and len(text.split()) != _MONTHS:
        entry.fault(f"expected {_MONTHS} months, got {len(text.split())}")
