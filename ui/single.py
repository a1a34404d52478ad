"""One window a data folder: the second start raises the first one instead of opening another."""

import ctypes
import hashlib
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

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
        for each in (window, QApplication.activeModalWidget()):     # the dialog that is open over it is what can be used
            if each is not None:
                each.setWindowState(each.windowState() & ~Qt.WindowState.WindowMinimized)
                each.show()
                each.raise_()
                each.activateWindow()

    server.newConnection.connect(knocked)
    return server


def raise_first(root: Path) -> bool:
    """Knock at the window that holds the folder; False where nobody answers (the command line holds it)."""
    _let_others_come_forward()
    socket = QLocalSocket()
    socket.connectToServer(_name(root))
    answered = socket.waitForConnected(_WAIT_MS)
    socket.abort()
    return answered


def _let_others_come_forward() -> None:
    """Let the first window come forward: Windows allows it only where the program that was just started says so."""
    if sys.platform == "win32":
        ctypes.windll.user32.AllowSetForegroundWindow(-1)     # ASFW_ANY
