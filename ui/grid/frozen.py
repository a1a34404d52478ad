"""The first columns of a grid, kept in sight over the others while these scroll to the side."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView as ItemView
from PySide6.QtWidgets import QHeaderView, QTableView

from ui.grid.cells import CellDelegate
from ui.grid.rows import RowsModel


class _Titles(QHeaderView):
    """The titles of the frozen columns, as high as those of the grid, over the room of its lines of conditions."""

    below = 0       # px

    def updateGeometries(self) -> None:
        """Keep the room of the lines free."""
        self.setViewportMargins(0, 0, 0, self.below)
        super().updateGeometries()


class Frozen(QTableView):
    """A second view of the same rows, lying over the left edge of ``view``; shown only while that one is scrolled.

    Unscrolled, the grid itself shows its first columns, so nothing is drawn twice and cells are typed in there.
    """

    def __init__(self, view: QTableView, rows: RowsModel) -> None:
        super().__init__(view)
        self.under, self.count = view, 0
        self.setModel(rows)
        self.setSelectionModel(view.selectionModel())
        self.setItemDelegate(CellDelegate(self, rows))      # one of its own: a delegate's editors belong to one view
        self.setSelectionBehavior(view.selectionBehavior())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(view)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setProperty("role", "frozen")
        self.setEditTriggers(ItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(view.verticalScrollMode())
        self.setWordWrap(False)
        for bar in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical):
            policy = (
                self.setHorizontalScrollBarPolicy
                if bar is Qt.Orientation.Horizontal
                else self.setVerticalScrollBarPolicy
            )
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(view.verticalHeader().defaultSectionSize())
        self.verticalHeader().setMinimumSectionSize(view.verticalHeader().minimumSectionSize())
        self.titles = _Titles(Qt.Orientation.Horizontal, self)
        self.titles.setSectionsClickable(False)
        self.setHorizontalHeader(self.titles)
        view.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(view.verticalScrollBar().setValue)
        view.horizontalScrollBar().valueChanged.connect(lambda _: self.place())
        view.horizontalScrollBar().rangeChanged.connect(lambda *_: self.place())
        view.horizontalHeader().sectionResized.connect(lambda *_: self.place())
        view.horizontalHeader().sectionMoved.connect(lambda *_: self.place())
        view.horizontalHeader().geometriesChanged.connect(self.place)
        view.installEventFilter(self)
        self.hide()

    def columns(self) -> list[int]:
        """Give the frozen columns: the first ``count`` of those shown, in their order."""
        head = self.under.horizontalHeader()
        order = [each for each in map(head.logicalIndex, range(head.count())) if not head.isSectionHidden(each)]
        return order[:self.count]

    def freeze(self, count: int) -> None:
        """Keep that many of the first columns in sight, 0 for none."""
        self.count = count
        self.place()

    def width_kept(self) -> int:
        """Give the px at the left edge that are covered just now."""
        return self.width() if self.isVisible() else 0

    def place(self) -> None:
        """Lie over the left edge with the grid's own widths; away while the grid is not scrolled to the side."""
        view, kept, head = self.under, self.columns(), self.titles
        on = bool(kept) and view.horizontalScrollBar().value() > 0
        if on:
            for number in range(head.count()):
                self.setColumnHidden(number, number not in kept)
            for place, number in enumerate(kept):
                head.moveSection(head.visualIndex(number), place)
                self.setColumnWidth(number, view.columnWidth(number))
            head.below = view.horizontalHeader().height() - view.horizontalHeader().viewport().height()
            head.setFixedHeight(view.horizontalHeader().height())
            head.updateGeometries()
            self.setGeometry(view.viewport().x(), view.horizontalHeader().y(), sum(map(view.columnWidth, kept)),
                             view.viewport().height() + view.horizontalHeader().height())
        self.setVisible(on)
        if on:
            self.verticalScrollBar().setValue(view.verticalScrollBar().value())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the grid's size."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False
