"""Define how a list of patients is to be read, as typed or as saved: `ListForm`.

It also knows the columns of a list and what else they may be called: `COLUMNS`, `column_of`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.typed_text import INVISIBLE
from handouts.errors import Fault, RequestError, did_you_mean, nearest, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


ROW_ID, PROBLEM = "row id", "problem"
FHIR, ACCEPTED, DECLINED = "fhir", "accepted proposals", "declined proposals"
"""The record of a patient, and what somebody says to its proposals."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    ROW_ID: ("id", "row", "rowid", "no", "nr", "ref", "reference"),
    "region": ("body region", "area"),
    "status": ("stage",),
    "duration": ("how long", "pain duration", "symptom duration"),
    "age": ("age years", "age in years"),
    "dob": ("date of birth", "birth date", "d o b", "birthday"),
    "flags": ("flag",),
    "screened": ("asked",),
    "name": ("patient", "patient name", "full name"),
    "date": ("leaflet date",),
    "language": ("lang",),
    "place": (),
    "paper": ("paper size",),
    "edition": ("version of the leaflet",),
    "card": ("card to keep",),
    "exercises": ("exercise",),
    "doses": ("dose", "dosage"),
    "note": (),
    "note approved": (),
    "preset": (),
    "copies": ("copy",),
    FHIR: ("fhir file", "fhir record"),
    ACCEPTED: (),
    DECLINED: (),
    PROBLEM: (),
}
"""Each column, and what else it may be called; `problem` is what a rejects file adds."""
_MOST_NAMES = 1024
MOST_HEAD = 1000
"""The last row in which the header of a list can be."""
ENCODINGS = "such as utf-8, cp1252 (Western), cp1250 (Central European), mac-roman"


def is_encoding(name: str) -> bool:
    """Tell whether Python knows an encoding of texts."""
    try:
        b"region".decode(name, "replace")
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


@lru_cache(_MOST_NAMES)
def plain(name: str) -> str:
    """Fold the name of a column: case, blanks and marks do not count."""
    folded = name.translate(INVISIBLE).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


@lru_cache(_MOST_NAMES)
def column_of(name: str) -> str | None:
    """Find the column that a name means, however it is written."""
    folded = plain(name)
    return next((one for one, also in COLUMNS.items() if folded == one or folded in also), None)


def column_hint(name: str) -> str:
    """Return a hint at the column that a misspelt name means, by any name that it may have.

    Of what else a column is called only longer names count: `no` is near to too much.
    """
    names = {
        one: column
        for column, others in COLUMNS.items()
        for one in (column, *(other for other in others if len(other) > _SHORT))
        if column != PROBLEM
    }
    near = nearest(plain(name), names)
    return f"did you mean `{names[near]}`?" if near else did_you_mean(plain(name), COLUMNS)


_SHORT = 3
"""Letters."""


class ListForm(Struct, frozen=True, kw_only=True):
    """What a person says of a list; every field may be left at what stands for "find it out"."""

    sheet: str = ""
    """The name of the sheet to read; empty: the one visible sheet that holds a list."""
    head: int = 0
    """The number of the row with the names of the columns; 0: found in the first ten rows."""
    columns: tuple[tuple[str, str], ...] = ()
    """A column of ours, and the names in the list that it is filled from."""
    ignored: tuple[str, ...] = ()
    """Names of columns that are not for leaflets."""
    encoding: str = ""
    """Of a text; empty: by its mark, else UTF-8, else Windows-1252."""
    any_date: bool = False
    """Whether a leaflet may bear a date that is far from the day of the run."""
    name_ids: bool = False
    """Whether a row id may hold a word of the patient's name."""

    def chosen(self) -> dict[str, str | tuple[str, ...]]:
        """Return what a preset keeps, by its key in `service.yaml`; what is empty is not chosen.

        What lets a doubtful list pass is not kept: somebody has to look at each such list.
        """
        choices: dict[str, str | tuple[str, ...]] = {
            "sheet": self.sheet,
            "head": str(self.head or ""),
            "columns": tuple(f"{ours}={theirs}" for ours, theirs in self.columns),
            "ignore": self.ignored,
            "encoding": self.encoding,
        }
        return {key: value for key, value in choices.items() if value}

    def over(self, usual: ListForm) -> ListForm:
        """Return this form, with what `usual` says where nothing is said here.

        A column that is filled here is not filled by `usual` too; left out are those of both.
        """
        ours = {column_of(column) for column, _ in self.columns}
        more = tuple(pair for pair in usual.columns if column_of(pair[0]) not in ours)
        return replace(
            self,
            sheet=self.sheet or usual.sheet,
            head=self.head or usual.head,
            columns=(*more, *self.columns),
            ignored=tuple(dict.fromkeys((*usual.ignored, *self.ignored))),
            encoding=self.encoding or usual.encoding,
        )

    def faults(self) -> Iterator[Fault]:
        """Find what no list could be read by: `about` is the key in `service.yaml`."""
        for column, _ in self.columns:
            if column_of(column) in (None, PROBLEM):
                hint = column_hint(column)
                message = f"there is no column `{shorten(column)}` of ours"
                yield Fault(message=message, hint=hint, about="columns")
        if not 0 <= self.head <= MOST_HEAD:
            hint = f"a number from 1 to {MOST_HEAD}"
            yield Fault(message=f"no header is in row {self.head}", hint=hint, about="head")
        if self.encoding and not is_encoding(self.encoding):
            message = f"unknown encoding `{shorten(self.encoding)}`"
            yield Fault(message=message, hint=ENCODINGS, about="encoding")


USUAL_FORM = ListForm()
"""Everything is found out."""


def pairs_of(texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Read what `--column` says, such as `region=Body Part`; raises RequestError."""
    pairs = tuple((one.partition("=")[0].strip(), one.partition("=")[2].strip()) for one in texts)
    faults = [
        Fault(
            message=f"--column {shorten(text)!r} does not say which column is meant",
            hint='write it as region="Body Part": our name, an equals sign, the name in the list',
        )
        for text, pair in zip(texts, pairs, strict=True)
        if not all(pair)
    ]
    if faults:
        raise RequestError(*faults)
    return pairs
