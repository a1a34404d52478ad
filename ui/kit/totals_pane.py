"""The left side of a step: classes or items with their sums; the one that is chosen has its lines on the right."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.core.columns import Column
from ui.base.parts import column
from ui.grid.grid import Grid
from ui.grid.rows import Row, RowsModel

ALL = 0     # the key of the first line, which sums up all others


class TotalsPane(QWidget):
    """Shows groups, the whole on top (its id is 0); ``chosen`` tells that another was chosen, ``entered`` that Enter was pressed."""

    chosen = Signal()
    entered = Signal()

    def __init__(self, columns: Sequence[Column], give_way: Sequence[str] = ()) -> None:
        """``give_way`` are the columns that a narrow pane leaves out, the least needed first: names are never cut."""
        super().__init__()
        self.give_way = [number for key in give_way for number, each in enumerate(columns) if each.key == key]
        self.key = ALL
        self.rows: Sequence[Row] = ()
        self.model = RowsModel(columns)
        self.view = Grid(self.model)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.head.setSectionsClickable(False)
        self.view.head.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.view.installEventFilter(self)
        self.view.doubleClicked.connect(lambda _: self.entered.emit())
        self.setLayout(column(self.view))
        self.setMinimumWidth(240)
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentRowChanged.connect(self._moved)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these groups; the chosen one stays, where it is gone the whole is chosen."""
        self.rows = rows
        if self.key not in [row[0] for row in rows]:
            self.key = ALL
        selection, bar = self.view.selectionModel(), self.view.verticalScrollBar()
        scroll = bar.value()
        selection.blockSignals(True)
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self._select()
        selection.blockSignals(False)
        bar.setValue(scroll)
        self._fit()

    def _fit(self) -> None:
        """Leave out columns until the others have the room they need."""
        layout = self.view.layout_of_columns
        self.view.fit(measure=True)
        room, hidden = self.view.viewport().width(), list[int]()
        for number in (-1, *self.give_way):
            hidden += [number] * (number >= 0)
            if sum(wide for at, wide in enumerate(layout.measured) if at not in hidden) <= room:
                break
        for number in self.give_way:
            layout.hide(number, number in hidden)
        self.view.fit()
        self.view.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what a narrow pane has no room for."""
        super().resizeEvent(event)
        if self.rows:
            self._fit()

    def choose(self, key: int) -> None:
        """Choose a group; 0 chooses the whole."""
        if key != self.key and key in [row[0] for row in self.rows]:
            self.key = key
            selection = self.view.selectionModel()
            selection.blockSignals(True)
            self._select()
            selection.blockSignals(False)
            self.view.viewport().update()
            self.chosen.emit()

    def name(self) -> str:
        """Give what the chosen group is called."""
        return next((str(row[1]) for row in self.rows if row[0] == self.key), "")

    def next_with(self, at: int) -> int | None:
        """Give the next group below (going on at the top) that has something in column ``at`` of its row, None where none has."""
        groups = [row for row in self.rows if row[0] != ALL]
        keys = [row[0] for row in groups]
        start = keys.index(self.key) + 1 if self.key in keys else 0
        return next((row[0] for row in [*groups[start:], *groups[:start]] if row[at] and row[0] != self.key), None)

    def _select(self) -> None:
        number = next((number for number, row in enumerate(self.rows) if row[0] == self.key), None)
        if number is not None:
            self.view.choose_rows([number], number)
            self.view.scrollTo(self.model.index(number, 0))

    def _moved(self, now: QModelIndex, before: QModelIndex) -> None:
        key = self.rows[now.row()][0] if now.isValid() and now.row() < len(self.rows) else self.key
        if key != self.key:
            self.key = key
            self.chosen.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on to the lines of the group."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress \
                and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return True
        return False
