"""Read a page's content stream: what is painted, where, and under which marked content."""

from dataclasses import dataclass, field
from typing import NamedTuple

import pikepdf
from pikepdf import Matrix

from tests.support.pdf_fonts import PdfFont, Shown

PATHS = frozenset(["f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh"])
INLINE_IMAGE = "INLINE IMAGE"
FOLLOWED = " ".join(
    (*sorted(PATHS), "BI ID EI", "BMC BDC EMC", "Do q Q cm", "BT ET Tf TL Tm Td TD T* Tj TJ ' \"")
)
"""The operators that are read; most others make the paths that are painted."""
PIECES_OF_TEXT = (pikepdf.String, bytes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One shown string of text."""

    text: str
    page: int
    x: float
    """Where the text was last moved to, in points; strings shown in a row share it."""
    y: float
    """The height of the baseline on the page, in points."""
    size: float
    font: str
    boxes: str = ""
    """The characters that come out as the font's .notdef box."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One marked-content sequence: tagged content, an artifact, or a note on the text in it."""

    tag: str
    mcid: int | None = None
    kind: str = ""
    """An artifact's type, such as Pagination."""
    subtype: str = ""
    """An artifact's subtype, such as Footer."""
    actual_text: str | None = None

    @property
    def is_artifact(self) -> bool:
        """Tell an artifact from content."""
        return self.tag == "Artifact"

    @property
    def settles(self) -> bool:
        """Whether what is painted inside is accounted for."""
        return self.is_artifact or self.mcid is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """What a page paints outside the structure, in one sequence."""

    page: int
    kind: str
    subtype: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words in it."""
        return "".join(run.text for run in self.runs)


@dataclass(kw_only=True)
class PageContent:
    """All that one page paints."""

    number: int
    runs: dict[int, list[Run]] = field(default_factory=dict)
    """Tagged text by marked-content id; an id without text has an empty list."""
    artifacts: list[Artifact] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def all_runs(self) -> list[Run]:
        """Every run, tagged text first."""
        tagged = [run for runs in self.runs.values() for run in runs]
        return tagged + [run for artifact in self.artifacts for run in artifact.runs]


Fonts = dict[tuple[int, int], PdfFont]
"""The fonts of one file that were read, by the numbers of their objects."""


def read_page(page: pikepdf.Page, number: int, fonts: Fonts | None = None) -> PageContent:
    """Read one page; `number` counts from 1; `fonts` are those of the pages before it."""
    reader = _Reader(PageContent(number=number), fonts)
    reader.read(page, page.obj.get("/Resources", pikepdf.Dictionary()))
    if reader.marks:
        reader.fault("a marked-content sequence is never closed")
    return reader.content


def read_form(form: pikepdf.Object, number: int) -> PageContent:
    """Read one form on its own, such as a page of a booklet."""
    reader = _Reader(PageContent(number=number))
    reader.read(form, form.Resources)
    return reader.content


class _TextState(NamedTuple):
    font: PdfFont | None = None
    size: float = 0
    leading: float = 0


class _Reader:
    """Follows the operators of one page, and of the forms it paints."""

    def __init__(self, content: PageContent, fonts: Fonts | None = None) -> None:
        self.content = content
        self.marks: list[Mark] = []
        self._fonts: Fonts = {} if fonts is None else fonts
        self._artifact_runs: list[Run] = []
        self._marks_at_text_start = 0
        self._matrix = Matrix()
        self._line = Matrix()
        self._text = _TextState()
        self._saved: list[tuple[Matrix, _TextState]] = []

    def fault(self, message: str) -> None:
        self.content.faults.append(f"page {self.content.number}: {message}")

    def read(self, stream: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object) -> None:
        for instruction in pikepdf.parse_content_stream(stream, FOLLOWED):
            operator = str(instruction.operator)
            operands = list(instruction.operands)
            if operator in PATHS or operator == INLINE_IMAGE:
                self._paints(operator)
            elif operator in ("BMC", "BDC"):
                self._open(_mark(operands, resources))
            elif operator == "EMC":
                self._close()
            elif operator == "Do":
                self._paint_object(resources.XObject[str(operands[0])], resources)
            else:
                self._follow_state(operator, operands, resources)
                self._follow_text(operator, operands)

    def _paints(self, operator: str) -> None:
        if not any(mark.settles for mark in self.marks):
            self.fault(f"{operator} paints outside tagged content and artifacts")

    def _paint_object(self, painted: pikepdf.Object, resources: pikepdf.Object) -> None:
        if painted.get("/Subtype") != "/Form":
            self._paints("Do")
            return
        before = self._matrix, self._text
        if "/Matrix" in painted:
            self._matrix = Matrix(*(float(part) for part in painted.Matrix)) @ self._matrix
        self.read(painted, painted.get("/Resources", resources))
        self._matrix, self._text = before

    def _open(self, mark: Mark) -> None:
        if mark.settles and any(outer.settles for outer in self.marks):
            self.fault(f"{mark.tag} stands inside other tagged content or an artifact")
        if mark.mcid is not None:
            if mark.mcid in self.content.runs:
                self.fault(f"marked-content id {mark.mcid} is used twice")
            self.content.runs.setdefault(mark.mcid, [])
        self.marks.append(mark)
        if mark.actual_text is not None:
            self._emit(mark.actual_text, outer=self.marks[:-1])

    def _close(self) -> None:
        if not self.marks:
            self.fault("EMC closes nothing")
            return
        mark = self.marks.pop()
        if mark.is_artifact:
            runs, self._artifact_runs = tuple(self._artifact_runs), []
            number = self.content.number
            found = Artifact(page=number, kind=mark.kind, subtype=mark.subtype, runs=runs)
            self.content.artifacts.append(found)

    def _follow_state(
        self, operator: str, operands: list[pikepdf.Object], resources: pikepdf.Object
    ) -> None:
        if operator == "q":
            self._saved.append((self._matrix, self._text))
        elif operator == "Q":
            self._matrix, self._text = self._saved.pop()
        elif operator == "cm":
            self._matrix = _matrix(operands) @ self._matrix
        elif operator == "Tf":
            font = self._font(resources.Font[str(operands[0])])
            self._text = self._text._replace(font=font, size=float(operands[1]))
        elif operator == "TL":
            self._text = self._text._replace(leading=float(operands[0]))
        elif operator == "BT":
            self._line = Matrix()
            self._marks_at_text_start = len(self.marks)
        elif operator == "ET" and len(self.marks) != self._marks_at_text_start:
            self.fault("a marked-content sequence crosses the edge of a text object")

    def _follow_text(self, operator: str, operands: list[pikepdf.Object]) -> None:
        if operator == "Tm":
            self._line = _matrix(operands)
        elif operator in ("Td", "TD"):
            across, up = (float(part) for part in operands)
            if operator == "TD":
                self._text = self._text._replace(leading=-up)
            self._move(across, up)
        elif operator in ("T*", "'", '"'):
            self._move(0, -self._text.leading)
        if operator in ("Tj", "TJ", "'", '"'):
            shown = operands[-1]
            parts = list(shown) if operator == "TJ" else [shown]
            self._show(b"".join(bytes(part) for part in parts if isinstance(part, PIECES_OF_TEXT)))

    def _move(self, across: float, up: float) -> None:
        self._line = Matrix(1, 0, 0, 1, across, up) @ self._line

    def _font(self, font: pikepdf.Object) -> PdfFont:
        key = font.objgen
        if key not in self._fonts or not font.is_indirect:
            self._fonts[key] = PdfFont(font)
        return self._fonts[key]

    def _show(self, codes: bytes) -> None:
        self._paints("text")
        if self._text.font is None:
            self.fault("text is shown before a font is set")
            return
        shown = self._text.font.decode(codes)
        if any(mark.tag == "ReversedChars" for mark in self.marks):
            shown.reverse()
        self._emit("".join(part.text for part in shown), outer=self.marks, shown=shown)

    def _emit(self, text: str, *, outer: list[Mark], shown: list[Shown] | None = None) -> None:
        """Keep a run, with the text that an outer ActualText leaves to it."""
        if any(mark.actual_text is not None for mark in outer):
            text = ""
        place = self._line @ self._matrix
        run = Run(
            text=text,
            page=self.content.number,
            x=place.e,
            y=place.f,
            size=self._text.size * abs(place.d),
            font=self._text.font.name if self._text.font else "",
            boxes="".join(part.text for part in shown or () if not part.drawn),
        )
        ids = [mark.mcid for mark in outer if mark.mcid is not None]
        if ids:
            self.content.runs[ids[-1]].append(run)
        else:
            self._artifact_runs.append(run)


def _matrix(operands: list[pikepdf.Object]) -> Matrix:
    return Matrix(*(float(part) for part in operands))


def _mark(operands: list[pikepdf.Object], resources: pikepdf.Object) -> Mark:
    """Read the operands of BMC or BDC; a property list may stand in the resources."""
    tag = str(operands[0])[1:]
    if len(operands) == 1:
        return Mark(tag=tag)
    properties = operands[1]
    if isinstance(properties, pikepdf.Name):
        properties = resources.Properties[str(properties)]
    actual_text = properties.get("/ActualText")
    mcid = properties.get("/MCID")
    return Mark(
        tag=tag,
        mcid=None if mcid is None else int(mcid),
        kind=str(properties.get("/Type", ""))[1:],
        subtype=str(properties.get("/Subtype", ""))[1:],
        actual_text=None if actual_text is None else str(actual_text),
    )
