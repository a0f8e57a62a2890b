"""Find what a leaflet on a screen can link: telephone numbers, and its own sections: `Links`."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from handouts.content.vocabulary import HELP
from handouts.leaflet.tree import Heading, plain, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handouts.leaflet.tree import Leaflet, Section


_QUOTED = "“([^“”]+)”"
_CALL = "call"
"""The word of the content that makes a number one to call."""
_BEFORE, _AFTER = r"(?<![\w/.+-])", r"(?![\w/+-]|\.\d)"
"""What a number stands between: neither a longer number nor a word."""


class Links:
    """The links of one leaflet: the numbers to call, and the sections that its text names."""

    def __init__(self, leaflet: Leaflet) -> None:
        self._emergency = leaflet.phones[0] if leaflet.phones else ""
        self._sections = dict(_named(leaflet.sections))
        numbers = "|".join(
            map(re.escape, sorted(filter(None, leaflet.phones), key=len, reverse=True))
        )
        self._pattern = re.compile(f"{_BEFORE}({numbers or '(?!)'}){_AFTER}|{_QUOTED}")

    @property
    def help(self) -> str:
        """The heading of the section with all the warning signs; "" where there is none."""
        return next((name for name, id_ in self._sections.items() if id_ == HELP), "")

    def write(self, text: str, shown: Callable[[str], str]) -> str:
        """Return a text with its links; `shown` escapes what stands between and in them."""
        return "".join(
            f'<a href="{escape(href)}">{shown(piece)}</a>' if href else shown(piece)
            for piece, href in self._pieces(text)
        )

    def write_heading(self, text: str, shown: Callable[[str], str], icon: str) -> str:
        """Return a heading whose emergency number is a button, with the word before it."""
        if not self._emergency:
            return self.write(text, shown)
        number = f"{_BEFORE}{re.escape(self._emergency)}{_AFTER}"
        call = re.search(rf"(?:\b{_CALL}\s)?{number}", text, re.IGNORECASE)
        if not call:
            return self.write(text, shown)
        address = f"tel:{escape(dialled(self._emergency))}"
        button = f'<a class="call" href="{address}">{icon}{shown(call[0])}</a>'
        return f"{shown(text[: call.start()])}{button}{shown(text[call.end() :])}"

    def _pieces(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the text in pieces, each with its address or ""."""
        done = 0
        for found in self._pattern.finditer(text):
            number, name = found[1], found[2]
            if number:
                href = f"tel:{dialled(number)}" if _to_call(text[: found.start()]) else ""
            else:
                href = self._address(name)
            if href:
                start, end = found.span(1 if number else 2)
                yield text[done:start], ""
                yield text[start:end], href
                done = end
        yield text[done:], ""

    def _address(self, name: str) -> str:
        """Return the address of the section whose heading is or starts with a name."""
        for heading, id_ in self._sections.items():
            if heading == name or heading.startswith(f"{name}:"):
                return f"#{id_}"
        return ""


def _to_call(before: str) -> bool:
    """Say whether a sentence tells the reader to call; "read the 999 box" does not."""
    sentence = re.split(r"[.:;?!]\s", before)[-1]
    return re.search(rf"\b{_CALL}\b", sentence, re.IGNORECASE) is not None


def dialled(number: str) -> str:
    """Return a telephone number as a `tel:` address has it: digits, and a plus."""
    return re.sub(r"[^0-9+]", "", number)


def _named(sections: tuple[Section, ...]) -> Iterator[tuple[str, str]]:
    for section in sections:
        heading = next(
            (part for part in walk(section.parts) if isinstance(part, Heading) and part.level > 1),
            None,
        )
        if heading:
            yield plain(heading.runs), section.id
