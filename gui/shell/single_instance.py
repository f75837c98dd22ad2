"""One window for each data folder: a second start raises the first one's."""

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
"""Bytes of a message: a folder full of paths."""


class Instance(QObject):
    """Call `alone` before there is a window, and `listen` once it has been painted."""

    asked = Signal(object)
    """Somebody has started the program again: with a list of result files, which may be empty."""

    def __init__(self, folder: Path | None) -> None:
        """Without a folder nobody can tell, so every start opens its own window."""
        super().__init__()
        self._name = "rigdyno-" + sha256(str(folder.resolve()).encode()).hexdigest()[:20] if folder else ""
        self._lock = QLockFile(str(folder / LOCK)) if folder else None
        if self._lock:
            self._lock.setStaleLockTime(0)  # old is no reason; that its process has died is, and Qt sees that by itself

    def alone(self, files: Sequence[Path] = ()) -> bool:
        """Whether this is the only one; the other one is asked to show its window, and these files, where it is not.

        One that does not answer counts as gone: better two windows than none.
        """
        return self._lock is None or self._lock.tryLock(0) or not self._raise_other(files)

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
            if caller.state() == caller.LocalSocketState.UnconnectedState:  # it was faster
                self._pass_on(caller)
            else:
                caller.setReadBufferSize(LONGEST)
                caller.disconnected.connect(self._heard)  # without it bound: a slot must not own what it hears of

    def _heard(self) -> None:
        self._pass_on(cast("QLocalSocket", self.sender()))

    def _pass_on(self, caller: QLocalSocket) -> None:
        """Whoever may speak here is the same user; a message that is cut off still asks for the window."""
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
