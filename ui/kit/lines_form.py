"""A form with lines: fields above, below them a grid typed, pasted and filled as any list, under it what the lines come to.

The lines wait in the grid until the form is saved; nothing of them is stored before.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemDelegate, QWidget

from app.core.columns import NUMBERS, Column, shown
from app.core.errors import Problem
from ui.base import keys
from ui.base.parts import Sums, button, column, mark, open_at, row
from ui.forms.form import Field, FormDialog, Section
from ui.grid.edits import NOTHING, Cell, Cells, Edits
from ui.grid.grid import Grid
from ui.grid.rows import Index, RowsModel

Line = Mapping[str, Any]        # the draft's attribute → its value; what nobody typed is not there
_LEAST_ROWS = 4
_GROUND = 8     # Qt.ItemDataRole.BackgroundRole as a plain number: asked for each cell that is painted


class LinesModel(RowsModel):
    """Rows of a form: all of them wait for it to be saved, so that only what is wrong has a ground of its own."""

    tinted = True

    def data(self, index: Index, role: int = 0) -> Any:
        """Give what every list gives, but no ground to what merely waits."""
        if role == _GROUND and (cell := self.waiting(index)) is not None and not cell.reason:
            return None
        return super().data(index, role)


class Lines(QWidget):
    """Lines of a form, each a new row of a grid. ``fields`` are by column key; a column without one is only shown.

    ``follows`` gives what follows from cells that were just typed: record, keys of the typed columns and the line as it stands →
    column key → words or a ready ``Cell``; it is undone with them. ``sums`` says what the lines come to. Without ``adds`` there
    are only the lines that are shown (what was ordered, to be accepted).
    """

    edited = Signal()
    left = Signal()     # Enter in the empty row at the end: there is nothing more to type

    def __init__(self, columns: Sequence[Column], fields: Mapping[str, Field], sums: Callable[[Sequence[Line]], str],
                 follows: Callable[[int, Sequence[str], Line], Mapping[str, "str | Cell"]] | None = None, adds: bool = True,
                 model: type[LinesModel] = LinesModel) -> None:
        super().__init__()
        self.columns, self.fields, self.sums, self.follows = columns, fields, sums, follows
        self.edits = Edits(fields)
        self.model = model(columns, edits=self.edits, adds=adds)
        self.grid = Grid(self.model)
        self.grid.leaves = True
        self.grid.on_enter = self._entered
        self.grid.after_cell = self._go_on
        self.grid.setMinimumHeight(self.grid.verticalHeader().defaultSectionSize() * _LEAST_ROWS)
        self.total = Sums()
        mark(self.total, role="section")
        foot = row(button(f"去掉选中的行（{keys.shown('delete')}）", self.remove_chosen, flat=True), None, self.total)
        lines = column(self.grid, foot, gap=4)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        self.setFocusProxy(self.grid)
        keys.bind("delete", self.grid, self.remove_chosen)
        self.grid.edited.connect(self._typed)
        self.grid.back_asked.connect(lambda: self._change(self.edits.back))
        self.grid.forth_asked.connect(lambda: self._change(self.edits.forth))
        self.grid.drop_asked.connect(lambda: self._leave_dialog())
        self._say()

    def lines(self) -> dict[int, dict[str, Any]]:
        """Give the lines that were typed, by record (-1, -2 …) in their order; one in which nothing stands is left out."""
        found = {}
        for record in range(-1, -self.edits.added - 1, -1):
            cells = {key: cell for key, cell in self.edits.cells.get(record, {}).items() if cell.text or cell.value not in (None, "", NOTHING)}
            if cells:
                found[record] = {self.fields[key].key: cell.value for key, cell in cells.items()
                                 if key in self.fields and cell.value not in (None, "", NOTHING)}
        return found

    def show_lines(self, lines: Sequence[Mapping[str, str]]) -> None:
        """Show these lines (words by column key) in the place of all others; there is nothing to take back."""
        read = self._reader()
        cells: Cells = {-at: {key: read(key, text) for key, text in line.items() if text} for at, line in enumerate(lines, 1)}

        def change() -> None:
            self.edits.clear()
            self.edits.put({record: each for record, each in cells.items() if each})

        self._change(change)

    def put(self, record: int, cells: Mapping[str, "str | Cell"]) -> None:
        """Write words or ready cells into a line as what follows from the latest thing typed."""
        read = self._reader()
        self.edits.follow({record: {key: each if isinstance(each, Cell) else read(key, each) for key, each in cells.items()}})
        self.grid.viewport().update()

    def finish_typing(self) -> None:
        """Take the words of a cell that is still open, as when the form is saved from within it."""
        editor = self.grid.half_typed()
        if editor is not None:
            self.grid.commitData(editor)
            self.grid.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def unread(self) -> list[Problem]:
        """Give a problem for each cell whose words cannot be read; those cells are red already."""
        return [Problem(self.fields[key].key, f"第 {-record} 行“{self._title(key)}”：{cell.reason}", row=record)
                for record, cells in self.edits.cells.items() for key, cell in cells.items() if cell.reason and not cell.judged]

    def refuse(self, problems: Sequence[Problem]) -> list[str]:
        """Mark what problems belong to (``row`` -1, -2 … counts the lines that stand) and go to the first; give a sentence for each."""
        records, titles = list(self.lines()), {field.key: self._title(key) for key, field in self.fields.items()}
        self._change(lambda: self.edits.refuse(self.edits.take(records), problems))
        if bad := self.edits.bad():
            record, key = bad[0]
            self.grid.choose_cell(-record - 1, self._place(key))
        lines = [(records[-each.row - 1], each) for each in problems if each.row is not None and 0 < -each.row <= len(records)]
        return [f"第 {-record} 行{f'“{titles[each.field]}”' if each.field in titles else ''}：{each.text}" for record, each in lines]

    def remove_chosen(self) -> None:
        """Take the chosen lines out; Ctrl+Z brings them back."""
        chosen = {self.model.record_at(at) for top, _, bottom, _ in self.grid.spans() for at in range(top, bottom + 1)}
        if chosen & set(range(-self.edits.added, 0)):
            self._change(lambda: self.edits.remove(chosen))
            self.edited.emit()

    def _typed(self, records: Sequence[int], block: bool = False) -> None:
        at = set(self.edits.done[-1].after) if self.edits.done else set()
        if block:
            self._ask_back(at)
        self._tidy(at)
        if self.follows is not None:
            for record in records:
                self.put(record, self.follows(record, [key for which, key in at if which == record], self.lines().get(record, {})))
        self._say()
        self.edited.emit()

    def _go_on(self, down: int, on: int) -> None:
        """Go on from a cell that was typed in: over those further on in the line that are filled already, as by what follows."""
        here = self.grid.currentIndex()
        order = [each for each in self.grid.layout_of_columns.order() if self.columns[each].key in self.fields]
        blank = [each for each in order[order.index(here.column()) + 1:] if not self.grid.words_at(here.row(), each)] \
            if on > 0 and here.column() in order else []
        if blank:
            self.grid.choose_cell(here.row(), blank[0])
        elif on > 0 and here.row() < self.model.rowCount() - 1:
            self.grid.choose_cell(here.row() + 1, order[0])
        else:
            self.grid.step(down, on)

    def line_above(self, record: int) -> dict[str, Any]:
        """Give the line over one, {} for the first."""
        lines = self.lines()
        return next((lines[each] for each in range(record + 1, 0) if each in lines), {})

    def _ask_back(self, pasted: Collection[tuple[int, str]]) -> None:
        """Let what a paste guessed or left out (a month without its day, 2箱 where the unit is 台) stand red: nobody reads it over here."""
        lines = self.lines()
        for record, key in pasted:
            cell = self.edits.at(record, key)
            unit = str(lines.get(record, {}).get("unit", ""))
            if cell is not None and cell.note and not (unit and cell.text.strip().endswith(unit)):
                self.edits.follow({record: {key: replace(cell, value=None, note="", reason=f"“{cell.text}”：{cell.note}，请改成明确的")}})

    def _tidy(self, typed: Collection[tuple[int, str]]) -> None:
        """Write amounts and quantities as they are read everywhere: 8.5 becomes 8.50."""
        kinds = {each.key: each.kind for each in self.columns}
        for record, key in typed:
            cell = self.edits.at(record, key)
            if cell is not None and kinds.get(key) in NUMBERS and isinstance(cell.value, int) and not cell.reason:
                self.edits.follow({record: {key: replace(cell, text=shown(kinds[key], cell.value))}})

    def _entered(self, index: Any) -> bool:
        """Enter in the first cell of the empty row leaves the lines."""
        if self.model.is_invitation(index) and self.edits.added:
            self.left.emit()
            return True
        return False

    def _change(self, change: Callable[[], object]) -> None:
        here = self.grid.currentIndex()
        at = here.row(), here.column()
        self.model.beginResetModel()
        change()
        self.model.endResetModel()
        last = self.model.rowCount() - 1
        self.grid.choose_cell(min(max(at[0], 0), last), max(at[1], self._place(self._first())))
        self._say()

    def _reader(self) -> Callable[[str, str], Cell]:
        """Give a function that reads words for a column; those of a column that is only shown are themselves."""
        read = self.edits.reader()
        return lambda key, text: read(key, text) if key in self.fields else Cell(text, text)

    def _say(self) -> None:
        self.total.setText(self.sums(list(self.lines().values())))

    def _leave_dialog(self) -> None:
        window = self.window()
        if isinstance(window, FormDialog):
            window.reject()

    def _first(self) -> str:
        return next(each.key for each in self.columns if each.key in self.fields and each.shown)

    def _place(self, key: str) -> int:
        return next(at for at, each in enumerate(self.columns) if each.key == key)

    def _title(self, key: str) -> str:
        return next((each.title for each in self.columns if each.key == key), key)


class LinesForm(FormDialog):
    """A form with lines. Subclasses write ``lines_of`` and ``with_lines``; problems with a ``row`` stand in the cells of that line."""

    def __init__(self, parent: QWidget | None, title: str, draft: Any, fields: Sequence[Field | Section], table: Lines,
                 check: Callable[[Any], Sequence[Problem]], save: Callable[[Any], object],
                 again: Callable[[Any], Any] | None = None, save_text: str = "保存") -> None:
        self.table, self.saving = table, False
        self.refused_lines: list[Problem] = []      # what the last save said of lines: it stands until a line is changed
        super().__init__(parent, title, draft, fields, check, save, again, save_text)
        self.below.addWidget(table)
        self.favour_below()
        table.edited.connect(self._lines_edited)
        table.left.connect(lambda: self.save_button.setFocus())
        self.setTabOrder(list(self.editors.values())[-1], table.grid)
        self.setTabOrder(table.grid, self.leave_button)
        open_at(self, 1180, 700)

    # What a feature writes.

    def lines_of(self, draft: Any) -> Sequence[Mapping[str, str]]:
        """Give the lines of a draft as words by column key."""
        raise NotImplementedError

    def with_lines(self, draft: Any, lines: Sequence[Line]) -> Any:
        """Give the draft with these lines."""
        raise NotImplementedError

    # What the form asks.

    def filled(self) -> Any:
        """Give the draft as fields and lines stand."""
        return self.with_lines(super().filled(), list(self.table.lines().values()))

    def show_besides(self, draft: Any) -> None:
        """Show the lines of a draft."""
        self.refused_lines = []
        self.table.show_lines(self.lines_of(draft))

    def problems_besides(self) -> list[Problem]:
        """Give what cannot be read in the lines."""
        return self.table.unread()

    def is_besides(self, problem: Problem) -> bool:
        """Whether a problem is one of a line: its row says which."""
        return problem.row is not None

    def take_problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Show the problems of lines in their cells; the banner tells them too, with the line's number.

        Only when the form is saved: red cells are drawn anew, which would take the cell away that somebody types in.
        """
        if not self.saving:
            return [*(each for each in problems if each.row is None and each not in self.refused_lines), *self.refused_lines]
        unread = self.table.unread()
        of_lines = [each for each in problems if each.row is not None and each not in unread]
        of_all = [each for each in problems if each.row is None and each.field == "lines"]      # there are none, or too many
        said = self.table.refuse(of_lines)
        self.refused_lines = [*of_all, *(each for each in problems if each in unread),
                              *(Problem("", text, each.level) for text, each in zip(said, of_lines, strict=False))]
        return [*(each for each in problems if each.row is None and each not in of_all), *self.refused_lines]

    def save(self) -> bool:
        """Take a cell that is still open, then save as any form."""
        with self._in_earnest():
            return super().save()

    def save_and_continue(self) -> None:
        """Take a cell that is still open, then save and begin the next."""
        with self._in_earnest():
            super().save_and_continue()

    @contextmanager
    def _in_earnest(self) -> Iterator[None]:
        self.table.finish_typing()
        self.saving = True
        try:
            yield
        finally:
            self.saving = False

    def _lines_edited(self) -> None:
        self.dirty = True
        if self.refused_lines or any(each.field not in self.fields for each in self.refused):
            self.refused_lines, self.refused = [], [each for each in self.refused if each.field in self.fields]
            self.checking.start()
