"""Make a leaflet again that was made before, with the standard library alone.

`rerun.rerun` is the entry point. The rest is what it needs: the state of all inputs
(`fingerprint`), a key-value cache (`cache`), the slot of the name in a PDF (`name_slot`),
atomic files (`atomic`) and signals. New leaflets are made by `pipeline`.

Nothing here imports another package of the program, `typing` or `pathlib`: with those two a
repeated leaflet takes 39 % more CPU time (26 ms instead of 19). A test in `tests/fastpath` lists
all modules that it may load.
"""
