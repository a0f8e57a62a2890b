"""Keep a folder of ready leaflets up to date, with a page that lists them: `update_library`.

A list in the folder says which file was made from what. Only files that it vouches for are
removed.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from msgspec import Struct, ValidationError, convert
from msgspec.structs import asdict, replace

from handouts.content.look import LookOptions
from handouts.content.vocabulary import SUFFIXES
from handouts.errors import ContentError, Fault, HandoutsError, OutputError
from handouts.fastpath.atomic import PART
from handouts.pipeline import prepare, render, select, typeset, verdict_on
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request
from handouts.system.files import output_error, write_shared
from handouts.system.processes import cores, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    import jinja2

    from handouts.content.library import Coding, Library
    from handouts.pipeline import Publisher
    from handouts.selection.request import Request


PICTURES = "pictures"
"""The folder of the pictures of page 1."""
OPENEMR = "openemr"
"""The folder whose files are copied to `sites/SITE/documents/education` of OpenEMR."""
_SAFE_CODE = re.compile(r"[A-Za-z0-9.-]+")


class ReadySet(Struct, frozen=True, kw_only=True):
    """How all leaflets of a library are made."""

    place: str
    kinds: tuple[str, ...]
    paper: str = ""
    edition: str = ""

    def list(self, library: Library, today: date) -> list[ReadyLeaflet]:
        """List every leaflet of the set; raises RequestError for an unknown place or look."""
        look = LookOptions(paper=self.paper, edition=self.edition)
        return list(list_ready(library, place=self.place, look=look, kinds=self.kinds, today=today))


class ReadyLeaflet(Struct, frozen=True, kw_only=True):
    """One ready leaflet in one format."""

    request: Request
    kind: str
    files: tuple[str, ...]
    """Where it goes, from the folder of the library; the same bytes under every name."""
    picture: str = ""
    """Where the picture of its page 1 goes; "" for none."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return every file that is made for it."""
        return (*self.files, *([self.picture] if self.picture else []))


def list_ready(
    library: Library,
    *,
    place: str,
    look: LookOptions,
    kinds: tuple[str, ...],
    today: date,
) -> Iterator[ReadyLeaflet]:
    """List every region and status, for no flag and for each alone, in every format asked for.

    Raises RequestError for an unknown place or look.
    """
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
            picture = f"{PICTURES}/{stem}.svg" if kind == "pdf" else ""
            yield ReadyLeaflet(request=request, kind=kind, files=files, picture=picture)


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


_SAVE_AFTER = 24
"""Leaflets between two writings of the list: what a run that is killed makes again at most."""
_WORTH_A_CREW = 12
"""Fewer leaflets than these are made before a second process has started."""
_bench: list[tuple[Publisher, bool]] = []
"""What this process works with."""


class LibraryUpdate(Struct, frozen=True, kw_only=True):
    """What a run did."""

    made: int
    kept: int
    removed: int
    left: tuple[str, ...]
    """Files that are not in the set any more, and were edited by hand: they stay."""
    failed: tuple[tuple[str, tuple[Fault, ...]], ...]


def update_library(
    publisher: Publisher,
    ready: Sequence[ReadyLeaflet],
    inventory: Inventory,
    *,
    require_signed: bool,
) -> LibraryUpdate:
    """Make each leaflet that is not there as it should be; remove those that are none any more."""
    keys = {one.files: key_of(publisher, one) for one in ready}
    lacking = [
        one
        for one in ready
        if not all(inventory.holds(name, keys[one.files]) for name in one.names)
    ]
    failed: list[tuple[ReadyLeaflet, tuple[Fault, ...]]] = []
    made = 0
    try:
        for number, (one, result) in enumerate(
            _made(publisher, lacking, require_signed=require_signed), 1
        ):
            if isinstance(result, tuple):
                failed.append((one, result))
                continue
            made += 1
            day = one.request.date.isoformat()
            item = InventoryItem(keys[one.files], "", day, result.draft, result.sides)
            for name in one.files:
                inventory.put(name, result.content, item)
            if one.picture:
                inventory.put(one.picture, result.picture, item)
            if number % _SAVE_AFTER == 0:
                inventory.save()
        # What cannot be made any more (its words are withdrawn, say) must not lie there either.
        wanted = {name for one in ready for name in one.names}
        wanted -= {name for one, _ in failed for name in one.names}
        gone = [name for name in inventory.items if name not in wanted]
        left = tuple(name for name in gone if not inventory.drop(name))
    finally:
        inventory.save()
    return LibraryUpdate(
        made=made, kept=len(ready) - len(lacking), removed=len(gone) - len(left), left=left,
        failed=tuple((one.files[0], faults) for one, faults in failed),
    )  # fmt: skip


class RenderedLeaflet(Struct, frozen=True):
    """One leaflet as bytes."""

    content: bytes
    draft: bool
    sides: int = 0
    """How many, of a PDF."""
    picture: bytes = b""
    """Page 1 of a PDF, as SVG."""


def key_of(publisher: Publisher, one: ReadyLeaflet) -> str:
    """Digest all that a leaflet is made from but the day; a sign-off that runs out changes it."""
    request = one.request
    parts = [
        one.kind, publisher.provenance, publisher.profile, sorted(publisher.withdrawn),
        [getattr(request, name) for name in request.__struct_fields__ if name != "date"],
    ]  # fmt: skip
    if publisher.signoff.signatures:
        selection = select(publisher, request)
        parts.append(verdict_on(publisher, selection))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


# ------------------------------------------------------------------ making
def _made(
    publisher: Publisher, ready: Sequence[ReadyLeaflet], *, require_signed: bool
) -> Iterator[tuple[ReadyLeaflet, RenderedLeaflet | tuple[Fault, ...]]]:
    """Make leaflets in order, in as many processes as there are processors."""
    workers = cores() if len(ready) >= _WORTH_A_CREW else 1
    made = in_order(_make, ready, workers, _take, publisher, require_signed)
    yield from zip(ready, made, strict=True)


def _take(publisher: Publisher, require_signed: bool) -> None:  # noqa: FBT001 - as the pool passes it
    _bench[:] = [(publisher, require_signed)]


def _make(one: ReadyLeaflet) -> RenderedLeaflet | tuple[Fault, ...]:
    publisher, require_signed = _bench[0]
    try:
        leaflet = prepare(publisher, one.request, require_signed=require_signed)
        if one.kind != "pdf":
            content, _ = render(publisher, one.request, leaflet, one.kind)
            return RenderedLeaflet(content, bool(leaflet.draft))
        pdf = typeset(publisher, leaflet)
    except HandoutsError as error:
        return error.faults
    from handouts.render.pdf.page_picture import picture_of  # noqa: PLC0415 - only a PDF needs it

    return RenderedLeaflet(
        pdf.content, bool(leaflet.draft), pdf.pages, picture_of(pdf.content).encode()
    )


INVENTORY_FILE = ".handout-library.json"
_FORMAT = 1


class InventoryItem(Struct, frozen=True):
    """One file that was written: what it was made from, its bytes, and the day on its pages."""

    key: str
    digest: str
    day: str
    draft: bool
    sides: int = 0


class _Record(Struct, frozen=True):
    format: int
    files: dict[str, InventoryItem]
    made: ReadySet | None = None


class Inventory:
    """What a folder holds by its own list; `damaged` says that the list could not be read."""

    def __init__(self, folder: Path, *, look_only: bool = False) -> None:
        """With `look_only` nothing is written; raises OutputError where there is no list."""
        self.folder = folder
        self.items: dict[str, InventoryItem] = {}
        self.made: ReadySet | None = None
        """How its leaflets were made last; None for a list from before that was written down."""
        self.damaged = False
        if look_only:
            self._look()
        else:
            self._open()

    def _look(self) -> None:
        try:
            raw = (self.folder / INVENTORY_FILE).read_bytes()
        except FileNotFoundError:
            message = f"`{self.folder}` holds no ready leaflets"
            hint = "make them first: handout library DIR"
            raise OutputError(Fault(message=message, hint=hint)) from None
        except OSError as error:
            raise output_error(error, str(self.folder)) from error
        self._read(raw)

    def _open(self) -> None:
        """Read the list; a folder with other files and no list is somebody else's.

        What a run that was killed left half written is removed.
        """
        try:
            raw = (self.folder / INVENTORY_FILE).read_bytes()
        except FileNotFoundError:
            self._check_free()
            self.save()
            return
        except OSError as error:
            raise output_error(error, str(self.folder)) from error
        for part in self.folder.rglob(f"{PART}*.tmp"):
            part.unlink(missing_ok=True)
        self._read(raw)

    def _read(self, raw: bytes) -> None:
        try:
            record = convert(json.loads(raw), _Record)
        except (ValueError, RecursionError, ValidationError):
            self.damaged = True
            return
        self.damaged = record.format != _FORMAT or not all(map(_inside, record.files))
        if not self.damaged:
            self.items, self.made = record.files, record.made

    def _check_free(self) -> None:
        if self.folder.is_dir() and any(self.folder.iterdir()):
            message = f"`{self.folder}` contains other files, and is not a library of leaflets"
            raise OutputError(Fault(message=message, hint="name a new or an empty folder"))

    def save(self) -> None:
        """Write the list, whole or not at all."""
        files = {
            name: {field: getattr(item, field) for field in item.__struct_fields__}
            for name, item in sorted(self.items.items())
        }
        made = {"made": asdict(self.made)} if self.made else {}
        text = json.dumps({"format": _FORMAT, **made, "files": files}, indent=1)
        write_shared(self.folder / INVENTORY_FILE, text.encode())

    def holds(self, name: str, key: str) -> bool:
        """Say whether a file is there as it was written, from what it would be made from now."""
        item = self.items.get(name)
        return item is not None and item.key == key and self._digest(name) == item.digest

    def put(self, name: str, content: bytes, item: InventoryItem) -> None:
        """Write a file, and note it with its digest."""
        write_shared(self.folder / name, content)
        self.items[name] = replace(item, digest=hashlib.sha256(content).hexdigest())

    def read(self, name: str) -> bytes | None:
        """Return a file as it was written; None where it is lost or was edited since."""
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            return None
        whole = hashlib.sha256(content).hexdigest() == self.items[name].digest
        return content if whole else None

    def drop(self, name: str) -> bool:
        """Forget a file, and remove it if it is still as it was written; say whether it was."""
        item = self.items.pop(name)
        mine = self._digest(name) == item.digest
        if mine:
            (self.folder / name).unlink(missing_ok=True)
        return mine or not (self.folder / name).exists()

    def _digest(self, name: str) -> str:
        try:
            return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
        except OSError:
            return ""


def _inside(name: str) -> bool:
    """Say whether a name of the list stays in the folder: what it names may be removed."""
    parts = name.split("/")
    return "\0" not in name and not {"", ".", ".."} & set(parts)


INDEX_FILE = "index.html"
_TEMPLATE = "library.html"


class Link(Struct, frozen=True):
    """One file of a leaflet."""

    file: str
    label: str
    """What it is, whole: a reader of links alone hears nothing else."""
    draft: bool


class LeafletRow(Struct, frozen=True, kw_only=True):
    """One leaflet of the list."""

    fact: str
    flag: str
    codes: str
    links: tuple[Link, ...]
    picture: str

    @property
    def words(self) -> str:
        """Return what a search looks at, beside the heading."""
        return f"{self.fact} {self.flag} {self.codes}".casefold()


class LeafletGroup(Struct, frozen=True, kw_only=True):
    """The leaflets of one region and status."""

    id: str
    heading: str
    codes: str
    lines: tuple[LeafletRow, ...]

    @property
    def words(self) -> str:
        """Return what a search looks at in each of its lines too."""
        return f"{self.heading} {self.id} {self.codes}".casefold()


def index_page(
    library: Library,
    ready: Sequence[ReadyLeaflet],
    inventory: Inventory,
    templates: jinja2.Environment,
) -> str:
    """Write the page; only leaflets that are there are listed."""
    files = [one for one in ready if one.files[0] in inventory.items]
    openemr = [name for one in files for name in one.files if name.startswith(f"{OPENEMR}/")]
    codings = [one for term in library.regions.values() for one in term.codings]
    codings += [one for flag in library.flags.values() for one in flag.codings]
    return templates.get_template(_TEMPLATE).render(
        title=library.topic.titles.leaflets,
        groups=list(_groups(library, files, inventory)),
        count=len(files),
        draft=any(inventory.items[one.files[0]].draft for one in files),
        unverified=any(not one.verified for one in codings),
        openemr=openemr,
        version=library.version[:8],
        place=library.places[files[0].request.place].label if files else "",
    )


def _groups(
    library: Library, files: Sequence[ReadyLeaflet], inventory: Inventory
) -> Iterator[LeafletGroup]:
    for region, term in library.regions.items():
        for status, stage in library.statuses.items():
            some = [
                one for one in files if (one.request.region, one.request.status) == (region, status)
            ]
            if some:
                yield LeafletGroup(
                    id=f"{region}-{status}",
                    heading=f"{term.label}: {stage.label}",
                    codes=_codes(term.codings),
                    lines=tuple(_lines(library, some, inventory)),
                )


def _lines(
    library: Library, files: Sequence[ReadyLeaflet], inventory: Inventory
) -> Iterator[LeafletRow]:
    for flags in dict.fromkeys(one.request.flags for one in files):
        flag = library.flags[flags[0]] if flags else None
        some = [one for one in files if one.request.flags == flags]
        links = tuple(
            Link(one.files[0], label_of(library, one, item), item.draft)
            for one in some
            for item in (inventory.items[one.files[0]],)
        )
        yield LeafletRow(
            fact=flag.label if flag else "General leaflet, no flag",
            flag=flag.id if flag else "",
            codes=_codes(flag.codings) if flag else "",
            links=links,
            picture=next((one.picture for one in some if one.picture in inventory.items), ""),
        )


def label_of(library: Library, one: ReadyLeaflet, item: InventoryItem) -> str:
    """Say what a file is: `Low back, new pain, stomach or gut ulcer: PDF, 4 sides`."""
    request = one.request
    labels = [library.statuses[request.status].label]
    labels += [library.flags[flag].label for flag in request.flags] or ["general leaflet"]
    words = [library.regions[request.region].label, *map(_inside_a_sentence, labels)]
    kind = one.kind.upper() if one.kind != "text" else "text"
    sides = f", {item.sides} side{'' if item.sides == 1 else 's'}" if item.sides else ""
    return f"{', '.join(words)}: {kind}{sides}{' (DRAFT)' if item.draft else ''}"


def _inside_a_sentence(label: str) -> str:
    """Return a label without what stands in brackets, small where it is no abbreviation."""
    words = label.partition(" (")[0]
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _codes(codings: Sequence[Coding]) -> str:
    return ", ".join(f"{one.system.upper()} {one.code}" for one in codings)
