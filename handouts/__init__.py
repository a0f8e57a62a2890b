"""Printable, tagged patient leaflets, each for one patient, on what the content is about."""

__version__ = "0.2.0"
