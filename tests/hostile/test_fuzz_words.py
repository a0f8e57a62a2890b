"""Whatever a caller types, it ends in a leaflet that shows it as plain text, or in an error."""

import io
import re
from collections.abc import Sequence
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handouts.content.provenance import CONTENT_BITS, PROGRAM_BITS
from handouts.errors import HandoutsError
from handouts.pipeline import prepare, render
from handouts.render.text import preview
from handouts.selection.code import (
    ALPHABET,
    encode_fixed,
    encode_number,
    read_recipe,
    write_code,
    write_recipe,
)
from handouts.selection.request import Request, check_sense
from tests.support.chrome_text import page_words
from tests.support.hostile import ending, run, tree, tries, words
from tests.support.leaflets import ask, publisher

pytestmark = pytest.mark.slow

NAME, NOTE = "Zebedee", "Ottoline"


class Tags(HTMLParser):
    """The elements of a page with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element."""
        self.tags.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        """Take in a comment."""
        self.tags.append(("!", data))

    def handle_data(self, data: str) -> None:
        """Take in words."""
        self.words += data


def without_marks_of_script(tags: list[object]) -> list[object]:
    """Leave out what a leaflet itself puts around a typed word of another script."""
    marks: tuple[object, ...] = tuple(
        ("bdi", [one]) for one in (("lang", ""), ("dir", "ltr"), ("dir", "rtl"))
    )
    kept = [tag for tag in tags if tag not in marks]
    return [
        (tag[0], [one for one in tag[1] if one != ("dir", "rtl")])
        if isinstance(tag, tuple) and isinstance(tag[1], list)
        else tag
        for tag in kept
    ]


def set_in_type(request: Request) -> bytes | str:
    """Make a leaflet as PDF; give what is said when it is refused."""
    with ending():
        try:
            return render(publisher(), request, prepare(publisher(), request), "pdf")[0]
        except HandoutsError as refused:
            return str(refused)


def page(request: Request) -> str:
    """Make a leaflet as HTML."""
    content, _ = render(publisher(), request, prepare(publisher(), request), "html")
    return content.decode()


def asked(name: str, note: str) -> Request | None:
    """Word a request for a patient; None when it is refused."""
    with suppress(HandoutsError):
        return ask("neck", "acute", "asthma", name=name, note=note)
    return None


@tries(25)
@example("{{ 7*7 }}", "{% for x in y %}{{ request.flags }}")
@example("</p></section>", "<script>alert(1)</script>")
@example("<bdi lang=''>", "\u05d0<bdi lang=''>")
@given(words, words)
def test_typed_words_are_plain_text(name: str, note: str) -> None:
    """Markup, templates and entities in a name or note are shown unchanged typed."""
    request = asked(f"{NAME} {name}", f"{NOTE} {note}")
    if request is None:
        return
    found = Tags(page(request))
    plain = ask(
        "neck", "acute", "asthma", name=NAME, note="\n".join("x" * len(request.note.split("\n")))
    )
    other_script = not f"{request.name}{request.note}".isascii()
    tags = without_marks_of_script(found.tags) if other_script else found.tags
    assert tags == Tags(page(plain)).tags
    shown = " ".join(found.words.split())
    assert " ".join(request.name.split()) in shown
    assert all(" ".join(line.split()) in shown for line in request.note.split("\n"))
    assert NAME not in preview(prepare(publisher(), ask("neck")), 80, "ascii")


@pytest.mark.slow
@tries(8)
@example("\\) Tj ET (", "endstream endobj")
@example("e\u0301" * 30, "\u0301\u0301")
@given(words, words)
def test_any_name_and_note_prints_or_is_refused(name: str, note: str) -> None:
    """A name or note is set in the PDF and stands in none of its metadata; or it is refused."""
    request = asked(f"{NAME} {name}", f"{NOTE} {note}")
    if request is None:
        return
    made = set_in_type(request)
    if isinstance(made, str):
        assert not re.search(f"{NAME}|{NOTE}", made)
        return
    reader = pypdf.PdfReader(io.BytesIO(made))
    said = "".join(page_words(made))
    assert NAME in said
    assert NOTE in said
    xmp = reader.xmp_metadata
    assert xmp is not None
    about = str(reader.metadata) + xmp.stream.get_data().decode()
    assert NAME not in about
    assert NOTE not in about


# ------------------------------------------------------------------ codes
LIBRARY, PROVENANCE = publisher().library, publisher().provenance
CODE = write_recipe(LIBRARY, ask("neck", "acute", "asthma", exercises=("neck-turn",)), PROVENANCE)
HERE = encode_fixed(PROVENANCE.words_mark, CONTENT_BITS) + encode_fixed(
    PROVENANCE.program_mark, PROGRAM_BITS
)


def forged(option: str, bits: str) -> str:
    """Write the bits of a usual request after its marks, with one option more."""
    usual = encode_fixed(0, 6) + encode_number(0, 11) + "00"
    return f"{usual}1{encode_number(LIBRARY.numbers['options'][option] - 1, 2)}{bits}"


def remade(code: str) -> None:
    """Read a code, and compose its leaflet; or be refused."""
    with ending(), suppress(HandoutsError):
        request = read_recipe(LIBRARY, code).request
        check_sense(LIBRARY, request)
        prepare(publisher(), request)


@tries(60)
@given(words | st.text(alphabet=ALPHABET, max_size=250))
def test_any_words_for_a_code_end_clearly(code: str) -> None:
    """What is no code is refused, however long it is."""
    remade(code)


@tries(60)
@given(
    st.integers(0, len(CODE)), st.integers(0, 3), st.text(alphabet=ALPHABET + "-oil ", max_size=3)
)
def test_a_mistyped_code_ends_clearly(at: int, length: int, new: str) -> None:
    """A slip of the pen in a code is refused, or is no slip."""
    remade(CODE[:at] + new + CODE[at + length :])


@tries(100)
@example(forged("earlier-date", encode_number(2**400, 13)))
@example(forged("earlier-date", encode_number(2**20, 13)))
@example(forged("exercises", encode_number(2**300, 1)))
@example(forged("size", encode_number(2**30, 1)))
@given(st.text(alphabet="01", max_size=400) | st.text(alphabet="0001", max_size=400))
def test_a_forged_code_ends_clearly(bits: str) -> None:
    """A code with the right marks and checks, made up to ask for anything, is read or refused."""
    remade(write_code(HERE + bits))


# ------------------------------------------------------------------ the command line
OPTIONS = (
    "--region", "--status", "--flag", "--place", "--paper", "--size", "--date", "--name",
    "--note", "--note-file", "--exercise", "--dose", "--language", "--preset", "--content",
    "--format",
)  # fmt: skip
typed = words.map(lambda text: re.sub("[\0\ud800-\udc7f\udd00-\udfff]", "", text))


@tries(25)
@example("make", [("--content", "\udcff")])
@example("make", [("--note-file", "/dev/zero")])
@given(
    st.sampled_from(("make", "explain", "decode", "current", "remake", "no-such", "preset")),
    st.lists(st.tuples(st.sampled_from(OPTIONS), typed), max_size=3),
)
def test_any_words_on_the_command_line_end_clearly(
    command: str, options: Sequence[tuple[str, str]]
) -> None:
    """Any option may hold any words: nothing is written but what was asked for."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        given_ = [word for option in options for word in option]
        if command in ("make", "explain"):
            usual = ["--region", "neck", "--format", "text"]
            run(command, *usual, *given_, *(["-o", "leaflet"] if command == "make" else []))
        else:
            run(command, *given_)
        assert set(tree(Path(folder))) <= {"leaflet"}
