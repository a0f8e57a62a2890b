"""The command line, in Click: options, delivery, lists and exit codes.

`app.main` is the group; each command is a module of `commands` and is imported only when it is
called. Commands read options and show results; the work is done in the packages below. What
needs no Click, because the leaflet was made before, is `fastpath`.
"""
