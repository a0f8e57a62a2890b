"""Explain a leaflet, put it on record, tell whether it is current, and make it again.

`explain.explain_text`, `record_sheet.sheet_of`, `recall.Recall` and `remake.publisher_for` are
the entry points; `diff` compares two versions of the content. New leaflets are made by
`pipeline`.
"""
