"""清退签领 of a class: what each gets back or still pays; Enter = done and signed, and the record of what was given."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings

from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem, Refused
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.fees.money import grids, paying, settlement
from app.fees.money.lists import PupilAccount
from app.fees.money.paying import GIVE, SIGNER
from app.fees.money.rules import RefundDraft
from app.fees.rules import PlanRow
from app.store.journal import Step
from ui.base import undoing
from ui.base.changes import Changes
from ui.fees.class_list import ClassList
from ui.fees.money.all_but import AllBut, all_but
from ui.fees.money.papers_list import PapersList
from ui.fees.money.pay_band import PayBand
from ui.fees.plan_step import required
from ui.forms.form import Field
from ui.forms.reasons import with_reason
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter

BACK, OWED, EVEN = "待退", "待补", "已清"
_WHO = (Column("seat", "序号", Kind.WHOLE, ordinal=True), Column("name", "姓名", Kind.CODE), Column("class", "班级", Kind.CHOICE))
_COLUMNS = (*_WHO, Column("paid", "预收", Kind.MONEY, total=True), Column("own", "实支", Kind.MONEY, total=True),
            Column("refund", "应退/补", Kind.MONEY, total=True), Column("given", "已办", Kind.MONEY, total=True),
            Column("left", "未办", Kind.MONEY, total=True), Column(GIVE, "本次办", Kind.MONEY), Column(SIGNER, "签领人"),
            Column("given_on", "日期", Kind.DAY), Column("method", "方式", Kind.CHOICE))


class RefundsList(ClassList):
    """Amounts are as settled; before the term is settled only leavers, who were settled one by one, can be given theirs."""

    title = "清退签领"
    columns = _COLUMNS
    acts = (
        Act("all", "全班已领，除…", "refund_class", "done", primary=True),
        Act("lines", "逐项明细", "show_lines", "table", needs="one"),
        Act("leave", "离校结算", "settle_leavers", "person", needs="some", menu=True),
        Act("paid", "选中的都领了", "refund_chosen", "checkmark", needs="some", menu=True),
    )
    filters = (ChoiceFilter("state", "全部学生", lambda: [(word, word) for word in (BACK, OWED, EVEN)]),)
    fields = {GIVE: Field(GIVE, "本次办", "money"), SIGNER: Field(SIGNER, "签领人")}
    empty_text = "这里还没有收费，没有要清退的。"
    settings_key = "fees_refunds_due"
    search_hint = "搜索姓名、签领人"
    searched = ("name", SIGNER)
    sums = ("refund", "given", "left")
    home, going_on = GIVE, (GIVE, SIGNER)

    def __init__(self, changes: Changes, settings: QSettings | None) -> None:
        self.accounts: dict[int, PupilAccount] = {}
        self.open: Mapping[int, int] = {}       # pupil → 分 that can be given (below zero: taken) now
        self.last: Step | None = None     # what was given last
        self.narrowing = {"state": lambda row, wanted: self._state(row[0]) == wanted}
        super().__init__(_COLUMNS, changes, settings)
        self.band = PayBand("清退日期", "回车 = 领清并到下一人；“本次办”输入金额 = 只领一部分；应补的，回车 = 已经补缴。", numbered=False)
        self.above.addWidget(self.band)

    def show_class(
        self, plan: PlanRow, class_id: int, accounts: Sequence[PupilAccount], balances: Mapping[int, int]
    ) -> None:
        """Show the pupils of a class (0: of all); ``balances`` are what is open for good. The cursor stands on the first who is due."""
        other = self.plan is None or (plan.id, class_id) != (self.plan.id, self.class_id)
        self.open = balances
        self.accounts = {each.who.pupil: each for each in accounts}
        self.show_pupils(plan, class_id, [_row(each) for each in accounts], other)
        self.model.locked = False       # what nobody fetched is waited for, long after the close
        self.grid.viewport().update()

    def waits(self, pupil: int) -> bool:
        """Whether something is open for a pupil."""
        return bool(self.open.get(pupil))

    def _state(self, pupil: int) -> str:
        left = self.accounts[pupil].left
        return BACK if left > 0 else OWED if left < 0 else EVEN

    def able(self) -> Mapping[str, bool]:
        """A whole class can be given its money where something is open; leavers are settled while fees are collected."""
        return {"all": bool(self.class_id and any(self.open.get(pupil, 0) > 0 for pupil in self.accounts)),
                "leave": self.plan is not None and self.plan.allows("leave")}

    # --- giving back

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Record what was typed or pasted: an amount given in part, or who signed for all of it."""
        order = [row[0] for row in self.listed if row[0] in changed]
        drafts, problems = list[RefundDraft](), list[Problem]()
        for pupil in order:
            typed, signer = changed[pupil].get(GIVE), str(changed[pupil].get(SIGNER) or "")
            fen = paying.given(self.open.get(pupil, 0), typed, signer)
            if fen is None:
                continue
            if not self.open.get(pupil):
                problems.append(Problem(SIGNER if typed is None else GIVE, self._nothing_open(pupil), row=pupil))
            else:
                drafts.append(self._draft(pupil, fen, signer))
        if problems:
            raise Invalid(problems)
        self.was_typed(order)
        return self._record(drafts) if drafts else None

    def _nothing_open(self, pupil: int) -> str:
        return paying.nothing_open(required(self.plan).settled_on is not None, self.accounts[pupil].left)

    def _draft(self, pupil: int, fen: int, signer: str = "") -> RefundDraft:
        return RefundDraft(pupil, fen, self.band.paid_on(), self.band.how(), signer)

    def _record(self, drafts: Sequence[RefundDraft]) -> Step:
        try:
            self.last = settlement.record_refunds(required(self.plan).id, drafts)
        except Invalid as wrong:
            raise Invalid([Problem(GIVE if each.field in ("fen", "paid_on") else each.field, each.text, each.level,
                                   row=drafts[-(each.row or -1) - 1].pupil) for each in wrong.problems]) from None
        return self.last

    def enter(self, record_id: int, column_key: str) -> bool:
        """Give a pupil all that is open for him (or take what he owes) and go on to the next; who is even is passed over."""
        if self.plan is None or record_id not in self.accounts:
            return False
        following, self.last = self.next_waiting(record_id), None
        if self.open.get(record_id):
            self._record([self._draft(record_id, self.open[record_id])])
        elif self.accounts[record_id].left:
            raise Refused(self._nothing_open(record_id))
        self.go_on(following)
        return True

    def go_on(self, pupil: int | None, key: str = "") -> None:
        """Go to this pupil; a class is done once the term is settled: before, only leavers have anything open."""
        if pupil is not None or (self.plan is not None and self.plan.settled_on):
            super().go_on(pupil, key)

    def refund_chosen(self) -> None:
        """Record that the chosen pupils got all that is open; who owes is left out."""
        chosen = [pupil for pupil in self.selected_ids() if self.open.get(pupil, 0) > 0]
        if not chosen:
            raise Refused("选中的学生没有可以发放的退款。")
        fen = sum(self.open[pupil] for pupil in chosen)
        step = self._record([self._draft(pupil, self.open[pupil]) for pupil in chosen])
        undoing.told(f"已登记清退 {len(chosen)} 人 {format_fen(fen)} 元。", step)

    def refund_class(self) -> None:
        """Record that the whole class got its money, but for those filled in."""
        if not self.class_id:
            raise Refused("请先在左边选一个班，再整班登记。")
        rows = [(pupil, each.who.seat, each.who.name, self.open[pupil])
                for pupil, each in self.accounts.items() if self.open.get(pupil, 0) > 0]
        if not rows:
            raise Refused("这个班没有还没领取的退款。")
        name = self.accounts[rows[0][0]].who.class_name
        how = "，".join(filter(None, (f"清退日期 {self.band.paid_on() or ''}", self.band.how())))
        hint = f"{how}。按签好字的签领表登记：没有填的学生都记为已领；没领的填 0，只领了一部分的填实领金额。应补的不在这里。"
        ask = AllBut(f"全班已领，除… - {name}", name, hint, "应退", "实领", "领", "没领", "记下", "登记清退 {} 人 {} 元")
        all_but(self, ask, rows, self._give_class)

    def _give_class(self, typed: Mapping[int, int]) -> Step:
        """Record what a class got, but for who was typed."""
        self.last = settlement.refund_class(required(self.plan).id, self.class_id, self.band.paid_on(), self.band.how(), typed)
        return self.last

    def settle_leavers(self) -> None:
        """Settle the chosen pupils, who left before the term's end."""
        chosen = self.selected_ids()
        step = settlement.settle_leavers(required(self.plan).id, chosen)
        undoing.told(f"已做 {len(chosen)} 名学生的离校结算，可以登记清退了。", step)

    def show_lines(self) -> None:
        """Show item by item how the chosen pupil's amount came about."""
        from ui.fees.money.account_lines import AccountLines

        pupil = self.selected_id()
        if pupil is not None:
            AccountLines(self, self.accounts[pupil], bool(required(self.plan).settled_on)).exec()


class GivenList(PapersList):
    """What was given back or taken in addition; a wrong entry is voided."""

    title = "清退记录"
    acts = (Act("void", "作废…", "void", "dismiss", needs="one"),)
    empty_text = "这里还没有登记过清退。"
    settings_key = "fees_refunds"
    internal = True
    search_hint = "搜索姓名、签领人，可用拼音首字母"
    record_word = "笔"

    def __init__(self, changes: Changes, settings: QSettings | None) -> None:
        super().__init__(grids.REFUNDS, grids.REFUND_LIST, changes, settings)

    def void(self) -> None:
        """Void the chosen entry, with a reason: the money is open again."""
        entry = self.selected_id() or 0
        values = self.values(entry)
        said = f"{values.get('name', '')} {format_fen(values.get('fen') or 0)} 元"
        with_reason(self, f"作废清退 {said}", f"{values.get('paid_on', '')} 登记的清退 {said}。作废后这笔钱重新挂账，记录和原因都留着。", "作废",
                    partial(settlement.void_refund, entry), f"已作废 {said}的清退。")


def _row(each: PupilAccount) -> Row:
    return (
        each.who.pupil,
        each.who.seat,
        each.who.name,
        each.who.class_name,
        each.paid,
        each.own,
        each.refund,
        each.given or None,
        each.left or None,
        None,
        each.signer,
        each.given_on,
        each.method,
    )
