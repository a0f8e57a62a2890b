"""Prove every safety rule for every possible request: `prove`.

Where a rule fails, the smallest request that breaks it is reported. The proof is exact: it runs
the real selection on the representative requests that `safety.reduction` finds.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import Always
from handouts.content.vocabulary import USUAL_EDITION
from handouts.safety.atoms import classes_of
from handouts.safety.claims import CanPrint, Comparison, Facts, LaterStatus, origin_of
from handouts.safety.invariants import load_invariants
from handouts.safety.reduction import Slicer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.library import Library
    from handouts.errors import Fault
    from handouts.safety.atoms import Context
    from handouts.safety.claims import Claim
    from handouts.safety.invariants import Invariants
    from handouts.safety.reduction import Slice
    from handouts.selection.request import Request


class Failure(Struct, frozen=True, kw_only=True):
    """An invariant that does not hold, with the smallest request for which it does not.

    `request` is None for what is wrong in words alone.
    """

    invariant: int
    says: str
    message: str
    request: Request | None = None
    fault: Fault | None = None
    """The fault of what is wrong in words alone, with its origin; else None."""


class Breach(Struct, frozen=True):
    """What is wrong in a request; for a comparison also the request that it is compared with."""

    message: str
    request: Request
    before: Request | None = None

    @property
    def earlier(self) -> Request:
        """The request that would have to print more."""
        return self.before or self.request


class ProofCounts(Struct):
    """The size of a proof: claims times their cases, and requests that were selected for."""

    obligations: int = 0
    cases: int = 0


class Prover:
    """Proves claims for one library; keeps slices and selections between claims."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.slicer = Slicer(library)
        self.counts = ProofCounts()

    def prove(self, claim: Claim) -> Mapping[str, Request]:
        """Return the violations of a claim, each with the smallest request; empty if it holds."""
        found: dict[str, Request] = {}
        for ids, classes in claim.cases(self.library):
            self.counts.obligations += 1
            piece = self.slicer.cut(ids, {*classes, *classes_of(claim.when)})
            if self._holds_in_parts(claim, piece, classes):
                continue
            for breach in self._breaches(claim, piece):
                known = found.setdefault(breach.message, breach.request)
                if len(breach.request.flags) < len(known.flags):
                    found[breach.message] = breach.request
        return found

    def _holds_in_parts(self, claim: Claim, piece: Slice, classes: Iterable[str]) -> bool:
        """Tell whether a claim holds of each core of a case with few of the others beside it.

        Few blocks ask for few flags, so this is much less than the whole case. Where it is not so,
        nothing is said: then the whole case has the answer.
        """
        cores = claim.cores([one for one in piece.library.blocks if one.id in piece.focus])
        if cores == (piece.focus,):
            return False
        asked = frozenset((*classes, *classes_of(claim.when)))
        known: dict[tuple[frozenset[str], Context], Breach | None] = {}
        return all(
            self._holds_of(claim, piece, (core, asked), context, known)
            for context in self._contexts(claim, piece)
            for core in cores
        )

    def _holds_of(
        self,
        claim: Claim,
        piece: Slice,
        core: tuple[frozenset[str], frozenset[str]],
        context: Context,
        known: dict[tuple[frozenset[str], Context], Breach | None],
    ) -> bool:
        """Add to a core, where the claim breaks, one block of the case that is printed there.

        Each context gets its own few blocks; `known` keeps what was found in those that are alike.
        """
        some, classes = core
        while True:
            part = self.slicer.cut(some, classes)
            alike = self.slicer.first_like(context, part, claim.when)
            if (some, alike) not in known:
                known[some, alike] = next(self._breaches_in(claim, part, alike), None)
            breach = known[some, alike]
            if breach is None:
                return True
            there = self._facts(piece, context, breach.earlier.flags).chosen
            helpers = [one for one in there if one not in some]
            if not helpers:
                return False
            some |= {min(helpers, key=lambda one: self._weight(one, context))}

    def _contexts(self, claim: Claim, piece: Slice) -> Iterator[Context]:
        """Yield one context of each kind in which a claim may say something."""
        for context in self.slicer.contexts_for(piece, claim.when):
            if not self.slicer.is_never(claim.when, context):
                yield context

    def _weight(self, ident: str, context: Context) -> int:
        """Return how many sets of flags a block asks for in a context."""
        return len(self.slicer.atoms(self.slicer.cut((ident,)), Always(), context))

    def _breaches(self, claim: Claim, piece: Slice) -> Iterator[Breach]:
        match claim:
            case CanPrint():
                yield from self._for_nobody(claim, piece)
            case LaterStatus():
                for before, after in pairwise(self.library.statuses):
                    for old, new in self.slicer.changes_for(piece, before, after, claim.when):
                        if not self.slicer.is_never(claim.when, old):
                            yield from self._across_status(claim, piece, old, new)
            case _:
                for context in self._contexts(claim, piece):
                    yield from self._breaches_in(claim, piece, context)

    def _breaches_in(self, claim: Claim, piece: Slice, context: Context) -> Iterator[Breach]:
        """Yield what breaks a claim on one status in a context."""
        if isinstance(claim, Comparison):
            yield from self._across_flags(claim, piece, context)
        else:
            yield from self._within(claim, piece, context)

    def _within(self, claim: Claim, piece: Slice, context: Context) -> Iterator[Breach]:
        """Yield the first violation of each world, which has the fewest flags."""
        for world in self.slicer.search(piece, claim.when, context):
            for flags in world.states.values():
                if not self.slicer.may_hold(claim.when, context, flags):
                    continue
                facts = self._facts(piece, context, flags)
                if facts.holds(claim.when) and (message := claim.broken(facts)):
                    yield Breach(message, facts.selection.request)
                    break

    def _across_flags(self, claim: Comparison, piece: Slice, context: Context) -> Iterator[Breach]:
        """Compare every state with those that one additional flag leads to."""
        for world in self.slicer.search(piece, claim.when, context):
            known = {flags: self._facts(piece, context, flags) for flags in world.states.values()}
            for state, flags in world.states.items():
                for signature, flag in world.signatures.items():
                    after = world.states.get(_after(state, signature, piece), flags)
                    if after == flags:
                        continue
                    self.counts.cases += 1
                    old, new = known[flags], known[after]
                    both_meant = old.holds(claim.when) and new.holds(claim.when)
                    if both_meant and (message := claim.worse(old, new)):
                        both = _with(flags, flag, self.library)
                        request = self.slicer.request(context, both)
                        yield Breach(f"with {flag} {message}", request, old.selection.request)

    def _across_status(
        self, claim: Comparison, piece: Slice, before: Context, after: Context
    ) -> Iterator[Breach]:
        """Compare a status with the next for the same flags; states are by the atoms of both."""
        for world in self.slicer.search(piece, claim.when, before, after):
            for flags in world.states.values():
                old, new = (self._facts(piece, one, flags) for one in (before, after))
                if message := claim.worse(old, new):
                    yield Breach(message, new.selection.request)
                    break

    def _for_nobody(self, claim: CanPrint, piece: Slice) -> Iterator[Breach]:
        """Yield a violation if no request prints the block."""
        for context in self.slicer.contexts_for(piece, claim.when):
            for world in self.slicer.search(piece, claim.when, context):
                for flags in world.states.values():
                    if claim.found(self._facts(piece, context, flags)):
                        return
        plain = self.slicer.request(self.slicer.contexts[0], ())
        yield Breach(f"`{min(piece.focus)}` is never printed", plain)

    def _facts(self, piece: Slice, context: Context, flags: tuple[str, ...]) -> Facts:
        self.counts.cases += 1
        return Facts(piece.library, self.slicer.select(piece, context, flags), piece.focus)


def _after(state: tuple[int, int], signature: int, piece: Slice) -> tuple[int, int]:
    return state[0] | signature, min(state[1] + 1, 2) if piece.counts else 0


def _with(flags: tuple[str, ...], flag: str, library: Library) -> tuple[str, ...]:
    return tuple(one for one in library.flags if one in flags or one == flag)


def prove_all(
    invariants: Invariants, prover: Prover | None = None
) -> tuple[ProofCounts, list[Failure]]:
    """Prove the claims of every rule; faults of words alone are added to the failures.

    A `prover` that has proven other rules of the same library saves time.
    """
    prover = prover or Prover(invariants.library)
    failures = []
    for rule in invariants.rules:
        prover.counts.obligations += len(rule.faults)
        failures += [
            Failure(invariant=rule.number, says=rule.says, message=str(fault), fault=fault)
            for fault in rule.faults
        ]
        for claim in rule.claims:
            failures += [
                Failure(
                    invariant=rule.number,
                    says=rule.says,
                    message=f"{origin}: {message}" if origin else message,
                    request=request,
                )
                for message, request in prover.prove(claim).items()
                for origin in (origin_of(message, invariants.library),)
            ]
    return prover.counts, failures


class ProofReport(Struct, frozen=True, kw_only=True):
    """The size and the result of a proof."""

    rules: int
    obligations: int
    """Claims about a few blocks each, proven for every region, status and set of flags."""
    cases: int
    """Representative requests that were selected for."""
    flag_sets: int
    """The number of all possible requests, which the cases represent."""
    failures: tuple[Failure, ...]


def prove(library: Library, invariants: Invariants | None = None) -> ProofReport:
    """Prove every rule for every possible request; by default the rules that ship."""
    known = invariants or load_invariants(library)
    counts, failures = prove_all(known)
    return ProofReport(
        rules=len(known.rules),
        obligations=counts.obligations,
        cases=counts.cases,
        flag_sets=count_requests(library),
        failures=tuple(_smallest(failures)),
    )


def count_requests(library: Library) -> int:
    """Return the number of possible requests: contexts times sets of flags without exclusions."""
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
    """Keep, of equal failures of a rule, the one with the fewest flags."""
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
    """Return the command that explains a request, block by block."""
    words = ["handout", "explain", "--region", request.region, "--status", request.status]
    words += ["--screened"] if request.screened else []
    if request.look.edition != USUAL_EDITION:
        words += ["--edition", request.look.edition]
    words += [word for flag in request.flags for word in ("--flag", flag)]
    return " ".join(words)


def report_text(report: ProofReport) -> str:
    """Return a report for a terminal: each failure with a command that shows it, then counts."""
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
