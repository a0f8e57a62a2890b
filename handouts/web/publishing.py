"""Make leaflets for a server that stays: `Desk`.

What all leaflets share is read once, and again when a file or the day has changed. PDFs are made in
processes of their own, so that a preview never waits for one.
"""

from __future__ import annotations

import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import HandoutsError
from handouts.fastpath.fingerprint import take_fingerprint
from handouts.pipeline import open_publisher, prepare
from handouts.reuse import BodyCache, make_pdf, recall_pdf
from handouts.selection.request import request_of
from handouts.system.processes import start_worker
from handouts.web.problems import WorkerRefusal

if TYPE_CHECKING:
    from concurrent.futures import Future

    from handouts.fastpath.fingerprint import Fingerprint
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.leaflet.tree import Leaflet
    from handouts.pipeline import Publisher
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import Request


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
        # Started afresh: a copy of a process with threads may wait for a lock that nobody holds.
        self._pool = ProcessPoolExecutor(
            workers, get_context("spawn"), initializer=start_worker, initargs=(_open, content)
        )

    def close(self) -> None:
        """Let the workers end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def request(self, options: RequestOptions) -> tuple[Request, list[str]]:
        """Return the request of options, and what its words were understood as."""
        publisher = self.shared.publisher()
        notes: list[str] = []
        return request_of(publisher.library, publisher.profile, options, notes.append), notes

    def leaflet(self, request: Request) -> Leaflet:
        """Select, compose and check a leaflet; raises HandoutsError."""
        return prepare(self.shared.publisher(), request)

    def known_pdf(self, request: Request) -> TypesetPdf | None:
        """Return a PDF whose body was made before; None where a worker has to make it."""
        self.shared.publisher()  # so that the bodies are those of the files as they are now
        return recall_pdf(request, self.shared.bodies)

    def pdf(self, request: Request) -> Future[Made | WorkerRefusal]:
        """Have a PDF made by the next worker that is free."""
        return self._pool.submit(_typeset, request)


_SHARED: list[Shared] = []
"""In a worker: what its leaflets share."""


def _open(content: str | None) -> None:
    _SHARED[:] = [Shared(content)]


def _typeset(request: Request) -> Made | WorkerRefusal:
    """Make a PDF in a worker."""
    shared = _SHARED[0]
    try:
        pdf = make_pdf(shared.publisher(), request, shared.bodies)
    except HandoutsError as error:
        return WorkerRefusal(type(error), error.faults)
    return Made(pdf.content, pdf.pages, pdf.draft)
