"""What a region has at least, and the most of a dosage, are rules that nobody can drop unseen."""

import re
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from handouts.content.load import load_library, resource
from handouts.errors import ContentError
from handouts.safety.coverage import least_contents
from handouts.safety.invariants import load_invariants
from handouts.safety.least import least_of, limits_of, read_rules
from handouts.safety.load import load_rules

TEXT = (resource("content") / "invariants.yaml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with rules and names alone: all else is the content that ships."""
    shutil.copy(resource("content") / "names.yaml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("emergency: {nerves: 4", "emergency: {nerve: 4", "unknown group `nerve`"),
        ("    lines: {nerves: 2, chest-and-legs: 1, injury: 1, whole-body: 1}", "", "`lines` is"),
        ("no-hold: [acute]", "no-hold: [new]", "unknown status `new`"),
        ('    holds: "(?:^|', '    held: "(?:^|', "`holds` is"),
        (
            '      hold_breaths: "\\\\b(?:[0-9]',
            '      breaths: "\\\\b(?:[0-9]',
            "unknown key `breaths`",
        ),
        ('hold_seconds: "\\\\b[0-9]', 'hold_seconds: "(\\\\b[0-9]', "not a pattern"),
        ("        strong: {hold", "        hard: {hold", "unknown intensity `hard`"),
        ("{minutes: 10, per_day: 4}", "{hours: 10, per_day: 4}", "unknown key `hours`"),
    ],
)
def test_a_least_or_a_most_that_is_gone_or_misspelt_is_a_fault(
    folder: Path, old: str, new: str, said: str
) -> None:
    """A table that lost a word would hold more easily."""
    assert old in TEXT
    (folder / "invariants.yaml").write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError, match=re.escape(said)):
        load_invariants(load_library(), folder, only=(220, 221))


@pytest.mark.parametrize("key", ["least-contents", "dosage-limits"])
@pytest.mark.parametrize(
    ("given", "rules"),
    [("  when: {region: neck}\n", (220, 221)), ("", (220, 221, 901))],
    ids=["for one region", "a second time"],
)
def test_the_two_stand_once_and_for_every_leaflet(
    folder: Path, key: str, given: str, rules: tuple[int, ...]
) -> None:
    """A second one, or one for some readers, would be read and held by nobody."""
    number = 220 if key == "least-contents" else 221
    start = TEXT.index(f"\n- id: {number}")
    rule = re.match(r"\n- id:.*?(?=\n- id:|\n# -|\Z)", TEXT[start:], re.DOTALL)
    assert rule
    assert f"  {key}:" in rule[0]
    changed = rule[0].replace(f"  {key}:", f"{given}  {key}:")
    if not given:
        changed += changed.replace(f"id: {number}", "id: 901")
    (folder / "invariants.yaml").write_text(TEXT.replace(rule[0], changed, 1), "utf-8")
    with pytest.raises(ContentError, match=f"`{key}` is for every leaflet"):
        load_invariants(load_library(), folder, only=rules)


def test_the_two_are_read_where_they_stand_under_and(folder: Path) -> None:
    """What is taken as there by the set of rules is also what regions are held to."""
    assert "\n  least-contents:" in TEXT
    start = TEXT.index("\n  least-contents:")
    end = re.search(r"\n(?=- id:|\S)", TEXT[start + 1 :])
    stop = start + 1 + end.start() if end else len(TEXT)
    block = TEXT[start + 1 : stop].splitlines()
    inside = "\n  and:\n    - " + "\n      ".join(one.removeprefix("  ") for one in block)
    (folder / "invariants.yaml").write_text(TEXT[:start] + inside + TEXT[stop:], "utf-8")
    assert least_of(read_rules(folder)) == least_of(read_rules(resource("content")))


def test_a_set_of_rules_without_the_two_is_refused(folder: Path) -> None:
    """Nobody can take them away, neither the rule nor the statement in it."""
    without = TEXT[: TEXT.index("\n- id: 220")]
    (folder / "invariants.yaml").write_text(without, "utf-8")
    with pytest.raises(ContentError) as refused:
        load_rules(load_library(), folder)
    for key in ("least-contents", "dosage-limits"):
        assert f"no rule has `{key}:`" in str(refused.value)


def test_the_tables_are_not_empty() -> None:
    """Both are read whole: each group, kind and column that the rules name."""
    rules = read_rules(resource("content"))
    least, limits = least_of(rules), limits_of(rules)
    assert (len(least.box_kinds), len(least.kinds), len(least.signs)) == (6, 25, 11)
    assert len(limits.most) == 7
    assert limits.no_hold == ("acute",)
    assert least.suggests == ("ex-gentle", "heat", "cold", "paracetamol")


def test_a_region_in_which_nothing_offers_paracetamol_is_a_fault() -> None:
    """What may be offered and is not is told by its class, once for all statuses."""
    library = load_library()
    blocks = tuple(one for one in library.blocks if one.id != "medicine-paracetamol-lumbar")
    blocks = tuple(one for one in blocks if one.id != "medicine-paracetamol-lumbar-ask")
    rules = read_rules(resource("content"))
    (fault,) = least_contents(replace(library, blocks=blocks), rules)
    assert str(fault.path) == "lumbar, acute and chronic"
    assert "no sentence offers paracetamol" in fault.message


def test_rules_of_an_earlier_day_keep_the_name_of_a_law(folder: Path) -> None:
    """What is compared with what ships may name it as it was named then."""
    old = TEXT.replace("holds: [later-status]", "holds: [acute-to-chronic]")
    assert old != TEXT
    (folder / "invariants.yaml").write_text(old, "utf-8")
    (rule,) = load_invariants(load_library(), folder, only=(110,)).rules
    assert "later-status" in rule.forms
    assert rule.claims
