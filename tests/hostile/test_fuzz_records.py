"""Whatever a record, a hook or an enquiry holds, it ends in an answer or a refusal, and soon."""

import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handouts.errors import HandoutsError
from handouts.record.document import earlier_document
from handouts.record.enquiry import read_enquiry
from handouts.record.read import read_record
from handouts.record.report import report_record, report_text
from handouts.web.hooks import PREFETCH, HookCall, HookDesk
from handouts.web.infobutton import Infobutton, kind_wanted
from handouts.web.problems import Problem
from handouts.web.record_desk import RecordDesk
from tests.record.resources import DAY, library, rules
from tests.record.test_samples import SAMPLES
from tests.support.hostile import WORDS, tries
from tests.support.leaflets import publisher

pytestmark = pytest.mark.slow
SECONDS = 2.0
"""Of the processor, that one example may take at most."""
ODD: tuple[Callable[[random.Random], Any], ...] = (
    lambda chance: chance.choice(WORDS),
    lambda chance: chance.choice((None, True, False, 0, -1, 1e308, 2**63, 10**30, "", [], {})),
    lambda chance: [
        {"coding": [{"system": "http://snomed.info/sct", "code": chance.choice(WORDS)}]}
    ],
    lambda chance: {"reference": chance.choice(("Patient/p1", "#", "#x", "a" * 999, "Group/1"))},
    lambda chance: chance.choice(("2026-02-30", "1000-01-01", "9999-12-31T23:59:60Z", "2026")),
    lambda chance: nested(chance.choice((3, 50, 400))),
)


def nested(depth: int) -> Any:  # noqa: ANN401 - any JSON
    """Return lists in lists."""
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


def damaged(record: Any, chance: random.Random) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON with some of its values gone, doubled, moved or of another type."""
    if isinstance(record, dict):
        keys = [key for key in record if chance.random() > 0.02]
        made = {key: damaged(record[key], chance) for key in keys}
        if keys and chance.random() < 0.05:
            made[chance.choice(keys)] = chance.choice(ODD)(chance)
        return made
    if isinstance(record, list):
        made_list = [damaged(one, chance) for one in record]
        return made_list * 3 if chance.random() < 0.01 else made_list
    return chance.choice(ODD)(chance) if chance.random() < 0.02 else record


def of_one(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource as that of one patient."""
    whose = {"subject": {"reference": "Patient/p1"}, "patient": {"reference": "Patient/p1"}}
    own = {"id": "p1"} if resource["resourceType"] == "Patient" else {}
    return resource | {key: one for key, one in whose.items() if key in resource} | own


def bundle(chance: random.Random) -> bytes:
    """Write a bundle of real resources, damaged."""
    picked = [chance.choice(SAMPLES)[3] for _ in range(chance.randint(1, 6))]
    if chance.random() < 0.8:  # else nearly all are refused for being about several people
        picked = [of_one(one) for one in picked]
    kind = chance.choice(("collection", "searchset", "transaction"))
    whole = {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in picked]}
    raw = json.dumps(damaged(whole, chance)).encode()
    if chance.random() < 0.05:
        at = chance.randrange(len(raw) + 1)
        raw = raw[:at] + chance.randbytes(3) + raw[at + chance.randint(0, 9) :]
    return raw


def desk() -> RecordDesk:
    """Return a desk that reads by the words that ship."""
    shared = SimpleNamespace(publisher=publisher)
    return RecordDesk(cast("Any", SimpleNamespace(shared=shared, content=None)))


@tries(300)
@given(st.integers(0, 2**63))
@example(1000000)  # letters that are none, in one resource of many
def test_any_bundle_is_read_or_refused(seed: int) -> None:
    """No damage ends otherwise than in a report or a refusal, in a bounded time."""
    raw = bundle(random.Random(seed))  # noqa: S311 - no secret
    start = time.process_time()
    with suppress(HandoutsError):
        reading = read_record(library(), rules(), raw, DAY)
        report_text(library(), reading)
        assert msgspec.json.encode(report_record(reading))
    with suppress(HandoutsError):
        earlier_document("a.json", raw)
    assert time.process_time() - start < SECONDS


@tries(150)
@given(st.integers(0, 2**63))
def test_any_call_of_a_hook_is_answered_or_refused(seed: int) -> None:
    """A call with damaged parts has an answer with at most one card, or a refusal."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    names = [*PREFETCH, "other"]
    parts = {chance.choice(names): json.loads("null") for _ in range(chance.randint(0, 3))}
    call = {"hook": "patient-view", "hookInstance": "1", "context": {"patientId": "p1"}}
    raw = json.dumps(damaged(call, chance) | {"prefetch": parts}).encode()
    with suppress(msgspec.MsgspecError, HandoutsError, Problem):
        asked = msgspec.json.decode(raw, type=HookCall)
        sent = {name: msgspec.Raw(bundle(chance)) for name in parts if chance.random() < 0.8}
        answer = HookDesk(desk(), "http://127.0.0.1:1").answer(
            msgspec.structs.replace(asked, prefetch=parts_of(sent))
        )
        assert len(answer.cards) <= 1
        assert all(0 < len(card.summary) < 140 and card.detail for card in answer.cards)


def parts_of(sent: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    """Keep what is JSON: other bytes are refused with the whole call."""
    return {name: one for name, one in sent.items() if _is_json(bytes(one))}


def _is_json(raw: bytes) -> bool:
    try:
        msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


NAMES = (
    "mainSearchCriteria.v.c", "mainSearchCriteria.v.cs", "mainSearchCriteria.c.dn", "age.v.v",
    "age.v.u", "observation.v.c", "observation.v.cs", "observation.v.v", "observation.v.u",
    "informationRecipient", "performer", "knowledgeResponseType", "mainSearchCriteria.v.ot",
    "informationRecipient.languageCode.c", "holder.assignedEntity.certificateText",
)  # fmt: skip
VALUES = (*WORDS[:60], "M62.830", "2.16.840.1.113883.6.90", "77", "a", "279039007", "neck", "PAT")


@tries(150)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=12))
def test_any_enquiry_is_answered_or_refused(pairs: list[tuple[str, str]]) -> None:
    """Whatever the parameters hold, there is an answer in each shape, or a refusal."""
    with suppress(HandoutsError):
        enquiry = read_enquiry(pairs)
        kind_wanted(enquiry)
        answers = Infobutton(desk(), "http://127.0.0.1:1")
        answer = answers.answer(enquiry)
        assert json.loads(answers.json(enquiry, answer))["feed"]["entry"] or not answer.link
        assert b"certificate" not in answers.atom(enquiry, answer)
