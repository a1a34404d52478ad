"""The top of the tab: which term, how far its fees are, what comes next and what stands in its way."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame

from app.core import clock
from app.core.money import format_fen
from app.core.terms import chinese_day
from app.fees import rules
from app.fees.board import checking, frozen
from app.fees.board import commands as publicity
from app.fees.board import queries as board_queries
from app.fees.board.rules import RULES, Finding
from app.fees.money import progress as money_progress
from app.fees.money import queries as money_queries
from app.fees.money.facts import Facts
from app.fees.plan import queries as plan_queries
from app.fees.rules import PlanRow
from app.school.queries import TermRow
from ui.base.parts import Elided, button, column, label, mark, row

TONES = {rules.DRAFT: "quiet", rules.POSTED: "accent", rules.COLLECTING: "warning", rules.SETTLED: "done", rules.CLOSED: "quiet"}
_TITLES = {rule.key: rule.title for rule in RULES}
# What is said of the commonest trouble; of any other its rule's title and how often.
_SAID = {"no_basis": "{} 项没有依据文号", "above_standard": "{} 处超过规定标准", "changed": "{} 处公示以后有变动", "no_slip": "{} 项自愿收费没有回执"}


@dataclass(frozen=True)
class Next:
    """What comes next, in a sentence, and the way there: a step's key, after a colon an act of it; "" for none."""

    text: str
    way: str = ""
    words: str = ""


def next_step(plan: PlanRow, steps: Collection[str]) -> Next:
    """Say what comes next with a term's fees; a way is offered only to one of the ``steps`` that there are."""
    found = _NEXT[plan.state](plan)
    return found if found.way.partition(":")[0] in steps else Next(found.text)


def trouble(findings: Sequence[Finding]) -> str:
    """Say the errors in a few words: 2 项没有依据文号、1 处超过规定标准."""
    count = Counter(each.rule for each in findings if each.level == "error")
    return "、".join(_SAID.get(rule, f"{_TITLES.get(rule, rule)} {{}} 处").format(times) for rule, times in count.most_common(3)) + (
        " 等" if len(count) > 3 else "")


def _draft(plan: PlanRow) -> Next:
    items = plan_queries.plan_items(plan.id)
    if not items:
        return Next("还没有收费项目。请添加项目并填写各年级的金额，没有的年级留空。", "plan:new", "加项目")
    found = checking.findings(plan.id, "post")
    said = trouble(found)
    if said:
        return Next(f"还有 {said}，公示前要改好。", "plan:check", "去看")
    reminders = f"检查通过，有 {len(found)} 条提醒。" if found else "检查通过。"
    return Next(f"{reminders}可以打印公示表张贴，并登记公示了。", "publicity:post", "去公示")


def _posted(plan: PlanRow) -> Next:
    hangs = board_queries.hanging(plan.id)
    if hangs is None:
        return Next("公示已撤下。请重新公示，期满后才能收费。", "publicity:post", "去公示")
    changed = frozen.changes(hangs.content, publicity.content_now(plan.id))
    if changed:
        return Next(f"公示以后方案改了 {len(changed)} 处，要发布新版本替换正在公示的第{hangs.version}版。", "publicity:replace", "换新版")
    since, ready, today = checking.public_since(plan.id), publicity.collectable_on(plan.id), clock.today()
    if since and ready and today < ready:
        return Next(f"{chinese_day(since)}起公示，还有 {(ready - today).days} 天满期，{chinese_day(ready)}起可以收费。"
                    "这几天可以印发告家长书、收回执。", "letters", "去印告家长书")
    found = checking.findings(plan.id, "collect")
    said = trouble(found)
    if {each.rule for each in found if each.level == "error"} == {"no_slip"}:
        return Next(f"公示已满期，还有 {said}：要先印发告家长书，逐项征求意见。", "letters", "去建告家长书")
    if said:
        return Next(f"公示已满期，还有 {said}，收费前要改好。", "plan:check", "去看")
    if plan.collect_from and today < plan.collect_from:
        return Next(f"公示已满期，定于{chinese_day(plan.collect_from)}开始收费。这几天可以印发告家长书、收回执。", "letters", "去印告家长书")
    return Next("公示已满期，可以开始收费了。", "publicity:collect", "开始收费")


def _collecting(plan: PlanRow) -> Next:
    hangs = board_queries.hanging(plan.id)
    changed = frozen.changes(hangs.content, publicity.content_now(plan.id)) if hangs else []
    if changed:
        return Next(f"公示以后方案改了 {len(changed)} 处，要发布新版本公示。", "publicity:replace", "换新版")
    facts = Facts(plan.id)
    classes = money_progress.by_class(plan.id, facts)
    charged, paid, owed, debtors = (sum(getattr(each, what) for each in classes)
                                    for what in ("charged", "paid", "owed", "debtors"))
    if owed:
        return Next(f"应收 {format_fen(charged)} 元，已收 {format_fen(paid)} 元，还有 {debtors} 人欠缴 {format_fen(owed)} 元。",
                    "collection", "去登记收费")
    doubts = money_queries.doubts(facts)
    if doubts:
        return Next(f"费用已收齐。{doubts[0]}", "spending", "去登记票据")
    return Next("费用已收齐，票据已登记。期末核对无误后可以结算。", "settlement", "去结算")


def _settled(plan: PlanRow) -> Next:
    facts = Facts(plan.id)
    wrong = money_queries.problems(facts)
    if wrong:
        return Next(wrong[0], "settlement", "去看")
    balances = money_queries.open_balances(facts)
    back, owed = [fen for fen in balances.values() if fen > 0], [-fen for fen in balances.values() if fen < 0]
    said = ([f"{len(back)} 人应退 {format_fen(sum(back))} 元"] if back else []) + ([f"{len(owed)} 人应补 {format_fen(sum(owed))} 元"] if owed else [])
    if said:
        return Next(f"已结算，还有 {'、'.join(said)}没有办。请打印清退签领表发放并登记。", "settlement", "去清退")
    if not board_queries.publications(plan.id, board_queries.ABOUT_SETTLEMENT):
        return Next("已结算、清退完毕。请公示收支情况，然后结账。", "publicity:settlement", "公示结算")
    return Next("已结算、清退完毕并公示，可以结账了。", "settlement", "去结账")


def _closed(plan: PlanRow) -> Next:
    day = chinese_day(plan.closed_on) if plan.closed_on else ""
    return Next(f"这个学期的收费已在{day}结账，只能查看和打印。")


_NEXT = {rules.DRAFT: _draft, rules.POSTED: _posted, rules.COLLECTING: _collecting, rules.SETTLED: _settled, rules.CLOSED: _closed}


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

    def show_plan(self, terms: Sequence[TermRow], term: TermRow | None, plan: PlanRow | None, steps: Collection[str]) -> None:
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
        self.next = next_step(plan, steps) if plan else Next("这个学期还没有收费方案。")
        self.words.say(self.next.text)
        self.way.setText(self.next.words)
        self.way.setVisible(bool(self.next.way))

    def _go(self) -> None:
        self.go.emit(self.next.way)


def _facts(plan: PlanRow) -> str:
    """Say when is collected, who bears a shortage, and what each grade comes to."""
    days = [str(day) for day in (plan.collect_from, plan.collect_until) if day]
    said = [f"收费 {' 至 '.join(days)}" if days else "还没有定收费日期", rules.refund_sentence(plan.shortage, full=False)]
    sums = [total.fen for total in plan_queries.totals(plan.id).values() if total.fen]
    if sums:
        said.append(f"每生合计 {format_fen(min(sums))}" + (f"～{format_fen(max(sums))}" if max(sums) > min(sums) else "") + " 元")
    return "　".join(said)
