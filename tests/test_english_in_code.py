"""What a patient reads stands in the content or in a template, and in no module of a leaflet.

What a module tells a clinician (a fault, a line before the path) is no part of a leaflet.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "handouts"
ROOMS = ("leaflet", "render", "pipeline.py", "reuse.py")
"""What makes a leaflet out of a selection."""
TOLD = frozenset({"Fault", "fault", "note", "KeyError", "ValueError", "TypeError", "OSError"})
"""What is called with words for whoever runs the program."""
MESSAGES = frozenset({"message", "hint", "on_page", "reason"})
_MARKUP = re.compile(r"^[^<>]*=\"?[^<>]*>|<[^<>]*>|<[^<>]*$|^[^<>]*/?>")
_ENGLISH = re.compile(
    r"\b[A-Za-z’']{2,}[,:;]? (?:[a-z’']{2,}|I|a)\b|^\s?[A-Z][a-z]{2,}[a-z ]*[.:!?]$"
    r"|\b[A-Z]{3,} [A-Z]{3,}\b|^\s?[A-Z]{5,}$"
)
"""Two words that follow each other, a word with a stop after it, or one in capitals."""
NOT_READ_BY_PATIENTS = {
    "pipeline.py": {" pages on ", "; print on both sides, flipped on the short edge, and fold"},
    "render/layout/pocket_card.py": {"print it on a4 or letter paper"},
    "render/drawings/skeleton.py": {
        " away from its place",
        ": below the floor",
        ": out of the frame",
    },
    "render/html.py": {'; src: url("data:font/woff2;base64,'},
    "render/pdf/archive.py": {"No copyright"},
}
"""What is told to a clinician or an author, or stands in a colour profile or a style."""
OF_STAFF = {"weak_password.py"}
"""What says why a password is refused."""
OF_FORMATS = re.compile(
    r"pdfaExtension|obj|endstream|begincmap|<<|src 'none'|img-src|xpacket|endcmap"
)
"""Pieces of a PDF or of a policy for browsers."""


def printed(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module but for its docstrings and what it tells of faults."""
    if isinstance(tree, ast.Raise) or (
        isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)
    ):
        return
    if isinstance(tree, ast.Call):
        called = getattr(tree.func, "id", getattr(tree.func, "attr", ""))
        if called in TOLD or called.endswith("Error"):
            return
    if isinstance(tree, ast.Assign):
        names = {
            one.id
            for target in tree.targets
            for one in ast.walk(target)
            if isinstance(one, ast.Name)
        }
        if names <= MESSAGES:
            return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree.value
    for one in ast.iter_child_nodes(tree):
        yield from printed(one)


def english_in(source: str) -> set[str]:
    """Return the texts of a module that have words of English in them."""
    return {
        text
        for text in printed(ast.parse(source))
        if not OF_FORMATS.search(text) and _ENGLISH.search(_MARKUP.sub(" ", text).strip("\n"))
    }


def test_no_sentence_that_is_printed_stands_in_the_code() -> None:
    """Two lines of every draft that had changed stood in `compose.py`, where nobody signs them."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")) or [ROOT / room]:
            if path.name in OF_STAFF:
                continue
            if some := english_in(path.read_text("utf-8")):
                found[path.relative_to(ROOT).as_posix()] = some
    assert found == NOT_READ_BY_PATIENTS


@pytest.mark.parametrize(
    "line",
    [
        'LINE = "Do not take ibuprofen"',
        "def f(x): return f'<p>Call {x} now: every sign</p>'",
        'WORDS = {"stop": "Stop."}',
        'TAG = "CHANGED SINCE REVIEW"',
        'draw("DRAFT")',
    ],
)
def test_a_sentence_in_the_code_would_be_found(line: str) -> None:
    """The test above sees sentences, pieces between braces, and a word alone with its stop."""
    assert english_in(line)
    assert english_in('raise ValueError("no such page here")') == set()
    assert english_in('message = f"the page {n} is not there"') == set()
