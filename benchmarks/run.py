"""Measure the program side by side with Typst and WeasyPrint, and print ratios.

Usage: .venv-bench/bin/python benchmarks/run.py [--rounds N] [--variants N]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from contenders import (
    HERE,
    PYTHON,
    Run,
    Variant,
    cold_commands,
    prepare,
    warm_handout,
    warm_typst,
    warm_weasyprint,
)

FLOOR = "python -c pass"
OURS, AGAIN = "handout", "handout, again"
NAMES = (OURS, "typst", "weasyprint")

Rounds = Mapping[str, Sequence[float]]
"""For each contender, one figure per round; round N of all contenders ran one after the other."""


class Use(NamedTuple):
    """What one process took: seconds, and its peak memory in KiB."""

    wall: float
    user: float
    system: float
    peak: float


def milliseconds(seconds: float) -> str:
    """Write a time."""
    return f"{1000 * seconds:.0f} ms"


def mebibytes(kib: float) -> str:
    """Write an amount of memory."""
    return f"{kib / 1024:.1f} MiB"


def kilobytes(size: float) -> str:
    """Write the size of a file."""
    return f"{size / 1000:.1f} kB"


def plain(number: float) -> str:
    """Write a number."""
    return f"{number:.1f}"


SIDES: Mapping[str, tuple[Callable[[Use], float], Callable[[float], str]]] = {
    "user + system": (lambda use: use.user + use.system, milliseconds),
    "wall": (lambda use: use.wall, milliseconds),
    "peak memory": (lambda use: use.peak, mebibytes),
}


def cold(commands: Sequence[list[str]], rounds: int) -> dict[str, list[Use]]:
    """Run whole processes in turn, after one round unmeasured that fills the disk's caches."""
    named = {FLOOR: [PYTHON, "-c", "pass"], **dict(zip(NAMES, commands, strict=True))}
    named[AGAIN] = [*named[OURS][:-1], f"{named[OURS][-1]}.again"]
    turns = []
    for _ in range(rounds + 1):
        forget()
        turns.append({name: launched(command) for name, command in named.items()})
    return {name: [turn[name] for turn in turns[1:]] for name in named}


def forget() -> None:
    """Drop the leaflets that were kept, so that ours is new; content as read stays."""
    for kind in ("body", "line"):
        for path in Path(os.environ["HANDOUTS_CACHE"]).glob(f"{kind}-*"):
            path.unlink()


def launched(command: Sequence[str]) -> Use:
    """Run one command through the small launcher."""
    launcher = [PYTHON, "-I", "-S", str(HERE / "launch.py"), *command]
    done = subprocess.run(launcher, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed; run it by hand to see why")
    wall, user, system, peak = (float(part) for part in done.stdout.split())
    return Use(wall, user, system, peak)


def warm(variants: Sequence[Variant], rounds: int) -> Rounds:
    """Set all variants in one process, contender after contender; give CPU seconds by round."""
    makers = (warm_handout, warm_typst, warm_weasyprint)
    runs = {name: make(variants) for name, make in zip(NAMES, makers, strict=True)}
    turns: list[dict[str, float]] = []
    for number in range(rounds + 1):
        patients = [f"Patient {number * len(variants) + place}" for place in range(len(variants))]
        turns.append({name: timed(run, patients) for name, run in runs.items()})
    return {name: [turn[name] for turn in turns[1:]] for name in runs}


def timed(run: Run, patients: Sequence[str]) -> float:
    """Give the processor seconds that a call takes."""
    started = time.process_time()
    run(patients)
    return time.process_time() - started


def print_ratios(
    title: str, rounds: Rounds, show: Callable[[float], str], ours: str = OURS
) -> None:
    """Print what each contender takes, and how many times that of each other one ours is."""
    print(f"\n{title}\n{'':16}{'median':>14}{'ours is':>14}   range over rounds")
    for name, figures in rounds.items():
        ratios = [mine / theirs for mine, theirs in zip(rounds[ours], figures, strict=True)]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}" if len(ratios) > 1 else ""
        ratio = "" if name == ours else f"{median(ratios):.2f} times"
        print(f"{name:16}{show(median(figures)):>14}{ratio:>14}   {spread if ratio else ''}")


def main() -> None:
    """Prepare, measure cold and warm, and print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--variants", type=int, default=12)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HANDOUTS_CACHE"] = str(folder / "cache")
        variants = prepare(folder, arguments.variants)
        outputs = [folder / f"{name}.pdf" for name in NAMES]
        used = cold(cold_commands(variants[0], outputs), arguments.rounds)
        for side, (pick, show) in SIDES.items():
            rounds = {name: [pick(use) for use in uses] for name, uses in used.items()}
            print_ratios(f"One new leaflet, whole process: {side}", rounds, show)
            print_ratios(f"One made before, whole process: {side}", rounds, show, AGAIN)
        sizes = {name: [path.stat().st_size] for name, path in zip(NAMES, outputs, strict=True)}
        print_ratios("One leaflet: size", sizes, kilobytes)
        seconds = warm(variants, arguments.rounds)
        each = {name: [taken / len(variants) for taken in took] for name, took in seconds.items()}
        print_ratios(f"{len(variants)} leaflets in one process: CPU for each", each, milliseconds)
        rates = {name: [1 / taken for taken in took] for name, took in each.items()}
        print_ratios("The same as leaflets in a CPU second", rates, plain)


if __name__ == "__main__":
    main()
