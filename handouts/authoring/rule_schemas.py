"""Describe the rules, lists of words and tables for an editor: `rule_schemas`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.authoring.file_schemas import LEVELS, definitions
from handouts.authoring.least_schema import least_and_most
from handouts.authoring.shapes import (
    ContentWords,
    Schema,
    defined,
    ident,
    items_of,
    many,
    mapping,
    one_of,
    table,
    text,
    truth,
    whole,
    whole_file,
    written,
)
from handouts.content.vocabulary import (
    EDITIONS,
    OF_REGIONS,
    REGIONS_NEVER_SAY,
    REGIONS_PRINT,
    Urgency,
)
from handouts.record.rules import AGE, EVER, FLAGS, KINDS, LASTING, NOW
from handouts.safety.box_lines import LINES_HOLD
from handouts.safety.guard import CHECKS
from handouts.safety.invariants import HIDDEN
from handouts.safety.invariants import KINDS as RULE_KINDS
from handouts.safety.scopes import LISTS
from handouts.safety.statements import LAWS
from handouts.safety.word_statements import SPANS

if TYPE_CHECKING:
    from collections.abc import Mapping


def rule_schemas(words: ContentWords) -> Mapping[str, Schema]:
    """Return the schema of each of these files, by the name of the file."""
    defs = definitions(words) | _parts_of_rules()
    shapes: dict[str, tuple[str, Schema]] = {
        "invariants": ("The rules of safety.", _invariants()),
        "names": ("Names that a sentence must declare.", _names()),
        "plain_words": ("Words to write in place of hard ones.", _plain_words()),
        "record_rules": ("What a record means.", _record_rules()),
        "labels": ("The small words of the page.", _words_of("The words on the page.")),
        "record": ("The words of the clinician's record.", _words_of("The words there.")),
        "pile": ("The words of slip sheets and tallies.", _words_of("The words there.")),
        "advice": ("One row of the matrix.", _advice(words)),
        "urgency": ("One row: how fast a sign needs help.", _urgency()),
        "claims": ("One row: a claim and the blocks that carry it.", _claims()),
    }
    tables = {"advice", "urgency", "claims"}
    return {
        name: whole_file(f"{name}.{'csv' if name in tables else 'yaml'}", says, shape, defs)
        for name, (says, shape) in shapes.items()
    }


def _words_of(says: str) -> Schema:
    return table(written("The words; keep what is in {braces}."), says)


# ------------------------------------------------------------------ rules of safety
def _parts_of_rules() -> dict[str, Schema]:
    """Return each key of the grammar of rules, and what several of them use."""
    lists = {key: items_of(written("A value."), f"Blocks with this {key}.") for key in LISTS}
    described = mapping(
        "Blocks by what they have.",
        {},
        {
            **lists,
            OF_REGIONS: items_of(text("A name."), "What regions name so (`blocks` of a region)."),
            "text": text("A pattern that their words match."),
            "every": truth("Also labels, headings, places and drawings."),
        },
    )
    blocks = items_of(text("A block."), "Blocks by their ids.")
    parts = {
        "scope": {"anyOf": [described, blocks]},
        "pattern": items_of(text("A pattern; capitals do not matter."), "Patterns."),
        "groups": mapping(
            "Blocks of at least `count` groups print.",
            {"of": items_of(defined("scope"), "The groups.")},
            {"count": whole("How many; usually 1.", 1)},
        ),
    }
    return parts | {f"rule-{key}": one for key, one in _statements(blocks).items()}


def _statements(blocks: Schema) -> dict[str, Schema]:
    """Return each statement; what is wrong inside one is told by `handout check`."""
    scope, pattern, groups = defined("scope"), defined("pattern"), defined("groups")
    said = {
        "of": scope, "always": pattern, "never": pattern,
        "besides": items_of(text("A file or a name."), "What it is not about."),
    }  # fmt: skip
    longest = {"with": text("A pattern."), "words-at-most": whole("How many.", 1)}
    beside = {"any-of": groups, "always-print": blocks}
    return {
        "when": defined("when", "For whom."),
        "level": table(defined("level"), "The least strict level of classes.", defined("class")),
        "levels-of-flags": _levels_of_flags(),
        "never-suggest": many(defined("class"), "Classes that nothing offers."),
        "no-suggestion-at": defined("level", "Nothing offers a class at this level."),
        "ask-first": text("A pattern: whom to ask."),
        "never-print": scope,
        "always-print": {"anyOf": [table(defined("urgency"), "By block."), blocks]},
        REGIONS_PRINT: items_of(text("A name."), "All that a region names so prints in it."),
        REGIONS_NEVER_SAY: scope,
        "any-of": groups,
        "wherever": mapping("Beside these blocks others print.", {"prints": scope}, beside),
        "urgency": table(defined("urgency"), "Rows, each with its least urgency."),
        "every-flag-speaks": truth("Every flag says its lines."),
        "can-print": scope,
        "short-forms": truth("No short form says more than its long ones."),
        LINES_HOLD: mapping(
            "Lines of the emergency box say what their rows say.",
            {
                "same": table(items_of(text("A word."), "Words of rows."), "By word of a line."),
                "of-no-sign": items_of(text("A word."), "Words that tell no signs apart."),
                "also": table(blocks, "Rows that say what a line adds, by line."),
            },
        ),
        "holds": many(one_of(LAWS), "Laws of the whole leaflet."),
        **least_and_most(),
        "words": items_of(mapping("What blocks say.", {}, said), "What blocks say."),
        "sentences": items_of(mapping("What sentences say.", {}, said | longest), "Sentences."),
        **_exercise_statements(scope, pattern),
    }


def _levels_of_flags() -> Schema:
    row = mapping(
        "What a flag makes of classes.",
        {},
        {
            level: many(defined("class"), f"At least {level}.")
            for level in LEVELS
            if level != LEVELS[0]
        },
    )
    return table(row, "The reviewed table, a second time.", defined("flag"))


def _exercise_statements(scope: Schema, pattern: Schema) -> dict[str, Schema]:
    flags = defined("flags")
    number = {"anyOf": [whole(""), {"type": "array", "items": whole("")}]}
    numbers = mapping(
        "The only numbers that may stand.",
        {
            "texts": table(items_of(written("A number."), "Numbers."), "By block."),
            "dosage": mapping("Bounds of dosages.", {}, dict.fromkeys(SPANS, number)),
        },
    )
    row = mapping("Who avoids it, who is told a caution.", {}, {"avoid": flags, "caution": flags})
    about = mapping(
        "Which exercises.",
        {},
        {"never": scope, "only": scope, "caution": text("A pattern."), "flags": flags, "of": scope},
    )
    label = mapping("What a label says.", {}, {"always": pattern, "never": pattern})
    words = items_of(text("A word in braces."), "Words.")
    place = mapping(
        "What a place, or a region, may name.",
        {},
        {"lacks": words, "has": words, "is": table(items_of(written("A word."), ""), "By word.")},
    )
    pair = mapping("Both agree.", {"caution": text("A pattern."), "steps": text("A pattern.")})
    cards = mapping(
        "No card contradicts itself.",
        {
            "positions": table(text("A pattern."), "By position."),
            "changes": pattern,
            "unless": text("A pattern."),
            "agrees": items_of(pair, "Pairs."),
        },
    )
    return {
        "numbers": numbers,
        "place-words": table(place, "By place, or `any`."),
        "region-words": table(place, "By region."),
        "labels": table(label, "By label."),
        "cards": cards,
        "bold": items_of(text("A row of signs."), "Rows with key words in bold."),
        "exercises": items_of(about, "Which exercises print, and with what caution."),
        "exercise-table": table(row, "The reviewed table, a second time."),
        "first-of-its-class": items_of(text("A clause."), "Clauses that none replaces."),
    }


def _invariants() -> Schema:
    statements = {key: defined(f"rule-{key}") for key in _statements({})}
    rule = mapping(
        "A rule of safety.",
        {
            "id": whole("Its number, never used again.", 1),
            "says": text("What it asks, in plain words."),
            "source": text("Where it comes from."),
            "kind": one_of(RULE_KINDS, "How it is checked."),
        },
        {
            **statements,
            "and": items_of(mapping("More of the same rule.", {}, statements), "More."),
            "layout": many(one_of(CHECKS), "Checks of the finished leaflet."),
            "tests": items_of(text("A test."), "What is about files or building."),
            "replaces": items_of(whole("A number.", 1), "Rules that this one corrects."),
            HIDDEN: truth("Names are declared."),
        },
    )
    return mapping("", {"invariants": items_of(rule, "The rules.")})


# ------------------------------------------------------------------ names and words
def _names() -> Schema:
    names = items_of(written("A name; * stands for the rest of a word."), "Names.")
    mention = mapping(
        "A block that names something and neither offers it nor warns about it.",
        {
            "block": ident("The block."),
            "names": items_of(text("A class or an exercise."), "What it names."),
            "why": text("Why that is right."),
        },
    )
    return mapping(
        "",
        {
            "classes": table(names, "Names of each class.", defined("class")),
            "never": table(names, "What is never named."),
            "movements": table(names, "How a text tells to move.", defined("exercise")),
            "mentions": items_of(mention, "Exceptions."),
        },
    )


def _plain_words() -> Schema:
    reasons = table(text("The reason."), "Words that may stand, each with the reason.")
    instead = table(text("What to write."), "Hard words.")
    return mapping("", {"instead": instead, "allowed": reasons, "participles": reasons})


def _record_rules() -> Schema:
    code = written("A code, or a range such as K25-K28.")
    codes = items_of(code, "Codes.")
    named = items_of(text("A code of SNOMED CT and its name."), "Codes with their names.")
    words = items_of(text("A word."), "Words.")
    rule = mapping(
        "What entries of a record mean.",
        {
            "id": text("A name of your choice."),
            "from": one_of((*KINDS, AGE, FLAGS), "The kind of entry."),
            "then": one_of(("proposes", "asks"), "What follows."),
        },
        {
            "flag": defined("flag"), "region": defined("region"), "status": defined("status"),
            "when": one_of((NOW, LASTING, EVER), "How long it counts."),
            "days": whole("How old the entry may be.", 1),
            "ask": text("The question."), "snomed": named,
            **dict.fromkeys(("icd10", "icd10-who", "icd10-cm", "atc", "rxnorm", "loinc"), codes),
            "values": items_of(written("A code of SNOMED CT, or an answer of LOINC."), "Values."),
            "below": whole("A value below this."), "above": whole("A value above this."),
            "unit": text("The unit of the value."), "names": words,
            "words": one_of(("synonyms",), "Also the words of synonyms.yaml."),
            "routes": many(text("A key of `routes`."), "By which way it is given."),
            "together": many(defined("flag"), "Flags found for the same patient."),
            "any": truth("Any entry of the kind."),
        },
    )  # fmt: skip
    one_thing = [{"required": [key]} for key in ("flag", "region", "status")]
    return mapping(
        "",
        {
            "stale": table(whole("Days.", 1), "From when an entry is only asked about."),
            "routes": table(words, "Words for each way of giving a medicine."),
            "nothing-known": named,
            "nothing-known-words": words,
            "not-so": words,
            "unsure": words,
            "say-little": words,
            "rules": items_of({**rule, "oneOf": one_thing}, "The rules."),
        },
    )


# ------------------------------------------------------------------ tables
def _advice(words: ContentWords) -> Schema:
    rows = (
        "(baseline)", "(not asked)", *(f"({one})" for one in (*words.statuses, *EDITIONS)),
        *words.flags,
    )  # fmt: skip
    cell = one_of((*LEVELS, ""), "The level; only rows in brackets may have empty cells.")
    return {
        "type": "object",
        "properties": {"flag": one_of(rows, "For whom."), **dict.fromkeys(words.classes, cell)},
        "required": ["flag", *words.classes],
        "patternProperties": {"^never:": {"type": "string"}},
        "additionalProperties": False,
        "allOf": [
            {
                "if": {"properties": {"flag": {"pattern": "^([^(]|\\(baseline)"}}},
                "then": {"properties": dict.fromkeys(words.classes, one_of(LEVELS))},
            }
        ],
    }


def _urgency() -> Schema:
    return mapping(
        "",
        {
            "row": defined("red-flag"),
            "urgency": one_of(map(str, Urgency)),
            "sign": text("The sign, without stars."),
        },
    )


def _claims() -> Schema:
    free = {"type": "string"}
    verdict = one_of(("keep", "corrected", "left-out"), "What became of it.")
    return mapping(
        "",
        {
            "id": text("A name."), "claim": text("What it says."), "region": free, "status": free,
            "verdict": verdict, "blocks": free, "reason": free,
        },
    )  # fmt: skip
