"""What the program must know of the topic stands in the content, and is held against it."""

import shutil
from pathlib import Path

import pytest

from handouts.content.load import load_library, resource
from handouts.content.parse_library import read_library
from handouts.errors import ContentError


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the content once; a test that changes the file puts it back."""
    folder = tmp_path_factory.mktemp("topic") / "mine"
    shutil.copytree(resource("content"), folder)
    return folder


@pytest.mark.sample(8)
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("usual-status: acute", "usual-status: fresh", "usual-status: unknown status `fresh`"),
        ("strength: ex-strength", "strength: ex-power", "strength: unknown class `ex-power`"),
        ("exercise: walking", "exercise: strolling", "unknown exercise `strolling`"),
        ("crisis-group: mind\n", "", "`crisis-group` is missing"),
        ("  card: Muscle", "  crad: Muscle", "unknown key `crad`"),
        ('    neck: "M50', '    knee: "M50', "unknown region `knee`"),
        ('lines: ["M60', 'lines: ["<M60', "not a path of SVG"),
        ("service-id: muscle", "service-id: Muscle", "is not an id"),
    ],
)  # fmt: skip
def test_a_word_that_the_content_does_not_have_is_a_fault(
    copy: Path, old: str, new: str, said: str
) -> None:
    """Each key is needed, and names what is there."""
    path = copy / "topic.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    try:
        with pytest.raises(ContentError) as refused:
            read_library(copy)
    finally:
        path.write_text(text, "utf-8")
    assert said in str(refused.value)


def test_older_content_has_the_parts_that_ship(copy: Path) -> None:
    """Content from before the file has the parts that ship; no other content may lack it."""
    path = copy / "topic.yaml"
    text = path.read_text("utf-8")
    path.unlink()
    try:
        assert read_library(copy, older=True).topic == load_library().topic
        with pytest.raises(ContentError, match=r"topic\.yaml"):
            read_library(copy)
    finally:
        path.write_text(text, "utf-8")
