"""Add the region `shoulder` to a copy of the content, as an author would: `add_shoulder`.

An example for tests: no clinician has seen its words, and no source stands behind them. It is a
whole region: `handout check` finds no fault in it, in any edition, for readers with any facts.
"""

import re
from pathlib import Path

from click.testing import CliRunner

from handouts.cli.app import main

SPINE = "[neck, thoracic, lumbar]"
TODAY = "2026-11-29"
SHAPE = "M84 58h8v16h-8z"
"""Where it is on the body of the page."""
LINES = {
    "an arm or leg": ("Your arm has **suddenly gone weak or numb**.",
                      "rf-weak-limbs, rf-numb-fast"),
    "bladder or bowel": ("You cannot {pee}, or you lose {pee} or {poo}.", "rf-shoulder-cord"),
    "chest pain": ("You have **chest pain**, or it is hard to breathe.", "rf-shoulder-heart"),
    "sudden, very": ("You have a sudden, **very bad pain** in your chest or {tummy}.",
                     "rf-shoulder-vessel"),
    "an injury": ("You had a **bad accident** or fall that nobody has checked.", "rf-trauma"),
    "being very ill": ("You feel **very ill**, and you are confused or hard to wake.", "rf-sepsis"),
    "another emergency": ("Your joint is out of its place, or has another shape.",
                          "rf-shoulder-joint"),
}  # fmt: skip
SIGNS = {
    "rf-shoulder-cord": ("emergency", "nerves", "You cannot {pee}, or you lose {pee} or {poo}."),
    "rf-shoulder-arm": ("emergency", "nerves", "Your arm is numb all over."),
    "rf-shoulder-heart": ("emergency", "chest-and-legs",
                          "You have **chest pain**, or it is hard to breathe."),
    "rf-shoulder-vessel": ("emergency", "tummy",
                           "You have a sudden, **very bad pain** in your chest or {tummy}."),
    "rf-shoulder-joint": ("emergency", "injury",
                          "Your joint is **out of its place**, or has another shape."),
    "rf-shoulder-warm": ("same-day", "whole-body", "Your joint is hot, with a fever."),
    "rf-shoulder-tingle": ("same-day", "nerves", "You have **tingling** in your hand."),
}  # fmt: skip
NOBODY_ELSE = (
    "[aneurysm, recent-surgery-or-injury, cancer-history, osteoporosis, long-term-steroids, "
    "immunosuppressed, age-65-plus, low-weight]"
)
"""Readers with one of these have a message of their own."""
ALSO_HERE = (
    ("red_flags.yaml", ("- id: rf-head-birth\n  urgency: emergency\n  group: nerves\n"
     "  when: {region: [thoracic, lumbar]")),
    ("emergency_lines.yaml", "- id: today-fever\n  region: [thoracic, lumbar]\n"),
    ("emergency_lines.yaml", "- id: today-fever-unasked\n  region: [thoracic, lumbar]\n"),
    ("emergency_lines.yaml", "- id: line-after-birth\n  region: [thoracic, lumbar]\n"),
)  # fmt: skip
"""Entries of the low back that hold for this region too, and name a part of the body."""
HEAT = "{heat: [ok, ask]}"
ELSEWHERE = (
    ("blocks/heat-cold.yaml",
     f"screened: false, region: [thoracic, lumbar], advice: {HEAT}, no-flag: [",
     f"screened: false, region: [thoracic, lumbar, shoulder], advice: {HEAT}, no-flag: ["),
    *(("blocks/exercises.yaml", f"- id: {name}\n    when: {{region: lumbar, ",
       f"- id: {name}\n    when: {{region: [lumbar, shoulder], ")
      for name in ("exercises-stop", "exercises-stop-dizzy")),
    ("blocks/heat-cold.yaml", "[{region: [neck, thoracic]}",
     "[{region: [neck, thoracic, shoulder]}"),
    ("blocks/medicines.yaml", "region: neck, advice: {paracetamol: ok}",
     "region: [neck, shoulder], advice: {paracetamol: ok}"),
    ("blocks/medicines.yaml", "region: neck, advice: {paracetamol: ask}",
     "region: [neck, shoulder], advice: {paracetamol: ask}"),
    ("blocks/message.yaml", "any: [{region: lumbar, no-flag: gave-birth-recently}",
     "any: [{region: shoulder}, {region: lumbar, no-flag: gave-birth-recently}"),
    ("blocks/message.yaml", "when: {region: shoulder, status: acute}",
     f"when: {{region: shoulder, status: acute, no-flag: {NOBODY_ELSE}}}"),
    ("blocks/message.yaml", "when: {region: shoulder, status: chronic}",
     ("when: {region: shoulder, status: chronic, "
     "no-flag: [aneurysm, recent-surgery-or-injury, cancer-history, osteoporosis, "
      "long-term-steroids]}")),
    ("blocks/what-to-do-now.yaml", "when: {region: shoulder, status: acute}",
     "when: {region: shoulder, status: acute, advice: {ex-gentle: ok}}"),
    ("blocks/what-to-do-now.yaml", "when: {region: shoulder, status: chronic}",
     "when: {region: shoulder, status: chronic, advice: {ex-gentle: ok}}"),
)  # fmt: skip
SHORT = (
    ("line-shoulder-aneurysm", "flag: [aneurysm]",
     "rf-aneurysm-known, rf-worse, rf-spreads, rf-cancer, rf-night, rf-cough",
     "You have **new or worse pain** in any part of your body."),
    ("line-shoulder-arm", "edition: [sheet]", "rf-shoulder-arm", "Your arm is **numb all over**."),
    ("today-shoulder-warm", "edition: [standard, sheet]\n  urgency: same-day",
     "rf-shoulder-warm", "Your joint is **hot**, with a fever."),
    ("today-shoulder-belly", "edition: [sheet]\n  urgency: same-day", "rf-belly",
     "Your skin or eyes look **yellow**, or you **keep vomiting**."),
    ("today-shoulder-tingle", "edition: [standard, sheet]\n  urgency: same-day",
     "rf-shoulder-tingle", "You have **tingling** in your hand."),
)  # fmt: skip
"""Lines that a fact brings, and those of the short editions."""
FOR_RULES = {
    "keep-moving": "now-shoulder-acute, now-move-as-told", "aneurysm": "line-shoulder-aneurysm",
    "pregnant": "line-pregnancy", "gave-birth": "line-after-birth",
    "weak-immune": "line-immunosuppressed-fever", "cancer": "cancer-history-always-2",
}  # fmt: skip
"""What rules of safety ask of every region by these names."""
ALLOWED = (
    "aneurysm-clause-5", "axial-spondyloarthritis-lead", "bleeding-disorder-clause-4",
    "blood-thinners-clause-4", "dizziness-clause-1", "gave-birth-recently-always-1",
    "heat-knock-bleeds", "inflammatory-arthritis-check", "inflammatory-arthritis-clause-1",
    "inflammatory-arthritis-lead", "neck-thrust-ask", "neck-thrust-avoid", "osteoporosis-clause-3",
    "pregnancy-always-1", "rf-after-birth-needle", "rf-birth-needle", "rf-child",
    "rf-child-emergency", "rf-cord-headache", "rf-infection", "rf-knock", "today-birth-needle",
)  # fmt: skip
"""What is right for readers of whatever region: most of it only some with a fact are told."""
DECIDED = (*ALLOWED, "today-fever", "today-fever-unasked", "heat-knock-unasked")
"""All that names a part of the spine in its leaflets, by somebody's decision."""


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change a file in one place."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text, (file, old)
    path.write_text(text.replace(old, new, 1), "utf-8")


def add_shoulder(folder: Path) -> None:
    """Add the region, its signs and its exercises; nothing outside the folder is touched."""
    edit(folder, "synonyms.yaml", "[shoulder, ", "[")
    done = CliRunner().invoke(
        main, ["new", "region", "shoulder", "--like", "lumbar", "--content", str(folder)]
    )
    assert done.exit_code == 0, done.output
    _fill(folder)
    _signs(folder)
    for file, old in ALSO_HERE:
        edit(folder, file, old, re.sub(r"(neck|thoracic), lumbar\]", r"\1, lumbar, shoulder]", old))
    for file, old, new in ELSEWHERE:
        edit(folder, file, old, new)
    lines = (folder / "emergency_lines.yaml").read_text("utf-8")
    lines = lines.replace("region: [neck, thoracic, lumbar]", f"region: {SPINE[:-1]}, shoulder]")
    (folder / "emergency_lines.yaml").write_text(lines, "utf-8")
    edit(folder, "topic.yaml", '    lumbar: "', f'    shoulder: {SHAPE}\n    lumbar: "')
    with (folder / "blocks" / "what-it-is.yaml").open("a", encoding="utf-8") as texts:
        texts.write(
            "  - id: what-shoulder\n    when: {region: shoulder}\n"
            "    text: You may feel it when you lift your arm.\n"
            f"    sources: [PRACTICE]\n    reviewed: {TODAY}\n"
        )
    for number, name in enumerate(("belly-breathing", "side-lying-rest", "walking"), 1):
        text = (folder / "exercises.yaml").read_text("utf-8")
        at = text.index(f"id: {name}\n")
        place = f"sets: {{shoulder: {{acute: {number}, chronic: {number}}}, "
        text = text[:at] + text[at:].replace("sets: {", place, 1)
        (folder / "exercises.yaml").write_text(text, "utf-8")


def _fill(folder: Path) -> None:
    words = {
        "what lists call it": "Shoulder", "words for its parts": "sore shoulder",
        "words of other regions": "low back", "what its leaflets say for": "shoulder",
        "the title": "A sore, tight shoulder",
    }  # fmt: skip
    for path in (*folder.glob("*.yaml"), *(folder / "blocks").glob("*.yaml")):
        text = path.read_text("utf-8")
        for start, value in words.items():
            text = re.sub(rf'"TO WRITE: {start}[^"]*"', f'"{value}"', text)
        text = re.sub(r'"TO WRITE: the main message[^"]*"', '"Use your arm a little."', text)
        text = re.sub(
            r'"TO WRITE: the first thing[^"]*"',
            '"**Keep moving** your arm a little."\n    suggests: [ex-gentle]',
            text,
        )
        for about, (said, rows) in LINES.items():
            text = re.sub(
                rf'\["TO WRITE: rows[^"]*"\]\n(  text: )"TO WRITE: a line on {about}[^"]*"',
                rf'[{rows}]\n\g<1>"{said}"',
                text,
            )
        text = text.replace("sources: []  # TO WRITE: keys of sources.yaml", "sources: [PRACTICE]")
        text = re.sub(r'"TO WRITE: the day[^"]*"', TODAY, text)
        text = text.replace(
            'parts: ["sore shoulder"]\n',
            f'parts: ["sore shoulder"]\n    allows: [{", ".join(ALLOWED)}]\n',
        )
        for name, blocks in FOR_RULES.items():
            text = re.sub(rf'"TO WRITE: its blocks for `{name}`[^"]*"', blocks, text)
        path.write_text(text, "utf-8")


def _signs(folder: Path) -> None:
    """Add the signs of the region, and keep those that speak of the spine to their regions."""
    rows, certain = [], []
    for name, (urgency, group, said) in SIGNS.items():
        rows.append(
            f"- id: {name}\n  urgency: {urgency}\n  group: {group}\n  when: {{region: shoulder}}\n"
            f'  signs:\n    - "{said}"\n  sources: [PRACTICE]\n  reviewed: {TODAY}\n'
        )
        certain.append(f'{name},{urgency},"{said.replace("**", "")}"\n')
    with (folder / "red_flags.yaml").open("a", encoding="utf-8") as file:
        file.writelines(rows)
    with (folder / "emergency_lines.yaml").open("a", encoding="utf-8") as file:
        file.writelines(
            f"- id: {name}\n  region: [shoulder]\n  {when}\n  covers: [{covers}]\n"
            f'  text: "{said}"\n  sources: [PRACTICE]\n  reviewed: {TODAY}\n'
            for name, when, covers, said in SHORT
        )
    with (folder / "urgency.csv").open("a", encoding="utf-8") as file:
        file.writelines(certain)
