"""Write PDF files: tags, fonts, object streams, merging, booklets, encryption.

`canvas.TaggedCanvas` writes a tagged PDF/UA-1 file; `merge.PdfMerger` joins many. Everything
that touches ReportLab's internals is here. Lengths are in points from the lower left corner of
the page. `render.layout` decides what goes where.
"""
