"""Compose the selected blocks into a leaflet: an immutable tree of headings, paragraphs and lists.

`compose.compose_leaflet` is the entry point; the tree is in `tree`. A Jinja template orders the
texts and yields XHTML, which is parsed strictly. Which blocks are used is decided in
`selection`; pages, HTML and plain text are made in `render`.
"""
