"""Talk to the machine: files, locks, processes, git, the terminal, the printer, cached objects.

Nothing here knows what a leaflet says. Errors of the operating system become `OutputError` or
`RequestError` with a hint. The parts that must load fastest, and need only the standard
library, are in `fastpath`.
"""
