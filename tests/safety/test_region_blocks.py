"""Rules that ask every region for its own blocks hold a new region without a change of theirs."""

import shutil
from pathlib import Path
from types import MappingProxyType

import pytest
from msgspec.structs import replace

from handouts.content.blocks import InRegion
from handouts.content.library import Library
from handouts.content.load import load_library, resource
from handouts.errors import ContentError
from handouts.governance.rule_units import rule_meanings
from handouts.safety.claims import Never, Prints
from handouts.safety.coverage import unguarded
from handouts.safety.invariants import load_invariants
from handouts.safety.least import read_rules


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with rules and names alone: all else is the content that ships."""
    for name in ("names.yaml", "invariants.yaml"):
        shutil.copy(resource("content") / name, tmp_path)
    return tmp_path


def with_region(**changes: object) -> Library:
    """Return the content with a region `hand`, which is the neck but for some fields."""
    library = load_library()
    hand = replace(library.regions["neck"], id="hand", **changes)
    return replace(library, regions={**library.regions, "hand": hand})


def faults(library: Library, folder: Path, number: int) -> set[str]:
    """Return what is wrong with one rule."""
    (rule,) = load_invariants(library, folder, only=(number,)).rules
    return {one.message for one in rule.faults}


@pytest.mark.parametrize("number", [4, 42, 140, 146])
def test_a_region_without_blocks_for_a_rule_is_a_fault_of_the_rule(
    folder: Path, number: int
) -> None:
    """Each rule that asks says which region has nothing for it, and the regions that ship have."""
    assert faults(load_library(), folder, number) == set()
    said = faults(with_region(blocks=MappingProxyType({})), folder, number)
    assert said
    assert all("the region `hand` names no blocks for `" in one for one in said)


def test_a_region_that_names_an_unknown_block_is_a_fault(folder: Path) -> None:
    """A line that was renamed or removed is missed by the rule that asks for it."""
    blocks = {**load_library().regions["neck"].blocks, "box": ("line-neck-arm", "line-neck-ill")}
    said = faults(with_region(blocks=MappingProxyType(blocks)), folder, 4)
    assert said == {"the region `hand` names the unknown block `line-neck-arm` for `box`"}


def test_a_region_of_the_spine_names_the_part_that_hurts_as_reviewed(folder: Path) -> None:
    """Another word in a region that ships breaks its rule; a region of its own has its own."""
    assert faults(with_region(words={"sore_part": "hand"}), folder, 290) == set()
    library = load_library()
    neck = replace(library.regions["neck"], words={"sore_part": "throat"})
    changed = replace(library, regions={**library.regions, "neck": neck})
    assert faults(changed, folder, 290) == {"{sore_part} is “throat”"}


def test_each_block_of_the_box_has_a_claim_in_its_own_region(folder: Path) -> None:
    """What a region names prints in that region for everyone, whatever the others name."""
    library = with_region(blocks=MappingProxyType({"box": ("line-neck-ill",)}))
    (rule,) = load_invariants(library, folder, only=(4,)).rules
    held = {
        (*one.when.regions, *one.groups[0])
        for one in rule.claims
        if isinstance(one, Prints) and isinstance(one.when, InRegion)
    }
    assert ("hand", "line-neck-ill") in held
    shipped = load_library().regions.values()
    for region in shipped:
        for block in region.blocks["box"]:
            assert (region.id, block) in held
    assert len(held) == 1 + sum(len(one.blocks["box"]) for one in shipped)


def test_words_of_other_regions_are_never_said(folder: Path) -> None:
    """Each region has its own words, and one without any is a fault where a rule asks for them."""
    library = with_region(never_says=("crack", "jerk"))
    (rule,) = load_invariants(library, folder, only=(124,)).rules
    found = {
        one.when.regions: one.ids
        for one in rule.claims
        if isinstance(one, Never) and isinstance(one.when, InRegion)
    }
    assert set(found) >= {(one,) for one in library.regions}
    assert "not-asked-crack" in found["hand",]
    assert "not-asked-crack" not in found["lumbar",]
    said = faults(with_region(never_says=()), folder, 124)
    assert said == {"the region `hand` has no words that its leaflets never say"}


def test_a_name_that_no_rule_asks_for_is_a_fault(folder: Path) -> None:
    """A rule that stops asking cannot leave the lists of the regions behind, holding nothing."""
    path = folder / "invariants.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("  regions-print: [box]\n", "", 1), "utf-8")
    with pytest.raises(ContentError, match="no rule asks regions for `box`"):
        load_invariants(load_library(), folder)


def test_a_region_with_blocks_for_such_a_rule_is_guarded(folder: Path) -> None:
    """It needs no rule that names it; a region that gives no rule anything does."""
    rules = read_rules(folder)
    assert not [one for one in unguarded(with_region(), rules) if "`hand`" in one.message]
    bare = with_region(blocks=MappingProxyType({}))
    assert [one for one in unguarded(bare, rules) if "the region `hand`" in one.message]


def test_what_a_region_names_is_signed_with_the_rule(folder: Path) -> None:
    """To take a line out of the list of a region changes the rule that asks, and no other."""
    library = load_library()
    neck = library.regions["neck"]
    less = {**neck.blocks, "box": neck.blocks["box"][1:]}
    changed = replace(neck, blocks=MappingProxyType(less))
    other = replace(library, regions={**library.regions, "neck": changed})
    before, after = rule_meanings(library, folder), rule_meanings(other, folder)
    assert {one for one in before if before[one] != after[one]} == {"rule:4"}
