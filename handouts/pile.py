"""Goes in: leaflets in order. Comes out: one file to print, with slips and a tally."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.load import content_folder
from handouts.content.staff_words import load_pile_words
from handouts.render.pdf.typeface import typeface
from handouts.slips import Slips
from handouts.tally_sheet import typeset_tally
from handouts.worklist import Done

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.pipeline import Publisher
    from handouts.tally import Tally
    from handouts.volumes import Volumes
    from handouts.worklist import Outcome


class Pile:
    """One file for the printer, in the making."""

    def __init__(  # noqa: PLR0913 - what a pile depends on, each by its name
        self,
        volumes: Volumes,
        publisher: Publisher,
        content: str | None,
        total: int,
        *,
        slips: bool,
        one_sided: bool,
    ) -> None:
        self.volumes = volumes
        self._words = load_pile_words(content_folder(content))
        self._library = publisher.library
        self._slips = None
        if slips:
            faces = typeface()
            self._slips = Slips(self._words, self._library, faces, total, one_sided=one_sided)

    def bind(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Bind the leaflets in order, each after its slip and as often as its row asks for."""
        for number, outcome in enumerate(outcomes, 1):
            if isinstance(outcome, Done):
                self.volumes.begin_row()
                if self._slips:
                    self.volumes.add(*self._slips.slip(outcome, number))
                stem, copies = outcome.row.stem, outcome.row.copies
                for copy in range(1, copies + 1):
                    title = stem if copies == 1 else f"{stem} ({copy})"
                    self.volumes.add(title, outcome.pdf, outcome.line)
            yield outcome

    def finish(self, tally: Tally) -> int:
        """Add the tally, and put the file in its place; give the number of sheets it prints on."""
        count = tally.count(slips=self._slips is not None)
        if not tally.sheets:
            return 0
        first = next(iter(tally.sheets.values()))
        language = self._library.places[first.place].language
        pdf = typeset_tally(count, self._words, typeface(), first.look.sheet, language)
        self.volumes.add(self._words["tally-bookmark"], pdf, None)
        self.volumes.finish()
        return count.sheets_in_all(pdf.pages)
