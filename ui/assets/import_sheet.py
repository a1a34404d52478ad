"""The top of the sheet that is being imported, as it stands there; above each column the field it holds."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.assets.importing import Plan
from app.exchange.matching import column_letters
from app.exchange.values import read_text
from ui.base import style
from ui.base.parts import mark
from ui.forms.editors import ChoiceEditor

Index = QModelIndex | QPersistentModelIndex
ROWS_SHOWN, MOST_COLUMNS, LONGEST_SHOWN = 30, 120, 60      # of the sheet; characters of a cell
NARROWEST, WIDEST = 112, 260                               # px of a column
_OPENING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


class SheetModel(QAbstractTableModel):
    """The top of a worksheet as it stands there: row numbers as Excel shows them, the header row marked."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Sequence[object]] = ()
        self.width = 0
        self.plan: Plan | None = None
        self.bold = QFont()
        self.bold.setWeight(QFont.Weight.Medium)

    def show_sheet(self, rows: Sequence[Sequence[object]], plan: Plan) -> None:
        """Show the first rows, and at least some rows below the header."""
        self.beginResetModel()
        self.rows, self.plan = rows[:max(ROWS_SHOWN, plan.header_row + 12)], plan
        self.width = min(max((len(cells) for cells in self.rows), default=0), MOST_COLUMNS)
        self.endResetModel()

    def mark_columns(self, plan: Plan) -> None:
        """Show which columns come in by another plan of the same sheet."""
        self.plan = plan
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, self.width - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Give how many rows are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Give how many columns are shown."""
        return 0 if parent.isValid() else self.width

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the cell's text, and how header, titles and left-out columns look."""
        if role == Qt.ItemDataRole.DisplayRole:
            cells = self.rows[index.row()]
            text = read_text(cells[index.column()]) if index.column() < len(cells) else ""
            return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
        if self.plan is None:
            return None
        number, first = index.row() + 1, self.plan.header_row
        in_header = first <= number < first + self.plan.depth if first else False
        if role == Qt.ItemDataRole.BackgroundRole:
            return QColor(style.ACCENT_SOFT) if in_header else None
        if role == Qt.ItemDataRole.FontRole:
            return self.bold if in_header else None
        if role == Qt.ItemDataRole.ForegroundRole:
            if in_header:
                return QColor(style.ACCENT if index.column() in self.plan.columns else style.SECOND)
            return QColor(style.FAINT) if number < first or index.column() not in self.plan.columns else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the worksheet's row number."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        return None


class FieldBox(ChoiceEditor):
    """The field that a column holds. Keys open the list: a field passed on the way would be taken from the column that has it.

    ``reached`` tells that the keyboard stands here now.
    """

    reached = Signal()

    def __init__(self, choices: Sequence[tuple[object, str]], parent: QWidget) -> None:
        super().__init__(choices)
        self.setParent(parent)
        self.setSizeAdjustPolicy(ChoiceEditor.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.view().setMinimumWidth(190)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and letters move in the open list; Enter there takes the field, Esc leaves all as it was."""
        typed = event.text().strip() if event.text().isprintable() else ""
        if event.key() not in _OPENING and not typed:
            super().keyPressEvent(event)
            return
        self.showPopup()
        if typed:
            self.view().keyboardSearch(typed)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard is here."""
        super().focusInEvent(event)
        self.reached.emit()


class ColumnHeads(QHeaderView):
    """Above each column its letter, and the box with the field it holds."""

    chosen = Signal(int, str)       # column, field key ("" for not imported)
    reached = Signal(int)           # the column whose box the keyboard stands in now
    LETTER, BOX, EDGE = 22, 30, 6   # px

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.sheet = parent
        self.choices: Sequence[tuple[object, str]] = ()
        self.boxes: list[FieldBox] = []
        self.remembered: frozenset[int] = frozenset()
        self.asked: frozenset[int] = frozenset()
        self.setSectionsClickable(False)
        self.setMinimumSectionSize(NARROWEST)
        self.sectionResized.connect(lambda *_: self._place())

    def show_columns(
        self, count: int, columns: Mapping[int, str], remembered: frozenset[int], asked: frozenset[int],
        reasons: Mapping[int, Sequence[str]],
    ) -> None:
        """Show which field each column holds and why (tip); the remembered ones carry a mark, those asked about are yellow."""
        self.remembered, self.asked = remembered, asked
        while len(self.boxes) < count:
            box = FieldBox(self.choices, self.viewport())
            self.boxes.append(box)
            box.edited.connect(partial(self._tell, len(self.boxes) - 1))
            box.reached.connect(partial(self.reached.emit, len(self.boxes) - 1))
            QWidget.setTabOrder(self.boxes[-2] if len(self.boxes) > 1 else self.sheet, box)
        for number, box in enumerate(self.boxes):
            box.setVisible(number < count)
            box.set_value(columns.get(number, ""))
            box.setAccessibleName(f"{column_letters(number)} 列对应的字段")
            box.setToolTip("；".join(reasons.get(number, ())) if number in columns else "")
            mark(box, set=number in columns)
        self._place()
        self.viewport().update()

    def _tell(self, number: int) -> None:
        self.chosen.emit(number, self.boxes[number].value())

    def sizeHint(self) -> QSize:
        """Give room for letter and box."""
        return QSize(super().sizeHint().width(), self.LETTER + self.BOX + self.EDGE)

    def setOffset(self, offset: int) -> None:
        """Follow the sheet as it scrolls."""
        super().setOffset(offset)
        self._place()

    def updateGeometries(self) -> None:
        """Put the boxes where their columns are."""
        super().updateGeometries()
        self._place()

    def _place(self) -> None:
        for number, box in enumerate(self.boxes[:self.count()]):
            box.setGeometry(
                self.sectionViewportPosition(number) + 4, self.LETTER, self.sectionSize(number) - 8, self.BOX
            )

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Draw the letter, and the mark of what was chosen in an earlier import."""
        painter.fillRect(rect, QColor(style.WARNING_SOFT if logicalIndex in self.asked else "#eff2f5"))
        painter.setPen(QColor("#d5dae0"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(QColor(style.LINE))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        line = QRect(rect.left() + 8, rect.top(), rect.width() - 16, self.LETTER)
        side = Qt.AlignmentFlag
        painter.setPen(QColor(style.SECOND))
        painter.drawText(line, side.AlignLeft | side.AlignVCenter, column_letters(logicalIndex))
        if logicalIndex in self.asked:
            painter.setPen(QColor(style.WARNING))
            painter.drawText(line, side.AlignRight | side.AlignVCenter, "请确认")
        elif logicalIndex in self.remembered:
            painter.setPen(QColor(style.DONE))
            painter.drawText(line, side.AlignRight | side.AlignVCenter, "上次指定")


class _Cell(QStyledItemDelegate):
    """Fills the header row's ground, which the style sheet's own drawing of cells leaves out."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        ground, view = index.data(Qt.ItemDataRole.BackgroundRole), self.parent()
        if isinstance(ground, QColor):
            painter.fillRect(option.rect, ground)
        super().paint(painter, option, index)
        if isinstance(view, SheetGrid) and view.hasFocus() and index == view.currentIndex():
            painter.setPen(QColor(style.ACCENT))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))


class SheetGrid(QTableView):
    """The sheet's first rows under their heads; ``row_clicked`` tells the worksheet row that was clicked, or chosen by the space bar."""

    row_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.top, self.heads = SheetModel(), ColumnHeads(self)
        self.setModel(self.top)
        self.setItemDelegate(_Cell(self))
        self.setHorizontalHeader(self.heads)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        side = self.verticalHeader()
        side.setDefaultSectionSize(style.ROW_PX)
        side.setMinimumWidth(40)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.sectionClicked.connect(lambda number: self.row_clicked.emit(number + 1))
        self.clicked.connect(lambda index: self.row_clicked.emit(index.row() + 1))
        self.heads.reached.connect(self._bring_into_sight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The space bar makes the row where the frame stands the header, as a click does."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.row_clicked.emit(self.currentIndex().row() + 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame where the header is."""
        if not self.currentIndex().isValid() and self.top.plan is not None:
            self.setCurrentIndex(self.top.index(max(self.top.plan.header_row - 1, 0), 0))
        super().focusInEvent(event)

    def _bring_into_sight(self, number: int) -> None:
        """Scroll sideways, and only so, to a column whose box has the keyboard."""
        self.scrollTo(self.top.index(max(self.rowAt(0), 0), number))

    def show_sheet(self, rows: Sequence[Sequence[object]], plan: Plan) -> None:
        """Show a sheet from its top; the header comes into sight."""
        self.top.show_sheet(rows, plan)
        metrics = self.fontMetrics()
        for number in range(self.top.width):
            texts = (str(self.top.index(each, number).data() or "") for each in range(len(self.top.rows)))
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0) + 20
            self.heads.resizeSection(number, min(max(widest, NARROWEST), WIDEST))
        first = self.top.index(max(plan.header_row - 3, 0), 0)
        self.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtTop)
