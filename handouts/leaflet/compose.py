"""Render the template with the selected blocks and parse the result: `compose_leaflet`.

Templates are autoescaped and strict about unknown names; their bytecode is cached.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jinja2
from msgspec import structs

from handouts.content.profile import NOBODY
from handouts.content.vocabulary import FULL, STOP
from handouts.errors import CompositionError, Fault, Origin
from handouts.fastpath import cache as store
from handouts.leaflet.markup import topics, with_names
from handouts.leaflet.short_view import ShortView
from handouts.leaflet.tree import UNSIGNED_IMPRINT, Leaflet
from handouts.leaflet.view import View
from handouts.leaflet.xhtml import parse_sections

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.leaflet.tree import Imprint, Section
    from handouts.selection.select import Selection


TEMPLATE = "leaflet.xml"
_MOST_KEPT = 16
_NUMBER = re.compile(r"\+?[0-9][0-9() -]*")
_PAGES = {1: "one-page", 2: "two-pages", 3: "more-pages"}


class _Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates in the cache: without it a new leaflet takes 19 % more CPU time."""

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Take the code of a template from disk, if it is there."""
        if isinstance(kept := store.recall("template", bucket.key), bytes):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep the code of a template."""
        store.keep("template", bucket.key, bucket.bytecode_to_string(), _MOST_KEPT)


def load_templates(folder: Path) -> jinja2.Environment:
    """Return the Jinja environment of a folder of templates: autoescaped, strict about names."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        bytecode_cache=_Compiled(),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["topics"] = topics
    return templates


def compose_leaflet(  # noqa: PLR0913 - the optional ones are keywords
    library: Library,
    selection: Selection,
    templates: jinja2.Environment,
    *,
    imprint: Imprint = UNSIGNED_IMPRINT,
    profile: Profile = NOBODY,
    parse: Callable[[str, str], tuple[Section, ...]] = parse_sections,
) -> Leaflet:
    """Compose the chosen blocks into a leaflet; raises CompositionError for a broken template.

    `parse` turns the rendered template into sections; `KnownSections.parse` is faster for many.
    """
    view = _view_of(library, selection, imprint, profile)
    request = selection.request
    title = str(view.text(f"title-{request.region}")).replace("\u00a0", " ")
    xhtml = with_names(_render(templates, view), view.words)
    try:
        sections = parse(xhtml, f"templates/{TEMPLATE}")
    except CompositionError as error:
        where = f"{request.region}, {request.status}"
        raise CompositionError(
            *(structs.replace(one, path=one.path or where) for one in error.faults)
        ) from error
    draft, draft_line = _draft_of(library, imprint)
    return Leaflet(
        title=title,
        subject=library.labels["subject"].format(title=title.lower()),
        language=view.place.language,
        look=request.look,
        accent=profile.accent,
        draft=draft,
        draft_line=draft_line,
        draft_short=library.labels.get("draft-line-short", "") if draft else "",
        code=imprint.code,
        code_line=library.labels["code"].format(code=imprint.code) if imprint.code else "",
        page_of=library.labels["page"],
        overleaf=library.labels["overleaf"],
        more=library.labels.get("more", ""),
        pages=_pages(library, view),
        today_page=library.labels.get("today-page", ""),
        on_this_page=library.labels.get("on-this-page", ""),
        phones=_phones_of(view.words, profile),
        sections=sections,
        xhtml=xhtml,
        logo=profile.logo,
        facts=len(request.flags),
    )


def _pages(library: Library, view: View) -> Mapping[int, str]:
    """Return what names pages, by how many they are; by 0 that of the box for the reader.

    Older content does not name that one.
    """
    for_you = library.labels.get("for-you-page", "").replace("{heading}", view.heading_for_reader())
    return {0: for_you} | {count: library.labels[key] for count, key in _PAGES.items()}


def _view_of(library: Library, selection: Selection, imprint: Imprint, profile: Profile) -> View:
    """Return the view of an edition; the sheet that stops here has one shape in all of them."""
    stops = any(choice.block.section == STOP for choice in selection.chosen)
    kind = View if stops or selection.request.look.edition == FULL else ShortView
    return kind(library, selection, imprint, profile)


def _phones_of(words: Mapping[str, str], profile: Profile) -> tuple[str, ...]:
    """Return the numbers that the words of a leaflet may hold, that of an emergency first.

    What cannot be dialled as it stands is "".
    """
    lines = ("urgent_line", "crisis_line")
    others = (*(words.get(line, "") for line in lines), profile.phone)
    numbers = [one for one in (words["emergency_number"], *others) if one]
    return tuple(one if _NUMBER.fullmatch(one) else "" for one in dict.fromkeys(numbers))


def _draft_of(library: Library, imprint: Imprint) -> tuple[str, str]:
    """Return the tag and the sentence of a leaflet that is not approved; nothing where it is."""
    if imprint.approved:
        return "", ""
    labels = library.labels
    draft, line = labels["draft"], labels["draft-line"]
    if not imprint.changed:
        return draft, line
    return f"{draft}, {labels['changed']}", f"{labels[imprint.changed]} {line}"


def _render(templates: jinja2.Environment, view: View) -> str:
    try:
        return templates.get_template(TEMPLATE).render(view=view, request=view.request)
    except jinja2.TemplateNotFound as error:
        raise CompositionError(
            Fault(message=f"no template `{error.name}`", hint="restore the templates folder")
        ) from error
    except jinja2.TemplateSyntaxError as error:
        origin = Origin(f"templates/{error.name or TEMPLATE}", error.lineno)
        raise CompositionError(
            Fault(message=error.message or "not a template", origin=origin)
        ) from error
    except jinja2.UndefinedError as error:
        origin = Origin(f"templates/{TEMPLATE}", 1)
        raise CompositionError(
            Fault(message=error.message or "unknown name", origin=origin)
        ) from error
