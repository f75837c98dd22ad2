"""`python -m rigdyno.gui` is `rigdyno`."""

import sys

from .launch import main

if __name__ == "__main__":
    sys.exit(main())
