"""Lines of sums under a grid, each sum standing under its own column; on the left what they are sums of."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.base import notify, style
from ui.grid.grid import Grid

_TITLE, _SIDE = 90, 8   # px the words on the left keep when the columns scroll away under them; px beside a sum
_RIGHT, _LEFT = (int(side | Qt.AlignmentFlag.AlignVCenter)
                 for side in (Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft))


class Foot(QWidget):
    """Draws lines of sums, the first as the one that matters most. A sum is never cut: where it has no room there are ####."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self.grid = grid
        self.lines: list[tuple[str, Mapping[str, str]]] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("合计")
        self.setObjectName(notify.SUMS)
        for moved in (grid.head.sectionResized, grid.head.sectionMoved, grid.head.geometriesChanged,
                      grid.horizontalScrollBar().valueChanged):
            moved.connect(lambda *_: self.update())

    def show_lines(self, lines: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        """Show these lines: what each is, and its sums by the key of their column."""
        self.lines = list(lines)
        self.setAccessibleDescription("；".join(f"{title} {'，'.join(sums.values())}" for title, sums in self.lines))
        self.setToolTip("\n".join(self._told(title, sums) for title, sums in self.lines))
        keys = {column.key: at for at, column in enumerate(self.grid.rows.columns)}
        self.grid.layout_of_columns.under_px = {keys[key]: self._room_of(text) for _, sums in self.lines for key, text in sums.items()}
        self.updateGeometry()
        self.update()

    def _told(self, title: str, sums: Mapping[str, str]) -> str:
        titles = {column.key: column.title for column in self.grid.rows.columns}
        return f"{title}：" + "，".join(f"{titles[key]} {text}" for key, text in sums.items())

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
        first = min((self._begin(keys[key], text) for _, sums in self.lines for key, text in sums.items()
                     if not self.grid.isColumnHidden(keys[key])), default=right)
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
        shown = sorted((self._begin(keys[key], text), self._place(keys[key]).right(), text) for key, text in sums.items()
                       if not self.grid.isColumnHidden(keys[key]))
        taken = first
        for begin, end, text in shown:      # columns without a sum lend their room to the next
            if end > left + self.grid.viewport().width() or end + 1 - self._room_of(text) < first:
                continue        # scrolled away in part: part of a number says another one
            room = QRect(QPoint(max(taken, begin), top), QPoint(end - _SIDE, top + style.ROW_PX - 1))
            fits = begin >= taken or taken == first
            painter.drawText(room, _RIGHT, text if fits else "####")
            taken = end
        painter.setClipping(False)

    def _begin(self, column: int, text: str) -> int:
        """Give where the column begins, or left of it where its sum needs more room than it has."""
        place = self._place(column)
        return min(place.left(), place.right() + 1 - self._room_of(text))

    def _room_of(self, text: str) -> int:
        """Give the px that a sum needs, as the first line writes it."""
        font = self.font()
        font.setWeight(font.Weight.Medium)
        return QFontMetrics(font).horizontalAdvance(text) + 2 * _SIDE

    def _left(self) -> int:
        return self.grid.viewport().mapTo(self.grid, QPoint(0, 0)).x()

    def _place(self, column: int) -> QRect:
        return QRect(
            self._left() + self.grid.columnViewportPosition(column), 0, self.grid.columnWidth(column), self.height()
        )
