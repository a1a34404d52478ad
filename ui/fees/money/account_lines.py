"""逐项明细: how a pupil's amount came about, item by item."""

from PySide6.QtWidgets import QDialog, QWidget

from app.core.columns import Column, Kind
from app.core.money import format_fen
from app.fees.money.lists import PupilAccount, own
from ui.base.parts import button, column, label, open_at, row
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_COLUMNS = (Column("name", "项目"), Column("charged", "应收", Kind.MONEY), Column("paid", "预收", Kind.MONEY),
            Column("spent", "均摊支出", Kind.MONEY),
            Column("borne", "学校承担", Kind.MONEY), Column("own", "实支", Kind.MONEY), Column("refund", "应退", Kind.MONEY))


class AccountLines(QDialog):
    """The lines of one pupil; 预收 − 实支 = 应退, below zero 欠缴 or 应补."""

    def __init__(self, parent: QWidget | None, account: PupilAccount, settled: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"逐项明细 - {account.who.name}")
        self.model = RowsModel(_COLUMNS)
        self.grid = Grid(self.model)
        self.grid.head.setSectionsClickable(False)
        rows = [(title.id, title.name, each.charged, each.paid, each.spent, each.borne or None, own(each), each.refund)
                for title, each in account.lines]
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        said = f"预收 {format_fen(account.paid)} − 实支 {format_fen(account.own)} = " + (
            f"应退 {format_fen(account.refund)} 元" if account.refund >= 0 else _owed(account))
        lines = column(label(f"{account.who.class_name}　{account.who.name}", "headline"),
                       label(said + ("" if settled else "（还没有结算，按现在的票据试算）"), "title", wrap=True), self.grid,
                       row(None, button("关闭", self.accept, primary=True)), margins=(20, 16, 20, 16), gap=10)
        lines.setStretch(2, 1)
        self.setLayout(lines)
        open_at(self, 820, 420)
        self.grid.fit(measure=True)


def _owed(account: PupilAccount) -> str:
    """Say what is still to be paid: 欠缴 was charged and not paid, 应补 is what things cost more."""
    parts = zip(("欠缴", "应补"), account.owed, strict=True)
    return "、".join(f"{word} {format_fen(fen)} 元" for word, fen in parts if fen)
