"""Make a leaflet again that was made before, with the standard library alone.

`rerun.rerun` is the entry point. The rest is what it needs: the state of all inputs
(`fingerprint`), a key-value cache (`cache`), the place of the name in a PDF (`name_slot`),
atomic files and signals. Nothing here imports another package of the program, `typing` or
`pathlib`. New leaflets are made by `pipeline`.
"""
