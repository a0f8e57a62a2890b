"""One sheet has no list of all the signs: a line that stands for a row has a word of each sign."""

import re
from pathlib import Path

import pytest

from handouts.content.blocks import EmergencyLineBody, RedFlagBody
from tests.support.leaflets import BRANCHES, ask, said, selection

LEFT_OUT = {
    "You do not know if your bladder is full.",
    "You have a sore, swollen leg as well as any of these.",
    "Bright light hurts your eyes.",
}
"""Signs of which a sheet has no word: docs/for-the-clinician.md asks about each."""
OTHERWISE = {
    "One side of your body goes weak": "suddenly weak",
    "You breathe very fast": "short of breath|hard to breathe",
    "It is hard to stop or control your pee": "trouble with pee",
    "You cannot feel your pee": "trouble with pee",
    "Your leg gives way": "trouble walking|gives way, is unsteady or drags|gives way or drags",
    "You wheeze": "a swollen face, lips or throat",
    "Your neck hurts after a new fall": "after a new fall, crash or blow",
    "You cannot stand": "trouble walking|weak, stiff, numb or unsteady",
    "Your legs feel weak": "trouble walking",
    "Your arms and legs feel numb": "or is on both sides",
    "Your sight is blurred": "trouble seeing",
    "You have a sudden headache": "very bad pain in your neck or head",
    "You are very sleepy or confused": "confused or hard to wake",
    "You have pain in your arm": "arm, jaw, neck or back pain, and you sweat, feel sick or dizzy",
}
"""How a sheet says signs in words of its own."""
SMALL = {"your", "you", "have", "cannot", "with", "that", "after", "when", "like", "this", "both"}
"""Words that say nothing of a sign by themselves."""
FOR_THE_CLINICIAN = Path(__file__).parents[3] / "docs" / "for-the-clinician.md"


def stems(text: str) -> set[str]:
    """Give the first letters of the words that say what a sign is."""
    words = re.findall(r"[a-z]{3,}", text.lower())
    return {word[:5] for word in words if word not in SMALL}


def silent(region: str, status: str) -> set[str]:
    """List the signs of an emergency of which no line of the sheet speaks."""
    lines: dict[str, str] = {}
    for one in selection(ask(region, status, edition="sheet")).chosen:
        if isinstance(body := one.block.body, EmergencyLineBody) and body.urgency == "emergency":
            for row in body.covers:
                lines[row] = f"{lines.get(row, '')} {said(body.wording)}"
    box = " ".join(lines.values())
    missing = set()
    for one in selection(ask(region, status, edition="full")).chosen:
        if isinstance(body := one.block.body, RedFlagBody) and body.urgency == "emergency":
            for sign in body.signs:
                bold = [stems(one) for one in re.findall(r"\*\*(.+?)\*\*", sign.text)]
                own = [text for start, text in OTHERWISE.items() if said(sign).startswith(start)]
                line = stems(lines.get(one.block.id, ""))
                told = all(some & line for some in bold) or any(re.search(one, box) for one in own)
                missing |= set() if told else {said(sign)}
    return missing


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_a_sheet_has_a_word_of_each_sign_that_its_lines_stand_for(region: str, status: str) -> None:
    """What a sheet leaves out of a row of emergencies is listed, and nothing else is left out."""
    assert silent(region, status) <= LEFT_OUT


def test_a_clinician_is_asked_about_each_sign_that_a_sheet_leaves_out() -> None:
    """Each sign that is left out does print elsewhere, and is a row of the page to decide on."""
    text = FOR_THE_CLINICIAN.read_text(encoding="utf-8")
    assert set().union(*(silent(*branch) for branch in BRANCHES)) == LEFT_OUT
    assert [sign for sign in LEFT_OUT if sign not in text] == []
