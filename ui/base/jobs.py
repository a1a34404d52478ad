"""Long work in one worker thread: progress, count and 取消 after a moment; one at a time, the window stays alive."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QProgressBar, QWidget

from app.core.errors import Invalid, Refused
from app.core.progress import Cancelled, Progress
from ui.base import notify
from ui.base.parts import button, column, label, later, row

T = TypeVar("T")
inline = False                                      # tests: do the work at once, in the caller's thread
on_thread_end: list[Callable[[], None]] = []        # run in the worker when it ends: closes its own connection
POPUP_MS, TICK_S = 400, 0.05
_current: "Job | None" = None


def run_job(parent: QWidget, title: str, work: Callable[[Progress], T], done: Callable[[T], object],
            failed: Callable[[Exception], object] | None = None, can_cancel: bool = True) -> None:
    """Do ``work(progress)`` beside the window, then ``done(result)`` in the window's thread.

    Without ``failed`` a refusal is said and any other error goes to the crash box; with it, ``failed`` gets both (and
    may raise on what it does not know). Raises ``Refused`` while another job runs.
    """
    global _current
    if _current is not None:
        raise Refused(f"“{_current.title}”还没有做完，请等它结束后再试。")
    _current = Job(parent, title, work, done, failed, can_cancel)
    _current.start()


def running() -> bool:
    """Whether a job is under way: the window asks before it closes."""
    return _current is not None


class Job(QDialog):
    """One piece of long work with its panel; holds input back at once, shows itself after ``POPUP_MS``."""

    told = Signal(int, int, str)
    ended = Signal(object, object)

    def __init__(self, parent: QWidget, title: str, work: Callable[[Progress], Any], done: Callable[[Any], object],
                 failed: Callable[[Exception], object] | None, can_cancel: bool) -> None:
        flags = Qt.WindowType.Dialog | Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint
        super().__init__(parent.window(), flags)
        self.title, self.work, self.done_with, self.failed = title, work, done, failed
        self.stop_wanted, self.last_tick = False, 0.0
        self.setWindowTitle("总务通")
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setFixedWidth(420)
        self.count, self.bar = label("正在准备…", "hint"), QProgressBar(textVisible=False)
        self.bar.setRange(0, 0)
        self.cancel = button("取消", self.reject)
        self.cancel.setEnabled(can_cancel)
        self.setLayout(column(label(title, "title", wrap=True), self.bar, row(self.count, None, self.cancel),
                              margins=(20, 18, 20, 16), gap=12))
        self.timer = later(self, POPUP_MS, self._appear)
        self.told.connect(self._tell)
        self.ended.connect(self._end)

    def start(self) -> None:
        """Begin: in a thread, or right here when ``inline``."""
        if inline:
            self._run()
            return
        _application().installEventFilter(self)
        QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
        self.timer.start()
        threading.Thread(target=self._run, name="job", daemon=True).start()

    def _appear(self) -> None:
        self.show()     # being modal it holds input back itself from here on
        _application().removeEventFilter(self)

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Take progress in the worker, at most twenty times a second; raise ``Cancelled`` once 取消 was pressed."""
        if self.stop_wanted:
            raise Cancelled
        now = time.monotonic()
        if now - self.last_tick >= TICK_S or done == total:
            self.last_tick = now
            self.told.emit(done, total, text)

    def _run(self) -> None:
        result, error = None, None
        try:
            result = self.work(self.progress)
        except Exception as caught:  # noqa: BLE001 - whatever the work raises is told in the window's thread
            error = caught
        finally:
            for close in on_thread_end if not inline else ():
                close()
        self.ended.emit(result, error)

    def _tell(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if not self.stop_wanted:
            count = f"{done:,} / {total:,}" if total else f"{done:,}" if done else ""
            self.count.setText(f"{count}　{text}".strip())

    def reject(self) -> None:
        """Ask the work to stop at its next step (Esc, 取消); the panel stays until it has."""
        if self.cancel.isEnabled():
            self.stop_wanted = True
            self.cancel.setEnabled(False)
            self.count.setText("正在取消…")

    def _end(self, result: object, error: Exception | None) -> None:
        global _current
        _current = None
        if not inline:
            self.timer.stop()
            _application().removeEventFilter(self)
            QApplication.restoreOverrideCursor()
        self.hide()
        self.deleteLater()
        if isinstance(error, Cancelled):
            notify.said(f"已取消“{self.title}”，没有留下任何改动。")
        elif error is None:
            self.done_with(result)
        elif self.failed is not None:
            self.failed(error)
        elif isinstance(error, Refused | Invalid):
            notify.refuse(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold keys and clicks back until the panel shows."""
        kind = QEvent.Type
        held = (kind.KeyPress, kind.MouseButtonPress, kind.MouseButtonDblClick, kind.Shortcut, kind.Close)
        return event.type() in held


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
