"""The top of the page: which stocktake, its state and progress, what comes next and what stands in its way."""

from collections.abc import Sequence

from PySide6.QtWidgets import QProgressBar

from app.stocktake import queries, rules
from app.stocktake.dues import next_step
from app.stocktake.queries import Result, StocktakeRow
from ui.base.parts import label
from ui.kit.work_head import WorkHead

TONES = {rules.OPEN: "accent", rules.COUNTED: "warning", rules.APPROVED: "done", rules.VOIDED: "quiet"}


class Head(WorkHead):
    """Shows one stocktake, with how far it is."""

    def __init__(self) -> None:
        super().__init__("盘点")
        self.choice.setToolTip("选一次盘点")
        self.bar, self.share = QProgressBar(textVisible=False), label("", "hint")
        self.bar.setMinimumWidth(80)
        self.bar.setMaximumWidth(220)
        self.beside.addWidget(self.bar)
        self.beside.addWidget(self.share)

    def show_stocktake(self, stocktake: StocktakeRow, rooms: Sequence[Result]) -> None:
        """Show a stocktake as it is now."""
        self.offer([(identity, f"{title}　{number}") for identity, title, number, _ in queries.choices()], stocktake.id)
        people = [f"盘点人 {stocktake.team}"] * bool(stocktake.team) + [f"监盘人 {stocktake.observer}"] * bool(
            stocktake.observer
        )
        facts = "　".join([f"基准日 {stocktake.base_date}", stocktake.scope_words, *people])
        self.tell(stocktake.state_words, TONES[stocktake.state], facts, next_step(stocktake, rooms))
        done = stocktake.lines - stocktake.left
        self.bar.setRange(0, max(stocktake.lines, 1))
        self.bar.setValue(done)
        percent = 100 * done // max(stocktake.lines, 1)
        self.share.setText(f"已盘 {done:,} / {stocktake.lines:,} 种　{percent}%")


def empty_panel_words() -> tuple[str, str]:
    """Give what is said where there has never been a stocktake: a heading, and what a stocktake is."""
    return ("还没有盘点过", "盘点是拿账面和实物核对一遍：\n"
            "1. 开始盘点：程序把此刻的账面数冻结下来，以后台账再怎么变，这次盘点的账面数都不变。\n"
            "2. 清点：一间房一间房地录入，或整室记为相符，或用扫码枪，或把盘点表发给保管人填好收回。"
            "借出、送修、待报废、待核销的会标明，不算盘亏；待修理的还在场，要找到。\n"
            "3. 报批：打印审批表，盘盈盘亏查明原因后报批。\n"
            "4. 审批入账：填上批准文号和日期，台账才按批准结果调整，一步就能撤销。")
