"""The modules of the program import only what docs/architecture.md lets them, and stay small."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "handouts"
TABLE = ROOT / "docs" / "architecture.md"
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 60
HEAD = ["layer", "module", "responsibility", "may import", "third party"]
WATCHED = {
    "reportlab": "ReportLab",
    "jinja2": "Jinja2",
    "click": "Click",
    "uharfbuzz": "uharfbuzz",
    "yaml": "PyYAML",
    "pypdf": "pypdf",
    "openpyxl": "openpyxl",
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row of the table: what a module may import."""

    modules: frozenset[str]
    third_party: str


def name_of(path: Path) -> str:
    """Name a module as the table does: `selection`, `figures.pose`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "__init__"


NAMES = {name_of(path): path for path in MODULES}
each_module = pytest.mark.parametrize("name", NAMES)


# ------------------------------------------------------------------ the table
@cache
def table() -> Mapping[str, Rule]:
    """Read the module table; a row may name several modules, `figures` means all of them."""
    if not TABLE.exists():
        pytest.skip("docs/architecture.md is being written")
    rules: dict[str, Rule] = {}
    reading = False
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if [cell.lower() for cell in cells] == HEAD:
            reading = True
        elif reading and line.startswith("|") and not set(line) <= set("|-: "):
            _, modules, _, may_import, third_party = cells
            rule = Rule(modules=frozenset(names(may_import)), third_party=third_party.lower())
            rules |= dict.fromkeys(names(modules), rule)
        elif reading and not line.startswith("|"):
            reading = False
    assert rules, "docs/architecture.md has no module table"
    return rules


def names(cell: str) -> Iterator[str]:
    """Give the modules that a cell names, in backticks or plain, without `.py` and `handouts.`."""
    for word in re.findall(r"[\w./*]+", cell.replace("`", "")):
        yield re.sub(r"^handouts[./]|\.py$", "", word).replace("/", ".").rstrip(".*")


def covers(allowed: frozenset[str], module: str) -> bool:
    """Tell whether a cell lets a module in: by its name, or by the name of its folder."""
    return module in allowed or module.partition(".")[0] in allowed


def rule_of(module: str) -> Rule | None:
    """Find the row of a module, or of its folder."""
    return table().get(module) or table().get(module.partition(".")[0])


# ------------------------------------------------------------------ the imports
def imported(path: Path) -> Iterator[str]:
    """Give the full names that a module imports when it runs, wherever the import stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, without what only type checkers read."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for other in child.orelse:
                yield from running(other)
        else:
            yield from running(child)


def own_imports(name: str) -> set[str]:
    """Name the modules of the package that a module imports."""
    found: set[str] = set()
    for full in imported(NAMES[name]):
        if full == "handouts" or full.startswith("handouts."):
            inside = full.removeprefix("handouts").strip(".")
            while inside and inside not in NAMES:
                inside = inside.rpartition(".")[0]
            found.add(inside)
    # The package itself holds nothing but the version.
    return found - {name, ""}


# ------------------------------------------------------------------ tests
@each_module
def test_a_module_imports_only_what_the_table_says(name: str) -> None:
    """Every import within the package is in the module's row; type-only imports are free."""
    rule = rule_of(name)
    assert rule is not None, f"{name} is not in docs/architecture.md"
    folder = name.partition(".")[0] if "." in name else None
    wrong = {
        module
        for module in own_imports(name)
        if not covers(rule.modules, module) and module.partition(".")[0] != folder
    }
    assert wrong == set()


@each_module
def test_a_library_is_used_only_where_the_table_says(name: str) -> None:
    """ReportLab, Jinja2, Click and the like are imported only by the modules that name them."""
    rule = rule_of(name)
    assert rule is not None, f"{name} is not in docs/architecture.md"
    used = {full.partition(".")[0] for full in imported(NAMES[name])} & set(WATCHED)
    wrong = {
        one
        for one in used
        if one not in rule.third_party and WATCHED[one].lower() not in rule.third_party
    }
    assert wrong == set()


def test_every_module_of_the_table_exists() -> None:
    """A row without a module is a row that someone forgot."""
    folders = {name.partition(".")[0] for name in NAMES if "." in name}
    assert set(table()) - set(NAMES) - folders == set()


def test_no_imports_go_round_in_a_circle() -> None:
    """Data only moves downward: no module imports, by whatever way, a module that imports it."""
    below = {name: own_imports(name) for name in NAMES}
    for _ in below:
        for found in below.values():
            found.update(*[below[one] for one in found])
    assert [name for name, found in below.items() if name in found] == []


@each_module
def test_a_module_is_read_in_one_sitting(name: str) -> None:
    """No module has more than 300 lines, no function more than 60."""
    text = NAMES[name].read_text(encoding="utf-8")
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, Function)
    }
    assert len(text.splitlines()) <= MOST_LINES
    assert {one: lines for one, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


@each_module
def test_a_module_says_what_it_is_for(name: str) -> None:
    """Every module that does something starts with a sentence on it."""
    tree = ast.parse(NAMES[name].read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body


PURE = ("model", "rules", "advice", "markup", "selection", "errors", "leaflet")
OUTSIDE = {"os", "time", "random", "socket", "urllib", "subprocess", "io", "sys", "pathlib"}


@pytest.mark.parametrize("name", PURE)
def test_the_rules_touch_nothing_outside(name: str) -> None:
    """What decides reads no disk, clock, chance or network."""
    assert {full.partition(".")[0] for full in imported(NAMES[name])} & OUTSIDE == set()
