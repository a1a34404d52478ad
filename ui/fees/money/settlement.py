"""结算清退: what stands in the way, what settling comes to by item and class, giving back, the close."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFrame

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.money import format_fen
from app.fees.money import lists, queries, settlement
from app.fees.money.facts import Facts
from app.fees.money.lists import PupilAccount
from app.fees.money.settlement import Settlement
from app.fees.rules import PlanRow
from app.store.folder import DataFolder
from ui.base import jobs, notify, undoing
from ui.base.changes import Changes
from ui.base.parts import Elided, column, label, mark, row
from ui.fees.memory_table import MemoryTable
from ui.fees.money.bank_accounts import BankAccountsList
from ui.fees.money.refunds import GivenList, RefundsList
from ui.fees.plan_step import PlanStep
from ui.forms.reasons import with_reason
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.groups_page import GroupsPage
from ui.kit.table_page import TablePage
from ui.kit.totals_pane import ALL, TotalsPane
from ui.kit.workbooks import save_workbook

ACTS: tuple[Act, ...] = (
    Act("settle", "结算", "settle", "checkmark"), Act("close", "结账", "close_term", "archive"),
    Act("print", "打印", "print_papers", "print"), Act("monthly", "月报", "monthly_report", "calendar"),
    Act("accounts", "导出账目…", "export_accounts", "export", menu=True),
    Act("unsettle", "撤销结算", "unsettle", "undo", menu=True), Act("reopen", "撤销结账", "reopen", "restore", menu=True),
)
_ASKED = {"print": "account"}     # what printing is called in the table of states
_LEFT = (
    Column("name", "班级"),
    Column("refund", "应退", Kind.MONEY),
    Column("arrears", "欠缴", Kind.MONEY),
    Column("shortage", "应补", Kind.MONEY),
    Column("left", "未退", Kind.MONEY),
    Column("pupils", "没办的", Kind.CHOICE),
)
_OPEN = 6       # place in such a row of how many pupils are not done
_ITEMS = (
    Column("name", "收费项目"),
    Column("pupils", "人数", Kind.WHOLE),
    Column("charged", "应收", Kind.MONEY),
    Column("paid", "预收", Kind.MONEY),
    Column("billed", "票据支出", Kind.MONEY),
    Column("standard", "按标准结算", Kind.MONEY),
    Column("refund", "应退", Kind.MONEY),
    Column("arrears", "欠缴", Kind.MONEY),
    Column("shortage", "应补", Kind.MONEY),
    Column("borne", "学校承担", Kind.MONEY),
)
_MOST_SAID = 3


class SumsList(MemoryTable):
    """What settling comes to item by item, the sum of all on top; for the whole school against the vouchers as well."""

    title = "按项目"
    empty_text = "这里还没有收费。"
    settings_key = "fees_settlement"
    narrows = False
    record_word = "项"

    def __init__(self, changes: Changes, settings: QSettings | None) -> None:
        super().__init__(_ITEMS, changes, settings)

    def show_sums(self, plan: PlanRow, facts: Facts, class_id: int) -> None:
        """Show the sums of a class, 0 for the whole school."""
        sums = [each for each in queries.sums(plan.id, facts=facts, class_id=class_id) if each.pupils or each.vouchers]
        rows: list[Row] = [
            (each.key, each.name, each.pupils, each.charged, each.paid, each.billed or None, each.standard or None, each.refund,
             each.arrears or None, each.shortage or None, each.school or None) for each in sums]
        whole = [sum(row[at] or 0 for row in rows) or None for at in range(3, len(_ITEMS) + 1)]
        self.show_rows(plan, [(0, "合计", None, *whole), *rows] if rows else [])

    def status_line(self) -> tuple[str, str]:
        """Count the items, not the line of sums."""
        count = max(len(self.rows) - 1, 0)
        return f"共 {count} 项", super().status_line()[1]


class SettlementPage(PlanStep, GroupsPage):
    """The step. It holds the choice of a class; the lists on the right show what it gives them."""

    title = "结算清退"
    acts = ACTS
    settings_key = "fees_settling"
    left_share = 0.34

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(TotalsPane(_LEFT, give_way=("shortage", "arrears", "refund")), changes, settings)
        self.data_folder = data
        self.facts: Facts | None = None
        self.accounts: list[PupilAccount] = []
        self.words, self.blocks, self.strip = Elided("title"), label("", wrap=True), QFrame()
        self.strip.setLayout(column(self.blocks, margins=(12, 6, 12, 6)))
        self.sums, self.refunds, self.given = (
            SumsList(changes, settings),
            RefundsList(changes, settings),
            GivenList(changes, settings),
        )
        self.bank = BankAccountsList(changes, settings)
        self.set_lists(self.sums, self.refunds, self.given, self.bank)
        line = row(self.words, None, self.state_bar, gap=12)
        line.setStretch(0, 100)
        self.over.addLayout(line)
        self.over.addWidget(self.strip)
        self.refunds.group_done.connect(self._class_done)

    # --- what is shown

    def fill(self) -> None:
        """Read everybody's account anew: frozen where the term is settled, else as settling would make it now."""
        if self.plan is None:
            return
        self.facts = Facts(self.plan.id)
        self.accounts = lists.settlements(self.plan.id, facts=self.facts)
        self._say(self.facts, settlement.summed(self.facts) if not self.facts.head.settled_on else None)
        self.groups.show_rows(_groups(self.accounts))
        self.show_front()

    def _say(self, facts: Facts, preview: Settlement | None) -> None:
        """Say what settling comes to, and under it what stands in the way of the next act."""
        refund, arrears, shortage = (sum(getattr(each, what) for each in facts.accounts) for what in ("back", "arrears", "shortage"))
        left = [each for each in self.accounts if each.left]
        paid = sum(each.paid for each in self.accounts)
        said = f"{len(self.accounts)} 人，预收 {format_fen(paid)}，应退 {format_fen(refund)}"
        said += "".join(f"，{word} {format_fen(fen)}" for word, fen in (("欠缴", arrears), ("应补", shortage)) if fen)
        self.words.say(f"试算（还没有结算）：{said}" if preview else f"{said}，还有 {len(left)} 人没有办" if left else f"{said}，全部办清")
        forbidden, explain = settlement.close_blocks(facts)
        if preview:
            owing = _owing(facts)
            explain = [
                *([f"还有 {len(owing)} 人欠缴 {format_fen(sum(owing))} 元，现在结算仍然欠缴，先从应退里扣。"] if owing else []),
                *preview.doubts,
            ]
        tone, found = ("danger" if forbidden else "warning"), [*forbidden, *explain]
        head = "结算前请核对：" if preview else "不能结账：" if forbidden else "现在结账要写明原因："
        more = f"（共 {len(found)} 条）" if len(found) > _MOST_SAID else ""
        self.blocks.setText(head + "".join(found[:_MOST_SAID]) + more)
        self.blocks.setToolTip("\n".join(found))
        mark(self.strip, role="strip", tone=tone)
        plan = self.shown_plan()
        following = next((act for act in ("close", "settle") if plan.allows(act)), "")
        self.strip.setVisible(bool(found and following))
        self._offer(plan, following if preview or not found else "")

    def _offer(self, plan: PlanRow, primary: str) -> None:
        """Show what the state allows, the next act filled, unless something has to be done in the lists before."""
        self.state_bar.actions_by_key["settle"].setText("重新结算" if plan.settled_on else "结算")
        offered = [act.key for act in ACTS if act.key in ("monthly", "accounts") or plan.allows(_ASKED.get(act.key, act.key))]
        self.state_bar.offer(offered, primary)

    def ready(self) -> bool:
        """Whether the term has fees and they were read."""
        return self.facts is not None and super().ready()

    def show_list(self, front: TablePage) -> None:
        """Show the sums, what is to be given back, or what was given, of the chosen class."""
        plan, facts, key = self.shown_plan(), self._facts(), self.groups.key
        if front is self.given:
            self.given.show_within(plan, {"class": key} if key != ALL else {})
            self.given.model.locked = False
        elif front is self.refunds:
            own = [each for each in self.accounts if key in (ALL, each.who.class_id)]
            self.refunds.show_class(plan, key, own, queries.open_balances(facts))
        elif front is self.bank:
            own = [each for each in self.accounts if key in (ALL, each.who.class_id)]
            self.bank.show_class(plan, key, own, queries.open_balances(facts))
        else:
            self.sums.show_sums(plan, facts, key)

    # --- what a person does

    def settle(self) -> None:
        """Settle everybody as one step, after a look at what it comes to."""
        plan, facts = self.shown_plan(), self._facts()
        sums = settlement.summed(facts)
        again = plan.settled_on is not None
        detail = (f"{sums.pupils} 人：预收 {format_fen(sums.paid)}，实支 {format_fen(sums.spent)}，"
                  f"学校承担 {format_fen(sums.borne + sums.remainder)}，应退 {format_fen(sums.refund)}，"
                  f"欠缴 {format_fen(sums.arrears)}，应补 {format_fen(sums.shortage)}（元）。")
        detail = "\n".join([detail, *sums.doubts])
        if not notify.ask(f"{'重新结算' if again else '结算'}{plan.term_title}的收费吗？", "结算", "取消", detail):
            return
        jobs.run_job(self, "结算", lambda progress: settlement.settle(plan.id), self._settled, can_cancel=False)

    def _settled(self, sums: Settlement) -> None:
        self.turn_to(self.refunds)
        undoing.told(f"已结算 {sums.pupils} 人：应退 {format_fen(sums.refund)} 元，欠缴 {format_fen(sums.arrears)} 元，"
                     f"应补 {format_fen(sums.shortage)} 元。请打印清退签领表发放。", sums.step)

    def unsettle(self) -> None:
        """Take the settlement back."""
        plan = self.shown_plan()
        undoing.told(f"已撤销{plan.term_title}的结算，可以补登收费和票据，再重新结算。", settlement.unsettle(plan.id).step)

    def close_term(self) -> None:
        """Close the term's fees; what is open must be explained."""
        plan = self.shown_plan()
        forbidden, explain = settlement.close_blocks(Facts(plan.id))
        if forbidden:
            raise Refused("不能结账：" + "".join(forbidden))
        done = f"{plan.term_title}的收费已结账。没有领取的退款挂账，以后领了照样登记。" if explain else f"{plan.term_title}的收费已结账。"
        if explain:
            with_reason(self, f"结账 {plan.term_title}收费", "\n".join([*explain, "确实要结账，请写明原因。"]), "结账",
                        partial(settlement.close_term, plan.id), done)
        elif notify.ask(f"{plan.term_title}的收费要结账吗？", "结账", "取消", "结账以后收费、票据都不能再改；需要时可以撤销结账。"):
            undoing.told(done, settlement.close_term(plan.id))

    def reopen(self) -> None:
        """Take the close back."""
        plan = self.shown_plan()
        undoing.told(f"已撤销{plan.term_title}的结账。", settlement.reopen_term(plan.id))

    def print_papers(self) -> None:
        """Print refund list, settlement letters, statement."""
        from ui.fees.money.printing import SETTLING, print_money

        print_money(self, self.data_folder, self.shown_plan(), SETTLING, self.groups.key)

    def export_accounts(self) -> None:
        """Write the refund list, the accounts and the vouchers as a workbook, of the chosen class or of all."""
        from app.fees.money.account_sheets import export_accounts

        plan, key = self.shown_plan(), self.groups.key
        classes = [key] if key != ALL else []
        save_workbook(self, "账目", f"{plan.term_title}收费账目", lambda path, progress: export_accounts(path, plan.id, classes, progress),
                      lambda count, path: f"已导出 {count} 名学生的账目到 {path}。内部资料，请勿外传。")

    def monthly_report(self) -> None:
        """Print or export the report of a month."""
        from ui.fees.money.monthly_report import MonthDialog

        MonthDialog(self, self.data_folder).exec()

    def _class_done(self) -> None:
        """Say that a class is done, and go on to the next that is not."""
        following = self.groups.next_with(_OPEN)
        step = self.refunds.last
        notify.said(
            f"{self.groups.name()} 办清了。" + ("" if following else "全校都办清了，可以结账。"),
            [undoing.way_back(step)] if step else [],
        )
        if following is not None:
            self.groups.choose(following)
            self.refunds.grid.setFocus()

    def _facts(self) -> Facts:
        if self.facts is None:
            raise Refused("这个学期还没有收费方案。")
        return self.facts


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
    rows: list[Row] = []
    for key, name, found in [(ALL, "全校", list(accounts)), *classes]:
        back, arrears, owed = (sum(getattr(line, what) for each in found for _, line in each.lines) for what in ("back", "arrears", "shortage"))
        waiting = [each for each in found if each.left]
        left = sum(max(each.left, 0) for each in waiting)
        rows.append((key, name, back or None, arrears or None, owed or None, left or None, f"{len(waiting)} 人" if waiting else ""))
    return rows
