"""Where Python begins in Rigdyno.exe and rigdyno.com."""

import multiprocessing
import sys

sys.frozen = True  # type: ignore[attr-defined]  # the program and its Python are one: children are the program itself
multiprocessing.freeze_support()

from rigdyno.gui.launch import main  # noqa: E402

sys.exit(main())
