"""Where the program keeps its files, and how it reads and writes them.

The data folder is the one that RIGDYNO_HOME names, or beside a portable program, or the platform's own.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path

from platformdirs import user_data_path

from ..words.language import _
from . import portable_copy

FULL = 1 << 20
"""Bytes that one result may need. A disk with less free space counts as full."""


class NoDataFolderError(OSError):
    """The data folder cannot be made. `strerror` is a sentence with a way out."""

    def __str__(self) -> str:
        return f"{self.strerror} ({self.filename})"


def data_folder() -> Path:
    """The data folder; it is made where it is missing. Raises OSError where it cannot be made."""
    home = os.environ.get("RIGDYNO_HOME")
    folder = Path(home) if home else portable_copy.portable_data_folder() or user_data_path("rigdyno", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        why = _("the data folder cannot be made, as a file is in its way")
        if home:
            why = _("the data folder (RIGDYNO_HOME) cannot be made, as a file is in its way")
        raise OSError(error.errno, why, str(folder)) from error
    except OSError as error:
        told = _("the data folder cannot be made ({why}): set RIGDYNO_HOME to a folder that this user may write to")
        raise NoDataFolderError(error.errno, told.format(why=error.strerror), str(folder)) from error
    return folder


def why_not_written(error: Exception) -> str:
    """Why writing to the data folder failed, as words. SQLite may call a full disk an "I/O error"."""
    said = str(error) or type(error).__name__
    if said == "database is locked":  # by another copy of this program, or on a file system that knows no locks
        return _("{why}: close other copies, or set RIGDYNO_HOME to a folder on a disk of this computer").format(
            why=said
        )
    try:
        room = shutil.disk_usage(data_folder()).free
    except OSError:
        return said
    return said if room > FULL or "full" in said else _("{why}, as the disk is full").format(why=said)


def journals(folder: Path) -> Path:
    """The folder inside the data folder for the journals of running checks; see `check/journal.py`."""
    return folder / "running"


def read_small(path: Path, most: int) -> bytes:
    """The content of a file of at most so many bytes. Raises OSError, also for a larger file.

    Folders, pipes and devices are refused: reading a pipe may wait for ever, and a device may never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, _("it is a folder, a pipe or a device, not a file"), str(path))
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, _("it is larger than {size} KiB").format(size=most >> 10), str(path))
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it has either its whole new content or its old one. Raises OSError.

    Only a regular file is replaced. A link, a pipe or a device is opened and written to: a rename would replace it, and
    as root that would remove /dev/full or /dev/stdout for the whole machine.
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
