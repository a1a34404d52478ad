"""Fee items and their standards; a term's plan and matrix; publicity, letters, money in and out, settlement."""

from collections.abc import Iterable

import peewee

from app.core.columns import Kind
from app.fees.item_fields import IN_TERM, LIBRARY, ItemField
from app.school.tables import Invoice, Person, Pupil, SchoolClass, Term
from app.store.database import Day, Table, column_for, with_columns


def _words(fields: Iterable[ItemField], unique: str = "", late: bool = False) -> dict[str, peewee.Field]:
    """Give the columns of an item's words: those of the first version, or those that ``late`` migrations added behind them."""
    return {
        each.attribute: column_for(
            each.default if isinstance(each.default, str) else None,
            each.blank,
            each.kind is Kind.DAY,
            unique == each.attribute,
            late,
        )
        for each in sorted(fields, key=lambda each: (each.since, each.column_place or each.place))
        if (each.since > 1) is late
    }


_ITEM = _words(LIBRARY, "name")     # made first, so that they stand before those below


@with_columns(lambda: _ITEM | _words(LIBRARY, late=True))
class FeeItem(Table):
    """Something a school may charge, or must list as free or banned. ``kind`` is one of ``rules.KINDS``.

    Its words are those of ``item_fields.LIBRARY``. ``office``, ``document`` and ``issued_on`` are its basis (批准机关, 文号,
    日期). ``measure`` says what an amount is for: 学期, 月, 天 or 份; ``unit`` is what people read (元/生·学期).
    """

    position = peewee.IntegerField(default=0)
    active = peewee.IntegerField(default=1)
    keys = peewee.TextField(default="")


class FeeStandard(Table):
    """The most that may be charged for an item in a grade (0: every grade) from a day on, 分; older rows are the history."""

    item = peewee.ForeignKeyField(FeeItem, index=False, verbose_name="收费项目")
    grade = peewee.IntegerField(default=0, verbose_name="年级")
    from_on = Day(verbose_name="执行日期")
    fen = peewee.IntegerField(verbose_name="标准")
    document = peewee.TextField(default="", verbose_name="依据文号")

    class Meta:
        indexes = ((("item", "grade", "from_on"), True),)


class FeePlan(Table):
    """The fees of one term. ``shortage`` is 补 or 不补 (多退少补, 多退少不补) as the school decided for this term.

    ``state`` is one of ``rules.STEPS.words``: 拟定 公示中 收费中 已结算 已结账.
    """

    term = peewee.ForeignKeyField(Term, unique=True, verbose_name="学期")
    state = peewee.TextField(default="draft", verbose_name="状态")
    shortage = peewee.TextField(default="补", verbose_name="不足部分")
    copied_from = peewee.ForeignKeyField("self", null=True, verbose_name="复制自")
    collect_from = Day(null=True, verbose_name="开始收费日期")
    collect_until = Day(null=True, verbose_name="收费截止日期")
    settled_on = Day(null=True, verbose_name="结算日期")
    closed_on = Day(null=True, verbose_name="结账日期")
    close_reason = peewee.TextField(default="", verbose_name="结账说明")
    remark = peewee.TextField(default="", verbose_name="备注")


@with_columns(lambda: _words(IN_TERM) | _words(IN_TERM, late=True))
class FeePlanItem(Table):
    """An item in a term's plan, with its words as they stand in that term: later changes of the item leave them alone.

    The words are those of ``item_fields.IN_TERM``.
    """

    plan = peewee.ForeignKeyField(FeePlan, index=False, verbose_name="学期收费")
    item = peewee.ForeignKeyField(FeeItem, verbose_name="收费项目")
    position = peewee.IntegerField(default=0)

    class Meta:
        indexes = ((("plan", "item"), True),)


class FeePrice(Table):
    """One cell of the grade × item matrix: what a pupil of that grade is charged for one measure, 分."""

    plan_item = peewee.ForeignKeyField(FeePlanItem, index=False)
    grade = peewee.IntegerField(verbose_name="年级")
    fen = peewee.IntegerField(verbose_name="金额")

    class Meta:
        indexes = ((("plan_item", "grade"), True),)


class FeePublication(Table):
    """One version of a plan as it hung on the board: ``content`` is its JSON, frozen; ``reason`` why it replaced another.

    ``about`` is 收费 (before collecting) or 结算 (what was spent). ``state``: 公示中 已替换 已撤下.
    """

    plan = peewee.ForeignKeyField(FeePlan, index=False)
    about = peewee.TextField(default="收费", verbose_name="公示内容")
    version = peewee.IntegerField(verbose_name="版本")
    content = peewee.TextField()
    posted_on = Day(verbose_name="公示日期")
    until_on = Day(null=True, verbose_name="公示至")
    place = peewee.TextField(default="", verbose_name="公示地点")
    posted_by = peewee.TextField(default="", verbose_name="张贴人")
    reason = peewee.TextField(default="", verbose_name="变更原因")
    state = peewee.TextField(default="公示中", verbose_name="状态")

    class Meta:
        indexes = ((("plan", "about", "version"), True),)


class FeeLetter(Table):
    """A letter to parents: ``body`` is its text with fields in braces, one paragraph a line. ``kind`` names the shipped text."""

    term = peewee.ForeignKeyField(Term, verbose_name="学期")
    kind = peewee.TextField(verbose_name="种类")
    title = peewee.TextField(verbose_name="标题")
    body = peewee.TextField(verbose_name="正文")
    slip = peewee.TextField(default="", verbose_name="回执")            # text of the slip; "" for none
    by_item = peewee.IntegerField(default=0, verbose_name="逐项征求意见")  # 同意/不同意 for each voluntary item
    dated_on = Day(null=True, verbose_name="落款日期")
    due_on = Day(null=True, verbose_name="回执截止日期")
    printed_on = Day(null=True, verbose_name="印发日期")


class FeeReply(Table):
    """A slip that came back."""

    letter = peewee.ForeignKeyField(FeeLetter, index=False)
    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    returned_on = Day(verbose_name="收回日期")
    remark = peewee.TextField(default="", verbose_name="备注")

    class Meta:
        indexes = ((("letter", "pupil"), True),)


class FeeChoice(Table):
    """What a family chose for a voluntary item; no row: not asked or not answered yet."""

    plan_item = peewee.ForeignKeyField(FeePlanItem, index=False)
    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    agreed = peewee.IntegerField(verbose_name="同意")
    chosen_on = Day(verbose_name="日期")

    class Meta:
        indexes = ((("plan_item", "pupil"), True),)


class FeeUsage(Table):
    """How many measures (月, 天, 份) a pupil took of an item; without a row the pupil takes what the rule gives."""

    plan_item = peewee.ForeignKeyField(FeePlanItem, index=False)
    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    units = peewee.IntegerField(verbose_name="数量")

    class Meta:
        indexes = ((("plan_item", "pupil"), True),)


class FeeAttendance(Table):
    """A month (2026-10) of a class of which it was noted who ate; days without a ``FeeAbsence`` were eaten then."""

    plan_item = peewee.ForeignKeyField(FeePlanItem, index=False)
    school_class = peewee.ForeignKeyField(SchoolClass, verbose_name="班级")
    month = peewee.TextField(verbose_name="月份")

    class Meta:
        indexes = ((("plan_item", "school_class", "month"), True),)


class FeeAbsence(Table):
    """A day on which a pupil did not eat, with its ``mark`` (``attendance_facts.MARKS``)."""

    plan_item = peewee.ForeignKeyField(FeePlanItem, index=False)
    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    day = Day(verbose_name="日期")
    mark = peewee.TextField(verbose_name="记号")

    class Meta:
        indexes = ((("plan_item", "pupil", "day"), True),)


class FeeReceipt(Table):
    """Money taken from one pupil against one receipt; a wrong one is voided with a reason, its number stays taken.

    ``printed_on`` is the day it was first printed for the parents.
    """

    plan = peewee.ForeignKeyField(FeePlan, index=False)
    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    number = peewee.TextField(default="", verbose_name="票据号")
    paid_on = Day(verbose_name="缴费日期")
    method = peewee.TextField(default="", verbose_name="缴费方式")
    remark = peewee.TextField(default="", verbose_name="备注")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")
    printed_on = Day(null=True, verbose_name="打印日期")

    class Meta:
        indexes = ((("plan", "pupil"), False), (("number",), False))


class FeeReceiptLine(Table):
    """What a receipt took for one item, 分."""

    receipt = peewee.ForeignKeyField(FeeReceipt, index=False)
    plan_item = peewee.ForeignKeyField(FeePlanItem, verbose_name="收费项目")
    fen = peewee.IntegerField(verbose_name="金额")

    class Meta:
        indexes = ((("receipt", "plan_item"), True),)


class FeeStatementLine(Table):
    """A payment of a bank's statement that became a receipt: what it is known by again, as digests, erased with the pupil."""

    receipt = peewee.ForeignKeyField(FeeReceipt, unique=True)
    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    serial_key = peewee.TextField(default="")
    payment_key = peewee.TextField(default="")


class FeeVoucher(Table):
    """What an item cost by one paper, 分; handler, acceptor and auditor are three different people.

    The paper is an ``invoice`` of which this is a share, or other evidence (收据, 工资表) whose kind, number, day and payee
    stand here; beside an invoice those four are empty.
    """

    plan_item = peewee.ForeignKeyField(FeePlanItem, verbose_name="收费项目")
    invoice = peewee.ForeignKeyField(Invoice, null=True, verbose_name="发票")
    kind = peewee.TextField(default="", verbose_name="票据种类")
    number = peewee.TextField(default="", verbose_name="票据号码")
    dated_on = Day(null=True, verbose_name="日期")
    supplier = peewee.TextField(default="", verbose_name="收款单位")
    fen = peewee.IntegerField(verbose_name="金额")
    handler = peewee.ForeignKeyField(Person, null=True, verbose_name="经手人")
    acceptor = peewee.ForeignKeyField(Person, null=True, verbose_name="验收人")
    auditor = peewee.ForeignKeyField(Person, null=True, verbose_name="审核人")
    remark = peewee.TextField(default="", verbose_name="备注")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class FeeSettlement(Table):
    """One pupil's account for one item when the term was settled, 分: paid, his share of what was spent, what he gets.

    ``refund`` is positive for 应退, negative for 应补 (0 where the school bears the shortage, then in ``borne``).
    ``at_leaving`` marks who was settled on leaving: settling the term later leaves his account as it is.
    """

    plan_item = peewee.ForeignKeyField(FeePlanItem, index=False)
    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    charged = peewee.IntegerField(verbose_name="应收")
    paid = peewee.IntegerField(verbose_name="预收")
    spent = peewee.IntegerField(verbose_name="实支")
    refund = peewee.IntegerField(verbose_name="应退")
    borne = peewee.IntegerField(default=0, verbose_name="学校承担")
    at_leaving = peewee.IntegerField(default=0, verbose_name="离校结算")
    settled_on = Day(verbose_name="结算日期")

    class Meta:
        indexes = ((("plan_item", "pupil"), True),)


class FeeBankAccount(Table):
    """Where money goes that a pupil's family gets back: personal data that are erased with him."""

    pupil = peewee.ForeignKeyField(Pupil, unique=True, verbose_name="学生")
    holder = peewee.TextField(default="", verbose_name="户名")
    card = peewee.TextField(default="", verbose_name="卡号")
    bank = peewee.TextField(default="", verbose_name="开户行")


class FeeRefund(Table):
    """Money given back to a pupil (or taken in addition, negative) after settlement, 分; a wrong one is voided."""

    plan = peewee.ForeignKeyField(FeePlan, index=False)
    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    fen = peewee.IntegerField(verbose_name="金额")
    paid_on = Day(verbose_name="日期")
    method = peewee.TextField(default="", verbose_name="方式")
    signer = peewee.TextField(default="", verbose_name="签领人")
    remark = peewee.TextField(default="", verbose_name="备注")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")

    class Meta:
        indexes = ((("plan", "pupil"), False),)


class OfficeExpense(Table):
    """What the office itself spent, 分: for the month's report beside the fees; it belongs to no term."""

    dated_on = Day(verbose_name="日期")
    purpose = peewee.TextField(verbose_name="用途")
    fen = peewee.IntegerField(verbose_name="金额")
    supplier = peewee.TextField(default="", verbose_name="收款单位")
    number = peewee.TextField(default="", verbose_name="票据号码")
    handler = peewee.TextField(default="", verbose_name="经手人")
    remark = peewee.TextField(default="", verbose_name="备注")
