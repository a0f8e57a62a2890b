"""Render a leaflet as tagged PDF, HTML or plain text.

`typeset.typeset_leaflet`, `html.render_html` and `text.render_text` take the tree of `leaflet`
and change none of its words. `layout` turns the tree into pages, `drawings` paints figures,
icons, logo and QR code, and `pdf` writes the file. Whether a leaflet may be printed was decided
before, in `safety` and `governance`.
"""
