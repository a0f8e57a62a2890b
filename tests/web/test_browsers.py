"""The page uses nothing that a browser of the last three years lacks.

Each feature here came after Chrome and Edge 119, Firefox 119 or Safari 17, of the autumn of 2023.
What such a browser only leaves out, with no harm done, may be used and is not listed.
"""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parent.parent.parent / "templates" / "web"
FILES = sorted(one for one in WEB.iterdir() if one.suffix in {".css", ".js", ".html"})
LATER = {
    r"(?<!:is\()(?<!, )(?<!:not\():has\(": "a:has(b) {}",  # Firefox 121; not inside :is()
    r"^\s*&": "  & p {}",  # nested styles: Firefox 117, but as Safari 17.2 has them
    r"@(scope|starting-style|position-try|view-transition)\b": "@scope (a) {}",
    r"\b(light-dark|calc-size|anchor|contrast-color)\(": "color: light-dark(a, b)",
    r"\b(field-sizing|interpolate-size|anchor-name|transition-behavior)\b": "field-sizing: content",
    r"\bpopover(target)?=": '<p popover="auto">',
    r"<details[^>]* name=": '<details class="a" name="b">',
    r"\b(withResolvers|groupBy|fromAsync|checkVisibility|moveBefore)\(": "Object.groupBy(a)",
    r"\.(union|intersection|difference|isSubsetOf)\(": "a.union(b)",
    r"\b(AbortSignal\.any|URL\.parse|Promise\.try|RegExp\.escape)\(": "URL.parse(a)",
    r"\.(toBase64|fromBase64|toHex|fromHex)\(": "a.toBase64()",
    r"\b(requestIdleCallback|scheduler\.|navigation\.|CloseWatcher)": "navigation.back()",
    r"\b(await )?using [a-z]+ =": "using a = b",
    r"\bwith \{ ?type:": 'import a from "b" with {type: "json"}',
}  # fmt: skip
"""What not to write, and an example of each."""


@pytest.mark.parametrize(("pattern", "example"), LATER.items())
def test_no_file_of_the_page_needs_a_newer_browser(pattern: str, example: str) -> None:
    """None of these features stands in a file of the page, and each would be found there."""
    feature = re.compile(pattern, re.MULTILINE)
    assert feature.search(example)
    assert [one.name for one in FILES if feature.search(one.read_text(encoding="utf-8"))] == []


def test_what_some_lack_has_another_way() -> None:
    """Firefox copies several kinds of text from 127 on only, so that stands where it may fail."""
    script = (WEB / "page.js").read_text(encoding="utf-8")
    before, after = script.split("new ClipboardItem", 1)
    assert before.rstrip().rpartition("\n")[0].rstrip().endswith("try {")
    assert "} catch {\n    try { await navigator.clipboard.writeText" in after
