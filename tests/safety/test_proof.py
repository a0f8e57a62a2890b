"""The rules of safety hold for every request there can be, and the proof of it can be trusted."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handouts.content.blocks import (
    AllOf,
    Always,
    Block,
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    HasFlag,
    InEdition,
    InRegion,
    IsScreened,
    Not,
    RedFlagBody,
    Rule,
    TextBody,
)
from handouts.content.library import Library, Matrix
from handouts.content.load import load_library, resource
from handouts.content.vocabulary import FULL, SHEET, Kind, Level, Urgency
from handouts.errors import ContentError, SelectionError
from handouts.pipeline import compose
from handouts.safety.atoms import NEVER_HOLDS, Context, reads
from handouts.safety.claims import (
    AtLeast,
    Claim,
    Facts,
    Never,
    NoSuggestionAt,
    NotBoth,
    OneLevel,
    OneLine,
    Prints,
)
from handouts.safety.guard import broken_rules
from handouts.safety.invariants import Invariants, load_invariants
from handouts.safety.proof import Prover, command_of, count_requests, prove, prove_all, report_text
from handouts.safety.reduction import Slicer
from handouts.selection.request import Request
from handouts.selection.select import select_blocks
from tests.support.leaflets import ask, leaflet, publisher, selection

NUMBERS = frozenset(range(1, 113))
MOST_CASES = 230_000
TESTS = Path(__file__).parents[1]
TEN = (
    "gi-ulcer", "blood-thinners", "heart-disease", "pregnancy", "age-65-plus", "under-18",
    "diabetes", "skin-fragile", "recent-surgery-or-injury", "inflammatory-arthritis",
)  # fmt: skip


@cache
def invariants() -> Invariants:
    """Read the rules once."""
    return load_invariants(publisher().library)


@cache
def slicer() -> Slicer:
    """Cut the library that ships."""
    return Slicer(publisher().library)


# ------------------------------------------------------------------ the content that ships
@pytest.mark.long
def test_every_rule_of_safety_holds() -> None:
    """Every rule is proven for every region, status, screened or not, and every set of flags."""
    report = prove(publisher().library, invariants=invariants())
    assert not report.failures, report_text(report)
    # A rule with many conditions at once may ask for tens of thousands: then write some `and:`.
    assert report.cases < MOST_CASES


def test_every_rule_of_the_review_is_stated() -> None:
    """No rule of safety is left out: each is stated, or corrected by one that is."""
    stated = {rule.number for rule in invariants().rules}
    replaced = {number for rule in invariants().rules for number in rule.replaces}
    assert stated | replaced >= NUMBERS


def test_rules_about_files_name_tests_that_exist() -> None:
    """A rule that only a test can prove names one."""
    for name in (name for rule in invariants().rules for name in rule.tests):
        path, _, test = name.partition("::")
        text = (TESTS.parent / path).read_text(encoding="utf-8")
        assert f"def {test}(" in text if test else "def test_" in text, name


def test_every_leaflet_passes_before_it_is_set() -> None:
    """The check before typesetting finds nothing in a leaflet that the proof allows."""
    library = publisher().library
    for request in (ask("lumbar"), ask("neck", "chronic", "pregnancy", "gi-ulcer", screened=False)):
        assert not broken_rules(library, selection(request), leaflet(request), invariants().rules)


def test_a_forbidden_block_in_a_selection_is_found() -> None:
    """A leaflet that offers what its reader must avoid is refused, whatever content says."""
    library, request = publisher().library, ask("lumbar", "acute", "gi-ulcer")
    offer = next(c for c in selection(ask("lumbar")).chosen if c.block.id == "medicine-nsaid")
    wrong = replace(selection(request), chosen=(*selection(request).chosen, offer))
    faults = broken_rules(library, wrong, leaflet(request), invariants().rules)
    assert any("`medicine-nsaid` suggests nsaid-systemic" in fault.message for fault in faults)


def test_young_and_old_at_once_is_refused() -> None:
    """Flags that cannot both be true give no leaflet."""
    with pytest.raises(SelectionError, match="`age-65-plus` cannot go with `under-18`"):
        ask("neck", "acute", "age-65-plus", "under-18")


def test_the_same_request_selects_the_same() -> None:
    """Selection depends on the request and the content alone."""
    request = ask("thoracic", "chronic", "diabetes", "pregnancy")
    once = select_blocks(publisher().library, request)
    again = select_blocks(load_library(), request)
    assert [c.block.id for c in once.chosen] == [c.block.id for c in again.chosen]


def test_every_block_has_a_source() -> None:
    """Whatever prints can be traced to where it comes from."""
    assert all(block.sources for block in publisher().library.blocks)


def test_an_exercise_looser_than_the_matrix_is_refused(tmp_path: Path) -> None:
    """An exercise avoids every flag that the advice on its kind of movement forbids."""
    folder = Path(copytree(resource("content"), tmp_path / "content"))
    file = folder / "exercises.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("avoid: [heart-disease, pregnancy,", "avoid: [pregnancy,"))
    with pytest.raises(ContentError, match="makes ex-strength ask, but `avoid` does not name it"):
        load_library(folder)


def test_new_pain_has_the_small_figure() -> None:
    """Where a small version of a figure is drawn, new pain shows it."""
    library = publisher().library
    for block in library.blocks:
        if isinstance(block.body, ExerciseBody):
            for name in block.body.figures.get("acute", ()):
                assert f"{name}-small" not in library.figures, block.id


# ------------------------------------------------------------------ the proof can be trusted
FLAG_SETS = st.sets(st.sampled_from(sorted(publisher().library.flags)), max_size=12)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(slicer().contexts), FLAG_SETS)
def test_the_request_that_stands_for_another_gets_the_same_choice(
    context: Context, flags: set[str]
) -> None:
    """Every block is chosen for a request just when it is for the request that stands for it."""
    cut, given_flags = slicer(), flags - {"under-18"}
    chosen = {
        choice.block.id
        for choice in select_blocks(cut.library, cut.request(context, in_order(given_flags))).chosen
    }
    for block in cut.library.blocks:
        piece = cut.cut([block.id])
        state = cut.state_of(piece, Always(), context, given_flags)
        flags_of_state = next(
            world.states[state]
            for world in cut.search(piece, Always(), context)
            if state in world.states
        )
        choices = cut.select(piece, context, flags_of_state).chosen
        alone = any(choice.block.id == block.id for choice in choices)
        if block.kind in (Kind.CLASS_LINE, Kind.EXERCISE):
            # Clauses displace a line, rivals an exercise: alone they print in more cases.
            assert alone or block.id not in chosen
        else:
            assert alone == (block.id in chosen), block.id


def in_order(flags: set[str]) -> tuple[str, ...]:
    """Put flags in the order of the library, as a request has them."""
    return tuple(flag for flag in publisher().library.flags if flag in flags)


ULCER = 19
"""The rule that `loosened` is sure to break: no ibuprofen after an ulcer."""


def loosened(library: Library) -> Library:
    """Break the content in several ways, so that there is something to find."""
    rows = {flag: dict(row) for flag, row in library.matrix.flags.items()}
    rows["gi-ulcer"]["nsaid-systemic"] = Level.OK
    rows["skin-fragile"]["heat"] = Level.ASK
    broken: dict[str, Rule] = {
        "massage-neck": HasFlag(("diabetes", "heart-disease")),
        "medicine-gel": AllOf((HasFlag(("pregnancy",)), HasFlag(("diabetes",)))),
        "heat-knock": HasFlag(("blood-thinners",)),
        "rf-cancer": IsScreened(screened=False),
    }
    return replace(
        library,
        matrix=replace(library.matrix, flags=rows),
        blocks=tuple(replace(b, when=broken.get(b.id, b.when)) for b in library.blocks),
    )


def small(library: Library, flags: tuple[str, ...], context: Context) -> Library:
    """Keep a few flags and one context, so that every flag set can be tried."""
    return replace(
        library,
        flags={flag: library.flags[flag] for flag in library.flags if flag in flags},
        regions={context.region: library.regions[context.region]},
        statuses={context.status: library.statuses[context.status]},
    )


@pytest.mark.slow
def test_the_proof_agrees_with_trying_every_flag_set() -> None:
    """Over ten flags the proof finds what 1024 flag sets show, with as few flags each."""
    context = Context("neck", "acute", screened=True)
    library = small(loosened(publisher().library), TEN, context)
    kinds = (AtLeast, Never, NoSuggestionAt, NotBoth, OneLevel, OneLine, Prints)
    exercises = {b.id for b in library.blocks if b.kind is Kind.EXERCISE}
    claims = [
        claim
        for rule in invariants().rules
        for claim in rule.claims
        if isinstance(claim, kinds) and not is_about(claim, exercises)
    ]
    tried: dict[int, int] = {}
    for request_flags in allowed_sets(library):
        request = Slicer(library).request(context, request_flags)
        facts = Facts(library, select_blocks(library, request))
        for place, claim in enumerate(claims):
            if place not in tried and facts.holds(claim.when) and claim.broken(facts):
                tried[place] = len(request_flags)
    prover = Prover(library)
    proven = {
        place: min(len(request.flags) for request in found.values())
        for place, claim in enumerate(claims)
        if (found := {m: r for m, r in prover.prove(claim).items() if _is_tried(r)})
    }
    assert proven == tried
    assert len(proven) > len(TEN)


def _is_tried(request: Request) -> bool:
    return request.screened and request.look.edition == FULL


def is_about(claim: Claim, exercises: set[str]) -> bool:
    """Say whether a claim is about exercises: the proof allows for any three of them to print."""
    return any(set(ids) & exercises for ids, _ in claim.cases(publisher().library))


def allowed_sets(library: Library) -> list[tuple[str, ...]]:
    """List every set of flags that may go together, the smaller sets first."""
    return [
        some
        for count in range(len(library.flags) + 1)
        for some in combinations(library.flags, count)
        if not {"under-18", "age-65-plus"} <= set(some)
    ]


class Plain(Prover):
    """Proves a claim as it says: in every context, and each case as a whole."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.slicer = EveryContext(library)

    def _holds_in_parts(self, *_: object) -> bool:
        return False


class EveryContext(Slicer):
    """Takes no two contexts for alike, and no block without its forms."""

    def contexts_for(self, *_: object) -> tuple[Context, ...]:
        """Return all of them."""
        return self.contexts

    def _with_read(self, ids: Iterable[str]) -> tuple[Block, ...]:
        """Return some blocks with all that they lead to, each with its forms."""
        found = set(ids)
        waiting = [*found]
        while waiting:
            block = self.blocks[waiting.pop()]
            fresh = {*block.shorts, *block.short_of, *reads(block)} - found
            found |= fresh
            waiting.extend(fresh)
        return tuple(block for block in self.library.blocks if block.id in found)

    def changes_for(
        self, _: object, before: str, after: str, *__: object
    ) -> tuple[tuple[Context, Context], ...]:
        """Return all pairs."""
        firsts = (one for one in self.contexts if one.status == before)
        return tuple((one, replace(one, status=after)) for one in firsts)


def with_flags(library: Library, flags: tuple[str, ...]) -> Library:
    """Keep a few flags, in every context."""
    return replace(library, flags={flag: library.flags[flag] for flag in flags})


@pytest.mark.parametrize(
    ("loose", "step"),
    [(True, 40), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((True, 1), (False, 1)))],
)
def test_what_is_alike_is_proven_once_with_the_same_verdict(*, loose: bool, step: int) -> None:
    """Contexts, blocks and forms that the proof leaves out change nothing of what it finds."""
    library = with_flags(publisher().library, TEN[:3])
    library = loosened(library) if loose else library
    claims = [claim for rule in invariants().rules for claim in rule.claims]
    quick, plain = Prover(library), Plain(library)
    ulcer = {place for place, claim in enumerate(claims) if claim.invariant == ULCER}
    places = sorted({*range(0, len(claims), step), *ulcer})
    found = {place: quick.prove(claims[place]) for place in places}
    assert found == {place: plain.prove(claims[place]) for place in found}
    assert any(found.values())
    assert quick.counts.cases * 4 < plain.counts.cases


def test_a_flag_that_only_makes_a_sign_more_urgent_is_tried() -> None:
    """A short line that gives way because its sign is urgent for a flag is seen to be missing."""
    library = publisher().library
    row = next(block for block in library.blocks if block.id == "rf-weight")
    assert isinstance(row.body, RedFlagBody)
    urgent = replace(row, body=replace(row.body, raised_by=(("epilepsy", Urgency.EMERGENCY),)))
    changed = replace(library, blocks=tuple(urgent if b is row else b for b in library.blocks))
    claim = Prints(
        invariant=999,
        when=AllOf((InEdition((SHEET,)), Not(HasFlag(("under-18",))))),
        groups=(frozenset(("today-weight",)),),
    )
    assert not Prover(library).prove(claim)
    found = Prover(changed).prove(claim)
    assert [request.flags for request in found.values()] == [("epilepsy",)]


@pytest.mark.parametrize("section", ["exercises", "just-for-you"])
def test_what_a_section_hides_still_decides_other_choices(section: str) -> None:
    """A sentence on a movement, or a class line, heeds what is not printed beside it."""
    library = publisher().library
    sections = dict(library.sections)
    sections[section] = replace(sections[section], when=NEVER_HOLDS)
    cut = Slicer(replace(library, sections=sections))
    context = Context("lumbar", "acute", screened=True)
    for block, hidden, flag in beside(library):
        piece = cut.cut((block.id, hidden.id))
        worlds = cut.search(piece, Always(), context)
        state = cut.state_of(piece, Always(), context, (flag,))
        stands = next(world.states[state] for world in worlds if state in world.states)
        chosen = [
            any(choice.block is block for choice in cut.select(piece, context, flags).chosen)
            for flags in ((flag,), stands)
        ]
        assert chosen[0] == chosen[1], (block.id, hidden.id, flag)


def beside(library: Library) -> Iterator[tuple[Block, Block, str]]:
    """Yield each block that another decides, with that one and a flag that matters to it."""
    blocks = {block.id: block for block in library.blocks}
    for block in library.blocks:
        match block.body:
            case TextBody(movement=movement) if movement:
                body = blocks[movement].body
                assert isinstance(body, ExerciseBody)
                yield from ((block, blocks[movement], flag) for flag in body.avoid)
            case ClassLineBody(advice_class=name):
                for other in library.blocks:
                    if isinstance(other.body, ClauseBody) and name in other.body.classes:
                        yield block, other, other.body.flag


def test_the_counterexample_has_the_fewest_flags() -> None:
    """What takes two flags to go wrong is shown with two, and with the command to see it."""
    library = loosened(publisher().library)
    ids = frozenset(("medicine-gel",))
    claim = Never(invariant=23, when=HasFlag(("pregnancy",)), ids=ids, why="it must not")
    request = min(Prover(library).prove(claim).values(), key=lambda one: len(one.flags))
    assert command_of(request) == (
        "handout explain --region neck --status acute --screened --edition full"
        " --flag pregnancy --flag diabetes"
    )


@pytest.mark.slow
def test_more_flags_that_no_rule_names_cost_nothing() -> None:
    """Twice as many flags, none of them in a rule: the proof takes not one case more."""
    library, rules = publisher().library, invariants().rules[:12]
    once = prove_all(replace(invariants(), rules=rules))[0]
    names = {f"new-{flag}": one for flag, one in library.flags.items()}
    more = {
        name: replace(one, id=name, number=100 + one.number, excludes=())
        for name, one in names.items()
    }
    bigger = replace(
        library, flags={**library.flags, **more}, matrix=with_rows(library.matrix, tuple(more))
    )
    twice = prove_all(replace(invariants(), rules=rules, library=bigger))[0]
    assert (once.obligations, once.cases) == (twice.obligations, twice.cases)


def with_rows(matrix: Matrix, flags: tuple[str, ...]) -> Matrix:
    """Add flags to the matrix that change no advice."""
    nothing: Mapping[str, Level] = dict.fromkeys(matrix.classes, Level.OK)
    return replace(matrix, flags={**matrix.flags, **dict.fromkeys(flags, nothing)})


def test_flags_that_exclude_each_other_are_never_put_together() -> None:
    """The proof speaks of no leaflet that is refused anyway."""
    assert all(not {"under-18", "age-65-plus"} <= set(world) for world in slicer().worlds)
    flags = publisher().library.flags
    old = flags["age-65-plus"].excludes
    assert {"under-18", "pregnancy", "pregnant", "trying-for-a-baby"} <= set(old)
    assert (len(flags), len(old)) == (68, 6)
    # Aged 65 or over with none of the six, or younger with any of them; the others as they come.
    assert count_requests(publisher().library) == 36 * (1 + 2**6) * 2**61


# ------------------------------------------------------------------ the files of the rules
def test_a_rule_that_is_not_understood_is_an_error(tmp_path: Path) -> None:
    """A word that the grammar does not know stops everything: half a rule proves nothing."""
    folder = copied(tmp_path, "invariants.yaml", "never-suggest: [codeine]", "invariants:")
    with pytest.raises(ContentError, match="unknown class `codeine`"):
        load_invariants(publisher().library, folder)


def test_a_rule_without_a_block_it_needs_does_not_hold(tmp_path: Path) -> None:
    """A rule that names a block that is gone is broken, not forgotten."""
    folder = copied(tmp_path, "invariants.yaml", "always-print: [gone]", "invariants:")
    rules = load_invariants(publisher().library, folder, only={999})
    assert "there is no block `gone`" in prove_all(rules)[1][0].message


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        ("{us: {lacks: [painkiller_gel]}, gb: {has: [painkiller_gel]}}", ""),
        ("{gb: {lacks: [painkiller_gel]}}", "gb: has a word for {painkiller_gel}"),
        ("{us: {has: [painkiller_gel]}}", "us: lacks a word for {painkiller_gel}"),
    ],
)
def test_a_rule_says_which_medicines_a_place_names(tmp_path: Path, says: str, fault: str) -> None:
    """What is not sold in a place has no word there."""
    folder = copied(tmp_path, "invariants.yaml", f"place-words: {says}", "invariants:")
    rules = load_invariants(publisher().library, folder, only={999})
    assert [one.message.partition(": ")[2] for one in prove_all(rules)[1]] == [fault] * bool(fault)


@pytest.mark.parametrize("says", ["{xx: {lacks: [pee]}}", "{us: {lacks: [spoon]}}"])
def test_a_rule_on_an_unknown_place_or_word_is_an_error(tmp_path: Path, says: str) -> None:
    """A misspelt place or word would prove nothing."""
    folder = copied(tmp_path, "invariants.yaml", f"place-words: {says}", "invariants:")
    with pytest.raises(ContentError, match=r"unknown (place `xx`|word of a place `spoon`)"):
        load_invariants(publisher().library, folder, only={999})


def test_a_line_of_a_flag_may_have_a_rule_of_its_own() -> None:
    """It prints where the flag and its own rule hold; the lead always prints."""
    for flags, printed in ((("diabetes",), True), (("diabetes", "reduced-sensation"), False)):
        chosen = {one.block.id for one in selection(ask("lumbar", "acute", *flags)).chosen}
        assert ("diabetes-always-1" in chosen) is printed
        assert "diabetes-lead" in chosen


def test_a_line_in_the_wrong_place_is_found() -> None:
    """Two numbers in one list, and a medicine by its bare name under "do not take", are faults."""
    request = ask("lumbar", "acute", "pregnancy")
    library = publisher().library
    blocks = tuple(
        replace(block, body=replace(block.body, apart=False))
        if block.id == "line-pregnancy" and isinstance(block.body, EmergencyLineBody)
        else block
        for block in library.blocks
    )
    classes = {name: replace(one, already=False) for name, one in library.classes.items()}
    wrong = replace(library, blocks=blocks, classes=classes)
    page = compose(replace(publisher(), library=wrong), select_blocks(wrong, request))
    faults = broken_rules(library, selection(request), page, invariants().rules)
    messages = " ".join(fault.message for fault in faults)
    assert "`line-pregnancy` stands under the number that it does not call first" in messages
    assert "stands by its bare name under “do not take”" in messages


def test_a_mention_that_is_no_longer_needed_is_a_fault(tmp_path: Path) -> None:
    """The list of exceptions holds nothing that is not one."""
    line = "\n  - {block: title-neck, names: [heat], why: a trial}"
    folder = copied(tmp_path, "names.yaml", line, "\nmentions:", inside=True)
    rules = load_invariants(publisher().library, folder, only={113})
    assert "`title-neck` does not name heat" in prove_all(rules)[1][0].message


def copied(tmp_path: Path, name: str, text: str, after: str, *, inside: bool = False) -> Path:
    """Copy the content with one rule, or one line, more."""
    folder = Path(copytree(resource("content"), tmp_path / "content"))
    rule = f"\n- {{id: 999, says: A trial., source: Trial, kind: proof, {text}}}"
    file = folder / name
    before = file.read_text(encoding="utf-8")
    file.write_text(re.sub(rf"{after}", after + (text if inside else rule), before, count=1))
    return folder


def test_a_missing_file_of_rules_stops_everything(tmp_path: Path) -> None:
    """Content without its rules is not proven safe."""
    folder = Path(copytree(resource("content"), tmp_path / "content"))
    (folder / "invariants.yaml").unlink()
    with pytest.raises(ContentError, match="without it nothing can be proved"):
        load_invariants(publisher().library, folder)


def test_a_class_line_is_nothing_to_count_on(tmp_path: Path) -> None:
    """A line that clauses may replace cannot be promised."""
    folder = copied(tmp_path, "invariants.yaml", "always-print: [heat-avoid]", "invariants:")
    with pytest.raises(ContentError, match="gives way to clauses"):
        load_invariants(publisher().library, folder, only={999})


def test_blocks_are_named_in_scopes_by_what_they_have() -> None:
    """Every block that suggests ibuprofen is one that the rules about ibuprofen see."""
    blocks: list[Block] = [b for b in publisher().library.blocks if "nsaid-systemic" in b.suggests]
    assert [block.id for block in blocks] == ["medicine-nsaid"]


def test_what_is_lacking_is_named_and_why_a_line_of_the_box_is_silent() -> None:
    """A message names the groups of which nothing prints, and the rows that a line waits for."""
    library = publisher().library
    line = next(
        one
        for one in selection(ask("lumbar")).chosen
        if isinstance(one.block.body, EmergencyLineBody)
    ).block
    assert isinstance(line.body, EmergencyLineBody)
    blocks = tuple(
        replace(one, when=InRegion(("neck",))) if one.id in line.body.covers else one
        for one in library.blocks
    )
    other = replace(library, blocks=blocks)
    facts = Facts(other, select_blocks(other, ask("lumbar")))
    claim = Prints(invariant=1, groups=(frozenset((line.id,)),))
    rows = ", ".join(line.body.covers[:4]) + (" is" if len(line.body.covers) == 1 else " are")
    silent = f"`{line.id}` prints only beside all rows that it `covers`: {rows} missing here"
    assert claim.broken(facts) == f"`{line.id}` does not print; {silent}"
    # A sentence for other regions that this reader would read is named, and no other.
    of_neck = Prints(invariant=1, groups=(frozenset(("title-neck", "now-chronic-start-small")),))
    assert of_neck.broken(facts) == (
        "`now-chronic-start-small or title-neck` does not print; "
        "`title-neck` would, if lumbar stood in its `region`"
    )
    groups = (frozenset(("about-general",)), frozenset(("x-one", "x-two")), frozenset(("y",)))
    some = Prints(invariant=1, groups=groups, count=3).broken(facts)
    assert some.endswith("and none of these: x-one or x-two; y"), some
