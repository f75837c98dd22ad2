"""A copy of the frozen program that lives on a stick: whatever it writes lies beside it, and nothing anywhere else."""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cache
from pathlib import Path

MARKER = "portable"
"""The file beside the program that makes it so."""


def carried() -> Path | None:
    """The folder of a portable program; None for one that is installed."""
    if not getattr(sys, "frozen", False):
        return None
    folder = Path(sys.executable).resolve().parent
    return folder if (folder / MARKER).exists() else None


def data() -> Path | None:
    """Where a portable program keeps its data; None where it is none, or its medium cannot be written."""
    folder = carried()
    return folder / "data" if folder and _writable(folder) else None


def stranded() -> Path | None:
    """The folder of a portable program whose data have to be kept elsewhere, as nothing can be written there."""
    return None if data() or os.environ.get("RIGDYNO_HOME") else carried()


def settle() -> None:
    """What libraries put into the user's folders and into /tmp goes beside the program too. Call before any of them."""
    place = data()
    if place is None or os.environ.get("RIGDYNO_HOME"):
        return
    for name, folder in (("XDG_CACHE_HOME", "cache"), ("TMPDIR", "tmp"), ("TEMP", "tmp"), ("TMP", "tmp")):
        (place / folder).mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(place / folder)


def _writable(folder: Path) -> bool:
    """Windows says of every folder that it can be written, so there it is tried, once."""
    return _written(folder) if sys.platform == "win32" else os.access(folder, os.W_OK)


@cache
def _written(folder: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
