"""Previews are shared, dropped and made in two places; a known leaflet waits for nothing."""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from handouts.reuse import make_pdf
from handouts.web import previews
from handouts.web.answers import PageAnswers
from handouts.web.asked import Asked
from handouts.web.problems import Problem, below_in
from handouts.web.publishing import Desk
from handouts.web.repeats import Repeats
from handouts.web.server import Settings
from tests.support.page_in_process import PageInProcess

LEAFLET = Asked(region="lumbar", status="acute", flags=("gi-ulcer",), name="Ann Able")
OTHER = Asked(region="neck", status="acute", note="Zebedee's room.")
THREE = (LEAFLET, OTHER, replace(OTHER, note="Another room."))
NAMED = Asked(region="lumbar", status="acute", flags=("gi-ulcer",), name="Zebedee Quill")


async def stays() -> bool:
    """Say of a reader that they still wait."""
    return False


async def left() -> bool:
    """Say of a reader that they have gone."""
    return True


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """What makes leaflets, for all tests of this file."""
    made = Desk(None)
    yield made
    made.close()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """The previews that this process began."""
    found: list[Asked] = []
    make = previews.make_preview

    def counted(shared: Any, content: Any, asked: Asked) -> previews.Preview:  # noqa: ANN401 - passed on
        found.append(asked)
        return make(shared, content, asked)

    monkeypatch.setattr(previews, "make_preview", counted)
    return found


def test_those_who_ask_for_the_same_share_it(desk: Desk, begun: list[Asked]) -> None:
    """Ten who ask for one leaflet at the same time have it made once; a refusal is shared too."""

    async def asked() -> tuple[list[previews.Preview], list[object]]:
        answers = PageAnswers(desk)
        made = await asyncio.gather(*(answers.preview(LEAFLET, stays) for _ in range(10)))
        wrong = Asked(region="lumbarr")
        refused = (answers.preview(wrong, stays) for _ in range(3))
        return made, await asyncio.gather(*refused, return_exceptions=True)

    made, refused = asyncio.run(asked())
    assert begun == [LEAFLET, Asked(region="lumbarr")]
    assert "Ann Able" in made[0].article
    assert all(one == made[0] for one in made)
    assert [one.code for one in refused if isinstance(one, Problem)] == ["request"] * 3


def test_what_nobody_waits_for_is_never_begun(desk: Desk, begun: list[Asked]) -> None:
    """One that was overtaken is dropped, unless somebody else waits for the same one."""

    async def asked(gone: Callable[[], Awaitable[bool]]) -> list[object]:
        answers = PageAnswers(desk)
        wanted = (answers.preview(LEAFLET, left), answers.preview(LEAFLET, gone))
        return list(await asyncio.gather(*wanted, return_exceptions=True))

    dropped = asyncio.run(asked(left))
    assert begun == []
    assert [one.code for one in dropped if isinstance(one, Problem)] == ["gone"] * 2
    assert all(isinstance(one, previews.Preview) for one in asyncio.run(asked(stays)))
    assert begun == [LEAFLET]


async def warmed(answers: PageAnswers) -> bytes:
    """Have a first PDF made, and wait until the worker has nothing more to read."""
    unknown = replace(LEAFLET, note=f"Number {uuid4()}.")  # one that no cache has
    made = await answers.file(unknown, stays)
    async with asyncio.timeout(60):
        while not answers.desk.is_warm:  # noqa: ASYNC110 - a thread says so, and this is a test
            await asyncio.sleep(0.02)
    return made.content


@pytest.mark.slow
def test_a_worker_helps_out_and_is_replaced(desk: Desk, begun: list[Asked]) -> None:
    """Of three previews it makes two; where it is killed they are made here, and it is replaced."""

    async def asked() -> tuple[list[previews.Preview], list[int], bytes, bytes]:
        answers = PageAnswers(desk)
        first = await warmed(answers)
        here, made = [], []
        for kill in (False, True):
            three = asyncio.gather(*(answers.preview(one, stays) for one in THREE))
            await asyncio.sleep(0)
            for worker in desk._pool._processes if kill else ():  # noqa: SLF001 - as a system does that has no memory left
                os.kill(worker, signal.SIGKILL)
            made += await three
            here.append(len(begun))
        new = await answers.file(Asked(region="neck", status="chronic"), stays)
        return made, here, first, new.content

    made, here, first, new = asyncio.run(asked())
    assert here == [1, 4]
    assert made == [previews.make_preview(desk.shared, None, one) for one in THREE] * 2
    assert first[:5] == new[:5] == b"%PDF-"


@pytest.mark.slow
def test_a_known_leaflet_waits_for_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another name it is answered at once, to the byte as else; nothing names the patient."""
    monkeypatch.setattr("handouts.web.publishing._FRESH", 60.0)

    async def asked() -> tuple[bytes, bytes]:
        answers = PageAnswers(desk)
        await warmed(answers)
        for one in (NAMED, OTHER):  # the first time a worker may make it, and another keeps it
            await answers.file(one, stays)
        slow = (await answers.file(NAMED, stays)).content
        with monkeypatch.context() as hindered:
            hindered.setattr("handouts.web.answers.below_in", None)
            at_once = (await answers.file(NAMED, stays)).content
            for one in (OTHER, Asked(region="lumbar", status="acute", name="Ж")):
                with pytest.raises(TypeError):  # what has a note, or other letters, takes its time
                    await answers.file(one, stays)
        return slow, at_once

    slow, at_once = asyncio.run(asked())
    assert at_once == slow
    kept = repr(desk.repeats.__dict__)
    assert "gi-ulcer" in kept
    assert "Zebedee" not in kept
    assert desk.repeats.pdf(NAMED) is not None
    monkeypatch.setattr("handouts.web.publishing._FRESH", 0.0)  # files have to be looked at again
    assert desk.repeats.pdf(NAMED) is None


def test_names_are_measured_where_no_worker_does_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leaflet that an earlier run made waits for nothing the next time, like one of this run."""
    monkeypatch.setattr("handouts.web.repeats.known_metrics", dict)
    monkeypatch.setattr(desk, "repeats", Repeats(desk.shared))
    answers = PageAnswers(desk)
    request, _ = desk.request(NAMED.options(None))
    make_pdf(desk.shared.publisher(), request, desk.shared.bodies)

    async def asked_once() -> None:
        await answers.file(NAMED, stays)
        await below_in(answers._previews.thread, str)  # noqa: SLF001 - what waits there is done

    asyncio.run(asked_once())
    assert desk.repeats.metrics is not None


def test_an_address_answers_in_its_own_ways_only() -> None:
    """Another method and an unknown address have codes of their own; HEAD is as GET."""

    async def asked() -> list[tuple[int, str]]:
        page = PageInProcess(Settings())
        given = [
            await page.ask(method, path, headers={"x-handouts-token": "a-secret-of-tests"})
            for method, path in (
                ("GET", "/api/preview"), ("GET", "/nowhere"), ("POST", "/fonts/400"),
                ("GET", "/fonts/four"), ("HEAD", "/frame"), ("GET", "/fonts/400"),
            )
        ]  # fmt: skip
        await page.close()
        return [
            (one.status, json.loads(one.body)["code"] if one.status >= 400 else "") for one in given
        ]

    assert asyncio.run(asked()) == [
        (405, "method"), (404, "not-found"), (405, "method"), (404, "not-found"), (200, ""),
        (200, ""),
    ]  # fmt: skip
