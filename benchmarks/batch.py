"""Measure `handout batch` beside Typst and WeasyPrint on the same leaflets, and its memory.

Usage: .venv-bench/bin/python benchmarks/batch.py [--rounds N] [--rows N] [--memory-rows N]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import rmtree
from statistics import median

from contenders import (
    DAY,
    HANDOUT,
    HERE,
    PYTHON,
    Run,
    Variant,
    prepare,
    warm_typst,
    warm_weasyprint,
)

VARIANTS = 24
FEW = 2 * VARIANTS
"""Rows of the short worklist: each body is made, and little else is done."""
WEASYPRINTS = 3
"""Variants that WeasyPrint sets in a round; it would take most of the time."""
FIRST = ("Ana", "Zoë", "Łukasz", "Tomás", "Ingrid", "Anne-Marie", "Seán", "Olivia", "José", "Mary")
LAST = ("Silva", "O'Brien", "Müller", "Nowak", "Smith", "Çelik", "Jones", "Kovač", "Ndlovu")
LETTERS = str.maketrans("0123456789", "aeioulnrst")

Rates = dict[str, list[float]]
"""For each contender, leaflets in a second by round."""


def write_worklist(path: Path, variants: Sequence[Variant], count: int) -> None:
    """Write rows in turn over all variants, each for another patient."""
    rows = ["row id,region,status,flags,name"]
    for number in range(count):
        one = variants[number % len(variants)]
        # The row id may not stand in the name, so the number is told in letters there.
        told = str(number).translate(LETTERS).title()
        name = f"{FIRST[number % len(FIRST)]} {told} {LAST[number // 7 % len(LAST)]}"
        rows.append(f"p{number},{one.region},{one.status},{one.flag},{name}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def commands(folder: Path, rows: int) -> dict[str, list[str]]:
    """Give both commands on a worklist; what they write is removed before they run again."""
    worklist = folder / f"list-{rows}.csv"
    base = [HANDOUT, "batch", str(worklist), "--date", DAY]
    return {
        "merged": [*base, "--merge", str(folder / "all.pdf")],
        "single files": [*base, "-o", str(folder / "all")],
    }


def clear(folder: Path) -> None:
    """Remove what a run wrote."""
    rmtree(folder / "all", ignore_errors=True)
    for one in folder.glob("all*.pdf"):
        one.unlink()


def wall(work: Callable[[Sequence[str]], None], words: Sequence[str]) -> float:
    """Give the seconds on the wall that a call takes."""
    started = time.perf_counter()
    work(words)
    return time.perf_counter() - started


def run_command(command: Sequence[str]) -> None:
    """Run one command to its end."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)


# ------------------------------------------------------------------ speed
def rates(folder: Path, variants: Sequence[Variant], rounds: int, rows: int) -> Rates:
    """Run all contenders in turn, after one round unmeasured; give leaflets in a second."""
    peers: dict[str, tuple[Run, int]] = {
        "Typst": (warm_typst(variants), VARIANTS),
        "WeasyPrint": (warm_weasyprint(variants[:WEASYPRINTS]), WEASYPRINTS),
    }
    found: Rates = {}
    for number in range(rounds + 1):
        once: dict[str, float] = {}
        for kind, command in commands(folder, rows).items():
            clear(folder)
            short = wall(run_command, commands(folder, FEW)[kind])
            clear(folder)
            long = wall(run_command, command)
            once[f"{kind}, whole command"] = rows / long
            once[f"{kind}, steady"] = (rows - FEW) / (long - short)
        for name, (run, count) in peers.items():
            patients = [f"Patient {number} {place}" for place in range(count)]
            once[name] = count / wall(run, patients)
        if number:
            for name, rate in once.items():
                found.setdefault(name, []).append(rate)
    return found


def print_rates(found: Rates) -> None:
    """Print leaflets in a second, and how many times those of each peer that is."""
    peers = ("Typst", "WeasyPrint")
    print(
        f"\n{'leaflets in a second':30}{'median':>9}"
        + "".join(f"{f'x {one}':>24}" for one in peers)
    )
    for name, mine in found.items():
        cells = ""
        for peer in peers:
            ratios = [one / other for one, other in zip(mine, found[peer], strict=True)]
            spread = f"{median(ratios):.1f} [{min(ratios):.1f}..{max(ratios):.1f}]"
            cells += f"{spread:>24}"
        print(f"{name:30}{median(mine):9.0f}{cells if name not in peers else ''}")


# ------------------------------------------------------------------ memory
def peaks(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; give the peak of its largest process, and of all together, in MiB.

    A process starts with the memory of the one that it comes from, so a small one starts it. All
    together is looked at some fifty times a second, pages that they share counted once.
    """
    launcher = [PYTHON, "-I", "-S", str(HERE / "launch.py"), *command]
    with subprocess.Popen(launcher, stdout=-1, stderr=subprocess.DEVNULL, text=True) as child:
        together = 0.0
        while child.poll() is None:
            together = max(together, sum(map(proportional, family(child.pid)[1:])) / 1024)
            time.sleep(0.02)
        told, _ = child.communicate()
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)} failed; run it by hand to see why")
    return float(told.split()[-1]) / 1024, together


def family(pid: int) -> list[int]:
    """List a process, its children and theirs."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return [pid]
    return [pid, *(one for child in told.split() for one in family(int(child)))]


def proportional(pid: int) -> int:
    """Give the KiB of a process, what it shares with others divided among them."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")), 0)


def print_memory(folder: Path, variants: Sequence[Variant], rows: int) -> None:
    """Print the peak memory of one leaflet, of a hundred rows and of many."""
    make = [HANDOUT, "make", *variants[0].options, "-o", str(folder / "one.pdf")]
    print(f"\n{'peak memory':30}{'largest process':>18}{'all together':>16}")
    print("{:30}{:>14.1f} MiB{:>12.1f} MiB".format("make", *peaks(make)))
    for count in (100, rows):
        write_worklist(folder / f"list-{count}.csv", variants, count)
        for kind, command in commands(folder, count).items():
            clear(folder)
            shown = f"{kind}, {count} rows"
            print("{:30}{:>14.1f} MiB{:>12.1f} MiB".format(shown, *peaks(command)), flush=True)
            clear(folder)


def main() -> None:
    """Prepare, measure speed and memory, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=300 * VARIANTS)
    parser.add_argument("--memory-rows", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).absolute()
        variants = prepare(folder, VARIANTS)
        for count in (FEW, arguments.rows):
            write_worklist(folder / f"list-{count}.csv", variants, count)
        if arguments.rounds:
            print_rates(rates(folder, variants, arguments.rounds, arguments.rows))
        if arguments.memory_rows:
            print_memory(folder, variants, arguments.memory_rows)


if __name__ == "__main__":
    main()
