"""Where errors end that nobody caught: a refusal is said, a bug is logged and shown once, and the program goes on."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, QtMsgType, Signal, qInstallMessageHandler

from app.store import rescue
from ui.base import notify

log = logging.getLogger("zongwu")


class _Desk(QObject):
    """Takes errors of any thread to the window's thread; shows a traceback in full the first time, in a line after that."""

    arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.arrived.connect(self.take)

    def take(self, error: BaseException) -> None:
        """Say a refusal or a known trouble of the file; log a bug and show it."""
        known = rescue.known(error)
        if known is not None:
            notify.refuse(known)
            return
        details = "".join(traceback.format_exception(error))
        log.error("%s", details)
        where = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
        if where not in self.seen:
            self.seen.add(where)
            notify.crashed(f"{type(error).__name__}: {error}"[:300], details)
        else:
            notify.crashed_again(details)


def shielded(act: Callable[[], object], soon: bool = False) -> None:
    """Call ``act`` from inside an override of Qt's; its error goes where errors end instead of through Qt.

    An error that leaves such an override costs PySide6 6.12 a reference, and the program ends at a later collection.
    Painting tells it ``soon``, when it is done: no dialog may open while a widget is being painted.
    """
    try:
        act()
    except Exception as error:  # noqa: BLE001 - whatever it is, the hook tells it
        tell = partial(sys.excepthook, type(error), error, error.__traceback__)
        QTimer.singleShot(0, tell) if soon else tell()


def install(log_file: Path) -> None:
    """Send what nobody caught, in any thread, to the log and the crash box; a second call leads to another log."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(log_file, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for old in [each for each in log.handlers if isinstance(each, RotatingFileHandler)]:
        log.removeHandler(old)
        old.close()
    log.addHandler(handler)
    desk = _Desk()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            desk.arrived.emit(error.with_traceback(trace))

    sys.excepthook = hook
    threading.excepthook = lambda told: hook(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)
    qInstallMessageHandler(_qt_message)


def _qt_message(kind: QtMsgType, _where: object, text: str) -> None:
    """Keep what Qt complains of in the log instead of on a console that nobody sees."""
    log.log(logging.INFO if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING, "Qt: %s", text)
