"""Runs the command line: `python -m handouts` is `handout`."""

from handouts.cli import main

if __name__ == "__main__":
    main()
