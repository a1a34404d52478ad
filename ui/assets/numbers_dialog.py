"""按编号查找: paste a list of numbers, hear which of them are in the ledger, then see exactly these cards."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from app.assets.finding import Finding, find_numbers
from ui.base import keys
from ui.base.parts import button, column, label, later, open_at, row

_LOOK_MS, _NAMED = 200, 12


class NumbersDialog(QDialog):
    """``found`` is what became of the list when it is accepted."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("按编号查找")
        self.found = Finding()
        self.pasted = QPlainTextEdit(placeholderText="ZC-2026-00001\nZC-2026-00002\n……", tabChangesFocus=True)
        self.pasted.setAccessibleName("编号")
        self.pasted.setMinimumHeight(230)
        self.said, self.missing = label("", wrap=True), label("", "warning", wrap=True)
        self.show_cards = button(f"显示卡片（{keys.shown('store')}）", self.accept, primary=True)
        self.looking = later(self, _LOOK_MS, self.look)
        self.pasted.textChanged.connect(self.looking.start)
        hint = label("把编号粘贴到这里，一行一个或用逗号、空格隔开都可以；整块从 Excel 粘贴、旁边带着别的列也可以。"
                     "没有编号的行按原编号查找。", "hint", wrap=True)
        lines = column(
            hint,
            self.pasted,
            self.said,
            self.missing,
            row(None, button("取消", self.reject), self.show_cards),
            margins=(20, 16, 20, 16),
            gap=10,
        )
        lines.setStretch(1, 1)
        self.setLayout(lines)
        keys.bind("store", self, self.accept)
        open_at(self, 560, 460)
        self.look()

    def look(self) -> None:
        """Look the numbers up and say what was found and what was not."""
        self.looking.stop()
        found = self.found = find_numbers(self.pasted.toPlainText())
        words = [f"找到 {len(found.numbers):,} 张卡片"]
        words += [f"其中按原编号找到 {found.by_old:,} 张"] if found.by_old else []
        words += [f"重复的 {found.again:,} 个只算一次"] if found.again else []
        anything = bool(found.numbers or found.unknown or found.deleted)
        self.said.setText("，".join(words) + "。" if anything else "还没有粘贴编号。")
        missing = [f"台账里没有 {len(found.unknown):,} 个：{_listed(found.unknown)}"] if found.unknown else []
        missing += [f"已删除或并入别的卡片 {len(found.deleted):,} 个（见“设置—回收站”）：{_listed(found.deleted)}"] if found.deleted else []
        self.missing.setText("\n".join(missing))
        self.missing.setVisible(bool(missing))
        self.show_cards.setEnabled(bool(found.numbers))

    def accept(self) -> None:
        """Close with the cards found; stay open, saying so, where there are none."""
        self.look()
        if self.found.numbers:
            super().accept()


def _listed(numbers: Sequence[str]) -> str:
    return "、".join(numbers[:_NAMED]) + ("……" if len(numbers) > _NAMED else "")
