"""Use the operating system: files, locks, processes, git, terminal, printer, cached objects.

Nothing here depends on content or leaflets. Errors of the system become `OutputError` or
`RequestError` with a hint. The parts that a repeated leaflet needs are in `fastpath`, which
imports only the standard library.
"""
