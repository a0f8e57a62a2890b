"""The schemas of content files say what the loader reads, accept what ships, refuse mistakes."""

import csv
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from handouts.authoring.schemas import modeline, out_of_date, schema_text, schemas_of
from handouts.authoring.shapes import Schema
from handouts.cli.app import main
from handouts.content.load import resource
from handouts.content.parse_library import read_library
from handouts.content.yaml_reader import Entry
from handouts.errors import ContentError
from handouts.governance.load import parse_profile
from handouts.record.parse_rules import parse_rules
from handouts.safety.invariants import load_invariants
from tests.support.record_memory import MEMORY

CONTENT = resource("content")
SCHEMAS = schemas_of(CONTENT)
TABLES = ("advice", "urgency", "claims")
PROFILE_PAGE = Path(__file__).parents[2] / "docs" / "service-profile.md"
WRITTEN = ("baseline.yaml", "signoff.yaml", "withdrawn.yaml")
"""Files that the program writes itself."""


class EditorLoader(yaml.CSafeLoader):
    """Reads YAML as editors do: only true and false are no text."""


EditorLoader.yaml_implicit_resolvers = {
    letter: [(tag, how) for tag, how in known if not tag.endswith(":bool") or letter in "tTfF"]
    for letter, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def plain(value: Any) -> Any:  # noqa: ANN401 - any YAML
    """Return a value as JSON has it: days and keys are text."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def read(text: str) -> Any:  # noqa: ANN401 - any YAML
    """Parse YAML as an editor does."""
    return plain(yaml.load(text, Loader=EditorLoader))  # noqa: S506 - a safe loader


def documents(name: str) -> list[Any]:
    """Return what a schema is about: each file, or each row of a table."""
    if name in TABLES:
        with (CONTENT / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    return [read(text_of(path)) for path in files_of(name)]


def text_of(path: Path) -> str:
    """Return the YAML of a file, or the example of a page."""
    text = path.read_text("utf-8")
    return text if path.suffix == ".yaml" else text.split("```yaml\n")[1].split("```")[0]


def files_of(name: str) -> list[Path]:
    """Return the YAML files of a schema; a profile ships as the example of its page alone."""
    if name == "service":
        return [PROFILE_PAGE]
    return sorted((CONTENT / "blocks").glob("*.yaml")) if name == "blocks" else [
        CONTENT / f"{name}.yaml"
    ]  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_ships_is_accepted(name: str) -> None:
    """Each schema is one, and every file or row that ships fits it."""
    Draft202012Validator.check_schema(SCHEMAS[name])
    judge = Draft202012Validator(SCHEMAS[name])
    found = documents(name)
    assert found
    assert [error.message[:300] for one in found for error in judge.iter_errors(one)] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_written_schema_is_the_generated_one(name: str) -> None:
    """The schemas that ship are what `handout schema` writes."""
    written = CONTENT / "schemas" / f"{name}.schema.json"
    assert written.read_text("utf-8") == schema_text(SCHEMAS[name])


def test_every_content_file_names_its_schema() -> None:
    """The first line of each YAML file that people write leads an editor to its schema."""
    for path in (*CONTENT.glob("*.yaml"), *(CONTENT / "blocks").glob("*.yaml")):
        if path.name in WRITTEN:
            continue
        inside = path.parent.name == "blocks"
        line = path.read_text("utf-8").partition("\n")[0]
        assert line == modeline("blocks" if inside else path.stem, inside=inside)
        assert (path.parent / line.partition("=")[2]).is_file()


MISTAKES = [
    ("flags", "level: avoid, text", "levle: avoid, text"),
    ("flags", "label: Stomach", "lable: Stomach"),
    ("flags", "classes: [nsaid-systemic]", "classes: [nsaid-sytemic]"),
    ("flags", "level: avoid", "level: forbid"),
    ("flags", "reviewed: 2026-11-29", "reviewed: 22 November 2026"),
    ("flags", "number: 1\n", "number: one\n"),
    ("flags", "check: {group: stomach", "check: {group: tummy"),
    ("classes", "kind: medicine", "kind: drug"),
    ("classes", "section: medicines", "section: medicine"),
    ("red_flags", "urgency: emergency", "urgency: urgent"),
    ("red_flags", "group: nerves", "group: nerve"),
    ("red_flags", "sources: [NHS-BACK", "sources: [NHS-BCAK"),
    ("emergency_lines", "covers: [rf-thinner-knock]", "covers: [rf-thinner-knok]"),
    ("emergency_lines", "region: [neck, thoracic, lumbar]", "region: [neck, thorax, lumbar]"),
    ("exercises", "intensity: gentle", "intensity: soft"),
    ("exercises", "role: movement", "role: moving"),
    ("exercises", "hold_seconds: 5", "hold_seconds: 5s"),
    ("exercises", "moves: [rotation]", "moves: [turning]"),
    ("exercises", "acute: [neck-turn-small]", "acute: [neck-turn-smal]"),
    ("exercises", "sets: {neck:", "sets: {nekc:"),
    ("exercises", "released: true", "released: perhaps"),
    ("figures", "highlight: [neck_f]", "highlight: [nose]"),
    ("figures", "view: front", "view: above"),
    ("figures", "frame: [-0.38, 0.42, 0.38, 0.92]", "frame: [-0.38, 0.42, 0.38]"),
    ("figures", "arm_n: {angles: [-86, -98], thumb: -1}", "arm_n: {thumb: -1}"),
    ("places", 'emergency_number: "999"', 'emergency_number: "nine nine nine"'),
    ("places", "paper: a4", "paper: a3"),
    ("sources", "seen: copy", "seen: second-hand"),
    ("vocabulary", "id: neck", "id: The Neck"),
    ("vocabulary", "      aneurysm: [line-aneurysm-neck]", "      aneurysm: {line: 1}"),
    ("vocabulary", "never-says: [low back", "never-say: [low back"),
    ("vocabulary", "no-flag: [under-18]", "no-flags: [under-18]"),
    ("registry", "  1: neck", "  one: neck"),
    ("synonyms", "- entry: neck", "- entry: nekc"),
    ("answers", "flag: under-18", "flag: under-eighteen"),
    ("invariants", "regions-print: [box]", "regions-prints: [box]"),
    ("invariants", "{of-regions: [cancer]}, always", "{of-region: [cancer]}, always"),
    ("invariants", "one-order: [dizzy", "one-orders: [dizzy"),
    ("invariants", 'holds: "(?:^', 'hold: "(?:^'),
    ("invariants", "kind: proof", "kind: prof"),
    ("invariants", "  always-print: [lead", "  always-prints: [lead"),
    ("invariants", "layout: [help-is-there]", "layout: [help-is-here]"),
    ("names", "  cox2:", "  cox-2:"),
    ("record_rules", "then: proposes", "then: sets"),
    ("service", "name: Riverside", "nmae: Riverside"),
    ("service", "edition: full", "edition: complete"),
    ("service", "require-signed: true", "require-signed: maybe"),
    ("service", "approvals: 2", "approvals: 3"),
    ("service", "region: lumbar", "region: lumber"),
    ("service", "flags: [recent-surgery", "flag: [recent-surgery"),
    ("service", "until: 2027-03-31", "until: March 2027"),
    ("service", 'accent: "#5B2A86"', "accent: purple"),
]


@cache
def shipped(path: Path) -> Any:  # noqa: ANN401 - any YAML
    """Parse a file as it ships once for all mistakes in it."""
    return read(text_of(path))


def changed(one: Any, other: Any) -> tuple[Any, Any]:  # noqa: ANN401 - any YAML
    """Leave out of two documents the entries of their lists that are the same in both."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = {key: changed(one[key], other[key]) for key in one}
        first, second = ({key: two[side] for key, two in pairs.items()} for side in (0, 1))
        return first, second
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        both = [*zip(one, other, strict=True)]
        odd = [pair for pair in both if pair[0] != pair[1]] or both[:1]
        if odd and isinstance(odd[0][0], dict):
            return [first for first, _ in odd], [second for _, second in odd]
    return one, other


@pytest.mark.parametrize(("name", "old", "new"), MISTAKES)
def test_a_mistake_is_refused(name: str, old: str, new: str) -> None:
    """An editor marks a misspelt key or word, and a value of the wrong kind.

    Only the entries that the mistake changed are judged: without it the same ones are accepted.
    """
    path = files_of(name)[0]
    text = text_of(path)
    assert old in text
    right, wrong = changed(shipped(path), read(text.replace(old, new, 1)))
    judge = Draft202012Validator(SCHEMAS[name])
    assert judge.is_valid(right)
    assert not judge.is_valid(wrong)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("advice", {"heat": "okay"}),
        ("advice", {"flag": "asthmatic"}),
        ("advice", {"heat": ""}),
        ("advice", {"heta": "ok"}),
        ("urgency", {"urgency": "soon"}),
        ("urgency", {"row": "rf-none"}),
        ("claims", {"verdict": "kept"}),
    ],
)
def test_a_mistake_in_a_table_is_refused(name: str, change: dict[str, str]) -> None:
    """So it is in a row of a table."""
    row = next(one for one in documents(name) if not next(iter(one.values())).startswith("("))
    judge = Draft202012Validator(SCHEMAS[name])
    assert judge.is_valid(row)
    assert not judge.is_valid(row | change)


# ------------------------------------------------------------------ the keys of the loader
def branches(schema: Schema, defs: Schema) -> Iterator[Schema]:
    """Yield a schema and all it may stand for."""
    if ref := schema.get("$ref"):
        yield from branches(defs[ref.rpartition("/")[2]], defs)
        return
    yield schema
    for one in schema.get("anyOf", ()):
        yield from branches(one, defs)
    if "items" in schema and isinstance(schema["items"], dict):
        yield from branches(schema["items"], defs)


def closed(schemas: list[Schema], defs: Schema, key: str) -> tuple[list[Schema], list[Schema]]:
    """Return the mappings that have a key, and what may stand under it."""
    have, inside = [], []
    for schema in schemas:
        for one in branches(schema, defs):
            if key in one.get("properties", {}):
                have.append(one)
                inside.append(one["properties"][key])
            elif isinstance(one.get("additionalProperties"), dict):
                inside.append(one["additionalProperties"])
    return have, inside


@pytest.fixture(scope="module")
def asked() -> set[tuple[str, tuple[str, ...], str]]:
    """Load all that ships, and note every key that the loader asks an entry for."""
    found: set[tuple[str, tuple[str, ...], str]] = set()
    get = Entry.get

    def noting(self: Entry, key: str) -> Entry | None:
        steps = tuple(re.sub(r"\[[0-9]+\]", "", self.path).split(".")) if self.path else ()
        found.add((self.origin.file.partition("/")[2], steps, key))
        return get(self, key)

    MEMORY.forget()  # what an earlier test has read is read again
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Entry, "get", noting)
        library = read_library(CONTENT)
        load_invariants(library, CONTENT)
        parse_rules(library, CONTENT)
    return found


OWN_READERS = ("figures", "labels", "record", "pile", "plain_words", "service")
"""Read by msgspec from the same types, or with keys that nobody lists; a profile, see below."""
READ = tuple(name for name in SCHEMAS if name not in (*TABLES, *OWN_READERS))


@pytest.mark.slow
def test_the_schemas_have_the_keys_that_the_loader_reads(
    asked: set[tuple[str, tuple[str, ...], str]],
) -> None:
    """No schema lacks a key that the loader asks for, and none has a key that it does not."""
    used: set[tuple[str, str]] = set()
    for file, steps, key in asked:
        name = "blocks" if file.startswith("blocks/") else file.removesuffix(".yaml")
        if name not in READ:
            continue
        defs = SCHEMAS[name]["$defs"]
        at: list[Schema] = [SCHEMAS[name]]
        for step in steps:
            _, at = closed(at, defs, step)
        have, free = closed(at, defs, key)
        assert have or free, f"{name}: {'.'.join((*steps, key))} is read, and no schema has it"
        used |= {(json.dumps(one["properties"]), key) for one in have}
    for name in READ:
        schema = SCHEMAS[name]
        for one in (one for part in (schema, *schema["$defs"].values()) for one in inner(part)):
            keys = one.get("properties", {})
            assert [key for key in keys if (json.dumps(keys), key) not in used] == [], name


def inner(schema: Any) -> Iterator[Schema]:  # noqa: ANN401 - any part
    """Yield every schema inside a schema, but not those of tables of rows."""
    if isinstance(schema, dict):
        yield schema
        for key, one in schema.items():
            if key != "$defs":
                yield from inner(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from inner(one)


REFUSED_IN_A_PRESET = {
    "screened", "name", "date", "note", "large-print", "large_print", "any-date", "name-ids",
}  # fmt: skip
"""Keys that the reader asks for to say where they belong."""


def test_the_schema_of_a_profile_has_the_keys_that_are_read() -> None:
    """Each key of service.yaml, of a reviewer, a preset and the logo is in it, and no other."""
    asked: dict[str, set[str]] = {}
    get = Entry.get

    def noting(self: Entry, key: str) -> Entry | None:
        where = re.sub(r"\[[0-9]+\]", "", self.path).split(".")[0]
        asked.setdefault(where, set()).add(key)
        return get(self, key)

    path = CONTENT / "service.yaml"
    text = text_of(PROFILE_PAGE).replace("logo.svg", "logo.pdf")  # there is no such picture here
    library = read_library(CONTENT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Entry, "get", noting)
        with pytest.raises(ContentError, match=r"logo\.pdf"):
            parse_profile(library, path, text.encode())
    keys = SCHEMAS["service"]["properties"]
    assert set(keys) == asked[""]
    assert set(keys["reviewers"]["items"]["properties"]) == asked["reviewers"]
    assert set(keys["logo"]["properties"]) == asked["logo"]
    preset = keys["presets"]["additionalProperties"]["properties"]
    assert set(preset) == {*asked["presets"]} - REFUSED_IN_A_PRESET - {"acute-back-after-injury"}


# ------------------------------------------------------------------ the command
def test_the_command_writes_them(tmp_path: Path) -> None:
    """`handout schema -o FOLDER` writes one file for each, and says where."""
    into = tmp_path / "new" / "schemas"
    done = CliRunner().invoke(main, ["schema", "-o", str(into)])
    assert done.exit_code == 0, done.output
    assert f"{len(SCHEMAS)} schemas written" in done.output
    assert json.loads((into / "flags.schema.json").read_text("utf-8")) == SCHEMAS["flags"]


def test_the_lists_are_those_of_the_folder(tmp_path: Path) -> None:
    """An own source is known after `handout schema`; before, the old schemas are pointed out."""
    folder = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    with (folder / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write("- key: OURS\n  title: Our own\n  seen: own\n")
    assert "blocks.schema.json" in out_of_date(folder)
    done = CliRunner().invoke(main, ["schema", "--content", str(folder)])
    assert done.exit_code == 0, done.output
    assert list(out_of_date(folder)) == []
    assert '"OURS"' in (folder / "schemas" / "blocks.schema.json").read_text("utf-8")
