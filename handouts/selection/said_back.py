"""Say back in words what was asked for, before a leaflet is handed out: `said_back`, `words_of`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.look import LOOK_FIELDS
from handouts.selection.dose import write_dose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.library import Library
    from handouts.selection.request import Request


def said_back(
    library: Library, request: Request, size: str = "", *, assumed: bool = False
) -> list[str]:
    """Return the lines that say who a leaflet is for; they hold no name.

    `size` says how much paper it takes; empty for a format without pages. `assumed`: nobody said
    the status.
    """
    region = _label(library.regions[request.region].label)
    status = _small(library.statuses[request.status].label)
    return [
        f"{region}: {status}{', as no status was given' if assumed else ''}",
        *_facts(library, request),
        made_as(library, request, size),
    ]


def made_as(library: Library, request: Request, size: str) -> str:
    """Say what is printed: the edition, the place, the paper and how much of it."""
    look = request.look
    parts = [library.places[request.place].label, look.sheet, f"{look.edition} edition"]
    if request.exercises:
        parts.append(f"exercises: {', '.join(request.exercises)}")
    return f"{', '.join(parts)}: {size}" if size else ", ".join(parts)


def questions(library: Library, request: Request) -> list[str]:
    """Ask about what is seldom so; it is made all the same."""
    found = unusual(library, request)
    if request.screened and not request.flags:
        none = f"You asked about all {len(library.asked_flags)} facts, and none is true?"
        found.append(f"please check: {none}")
        bare = (one for one in library.answers.unusual if not one.flags)
        found += [f"please check: {one.says}" for one in bare if one.status == request.status]
    return found


def unusual(library: Library, request: Request) -> list[str]:
    """Ask about facts that are seldom true of one patient, or seldom with this status."""
    facts = {*request.flags}
    pairs = [one for one in library.answers.unusual if one.flags and facts.issuperset(one.flags)]
    return [f"please check: {one.says}" for one in pairs if one.status in {"", request.status}]


def not_asked(library: Library, request: Request) -> list[str]:
    """Return the flags that nobody asked about; what a flag excludes is known."""
    if request.screened:
        return []
    known = {
        *request.flags,
        *(one for flag in request.flags for one in library.flags[flag].excludes),
        *(kind for flag in request.flags for kind in library.kinds.get(flag, ())),
    }
    return [one.id for one in library.asked_flags if one.id not in known]


def _facts(library: Library, request: Request) -> Iterator[str]:
    facts = [_small(_label(library.flags[one].label)) for one in request.flags]
    asked = f"asked about all {len(library.asked_flags)}"
    if not request.screened:
        asked = f"not asked about {len(not_asked(library, request))}"
    if facts:
        yield f"facts: {'; '.join(facts)}"
        yield f"{asked} facts" if request.screened else f"{asked} other facts"
    else:
        yield f"no facts given; {asked}"


def _label(label: str) -> str:
    """Return a label without its examples, as in `Takes a blood thinner (warfarin, …)`."""
    return label.partition(" (")[0]


def _small(label: str) -> str:
    """Begin a label with a small letter, unless it is an abbreviation or a name."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def words_of(request: Request) -> tuple[str, ...]:
    """Return the options of `handout make` that ask for the same, without what is of a patient.

    The name, the note and the date are left out.
    """
    return tuple(_words(request))


def _words(request: Request) -> Iterator[str]:
    yield from ("--region", request.region, "--status", request.status)
    for flag in request.flags:
        yield from ("--flag", flag)
    if request.screened:
        yield "--screened"
    yield from ("--place", request.place)
    look = request.look
    for field in LOOK_FIELDS:
        value = look.sheet if field.name == "paper" else getattr(look, field.name)
        if isinstance(value, bool):
            yield from (f"--{field.name}",) if value else ()
        elif field.varies:
            yield from (f"--{field.name}", str(value))
    for exercise in request.exercises:
        yield from ("--exercise", exercise)
    for name, dose in request.doses:
        yield from ("--dose", f"{name}={write_dose(dose)}")
