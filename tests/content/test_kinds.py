"""A flag that is a kind of a broad one keeps all that is said of the broad one."""

from pathlib import Path
from shutil import copytree

import pytest

from handouts.content.blocks import ClauseBody, FlagBody, SelfCheckBody
from handouts.content.load import load_library, resource
from handouts.content.provenance import Provenance
from handouts.content.vocabulary import Level
from handouts.errors import ContentError
from handouts.selection.code import read_recipe, write_recipe
from handouts.selection.said_back import not_asked
from tests.support.leaflets import BRANCHES, ask, publisher, selection

LIBRARY = publisher().library
PAIRS = [(broad, kind) for broad, kinds in LIBRARY.kinds.items() for kind in kinds]
PROVENANCE = Provenance(words="0" * 64, program="0" * 64)
MILDER = {("raynauds", "cox2")}
"""Where a kind is milder than its broad flag: the readers' report says so."""
STIFF = {"rf-knock", "line-thinner-knock", "heat-knock-aneurysm"}
SAID_OTHERWISE = {
    "trying-for-a-baby": {
        "pregnancy-always-1", "pregnancy-clause-3", "pregnancy-clause-5", "pregnancy-clause-7",
        "rf-pregnancy", "line-pregnancy", "line-pregnancy-neck", "today-maternity",
        "today-maternity-neck",
        "rf-preeclampsia", "rf-preeclampsia-neck", "rf-ectopic-pregnant", "line-ectopic-pregnant",
        "rf-fever-maternity", "rf-fever-maternity-neck",
        "heat-how-ask-midwife", "help-maternity-neck",
    },
    # A fever is an emergency for who may have cancer now.
    "cancer-past": {
        "cancer-history-always-3", "cancer-history-always-5", "line-immunosuppressed-fever",
        "line-immunosuppressed-fever-neck", "line-side-fever", "rf-fever-neck-call",
    },
    "glaucoma": {
        "glaucoma-or-urine-retention-always-1", "glaucoma-or-urine-retention-clause-1",
    },
    "urine-retention": {"glaucoma-or-urine-retention-clause-1"},
    "rheumatoid-arthritis": STIFF,
    "downs-syndrome": {"inflammatory-arthritis-clause-3", *STIFF},
    "loose-joints": {"inflammatory-arthritis-clause-3", *STIFF},
    "leg-arteries": {"poor-circulation-clause-3", "medicine-one-kind"},
    "raynauds": {
        "cox2-avoid", "rf-leg-cold", "line-leg-cold", "rf-dvt-arteries", "today-leg-arteries",
        "exercises-stop-leg", "exercises-stop-spreads-arteries",
        "exercises-stop-spreads-arteries-unasked", "rf-numb-arteries", "today-numb-arteries",
    },
}  # fmt: skip
"""What prints with a broad flag and not with a kind of it."""


def test_eight_broad_flags_have_kinds_and_are_not_asked() -> None:
    """Each mixes two facts or more; the kinds are asked about, the broad ones only known."""
    assert sorted(LIBRARY.kinds) == [
        "blood-thinners", "bp-or-water-tablets", "cancer-history", "glaucoma-or-urine-retention",
        "inflammatory-arthritis", "low-weight", "poor-circulation", "pregnancy",
    ]  # fmt: skip
    asked = {one.id for one in LIBRARY.asked_flags}
    assert not asked & set(LIBRARY.kinds)
    assert {kind for _, kind in PAIRS} <= asked


@pytest.mark.parametrize(("broad", "kind"), PAIRS)
def test_a_kind_is_nowhere_milder_than_its_broad_flag(broad: str, kind: str) -> None:
    """In every region and status each class has the level of the broad flag, or a stricter one."""
    for region, status in BRANCHES:
        wide = selection(ask(region, status, broad)).advice
        own = selection(ask(region, status, kind)).advice
        milder = {(kind, name) for name in wide if own[name].level < wide[name].level}
        assert milder <= MILDER


@pytest.mark.parametrize(("broad", "kind"), PAIRS)
def test_a_kind_prints_what_its_broad_flag_prints(broad: str, kind: str) -> None:
    """Every line, sign and caution but the lead, and but what the content takes away by name."""
    for region, status in BRANCHES:
        wide = selection(ask(region, status, broad)).chosen
        own = {one.block.id for one in selection(ask(region, status, kind)).chosen}
        lost = {one.block.id for one in wide} - own - {f"{broad}-lead"}
        assert lost <= SAID_OTHERWISE.get(kind, set()), (region, status)


@pytest.mark.parametrize(("broad", "kind"), PAIRS)
def test_a_broad_flag_beside_its_kind_is_the_kind(broad: str, kind: str) -> None:
    """Whoever gives both, in whatever order, gets the leaflet of the kind."""
    alone = ask("lumbar", "acute", kind)
    assert ask("lumbar", "acute", broad, kind).flags == alone.flags == (kind,)
    assert ask("lumbar", "acute", kind, broad).flags == (kind,)


@pytest.mark.parametrize("broad", LIBRARY.kinds)
def test_an_old_code_still_means_the_broad_flag(broad: str) -> None:
    """The number of a broad flag stays, and its leaflet has its own lead."""
    request = ask("neck", "acute", broad)
    code = write_recipe(LIBRARY, request, PROVENANCE)
    assert read_recipe(LIBRARY, code).request.flags == (broad,)
    printed = [one.block.id for one in selection(request).chosen]
    assert f"{broad}-lead" in printed
    open_kinds = {*LIBRARY.kinds[broad]} & {*not_asked(LIBRARY, request)}
    assert not open_kinds


def test_lines_of_a_broad_flag_stand_with_the_lead_of_its_kind() -> None:
    """The paragraph of warfarin begins with warfarin and goes on with what all thinners share."""
    bodies = [
        one.block.body
        for one in selection(ask("lumbar", "acute", "warfarin")).chosen
        if isinstance(one.block.body, FlagBody | ClauseBody)
    ]
    assert {body.flag for body in bodies} == {"blood-thinners", "warfarin"}
    points = [
        one.block.body.flag
        for one in selection(ask("lumbar", "acute", "warfarin", screened=False)).chosen
        if isinstance(one.block.body, SelfCheckBody)
    ]
    assert points
    assert "blood-thinners" not in points


def faulty(folder: Path, old: str, new: str) -> str:
    """Return what is said of content whose flags were changed."""
    copytree(resource("content"), folder)
    text = (folder / "flags.yaml").read_text("utf-8")
    assert old in text
    (folder / "flags.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        load_library(folder)
    return "\n".join(str(one) for one in caught.value.faults)


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind_of: blood-thinners", "kind_of: blood-thinner", "`blood-thinner` is no broad flag"),
        ("kind_of: pregnancy", "kind_of: trying-for-a-baby", "is no broad flag here"),
        (
            "[pregnancy, not trying-for-a-baby], no",
            "[not trying-for-a-baby], no",
            "cannot be taken away",
        ),
        (
            "[pregnancy, not trying-for-a-baby], no",
            "[pregnancy, not warfarin], no",
            "cannot be taken away",
        ),
        ("[pregnancy, not trying-for-a-baby], no", "[pregnancy, pregnant], no", "is listed twice"),
    ],
)
def test_a_slip_about_kinds_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A broad flag that is none, and a kind taken away that nothing brought, are faults."""
    assert said in faulty(tmp_path / "content", old, new)


def test_a_level_of_its_own_is_read_from_the_matrix() -> None:
    """Leg arteries have a stricter row than poor circulation; warfarin has no row of its own."""
    flags = LIBRARY.matrix.flags
    assert flags["leg-arteries"]["nsaid-systemic"] is Level.AVOID
    assert flags["poor-circulation"]["nsaid-systemic"] is Level.ASK
    assert flags["warfarin"] == flags["blood-thinners"]
