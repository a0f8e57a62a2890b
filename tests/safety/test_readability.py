"""How hard the leaflets read: every one of them, every block, and the measures themselves."""

import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache

import pytest
import textstat

from handouts.content.blocks import Block
from handouts.content.load import resource
from handouts.content.look import Look
from handouts.errors import ContentError, Origin
from handouts.leaflet.tree import (
    Heading,
    ItemList,
    Leaflet,
    Paragraph,
    Picture,
    Run,
    Section,
    Table,
)
from handouts.safety.readability import (
    LEAFLET_GRADE,
    SENTENCE_WORDS,
    Grader,
    PlainWords,
    block_faults,
    block_text,
    costliest_sentence,
    grade,
    jargon,
    leaflet_faults,
    leaflet_text,
    long_sentences,
    masked,
    parse_plain_words,
    passives,
    section_text,
    sentences,
    syllables,
    words,
    worst_sentences,
)
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher

LIBRARY = publisher().library
NAME = "content/plain_words.yaml"
EVERY_BRANCH = pytest.mark.parametrize(
    ("region", "status"), BRANCHES, ids=[" ".join(branch) for branch in BRANCHES]
)


@cache
def plain_words() -> PlainWords:
    """Read the list of plain words that ships."""
    return parse_plain_words((resource("content") / "plain_words.yaml").read_text("utf-8"), NAME)


@cache
def leaflets(region: str, status: str) -> dict[str, Leaflet]:
    """Compose the leaflets of a branch: without a flag and with each, asked and not asked."""
    return {
        f"{flag or 'no flag'}, {'asked' if screened else 'not asked'}": leaflet(
            ask(region, status, *([flag] if flag else []), screened=screened)
        )
        for flag in ["", *LIBRARY.flags]
        for screened in (True, False)
    }


@cache
def grades(text: str) -> tuple[float, float]:
    """Grade the text of a leaflet, by our count and by that of textstat."""
    return grade(text), textstat.flesch_kincaid_grade(stopped(text))


# ------------------------------------------------------------------ what ships
@pytest.mark.slow
@pytest.mark.sample(6)
@EVERY_BRANCH
def test_every_leaflet_reads_at_grade_six(region: str, status: str) -> None:
    """No leaflet of a branch is harder than grade 6, by our count and by that of textstat."""
    for name, one in leaflets(region, status).items():
        assert max(grades(leaflet_text(one))) <= LEAFLET_GRADE, name


@pytest.mark.slow
@pytest.mark.sample(6)
@EVERY_BRANCH
def test_no_leaflet_has_a_hard_word_or_a_long_sentence(region: str, status: str) -> None:
    """No leaflet of a branch has a word not to use, a sentence over 20 words, or a cold section."""
    grader = Grader(plain_words())
    for name, one in leaflets(region, status).items():
        assert not [str(fault) for _, fault in grader.faults(one)], name


def words_at(place: str) -> Mapping[str, str]:
    """Return what texts may use in braces at a place, in the low back."""
    return LIBRARY.words_in(place, "lumbar")


@pytest.mark.parametrize("place", LIBRARY.places)
def test_every_block_reads_well_in_every_place(place: str) -> None:
    """No block is harder than grade 8, holds a hard word or a long sentence, or hides who acts."""
    faults = [
        str(fault)
        for block in LIBRARY.blocks
        for fault in block_faults(block, words_at(place), plain_words())
    ]
    assert not faults


@pytest.mark.parametrize("figure", LIBRARY.figures)
def test_the_text_for_a_drawing_reads_well(figure: str) -> None:
    """A listener hears short sentences and plain words in the place of a drawing."""
    alt = LIBRARY.figures[figure].alt
    assert not long_sentences(alt)
    assert not jargon(alt, plain_words())


# ------------------------------------------------------------------ the list of plain words
def test_the_list_has_enough_words_and_each_has_a_reason() -> None:
    """At least sixty words have a plain one, and no word that may stay lacks a reason."""
    listed = plain_words()
    assert len(listed.instead) >= 60
    assert all(len(reason) > 4 for reason in listed.allowed.values())
    assert not {word.lower() for word in listed.instead} & {w.lower() for w in listed.allowed}


def test_no_plain_word_is_itself_a_hard_word() -> None:
    """What the list tells an author to write is not on the list."""
    wrong = {
        word: better
        for word, better in plain_words().instead.items()
        if jargon(better, plain_words())
    }
    assert not wrong


def test_a_plain_word_uses_the_words_of_places() -> None:
    """Words in braces are words of every place."""
    asked = {
        word for text in plain_words().instead.values() for word in re.findall(r"\{(\w+)\}", text)
    }
    assert asked <= set(words_at("gb"))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("instead: [acute]\nallowed: {}\nparticiples: {}\n", "`instead` is not a list of words"),
        ("instead: {upon: on}\nallowed: {}\nparticiples: {}\n", "`instead` is not a list of words"),
        ("instead: {}\nparticiples: {}\n", "`allowed` is not a list of words"),
        ("- acute\n", "`participles` is not a list of words"),
        ("instead: {", "not YAML"),
        ("instead: {a: b, a: c}\nallowed: {}\nparticiples: {}\n", "`a` occurs twice"),
        ("{alowed: {}, instead: {}, allowed: {}, participles: {}}\n", "unknown key `alowed`"),
    ],
    ids=["list", "yes-or-no", "missing", "no-mapping", "broken", "twice", "misspelt"],
)
def test_a_broken_list_is_told(raw: str, message: str) -> None:
    """A list that is not words with words is a fault of its file."""
    with pytest.raises(ContentError, match=re.escape(message)) as caught:
        parse_plain_words(raw, NAME)
    assert caught.value.faults[0].origin in {Origin(NAME, 1), Origin(NAME, 2)}


# ------------------------------------------------------------------ sentences, words, syllables
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("Stop.", ["Stop."]),
        ("Rest. Then walk.", ["Rest.", "Then walk."]),
        ("Heat or cold? Use one.", ["Heat or cold?", "Use one."]),
        ("one item\nthe next item", ["one item", "the next item"]),
        ("Call now if: it gets worse.", ["Call now if: it gets worse."]),
        ("Wait 2.5 hours.", ["Wait 2.5 hours."]),
        ("Read “Medicines.” Then ask.", ["Read “Medicines.", "Then ask."]),
    ],
)
def test_a_text_is_cut_into_sentences(text: str, expected: list[str]) -> None:
    """A sentence ends at a full stop, a question or exclamation mark, or the end of the line."""
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Get up, slowly.", ["Get", "up", "slowly"]),
        ("an X-ray", ["an", "X-ray"]),
        ("Crohn’s or don't", ["Crohn’s", "or", "don't"]),
        ("10 to 15 minutes", ["10", "to", "15", "minutes"]),
        ("0–10 — “yes”", ["0", "10", "yes"]),
    ],
)
def test_words_are_counted_as_a_reader_counts(text: str, expected: list[str]) -> None:
    """Dashes and quotation marks are no words; what a hyphen joins is one."""
    assert words(text) == expected


SYLLABLES = {
    1: "a guard the pain walks walked used sides whole breathe breathed goes knees does stroke "
    "stretched held worse eyes blood nurse fades mixed times smiles 999",
    2: "any very muscle muscles spasm rhythm every something people safely forehead places touches "
    "needed special being lying codeine shoulder bottle unless tablet nurses table spasms",
    3: "painkiller medicine exercise pharmacist position unsteady easier naproxen opposite injury "
    "arthritis area idea physio period usual medium everything infection",
    4: "ibuprofen diazepam emergency diclofenac exercises celecoxib centimetres methotrexate",
    5: "paracetamol high-temperature",
    6: "acetaminophen",
}


@pytest.mark.parametrize(
    ("count", "word"), [(count, word) for count, line in SYLLABLES.items() for word in line.split()]
)
def test_syllables_are_counted(count: int, word: str) -> None:
    """The count is that of a dictionary, also for silent letters and medicine names."""
    assert syllables(word) == count


# ------------------------------------------------------------------ grades
def stopped(text: str) -> str:
    """End each line with a full stop, as textstat needs it."""
    return re.sub(r"(?<![.!?])$", ".", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("Stop. Sit down. Rest.", -4, 0),
        ("Walk a little, often. Easy walking is enough.", 2, 6),
        (
            "Administration of systemic medication necessitates careful consideration.",
            20,
            50,
        ),
    ],
)
def test_harder_texts_have_higher_grades(text: str, low: float, high: float) -> None:
    """Short words in short sentences have a low grade, and the words of a textbook a high one."""
    assert low <= grade(text) <= high


@pytest.mark.parametrize(
    "text",
    [
        "Get up. Walk to the door and back. Sit down if your back hurts. Do it four times a day.",
        "The nurse can show you how to stand up from a chair without much pain in your back.",
        "We looked at the heart, the lungs and the blood, and we found that all of them were well.",
    ],
)
def test_a_grade_is_that_of_textstat_where_its_syllables_are_right(text: str) -> None:
    """Where both count the same syllables, the grades differ only by its rounding."""
    assert sum(map(syllables, words(text))) == textstat.syllable_count(text)
    assert abs(grade(text) - textstat.flesch_kincaid_grade(text)) <= 0.6


@pytest.mark.slow
@pytest.mark.sample(6)
@EVERY_BRANCH
def test_our_grade_is_never_much_lower_than_that_of_textstat(region: str, status: str) -> None:
    """Textstat hears one syllable in "medicine", and rounds too early; ours is the stricter."""
    for name, one in leaflets(region, status).items():
        ours, theirs = grades(leaflet_text(one))
        assert theirs - 0.5 <= ours <= theirs + 1.6, name


def test_the_hardest_sentences_come_first() -> None:
    """The worst sentences are listed with their grades, as many as asked for."""
    text = "Rest. Consideration necessitates deliberation. Ask a nurse about your tablets."
    found = worst_sentences(text, 2)
    assert [one for _, one in found] == [
        "Consideration necessitates deliberation.",
        "Ask a nurse about your tablets.",
    ]
    assert found[0][0] > found[1][0]


def test_the_sentence_that_costs_most_is_not_a_pair_of_long_names() -> None:
    """What makes a leaflet hard is named, not two words that are hard and change nothing."""
    hard = "Consideration necessitates deliberation. "
    text = f"Rest. Paracetamol (acetaminophen). {hard * 9}Ask a nurse about your tablets."
    assert worst_sentences(text, 1)[0][1] == "Paracetamol (acetaminophen)."
    assert costliest_sentence(text) == hard.strip()


@pytest.mark.parametrize(("count", "expected"), [(SENTENCE_WORDS, 0), (SENTENCE_WORDS + 1, 1)])
def test_a_sentence_of_twenty_words_is_long_enough(count: int, expected: int) -> None:
    """Twenty words pass, one more does not."""
    assert len(long_sentences("go " * (count - 1) + "on.")) == expected


# ------------------------------------------------------------------ words and voice
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Take it prior to food.", ["prior to"]),
        ("ACUTE pain, and chronic pain.", ["ACUTE", "chronic"]),
        (
            "It is contraindicated; consult a physician.",
            ["contraindicated", "consult", "physician"],
        ),
        ("Two physicians administered analgesics.", ["physicians", "administered", "analgesics"]),
        ("An NSAID may cause nausea.", ["NSAID", "nausea"]),
        ("Lumbar, thoracic and cervical pain", ["Lumbar", "thoracic", "cervical"]),
        ("a suppository", ["suppository"]),
        ("A new pain. Ask a doctor before you take it.", []),
        ("a viable neck, the Oral-B brush, an extensional list", []),
        ("rheumatoid arthritis", []),
    ],
)
def test_hard_words_are_found(text: str, expected: list[str]) -> None:
    """Whole words are found in any case and with their plain endings, but not parts of words."""
    assert [word for word, _ in jargon(text, plain_words())] == expected


def test_a_hard_word_comes_with_a_plain_one() -> None:
    """The author is told what to write."""
    assert jargon("It is acute.", plain_words()) == [("acute", "new")]


def test_words_that_may_stay_weigh_little() -> None:
    """A medicine that has no plainer name counts as a short word in a block's grade."""
    text = "Ask a pharmacist before you take Paracetamol or ibuprofen."
    assert masked(text, plain_words()) == "Ask a it before you take it or it."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The tablet is taken with food.", ["is taken"]),
        ("Heat should not be used.", ["be used"]),
        ("The pack was never carefully wrapped.", ["was never carefully wrapped"]),
        ("If you were told to drink less, do that.", []),
        ("Your leg is swollen.", []),
        ("Wrap it in a towel.", []),
        ("You need care.", []),
    ],
)
def test_the_passive_voice_is_guessed(text: str, expected: list[str]) -> None:
    """A form of "to be" with a participle is a passive, unless the participle is listed."""
    assert passives(text, plain_words()) == expected


# ------------------------------------------------------------------ faults of blocks and leaflets
def block(kind: str) -> Block:
    """Give a block of the library by its id."""
    return next(one for one in LIBRARY.blocks if one.id == kind)


def test_a_block_says_all_its_words() -> None:
    """The text of an exercise holds its name, its steps of both stages, stop signs and cautions."""
    text = block_text(block("pelvic-tilt"), words_at("gb"))
    for part in ("Pelvic tilt", "only a little", "Hold, and keep", "spreads down", "a firm bed"):
        assert part in text
    assert "{" not in text
    assert "**" not in text


def test_a_block_without_a_number_to_call_takes_its_other_sentence() -> None:
    """Where a place lacks an urgent line, the sentence without it is read."""
    text = block_text(block("rf-overdose"), words_at("us"))
    assert text.startswith("Call 911 now.")


def test_a_block_fault_names_file_line_and_remedy() -> None:
    """Each fault stands where the block is written, and says what to write."""
    strict = PlainWords(instead={"boiling": "very hot"}, allowed={}, participles={})
    faults = block_faults(block("heat-how"), words_at("gb"), strict)
    assert [fault.hint for fault in faults] == ["write “very hot”"]
    assert re.fullmatch(
        r"[\w-]+/blocks/heat-cold\.yaml:\d+: heat-how: “boiling” is not a plain word\n"
        r"  hint: write “very hot”",
        str(faults[0]),
    )


def test_a_hard_block_is_a_fault() -> None:
    """If no word may stay, a line about medicines is too hard, and its worst part is named."""
    bare = PlainWords(instead={}, allowed={}, participles={})
    (fault,) = block_faults(block("nsaid-systemic-ask"), words_at("gb"), bare)
    assert fault.message.startswith("reading grade 11")
    assert fault.hint.startswith("hardest: “Ask a pharmacist")


def test_the_hardest_sentence_is_told_in_its_own_words() -> None:
    """An allowed word counts as a short one, and is there when the sentence is told."""
    known = PlainWords(instead={}, allowed={"pharmacist": "its name"}, participles={})
    (fault,) = block_faults(block("nsaid-systemic-ask"), words_at("gb"), known)
    assert "a pharmacist" in fault.hint


def story(*texts: str) -> Leaflet:
    """Make a leaflet of one section, with parts around it that nobody reads aloud."""
    return Leaflet(
        title="Neck", subject="", language="en", look=Look(paper="a4"), accent="",
        draft="", draft_line="", code="", code_line="", page_of="",
        xhtml="",
        sections=(
            Section(
                id="what-it-is",
                parts=(
                    Heading(level=2, runs=(Run("Musculoskeletal information"),)),
                    Picture(figure="walking", alt="A person walks."),
                    Table(kind="diary", head=("Day",), rows=(("Pain",),)),
                    Paragraph(kind="small", runs=(Run("Version 1"),)),
                    *(Paragraph(kind="body", runs=(Run(text),)) for text in texts),
                    ItemList(kind="bullets", items=()),
                ),
            ),
        ),
    )  # fmt: skip


def test_only_sentences_are_read() -> None:
    """Headings, pictures, tables and small print have no grade."""
    assert section_text(story("Rest a while.").sections[0]) == "Rest a while."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Chronic pain lasts.",
            "what-it-is: “Chronic” is not a plain word\n  hint: write “lasting”",
        ),
        (
            "It is so. It is so. It is so. It is.",
            "what-it-is: the reader is not addressed\n  hint: say “you”; where a region has no ",
        ),
        ("Go " * 20 + "on.", "what-it-is: 21 words in one sentence: “"),
        ("Considerable intellectual deliberation.", "Neck: reading grade "),
    ],
)
def test_a_leaflet_fault_names_its_section(text: str, message: str) -> None:
    """Each fault of a finished leaflet names the section, or the leaflet for its grade."""
    assert [str(fault)[: len(message)] for fault in leaflet_faults(story(text), plain_words())] == [
        message
    ]


def test_textstat_is_not_needed() -> None:
    """A service measures its words without the development dependency."""
    code = (
        "import sys; sys.modules['textstat'] = None\n"
        "from handouts.safety.readability import grade; grade('')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
