"""The pupils of a class, one of whom Enter does what is due, going on to the next who waits: money, refunds, slips."""

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QSettings, QTimer, Signal

from app.core.columns import Column
from app.fees.rules import PlanRow
from ui.base import notify
from ui.base.changes import Changes
from ui.fees.memory_table import MemoryTable
from ui.grid.rows import Row


class ClassList(MemoryTable):
    """Subclasses say by ``waits`` for whom something is due, and by ``home`` the column in which the cursor stands on him."""

    record_word = "人"
    row_numbers, internal = False, True
    goes_on = True
    home = ""
    going_on: Collection[str] = ()      # columns from whose cell, once stored, the cursor goes on to the next who waits
    others_above = "下面没有要办的了，上面还有 {} 人没有办。"
    group_done = Signal()               # Enter found nobody left who waits in this class

    def __init__(self, columns: Sequence[Column], changes: Changes, settings: QSettings | None) -> None:
        self.class_id = 0
        self.typed: int | None = None       # who follows the one just typed for, as the list was then
        self.typed_now = False
        super().__init__(columns, changes, settings)

    # What a list writes.

    def waits(self, pupil: int) -> bool:
        """Whether something is due for a pupil."""
        raise NotImplementedError

    # What a list uses.

    def show_pupils(self, plan: PlanRow, class_id: int, rows: Sequence[Row], other: bool) -> None:
        """Show the pupils of a class (0: of all); of another class or work than before the cursor goes to the first who waits."""
        self.class_id = class_id
        if other and self.search.text():
            self.search.clear()     # what was looked for in the class before hides the pupils of this one
        self.grid.layout_of_columns.hide(self.place("class"), bool(class_id))
        self.show_rows(plan, rows)
        if other:
            self.grid.fit(measure=True)
            self.grid.verticalScrollBar().setValue(0)
            self.go_to(self.next_waiting(None))

    def was_typed(self, pupils: Sequence[int]) -> None:
        """Remember who follows the one pupil who was typed for: storing may take him out of the list."""
        if len(pupils) == 1:
            self.typed, self.typed_now = self.next_waiting(pupils[0]), True
            QTimer.singleShot(0, self, self._forget)     # only the key that ended the typing may go on from it

    def after_cell(self, down: int, on: int) -> None:
        """Go on from what was stored to the next who waits; from what was refused nowhere."""
        following, typed, key = self.typed, self.typed_now, self.columns[self.grid.currentIndex().column()].key
        self._forget()
        self.grid.setFocus()        # storing shows the list anew, which takes the editor away
        if on == 1 and self.model.edits.cells:
            QTimer.singleShot(0, self, lambda: self.grid.scrollTo(self.grid.currentIndex()))
        elif on == 1 and typed and key in self.going_on:
            self.go_on(following, key)
        else:
            self.grid.step(down, on)

    def next_waiting(self, after: int | None) -> int | None:
        """Give the next pupil below who waits, from the top where ``after`` is None; None where there is none."""
        order = [row[0] for row in self.listed]
        start = order.index(after) + 1 if after in order else 0
        return next((pupil for pupil in order[start:] if self.waits(pupil)), None)

    def go_on(self, pupil: int | None, key: str = "") -> None:
        """Go to this pupil; None: nobody below waits."""
        left = sum(1 for row in self.rows if self.waits(row[0]))
        if pupil is not None:
            self.go_to(pupil, key)
        elif left and (first := self.next_waiting(None)) is not None:
            notify.said(self.others_above.format(left), [("去看", lambda: self.go_to(first))])
        elif self.class_id and not left:
            self.group_done.emit()

    def go_to(self, pupil: int | None, key: str = "") -> None:
        """Put the cursor on a pupil, in the column of that key or at home; None leaves it where it is."""
        number = None if pupil is None else self.number_of(pupil)
        if number is not None:
            self.grid.choose_cell(number, self.place(key or self.home))

    def _forget(self, *_: Any) -> None:
        self.typed, self.typed_now = None, False
