"""Lay a leaflet out: tree to flow items, flow items to pages.

`flow.set_leaflet` sets the sections as flow items, `page_breaks.break_pages` divides these into
pages. All lengths are in points. A flowable takes a width, gives its height, and draws itself
with its top left corner at (x, y), y up. Which style is used is decided in `render.typeset`;
PDF objects are made in `render.pdf`.
"""
