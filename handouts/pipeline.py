"""Make a leaflet from a request: `make_leaflet`.

A request selects blocks, the blocks compose a leaflet, and the leaflet is typeset into a tagged
PDF. The functions below stand in that order; `open_publisher` reads what they all share.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from handouts.content.load import content_folder, load_library, resource
from handouts.content.profile import NOBODY
from handouts.content.provenance import profile_digest, provenance_of
from handouts.content.stray import refuse_stray
from handouts.content.vocabulary import FULL
from handouts.governance.approval import (
    judge,
    needed_units,
    refuse_unsigned,
    refuse_withdrawn,
    with_changes,
)
from handouts.governance.load import (
    changes_digest,
    load_changes,
    load_profile,
    load_signoff,
    load_withdrawn,
)
from handouts.leaflet.compose import compose_leaflet, load_templates
from handouts.leaflet.tree import Imprint
from handouts.render.pdf.typeface import typeface
from handouts.safety.guard import refuse_unsafe
from handouts.safety.load import load_rules
from handouts.selection.code import write_recipe
from handouts.selection.select import select_blocks
from handouts.selection.sheet import refuse_sheet

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import jinja2

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.content.provenance import Provenance
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.governance.approval import ApprovalVerdict, Signoff, UnitChange, Withdrawal
    from handouts.leaflet.tree import Leaflet
    from handouts.safety.guard import Invariant
    from handouts.selection.request import Request
    from handouts.selection.select import Selection


def make_leaflet(publisher: Publisher, request: Request) -> TypesetPdf:
    """Select the blocks of a request, compose and check the leaflet, and typeset it as a PDF.

    Raises HandoutsError when the leaflet may not or cannot be made.
    """
    leaflet = prepare(publisher, request)
    return typeset(publisher, leaflet)


def prepare(publisher: Publisher, request: Request, *, require_signed: bool = False) -> Leaflet:
    """Select and compose the leaflet of a request, and check it.

    Raises ContentError with every safety rule that the leaflet breaks, and SelectionError when a
    unit in it is withdrawn, or is not approved although `require_signed` or the profile asks for
    that.
    """
    selection = select(publisher, request)
    if request.note or publisher.profile != NOBODY:
        from handouts.safety.note_words import refuse_contrary  # noqa: PLC0415 - few have a note

        refuse_contrary(publisher.library, selection, publisher.profile)
    refuse_withdrawn(
        publisher.withdrawn, needed_units(publisher.library, selection, publisher.profile)
    )
    verdict = verdict_on(publisher, selection)
    if require_signed or publisher.profile.require_signed:
        refuse_unsigned(verdict)
    leaflet = compose(publisher, selection, verdict)
    refuse_unsafe(publisher.library, selection, leaflet, publisher.rules)
    return leaflet


def select(publisher: Publisher, request: Request) -> Selection:
    """Select the blocks to print; raises SelectionError when the flags rule out the request."""
    refuse_sheet(publisher.library, request)
    return select_blocks(publisher.library, request)


def verdict_on(publisher: Publisher, selection: Selection) -> ApprovalVerdict:
    """Judge whether every unit that the leaflet needs is approved, and as it was reviewed."""
    library, profile = publisher.library, publisher.profile
    verdict = judge(publisher.signoff, library, selection, profile)
    if not publisher.changes:
        return verdict
    needed = needed_units(library, selection, profile)
    return with_changes(verdict, publisher.changes, selection, needed)


def compose(
    publisher: Publisher, selection: Selection, verdict: ApprovalVerdict | None = None
) -> Leaflet:
    """Compose the selected blocks into a leaflet, with its approval and its recipe code.

    Without a `verdict` the selection is judged here. Raises CompositionError.
    """
    verdict = verdict or verdict_on(publisher, selection)
    request = selection.request
    code = write_recipe(publisher.library, request, publisher.provenance)
    whole = replace(request, look=replace(request.look, edition=FULL))
    return compose_leaflet(
        publisher.library,
        selection,
        publisher.templates,
        imprint=Imprint(
            roles=verdict.roles,
            on=verdict.on,
            until=verdict.until,
            code=code,
            full_code=write_recipe(publisher.library, whole, publisher.provenance),
            changed=verdict.changed_label,
        ),
        profile=publisher.profile,
    )


def typeset(publisher: Publisher, leaflet: Leaflet) -> TypesetPdf:
    """Typeset a leaflet into a tagged PDF; raises TypesettingError."""
    faces = typeface()  # first, because it defers imports of ReportLab that few leaflets need
    from handouts.render.typeset import Resources, typeset_leaflet  # noqa: PLC0415 - only a PDF needs it

    return typeset_leaflet(
        leaflet, Resources(faces, publisher.library.figures, resource("templates"))
    )


def render(
    publisher: Publisher, request: Request, leaflet: Leaflet, kind: str
) -> tuple[bytes, list[str]]:
    """Return the bytes of a leaflet, and lines for the terminal about them.

    `kind` is "html", "text" or "pdf"; only a PDF has a line, on how much paper it takes.
    """
    if kind == "html":
        from handouts.render.html import render_html  # noqa: PLC0415 - only HTML needs it

        return render_html(leaflet, publisher.library.figures).encode(), []
    if kind == "text":
        from handouts.render.text import render_text  # noqa: PLC0415 - only text needs it

        return render_text(leaflet).encode(), []
    pdf = typeset(publisher, leaflet)
    return pdf.content, [size_of(pdf, request)]


def size_of(pdf: TypesetPdf, request: Request) -> str:
    """Return in words how many sides a leaflet has, or how many sheets a booklet takes."""
    pages = pdf.pages
    if request.look.booklet:
        from handouts.render.pdf.booklet import PAGES_OF_A_SHEET  # noqa: PLC0415 - it needs pypdf

        sheets = "1 sheet" if pages == PAGES_OF_A_SHEET else f"{pages // PAGES_OF_A_SHEET} sheets"
        return (
            f"{pages} pages on {sheets}; print on both sides, flipped on the short edge, and fold"
        )
    return "1 side" if pages == 1 else f"{pages} sides"


class Publisher(Struct, frozen=True):
    """What all leaflets share: content, templates, safety rules, approvals and the profile."""

    library: Library
    templates: jinja2.Environment
    rules: tuple[Invariant, ...]
    signoff: Signoff
    profile: Profile
    withdrawn: Mapping[str, Withdrawal]
    """The units that may not be printed, by name."""
    provenance: Provenance
    changes: Mapping[str, UnitChange] = field(default_factory=lambda: MappingProxyType({}))
    """The units that are not as they were reviewed, by name."""


def open_publisher(
    content: str | os.PathLike[str] | None = None,
    profile: Profile | None = None,
    *,
    older: bool = False,
    compared: bool = True,
    ruled: bool = True,
) -> Publisher:
    """Read from disk what all leaflets share; raises ContentError with every fault.

    `content` is a folder, None for HANDOUTS_CONTENT or the content that ships. Without a `profile`
    the service's own is read. `older` content is that of an earlier day: it may lack rules that are
    asked for today. Without `compared` the content is not held against its baseline, and without
    `ruled` its rules of safety are not read: to look at its words, never to make a leaflet.
    """
    folder = content_folder(content)
    if not older:
        refuse_stray(folder)
    library = load_library(content, older=older)
    profile = load_profile(library, content) if profile is None else profile
    signoff = load_signoff(library, folder, profile)
    changes = load_changes(library, folder, signoff, older=not compared)
    digests = (signoff.digest, profile_digest(profile))
    return Publisher(
        library=library,
        templates=load_templates(resource("templates")),
        rules=load_rules(library, folder, older=older) if ruled else (),
        signoff=signoff,
        profile=profile,
        withdrawn=load_withdrawn(library, folder, signoff, profile),
        provenance=provenance_of(library, *digests, changes=changes_digest(folder, changes)),
        changes=changes,
    )
