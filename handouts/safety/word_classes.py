"""Sort the words of an English leaflet into classes that a comparison can trust: `fold`.

Two texts differ in what they ask of a patient when they differ in such a class: a negation, a
number, a unit, how urgent something is, what limits it, who is asked, a part of the body, a way to
move. Words of one line mean the same here, so that one of them may stand for another.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _table(text: str) -> Mapping[str, str]:
    """Read lines of words that mean the same; the first of a line stands for all."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return {word: words[0] for words in lines for word in words}


NEGATIONS = _table("""
    not no never none nobody nothing neither nor without avoid avoids avoiding skip skips
    stop stops stopping stopped quit pause pauses halt
    keep keeps keeping continue continues
    omit omits omitted ignore ignores refuse
    safe safely harmless
    unsafe dangerous danger harmful
    needed need needs necessary must
    unneeded needless unnecessary
    rarely seldom hardly
""")
"""What turns a sentence round, and what it tells to leave, to go on with or to do without."""
LIMITS = _table("""
    only solely merely
    all both
    every each always
    any
    if when whenever
    unless
    until till
    even
    more over beyond above longer
    less under below fewer shorter
    most maximum
    least minimum
    first before
    after afterwards
    but except however although though
    while whilst
""")
"""What narrows or widens when a sentence holds."""
URGENCIES = _table("""
    now immediately instantly
    today
    tonight
    tomorrow
    soon shortly
    later eventually
    wait waiting waits delay
    urgent urgently
    emergency
    ambulance
    call ring phone telephone calling
    appointment
    sudden suddenly
    {emergency_number}
    {urgent_line}
    {crisis_line}
    doctor gp surgery
    pharmacist chemist pharmacy
    nurse
    midwife
    hospital
    physio
""")
"""How fast to get help, and from whom."""
UNITS = _table("""
    second seconds
    minute minutes
    hour hours hourly
    day days daily
    week weeks weekly
    month months monthly
    year years yearly
    night nights nightly
    morning mornings
    kg kilos kilo
    gram grams g
    mg milligrams
    cup cups
    glass glasses
    pint pints
    litre litres
    metre metres
    breath breaths
    degree degrees
    percent %
""")
NUMBERS = {
    word: number
    for number, words in {
        "0": "zero", "1": "single", "2": "two twice double couple pair", "3": "three thrice",
        "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight", "9": "nine", "10": "ten",
        "11": "eleven", "12": "twelve dozen", "15": "fifteen", "20": "twenty", "30": "thirty",
        "40": "forty", "45": "forty-five", "50": "fifty", "60": "sixty", "90": "ninety",
        "100": "hundred", "1000": "thousand", "1/2": "half", "1/4": "quarter", "1/3": "third",
    }.items()
    for word in words.split()
}  # fmt: skip
MEDICINES = _table("""
    medicine medicines medication medications
    painkiller painkillers
    tablet tablets pill pills capsule capsules
    dose doses
    alcohol beer wine drink spirits
    insulin
    steroid steroids
    thinner thinners
    supplement supplements
    food meal meals
    cannabis cbd
    prescription prescribed
""")
"""What somebody takes, besides the names that the content itself lists."""
BODY = _table("""
    head
    neck
    shoulder shoulders
    arm arms
    hand hands
    finger fingers
    chest
    heart
    spine
    bone bones
    hip hips
    leg legs
    knee knees
    foot feet
    toe toes
    heel heels
    eye eyes
    face
    skin
    belly {tummy}
    bottom
    lung lungs
    left
    right
    front ahead
    side sides
    up upwards
    down downwards
    forward forwards
    backward backwards
    inside
    outside
    floor ground
    bed
    chair seat
    upper
    lower
    middle centre
    way
    sitting sit
    standing stand
    lying lie
    inflamed broken cut open bruised
    motionless
""")
"""Where on the body, which way, and on what."""
STRENGTH = _table("""
    hard firm firmly strong strongly force forceful forcefully forcing push pushing press pressing
    fast quick quickly rapid rapidly
    slow slowly gradually
    gentle gently soft softly light lightly
    deep deeply
    pull pulling tug yank
    jerk jerking snap crack cracking thrust bounce bouncing swing
    small little short brief briefly tiny
    big large full fully far
    easy easily comfortable comfortably
    severe terrible unbearable agonising worst awful bad badly
    mild slight slightly
    hot boiling
    warm
    cold ice icy frozen
    through
    very extremely
    much
    worse worsens
    better improves eases
""")
"""How hard, how fast, how far, how bad."""
MOVES = _table("""
    hang hanging
    lift lifting carry
    twist twisting
    bend bending
    stretch stretching
    jump jumping
    run running
    walk walking
    hold holding
    breathe breathing
    turn turning
    swim swimming
    drive driving
    massage rub rubbing stroke
    smoke smoking
    borrow share sharing
    take taking takes took taken
    sleep sleeping
    rest resting rests
    move moving moves active
""")
WEAK = frozenset(
    {"up", "down", "right", "small", "middle", "way", "take", "hold", "rest", "turn", "easy",
     "side", "stand", "move", "very", "front", "sit", "lie"}
)  # fmt: skip
"""Words that often are only part of a phrase: alone they change nothing, in exchange they do."""
HEDGES = frozenset(
    {
        "may",
        "can",
        "could",
        "might",
        "perhaps",
        "sometimes",
        "usually",
        "often",
        "frequently",
        "commonly",
    }
)
"""What leaves a statement open."""
CLASSES = {"negation": NEGATIONS, "limit": LIMITS, "urgency": URGENCIES, "medicine": MEDICINES,
           "body": BODY, "strength": STRENGTH, "move": MOVES}  # fmt: skip
_ALIKE = _table("""
    beside alongside near
    show shows tell tells
    help helps aid ease assist relieve
    start begin begins began starts started
    get gets getting got obtain receive
    ill unwell poorly
    pain pains ache aches painful hurts hurt hurting sore
    use using used
    try attempt
    speak talk ask
    usual usually normal normally
    cause causes caused make makes made making
    common commonly often frequently
    sheet leaflet page
    check look inspect
    place put rest
    tall upright straight
    loose relaxed relax
    wear wearing
    eat eating
    choose pick select
    rash spots
    shiver shivers shake shaking
    fever temperature
""")
_COMMON = _table(
    """
    a an the of to in on at by for from with as is are was were be been being am it its this
    that these those you your yours yourself we our they them their he she his her there here
    and or but so then than too also quite just will would can could may might shall should
    do does did done have has had into onto out off about again which who whom what how where
    such like other another some many well own same one ones let lets go goes going come
    comes please bit once way per still rather simply because since both either against along
    around across between during us me my i time times thing things feel feels felt people
    person someone anyone something anything
    """
)
_CONTRACTIONS = (
    (r"\bcan(?:no|')t\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"n't\b", " not"),
    (r"\bno (?:one|single)\b", "nobody"),
    (r"\bkeep(?:ing)? still\b", "motionless"),
    (r"\bkeep an eye on\b", "look at"),
    # Who keeps a thing somewhere or somehow goes on with nothing: "Keep your chin level".
    (r"\bkeep(?= (?!to\b|on\b|up\b|at\b|away\b|going\b|active\b|[a-z]+ing\b)[a-z{])", "have"),
    # Below and above a part of the body are places; below and above a number are limits.
    (
        r"\b(?:under|below|beneath|over|above)(?= (?:your|the|its|each|one|both|an?|something)\b)",
        "by",
    ),
    (r"\b(?:ask|see|check|tell|know|say)(?: you| them| us)? if\b", "ask whether"),
    (r"\baway from\b", "not near"),
    (r"\bso far\b", "yet"),
    (r"\bto (?:begin|start) with\b|\bat (?:first|the start)\b", "initially"),
    (r"\bstop(?= (?:it|this|them|the pain|pain) [a-z]+ing\b)", "prevent"),
    (r"\bas long as\b", "while"),
    (r"\bany(?= one of\b)", ""),
    (r"\bno single\b", "not single"),
    (r"\b(?:bit by bit|little by little|step by step|take your time)\b", "slowly"),
    (r"\bmost(?= (?:important|likely|common|often|of all)\b)", "main"),
    # A short question before what to do is a condition.
    (r"(^|[.!?] )(?!if )((?:[a-z]+ ){0,3}[a-z]+)\? (?=[a-z*])", r"\1if \2, "),
    (r"\bif you are not sure\b", "if not sure"),
    (r"\b(?:get|stand) up\b", "rise"),
    (r"\bat once\b", "now"),
    (r"\b(?:straight|right) away\b", "now"),
    (r"\bas soon as (?:you can|possible)\b", "soon"),
    (
        (
            r"\b(?:carry|go) on"
            r"(?= (?:if|even|with|until|through|taking|moving|doing|as)\b|[.,;!]|$)"
        ),
        "keep",
    ),
    (r"\b(?:short |long )?while\b(?= *[.,]|$)", "time"),
    (r"\bsome time\b|\ba short while\b", "time"),
    (r"\ba lot\b", "very"),
    (r"\b(?:leave|left|miss) (?:[a-z]+ )?out\b", "omit"),
    (r"\bgive up\b", "stop"),
    (r"\bthe same day\b", "today"),
    (r"\bat most\b|\bno more than\b|\bup to\b", "maximum"),
    (r"\bat least\b", "minimum"),
    (r"\bnext to\b|\bclose to\b", "beside"),
    (r"'re\b", " are"),
    (r"'ll\b", " will"),
    (r"'ve\b", " have"),
    (r"\bno longer\b", "not"),
    (r"\bas well\b", "also"),
    (r"\bin case\b", "if"),
    (r"\byou need not\b", "unneeded"),
    (r"\beach time\b", "whenever"),
    (r"\bas far as\b", "far"),
    (r"\bgets? worse\b", "worse"),
)
"""Phrases, in the order in which they are replaced by the one word that they mean."""
_DRUG = re.compile(
    r"[a-z]{3,}(?:profen|azepam|oxicam|coxib|codone|codeine|morphine|tadol|triptyline|oxetine|"
    r"gabalin|pentin|xaban|gatran|warfarin|heparin|olol|statin|mycin|cillin|sartan|caine|amol|"
    r"aminophen|salicylate|zolam|zepam|carbamol|prazole|thiazide)"
)
_TOKEN = re.compile(r"\{[^{}]*\}|[0-9]+(?:[.,/][0-9]+)*|%|[a-z]+(?:[-'][a-z]+)*")


def tokens(text: str) -> list[str]:
    """Split a text into words and numbers, in small letters, with short forms written out."""
    text = text.replace("**", "").replace("’", "'").lower()
    for pattern, full in _CONTRACTIONS:
        text = re.sub(pattern, full, text)
    return _TOKEN.findall(text)


def fold(word: str) -> tuple[str, str]:
    """Return the class of a word and the word that stands for it; no class for a plain word.

    A word that says nothing by itself has the class `common`.
    """
    for name, table in CLASSES.items():
        if word in table:
            return name, table[word]
    if word in _COMMON:
        return "common", word
    if _DRUG.fullmatch(word):
        return "medicine", word
    return "", _ALIKE.get(word) or _stem(word)


def _stem(word: str) -> str:
    """Take off the commonest endings, so that one word counts once in all its forms."""
    for ending in ("ing", "ies", "es", "ed", "ly", "s"):
        least = 3
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
            break
    return _ALIKE.get(word, word).removesuffix("e")
