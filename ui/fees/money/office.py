"""办公费: what the office itself spends, typed, pasted or read from a workbook; the month's report lists it."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.progress import Progress, silent
from app.fees.money import office
from app.store.journal import Step
from ui.base import undoing
from ui.forms.form import Field
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.table_page import TablePage
from ui.kit.workbooks import EXPORT, IMPORT, TEMPLATE


class OfficeList(TablePage):
    """The lines of all months, the latest first; a new one is typed below the last."""

    title = "办公费"
    embedded = True
    adds = True
    grid_when_empty = True
    columns = office.LINES
    listing = office.LINE_LIST
    acts = (IMPORT, EXPORT, TEMPLATE, Act("remove", "删除", "remove", "delete", needs="some", menu=True))
    filters = (ChoiceFilter("month", "全部月份", office.months),)
    fields = {
        "dated_on": Field("dated_on", "日期", "day", required=True), "purpose": Field("purpose", "用途", required=True),
        "fen": Field("fen", "金额", "money", required=True), "supplier": Field("supplier", "收款单位"), "number": Field("number", "票据号码"),
        "handler": Field("handler", "经手人"), "remark": Field("remark", "备注"),
    }
    empty_text = "还没有办公费。总务处自己花的钱在这里逐笔登记，月报里就有明细，不用再手写。"
    settings_key = "office_expenses"
    search_hint = "搜索用途、收款单位、票据号码"
    record_word = "笔"

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store what was typed or pasted as one step."""
        return office.write_lines(changed, added)

    def remove(self) -> None:
        """Remove the chosen lines; undo brings them back."""
        done = office.remove_lines(self.selected_ids())
        undoing.told(f"已删除办公费 {done.count} 笔。", done.step)
