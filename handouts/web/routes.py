"""Hold the addresses of the server and what each answers: `Routes`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from handouts.errors import HandoutsError
from handouts.web.address import Address, NoWords, json_answer, read_record
from handouts.web.answers import (
    File,
    LeafletNotes,
    Printed,
    PrintersAnswer,
    PrintWish,
    ReadCode,
    SentenceReasons,
)
from handouts.web.asked import JSON, Asked, decode_record, read_asked
from handouts.web.description import describe
from handouts.web.list_forms import ListForms
from handouts.web.list_routes import ListRoutes
from handouts.web.pages import FILES, TYPEFACES, Pages
from handouts.web.previews import Preview
from handouts.web.problems import Problem, lines_of, problem_of
from handouts.web.ready_answer import ReadyAnswer
from handouts.web.words import HeardWords, heard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.requests import Request as HttpRequest

    from handouts.pipeline import Publisher
    from handouts.web.answers import PageAnswers
    from handouts.web.author_routes import AuthorRoutes
    from handouts.web.known_heads import KnownHead
    from handouts.web.library_routes import LibraryRoutes
    from handouts.web.limits import Limits
    from handouts.web.lists import OpenLists
    from handouts.web.prepared import PreparedPage
    from handouts.web.record_routes import RecordRoutes, RecordSettings


class Typed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of words as typed."""

    text: str


class AskedWhy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leaflet, and a sentence that stands in it."""

    leaflet: Asked
    sentence: str


_JSON = JSON.encode()
_PICTURE = (200.0, 130.0)
"""The most that a picture may measure, in points."""


class Routes:
    """Everything that the server answers."""

    def __init__(  # noqa: PLR0913 - what is served, each part once
        self,
        answers: PageAnswers,
        lists: OpenLists,
        limits: Limits,
        *,
        author: bool,
        record: RecordSettings | None = None,
        library: str = "",
        prepared: PreparedPage | None = None,
    ) -> None:
        """`library` is a folder of ready leaflets, or empty; `prepared` keeps the first page."""
        self._prepared = prepared
        self._answers = answers
        self._author = _author_routes(answers.desk.content, limits) if author else None
        self._lists = ListRoutes(lists, limits)
        self._limits = limits
        self._pages = Pages(library=bool(library), author=author)
        self._list_forms = ListForms(lists, self._pages, lambda: self._publisher().profile, limits)
        self._records = _record_routes(answers, limits, self._pages, record) if record else None
        self._library = _library_routes(library, answers, self._pages, limits) if library else None

    def table(self) -> Iterator[Address]:
        """Yield every address."""
        for path, answer in (
            ("/", self._start),
            *((("/words", self._words_page),) if self._author else ()),
            ("/frame", self._frame),
            ("/leaflet.css", self._leaflet_styles),
            ("/files/{name}", self._file),
            ("/fonts/{weight:int}", self._typeface),
            ("/figures/{name}", self._figure),
            ("/api/openapi.json", self._description),
        ):
            yield Address(method="GET", path=path, answer=answer)
        yield Address(method="POST", path="/leaflet", answer=self._leaflet)
        yield from self._list_forms.table()
        if self._library:
            yield from self._library.pages_table()
        yield from self._for_programs()

    def _for_programs(self) -> Iterator[Address]:
        yield from self._interface()
        yield from self._lists.table()
        if self._library:
            yield from self._library.table()
        if self._author:
            yield from self._author.table()
        if self._records:
            yield from self._records.table()

    def _interface(self) -> Iterator[Address]:
        """Yield what programs may ask for; each takes and gives JSON, or gives a file."""

        def posted(
            name: str,
            answer: Callable[[HttpRequest], Awaitable[Response]],
            takes: type[Struct],
            gives: object,
            summary: str,
        ) -> Address:
            return Address(
                method="POST", path=f"/api/{name}", answer=answer, takes=takes, gives=gives,
                summary=summary,
            )  # fmt: skip

        made = posted(
            "leaflet", self._leaflet, Asked, "application/pdf",
            "Make a leaflet: a PDF, or with another `format` HTML or text.",
        )  # fmt: skip
        yield replace(made, at_once=self._known_leaflet)
        yield posted("preview", self._preview, Asked, Preview, "Make a leaflet to look at.")
        yield posted(
            "why", self._why, AskedWhy, SentenceReasons, "Say why a sentence is in a leaflet."
        )
        yield posted(
            "notes", self._notes, Asked, LeafletNotes,
            "Give the line for the patient's notes, and what the leaflet leaves out.",
        )  # fmt: skip
        yield posted(
            "record", self._record, Asked, "application/pdf",
            "Make the sheet for the clinician's own record.",
        )  # fmt: skip
        yield posted("print", self._print, PrintWish, Printed, "Print a leaflet on this machine.")
        yield posted("printers", self._printers, NoWords, PrintersAnswer, "Name the printers.")
        yield posted("words", self._words, Typed, HeardWords, "Say what words mean here.")
        yield posted(
            "code", self._code, Typed, ReadCode, "Say what the code at the foot of a leaflet means."
        )

    # -------------------------------------------------------------- pages
    def _publisher(self) -> Publisher:
        try:
            return self._answers.desk.shared.publisher()
        except HandoutsError as error:
            raise problem_of(error) from None

    async def _description(self, _request: HttpRequest) -> Response:
        return json_answer(describe(self._for_programs()))

    async def _start(self, _request: HttpRequest) -> Response:
        try:
            publisher = self._answers.desk.shared.publisher()
            page = self._pages.start(publisher, record=self._records is not None)
            if self._prepared:
                self._prepared.keep(page, self._answers.desk.shared.bodies.fingerprint)
        except HandoutsError as error:
            page = self._pages.problem("The words cannot be read", lines_of(error.faults))
            return _html(page, HTTPStatus.SERVICE_UNAVAILABLE)
        return _html(page)

    async def _words_page(self, _request: HttpRequest) -> Response:
        return _html(self._pages.words())

    async def _frame(self, _request: HttpRequest) -> Response:
        return _html(self._pages.frame())

    async def _leaflet_styles(self, _request: HttpRequest) -> Response:
        styles = self._pages.styles(self._publisher().profile)
        return Response(styles, media_type="text/css")

    async def _file(self, request: HttpRequest) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            raise _nothing()
        return Response(self._pages.file(name), media_type=FILES[name])

    async def _typeface(self, request: HttpRequest) -> Response:
        weight = request.path_params["weight"]
        if weight not in TYPEFACES:
            raise _nothing()
        return Response(self._pages.typeface(weight), media_type="font/ttf")

    async def _figure(self, request: HttpRequest) -> Response:
        from handouts.render.drawings.figure import (  # noqa: PLC0415 - the first page needs none
            draw_figure,
            drawing_svg,
            fit,
        )
        from handouts.render.drawings.pen import THEMES  # noqa: PLC0415 - the same

        name = request.path_params["name"].removesuffix(".svg")
        figure = self._publisher().library.figures.get(name)
        if figure is None:
            raise _nothing()
        if own := figure.picture:
            from handouts.render.drawings.logo import (  # noqa: PLC0415 - few services have one
                logo_html,
                pixel_png,
            )

            if own.pixels:
                return Response(pixel_png(own.pixels, mono=False), media_type="image/png")
            svg = logo_html(own, mono=False, title=figure.alt, most=_PICTURE)
            return Response(svg, media_type="image/svg+xml")
        drawing = draw_figure(figure, THEMES["colour"], fit(figure, *_PICTURE))
        return Response(drawing_svg(drawing, figure.alt), media_type="image/svg+xml")

    # -------------------------------------------------------------- leaflets
    async def _asked(self, request: HttpRequest) -> Asked:
        return await read_asked(request, self._limits, lambda: self._publisher().library)

    async def _leaflet(self, request: HttpRequest) -> Response:
        """Answer with a file; a form without a script gets a page where there is a problem."""
        try:
            asked = await self._asked(request)
            return _file(await self._answers.file(asked, request.is_disconnected))
        except Problem as problem:
            if "text/html" not in request.headers.get("accept", ""):
                raise
            page = self._pages.problem("No leaflet was made", lines_of(problem.faults))
            return _html(page, problem.status)

    def _known_leaflet(self, head: KnownHead, body: bytes) -> ReadyAnswer | None:
        """Return a PDF that needs no waiting; whatever else is asked takes the usual way."""
        if head.body_bytes > self._limits.body_bytes or head.header(b"content-type") != _JSON:
            return None
        try:
            file = self._answers.known_file(decode_record(body, Asked))
        except Problem:
            return None
        return ReadyAnswer(_headers(file.name, file.pages), file.content) if file else None

    async def _preview(self, request: HttpRequest) -> Response:
        asked = await self._asked(request)
        return json_answer(await self._answers.preview(asked, request.is_disconnected))

    async def _why(self, request: HttpRequest) -> Response:
        asked = await read_record(request, AskedWhy, self._limits)
        return json_answer(await self._answers.reasons(asked.leaflet, asked.sentence))

    async def _notes(self, request: HttpRequest) -> Response:
        return json_answer(await self._answers.notes(await self._asked(request)))

    async def _record(self, request: HttpRequest) -> Response:
        return _file(await self._answers.record(await self._asked(request)))

    async def _print(self, request: HttpRequest) -> Response:
        wish = await read_record(request, PrintWish, self._limits)
        return json_answer(await self._answers.print(wish, request.is_disconnected))

    async def _printers(self, request: HttpRequest) -> Response:
        await read_record(request, NoWords, self._limits)
        return json_answer(await self._answers.printers())

    # -------------------------------------------------------------- words
    async def _words(self, request: HttpRequest) -> Response:
        typed = await read_record(request, Typed, self._limits)
        today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
        return json_answer(heard(self._publisher().library, typed.text, today))

    async def _code(self, request: HttpRequest) -> Response:
        typed = await read_record(request, Typed, self._limits)
        return json_answer(await self._answers.code(typed.text))


def _library_routes(
    folder: str, answers: PageAnswers, pages: Pages, limits: Limits
) -> LibraryRoutes:
    from handouts.web.library_routes import LibraryRoutes  # noqa: PLC0415 - few show a library

    return LibraryRoutes(folder, answers.desk.shared, pages, limits)


def _author_routes(content: str | None, limits: Limits) -> AuthorRoutes:
    from handouts.web.author_desk import AuthorDesk  # noqa: PLC0415 - few serve authors
    from handouts.web.author_routes import AuthorRoutes  # noqa: PLC0415 - the same

    return AuthorRoutes(AuthorDesk(content), limits)


def _record_routes(
    answers: PageAnswers, limits: Limits, pages: Pages, settings: RecordSettings
) -> RecordRoutes:
    from handouts.web.record_routes import RecordRoutes  # noqa: PLC0415 - few read records

    return RecordRoutes(answers, limits, pages, settings)


def _nothing() -> Problem:
    return Problem("not-found", HTTPStatus.NOT_FOUND, "there is nothing at this address")


def _html(page: str, status: int = HTTPStatus.OK) -> Response:
    return Response(page, status_code=status, media_type="text/html")


@lru_cache(64)
def _headers(name: str, pages: int) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of a PDF, as they are sent; its length comes last."""
    file = File(content=b"", media_type="application/pdf", name=name, pages=pages)
    return tuple(pair for pair in _file(file).raw_headers if pair[0] != b"content-length")


def _file(file: File) -> Response:
    headers = {"content-disposition": f'inline; filename="{file.name}"'}
    if file.pages:
        headers["x-sides"] = str(file.pages)
    return Response(file.content, media_type=file.media_type, headers=headers)
