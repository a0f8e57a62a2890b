"""Set one Typst file as PDF/UA-1: typst_once.py INPUT OUTPUT FONTS."""

import sys

import typst

source, output, fonts = sys.argv[1:]
typst.compile(
    source, output=output, font_paths=[fonts], ignore_system_fonts=True, pdf_standards=["ua-1"]
)
