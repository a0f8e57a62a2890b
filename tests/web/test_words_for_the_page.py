"""Whoever reads a refusal on the page is told what to do on the page, not on a command line."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.support.page_server import PageServer

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"(?<![\w-])--(?:[a-z]|$)|`?handout [a-z]+|HANDOUTS_")
"""How the command line is spoken of."""
MAKERS = {"Fault": 9, "unreadable_error": 4, "Problem": 9}
"""What makes a fault, and from how many arguments on it has words for the page."""
ROOMS = ("content", "selection", "record", "leaflet", "render", "safety", "governance", "batch",
         "system", "web")  # fmt: skip
COMMANDS_ONLY = {
    "batch/output.py": "a folder to write into is of the command",
    "batch/ready.py": "ready leaflets are made by a command",
    "batch/run.py": "it prints what a command made",
    "batch/watch.py _check_printing": "a folder is watched by a command",
    "content/list_form.py pairs_of": "it reads an option",
    "governance/baseline.py _not_changed": "it accepts changes by a command",
    "governance/edit.py lift_unit": "a withdrawal is taken back by a command",
    "governance/presets.py preset_file": "a preset is saved by a command",
    "record/document.py": "a document is filed by a command",
    "selection/bare_words.py": "words without an option are of the command line",
    "selection/options.py size_faults": "large print is an option beside the size",
    "selection/presets.py preset_named": "a preset is named on a command line",
    "selection/presets.py preset_of": "a preset is saved by a command",
    "selection/request.py _typed_note": "a note in a file is of the command line",
    "system/files.py write_file": "a file is written where a command says",
    "system/git.py": "git is asked by commands",
    "web/doors.py problem": "it is read by whoever connects a record system",
    "web/passwords.py": "it is read by whoever starts the page",
    "web/record_routes.py _admit": "it is read by whoever connects a record system",
}
"""Faults that the page never shows, and why."""


def texts(node: ast.AST, names: dict[str, list[str]]) -> Iterator[str]:
    """Yield every text that an expression can hold, through the names that it uses."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
        elif isinstance(one, ast.Name):
            yield from names.get(one.id, ())


def assigned(nodes: Iterable[ast.AST], after: int = 0) -> dict[str, list[str]]:
    """Return the texts that names are given, in lines after one."""
    found: dict[str, list[str]] = {}
    for one in nodes:
        if isinstance(one, ast.Assign | ast.For) and one.lineno > after:
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            value = one.value if isinstance(one, ast.Assign) else one.iter
            for name in (part for target in targets for part in ast.walk(target)):
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).extend(texts(value, {}))
    return found


def speaks_of_commands(call: ast.Call, names: dict[str, list[str]]) -> bool:
    """Say whether a fault names an option or a command, and has no words for the page."""
    named = {one.arg for one in call.keywords}
    maker = call.func.id if isinstance(call.func, ast.Name) else ""
    if named & {"on_page", "said_on_page"} or len(call.args) >= MAKERS[maker]:
        return False
    words = [*call.args[1:], *(one.value for one in call.keywords if one.arg != "about")]
    return any(COMMAND.search(text) for one in words for text in texts(one, names))


def command_faults(path: Path) -> Iterator[str]:
    """Yield each function that makes a fault in words of the command line alone."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    constants = assigned(module.body)
    for function in ast.walk(module):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        inside = list(ast.walk(function))
        calls = [
            one
            for one in inside
            if isinstance(one, ast.Call)
            and isinstance(one.func, ast.Name)
            and one.func.id in MAKERS
        ]
        before = 0
        for call in sorted(calls, key=lambda one: one.lineno):
            above = [one for one in inside if getattr(one, "lineno", 0) <= call.lineno]
            if speaks_of_commands(call, constants | assigned(above, before)):
                yield function.name
            before = call.lineno


@pytest.mark.slow
def test_every_fault_that_names_an_option_has_words_for_the_page() -> None:
    """No room below the page makes a fault that can only be mended on a command line."""
    found = [
        f"{path.relative_to(ROOT / 'handouts')} {name}"
        for room in ROOMS
        for path in sorted((ROOT / "handouts" / room).rglob("*.py"))
        for name in command_faults(path)
    ]
    known = [one for one in found if one in COMMANDS_ONLY or one.split()[0] in COMMANDS_ONLY]
    assert sorted(set(found) - set(known)) == []
    used = {one for one in COMMANDS_ONLY for name in known if name.startswith(one)}
    assert sorted(COMMANDS_ONLY.keys() - used) == []


LEAFLET = {"region": "lumbar", "status": "acute"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "choose it on the drawing"),
        (LEAFLET | {"flags": ["under-18", "age-65-plus"]}, "answer no to the one"),
        (LEAFLET | {"flags": ["a,b"]}, "by itself"),
        (LEAFLET | {"flags": ["xyzzyx"]}, "another word"),
        (LEAFLET | {"edition": "sheet"}, "choose the edition standard"),
        (LEAFLET | {"card": True, "size": "18"}, "leave out the card"),
        (LEAFLET | {"booklet": True, "size": "18"}, "without a booklet"),
        (LEAFLET | {"doses": ["chin-tuck=5x3"]}, "leave its dose empty"),
        (LEAFLET | {"exercises": ["bridge"], "flags": ["pregnant"]}, "” cannot be given"),
        (LEAFLET | {"note": "Take ibuprofen three times a day."}, "tick that below the note"),
    ],
)
def test_a_refusal_says_what_to_do_on_the_page(
    server: PageServer, wanted: dict[str, object], said: str
) -> None:
    """The interface of the page gives a hint that can be followed there, and names no option."""
    answer = server.post("/api/preview", wanted)
    assert answer.status in {409, 422}
    told = " ".join(f"{one['message']} {one.get('hint', '')}" for one in answer.record["faults"])
    assert said in told
    assert not COMMAND.search(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("region,status,flags,staff notes\nneck,acute,,x\n", "write staff notes under"),
        ("region,status,flags,region\nneck,acute,,neck\n", "Columns under another name"),
        ("a,b\n1,2\n", "Columns to leave out"),
    ],
)
def test_a_list_that_is_refused_names_the_fields_of_the_page(
    server: PageServer, text: str, said: str
) -> None:
    """What a list needs is said by the labels of the fields that take it."""
    headers = {"x-handouts-token": server.token, "x-file-name": "a.csv"}
    answer = server.ask("POST", "/api/lists/open", text.encode(), headers)
    assert answer.status == 422
    told = " ".join(f"{one['message']} {one.get('hint', '')}" for one in answer.record["faults"])
    assert said in told
    assert not COMMAND.search(told)
    labels = (ROOT / "templates" / "web" / "lists.html").read_text(encoding="utf-8")
    assert all(one in labels for one in re.findall("“(.+?)”", told))
