"""`python -m rigdyno.core.cli`: the program in the terminal."""

import sys

from .command_line import main

if __name__ == "__main__":
    sys.exit(main())
