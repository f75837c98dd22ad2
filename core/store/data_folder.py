"""Where the program keeps its files: the platform's data folder, or the folder that RIGDYNO_HOME names; a portable one
beside itself."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path

from platformdirs import user_data_path

from . import portable_copy

FULL = 1 << 20
"""Bytes. With less room than one result may need, that is why it could not be stored."""


def data_folder() -> Path:
    """The folder for results, made when it is not there. Raises OSError where it cannot be made."""
    home = os.environ.get("RIGDYNO_HOME")
    folder = Path(home) if home else portable_copy.data() or user_data_path("rigdyno", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        named = " (RIGDYNO_HOME)" if home else ""
        why = f"the data folder{named} cannot be made, as a file is in its way"
        raise OSError(error.errno, why, str(folder)) from error
    return folder


def unwritten(error: Exception) -> str:
    """Why nothing could be written into the data folder. SQLite calls a full disk an "I/O error", too."""
    said = str(error) or type(error).__name__
    try:
        room = shutil.disk_usage(data_folder()).free
    except OSError:
        return said
    return said if room > FULL or "full" in said else f"{said}, as the disk is full"


def journals(folder: Path) -> Path:
    """Where the checks that run keep their journals, in the data folder; see `journal.py`."""
    return folder / "running"


def read_small(path: Path, most: int) -> bytes:
    """All that is in a file. Raises OSError, also for a larger one, and for what is none.

    A pipe might never begin and a device never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no file but a folder, a pipe or a device", str(path))
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most >> 10} KiB", str(path))
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all. Raises OSError.

    Only a regular file is ever replaced. A link, a pipe or a device is written through: renaming over it would destroy
    it, and as root that takes /dev/full or /dev/stdout from the whole machine.
    """
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        with path.open("wb") as file:
            file.write(content)
        return
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
