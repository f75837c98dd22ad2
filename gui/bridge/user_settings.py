"""The user's settings of the window, kept in a file of the data folder; every value is checked when it is read."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, Signal

from ...core.store.data_folder import read_small, write_whole
from ...core.words.language import languages
from ..words.language import SYSTEM

FILE = "window.json"
"""JSON rather than QSettings, whose files may hold pickled Python objects that are run when the file is read."""
MAX_BYTES = 64 * 1024
"""A longer file is not ours, and is not read."""
CHOICES: dict[str, tuple[str, ...]] = {
    "language": (SYSTEM, *languages()),
    "scheme": (SYSTEM, "light", "dark"),
    "memory": ("GiB", "GB"),
    "frames": ("2", "1", "4", "10"),
    "samples": ("4", "2", "1"),
}
"""The allowed values, the default first. `frames` and `samples` are numbers a second during a check."""
GEOMETRY, WELCOMED = "place", "welcomed"


class Settings(QObject):
    """The settings; `changed` brings the name of one that has a new value."""

    changed = Signal(str)

    def __init__(self, folder: Path | None) -> None:
        """Where `folder` is None, as it cannot be made, the settings last until the window is closed."""
        super().__init__()
        self.folder = folder
        self._stored = _read(folder / FILE) if folder else {}

    def value(self, name: str) -> str:
        """The current value of a setting, one of `CHOICES[name]`."""
        stored, allowed = self._stored.get(name), CHOICES[name]
        return stored if stored in allowed else allowed[0]

    def choose(self, name: str, value: str) -> None:
        """Set and keep a value. Raises ValueError for one that is not in `CHOICES[name]`."""
        if value not in CHOICES[name]:
            raise ValueError(f"{name}: {value} is not allowed; allowed is one of {', '.join(CHOICES[name])}.")
        if value != self.value(name):
            self._keep(name, value)
            self.changed.emit(name)

    @property
    def geometry(self) -> QByteArray:
        """The window's last geometry in Qt's format; empty where it is not known."""
        try:
            return QByteArray(bytes.fromhex(self._stored.get(GEOMETRY, "")))
        except ValueError:
            return QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._keep(GEOMETRY, bytes(geometry.toHex().data()).decode())

    @property
    def welcomed(self) -> bool:
        """Whether the user has left the welcome page once."""
        return self._stored.get(WELCOMED) == "yes"

    @welcomed.setter
    def welcomed(self, read: bool) -> None:
        self._keep(WELCOMED, "yes" if read else "no")

    def _keep(self, name: str, value: str) -> None:
        if self._stored.get(name) == value:
            return
        self._stored[name] = value
        if self.folder:
            with suppress(OSError):  # a setting that cannot be written lasts until the window is closed
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(self.folder / FILE, json.dumps(self._stored, indent=1).encode() + b"\n")


def _read(path: Path) -> dict[str, str]:
    """The stored settings; empty where the file is missing or damaged."""
    try:
        told = json.loads(read_small(path, MAX_BYTES))  # without msgspec, whose import would delay the window's start
    except (OSError, ValueError, RecursionError):
        return {}
    return {k: v for k, v in told.items() if isinstance(v, str)} if isinstance(told, dict) else {}
