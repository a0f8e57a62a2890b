"""Lay out a leaflet: turn the tree into flow items, and flow items into pages.

`flow.set_leaflet` sets the sections as flow items; `page_breaks.break_pages` divides these into
pages. All lengths are in points. A flowable is given a width, returns its height, and draws
itself with its top left corner at (x, y), y pointing up. `render.typeset` chooses the style;
`render.pdf` writes the PDF objects.
"""
