"""Whatever is typed wrong is refused with a sentence, by every command alike, and harms nothing."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from handouts.__main__ import main as start
from handouts.cli.app import main
from handouts.cli.careful import CarefulCommand, CarefulGroup

SETTINGS = ("HANDOUTS_CONTENT", "HANDOUTS_SERVICE", "HANDOUTS_CACHE")
MAY_BE_EMPTY = {"--name", "--note", "--print"}
HEAD = "row id,region,status,flags,name\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm_cache: Path) -> None:
    """Run every test in a folder of its own, away from the caller's settings."""
    monkeypatch.chdir(tmp_path)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HANDOUTS_CACHE", str(warm_cache))
    monkeypatch.setenv("HOME", str(tmp_path))


def run(*words: str) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words))


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that call it, those of groups too."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        yield (name,), command
        if isinstance(command, click.Group):
            yield from (((name, one), command.commands[one]) for one in command.commands)


def options(command: click.Command) -> Iterator[str]:
    """Yield the long names of the options that take a word."""
    for one in command.params:
        if isinstance(one, click.Option) and not one.is_flag:
            yield max(one.opts, key=len)


def test_every_command_reads_its_words_carefully() -> None:
    """No command lets the last of two different words win, or points to another one's help."""
    kinds = {words: type(command) for words, command in commands()}
    assert set(kinds.values()) == {CarefulCommand, CarefulGroup}
    said = run("figure", "neck-turn", "-o", "a.svg", "-o", "b.svg")
    assert (said.exit_code, [*Path.cwd().glob("*.svg")]) == (2, [])
    assert "`handout figure --help`" in run("figure", "neck-turn", "-o").stderr


def test_an_empty_word_is_refused_by_every_option() -> None:
    """`--status "$STATUS"` with a variable that is not set made a leaflet on new pain."""
    tried = 0
    for words, command in commands():
        for option in options(command):
            if option in MAY_BE_EMPTY:
                continue
            said = run(*words, f"{option}=")
            assert said.exit_code == 2, (words, option)
            assert said.stderr.startswith("error: "), (words, option)
            tried += 1
    assert tried > 200
    said = run("make", "neck", "--status=", "-o", "x.pdf")
    assert said.stderr == "error: --status is empty\n  hint: write it, or leave out --status\n"
    assert not Path("x.pdf").exists()


@pytest.mark.parametrize(
    "words",
    [("batch", "list.csv", "--merge", "pipe"), ("preset", "save", "p", "neck", "--to", "pipe")],
)
def test_a_device_or_a_pipe_is_never_replaced(words: tuple[str, ...]) -> None:
    """Run by root, `--merge /dev/null` put a file in the place of a device of the whole machine."""
    Path("list.csv").write_text(f"{HEAD}1,neck,acute,,\n")
    os.mkfifo("pipe")
    said = run(*words)
    assert said.exit_code == 2
    assert "it is a device or a pipe, and no file" in said.stderr
    assert stat.S_ISFIFO(os.lstat("pipe").st_mode)


def test_what_all_rows_share_is_refused_once_and_before_the_first() -> None:
    """A wrong --size was named in each of ten thousand rows, after the list was read."""
    Path("list.csv").write_text(f"{HEAD}1,neck,acute,,\n2,neck,acute,,\n")
    said = run(
        "batch", "list.csv", "-o", "out", "--size", "13", "--place", "xx", "--date", "1.2.26"
    )
    assert said.exit_code == 2
    wrong = [line for line in said.stderr.splitlines() if line.startswith("error: ")]
    assert [one.split("`")[1] for one in wrong] == ["xx", "1.2.26", "13"]
    assert not Path("out").exists()
    Path("inbox").mkdir()
    assert run("watch", "inbox", "-o", "w", "--once", "--size", "13").exit_code == 2
    both = run("batch", "list.csv", "-o", "out", "--template", "new.csv")
    assert (both.exit_code, Path("new.csv").exists()) == (2, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "neck", "--force"), "--force replaces a file that -o names"),
        (("make", "neck", "--force", "-o", "."), "--force replaces a file that -o names"),
        (("make", "neck", "--force", "-o", "-"), "--force replaces a file that -o names"),
        (("remake", "N2DK-RT8H-7TYF1", "--force"), "--force replaces a file that -o names"),
        (("explain", "neck", "--force"), "--force replaces a file that -o names"),
        (("make", "neck", "--preview", "--format", "html"), "which --format would be for"),
        (("make", "neck", "--preview", "--encrypt"), "which --encrypt would be for"),
        (("make", "neck", "--preview", "--reference", "A1"), "which --reference would be for"),
        (("batch", "--template", "t.csv", "--slips"), "--template cannot go with --slips"),
        (("batch", "--template", "t.csv", "--encrypt"), "--template cannot go with --encrypt"),
        (("batch", "--template", "t.csv", "--size", "16"), "--template cannot go with --size"),
    ],
)
def test_an_option_that_would_not_be_read_is_refused(words: tuple[str, ...], said: str) -> None:
    """Each was dropped without a word, and the command ended as if it had been obeyed."""
    done = run(*words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert not Path("t.csv").exists()
    assert not list(Path().rglob("*.pdf"))


def test_a_message_on_a_row_has_its_row_id_unless_that_may_be_a_name() -> None:
    """A list that was sorted since has other numbers of rows; the ids stay."""
    rows = ["A7,nek,acute,,", "silva-2,neck,acute,,Bo Silva", ",neck,acute,nope,"]
    Path("list.csv").write_text(HEAD + "\n".join(rows))
    said = [
        line for line in run("batch", "list.csv", "-o", "o").stderr.splitlines() if "row " in line
    ]
    assert [line.split(":")[0] for line in said[1:]] == ["row 2 (id A7)", "row 3", "row 4"]


def test_a_word_that_no_screen_holds_is_cut_and_obeyed_by_no_terminal() -> None:
    """A file given for a word, or a name with an escape, must not fill or steer the screen."""
    assert len(run("list", "x" * 5000).stderr) < 700
    assert len(run("preset", "save", "x" * 5000, "neck").stderr) < 300
    escape = run("decode", "\x1b[2J").stderr + run("find", "a\x07b").stderr
    assert "\x1b" not in escape
    assert "\x07" not in escape


def test_the_name_of_a_preset_is_looked_at_before_the_file() -> None:
    """An empty name was called a fault of YAML, in a file that had none."""
    for name in ("", "a b", "Ä", "-"):
        assert (
            "is not a valid name\n  hint: small letters"
            in run("preset", "save", name, "neck").stderr
        )
    assert "hint: no presets are in" in run("preset", "remove", "p").stderr


@pytest.mark.parametrize("day", ["0001-01-01", "1955-03-02", "9999-12-31"])
def test_a_day_in_no_year_of_leaflets_is_refused(day: str) -> None:
    """A date of birth in place of the day was printed as the day of the leaflet."""
    said = run("explain", "neck", "--date", day)
    assert said.exit_code == 2
    assert "is no day on which a leaflet is given\n  hint: write a year from 2000" in said.stderr


def test_what_is_no_folder_to_watch_is_called_what_it_is() -> None:
    """A file given for the folder was said not to be there, and was to be made with mkdir."""
    Path("inbox").write_text("x")
    assert "`inbox` is no folder\n" in run("watch", "inbox", "-o", "w").stderr
    assert run("watch", "i" * 300, "-o", "w").exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("diff", ""), "the name of a version is empty"),
        (("decode", "notes.txt"), "`notes.txt` is no code, and no PDF"),
        (("decode", "out/leaflets"), "`out/leaflets` is no code, and no PDF"),
        (("current", "--file", "zeros"), "`zeros` is no list of codes"),
        (("serve", "--library", "zeros"), "`zeros` is no folder"),
    ],
)
def test_what_cannot_be_meant_is_called_what_it_is(words: tuple[str, ...], said: str) -> None:
    """A file for a code was a mistyped code; a file without an end was read until memory ended."""
    Path("zeros").write_bytes(b"\0" * 99)
    result = run(*words)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, f"error: {said}")


def test_a_log_is_made_where_it_is_asked_for_or_refused(tmp_path: Path) -> None:
    """Every other file has its folders made; an empty name meant no log, and a pipe waited."""
    said = run("--log", "logs/2026/handout.log", "find", "warfarin")
    assert said.exit_code == 0
    assert f"made the folder `{tmp_path / 'logs'}`" in said.stderr
    assert ": exit 0" in Path("logs/2026/handout.log").read_text()
    os.mkfifo("pipe")
    for name in ("", "pipe", "pipe/x"):
        refused = run("--log", name, "find", "warfarin")
        assert (refused.exit_code, refused.stderr.count("hint: ")) == (2, 1), name


def test_a_log_goes_into_the_home_folder_where_the_shell_leaves_the_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of Windows do: a folder named `~` was made, and whoever removed it risked home."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    said = run("--log", "~/handout.log", "find", "warfarin")
    assert said.exit_code == 0
    assert ": exit 0" in (tmp_path / "home" / "handout.log").read_text()
    assert not Path("~").exists()


def test_ctrl_c_before_anything_is_imported_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stopped in its first tenths of a second, the program ended with a page of Python."""

    def stop(_words: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("handouts.__main__._command", stop)
    monkeypatch.setattr("sys.argv", ["handout", "check"])
    with pytest.raises(SystemExit) as end:
        start()
    assert (end.value.code, capsys.readouterr().err) == (130, "stopped\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("withdraw heat-cold-heat --why burns --list", "--list cannot go with BLOCK and --why"),
        ("sign --status --by X --role GP", "--status cannot go with --by and --role"),
        ("list flags --json --format table", "--json cannot go with --format"),
        ("explain neck --json --format table", "--json cannot go with --format"),
        ("manual --man --text", "--man and --text cannot go together"),
    ],
)
def test_no_option_is_left_unread_beside_another(words: str, said: str) -> None:
    """`withdraw BLOCK --why … --list` withdrew nothing, and ended as if all were well."""
    result = run(*words.split())
    assert result.exit_code == 2
    assert result.stderr.replace("[", "").replace("]", "").startswith(f"error: {said}")
    assert run("list", "places", "--json", "--format", "json").exit_code == 0


CLOSED = (
    (("explain", "-r", "neck", "--flag", "waferin"), "did you mean `warfarin`?"),
    (("explain", "-r", "neck", "--flag", "codine"), "did you mean `codeine`"),
    (("explain", "-r", "neck", "--flags", "waferin,asthma"), "did you mean `warfarin`?"),
    (("explain", "-r", "neck", "--flag", "waferin asthma"), "`waferin`: did you mean `warfarin`?"),
    (("explain", "neck", "waferin"), "did you mean `warfarin`?"),
    (("explain", "-r", "lumber spine"), "did you mean `lumbar spine`?"),
    (("explain", "-r", "neck", "-s", "cronic"), "did you mean `chronic`?"),
    (("explain", "-r", "neck", "--place", "irelnd"), "did you mean `Ireland`?"),
    (("explain", "-r", "neck", "--exercise", "brige"), "did you mean `bridge`?"),
    (("explain", "-r", "neck", "--preset", "acute-bak"), "did you mean `acute-back`?"),
    (("explain", "-r", "neck", "--paper", "leter"), "did you mean `letter`?"),
    (("explain", "-r", "neck", "--edition", "stadard"), "did you mean `standard`?"),
    (("explain", "-r", "neck", "--format", "tabel"), "did you mean `table`?"),
    (("list", "flgs"), "did you mean `flags`?"),
    (("find", "waferin"), "did you mean `warfarin`?"),
    (("list", "flags", "waferin"), "did you mean `warfarin`?"),
    (("batch", "list.csv", "--dry-run"), "did you mean `region`? If it is not needed"),
    (("batch", "list.csv", "--dry-run", "--column", "ful nme=x"), "did you mean `name`?"),
)


@pytest.mark.parametrize(
    ("words", "hint"), CLOSED, ids=lambda one: " ".join(one)[-40:] if isinstance(one, tuple) else ""
)
def test_a_misspelt_word_of_a_closed_list_is_answered_with_the_nearest(
    words: tuple[str, ...], hint: str
) -> None:
    """By whatever name an entry goes; nothing is taken for it, and the word is to be checked."""
    Path("service.yaml").write_text("presets:\n  acute-back:\n    region: lumbar\n")
    Path("list.csv").write_text("body regon,flags\nneck,\n")
    said = run(*words)
    assert said.exit_code == 2
    assert hint in said.stderr
    flag = "waferin" in words or "codine" in words
    assert ("Check the word: others are spelt almost the same." in said.stderr) >= flag


@pytest.mark.parametrize("word", ["hypotensiv", "zebra", "pumpkin", "over17", "Jones"])
def test_no_word_is_offered_that_means_the_opposite_or_is_merely_as_long(word: str) -> None:
    """What is like nothing here gets the way to search."""
    said = run("explain", "-r", "neck", "--flag", word).stderr
    assert "did you mean" not in said or word == "hypotensiv"
    assert "hypertens" not in said
    assert "under-18" not in said
