"""The top of the page: which stocktake, its state and progress, what comes next and what stands in its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QProgressBar

from app.stocktake import queries, rules
from app.stocktake.queries import Result, StocktakeRow
from ui.base.parts import Elided, button, column, label, mark, row

TONES = {rules.OPEN: "accent", rules.COUNTED: "warning", rules.APPROVED: "done", rules.VOIDED: "quiet"}
_ROOMS_NAMED = 2


@dataclass(frozen=True)
class Next:
    """What comes next, in a sentence, and the way there: "" none, "left" a room to count, "reasons", "finds"."""

    text: str
    way: str = ""


WAYS = {"left": "去盘下一处", "reasons": "去写原因", "finds": "去处理"}


def next_step(stocktake: StocktakeRow, rooms: Sequence[Result]) -> Next:
    """Say what comes next with a stocktake and what stands in its way; ``rooms`` are its results by room."""
    if stocktake.state == rules.VOIDED:
        return Next(f"这次盘点已作废，只能查看。{stocktake.remark.splitlines()[-1] if stocktake.remark else ''}")
    if stocktake.state == rules.APPROVED and stocktake.approved_on:
        return Next(f"已经 {stocktake.approval_no}（{stocktake.approved_on}）批准，台账已按批准结果调整，这里只能查看。"
                    "要退回，请撤销“批准盘点”那一步。")
    if stocktake.left:
        left = [room.name for room in rooms if room.left]
        some = "、".join(left[:_ROOMS_NAMED]) + (" 等" if len(left) > _ROOMS_NAMED else "")
        return Next(f"还有 {len(left)} 处 {stocktake.left:,} 行没有盘：{some}。", "left" if stocktake.state == rules.OPEN else "")
    bare, unclear = queries.obstacles(stocktake.id)
    blocks = ([f"{bare} 行盘亏、盘盈没有写原因"] if bare else []) + ([f"{unclear} 条盘盈登记没有定是否入账"] if unclear else [])
    if stocktake.state == rules.OPEN:
        return Next(f"全部盘完，但{'，'.join(blocks)}，写清后才能报批。", "reasons" if bare else "finds") if blocks else \
            Next("全部盘完。核对无误后点“清点完毕”，再打印审批表报批。")
    if blocks:
        return Next(f"清点完毕，但{'，'.join(blocks)}，不能报批。请先“重新打开”补上。")
    return Next("清点完毕，不能再录入。请打印审批表报批；批准以后点“审批入账”，填批准文号和日期，台账这时才调整。")


class Head(QFrame):
    """Shows one stocktake; ``picked`` tells that another was chosen, ``go`` which way of ``WAYS`` was taken."""

    picked = Signal(int)
    go = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        mark(self, role="panel")
        self.choice, self.chip, self.facts = QComboBox(), label("", "chip"), Elided()
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.setMaximumWidth(380)
        self.choice.setToolTip("选一次盘点")
        self.choice.setAccessibleName("盘点")
        self.bar, self.share = QProgressBar(textVisible=False), label("", "hint")
        self.bar.setMinimumWidth(80)
        self.bar.setMaximumWidth(220)
        self.words, self.way = Elided(""), button("", self._go, flat=True)
        self.next = Next("")
        top = row(self.choice, self.chip, self.facts, None, self.bar, self.share, gap=12)
        top.setStretch(2, 300)
        top.setStretch(4, 100)
        low = row(self.words, self.way, None, gap=6)
        low.setStretch(0, 100)      # up to its own width
        self.setLayout(column(top, low, margins=(10, 8, 14, 8), gap=6))
        self.choice.activated.connect(lambda at: self.picked.emit(self.choice.itemData(at)))

    def show_stocktake(self, stocktake: StocktakeRow, rooms: Sequence[Result]) -> None:
        """Show a stocktake as it is now."""
        listed = [(identity, f"{title}　{number}") for identity, title, number, _ in queries.choices()]
        if listed != [(self.choice.itemData(at), self.choice.itemText(at)) for at in range(self.choice.count())]:
            self.choice.clear()
            for identity, words in listed:
                self.choice.addItem(words, identity)
        self.choice.setCurrentIndex(self.choice.findData(stocktake.id))
        self.chip.setText(stocktake.state_words)
        mark(self.chip, tone=TONES[stocktake.state])
        people = [f"盘点人 {stocktake.team}"] * bool(stocktake.team) + [f"监盘人 {stocktake.observer}"] * bool(stocktake.observer)
        self.facts.say("　".join([f"基准日 {stocktake.base_date}", stocktake.scope_words, *people]))
        done = stocktake.lines - stocktake.left
        self.bar.setRange(0, max(stocktake.lines, 1))
        self.bar.setValue(done)
        percent = 100 * done // max(stocktake.lines, 1)
        self.share.setText(f"已盘 {done:,} / {stocktake.lines:,} 行　{percent}%")
        self.next = next_step(stocktake, rooms)
        self.words.say(self.next.text)
        self.way.setText(WAYS.get(self.next.way, ""))
        self.way.setVisible(bool(self.next.way))

    def _go(self) -> None:
        self.go.emit(self.next.way)


def empty_panel_words() -> tuple[str, str]:
    """Give what is said where there has never been a stocktake: a heading, and what a stocktake is."""
    return ("还没有盘点过", "盘点是拿账面和实物核对一遍：\n"
            "1. 开始盘点：程序把此刻的账面数冻结下来，以后台账再怎么变，这次盘点的账面数都不变。\n"
            "2. 清点：一间房一间房地录入，或整室记为相符，或用扫码枪，或把盘点表发给保管人填好收回。借出、送修、待报废的会标明，不算盘亏。\n"
            "3. 报批：打印审批表，盘盈盘亏查明原因后报批。\n"
            "4. 审批入账：填上批准文号和日期，台账才按批准结果调整，一步就能撤销。")
