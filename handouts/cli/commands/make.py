"""Define `handout make`: one leaflet, shown, written or printed: `make`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulCommand, typed
from handouts.cli.deliver import (
    check_reference,
    deliver,
    folder_of,
    format_of,
    read_lock,
    refuse_folding,
    stem_of,
    takes_output,
    takes_password,
)
from handouts.cli.filing import takes_filing
from handouts.cli.options import FORMAT, NO_CACHE, QUIET, takes_request
from handouts.cli.printing import PrintOptions, takes_printing
from handouts.cli.record_input import takes_record
from handouts.content.vocabulary import SUFFIXES
from handouts.fastpath.last import keep_last
from handouts.system.terminal import REMINDER, note

if TYPE_CHECKING:
    from handouts.cli.deliver import Destination
    from handouts.cli.filing import Filing
    from handouts.cli.record_input import RecordChoice
    from handouts.content.profile import Profile
    from handouts.pipeline import Publisher
    from handouts.reuse import BodyCache
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import Request


MOST_WIDE = 88
"""Columns of a preview: longer lines are hard to read."""


@click.command(cls=CarefulCommand)
@takes_request
@FORMAT
@takes_output
@click.option(
    "--reference",
    default="",
    metavar="TEXT",
    help="Begin the name of the file so, as in A12: it tells patients apart without their names.",
)
@QUIET
@click.option(
    "--preview",
    is_flag=True,
    help="Show the leaflet here instead; with -o or --print, ask before continuing.",
)
@takes_printing
@takes_record
@takes_filing
@click.option(
    "--require-signed", is_flag=True, help="Refuse to print words that nobody has approved."
)
@NO_CACHE
@takes_password
def make(
    options: RequestOptions,
    *,
    kind: str,
    destination: Destination,
    preview: bool,
    printing: PrintOptions,
    record: RecordChoice,
    filing: Filing,
    require_signed: bool,
    no_cache: bool,
    encrypt: bool,
    password_file: str | None,
    quiet: bool,
) -> None:
    """Make one leaflet.

    WORDs are a region, a status and facts, in ordinary words; options do the same. What is made is
    said on standard error; the last line of standard output is the path that was written.

    \b
    Examples:
      handout make {region}
      handout make {typed-region} {typed-flag} --age 71 --duration "6 months" --screened
      handout make {region} --name - --date 2026-11-22 -o leaflet.pdf
      handout make -r {other-region} --place us -o leaflet.html
      handout make {region} --reference A12 -o for-the-ward/ --print
      handout make {region} --name "Ana Silva" --encrypt -o to-send.pdf
      handout make {region} --fhir patient.json --accept-proposals {flag}
      handout make {region} --document-reference to-file.json --patient Patient/12
    """  # noqa: D301 - \b is Click's mark for lines to keep
    kind = format_of(destination, kind)
    check_reference(destination, options.name)
    record.check(options)
    _refuse(kind, destination.output, preview=preview, printing=printing, encrypt=encrypt)
    asks = _file_is_asked(printing.printer, destination.output, filing.file, preview=preview)
    filing.check(kind, encrypt=encrypt)
    from handouts.pipeline import open_publisher

    lock = read_lock(encrypt=encrypt, file=password_file)
    kept = not (no_cache or lock or record.file or filing.file)  # nothing of a record is kept
    bodies = _bodies(options.content, kept=kept, require_signed=require_signed)
    publisher = open_publisher(options.content)
    options, patient = record.settled(publisher.library, publisher.profile, options)
    request, understood, assumed = _asked(publisher, options, quiet=quiet)
    refuse_folding(request, kind)
    printing.check(request)
    if preview and not _go_on(publisher, request, bodies, asks=asks):
        return
    content, notes = _made(publisher, request, kind, bodies, quiet=quiet, assumed=assumed)
    filing.write(publisher, request, content, patient, force=destination.force)
    content = lock.close(content) if lock else content
    path = deliver(content, request, SUFFIXES[kind], destination.of(publisher.profile))
    _say(notes := [*_stray(options.content), *notes])
    if kept:
        said = ((*understood, *notes), _last(publisher, request, options))
        _remember(request, kind, bodies, said, publisher.profile)
    if path is not None:
        click.echo(os.fsencode(path))  # as the disk spells it, whatever the terminal's encoding
        printing.print(content, path, request, publisher.profile)


def _say(lines: list[str]) -> None:
    for line in lines:
        note(line)


def _bodies(content: str | None, *, kept: bool, require_signed: bool) -> BodyCache:
    """Return what keeps bodies between runs, which starts before anything is read."""
    from handouts.fastpath.fingerprint import take_fingerprint
    from handouts.reuse import BodyCache

    return BodyCache(take_fingerprint(content) if kept else None, require_signed=require_signed)


def _last(publisher: Publisher, request: Request, options: RequestOptions) -> tuple[str, ...]:
    """Return what is kept of a leaflet: whether it had a note, its content, and its options."""
    from handouts.selection.said_back import words_of

    content = options.content or os.environ.get("HANDOUTS_CONTENT")
    place = ("--content", os.path.abspath(content)) if content else ()  # noqa: PTH100 - a name as typed
    version = publisher.library.version
    return ("note" if request.note else "", version, *words_of(request), *place)


def _stray(content: str | None) -> list[str]:
    """Name the files beside the content that are not read."""
    from handouts.content.load import content_folder
    from handouts.content.stray import find_stray

    return [f"note: {fault}" for fault, _ in find_stray(content_folder(content))]


def _asked(
    publisher: Publisher, options: RequestOptions, *, quiet: bool
) -> tuple[Request, list[str], bool]:
    """Read the words, and say how they are understood; the last: nobody said the status."""
    from handouts.selection.request import no_status, request_of

    heard: list[str] = []
    request = request_of(publisher.library, publisher.profile, options, heard.append)
    usual = no_status(publisher.library)
    understood = [] if quiet else [one for one in heard if one != usual]
    for line in understood:
        note(line)
    return request, understood, usual in heard


def _refuse(
    kind: str, output: str | None, *, preview: bool, printing: PrintOptions, encrypt: bool
) -> None:
    """Refuse options that cannot be meant together."""
    printer = printing.printer
    if preview and output == "-":
        raise click.UsageError("--preview shows the leaflet on standard output: leave out -o -")
    if printer is not None and (kind != "pdf" or output == "-"):
        raise click.UsageError("--print needs a PDF file: leave out --format and -o -")
    if printer is None and (printing.copies > 1 or printing.one_sided):
        raise click.UsageError("--copies and --one-sided need --print")
    if encrypt and (kind != "pdf" or printer is not None):
        raise click.UsageError(
            "--encrypt is for PDF files that are sent: leave out --format and --print"
        )


def _file_is_asked(*more: str | None, preview: bool) -> bool:
    """Tell whether a file is named, or a printer; refuse what only a file reads where none is."""
    if set(more) != {None}:
        return True
    if preview and (idle := typed("kind", "encrypt", "password_file", "reference")):
        message = f"--preview alone writes no file, which {' and '.join(idle)} would be for"
        raise click.UsageError(f"{message}: name a file with -o, or leave that out")
    return False


def _made(
    publisher: Publisher,
    request: Request,
    kind: str,
    bodies: BodyCache,
    *,
    quiet: bool,
    assumed: bool,
) -> tuple[bytes, list[str]]:
    """Make the bytes, and what to say about them: the draft and what is in doubt always."""
    from handouts.pipeline import prepare, render, size_of
    from handouts.reuse import make_pdf
    from handouts.selection.said_back import questions, said_back

    if kind == "pdf":
        pdf = make_pdf(publisher, request, bodies)
        content, size, draft = pdf.content, size_of(pdf, request), pdf.draft
    else:
        leaflet = prepare(publisher, request, require_signed=bodies.require_signed)
        content, _ = render(publisher, request, leaflet, kind)
        size, draft = "", bool(leaflet.draft)
    said = [] if quiet else said_back(publisher.library, request, size, assumed=assumed)
    doubts = [*questions(publisher.library, request), *_approved(publisher, request)]
    return content, [*said, *doubts, *([REMINDER] if draft else [])]


def _approved(publisher: Publisher, request: Request) -> list[str]:
    """Say which words a clinician means, although the leaflet advises otherwise."""
    if not request.note_approved:
        return []
    from handouts.pipeline import select
    from handouts.safety.note_words import approved_words

    return approved_words(publisher.library, select(publisher, request), publisher.profile)


def _remember(
    request: Request,
    kind: str,
    bodies: BodyCache,
    said: tuple[tuple[str, ...], tuple[str, ...]],
    profile: Profile,
) -> None:
    """Let the same words be quicker the next time, for anybody; `said` is kept with the leaflet."""
    keep_last(said[1])
    if kind != "pdf":
        return
    from handouts.content.look import LOOK_NAMES
    from handouts.fastpath.rerun import options_of, remember
    from handouts.reuse import body_request, glyph_metrics

    context = click.get_current_context()
    body = bodies.key(body_request(request))
    if not (context.obj and bodies.fingerprint and body):
        return
    glyph_metrics()
    known = options_of(context.command.params, LOOK_NAMES)
    place = (folder_of(profile), profile.shared)
    came = (body, stem_of(request, profile), *said, place)
    remember(context.obj, known, bodies.fingerprint, came)


def _go_on(publisher: Publisher, request: Request, bodies: BodyCache, *, asks: bool) -> bool:
    """Show a leaflet; if more was asked for, ask whether to do it."""
    import sys

    from handouts.pipeline import prepare
    from handouts.render.text import preview as shown
    from handouts.system.terminal import screen_width

    leaflet = prepare(publisher, request, require_signed=bodies.require_signed)
    text = shown(leaflet, min(screen_width() or MOST_WIDE, MOST_WIDE), sys.stdout.encoding)
    (click.echo_via_pager if sys.stdout.isatty() else click.echo)(text)
    if not asks:
        return False
    if click.confirm("Is this right? Continue?", err=True):
        return True
    note("nothing was written")
    return False
