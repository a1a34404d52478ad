"""期初期末对照: two stocktakes side by side, room by room, what differs first."""

from typing import Any

from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from app import features
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.exchange.writing import SheetOut, write_workbook
from app.paper.book import Printed
from app.paper.forms import Order
from app.stocktake import commands, comparison, rules
from app.stocktake.comparison import Compared, Comparison
from app.stocktake.queries import StocktakeRow
from app.store import archive
from app.store.folder import DataFolder
from ui.base.parts import button, column, label, open_at, row
from ui.forms.editors import ChoiceEditor
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel
from ui.kit.workbooks import save_workbook
from ui.paper.choosing import show_paper

COLUMNS = (
    Column("room", "存放地点", Kind.TEXT, 48),
    Column("first_book", "前次账面", Kind.WHOLE, 16, total=True),
    Column("first_counted", "前次实盘", Kind.WHOLE, 16, total=True),
    Column("second_book", "本次账面", Kind.WHOLE, 16, total=True),
    Column("second_counted", "本次实盘", Kind.WHOLE, 16, total=True),
    Column("change", "实盘增减", Kind.WHOLE, 16, total=True),
    Column("note", "说明", Kind.TEXT, 24),
)
_FORM = "stocktake-comparison"


def compare(parent: QWidget, stocktake: int, data_folder: DataFolder | None = None) -> None:
    """Show this stocktake against another that the person chooses; nothing is written.

    ``data_folder`` is where printed papers are kept. ``Refused`` where there is no other stocktake.
    """
    row_of = commands.require(stocktake)
    others = comparison.others(stocktake)
    if not others:
        raise Refused("只有一次盘点，没有可以对照的。下一次盘点以后再来对照。")
    CompareDialog(parent, row_of, others, data_folder).exec()


class CompareDialog(QDialog):
    """The earlier of the two stands on the left whatever was chosen first."""

    def __init__(
        self, parent: QWidget | None, chosen: StocktakeRow, others: list[StocktakeRow], data: DataFolder | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("期初期末对照")
        self.stocktake, self.others, self.data_folder = chosen, {each.id: each for each in others}, data
        self.found: Comparison
        self.rows: list[Compared] = []
        self.other = ChoiceEditor([(each.id, _name(each)) for each in others])
        usual = comparison.counterpart(chosen, others)
        self.other.set_value(usual.id if usual else None)
        self.other.setMinimumWidth(420)
        self.only = QCheckBox("只看有增减的")
        self.model = RowsModel(COLUMNS)
        self.grid = Grid(self.model)
        self.grid.horizontalHeader().setSectionsClickable(False)
        self.sides, self.sum = label("", "hint", wrap=True), label("", "title", wrap=True)
        foot = row(self.only, None, button("导出", self.export, "export"), button("打印", self.print_it, "print"),
                   button("关闭", self.accept, primary=True))
        lines = column(row(label("与哪一次对照"), self.other, None, gap=12), self.sum, self.sides, self.grid, foot,
                       margins=(20, 16, 20, 16), gap=10)
        lines.setStretch(3, 1)
        self.setLayout(lines)
        open_at(self, 960, 640)
        self.other.edited.connect(self.show_rows)
        self.only.toggled.connect(lambda _: self._show())
        self.show_rows()

    def pair(self) -> tuple[StocktakeRow, StocktakeRow]:
        """Give both stocktakes, the earlier first."""
        return self.found.first, self.found.second

    def show_rows(self) -> None:
        """Compare with the chosen one."""
        self.found = comparison.compare(self.stocktake, self.others[int(self.other.value())])
        self.rows = sorted(self.found.rooms, key=lambda each: (each.left > 0, -abs(each.change)))
        differing = [each for each in self.rows if each.change and not each.left]
        more, less = (sum(abs(each.change) for each in differing if (each.change > 0) == up) for up in (True, False))
        words = [f"{len(differing)} 处有增减"] + [f"{word} {count:,} 件"
                                              for word, count in (("多", more), ("少", less)) if count]
        left = sum(1 for each in self.rows if each.left)
        done = "，".join(words) if differing else "盘完的没有增减" if len(self.rows) > left else ""
        said = [f"{len(self.rows)} 处地点两次都要盘" + (f"，{done}" if done else ""), f"其中 {left} 处还没盘完，不比" if left else ""]
        self.sum.setText("；".join(filter(None, said)) + "。" if self.rows else "两次盘点的范围没有相同的地点，不能对照。")
        self.sides.setText("\n".join(filter(None, (f"前次：{_name(self.found.first)}", f"本次：{_name(self.found.second)}",
                                                  self.found.outside_words))))
        self._show()

    def _show(self) -> None:
        rows = self._values(self.only.isChecked())
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid.fit(measure=True)

    def _values(self, only: bool) -> list[tuple[Any, ...]]:
        return [(0, each.room, *each.figures(), each.note("前次", "本次"))
                for each in self.rows if (each.change and not each.left) or not only]

    def export(self) -> None:
        """Write the table as a workbook."""
        first, second = self.pair()
        rows = [values[1:] for values in self._values(self.only.isChecked())]
        title = f"期初期末对照　前次 {first.number}（{first.base_date}）　本次 {second.number}（{second.base_date}）"
        save_workbook(
            self,
            "对照表",
            f"{first.number} {second.number} 对照表",
            lambda path, progress: write_workbook(
                path, [SheetOut("对照表", COLUMNS, rows, title=title, total=True)], progress
            ),
            lambda count, path: f"已导出 {count} 行到 {path}。",
        )

    def print_it(self) -> None:
        """Show the 期初期末对照表 of both; it is archived when it is printed or saved."""
        form = features.form(_FORM)
        first, second = self.pair()
        order = Order(about=second.id, records=(first.id,))
        scope = form.scope(order)
        show_paper(self, form.name, scope, lambda path, progress: form.write(order, path, progress),
                   lambda printed: self._keep(printed, scope))

    def _keep(self, printed: Printed, scope: str) -> None:
        if self.data_folder is not None:
            archive.keep(self.data_folder, printed.path, _FORM, features.form(_FORM).name, scope, printed.pages)


def _name(each: StocktakeRow) -> str:
    state = f"　{each.state_words}" if each.state == rules.OPEN else ""
    return f"{each.number}　{each.title}　{each.scope_words}（{each.base_date}）{state}"
