"""全部…，除…: a grid of all that is done at once, in which a person fills in only what is otherwise."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.core.columns import Column
from app.core.errors import joined
from ui.base import keys, notify
from ui.base.parts import button, column, label, mark, open_at, row
from ui.forms.form import Field
from ui.grid.edits import Edits
from ui.grid.grid import Grid
from ui.grid.rows import Row, RowsModel

_HIGH = 660     # px


class AllButDialog(QDialog):
    """Rows left alone are done as they stand; nothing is written before the button.

    Subclasses write ``save``, which stores the rest as one step, and ``show_sum``, which says what it would come to; what
    these two need stands before this class is initialised. ``first`` is the column in which the typing begins.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        name: str,
        hint: str,
        columns: Sequence[Column],
        fields: Mapping[str, Field],
        rows: Sequence[Row],
        first: str,
        width: int,
        tones: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.columns, self.records = columns, [each[0] for each in rows]
        self.edits = Edits(fields)
        self.model = RowsModel(columns, tones or {}, edits=self.edits)
        self.grid = Grid(self.model)
        self.grid.head.setSectionsClickable(False)
        self.model.load(lambda limit, offset: rows[offset : offset + limit], len(rows))
        self.grid.fit(measure=True)
        self.grid.edited.connect(lambda *_: self.show_sum())
        self.grid.drop_asked.connect(self._drop)
        self.grid.back_asked.connect(lambda: self._move(self.edits.back))
        self.grid.forth_asked.connect(lambda: self._move(self.edits.forth))
        self.sum, self.wrong = label("", "title", wrap=True), label("", "error", wrap=True)
        self.wrong.hide()
        self.button = button("", self.save, primary=True)
        buttons = row(None, button("取消", self.reject), self.button)
        lines = column(
            label(name, "headline"),
            label(hint, "hint", wrap=True),
            self.grid,
            self.sum,
            self.wrong,
            buttons,
            margins=(20, 16, 20, 16),
            gap=10,
        )
        lines.setStretch(2, 1)
        self.setLayout(lines)
        keys.bind("store", self, self.save)
        open_at(self, width, _HIGH)
        self.show_sum()
        self.grid.choose_cell(0, self._at(first))
        self.grid.setFocus()

    # What a feature writes.

    def save(self) -> object:
        """Write everything as one step; where cells cannot be stored, mark them and write nothing."""
        raise NotImplementedError

    def show_sum(self) -> None:
        """Say what it would come to, on the button too."""
        raise NotImplementedError

    # What a feature uses.

    def say(self, text: str) -> None:
        """Say over the buttons what is wrong, "" for nothing."""
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        mark(self.wrong)

    def go_to_bad(self) -> bool:
        """Go to the first cell that cannot be stored and say why they cannot; False where all can."""
        bad = self.edits.bad()
        if bad:
            self.grid.choose_cell(self.records.index(bad[0][0]), self._at(bad[0][1]))
            self.say(joined(sorted({self.edits.cells[record][key].reason for record, key in bad})))
        return bool(bad)

    def reject(self) -> None:
        """Ask before what was typed is lost."""
        if not self.edits.cells or notify.ask("刚才填写的还没有保存，要放弃吗？", "放弃", "继续填写", danger=True):
            super().reject()

    def typed_key(self, key: str) -> str:
        """Give the column that Esc takes back in the column it was pressed in: the same one."""
        return key

    def _at(self, key: str) -> int:
        return [each.key for each in self.columns].index(key)

    def _drop(self) -> None:
        """Take back, on Esc, what was typed into the current cell; where nothing was, close."""
        here = self.grid.currentIndex()
        record, key = self.model.record_at(here.row()), self.typed_key(self.columns[here.column()].key)
        if self.edits.at(record, key):
            self._move(lambda: self.edits.give_up((record, key)))
        else:
            self.reject()

    def _move(self, move: Callable[[], object]) -> None:
        move()
        self.grid.viewport().update()
        self.show_sum()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the grid; Esc closes."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
