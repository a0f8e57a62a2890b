"""Hold the addresses on a patient's record, there with `--record` only: `RecordRoutes`."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

from msgspec import Struct
from starlette.responses import Response

from handouts.audit.filing import FilingNote, filed
from handouts.errors import HandoutsError
from handouts.record.bundle import is_resource
from handouts.record.document import earlier_document, patient_reference
from handouts.record.enquiry import read_enquiry
from handouts.web.address import Address, json_answer, read_record
from handouts.web.asked import FORM, Asked, decode_record, need_kind, read_body
from handouts.web.doors import INFOBUTTON, SERVICES
from handouts.web.hooks import HookAnswer, HookCall, HookDesk, HookFeedback, HookServices
from handouts.web.infobutton import ATOM, HTML, JSON, Infobutton, kind_wanted
from handouts.web.problems import Problem, below, problem_of
from handouts.web.record_desk import ProposeWish, RecordAnswer, RecordDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request as HttpRequest

    from handouts.web.answers import PageAnswers
    from handouts.web.callers import Callers
    from handouts.web.limits import Limits
    from handouts.web.pages import Pages


FHIR = "application/fhir+json"
_MOST_FIELDS = 200


class RecordSettings(Struct, frozen=True, kw_only=True):
    """Who may call, and where the page is."""

    base: str
    """The address of the page, without a slash at its end."""
    callers: Callers | None
    """None: programs of this machine call without a token."""
    local: bool
    """Only this machine reaches the page."""


class DocumentWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leaflet to be written for a record."""

    leaflet: Asked
    patient: str = ""
    """Whose it is, such as `Patient/12`."""
    replaces: str = ""
    """The document that it takes the place of, such as `DocumentReference/7`."""
    communication: bool = False
    """It is given to the patient: a transaction with a Communication is answered."""


class RecordRoutes:
    """Answers record systems, and the page on records."""

    def __init__(
        self, answers: PageAnswers, limits: Limits, pages: Pages, settings: RecordSettings
    ) -> None:
        self._answers, self._limits, self._pages = answers, limits, pages
        self._settings = settings
        desk = RecordDesk(answers.desk)
        self._desk = desk
        self._info = Infobutton(desk, settings.base)
        self._hooks = HookDesk(desk, settings.base)

    def table(self) -> Iterator[Address]:
        """Yield the addresses for programs, all of which are described."""
        own = self._hooks.path
        asks = "Say what there is for a code of HL7 Infobutton, and open the page with it."
        yield Address(
            method="GET", path=INFOBUTTON, answer=self._asked_by_link, summary=asks, open=True,
            gives=(HTML, ATOM, JSON), queries=_QUERIES,
        )  # fmt: skip
        yield Address(
            method="POST", path=INFOBUTTON, answer=self._asked_by_form, summary=asks, open=True,
            takes="application/x-www-form-urlencoded", gives=(HTML, ATOM, JSON),
        )  # fmt: skip
        yield Address(
            method="GET", path=SERVICES, answer=self._services, gives=HookServices, open=True,
            summary="Name the services of CDS Hooks.",
        )  # fmt: skip
        yield Address(
            method="POST", path=own, answer=self._called, takes=HookCall, gives=HookAnswer,
            open=True, summary="Say by one card what of the record would change a leaflet.",
        )  # fmt: skip
        yield Address(
            method="POST", path=f"{own}/feedback", answer=self._feedback, takes=HookFeedback,
            gives=FeedbackTaken, open=True, summary="Take what became of a card; it is not kept.",
        )  # fmt: skip
        yield Address(
            method="POST", path="/api/fhir/propose", answer=self._propose, takes=ProposeWish,
            gives=RecordAnswer, summary="Say what a FHIR R4 record proposes; nothing is set by it.",
        )  # fmt: skip
        yield Address(
            method="POST", path="/api/fhir/DocumentReference", answer=self._document,
            takes=DocumentWish, gives=FHIR, summary="Make a leaflet as a FHIR R4 document.",
        )  # fmt: skip

    # -------------------------------------------------------------- Infobutton
    async def _asked_by_link(self, request: HttpRequest) -> Response:
        return await self._information(request.url.query)

    async def _asked_by_form(self, request: HttpRequest) -> Response:
        need_kind(request, FORM)
        body = await read_body(request, self._limits.body_bytes, self._limits.read_seconds)
        return await self._information(body.decode("latin-1"))

    async def _information(self, query: str) -> Response:
        try:
            pairs = parse_qsl(
                query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
            )
            enquiry = read_enquiry(pairs)
        except ValueError:
            raise Problem("unreadable", HTTPStatus.BAD_REQUEST, "this is no enquiry") from None
        except HandoutsError as error:
            problem = problem_of(error)
            problem.status = HTTPStatus.BAD_REQUEST
            raise problem from None
        kind = kind_wanted(enquiry)
        if kind is None:
            status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
            hint = "text/html, text/xml or application/json"
            raise Problem("media-type", status, "this knowledgeResponseType is not known", hint)
        answer = await below(self._info.answer, enquiry)
        if kind == ATOM:
            return Response(self._info.atom(enquiry, answer), media_type=ATOM)
        if kind == JSON:
            return Response(self._info.json(enquiry, answer), media_type=JSON)
        asked = enquiry.main.words or enquiry.main.code
        page = self._pages.information(answer, asked, enquiry.unused)
        return Response(page, media_type=HTML)

    # -------------------------------------------------------------- CDS Hooks
    async def _services(self, _request: HttpRequest) -> Response:
        return json_answer(self._hooks.services)

    async def _called(self, request: HttpRequest) -> Response:
        self._admit(request, "")
        call = await self._json(request, HookCall)
        return json_answer(await asyncio.to_thread(self._hooks.answer, call))

    async def _feedback(self, request: HttpRequest) -> Response:
        self._admit(request, "/feedback")
        await self._json(request, HookFeedback)
        return json_answer(FeedbackTaken())

    def _admit(self, request: HttpRequest, after: str) -> None:
        """Refuse a program that is not known, and off this machine every one without a token."""
        if self._settings.callers:
            header = request.headers.get("authorization", "")
            self._settings.callers.admit(header, self._hooks.address(after))
        elif not self._settings.local:
            hint = "say whose tokens count: handout serve --cds-clients FILE"
            raise Problem("password", HTTPStatus.UNAUTHORIZED, "nobody may call here", hint)

    # -------------------------------------------------------------- FHIR
    async def _propose(self, request: HttpRequest) -> Response:
        kind = need_kind(request, JSON, FHIR)
        limits = self._limits
        raw = await read_body(request, limits.list_bytes, limits.list_seconds)
        if kind == FHIR or is_resource(raw):
            return json_answer(await below(self._desk.answer, raw))
        wish = decode_record(raw, ProposeWish)
        found = await below(self._desk.answer, bytes(wish.record), wish.date, wish.name)
        return json_answer(found)

    async def _document(self, request: HttpRequest) -> Response:
        wish = await read_record(request, DocumentWish, self._limits)
        if wish.leaflet.format != "pdf":
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            raise Problem("request", status, "a document holds a PDF", "leave `format` out")
        file = await self._answers.file(wish.leaflet, request.is_disconnected)
        written = await below(self._filed, wish, file.content)
        return Response(written, media_type=FHIR)

    def _filed(self, wish: DocumentWish, pdf: bytes) -> bytes:
        desk = self._answers.desk
        request, _ = desk.request(wish.leaflet.options(desk.content))
        note = FilingNote(
            service=self._desk.service,
            patient=patient_reference(wish.patient) if wish.patient else "",
            replaces=earlier_document(wish.replaces, None) if wish.replaces else None,
            given=wish.communication,
        )
        return filed(desk.leaflet(request), request, pdf, note)

    async def _json(self, request: HttpRequest, kind: type[_Record]) -> _Record:
        """Read a record of a patient, which may be long."""
        return await read_record(request, kind, self._limits, long=True)


class FeedbackTaken(Struct, frozen=True):
    """Nothing is said."""


_Record = TypeVar("_Record", HookCall, HookFeedback)
_QUERIES = (
    "mainSearchCriteria.v.c", "mainSearchCriteria.v.cs", "mainSearchCriteria.v.dn",
    "mainSearchCriteria.v.ot", "observation.v.c", "observation.v.cs", "observation.v.v",
    "observation.v.u", "age.v.v", "age.v.u", "informationRecipient", "performer",
    "informationRecipient.languageCode.c", "knowledgeResponseType",
)  # fmt: skip
"""What is looked at; other parameters of the guide may be sent, and change nothing."""
