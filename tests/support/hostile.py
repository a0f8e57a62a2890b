"""What fuzz tests share: hostile words and bytes, how much to try, and what ends clearly."""

import gc
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from handouts.cli.app import main

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
"""The long run: more examples, and new ones every time. See docs/fuzzing.md."""
MORE = 25
"""How many times more it tries."""
_STUCK = 60
"""Seconds of the processor after which an example has no end; the slowest takes two."""
_WAITING = 900
"""Seconds of the clock, for one that waits."""
CLEAR = {0, 1, 2, 3, 4}
"""Exit codes that a person can do something about."""

WORDS = (
    "", " ", "\t", "\u00a0", "\u3000", "a\u0301\u0323" * 9, "e" + "\u0301" * 90,
    "\u05d0\u05d1\u05d2", "\u202eAna", "\u2066Ana\u2069", "\u200b", "\u200dA", "\ufeffAna",
    "\u00ad", "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U000e0001", "\ufffc",
    "\ufffd", "\uffff", "A" * 80, "A" * 10_000, "Ana\nSilva", "Ana\r", "\x00", "\x07",
    "\x1b[31mAna", "\x7f", "\x85", "\u2028", "<b>Ana</b>", "</p></section>", "&amp;", "&#0;",
    "<!--", "<![CDATA[", "]]>", "<?xml?>", "<script>alert(1)</script>",
    "<img src='http://127.0.0.1:9/x.png'/>", "<a href='file:///etc/passwd'>x</a>", "{{ 7*7 }}",
    "{% for x in y %}", "{# x", "{emergency_number}", "{0}", "{", "}", "%s", "%n", "%(x)s", "**",
    "**bold", "__class__", "${HOME}", "$(id)", "`id`", ") Tj (", "(((", "\\", "\\)", "<48>",
    "endstream", "=1+1", "+1", "-1", "@SUM(A1)", "'", '"', '""', "'; --", "../../x", "a/b", "..",
    ".", "CON", "nul.pdf", "~", "NaN", "1e999", "-0", "0", "007", "99999999999", "9" * 5000,
    "2026-02-30", "0001-01-01", "10000-01-01", "yes", "null", "True", "fi\ufb01", "\u0130\u0131",
    "\u1e9e\u00df", "\u01c5", "o\u0308", "\udcff",
)  # fmt: skip
"""Texts that have broken other programs."""
SPLICES = (
    b"\0", b'"', b"'", b'""', b"\n", b"\r", b"\r\n", b",", b";", b"\t", b"|", b"\xff", b"\xfe",
    b"\xef\xbb\xbf", b"\xff\xfe", b"PK\3\4", b"sep=;\n", b"{", b"}", b"[", b"]", b"[" * 3000,
    b"{}", b":", b"#", b"&a ", b"*a", b"!!python/object/apply:os.system ['id']", b"!!int x",
    b"!!binary x", b"<<: *x", b"? ", b"? " * 3000, b"- " * 3000, b" [ # ]\n" * 3000, b"---\n",
    b"...\n", b"%YAML 9.9\n", b"|", b">", b"|-", b"~", b"null", b"0x10", b"0b1", b"0o7", b"1_000",
    b"1:30", b".inf", b"-.inf", b".nan", b"1e999", b"9" * 5000, b"-1", b"2026-13-45",
    b"2026-11-22", b"true", b"yes", b"**", b"{{ 7*7 }}", b"{% x %}", b"{emergency_number}",
    b"<p>", b"</p>", b"&amp;", b"<b", b"A" * 5000, b"A" * 200_000, b" " * 3000, b"\\u0000",
    b"\\ud800", b"\\", "\u202e".encode(), "\u200b".encode(), "\u00a0".encode(),
    "\U0001f600".encode(), "\u2028".encode(), "\u0301".encode() * 500, b"\x85", b"\x1b[31m",
    b"\x07", b"..", b"../../../etc/passwd", b"/dev/zero",
)  # fmt: skip
"""Bytes to put into files."""

Mutation = tuple[int, int, bytes]
"""At which share of the file (in 1/10,000), how many bytes give way, and to what."""
words = (
    st.sampled_from(WORDS)
    | st.text(max_size=30)
    | st.text(alphabet="\u202eא<{(\\é\u0301 ", max_size=9)
)
mutations = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from((0, 0, 1, 2, 5, 20, 100)),
        st.sampled_from(SPLICES) | st.sampled_from(SPLICES) | st.binary(max_size=6),
    ),
    min_size=1,
    max_size=4,
)


def tries(few: int) -> settings:
    """Try a few examples, the same ones every time; in the long run many more, and new ones."""
    return settings(
        max_examples=few * (MORE if LONG else 1),
        derandomize=not LONG,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def mutated(content: bytes, changes: Sequence[Mutation]) -> bytes:
    """Put other bytes into a file, at some places."""
    for share, length, new in changes:
        at = len(content) * share // 10_000
        content = content[:at] + new + content[at + length :]
    return content


@contextmanager
def ending() -> Iterator[None]:
    """Fail an example that seems to have no end."""

    def stuck(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError("it does not end")

    before = [signal.signal(number, stuck) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, _STUCK)
    signal.setitimer(signal.ITIMER_REAL, _WAITING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, old in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(number, old)


def run(*arguments: str) -> Result:
    """Run a command in this process, and see that it ended clearly."""
    with ending():
        result = CliRunner().invoke(main, arguments)
    gc.unfreeze()  # the command freezes what it made, since its process would end
    gc.enable()
    check_end(result.exit_code, result.stdout, result.stderr)
    return result


def check_end(code: int, stdout: str, stderr: str) -> None:
    """See that a command ended in work done, or in errors that a person can mend."""
    said = stdout + stderr
    assert code in CLEAR, said
    assert "Traceback" not in said
    assert "this is a bug" not in said
    if code > 1:
        assert "error: " in stderr


def tree(folder: Path) -> dict[str, bytes | None]:
    """Give every file below a folder with its bytes; None for what is not a plain file."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        if path.is_file() and not path.is_symlink()
        else None
        for path in sorted(folder.rglob("*"))
    }
