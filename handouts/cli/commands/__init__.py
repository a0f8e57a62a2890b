"""The commands of `handout`, one module for each or for a few that belong together.

`cli.app` imports a command only when it is called. Imports inside functions keep `--help` fast.
"""
