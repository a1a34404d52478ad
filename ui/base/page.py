"""What every tab is: what it read is measured, and it fetches anew once when that changed, or when next shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Protocol, TypeVar, final

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QWidget

from app.core import reading
from ui.base import notify
from ui.base.changes import Changes
from ui.base.crash import shielded

Method = TypeVar("Method", bound=Callable[..., Any])


def measured(method: Method) -> Method:
    """Mark a page's method that fetches besides ``fill``: what it reads is noted as well."""
    @wraps(method)
    def noted(self: "Page", *args: Any, **named: Any) -> Any:
        with self.reads():
            return method(self, *args, **named)
    return noted  # type: ignore[return-value]


class Typing(Protocol):
    """What is typed in a list and waits to be stored: it goes back, and comes back, before any step does."""

    @property
    def move_back(self) -> str:
        """Say what ``back`` takes back, "" for nothing."""

    @property
    def move_forth(self) -> str:
        """Say what ``forth`` brings back, "" for nothing."""

    def back(self) -> None:
        """Take back the latest cell or block."""

    def forth(self) -> None:
        """Bring back what was taken back last."""

    def let_go(self) -> None:
        """Forget the words in an open cell that nobody has entered."""


class Page(QWidget):
    """A tab's content. Subclasses write ``fill``, which fetches what is shown and shows it.

    Which tables that were nobody lists: the store tells of every query, and when one of these tables changes the page
    is filled anew. A method that fetches at another time (a pane that follows the cursor, another group) is marked
    ``measured``.
    """

    title = ""
    status_changed = Signal(str, str)   # what matches, what is chosen: the window's status bar shows both

    def __init__(self, changes: Changes, settings: QSettings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.changes, self.settings, self.stale = changes, settings, True
        self._seen = reading.Seen()
        self._filled = -1       # how many changes had been told when the page was last filled
        changes.happened.connect(self.heard)

    def fill(self) -> None:
        """Fetch what is shown and show it; subclasses write it, everybody else calls ``refresh``."""
        raise NotImplementedError

    @final
    def refresh(self) -> None:
        """Fill the page anew and note what it reads."""
        self.stale, self._filled = False, self.changes.count
        with self.reads():
            self.fill()

    @contextmanager
    def reads(self) -> Iterator[None]:
        """Note the tables that are read inside the block: when they change, the page is filled anew.

        A page inside another one notes its own; the outer one is not filled for what only the inner one shows.
        """
        with reading.recording(into=self._seen, apart=True):
            yield

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

    def typing(self) -> Typing | None:
        """Give what is typed in the list in front, None where nothing can be."""
        return None

    def place_window_acts(self, *actions: QAction) -> None:
        """Take the window's undo and redo into the page's row of acts; a page without such a row leaves them out."""

    def showEvent(self, event: QShowEvent) -> None:
        """Fetch if something changed while the page was out of sight."""
        super().showEvent(event)
        shielded(self.bring_up_to_date)
        shielded(self._say_status)

    def _say_status(self) -> None:
        with self.reads():
            said = self.status_line()
        self.status_changed.emit(*said)

    def bring_up_to_date(self) -> None:
        """Fetch now, if something changed since the last time."""
        if self.stale:
            self.refresh()

    def outdate(self) -> None:
        """Fetch anew: at once where the page is seen, else when it is next shown."""
        self.stale = True
        if self.isVisible():
            self.refresh()

    def heard(self, tables: frozenset[str]) -> None:
        """Fill the page anew where one of these tables, which have just changed, is among those it read."""
        if tables.isdisjoint(self._seen.tables) or self._filled == self.changes.count:
            return      # none of our tables, or filled since by the page that holds this one
        self.outdate()
