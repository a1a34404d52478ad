"""The small square at the corner of the chosen cells: drawn down or to the side it fills the cells it passes over."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QRubberBand, QToolTip, QWidget

from app.core.errors import Refused
from ui.base import style
from ui.base.crash import shielded
from ui.base.parts import later
from ui.grid.filling import continued, fill_from, lane

if TYPE_CHECKING:
    from ui.grid.grid import Grid, Span

SIDE_PX, SCROLL_MS, MOST_ROWS = 9, 60, 20_000     # a whole ledger that is chosen has no corner to draw from


class FillHandle(QWidget):
    """Lies over the lower right corner of one chosen block of cells, where these can be typed in.

    While it is drawn, a frame shows what will be filled and a tip what the last cell will hold; Ctrl held as it is let go
    only copies. Esc lets go of it.
    """

    def __init__(self, grid: "Grid") -> None:
        super().__init__(grid.viewport())
        self.grid, self.reach, self.drawn = grid, (0, 0), False
        self.pointer, self.copies = QPoint(), False
        self.setFixedSize(SIDE_PX, SIDE_PX)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip("按住往下或往右拉，就把选中的格填过去；按住 Ctrl 只复制")
        self.band = QRubberBand(QRubberBand.Shape.Rectangle, grid.viewport())
        self.placing, self.scrolling = later(self, 0, self.place), later(self, SCROLL_MS, self._scroll)
        soon = self.placing.start
        grid.selectionModel().selectionChanged.connect(lambda *_: soon())
        for bar in (grid.horizontalScrollBar(), grid.verticalScrollBar()):
            bar.valueChanged.connect(lambda _: self.place())
            bar.rangeChanged.connect(lambda *_: soon())
        for told in (grid.head.sectionResized, grid.head.sectionMoved, grid.rows.modelReset, grid.rows.rowsInserted):
            told.connect(lambda *_: soon())
        self.hide()

    def place(self) -> None:
        """Lie at the corner of what is chosen; away where that is no single block, or where nothing can be typed in it."""
        span = self._span()
        if span is None:
            self.hide()
            return
        rect = self._rect(span)
        self.move(rect.right() - SIDE_PX + 1, rect.bottom() - SIDE_PX + 1)      # inside, so that an editor covers it
        self.show()
        self.raise_()

    def _span(self) -> "Span | None":
        """Give the chosen block without hidden columns (top, left, bottom, right), None where there is none to fill from."""
        rows, spans = self.grid.rows, self.grid.spans()
        if not spans or rows.locked or sum(bottom - top + 1 for top, _, bottom, _ in spans) > MOST_ROWS:
            return None
        try:
            numbers, columns = self.grid.chosen_block()
        except Refused:
            return None
        if not columns or numbers[-1] >= self._rows_there() or not any(rows.field_at(rows.index(numbers[0], each)) for each in columns):
            return None
        return numbers[0], columns[0], numbers[-1], columns[-1]

    def _rows_there(self) -> int:
        """Give how many rows can be filled: all but the empty one at the end, in which a new one is typed."""
        return self.grid.rows.stored + self.grid.rows.edits.added

    def _rect(self, span: "Span") -> QRect:
        """Give where a block stands in the viewport, also the part that is scrolled away."""
        top, left, bottom, right = span
        rows = self.grid.rows
        return self.grid.visualRect(rows.index(top, left)) | self.grid.visualRect(rows.index(bottom, right))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the square with a light edge, so that it stands out from the frame of the cell."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(style.PANEL))
        painter.fillRect(self.rect().adjusted(1, 1, -1, -1), QColor(style.ACCENT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.drawn, self.reach = True, (0, 0)
            self.grabKeyboard()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show how far the filling would go; beyond the edge of the grid the rows scroll."""
        if self.drawn:
            self.pointer = self.mapTo(self.grid.viewport(), event.position().toPoint())
            self.copies = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            shielded(self._follow)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Fill as far as it was drawn."""
        if not self.drawn:
            return
        (down, on), only_copy = self.reach, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._let_go()
        if down or on:
            shielded(lambda: self._fill(down, on, only_copy))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc lets go of it, and nothing is filled."""
        if event.key() == Qt.Key.Key_Escape:
            self._let_go()

    def _fill(self, down: int, on: int, only_copy: bool) -> None:
        """Fill, and leave everything chosen that now belongs together, as a spreadsheet does."""
        span = self._span()
        if span is None:
            return
        top, left, bottom, right = span
        at = self.grid.currentIndex()
        fill_from(self.grid, down, on, only_copy)
        order = self.grid.layout_of_columns.order()
        first, last = order.index(left) + min(on, 0), order.index(right) + max(on, 0)
        lanes = order[first:last + 1]
        if self.grid.rows.rowCount() > bottom + max(down, 0):
            self.grid.choose_spans([(top + min(down, 0), each, bottom + max(down, 0), each) for each in lanes],
                                   (at.row(), at.column()) if at.isValid() else None)

    def _let_go(self) -> None:
        self.drawn, self.reach = False, (0, 0)
        self.releaseKeyboard()
        self.scrolling.stop()
        self.band.hide()
        QToolTip.hideText()

    def _follow(self) -> None:
        span = self._span()
        if span is None:
            self._let_go()
            return
        self.reach = self._reach(span)
        down, on = self.reach
        self.band.setVisible(bool(down or on))
        if down or on:
            top, left, bottom, right = span
            order = self.grid.layout_of_columns.order()
            there = (top + min(down, 0), order[order.index(left) + min(on, 0)],
                     bottom + max(down, 0), order[order.index(right) + max(on, 0)])
            self.band.setGeometry(self._rect(there))
            self._tell_last(span, down)
        inside = self.grid.viewport().rect().adjusted(0, 12, 0, -12)
        if not inside.top() <= self.pointer.y() <= inside.bottom():
            self.scrolling.start()

    def _reach(self, span: "Span") -> tuple[int, int]:
        """Give how many rows down, or columns on, the pointer is from the block: one way only, the one it is farther out."""
        top, left, bottom, right = span
        rect, order = self._rect(span), self.grid.layout_of_columns.order()
        out_down = self.pointer.y() - rect.bottom() if self.pointer.y() > rect.bottom() else min(self.pointer.y() - rect.top(), 0)
        out_on = self.pointer.x() - rect.right() if self.pointer.x() > rect.right() else min(self.pointer.x() - rect.left(), 0)
        if abs(out_down) >= abs(out_on):
            number = self._row_under()
            return (max(number - bottom, 0) or min(number - top, 0), 0)
        column = self.grid.columnAt(max(0, min(self.pointer.x(), self.grid.viewport().width() - 1)))
        place = order.index(column) if column in order else len(order) - 1
        return 0, max(place - order.index(right), 0) or min(place - order.index(left), 0)

    def _row_under(self) -> int:
        number = self.grid.rowAt(max(0, min(self.pointer.y(), self.grid.viewport().height() - 1)))
        last = self._rows_there() - 1
        return last if number < 0 else min(number, last)

    def _scroll(self) -> None:
        """Bring the next row into sight while the pointer waits beyond the edge."""
        if self.drawn:
            bar = self.grid.verticalScrollBar()
            bar.setValue(bar.value() + (1 if self.pointer.y() > self.grid.viewport().height() // 2 else -1) * bar.singleStep())
            shielded(self._follow)

    def _tell_last(self, span: "Span", down: int) -> None:
        """Say beside the pointer what the last cell will hold, where rows are filled."""
        top, left, bottom, _ = span
        if not down:
            QToolTip.hideText()
            return
        words = lane(self.grid, range(top, bottom + 1), left, down)
        try:
            told = continued(words, self.grid.rows.columns[left].kind, abs(down), self.copies)[-1]
        except Refused as refused:
            told = refused.text
        QToolTip.showText(self.grid.viewport().mapToGlobal(self.pointer + QPoint(14, 14)), told, self.grid)
