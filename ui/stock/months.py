"""月报: the 收发存 of one month, item by item; issued (月结) here, and printed."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from PySide6.QtCore import QSettings

from app.core import clock
from app.core.listing import MemoryList
from app.core.terms import chinese_day
from app.stock import lists, months, queries
from app.stock.months import bounds
from app.store.folder import DataFolder
from ui.base import undoing
from ui.base.changes import Changes
from ui.base.parts import Choices, label, row, tool
from ui.forms.reasons import with_reason
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.table_page import TablePage
from ui.stock.printing import print_form


class MonthPage(TablePage):
    """The step 月报 of the tab."""

    title = "收发存月报"
    columns = lists.SPAN
    acts = (
        Act("issue_month", "月结", "issue_month", "checkmark", primary=True),
        Act("print_month", "打印月报…", "print_month", "print"),
        Act("register", "打印领用登记簿…", "print_register", "print"),
        Act("term", "打印学期汇总…", "print_term", "print", menu=True),
        Act("retract", "取消最近一次月结…", "retract", "dismiss", menu=True),
    )
    embedded = True
    empty_text = "这个月没有库存，也没有收发。"
    settings_key = "stock_month"
    search_hint = "搜索品名、类别，可用拼音首字母"
    record_word = "种"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        self.month = clock.today().replace(day=1)
        self.may_issue = False
        self.room = Choices()
        self.listing = MemoryList(self.columns, self._rows, ("name", "spec", "category"))
        super().__init__(changes, settings)
        self.name = label("", "title")
        self.state = label("", "hint")
        self.top.addLayout(row(tool("chevron_left", "上一个月", partial(self._turn, -1)), self.name,
                               tool("chevron_right", "下一个月", partial(self._turn, 1)), self.state, None, self.room))
        self.room.currentIndexChanged.connect(lambda _: self.reload())

    def fill(self) -> None:
        """Say which month it is and whether it is issued, then fetch as any list."""
        kept = self.room.currentData()
        self.room.blockSignals(True)
        self.room.clear()
        self.room.addItem("全部保管室", None)
        for each in queries.storerooms(all_=True):
            self.room.addItem(each.name, each.id)
        self.room.setCurrentIndex(max(self.room.findData(kept), 0))
        self.room.blockSignals(False)
        first, last = self._bounds()
        self.name.setText(f"{first.year}年{first.month}月")
        issued = queries.month_issued(self._code())
        over = last < clock.today()
        self.state.setText("已月结：这个月的收发不再变动，补记的单据记入下一个月。" if issued else "还没有月结。" if over else
                           f"本月还没有过完（{chinese_day(last)}以后可以月结）。")
        self.may_issue = over and not issued
        super().fill()

    def able(self) -> Mapping[str, bool]:
        """Only a month that is over and not issued can be issued."""
        return {"issue_month": self.may_issue}

    def _rows(self) -> list[Row]:
        return lists.span_rows(*self._bounds(), self.room.currentData())

    def _bounds(self) -> tuple[date, date]:
        return bounds(self._code())

    def _code(self) -> str:
        return f"{self.month:%Y-%m}"

    def _turn(self, by: int) -> None:
        number = self.month.year * 12 + self.month.month - 1 + by
        self.month = date(number // 12, number % 12 + 1, 1)
        self.refresh()

    def scope_words(self) -> str:
        """Give the month and the storeroom."""
        return f"{self.name.text()} {self.room.currentText()}"

    def issue_month(self) -> None:
        """Issue the month that is shown."""
        step = months.issue_month(self._code())
        undoing.told(f"已{step.title}。以后补记这个月的单据，会记入下一个月，并写明原来的日期。", step)

    def retract(self) -> None:
        """Take back the latest issue of a month."""
        with_reason(self, "取消最近一次月结", "取消以后，这个月又可以登记和作废；已经报出去的月报要收回重印。", "取消月结", months.retract_month,
                    "已取消月结。")

    def print_month(self) -> None:
        """Print the month's report."""
        self._print("stock-month")

    def print_register(self) -> None:
        """Print the month's 领用登记簿."""
        self._print("stock-register")

    def print_term(self) -> None:
        """Print the 学期库存汇总 of the current term."""
        print_form(self, self.data_folder, "stock-term")

    def _print(self, key: str) -> None:
        print_form(self, self.data_folder, key, month=self.month)
