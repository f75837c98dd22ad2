"""Compiles the modules of a folder for Python 3.11, so that a first start does not; removes sources that nothing reads.

python bytecode.py FOLDER         # a process of its own, as its hash seed decides the order in the files
"""

from __future__ import annotations

import py_compile
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import trim

folder = Path(sys.argv[1])
for source in sorted(folder.rglob("*.py")):
    place = source.relative_to(folder).as_posix()
    alone = trim.sourceless(place)
    compiled = source.with_suffix(".pyc") if alone else source.parent / "__pycache__" / f"{source.stem}.cpython-311.pyc"
    # Unchecked: a copy onto a stick changes dates, and what cannot be written would be compiled at each start.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(source), str(compiled), dfile=place, doraise=True, invalidation_mode=mode)
    if alone:
        source.unlink()
