"""Records that two branches wrote: git puts them together, and nothing is lost or made up."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.content.load import load_library
from handouts.content.vocabulary import Standing
from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError
from handouts.governance.edit import open_signoff, open_withdrawals
from handouts.governance.record_files import (
    SignoffRecord,
    compare_signatures,
    read_record,
    read_withdrawals,
    write_withdrawals,
)
from handouts.governance.units import signed_units

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DAY = "2026-11-01"
JONES = ("--by", "Dr A. Jones", "--role", "physiotherapist", "--date", DAY)
SILVA = ("--by", "B. Silva", "--role", "pharmacist", "--date", "2026-11-02")


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the content, as it ships, in a git repository of its own."""
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)
    monkeypatch.chdir(tmp_path)
    folder = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    git(tmp_path, "init", "--quiet", "-b", "main")
    commit(tmp_path)
    return folder


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run git as nobody in particular."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *who, *words]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def commit(folder: Path) -> None:
    """Keep all as it is now."""
    git(folder, "add", ".")
    assert git(folder, "commit", "--quiet", "-m", "A step").returncode == 0


def run(folder: Path, *words: str, typed: str = "") -> Result:
    """Run a command on a folder of content; it must succeed."""
    command, *rest = words
    done = CliRunner().invoke(main, [command, "--content", str(folder), *rest], input=typed)
    assert done.exit_code == 0, done.output
    return done


def on_branches(content: Path, *branches: tuple[tuple[str, ...], ...]) -> None:
    """Run some commands on a branch each, from where we are, and merge them all."""
    top = content.parent
    for number, commands in enumerate(branches):
        git(top, "checkout", "--quiet", "-b", f"branch-{number}", "main")
        for words in commands:
            run(content, *words)
        commit(top)
    git(top, "checkout", "--quiet", "main")
    for number in range(len(branches)):
        merged = git(top, "merge", "--no-edit", f"branch-{number}")
        assert merged.returncode == 0, merged.stdout


def who(content: Path, unit: str) -> list[str]:
    """Name those whose approval of a unit counts."""
    return [one.by for one in open_signoff(content).signature(unit).approvals]


@pytest.mark.parametrize("before", [True, False], ids=["one record grows", "two are made"])
def test_two_branches_sign_and_merge(content: Path, *, before: bool) -> None:
    """Different blocks and the same ones, signed on two branches, are all signed after a merge."""
    units = open_signoff(content).units()
    if before:
        run(content, "sign", *JONES, *units[::5])
        commit(content.parent)
    on_branches(
        content,
        (("sign", *JONES, *units[:200]),),
        (("sign", *SILVA, *units[100:300]),),
        (("sign", "--by", "C. Okoro", "--role", "doctor", "--date", DAY, *units[150:250:2]),),
    )
    text = (content / "signoff.yaml").read_text(encoding="utf-8")
    assert "<<<" not in text
    assert text.endswith("end: true\n")
    book = open_signoff(content)
    for at, unit in enumerate(units):
        expected = {"Dr A. Jones"} if at < 200 or (before and at % 5 == 0) else set()
        expected |= {"B. Silva"} if 100 <= at < 300 else set()
        expected |= {"C. Okoro"} if 150 <= at < 250 and at % 2 == 0 else set()
        assert {one.by for one in book.signature(unit).approvals} == expected, unit
    book.sign(units[0], open_signoff(content).signature(units[0]).approvals[0])
    book.save()
    after = open_signoff(content)
    assert all(after.signature(one) == book.signature(one) for one in units[1:])


def test_a_yes_and_a_no_of_two_branches_are_both_kept(content: Path) -> None:
    """The no of a person outweighs their yes of the same day on another branch."""
    top = content.parent
    run(content, "sign", *JONES, "neck-turn")
    commit(top)
    git(top, "checkout", "--quiet", "-b", "no")
    run(content, "review", "--by", "Dr A. Jones", "--role", "GP", "--all", "neck-turn",
        typed="n\nToo far.\n")  # fmt: skip
    commit(top)
    git(top, "checkout", "--quiet", "main")
    run(content, "sign", *SILVA, "neck-turn")
    run(content, "sign", "--by", "A. Jones", "--role", "physiotherapist", "neck-turn")
    commit(top)
    assert git(top, "merge", "--no-edit", "no").returncode == 0
    assert who(content, "neck-turn") == ["B. Silva"]
    signature = open_signoff(content).signature("neck-turn")
    assert [one.why for one in signature.refusals] == ["Too far."]
    assert [why for _, why in signature.uncounted] == [
        f"Dr A. Jones said no on {signature.refusals[0].on}: Too far."
    ]


def test_a_yes_to_earlier_words_is_no_yes_to_later_ones(content: Path) -> None:
    """One branch changes words and signs them, another signs them as they were: one yes counts."""
    top = content.parent
    run(content, "sign", *JONES, "neck-turn", "neck-side-bend")
    commit(top)
    git(top, "checkout", "--quiet", "-b", "words")
    path = content / "exercises.yaml"
    path.write_text(path.read_text("utf-8").replace("your sight blurs", "you see less", 1), "utf-8")
    run(content, "sign", *JONES, "neck-turn")
    commit(top)
    git(top, "checkout", "--quiet", "main")
    run(content, "sign", *SILVA, "neck-turn")
    commit(top)
    assert git(top, "merge", "--no-edit", "words").returncode == 0
    assert who(content, "neck-turn") == ["Dr A. Jones"]
    assert open_signoff(content).signature("neck-turn").standing is Standing.SIGNED


def test_withdrawals_of_two_branches_merge(content: Path) -> None:
    """What one branch withdrew and another lifted is all in the record, each with its name."""
    run(content, "withdraw", "place:gb", "--why", "wrong number", "--by", "Dr A. Jones")
    commit(content.parent)
    on_branches(
        content,
        (("withdraw", "place:gb", "--lift", "--why", "it was right", "--by", "B. Silva"),),
        (("withdraw", "neck-turn", "--why", "too far", "--by", "C. Okoro"),),
        (("withdraw", "neck-turn", "--why", "too fast", "--by", "D. Weber"),),
    )
    found = {one.why: one for one in open_withdrawals(content).found}
    assert set(found) == {"wrong number", "too far", "too fast"}
    assert found["wrong number"].lifted_by == "B. Silva"
    assert found["too far"].lifted is None


def test_the_end_of_a_withdrawal_that_is_gone_is_a_fault(content: Path) -> None:
    """A withdrawal cannot vanish from the record and leave its end."""
    run(content, "withdraw", "place:gb", "--why", "wrong number")
    run(content, "withdraw", "place:gb", "--lift", "--why", "right", "--by", "B. Silva")
    text = (content / "withdrawn.yaml").read_text(encoding="utf-8")
    gone = re.sub(r"- \{block.*digest.*\n", "", text)
    with pytest.raises(ContentError, match="it lifts a withdrawal that is not here"):
        read_withdrawals("withdrawn.yaml", gone.encode())


# ------------------------------------------------------------------ a merge that is not finished
@pytest.mark.parametrize("file", ["signoff.yaml", "withdrawn.yaml", "flags.yaml", "advice.csv"])
def test_the_marks_of_a_conflict_are_named(content: Path, file: str) -> None:
    """Marks that git left are said to be just that, with file and line, in every kind of file."""
    path = content / file
    if not path.exists():
        run(content, "sign", *JONES, "neck-turn")
        run(content, "withdraw", "place:gb", "--why", "wrong number")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    marked = [*lines[:3], "<<<<<<< HEAD\n", lines[3], "=======\n", lines[3], ">>>>>>> two\n"]
    path.write_text("".join(marked + lines[4:]), encoding="utf-8")
    words = ("make", "--region", "neck", "--content", str(content), "-o", "x.pdf")
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 3
    assert f"content/{file}:4: a mark of a merge" in done.stderr
    assert "the merge is not finished" in done.stderr


@pytest.mark.parametrize("mark", ["=======", "||||||| base", ">>>>>>> theirs"])
def test_one_mark_that_was_left_over_is_enough(mark: str) -> None:
    """Also where only some of the marks were taken out."""
    reader = YamlReader()
    assert reader.read("a.yaml", f"a: 1\n{mark}\r\nb: 2\n".encode()) is None
    assert "a mark of a merge" in reader.faults[0].message
    assert reader.faults[0].origin
    assert reader.faults[0].origin.line == 2


# ------------------------------------------------------------------ records of earlier programs
OLD = """\
# Who approved which words.
signoff:
- block: {unit}
  digest: "{digest}"
  meaning: |-
{lines}
  approvals:
  - {{by: "Dr A. Jones", role: "GP", registration: "1", on: 2026-11-01, until: 2028-11-01}}
  - {{by: "B. Silva", role: "pharmacist", on: 2026-11-02, until: 2027-11-02}}
end: true
"""


def test_a_record_of_an_earlier_program_is_read(content: Path) -> None:
    """Approvals that were written over several lines count, and are kept when rewritten."""
    meaning = signed_units(load_library(content))["neck-turn"]
    lines = "\n".join(f"    {line}" for line in meaning.text.split("\n"))
    text = OLD.format(unit=meaning.unit, digest=meaning.digest, lines=lines)
    (content / "signoff.yaml").write_text(text, encoding="utf-8")
    assert who(content, "neck-turn") == ["Dr A. Jones", "B. Silva"]
    before = open_signoff(content).signature("neck-turn")
    run(content, "sign", *JONES, "neck-side-bend")
    assert open_signoff(content).signature("neck-turn") == before
    assert "meaning: |-" not in (content / "signoff.yaml").read_text(encoding="utf-8")


def test_a_withdrawal_of_an_earlier_program_is_read() -> None:
    """Its end stood in the same entry, without a name."""
    text = (
        'withdrawn:\n- block: "a"\n  digest: "d"\n  why: "wrong"\n  on: 2026-11-01\n'
        '  lifted: 2026-11-03\n  lifted_why: "right"\nend: true\n'
    )
    found = read_withdrawals("withdrawn.yaml", text.encode())
    assert read_withdrawals("withdrawn.yaml", write_withdrawals(found)) == found
    assert (str(found[0].lifted), found[0].lifted_why) == ("2026-11-03", "right")


def test_a_yes_whose_words_the_record_has_forgotten_is_no_yes_to_others() -> None:
    """Where a merge kept a yes and not its words, they count as changed, everywhere."""
    line = '- {block: "a", digest: "%s", by: "A", role: "GP", on: 2026-11-01, until: 2028-11-01}\n'
    text = f"signoff:\n{line % ('0' * 32)}end: true\n"
    records: dict[str, SignoffRecord] = read_record("signoff.yaml", text.encode())
    library = load_library(ROOT / "content")
    now = {"a": signed_units(library)["neck-turn"]}
    signature = compare_signatures(records, now, "").signatures["a"]
    assert signature.standing is Standing.CHANGED
    assert (signature.rule_changed, signature.question_changed) == (True, True)
