"""The rules of content: a `when:` chooses a block or leaves it out, and says why."""

from shutil import copytree
from typing import get_args

import pytest

from handouts.content.blocks import Rule
from handouts.content.library import Library
from handouts.content.load import load_library, resource
from handouts.selection import rules
from handouts.selection.select import select_blocks
from tests.support.leaflets import ask

RULES = {
    # when: (region, status, flags, screened) -> chosen or not, with the reason
    "": (("neck", "acute", (), True), True, "always"),
    "never": (("neck", "acute", (), True), False, "never"),
    "{region: neck}": (("neck", "acute", (), True), True, "region neck"),
    "{region: [neck, lumbar]}": (
        ("thoracic", "acute", (), True),
        False,
        "only for region neck or lumbar",
    ),
    "{status: chronic}": (("neck", "acute", (), True), False, "only for status chronic"),
    "{flag: asthma}": (("neck", "acute", ("asthma",), True), True, "flag asthma"),
    "{flag: [asthma, epilepsy]}": (
        ("neck", "acute", (), True),
        False,
        "no flag asthma or epilepsy",
    ),
    "{no-flag: asthma}": (("neck", "acute", ("asthma",), True), False, "flag asthma"),
    "{no-flag: [asthma]}": (("neck", "acute", ("epilepsy",), True), True, "no flag asthma"),
    "{screened: false}": (
        ("neck", "acute", (), False),
        True,
        "not asked about every flag",
    ),
    "{screened: true}": (
        ("neck", "acute", (), False),
        False,
        "not asked about every flag",
    ),
    "{advice: {ex-strength: avoid}}": (
        ("neck", "acute", (), True),
        True,
        "ex-strength is avoid (acute)",
    ),
    "{advice: {heat: [ok, ask]}}": (
        ("neck", "acute", ("skin-fragile",), True),
        False,
        "heat is avoid (skin-fragile)",
    ),
    "{advice: {cold: ask}}": (
        ("neck", "acute", ("diabetes",), False),
        True,
        "cold is ask (diabetes, not asked)",
    ),
    "{region: neck, status: acute}": (
        ("neck", "acute", (), True),
        True,
        "region neck; status acute",
    ),
    "{region: neck, status: chronic}": (
        ("neck", "acute", (), True),
        False,
        "only for status chronic",
    ),
    "{any: [{region: lumbar}, {flag: asthma}]}": (
        ("neck", "acute", ("asthma",), True),
        True,
        "flag asthma",
    ),
    "{any: [{region: lumbar}, {flag: [asthma]}]}": (
        ("neck", "acute", (), True),
        False,
        "only for region lumbar; no flag asthma",
    ),
    "{no-flag: asthma, any: [{status: acute}]}": (
        ("neck", "acute", (), True),
        True,
        "no flag asthma; status acute",
    ),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Load the content that ships, with one block more for each rule."""
    folder = copytree(resource("content"), tmp_path_factory.mktemp("rules") / "content")
    trials = [
        f"  - {{id: trial-{number}, {f'when: {when}, ' if when else ''}"
        'text: "Try it.", sources: [SEED], reviewed: 2026-11-22}'
        for number, when in enumerate(RULES)
    ]
    lines = ["section: everyday", "blocks:", *trials, ""]
    (folder / "blocks" / "trial.yaml").write_text("\n".join(lines), encoding="utf-8")
    return load_library(folder)


def test_each_kind_of_rule_is_decided() -> None:
    """No kind of condition that content may state is missing where conditions are decided."""
    assert {*get_args(Rule)} == {*rules._DECIDERS}  # noqa: SLF001 - the table itself


@pytest.mark.parametrize("when", RULES)
def test_a_rule_decides_and_says_why(library: Library, when: str) -> None:
    """Each kind of rule holds or not as its words say, with the reason that decided it."""
    (region, status, flags, screened), chosen, reason = RULES[when]
    selection = select_blocks(library, ask(region, status, *flags, screened=screened))
    trial = f"trial-{list(RULES).index(when)}"
    found = [
        (held, choice.reason)
        for held, choices in ((True, selection.chosen), (False, selection.left_out))
        for choice in choices
        if choice.block.id == trial
    ]
    assert found == [(chosen, reason)]
