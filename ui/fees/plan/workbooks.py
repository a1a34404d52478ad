"""导出、导入收费标准: the matrix as a workbook, and back after a look at what it changes."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from app.core.columns import Column, Kind, shown
from app.fees.item_fields import TITLE
from app.fees.keys import grade_of
from app.fees.plan import queries, rules, sheets
from app.fees.plan.sheets import Reading
from app.fees.rules import PlanRow
from ui.base import jobs, notify, undoing
from ui.base.parts import TabPages, button, column, label, open_at, row
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel
from ui.kit.workbooks import save_workbook

WORKBOOKS = "收费标准 (*.xlsx *.xlsm *.xls *.ods *.csv)"
_CHANGES = (
    Column("item", TITLE["name"]),
    Column("what", "哪一栏", Kind.CHOICE),
    Column("before", "现在"),
    Column("after", "表上"),
)
_PROBLEMS = (
    Column("sheet", "工作表"),
    Column("row", "行", Kind.WHOLE),
    Column("column", "列", Kind.CHOICE),
    Column("value", "表上写的", Kind.CODE),
    Column("text", "问题"),
)


def write_matrix(parent: QWidget, plan: PlanRow) -> None:
    """Let the person write a term's matrix as a workbook."""
    save_workbook(
        parent,
        "收费标准",
        f"{plan.term_title}收费标准",
        lambda path, progress: sheets.write_matrix(plan.id, path, progress),
        lambda count, path: f"已导出 {count} 项：{path}。改好后可以用“导入”读回来，合计由程序算。",
    )


def take_matrix(parent: QWidget, plan: PlanRow) -> None:
    """Let the person choose a workbook, see what it changes, and take it."""
    path = notify.open_file("导入收费标准", WORKBOOKS)
    if path is None:
        return

    def show(reading: Reading) -> None:
        if reading.changed or reading.added or reading.problems:
            TakeDialog(parent, plan, path.name, reading).exec()
        else:
            notify.said(f"“{path.name}”和现在完全一样，没有改动。")

    jobs.run_job(parent, "读收费标准", lambda _: sheets.look(plan.id, path), show)


class TakeDialog(QDialog):
    """Shows what a workbook would write; nothing is written before the button."""

    def __init__(self, parent: QWidget | None, plan: PlanRow, name: str, reading: Reading) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"导入收费标准 - {name}")
        self.plan, self.name, self.reading = plan, name, reading
        self.tabs = TabPages()
        self.tabs.setDocumentMode(True)
        for title, columns, rows in (("将改动", _CHANGES, _changed(plan.id, reading)), ("有问题", _PROBLEMS, [
                (0, each.sheet, each.row, each.column, each.value, each.text) for each in reading.problems])):
            self.tabs.addTab(_list(columns, rows), f"{title} {len(rows)}")
        self.tabs.setCurrentIndex(1 if reading.problems else 0)
        self.write = button("写入", self.take, primary=True)
        self.write.setEnabled(not reading.problems)
        blocked = "有问题的请在 Excel 里改好再导入，现在什么都没有写。" if reading.problems else ""
        lines = column(
            label(f"{reading.sentence()}。{blocked}", "title", wrap=True),
            self.tabs,
            row(None, button("取消", self.reject), self.write),
            margins=(20, 16, 20, 16),
            gap=10,
        )
        lines.setStretch(1, 1)
        self.setLayout(lines)
        open_at(self, 900, 520)

    def take(self) -> None:
        """Write what was read as one step."""
        done = sheets.take(self.plan.id, self.reading)
        self.accept()
        undoing.told(f"已从“{self.name}”写入 {done.count} 格。", done.step)


def _list(columns: tuple[Column, ...], rows: list[tuple[Any, ...]]) -> Grid:
    model = RowsModel(columns)
    made = Grid(model)
    made.horizontalHeader().setSectionsClickable(False)
    model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
    made.fit(measure=True)
    return made


def _changed(plan_id: int, reading: Reading) -> list[tuple[Any, ...]]:
    """Give each cell that would change: item, column, what stands there, what would."""
    columns = {each.key: each for each in queries.plan_columns(plan_id)}
    now = dict(queries.plan_rows(plan_id))
    found = [(0, now[item]["name"], columns[key].title, _said(columns[key], now[item][key]), _said(columns[key], value))
             for item, values in reading.changed.items() for key, value in values.items()]
    return found + [(0, str(values["name"]), "新增", "", _new(values)) for values in reading.added]


def _said(column: Column, value: object) -> str:
    if column.key == "voluntary":
        return "自愿" if value else "否"
    return shown(column.kind, value) or "（空）"


def _new(values: Mapping[str, Any]) -> str:
    prices = {grade: fen for key, fen in values.items() if fen and (grade := grade_of(key)) is not None}
    return rules.price_words(prices) if prices else "没有金额"
