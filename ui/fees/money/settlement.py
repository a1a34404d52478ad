"""结算清退: what stands in the way, what settling comes to by item and class, giving back, the close."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QTabBar, QWidget

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.money import format_fen
from app.fees import rules
from app.fees.money import lists, queries, settlement
from app.fees.money.lists import PupilAccount
from app.fees.money.queries import Facts
from app.fees.money.settlement import Settlement
from app.fees.rules import PlanRow
from app.store import journal
from app.store.folder import DataFolder
from ui.base import jobs, notify
from ui.base.changes import Changes
from ui.base.page import Page
from ui.base.parts import Elided, column, label, mark, row
from ui.fees.memory_table import MemoryTable
from ui.fees.money.refunds import GivenList, RefundsList
from ui.fees.totals_pane import ALL, TotalsPane
from ui.forms.reasons import with_reason
from ui.grid.rows import Row
from ui.kit.acts import Act, ActBar, make_actions
from ui.kit.table_page import TablePage

ACTS: tuple[Act, ...] = (
    Act("settle", "结算", "settle", "checkmark"), Act("close", "结账", "close_term", "archive"),
    Act("print", "打印", "print_papers", "print"), Act("monthly", "月报", "monthly_report", "calendar"),
    Act("unsettle", "撤销结算", "unsettle", "undo", menu=True), Act("reopen", "撤销结账", "reopen", "restore", menu=True),
)
# What each state offers, and which act is the next: the one filled button.
_OFFERED = {rules.DRAFT: ("monthly",), rules.POSTED: ("monthly",), rules.COLLECTING: ("settle", "print", "monthly"),
            rules.SETTLED: ("settle", "close", "print", "monthly", "unsettle"), rules.CLOSED: ("print", "monthly", "reopen")}
_NEXT = {rules.COLLECTING: "settle", rules.SETTLED: "close"}
_LEFT = (Column("name", "班级"), Column("refund", "应退", Kind.MONEY), Column("shortage", "应补", Kind.MONEY), Column("left", "未退", Kind.MONEY),
         Column("pupils", "没办的", Kind.CHOICE))
_OPEN = 5       # place in such a row of how many pupils are not done
_ITEMS = (Column("name", "收费项目"), Column("pupils", "人数", Kind.WHOLE), Column("charged", "应收", Kind.MONEY), Column("paid", "预收", Kind.MONEY),
          Column("vouchers", "票据合计", Kind.MONEY), Column("spent", "学生均摊", Kind.MONEY), Column("remainder", "余分", Kind.MONEY),
          Column("refund", "应退", Kind.MONEY), Column("shortage", "应补", Kind.MONEY), Column("borne", "学校承担", Kind.MONEY))
_TABS = ("按项目", "清退签领", "清退记录")
_LEFT_PX, _LEFT_SHARE, _MOST_SAID = 440, 0.34, 3


class SumsList(MemoryTable):
    """What settling comes to item by item, the sum of all on top; for the whole school against the vouchers as well."""

    title = "结算预览"
    empty_text = "这里还没有收费。"
    settings_key = "fees_settlement"
    narrows = False
    record_word = "项"

    def __init__(self, changes: Changes, settings: QSettings | None) -> None:
        super().__init__(_ITEMS, changes, settings)

    def show_sums(self, plan: PlanRow, facts: Facts, class_id: int) -> None:
        """Show the sums of a class, 0 for the whole school."""
        rows: list[Row] = []
        for title in facts.titles:
            found = [each for each in facts.accounts if each.plan_item == title.id
                     and (not class_id or (at := facts.places.get(each.pupil)) is not None and at.class_id == class_id)]
            bills = facts.vouchers.get(title.id) if not class_id else None
            if not found and not bills:
                continue
            spent = sum(each.spent for each in found)
            rows.append((title.id, title.name, len({each.pupil for each in found}), sum(each.charged for each in found),
                         sum(each.paid for each in found), bills, spent, bills - spent or None if bills is not None else None,
                         sum(max(each.refund, 0) for each in found), sum(max(-each.refund, 0) for each in found) or None,
                         sum(each.borne for each in found) or None))
        for key in ("vouchers", "remainder"):
            self.grid.layout_of_columns.hide(self.place(key), bool(class_id))
        whole = [sum(row[at] or 0 for row in rows) or None for at in range(3, len(_ITEMS) + 1)]
        self.show_rows(plan, [(0, "合计", None, *whole), *rows] if rows else [])

    def status_line(self) -> tuple[str, str]:
        """Count the items, not the line of sums."""
        count = max(len(self.rows) - 1, 0)
        return f"共 {count} 项", super().status_line()[1]


class SettlementPage(Page):
    """The step. It holds the choice of a class; the lists on the right show what it gives them."""

    title = "结算清退"
    depends_on = frozenset({"fee_plan", "fee_plan_item", "fee_price", "fee_choice", "fee_usage", "fee_receipt", "fee_receipt_line", "fee_voucher",
                            "fee_settlement", "fee_refund", "pupil", "enrolment", "school_class", "setting"})

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(changes, settings)
        self.data_folder = data
        self.plan: PlanRow | None = None
        self.facts: Facts | None = None
        self.accounts: list[PupilAccount] = []
        self.window_acts: tuple[QAction, ...] = ()
        self.offered, self.shared = ("none", ""), False
        self.acts_by_key = make_actions(ACTS, self, self)
        self.bar, self.words, self.blocks = QWidget(), Elided("title"), label("", wrap=True)
        self.strip = QFrame()
        self.strip.setLayout(column(self.blocks, margins=(12, 6, 12, 6)))
        self.classes = TotalsPane(_LEFT, give_way=("shortage", "refund"))
        self.sums, self.refunds, self.given = SumsList(changes, settings), RefundsList(changes, settings), GivenList(changes, settings)
        self.lists: list[TablePage] = [self.sums, self.refunds, self.given]
        self.tabs, self.pages, self.class_name = QTabBar(), QStackedWidget(), Elided("title")
        self._lay_out()
        self.classes.chosen.connect(self._show_front)
        self.classes.entered.connect(lambda: self.front().grid.setFocus())
        self.refunds.group_done.connect(self._class_done)
        self.tabs.currentChanged.connect(lambda _: self._turned())

    @property
    def actions_by_key(self) -> dict[str, QAction]:
        """Give the acts of the step and of its lists."""
        return {**{key: action for each in self.lists for key, action in each.actions_by_key.items()}, **self.acts_by_key}

    # --- what is shown

    def show_plan(self, plan: PlanRow | None) -> None:
        """Show the settlement of a term's fees."""
        changed, self.plan = plan != self.plan, plan
        if changed and plan is not None:
            self.stale = True
            if self.isVisible():
                self._fetch()

    def refresh(self) -> None:
        """Read everybody's account anew: frozen where the term is settled, else as settling would make it now."""
        if self.plan is None:
            return
        self.facts = Facts(self.plan.id)
        self.accounts = lists.settlements(self.plan.id, facts=self.facts)
        self._say(self.facts, settlement.summed(self.facts) if not self.facts.head.settled_on else None)
        self.classes.show_rows(_groups(self.accounts))
        self._show_front()

    def _say(self, facts: Facts, preview: Settlement | None) -> None:
        """Say what settling comes to, and under it what stands in the way of the next act."""
        refund, shortage = (sum(max(sign * each.refund, 0) for each in self.accounts) for sign in (1, -1))
        left = [each for each in self.accounts if each.left]
        paid = sum(each.paid for each in self.accounts)
        said = f"{len(self.accounts)} 人，预收 {format_fen(paid)}，应退 {format_fen(refund)}，应补 {format_fen(shortage)}"
        self.words.say(f"试算（还没有结算）：{said}" if preview else f"{said}，还有 {len(left)} 人没有办" if left else f"{said}，全部办清")
        forbidden, explain = settlement.close_blocks(facts)
        if preview:
            owing = _owing(facts)
            explain = [*([f"还有 {len(owing)} 人欠缴 {format_fen(sum(owing))} 元，现在结算会成为应补。"] if owing else []), *preview.doubts]
        tone, found = ("danger" if forbidden else "warning"), [*forbidden, *explain]
        head = "结算前请核对：" if preview else "不能结账：" if forbidden else "现在结账要写明原因："
        more = f"（共 {len(found)} 条）" if len(found) > _MOST_SAID else ""
        self.blocks.setText(head + "".join(found[:_MOST_SAID]) + more)
        self.blocks.setToolTip("\n".join(found))
        mark(self.strip, role="strip", tone=tone)
        self.strip.setVisible(bool(found) and facts.head.state in _NEXT)
        self._offer(facts.head.state, _NEXT.get(facts.head.state, "") if preview or not found else "")

    def _offer(self, state: str, primary: str) -> None:
        """Show the acts of the state, the next one filled, unless something has to be done in the lists before."""
        for key, action in self.acts_by_key.items():
            action.setEnabled(key in _OFFERED[state])
        self.acts_by_key["settle"].setText("重新结算" if state == rules.SETTLED else "结算")
        if (state, primary) == self.offered:
            return
        self.offered = state, primary
        acts = [replace(act, primary=act.key == primary) for act in ACTS if act.key in _OFFERED[state]]
        made = ActBar(acts, self.acts_by_key)
        made.place(*self.window_acts)
        self.head.replaceWidget(self.bar, made)
        self.bar.hide()
        self.bar.deleteLater()
        self.bar = made

    def _show_front(self) -> None:
        if self.plan is None or self.facts is None:
            return
        front, key = self.front(), self.classes.key
        if front is self.given:
            self.given.show_within(self.plan, {"class": key} if key != ALL else {})
            self.given.model.locked = False
        elif front is self.refunds:
            own = [each for each in self.accounts if key in (ALL, each.who.class_id)]
            self.refunds.show_class(self.plan, key, own, queries.open_balances(self.facts))
        else:
            self.sums.show_sums(self.plan, self.facts, key)
        for each in self.lists:
            each.bar.setVisible(each is front)
        self.pages.setCurrentWidget(front)
        self.class_name.say("全校" if key == ALL else self.classes.name())
        self.setFocusProxy(front.grid)
        self.status_changed.emit(*self.status_line())

    def front(self) -> TablePage:
        """Give the list in front."""
        return self.lists[self.tabs.currentIndex()]

    def _turned(self) -> None:
        self._show_front()
        self.front().grid.setFocus()

    def place_window_acts(self, *actions: QAction) -> None:
        """Keep undo and redo on the right of the row of acts."""
        before, self.window_acts, self.offered = self.offered, actions, ("none", "")
        if self.plan is not None:
            self._offer(self.plan.state, before[1])

    def save(self) -> object:
        """Store what waits in the lists."""
        return self.refunds.save()

    def unsaved(self) -> str:
        """Say what waits in the lists."""
        return self.refunds.unsaved()

    def status_line(self) -> tuple[str, str]:
        """Give what the list in front says."""
        return self.front().status_line() if self.plan else ("", "")

    # --- what a person does

    def settle(self) -> None:
        """Settle everybody as one step, after a look at what it comes to."""
        plan, facts = self._plan(), self.facts
        assert facts is not None
        sums = settlement.summed(facts)
        again = plan.state == rules.SETTLED
        detail = (f"{sums.pupils} 人：预收 {format_fen(sums.paid)}，实支 {format_fen(sums.spent)}，"
                  f"学校承担 {format_fen(sums.borne + sums.remainder)}，应退 {format_fen(sums.refund)}，"
                  f"应补 {format_fen(sums.shortage)}（元）。") + "".join(sums.doubts)
        if not notify.ask(f"{'重新结算' if again else '结算'}{plan.term_title}的收费吗？", "结算", "取消", detail):
            return
        jobs.run_job(self, "结算", lambda progress: settlement.settle(plan.id), self._settled, can_cancel=False)

    def _settled(self, sums: Settlement) -> None:
        self.tabs.setCurrentIndex(_TABS.index("清退签领"))
        notify.said(f"已结算 {sums.pupils} 人：应退 {format_fen(sums.refund)} 元，应补 {format_fen(sums.shortage)} 元。请打印清退签领表发放。",
                    [("撤销", journal.undo)])

    def unsettle(self) -> None:
        """Take the settlement back."""
        plan = self._plan()
        settlement.unsettle(plan.id)
        notify.said(f"已撤销{plan.term_title}的结算，可以补登收费和票据，再重新结算。", [("撤销", journal.undo)])

    def close_term(self) -> None:
        """Close the term's fees; what is open must be explained."""
        plan = self._plan()
        forbidden, explain = settlement.close_blocks(Facts(plan.id))
        if forbidden:
            raise Refused("不能结账：" + "".join(forbidden))
        done = f"{plan.term_title}的收费已结账。没有领取的退款挂账，以后领了照样登记。" if explain else f"{plan.term_title}的收费已结账。"
        if explain:
            with_reason(self, f"结账 {plan.term_title}收费", "\n".join([*explain, "确实要结账，请写明原因。"]), "结账",
                        partial(settlement.close_term, plan.id), done)
        elif notify.ask(f"{plan.term_title}的收费要结账吗？", "结账", "取消", "结账以后收费、票据都不能再改；需要时可以撤销结账。"):
            settlement.close_term(plan.id)
            notify.said(done, [("撤销", journal.undo)])

    def reopen(self) -> None:
        """Take the close back."""
        plan = self._plan()
        settlement.reopen_term(plan.id)
        notify.said(f"已撤销{plan.term_title}的结账。", [("撤销", journal.undo)])

    def print_papers(self) -> None:
        """Print refund list, settlement letters, statement."""
        from ui.fees.money.printing import SETTLING, print_money

        print_money(self, self.data_folder, self._plan(), SETTLING, self.classes.key)

    def monthly_report(self) -> None:
        """Print or export the report of a month."""
        from ui.fees.money.monthly_report import MonthDialog

        MonthDialog(self, self.data_folder).exec()

    def _class_done(self) -> None:
        """Say that a class is done, and go on to the next that is not."""
        following = self.classes.next_with(_OPEN)
        notify.said(f"{self.classes.name()} 办清了。" + ("" if following else "全校都办清了，可以结账。"), [("撤销", journal.undo)])
        if following is not None:
            self.classes.choose(following)
            self.refunds.grid.setFocus()

    def _plan(self) -> PlanRow:
        if self.plan is None:
            raise Refused("这个学期还没有收费方案。")
        return self.plan

    # --- how it is laid out

    def _lay_out(self) -> None:
        self.tabs.setDrawBase(False)
        right = QWidget()
        top = row(self.tabs, self.class_name, None, *(each.bar for each in self.lists), gap=12)
        top.setStretch(1, 100)
        for text, page in zip(_TABS, self.lists, strict=True):
            self.tabs.addTab(text)
            self.pages.addWidget(page)
            page.status_changed.connect(lambda *_: self.status_changed.emit(*self.status_line()))
        right.setLayout(column(top, self.pages, gap=6))
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        self.splitter.addWidget(self.classes)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.head = row(self.words, None, self.bar, gap=12)
        self.head.setStretch(0, 100)
        lines = column(self.head, self.strip, self.splitter, margins=(0, 8, 0, 0))
        lines.setStretch(2, 1)
        self.setLayout(lines)

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room between both sides when the page is first seen."""
        super().showEvent(event)
        if not self.shared:
            self.shared = True
            left = min(_LEFT_PX, int(self.width() * _LEFT_SHARE))
            self.splitter.setSizes([left, max(self.width() - left, 1)])


def _owing(facts: Facts) -> list[int]:
    """Give what each pupil who owes still has to pay, 分."""
    owed = dict[int, int]()
    for item, found in facts.charges.items():
        for each in found:
            owed[each.pupil] = owed.get(each.pupil, 0) + max(each.fen - facts.paid.get(item, {}).get(each.pupil, 0), 0)
    return [fen for fen in owed.values() if fen]


def _groups(accounts: Sequence[PupilAccount]) -> list[Row]:
    """Give the classes with what is to be given back, the whole school on top; what is done is left blank."""
    classes = [(found[0].who.class_id, found[0].who.class_name, found) for found in
               (list(each) for _, each in groupby(accounts, key=lambda each: each.who.class_id))]
    return [(key, name, sum(max(each.refund, 0) for each in found) or None, sum(max(-each.refund, 0) for each in found) or None,
             sum(max(each.left, 0) for each in found) or None, f"{count} 人" if (count := sum(1 for each in found if each.left)) else "")
            for key, name, found in [(ALL, "全校", list(accounts)), *classes]]
