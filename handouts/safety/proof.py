"""Prove every safety rule for every possible request: `prove`.

Where a rule fails, the smallest request that breaks it is named. The proof is exact: it runs
the real selection on the representative requests that `safety.reduction` finds.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.safety.claims import AcuteToChronic, CanPrint, Comparison, Facts
from handouts.safety.invariants import load_invariants
from handouts.safety.reduction import Slicer, classes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.library import Library
    from handouts.errors import Fault
    from handouts.safety.claims import Claim
    from handouts.safety.invariants import Invariants
    from handouts.safety.reduction import Context, Slice
    from handouts.selection.request import Request


class Failure(Struct, frozen=True, kw_only=True):
    """An invariant that does not hold: what is wrong, and the smallest request that shows it."""

    invariant: int
    says: str
    message: str
    request: Request | None = None
    fault: Fault | None = None
    """Where it is written, for what is wrong in words alone."""


class ProofCounts(Struct):
    """What a proof did: claims proven case by case, and requests put to the selection."""

    obligations: int = 0
    cases: int = 0


class Prover:
    """Proves claims over one library; slices and selections are kept between claims."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.slicer = Slicer(library)
        self.tally = ProofCounts()

    def prove(self, claim: Claim) -> Mapping[str, Request]:
        """Prove one claim; gives each way to break it with the smallest request that does."""
        found: dict[str, Request] = {}
        for ids, classes in claim.cases(self.library):
            self.tally.obligations += 1
            piece = self.slicer.cut(ids, {*classes, *classes_of(claim.when)})
            for message, request in self._broken(claim, piece):
                known = found.setdefault(message, request)
                if len(request.flags) < len(known.flags):
                    found[message] = request
        return found

    def _broken(self, claim: Claim, piece: Slice) -> Iterator[tuple[str, Request]]:
        if isinstance(claim, CanPrint):
            yield from self._for_nobody(claim, piece)
            return
        for context in self.slicer.contexts:
            if self.slicer.is_never(claim.when, context):
                continue
            match claim:
                case AcuteToChronic():
                    yield from self._across_status(claim, piece, context)
                case Comparison():
                    yield from self._across_flags(claim, piece, context)
                case _:
                    yield from self._within(claim, piece, context)

    def _within(
        self, claim: Claim, piece: Slice, context: Context
    ) -> Iterator[tuple[str, Request]]:
        """Put every state to the claim; the first that breaks it has the fewest flags."""
        for world in self.slicer.search(piece, claim.when, context):
            for flags in world.states.values():
                if not self.slicer.may_hold(claim.when, context, flags):
                    continue
                facts = self._facts(piece, context, flags)
                if facts.holds(claim.when) and (message := claim.broken(facts)):
                    yield message, facts.selection.request
                    break

    def _across_flags(
        self, claim: Comparison, piece: Slice, context: Context
    ) -> Iterator[tuple[str, Request]]:
        """Compare every state with the state that one flag more makes of it."""
        for world in self.slicer.search(piece, claim.when, context):
            for state, flags in world.states.items():
                for signature, flag in world.signatures.items():
                    after = world.states.get(_after(state, signature, piece), flags)
                    if after == flags:
                        continue
                    old, new = (self._facts(piece, context, f) for f in (flags, after))
                    both_meant = old.holds(claim.when) and new.holds(claim.when)
                    if both_meant and (message := claim.worse(old, new)):
                        both = _with(flags, flag, self.library)
                        yield f"with {flag} {message}", self.slicer.request(context, both)

    def _across_status(
        self, claim: Comparison, piece: Slice, context: Context
    ) -> Iterator[tuple[str, Request]]:
        """Compare the same flags in new and in lasting pain; the atoms of both are searched."""
        if context.status != "acute":
            return
        later = replace(context, status="chronic")
        for world in self.slicer.search(piece, claim.when, context, later):
            for flags in world.states.values():
                old, new = (self._facts(piece, one, flags) for one in (context, later))
                if message := claim.worse(old, new):
                    yield message, new.selection.request
                    break

    def _for_nobody(self, claim: CanPrint, piece: Slice) -> Iterator[tuple[str, Request]]:
        """Look for one request, among all there can be, that prints the block."""
        for context in self.slicer.contexts:
            for world in self.slicer.search(piece, claim.when, context):
                for flags in world.states.values():
                    if claim.found(self._facts(piece, context, flags)):
                        return
        yield (
            f"`{min(piece.focus)}` is never printed",
            self.slicer.request(self.slicer.contexts[0], ()),
        )

    def _facts(self, piece: Slice, context: Context, flags: tuple[str, ...]) -> Facts:
        self.tally.cases += 1
        return Facts(piece.library, self.slicer.select(piece, context, flags), piece.focus)


def _after(state: tuple[int, int], signature: int, piece: Slice) -> tuple[int, int]:
    return state[0] | signature, min(state[1] + 1, 2) if piece.counts else 0


def _with(flags: tuple[str, ...], flag: str, library: Library) -> tuple[str, ...]:
    return tuple(one for one in library.flags if one in flags or one == flag)


def prove_all(invariants: Invariants) -> tuple[ProofCounts, list[Failure]]:
    """Prove the claims of every rule; faults of words alone come with them."""
    prover = Prover(invariants.library)
    failures = []
    for rule in invariants.rules:
        prover.tally.obligations += len(rule.faults)
        failures += [
            Failure(invariant=rule.number, says=rule.says, message=str(fault), fault=fault)
            for fault in rule.faults
        ]
        for claim in rule.claims:
            failures += [
                Failure(invariant=rule.number, says=rule.says, message=message, request=request)
                for message, request in prover.prove(claim).items()
            ]
    return prover.tally, failures


class ProofReport(Struct, frozen=True, kw_only=True):
    """What was proven, over how much, and what failed."""

    rules: int
    obligations: int
    """Claims about a few blocks each, proven for every region, status and set of flags."""
    cases: int
    """Representative requests put to the selection."""
    flag_sets: int
    """Requests that the cases stand for."""
    failures: tuple[Failure, ...]


def prove(library: Library, invariants: Invariants | None = None) -> ProofReport:
    """Prove every rule for every request there can be."""
    known = invariants or load_invariants(library)
    tally, failures = prove_all(known)
    return ProofReport(
        rules=len(known.rules),
        obligations=tally.obligations,
        cases=tally.cases,
        flag_sets=count_requests(library),
        failures=tuple(_smallest(failures)),
    )


def count_requests(library: Library) -> int:
    """Count every request there can be: each context with each set of flags that can be."""
    slicer = Slicer(library)
    pairs = {
        frozenset((flag.id, other)) for flag in library.flags.values() for other in flag.excludes
    }
    bound = sorted(frozenset().union(*pairs))
    allowed = sum(
        not any(pair <= set(some) for pair in pairs)
        for count in range(len(bound) + 1)
        for some in combinations(bound, count)
    )
    free = len(library.flags) - len(bound)
    return len(slicer.contexts) * allowed << free


def _smallest(failures: list[Failure]) -> list[Failure]:
    """Keep, of the same failure of the same rule, the one with the fewest flags."""
    found: dict[tuple[int, str], Failure] = {}
    for one in failures:
        key = (one.invariant, one.message)
        if key not in found or _size(one) < _size(found[key]):
            found[key] = one
    return list(found.values())


def _size(failure: Failure) -> int:
    return len(failure.request.flags) if failure.request else 0


# ------------------------------------------------------------------ for people
def command_of(request: Request) -> str:
    """Give the command that shows a request, block by block."""
    words = ["handout", "explain", "--region", request.region, "--status", request.status]
    words += ["--screened"] if request.screened else []
    words += [word for flag in request.flags for word in ("--flag", flag)]
    return " ".join(words)


def report_text(report: ProofReport) -> str:
    """Word a report for a terminal: each failure with the command that shows it, then the count."""
    lines = []
    for failure in report.failures:
        lines += [f"rule {failure.invariant} does not hold: {failure.message}", f"  {failure.says}"]
        lines += [f"  see: {command_of(failure.request)}"] if failure.request else []
    kept = report.rules - len({failure.invariant for failure in report.failures})
    lines.append(
        f"{kept} of {report.rules} rules of safety hold: {report.obligations} claims, proved over "
        f"{report.cases} cases that represent all {report.flag_sets} requests."
    )
    return "\n".join(lines)
