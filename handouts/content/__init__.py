"""Read what clinicians wrote, YAML and CSV, into a checked, immutable `Library`.

`load.load_library(folder)` is the entry point; it raises `ContentError` with every fault, each
with file and line. The records are in `library`, `blocks`, `figure`, `profile` and
`vocabulary`. Which blocks are printed is decided in `selection`; who signed the words is in
`governance`, and what they may say is checked in `safety`.
"""
