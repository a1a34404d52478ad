"""部门领用: what each department and class took in a term, against its quota, typed here; printed as 领用汇总 and cards."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSettings

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import MemoryList
from app.core.progress import Progress, silent
from app.school import queries as school
from app.stock import quotas
from app.stock.quotas import QuotaRow
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base.changes import Changes
from ui.base.parts import Choices, row
from ui.forms.form import Field
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.table_page import TablePage
from ui.stock.printing import print_form

COLUMNS: tuple[Column, ...] = (
    Column("kind", "部门或班级", Kind.CHOICE, 24), Column("name", "名称", Kind.TEXT, 44), Column("taken", "已领用（元）", Kind.MONEY, 28, total=True),
    Column("fen", "额度（元）", Kind.MONEY, 28), Column("left", "剩余（元）", Kind.MONEY, 28), Column("state", "状态", Kind.CHOICE, 20))
OVER, WITHIN = "超过额度", "额度内"
_CLASS = 10**6      # ids of classes begin here, so that rows of both sorts are told apart


class QuotasPage(TablePage):
    """The step 部门领用 of the tab."""

    title = "部门（班级）领用汇总"
    columns = COLUMNS
    acts = (
        Act("departments", "打印部门汇总…", "print_departments", "print"),
        Act("classes", "打印班级汇总…", "print_classes", "print"),
        Act("card", "看领用卡…", "show_card", "table"),
        Act("rooms", "打印领用卡（一室一卡）…", "print_rooms", "print"),
        Act("people", "打印领用卡（一人一卡）…", "print_people", "print"),
    )
    fields = {"fen": Field("fen", "额度", "money", hint="没有额度就空着；超过只提醒，不禁止")}
    embedded = True
    tones = {OVER: "danger", WITHIN: "done"}
    empty_text = "还没有部门和班级。"
    settings_key = "stock_quotas"
    search_hint = "搜索名称，可用拼音首字母"
    record_word = "个"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        self.term = Choices()
        self.listing = MemoryList(COLUMNS, self._rows, ("name",))
        super().__init__(changes, settings)
        self.top.addLayout(row(self.term, None))
        self.term.currentIndexChanged.connect(lambda _: self.reload())

    def fill(self) -> None:
        """Read the terms anew, then fetch as any list."""
        terms, current = school.terms(), school.current_term()
        kept = self.term.currentData() or (current.id if current else None)
        self.term.blockSignals(True)
        self.term.clear()
        for each in terms:
            self.term.addItem(each.title, each.id)
        self.term.setCurrentIndex(max(self.term.findData(kept), 0))
        self.term.blockSignals(False)
        super().fill()

    def _rows(self) -> list[Row]:
        term = self.term.currentData()
        return [_row(each) for each in quotas.quotas(term)] if term else []

    def scope_words(self) -> str:
        """Give the term."""
        return self.term.currentText()

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store quotas."""
        typed: dict[tuple[int | None, int | None], int | None] = {
            (None, record - _CLASS) if record > _CLASS else (record, None): values["fen"] for record, values in changed.items()}
        return quotas.write_quotas(self.term.currentData(), typed)

    def print_departments(self) -> None:
        """Print what the departments took."""
        self._print("stock-departments")

    def print_classes(self) -> None:
        """Print what the classes took."""
        self._print("stock-classes")

    def show_card(self) -> None:
        """Show what one room or one person took."""
        from ui.stock.issue_card import show_issue_card

        show_issue_card(self, self.data_folder)

    def print_rooms(self) -> None:
        """Print a card a room."""
        self._print("stock-room-card")

    def print_people(self) -> None:
        """Print a card a person."""
        self._print("stock-person-card")

    def _print(self, key: str) -> None:
        term = next((each for each in school.terms() if each.id == self.term.currentData()), None)
        if term is None:
            raise Refused("还没有学期。请先在“设置—学期”里建立。")
        print_form(self, self.data_folder, key, term=term.name.code)


def _row(each: QuotaRow) -> Row:
    state = "" if each.fen is None else OVER if (each.left or 0) < 0 else WITHIN
    if each.school_class is not None:
        return (_CLASS + each.school_class, "班级", each.name, each.taken, each.fen, each.left, state)
    return (each.department, "部门", each.name, each.taken, each.fen, each.left, state)
