"""The top of the tab: which term, how far its fees are, what comes next and what stands in its way."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame

from app.core import clock
from app.core.dues import Next
from app.core.money import format_fen
from app.fees import rules
from app.fees.dues import next_step
from app.fees.plan import queries as plan_queries
from app.fees.rules import PlanRow
from app.school.queries import TermRow
from ui.base.parts import Elided, button, column, label, mark, row

TONES = {rules.DRAFT: "quiet", rules.POSTED: "accent", rules.COLLECTING: "warning", rules.SETTLED: "done", rules.CLOSED: "quiet"}


class Head(QFrame):
    """Shows one term's fees; ``picked`` tells the term that was chosen instead, ``go`` that the offered way was taken."""

    picked = Signal(int)
    go = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        mark(self, role="panel")
        self.choice, self.chip, self.facts = QComboBox(), label("", "chip"), Elided()
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.setMaximumWidth(380)
        self.choice.setToolTip("选一个学期")
        self.choice.setAccessibleName("学期")
        self.words, self.way = Elided(""), button("", self._go, flat=True)
        self.words.setMinimumHeight(self.way.sizeHint().height())
        self.next = Next("")
        top = row(self.choice, self.chip, self.facts, None, gap=12)
        top.setStretch(2, 300)
        low = row(self.words, self.way, None, gap=6)
        low.setStretch(0, 100)      # up to its own width
        self.setLayout(column(top, low, margins=(10, 8, 14, 8), gap=6))
        self.choice.activated.connect(lambda at: self.picked.emit(self.choice.itemData(at)))

    def show_plan(self, terms: Sequence[TermRow], term: TermRow | None, plan: PlanRow | None) -> None:
        """Show a term's fees as they are now; None where it has none."""
        listed = [(each.id, f"{each.title}（当前）" if each.is_current else each.title) for each in terms]
        if listed != [(self.choice.itemData(at), self.choice.itemText(at)) for at in range(self.choice.count())]:
            self.choice.clear()
            for identity, title in listed:
                self.choice.addItem(title, identity)
        self.choice.setCurrentIndex(self.choice.findData(term.id) if term else -1)
        self.chip.setText(plan.state_words if plan else "未建")
        mark(self.chip, tone=TONES[plan.state] if plan else "quiet")
        self.facts.say(_facts(plan) if plan else "")
        self.next = next_step(plan, clock.today()) if plan else Next("这个学期还没有收费方案。")
        self.words.say(self.next.text)
        self.way.setText(self.next.words)
        self.way.setVisible(bool(self.next.act))

    def _go(self) -> None:
        self.go.emit(self.next.act)


def _facts(plan: PlanRow) -> str:
    """Say when is collected, who bears a shortage, and what each grade comes to."""
    days = [str(day) for day in (plan.collect_from, plan.collect_until) if day]
    said = [f"收费 {' 至 '.join(days)}" if days else "还没有定收费日期", rules.refund_sentence(plan.shortage, full=False)]
    sums = [total.fen for total in plan_queries.totals(plan.id).values() if total.fen]
    if sums:
        said.append(f"每生合计 {format_fen(min(sums))}" + (f"～{format_fen(max(sums))}" if max(sums) > min(sums) else "") + " 元")
    return "　".join(said)
