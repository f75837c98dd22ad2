"""`python -m rigdyno.core.shader_worker`: serve requests on stdin until it ends."""

import sys

from .request_loop import main

if __name__ == "__main__":
    sys.exit(main())
