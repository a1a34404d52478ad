"""The grid of a list page: whole rows, columns that fit the room until someone drags them, copy, remembered layout."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSettings,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView as ItemView
from PySide6.QtWidgets import QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QToolTip

from app.core.columns import Kind
from ui.base import notify, style
from ui.base.parts import later
from ui.kit.rows import RowsModel

Index = QModelIndex | QPersistentModelIndex
MOST_COPIED = 20_000
SAMPLE, WIDEST, PADDING = 80, 240, 19     # rows measured; px of the widest text column before it takes spare room


def fitted(natural: Sequence[int], least: Sequence[int], stretchy: Sequence[bool], room: int) -> list[int]:
    """Give widths that fill ``room``: stretchy columns share what is spare; when it is tight the widest give way first.

    No column gets narrower than ``least``; where even that is too wide, the grid scrolls.
    """
    widths, level = list(natural), max(natural, default=0)
    while sum(widths) > room and level > 0:
        level -= 1
        widths = [max(min(wide, level), min(low, wide)) if soft else wide
                  for wide, low, soft in zip(natural, least, stretchy, strict=True)]
    spare, whole = room - sum(widths), sum(wide for wide, soft in zip(widths, stretchy, strict=True) if soft)
    if spare <= 0 or not whole:
        return widths
    shares = [spare * wide // whole if soft else 0 for wide, soft in zip(widths, stretchy, strict=True)]
    shares[list(stretchy).index(True)] += spare - sum(shares)
    return [wide + share for wide, share in zip(widths, shares, strict=True)]


class _Cell(QStyledItemDelegate):
    """Draws a cell without focus frame, keeps a status word's colour when chosen, shows cut text as a tip."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        if isinstance(colour, QColor):
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)

    def helpEvent(self, event: QHelpEvent, view: ItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        text = str(index.data() or "")
        cut = view.fontMetrics().horizontalAdvance(text) > option.rect.width() - PADDING + 4
        QToolTip.showText(event.globalPos(), text if cut else "", view)
        return True


class Grid(QTableView):
    """A table of whole rows over a ``RowsModel``; sorting is asked for, not done here."""

    sort_asked = Signal(str, bool)      # column key ("" for the list's own order), descending
    open_asked = Signal()               # Enter or double click on a row

    def __init__(self, model: RowsModel, settings: QSettings | None = None, settings_key: str = "") -> None:
        super().__init__()
        self.rows, self.settings, self.settings_key = model, settings, settings_key
        self.by_hand, self.fitting, self.measured, self.sorted = False, False, list[int](), ("", False)
        self.setModel(model)
        self.setItemDelegate(_Cell(self))
        self.setSelectionBehavior(ItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(ItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(ItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(style.ROW_PX)
        self.verticalHeader().setMinimumSectionSize(style.ROW_PX)
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setMinimumSectionSize(36)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._choose_columns)
        head.sectionClicked.connect(self._sort_clicked)
        self.saving = later(self, 300, self.save_layout)
        self._restore_layout()
        head.sectionResized.connect(self._resized)
        head.sectionMoved.connect(lambda *_: self.saving.start())
        self.doubleClicked.connect(lambda _: self.open_asked.emit())

    def show_sort(self, key: str, descending: bool) -> None:
        """Mark the column that the list is sorted by."""
        self.sorted = (key, descending)
        head, order = self.horizontalHeader(), Qt.SortOrder
        keys = [column.key for column in self.rows.columns]
        head.setSortIndicator(keys.index(key) if key in keys else -1,
                              order.DescendingOrder if descending else order.AscendingOrder)
        head.setSortIndicatorShown(key in keys)

    def fit(self, measure: bool = False) -> None:
        """Give the columns widths that fill the grid, from what the first rows hold, unless someone dragged one."""
        if self.by_hand or not self.rows.rowCount():
            return
        if measure or not self.measured:
            self.measured = [self._natural(number) for number in range(len(self.rows.columns))]
        seen = [number for number in range(len(self.rows.columns)) if not self.isColumnHidden(number)]
        columns = [self.rows.columns[number] for number in seen]
        soft = [column.kind is Kind.TEXT for column in columns]
        least = [max(self._title_width(number), 64) for number in seen]
        widths = fitted([self.measured[number] for number in seen], least, soft, self.viewport().width())
        self.fitting = True
        for number, width in zip(seen, widths, strict=True):
            self.setColumnWidth(number, width)
        self.fitting = False

    def choose_rows(self, numbers: Sequence[int], current: int | None) -> None:
        """Choose these rows without scrolling; ``current`` is the one that the keys move from."""
        chosen, model = QItemSelection(), self.rows
        for number in numbers:
            chosen.select(model.index(number, 0), model.index(number, model.columnCount() - 1))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flags.ClearAndSelect)
        if current is not None:
            self.selectionModel().setCurrentIndex(model.index(current, 0), flags.NoUpdate)

    def copy(self, with_titles: bool = False) -> None:
        """Put the chosen rows on the clipboard as tabbed text, columns as they stand; Shift adds their titles."""
        numbers = sorted({each.row() for each in self.selectionModel().selectedRows()})
        if len(numbers) > MOST_COPIED:
            notify.refuse(f"一次最多复制 {MOST_COPIED:,} 行，现在选中了 {len(numbers):,} 行。请少选一些，或改用导出。")
            return
        head = self.horizontalHeader()
        order = [each for each in map(head.logicalIndex, range(head.count())) if not head.isSectionHidden(each)]
        lines = ["\t".join(self.rows.columns[each].title for each in order)] if with_titles else []
        for number in numbers:
            texts = (str(self.rows.index(number, each).data() or "") for each in order)
            lines.append("\t".join(" ".join(text.split()) for text in texts))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def save_layout(self) -> None:
        """Remember order, choice and, once dragged, widths of the columns in the machine's settings."""
        if self.settings is not None and self.settings_key:
            head = self.horizontalHeader()
            order = sorted(range(head.count()), key=head.visualIndex)
            words = [f"{'-' if self.isColumnHidden(number) else ''}{self.rows.columns[number].key}:"
                     f"{self.columnWidth(number) if self.by_hand else 0}" for number in order]
            self.settings.setValue(f"{self.settings_key}/columns", ",".join(words))

    def _restore_layout(self) -> None:
        head, numbers = self.horizontalHeader(), {column.key: each for each, column in enumerate(self.rows.columns)}
        for number, column in enumerate(self.rows.columns):
            self.setColumnHidden(number, not column.shown)
        saved = str(self.settings.value(f"{self.settings_key}/columns", "")) if self.settings is not None else ""
        words = [each.rpartition(":") for each in saved.split(",") if each]
        known = [(key.lstrip("-"), key.startswith("-"), int(width or 0)) for key, _, width in words
                 if key.lstrip("-") in numbers and width.isdigit()]
        for place, (key, hidden, width) in enumerate(known):
            head.moveSection(head.visualIndex(numbers[key]), place)
            self.setColumnHidden(numbers[key], hidden)
            if width and not hidden:
                self.by_hand = True
                self.setColumnWidth(numbers[key], width)

    def reset_layout(self) -> None:
        """Go back to the columns, order and widths that the page was made with."""
        head = self.horizontalHeader()
        for number, column in enumerate(self.rows.columns):
            head.moveSection(head.visualIndex(number), number)
            self.setColumnHidden(number, not column.shown)
        self.by_hand = False
        self.fit()
        self.saving.start()

    def _choose_columns(self, place: QPoint) -> None:
        menu = QMenu(self)
        for number, column in enumerate(self.rows.columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.toggled.connect(lambda on, which=number: self._show_column(which, on))
        menu.addSeparator()
        menu.addAction("恢复默认列").triggered.connect(self.reset_layout)
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _show_column(self, number: int, on: bool) -> None:
        if on or sum(not self.isColumnHidden(each) for each in range(len(self.rows.columns))) > 1:
            self.setColumnHidden(number, not on)
            self.fit()
            self.saving.start()

    def _natural(self, number: int) -> int:
        metrics, count = self.fontMetrics(), min(self.rows.rowCount(), SAMPLE)
        texts = (str(self.rows.index(each, number).data() or "") for each in range(count))
        widest = max(map(metrics.horizontalAdvance, texts), default=0) + PADDING
        return max(min(widest, WIDEST), self._title_width(number))

    def _title_width(self, number: int) -> int:
        return self.horizontalHeader().fontMetrics().horizontalAdvance(self.rows.columns[number].title) + PADDING

    def _sort_clicked(self, number: int) -> None:
        """Ask for up, down, the list's own order in turn; Qt's indicator has flipped by itself and is no witness."""
        key = self.rows.columns[number].key
        same, down = self.sorted[0] == key, self.sorted[1]
        self.sort_asked.emit("" if same and down else key, same and not down)

    def _resized(self, *_: int) -> None:
        if not self.fitting:
            self.by_hand = self.by_hand or self.isVisible()
            self.saving.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the columns follow the room."""
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; Ctrl+C copies, with Shift under the columns' titles."""
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_asked.emit()
        elif event.key() == Qt.Key.Key_C and event.modifiers() & control:
            self.copy(with_titles=bool(event.modifiers() & shift))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: Qt would walk through all rows, and so fetch them all, for one letter."""
