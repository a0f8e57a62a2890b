"""Fill the examples of a help with words of the content when it is shown: `HelpWithExamples`."""

from __future__ import annotations

import click

from handouts.content.example_words import with_examples


class HelpWithExamples(click.Command):
    """A command whose help may have marks such as {region} in its examples."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help as Click does, with the words of the content that is used."""
        written = self.help
        self.help = with_examples(written or "")
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = written


class GroupWithExamples(HelpWithExamples, click.Group):
    """A group of commands with such a help."""
