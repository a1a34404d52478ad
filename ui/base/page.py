"""What every tab is: it knows which tables it shows and fetches anew once when they changed, or when next shown."""

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QWidget

from ui.base import notify
from ui.base.changes import Changes
from ui.base.crash import shielded


class Page(QWidget):
    """A tab's content. Subclasses name ``depends_on`` and write ``refresh``."""

    title = ""
    depends_on: frozenset[str] = frozenset()
    status_changed = Signal(str, str)   # what matches, what is chosen: the window's status bar shows both

    def __init__(self, changes: Changes, settings: QSettings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.changes, self.settings, self.stale = changes, settings, True
        changes.happened.connect(self._happened)

    def refresh(self) -> None:
        """Fetch what is shown and show it; subclasses write it."""
        raise NotImplementedError

    def status_line(self) -> tuple[str, str]:
        """Give what matches and what is chosen, for the status bar."""
        return "", ""

    def save(self) -> object:
        """Store what is typed and waits (Ctrl+S); on most pages every change is stored at once."""
        notify.said("每次改动都已自动保存。")
        return True

    def unsaved(self) -> str:
        """Say what would be lost if the window closed now, "" for nothing."""
        return ""

    def place_window_acts(self, *actions: QAction) -> None:
        """Take the window's undo and redo into the page's row of acts; a page without such a row leaves them out."""

    def showEvent(self, event: QShowEvent) -> None:
        """Fetch if something changed while the page was out of sight."""
        super().showEvent(event)
        shielded(self.bring_up_to_date)
        self.status_changed.emit(*self.status_line())

    def bring_up_to_date(self) -> None:
        """Fetch now, if something changed since the last time."""
        if self.stale:
            self._fetch()

    def outdate(self) -> None:
        """Fetch anew: at once where the page is seen, else when it is next shown."""
        self.stale = True
        if self.isVisible():
            self._fetch()

    def _happened(self, tables: frozenset[str]) -> None:
        if tables & self.depends_on:
            self.outdate()

    def _fetch(self) -> None:
        self.stale = False
        self.refresh()
