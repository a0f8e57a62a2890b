"""Find the header of a list, and say what each column means: `Header`.

What a person said of how to read the list goes before what is found out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.list_form import (
    PROBLEM,
    USUAL_FORM,
    ListForm,
    column_hint,
    column_of,
    plain,
)
from handouts.content.typed_text import INVISIBLE
from handouts.errors import Fault, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


LISTS = frozenset({"flags", "exercises", "doses"})
"""Columns of several words: two columns of these can be read as one."""
MOST_ROWS_ABOVE = 10
"""Rows in which the header is looked for."""
_LEADS = frozenset({"region", "preset"})
"""A list must have one of these."""
_ENOUGH = 2
"""Known names that make a row below others the header."""
_MOST_SHOWN = 12
"""Columns that one message names."""
_NOT_SURE = {"notes": "note", "number": "row id", "day": "date", "comment": "note"}
"""Names under which lists also have what no patient may read, or what is nobody's row id."""
_OF_HEALTH = re.compile(
    r"allerg\w*|comorbidit\w*|conditions?|diagnos[ei]s|diseases?|drugs?|dx|history|illness(es)?|"
    r"medications?|medicines?|meds|pmh|problems|risks?|surgery"
)
"""A word in the name of a column that may hold what our `flags` say of a patient."""
_UNNAMED = re.compile(r"column [A-Z]{1,3}")
Opening = tuple[int, list[str]]
"""The number of a row, and its cells."""


class HeaderCell(Struct, frozen=True):
    """What the columns of a list mean."""

    keys: Mapping[str, tuple[str, ...]]
    """The columns of ours, each with the columns of the list that fill it, in order."""
    left_out: tuple[str, ...] = ()
    """Columns of the list that somebody said are not needed."""
    unread: str = ""
    """The first of these that is of illnesses or medicines, where no column is read as flags."""

    def text(self) -> str:
        """Say how the columns are read, in one line."""
        parts = [_as(column, names) for column, names in self.keys.items()]
        said = f"columns: {', '.join(parts)}"
        return f"{said}; left out: {quoted(self.left_out)}" if self.left_out else said


def _as(column: str, names: Sequence[str]) -> str:
    if len(names) == 1 and plain(names[0]) == column:
        return column
    return f"{column} from " + " + ".join(f"`{shorten(one)}`" for one in names)


class Header:
    """Knows the names of columns, ours and those that somebody gave them."""

    def __init__(self, form: ListForm = USUAL_FORM) -> None:
        self.form = form
        self._ignored = frozenset(map(plain, form.ignored))

    def weigh(self, cells: Iterable[str]) -> int:
        """Count the names that are known."""
        return sum(self._knows(name) for name in cells)

    def leads(self, cells: Sequence[str]) -> bool:
        """Tell whether a row of names has one that a list must have."""
        given = {column_of(column) for column, text in self.form.columns if _filled(text, cells)}
        return bool(_LEADS & ({*map(column_of, cells)} | given))

    def place(self, rows: Sequence[Opening]) -> int | None:
        """Return the place of the header among the first rows, where that is certain; else None.

        Raises RequestError where it is only likely, or is not where it was said to be.
        """
        if self.form.head:
            found = (at for at, (number, _) in enumerate(rows) if number == self.form.head)
            return next(found, None)
        if not rows or self.leads(rows[0][1]):
            return 0 if rows else None
        for at, (number, cells) in enumerate(rows[:MOST_ROWS_ABOVE]):
            if self.leads(cells) and self.weigh(cells) >= _ENOUGH:
                above = [sum(map(bool, one)) for _, one in rows[:at]]
                if max(above) == 1:
                    return at
                message = f"the header seems to be in row {number}, and rows above it hold words"
                on_page = f"if so, write {number} {UNDER_HEAD}"
                hint = f"if so, add: --head {number}"
                raise RequestError(Fault(message=message, hint=hint, on_page=on_page))
        if not self.form.columns:
            _refuse_title(rows)
        return 0

    def read(
        self, keys: Sequence[str], spans: Mapping[str, str] | None = None, *, optional: bool = False
    ) -> HeaderCell:
        """Say what each column of a list means; raises RequestError for what is not known.

        `spans` gives, for a column without a name, the one whose name is merged over both. With
        `optional` a column that somebody named need not be there.
        """
        faults: list[Fault] = []
        given = self._given(keys, faults, optional=optional or not keys)
        used = {key for names in given.values() for key in names}
        found, unknown, left = dict(given), [], []
        for key in keys:
            column = column_of(key)
            if key in used or (spans or {}).get(key) in used:
                continue
            if plain(key) in self._ignored or (column and column in given):
                left.append(key)
            elif is_unnamed(key):
                continue
            elif column is None:
                unknown.append(key)
            elif column in found:
                hint = f'keep one of them, or say which: --column {column}="…"'
                on_page = f"keep one of them, or write which: {column} = …, {UNDER_NAMES}"
                message = f"two columns are `{column}`"
                faults.append(Fault(message=message, hint=hint, on_page=on_page))
            else:
                found[column] = (key,)
        faults += _unknown(unknown, found.get("flags", ()))
        if faults:
            raise RequestError(*faults)
        unread = "" if "flags" in found else next(filter(is_of_health, left), "")
        return HeaderCell(dict(_joined(found, keys, spans or {})), tuple(left), unread)

    # -------------------------------------------------------------- inside
    def _knows(self, name: str) -> bool:
        if column_of(name) is not None:
            return True
        whole = plain(name)
        return bool(whole) and any(
            f" {whole} " in f" {plain(text)} " for _, text in self.form.columns
        )

    def _given(
        self, keys: Sequence[str], faults: list[Fault], *, optional: bool
    ) -> dict[str, tuple[str, ...]]:
        """Find the columns that somebody gave names."""
        given: dict[str, tuple[str, ...]] = {}
        for said, text in self.form.columns:
            column = column_of(said)
            names = _filled(text, keys)
            if column is None or column == PROBLEM:
                hint = column_hint(said)
                message = f"unknown column `{said}`"
                fault = Fault(message=f"--column: {message}", hint=hint, said_on_page=message)
                faults.append(fault)
            elif not names and optional:
                continue
            elif not names:
                shown = ", ".join(f"`{shorten(one)}`" for one in keys[:_MOST_SHOWN])
                message = f"{said}: the list has no `{shorten(text)}`"
                faults.append(
                    Fault(
                        message=f"--column {message}",
                        hint=f"it has {shown}",
                        said_on_page=message,
                    )
                )
            elif twice := [one for one in names if list(keys).count(one) > 1]:
                message = f"two columns are called `{shorten(twice[0])}`"
                faults.append(Fault(message=message, hint="give each a name of its own"))
            else:
                given[column] = given.get(column, ()) + names
        return given


UNDER_LEFT_OUT = "under “Columns to leave out”"
UNDER_NAMES = "under “Columns under another name”"
UNDER_HEAD = "under “Row with the names of the columns”"
"""Where the page has what the options --ignore, --column and --head say."""


def _refuse_title(rows: Sequence[Opening]) -> None:
    """Raise RequestError where the first row is one lone text above a row of several."""
    if len(rows) > 1 and sum(map(bool, rows[0][1])) == 1:
        (first, _), (number, cells) = rows[:2]
        if sum(map(bool, cells)) > 1:
            message = f"row {first} is a lone text, perhaps a title, and no name of a column"
            hint = f"if row {number} has the names of the columns, add: --head {number}"
            on_page = f"if row {number} has the names, write {number} {UNDER_HEAD}"
            raise RequestError(Fault(message=message, hint=hint, on_page=on_page))


def quoted(names: Iterable[str]) -> str:
    """Name columns of a list in a message."""
    return ", ".join(f"`{shorten(one)}`" for one in names)


def _filled(text: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Find the columns that a text names: one, or several with blanks or marks between them."""
    by_name = {plain(key): key for key in keys if plain(key)}
    rest = plain(text).split()
    if " ".join(rest) in by_name:
        return (by_name[" ".join(rest)],)
    found: list[str] = []
    while rest:
        for end in range(len(rest), 0, -1):
            if (name := " ".join(rest[:end])) in by_name:
                found.append(by_name[name])
                rest = rest[end:]
                break
        else:
            return ()
    return tuple(found)


def _joined(
    found: Mapping[str, tuple[str, ...]], keys: Sequence[str], spans: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Add to a column of several words those that its name is merged over."""
    for column, names in found.items():
        more = [key for key in keys if column in LISTS and spans.get(key) in names]
        yield column, (*names, *more)


def is_of_health(name: str) -> bool:
    """Tell whether the name of a column says that it holds illnesses, medicines or the like."""
    return any(map(_OF_HEALTH.fullmatch, plain(name).split()))


def _perhaps_flags(names: Sequence[str], flags: Sequence[str]) -> Fault:
    """Say how columns of illnesses or medicines are read as flags, besides those that are."""
    pair = "flags", " ".join((*flags, *names))
    option = f'--column {pair[0]}="{shorten(pair[1])}"'
    leave = "Left out, these patients get the leaflet of somebody who has none of it"
    hint = f"if it says what we call flags, add: {option}. {leave}."
    on_page = f"if it says what we call flags, write {pair[0]} = {pair[1]} {UNDER_NAMES}. {leave}."
    what = "columns" if len(names) > 1 else "column"
    return Fault(message=f"unknown {what} {quoted(names)}", hint=hint, on_page=on_page)


def _unknown(names: Sequence[str], flags: Sequence[str] = ()) -> Iterator[Fault]:
    """Name columns that are not known: with what each may be, or all of them at once.

    `flags` are the columns that are read as flags already.
    """
    strange = []
    if of_health := [one for one in names if is_of_health(one)]:
        yield _perhaps_flags(of_health, flags)
    for name in names:
        if is_of_health(name):
            continue
        near = column_hint(name)
        shown = shorten(name)
        leave = f"If it is not needed, add: --ignore {shown!r}"
        leave_on_page = f"If it is not needed, write {shown} {UNDER_LEFT_OUT}."
        if (ours := _NOT_SURE.get(plain(name))) is not None:
            hint = f"if it is meant for `{ours}`, add: --column {ours!r}={shown!r}. {leave}"
            on_page = f"if it is meant for `{ours}`, write {ours} = {shown} {UNDER_NAMES}."
            yield Fault(
                message=f"unknown column `{shown}`", hint=hint, on_page=f"{on_page} {leave_on_page}"
            )
        elif near.startswith("did you mean") or len(names) - len(of_health) == 1:
            yield Fault(
                message=f"unknown column `{shown}`",
                hint=f"{near} {leave}",
                on_page=f"{near} {leave_on_page}".strip(),
            )
        else:
            strange.append(shown)
    if strange:
        shown = ", ".join(f"`{one}`" for one in strange[:_MOST_SHOWN])
        more = f" and {len(strange) - _MOST_SHOWN} more" if len(strange) > _MOST_SHOWN else ""
        options = " ".join(f"--ignore {one!r}" for one in strange[:_MOST_SHOWN])
        hint = f'say what one is, as in --column region="…"; what is not needed: {options}'
        what = "columns" if len(strange) > 1 else "column"
        on_page = (
            f"write what is not needed {UNDER_LEFT_OUT}, one on each line; and what is needed "
            f"{UNDER_NAMES}, such as region = {strange[0]}"
        )
        yield Fault(message=f"unknown {what} {shown}{more}", hint=hint, on_page=on_page)


def column_letters(place: int) -> str:
    """Return the letters of a column as a sheet shows them; the first has place 0."""
    text, rest = "", place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(65 + digit) + text
    return text


def keyed(names: Sequence[str]) -> list[str]:
    """Return each column of a header a name; one that has none is called by its letter."""
    return [
        name if name.translate(INVISIBLE).strip() else f"column {column_letters(place)}"
        for place, name in enumerate(names)
    ]


def is_unnamed(key: str) -> bool:
    """Tell whether a column has no name of its own."""
    return bool(_UNNAMED.fullmatch(key))
