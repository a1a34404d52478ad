"""查找和替换: words in the cells of a list that is typed in are exchanged, seen before it is done, stored as one step."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QLineEdit

from app.core.columns import NUMBERS, Column, Kind, shown
from app.core.errors import Refused
from ui.base import keys
from ui.base.parts import button, column, label, later, mark, open_at, row
from ui.forms.editors import ChoiceEditor
from ui.grid.edits import Cell, Cells
from ui.grid.grid import Grid, Span
from ui.grid.rows import Row, RowsModel

if TYPE_CHECKING:
    from ui.kit.table_page import TablePage

_LOOK_MS, _NAMED = 250, 2
_COLUMNS = (Column("state", "结果", Kind.CHOICE), Column("where", "在哪一行"), Column("column", "列"), Column("before", "原来"),
            Column("after", "改为"), Column("why", "说明"))
_TONES = {"不能改": "danger", "清空": "warning"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A cell in which the words were found: what stands there, what will, and what can be stored of it (its reason if nothing)."""

    record: int
    key: str
    where: str
    before: str
    after: str
    cell: Cell

    @property
    def state(self) -> str:
        """Give in a word what becomes of the cell."""
        return "不能改" if self.cell.reason else "改" if self.after else "清空"


def exchanger(find: str, by: str, whole: bool) -> Callable[[str], str | None]:
    """Give a function that exchanges the words in a text, capitals or not; None where they are not in it.

    With ``whole`` they must be all that stands there.
    """
    pattern = re.compile(re.escape(find), re.IGNORECASE)

    def exchange(text: str) -> str | None:
        met = pattern.fullmatch(text) if whole else pattern.search(text)
        return pattern.sub(lambda _: by, text).strip() if met else None
    return exchange


def found_in(page: "TablePage", rows: Sequence[Row], places: Sequence[int], within: Sequence[Span],
             exchange: Callable[[str], str | None]) -> list[Exchange]:
    """Give the cells of these rows, in these columns, that hold the words; ``within`` leaves only chosen cells, none of them all."""
    read, found = page.model.edits.reader(), list[Exchange]()
    for number, each in enumerate(rows):
        for at in places:
            if within and not any(top <= number <= bottom and left <= at <= right for top, left, bottom, right in within):
                continue
            before = plain(page.columns[at].kind, each[at + 1])
            after = exchange(before) if before else None
            if after is None or after == before:
                continue
            key = page.columns[at].key
            locked = page.model.field_at(page.model.index(number, at)) is None
            cell = Cell(after, None, "这一格不能在表格里改") if locked else read(key, after)
            found.append(Exchange(each[0], key, named(page, each), before, after, cell))
    return found


def plain(kind: Kind, value: Any) -> str:
    """Give the words of a value to look in: numbers without the commas that part thousands."""
    words = shown(kind, value)
    return words.replace(",", "") if kind in NUMBERS else words


def named(page: "TablePage", line: Row) -> str:
    """Give what a row is called: the first words that stand in it."""
    words = (shown(each.kind, value) for each, value in zip(page.columns, line[1:], strict=True) if each.kind in (Kind.CODE, Kind.TEXT))
    return " ".join([each for each in words if each][:_NAMED])


class ReplaceDialog(QDialog):
    """Looks through what the list shows, or through the chosen cells, and shows each cell before and after."""

    def __init__(self, page: "TablePage") -> None:
        super().__init__(page)
        self.setWindowTitle("查找和替换")
        self.page, self.found = page, list[Exchange]()
        self.rows = page.fetch(page.wish(), max(page.found.records, 1), 0)
        self.spans, chosen = page.grid.spans(), page.chosen_count()
        self.places = [at for at in page.grid.layout_of_columns.order() if page.columns[at].key in page.fields]
        self.words, self.by = QLineEdit(), QLineEdit(placeholderText="留空就是去掉这些字")
        titles: list[tuple[object, str]] = [(at, page.columns[at].title) for at in self.places]
        self.where = ChoiceEditor([(None, "所有能改的列"), *titles])
        several = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in self.spans) > 1
        ranges: list[tuple[object, str]] = [(False, f"列表里看到的 {len(self.rows):,} {page.record_word}")]
        ranges += [(True, f"只在选中的格里（{chosen:,} {page.record_word}）")] if several else []
        self.range = ChoiceEditor(ranges)
        self.whole = QCheckBox("整格正好是这些字才换")
        self.model = RowsModel(_COLUMNS, _TONES)
        self.grid, self.said = Grid(self.model), label("", wrap=True)
        self.write = button("替换", self.accept, primary=True)
        self.looking = later(self, _LOOK_MS, self.look)
        self._lay_out()
        current = page.grid.currentIndex().column()
        self.where.set_value(current if current in self.places and not several else None)
        self.range.set_value(several)
        for line in (self.words, self.by):
            line.textChanged.connect(lambda _: self.looking.start())
        for changed in (self.where.edited, self.range.edited, self.whole.toggled):
            changed.connect(lambda *_: self.look())
        keys.bind("store", self, self.accept)
        self.look()

    def look(self) -> None:
        """Find the cells anew and show them, those that cannot be changed first."""
        self.looking.stop()
        wanted, at = self.words.text(), self.where.value()
        places = self.places if at is None else [at]
        within = self.spans if self.range.value() else []
        self.found = found_in(self.page, self.rows, places, within, exchanger(wanted, self.by.text(), self.whole.isChecked())) if wanted else []
        self.found.sort(key=lambda each: not each.cell.reason)
        titles = {each.key: each.title for each in self.page.columns}
        lines = [(number, each.state, each.where, titles[each.key], each.before, each.after or "（空）", each.cell.reason)
                 for number, each in enumerate(self.found)]
        self.model.load(lambda limit, offset: lines[offset:offset + limit], len(lines))
        self.grid.fit(measure=True)
        self._say(wanted)

    def _say(self, wanted: str) -> None:
        good = sum(not each.cell.reason for each in self.found)
        emptied, wrong = sum(each.state == "清空" for each in self.found), len(self.found) - good
        words = [f"要改 {good:,} 格"] + ([f"其中 {emptied:,} 格会变成空的"] if emptied else [])
        words += [f"另有 {wrong:,} 格不能改，留着不动"] if wrong else []
        told = "，".join(words) + ("。整次是一步，可以撤销。" if good else "。")
        self.said.setText("请输入要找的字。" if not wanted else told if self.found else "没有找到要改的格。")
        mark(self.said, role="warning" if wrong or emptied else "")
        self.write.setText(f"替换 {good:,} 格（{keys.shown('store')}）" if good else "替换")
        self.write.setEnabled(good > 0)

    def accept(self) -> None:
        """Exchange what the list below shows; what the rules refuse waits in red in the list, as after a paste."""
        if self.looking.isActive():
            self.look()     # what was typed just now is seen first
            return
        cells: Cells = {}
        for each in self.found:
            if not each.cell.reason:
                cells.setdefault(each.record, {})[each.key] = each.cell
        if cells:
            super().accept()
            self.page.grid.take_cells(cells)

    def _lay_out(self) -> None:
        lines = QFormLayout()
        lines.setHorizontalSpacing(12)
        lines.setVerticalSpacing(8)
        for title, widget in (("查找", self.words), ("替换为", self.by), ("在哪一列", self.where), ("范围", self.range), ("", self.whole)):
            lines.addRow(label(title), widget)
            widget.setAccessibleName(title)
        whole = column(lines, self.said, self.grid, row(None, button("取消", self.reject), self.write), margins=(20, 16, 20, 16), gap=10)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        open_at(self, 860, 560)


def replace_words(page: "TablePage") -> None:
    """Open the dialog; ``Refused`` where nothing may be changed, or while cells wait that are not stored."""
    if page.model.locked or not page.fields:
        raise Refused("这个表格现在不能修改。")
    if page.model.edits.cells:
        raise Refused("表格里还有没保存的格子。请先保存或放弃，再查找和替换。")
    if page.search_timer.isActive():
        page.reload()       # words typed just now count as well
    ReplaceDialog(page).exec()
