"""收费登记 of a class: Enter = paid all he owes, a number = paid that much now, whether of all or of one item."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSettings, Signal

from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem, Refused
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.fees.keys import item_key
from app.fees.money import commands, paying
from app.fees.money.facts import Title
from app.fees.money.lists import RegisterRow
from app.fees.money.paying import PAY
from app.fees.money.rules import ReceiptDraft
from app.fees.rules import PlanRow
from app.store.journal import Step
from ui.base import undoing
from ui.base.changes import Changes
from ui.fees.class_list import ClassList
from ui.fees.money.all_but import AllBut, all_but
from ui.fees.money.pay_band import PayBand
from ui.fees.plan_step import required
from ui.forms.form import Field
from ui.grid.rows import Index, Row, RowsModel
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.workbooks import save_workbook

OWING, DONE, NOTHING = "欠缴", "缴清", "不用缴"


class RegisterModel(RowsModel):
    """Says at the cell of an item how it came about: what is charged, why, what is paid."""

    tips: Mapping[tuple[int, str], str] = {}

    def data(self, index: Index, role: int = 0) -> Any:
        """Give the tip besides what every list gives."""
        if role == 3 and self.tips and self.waiting(index) is None:     # Qt.ItemDataRole.ToolTipRole
            tip = self.tips.get((self.record_at(index.row()), self.columns[index.column()].key))
            if tip:
                return tip
        return super().data(index, role)


class RegisterList(ClassList):
    """The pupils of a class, or of all. The columns of items show what is still owed; made for the items of one plan."""

    title = "收费登记"
    acts = (
        Act("all", "全班已缴，除…", "pay_class", "done", primary=True),
        Act("statement", "对账单…", "take_statement", "import"),
        Act("print", "打印", "print_papers", "print"),
        Act("paid", "选中的都缴清", "pay_chosen", "checkmark", needs="some", menu=True),
        Act("export", "导出", "export", "export", menu=True),
        Act("receipts", "看这名学生的收据", "show_receipts", "receipt", needs="one", menu=True),
    )
    filters = (ChoiceFilter("state", "全部学生", lambda: [(word, word) for word in (OWING, DONE, NOTHING)]),)
    rows_model = RegisterModel
    empty_text = "这里没有要收费的学生。"
    settings_key = "fees_register"
    search_hint = "搜索姓名、票据号"
    searched = ("name", "numbers")
    sums = ("charged", "received", "owed")
    home, going_on = PAY, (PAY,)
    others_above = "下面没有欠缴的了，上面还有 {} 人欠缴。"
    receipts_asked = Signal(int)
    print_asked = Signal()
    model: RegisterModel

    def __init__(self, titles: Sequence[Title], changes: Changes, settings: QSettings | None) -> None:
        self.titles = {each.id: each for each in titles}
        self.owed: dict[int, dict[int, int]] = {}       # pupil → plan item → 分
        self.names: dict[int, str] = {}
        self.last: Step | None = None     # the receipts recorded last
        items = [Column(item_key(each.id), each.name, Kind.MONEY, total=True) for each in titles]
        columns = (
            Column("seat", "序号", Kind.WHOLE, ordinal=True),
            Column("name", "姓名", Kind.CODE),
            Column("class", "班级", Kind.CHOICE),
            Column("charged", "应收", Kind.MONEY, total=True),
            Column("received", "已收", Kind.MONEY, total=True),
            Column("owed", "欠缴", Kind.MONEY, total=True),
            Column("over", "待退", Kind.MONEY, total=True),
            Column(PAY, "本次收", Kind.MONEY),
            Column("paid_on", "缴费日期", Kind.DAY),
            Column("numbers", "票据号", Kind.CODE),
            Column("methods", "方式", Kind.CHOICE),
            *items,
        )
        self.fields = {each.key: Field(each.key, each.title, "money") for each in (*items, Column(PAY, "本次收"))}
        self.narrowing = {"state": lambda row, wanted: self._state(row) == wanted}
        super().__init__(columns, changes, settings)
        self.band = PayBand("缴费日期", "回车 = 缴清并到下一人；输入金额 = 本次收这么多。项目列是各项还欠的钱，也可以直接输入。", numbered=True)
        self.above.addWidget(self.band)

    def show_class(self, plan: PlanRow, class_id: int, register: Sequence[RegisterRow]) -> None:
        """Show the pupils of a class (0: of all) as the register has them; the cursor stands on the first who owes."""
        other = self.plan is None or (plan.id, class_id) != (self.plan.id, self.class_id)
        self.owed = {row.who.pupil: {item: fen for item in self.titles if (fen := row.owed_items.get(item))}
                     for row in register}
        self.names = {row.who.pupil: row.who.name for row in register}
        self.model.tips = {(row.who.pupil, item_key(item)): tip for row in register for item in self.titles
                           if (tip := _tip(row, item))}
        self.band.say(plan.refusal("receive"))
        self.show_pupils(plan, class_id, [self._row(row) for row in register], other)
        self.model.locked = not plan.allows("receive")

    def waits(self, pupil: int) -> bool:
        """Whether a pupil owes anything."""
        return bool(self.owed.get(pupil))

    def _row(self, row: RegisterRow) -> Row:
        return (
            row.who.pupil,
            row.who.seat,
            row.who.name,
            row.who.class_name,
            row.charged,
            row.received or None,
            row.owed or None,
            row.over or None,
            None,
            row.paid_on,
            row.numbers,
            row.methods,
            *(self.owed[row.who.pupil].get(item) for item in self.titles),
        )

    def _state(self, row: Row) -> str:
        at = self.place
        return OWING if row[at("owed") + 1] else DONE if row[at("charged") + 1] or row[at("received") + 1] else NOTHING

    def able(self) -> Mapping[str, bool]:
        """Money is taken while it is being collected; from a whole class where one is chosen that owes."""
        collecting = self.plan is not None and self.plan.allows("receive")
        return {"all": bool(collecting and self.class_id and any(self.owed.values())), "paid": collecting, "statement": collecting}

    # --- paying

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Record what was typed or pasted: a receipt for each pupil, the amounts as typed."""
        order = [row[0] for row in self.listed if row[0] in changed]
        drafts = [self._typed_draft(pupil, changed[pupil]) for pupil in order]
        kept = [draft for draft in drafts if draft is not None]
        self.was_typed(order)
        return self._record(kept, {draft.pupil: PAY in changed[draft.pupil] for draft in kept}) if kept else None

    def _typed_draft(self, pupil: int, values: Mapping[str, Any]) -> ReceiptDraft | None:
        """Give the receipt for what was typed in a row; nothing typed gives none."""
        items = {item: fen for item in self.titles if (fen := values.get(item_key(item))) is not None}
        try:
            parts = paying.paid(self.owed[pupil], values.get(PAY), items, self.names[pupil])
        except Invalid as wrong:
            raise Invalid([replace(each, row=pupil) for each in wrong.problems]) from None
        return ReceiptDraft(pupil, self.band.paid_on(), parts, method=self.band.how()) if parts else None

    def _record(self, drafts: Sequence[ReceiptDraft], whole: Mapping[int, bool]) -> Step:
        """Record receipts, numbered from the next on; problems are told at the row they belong to."""
        plan = required(self.plan)
        for draft, number in zip(drafts, self.band.numbers(len(drafts)), strict=True):
            draft.number = number
        try:
            self.last = commands.record_receipts(plan.id, drafts)
        except Invalid as wrong:
            raise Invalid([Problem(PAY if whole.get(pupil) else each.field, each.text, each.level, row=pupil)
                           for each in wrong.problems for pupil in [_pupil(each, drafts)]]) from None
        self.band.used(len(drafts))
        return self.last

    def enter(self, record_id: int, column_key: str) -> bool:
        """Take all that a pupil owes and go on to the next who owes; who owes nothing is passed over."""
        if self.plan is None or record_id not in self.owed:
            return False
        following, self.last = self.next_waiting(record_id), None
        if self.owed[record_id]:
            self._record([self._whole(record_id)], {record_id: True})
        self.go_on(following)
        return True

    def _whole(self, pupil: int) -> ReceiptDraft:
        return ReceiptDraft(pupil, self.band.paid_on(), dict(self.owed[pupil]), method=self.band.how())

    def pay_chosen(self) -> None:
        """Record that the chosen pupils paid all they owe."""
        chosen = [pupil for pupil in self.selected_ids() if self.owed.get(pupil)]
        if not chosen:
            raise Refused("选中的学生都不欠费。")
        fen = sum(sum(self.owed[pupil].values()) for pupil in chosen)
        step = self._record([self._whole(pupil) for pupil in chosen], dict.fromkeys(chosen, True))
        undoing.told(f"已登记 {len(chosen)} 人缴费 {format_fen(fen)} 元。", step)

    def pay_class(self) -> None:
        """Record that the whole class paid, but for those filled in."""
        if not self.class_id:
            raise Refused("请先在左边选一个班，再整班登记。")
        rows = [(row[0], row[1], row[2], sum(self.owed[row[0]].values())) for row in self.rows if self.owed.get(row[0])]
        if not rows:
            raise Refused("这个班没有还要缴费的学生。")
        name = str(self.value(rows[0][0], "class"))
        number = self.band.first_number()
        numbers = f"票据号从 {number} 起" if number else "票据号自动编"
        how = "，".join(filter(None, (f"缴费日期 {self.band.paid_on() or ''}", self.band.how(), numbers)))
        ask = AllBut(f"全班已缴，除… - {name}", name, f"{how}。没有填的学生都记为缴清；没缴的填 0，只缴了一部分的填实缴金额。",
                     "欠缴", "实缴", "缴", "没缴", "记下", "登记 {} 人缴费 {} 元")
        all_but(self, ask, rows, self._take_class)

    def _take_class(self, typed: Mapping[int, int]) -> Step:
        """Record what a class paid, but for who was typed."""
        band = self.band
        self.last = commands.pay_class(
            required(self.plan).id, self.class_id, band.paid_on(), band.how(), band.first_number(), typed
        )
        band.used(len(self.last.made))
        return self.last

    # --- acts

    def take_statement(self) -> None:
        """Match a bank's statement to pupils, then record what is sure or answered."""
        from ui.fees.money.statement import StatementDialog

        StatementDialog(self, required(self.plan).id).exec()

    def show_receipts(self) -> None:
        """Show the receipts of the chosen pupil, where one can be voided."""
        self.receipts_asked.emit(self.selected_id() or 0)

    def print_papers(self) -> None:
        """Print register or arrears."""
        self.print_asked.emit()

    def export(self) -> None:
        """Write what is charged and paid, of the chosen class or of all, as a workbook; it is private."""
        from app.fees.money import sheets

        plan, class_id = required(self.plan), self.class_id or None
        save_workbook(self, "收费登记", "收费登记",
                      lambda path, progress: sheets.export_register(path, plan.id, class_id, progress),
                      lambda count, path: f"已导出 {count} 名学生到 {path}。内部资料，请勿外传。")


def _pupil(problem: Problem, drafts: Sequence[ReceiptDraft]) -> int:
    """Give the pupil whom a problem with a receipt is about."""
    return drafts[-problem.row - 1].pupil if problem.row is not None and problem.row < 0 else drafts[0].pupil


def _tip(row: RegisterRow, item: int) -> str:
    charge = row.charges.get(item)
    if charge is None:
        return ""
    said = [f"应收 {format_fen(charge.fen)}" + (f"（{charge.why}）" if charge.why else "")]
    paid = row.paid.get(item, 0)
    return "，".join([*said, *([f"已收 {format_fen(paid)}"] if paid else [])])
