"""Parse `service.yaml` and its presets into a `Profile`: `ProfileParser`.

It also checks what the page can do with it: glyphs, the contrast of the colour, the logo.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from msgspec import convert, structs

from handouts.content.list_form import MOST_HEAD, ListForm, pairs_of
from handouts.content.look import LOOK_FIELDS, LookOptions
from handouts.content.profile import ANNOUNCED, REVIEWED, Preset, Profile, Reviewer
from handouts.content.typed_text import cleaned, text_faults
from handouts.content.vocabulary import EDITIONS, LARGE_PRINT, PAPERS, Kind
from handouts.errors import (
    ContentError,
    Fault,
    HandoutsError,
    RequestError,
    TypesettingError,
    shorten,
)
from handouts.governance.desk import parse_desk
from handouts.governance.roll import fold_name
from handouts.governance.service_words import is_of_a_place, objection_to
from handouts.render.layout.style import (
    LEAST_CONTRAST,
    contrast,
    hex_of,
    looks_like_danger,
    nearest_passing,
    passes,
)
from handouts.render.pdf.graphics import PAPER, Colour
from handouts.selection.options import RequestOptions
from handouts.selection.request import exercise_ids, parse_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handouts.content.library import Library
    from handouts.content.profile import Logo
    from handouts.content.yaml_reader import Entry
    from handouts.render.pdf.fonts import Face

    ReadLine = Callable[[Entry | None], str]
    """Reads a text of one line that the typeface can set; empty where it is wrong."""


PRESET_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_OF_A_NAME = 60
_OF_ONE_LIST = ("any-date", "name-ids")
_OF_ONE_PATIENT = ("screened", "name", "date", "note")


def preset_name_fault(name: str) -> Fault | None:
    """Return what is wrong with the name of a preset."""
    if PRESET_ID.fullmatch(name) and len(name) <= _MOST_OF_A_NAME:
        return None
    hint = f"small letters, digits and hyphens, at most {_MOST_OF_A_NAME}"
    return Fault(message=f"`{shorten(name)}` is not a valid name", hint=hint)


def parse_presets(entry: Entry, library: Library) -> Mapping[str, Preset]:
    """Read every preset; a word that is not in the vocabulary is a fault with its line."""
    presets: dict[str, Preset] = {}
    names = entry.keys()
    for name in names:
        one = entry.get(name)
        if one is None:
            entry.fault(f"the preset `{name}` is empty", hint="give it a region, or leave it out")
            continue
        if fault := preset_name_fault(name):
            one.fault(fault.message, hint=fault.hint)
        presets[name] = _preset(one, library)
    return presets


def _preset(entry: Entry, library: Library) -> Preset:
    for key in _OF_ONE_PATIENT:
        if entry.get(key) is not None:
            hint = f"give --{key} for each patient: it is not the same for all"
            entry.fault(f"a preset cannot contain `{key}`", hint=hint)
    for key in ("large-print", "large_print"):
        if (large := entry.get(key)) is not None:
            large.fault(f"a preset has no `{key}`", hint=f"write `size: {LARGE_PRINT}`")
    flags, exercises = entry.get("flags"), entry.get("exercises")
    doses = entry.get("doses")
    preset = Preset(
        region=_word(entry, "region", library.regions),
        status=_word(entry, "status", library.statuses),
        flags=flags.words(library.flags, "flag") if flags else (),
        place=_word(entry, "place", library.places),
        look=_look(entry),
        exercises=exercises.words(exercise_ids(library), "exercise") if exercises else (),
        doses=doses.texts() if doses else (),
        form=_form(entry),
    )
    entry.finish()
    _check_sense(entry, preset, library)
    return preset


def _look(entry: Entry) -> LookOptions:
    choices = {
        field.name: _word(entry, field.name, field.words)
        if field.words
        else _truth(entry, field.name)
        for field in LOOK_FIELDS
        if field.in_presets
    }
    return convert(choices, LookOptions)


def _form(entry: Entry) -> ListForm:
    """Read how a list of patients is to be read."""
    for key in _OF_ONE_LIST:
        if (one := entry.get(key)) is not None:
            hint = f"give --{key} for each list: somebody has to look at what it lets pass"
            one.fault(f"a preset cannot contain `{key}`", hint=hint)
    sheet, head, encoding = entry.get("sheet"), entry.get("head"), entry.get("encoding")
    columns, ignored = entry.get("columns"), entry.get("ignore")
    pairs: list[tuple[str, str]] = []
    for one in columns.items() if columns else ():
        try:
            pairs += pairs_of((one.text(),))
        except RequestError as error:
            one.fault(error.faults[0].message.removeprefix("--column "), hint=error.faults[0].hint)
    row = head.whole() if head else 0
    if head and row == 0:
        head.fault("no header is in row 0", hint=f"a number from 1 to {MOST_HEAD}")
    form = ListForm(
        sheet=sheet.text() if sheet else "",
        head=row,
        columns=tuple(pairs),
        ignored=ignored.texts() if ignored else (),
        encoding=encoding.text() if encoding else "",
    )
    for fault in form.faults():
        (entry.get(fault.about) or entry).fault(fault.message, hint=fault.hint)
    return form


def _word(entry: Entry, key: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    field = entry.get(key)
    return field.word(known, key) if field else ""


def _truth(entry: Entry, key: str) -> bool:
    field = entry.get(key)
    return field.truth() if field else False


def _check_sense(entry: Entry, preset: Preset, library: Library) -> None:
    """Fault what only shows when the choices are taken together, such as two flags at odds."""
    options = RequestOptions(
        region=preset.region or next(iter(library.regions)),
        flags=preset.flags,
        look=preset.look,
        exercises=preset.exercises,
        doses=preset.doses,
    )
    try:
        parse_request(library, options, today=date.min)
    except HandoutsError as error:
        for fault in error.faults:
            entry.fault(fault.message, hint=fault.hint)


_MOST_APPROVALS = 2
_MOST_DAYS = 365
_DAYS = re.compile(r"([0-9]{1,3}) ?(days?|weeks?)?")
_WEEK = 7
_LONGEST_REVIEW = 120
AGE = re.compile(r"([0-9]{1,3}) (months?|years?)")
_YEAR = 12
_PREFIXES = ("advice", "class", "flag", "page", "place", "rule")
"""What the names of units start with that are no blocks."""
_PATTERN = re.compile(r"[a-z0-9*?-]+(:[a-z0-9*?-]+)?")


class Signing(TypedDict):
    """The fields of a profile that speak of sign-off."""

    require_signed: bool
    approvals: int
    reviewers: tuple[Reviewer, ...]
    announce_expiry: int
    review_months: int


def parse_signing(entry: Entry, library: Library, line: ReadLine) -> Signing:
    """Read what the service asks of sign-off: how many people, who, and how early to warn."""
    required, approvals = entry.get("require-signed"), entry.get("approvals")
    roll, announce = entry.get("reviewers"), entry.get("announce-expiry")
    again = entry.get("review-every")
    people = approvals.whole() if approvals else 1
    if approvals and people not in {1, _MOST_APPROVALS}:
        approvals.fault(f"expected 1 or {_MOST_APPROVALS}, got {approvals.shown()}")
    reviewers = _reviewers(roll, library, line) if roll else ()
    if roll and len(reviewers) < people:
        roll.fault(f"{people} people must approve, and the roll has {len(reviewers)}")
    return {
        "require_signed": required.truth() if required else False,
        "approvals": people,
        "reviewers": reviewers,
        "announce_expiry": _days(announce) if announce else ANNOUNCED,
        "review_months": _months(again) if again else REVIEWED,
    }


def _days(entry: Entry) -> int:
    """Read a time as `60`, `60 days` or `8 weeks`, in days."""
    found = _DAYS.fullmatch(entry.text())
    days = int(found[1]) * (_WEEK if (found[2] or "").startswith("week") else 1) if found else 0
    if found is None or days > _MOST_DAYS:
        hint = f"write it as 60 days; at most {_MOST_DAYS}, and 0 for never"
        entry.fault(f"{entry.shown()} is no time before an expiry", hint=hint)
        return ANNOUNCED
    return days


def _months(entry: Entry) -> int:
    """Read an age as `3 years` or `18 months`, in months."""
    found = AGE.fullmatch(entry.text())
    months = int(found[1]) * (_YEAR if found[2].startswith("year") else 1) if found else 0
    if not 1 <= months <= _LONGEST_REVIEW:
        hint = f"write it as 3 years or 18 months; at most {_LONGEST_REVIEW // _YEAR} years"
        entry.fault(f"{entry.shown()} is no time between two reviews", hint=hint)
        return REVIEWED
    return months


def age_text(months: int) -> str:
    """Write an age in whole years where it has no odd months."""
    count, unit = (months // _YEAR, "year") if months % _YEAR == 0 else (months, "month")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _reviewers(entry: Entry, library: Library, line: ReadLine) -> tuple[Reviewer, ...]:
    found: dict[str, Reviewer] = {}
    count = 0
    for one in entry.items():
        count += 1
        reviewer = _reviewer(one, library, line)
        key = fold_name(reviewer.name)
        if key and key in found:
            hint = "titles, capitals and full stops make no other person; keep one of them"
            message = f"`{reviewer.name}` and `{found[key].name}` are one person"
            one.fault(message, hint=hint)
        elif key:
            found[key] = reviewer
    if not count:
        hint = "name somebody, or leave the line out: then anybody may sign"
        entry.fault("the roll of reviewers is empty", hint=hint)
    return tuple(found.values())


def _reviewer(entry: Entry, library: Library, line: ReadLine) -> Reviewer:
    name, role, registration = entry.need("name"), entry.need("role"), entry.get("registration")
    signs, until = entry.get("signs"), entry.get("until")
    reviewer = Reviewer(
        name=" ".join(name.text().split()) if name else "",  # it is on no page
        role=line(role),
        registration=line(registration),
        signs=tuple(_pattern(one, library) for one in signs.items()) if signs else (),
        until=until.day() if until else None,
    )
    if name and reviewer.name and not fold_name(reviewer.name):
        name.fault(f"{name.shown()} is not a name")
    if signs and not reviewer.signs:
        signs.fault("an empty list lets nobody sign", hint="leave the line out for everything")
    entry.finish()
    return reviewer


def _pattern(entry: Entry, library: Library) -> str:
    """Read a pattern of units: an id with *, or a kind or section of blocks."""
    pattern = entry.text()
    prefix, colon, name = pattern.partition(":")
    closed = {"kind": [str(kind) for kind in Kind], "section": [*library.sections]}
    hint = f"write {', '.join(f'{one}:…' for one in (*closed, *_PREFIXES))}, or the id of a block"
    if pattern and not _PATTERN.fullmatch(pattern):
        entry.fault(f"{entry.shown()} is no pattern of what to sign", hint=hint)
    elif colon and prefix in closed and "*" not in name and name not in closed[prefix]:
        known = ", ".join(closed[prefix])
        entry.fault(f"unknown {prefix} `{name}`", hint=f"known words: {known}")
    elif colon and prefix not in {*closed, *_PREFIXES} and not {"*", "?"} & set(prefix):
        entry.fault(f"unknown kind of unit `{prefix}`", hint=hint)
    return pattern


_LONGEST = 80
_MOST_HOURS = 4
PHONE = re.compile(r"\+?[0-9][0-9 ().-]{2,24}( (ext|extension|option)\.? [0-9]{1,6})?")
_LONGEST_ADDRESS = 60
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:[0-9]+)?(/[A-Za-z0-9._~/{}?=&%+-]*)?")
_LOGO_FILE = re.compile(r"[a-z0-9][a-z0-9._-]*\.(svg|png|jpe?g)", re.IGNORECASE)
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class ProfileParser:
    """Reads a profile against a library.

    `face` knows which characters can be printed; `beside` gives the bytes of a file by its name.
    """

    def __init__(self, library: Library, face: Face, beside: Callable[[str], bytes]) -> None:
        self.library = library
        self.face = face
        self.beside = beside

    def profile(self, entry: Entry) -> Profile:
        """Read the whole file; each field that is wrong is a fault, and empty in the result."""
        hours = entry.get("hours")
        accent, place, paper = entry.get("accent"), entry.get("place"), entry.get("paper")
        edition = entry.get("edition")
        presets, logo = entry.get("presets"), entry.get("logo")
        empty = entry.empty()
        profile = Profile(
            name=self._about(entry.get("name")),
            department=self._about(entry.get("department")),
            phone=self._phone(entry.get("phone")),
            hours=self._hours(hours) if hours else (),
            page=self._page(entry.get("page")),
            feedback=self._about(entry.get("feedback")),
            accent=_accent(accent) if accent else "",
            logo=self._logo(logo) if logo else None,
            place=place.word(self.library.places, "place") if place else "",
            paper=paper.word(PAPERS, "paper") if paper else "",
            edition=edition.word(EDITIONS, "edition") if edition else "",
            presets=tuple(parse_presets(presets, self.library).items()) if presets else (),
        )
        profile = structs.replace(
            profile, **parse_signing(entry, self.library, self._line), **parse_desk(entry)
        )
        about = (
            profile.department, profile.phone, profile.hours, profile.page, profile.feedback,
            profile.logo,
        )  # fmt: skip
        if any(about) and entry.get("name") is None and "name" not in empty:
            entry.fault("`name` is missing", hint="add `name:`, as it should read on the page")
        if profile.hours and entry.get("phone") is None:
            entry.fault("`hours` without a `phone`", hint="add `phone:`, or leave the hours out")
        for field in empty.values():
            hint = "give it a value, in quotes where that starts with `#`, or remove the line"
            field.fault("it is empty", hint=hint)
        entry.finish()
        return profile

    # -------------------------------------------------------------- one field each
    def _line(self, entry: Entry | None, longest: int = _LONGEST) -> str:
        """Read one line of text that the page can hold and the typeface can set."""
        if entry is None:
            return ""
        text = " ".join(cleaned(entry.text()).split())
        if len(text) > longest:
            entry.fault(f"{len(text)} characters are too many", hint=f"at most {longest}")
            return ""
        for fault in text_faults("text", text):
            entry.fault(fault.message, hint=fault.hint)
            return ""
        try:
            for word in text.split():
                self.face.shape(word)
        except TypesettingError as error:
            entry.fault(error.faults[0].message, hint=error.faults[0].hint)
            return ""
        return text

    def _about(self, entry: Entry | None) -> str:
        """Read a line in which a service speaks of itself, and of nothing else."""
        text = self._line(entry)
        if entry and text and (why := objection_to(text, self.library)):
            hint = "write only who you are and how to reach you; the box says whom to call"
            entry.fault(f"{entry.shown()} {why}", hint=hint)
            return ""
        return text

    def _phone(self, entry: Entry | None) -> str:
        phone = self._line(entry)
        if entry and phone and is_of_a_place(phone, self.library):
            hint = "give the number of your own desk; the box has the others"
            entry.fault(f"{entry.shown()} is no number of a service", hint=hint)
            return ""
        if entry and phone and not PHONE.fullmatch(phone):
            entry.fault(
                f"{entry.shown()} is not a phone number",
                hint='write it in quotes, as "020 7946 0000"; "ext 12" may follow',
            )
            return ""
        return phone

    def _page(self, entry: Entry | None) -> str:
        """Read the address of a page; nothing of a patient may stand in it."""
        page = self._line(entry, _LONGEST_ADDRESS + 20)
        if entry is None or not page:
            return ""
        if not _ADDRESS.fullmatch(page) or _odd_braces(page):
            hint = "write it as https://…; only {region} and {status} may stand in braces"
            entry.fault(f"{entry.shown()} is not an address that can be printed", hint=hint)
            return ""
        longest = max(
            len(page.format(region=region, status=status))
            for region in self.library.regions
            for status in self.library.statuses
        )
        if longest > _LONGEST_ADDRESS:
            hint = f"at most {_LONGEST_ADDRESS}, so that people can type it"
            entry.fault(f"the address has up to {longest} characters", hint=hint)
            return ""
        return page

    def _logo(self, entry: Entry) -> Logo | None:
        """Read the logo from its file beside the profile."""
        file, alt = entry.need("file"), self._about(entry.need("alt"))
        entry.finish()
        if file is None or not alt:
            return None
        name = file.text()
        hint = "name an SVG, PNG or JPEG file beside service.yaml, as `logo.svg`"
        if not _LOGO_FILE.fullmatch(name):
            file.fault(f"{file.shown()} is not the name of a logo", hint=hint)
            return None
        try:
            return _logo_of(name, alt, self.beside(name))
        except (OSError, KeyError):
            file.fault(f"cannot read `{name}`", hint=hint)
        except ContentError as error:
            for fault in error.faults:
                where = f"{fault.origin}: " if fault.origin else ""
                file.fault(f"{where}{fault.message}", hint=fault.hint)
        return None

    def _hours(self, entry: Entry) -> tuple[str, ...]:
        lines = tuple(line for one in entry.items() if (line := self._about(one)))
        if len(lines) > _MOST_HOURS:
            entry.fault(f"{len(lines)} lines are too many", hint=f"at most {_MOST_HOURS}")
        return lines


def _logo_of(name: str, alt: str, raw: bytes) -> Logo:
    """Read a logo of either kind; few services have one, and its readers take time to import."""
    if not name.lower().endswith(".svg"):
        from handouts.content.pixel_file import parse_pixels  # noqa: PLC0415

        return parse_pixels(name, alt, raw)
    from handouts.content.svg_file import parse_svg  # noqa: PLC0415

    return parse_svg(name, alt, raw)


def _accent(entry: Entry) -> str:
    """Read a colour that is easy to read on white, and is not that of the warning boxes."""
    text = entry.text()
    if not COLOUR.fullmatch(text):
        entry.fault(
            f"{entry.shown()} is not a colour",
            hint='write it in quotes, as "#0B4F63" (red, green, blue)',
        )
        return ""
    accent = Colour.from_hex(text)
    if looks_like_danger(accent):
        entry.fault(
            f"`{text}` looks like the red of the warning boxes",
            hint="choose another colour: on the page, red means danger",
        )
        return ""
    if not passes(accent):
        # Cut, not rounded: 6.96 must not read as 7.0.
        found = int(contrast(accent, PAPER) * 10) / 10
        entry.fault(
            f"`{text}` has a contrast of {found} on white; at least {LEAST_CONTRAST:g} is needed",
            hint=f"the nearest that passes is {hex_of(nearest_passing(accent))}",
        )
        return ""
    return text.upper()


def _odd_braces(page: str) -> bool:
    """Say whether anything but {region} and {status} stands in braces."""
    rest = page.replace("{region}", "").replace("{status}", "")
    return "{" in rest or "}" in rest
