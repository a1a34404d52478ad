"""对账单: payments of a bank's statement or a 扫码 account become receipts, after a look at whose each one is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.core.columns import Column, Kind
from app.core.money import format_fen
from app.fees.money import matching_statement
from app.fees.money.facts import Facts
from app.fees.money.matching_statement import StatementLine
from app.fees.money.rules import METHODS
from ui.base import undoing
from ui.base.parts import label
from ui.fees.money.matching import ASKED, LEFT, SURE, MatchDialog, tabs_of
from ui.forms.editors import ChoiceEditor

_USUAL = METHODS[1]


class StatementDialog(MatchDialog):
    """A pupil owes what he owes less what the other lines pay for him."""

    title = "从对账单登记收费"
    invitation = "银行流水、微信或支付宝账单都行，要有金额和日期，附言里最好写着班级和姓名。选文件，或在 Excel 里连同表头复制再点“粘贴”。"
    button_text = "登记"
    unit = "笔"
    tables = tabs_of(Column("day", "日期", Kind.DAY), Column("fen", "金额", Kind.MONEY), Column("payer", "付款人", Kind.CODE),
                     Column("text", "附言"), Column("owed", "欠缴", Kind.MONEY))

    def __init__(self, parent: QWidget | None, plan_id: int) -> None:
        super().__init__(parent, plan_id)
        self.left_out = 0
        facts = Facts(plan_id)
        self.owed = {pupil: sum(facts.owed(pupil).values()) for pupil in self.roll.names}
        self.method = ChoiceEditor(["", *METHODS], free=True)
        self.method.set_value(_USUAL)
        self.method.setFixedWidth(110)
        self.method.setAccessibleName("缴费方式")
        self.controls.addWidget(label("缴费方式"))
        self.controls.addWidget(self.method)

    def lines_of(self, path: Path) -> Sequence[StatementLine]:
        """Read the statement."""
        found = matching_statement.read_statement(path, self.plan_id)
        self.left_out = found.left_out
        return found.lines

    def cells(self, line: StatementLine) -> Sequence[object]:
        """Give what the statement says."""
        return line.day, line.fen, line.payer, line.text, line.owed or None

    def summary(self, counts: Sequence[int]) -> str:
        """Say how much is sure, asked and left out."""
        fen = [0, 0, 0]
        for line in self.lines.values():
            fen[self.place(line)] += getattr(line, "fen", 0)
        words = {SURE: "认准", ASKED: "要确认", LEFT: "没有找到或不能登记"}
        said = "，".join(f"{word} {counts[at]} 笔 {format_fen(fen[at])} 元" for at, word in words.items())
        return f"收入 {sum(counts)} 笔：{said}。" + (f"另有 {self.left_out} 行是支出，没有读。" if self.left_out else "")

    def objection(self, line: StatementLine, pupil: int) -> str:
        """Say that a pupil owes less than this payment, with the other lines that are taken for him."""
        others = sum(other.fen for other in self.lines.values() if isinstance(other, StatementLine) and other.number != line.number
                     and self.answers.get(other.number, other.sure) == pupil)
        left = self.owed[pupil] - others
        name = self.roll.names[pupil].name
        if line.fen <= left:
            return ""
        return f"{name}只欠 {format_fen(max(left, 0))} 元，第 {line.number} 笔付了 {format_fen(line.fen)} 元，不能认作他的。"

    def take(self, lines: Sequence[StatementLine], answers: Mapping[int, int]) -> None:
        """Make receipts of them as one step."""
        step = matching_statement.take_statement(self.plan_id, lines, answers, str(self.method.value() or ""))
        fen = sum(line.fen for line in lines if not line.wrong and answers.get(line.number, line.sure) is not None)
        undoing.told(f"已按对账单登记 {len(step.made) if step else 0} 笔 {format_fen(fen)} 元。", step)
