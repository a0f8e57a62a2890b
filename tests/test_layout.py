"""The program's modules are small and explained, and no imports go round in a circle."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "handouts"
MOST_LINES = 600
MOST_LINES_OF_A_FUNCTION = 60
MODULES = {
    path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
}
Function = ast.FunctionDef | ast.AsyncFunctionDef
WITH_STATEMENTS = ast.stmt | ast.ExceptHandler | ast.match_case
each_module = pytest.mark.parametrize("name", MODULES)


@cache
def tree_of(name: str) -> ast.Module:
    """Parse a module once for all tests of this file."""
    return ast.parse(MODULES[name])


@each_module
def test_a_module_is_read_in_one_sitting(name: str) -> None:
    """No module has more than 600 lines, no function more than 60."""
    lengths = {
        f"{node.name}, line {node.lineno}": (node.end_lineno or 0) - node.lineno + 1
        for node in statements_of(tree_of(name))
        if isinstance(node, Function)
    }
    assert len(MODULES[name].splitlines()) <= MOST_LINES
    assert {one: lines for one, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


@each_module
def test_a_module_says_what_it_does(name: str) -> None:
    """Every module starts with a sentence on what it does."""
    assert ast.get_docstring(tree_of(name))


def test_no_imports_go_round_in_a_circle() -> None:
    """No module imports, by whatever way, a module that imports it when the program runs."""
    below = {module_of(name): imported(tree_of(name)) for name in MODULES}
    for found in below.values():
        found.intersection_update(below)
    reached = -1
    while reached != (reached := sum(map(len, below.values()))):
        for found in below.values():
            found.update(*[below[one] for one in found])
    assert [name for name, found in below.items() if name in found] == []


def module_of(name: str) -> str:
    """Give the dotted name of a module, such as `handouts.render.html`."""
    return ".".join(("handouts", *Path(name).with_suffix("").parts)).removesuffix(".__init__")


def imported(tree: ast.Module) -> set[str]:
    """List the modules that a module names in its imports, without those for type checkers."""
    found: set[str] = set()
    for node in statements_of(tree, running=True):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found - {"handouts"}


def statements_of(tree: ast.Module, *, running: bool = False) -> Iterator[ast.stmt]:
    """Yield the statements of a module, and not their expressions, which hold no statement.

    `running`: without what only type checkers read.
    """
    rest: list[ast.AST] = [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, ast.stmt):
            yield node
        bodies = [value for _, value in ast.iter_fields(node) if isinstance(value, list)]
        if running and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            bodies = [node.orelse]
        inside = (one for body in bodies for one in body)
        rest += [one for one in inside if isinstance(one, WITH_STATEMENTS)]


PURE = (
    "content/library.py",
    "selection/rules.py",
    "leaflet/markup.py",
    "selection/select.py",
    "errors.py",
    "leaflet/tree.py",
)
OUTSIDE = {"os", "time", "random", "socket", "urllib", "subprocess", "io", "sys", "pathlib"}


@pytest.mark.parametrize("name", PURE)
def test_the_rules_touch_nothing_outside(name: str) -> None:
    """What decides reads no disk, clock, chance or network."""
    assert {full.partition(".")[0] for full in imported(tree_of(name))} & OUTSIDE == set()


def test_a_public_class_has_a_name_of_its_own() -> None:
    """No two modules define a public class or type of the same name: one name, one meaning."""
    homes: dict[str, list[str]] = {}
    for module in MODULES:
        for name in types_of(tree_of(module)):
            homes.setdefault(name, []).append(module)
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def types_of(tree: ast.Module) -> set[str]:
    """List the public classes of a module, and its names for other types."""
    statements = [
        *tree.body,
        *(one for top in tree.body if isinstance(top, ast.If) for one in top.body),
    ]
    classes = {one.name for one in statements_of(tree) if isinstance(one, ast.ClassDef)}
    targets = [
        target
        for one in statements
        if isinstance(one, ast.Assign | ast.AnnAssign)
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
    ]
    aliases = {
        target.id for target in targets if isinstance(target, ast.Name) and not target.id.isupper()
    }
    return {name for name in classes | aliases if name[:1].isupper()}
