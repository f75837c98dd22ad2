"""Frees Python's cyclic garbage in the window's thread, between two events of Qt."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1000
FULL_EVERY = 60
"""Every 60th collection looks at all objects, which takes tens of milliseconds; the others at young ones, which takes
less than one.
"""


class GarbageCollection(QObject):
    """Takes the place of Python's own collector, which runs wherever an object is made.

    That can be on a worker's thread, or inside of code of Qt that goes through its widgets. Where the garbage holds
    widgets, deleting them there ends the process: a segmentation fault was seen while a page was shown, and while a
    style sheet was set.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(self.collect)
        timer.start(INTERVAL_MS)

    def collect(self) -> None:
        """Free young garbage; every `FULL_EVERY` times, all of it."""
        self._number += 1
        gc.collect(2 if self._number % FULL_EVERY == 0 else 1)
