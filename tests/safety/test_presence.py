"""Whatever is chosen stands in its place on the finished page: nothing is dropped on the way."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from handouts.content.library import Library
from handouts.content.load import resource
from handouts.leaflet.compose import compose_leaflet, load_templates
from handouts.leaflet.view import View
from handouts.safety.claims import row_groups
from handouts.safety.completeness import NEVER_GIVEN
from handouts.safety.guard import broken_rules
from handouts.selection.request import Request
from handouts.selection.select import _Selector, select_blocks
from tests.support.leaflets import ask, publisher, structure
from tests.support.readback import structure_text

SEVERAL = ask("lumbar", "chronic", "gi-ulcer", "age-65-plus", "diabetes", "cancer-history")
PLAIN = ask("neck", "acute")
OLD = ask("lumbar", "chronic", "age-65-plus", exercises=("bird-dog", "bridge"))


def messages(request: Request, templates: Path) -> list[str]:
    """Compose a leaflet with these templates, and list what the rules find."""
    library = publisher().library
    selection = select_blocks(library, request)
    leaflet = compose_leaflet(library, selection, load_templates(templates))
    return [one.message for one in broken_rules(library, selection, leaflet, publisher().rules)]


ALIKE = ask("neck", "acute", exercises=("neck-turn", "neck-side-bend"))


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """Copy the templates, to be damaged."""
    return Path(copytree(resource("templates"), tmp_path / "templates"))


STOPS = "{% for text in one.reasons %}<li>{{ text }}</li>"


@pytest.mark.parametrize(
    ("request_", "old", "new", "rule"),
    [
        (SEVERAL, "{% if advice %}{{ marked(advice) }}{% endif %}", "", "gi-ulcer-clause-1"),
        (SEVERAL, "marked(advice)", "marked(advice[1:])", "“Just for you”"),
        (PLAIN, "{% if lines %}{{ marked(lines) }}{% endif %}", "", "neck-thrust-avoid"),
        (PLAIN, "{% set _ = texts.append(line.text) %}", "", "ex-strength-avoid"),
        (PLAIN, "view.medicines(level)", "[] + view.texts('medicines', level)", "relaxant-ask"),
        (PLAIN, "view.labels[row]", 'view.labels["try"]', "is headed “You can try”"),
        (PLAIN, STOPS, STOPS.replace("{{ text }}", "{{ one.head }}"), "`neck-turn`"),
        (ALIKE, STOPS, STOPS.replace("{{ text }}", "{{ one.head }}"), "`neck-turn`"),
        (PLAIN, 'title="{{ alt }}"', 'title="A head"', "`neck-turn`"),
        (OLD, '{{ items("caution", card.cautions) }}', "", "caution of `bird-dog`"),
        (
            OLD,
            '    <p class="start">{{ card.start }}</p>',
            '    <p class="start">{{ card.start }}</p>{{ items("caution", card.cautions) }}',
            "stands below",
        ),
    ],
    ids=["all-clauses", "a-clause", "treatments", "movements", "medicines", "heads", "stop",
         "common-stop", "drawing", "caution", "caution-below"],
)  # fmt: skip
def test_what_a_template_drops_is_found(
    templates: Path, request_: Request, old: str, new: str, rule: str
) -> None:
    """A template that leaves out or misplaces a line breaks a rule, which names the line."""
    file = templates / "parts.xml"
    before = file.read_text(encoding="utf-8")
    assert old in before
    file.write_text(before.replace(old, new), encoding="utf-8")
    assert any(rule in one for one in messages(request_, templates))


def test_a_clause_that_selection_drops_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a flag says of its classes may not get lost between the flags and the page."""
    decide = _Selector._decide_clauses  # noqa: SLF001 - the fault is put there on purpose
    monkeypatch.setattr(_Selector, "_decide_clauses", lambda self: decide(self)[1:])
    found = messages(SEVERAL, Path(resource("templates")))
    assert any("`gi-ulcer-clause-1` should print" in one for one in found)


def test_a_reason_that_merging_drops_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two clauses are told as one, the reasons of both stand."""
    merge = View._merged_clauses  # noqa: SLF001 - the fault is put there on purpose
    monkeypatch.setattr(
        View, "_merged_clauses", lambda self: [(body, []) for body, _ in merge(self)]
    )
    found = messages(SEVERAL, Path(resource("templates")))
    assert any("`gi-ulcer-clause-1` says is not in" in one for one in found)


def test_a_caution_is_read_before_the_steps_in_the_pdf() -> None:
    """A reader of the PDF meets the caution before the start line, on the screen and by ear."""
    said = structure_text(structure(OLD)).replace("\\u00a0", " ")
    for name, caution, start, no in (
        ("One leg back", "Move only the leg.", "Kneel on hands and knees.", "arm to the front"),
        ("Bridge", "Lift only a little.", "Lie on your back.", "straight line"),
    ):
        card = said[said.index(name) :].split("H3")[0]
        assert 0 < card.index(caution) < card.index(start)
        assert no not in card


def test_a_number_that_was_given_is_not_listed_as_never_given() -> None:
    """Else nobody would notice that its rule is gone."""
    assert not {rule.number for rule in publisher().rules} & NEVER_GIVEN


def test_a_check_looks_once_at_the_rows_that_replace_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which rows of signs stand instead of others is found once, not for each sign."""
    looks: list[Library] = []

    def counted(library: Library) -> Iterator[tuple[str, ...]]:
        looks.append(library)
        return row_groups(library)

    monkeypatch.setattr("handouts.safety.claims.row_groups", counted)
    assert messages(SEVERAL, Path(str(resource("templates")))) == []
    assert len(looks) == 1
