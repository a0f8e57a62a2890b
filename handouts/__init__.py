"""Printable, tagged patient leaflets on back and neck muscle spasm."""

__version__ = "0.2.0"
