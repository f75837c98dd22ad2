"""The portable form of the frozen program: it keeps all its files beside itself, for example on a USB stick."""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cache
from pathlib import Path

MARKER = "portable"
"""A file of this name beside the program makes it portable."""


def portable_folder() -> Path | None:
    """The folder of the program where it is portable; None where it is installed."""
    if not getattr(sys, "frozen", False):
        return None
    folder = Path(sys.executable).resolve().parent
    return folder if (folder / MARKER).exists() else None


def portable_data_folder() -> Path | None:
    """Where the portable program keeps its data; None where it is not portable, or cannot write beside itself."""
    folder = portable_folder()
    return folder / "data" if folder and _writable(folder) else None


def unwritable_folder() -> Path | None:
    """The folder of the portable program where nothing can be written to it, so that its data is kept elsewhere."""
    return None if portable_data_folder() or os.environ.get("RIGDYNO_HOME") else portable_folder()


def keep_caches_beside() -> None:
    """Make libraries put their caches and temporary files beside the portable program too. Call it before they are
    imported.
    """
    place = portable_data_folder()
    if place is None or os.environ.get("RIGDYNO_HOME"):
        return
    for name, folder in (("XDG_CACHE_HOME", "cache"), ("TMPDIR", "tmp"), ("TEMP", "tmp"), ("TMP", "tmp")):
        (place / folder).mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(place / folder)


def _writable(folder: Path) -> bool:
    """On Windows os.access says yes for every folder, so a file is written there, once."""
    return _can_write_file(folder) if sys.platform == "win32" else os.access(folder, os.W_OK)


@cache
def _can_write_file(folder: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
