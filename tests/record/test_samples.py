"""Real resources of public projects, held against what a careful reader would say of each."""

import csv
import json
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handouts.record.read import read_record
from tests.record.resources import asked, library, proposed, reading_of, rules

FOLDER = Path(__file__).parent / "samples"
ONLY_ASKED = {
    "synthea/Condition-233678006-childhood-asthma.json",  # not in the set
    "synthea/MedicationRequest-328670-sertraline-100mg.json",  # no route
    "synthea/MedicationRequest-314659-heparin-sodium-porcine.json",  # no route
    "synthea/MedicationRequest-406022-fluoxetine-25mg.json",  # no route
    "us-core/Procedure-R4-defib-implant.json",  # a code that may not be shipped
}
"""What a careful reader would propose and we ask."""
MISSED = {
    ("us-core/uscore-med1.json", "bp-or-water-tablets"),  # nothing says that it is taken
}


def with_broad(found: set[str]) -> set[str]:
    """Add the broad flag of each kind: the reader knew broad flags only."""
    flags = library().flags
    return found | {flags[one].kind_of for one in found if one in flags}


def samples() -> list[tuple[str, date, list[str], dict[str, Any]]]:
    """Read the samples with their day and the reader's flags."""
    with (FOLDER / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        index = {one["file"]: one for one in csv.DictReader(file)}
    lines = (FOLDER / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [
        (one["file"], date.fromisoformat(row["as_of"]), row["reader"].split(), one["resource"])
        for one in found
        if (row := index[one["file"]])
    ]


SAMPLES = samples()
each_sample = pytest.mark.parametrize(
    ("name", "day", "reader", "resource"), SAMPLES, ids=[one[0] for one in SAMPLES]
)


@each_sample
def test_nothing_is_proposed_that_a_careful_reader_would_not(
    name: str, day: date, reader: list[str], resource: dict[str, Any]
) -> None:
    """Whatever is proposed, as it stands and as if it were active, the reader would set."""
    sure = {one for one in reader if not one.endswith("?")}
    for one in (resource, as_active(resource)):
        reading = reading_of(one, day=day)
        flags = {two.id for two in reading.proposals if two.kind == "flags" and two.proposes}
        broad = {library().flags[two].kind_of or two for two in flags}
        assert broad <= sure, name


@each_sample
def test_nothing_that_a_careful_reader_sees_is_passed_over(
    name: str, day: date, reader: list[str], resource: dict[str, Any]
) -> None:
    """What the reader sees in an active entry is proposed or asked; the exceptions are listed."""
    reading = reading_of(as_active(resource), day=day)
    for one in reader:
        flag = one.rstrip("?")
        if (name, flag) in MISSED:
            assert flag not in with_broad(proposed(reading) | asked(reading))
        elif one.endswith("?") or name in ONLY_ASKED:
            assert flag in with_broad(asked(reading))
        else:
            assert flag in with_broad(proposed(reading))


def test_every_condition_and_medicine_is_accounted_for() -> None:
    """An entry is a reason, or not understood, or left out: none disappears."""
    kinds = {
        "Condition",
        "MedicationRequest",
        "MedicationStatement",
        "AllergyIntolerance",
        "Medication",
    }
    for name, day, _, resource in SAMPLES:
        if resource["resourceType"] in kinds:
            reading = reading_of(resource, day=day)
            assert reading.proposals or reading.unread or reading.left_out, name


def as_active(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource as if it were so now."""
    changed = dict(resource)
    if "clinicalStatus" in resource:
        changed["clinicalStatus"] = {"coding": [{"code": "active"}]}
        changed = {key: one for key, one in changed.items() if not key.startswith("abatement")}
    if resource["resourceType"] == "MedicationRequest":
        changed["status"] = "active"
    return changed


def table() -> list[str]:
    """Count for each flag what the reader and we say of the samples, each as if it were so now."""
    names = ("sets", "asks", "proposed", "asked", "missed", "wrong")
    counts: dict[str, Counter[str]] = {}
    for _, day, reader, resource in SAMPLES:
        reading = reading_of(as_active(resource), day=day)
        ours = with_broad(proposed(reading)), with_broad(asked(reading))
        flags = {one for one in ours[0] if one in library().flags}
        sure = {one for one in reader if not one.endswith("?")}
        for flag in {one.rstrip("?") for one in reader} | flags:
            if library().flags[flag].kind_of:
                continue
            found = counts.setdefault(flag, Counter())
            found["sets" if flag in sure else "asks"] += flag in sure or f"{flag}?" in reader
            found["proposed"] += flag in ours[0] & sure
            found["wrong"] += flag in ours[0] - sure
            found["asked"] += flag in ours[1] - ours[0]
            found["missed"] += flag not in ours[0] | ours[1]
    total = sum(counts.values(), Counter())
    rows = [*((name, counts[name]) for name in library().flags if name in counts), ("all", total)]
    return [
        f"| {name} | " + " | ".join(str(found[one]) for one in names)
        + f" | {_share(found['proposed'], found['proposed'] + found['wrong'])}"
        + f" | {_share(found['proposed'] + found['asked'], found['sets'] + found['asks'])} |"
        for name, found in rows
    ]  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "–"


def test_the_table_of_the_document_is_counted() -> None:
    """Precision and recall of each flag in docs/record.md are those of the samples today."""
    document = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
    missing = [line for line in table() if line not in document]
    assert missing == []


@pytest.mark.slow
def test_a_whole_record_is_read_in_bounded_time() -> None:
    """Four times the entries take about four times as long; the unit is what their JSON takes."""
    whose = {"subject": {"reference": "Patient/p1"}}
    kinds = {"Condition", "MedicationRequest", "Observation", "Procedure"}
    entries = [one[3] | whose for one in SAMPLES if one[3]["resourceType"] in kinds]

    def spent(times: int) -> tuple[float, float]:
        """Return the processor time to read so many entries, and to decode them, at best."""
        raw = json.dumps([one | {"id": f"{n}"} for n in range(times) for one in entries]).encode()
        found = []
        for do in (lambda: read_record(library(), rules(), raw, date(2026, 11, 22)),
                   lambda: json.loads(raw)):  # fmt: skip
            each = []
            for _ in range(3):
                start = time.process_time()
                do()
                each.append(time.process_time() - start)
            found.append(min(each))
        return found[0], found[1]

    spent(1)
    few, many = spent(4), spent(16)
    assert many[0] < 10 * few[0]
    assert many[0] < 200 * many[1]
