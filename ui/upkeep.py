"""The window's care for ledger and backups, beside the window at a quiet moment and without holding it up.

Older history is packed, backups are packed and thinned out.
"""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.core.errors import Refused
from app.core.progress import Cancelled
from app.store import backup
from app.store.folder import DataFolder
from ui.base import jobs
from ui.base.crash import log

QUIET_MS = 20_000  # after the last backup: nobody should feel it
STOP_S = 10.0


class Upkeep(QObject):
    """Looks after ledger and backups in a thread of its own; ``stop`` ends it within a moment and leaves them whole."""

    def __init__(self, data: DataFolder, parent: QObject, end_thread: Callable[[], None]) -> None:
        super().__init__(parent)
        self.data, self.end_thread = data, end_thread
        self.stopping, self.thread_now = threading.Event(), threading.Thread()
        self.timer = QTimer(self, interval=QUIET_MS, singleShot=True)
        self.timer.timeout.connect(self.begin)

    def heard(self, tables: frozenset[str]) -> None:
        """Wait for a quiet moment after a backup was made."""
        if backup.FOLDER in tables and not self.thread_now.is_alive():
            self.timer.start()

    def begin(self) -> None:
        """Begin, or wait on while a job runs that the person waits for."""
        if jobs.running():
            self.timer.start()
        elif not self.thread_now.is_alive():
            self.stopping.clear()
            self.thread_now = threading.Thread(target=self._work, name="upkeep", daemon=True)
            self.thread_now.start()

    def stop(self) -> None:
        """Ask it to end, and wait for that."""
        self.timer.stop()
        self.stopping.set()
        if self.thread_now.is_alive():
            self.thread_now.join(STOP_S)

    def _work(self) -> None:
        from app.store import compacting, upkeep  # nothing of it is wanted before the window stands

        try:
            compacting.compact(self.data, self._progress)
            upkeep.tidy(self.data, self._progress)
        except Cancelled:
            return
        except Refused as trouble:  # the next time will do: every backup is whole as it lies there
            log.warning("upkeep: %s", trouble.text)
        finally:
            self.end_thread()

    def _progress(self, done: int, total: int, text: str = "") -> None:
        if self.stopping.is_set():
            raise Cancelled
