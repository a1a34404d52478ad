"""The line of sums under the matrix: what each grade comes to, computed, standing under the grid's own columns."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.money import format_fen
from app.fees.plan.rules import Total
from ui.base import style
from ui.grid.grid import Grid

_TITLE = 90     # px the words on the left keep when the columns scroll away under them
_RIGHT, _LEFT = (int(side | Qt.AlignmentFlag.AlignVCenter)
                 for side in (Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft))


class Foot(QWidget):
    """Draws the sums of the columns named ``grade1`` … and on the left what they are sums of."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self.grid = grid
        self.lines: list[tuple[str, Mapping[str, str]]] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("合计")
        for moved in (grid.head.sectionResized, grid.head.sectionMoved, grid.head.geometriesChanged,
                      grid.horizontalScrollBar().valueChanged):
            moved.connect(lambda *_: self.update())

    def show_totals(self, totals: Mapping[int, Total], keys: Mapping[int, str]) -> None:
        """Show what each grade comes to; ``keys`` are the grades' columns."""
        beside = list(dict.fromkeys(name for total in totals.values() for name in total.beside))
        note = f"（按月、按天收的不计入：{'、'.join(beside)}）" if beside else ""
        self.lines = [(f"每生合计{note}", {keys[grade]: format_fen(total.fen)
                                       for grade, total in totals.items() if grade in keys})]
        voluntary = {keys[grade]: format_fen(total.voluntary) for grade, total in totals.items()
                     if grade in keys and total.voluntary}
        if voluntary:
            self.lines.append(("其中自愿", voluntary))
        self.setAccessibleDescription("；".join(f"{title} {'，'.join(sums.values())}" for title, sums in self.lines))
        self.updateGeometry()
        self.update()

    def texts(self) -> Sequence[Mapping[str, str]]:
        """Give what the lines say: sum by column key."""
        return [sums for _, sums in self.lines]

    def sizeHint(self) -> QSize:
        """Take a row's height for each line."""
        return QSize(100, style.ROW_PX * max(len(self.lines), 1) + 1)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each sum under its column."""
        painter, keys = QPainter(self), {column.key: at for at, column in enumerate(self.grid.rows.columns)}
        left, right = self._left(), self._left() + self.grid.viewport().width()
        painter.fillRect(self.rect(), QColor("#eff2f5"))
        painter.setPen(QColor(style.LINE))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        first = min((self._place(keys[key]).left() for _, sums in self.lines for key in sums), default=right)
        for number, (title, sums) in enumerate(self.lines):
            self._draw_line(painter, number, title, sums, keys, max(first, left + _TITLE))

    def _draw_line(self, painter: QPainter, number: int, title: str, sums: Mapping[str, str], keys: Mapping[str, int],
                   first: int) -> None:
        top, left, font = number * style.ROW_PX, self._left(), self.font()
        font.setWeight(font.Weight.Medium if number == 0 else font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(style.INK if number == 0 else style.SECOND))
        room = QRect(12, top, first - 20, style.ROW_PX)
        painter.drawText(
            room, _LEFT, painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        )
        painter.setClipRect(QRect(first, 0, left + self.grid.viewport().width() - first, self.height()))
        for key, text in sums.items():
            place = self._place(keys[key])
            if not self.grid.isColumnHidden(keys[key]):
                painter.drawText(QRect(place.left(), top, place.width() - 8, style.ROW_PX), _RIGHT, text)
        painter.setClipping(False)

    def _left(self) -> int:
        return self.grid.viewport().mapTo(self.grid, QPoint(0, 0)).x()

    def _place(self, column: int) -> QRect:
        return QRect(
            self._left() + self.grid.columnViewportPosition(column), 0, self.grid.columnWidth(column), self.height()
        )
