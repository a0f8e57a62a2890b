"""The documents say what the program does: commands, keys, variables, links, and the site."""

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from handouts.cli.app import main

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(handout [^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
RUN = ("docs/first-leaflet.md", "README.md", "docs/tour.md")
"""Pages whose blocks are run as they stand, from the top; the others are read by the parser."""
ONLY_READ = re.compile(
    r"…|--print|--from-git|--encrypt|handout (?:ask|check|diff|library|review|serve)\b"
)
"""They need a person, a printer, a repository or minutes: other tests run these."""
ENDS_WITH = {
    "handout make --region neck --flag gi-ulcr": 2,
    "handout make --region lumbar --flag asthma --edition sheet": 4,
}
"""Commands of a page that shows what is refused."""


def commands(text: str) -> Iterator[str]:
    """Yield each command of a page, in its blocks and in its sentences."""
    for kind, block in BLOCK.findall(text):
        if kind in {"", "sh", "powershell", "text", "ini", "console"}:
            joined = block.replace("\\\n", " ")
            for line in joined.splitlines():
                if found := re.match(r"(?:\$ |& \S*Scripts\\|\S*/bin/)?(handout .*)", line.strip()):
                    yield found[1].partition(" #")[0].partition(" | ")[0].partition(" > ")[0]
    yield from INLINE.findall(BLOCK.sub("", text))


def words_of(command: str) -> list[str]:
    """Split a command as a shell does."""
    return shlex.split(command)[1:]


CASES = [(page, one) for page in PAGES for one in dict.fromkeys(commands(page.read_text("utf-8")))]


def test_rows_of_a_table_are_in_a_table() -> None:
    """A row after an empty line is shown as text with bars, and so is a table without its head."""
    for page in PAGES:
        lines = BLOCK.sub("", page.read_text("utf-8")).splitlines()
        for above, line, below in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
            if line.startswith("|") and not above.startswith("|"):
                assert re.match(r"\|[\s:|-]+$", below), f"{page.name}: {line[:60]}"


def test_the_pages_have_commands() -> None:
    """The patterns above find them."""
    assert len(CASES) > 150
    assert len({page for page, _ in CASES}) > 15


def test_every_command_is_one_of_the_program() -> None:
    """Its command and all its options are there; what follows them is for other tests."""
    faults = []
    for page, command in CASES:
        if page.name in {"decisions.md", "CHANGELOG.md"}:
            continue  # they tell of what was
        try:
            words = words_of(command)
        except ValueError as error:
            faults.append(f"{page.name}: {command}: {error}")
            continue
        faults += [f"{page.name}: {command}: {fault}" for fault in unknown(words)]
    assert not faults, "\n".join(faults)


def unknown(words: list[str]) -> Iterator[str]:
    """Find what is no command and no option."""
    context = click.Context(main, info_name="handout", **main.context_settings)
    command: click.Command = main
    for word in words:
        if not word.startswith("-") and isinstance(command, click.Group):
            below = command.get_command(context, word)
            if below is None:
                if re.fullmatch(r"[a-z]+", word) and command is main:
                    yield f"no command {word}"
                return
            command = below
        elif word.startswith("--") or re.fullmatch(r"-[a-z]", word):
            option = word.partition("=")[0].rstrip(",.;:")
            known = {name for one in command.get_params(context) for name in one.opts}
            if option not in known and option != "--":
                yield f"no option {option}"


@pytest.mark.slow
@pytest.mark.sample(3)
@pytest.mark.parametrize("name", RUN)
def test_the_commands_of_a_page_run_as_they_stand(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm_cache: Path
) -> None:
    """From the top, in an empty folder; the list that a page begins is filled in by hand."""
    assert warm_cache.is_dir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    blocks = "".join(
        f"```\n{block}```\n" for _, block in BLOCK.findall((ROOT / name).read_text("utf-8"))
    )
    ran = 0
    for command in commands(blocks):
        if ONLY_READ.search(command):
            continue
        done = CliRunner().invoke(main, words_of(command))
        assert done.exit_code == ENDS_WITH.get(command, 0), f"{command}: {done.stderr}"
        if "--template" in command:
            Path("tomorrow.csv").write_text("row id,region\n1,neck\n2,lumbar\n", encoding="utf-8")
        ran += 1
    assert ran > 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file of the repository, and to a heading in it."""
    for target, anchor in LINK.findall(BLOCK.sub("", page.read_text("utf-8"))):
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), target
        if anchor and path.suffix == ".md":
            heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
            assert anchor in {
                re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in heads
            }


# ------------------------------------------------------------------ configuration
def keys_read_by(*functions: str) -> set[str]:
    """List the keys that functions of `governance.profile` ask an entry for."""
    rooms = ROOT / "handouts" / "governance"
    trees = [ast.parse((rooms / name).read_text("utf-8")) for name in ("profile.py", "desk.py")]
    return {
        call.args[0].value
        for tree in trees
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in functions
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"get", "need"}
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def table(after: str) -> set[str]:
    """List what stands in code in the first column of the table after some words."""
    text = (ROOT / "docs/configuration.md").read_text("utf-8").partition(after)[2]
    rows = text.partition("\n\n|")[2].partition("\n\n")[0].splitlines()[1:]
    return {
        word
        for row in rows
        for word in re.findall(r"`([^`]+)`", row.split("|")[0 if not row.startswith("|") else 1])
    }


def test_every_key_of_the_profile_is_in_the_table() -> None:
    """None is missing, none is left over."""
    assert table("## service.yaml") == keys_read_by("profile", "parse_signing", "parse_desk")
    assert table("Of each of `reviewers`") == keys_read_by("_reviewer")
    presets = table("Of each of `presets`")
    assert presets >= {"sheet", "head", "encoding", "columns", "ignore", "region", "flags"}


def test_every_variable_is_in_the_table() -> None:
    """Those that begin with HANDOUTS_, and folders of the system."""
    named = re.compile(r"[\"'](HANDOUTS_[A-Z]+|XDG_[A-Z_]+|LOCALAPPDATA|PROGRAMDATA)[\"']")
    code = [path.read_text("utf-8") for path in (ROOT / "handouts").rglob("*.py")]
    found = {word for text in code for word in named.findall(text)}
    assert table("## Variables") == found


# ------------------------------------------------------------------ the site, and installation
@pytest.mark.slow
def test_the_site_is_built_with_no_complaint(tmp_path: Path) -> None:
    """Each page is in its menu, each link leads somewhere, and nothing is fetched."""
    if find_spec("material") is None:
        pytest.skip("mkdocs-material is not installed")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    usual = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(build, cwd=ROOT, env=usual, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "handout make" in (tmp_path / "commands.html").read_text("utf-8")
    for page in tmp_path.glob("*.html"):
        fetched = re.findall(
            r'<(?:script|link|img)[^>]* (?:src|href)="(https?:[^"]+)"', page.read_text("utf-8")
        )
        assert not [one for one in fetched if "canonical" not in one], page.name


def test_the_container_takes_the_tested_versions_and_no_root() -> None:
    """It cannot be built here; its lines can be read."""
    lines = (ROOT / "Dockerfile").read_text("utf-8")
    assert "--constraint /source/constraints.txt" in lines
    assert re.search(r"^USER (?!root)\w+$", lines, re.MULTILINE)
    assert 'ENTRYPOINT ["handout"]' in lines


SHELL = sorted(
    path
    for path in (ROOT / "scripts").iterdir()
    if path.is_file() and re.match(r"#!.*\b(ba)?sh\n", path.read_text("utf-8"))
)


@pytest.mark.parametrize("path", SHELL, ids=lambda path: path.name)
def test_each_script_can_be_read_by_the_shell(path: Path) -> None:
    """And says at its top what it does."""
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0
    assert path.read_text("utf-8").splitlines()[1].startswith("# ")
    assert os.access(path, os.X_OK)


def test_the_modules_that_content_and_templates_name_are_there() -> None:
    """A comment that sends an author to a module of the program names one that exists."""
    texts = [path for folder in ("content", "templates") for path in (ROOT / folder).rglob("*.*ml")]
    named = {
        one
        for path in texts
        for one in re.findall(r"\bhandouts/[\w/]+\.py\b", path.read_text("utf-8"))
    }
    assert named
    assert sorted(one for one in named if not (ROOT / one).is_file()) == []
