"""Twenty patients in the words of a referral: each is right at once, or after one clear question.

The first ten are those of a trial in which none was right at once; the other ten were written for
this list. A question is clear where the answer to it, in its own words, makes the right leaflet.
"""

from typing import NamedTuple

import pytest
from click.testing import CliRunner

from handouts.cli.app import main

pytestmark = pytest.mark.usefixtures("warm_cache")
ON = ("--date", "2026-11-22")
"""In January "since last year" may be weeks, and it is asked about."""


class Referral(NamedTuple):
    """What is typed, what is asked back if anything, what is typed then, and the right request."""

    typed: tuple[str, ...]
    asked: tuple[str, ...]
    then: tuple[str, ...]
    right: str


def at_once(*typed: str, right: str) -> Referral:
    """Give a referral that is understood as it is typed."""
    return Referral(typed, (), typed, right)


def asks(*typed: str, asked: tuple[str, ...], then: tuple[str, ...], right: str) -> Referral:
    """Give a referral with words in doubt: `asked` must be said, and `then` is typed instead."""
    return Referral(typed, asked, then, right)


REFERRALS = {
    "34, 20 weeks pregnant, low back": at_once(
        "low back", "20 weeks pregnant", "--age", "34", right="lumbar, acute; flags: pregnant"
    ),
    "71, warfarin, neck 6 months": at_once(
        "neck", "6 months", "warfarin", "--age", "71",
        right="neck, chronic; flags: age-65-plus, warfarin",
    ),
    "45, lorry driver, type 2 diabetes": at_once(
        "neck", "lorry driver", "type 2 diabetes", "--age", "45",
        right="neck, acute; flags: drives-or-machinery, diabetes",
    ),
    "82, osteoporosis, prednisolone, frail": asks(
        "upper back", "osteoporosis", "prednisolone", "frail", "--age", "82",
        asked=("taking steroid tablets for months? If yes, write `long-term-steroids`",),
        then=("upper back", "osteoporosis", "long-term-steroids", "frail", "--age", "82"),
        right="thoracic, acute; flags: age-65-plus, osteoporosis, long-term-steroids, frail",
    ),
    "16, rugby": asks(
        "low back", "rugby", "--age", "16",
        asked=("No question is about sport; one is about a serious injury in the last 3 months",),
        then=("low back", "--age", "16"), right="lumbar, acute; flags: under-18",
    ),
    "52, sertraline, past cancer": at_once(
        "neck", "sertraline", "past cancer", "--age", "52",
        right="neck, acute; flags: ssri-snri, cancer-past",
    ),
    "38, sciatica": asks(
        "low back", "sciatica", "--age", "38",
        asked=("No leaflet and no question is about discs, nerves or sciatica",),
        then=("low back", "--age", "38"), right="lumbar, acute; flags: none",
    ),
    "29, breastfeeding, caesarean": asks(
        "low back", "breastfeeding", "caesarean", "--age", "29",
        asked=("Have you had an operation (surgery) or a serious injury in the last 3 months?",),
        then=("low back", "breastfeeding", "recent-surgery-or-injury", "--age", "29"),
        right="lumbar, acute; flags: breastfeeding, recent-surgery-or-injury",
    ),
    "60, heart disease, aspirin, COPD": asks(
        "low back", "heart disease", "aspirin", "COPD", "--age", "60",
        asked=("Do you take low-dose aspirin", "If yes, write `antiplatelet`"),
        then=("low back", "heart disease", "antiplatelet", "COPD", "--age", "60"),
        right="lumbar, acute; flags: antiplatelet, heart-disease, breathing-problem",
    ),
    "41, hypermobile, Polish": asks(
        "neck", "hypermobility", "Polish", "--age", "41",
        asked=("The leaflets are in English only so far",),
        then=("neck", "hypermobility", "--age", "41"),
        right="neck, acute; flags: loose-joints",
    ),
    # ---------------------------------------------------------------- ten more
    "78, IHD, apixaban, CKD": at_once(
        "low back pain", "IHD", "apixaban", "CKD", "--age", "78",
        right="lumbar, acute; flags: kidney-disease, heart-disease, age-65-plus, "
        "other-blood-thinner",
    ),
    "58, five days, asthma, hypertension, ramipril": at_once(
        "LBP", "5/7", "asthma", "HTN", "ramipril", "--age", "58",
        right="lumbar, acute; flags: high-blood-pressure, asthma, ace-or-arb",
    ),
    "46, since last year, IBD": at_once(
        "thoracic back pain", "since last year", "IBD", "--dob", "1980-02-03",
        right="thoracic, chronic; flags: inflammatory-bowel-disease",
    ),
    "three days, epilepsy": at_once(
        "stiff neck", "3 days", "epilepsy", right="neck, acute; flags: epilepsy"
    ),
    "66, rheumatoid, methotrexate for six months": asks(
        "C-spine", "rheumatoid arthritis", "methotrexate", "6/12", "--age", "66",
        asked=("`6/12` may mean several things", 'write --duration "6/12"'),
        then=("C-spine", "rheumatoid arthritis", "methotrexate", "acute", "--age", "66"),
        right="neck, acute; flags: age-65-plus, lithium-or-methotrexate, rheumatoid-arthritis",
    ),
    "HIV, recovering alcoholic, ongoing": at_once(
        "low back", "HIV", "recovering alcoholic", "ongoing",
        right="lumbar, chronic; flags: alcohol-or-dependence, immunosuppressed",
    ),
    "80, Parkinson's, pacemaker, AF": at_once(
        "mid back", "Parkinson's", "pacemaker", "AF", "DOAC", "--age", "80",
        right="thoracic, acute; flags: age-65-plus, pacemaker, overactive-thyroid-or-rhythm, "
        "nerve-illness, other-blood-thinner",
    ),
    "builder, low blood pressure": asks(
        "neck", "builder", "low BP",
        asked=("Do you drive, or work with machines?", "No question is about low blood pressure"),
        then=("neck", "drives-or-machinery"), right="neck, acute; flags: drives-or-machinery",
    ),
    "70, diabetes, numb feet": asks(
        "lumbago", "chronic", "T2DM", "peripheral neuropathy", "--age", "70",
        asked=("Do you have numb skin or nerve damage where it hurts?",),
        then=("lumbago", "chronic", "T2DM", "--age", "70"),
        right="lumbar, chronic; flags: age-65-plus, diabetes",
    ),
    "not known for how long": asks(
        "neck", "for some months", "copd",
        asked=("`for some months` may be either: New pain", "write the number of weeks"),
        then=("neck", "chronic", "copd"), right="neck, chronic; flags: breathing-problem",
    ),
}  # fmt: skip


@pytest.mark.sample(4)
@pytest.mark.parametrize("referral", REFERRALS.values(), ids=REFERRALS)
def test_a_referral_is_right_or_asked_about(referral: Referral) -> None:
    """Nothing is guessed: what is not understood is asked, and the answer makes the right one."""
    if referral.asked:
        first = CliRunner().invoke(main, ["explain", *referral.typed, *ON])
        assert (first.exit_code, first.stdout) == (2, "")
        assert all(one in first.stderr for one in referral.asked), first.stderr
    result = CliRunner().invoke(main, ["explain", "--chosen", *referral.then, *ON])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{referral.right}; not asked"), result.stdout[:200]
