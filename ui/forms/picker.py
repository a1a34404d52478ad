"""A field that finds a record as one types: by name, part of a name or 拼音, whatever the query understands."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem

from app.exchange.values import read_text
from ui.base import keys, style
from ui.base.crash import shielded
from ui.base.icons import icon
from ui.base.parts import later

Found = Sequence[tuple[Any, str, str]]      # (id, text, hint)
_ROOM_PX, _MOST_PX = 60, 480     # beside the words of a line: margins, the gap, the scroll bar; of the whole list at most
_ID, _HINT, _NEW = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, object()


class _Line(QStyledItemDelegate):
    """Draws a hit with its hint (number, department) in second ink on the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        new = index.data(_ID) is _NEW
        side = Qt.AlignmentFlag.AlignLeft if new and not index.data() else Qt.AlignmentFlag.AlignRight
        painter.setPen(QColor(style.ACCENT if new else style.SECOND))
        painter.drawText(option.rect.adjusted(8, 0, -8, 0), int(side | Qt.AlignmentFlag.AlignVCenter), index.data(_HINT) or "")

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, style.ROW_PX)


class Picker(QLineEdit):
    """Holds the id of a record. ``find(text)`` gives hits, best first; F7 or ↓ lists all, what fits the words on top.

    ``text_of(id)`` names a record that is set from outside. Words that no record has are a complaint, unless
    ``create(text)`` is given: the list then offers 新建“…” (or another ``create_word``), and gets back the new id and its
    text, or None. With ``asks`` it opens a form, and is offered without any words too. With ``own_words`` the words typed
    are themselves the value where no record was chosen, and Enter takes no hit that was not pointed at.

    ``make_outside`` is set by who closes the field while a record is made (a cell of a list); it gets the words.
    """

    edited = Signal()
    taken = Signal()        # a record was taken from the list, or made

    def __init__(
        self,
        find: Callable[[str], Found],
        text_of: Callable[[Any], str],
        create: Callable[[str], tuple[Any, str] | None] | None = None,
        create_word: str = "新建",
        own_words: bool = False,
        asks: bool = False,
    ) -> None:
        super().__init__()
        self.create_word, self.own_words, self.asks = create_word, own_words, asks
        self.finder, self.text_of, self.maker = find, text_of, create
        self.make_outside: Callable[[str], object] | None = None
        self.chosen: Any = None
        self.pointed = 0        # the line of the list that Enter takes
        self.hits = QStandardItemModel(self)
        view = QListView()
        view.setProperty("role", "popup")
        self.view, done = view, QCompleter(self.hits, self)
        done.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        done.setMaxVisibleItems(12)
        done.setPopup(view)
        view.setItemDelegate(_Line(view))
        done.activated[QModelIndex].connect(self._activated)  # type: ignore[index]  # the stubs know no overloads
        self.setCompleter(done)
        self.pointing = later(self, 0, self._point)
        self.addAction(icon("chevron_down"), QLineEdit.ActionPosition.TrailingPosition).triggered.connect(self.open)
        self.textEdited.connect(self._typed)

    def value(self) -> Any:
        """Give the id of the record, None when nothing is chosen; with ``own_words`` then the words typed."""
        return read_text(self.text()) if self.own_words and self.chosen is None else self.chosen

    def set_value(self, value: Any) -> None:
        """Choose a record by its id."""
        self.chosen = value
        self.setText("" if value is None else self.text_of(value))
        self.setCursorPosition(0)

    def complaint(self) -> str:
        """Say that the words name no record."""
        words = self.text().strip()
        return f"没有找到“{words}”，请从列表中选" if words and self.chosen is None and not self.own_words else ""

    def open(self) -> None:
        """Open the list of all: what fits the words on top, or the chosen record pointed at."""
        words = "" if self.chosen is not None else self.text().strip()
        fits = list(self.finder(words)) if words else []
        known = {record for record, *_ in fits}
        found = [*fits, *(each for each in self.finder("") if each[0] not in known)]
        at = next((number for number, each in enumerate(found) if each[0] == self.chosen), -1)
        self._list(found, words, 0 if fits else at)

    def _typed(self, text: str) -> None:
        self.chosen = None
        found = list(self.finder(text.strip()))
        self._list(found, text.strip(), 0 if text.strip() and found else -1)
        self.edited.emit()

    def _list(self, found: Found, words: str, pointed: int) -> None:
        """List these, at the end what makes a new one, and point at a line (-1: at none)."""
        self.hits.clear()
        for record, name, hint in found:
            self._add(name, record, hint)
        same = any(name == words for _, name, _ in found)
        if self.maker is not None and (self.asks or (words and not same)):
            self._add("" if same else words, _NEW, self.create_word)
        if self.hits.rowCount() and self.isVisible():
            self.completer().complete(self.rect().adjusted(0, 0, max(self._widest() - self.width(), 0), 0))
            self.pointed = -1 if self.own_words else pointed
            self.pointing.start()
        else:
            self.view.hide()

    def _widest(self) -> int:
        """Give the px that the longest line needs, name and hint beside each other; very long ones are cut."""
        lines = (f"{self.hits.item(each).text()}{self.hits.item(each).data(_HINT)}" for each in range(self.hits.rowCount()))
        return min(max(map(self.fontMetrics().horizontalAdvance, lines), default=0) + _ROOM_PX, _MOST_PX)

    def _point(self) -> None:
        """Let Enter take the best hit, or the record that is chosen; told to nobody, as the line would else show its name over what is typed.

        Done after the key that was typed: the line's own completion goes to whatever begins with the words, which is the
        line that makes a new record rather than the best hit.
        """
        if self.view.isVisible():
            chosen = self.view.selectionModel()
            chosen.blockSignals(True)
            self.view.setCurrentIndex(self.view.model().index(self.pointed, 0))
            chosen.blockSignals(False)
            if self.pointed >= 0:
                self.view.scrollTo(self.view.currentIndex())
            else:
                self.view.scrollToTop()
            self.view.viewport().update()

    def _add(self, name: str, record: Any, hint: str) -> None:
        item = QStandardItem(name)
        item.setData(record, _ID)
        item.setData(hint, _HINT)
        self.hits.appendRow(item)

    def _activated(self, index: QModelIndex) -> None:
        record, name = index.data(_ID), index.data()
        if record is _NEW:
            self.view.hide()        # else it would lie over the form that opens
            self.make(name)
        else:
            self._take(record, name)

    def make(self, words: str) -> None:
        """Make a new record of these words and take it; nothing changes where the person changed his mind."""
        if self.make_outside is not None:
            self.make_outside(words)
        elif self.maker is not None and (made := self.maker(words)) is not None:
            self._take(*made)

    def _take(self, record: Any, name: str) -> None:
        self.chosen = record
        self.setText(name)
        self.edited.emit()
        self.taken.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take a record whose whole name was typed without looking at the list."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            shielded(self._take_same)

    def _take_same(self) -> None:
        words = self.text().strip()
        if words and self.chosen is None:
            same = [record for record, name, _ in self.finder(words) if name == words]
            if len(same) == 1:
                self.chosen = same[0]
                self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F7 and ↓ open the list."""
        if keys.is_key(event, "list") or keys.is_key(event, "below"):
            shielded(self.open)
        else:
            super().keyPressEvent(event)
