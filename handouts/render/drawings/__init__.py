"""Draw exercise figures, icons, logos and QR codes.

`figure.draw_figure` turns a figure of the content into painted paths; `drawing_operators` and
`drawing_svg` write these as PDF or SVG. Figures are in body units (1 is the height of the
body), x to the right, y up. What a figure shows is content (`content.figure`); where it goes on
the page is decided in `render.layout`.
"""
