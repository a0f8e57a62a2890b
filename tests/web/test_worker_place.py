"""The process that makes PDFs helps with previews only while it has none to make."""

import asyncio
from concurrent.futures import Future
from typing import Any

import pytest

from handouts.web.publishing import Desk
from handouts.web.worker_place import WorkerPlace


def test_a_pdf_waits_for_what_was_lent_and_nothing_more_is() -> None:
    """Two previews borrow the place; none does while a PDF waits or is made."""

    async def tried() -> list[object]:
        place, freed = WorkerPlace(), []
        place.when_free(lambda: freed.append(place.borrow()))
        seen: list[object] = [[place.borrow() for _ in range(3)]]

        async def pdf() -> None:
            async with place:
                seen.append("made")
                await asyncio.sleep(0)
                seen.append(place.borrow())

        made = asyncio.ensure_future(pdf())
        await asyncio.sleep(0)
        place.give_back()
        seen.append(place.borrow())
        place.give_back()
        await made
        return [*seen, freed]

    assert asyncio.run(tried()) == [[True, True, False], False, "made", False, [True]]


def test_a_pdf_that_nobody_waits_for_gives_its_turn_away() -> None:
    """Who is cancelled in the line, or just as the place is given, leaves it to the next."""

    async def tried() -> list[str]:
        place, made = WorkerPlace(), []
        assert place.borrow()

        async def pdf(name: str) -> None:
            async with place:
                made.append(name)

        tasks = [asyncio.ensure_future(pdf(name)) for name in ("waits", "given", "last")]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
        place.give_back()
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return [*made, str(place.borrow())]

    assert asyncio.run(tried()) == ["last", "True"]


def test_a_worker_helps_once_it_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is started once, is not waited for, and is started anew where it was killed."""
    desk, started = Desk(None), []

    def submit(*_work: object) -> Future[Any]:
        started.append(Future[Any]())
        return started[-1]

    monkeypatch.setattr(desk, "_submit", submit)
    assert [desk.helps(), desk.helps(), len(started)] == [False, False, 1]
    started[0].set_exception(RuntimeError("it was killed"))
    assert [desk.helps(), desk.helps(), len(started)] == [False, False, 2]
    started[1].set_result(None)
    assert [desk.helps(), len(started)] == [True, 2]
    desk.lose_worker()
    assert [desk.helps(), len(started)] == [False, 3]
    desk.close()
