"""What people type is understood, or asked about, or refused in words; never guessed in silence."""

import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handouts.cli.app import main
from handouts.cli.tables import suggest
from handouts.content.library import Library
from handouts.content.load import load_library
from handouts.errors import ContentError
from handouts.pipeline import open_publisher
from handouts.selection.finder import Asks, Finder, Means, Near, NotAFlag, Unknown, finder_of
from handouts.selection.understanding import resolve, split_cell

pytestmark = pytest.mark.sample(4)

ROOT = Path(__file__).parents[2]
NECK = ("make", "--region", "neck", "--no-cache", "-o", "x.pdf")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, away from the caller's settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("HANDOUTS_CONTENT", "HANDOUTS_SERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))


@cache
def library() -> Library:
    """Give the content that ships."""
    return load_library()


def finder() -> Finder:
    """Give its finder."""
    return finder_of(library())


def run(*words: str) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words))


# ------------------------------------------------------------------ the finder
@pytest.mark.parametrize(
    "word",
    ["Low back", "LOW-BACK", "low_back", "lowback", " low  back ", "Löw back", "low backs"],
)
def test_the_shape_of_a_word_makes_no_difference(word: str) -> None:
    """Capitals, accents, hyphens, blanks and a plural are folded."""
    found = finder().find(word, "regions")
    assert isinstance(found, Means)
    assert found.entry == "lumbar"


@pytest.mark.parametrize("word", ["sleep apnoea", "sleep apnea", "leukaemia", "leukemia"])
def test_both_sides_of_the_atlantic_are_understood(word: str) -> None:
    """British and American spellings are one."""
    assert isinstance(finder().find(word), Means)


@pytest.mark.parametrize(
    "word",
    [
        "?asthma", "asthma?", "no asthma", "not asthma", "query asthma", "asthma resolved",
        "ex-asthmatic", "never pregnant", "warfarin stopped", "allergic to warfarin", "~cancer",
        "mother has cancer", "risk of stroke", "asthma, warfarin", "gi-ulcer+asthma", "(asthma)",
    ],
)  # fmt: skip
def test_a_word_in_doubt_is_never_taken(word: str) -> None:
    """What is denied, suspected, past, of somebody else, or two things, means no entry."""
    assert not isinstance(finder().find(word, "flags"), Means)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("underactive-thyroid", "overactive-thyroid-or-rhythm"),
        ("hypothiroid", "overactive-thyroid-or-rhythm"),
        ("hypotention", "high-blood-pressure"),
        ("low-blood-presure", "high-blood-pressure"),
        ("overwieght", "low-weight"),
        ("hypokalaemia", "kidney-disease"),
        ("under 15", "under-18"),
        ("over 18", "under-18"),
        ("c-section", "reduced-sensation"),
        ("penicillin-allergy", "nsaid-allergy"),
        ("osteoarthritis", "osteoporosis"),
        ("bleeding", "breastfeeding"),
        ("ace-inhibitor", "cancer-history"),
        ("canker sore", "cancer-history"),
        ("carbamazepine", "overactive-thyroid-or-rhythm"),
        ("hydroxyzine", "immunosuppressed"),
        ("Accupro", "pacemaker"),
        ("hives", "immunosuppressed"),
        ("hearing aids", "immunosuppressed"),
    ],
)
def test_no_word_leads_to_its_opposite_or_to_a_namesake(word: str, other: str) -> None:
    """Neither the opposite nor what is merely spelt alike is named."""
    assert other not in repr(finder().find(word, "flags"))


@pytest.mark.parametrize(
    "word", ["hypertension", "hyperthyroid", "overactive thyroid", "over 65", "high blood pressure"]
)
def test_one_letter_less_never_turns_a_meaning_round(word: str) -> None:
    """Of all words that lack a letter, none leads to something else than the whole word."""
    means = finder().find(word)
    assert isinstance(means, Means)
    for index in range(len(word)):
        found = finder().find(word[:index] + word[index + 1 :], "flags")
        if isinstance(found, Near):
            assert isinstance(found.finding, Means)
            assert found.finding.entry == means.entry


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    """Nothing that can be typed breaks the finder, and noise means nothing."""
    assert finder().find(text, "flags") is not None
    assert isinstance(finder().find(f"{text}qzx", "flags"), Unknown)


def test_every_word_of_the_content_finds_itself() -> None:
    """What content lists is found, whatever kind is asked for."""
    for sense in finder().senses:
        for word in sense.words:
            found = finder().known(word)
            assert found is not None
            assert getattr(found, "entry", "") == sense.means


def test_a_question_names_medicines_that_are_understood() -> None:
    """Whatever medicine a question names, the word leads to that flag or to a kind of it."""
    named = {
        "blood-thinners": "warfarin apixaban rivaroxaban dabigatran edoxaban heparin",
        "warfarin": "warfarin acenocoumarol phenindione",
        "other-blood-thinner": "apixaban rivaroxaban dabigatran edoxaban heparin",
        "antiplatelet": "clopidogrel aspirin",
        "lithium-or-methotrexate": "lithium methotrexate ciclosporin tacrolimus",
        "nsaid-allergy": "aspirin ibuprofen",
        "immunosuppressed": "HIV transplant chemo biologics",
    }
    for flag, words in named.items():
        for word in words.split():
            assert word in library().flags[flag].question
            found = finder().find(word, "flags")
            entries = found.entries if isinstance(found, Asks) else [getattr(found, "entry", "")]
            broad = {library().flags[entry].kind_of for entry in entries}
            assert flag in {*entries, *broad}, word


# ------------------------------------------------------------------ the command line
def test_what_a_word_means_is_taken_and_said() -> None:
    """A note says what each word was understood as; ids need none."""
    words = ("--flag", "apixaban", "--flag", "COPD", "--flag", "Asthma")
    result = run("make", "--region", "Low back", "--status", "long-term", *words, "-o", "x.pdf")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[:4] == [
        "Low back: lumbar",
        "long-term: chronic",
        "apixaban: other-blood-thinner",
        "COPD: breathing-problem",
    ]


def test_a_leaflet_made_again_says_it_again() -> None:
    """With what was kept of the content too; the fast path has its own in test_output_places."""
    words = ("make", "--region", "neck", "--flag", "apixaban", "-o", "x.pdf")
    assert run(*words).stderr == run(*words).stderr
    assert "apixaban: other-blood-thinner" in run(*words).stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--flag", "asthmatic child"),
            (
                "unknown flag `asthmatic child`\n  hint: give each flag its own --flag: "
                "--flag asthma; `child` may be `under-18`, or none: Are you under 18?"
            ),
        ),
        (
            ("--flag", "breathless"),
            "`breathless` may be `heart-disease` or `breathing-problem`, or none\n  hint: Do you",
        ),
        (
            ("--flag", "liver"),
            "`liver` may be `liver-disease`, or none\n  hint: Do you have liver disease? If yes,",
        ),
        (
            ("--flag", "underactive thyroid"),
            "there is no flag `underactive thyroid`\n  hint: No question is about an underactive",
        ),
        (
            ("--flag", "warfrin"),
            "unknown flag `warfrin`\n  hint: did you mean `warfarin`?\n",
        ),
        (
            ("--flag", "apixabn"),
            "unknown flag `apixabn`\n  hint: did you mean `apixaban`? It is `other-blood-th",
        ),
        (
            ("--flag", "aged 17"),
            "`aged 17` is an age\n  hint: give it by --age 17, or in the column `age` of a list\n",
        ),
        (("--flag", "neck"), "`neck` is no flag\n  hint: it is the region `neck`"),
        (("--place", "apixaban"), "`apixaban` is no place\n  hint: it is the flag `other-blo"),
        (("--flag", "asthma gi-ulcer"), "unknown flag `asthma gi-ulcer`\n  hint: give each flag"),
        (("--flag", "asthma/gi-ulcer"), "unknown flag `asthma/gi-ulcer`\n  hint: give each flag"),
        (("--flag", "xyzzy"), "unknown flag `xyzzy`\n  hint: `handout list flags` shows all"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_asked_or_explained(words: Sequence[str], message: str) -> None:
    """A word that only asks shows its question; one that is about none says so; none is made."""
    result = run(*NECK, *words)
    assert result.exit_code == 2
    assert f"error: {message}" in result.stderr
    assert not Path("x.pdf").exists()


def test_a_word_of_no_region_names_the_regions_of_the_content() -> None:
    """The sentence follows the content: a region that a service adds is in it."""
    regions = library().regions
    more = replace(regions["neck"], id="shoulder", label="Shoulder")
    found = Finder(replace(library(), regions={**regions, "shoulder": more})).find("bunion")
    assert isinstance(found, NotAFlag)
    assert found.sentence.endswith("The regions are: Neck, Upper back, Low back, Shoulder.")


def test_doses_and_exercises_are_understood() -> None:
    """An exercise may be called by its name, in a dose too."""
    words = ("--exercise", "Turn your head", "--dose", "neck rotation=5x3")
    result = run(*NECK, *words)
    assert result.exit_code == 0
    assert "Turn your head: neck-turn\nneck rotation: neck-turn" in result.stderr


def test_find_says_what_words_mean_and_where_they_stand() -> None:
    """A synonym, a question and a code are found; what is nowhere is an error."""
    assert run("find", "apixaban").stdout.startswith(
        "apixaban: other-blood-thinner\n\nFlags: Bleeding\n"
    )
    assert "gi-ulcer" in run("find", "K25").stdout
    assert run("find", "gout").stdout.startswith("gout: No question is about this")
    assert run("find", "low", "back").stdout.startswith("Low back: lumbar")
    assert run("find", "zzzz").exit_code == 2


def test_list_flags_takes_words() -> None:
    """Only flags that have to do with the words are listed."""
    stdout = run("list", "flags", "thyroid").stdout
    assert "overactive-thyroid-or-rhythm" in stdout
    assert "pregnancy" not in stdout
    assert run("list", "flags", "zzzz").exit_code == 2
    assert run("list", "regions", "neck").exit_code == 2


@pytest.mark.parametrize(
    ("what", "start", "found"),
    [
        ("regions", "low", ["lumbar"]),
        ("flags", "war", ["warfarin"]),
        ("flags", "elq", []),
        ("flags", "eliq", ["other-blood-thinner"]),
        ("flags", "gi", ["gi-ulcer", "gi-bleed-history"]),
        ("places", "unit", ["gb", "us"]),
        ("flags", "thyroid pr", []),
    ],
)
def test_a_shell_completes_labels_and_synonyms(what: str, start: str, found: list[str]) -> None:
    """Where no id starts so, the ids come whose label or certain synonym does."""
    assert [one.value for one in suggest(what, start, None)] == found


# ------------------------------------------------------------------ worklists
@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("asthma gi-ulcer", ("asthma", "gi-ulcer")),
        ("blood thinner, COPD", ("blood thinner", "COPD")),
        ("heart failure type 2 diabetes", ("heart failure", "type 2 diabetes")),
        ("asthma resolved", ("asthma", "resolved")),
        ("aunt had breast cancer", ("aunt", "had", "breast cancer")),
        ("", ()),
    ],
)
def test_a_cell_is_split_between_known_phrases(cell: str, words: tuple[str, ...]) -> None:
    """Phrases of several words stay whole; a word that nobody knows stays, and refuses the row."""
    assert split_cell(library(), "flags", cell) == words


@pytest.mark.slow
def test_a_worklist_understands_words_and_says_them_once() -> None:
    """Cells go through the finder; what they were understood as is told at the end, once each."""
    Path("w.csv").write_text(
        "region,status,flags\nLow back,new,apixaban COPD\nNECK,acute,apixaban\nneck,acute,thyroid\n"
        "neck,acute,family history of breast cancer\nneck,acute,asthma+gi-ulcer\n"
    )
    result = run("batch", "w.csv", "-o", "out", "--workers", "1")
    assert result.exit_code == 1
    assert len(list(Path("out").glob("*.pdf"))) == 3
    assert result.stderr.count("apixaban: other-blood-thinner") == 1
    for said in ("Low back: lumbar", "new: acute", "COPD: breathing-problem"):
        assert said in result.stderr
    assert "`thyroid` may be `overactive-thyroid-or-rhythm`" in result.stderr
    assert "unknown flag `asthma+gi-ulcer` (did" not in result.stderr


def test_older_content_is_asked_for_by_its_ids(tmp_path: Path) -> None:
    """Content of a day before the words still loads to be compared with, and knows its ids."""
    folder = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    (folder / "synonyms.yaml").unlink()
    old = load_library(folder, older=True)
    assert resolve(old, "flags", ["asthma"]).ids == ("asthma",)
    assert resolve(old, "flags", ["warfarin"]).ids == ("warfarin",)
    assert resolve(old, "regions", ["LOW-BACK"]).notes == ("Low back: lumbar",)


def test_a_workshop_of_older_content_opens(tmp_path: Path) -> None:
    """A leaflet of a day before the words can still be remade, and its code be looked up."""
    folder = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    (folder / "synonyms.yaml").unlink()
    assert open_publisher(folder, older=True).library.synonyms == b""
    with pytest.raises(ContentError, match=r"content/synonyms\.yaml:1: no such file"):
        open_publisher(folder)
