"""What the user has chosen for the window, in a file of the data folder: each value checked when it is read."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, Signal

from ...core.store.data_folder import read_small, write_whole
from ..words.language import LANGUAGES, SYSTEM

FILE = "window.json"
"""Not QSettings: its files may hold any Python object, and are unpickled to the last line wherever they are opened."""
MAX_BYTES = 64 * 1024
CHOICES: dict[str, tuple[str, ...]] = {
    "language": (SYSTEM, *LANGUAGES),
    "scheme": (SYSTEM, "light", "dark"),
    "memory": ("GiB", "GB"),
    "frames": ("2", "1", "4", "10"),
    "samples": ("4", "2", "1"),
}
"""What may be chosen, the default first. `frames` and `samples` are for each second of a check."""
PLACE, WELCOMED = "place", "welcomed"


class Settings(QObject):
    """`changed` comes with the name of what has another value now."""

    changed = Signal(str)

    def __init__(self, folder: Path | None) -> None:
        """Without a folder (it cannot be made) everything holds until the window is closed."""
        super().__init__()
        self.folder = folder
        self._stored = _read(folder / FILE) if folder else {}

    def value(self, name: str) -> str:
        """One of `CHOICES[name]`."""
        stored, allowed = self._stored.get(name), CHOICES[name]
        return stored if stored in allowed else allowed[0]

    def choose(self, name: str, value: str) -> None:
        """Take another value, now and from now on. Raises ValueError for one that may not be chosen."""
        if value not in CHOICES[name]:
            raise ValueError(f"{name}: {value} is not allowed; allowed is one of {', '.join(CHOICES[name])}.")
        if value != self.value(name):
            self._keep(name, value)
            self.changed.emit(name)

    @property
    def place(self) -> QByteArray:
        """Where the window stood last, as Qt describes it; empty where that is not known."""
        try:
            return QByteArray(bytes.fromhex(self._stored.get(PLACE, "")))
        except ValueError:
            return QByteArray()

    @place.setter
    def place(self, place: QByteArray) -> None:
        self._keep(PLACE, bytes(place.toHex().data()).decode())

    @property
    def welcomed(self) -> bool:
        """Whether the first screen has been read."""
        return self._stored.get(WELCOMED) == "yes"

    @welcomed.setter
    def welcomed(self, read: bool) -> None:
        self._keep(WELCOMED, "yes" if read else "no")

    def _keep(self, name: str, value: str) -> None:
        if self._stored.get(name) == value:
            return
        self._stored[name] = value
        if self.folder:
            with suppress(OSError):  # where nothing can be written it holds until the window is closed
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(self.folder / FILE, json.dumps(self._stored, indent=1).encode() + b"\n")


def _read(path: Path) -> dict[str, str]:
    """What was chosen; nothing where there is no such file, or it is damaged."""
    try:
        told = json.loads(read_small(path, MAX_BYTES))  # msgspec would make the window's start longer
    except (OSError, ValueError, RecursionError):
        return {}
    return {k: v for k, v in told.items() if isinstance(v, str)} if isinstance(told, dict) else {}
