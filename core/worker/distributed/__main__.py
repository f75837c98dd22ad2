"""`python -m rigdyno.core.worker.distributed`: a rank where torchrun has started this, else torchrun itself."""

import os
import sys

from . import rank_training, torchrun_launcher

if __name__ == "__main__":
    in_torchrun = "TORCHELASTIC_RUN_ID" in os.environ
    sys.exit(rank_training.main() if in_torchrun else torchrun_launcher.launch(sys.argv[1:]))
