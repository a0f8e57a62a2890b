"""Goes in: a library of content. Comes out: the ready leaflets, their file names and their keys.

A ready leaflet is printed before anybody has asked its reader a thing: so none is screened, and
each but the general ones is for a reader of whom one fact is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.look import LookOptions
from handouts.content.vocabulary import SUFFIXES
from handouts.errors import ContentError, Fault
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from handouts.content.library import Library
    from handouts.selection.request import Request

OPENEMR = "openemr"
"""The folder whose files are copied to `sites/SITE/documents/education` of OpenEMR."""
_SAFE_CODE = re.compile(r"[A-Za-z0-9.-]+")


class Ready(Struct, frozen=True, kw_only=True):
    """One ready leaflet in one format."""

    request: Request
    kind: str
    files: tuple[str, ...]
    """Where it goes, from the folder of the library; the same bytes under every name."""


def list_ready(
    library: Library, *, place: str, paper: str | None, kinds: tuple[str, ...], today: date
) -> Iterator[Ready]:
    """List every region and status, for no flag and for each alone, in every format asked for.

    Raises RequestError for an unknown place or paper.
    """
    look = LookOptions(paper=paper or "")
    asked = [
        parse_request(
            library,
            RequestOptions(region=region, status=status, flags=flags, place=place, look=look),
            today=today,
        )
        for region in library.regions
        for status in library.statuses
        for flags in ((), *((flag,) for flag in library.flags))
    ]
    names = openemr_names(library, library.places[place].language)
    first = next(iter(library.statuses))
    for request in asked:
        stem = "-".join((request.region, request.status, *request.flags))
        general = not request.flags and request.status == first
        for kind in kinds:
            more = names.get(request.region, ()) if general and kind == "pdf" else ()
            files = (f"{stem}.{SUFFIXES[kind]}", *more)
            yield Ready(request=request, kind=kind, files=files)


def openemr_names(library: Library, language: str) -> dict[str, tuple[str, ...]]:
    """Name the files by which OpenEMR finds a region's leaflet: `icd10_m62.830_en.pdf`.

    OpenEMR gives one file for one code, and a code says nothing of status or flags: so it gives the
    general leaflet of the first status. Raises ContentError for a code that two regions have.
    """
    found: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for region, term in library.regions.items():
        for coding in term.codings:
            if not _SAFE_CODE.fullmatch(coding.code):
                continue  # a range of codes, or what no file name holds
            code = f"{coding.system}_{coding.code}".lower()
            first = owner.setdefault(code, region)
            if first != region:
                hint = "list it at one of them: a record system gives one leaflet for one code"
                message = f"code `{coding.code}` is listed at `{first}` and at `{region}`"
                raise ContentError(Fault(message=message, origin=term.origin, hint=hint))
            name = f"{OPENEMR}/{code}_{language.partition('-')[0].lower()}.pdf"
            found.setdefault(region, []).append(name)
    return {region: tuple(dict.fromkeys(names)) for region, names in found.items()}
