"""Runs the command line: `python -m handouts` is `handout`."""

from handouts.start import main

if __name__ == "__main__":
    main()
