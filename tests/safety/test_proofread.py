"""Leaflets are read: none is left out, nothing wrong is missed, and it is told where it is."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from handouts import pipeline
from handouts.cli.app import main
from handouts.content.load import load_library, resource
from handouts.content.vocabulary import FULL, SHEET, STANDARD
from handouts.errors import CompositionError
from handouts.leaflet.compose import compose_leaflet
from handouts.leaflet.xhtml import KnownSections, parse_sections
from handouts.safety import readability
from handouts.safety.guard import broken_rules
from handouts.safety.leaflet_text import TextFolder
from handouts.safety.proofread import (
    DEEP,
    ONE,
    Findings,
    Proofreader,
    grades_text,
    preview_command,
    proofread,
    requests_of,
    word_faults,
    wrong_text,
)
from handouts.safety.readability import (
    PlainWords,
    TextCounts,
    count_text,
    grade,
    leaflet_text,
    load_plain_words,
)
from tests.support import processes
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher, selection
from tests.support.processes import DEADLINE

CONTENT = resource("content")
FEW = tuple(
    ask(region, status, *flags, screened=bool(flags))
    for region, status in BRANCHES
    for flags in ((), ("gi-ulcer",), ("pregnancy", "osteoporosis", "under-18"))
)
SHORT_PROOF = f"""
import sys
import pytest
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from handouts.__main__ import main
from tests.support.short_check import shorten_check
shorten_check(pytest.MonkeyPatch(), deep=2)
main()
"""
"""The program in a process of its own, with few rules to prove and fewer leaflets to list.

A deep check still reads tens of thousands: it takes minutes, and begins some seconds sooner.
"""


@cache
def plain_words() -> PlainWords:
    """Read the list of plain words that ships."""
    return load_plain_words(CONTENT)


def edited(tmp_path: Path, file: str, find: str, put: str) -> Path:
    """Copy the content, with one edit."""
    folder = Path(copytree(CONTENT, tmp_path / "content"))
    text = (folder / file).read_text("utf-8")
    assert find in text
    (folder / file).write_text(text.replace(find, put, 1), "utf-8")
    return folder


def line_of(path: Path, words: str) -> int:
    """Give the line of a file that holds some words."""
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


# ------------------------------------------------------------------ which leaflets
def sets_of_flags(most: int, *, without: str = "") -> int:
    """Count the sets of up to `most` flags in which none excludes another."""
    flags = [flag for flag in publisher().library.flags.values() if flag.id != without]
    return sum(
        not any(one.id in other.excludes for one in chosen for other in chosen)
        for count in range(most + 1)
        for chosen in combinations(flags, count)
    )


@pytest.mark.parametrize("most", [ONE, pytest.param(DEEP, marks=pytest.mark.slow)])
def test_every_set_of_flags_in_every_context(most: int) -> None:
    """The check reads each allowed set of flags in every region, status and edition.

    The editions of several sheets are read asked and not asked. One sheet is only for those who
    were asked, who are not under 18, and who have at most two flags.
    """
    requests = list(requests_of(publisher().library, most))
    found = Counter((one.look.edition, one.screened) for one in set(requests))
    assert found.total() == len(requests)
    every = len(BRANCHES) * sets_of_flags(most)
    asked = len(BRANCHES) * sets_of_flags(min(most, 2), without="under-18")
    assert found == {
        (FULL, True): every,
        (FULL, False): every,
        (STANDARD, True): every,
        (STANDARD, False): every,
        (SHEET, True): asked,
    }


# ------------------------------------------------------------------ what was read before
def test_a_known_section_is_the_section() -> None:
    """Reading with what is known of other leaflets gives the same leaflets and finds the same."""
    known = KnownSections()
    for request in FEW:
        eye = TextFolder(publisher().library.words_in("gb", request.region))
        chosen = selection(request)
        one = compose_leaflet(publisher().library, chosen, publisher().templates)
        again = compose_leaflet(
            publisher().library, chosen, publisher().templates, parse=known.parse
        )
        assert again == one
        # Without any rule kept, each says what is missing; both must say the same.
        stripped = replace(chosen, chosen=chosen.chosen[::2])
        assert broken_rules(publisher().library, stripped, again, publisher().rules, eye) == (
            broken_rules(publisher().library, stripped, one, publisher().rules)
        )


@pytest.mark.parametrize(
    "xhtml",
    [
        '<article>\n<section id="a"><p>One.</p></section>\n</article>',
        "<article></article>",
        '<article><section id="a"><!-- </section> --><p>One.</p></section></article>',
    ],
)
def test_known_sections_parse_the_same(xhtml: str) -> None:
    """Piece by piece or in one go, a document gives the same sections."""
    assert KnownSections().parse(xhtml, "t") == parse_sections(xhtml, "t")


@pytest.mark.parametrize(
    "xhtml",
    [
        '<article><section id="a"><p>One.</p></section>text</article>',
        '<article><section id="a"><p>One.</p></section><p>Two.</p></article>',
        '<article>\n<section id="a"><p>One.</p></section>\n<section><p>Two</section></article>',
        '<article><section id="a"><section id="b"></section></section></article>',
        '<section id="a"></section>',
        "<article></article></section>",
        "",
    ],
)
def test_known_sections_refuse_the_same(xhtml: str) -> None:
    """What is no leaflet is refused with the same words and the same line."""
    with pytest.raises(CompositionError) as whole:
        parse_sections(xhtml, "t")
    with pytest.raises(CompositionError, match=re.escape(str(whole.value))):
        KnownSections().parse(xhtml, "t")


def test_weights_add_up() -> None:
    """The grade of a leaflet is that of its whole text, though it is counted line by line."""
    for request in FEW:
        text = leaflet_text(leaflet(request))
        added = sum(map(count_text, text.split("\n")), TextCounts())
        assert added.grade == grade(text)


# ------------------------------------------------------------------ the same on all cores
@pytest.mark.long
@pytest.mark.slow
def test_the_cores_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker or three: the same findings, in the same order, and each piece is told."""
    monkeypatch.setattr("handouts.safety.proofread._PIECE", 9)
    strict = replace(plain_words(), instead={"gently": "softly", "often": "much"})
    requests = list(requests_of(publisher().library, ONE))[::60]
    told: list[int] = []
    reader = Proofreader(publisher().library, publisher().rules, strict)
    alone = proofread(reader, requests)
    assert proofread(reader, requests, 3, told.append) == alone
    assert sum(told) == alone.leaflets == len(requests)
    assert len(told) > 3
    assert alone.wrong


# ------------------------------------------------------------------ what is found
def findings(folder: Path) -> Findings:
    """Read the leaflets without flags of a folder of content."""
    opened = pipeline.open_publisher(folder)
    reader = Proofreader(opened.library, opened.rules, load_plain_words(folder))
    return proofread(reader, list(requests_of(opened.library, 0)))


@pytest.mark.slow
def test_a_layout_fault_comes_with_its_request(tmp_path: Path) -> None:
    """A rule that only a composed leaflet can break is told with the command that shows it."""
    folder = edited(tmp_path, "labels.yaml", "stop-if: Stop if", 'stop-if: "Stop if {n}"')
    found = findings(folder)
    assert "rule 12 does not hold" in wrong_text(found)
    assert "see: handout make --region neck --status acute --edition full" in wrong_text(found)


def test_the_command_that_shows_a_leaflet_names_its_edition() -> None:
    """What is wrong on one sheet alone is not on the leaflet that a shorter command would make."""
    one = next(one for one in requests_of(publisher().library, 0) if one.look.edition == "sheet")
    assert " --edition sheet --format text" in preview_command(one)


@pytest.mark.slow
def test_a_hard_leaflet_names_file_and_line(tmp_path: Path) -> None:
    """A leaflet over grade 6 is a fault, at the file and line of its hardest sentence."""
    hard = "Consideration necessitates deliberation. " * 90
    better = "Use the one that feels better."
    folder = edited(tmp_path, "blocks/heat-cold.yaml", better, hard + better)
    found = findings(folder)
    line = line_of(folder / "blocks" / "heat-cold.yaml", hard)
    graded = [str(one.fault) for one in found.wrong if "over 6" in one.fault.message]
    assert 1 <= len(graded) <= 3
    at = re.compile(r"content/blocks/heat-cold\.yaml:(\d+): .*: reading grade over 6")
    assert all((place := at.match(one)) and int(place[1]) <= line for one in graded)


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("file", "find", "put", "message"),
    [
        ("labels.yaml", "Do it once", "Administer it once", "repeat-once: “Administer” is no"),
        ("figures.yaml", "The head turns slowly", "The cervical turns", "neck-turn: “cervical” is"),
        (
            "blocks/everyday.yaml",
            "Ask for help.",
            "Consult a physician.",
            "“Consult” is not a plain",
        ),
    ],
)
def test_hard_words_name_file_and_line(
    tmp_path: Path, file: str, find: str, put: str, message: str
) -> None:
    """A hard word of a block, a label or a drawing is found where it is written."""
    folder = edited(tmp_path, file, find, put)
    faults = list(map(str, word_faults(load_library(folder), folder, load_plain_words(folder))))
    assert any(re.match(rf"content/{file}:\d+: ", one) and message in one for one in faults)


def test_what_ships_is_plain() -> None:
    """No block, label or drawing that ships has a hard word or a long sentence."""
    assert not word_faults(publisher().library, CONTENT, plain_words())


def test_words_that_are_the_same_everywhere_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """`handout check --fast` reads a block again where a place or a region words it otherwise."""
    read: list[str] = []
    passives = readability.passives

    def kept(text: str, words: PlainWords) -> list[str]:
        read.append(text)
        return passives(text, words)

    monkeypatch.setattr(readability, "passives", kept)
    library = publisher().library
    known = [words for place in library.places for words in library.each_words_in(place)]
    texts = [{readability.block_text(block, one) for one in known} for block in library.blocks]
    assert CliRunner().invoke(main, ["check", "--fast"]).exit_code == 0
    assert sorted(read) == sorted(text for one in texts for text in one)


# ------------------------------------------------------------------ the command
def test_the_report_grades_by_leaflet() -> None:
    """Six baselines, the range, and the hardest leaflets with the command to look at them."""
    reader = Proofreader(publisher().library, publisher().rules, plain_words())
    found = proofread(reader, list(FEW))
    lines = grades_text(publisher().library, found).splitlines()
    assert sum(line.startswith("reading grade") for line in lines) == len(BRANCHES) + 1
    hardest = found.hardest[0]
    assert f"  {hardest.grade:4.1f}  {preview_command(hardest.request)}" in lines
    assert any(re.match(r" +\d+\.\d  content/[\w./-]+:\d+: ", line) for line in lines)


@pytest.mark.slow
@pytest.mark.usefixtures("few_leaflets")
def test_a_hard_word_fails_the_check(tmp_path: Path) -> None:
    """Words that are not plain end `handout check` with exit code 3, and say where they are."""
    folder = edited(tmp_path, "labels.yaml", "Do it once", "Administer it once")
    done = CliRunner().invoke(main, ["check", "--content", str(folder)])
    assert done.exit_code == 3
    assert "content/labels.yaml:" in done.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("warm_cache")
def test_ctrl_c_stops_a_deep_check_at_once(tmp_path: Path) -> None:
    """At a terminal a deep check shows how far it is; Ctrl-C ends it, and leaves no process."""
    leader, follower = pty.openpty()
    running = processes.start(
        [sys.executable, "-c", SHORT_PROOF, "check", "--deep"],
        stdout=subprocess.DEVNULL,
        stderr=follower,
        cwd=tmp_path,
    )
    os.close(follower)
    shown = b""
    while b"/" not in shown:
        shown += os.read(leader, 100)
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(timeout=DEADLINE) == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
    os.close(leader)
