"""One window a data folder: the second start raises the first one instead of opening another."""

import hashlib
from pathlib import Path

from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

_WAIT_MS = 1_500


def _name(root: Path) -> str:
    return "zongwutong-" + hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]


def listen(root: Path, window: QWidget) -> QLocalServer:
    """Come to the front whenever another start knocks; the caller closes the server at the end."""
    server = QLocalServer(window)
    QLocalServer.removeServer(_name(root))
    server.listen(_name(root))

    def knocked() -> None:
        server.nextPendingConnection().close()
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    server.newConnection.connect(knocked)
    return server


def raise_first(root: Path) -> bool:
    """Knock at the window that holds the folder; False where nobody answers (the command line holds it)."""
    socket = QLocalSocket()
    socket.connectToServer(_name(root))
    answered = socket.waitForConnected(_WAIT_MS)
    socket.abort()
    return answered
