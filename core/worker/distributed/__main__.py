"""`python -m rigdyno.core.worker.distributed`: train by several ranks."""

import sys

from .rank_training import main

if __name__ == "__main__":
    sys.exit(main())
