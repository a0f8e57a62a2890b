"""Write the manual from the commands themselves: `as_man_page`, `as_markdown`, `as_text`."""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from handouts import __version__
from handouts.content.example_words import with_examples

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Entry(Struct, frozen=True):
    """A command, as its own help has it."""

    path: str
    usage: str
    paragraphs: tuple[tuple[str, ...], ...]
    """Lines of each; those that are kept as they are start with a blank."""
    options: tuple[tuple[str, str], ...]


def as_markdown(root: click.Command) -> str:
    """Return the reference of all commands as Markdown."""
    lines = ["# Command reference", "", f"Of version {__version__}, written by `handout manual`."]
    for entry in _entries(root):
        mark = "##" if entry.path.count(" ") < 2 else "###"  # noqa: PLR2004 - a command of a command
        lines += ["", f"{mark} {entry.path}", "", f"    {entry.usage}"]
        for paragraph in entry.paragraphs:
            if paragraph[0].endswith(":") and len(paragraph) > 1:
                lines += [
                    "",
                    paragraph[0],
                    "",
                    "```text",
                    *inspect.cleandoc("\n".join(paragraph[1:])).splitlines(),
                    "```",
                ]
            else:
                lines += ["", *(re.sub(r"([<|*])", r"\\\1", line.strip()) for line in paragraph)]
        if entry.options:
            lines += ["", "| option | |", "|---|---|"]
            lines += [f"| `{_cell(name)}` | {_cell(text)} |" for name, text in entry.options]
    return "\n".join(lines)


def as_text(root: click.Command, width: int) -> str:
    """Return the manual to be read on a terminal, its lines no longer than `width`."""
    lines = [f"Manual of handouts {__version__}"]
    for entry in _entries(root):
        lines += ["", "", entry.path, "=" * len(entry.path), "", *_set(entry.usage, width, 4)]
        for paragraph in entry.paragraphs:
            if paragraph[0].endswith(":") and len(paragraph) > 1:
                kept = inspect.cleandoc("\n".join(paragraph[1:])).splitlines()
                lines += ["", paragraph[0], *(f"    {line}" for line in kept)]
            else:
                lines += ["", *_set(" ".join(line.strip() for line in paragraph), width, 0)]
        lines += [""] if entry.options else []
        for name, text in entry.options:
            lines += [*_set(name, width, 2), *_set(text, width, 8)]
    return "\n".join(lines)


def _set(text: str, width: int, margin: int) -> list[str]:
    """Wrap a text; options and ids are never divided at a hyphen."""
    lead = " " * margin
    return textwrap.wrap(
        text, width, initial_indent=lead, subsequent_indent=lead, break_on_hyphens=False
    )


def as_man_page(root: click.Command) -> str:
    """Return the manual in the language of `man`."""
    first, *others = _entries(root)
    name = root.name or "handout"
    lines = [
        f'.TH {name.upper()} 1 "" "handout {__version__}"', ".SH NAME",
        f"{name} \\- {_roff(first.paragraphs[0][0].rstrip('.'))}",
        ".SH SYNOPSIS", f".B {_roff(first.usage)}", ".SH DESCRIPTION",
    ]  # fmt: skip
    lines += [*_man_body(first), ".SH COMMANDS"]
    for entry in others:
        lines += [f".SS {_roff(entry.path)}", f".B {_roff(entry.usage)}", ".PP", *_man_body(entry)]
    return "\n".join(lines)


def _man_body(entry: _Entry) -> Iterator[str]:
    for paragraph in entry.paragraphs:
        if paragraph[0].endswith(":") and len(paragraph) > 1:
            yield from (".PP", _roff(paragraph[0]), ".PP", ".nf", ".RS 2")
            yield from map(_roff, inspect.cleandoc("\n".join(paragraph[1:])).splitlines())
            yield from (".RE", ".fi")
        else:
            yield ".PP"
            yield from (_roff(line.strip()) for line in paragraph)
    for name, text in entry.options:
        yield from (".TP", f".B {_roff(name)}", _roff(text))


def _roff(text: str) -> str:
    """Let nothing in a text mean something to roff."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("’", "\\(cq").replace("…", "...")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _entries(command: click.Command, above: click.Context | None = None) -> Iterator[_Entry]:
    """Yield a command, then all below it, in the order of the help.

    A context without the settings of its command would have that command keep another --help.
    """
    settings = command.context_settings
    context = click.Context(command, info_name=command.name, parent=above, **settings)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = [one.get_help_record(context) for one in command.get_params(context)]
    yield _Entry(
        path=context.command_path,
        usage=usage,
        paragraphs=tuple(_paragraphs(with_examples(command.help or ""))),
        options=tuple((_line(one[0]), _line(one[1])) for one in options if one),
    )
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _entries(below, context)


def _paragraphs(text: str) -> Iterator[tuple[str, ...]]:
    for one in inspect.cleandoc(text).split("\n\n"):
        lines = tuple(line for line in one.splitlines() if line.strip() not in {"", "\b"})
        if lines:
            yield lines
