"""Make leaflets for a server that stays: `Desk`.

What all leaflets share is read once, and again when a file or the day has changed. PDFs are made in
processes of their own, so that a preview never waits for one.
"""

from __future__ import annotations

import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from handouts.errors import HandoutsError
from handouts.fastpath.fingerprint import take_fingerprint
from handouts.fastpath.name_slot import NAME_WEIGHT
from handouts.pipeline import open_publisher, prepare
from handouts.reuse import BodyCache, glyph_metrics, make_pdf, recall_pdf
from handouts.selection.request import request_of
from handouts.system.garbage import settle
from handouts.system.processes import deaf_to_ctrl_c, start_worker
from handouts.web.problems import WorkerRefusal
from handouts.web.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from handouts.fastpath.fingerprint import Fingerprint
    from handouts.fastpath.name_slot import GlyphMetrics, TypesetPdf
    from handouts.leaflet.tree import Leaflet
    from handouts.pipeline import Publisher
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import Request


_Asked = TypeVar("_Asked")
_Answered = TypeVar("_Answered")

_FRESH = 1.0
"""Seconds for which files are not looked at again."""


class Made(Struct, frozen=True):
    """A finished PDF."""

    content: bytes
    pages: int
    draft: bool


class Shared:
    """What all leaflets share, as the files are now; one for each process."""

    def __init__(self, content: str | None) -> None:
        self._content = content
        self._lock = threading.Lock()
        self._publisher: Publisher | None = None
        self._fingerprint: Fingerprint | None = None
        self._looked = 0.0
        self.bodies = BodyCache()

    def publisher(self) -> Publisher:
        """Return what all leaflets share; raises HandoutsError where a file is broken."""
        with self._lock:
            if self._publisher is None or self._is_old():
                self._publisher = None
                fingerprint = take_fingerprint(self._content)
                self._publisher = open_publisher(self._content)
                self._fingerprint, self._looked = fingerprint, monotonic()
                self.bodies = BodyCache(fingerprint)
            return self._publisher

    def fresh(self) -> Publisher | None:
        """Return the same without waiting; None where files have to be looked at first."""
        if monotonic() - self._looked >= _FRESH or not self._lock.acquire(blocking=False):
            return None
        try:
            return self._publisher
        finally:
            self._lock.release()

    def request(self, options: RequestOptions) -> tuple[Request, list[str]]:
        """Return the request of options, and what its words were understood as."""
        publisher = self.publisher()
        notes: list[str] = []
        return request_of(publisher.library, publisher.profile, options, notes.append), notes

    def _is_old(self) -> bool:
        now = monotonic()
        if now - self._looked < _FRESH:
            return False
        self._looked = now
        return self._fingerprint is None or not self._fingerprint.is_current()


class Desk:
    """Makes what the page asks for."""

    def __init__(self, content: str | None, workers: int = 1) -> None:
        self.content = content
        self.shared = Shared(content)
        self.repeats = Repeats(self.shared)
        self.is_warm = False
        """A worker has made a PDF and has nothing more to read that all leaflets share."""
        self._readied: Future[None] | None = None
        self._workers = workers
        self._pool = self._new_pool()

    def close(self) -> None:
        """Let the workers end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def request(self, options: RequestOptions) -> tuple[Request, list[str]]:
        """Return the request of options, and what its words were understood as."""
        return self.shared.request(options)

    def leaflet(self, request: Request) -> Leaflet:
        """Select, compose and check a leaflet; raises HandoutsError."""
        return prepare(self.shared.publisher(), request)

    def known_pdf(self, request: Request) -> TypesetPdf | None:
        """Return a PDF whose body was made before; None where a worker has to make it."""
        self.shared.publisher()  # so that the bodies are those of the files as they are now
        self.repeats.look_up_metrics()
        return recall_pdf(request, self.shared.bodies)

    def pdf(self, request: Request) -> Future[Made | WorkerRefusal]:
        """Have a PDF made by the next worker that is free."""
        made = self._submit(_typeset, request)
        made.add_done_callback(self._look_at)
        return made

    def helps(self) -> bool:
        """Tell whether a worker can make a preview at once; where it cannot, have it got ready.

        To start one and to read what leaflets share takes as long as a dozen previews here.
        """
        if self.is_warm:
            return True
        if self._readied is None:
            with suppress(RuntimeError):  # the program ends
                self._readied = self._submit(_get_ready)
            return False
        if not self._readied.done():
            return False
        if self._readied.cancelled() or self._readied.exception():
            self._readied = None  # it was killed
        return self._readied is not None

    def lose_worker(self) -> None:
        """Take note that a worker was killed, so that the next one is got ready first."""
        self.is_warm, self._readied = False, None

    def in_worker(
        self, work: Callable[[Shared, str | None, _Asked], _Answered], asked: _Asked
    ) -> Future[_Answered]:
        """Have a worker that is ready do other work; raises BrokenExecutor where it was killed."""
        with deaf_to_ctrl_c():
            return self._pool.submit(_work, work, self.content, asked)

    def _submit(self, work: Callable[..., _Answered], *given: object) -> Future[_Answered]:
        """Give work to a worker; where one was killed, all are started again."""
        with deaf_to_ctrl_c():
            try:
                return self._pool.submit(work, *given)
            except BrokenExecutor:
                self.lose_worker()
                self._pool.shutdown(wait=False)
                self._pool = self._new_pool()
                return self._pool.submit(work, *given)

    def _new_pool(self) -> ProcessPoolExecutor:
        # Started afresh: a copy of a process with threads may wait for a lock that nobody holds.
        return ProcessPoolExecutor(
            self._workers, get_context("spawn"), initializer=start_worker,
            initargs=(_open, self.content),
        )  # fmt: skip

    def _look_at(self, made: Future[Made | WorkerRefusal]) -> None:
        """When the first PDF is made, have measured what the names of all others need."""
        if self.is_warm or made.cancelled() or made.exception():
            return
        with suppress(RuntimeError):  # the program ends
            self._submit(_measure).add_done_callback(self._measured)

    def _measured(self, metrics: Future[GlyphMetrics]) -> None:
        if not metrics.cancelled() and not metrics.exception():
            self.repeats.metrics = metrics.result()
            self.is_warm = True


_SHARED: list[Shared] = []
"""In a worker: what its leaflets share."""


def _open(content: str | None) -> None:
    _SHARED[:] = [Shared(content)]


def _work(
    work: Callable[[Shared, str | None, _Asked], _Answered], content: str | None, asked: _Asked
) -> _Answered:
    return work(_SHARED[0], content, asked)


def _get_ready() -> None:
    from handouts.render import html  # noqa: F401, PLC0415 - PDFs need none of it

    with suppress(HandoutsError):  # whoever asks is told
        _SHARED[0].publisher()
    settle()


def _measure() -> GlyphMetrics:
    metrics = glyph_metrics()[NAME_WEIGHT]
    settle()  # the first PDF is made: all that is shared has been read
    return metrics


def _typeset(request: Request) -> Made | WorkerRefusal:
    """Make a PDF in a worker."""
    shared = _SHARED[0]
    try:
        pdf = make_pdf(shared.publisher(), request, shared.bodies)
    except HandoutsError as error:
        return WorkerRefusal(type(error), error.faults)
    return Made(pdf.content, pdf.pages, pdf.draft)
