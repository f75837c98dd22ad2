"""One window for each data folder: a second start raises the window of the first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QLockFile, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalSocket

LOCK = "window.lock"
PATIENCE_MS = 1000
LONGEST = 1 << 20
"""Longest message in bytes, enough for the paths of a whole folder."""


class SingleInstance(QObject):
    """Call `alone` before the window is made, and `listen` once it has been painted."""

    asked = Signal(object)
    """Another start asks for the window; brings its result files, a list that may be empty."""

    def __init__(self, folder: Path | None) -> None:
        """Without a folder each start opens its own window."""
        super().__init__()
        self._name = "rigdyno-" + sha256(str(folder.resolve()).encode()).hexdigest()[:20] if folder else ""
        self._lock = QLockFile(str(folder / LOCK)) if folder else None
        if self._lock:
            self._lock.setStaleLockTime(0)  # a lock ends with its process, which Qt checks, not with its age

    def alone(self, files: Sequence[Path] = ()) -> bool:
        """Whether this is the only instance. Otherwise the other one is asked to show its window and these files.

        An instance that does not answer counts as gone, as two windows are better than none.
        """
        return self._lock is None or self._lock.tryLock(0) or not self._raise_other(files)

    def listen(self) -> None:
        """Listen for later starts from now on."""
        if self._lock is None or not self._lock.isLocked():
            return
        from PySide6.QtNetwork import QLocalServer  # not needed until the window has been painted

        QLocalServer.removeServer(self._name)  # a killed instance leaves its socket; the lock shows it is gone
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        self._server.listen(self._name)

    def _connected(self) -> None:
        while caller := self._server.nextPendingConnection():
            if caller.state() == caller.LocalSocketState.UnconnectedState:  # it has sent its message and left
                self._pass_on(caller)
            else:
                caller.setReadBufferSize(LONGEST)
                caller.disconnected.connect(self._disconnected)  # a lambda with `caller` would keep it alive

    def _disconnected(self) -> None:
        self._pass_on(cast("QLocalSocket", self.sender()))

    def _pass_on(self, caller: QLocalSocket) -> None:
        """Emit `asked` with the files of a message. One that cannot be read asks for the window alone.

        Only processes of the same user can connect.
        """
        try:
            files = [Path(name) for name in json.loads(bytes(caller.readAll().data()))]
        except (ValueError, TypeError, RecursionError):
            files = []
        caller.deleteLater()
        self.asked.emit(files)

    def _raise_other(self, files: Sequence[Path]) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        wire = QLocalSocket()
        wire.connectToServer(self._name)
        if not wire.waitForConnected(PATIENCE_MS):
            return False
        wire.write(json.dumps([str(path.absolute()) for path in files]).encode())
        wire.waitForBytesWritten(PATIENCE_MS)
        wire.disconnectFromServer()
        return True
