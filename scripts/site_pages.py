"""Add to the site what is not in `docs`: pages made from the program, and those of the top folder.

MkDocs calls `on_files` and `on_page_markdown`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).parent.parent
FROM_TOP = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
    "README.md": "index.md",
}
"""Each page of the top folder, and its name on the site."""
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the reference of all commands, and the pages of the top folder."""
    from handouts.cli.app import main  # noqa: PLC0415 - a hook is imported before its settings
    from handouts.cli.reference import as_markdown  # noqa: PLC0415 - the same

    files.append(File.generated(config, "commands.md", content=as_markdown(main)))
    for name, page in FROM_TOP.items():
        if page != "index.md":
            text = (ROOT / name).read_text("utf-8")
            files.append(File.generated(config, page, content=relinked(text, ROOT)))
    return files


def on_page_markdown(markdown: str, page: Any, **_others: Any) -> str:  # noqa: ANN401 - as MkDocs calls it
    """Let links to files outside of `docs` lead to a page of the site, or be plain text."""
    made = page.file.generated_by is not None
    return markdown if made else relinked(markdown, ROOT / "docs")


def relinked(text: str, folder: Path) -> str:
    """Rewrite the links of a page that lies in a folder of the repository."""

    def link(found: re.Match[str]) -> str:
        picture, words, target, anchor = found.groups()
        path = (folder / target).resolve()
        if path.parent == ROOT and path.name in FROM_TOP:
            return f"[{words}]({FROM_TOP[path.name]}{anchor or ''})"
        if path.is_relative_to(ROOT / "docs"):
            inside = path.relative_to(ROOT / "docs").as_posix()
            return f"{picture}[{words}]({inside}{anchor or ''})"
        return f"{words} (`{path.relative_to(ROOT).as_posix()}`)"

    return _LINK.sub(link, text)
