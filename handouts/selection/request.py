"""Check every word of a request against the library: `parse_request`.

Unknown words are a `RequestError`, impossible combinations a `SelectionError`. The name and the
note are printed on the page and stored nowhere.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.blocks import ExerciseBody
from handouts.content.look import LookOptions
from handouts.content.typed_text import cleaned, text_faults
from handouts.content.vocabulary import HALF_OF, USUAL_SIZE, Kind
from handouts.errors import Fault, RequestError, SelectionError, shorten
from handouts.fastpath.name_slot import MOST_LETTERS
from handouts.selection.dose import EXAMPLES, read_dose
from handouts.selection.presets import with_preset
from handouts.selection.typed_facts import with_answers, with_words
from handouts.selection.understanding import understood, unknown_words
from handouts.system.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from handouts.content.library import Library
    from handouts.content.look import Look
    from handouts.content.profile import Profile
    from handouts.selection.dose import Dose
    from handouts.selection.options import RequestOptions


MAX_EXERCISES = 8
MAX_NOTE = 600

_MOST_NOTE_BYTES = 10_000
"""The most bytes of a note's file: far more than a note has, so a wrong file is not read whole."""


class Request(Struct, frozen=True, kw_only=True):
    """A checked request; its flags are in library order, so that equal requests compare equal."""

    region: str
    status: str
    flags: tuple[str, ...]
    screened: bool
    place: str
    look: Look
    date: date
    date_given: bool
    exercises: tuple[str, ...] = ()
    doses: tuple[tuple[str, Dose], ...] = ()
    """(exercise id, dose) pairs that replace printed dosages."""
    name: str = ""
    note: str = ""
    """The clinician's own words, one line for each paragraph; like the name they are not stored."""
    note_approved: bool = False
    """A clinician means the note, although this leaflet advises otherwise."""

    @property
    def file_stem(self) -> str:
        """What a file of the leaflet is named by; nothing of the patient is in it."""
        return f"{self.region}-{self.status}-{self.date.isoformat()}"


def no_status(library: Library) -> str:
    """Return what is said where a request gives no status."""
    return f"no status given: {library.topic.usual_status}"


def request_of(
    library: Library,
    profile: Profile,
    options: RequestOptions,
    say: Callable[[str], None] = note,
) -> Request:
    """Return the request of options, with preset and profile filled in, for today by default.

    What a word was understood as, where it is no id, is told to `say`. Raises RequestError with
    every wrong option, or SelectionError.
    """
    today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
    options = with_preset(with_words(library, options, say, today), profile)
    options = with_answers(library, understood(library, options, say), say, today)
    if options.status is None and options.region is not None:
        say(no_status(library))
    options.need_region()  # before a note is read from standard input
    options = replace(
        options,
        place=options.place or profile.place or None,
        look=options.own_look.over(LookOptions(paper=profile.paper, edition=profile.edition)),
        note=_typed_note(options),
    )
    return parse_request(library, options, today=today)


def _typed_note(options: RequestOptions) -> str:
    """Return the note as given, or the text of its file; raises RequestError."""
    if options.note.strip() == "-":
        hint = "--note-file - reads it from standard input"
        raise RequestError(Fault(message="the note is `-` alone", hint=hint, about="note"))
    if options.note_file is None:
        return options.note
    if options.note:
        message = "--note and --note-file cannot go together"
        raise RequestError(Fault(message=message, hint="keep one of them"))
    try:
        from click import open_file  # noqa: PLC0415 - seldom used

        with open_file(options.note_file, "rb") as file:
            raw = file.read(_MOST_NOTE_BYTES + 1)
        if len(raw) > _MOST_NOTE_BYTES:
            message = f"`{options.note_file}` is too long for a note"
            raise RequestError(Fault(message=message, hint="at most 600 characters"))
        text = str(raw.decode("utf-8-sig"))
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        message = f"cannot read the note in `{options.note_file}`: {reason}"
        raise RequestError(
            Fault(message=message, hint="name a text file, or - to type it")
        ) from None
    except UnicodeDecodeError:
        message = f"the note in `{options.note_file}` is not UTF-8 text"
        raise RequestError(Fault(message=message, hint="save the file as UTF-8")) from None
    if not text.strip():
        hint = "write the note, or leave --note-file out"
        where = "standard input" if options.note_file == "-" else f"`{options.note_file}`"
        raise RequestError(Fault(message=f"there is no note in {where}", hint=hint, about="note"))
    return text


def parse_request(library: Library, options: RequestOptions, *, today: date) -> Request:
    """Check every option against the library; raises RequestError or SelectionError.

    By default the status is the usual one, the place the first of the library, the paper the
    usual one there, and the date `today`.
    """
    faults: list[Fault] = []
    region, status = options.need_region(), options.status or library.topic.usual_status
    place = options.place or next(iter(library.places))
    faults += unknown_words(library, "region", [region])
    faults += unknown_words(library, "status", [status])
    faults += unknown_words(library, "flag", options.flags)
    faults += unknown_words(library, "place", [place])
    faults += unknown_words(library, "exercise", options.exercises)
    when = _date(faults, options.day, today)
    given = _doses(faults, library, options.doses)
    name = clean_name(options.name)
    faults += name_faults(name)
    lines = _note(faults, options.note)
    faults += [*options.own_look.faults(), *options.size_faults()]
    if faults:
        raise RequestError(*faults)
    request = Request(
        region=region,
        status=status,
        flags=_narrowed(library, options.flags),
        screened=options.screened,
        place=place,
        look=_look(options.own_look, library.places[place].paper),
        date=when,
        date_given=options.day is not None,
        exercises=tuple(dict.fromkeys(options.exercises)),
        doses=given,
        name=name,
        note=lines,
        note_approved=options.note_approved,
    )
    check_sense(library, request)
    return request


def clean_name(name: str) -> str:
    """Return a name as it is printed, without what no eye sees."""
    return cleaned(name).strip()


def name_faults(name: str) -> tuple[Fault, ...]:
    """Return the faults of a clean name that is too long, or has what may not be printed.

    Whether the typefaces have its glyphs is checked in typesetting.
    """
    faults = text_faults("name", name)
    if len(name) <= MOST_LETTERS:
        return faults
    message = f"the name has {len(name)} characters"
    return (Fault(message=message, hint=f"at most {MOST_LETTERS}", about="name"), *faults)


def parse_day(day: str | None, today: date) -> date:
    """Parse a date written as YYYY-MM-DD; `today` for None. Raises RequestError."""
    faults: list[Fault] = []
    when = _date(faults, day, today)
    if faults:
        raise RequestError(*faults)
    return when


def exercise_ids(library: Library) -> tuple[str, ...]:
    """Return the ids of all exercises, also of those not released."""
    return tuple(b.id for b in library.blocks if b.kind is Kind.EXERCISE)


def _look(options: LookOptions, usual_paper: str) -> Look:
    """Decide a look; the pages of a booklet are half its paper, and take no large type."""
    look = options.over(LookOptions(paper=usual_paper)).decide()
    if look.booklet:
        half = next((half for half, sheet in HALF_OF.items() if sheet == look.paper), look.paper)
        look = replace(look, paper=half)
    if look.paper in HALF_OF and look.size != USUAL_SIZE:
        what = "a booklet" if look.booklet else f"a page of {look.paper}"
        sheet = HALF_OF[look.paper]
        raise RequestError(
            Fault(
                message=f"{look.size} pt type does not fit {what}",
                hint=f"use --paper {sheet} without --booklet, or --size {USUAL_SIZE}",
                about="size",
                on_page=f"choose {sheet} paper without a booklet, or size {USUAL_SIZE}",
            )
        )
    return look


_YEARS = range(2000, 2100)
"""Years of leaflets: any other is a slip of the finger, or a date of birth."""


def _date(faults: list[Fault], day: str | None, today: date) -> date:
    if day is None:
        return today
    with suppress(ValueError):
        when = date.fromisoformat(day)
        if when.isoformat() == day:  # `fromisoformat` also reads 20261122 and weeks
            if when.year not in _YEARS:
                few = f"from {_YEARS[0]} to {_YEARS[-1]}"
                message = f"`{day}` is no day on which a leaflet is given"
                faults.append(Fault(message=message, hint=f"write a year {few}", about="date"))
            return when
    faults.append(
        Fault(
            message=f"`{shorten(day)}` is not a date",
            hint="write it as 2026-11-22 (year-month-day)",
            about="date",
        )
    )
    return today


def _note(faults: list[Fault], note: str) -> str:
    """Return a note with white space folded and without empty lines; adds its faults."""
    lines = [" ".join(line.split()) for line in cleaned(note).splitlines()]
    whole = "\n".join(line for line in lines if line)
    if len(whole) > MAX_NOTE:
        faults.append(
            Fault(
                message=f"the note has {len(whole)} characters",
                hint=f"at most {MAX_NOTE}",
                about="note",
            )
        )
    faults += text_faults("note", whole, lines=True)
    return whole


def _doses(
    faults: list[Fault], library: Library, doses: Sequence[str]
) -> tuple[tuple[str, Dose], ...]:
    """Parse doses such as `neck-turn=5x3`; of two for one exercise the later counts."""
    given: dict[str, Dose] = {}
    for text in doses:
        name, sign, written = cleaned(text).partition("=")
        if not (name.strip() and sign):
            message = f"`{shorten(text)}` is not a dose" if text.strip() else "a dose is empty"
            hint = f"write the exercise, `=` and {EXAMPLES}"
            faults.append(Fault(message=message, hint=hint, about="dose"))
            continue
        faults += unknown_words(library, "exercise", [name])
        dose = read_dose(written)
        if dose is None:
            message = f"`{shorten(text)}` is not a dose"
            hint = f"write `{shorten(name)}=` and {EXAMPLES}"
            faults.append(Fault(message=message, hint=hint, about="dose"))
        else:
            given[name] = dose
    return tuple(given.items())


def _narrowed(library: Library, flags: Iterable[str]) -> tuple[str, ...]:
    """Return flags in the order of the content; a broad one beside one of its kinds says nothing.

    Whoever takes warfarin takes a blood thinner: what is said of the second is said of the first.
    """
    given = {*flags}
    known = {broad for broad, kinds in library.kinds.items() if given & {*kinds}}
    return tuple(flag for flag in library.flags if flag in given - known)


def check_sense(library: Library, request: Request) -> None:
    """Raise SelectionError for flags that exclude each other, and for unusable exercises.

    Those are more than MAX_EXERCISES, or exercises that are not released.
    """
    labels = {name: flag.label for name, flag in library.flags.items()}
    faults = [
        Fault(
            message=f"`{flag}` cannot go with `{other}`",
            hint="leave out the one that is not true of this patient",
            about="flag",
            said_on_page=f"“{labels[flag]}” cannot go with “{labels[other]}”",
            on_page="answer no to the one that is not true of this patient",
        )
        for flag in request.flags
        for other in library.flags[flag].excludes
        if other in request.flags and library.flags[flag].number < library.flags[other].number
    ]
    if len(request.exercises) > MAX_EXERCISES:
        faults.append(
            Fault(
                message=f"{len(request.exercises)} exercises are too many",
                hint=f"choose at most {MAX_EXERCISES}; two are done better than eight",
                about="exercise",
            )
        )
    for block in library.blocks if request.exercises else ():
        body = block.body
        if isinstance(body, ExerciseBody) and block.id in request.exercises and not body.released:
            faults.append(Fault(message=f"`{block.id}` is held back: {body.why}", about="exercise"))
    if faults:
        raise SelectionError(*faults)
