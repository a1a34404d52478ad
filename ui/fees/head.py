"""The top of the tab: which term, how far its fees are, what comes next and what stands in its way."""

from collections.abc import Sequence

from app.core import clock
from app.core.dues import Next
from app.core.money import format_fen
from app.fees import rules
from app.fees.dues import next_step
from app.fees.plan import queries as plan_queries
from app.fees.rules import PlanRow
from app.school.queries import TermRow
from ui.kit.work_head import WorkHead

TONES = {
    rules.DRAFT: "quiet",
    rules.POSTED: "accent",
    rules.COLLECTING: "warning",
    rules.SETTLED: "done",
    rules.CLOSED: "quiet",
}


class Head(WorkHead):
    """Shows one term's fees."""

    def __init__(self) -> None:
        super().__init__("学期")

    def show_plan(self, terms: Sequence[TermRow], term: TermRow | None, plan: PlanRow | None) -> None:
        """Show a term's fees as they are now; None where it has none."""
        self.offer(
            [(each.id, f"{each.title}（当前）" if each.is_current else each.title) for each in terms],
            term.id if term else 0,
        )
        if plan is None:
            self.tell("未建", "quiet", "", Next("这个学期还没有收费方案。"))
        else:
            self.tell(plan.state_words, TONES[plan.state], _facts(plan), next_step(plan, clock.today()))


def _facts(plan: PlanRow) -> str:
    """Say when is collected, who bears a shortage, and what each grade comes to."""
    days = [str(day) for day in (plan.collect_from, plan.collect_until) if day]
    said = [f"收费 {' 至 '.join(days)}" if days else "还没有定收费日期", rules.refund_sentence(plan.shortage, full=False)]
    sums = [total.fen for total in plan_queries.totals(plan.id).values() if total.fen]
    if sums:
        said.append(
            f"每生合计 {format_fen(min(sums))}"
            + (f"～{format_fen(max(sums))}" if max(sums) > min(sums) else "")
            + " 元"
        )
    return "　".join(said)
