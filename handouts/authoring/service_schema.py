"""Describe service.yaml for an editor: `service_shape`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.authoring.shapes import (
    Schema,
    day,
    defined,
    listed,
    mapping,
    one_of,
    table,
    text,
    truth,
    whole,
)
from handouts.content.list_form import ENCODINGS
from handouts.content.look import LOOK_FIELDS
from handouts.content.vocabulary import EDITIONS, PAPERS
from handouts.governance.desk import GROUP, OWNER
from handouts.governance.profile import AGE, COLOUR, PHONE, PRESET_ID

if TYPE_CHECKING:
    from collections.abc import Mapping


_PICTURE = r"^[A-Za-z0-9][A-Za-z0-9._-]*\.([sS][vV][gG]|[pP][nN][gG]|[jJ][pP][eE]?[gG])$"


def service_shape() -> Schema:
    """Return what a profile may hold; everything may be left out."""
    return _keys("Who hands the leaflets out, and how.", {**_about(), **_signing(), **_desk()})


def _keys(says: str, may: Mapping[str, Schema]) -> Schema:
    """Describe keys of which each may be left out; but one that is there has a value."""
    return mapping(says, may) | {"required": []}


def _about() -> Mapping[str, Schema]:
    logo = mapping(
        "A picture beside service.yaml.",
        {
            "file": {"type": "string", "pattern": _PICTURE, "description": "SVG, PNG or JPEG."},
            "alt": text("What a screen reader says."),
        },
    )
    return {
        "name": text("The service, printed on page 1."),
        "department": text("A line below the name."),
        "phone": {
            "type": "string",
            "pattern": f"^{PHONE.pattern}$",
            "description": "A number of your own desk, in quotes.",
        },
        "hours": _lines("When the phone is answered, in up to four lines."),
        "page": {
            "type": "string",
            "pattern": "^https://",
            "description": "An address, printed as a square code too; {region} and {status} are "
            "filled in.",
        },
        "feedback": text("Where readers write to."),
        "accent": {
            "type": "string",
            "pattern": f"^{COLOUR.pattern}$",
            "description": 'The colour of headings, in quotes, as "#5B2A86".',
        },
        "logo": logo,
        "place": defined("place", "The usual place."),
        "paper": one_of(PAPERS, "The usual paper."),
        "edition": one_of(EDITIONS, "The usual edition."),
        "presets": table(
            _preset(),
            "Usual choices by name.",
            {"type": "string", "pattern": f"^{PRESET_ID.pattern}$"},
        ),
    }


def _lines(says: str) -> Schema:
    return {"anyOf": [text(says), listed(text("A line."), says)], "description": says}


def _signing() -> Mapping[str, Schema]:
    reviewer = mapping(
        "Somebody who may sign.",
        {
            "name": text("As in the records of sign-off."),
            "role": text("Printed as the role of who approved."),
        },
        {
            "registration": text("A number of registration."),
            "signs": _lines('Patterns of what they may sign, as "flag:*"; left out: everything.'),
            "until": day("The last day on which they may sign."),
        },
    )
    return {
        "require-signed": truth("Print no word that is not approved."),
        "approvals": one_of((1, 2), "How many people must approve each word."),
        "reviewers": listed(reviewer, "Who may sign; left out: anybody.", least=1),
        "announce-expiry": {
            "type": ["string", "integer"],
            "description": "How early the end of an approval is announced, as 60 days.",
        },
        "review-every": {
            "type": "string",
            "pattern": f"^{AGE.pattern}$",
            "description": "How old a review may be, as 3 years.",
        },
    }


def _desk() -> Mapping[str, Schema]:
    return {
        "share": one_of((OWNER, GROUP), "Who can read leaflets beside their owner."),
        "printer": text("The printer of --print without a name, as `lpstat -e` lists it."),
        "tray": text("The tray of the printer, as `lpoptions -l` lists it."),
        "output": text("The folder of leaflets without -o: a whole path, or from ~."),
        "file-name": text('How files are named there, as "{date}-{region}"; {status}, {edition}.'),
    }


def _preset() -> Schema:
    looks = {
        field.name: one_of(
            (*field.words, *(int(one) for one in field.words if one.isdecimal())), field.help
        )
        if field.words
        else truth(field.help)
        for field in LOOK_FIELDS
        if field.in_presets
    }
    return _keys(
        "Usual choices; what belongs to one patient is no part of them.",
        {
            "region": defined("region"),
            "status": defined("status"),
            "flags": _some("flag", "Facts that are always given with it."),
            "place": defined("place"),
            **looks,
            "exercises": _some("exercise", "The exercises, in order."),
            "doses": _lines("Doses, as EXERCISE:hold=5."),
            "sheet": text("The sheet of a workbook that is read."),
            "head": whole("The row with the names of columns.", 1),
            "columns": _lines("What columns are called in the list, as THEIRS=ours."),
            "ignore": _lines("Columns that are not read."),
            "encoding": text(f"The encoding of a CSV file, {ENCODINGS}."),
        },
    )


def _some(kind: str, says: str) -> Schema:
    return {"anyOf": [defined(kind), listed(defined(kind), says)], "description": says}
