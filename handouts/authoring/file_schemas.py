"""Describe the files of the library for an editor: `library_schemas`.

The closed lists come from the tables that the loader reads with, and from the content itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.authoring.figure_schema import figure_definitions
from handouts.authoring.shapes import (
    PHONE,
    ContentWords,
    Schema,
    day,
    defined,
    ident,
    items_of,
    listed,
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
from handouts.authoring.topic_schema import topic_shape
from handouts.content.library import KINDS, USUAL
from handouts.content.parse_blocks import ROWS, SPANS
from handouts.content.set_places import BEFORE
from handouts.content.vocabulary import (
    CHANGES,
    EDITIONS,
    HELP,
    INTENSITIES,
    MEDICINES,
    MOVES,
    PAPERS,
    ROLES,
    SHORT_EDITIONS,
    Level,
    Urgency,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


LEVELS = tuple(str(level) for level in Level)
_STRICT = tuple(str(level) for level in Level if level is not Level.OK)
_NOT = "^not [a-z0-9][a-z0-9-]*$"


def definitions(words: ContentWords) -> dict[str, Schema]:
    """Return what several files use: the words of the content, a condition, a sentence."""
    kinds = {
        "region": words.regions, "status": words.statuses, "section": words.sections,
        "group": words.groups, "check-group": words.check_groups, "place": words.places,
        "source": words.sources, "flag": words.flags, "class": words.classes,
        "red-flag": words.red_flags, "exercise": words.exercises, "figure": words.figures,
        "level": LEVELS, "urgency": tuple(map(str, Urgency)),
    }  # fmt: skip
    found: dict[str, Schema] = {name: one_of(known) for name, known in kinds.items()}
    found["flags"] = many(
        {"anyOf": [defined("flag"), {"type": "string", "pattern": _NOT}]},
        "Flags; a broad flag stands for its kinds, and `not KIND` takes one away again.",
    )
    found["wording"] = {
        "anyOf": [
            text("What is read. **two stars** make key words bold; {braces} come from places."),
            mapping(
                "A sentence for places that may lack a word in braces.",
                {"text": text("What is read where the place has the word.")},
                {"without": table(text("What is read instead."), "By the word that lacks.")},
            ),
            {"type": "number"},
        ]
    }
    found["when"] = {
        "anyOf": [
            {"const": "never"},
            mapping("For whom: all keys must hold; a list means any of these.", {}, _conditions()),
        ]
    }
    found["codings"] = _codings()
    return found


def _conditions() -> dict[str, Schema]:
    return {
        "region": many(defined("region"), "One of these regions."),
        "status": many(defined("status"), "One of these statuses."),
        "flag": defined("flags", "One of these facts is known."),
        "no-flag": defined("flags", "None of these facts is known."),
        "screened": truth("Whether every fact was asked about."),
        "edition": many(one_of(EDITIONS), "One of these editions."),
        "advice": table(
            many(defined("level"), "One of these levels."),
            "The final level of classes.",
            defined("class"),
        ),
        "any": items_of(defined("when"), "One of these conditions."),
    }


def _codings() -> Schema:
    code = mapping(
        "A code of a clinical terminology.",
        {"code": written("The code."), "verified": truth("Whether it was looked up there.")},
        {"label": text("What the terminology calls it.")},
    )
    systems = {name: items_of(code, f"Codes of {name}.") for name in ("snomed", "icd10", "atc")}
    return mapping("Codes of clinical terminologies.", {}, systems)


def library_schemas(words: ContentWords) -> Mapping[str, Schema]:
    """Return the schema of each file of the library, by the name of the file."""
    defs = definitions(words)
    figures, things, drawn = figure_definitions(words.props)
    shapes: dict[str, tuple[str, Schema]] = {
        "vocabulary": ("The words that all files may use.", _vocabulary()),
        "topic": ("What the program must know of the topic.", topic_shape(words)),
        "places": ("Whom to call and what things are called.", _list("places", _place())),
        "sources": ("Where each statement comes from.", _list("sources", _source())),
        "flags": ("Facts about a patient.", _list("flags", _flag())),
        "classes": ("Classes of medicine and treatment.", _classes()),
        "red_flags": ("Warning signs.", _list("red_flags", _red_flag())),
        "emergency_lines": ("Lines of the red box.", _list("emergency_lines", _emergency_line())),
        "exercises": ("Exercises.", _exercises(words)),
        "figures": ("Drawings.", mapping("", {"figures": figures}, {"props": things})),
        "registry": ("The numbers of codes.", _registry()),
        "synonyms": ("The words that people type.", _synonyms(words)),
        "answers": ("What an answer in numbers says.", _answers()),
        "blocks": ("Sentences of one section.", _blocks()),
    }
    return {
        name: whole_file(f"{name}.yaml", says, shape, defs | drawn)
        for name, (says, shape) in shapes.items()
    }


def _list(key: str, record: Schema) -> Schema:
    return mapping("", {key: items_of(record, "One entry for each.")})


# ------------------------------------------------------------------ vocabulary, places, sources
def _vocabulary() -> Schema:
    term = mapping(
        "A word that other files may use.",
        {"id": ident("Its name in all files.")},
        {
            "label": {"type": "string", "description": "The heading, or what lists call it."},
            "labels": table(text("The heading."), "By status.", defined("status")),
            "when": defined("when", "For whom the section is there."),
            "codings": defined("codings"),
            "question": text("What is asked for all flags of the group at once."),
            "parts": items_of(text("A word."), "Words for parts of the body in a region."),
            "allows": items_of(text("A block."), "Blocks that may name parts of other regions."),
            "blocks": table(
                items_of(text("A block."), "Blocks by their ids."),
                "Blocks of a region, by the names with which rules of safety ask for them.",
            ),
            "never-says": items_of(
                text("A word."), "Words of other regions that no sentence in its leaflets holds."
            ),
            "words": table(
                text("The word there."), "The words in {braces} that a region gives, by their name."
            ),
        },
    )
    keys = ("regions", "statuses", "sections", "groups", "check_groups")
    return mapping("", {key: listed(term, f"The {key.replace('_', ' ')}.") for key in keys})


def _phone(says: str) -> Schema:
    return {"type": ["string", "integer"], "pattern": PHONE, "description": says}


def _place() -> Schema:
    return mapping(
        "A country.",
        {
            "id": ident("Its name in codes and commands."),
            "label": text("What lists call it."),
            "language": text("A language tag with the country, such as en-GB."),
            "paper": one_of(PAPERS[:2], "Its usual paper."),
            "emergency_number": _phone("The number to call. Write it in quotes."),
            "words": table(written("The word there."), "The words in {braces}, by their name."),
        },
        {
            "urgent_line": _phone("The number for urgent advice, where there is one."),
            "crisis_line": _phone("The number for somebody who may hurt themselves."),
        },
    )


def _source() -> Schema:
    return mapping(
        "A source.",
        {
            "key": text("Its name in `sources:`."),
            "title": text("Author, title and year, to find it by."),
            "seen": one_of(("publisher", "copy", "abstract", "own"), "How it was read."),
        },
        {
            "year": written("Its year."),
            "addresses": items_of(text("A web address."), "Where it was read."),
            "short": {"type": "string", "description": "Its name on the leaflet, or empty."},
        },
    )


# ------------------------------------------------------------------ what every block has
def _backed() -> dict[str, Schema]:
    return {
        "sources": many(defined("source"), "Keys of sources.yaml.", least=1),
        "reviewed": day("When somebody last held it against its sources."),
    }


def _declared() -> dict[str, Schema]:
    return {
        "suggests": many(defined("class"), "The classes that the words offer."),
        "warns": many(defined("class"), "The classes that the words warn about."),
    }


def _wordings(says: str) -> Schema:
    return items_of(defined("wording"), says)


def _blocks() -> Schema:
    block = mapping(
        "A sentence, or a few that print together.",
        {"id": ident("A name of your choice."), "text": defined("wording"), **_backed()},
        {
            "when": defined("when", "For whom it prints; without it, for everyone."),
            "section": defined("section", "Another section than that of the file."),
            "row": one_of(ROWS, "Where it prints among the medicines."),
            "movement": defined("exercise", "The exercise that the words tell the reader to do."),
            "short-of": items_of(ident("A block."), "The blocks that this says in fewer words."),
            "edition": many(one_of(SHORT_EDITIONS), "Where a short form prints."),
            **_declared(),
        },
    )
    return mapping(
        "",
        {
            "section": defined("section", "Where the blocks of this file print."),
            "blocks": items_of(block, "In the order in which they print."),
        },
    )


# ------------------------------------------------------------------ flags and classes
def _flag() -> Schema:
    clause = mapping(
        "What to do about classes, where their final level is this one.",
        {
            "classes": many(defined("class"), "The classes that it is about."),
            "level": defined("level", "The level at which it prints."),
            "text": defined("wording"),
        },
        {
            "when": defined("when"),
            "why": _wordings("Why."),
            "only_alone": truth("Only where no other clause is about the class."),
        },
    )
    own = mapping(
        "A line with a condition of its own.",
        {"text": text("What is read.")},
        {"when": defined("when"), "without": table(text("What is read instead."), "By word.")},
    )
    check = mapping(
        "Its point on the list to tick; that of a kind stands in the group of its broad flag.",
        {"text": defined("wording")},
        {"group": defined("check-group")},
    )
    return mapping(
        "A fact about a patient.",
        {
            "id": ident("Its name in all files and codes."),
            "number": whole("Its place in this file, from 1.", 1),
            "label": text("What lists call it."),
            "question": text("What the clinician asks."),
            "lead": defined("wording", "The line that says the fact back."),
            **_backed(),
        },
        {
            "name": defined("wording", "The fact in a few words, where there are many."),
            "check": check,
            "group": defined("check-group", "Where it is asked, if it is no point to tick."),
            "excludes": defined("flags", "Facts that cannot be true beside it."),
            "stronger": defined("flags", "Facts that say the same and more."),
            "kind_of": defined("flag", "The broad flag that stands before it."),
            "always": items_of({"anyOf": [defined("wording"), own]}, "Lines that always print."),
            "clauses": items_of(clause, "Lines about classes."),
            "codings": defined("codings"),
            **_declared(),
        },
    )


def _classes() -> Schema:
    record = mapping(
        "A class of medicine, treatment or movement: a column of advice.csv.",
        {
            "id": ident("The name of its column."),
            "kind": one_of(("medicine", "treatment", "movement"), "What it is."),
            "section": defined("section", "Where its lines print."),
        },
        {
            "name": defined("wording", "A short noun phrase, for rows."),
            "ask": defined("wording", "The line at the level ask."),
            "avoid": defined("wording", "The line at the level avoid."),
            "silent": truth("It has no line at any level."),
            "already": truth("Some readers take it by prescription."),
            "when": defined("when", "For whom its lines print."),
            **_backed(),
            **_declared(),
        },
    )
    never = {"description": "What no text may name. It tells authors; nothing reads it."}
    return mapping("", {"classes": items_of(record, "One for each column.")}, {"never": never})


# ------------------------------------------------------------------ warning signs
def _red_flag() -> Schema:
    return mapping(
        "A row of warning signs.",
        {
            "id": ident("A name of your choice."),
            "urgency": defined("urgency", "How fast it needs help."),
            "group": defined("group"),
            "signs": _wordings("The signs, one sentence each."),
            **_backed(),
        },
        {
            "when": defined("when", "For whom it prints; without it, for everyone."),
            "raised_by": table(
                defined("urgency"),
                "Flags that make it more urgent; `not KIND` takes one kind away again.",
                {"anyOf": [defined("flag"), {"type": "string", "pattern": _NOT}]},
            ),
            "prints_in": one_of((HELP, MEDICINES), "Where it prints."),
            "lead_in": defined("wording", "The words above the signs."),
            "instead_of": items_of(
                defined("red-flag"), "Rows whose signs it says to its readers in their place."
            ),
            **_declared(),
        },
    )


def _emergency_line() -> Schema:
    return mapping(
        "A short line of the red box.",
        {
            "id": ident("A name of your choice."),
            "covers": items_of(defined("red-flag"), "The rows of signs that it stands for."),
            "text": defined("wording"),
            **_backed(),
        },
        {
            "region": many(defined("region"), "For whom it prints."),
            "flag": defined("flags", "For whom it prints."),
            "when": defined("when", "For whom it prints."),
            "apart": truth("It stands below the list, because it names another number first."),
            "urgency": defined("urgency", "How fast the sign needs help."),
            "edition": many(one_of(EDITIONS), "Where it stands for the rows it covers."),
            **_declared(),
        },
    )


# ------------------------------------------------------------------ exercises
def _by_status(value: Schema, words: ContentWords, says: str) -> Schema:
    """One value for all statuses, or one under each."""
    each = {
        "type": "object",
        "properties": dict.fromkeys(words.statuses, value),
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"anyOf": [each, value], "description": says}


def _exercises(words: ContentWords) -> Schema:
    stop = mapping(
        "What stands in place of one stop.",
        {
            "instead_of": text("The stop, word for word."),
            "flags": defined("flags", "Whom it is for."),
            "text": defined("wording"),
        },
    )
    records = items_of(_exercise(words), "The records.")
    own = items_of(stop, "What readers with a flag are told in place of a stop, on every card.")
    return mapping("", {"exercises": records}, {"stop_for": own})


def _exercise(words: ContentWords) -> Schema:
    steps = _by_status(_wordings("One step each."), words, "What to do, step by step.")
    drawn = items_of(defined("figure"), "Drawings, in order.")
    figures = _by_status(drawn, words, "Ids of figures.yaml.")
    variant = mapping(
        "How it is done by readers with some flags.",
        {
            "flags": defined("flags", "Whom it is for; each has a caution."),
            "changes": one_of(CHANGES, "What is different."),
            "start": defined("wording"),
            "steps": steps,
            "figures": figures,
        },
        {"name": text("Another name."), "position": text("Another position.")},
    )
    return mapping(
        "An exercise.",
        {
            "id": ident("Its name in all files and codes."),
            "number": whole("Its place in this file, from 1.", 1),
            "name": text("Its heading on the card."),
            "intensity": one_of(INTENSITIES, "How hard it is."),
            "moves": many(one_of(MOVES), "What it does to the body."),
            "position": text("How one starts, such as sitting; several with ` or `."),
            "column": {
                "anyOf": [defined("class"), one_of(words.free_columns)],
                "description": "The column of advice.csv that permits it.",
            },
            "sets": _sets(),
            "start": defined("wording", "How to start."),
            "steps": steps,
            "dosage": _by_status(_dosage(), words, "How often."),
            "stop": _wordings("When to stop: `you feel dizzy`."),
            "figures": figures,
            **_backed(),
        },
        {
            "extra_moves": items_of(text("A movement."), "Other movements, in your words."),
            "also": defined("class", "A second column that must permit it."),
            "avoid": defined("flags", "Who does not get it."),
            "cautions": table(
                defined("wording"), "What a reader with a flag is told.", defined("flag")
            ),
            "variant": variant,
            "role": one_of(ROLES, "What it is for."),
            "asked": truth("true: prints only where somebody asked about the facts."),
            "by_hand": text("Why it prints only when a clinician chooses it."),
            "released": truth("false: held back; then `why` says for what."),
            "why": text("Why it is held back."),
            **_declared(),
        },
    )


def _sets() -> Schema:
    place: Schema = {
        "description": "Its place in the list: a number, or `before` another exercise of it.",
        "anyOf": [whole("1 comes first.", 1), {"type": "string", "pattern": f"^{BEFORE.pattern}$"}],
    }
    return table(
        table(place, "By status.", defined("status")),
        "The regions and statuses that have it, with its place there.",
        defined("region"),
    )


def _dosage() -> Schema:
    number = {"type": "integer", "minimum": 0}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    span = {"anyOf": [number, pair], "description": "A number, or [lowest, highest]."}
    return mapping(
        "How often.",
        {},
        {
            **dict.fromkeys(SPANS, span),
            "unit": text("What is repeated; usually times."),
            "each_side": truth("On each side."),
            "each_way": truth("Each way."),
        },
    )


# ------------------------------------------------------------------ codes and typed words
def _registry() -> Schema:
    numbers = table(written("The word."), "The word of each number, for ever.")
    numbers["propertyNames"] = {"pattern": "^[1-9][0-9]*$"}
    usual = table(one_of(PAPERS), "What a code means that names no paper.", defined("place"))
    # A place that is gone keeps its line.
    usual.pop("propertyNames")
    return mapping("", {**dict.fromkeys(KINDS, numbers), USUAL: usual})


def _synonyms(words: ContentWords) -> Schema:
    known = (
        *words.regions, *words.statuses, *words.places, *PAPERS, *words.flags, *words.exercises,
    )  # fmt: skip
    entry, typed = one_of(known), listed(written("A word as people type it."), "", least=1)
    kinds = {
        "means": mapping("Words that say an entry.", {"entry": entry, "words": typed}),
        "asks": mapping(
            "Words that may have to do with entries.",
            {"about": many(entry, "The entries that are shown."), "words": typed},
            {"question": text("What is asked, where an entry has no question.")},
        ),
        "none": mapping(
            "Words that no entry is about.", {"words": typed, "says": text("What is told.")}
        ),
    }
    return mapping("", {key: items_of(one, one["description"]) for key, one in kinds.items()})


def _answers() -> Schema:
    span = {"from": whole("From this number on.", 0), "below": whole("Below this number.", 1)}
    age = mapping("An age in whole years.", {"flag": defined("flag")}, span)
    weeks = mapping("A length of time.", {"status": defined("status")}, span)
    pair = mapping(
        "Flags that seldom go together.",
        {"flags": many(defined("flag"), "The two."), "says": text("What is asked.")},
        {"status": defined("status", "With a status one flag is enough.")},
    )
    pair["properties"]["flags"] = {
        "anyOf": [pair["properties"]["flags"], {"type": "array", "maxItems": 0}]
    }
    names = items_of(written("A name."), "Names of the class that a note may use.")
    return mapping(
        "",
        {
            "ages": items_of(age, "Flags that an age sets."),
            "weeks": items_of(weeks, "Statuses that a number of weeks says."),
            "unusual": items_of(pair, "What is pointed out."),
            "names": table(names, "Further names of classes.", defined("class")),
        },
    )
