"""Fill the pages that a person sees: `Pages`.

Every word about health on them comes from the content; the templates hold what staff read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2
import msgspec
from msgspec import Struct

from handouts.content.blocks import ExerciseBody
from handouts.content.load import resource
from handouts.content.look import LOOK_FIELDS
from handouts.content.vocabulary import SIZES, USUAL_EDITION
from handouts.selection.dose import DoseLimit, dose_limits
from handouts.selection.search import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.content.library import Flag, Library
    from handouts.content.profile import Profile
    from handouts.pipeline import Publisher
    from handouts.web.infobutton import InfoAnswer
    from handouts.web.lists import MakingState
    from handouts.web.shelf import FoundLeaflets


class QuestionGroup(Struct, frozen=True, kw_only=True):
    """Questions of one part of the body, and the one that stands for them all."""

    id: str
    label: str
    question: str
    """Empty where no question stands for all."""
    flags: tuple[Flag, ...]
    broad: tuple[Flag, ...] = ()
    """Broad flags, shown only when a word, an old code or a list says yes to one."""


class ExerciseChoice(Struct, frozen=True, kw_only=True):
    """An exercise that may be chosen."""

    id: str
    name: str
    figure: str
    alt: str
    regions: tuple[str, ...]
    doses: str
    """The numbers of its dose that may be chosen, by status, as JSON."""
    numbers: tuple[DoseLimit, ...]
    """Those of any status, for the plain form."""


FILES = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "lists.js": "text/javascript",
    "words.js": "text/javascript",
    "library.js": "text/javascript",
    "server.js": "text/javascript",
    "record.js": "text/javascript",
    "infobutton.js": "text/javascript",
    "frame.css": "text/css",
    "icon.svg": "image/svg+xml",
}
"""The files of the page that are sent as they are."""
TYPEFACES = {
    400: "HandoutsHyperlegible-400Regular.ttf",
    700: "HandoutsHyperlegible-700Bold.ttf",
    800: "HandoutsHyperlegible-800ExtraBold.ttf",
}


class Pages:
    """The pages and their files, from `templates/web`."""

    def __init__(self, *, library: bool = False, author: bool = False) -> None:
        """`library` and `author` say which pages there are beside the usual ones."""
        known = {"/": "One leaflet", "/lists": "A list"}
        known |= {"/library": "Ready leaflets"} if library else {}
        known |= {"/words": "The words"} if author else {}
        self._folder = resource("templates") / "web"
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self._folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["pages"] = tuple(known.items())

    def start(self, publisher: Publisher, *, record: bool = False) -> str:
        """Return the page on which a leaflet is made."""
        library, profile = publisher.library, publisher.profile
        return self._templates.get_template("page.html").render(
            library=library,
            profile=profile,
            groups=question_groups(library),
            exercises=list(exercise_choices(library)),
            looks={field.name: field for field in LOOK_FIELDS},
            usual={"edition": profile.edition or USUAL_EDITION, "size": str(SIZES[0])},
            presets={
                name: msgspec.json.encode(one.chosen()).decode() for name, one in profile.presets
            },
            record=record,
        )

    def lists(self, profile: Profile, said: str = "") -> str:
        """Return the page on which a worklist is read, mended and printed."""
        return self._templates.get_template("lists.html").render(profile=profile, said=said)

    def opened_list(self, **shown: object) -> str:
        """Return the page of a list that was sent without a script."""
        return self._templates.get_template("opened_list.html").render(state=None, **shown)

    def one_row(self, **shown: object) -> str:
        """Return the page on which the cells of one row are mended without a script."""
        return self._templates.get_template("one_row.html").render(**shown)

    def waiting(self, profile: Profile, ident: str, state: MakingState) -> str:
        """Return the page that says how far the leaflets of such a list are."""
        template = self._templates.get_template("opened_list.html")
        return template.render(profile=profile, ident=ident, state=state)

    def library(
        self, profile: Profile, found: FoundLeaflets | None, text: str, faults: tuple[str, ...]
    ) -> str:
        """Return the page on which ready leaflets are searched, with what some words found."""
        template = self._templates.get_template("library.html")
        return template.render(profile=profile, found=found, text=text, faults=faults)

    def words(self) -> str:
        """Return the page on which the words are looked at, approved and refused."""
        return self._templates.get_template("words.html").render()

    def problem(self, title: str, lines: tuple[str, ...], back: str = "/") -> str:
        """Return a page that says what is wrong, for a form that was sent without a script."""
        return self._templates.get_template("problem.html").render(
            title=title, lines=lines, back=back
        )

    def information(self, answer: InfoAnswer, asked: str, unused: tuple[str, ...]) -> str:
        """Return the page that a record system's link opens; it goes on by itself."""
        return self._templates.get_template("infobutton.html").render(
            answer=answer, asked=asked, unused=unused
        )

    def frame(self) -> str:
        """Return the empty page into which a leaflet is put."""
        return self._templates.get_template("frame.html").render()

    def file(self, name: str) -> bytes:
        """Return a file of the page."""
        return (self._folder / name).read_bytes()

    def typeface(self, weight: int) -> bytes:
        """Return a typeface, as leaflets have it."""
        return (resource("fonts") / TYPEFACES[weight]).read_bytes()

    def styles(self, profile: Profile) -> str:
        """Return the styles of a leaflet, in the colour of the service."""
        from handouts.render.html import leaflet_styles  # noqa: PLC0415 - the first page needs none

        return leaflet_styles(profile.accent)


def question_groups(library: Library) -> list[QuestionGroup]:
    """Sort the questions by part of the body, in the order of the list to check."""
    labels = {name: term.label for name, term in library.check_groups.items()} | {"": OTHER}
    found: dict[str, list[Flag]] = {name: [] for name in labels}
    for flag in library.asked_flags:
        found[flag.group if flag.group in labels else ""].append(flag)
    broad = [library.flags[one] for one in library.kinds]
    return [
        QuestionGroup(
            id=name or "other",
            label=labels[name],
            question=library.check_groups[name].question if name else "",
            flags=tuple(flags),
            broad=tuple(one for one in broad if one.group == name),
        )
        for name, flags in found.items()
        if flags
    ]


def exercise_choices(library: Library) -> Iterator[ExerciseChoice]:
    """Yield the exercises that may be printed, with a picture of each."""
    for block in library.blocks:
        body = block.body
        if isinstance(body, ExerciseBody) and body.released:
            name = next(iter(body.figures.values()))[0]
            doses = {status: tuple(dose_limits(one)) for status, one in body.dosage.items()}
            yield ExerciseChoice(
                id=block.id,
                name=body.name,
                figure=name,
                alt=library.figures[name].alt,
                regions=tuple(dict.fromkeys(region for region, _ in body.sets)),
                doses=msgspec.json.encode(doses).decode(),
                numbers=tuple(_numbers(doses.values())),
            )


def _numbers(doses: Iterable[tuple[DoseLimit, ...]]) -> Iterator[DoseLimit]:
    """Yield each number of some doses once, with the largest limit."""
    every = [one for dose in doses for one in dose]
    for name in dict.fromkeys(one.name for one in every):
        yield max((one for one in every if one.name == name), key=lambda one: one.most)
