"""Make a leaflet from a request, step by step: `make_leaflet`.

A request selects blocks, the blocks compose a leaflet, the leaflet is typeset as a tagged PDF.
`open_publisher` reads from disk once what every leaflet shares; `prepare` refuses a leaflet
that breaks a safety rule, or whose words are withdrawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.edition import edition_of, profile_digest
from handouts.content.load import content_folder, load_library, resource
from handouts.governance.approval import judge, needed_units, refuse_unsigned, refuse_withdrawn
from handouts.governance.load import load_profile, load_signoff, load_withdrawn
from handouts.leaflet.compose import compose_leaflet, load_templates
from handouts.leaflet.tree import Imprint
from handouts.render.pdf.typeface import typeface
from handouts.safety.guard import refuse_unsafe
from handouts.safety.load import load_rules
from handouts.selection.code import write_recipe
from handouts.selection.select import select_blocks

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import jinja2

    from handouts.content.edition import Edition
    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.governance.approval import ApprovalVerdict, Signoff, Withdrawal
    from handouts.leaflet.tree import Leaflet
    from handouts.safety.guard import Invariant
    from handouts.selection.request import Request
    from handouts.selection.select import Selection


class Publisher(Struct, frozen=True):
    """What every leaflet is made with, read once."""

    library: Library
    templates: jinja2.Environment
    rules: tuple[Invariant, ...]
    signoff: Signoff
    profile: Profile
    withdrawn: Mapping[str, Withdrawal]
    """Units that may not print."""
    edition: Edition


def open_publisher(
    content: str | os.PathLike[str] | None = None,
    profile: Profile | None = None,
    *,
    older: bool = False,
) -> Publisher:
    """Read content, templates and the service's profile; raises ContentError with every fault.

    `older` content is that of an earlier day: it may lack rules that are asked for today.
    """
    library = load_library(content)
    folder = content_folder(content)
    profile = load_profile(library, content) if profile is None else profile
    signoff = load_signoff(library, folder, profile)
    return Publisher(
        library=library,
        templates=load_templates(resource("templates")),
        rules=load_rules(library, folder, older=older),
        signoff=signoff,
        profile=profile,
        withdrawn=load_withdrawn(library, folder, signoff, profile),
        edition=edition_of(library, signoff.digest, profile_digest(profile)),
    )


def select(publisher: Publisher, request: Request) -> Selection:
    """A request selects blocks."""
    return select_blocks(publisher.library, request)


def verdict_on(publisher: Publisher, selection: Selection) -> ApprovalVerdict:
    """The blocks are approved, or not."""
    return judge(publisher.signoff, publisher.library, selection, publisher.profile)


def compose(
    publisher: Publisher, selection: Selection, verdict: ApprovalVerdict | None = None
) -> Leaflet:
    """The blocks compose a leaflet; the verdict on them is asked for unless it is known."""
    verdict = verdict or verdict_on(publisher, selection)
    code = write_recipe(publisher.library, selection.request, publisher.edition)
    return compose_leaflet(
        publisher.library,
        selection,
        publisher.templates,
        imprint=Imprint(roles=verdict.roles, on=verdict.on, until=verdict.until, code=code),
        profile=publisher.profile,
    )


def prepare(publisher: Publisher, request: Request, *, require_signed: bool = False) -> Leaflet:
    """From request to leaflet; raises ContentError with every rule of safety that it breaks.

    Raises SelectionError when words of it are withdrawn; with `require_signed`, which the service's
    profile may ask for too, also unless every word of it is approved.
    """
    selection = select(publisher, request)
    refuse_withdrawn(
        publisher.withdrawn, needed_units(publisher.library, selection, publisher.profile)
    )
    verdict = verdict_on(publisher, selection)
    if require_signed or publisher.profile.require_signed:
        refuse_unsigned(verdict)
    leaflet = compose(publisher, selection, verdict)
    refuse_unsafe(publisher.library, selection, leaflet, publisher.rules)
    return leaflet


def typeset(publisher: Publisher, leaflet: Leaflet) -> TypesetPdf:
    """The leaflet is typeset into a tagged PDF."""
    faces = typeface()
    from handouts.render.typeset import Resources, typeset_leaflet  # noqa: PLC0415 - only a PDF needs it

    return typeset_leaflet(
        leaflet, Resources(faces, publisher.library.figures, resource("templates"))
    )


def make_leaflet(publisher: Publisher, request: Request) -> TypesetPdf:
    """Make one leaflet from a request."""
    return typeset(publisher, prepare(publisher, request))


def render(
    publisher: Publisher, request: Request, leaflet: Leaflet, kind: str
) -> tuple[bytes, list[str]]:
    """Make the bytes of a leaflet, and what to say about them."""
    if kind == "html":
        from handouts.render.html import render_html  # noqa: PLC0415 - only HTML needs it

        return render_html(leaflet, publisher.library.figures).encode(), []
    if kind == "text":
        from handouts.render.text import render_text  # noqa: PLC0415 - only text needs it

        return render_text(leaflet).encode(), []
    pdf = typeset(publisher, leaflet)
    return pdf.content, [size_of(pdf, request)]


def size_of(pdf: TypesetPdf, request: Request) -> str:
    """Say how much paper a leaflet takes."""
    pages = pdf.pages
    if request.look.booklet:
        from handouts.render.pdf.booklet import PAGES_OF_A_SHEET  # noqa: PLC0415 - it needs pypdf

        sheets = "1 sheet" if pages == PAGES_OF_A_SHEET else f"{pages // PAGES_OF_A_SHEET} sheets"
        return (
            f"{pages} pages on {sheets}; print on both sides, flipped on the short edge, and fold"
        )
    return "1 side" if pages == 1 else f"{pages} sides"
