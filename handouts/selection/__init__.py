"""Select the blocks of one leaflet.

`request.parse_request` checks a request; `select.select_blocks` decides which blocks are
printed, and gives a reason for each block that is printed or left out. `code` writes a request
as a short code and reads it back. No file is read but that of a note. What a block says is in
`content`; how blocks are composed is in `leaflet`.
"""
