"""Nothing that a person types or writes into content can run, fetch or open anything.

ReportLab can fetch pictures, read markup and evaluate expressions, and Jinja2 runs templates. None
of these can be reached from a name, a note, a worklist, content or a service's profile.
"""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from msgspec.structs import replace

from handouts.content.blocks import Block, TextBody, Wording
from handouts.content.profile import Profile
from handouts.leaflet.tree import Leaflet
from handouts.pipeline import compose, prepare, render, select, typeset
from handouts.render.html import TYPEFACES
from tests.support.leaflets import ask, joined, publisher

MARKUP = """<img src="http://127.0.0.1:9/x.png"/><para color="toColor('red')">&x; %(x)s </para>"""
TEMPLATE = "{{ 7*7 }}{% include '/etc/passwd' %}{{ ''.__class__.__mro__ }}"
HOSTILE = f"{MARKUP} {TEMPLATE}"
FETCHING = (
    "reportlab.lib.utils.open_for_read", "reportlab.lib.utils.open_for_read_by_name",
    "reportlab.lib.utils.rl_safe_eval", "reportlab.lib.utils.rl_safe_exec",
    "reportlab.lib.utils.rl_exec", "reportlab.lib.utils.ImageReader.__init__",
    "reportlab.lib.rl_safe_eval.rl_safe_eval", "reportlab.lib.rl_safe_eval.rl_safe_exec",
    "reportlab.lib.colors.toColor", "reportlab.pdfbase.pdfdoc.open_for_read",
    "reportlab.pdfgen.canvas.Canvas.drawImage", "reportlab.pdfgen.canvas.Canvas.drawInlineImage",
    "reportlab.pdfgen.canvas.Canvas.linkURL", "urllib.request.urlopen", "socket.socket.connect",
    "jinja2.Environment.compile", "jinja2.Environment.from_string", "os.system",
    "subprocess.Popen.__init__",
)  # fmt: skip
"""What evaluates, opens or fetches; reached by no leaflet once fonts and templates are read."""
NEEDED = {
    "reportlab.pdfbase", "reportlab.pdfgen", "reportlab.lib",
    "reportlab.rl_config", "reportlab.rl_settings",
}  # fmt: skip
"""The parts of ReportLab that a leaflet needs: drawing and fonts, no markup and no charts."""
LIBRARY_PARTS = {
    "abag", "boxstuff", "colors", "fonts", "logger", "pagesizes", "rl_accel",
    "rl_safe_eval", "rltempfile", "units", "utils",
}  # fmt: skip
LOADED = """
import json, sys
from handouts.cli.app import main
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def hostile(block: Block) -> Block:
    """Put markup into a text of the content, past the reader that would refuse some of it."""
    body = block.body
    if not isinstance(body, TextBody) or body.wording.without:
        return block
    return replace(block, body=replace(body, wording=Wording(f"{body.wording.text} {MARKUP}")))


def hostile_leaflet() -> Leaflet:
    """Compose a leaflet with markup and templates wherever somebody's words go."""
    library = publisher().library
    opened = replace(
        publisher(),
        library=replace(library, blocks=tuple(map(hostile, library.blocks))),
        profile=Profile(name=TEMPLATE[:40], department=MARKUP, hours=(TEMPLATE, MARKUP)),
    )
    return compose(
        opened, select(opened, ask("lumbar", "acute", "asthma", name=MARKUP[:80], note=HOSTILE))
    )


def refuse(*_: object, **__: object) -> None:
    """Stand for what must not be reached."""
    raise AssertionError("it was reached")


def test_hostile_words_evaluate_open_and_fetch_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With all that fetches or evaluates taken away, a leaflet of hostile words is still made."""
    plain = ask("lumbar", "acute", "asthma")
    typeset(publisher(), prepare(publisher(), plain))  # fonts and templates are read now
    for name in FETCHING:
        monkeypatch.setattr(name, refuse)
    leaflet = hostile_leaflet()
    assert typeset(publisher(), leaflet).content.startswith(b"%PDF")
    shown = joined(leaflet)
    assert "{{ 7*7 }}" in shown
    assert '<img src="http://127.0.0.1:9/x.png"/>' in shown
    assert "__mro__" in shown
    assert not re.search(r"\b49\b|root:|<class", shown)


class Fetched(HTMLParser):
    """What a page would load, run or send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element that does more than show words."""
        if tag in {"script", "link", "img", "iframe", "object", "embed", "base", "image"}:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"src", "srcset", "action", "background"}:
                self.found.append(name)
            if name == "href" and not re.match("(https|mailto|tel):|#", value or ""):
                self.found.append(f"{name}={value}")


@pytest.mark.parametrize("leaflet", [None, "hostile"])
def test_a_page_of_html_loads_nothing(leaflet: str | None) -> None:
    """No script, picture, style or font is fetched, and no words become elements that do.

    Its own typefaces stand in the page.
    """
    asked = ask("neck", "acute", "asthma", name=MARKUP[:80], note=HOSTILE)
    made = hostile_leaflet() if leaflet else prepare(publisher(), asked)
    page = render(publisher(), asked, made, "html")[0].decode()
    assert Fetched(page).found == []
    own = re.compile(r'url\("data:font/woff2;base64,[A-Za-z0-9+/=]+"\) format\("woff2"\)')
    assert len(own.findall(page)) == len(TYPEFACES)
    rest = own.sub("", page)
    assert not re.search(r"url\((?!#)|@import|javascript:", rest, re.IGNORECASE)


@pytest.mark.slow
@pytest.mark.sample(3)
@pytest.mark.parametrize("kind", ["pdf", "html", "text"])
def test_a_leaflet_needs_no_part_that_fetches(tmp_path: Path, warm_cache: Path, kind: str) -> None:
    """Neither ReportLab's reader of markup nor any code for networks is even loaded.

    The version of each library was looked up before, which does load more.
    """
    words = ["make", "--region", "neck", "--format", kind, "--name", HOSTILE[:80], "--no-cache"]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words, "--note", HOSTILE, "-o", "leaflet"],
        cwd=tmp_path,
        env={**os.environ, "HANDOUTS_CACHE": str(warm_cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(done.stderr.splitlines()[-1])
    parts = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("reportlab.")}
    assert parts <= NEEDED
    inside = {name.split(".")[2] for name in loaded if name.startswith("reportlab.lib.")}
    assert inside <= LIBRARY_PARTS
    assert {"socket", "ssl", "http.client", "urllib.request", "ftplib"} & set(loaded) == set()


def test_templates_are_read_from_their_folder_alone() -> None:
    """No template can be named from outside, none is made of words, and all of them are escaped."""
    templates = publisher().templates
    assert isinstance(templates.loader, jinja2.FileSystemLoader)
    assert templates.autoescape is True
    for name in ("../pyproject.toml", "/etc/passwd", "..\\x", "leaflet.xml/../../x"):
        with pytest.raises(jinja2.TemplateNotFound):
            templates.get_template(name)


def test_our_code_compiles_no_words() -> None:
    """No module makes a template, a colour, an expression or markup for ReportLab out of words."""
    banned = re.compile(
        r"\bfrom_string|jinja2\.Template\(|\beval\(|\bexec\(|platypus|reportlab\.graphics|toColor|"
        r"\bParagraph\(.*reportlab|ImageReader|drawImage|shell=True|os\.system|yaml\.(?:unsafe|full)"
    )
    for path in (Path(__file__).parents[2] / "handouts").rglob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not banned.search(line), f"{path.name}:{number}: {line}"
