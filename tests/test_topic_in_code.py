"""No id of the content stands in the program or its templates, but for those with a reason here.

The lists below can only shrink: an entry that is no longer found fails too.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from handouts.cli.app import main
from handouts.cli.reference import as_markdown
from handouts.content.vocabulary import OWN_SECTIONS
from tests.support.leaflets import publisher

ROOT = Path(__file__).parents[1]
LIBRARY = publisher().library

ALSO_WORDS_OF_THE_PROGRAM = {
    "head": "a part of a page, a list or an exercise card; the groups have one of this name too",
    "time": "an element of documents and of records",
    "medicine": "a kind of class, one of a closed list",
    "paracetamol": "a word that every place has, with a second name at its first use",
}
"""Words that mean something of their own in the program."""
OF_DRAWINGS = ("handouts/content/figure.py", "handouts/render/drawings/")
"""Where the parts of a drawn body are named: anatomy, whatever the regions are called."""
REMAINING: dict[str, set[str]] = {}
"""What is still to move into the content."""
IN_TEMPLATES = {
    "templates/parts.xml": {
        "lead-emergency",
        "lead-same-day",
        "lead-routine",
        "lead-medicine",
        "lead-short-list",
    },
    "templates/short.xml": {"lead-same-day"},
    "templates/leaflet.xml": {"lead-emergency"},
}
"""The heads of the boxes of signs, which every content has by these ids."""


BOXES = ("leaflet/xhtml.py", "render/layout/flow.py")
"""Where a word is the kind of a box or of a paragraph, an element of every leaflet."""
WORDS_OF_THEIR_OWN: dict[str, tuple[str, ...]] = {
    # A field of requests, records, commands and files: what is chosen or listed.
    "exercises": (
        "audit/explain.py", "audit/leftovers.py", "audit/record_sheet.py",
        "authoring/file_schemas.py", "authoring/least_schema.py", "authoring/new_entry.py",
        "authoring/rule_schemas.py", "authoring/schemas.py", "authoring/service_schema.py",
        "batch/headers.py", "batch/make.py", "cli/commands/codes.py", "cli/commands/explain.py",
        "cli/content_report.py", "cli/nearest.py", "cli/options.py", "cli/tables.py",
        "content/library.py", "content/list_form.py", "content/parse_library.py",
        "content/staff_words.py", "content/synonyms.py", "fastpath/rerun.py",
        "governance/profile.py", "safety/least.py", "safety/page_words.py",
        "safety/statements.py", "selection/bare_words.py", "selection/code.py",
        "selection/finder.py", "selection/presets.py", "selection/understanding.py",
        "web/asked.py",
    ),
    # An element of documents and drawings, a field of a source, a size of type.
    "title": (
        "audit/explain.py", "audit/record_sheet.py", "authoring/file_schemas.py",
        "authoring/shapes.py", "batch/document_styles.py", "content/parse_records.py",
        "content/staff_words.py", "content/svg_file.py", "leaflet/xhtml.py",
        "record/document.py", "record/questionnaire.py", "render/layout/style.py",
        "web/description.py", "web/infobutton.py",
    ),
    # When to stop an exercise: a field of its card; the last word of `handout ask`; a negation.
    "stop": (
        *BOXES, "audit/diff/changes.py", "authoring/file_schemas.py", "render/layout/builder.py",
        "batch/workbook_styles.py", "cli/commands/ask.py", "content/parse_blocks.py",
        "governance/differences.py", "governance/units.py", "render/html.py",
        "render/one_column.py",
        "safety/guard.py", "safety/page_words.py", "safety/presence.py", "safety/word_classes.py",
    ),
    # An urgency, and its box.
    "emergency": (
        *BOXES, "content/parse_blocks.py", "render/html.py", "render/layout/builder.py",
        "render/text.py", "safety/statements.py",
    ),
    # A day, and the box of what needs a doctor on it.
    "today": (
        *BOXES, "batch/workbook.py", "render/html.py", "render/layout/builder.py",
        "render/layout/paragraph.py", "render/layout/signs.py", "render/typeset.py",
        "safety/guard.py", "safety/page_words.py", "safety/presence.py",
        "safety/word_classes.py", "selection/lasting.py",
    ),
    # What something is about: a field of things that are drawn, of typed words, of reports.
    "about": (
        "authoring/figure_schema.py", "authoring/file_schemas.py", "content/parse_props.py",
        "content/synonyms.py", "record/report.py", "safety/page_words.py",
        "selection/lasting.py",
    ),
    # An option of requests, and a key of topic.yaml.
    "diary": (
        "authoring/topic_schema.py", "content/look.py", "content/parse_topic.py",
        "selection/select.py",
    ),
    # Kinds of paragraphs and of boxes; a name of a column.
    "stage": (*BOXES, "content/list_form.py", "render/layout/masthead.py"),
    "message": (*BOXES, "render/layout/style.py", "safety/page_words.py"),
    "check-first": BOXES,
    "just-for-you": (*BOXES, "render/html.py"),
    # The help of the command line; a kind of resource in a record.
    "help": ("cli/nearest.py",),
    "medicines": ("record/read.py", "web/hooks.py"),
}  # fmt: skip
"""Modules that use the name of a section of the program for something else, by that word."""


def ids() -> set[str]:
    """Return the ids that an author may choose: not those of sections with a form of their own."""
    library = LIBRARY
    kinds = (
        library.regions, library.statuses, library.sections, library.groups,
        library.check_groups, library.flags, library.classes, library.figures,
        {block.id for block in library.blocks},
    )  # fmt: skip
    return {one for kind in kinds for one in kind} - {*OWN_SECTIONS, *ALSO_WORDS_OF_THE_PROGRAM}


@cache
def literals(path: Path) -> tuple[str, ...]:
    """List the texts of a module, but those that describe it."""
    tree = ast.parse(path.read_text("utf-8"))
    bodies = (getattr(node, "body", None) for node in ast.walk(tree))
    described = {
        id(part.value)
        for body in bodies
        for part in (body if isinstance(body, list) else ())
        if isinstance(part, ast.Expr)
    }
    found: list[str] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in described:
            continue
        if isinstance(node.value, str):
            found.append(node.value)
    return tuple(found)


def test_no_id_of_the_content_is_in_the_program() -> None:
    """No text of a module is the id of something in the content."""
    known = ids()
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "handouts").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(OF_DRAWINGS) and (some := known & {*literals(path)}):
            found[name] = some
    assert found == REMAINING


def test_a_section_of_the_program_is_named_once() -> None:
    """Its sixteen sections stand in one module; elsewhere such a word means another thing."""
    own = "content/vocabulary.py"
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "handouts").rglob("*.py")):
        name = path.relative_to(ROOT / "handouts").as_posix()
        for word in {*OWN_SECTIONS} & {*literals(path)} if name != own else ():
            found.setdefault(word, set()).add(name)
    assert {*OWN_SECTIONS} <= {*literals(ROOT / "handouts" / own)}
    pairs = {(word, name) for word, names in found.items() for name in names}
    listed = {(word, name) for word, names in WORDS_OF_THEIR_OWN.items() for name in names}
    # A section: import its name from that module. Another thing: add the module to the list.
    assert pairs - listed == set()
    assert listed - pairs == set()


def test_no_id_of_the_content_is_in_a_script_of_the_page() -> None:
    """The scripts that a browser runs name none."""
    known, found = ids(), {}
    scripts = [*(ROOT / "templates").rglob("*.js")]
    assert scripts
    for path in scripts:
        quoted = {*re.findall(r"[\"'`]([a-z0-9-]+)[\"'`]", path.read_text("utf-8"))}
        if some := known & quoted:
            found[path.relative_to(ROOT).as_posix()] = some
    assert found == {}


def test_no_id_of_the_content_is_in_a_template() -> None:
    """No name in quotes, and no word of an id, in a template is the id of something there."""
    known = ids()
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "templates").rglob("*.*ml")):
        quoted = {*re.findall(r"[\"']([a-z0-9-]+)[\"']", path.read_text("utf-8"))}
        if some := known & quoted:
            found[path.relative_to(ROOT).as_posix()] = some
    assert found == IN_TEMPLATES


PHRASES = re.compile(
    r"\b(low(er)? back|upper back|back pain|back (and|or) neck|neck (and|or) back|muscle spasm"
    r"|lumbar|thoracic)\b",
    re.IGNORECASE,
)


def test_no_phrase_of_the_topic_is_in_the_program() -> None:
    """No text of the program or its templates speaks of backs, necks or spasms.

    What a module says of itself is for developers; what a command says of itself is its help.
    Words of its examples come from the content.
    """
    said = {
        path: path.read_text("utf-8") if "cli" in path.parts else "\n".join(literals(path))
        for path in (ROOT / "handouts").rglob("*.py")
    }
    shown = [path for path in (ROOT / "templates").rglob("*.*") if path.suffix != ".txt"]
    said |= {path: path.read_text("utf-8") for path in shown}
    names = {path.relative_to(ROOT).as_posix(): text for path, text in said.items()}
    found = {
        name
        for name, text in names.items()
        if not name.startswith(OF_DRAWINGS) and PHRASES.search(text)
    }
    assert found == set()


def test_the_help_of_another_topic_speaks_of_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples in the manual are those of the content that is used, and none names a back."""
    monkeypatch.setenv("HANDOUTS_CONTENT", str(ROOT / "tests/data/ankle"))
    manual = as_markdown(main)
    assert "handout make ankle\n" in manual
    assert 'handout make "sprained ankle" "blood thinner" --age 71' in manual
    ids = {*LIBRARY.regions, *LIBRARY.flags, *LIBRARY.figures}
    words = {*re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", manual)}
    assert PHRASES.search(manual) is None
    assert words & ids - {"head"} == set()
