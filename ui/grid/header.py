"""Titles of a list, and under them, when it is asked for, a line for each column to type a condition in."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTableView

from app.core.columns import Column
from app.core.conditions import BLANK, FILLED, condition
from app.core.errors import Refused
from ui.base.parts import later, mark
from ui.grid.frozen import Frozen

LINE_PX, WAIT_MS = 30, 250


class Header(QHeaderView):
    """The header of a ``Grid``. ``conditions()`` are words by column key, as ``Wish.cells`` takes them."""

    conditions_changed = Signal()
    down_asked = Signal()       # ↓ in a line: on to the rows

    def __init__(self, view: QTableView, columns: Sequence[Column]) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self.columns, self.lines = columns, dict[str, QLineEdit]()
        self.frozen: Frozen | None = None       # set by the layout of the columns
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(36)
        self.timer = later(self, WAIT_MS, self.conditions_changed.emit)
        self.sectionResized.connect(lambda *_: self.place())
        self.sectionMoved.connect(lambda *_: self.place())

    @property
    def opened(self) -> bool:
        """Whether the lines are shown."""
        return bool(self.lines)

    def open_lines(self, on: bool) -> None:
        """Show the lines, or take them away with the conditions in them."""
        if on == self.opened:
            return
        had = bool(self.conditions())
        view = self.parentWidget()
        if view is not None and any(line.hasFocus() for line in self.lines.values()):
            view.setFocus()     # else the keyboard leads nowhere once the lines are gone
        for line in self.lines.values():
            line.deleteLater()
        self.lines = {column.key: self._line(column) for column in self.columns} if on else {}
        self.updateGeometry()
        self.updateGeometries()
        self.geometriesChanged.emit()
        if had:
            self.conditions_changed.emit()

    def conditions(self) -> dict[str, str]:
        """Give what is typed and can be read, by column key."""
        return {key: line.text().strip() for key, line in self.lines.items()
                if line.text().strip() and not line.property("bad")}

    def set_conditions(self, words: Mapping[str, str]) -> None:
        """Show these conditions and no others, without telling."""
        self.blockSignals(True)
        self.open_lines(self.opened or bool(words))
        self.blockSignals(False)
        for key, line in self.lines.items():
            line.setText(words.get(key, ""))
        self.timer.stop()

    def sizeHint(self) -> QSize:
        """Give the titles' height and that of the lines."""
        size = super().sizeHint()
        return QSize(size.width(), size.height() + (LINE_PX if self.opened else 0))

    def updateGeometries(self) -> None:
        """Keep the lower part of the header for the lines."""
        self.setViewportMargins(0, 0, 0, LINE_PX if self.opened else 0)
        super().updateGeometries()
        self.place()

    def _line(self, column: Column) -> QLineEdit:
        line = QLineEdit(self)
        line.setProperty("role", "condition")
        line.setAccessibleName(f"筛选 {column.title}")
        line.setClearButtonEnabled(False)
        line.textChanged.connect(lambda text: self._typed(column, line, text))
        line.returnPressed.connect(self.down_asked)
        return line

    def _typed(self, column: Column, line: QLineEdit, text: str) -> None:
        wrong = ""
        try:
            if text.strip():
                condition(column.kind, text)
        except Refused as told:
            wrong = told.text
        line.setToolTip(wrong or f"包含这些字；=全等；{BLANK}；{FILLED}；数和日期可写 100..200、>=100、2024-9")
        mark(line, bad=bool(wrong), set=bool(text.strip()) and not wrong)
        self.timer.start()

    def place(self) -> None:
        """Put each line under its column, those of frozen columns onto the view that lies over the grid's left edge."""
        over, top = self.frozen, self.viewport().geometry().bottom() + 2
        kept = over.columns() if over is not None and over.isVisible() else []
        for number, column in enumerate(self.columns if self.lines else ()):
            line, owner = self.lines[column.key], over if number in kept else self
            if line.parent() is not owner:
                line.setParent(owner)
            left = (over.columnViewportPosition(number) if over is not None and number in kept
                    else self.viewport().x() + self.sectionViewportPosition(number))
            line.setGeometry(left + 1, top, self.sectionSize(number) - 3, LINE_PX - 4)
            line.setVisible(not self.isSectionHidden(number))
