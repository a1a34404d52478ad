"""转账文件: who is paid how much into which account, who has none; the file for the bank, then the note that it paid."""

from collections.abc import Callable, Collection
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem
from app.core.money import format_fen
from app.core.progress import Progress
from app.fees.money import bank
from app.fees.money.bank import Payee
from app.store.archive import safe_name
from ui.base import jobs, notify, undoing
from ui.base.parts import TabPages, button, column, label, open_at, row
from ui.forms.editors import WRONG, DayEditor
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel
from ui.kit.workbooks import WORKBOOK

_FILES = "Excel 工作簿 (*.xlsx);;文本文件 (*.csv *.txt)"
_PAID = (Column("class", "班级"), Column("name", "姓名", Kind.CODE), Column("number", "学号", Kind.CODE),
         Column("fen", "金额", Kind.MONEY, total=True), Column("holder", "户名", Kind.CODE), Column("card", "卡号", Kind.CODE),
         Column("bank", "开户行"))


class TransferDialog(QDialog):
    """Nothing is recorded by writing the file: that the bank paid is noted by a button of its own, once it did."""

    def __init__(self, parent: QWidget | None, plan_id: int, classes: Collection[int]) -> None:
        super().__init__(parent)
        self.setWindowTitle("银行转账文件")
        self.plan_id, self.asked = plan_id, bank.transfer(plan_id, classes)
        asked = self.asked
        self.sum = label(f"应退未退 {format_fen(asked.fen + asked.lacking_fen)} 元：转账 {len(asked.payees)} 人 {format_fen(asked.fen)} 元，"
                         f"没有账户 {len(asked.lacking)} 人 {format_fen(asked.lacking_fen)} 元。", "title", wrap=True)
        hint = label("列的顺序、分隔符、编码和备注在“设置—银行批量转账”里改。银行转好以后，再点“登记已转账”。", "hint", wrap=True)
        self.tabs = TabPages()
        self.tabs.setDocumentMode(True)
        for title, payees in (("转账", asked.payees), ("没有账户", asked.lacking)):
            self.tabs.addTab(_grid(payees), f"{title} {len(payees)}")
        self.tabs.setCurrentIndex(0 if asked.payees else 1)
        self.day = DayEditor()
        self.day.set_value(clock.today())
        self.day.setFixedWidth(118)
        self.day.setAccessibleName("转账日期")
        self.save_button = button("存转账文件…", self.save, "export", primary=True)
        self.note_button = button("登记已转账", self.note_paid, "done")
        self.lacking_button = button("导出没有账户的…", self.save_lacking, "export")
        for each, able in ((self.save_button, asked.payees), (self.note_button, asked.payees), (self.lacking_button, asked.lacking)):
            each.setEnabled(bool(able))
        lines = column(self.sum, hint, self.tabs,
                       row(self.lacking_button, None, label("转账日期"), self.day, self.note_button, button("关闭", self.reject), self.save_button),
                       margins=(20, 16, 20, 16), gap=10)
        lines.setStretch(2, 1)
        self.setLayout(lines)
        open_at(self, 980, 560)

    def save(self) -> None:
        """Write the file for the bank."""
        asked = self.asked
        self._save("存转账文件", f"转账 {asked.term}", _FILES, lambda path, progress: bank.write_transfer(path, asked, progress),
                   f"{{}} 人、合计 {format_fen(asked.fen)} 元")

    def save_lacking(self) -> None:
        """Write who has no account, to be filled in and read back."""
        asked = self.asked
        self._save("导出没有账户的学生", f"没有银行账户 {asked.term}", WORKBOOK,
                   lambda path, progress: bank.write_lacking(path, asked, progress), f"{{}} 人、合计 {format_fen(asked.lacking_fen)} 元")

    def _save(self, title: str, name: str, patterns: str, write: Callable[[Path, Progress], int], said: str) -> None:
        path = notify.save_file(title, f"{safe_name(name)}.xlsx", patterns)
        if path is not None:
            jobs.run_job(self, title, lambda progress: write(path, progress),
                         lambda count: notify.said(f"已写出 {path}：{said.format(count)}。内部资料，请勿外传，用后删除。"))

    def note_paid(self) -> None:
        """Record that the bank paid everybody in the file, as one step."""
        if self.day.complaint():
            raise Invalid([Problem("paid_on", f"转账日期：{WRONG['day']}。")])
        step = bank.record_transfer(self.plan_id, self.asked, self.day.value())
        self.accept()
        undoing.told(f"已登记转账退费 {len(self.asked.payees)} 人 {format_fen(self.asked.fen)} 元。", step)


def _grid(payees: Collection[Payee]) -> Grid:
    rows = [(each.who.pupil, each.who.class_name, each.who.name, each.who.number, each.fen,
             *((each.account.holder, each.account.card, each.account.bank) if each.account else ("", "", ""))) for each in payees]
    grid = Grid(RowsModel(_PAID))
    grid.rows.setParent(grid)
    grid.head.setSectionsClickable(False)
    grid.rows.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
    grid.fit(measure=True)
    return grid
