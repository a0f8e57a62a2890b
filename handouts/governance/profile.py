"""Parse `service.yaml` and its presets into a `Profile`: `ProfileParser`.

It also checks what the page can do with it: glyphs, the contrast of the colour, the logo.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from msgspec import convert, structs

from handouts.content.look import LOOK_FIELDS, LookOptions
from handouts.content.profile import Preset, Profile
from handouts.content.vocabulary import LARGE_PRINT, PAPERS
from handouts.errors import ContentError, HandoutsError, TypesettingError
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
from handouts.selection.request import exercise_ids, has_invisible, parse_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handouts.content.library import Library
    from handouts.content.profile import Logo
    from handouts.content.yaml_reader import Entry
    from handouts.render.pdf.fonts import Face


PRESET_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OF_ONE_PATIENT = ("screened", "name", "date", "note")


def parse_presets(entry: Entry, library: Library) -> Mapping[str, Preset]:
    """Read every preset; a word that is not in the vocabulary is a fault with its line."""
    presets: dict[str, Preset] = {}
    names = entry.keys()
    for name in names:
        one = entry.get(name)
        if one is None:
            entry.fault(f"the preset `{name}` is empty", hint="give it a region, or leave it out")
            continue
        if not PRESET_ID.fullmatch(name):
            one.fault(f"`{name}` is not a valid name", hint="small letters, digits and hyphens")
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


_LONGEST = 80
_MOST_HOURS = 4
_MOST_APPROVALS = 2
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{2,24}( (ext|extension|option)\.? [0-9]{1,6})?")
_LONGEST_ADDRESS = 60
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:[0-9]+)?(/[A-Za-z0-9._~/{}?=&%+-]*)?")
_LOGO_FILE = re.compile(r"[a-z0-9][a-z0-9._-]*\.(svg|png)", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def _signing(entry: Entry) -> dict[str, int]:
    """Read what the service asks of sign-off."""
    required, approvals = entry.get("require-signed"), entry.get("approvals")
    people = approvals.whole() if approvals else 1
    if approvals and people not in {1, _MOST_APPROVALS}:
        approvals.fault(f"expected 1 or {_MOST_APPROVALS}, got {approvals.shown()}")
    return {"require_signed": required.truth() if required else False, "approvals": people}


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
        presets, logo = entry.get("presets"), entry.get("logo")
        profile = Profile(
            name=self._line(entry.get("name")),
            department=self._line(entry.get("department")),
            phone=self._phone(entry.get("phone")),
            hours=self._hours(hours) if hours else (),
            page=self._page(entry.get("page")),
            feedback=self._line(entry.get("feedback")),
            accent=_accent(accent) if accent else "",
            logo=self._logo(logo) if logo else None,
            place=place.word(self.library.places, "place") if place else "",
            paper=paper.word(PAPERS, "paper") if paper else "",
            presets=tuple(parse_presets(presets, self.library).items()) if presets else (),
        )
        profile = structs.replace(profile, **_signing(entry))
        about = (
            profile.department, profile.phone, profile.hours, profile.page, profile.feedback,
            profile.logo,
        )  # fmt: skip
        if any(about) and entry.get("name") is None:
            entry.fault("`name` is missing", hint="add `name:`, as it should read on the page")
        if profile.hours and entry.get("phone") is None:
            entry.fault("`hours` without a `phone`", hint="add `phone:`, or leave the hours out")
        entry.finish()
        return profile

    # -------------------------------------------------------------- one field each
    def _line(self, entry: Entry | None, longest: int = _LONGEST) -> str:
        """Read one line of text that the page can hold and the typeface can set."""
        if entry is None:
            return ""
        text = " ".join(entry.text().split())
        if len(text) > longest:
            entry.fault(f"{len(text)} characters are too many", hint=f"at most {longest}")
            return ""
        if has_invisible(text):
            entry.fault(
                "it contains an invisible character", hint="type the text again, on one line"
            )
            return ""
        try:
            for word in text.split():
                self.face.shape(word)
        except TypesettingError as error:
            entry.fault(error.faults[0].message, hint=error.faults[0].hint)
            return ""
        return text

    def _phone(self, entry: Entry | None) -> str:
        phone = self._line(entry)
        if entry and phone and not _PHONE.fullmatch(phone):
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
        file, alt = entry.need("file"), self._line(entry.need("alt"))
        entry.finish()
        if file is None or not alt:
            return None
        name = file.text()
        hint = "name an SVG or PNG file beside service.yaml, as `logo.svg`"
        if not _LOGO_FILE.fullmatch(name):
            file.fault(f"{file.shown()} is not the name of a logo", hint=hint)
            return None
        try:
            return _logo_of(name, alt, self.beside(name))
        except (OSError, KeyError):
            file.fault(f"cannot read `{name}`", hint=hint)
        except ContentError as error:
            (fault,) = error.faults
            where = f"{fault.origin}: " if fault.origin else ""
            file.fault(f"{where}{fault.message}", hint=fault.hint)
        return None

    def _hours(self, entry: Entry) -> tuple[str, ...]:
        lines = tuple(line for one in entry.items() if (line := self._line(one)))
        if len(lines) > _MOST_HOURS:
            entry.fault(f"{len(lines)} lines are too many", hint=f"at most {_MOST_HOURS}")
        return lines


def _logo_of(name: str, alt: str, raw: bytes) -> Logo:
    """Read a logo of either kind; few services have one, and its readers take time to import."""
    if name.lower().endswith(".png"):
        from handouts.governance.logo_file import parse_pixels  # noqa: PLC0415

        return parse_pixels(name, alt, raw)
    from handouts.governance.logo_file import parse_logo  # noqa: PLC0415

    return parse_logo(name, alt, raw)


def _accent(entry: Entry) -> str:
    """Read a colour that is easy to read on white, and is not that of the warning boxes."""
    text = entry.text()
    if not _COLOUR.fullmatch(text):
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
