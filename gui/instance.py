"""One window for each data folder: a second start raises the first one's."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal

LOCK = "window.lock"
PATIENCE_MS = 1000


class Instance(QObject):
    """Call `alone` before there is a window, and `listen` once it has been painted."""

    asked = Signal()
    """Somebody has started the program again."""

    def __init__(self, folder: Path | None) -> None:
        """Without a folder nobody can tell, so every start opens its own window."""
        super().__init__()
        self._name = "rigdyno-" + sha256(str(folder.resolve()).encode()).hexdigest()[:20] if folder else ""
        self._lock = QLockFile(str(folder / LOCK)) if folder else None
        if self._lock:
            self._lock.setStaleLockTime(0)  # old is no reason; that its process has died is, and Qt sees that by itself

    def alone(self) -> bool:
        """Whether this is the only one; the other one is asked to show its window where it is not.

        One that does not answer counts as gone: better two windows than none.
        """
        return self._lock is None or self._lock.tryLock(0) or not self._raise_other()

    def listen(self) -> None:
        """Wait for later starts."""
        if self._lock is None or not self._lock.isLocked():
            return
        from PySide6.QtNetwork import QLocalServer  # a start has no use for it

        QLocalServer.removeServer(self._name)  # a killed one leaves it behind, and the lock says that we are alone
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._hear)
        self._server.listen(self._name)

    def _hear(self) -> None:
        while caller := self._server.nextPendingConnection():
            caller.disconnected.connect(caller.deleteLater)
            caller.disconnectFromServer()
            self.asked.emit()

    def _raise_other(self) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        wire = QLocalSocket()
        wire.connectToServer(self._name)
        return wire.waitForConnected(PATIENCE_MS)
