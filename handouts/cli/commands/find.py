"""Define `handout find`: what words mean here, and every entry that has to do with them: `find`."""

from __future__ import annotations

import shlex

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT
from handouts.errors import ContentError, Fault, RequestError, shorten
from handouts.system.terminal import echo_json, screen_width


@click.command(cls=CarefulCommand)
@click.argument("words", nargs=-1, required=True, metavar="WORD…")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@CONTENT
def find(*, words: tuple[str, ...], as_json: bool, content: str | None) -> None:
    """Find the flag, region or other word for something.

    The first line says what the words mean together. Then come all entries that have them in the
    id, the label, the question, the synonyms or the codes (SNOMED CT, ICD-10, ATC).

    \b
    Examples:
      handout find {typed-flag}
      handout find blood pressure
      handout find K25
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.content.load import content_folder, load_library, resource

    if not any(one.strip() for one in words):
        hint = "write what to look for, such as one word of it"
        raise RequestError(Fault(message="the word to find is empty", hint=hint))
    from handouts.selection.finder import finder_of
    from handouts.selection.search import said_of, search, search_text
    from handouts.selection.understanding import look_alikes

    try:
        library = load_library(content)
    except ContentError as error:
        folder = content_folder(content)
        if folder == resource("content"):
            raise
        message = f"nothing was searched in `{folder.name}`, which is not whole yet"
        hint = f"search the content that ships: --content {shlex.quote(str(resource('content')))}"
        raise ContentError(*error.faults, Fault(message=message, hint=hint)) from None
    said, hits = said_of(library, " ".join(words)), search(library, words)
    if not said and not hits:
        message = f"nothing here has to do with `{shorten(' '.join(words))}`"
        near = look_alikes(finder_of(library), " ".join(words))
        hint = near or "try one word, or `handout list flags`"
        raise RequestError(Fault(message=message, hint=hint))
    if as_json:
        echo_json(
            {
                "said": said,
                "found": [
                    {
                        "kind": hit.entry.kind,
                        "id": hit.entry.id,
                        "label": hit.entry.label,
                        "question": hit.entry.question,
                        "words": list(hit.words),
                        "codes": list(hit.codes),
                    }
                    for hit in hits
                ],
            }
        )
        return
    click.echo("\n\n".join(filter(None, (said, search_text(library, hits, screen_width())))))
