"""`python -m rigdyno.gui` does the same as `rigdyno`."""

import sys

from .launch import main

if __name__ == "__main__":
    sys.exit(main())
