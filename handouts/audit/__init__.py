"""Look back: explain a leaflet, put it on record, find out whether it is current, make it again.

`explain.explain_text`, `record_sheet.sheet_of`, `recall.Recall` and `remake.publisher_for` are
the entry points; `diff` compares two versions of the content. New leaflets are made by the
`pipeline`.
"""
