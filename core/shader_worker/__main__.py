"""`python -m rigdyno.core.shader_worker`: serve requests on stdin until it ends."""

import sys

from .serve_requests import main

if __name__ == "__main__":
    sys.exit(main())
