"""Open a version of the content, from a folder or a git revision: `open_version`.

`compare_lengths` finds leaflets that gain or lose sides.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.folder import FILES, YOUNGER
from handouts.content.load import load_library, resource
from handouts.content.look import LookOptions
from handouts.content.profile import NOBODY
from handouts.content.provenance import Provenance
from handouts.content.vocabulary import USUAL_EDITION
from handouts.errors import ContentError, Fault, HandoutsError
from handouts.governance.load import load_signoff
from handouts.governance.rule_units import safeguards_of
from handouts.leaflet.compose import load_templates
from handouts.pipeline import Publisher, compose, select, typeset
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request
from handouts.system.git import first_with, folder_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import jinja2

    from handouts.audit.diff.impact import Impact
    from handouts.content.library import Library
    from handouts.governance.rule_units import Safeguard


TEMPLATES = "templates"
WORDED = ("leaflet.xml", "parts.xml", "short.xml")
"""Templates that are compared parsed, so that comments make no difference."""
DRAWN = ("leaflet.css", "icons.yaml")


class Version(Struct, frozen=True, kw_only=True):
    """A version of the content, with the templates beside it."""

    name: str
    publisher: Publisher
    templates: tuple[object, ...]
    """The meaning of every template: equal for templates that print the same."""
    safeguards: Mapping[str, Safeguard]
    """Its rules of safety; none where it is older than they are."""

    @property
    def library(self) -> Library:
        """The content."""
        return self.publisher.library


@contextmanager
def open_version(
    which: str, word: str | None, content: Path, *, older: bool = False
) -> Iterator[Version]:
    """Yield a version: a folder, a git revision of `content`, or (None) that folder itself.

    `which` names the version in messages; an `older` one may lack the files in YOUNGER. Raises
    ContentError for broken content, and RequestError for a word that is neither.
    """
    if word is None:
        yield _read(which, str(content), content)
    elif Path(word).is_dir():
        yield _read(which, word, _content_of(Path(word)), older=older)
    else:
        with folder_at(content, word, TEMPLATES) as folder:
            _check_complete(which, word, folder, content)
            yield _read(which, word, folder, older=older)


def _check_complete(which: str, revision: str, folder: Path, content: Path) -> None:
    """Raise ContentError if a revision lacks files, naming the first revision that has them all."""
    needed = [file for file in FILES if file not in YOUNGER]
    absent = [file for file in needed if not (folder / file).exists()]
    if absent:
        first = first_with(content, needed)
        message = f"{which}, `{revision}`, has no {' or '.join(f'`{one}`' for one in absent[:3])}"
        hint = f"the first revision that can be read is {first}" if first else "restore the files"
        raise ContentError(Fault(message=message, hint=hint))


def _content_of(folder: Path) -> Path:
    """Return the content folder: the folder itself, or `content` in a checkout."""
    inside = folder / "content"
    return inside if inside.is_dir() and not (folder / FILES[0]).exists() else folder


def _read(which: str, name: str, folder: Path, *, older: bool = False) -> Version:
    beside = folder.resolve().parent / TEMPLATES
    templates = beside if (beside / WORDED[0]).is_file() else resource(TEMPLATES)
    try:
        environment = load_templates(templates)
        library = load_library(folder, older=older)
        # Without safety rules: a version that breaks one is still compared.
        publisher = Publisher(
            library=library,
            templates=environment,
            rules=(),
            signoff=load_signoff(library, folder),
            profile=NOBODY,  # a service's own lines are not compared
            withdrawn={},
            provenance=Provenance(words="", program=""),  # codes differ with each
        )
        look = tuple(_look(environment, templates, which))
        return Version(
            name=name,
            publisher=publisher,
            templates=look,
            safeguards=safeguards_of(library, folder),
        )
    except ContentError as error:
        faults = [
            Fault(message=f"in {which} ({name}): {one.message}", origin=one.origin,
                  path=one.path, hint=one.hint)
            for one in error.faults
        ]  # fmt: skip
        hint = "fix that version, or name another; an old one may need the program of its day"
        broken = Fault(message=f"the content of {which}, `{name}`, is broken", hint=hint)
        raise ContentError(broken, *faults) from error


def _look(environment: jinja2.Environment, folder: Path, which: str) -> Iterator[object]:
    import jinja2  # noqa: PLC0415 - needed here only

    for name in (*WORDED, *DRAWN):
        try:
            raw = (folder / name).read_bytes()
            yield environment.parse(raw.decode()) if name in WORDED else raw
        except (OSError, UnicodeDecodeError, jinja2.TemplateSyntaxError) as error:
            raise ContentError(
                Fault(message=f"cannot read the template `{name}` of {which}: {error}")
            ) from error


SampleRequest = tuple[str, str, bool, tuple[str, ...], str]
"""Region, status, whether screened, no flag or one, and the edition."""
_DAY = date(2000, 1, 1)


class LengthChange(Struct, frozen=True, kw_only=True):
    """A leaflet with its number of sides in both versions; None where it cannot be made."""

    sample: SampleRequest
    old: int | None
    new: int | None


def samples(impact: Impact) -> Iterator[SampleRequest]:
    """Yield the requests to typeset: those with no flag or one flag that see a difference.

    Single flags are tried in the usual edition only, so that this takes seconds.
    """
    for context, changed in impact.changed.items():
        both = impact.sets.difference(changed, impact.one_sided[context])
        # If not screened, the leaflet without flags represents all others.
        many = context.screened and context.edition == USUAL_EDITION
        singles = [(flag,) for flag in impact.sets.flags] if many else []
        for flags in ((), *singles):
            if impact.sets.has(both, flags):
                yield (context.region, context.status, context.screened, flags, context.edition)


def compare_lengths(
    old: Version, new: Version, looked_at: Sequence[SampleRequest]
) -> list[LengthChange]:
    """Typeset each leaflet of both versions, at their first common place; return differences."""
    place = next((one for one in new.library.places if one in old.library.places), "")
    found = []
    for sample in looked_at if place else ():
        sides = [_sides(version, sample, place) for version in (old, new)]
        if sides[0] != sides[1]:
            found.append(LengthChange(sample=sample, old=sides[0], new=sides[1]))
    return found


def _sides(version: Version, sample: SampleRequest, place: str) -> int | None:
    """Return the number of sides of a leaflet; None where it cannot be made."""
    region, status, screened, flags, edition = sample
    publisher = version.publisher
    options = RequestOptions(
        region=region,
        status=status,
        flags=flags,
        screened=screened,
        place=place,
        look=LookOptions(edition=edition),
    )
    try:
        request = parse_request(version.library, options, today=_DAY)
        return typeset(publisher, compose(publisher, select(publisher, request))).pages
    except HandoutsError:
        return None
