"""Select the blocks of one leaflet.

`request.parse_request` checks what was asked for; `select.select_blocks` decides which blocks
are printed, and gives a reason for each block that is printed or left out. `code` writes a
request as a short code and reads it back. Nothing is drawn, and no file is read but that of a
note. What a block says is `content`; how blocks are put together on paper is `leaflet`.
"""
