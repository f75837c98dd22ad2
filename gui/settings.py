"""What the user has chosen for the window, in an INI file of the data folder: each value checked when it is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from .language import LANGUAGES, SYSTEM

FILE = "window.ini"
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
        self._values: dict[str, str] = {}
        self._file = QSettings(str(folder / FILE), QSettings.Format.IniFormat, self) if folder else None
        self._welcomed = self._file is not None and self._file.value(WELCOMED) == "yes"
        for name, allowed in CHOICES.items():
            stored = self._file.value(name) if self._file else None
            self._values[name] = _valid(stored, allowed)

    def value(self, name: str) -> str:
        """One of `CHOICES[name]`."""
        return self._values[name]

    def choose(self, name: str, value: str) -> None:
        """Take another value, now and from now on. Raises ValueError for one that may not be chosen."""
        if value not in CHOICES[name]:
            raise ValueError(f"{name}: {value} is not allowed; allowed is one of {', '.join(CHOICES[name])}.")
        if value != self._values[name]:
            self._values[name] = value
            if self._file:
                self._file.setValue(name, value)
            self.changed.emit(name)

    @property
    def place(self) -> QByteArray:
        """Where the window stood last, as Qt describes it; empty where that is not known."""
        stored = self._file.value(PLACE) if self._file else None
        return stored if isinstance(stored, QByteArray) else QByteArray()

    @place.setter
    def place(self, place: QByteArray) -> None:
        if self._file:
            self._file.setValue(PLACE, place)

    @property
    def welcomed(self) -> bool:
        """Whether the first screen has been read."""
        return self._welcomed

    @welcomed.setter
    def welcomed(self, read: bool) -> None:
        self._welcomed = read
        if self._file:
            self._file.setValue(WELCOMED, "yes" if read else "no")


def _valid(stored: object, allowed: Sequence[str]) -> str:
    return stored if isinstance(stored, str) and stored in allowed else allowed[0]
