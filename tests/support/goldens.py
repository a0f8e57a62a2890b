"""Golden texts: what a person has read, kept whole or as the difference from another one.

`tests/golden/NAME.txt` is the whole text of a leaflet. `NAME.diff` is the text of the same words in
another format: where its pages begin, and which lines it has more or fewer than the leaflet it is
like. A place is named by its headings and by counting the elements after them, never by a sentence,
and the words of a line that goes are not repeated: a word changed in a leaflet changes no `.diff`.

`python -m tests.support.goldens NAME` prints the whole text of either kind.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"
PAGE = re.compile(r" *\[page (\d+)\]")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
HEADING = re.compile(r" *H([1-6])\b")
UNSAID = '"…"'
END = "the end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """The leaflet that another is like."""

    name: str
    """The name of its golden text."""
    write: Callable[[], str]
    """Writes its text anew, for a golden text that is to be updated."""


# ------------------------------------------------------------------ files
def whole_text(name: str) -> str:
    """Give a golden text whole; raises FileNotFoundError when there is none."""
    path = GOLDEN / f"{name}.txt"
    if path.exists():
        return path.read_text(encoding="utf-8")
    difference = path.with_suffix(".diff").read_text(encoding="utf-8")
    return patched(whole_text(base_of(difference)), difference)


def update(name: str, text: str, like: Base | None) -> None:
    """Keep a golden text, and with it the one that it is like."""
    GOLDEN.mkdir(exist_ok=True)
    if like is not None:
        base = like.write()
        update(like.name, base, None)
        text = difference_of(like.name, base, text)
    kinds = ("txt", "diff") if like is None else ("diff", "txt")
    kept, other = (GOLDEN / f"{name}.{kind}" for kind in kinds)
    kept.write_text(text, encoding="utf-8")
    other.unlink(missing_ok=True)


# ------------------------------------------------------------------ differences
def difference_of(base_name: str, base: str, text: str) -> str:
    """Write how a text differs from another: its pages, then its lines."""
    old, new = without_pages(base), without_pages(text)
    lines = [f"As {base_name}, with pages that begin at:", *_pages_of(text, addresses(new))]
    hunks = list(_hunks(old, new))
    lines += ["", "and with these lines:" if hunks else "and with the same lines."]
    places = [*addresses(old), END]
    for start, gone, come in hunks:
        lines += ["", f"@ {places[start]}"]
        lines += [f"-{_unsaid(line)}" for line in gone]
        lines += [f"+{line}" for line in come]
    return "\n".join(lines) + "\n"


def base_of(difference: str) -> str:
    """Name the text that a difference is from."""
    return difference.split(",", 1)[0].removeprefix("As ")


def patched(base: str, difference: str) -> str:
    """Make a text from its base and its difference; raises ValueError where they do not fit."""
    head, *hunks = difference.removesuffix("\n").split("\n\n@ ")
    lines = _with_lines(without_pages(base), hunks)
    return "\n".join(_with_pages(lines, head.splitlines()[1:-2])) + "\n"


def without_pages(text: str) -> list[str]:
    """Give the lines of a text, but those that say where a page begins."""
    return [line for line in text.splitlines() if not PAGE.fullmatch(line)]


def addresses(lines: list[str]) -> list[str]:
    """Name every line by the headings it stands under, its role, and its number among these.

    The same headings in a row a second time are told apart by a number.
    """
    return list(_addresses(lines))


def _addresses(lines: list[str]) -> Iterator[str]:
    trail: dict[int, str] = {}
    seen: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    under = ""
    for number, line in enumerate(lines):
        if found := HEADING.match(line):
            level = int(found[1])
            trail = {at: words for at, words in trail.items() if at < level}
            trail[level] = _heading_words(lines, number)
            # The title stands over everything: it is named for the lines right after it only.
            under = " > ".join(words for at, words in trail.items() if at > 1 or level == 1)
            seen[under] += 1
            under += f" ({seen[under]})" if seen[under] > 1 else ""
            counts.clear()
            yield under
            continue
        role = line.split()[0] if not line.lstrip().startswith('"') else "piece"
        counts[role] += 1
        yield f"{under} | {role} {counts[role]}".removeprefix(" | ")


def _heading_words(lines: list[str], start: int) -> str:
    """Read a heading, which stands on one line or in pieces on those below it."""
    inside = [lines[start]]
    for line in lines[start + 1 :]:
        if _depth(line) <= _depth(lines[start]):
            break
        inside.append(line)
    words = "".join(word for line in inside for word in QUOTED.findall(line))
    return " ".join(words.replace("\\u00a0", " ").split())


def _pages_of(text: str, places: list[str]) -> Iterator[str]:
    """List where the pages of a text begin."""
    lines = iter(places)
    page = ""
    for line in text.splitlines():
        if found := PAGE.fullmatch(line):
            page = found[1]
            continue
        place = next(lines)
        if page:
            yield f"{page:>4}  {place}"
            page = ""


def _hunks(old: list[str], new: list[str]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Give the lines that go and come, and the line of the old text before which they do."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, stop, first, last in matcher.get_opcodes():
        if tag == "insert":
            yield _risen(old, start, new[first:last])
        elif tag != "equal":
            yield start, old[start:stop], new[first:last]


def _risen(old: list[str], start: int, come: list[str]) -> tuple[int, list[str], list[str]]:
    """Move lines that come up past lines like them, to begin with an outermost element."""
    best = start, come
    while start and old[start - 1] == come[-1]:
        start, come = start - 1, [come[-1], *come[:-1]]
        if _depth(come[0]) < _depth(best[1][0]):
            best = start, come
    return best[0], [], best[1]


def _with_lines(old: list[str], hunks: list[str]) -> list[str]:
    """Take lines from a text and put others in."""
    index = {place: number for number, place in enumerate([*addresses(old), END])}
    new: list[str] = []
    done = 0
    for hunk in hunks:
        place, *changes = hunk.splitlines()
        if place not in index:
            message = f"no such place: {place}"
            raise ValueError(message)
        start = index[place]
        gone = [line[1:] for line in changes if line.startswith("-")]
        if [_unsaid(line) for line in old[start : start + len(gone)]] != gone:
            message = f"other lines stand at: {place}"
            raise ValueError(message)
        new += old[done:start]
        new += [line[1:] for line in changes if line.startswith("+")]
        done = start + len(gone)
    return new + old[done:]


def _with_pages(lines: list[str], begins: list[str]) -> Iterator[str]:
    """Say at the lines where pages begin that they do."""
    marks = {place: page for page, place in (line.split(maxsplit=1) for line in begins)}
    for line, place in zip(lines, addresses(lines), strict=True):
        if place in marks:
            yield f"{' ' * _depth(line)}[page {marks.pop(place)}]"
        yield line
    if marks:
        message = f"no such places: {'; '.join(marks)}"
        raise ValueError(message)


def _unsaid(line: str) -> str:
    """Leave out the words of a line."""
    return QUOTED.sub(UNSAID, line)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


if __name__ == "__main__":
    sys.stdout.write("".join(whole_text(name) for name in sys.argv[1:]))
