"""Stores what was typed or pasted into a grid as one step; what cannot be stored stays in red until it is mended."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from app.core.errors import Invalid, Refused, joined
from app.core.progress import Cancelled, Progress, silent
from app.store.journal import Step
from ui.base import jobs, keys, undoing
from ui.base.changes import Changes
from ui.base.parts import button, label, mark, row
from ui.grid.cells import write_words
from ui.grid.edits import Cells
from ui.grid.grid import Grid

Write = Callable[[Mapping[int, Mapping[str, Any]], Sequence[Mapping[str, Any]], Progress], Step | None]
AT_ONCE = 200       # rows written in the window's own thread; more run as a job


class Storing(QFrame):
    """The band under a grid that says what is not stored yet, hidden while all is: coming and going it moves no row.

    A cell typed is stored at once, a new row when it is left, a block as a whole once none of its cells is wrong, rows of a
    workbook (``hold``) by the button only. What waits goes back move by move, a cell or a block, and comes back as long as
    nothing else is done.
    """

    def __init__(self, page: QWidget, grid: Grid, write: Write, choose: Callable[[int], object],
                 changes: Changes) -> None:
        super().__init__()
        self.page, self.grid, self.write, self.choose, self.changes = page, grid, write, choose, changes
        self.rows, self.edits = grid.rows, grid.rows.edits
        self.begun = 0      # the new row that is being typed cell by cell
        self.held = False   # whether rows wait to be looked through first: nothing is stored before the button
        self.words = label("", wrap=True)
        self.store = button(f"保存（{keys.shown('save')}）", self.store_all, flat=True)
        self.next = button("下一处", self.go_to_bad, flat=True)
        line = row(self.words, self.store, self.next, button("放弃", self.give_up, flat=True), margins=(10, 2, 6, 2))
        line.setStretch(0, 1)
        self.setLayout(line)
        mark(self, role="strip", tone="warning")
        self.hide()
        grid.edited.connect(self._edited)
        grid.back_asked.connect(self.back)
        grid.forth_asked.connect(self.forth)
        grid.drop_asked.connect(self._drop)
        grid.selectionModel().currentRowChanged.connect(self._row_left)
        changes.happened.connect(self._steps_passed)

    def store_all(self) -> None:
        """Store everything that waits; say how much cannot be stored where something cannot."""
        self.held = False
        if self.edits.cells:
            self._store(list(self.edits.cells))

    def hold(self, added: Sequence[Mapping[str, str]]) -> None:
        """Let new rows (words by column key) wait below the last, to be looked through, mended and stored by the button."""
        read, before = self.edits.reader(), self.edits.added
        cells = {
            -at: {key: read(key, text) for key, text in words.items() if text}
            for at, words in enumerate(added, before + 1)
        }
        self.held = True
        self._change(lambda: self.edits.enter(cells))
        column = next(number for number, each in enumerate(self.rows.columns) if each.key in self.edits.fields)
        self.grid.choose_cell(self.rows.stored + before, column)

    def give_up(self) -> None:
        """Take back everything that waits; Ctrl+Y brings it back move by move."""
        self._change(self.edits.give_up)

    @property
    def move_back(self) -> str:
        """Say what ``back`` would take back, "" where nothing waits."""
        return self.edits.done[-1].words if self.edits.cells and self.edits.done else ""

    @property
    def move_forth(self) -> str:
        """Say what ``forth`` would bring back, "" where nothing was taken back just now."""
        return self.edits.undone[-1].words if self.edits.undone else ""

    def back(self) -> None:
        """Take back the latest of what waits: one cell that was typed, or one block."""
        if self.move_back:
            self._change(self.edits.back)

    def forth(self) -> None:
        """Bring back what was taken back last; it waits again, to be mended or stored."""
        if self.move_forth:
            self._change(self.edits.forth)

    def let_go(self) -> None:
        """Forget the words in an open cell: they were not entered, and the window is left without them."""
        editor = self.grid.half_typed()
        if editor is not None:
            write_words(editor, self.grid.cells.shown)

    def go_to_bad(self) -> None:
        """Go to the next cell that cannot be stored, from the current one on."""
        places = sorted(place for place in map(self._place, self.edits.bad()) if place is not None)
        here = (self.grid.currentIndex().row(), self.grid.currentIndex().column())
        if places:
            self.grid.choose_cell(*next((place for place in places if place > here), places[0]))
            self.grid.setFocus()    # what is typed now mends that cell

    def _edited(self, records: Collection[int], block: bool) -> None:
        """Store what was just typed; with it, what waited in the same records since a paste or a refusal."""
        if self.held:
            self._say()
            return
        waited = any(len(self.edits.cells.get(record, ())) > 1 for record in records)
        if not block and min(records) < 0 and (not waited or min(records) == self.begun):
            self.begun = min(records)
            self._say()     # a row that is just being typed is stored when it is left
            return
        self._store(list(self.edits.cells) if waited and not block else records)

    def _row_left(self, current: QModelIndex, before: QModelIndex) -> None:
        record = self.rows.record_at(before.row()) if before.isValid() and before.row() < self.rows.rowCount() else 0
        if record < 0 and record in self.edits.cells and current.row() != before.row() and not self.held:
            self._store(list(self.edits.cells))

    def _store(self, records: Collection[int]) -> None:
        if self.edits.unread(records):
            self._say()
            return
        self.begun = 0
        taken = self.edits.take(records)  # rows of new ones go with them: the page fetches all anew, or they come back
        changed, added = self.edits.values(taken)
        if len(taken) <= AT_ONCE:
            try:
                stored = self.write(changed, added, silent)
            except (Invalid, Refused) as refused:
                self._refused(taken, refused)
                return
            self._stored(taken, len(added), stored)
            return

        def work(progress: Progress) -> Step | None:
            try:
                return self.write(changed, added, progress)
            except Cancelled:   # told as a refusal, so that what was typed comes back into the grid
                raise Refused("已取消，没有保存；改过的内容还留在表格里。") from None

        jobs.run_job(
            self.page,
            f"保存 {sum(map(len, taken.values())):,} 格",
            work,
            lambda stored: self._stored(taken, len(added), stored),
            lambda refused: self._refused(taken, refused),
        )

    def _stored(self, taken: Cells, added: int, step: Step | None) -> None:
        self.edits.stored(taken)
        count = sum(map(len, taken.values()))
        if added and step and step.made:
            self.choose(step.made[0])      # the first of the new records, where the list's order has put it
        notes = Counter(cell.note for row in taken.values() for cell in row.values() if cell.note)
        asides = [f"有 {times:,} 格{note}，请核对。" for note, times in notes.items()] + self.edits.asides
        self.edits.asides = []
        if count > 1 or asides:
            told = f"已保存 {count:,} 格" + (f"，其中新登记 {added:,} 行。" if added else "。")
            undoing.told(told + "".join(asides), step, tone="warning" if asides else "done")
        self._say()

    def _refused(self, taken: Cells, refused: Exception) -> None:
        if not isinstance(refused, Invalid | Refused):
            self._change(lambda: self.edits.put(taken))
            raise refused
        problems = refused.problems if isinstance(refused, Invalid) else ()
        rest: list[str] = []
        self._change(lambda: rest.extend(each.text for each in self.edits.refuse(taken, problems)))
        self._say(joined([refused.text] if isinstance(refused, Refused) else rest))

    def _change(self, change: Callable[[], object]) -> None:
        """Change what waits, with the rows that come or go by it; the current cell stays."""
        here, spans = self.grid.currentIndex(), self.grid.spans()
        at = (here.row(), here.column())
        self.rows.beginResetModel()
        change()
        self.rows.endResetModel()
        last = self.rows.rowCount() - 1
        kept = [(top, left, min(bottom, last), right) for top, left, bottom, right in spans if top <= last]
        self.grid.choose_spans(kept, at if 0 <= at[0] <= last else None)
        self._say()

    def _steps_passed(self, _tables: frozenset[str]) -> None:
        """Forget what could be brought back: something else was done since."""
        if self.edits.undone:
            self.edits.undone.clear()
            self.changes.typed.emit()

    def _drop(self) -> None:
        """Take back what waits in the one cell that is chosen; a block stays: it goes by Ctrl+Z or 放弃."""
        here, spans = self.grid.currentIndex(), self.grid.spans()
        if not here.isValid() or spans != [(here.row(), here.column()) * 2]:
            return
        at = self.rows.record_at(here.row()), self.rows.columns[here.column()].key
        if self.edits.at(*at):
            self._change(lambda: self.edits.give_up(at))

    def _place(self, cell: tuple[int, str]) -> tuple[int, int] | None:
        record, key = cell
        column = next(number for number, each in enumerate(self.rows.columns) if each.key == key)
        if record < 0:
            return self.rows.number_of_new(record), column
        near = [self.grid.currentIndex().row(), self.grid.rowAt(0)]
        number = self.rows.find([record], [each for each in near if each >= 0]).get(record)
        return None if number is None else (number, column)

    def _say(self, more: str = "") -> None:
        bad, waiting = len(self.edits.bad()), sum(map(len, self.edits.cells.values()))
        self.held = self.held and (waiting > 0 or bool(self.edits.undone))
        words = f"有 {waiting:,} 格还没有保存" + (f"，其中 {bad} 格有问题，已标红，停在上面可看原因；改好后一起保存。" if bad else "。")
        self.words.setText(more or words)
        for each in (self, self.words):
            mark(each, tone="danger" if bad or more else "warning")
        self.next.setVisible(bad > 0)
        self.store.setVisible(not bad)
        if waiting and self.isHidden():     # it takes room from the last rows
            QTimer.singleShot(0, self, lambda: self.grid.scrollTo(self.grid.currentIndex()))
        self.setVisible(waiting > 0)
        self.grid.viewport().update()
        self.changes.typed.emit()
