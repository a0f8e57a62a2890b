"""Write our questions as a FHIR Questionnaire, and read what was answered: `questionnaire_of`.

It is the one part of a record that can answer no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from handouts.record.proposals import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.library import Library
    from handouts.record.fhir import FhirAnswerItem, QuestionnaireResponse


URL = "urn:handouts:questionnaire:flags"
"""What a response names; a response to anything else is not ours."""


class FlagAnswer(Struct, frozen=True):
    """A question of ours that was answered."""

    flag: str
    yes: bool
    reason: Reason


def questionnaire_of(library: Library) -> dict[str, Any]:
    """Return a Questionnaire with the question of each flag, to be answered by yes or no."""
    return {
        "resourceType": "Questionnaire",
        "url": URL,
        "version": library.version,
        "name": "HandoutsFlags",
        "title": library.topic.titles.questions,
        "status": "draft",
        "subjectType": ["Patient"],
        "item": [
            {"linkId": flag.id, "text": flag.question, "type": "boolean", "required": False}
            for flag in library.flags.values()
        ],
    }


def answers_of(library: Library, one: QuestionnaireResponse) -> tuple[FlagAnswer, ...] | str:
    """Return the answers to our questions; or in words why none can be taken from a response."""
    url, _, version = (one.questionnaire or "").partition("|")
    if url != URL:
        return "it does not answer our questions"
    if version != library.version:
        return f"it answers the questions of another version of the content: {version or 'none'}"
    if one.status not in {"completed", "amended"}:
        return f"its status is {one.status or 'not given'}"
    return tuple(_answers(library, one, one.item))


def _answers(
    library: Library, one: QuestionnaireResponse, items: tuple[FhirAnswerItem, ...]
) -> Iterator[FlagAnswer]:
    for item in items:
        yield from _answers(library, one, item.item)
        flag = library.flags.get(item.link_id or "")
        said = {answer.value_boolean for answer in item.answer} - {None}
        if flag is None or len(said) != 1:
            continue
        yes = said == {True}
        reason = Reason(
            rule="answer",
            source="answer",
            id=one.id or "",
            code="",
            display=f"{flag.question} {'Yes' if yes else 'No'}.",
            status=one.status or "",
            day=None,
        )
        yield FlagAnswer(flag.id, yes, reason)
