"""Goes in: the ready leaflets. Comes out: the page that lists them, to be searched offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.shelf import OPENEMR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import jinja2

    from handouts.content.library import Coding, Library
    from handouts.inventory import Inventory
    from handouts.shelf import Ready

FILE = "index.html"
_TEMPLATE = "library.html"


class Link(Struct, frozen=True):
    """One file of a leaflet."""

    file: str
    label: str
    draft: bool
    day: str


class Line(Struct, frozen=True, kw_only=True):
    """One leaflet of the list."""

    fact: str
    flag: str
    codes: str
    links: tuple[Link, ...]

    @property
    def words(self) -> str:
        """Give what a search looks at, beside the heading."""
        return f"{self.fact} {self.flag} {self.codes}".casefold()


class Group(Struct, frozen=True, kw_only=True):
    """The leaflets of one region and status."""

    id: str
    heading: str
    codes: str
    lines: tuple[Line, ...]

    @property
    def words(self) -> str:
        """Give what a search looks at in each of its lines too."""
        return f"{self.heading} {self.id} {self.codes}".casefold()


def shelf_page(
    library: Library, ready: Sequence[Ready], inventory: Inventory, templates: jinja2.Environment
) -> str:
    """Write the page; only leaflets that are there are listed."""
    files = [one for one in ready if one.files[0] in inventory.items]
    openemr = [name for one in files for name in one.files if name.startswith(f"{OPENEMR}/")]
    codings = [one for term in library.regions.values() for one in term.codings]
    codings += [one for flag in library.flags.values() for one in flag.codings]
    return templates.get_template(_TEMPLATE).render(
        groups=list(_groups(library, files, inventory)),
        count=len(files),
        draft=any(inventory.items[one.files[0]].draft for one in files),
        unverified=any(not one.verified for one in codings),
        openemr=openemr,
        version=library.version[:8],
        place=library.places[files[0].request.place].label if files else "",
    )


def _groups(library: Library, files: Sequence[Ready], inventory: Inventory) -> Iterator[Group]:
    for region, term in library.regions.items():
        for status, stage in library.statuses.items():
            some = [
                one for one in files if (one.request.region, one.request.status) == (region, status)
            ]
            if some:
                yield Group(
                    id=f"{region}-{status}",
                    heading=f"{term.label}: {stage.label}",
                    codes=_codes(term.codings),
                    lines=tuple(_lines(library, some, inventory)),
                )


def _lines(library: Library, files: Sequence[Ready], inventory: Inventory) -> Iterator[Line]:
    for flags in dict.fromkeys(one.request.flags for one in files):
        flag = library.flags[flags[0]] if flags else None
        links = tuple(
            Link(one.files[0], one.kind.upper() if one.kind != "text" else "text",
                 inventory.items[one.files[0]].draft, inventory.items[one.files[0]].day)
            for one in files
            if one.request.flags == flags
        )  # fmt: skip
        yield Line(
            fact=flag.label if flag else "General leaflet, no flag",
            flag=flag.id if flag else "",
            codes=_codes(flag.codings) if flag else "",
            links=links,
        )


def _codes(codings: Sequence[Coding]) -> str:
    return ", ".join(f"{one.system.upper()} {one.code}" for one in codings)
