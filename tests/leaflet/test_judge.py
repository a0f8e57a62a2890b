"""A judge that knows only the tables reads finished leaflets, and finds no contradiction."""

import pytest

from tests.support.judge import contradictions, judge, requests
from tests.support.leaflets import ask, title_of

SEED = 11


@pytest.mark.slow
@pytest.mark.sample(5)
@pytest.mark.parametrize("part", range(5))
def test_the_judge_finds_no_contradiction(part: int) -> None:
    """Two hundred leaflets by chance, of all places and up to eight flags; forty are quick.

    `python -m tests.support.judge 1000` judges as many as one likes.
    """
    found = {title_of(one): judge(one) for one in requests(40, SEED + part)}
    assert {title: said for title, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("flags", "line", "found"),
    [
        (("gi-ulcer",), "- Ibuprofen may help.", "nsaid-systemic is to be avoided"),
        (("gi-ulcer",), "- Ask a pharmacist which ibuprofen suits you.", "is to be avoided"),
        (("pregnancy",), "- A gel with ibuprofen may help.", "nsaid-topical is to be avoided"),
        (("diabetes",), "- Heat often helps in the first days.", "heat is to be asked about"),
        (("reduced-sensation",), "- Try a cold pack.", "cold is to be avoided"),
        ((), "- Never use heat.", "heat is fine"),
        (("pregnancy", "ssri-snri"), "- Keep taking that medicine.", "keep taking"),
        (("blood-thinners",), "- You take a blood thinner.", "nothing says to keep on"),
        (("age-65-plus",), "- Do not take diazepam.", "a bare do not take"),
        (("osteoporosis",), "- Most people feel better in a few weeks.", "calmed first"),
        (
            ("recent-surgery-or-injury",),
            "- A little ache after is normal.",
            "calmed after an operation",
        ),
        (("recent-surgery-or-injury",), "- A little further each day.", "walk further"),
        (("heart-disease",), "- Aim for 6 to 8 cups a day.", "an amount to drink"),
        ((), "- Ask your midwife.", "a midwife"),
        (("epilepsy",), "- Swim if you like.", "swim, with epilepsy"),
        ((), "- Do not turn your neck.", "a sentence of the neck"),
        ((), "- They can mix badly.", "no noun"),
        (
            ("pregnancy",),
            "- Do not stay flat on your back.\n- Lie on your back with your knees bent.",
            "lie and do not lie",
        ),
        (("under-18",), "- You can try a warm pack.", "advice to a child"),
    ],
)
def test_the_judge_is_no_yes_man(flags: tuple[str, ...], line: str, found: str) -> None:
    """A sentence that should not stand there is found, and by its own name."""
    said = list(contradictions(ask("lumbar", "acute", *flags), line))
    assert any(one.startswith(found) or found in one for one in said)
    harmless = list(contradictions(ask("lumbar", "acute"), "- Rest for a short time."))
    assert harmless == []
