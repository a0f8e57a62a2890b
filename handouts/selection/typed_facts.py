"""Turn words without an option, an age and a length of time into options: `with_words`.

Every word is understood and said, or the whole is refused: none is passed over.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.errors import Fault, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from handouts.content.library import Library
    from handouts.selection.options import RequestOptions


_NO_STATUS_HINT = "write it as 3 weeks, 6 months or since March"


def with_words(
    library: Library, options: RequestOptions, say: Callable[[str], None], today: date
) -> RequestOptions:
    """Return the options with what the words without an option say, and the lists of flags.

    What a word is taken for is told to `say`. Raises RequestError for every word that is not
    understood, or says something else than an option does.
    """
    if options.flag_lists:
        from handouts.selection.understanding import split_cell  # noqa: PLC0415 - seldom used

        lists = [split_cell(library, "flags", text) for text in options.flag_lists]
        if not all(lists):
            hint = "write flags with commas between them, or leave it out"
            raise RequestError(Fault(message="a list of flags is empty", hint=hint, about="flag"))
        more = (one for words in lists for one in words)
        options = replace(options, flags=(*options.flags, *more), flag_lists=())
    if not options.words:
        return options
    from handouts.selection.bare_words import read_words  # noqa: PLC0415 - many use options only

    return read_words(library, options, say, today)


def with_answers(
    library: Library, options: RequestOptions, say: Callable[[str], None], today: date
) -> RequestOptions:
    """Return the options with the status and the flags that a length of time and an age say.

    Their other words are ids by now. Raises RequestError where the answers contradict each other,
    or an option.
    """
    faults: list[Fault] = []
    asked = options.age is not None or options.dob is not None
    with suppress(ValueError):
        today = date.fromisoformat(options.day or "")
    if options.duration is not None or options.status not in {None, *library.statuses}:
        options = _with_status(library, options, say, today, faults)
    if asked:
        options = _with_ages(library, options, say, today, faults)
    if faults:
        raise RequestError(*faults)
    return options


def _with_status(
    library: Library,
    options: RequestOptions,
    say: Callable[[str], None],
    today: date,
    faults: list[Fault],
) -> RequestOptions:
    """Read the length of time; one may also stand where the status should."""
    given, status = options.duration, options.status
    if given is None:
        read = status_or_fault(library, status or "", today, "status")
        if isinstance(read, Fault):
            if read.path:
                faults.append(replace(read, path=""))
            return options  # no length of time at all: the words of a status are checked later
        say(f"{status}: {read}")
        return replace(options, status=read)
    read = status_or_fault(library, given, today, "duration")
    if isinstance(read, Fault):
        faults.append(replace(read, path=""))
    elif status in library.statuses and status != read:
        message = f"`{shorten(given)}` is {read}, and the status is {status}"
        hint = "leave out the one that is not true"
        faults.append(Fault(message=message, hint=hint, about="duration"))
    else:
        say(f"{shorten(given)}: {read}")
        return replace(options, status=read, duration=None)
    return replace(options, duration=None)


def status_or_fault(library: Library, text: str, today: date, about: str) -> str | Fault:
    """Return the status that a length of time says, or why it says none.

    The fault has a path, `unsure`, where the text is a length of time that fits two.
    """
    from handouts.selection.finder import finder_of  # noqa: PLC0415 - many give no length of time
    from handouts.selection.lasting import read_lasting, status_of  # noqa: PLC0415 - the same

    if meant := finder_of(library).meant(text, "statuses"):
        return meant.entry
    lasting = read_lasting(text, today)
    if lasting is None:
        message = f"`{shorten(text)}` is no length of time"
        return Fault(message=message, hint=_NO_STATUS_HINT, about=about)
    if status := status_of(library.answers.durations, lasting):
        return status
    labels = " or ".join(one.label for one in library.statuses.values())
    message = f"`{shorten(text)}` may be either: {labels}"
    hint = f"write the number of weeks, or the status: {' or '.join(library.statuses)}"
    return Fault(message=message, hint=hint, about=about, path="unsure")


def _with_ages(
    library: Library,
    options: RequestOptions,
    say: Callable[[str], None],
    today: date,
    faults: list[Fault],
) -> RequestOptions:
    from handouts.selection.age import age_fault, age_on, read_age  # noqa: PLC0415 - many give none

    ages: list[int] = []
    if options.age is not None:
        age = read_age(options.age)
        faults += [] if age is not None else [age_fault(options.age)]
        ages += [] if age is None else [age]
    if options.dob is not None:
        born = age_on(options.dob, today)
        faults += [born] if isinstance(born, Fault) else []
        ages += [] if isinstance(born, Fault) else [born]
    options = replace(options, age=None, dob=None)
    if len(set(ages)) != 1 or faults:
        if len(set(ages)) > 1:
            hint = "leave out the one that is not true"
            message = "the age and the date of birth do not agree"
            faults.append(Fault(message=message, hint=hint, about="age"))
        return options
    true = age_flags(library, ages[0])
    known = [one.flag for one in library.answers.ages]
    if wrong := [one for one in known if one in options.flags and one not in true]:
        hint = "leave out the one that is not true of this patient"
        message = f"the age and the flag `{wrong[0]}` contradict each other"
        faults.append(Fault(message=message, hint=hint, about="age"))
        return options
    if not known:
        faults.append(Fault(message="this content has no flag for an age", about="age"))
    say(f"age: {', '.join(true) or 'neither ' + ' nor '.join(known)}")
    return replace(options, flags=tuple(dict.fromkeys((*options.flags, *true))))


def age_flags(library: Library, age: int) -> Collection[str]:
    """Return the flags that an age says."""
    return [one.flag for one in library.answers.ages if one.holds(age)]
