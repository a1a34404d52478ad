"""A month of marks typed in a grid, things × days: one key a mark, blank is the usual one; which month is chosen over it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent

from app.core.columns import Column, Kind
from app.core.listing import MemoryList
from app.core.month_marks import WEEKDAYS, Marks, MonthSheet, day_columns, day_key, first_of, month_words
from app.core.progress import Progress, silent
from app.store.journal import Step
from ui.base import style
from ui.base.changes import Changes
from ui.base.crash import shielded
from ui.base.parts import Elided, label, row
from ui.forms.editors import ChoiceEditor
from ui.forms.form import Field
from ui.grid.rows import Index, Row, RowsModel
from ui.kit.table_page import TablePage

_DISPLAY, _GROUND, _TIP, _INK = (int(role) for role in (
    Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole))
_CLOSED, _FAINT = QColor("#eceff2"), QColor(style.SECOND)
_HEAD_PX, _DAY_PX = 46, 26      # a day's number over its weekday, and their width at least
_PLAIN = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier, Qt.KeyboardModifier.ShiftModifier


class MarkField(Field):
    """A cell in which a mark is typed: what it reads is the mark's sign, "" for the usual one."""

    marks: Marks

    @classmethod
    def of(cls, key: str, marks: Marks) -> "MarkField":
        """Give the field of a day."""
        made = cls(key, key)
        object.__setattr__(made, "marks", marks)
        return made

    def read(self, text: str) -> str:
        """Give the sign; ``ValueError`` in a sentence for other words."""
        return self.marks.read(text)


class MonthModel(RowsModel):
    """Shows the usual mark pale once the month is noted, closes the cells of days on which a thing was not there."""

    tinted = True
    sheet: MonthSheet | None = None

    def day_at(self, index: Index) -> date | None:
        """Give the day of a cell, None in the columns before and behind the days."""
        sheet, key = self.sheet, self.columns[index.column()].key
        return next((day for day in sheet.days if day_key(day.day) == key), None) if sheet is not None else None

    def closed(self, index: Index) -> bool:
        """Whether a cell takes no mark."""
        day = self.day_at(index)
        return day is not None and self.sheet is not None and (self.record_at(index.row()), day) in self.sheet.closed

    def field_at(self, index: Index) -> Field | None:
        """Give the field of a day, none where the cell is closed."""
        return None if self.closed(index) else super().field_at(index)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Give what every list gives, and for days their ground, the usual mark and what a cell stands for."""
        found = super().data(index, role)
        if role not in (_DISPLAY, _GROUND, _TIP, _INK) or self.sheet is None or self.waiting(index) is not None:
            return found
        day = self.day_at(index)
        if day is None:
            return found
        if self.closed(index):
            return {_GROUND: _CLOSED, _TIP: "这一天不用登记"}.get(role, found)
        if role == _TIP:
            return f"{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}　{self._words(str(self.index(index.row(), index.column()).data() or ''))}"
        if self.sheet.taken and not self.sheet.sign(self.record_at(index.row()), day):
            return {_DISPLAY: self.sheet.marks.usual.sign, _INK: _FAINT}.get(role, found)
        return found

    def _words(self, sign: str) -> str:
        sheet = self.sheet
        if sheet is None or not sign:
            return "还没有登记"
        return next((each.words for each in sheet.marks.others if each.sign == sign), sheet.marks.usual.words)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a day's number over its weekday."""
        found = super().headerData(section, orientation, role)
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole and self.sheet is not None:
            key = self.columns[section].key
            day = next((each for each in self.sheet.days if day_key(each.day) == key), None)
            return f"{day.day}\n{WEEKDAYS[day.weekday()]}" if day is not None else found
        return found


class MonthGrid(TablePage):
    """Subclasses set ``who`` (the columns before the days) and ``marks``, call ``show_month``, and write ``store``.

    A mark's key (0, x …) marks all chosen cells at once; blocks are pasted and filled down as in every grid; Del makes cells
    usual again. ``month_chosen`` tells that another month was chosen over the grid.
    """

    embedded = True
    row_numbers = False
    narrows = False         # a register keeps its order
    who: Sequence[Column] = ()
    marks: Marks
    sum_title = "计"
    record_word = "行"
    rows_model = MonthModel
    model: MonthModel
    month_chosen = Signal()

    def __init__(self, changes: Changes, settings: QSettings | None) -> None:
        self.rows: Sequence[Row] = ()
        self.sheet: MonthSheet | None = None
        # A full stop, for a digit alone is a mark: pasted into the column of that day it would pass for the column's title.
        days = [Column(key, f"{number}.", Kind.CHOICE, shown=False) for number, key in enumerate(day_columns(), 1)]
        self.columns = (*self.who, *days, Column("sum", self.sum_title, Kind.WHOLE, total=True))
        self.fields = {each.key: MarkField.of(each.key, self.marks) for each in days}
        self.tones = {each.sign: each.tone for each in self.marks.others if each.tone}
        self.listing = MemoryList(self.columns, lambda: self.rows, [each.key for each in self.who])
        super().__init__(changes, settings)
        self.month = ChoiceEditor([])
        self.month.setAccessibleName("月份")
        self.month.edited.connect(self.month_chosen.emit)
        self.hint = Elided()
        self.hint.say(f"只记例外，空格就是{self.marks.usual.words}：选中格子按 {self.marks.told}。")
        self.lead = row(label("月份"), self.month)
        band = row(self.lead, self.hint, None, gap=12)
        band.setStretch(1, 100)
        self.above.addLayout(band)
        self.grid.layout_of_columns.frozen.freeze(len(self.who))
        self.grid.head.setMinimumHeight(_HEAD_PX)
        self.grid.head.setMinimumSectionSize(_DAY_PX)
        widest = max((each.sign for each in (self.marks.usual, *self.marks.others)), key=self.grid.fontMetrics().horizontalAdvance)
        self.grid.layout_of_columns.marks = {number: widest for number, each in enumerate(self.columns) if each.key in self.fields}
        self.grid.installEventFilter(self)

    # What a feature writes.

    def store(self, changed: Mapping[int, Mapping[date, str]]) -> Step | None:
        """Write marks (thing → day → sign, "" the usual one) as one step; raises ``Invalid`` with ``day_key`` as field."""
        raise NotImplementedError

    # What a feature uses.

    def offer_months(self, months: Sequence[date], first: date) -> None:
        """Let these months be chosen; the one chosen before stays, else ``first`` is."""
        kept = self.month.value()
        if [self.month.itemData(at) for at in range(self.month.count())] != list(months):
            self.month.blockSignals(True)
            self.month.clear()
            for each in months:
                self.month.addItem(month_words(each), each)
            self.month.set_value(kept if kept in months else first if first in months else next(iter(months), None))
            self.month.blockSignals(False)

    def chosen_month(self) -> date | None:
        """Give the month that is chosen, None where none is offered."""
        chosen = self.month.value()
        return first_of(chosen) if isinstance(chosen, date) else None

    def show_month(self, sheet: MonthSheet) -> None:
        """Show a month; of another month than before the cursor goes to its first cell."""
        other = self.sheet is None or (self.sheet.month, [each.id for each in self.sheet.things]) != (
            sheet.month, [each.id for each in sheet.things])
        self.sheet = self.model.sheet = sheet
        shown = {day_key(day.day): day for day in sheet.days}
        for number, each in enumerate(self.columns):
            if each.key in self.fields:
                self.grid.layout_of_columns.hide(number, each.key not in shown)
        self.rows = [(thing.id, *thing.words, *(sheet.sign(thing.id, shown[key]) if key in shown else "" for key in day_columns()),
                      sheet.count(thing.id) if sheet.taken else None) for thing in sheet.things]
        self.refresh()
        if other:
            self.grid.fit(measure=True)
            if self.rows and sheet.days:
                self.grid.choose_cell(0, self.place(day_key(sheet.days[0].day)))

    def place(self, key: str) -> int:
        """Give the number of a column."""
        return next(number for number, each in enumerate(self.columns) if each.key == key)

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store the marks that were typed, pasted or filled."""
        days = {day_key(day.day): day for day in self.sheet.days} if self.sheet is not None else {}
        return self.store({thing: {days[key]: str(sign or "") for key, sign in cells.items() if key in days} for thing, cells in changed.items()})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Put a mark into all chosen cells by its key alone: no editor opens, and the arrows go on from there."""
        if watched is self.grid and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.modifiers() in _PLAIN:
            sign = self.marks.by_key(event.text())
            if sign is not None and self.model.field_at(self.grid.currentIndex()) is not None:
                shielded(self._putting(sign))
                return True
        return super().eventFilter(watched, event)

    def _putting(self, sign: str) -> Callable[[], None]:
        return lambda: self.grid.put_words(sign)

    def status_line(self) -> tuple[str, str]:
        """Say how many things there are and how many exceptions."""
        found, chosen = super().status_line()
        if self.sheet is None:
            return found, chosen
        state = f"已登记，例外 {self.sheet.exceptions} 处" if self.sheet.taken else "还没有登记"
        return f"{found} · {month_words(self.sheet.month)}{state}", chosen
