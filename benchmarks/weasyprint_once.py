"""Set one HTML file as PDF/UA-1: weasyprint_once.py INPUT OUTPUT STYLES."""

import sys

import weasyprint

source, output, styles = sys.argv[1:]
weasyprint.HTML(source).write_pdf(output, stylesheets=[styles], pdf_variant="pdf/ua-1")
