"""How a cell is drawn and typed in. Qt opens and closes the editor, so that an input method loses no first letter."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView as ItemView
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from app.core.columns import NUMBERS, Kind
from ui.base import style
from ui.base.parts import cut, mark
from ui.forms.editors import LineEditor
from ui.forms.picker import Picker
from ui.grid.edits import Cell
from ui.grid.rows import Index, RowsModel

PADDING = 19    # px that a cell needs besides its words
_STEPS = {Qt.Key.Key_Return: (0, 1), Qt.Key.Key_Enter: (0, 1), Qt.Key.Key_Tab: (0, 1), Qt.Key.Key_Backtab: (0, -1),
          Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
_LEAST_PX = 140
_INK, _GROUND, _ALIGN = map(int, (Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.BackgroundRole,
                                  Qt.ItemDataRole.TextAlignmentRole))
_SELECTED, SIDE_PX = QStyle.StateFlag.State_Selected, 8
_TEXT, _FAINT, _CHOSEN, _FRAME = (
    QColor(style.INK),
    QColor(style.FAINT),
    QColor(style.ACCENT_SOFT),
    QPen(QColor(style.ACCENT), 2),
)
_UP_DOWN = (Qt.Key.Key_Up, Qt.Key.Key_Down)
_ROW_GROUND = QColor("#f5f8fc")
_WHOLE_ONLY = (*NUMBERS, Kind.CODE, Kind.DAY)     # read in part they would be other ones
TOO_NARROW = "####"


def is_number(kind: Kind, words: str) -> bool:
    """Whether words are a number, a code or a day, also one that stands in a column of words (a telephone)."""
    bare = words.replace("-", "").replace(" ", "").replace(",", "").replace(".", "")
    return bare.isdigit() or (kind in _WHOLE_ONLY and bare.isascii())


class CellDelegate(QStyledItemDelegate):
    """Draws cells, marks the current one, opens the field's editor in it and hands on what was typed."""

    typed = Signal(object, object)      # index, Cell
    made = Signal(int, str, object)     # record, column key, Cell with what was made for it
    left = Signal(int, int)             # the way to the next cell: rows down, fields on
    cramped = Signal(int, int, bool)    # column that cannot show a cell whole, px that it needs, whether by a number

    def __init__(self, view: ItemView, model: RowsModel) -> None:
        super().__init__(view)
        self.view, self.rows = view, model
        self.key_held = False       # whether the latest key, in a cell or on the grid, came from holding it down

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, words and, where cells can be typed in, a frame around the current one.

        Drawn by hand: the style sheet's way takes four times as long, which shows when a full screen of cells scrolls.
        """
        rows, rect, current = self.rows, option.rect, self.view.currentIndex()
        waiting = rows.waiting(index) if rows.edits.cells else None
        ground = rows.data(index, _GROUND) if waiting else _CHOSEN if option.state & _SELECTED else \
            (rows.data(index, _GROUND) if rows.tinted else None) or \
            (_ROW_GROUND if rows.edits.fields and index.row() == current.row() else None)
        if ground is not None:
            painter.fillRect(rect, ground)
        text = rows.data(index) or ""
        ink, invites = rows.data(index, _INK), index.row() >= rows.stored and rows.is_invitation(index)
        if invites:
            text, ink = "输入新的一行", _FAINT
        if text:
            painter.setPen(ink or _TEXT)
            shown = self._fitting(text, rect.width() - 2 * SIDE_PX, option.fontMetrics, index.column())
            painter.drawText(rect.adjusted(SIDE_PX, 0, -SIDE_PX, 0), int(rows.data(index, _ALIGN)), shown)
        if rows.edits.fields and index == current and self.view.window().focusWidget() is self.view:     # keys go where the frame is
            painter.setPen(_FRAME)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def _fitting(self, text: str, room: int, metrics: QFontMetrics, column: int) -> str:
        """Give words as far as they fit, a number whole or not at all; its column then grows."""
        needed = metrics.horizontalAdvance(text)
        if needed <= room:
            return text
        number = is_number(self.rows.columns[column].kind, text)
        self.cramped.emit(column, needed + PADDING, number)
        return TOO_NARROW if number else cut(metrics, text, room)

    def helpEvent(self, event: QHelpEvent, view: ItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Say why a cell cannot be stored; else show words that are cut."""
        text = str(index.data() or "")
        cut = view.fontMetrics().horizontalAdvance(text) > option.rect.width() - PADDING + 4
        QToolTip.showText(event.globalPos(), index.data(Qt.ItemDataRole.ToolTipRole) or (text if cut else ""), view)
        return True

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Open the field's own editor, filled with the words of the cell."""
        field = self.rows.field_at(index)
        assert field is not None
        editor: QWidget = field.editor(in_cell=True)
        editor.setParent(parent)
        mark(editor, role="cell")
        self.shown = str(index.data() or "")
        write_words(editor, self.shown)
        if isinstance(editor, Picker):
            at = self.rows.record_at(index.row()), self.rows.columns[index.column()].key
            editor.taken.connect(lambda: QTimer.singleShot(0, editor, lambda: self._leave(editor, 0, 1)))
            editor.make_outside = lambda words: self._make(editor, at, words)
        return editor

    def _make(self, editor: Picker, at: tuple[int, str], words: str) -> None:
        """Close the cell and make the record: storing it fetches the list anew, which would take the editor away."""
        maker = editor.maker

        def make() -> None:
            made = maker(words) if maker is not None else None
            self.view.setFocus()
            if made is not None:
                self.made.emit(*at, Cell(made[1], made[0]))
                self.left.emit(0, 1)

        self.closeEditor.emit(editor)
        QTimer.singleShot(0, self.view, make)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Leave the words as ``createEditor`` wrote them: Qt calls this again while an input method composes."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Fill the cell; a list or a calendar takes more where its words would be cramped."""
        least = 0 if type(editor) is LineEditor else _LEAST_PX
        editor.setGeometry(option.rect.adjusted(0, 0, max(0, least - option.rect.width()), 0))

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        """Hand on what was typed, unless it is what stood there."""
        cell = self._cell(editor, index)
        if cell is not None:
            self.typed.emit(index, cell)

    def _cell(self, editor: QWidget, index: Index) -> Cell | None:
        words = words_in(editor).strip()
        if words == self.shown.strip():
            return None
        chosen = editor.value() if isinstance(editor, Picker) else None
        key = self.rows.columns[index.column()].key
        return Cell(words, chosen) if chosen is not None else self.rows.edits.reader()(key, words)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter, Tab and, where the editor has no use for them, ↑ ↓ take what was typed and go on."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(editor, QWidget):
            self.key_held = event.isAutoRepeat()
            way = _STEPS.get(Qt.Key(event.key()))
            if way and not (event.key() in _UP_DOWN and type(editor) is not LineEditor):
                self._leave(editor, *way)
                return True
        return super().eventFilter(editor, event)

    def _leave(self, editor: QWidget, down: int, on: int) -> None:
        """Close the editor before its words are stored: the list is fetched anew by that, and the focus must be the grid's."""
        index = self.view.currentIndex()
        cell = self._cell(editor, index)
        self.closeEditor.emit(editor)
        if cell is not None:
            self.typed.emit(index, cell)
        self.left.emit(down, on)


def words_in(editor: Any) -> str:
    """Give the words of an editor: a line, or a choice that can be typed in."""
    read: Callable[[], str] = getattr(editor, "currentText", None) or editor.text
    return read()


def write_words(editor: Any, words: str) -> None:
    """Show words in an editor as they stand in the cell."""
    if hasattr(editor, "setEditText"):
        editor.setEditText(words)
        editor.lineEdit().selectAll()
    else:
        editor.setText(words)
        editor.selectAll()
