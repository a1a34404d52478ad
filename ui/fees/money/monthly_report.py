"""月报: which month; then the preview, or the workbook for the bureau."""

from datetime import date, timedelta

from PySide6.QtWidgets import QDialog, QWidget

from app import features
from app.core import clock
from app.paper.forms import Order
from app.store.folder import DataFolder
from ui.base.parts import button, column, label, open_at, row
from ui.forms.editors import ChoiceEditor
from ui.kit.workbooks import save_workbook
from ui.paper.choosing import print_order

MONTHS = 18     # that can be chosen
_FORM = "fee-monthly"


class MonthDialog(QDialog):
    """The report of a natural month over all terms: what came in, what went out, what was given back."""

    def __init__(self, parent: QWidget | None, data: DataFolder) -> None:
        super().__init__(parent)
        self.data_folder = data
        self.setWindowTitle("代收费、服务性收费、办公费月报")
        months = _months(clock.today())
        self.month = ChoiceEditor([(each, _words(each)) for each in months])
        self.month.set_value(months[0])
        self.month.setMinimumWidth(180)
        hint = label("报学校和教育局。按收款、付款的日期算，没有学生姓名；办公费列“支出票据—办公费”里登记的。", "hint", wrap=True)
        ways = row(None, button("取消", self.reject), button("导出 Excel", self.export, "export"),
                   button("预览并打印", self.print_it, "print", primary=True))
        self.setLayout(
            column(row(label("月份"), self.month, None, gap=12), hint, None, ways, margins=(20, 18, 20, 16), gap=12)
        )
        open_at(self, 470, 190)

    def day(self) -> date:
        """Give a day of the chosen month."""
        chosen: date = self.month.value()
        return chosen

    def print_it(self) -> None:
        """Show the paper; it is archived when it is printed or saved."""
        print_order(self, self.data_folder, features.form(_FORM), Order(month=self.day()))

    def export(self) -> None:
        """Write the workbook with the month's vouchers."""
        from app.fees.money import sheets

        day = self.day()
        save_workbook(
            self,
            "月报",
            f"收费月报 {_words(day)}",
            lambda path, progress: sheets.export_monthly(path, day, progress),
            lambda _, path: f"已导出到 {path}。",
        )


def _months(today: date) -> list[date]:
    """Give the first days of this month and of those before it."""
    found = [today.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月"
