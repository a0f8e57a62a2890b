"""Goes in: leaflets in order. Comes out: one file to print, with slips and a tally."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.batch import bind
from handouts.library import content_folder
from handouts.pipeline import typeface
from handouts.slips import Slips
from handouts.staff_words import load_pile_words
from handouts.tally_sheet import typeset_tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.batch import Outcome
    from handouts.pipeline import Workshop
    from handouts.tally import Count, Tally
    from handouts.volumes import Volumes


class Pile:
    """One file for the printer, in the making."""

    def __init__(  # noqa: PLR0913 - what a pile depends on, each by its name
        self,
        volumes: Volumes,
        workshop: Workshop,
        content: str | None,
        total: int,
        *,
        slips: bool,
        one_sided: bool,
    ) -> None:
        self.volumes = volumes
        self._words = load_pile_words(content_folder(content))
        self._library = workshop.library
        self._slips = None
        if slips:
            faces = typeface()
            self._slips = Slips(self._words, self._library, faces, total, one_sided=one_sided)

    def bind(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Bind the leaflets as they come, each after its slip."""
        return bind(outcomes, self.volumes, self._slips)

    def finish(self, tally: Tally) -> int:
        """Add the tally, and put the file in its place; give the number of sheets it prints on."""
        count = tally.count(slips=self._slips is not None)
        if not tally.sheets:
            return 0
        first = next(iter(tally.sheets.values()))
        language = self._library.places[first.place].language
        pdf = typeset_tally(count, self._words, typeface(), first.sheet, language)
        self.volumes.add(self._words["tally-bookmark"], pdf, None)
        self.volumes.finish()
        return sheets_of(count, pdf.pages)


def sheets_of(count: Count, tally_pages: int) -> int:
    """Count all sheets of a pile."""
    own = tally_pages if count.one_sided else -(-tally_pages // 2)
    return count.sheets + count.slips + own
