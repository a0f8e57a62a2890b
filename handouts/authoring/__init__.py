"""Help for those who write content: schemas for editors, new entries, drawings to look at.

`schemas` describes every file for an editor; `new_entry` adds a flag, an exercise, a region, a
place or a source in every file that needs it. Nothing here is used to make a leaflet.
"""
