"""A service's own content takes what is new in the content that ships, and loses nothing."""

import re
import shlex
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from handouts.authoring.entry_lines import cut_table, cut_yaml, decoded
from handouts.authoring.made_from import base_of, copy_content, packed, read_content
from handouts.authoring.merge import plan_merge, to_sign, unit_state, write_in_place, write_merge
from handouts.authoring.three_way import Versions, Who, compare_file
from handouts.cli.app import main
from handouts.content.load import resource
from handouts.content.stray import MADE_FROM, find_stray
from handouts.errors import ContentError, HandoutsError
from handouts.pipeline import open_publisher

MASSAGE = "blocks/massage.yaml"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a service's copy once."""
    folder = tmp_path_factory.mktemp("copy") / "mine"
    copy_content(resource("content"), folder)
    return folder


@pytest.fixture
def mine(copied: Path, tmp_path: Path) -> Path:
    """Give each test its own copy."""
    return Path(shutil.copytree(copied, tmp_path / "mine"))


@pytest.fixture
def newer(copied: Path, tmp_path: Path) -> Path:
    """Give a folder that stands for newer content that ships."""
    return Path(shutil.copytree(copied, tmp_path / "newer"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change a file in one place."""
    raw = (folder / file).read_bytes()
    assert raw.count(old.encode()) >= 1, (file, old)
    (folder / file).write_bytes(raw.replace(old.encode(), new.encode(), 1))


def run(*words: str, code: int = 0) -> str:
    """Run a command and return all it says."""
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == code, done.output
    return done.output


def merged(mine: Path, newer: Path, into: str = "merged", code: int = 0) -> tuple[Path, str]:
    """Merge through the command, into a folder beside."""
    folder = mine.parent / into
    words = ("content", "merge", "--content", str(mine), "--new", str(newer), "-o", str(folder))
    return folder, run(*words, code=code)


NEW_FLAG = (
    "blood-thinners,",
    "new-fact,ok,ask,ok,ok,ok,ok,ok,ok,ask,ask,ok,ok,ok,ok,ok,ok,ok,ok"
    + ",avoid" * 6 + "\nblood-thinners,",
)  # fmt: skip


def test_every_file_is_cut_and_joined_letter_by_letter() -> None:
    """The pieces of each content file are the file, and no two have one name."""
    for path in (*resource("content").rglob("*.yaml"), *resource("content").glob("*.csv")):
        if path.name == "baseline.yaml":
            continue
        cut = cut_table if path.suffix == ".csv" else cut_yaml
        [found] = cut(path.name, [path.read_bytes()])
        assert found.text() == decoded(path.read_bytes()), path
        assert len({one.path for one in found.pieces}) == len(found.pieces), path


def test_untouched_content_becomes_the_new_one(mine: Path, newer: Path) -> None:
    """Where a service changed nothing, each merged file is the new one to the byte."""
    edit(newer, MASSAGE, "    reviewed: 2026-11-22\n", "    reviewed: 2026-11-28\n")
    edit(newer, "flags.yaml", "# Facts about a patient", "# Another comment.\n# Facts")
    edit(newer, "figures.yaml", "    ghost: {root: [-0.19, 0.325], yaw: 0}\n", "")
    edit(newer, "labels.yaml", "next-steps: What to do next\n", "next-steps: Next\nother: Other\n")
    edit(newer, "urgency.csv", "rf-weak-limbs,emergency,", "rf-weak-limbs,same-day,")
    edit(newer, "advice.csv", *NEW_FLAG)
    (newer / "blocks/extra.yaml").write_text("section: massage\nblocks: []\n", "utf-8")
    (newer / "blocks/stop.yaml").unlink()
    plan = plan_merge(base_of(mine), read_content(mine, "mine"), read_content(newer, "newer"))
    write_merge(plan, mine, mine.parent / "merged")
    assert plan.files
    assert {one.who for one in plan.changes} == {Who.NEW}
    assert read_content(mine.parent / "merged", "").files == read_content(newer, "").files


def test_both_sides_are_kept_with_order_and_comments(mine: Path, newer: Path) -> None:
    """Own words, own comments, line ends and order stay; what is new comes to its place."""
    edit(mine, MASSAGE, "for a few minutes if it feels good", "for two minutes if it feels good")
    edit(mine, "sources.yaml", "- key: PULSE\n", "# our own remark\n- key: PULSE\n  # inside\n")
    raw = (mine / "sources.yaml").read_bytes()
    (mine / "sources.yaml").write_bytes(raw.replace(b"\n", b"\r\n"))
    edit(newer, MASSAGE, "beside your spine for a few", "along your spine for a few")
    edit(newer, "sources.yaml", "- key: PULSE\n  title: ", "- key: PULSE\n  title: New ")
    folder, said = merged(mine, newer)
    assert "2 changes taken" in said
    assert "1 of yours kept, 0 to decide" in said
    text = (folder / MASSAGE).read_text("utf-8")
    assert "for two minutes if it feels good" in text
    assert "along your spine for a few" in text
    sources = (folder / "sources.yaml").read_bytes()
    assert b"# our own remark\r\n  # inside\r\n- key: PULSE\r\n  title: New " in sources
    assert sources.count(b"\n") == sources.count(b"\r\n")
    assert "1 unit is not as before: massage-thoracic" in said
    # The next merge starts from here.
    later = run("content", "diff", "--content", str(folder), "--new", str(newer))
    assert "in the new content" not in later
    assert "block massage-neck: changed" in later


def test_what_both_changed_stands_in_the_file_and_no_leaflet_is_made(
    mine: Path, newer: Path
) -> None:
    """A conflict is shown as three versions, marked in its file, and refused until settled."""
    edit(mine, MASSAGE, "for a few minutes if it feels good", "for two minutes if it feels good")
    edit(newer, MASSAGE, "for a few minutes if it feels good", "for one minute if it feels good")
    words = ("--content", str(mine), "--new", str(newer))
    told = " ".join(run("content", "diff", *words, code=1).split())
    assert "Changed by both: you decide (1)" in told
    assert "text, yours: Rub softly for [-a few-] {+two+} minutes" in told
    assert "text, new: Rub softly for [-a few minutes-] {+one minute+} if" in told
    folder, said = merged(mine, newer, code=1)
    assert f"to decide: massage-neck  (merged/{MASSAGE})" in said
    text = (folder / MASSAGE).read_text("utf-8")
    marks = [line for line in text.splitlines() if line[:7] in ("<" * 7, "|" * 7, "=" * 7, ">" * 7)]
    assert len(marks) == 4
    for minutes in ("for two minutes if", "for a few minutes if", "for one minute if"):
        assert minutes in text
    with pytest.raises(ContentError, match="the merge is not finished"):
        open_publisher(folder)
    # A person keeps one of them: the content is sound again.
    start, end = text.index(marks[0]), text.index(marks[3])
    kept = text[start:].split(f"{marks[2]}\n")[1].split(f"{marks[3]}\n")[0]
    whole = text[:start] + kept + text[end + len(marks[3]) + 1 :]
    (folder / MASSAGE).write_text(whole, "utf-8", newline="\n")
    assert (folder / MASSAGE).read_bytes() == (newer / MASSAGE).read_bytes()
    open_publisher(folder)


def test_a_row_about_what_both_changed_is_told_with_it(mine: Path, newer: Path) -> None:
    """The second table follows from what is kept of the sign, so its rows are named there."""
    cough = "You **cough up blood**."
    edit(mine, "red_flags.yaml", cough, "You **cough up red blood**.")
    edit(newer, "red_flags.yaml", cough, f'{cough}"\n    - "You **sneeze blood**.')
    edit(
        newer,
        "urgency.csv",
        "rf-lung-clot,",
        "rf-lung-clot,emergency,You sneeze blood.\nrf-lung-clot,",
    )
    said = merged(mine, newer, code=1)[1]
    assert "to decide: rf-lung-clot  (merged/red_flags.yaml)" in said
    row = "with it the row added, new: rf-lung-clot You sneeze blood.  (merged/urgency.csv)"
    assert row in said


def test_a_brief_comparison_tells_what_is_to_be_decided(mine: Path, newer: Path) -> None:
    """A summary comes first; --brief leaves out what a merge keeps, and names what it takes."""
    edit(mine, MASSAGE, "region: neck,", "region: [neck, thoracic],")
    edit(newer, MASSAGE, "for a few minutes if it feels good", "for one minute if it feels good")
    edit(mine, "labels.yaml", "stop-if: Stop if", "stop-if: Do stop if")
    edit(newer, "labels.yaml", "repeat-once: Do", "repeat-once: Please do")
    words = ("content", "diff", "--content", str(mine), "--new", str(newer))
    told, brief = run(*words, code=1), run(*words, "--brief", code=1)
    assert "  Changed by both: you decide: 1\n  Changed in the new content alone: a merge" in told
    assert "you changed when alone, the new content text alone" in told
    assert "Do stop" in told
    assert "Please" in told
    assert "  Changed by you alone: a merge keeps it: 1\n" in brief
    assert "Do stop" not in brief
    assert "Please" not in brief
    assert "text, new: " in brief


def test_an_unfinished_merge_beside_the_library_stops_leaflets_too(mine: Path, newer: Path) -> None:
    """A table that no leaflet reads is part of the same merge: it must be settled as well."""
    for folder, word in ((mine, "ours"), (newer, "theirs")):
        edit(folder, "claims.csv", "A002,A spasm is muscle", f"A002,{word} A spasm is muscle")
    folder, _ = merged(mine, newer, code=1)
    with pytest.raises(ContentError, match=r"claims\.csv:\d+: a mark of a merge"):
        open_publisher(folder)


def test_levels_are_merged_cell_by_cell(mine: Path, newer: Path) -> None:
    """Two cells of one row come together; one that both changed is left to a person, strictly."""
    row = next(
        line
        for line in (mine / "advice.csv").read_text("utf-8").splitlines()
        if line[:9] == "gi-ulcer,"
    )
    cells = row.split(",")

    def with_level(at: dict[int, str]) -> str:
        return ",".join(at.get(number, cell) for number, cell in enumerate(cells))

    edit(mine, "advice.csv", row, with_level({1: "ask", 11: "ask"}))
    edit(newer, "advice.csv", row, with_level({3: "avoid", 11: "avoid"}))
    folder, _ = merged(mine, newer, code=1)
    text = (folder / "advice.csv").read_text("utf-8")
    assert with_level({1: "ask", 3: "avoid", 11: "ask"}) in text
    assert with_level({1: "ask", 3: "avoid", 11: "avoid"}) in text
    with pytest.raises(ContentError, match="a mark of a merge"):
        open_publisher(folder)


@pytest.mark.slow
def test_a_new_class_asks_for_a_level_of_each_own_flag(mine: Path, newer: Path) -> None:
    """What nobody has decided is `?` and no level: an own flag has no row in the new column."""
    run("new", "flag", "own-fact", "--content", str(mine))
    table = newer / "advice.csv"
    lines = table.read_text("utf-8").splitlines()
    may_be_empty = ("(acute", "(chronic", "(not", "(standard", "(sheet")
    levels = ["" if one.startswith(may_be_empty) else "ok" for one in lines]
    levels[0] = "new-class"
    rows = [f"{line},{level}\n" for line, level in zip(lines, levels, strict=True)]
    table.write_text("".join(rows), "utf-8")
    folder, _ = merged(mine, newer, code=1)
    rows = (folder / "advice.csv").read_text("utf-8").splitlines()
    assert rows[0].endswith(",new-class")
    assert rows[-1].startswith("own-fact,")
    assert rows[-1].endswith(",?")
    assert next(one for one in rows if one.startswith("gi-ulcer,")).endswith(",ok")


@pytest.mark.slow
def test_a_flag_of_each_side_keeps_its_place_and_gets_its_number(mine: Path, newer: Path) -> None:
    """Two flags that both came last in their file are both in it, with numbers that follow."""
    for folder, word in ((mine, "own-fact"), (newer, "their-fact")):
        run("new", "flag", word, "--content", str(folder))
    text = (newer / "registry.yaml").read_text("utf-8")
    (newer / "registry.yaml").write_text(text.replace("  900: their", "  899: their"), "utf-8")
    text = (newer / "invariants.yaml").read_text("utf-8")
    (newer / "invariants.yaml").write_text(text.replace("- id: 900\n", "- id: 899\n"), "utf-8")
    folder, said = merged(mine, newer, code=1)
    assert "0 to decide" in said
    flags = yaml.safe_load((folder / "flags.yaml").read_text("utf-8"))["flags"]
    assert [one["number"] for one in flags] == list(range(1, len(flags) + 1))
    assert {one["id"] for one in flags[-2:]} == {"own-fact", "their-fact"}
    told = run("content", "diff", "--content", str(folder), "--new", str(newer), code=0)
    assert "their-fact" not in told
    assert "number 900 in codes (flags): added" in told


def test_who_took_out_what(mine: Path) -> None:
    """An entry that one side took out and the other changed is a conflict, never a silent loss."""
    base = b"blocks:\n- id: a\n  text: one\n- id: b\n  text: two\n"
    changed = base.replace(b"one", b"1")
    without = b"blocks:\n- id: b\n  text: two\n"
    for own, new in ((changed, without), (without, changed)):
        [found] = compare_file("blocks/x.yaml", Versions(base, own, new)).changes
        assert found.who is Who.BOTH
    [taken] = compare_file("blocks/x.yaml", Versions(base, base, without)).changes
    assert (taken.who, taken.what) == (Who.NEW, "removed")
    assert mine.is_dir()


def test_the_base_must_be_known_and_whole(mine: Path, newer: Path) -> None:
    """Without a base nothing is merged, and a base that somebody edited is refused."""
    (mine / MADE_FROM).unlink()
    edit(newer, MASSAGE, "for a few minutes if it feels good", "for one minute if it feels good")
    words = ("--content", str(mine), "--new", str(newer))
    told = run("content", "diff", *words, code=1)
    assert "Not the same in both (1)" in told
    assert "name it with --base" in told
    assert "says what differs, not who changed it; --base" in told.splitlines()[0]
    assert "by you" not in told
    assert "as before" not in told
    assert "[-a few minutes-] {+one minute+}" in told
    assert "LICENSE" not in told
    refused = run("content", "merge", *words, "--in-place", code=2)
    assert "it is not known what" in refused
    done = run("content", "merge", *words, "--base", str(resource("content")), "--in-place")
    assert "as it was:" in done
    base = base_of(mine)
    assert base is not None
    assert base.files == read_content(newer, "").files
    spoilt = {**base.files, MASSAGE: b"section: massage\n"}
    raw = packed(base)
    (mine / MADE_FROM).write_bytes(raw)
    with zipfile.ZipFile(mine / MADE_FROM) as one, zipfile.ZipFile(mine / "x.zip", "w") as other:
        for name in one.namelist():
            other.writestr(name, spoilt.get(name, one.read(name)))
    (mine / "x.zip").replace(mine / MADE_FROM)
    with pytest.raises(ContentError, match="not as it was written"):
        base_of(mine)


@pytest.mark.slow
def test_the_next_command_is_printed_as_it_must_be_typed(mine: Path, newer: Path) -> None:
    """What `diff` prints runs: it names the base and the new content, as they were named to it.

    Without --base it ended in an error.
    """
    (mine / MADE_FROM).unlink()
    edit(newer, MASSAGE, "for a few minutes if it feels good", "for one minute if it feels good")
    base = str(resource("content"))
    words = ("--content", str(mine), "--new", str(newer), "--base", base)
    last = run("content", "diff", *words, code=1).splitlines()[-1]
    run(*shlex.split(last.removeprefix("Then: handout ")))
    assert "for one minute" in (Path(f"{mine}-new") / MASSAGE).read_text(encoding="utf-8")


@pytest.mark.slow
def test_all_that_newer_content_asks_of_own_entries_is_told_at_once(
    mine: Path, newer: Path
) -> None:
    """An own place lacks two words that places have now, and an own flag is a word for nothing.

    Only the first was told, so each check brought up the next.
    """
    text = (mine / "places.yaml").read_text("utf-8")
    own = text[text.index("- id: gb") : text.index("- id: ie")].replace("id: gb", "id: au")
    for word in ("grey", "water_tablets"):
        own = re.sub(rf"^    {word}: .*\n", "", own, flags=re.MULTILINE)
    (mine / "places.yaml").write_text(f"{text.rstrip()}\n{own}", "utf-8")
    edit(mine, "registry.yaml", "  4: eu\n", "  4: eu\n  900: au\n")
    edit(newer, MASSAGE, "for a few minutes if it feels good", "for one minute if it feels good")
    folder, told = merged(mine, newer, code=1)
    for fault in ("no word for {grey}", "no word for {water_tablets}", "has no usual paper"):
        assert fault in told
    assert "900: au" in (folder / "registry.yaml").read_text("utf-8")


@pytest.mark.slow
def test_in_place_leaves_the_folder_as_it_was_beside_it(mine: Path, newer: Path) -> None:
    """The archive beside a folder that is changed in place has every file, to the byte."""
    edit(mine, MASSAGE, "for a few minutes if it feels good", "for two minutes if it feels good")
    before = {one.relative_to(mine).as_posix(): one.read_bytes()
              for one in mine.rglob("*") if one.is_file()}  # fmt: skip
    edit(newer, "labels.yaml", "next-steps: What to do next", "next-steps: Next")
    plan = plan_merge(base_of(mine), read_content(mine, "mine"), read_content(newer, "newer"))
    state = unit_state(mine)
    backup = write_in_place(plan, mine)
    with zipfile.ZipFile(backup) as archive:
        assert {one: archive.read(one) for one in archive.namelist()} == before
    assert to_sign(state, mine).changed == ("page:labels",)


def test_the_wheel_of_a_version_can_be_the_base(mine: Path, tmp_path: Path) -> None:
    """Whoever copied the content by hand names the wheel that it came from."""
    wheel = tmp_path / "handouts-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, raw in read_content(resource("content"), "").files.items():
            archive.writestr(f"handouts/data/content/{name}", raw)
    (mine / MADE_FROM).unlink()
    edit(mine, MASSAGE, "for a few minutes if it feels good", "for two minutes if it feels good")
    told = run("content", "diff", "--content", str(mine), "--base", str(wheel))
    assert "Changed by you alone: a merge keeps it (1)" in told
    assert "made from handouts 0.2.0 (content " in told


def test_a_copy_is_ready_to_use_and_never_over_another(copied: Path) -> None:
    """A copy has all that is read, its base among it, and no file that is not."""
    assert find_stray(copied) == []
    with pytest.raises(HandoutsError, match="is there already"):
        copy_content(resource("content"), copied)
