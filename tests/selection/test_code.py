"""The recipe code: what it holds, how short it is, and that no slip of a pen goes unnoticed."""

import io
import string
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert, structs

from handouts.content.look import LOOK_FIELDS, Look
from handouts.content.provenance import Provenance
from handouts.content.vocabulary import EDITIONS
from handouts.errors import RequestError, SelectionError
from handouts.render.html import render_html
from handouts.render.text import render_text
from handouts.selection.code import (
    ALPHABET,
    DOSE,
    FIELDS,
    check_symbols,
    read_code,
    read_recipe,
    write_code,
    write_recipe,
)
from handouts.selection.dose import Dose
from handouts.selection.request import Request, exercise_ids
from tests.support.chrome_text import page_words
from tests.support.leaflets import BRANCHES, ask, leaflet, pdf, publisher, with_look

ROOT = Path(__file__).parents[2]
LIBRARY = publisher().library
HERE = publisher().provenance
NAMES = exercise_ids(LIBRARY)
KEPT = ROOT / "tests" / "registry.txt"
NEVER = {"name", "note", "note_approved"}
"""What a code never holds."""


def bare(code: str) -> str:
    """Take the hyphens out of a code."""
    return code.replace("-", "")


def code_of(request: Request) -> str:
    """Write the code of a request."""
    return write_recipe(LIBRARY, request, HERE)


EXAMPLES = [
    code_of(ask("neck")),
    code_of(ask("lumbar", "chronic", "gi-ulcer", "asthma", screened=False)),
    code_of(ask("thoracic", paper="letter", exercises=("neck-turn", "chin-tuck", "bridge"))),
]


# ------------------------------------------------------------------ what it holds
def doses() -> st.SearchStrategy[Dose]:
    """Draw a dose, sensible or not."""
    count = st.none() | st.integers(0, 200)
    return st.builds(
        Dose,
        repetitions=count,
        minutes=count,
        per_day=count,
        hold_seconds=count,
        hold_breaths=count,
    )


LOOKS = st.fixed_dictionaries(
    {
        field.name: st.sampled_from(field.words) if field.words else st.booleans()
        for field in LOOK_FIELDS
    }
).map(lambda said: convert(said, Look, strict=False))


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw a request, sensible or not."""
    return Request(
        region=draw(st.sampled_from(sorted(LIBRARY.regions))),
        status=draw(st.sampled_from(sorted(LIBRARY.statuses))),
        flags=tuple(one for one in LIBRARY.flags if draw(st.booleans())),
        screened=draw(st.booleans()),
        place=draw(st.sampled_from(sorted(LIBRARY.places))),
        look=draw(LOOKS),
        date=draw(st.dates()),
        date_given=draw(st.booleans()),
        doses=tuple(draw(st.dictionaries(st.sampled_from(NAMES), doses(), max_size=3)).items()),
        exercises=tuple(draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=8))),
    )


@given(requests(), st.integers(0, 99))
def test_a_code_gives_back_its_request(request: Request, number: int) -> None:
    """Every request comes back whole from its code, with the marks of its provenance."""
    provenance = Provenance(words=str(number), program=str(number + 1))
    recipe = read_recipe(LIBRARY, write_recipe(LIBRARY, request, provenance))
    assert recipe.request == request
    assert recipe.same_words(provenance)
    assert recipe.same_program(provenance)
    assert not recipe.same_words(Provenance(words="other", program=str(number + 1)))


def test_a_code_never_holds_a_name() -> None:
    """Leaflets that differ in name alone have one code."""
    named = structs.replace(ask("neck"), name="Ana Silva")
    assert code_of(named) == code_of(ask("neck"))


def test_every_field_of_a_request_is_in_its_code() -> None:
    """What a request may say reaches the code, or is named here as what must never do so."""
    head = {"region", "status", "flags", "screened", "place", "date", "date_given"}
    known = head | {field.attribute for field in FIELDS.values()} | NEVER
    assert {*Request.__struct_fields__, *Look.__struct_fields__} - known == {"look"}


def test_every_choice_of_a_look_has_its_number() -> None:
    """A field without a number would be lost; only one that never varies needs none."""
    unnumbered = {*FIELDS} - {*LIBRARY.numbers["options"]}
    assert unnumbered == {field.name for field in LOOK_FIELDS if not field.varies}


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_usual_requests_take_twelve_symbols(region: str, status: str) -> None:
    """No flag: three groups of four; a flag costs one or two symbols more."""
    for request in (ask(region, status), ask(region, status, place="us", screened=False)):
        assert len(bare(code_of(request))) == 12
    assert len(bare(code_of(ask(region, status, "gi-ulcer")))) <= 13
    assert len(bare(code_of(ask(region, status, "gi-ulcer", "asthma", "pregnancy")))) <= 16


def test_codes_look_nothing_alike() -> None:
    """One flag more or less, or the next day, changes the code everywhere: nothing can be read."""
    codes = [code_of(ask("neck", "acute", flag)) for flag in LIBRARY.flags if flag != "under-18"]
    codes += [code_of(ask("neck", day=f"2026-11-{day:02}")) for day in range(1, 29)]
    same = [
        sum(a == b for a, b in zip(bare(one), bare(other), strict=False))
        for one in codes
        for other in codes
        if one < other
    ]
    assert max(same) < 8
    assert sum(same) / len(same) < 1


# ------------------------------------------------------------------ mistyped codes
@pytest.mark.parametrize("code", EXAMPLES)
def test_one_wrong_symbol_is_always_found(code: str) -> None:
    """Every other symbol in every place of a code, and every other key, is refused."""
    symbols = bare(code)
    for place, right in enumerate(symbols):
        for wrong in string.ascii_uppercase + string.digits + "*~$=":
            same = {"O": "0", "I": "1", "L": "1"}.get(wrong, wrong)
            if same != right:
                with pytest.raises(RequestError):
                    read_code(symbols[:place] + wrong + symbols[place + 1 :])


@pytest.mark.parametrize("code", EXAMPLES)
def test_two_swapped_neighbours_are_always_found(code: str) -> None:
    """Swapping any two neighbours that differ, check symbols too, is refused."""
    symbols = bare(code)
    for place in range(len(symbols) - 1):
        first, second = symbols[place], symbols[place + 1]
        if first != second:
            with pytest.raises(RequestError):
                read_code(symbols[:place] + second + first + symbols[place + 2 :])


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_lost_or_doubled_symbol_is_found(code: str) -> None:
    """In these codes no symbol can be left out, said twice or put before the first."""
    symbols = bare(code)
    for place in range(len(symbols)):
        for wrong in (
            symbols[:place] + symbols[place + 1 :],
            symbols[: place + 1] + symbols[place:],
        ):
            if wrong != symbols:
                with pytest.raises(RequestError):
                    read_code(wrong)
    with pytest.raises(RequestError):
        read_code("0" + symbols)


@pytest.mark.slow
def test_the_check_finds_every_slip_at_every_length() -> None:
    """The check is linear, so this is a proof: no single error and no swap sums to nothing."""
    for length in range(1, 60):
        right = [0] * length
        checks = check_symbols(right)
        for place in range(length):
            for error in range(1, 32):
                wrong = [*right]
                wrong[place] = error
                found = check_symbols(wrong)
                assert found != checks
                # A swap with the neighbour differs by the same amount in both places.
                if place + 1 < length:
                    wrong[place + 1] = error
                    assert check_symbols(wrong) != checks
                else:
                    # The last symbol of the payload and the first check symbol.
                    assert (found[0] ^ checks[0], found[1] ^ checks[1]) != (error, 0)


def test_a_code_can_be_typed_carelessly() -> None:
    """Small letters, spaces for hyphens, and O, I, L for digits read the same."""
    code = write_code("0" * 9 + "1" + "0" * 20 + "1" * 20)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_code(typed) == read_code(code)
    assert not set("ILOU") & set(ALPHABET)


@given(st.text(alphabet="01", max_size=300))
def test_bits_come_back_from_any_code(bits: str) -> None:
    """Whatever is written is read again, but for zeros at the end."""
    assert read_code(write_code(bits)).rstrip("0") == bits.rstrip("0")


# ------------------------------------------------------------------ the registry
def test_numbers_are_never_changed_nor_used_again() -> None:
    """Every number that a code was ever written with still means the same.

    `tests/registry.txt` only ever grows: add the new lines that this test prints.
    """
    now = [
        f"{kind} {number} {word}"
        for kind, words in LIBRARY.numbers.items()
        for word, number in words.items()
    ]
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    assert sorted(set(kept) - set(now)) == []
    assert sorted(set(now) - set(kept)) == []
    assert len({" ".join(line.split()[:2]) for line in kept if "usual" not in line}) == len(
        [line for line in kept if "usual" not in line]
    )


def test_codes_of_today_are_read_for_ever() -> None:
    """Codes unchanged printed on the first day decode to the same requests."""
    flags = ("gi-ulcer", "asthma")
    old = ask(
        "lumbar", "chronic", *flags, screened=False, place="eu", paper="letter", edition="full"
    )
    assert read_recipe(LIBRARY, "YEV7-SFJC-9XXQ-S1GQ").request == old


def test_a_code_that_names_no_edition_means_the_full_one() -> None:
    """A leaflet that was given out before there were editions is made again as it was."""
    old = read_recipe(LIBRARY, "YEV7-SFJC-9XXQ-S1GQ").request
    assert old.look.edition == "full"
    assert LIBRARY.numbers["options"]["edition"] == 10
    assert [code_of(ask("neck", edition=one)) == code_of(ask("neck", edition="full"))
            for one in EDITIONS] == [True, False, False]  # fmt: skip


def test_the_numbers_of_a_dose_keep_their_order() -> None:
    """A dose has the numbers that codes know, and a new one goes to the end."""
    assert Dose.__struct_fields__ == DOSE


def test_a_word_of_newer_content_is_named() -> None:
    """A code with a flag that this content lacks says so, with a way out."""
    numbers = dict(LIBRARY.numbers)
    numbers["flags"] = {**numbers["flags"], "new-flag": 77}
    newer = structs.replace(LIBRARY, numbers=numbers)
    request = structs.replace(ask("neck"), flags=("gi-ulcer", "new-flag"))
    with pytest.raises(SelectionError, match="names flag 77, which this content does not know"):
        read_recipe(LIBRARY, write_recipe(newer, request, HERE))


# ------------------------------------------------------------------ on the page
def test_the_code_stands_on_every_page() -> None:
    """Each footer of the PDF has the code; the HTML and the text end with it."""
    request = ask("neck", "acute", "gi-ulcer")
    code = leaflet(request).code
    assert code == code_of(request)
    made = pdf(request)
    for page in pypdf.PdfReader(io.BytesIO(made.content)).pages:
        assert code in page.extract_text()
    said, foot = f"Code {code}.", f"Code {code}\n"
    assert [render_text(leaflet(request)).count(one) for one in (said, foot)] == [1, 1]
    assert f"<p>Code {code}</p></footer>" in render_html(leaflet(request), LIBRARY.figures)


@pytest.mark.slow
@pytest.mark.parametrize("look", ["a5", "size 18", "half-letter"])
@pytest.mark.parametrize("count", [4, 7, 9, 45])
def test_where_a_line_is_short_the_code_stands_on_the_last_page(look: str, count: int) -> None:
    """A code that does not fit beside what DRAFT means takes its place once, or is in the text."""
    flags = [one.id for one in LIBRARY.flags.values() if not one.excludes]
    request = ask("neck", "acute", *flags[:count])
    request = with_look(request, **({"size": 18} if look == "size 18" else {"paper": look}))
    shown = [" ".join(words.split()) for words in page_words(pdf(request).content)]
    about = "".join("".join(shown[-2:]).split())
    assert f"Code{code_of(request)}" in about
    assert all("DRAFT" in text for text in shown)
    assert all("Do not give to patients." in text for text in shown[:-1])
