"""`handout diff`: which leaflets a change of content changes, exactly, and how it says so."""

import random
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace
from selenium.webdriver import Chrome

from handouts.audit.diff.impact import compare
from handouts.cli.app import main
from handouts.content.library import Library
from handouts.content.load import load_library
from handouts.content.vocabulary import EDITIONS
from handouts.leaflet.compose import compose_leaflet
from handouts.selection.request import Request
from handouts.selection.select import select_blocks
from tests.safety.test_mutations import MUTATIONS, mutate
from tests.support.browser import as_usual, complaints, leave, show, violations
from tests.support.compare_once import compare_once
from tests.support.leaflets import ask, publisher

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{2,5}){2,}|Version [0-9a-f]{8} of")
SMALL_PRINT = re.compile(
    r'<p class="small"><strong>Sources.*?</p>\s*<p class="small">.*?</p>', re.DOTALL
)
# One mutation of each kind: cells, rules, words, exercises, signs, headings, sections.
EXACT = (
    "heat ok where nobody asked",
    "the young get advice on heat",
    "the list to tick is not printed with ibuprofen",
    "a movement with another exercise",
    "paracetamol written out",
)


def run(*words: str | Path) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, ["diff", *map(str, words)])


@pytest.fixture(autouse=True)
def _what_ships_is_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compare_once(monkeypatch)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Give a copy of the content to change."""
    return Path(shutil.copytree(ROOT / "content", tmp_path / "new" / "content"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change the first such words of a file."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


# ------------------------------------------------------------------ exactly who
def words_of(library: Library, request: Request) -> str:
    """Give what a leaflet says, without the small print, and codes and versions."""
    selection = select_blocks(library, request)
    leaflet = compose_leaflet(library, selection, publisher().templates)
    return CODE.sub("", SMALL_PRINT.sub("", leaflet.xhtml))


@pytest.mark.sample(5)
@pytest.mark.parametrize("name", EXACT)
def test_just_the_requests_that_are_named_see_another_leaflet(name: str, content: Path) -> None:
    """For requests of every context, in and out of the audience, real leaflets differ or do not."""
    mutation = next(one for one in MUTATIONS if one["name"] == name)
    file = content / ("advice.csv" if "cell" in mutation else mutation["file"])
    file.write_text(mutate(file.read_text(encoding="utf-8"), mutation), encoding="utf-8")
    old, new = publisher().library, load_library(content)
    impact = compare(old, new)
    chance = random.Random(name)  # noqa: S311 - the same requests on every run
    flags_of_old = list(old.flags)
    for context, changed in impact.changed.items():
        cases = impact.sets.cover(changed, impact.requests[context], 3)[0]
        near = chance.choice(cases) if cases else None
        for number in range(2):
            flags = set(chance.sample(flags_of_old, chance.choice((0, 1, 2, 4))))
            if near and number:
                flags = (flags | set(near.given)) - set(near.absent)
            if not impact.sets.has(impact.requests[context], flags):
                continue
            request = replace(
                ask(context.region, context.status, screened=context.screened),
                look=replace(ask().look, edition=context.edition),
                flags=tuple(flag for flag in flags_of_old if flag in flags),
            )
            differs = any(
                words_of(old, at) != words_of(new, at)
                for at in (replace(request, place=place) for place in ("gb", "us"))
            )
            assert differs == impact.sets.has(changed, flags), request


def count_sets(flags: frozenset[str], pairs: frozenset[frozenset[str]]) -> int:
    """Count the sets of flags that hold no pair, by taking each flag or leaving it."""
    met = [pair for pair in pairs if pair <= flags]
    if not met:
        return 1 << len(flags)
    flag = min(met[0])
    others = frozenset(other for pair in met if flag in pair for other in pair)
    return count_sets(flags - {flag}, pairs) + count_sets(flags - others, pairs)


@cache
def all_requests() -> int:
    """Count the requests of a place: regions, statuses, screened or not, editions, sets of flags.

    Counted in another way than the report does, from what the flags say of each other.
    """
    library = load_library(ROOT / "content")
    pairs = frozenset(
        frozenset((flag.id, other)) for flag in library.flags.values() for other in flag.excludes
    )
    contexts = len(library.regions) * len(library.statuses) * 2 * len(EDITIONS)
    return contexts * count_sets(frozenset(library.flags), pairs)


# ------------------------------------------------------------------ what it says
def test_a_folder_beside_itself_changes_nothing(content: Path) -> None:
    """Comments, line breaks and the order of files change no leaflet: exit code 0."""
    edit(content, "flags.yaml", "flags:\n", "# a remark\nflags:\n")
    result = run(ROOT / "content", content, "--no-pages")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "No leaflet changes" in result.stdout


def test_a_word_of_a_region_reaches_its_own_leaflets(content: Path) -> None:
    """What a region calls the part that hurts changes no leaflet of another region."""
    edit(content, "vocabulary.yaml", "sore_part: back or neck", "sore_part: neck")
    out = run(ROOT / "content", content, "--no-pages").stdout
    told = out.partition("words:neck: ")[2].partition("\n\n")[0]
    assert "sore_part: [-back or-] neck" in told
    assert re.search(r"^ +neck, acute or chronic", told, re.MULTILINE)
    assert not re.search(r"lumbar|thoracic|every region", told)


def test_a_changed_cell_says_whom_it_reaches(content: Path) -> None:
    """A report names the cell, both levels, the exact number of requests and their flags."""
    file = content / "advice.csv"
    mutation = next(one for one in MUTATIONS if one["name"] == "massage ok with a blood thinner")
    file.write_text(mutate(file.read_text(encoding="utf-8"), mutation), encoding="utf-8")
    result = run(ROOT / "content", content, "--no-pages")
    assert result.exit_code == 1
    assert f"of {all_requests():,} requests" in result.stdout
    assert "advice:blood-thinners: advice  (advice.csv)" in result.stdout
    assert "massage: [-ask-] {+ok+}" in result.stdout
    assert "all with blood-thinners and" in result.stdout


@pytest.mark.slow
def test_text_rule_place_label_and_figure_are_told_apart(content: Path) -> None:
    """Every kind of change is named as what it is, with file and line, and a word diff."""
    edit(content, "blocks/medicines.yaml", "Wash your hands after", "Wash both hands after")
    edit(content, "labels.yaml", "try: You can try", "try: You may try")
    edit(content, "places.yaml", 'urgent_line: "111"', 'urgent_line: "112"')
    edit(content, "blocks/medicines.yaml", "when: {advice: {nsaid-systemic: avoid}}",
         "when: {status: acute, advice: {nsaid-systemic: avoid}}")  # fmt: skip
    edit(content, "vocabulary.yaml", "label: Everyday life", "label: Every day")
    out = run(ROOT / "content", content, "--no-pages").stdout
    assert re.search(r"medicine-gel: text  \(content/blocks/medicines.yaml:\d+\)", out)
    assert "Wash [-your-] {+both+} hands" in out
    assert "label:try: text" in out
    assert "You [-can-] {+may+} try" in out
    assert re.search(r"place:gb: \w+ .*places.yaml", out)
    assert re.search(r"medicine-same-kind: rule", out)
    assert "section:everyday: text" in out
    assert "[-Everyday life;-] {+Every day;+}" in out
    assert "at gb only" in out


@pytest.mark.slow
def test_an_added_and_a_removed_flag_are_requests_of_one_side(content: Path) -> None:
    """A block that is gone is named so, and who had it sees another leaflet."""
    text = (content / "blocks/massage.yaml").read_text(encoding="utf-8")
    ident = re.findall(r"- id: (\S+)", text)[-1]
    start = text.index(f"  - id: {ident}")
    (content / "blocks/massage.yaml").write_text(text[:start], encoding="utf-8")
    result = run(ROOT / "content", content, "--no-pages")
    assert result.exit_code == 1
    assert f"{ident}: removed" in result.stdout
    assert f"{ident}: added" in run(content, ROOT / "content", "--no-pages").stdout


@pytest.mark.slow
def test_a_template_that_changes_counts_for_every_leaflet(content: Path) -> None:
    """Templates beside the content are compared by what they mean: a remark is no change."""
    beside = shutil.copytree(ROOT / "templates", content.parent / "templates")
    edit(beside, "parts.xml", "{# The parts", "{# These are the parts")
    assert run(ROOT / "content", content, "--no-pages").exit_code == 0
    edit(beside, "leaflet.xml", '<section id="top">', '<section id="head">')
    result = run(ROOT / "content", content, "--no-pages")
    assert result.exit_code == 1
    assert f"{all_requests():,} of {all_requests():,} requests" in result.stdout
    assert "template leaflet.xml changed" in result.stdout


@pytest.mark.slow
def test_an_exercise_that_only_clinicians_pick_is_a_change_too(content: Path) -> None:
    """Words of an exercise outside every usual set change no counted request, and still exit 1."""
    blocks = [b for b in publisher().library.blocks if b.kind == "exercise" and b.body.released]  # type: ignore[union-attr]
    shown = {
        choice.block.id
        for region in ("neck", "thoracic", "lumbar")
        for status in ("acute", "chronic")
        for choice in select_blocks(publisher().library, ask(region, status)).chosen
    }
    name = next(b.id for b in blocks if b.id not in shown)
    text = (content / "exercises.yaml").read_text(encoding="utf-8")
    start = text.index(f"- id: {name}\n")
    changed = re.sub(r"\n( +)name: \"(.*)\"\n", r"\n\1name: '\2 slowly'\n", text[start:], count=1)
    assert changed != text[start:]
    (content / "exercises.yaml").write_text(text[:start] + changed, encoding="utf-8")
    result = run(ROOT / "content", content, "--no-pages")
    assert result.exit_code == 1
    assert "chosen by hand (--exercise)" in result.stdout
    assert name in result.stdout


@pytest.mark.slow
def test_leaflets_that_grow_are_named(content: Path) -> None:
    """Where single leaflets get more sides, both numbers are told."""
    long = " ".join(["Press the gel pack gently on the sore part for a while."] * 35)
    edit(content, "flags.yaml", 'lead: "You have, or had, a **stomach or gut ulcer**."',
         f'lead: "You have, or had, a **stomach or gut ulcer**. {long}"')  # fmt: skip
    out = run(ROOT / "content", content).stdout
    assert re.search(r"SIDES: \d+ of 6 leaflets with no flag or one flag differ", out)
    assert re.search(r"\w+, \w+, gi-ulcer: \d sides → \d+ sides", out)


def test_html_is_one_well_formed_page_that_fetches_nothing(content: Path, tmp_path: Path) -> None:
    """The report is one file with a language, a title, headings, del and ins, and no script."""
    edit(content, "blocks/medicines.yaml", "Wash your hands", "Wash <b>both</b> hands")
    target = tmp_path / "report.html"
    result = run(ROOT / "content", content, "--no-pages", "--format", "html", "-o", target)
    assert (result.exit_code, result.stdout) == (1, f"{target}\n")
    page = target.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>\n")
    assert '<html lang="en">' in page
    assert "<del>your</del>" in page
    assert "<ins>&lt;b&gt;both&lt;/b&gt;</ins>" in page
    assert not re.search(r"<script|<link|<img|https?://", page)


@pytest.mark.slow
def test_the_page_is_sound_in_a_browser(content: Path, tmp_path: Path, browser: Chrome) -> None:
    """Bold words are bold in it, not marked; axe finds nothing, at the width of a phone neither."""
    edit(content, "flags.yaml", 'lead: "You have, or had, a **stomach or gut ulcer**."',
         'lead: "You have, or had, a stomach or **gut ulcer**. See below."')  # fmt: skip
    target = tmp_path / "report.html"
    run(ROOT / "content", content, "--no-pages", "--format", "html", "-o", target)
    page = target.read_text(encoding="utf-8")
    assert "**" not in page
    assert "<del><strong>stomach or (bold)</strong></del>" in page
    assert "**" not in run(ROOT / "content", content, "--no-pages").stdout
    for width in (320, 1280):
        leave(browser)
        show(browser, target, width)
        assert violations(browser) == []
        assert complaints(browser) == []
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    as_usual(browser)


# ------------------------------------------------------------------ revisions
@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with the content in it, committed once."""
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "content", root / "content")
    for words in (
        ("init", "--quiet"),
        ("add", "."),
        ("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "First"),
    ):
        subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)
    return root


@pytest.mark.slow
def test_by_default_the_folder_is_compared_with_what_was_committed(repository: Path) -> None:
    """Without words it is HEAD against the folder as it is; the folder itself is not touched."""
    content = repository / "content"
    assert run("--content", content, "--no-pages").exit_code == 0
    edit(content, "blocks/medicines.yaml", "Wash your hands", "Wash both hands")
    before = {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}
    result = run("--content", content, "--no-pages")
    assert result.exit_code == 1
    assert "old: HEAD (content version" in result.stdout
    assert {path: path.read_bytes() for path in content.rglob("*") if path.is_file()} == before
    assert run("HEAD", "HEAD", "--content", content, "--no-pages").exit_code == 0


@pytest.mark.parametrize("word", ["no-such-branch", "--all", "HEAD~7"])
def test_an_unknown_revision_is_a_clear_error(repository: Path, word: str) -> None:
    """What is neither a folder nor a revision is said to be so; a dash starts no option of git."""
    result = run("--content", repository / "content", "--no-pages", "--", word)
    assert result.exit_code == 2
    assert "neither a folder nor a revision" in result.stderr


def test_outside_git_two_folders_are_asked_for(content: Path) -> None:
    """A revision of a folder that git does not know is a clear error."""
    result = run("HEAD", "--content", content)
    assert result.exit_code == 2
    assert "is not in a git repository" in result.stderr


@pytest.mark.parametrize("side", ["OLD", "NEW"])
def test_broken_content_names_its_side(content: Path, side: str) -> None:
    """A fault of either side comes with the side, the file and the line."""
    edit(content, "blocks/medicines.yaml", "advice: {nsaid-topical: ok}", "advice: {gel: ok}")
    pair = (content, ROOT / "content") if side == "OLD" else (ROOT / "content", content)
    result = run(*pair)
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"the content of {side}, `{content}`, is broken" in result.stderr
    assert re.search(
        rf"content/blocks/medicines.yaml:\d+: .*in {side} .*unknown class", result.stderr
    )


def commit(repository: Path, subject: str) -> None:
    """Keep the repository as it is now."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for words in (("add", "--all"), (*who, "commit", "--quiet", "--allow-empty", "-m", subject)):
        subprocess.run(["git", "-C", str(repository), *words], check=True, capture_output=True)


@pytest.mark.slow
def test_content_from_before_the_registry_is_compared(repository: Path) -> None:
    """OLD may lack the numbers of codes, in git or as a folder: no leaflet had a code. NEW may not.

    Leaflets are typeset on both sides, so that a side that fell silent would show.
    """
    content = repository / "content"
    kept = (content / "registry.yaml").read_bytes()
    (content / "registry.yaml").unlink()
    commit(repository, "Before there were codes")
    older = shutil.copytree(content, repository / "older")
    (content / "registry.yaml").write_bytes(kept)
    edit(content, "flags.yaml", "can make an ulcer bleed.", "can make your ulcer bleed.")
    for old, words in (("HEAD", ()), (older, ("--no-pages",))):
        result = run(old, "--content", content, *words)
        assert result.exit_code == 1
        assert "These painkillers can make [-an-] {+your+} ulcer bleed." in result.stdout
        sides = r"^SIDES: \d of 6 leaflets with no flag or one flag differ$"
        assert words or re.search(sides, result.stdout, re.MULTILINE)
    refused = run(content, older)
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "content/registry.yaml:1: in NEW" in refused.stderr.replace("older/", "content/")


def test_a_revision_without_all_content_names_the_first_that_has_it(tmp_path: Path) -> None:
    """A revision that is too old to be read says what it lacks, and which one is the first."""
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "content", root / "content", ignore=shutil.ignore_patterns("advice.csv"))
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    commit(root, "Half of it")
    shutil.copy(ROOT / "content" / "advice.csv", root / "content")
    commit(root, "All of it")
    commit(root, "Later")
    first = subprocess.run(["git", "-C", str(root), "rev-parse", "--short", "HEAD~1"],
                           check=True, capture_output=True, text=True).stdout.strip()  # fmt: skip
    result = run("HEAD~2", "--content", root / "content", "--no-pages")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "OLD, `HEAD~2`, has no `advice.csv`" in result.stderr
    assert f"the first revision that can be read is {first} of 20" in result.stderr
