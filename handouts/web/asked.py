"""Read the body of a request, from a form or as JSON: `read_asked`, `read_body`, `decode_record`.

What is not known is refused by name, so that no word is lost on the way.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from starlette.requests import ClientDisconnect

from handouts.content.look import LookOptions
from handouts.content.vocabulary import SUFFIXES
from handouts.errors import RequestError
from handouts.selection.dose import write_dose
from handouts.selection.options import RequestOptions
from handouts.selection.understanding import unknown_words
from handouts.web.exercise_fields import ExerciseFields
from handouts.web.problems import Problem, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request as HttpRequest

    from handouts.content.library import Library
    from handouts.selection.request import Request
    from handouts.web.limits import Limits


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leaflet as the page asks for it; the names are those of the command line."""

    region: str = ""
    status: str = ""
    flags: tuple[str, ...] = ()
    screened: bool = False
    preset: str = ""
    place: str = ""
    date: str = ""
    name: str = ""
    note: str = ""
    note_approved: bool = False
    exercises: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()
    edition: str = ""
    paper: str = ""
    size: str = ""
    mono: bool = False
    booklet: bool = False
    duplex: bool = False
    diary: bool = False
    card: bool = False
    format: str = "pdf"
    password: str = ""
    """Locks the PDF; empty: it is open."""

    def options(self, content: str | None) -> RequestOptions:
        """Return the same as options of the command line."""
        look = {name: getattr(self, name) for name in LookOptions.__struct_fields__ if name in _OWN}
        return RequestOptions(
            preset=self.preset or None,
            region=self.region or None,
            status=self.status or None,
            flags=self.flags,
            screened=self.screened,
            place=self.place or None,
            look=msgspec.convert(look, LookOptions),
            day=self.date or None,
            name=self.name,
            note=self.note,
            note_approved=self.note_approved,
            exercises=self.exercises,
            doses=self.doses,
            content=content,
        )


def asked_of(request: Request) -> Asked:
    """Return a request in the words of the page, without name, note and date."""
    look = {
        name: str(value) if name == "size" else value
        for name in LookOptions.__struct_fields__
        if name in _OWN and (value := getattr(request.look, name))
    }
    return msgspec.convert(
        {
            "region": request.region,
            "status": request.status,
            "flags": request.flags,
            "screened": request.screened,
            "place": request.place,
            "exercises": request.exercises,
            "doses": tuple(f"{name}={write_dose(dose)}" for name, dose in request.doses),
            **look,
        },
        Asked,
    )


JSON, FORM = "application/json", "application/x-www-form-urlencoded"
_OWN = frozenset(Asked.__struct_fields__)
_MANY = frozenset({"flags", "exercises", "doses"})
_SWITCHES = frozenset(field.name for field in msgspec.structs.fields(Asked) if field.type is bool)
_ANSWER = "answer-"
"""How the name of a question of the form starts; its flag follows."""
ANSWERS = ("yes", "no", "")
"""What a question of the form may say; empty: nobody asked."""
_MOST_FIELDS = 800


async def read_asked(request: HttpRequest, limits: Limits, library: Callable[[], Library]) -> Asked:
    """Read what leaflet is asked for; raises Problem for what cannot be read.

    `library` gives the content whose questions a form may answer.
    """
    kind = need_kind(request, JSON, FORM)
    body = await read_body(request, limits.body_bytes, limits.read_seconds)
    asked = decode_record(body, Asked) if kind == JSON else _of_form(body, library)
    if asked.format not in SUFFIXES:
        raise _unreadable(f"there is no format `{asked.format[:20]}`", ", ".join(SUFFIXES))
    return asked


async def read_body(request: HttpRequest, most: int, seconds: float) -> bytes:
    """Read a body of at most so many bytes, and no longer than so many seconds."""
    too_large = Problem(
        "too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "this is too long", f"send at most {most} bytes",
    )  # fmt: skip
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most:
        raise too_large
    chunks, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:
                    raise too_large
                chunks.append(chunk)
    except TimeoutError:
        raise Problem(
            "too-slow", HTTPStatus.REQUEST_TIMEOUT, "the request took too long", "send it again"
        ) from None
    except ClientDisconnect:
        raise Problem("gone", HTTPStatus.BAD_REQUEST, "nobody waits for the answer") from None
    return b"".join(chunks)


_Sent = TypeVar("_Sent", bound=Struct)
_MOST_LOOKED_AT = 64 * 1024
"""Bytes; what is longer is a record of a patient, which is somebody else's to write."""


def decode_record(body: bytes, kind: type[_Sent]) -> _Sent:
    """Return the record that stands in a body; raises Problem."""
    try:
        found = msgspec.json.decode(body, type=kind)
        if len(body) <= _MOST_LOOKED_AT and _may_repeat(body):
            json.loads(body, object_pairs_hook=_once)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        # Its message names fields and types, never values.
        raise _unreadable("this JSON is no request", str(error)) from None
    return found


def _may_repeat(body: bytes) -> bool:
    """Tell whether a field may stand twice; none does where each colon has a field of its own."""
    found = msgspec.json.decode(body)
    return not isinstance(found, dict) or body.count(b":") != len(found)


def _once(pairs: list[tuple[str, object]]) -> None:
    """Refuse a field that stands twice: the first would be dropped without a word."""
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise Problem(
                "unreadable", HTTPStatus.BAD_REQUEST, f"`{name[:40]}` stands twice", "send it once"
            )
        seen.add(name)


async def read_form(request: HttpRequest, limits: Limits) -> list[tuple[str, str]]:
    """Read the fields of a plain form in their order; raises Problem for what is none."""
    need_kind(request, FORM)
    return _fields(await read_body(request, limits.body_bytes, limits.read_seconds))


def need_kind(request: HttpRequest, *kinds: str) -> str:
    """Return the media type of what is sent; raises Problem where it is none of some."""
    kind: str = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        told = f"this is `{kind[:60]}`" if kind else "this does not say what it is (content-type)"
        hint = f"send {' or '.join(kinds)}"
        raise Problem("media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, told, hint)
    return kind


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict",
            max_num_fields=_MOST_FIELDS,
        )  # fmt: skip
    except (UnicodeDecodeError, ValueError):
        raise _unreadable("this form cannot be read", "send it from the page") from None


def _of_form(body: bytes, library: Callable[[], Library]) -> Asked:
    """Read a form: one field for each question, and switches that are there or not."""
    pairs = _fields(body)
    found: dict[str, object] = {}
    flags: list[str] = []
    answers: dict[str, str] = {}
    fields = ExerciseFields()
    for name, value in pairs:
        if name.startswith(_ANSWER):
            answers[name.removeprefix(_ANSWER)] = value
        elif fields.take(name, value):
            continue
        elif name == "flags":
            flags += [value] if value else []
        elif name in _MANY:
            words = [value] if value else []
            found[name] = (*found.get(name, ()), *words)  # type: ignore[misc] # ours is a tuple
        elif name in found:
            raise _unreadable(f"`{name[:40]}` stands twice", "send it once")
        else:
            found[name] = True if name in _SWITCHES else value
    again = found.pop("password_again", None)
    if again is not None and again != found.get("password", ""):
        raise Problem(
            "request", HTTPStatus.UNPROCESSABLE_ENTITY,
            "the two passwords differ", "type the same one twice",
        )  # fmt: skip
    _check(answers, library)
    found["flags"] = (*flags, *(flag for flag, said in answers.items() if said == "yes"))
    found["exercises"] = fields.ordered(found.get("exercises", ()))  # type: ignore[arg-type] # ours is a tuple
    found["doses"] = (*found.get("doses", ()), *fields.doses())  # type: ignore[misc] # the same
    try:
        return msgspec.convert(found, Asked)
    except msgspec.ValidationError as error:
        raise _unreadable("this form is no request", str(error)) from None


def _check(answers: Mapping[str, str], library: Callable[[], Library]) -> None:
    """Refuse what is no answer, and an answer to no question: also a no, as nobody was asked."""
    if wrong := [value for value in answers.values() if value not in ANSWERS]:
        raise _unreadable(f"`{wrong[0][:20]}` is no answer", "yes, no, or nothing")
    if strange := unknown_words(library(), "flag", answers):
        raise problem_of(RequestError(*strange))


def _unreadable(message: str, hint: str) -> Problem:
    return Problem("unreadable", HTTPStatus.BAD_REQUEST, message, hint)
