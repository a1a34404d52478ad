"""Jobs of repair and what hangs on them: cards, workers, events, material, shares of invoices; recurring plans; larger works."""

import peewee

from app.purchasing.tables import BudgetLine
from app.school.tables import Department, Invoice, Person, Place, SchoolClass
from app.store.database import Day, Table


class RepairPlan(Table):
    """Maintenance that comes again: every ``every_months`` months from when it was last done, or on ``days`` of the year.

    ``days`` are MM-DD, one a line; where there are some, ``every_months`` is 0. ``last_done_on`` is what the office typed; a
    later completion of one of the plan's jobs stands before it.
    """

    title = peewee.TextField(unique=True, verbose_name="保养项目")
    category = peewee.TextField(default="", verbose_name="类别")
    every_months = peewee.IntegerField(default=0, verbose_name="每几个月")
    days = peewee.TextField(default="", verbose_name="每年的日期")
    last_done_on = Day(null=True, verbose_name="上次完成")
    lead_days = peewee.IntegerField(default=14, verbose_name="提前几天提醒")
    vendor = peewee.TextField(default="", verbose_name="承接单位")
    budget_fen = peewee.IntegerField(default=0, verbose_name="预计费用")
    active = peewee.IntegerField(default=1, verbose_name="启用")
    remark = peewee.TextField(default="", verbose_name="备注")
    keys = peewee.TextField(default="")


class RepairPlanTarget(Table):
    """What a plan looks after: a place, or a card of the ledger (a plain number, as it may be deleted later); one job each."""

    plan = peewee.ForeignKeyField(RepairPlan, verbose_name="保养项目")
    position = peewee.IntegerField(default=0)
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="地点")
    asset = peewee.IntegerField(null=True, index=True, verbose_name="资产卡片")
    words = peewee.TextField(default="", verbose_name="对象")


class Works(Table):
    """大修 or 工程: ``state`` says how far it is. Amounts are 分; the estimate is the sum of its lines.

    ``contract_fen`` is what was agreed, ``audited_fen`` what the audit settled. 竣工 and 验收 are days of their own.
    """

    number = peewee.TextField(unique=True, verbose_name="工程编号")
    title = peewee.TextField(verbose_name="工程名称")
    kind = peewee.TextField(default="暑期大修", verbose_name="类别")
    state = peewee.TextField(default="planned", verbose_name="状态")
    planned_on = Day(verbose_name="登记日期")
    wanted_from = Day(null=True, verbose_name="计划开工")
    wanted_until = Day(null=True, verbose_name="计划竣工")
    reason = peewee.TextField(default="", verbose_name="理由")
    source = peewee.TextField(default="", verbose_name="资金来源")
    budget_line = peewee.ForeignKeyField(BudgetLine, null=True, verbose_name="预算项目")
    fund = peewee.TextField(default="", verbose_name="专项名称")
    applied_on = Day(null=True, verbose_name="申报日期")
    bureau_no = peewee.TextField(default="", verbose_name="批复文号")
    approved_on = Day(null=True, verbose_name="批复日期")
    approved_fen = peewee.IntegerField(null=True, verbose_name="批复金额")
    contractor = peewee.TextField(default="", verbose_name="施工单位")
    contract_no = peewee.TextField(default="", verbose_name="合同编号")
    signed_on = Day(null=True, verbose_name="合同日期")
    contract_fen = peewee.IntegerField(null=True, verbose_name="合同价")
    started_on = Day(null=True, verbose_name="开工日期")
    finished_on = Day(null=True, verbose_name="竣工日期")
    accepted_on = Day(null=True, verbose_name="验收日期")
    accepted_words = peewee.TextField(default="", verbose_name="验收意见")
    audited_fen = peewee.IntegerField(null=True, verbose_name="审计价")
    audit_no = peewee.TextField(default="", verbose_name="审计报告号")
    audited_on = Day(null=True, verbose_name="审计日期")
    warranty_until = Day(null=True, verbose_name="保修至")
    remark = peewee.TextField(default="", verbose_name="备注")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")
    keys = peewee.TextField(default="")


class Repair(Table):
    """One job. ``state`` is one of ``rules.STEPS.words``; ``due_on`` the day promised when it was taken in.

    ``first_done_on`` is the first completion and stays when the job comes back (返修); ``done_on`` is the last one.
    ``place`` may be empty where ``place_words`` says where (操场东门口). ``by_office`` is a job that the office found itself: the room's keeper
    accepts it. ``stocktake_line`` is the line of a stocktake that found the damage, a plain number.
    """

    number = peewee.TextField(unique=True, verbose_name="报修单号")
    reported_on = Day(verbose_name="报修日期")
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="地点")
    place_words = peewee.TextField(default="", verbose_name="位置")
    what = peewee.TextField(verbose_name="报修内容")
    category = peewee.TextField(default="", verbose_name="类别")
    urgency = peewee.TextField(default="一般", verbose_name="紧急程度")
    reporter = peewee.ForeignKeyField(Person, null=True, verbose_name="报修人")
    reporter_name = peewee.TextField(default="", verbose_name="报修人（外单位）")
    phone = peewee.TextField(default="", verbose_name="联系电话")
    school_class = peewee.ForeignKeyField(SchoolClass, null=True, verbose_name="班级")
    department = peewee.ForeignKeyField(Department, null=True, verbose_name="部门")
    by_office = peewee.IntegerField(default=0, verbose_name="总务处自报")
    self_mended = peewee.IntegerField(default=0, verbose_name="班级自修")
    due_on = Day(verbose_name="约定完成")
    state = peewee.TextField(default="reported", verbose_name="状态")
    assigned_on = Day(null=True, verbose_name="派工日期")
    arrived_on = Day(null=True, verbose_name="到场日期")
    waiting_reason = peewee.TextField(default="", verbose_name="待料、外修的原因")
    vendor = peewee.TextField(default="", verbose_name="维修单位")
    cause = peewee.TextField(default="", verbose_name="故障原因")
    treatment = peewee.TextField(default="", verbose_name="处理措施")
    minutes = peewee.IntegerField(default=0, verbose_name="工时（分钟）")
    first_done_on = Day(null=True, verbose_name="首次完工")
    done_on = Day(null=True, verbose_name="完工日期")
    rework = peewee.IntegerField(default=0, verbose_name="返修次数")
    accepted_on = Day(null=True, verbose_name="验收日期")
    acceptor = peewee.ForeignKeyField(Person, null=True, verbose_name="验收人")
    acceptor_name = peewee.TextField(default="", verbose_name="验收人（外单位）")
    satisfaction = peewee.TextField(default="", verbose_name="满意度")
    bearer = peewee.TextField(default="学校", verbose_name="费用承担")
    bearer_words = peewee.TextField(default="", verbose_name="承担人")
    reported_up_no = peewee.TextField(default="", verbose_name="上报文号")
    plan = peewee.ForeignKeyField(RepairPlan, null=True, verbose_name="保养项目")
    works = peewee.ForeignKeyField(Works, null=True, verbose_name="大修工程")
    stocktake_line = peewee.IntegerField(null=True, verbose_name="盘点明细")
    remark = peewee.TextField(default="", verbose_name="备注")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")
    keys = peewee.TextField(default="")

    class Meta:
        indexes = (
            (("reported_on", "number"), False),
            (("state", "due_on"), False),
            peewee.SQL('CREATE UNIQUE INDEX "repair_stocktake_line" ON "repair" ("stocktake_line") '
                       'WHERE ("stocktake_line" IS NOT NULL AND "voided_on" IS NULL)'),
        )


class RepairAsset(Table):
    """A card that a job mends (a plain number, as it may be deleted later), how many of its pieces, and what it was before 送修.

    ``status_before`` is the card's own word while it is away for repair, "" otherwise: bringing it back sets that word again.
    """

    repair = peewee.ForeignKeyField(Repair, index=False, verbose_name="报修单")
    asset = peewee.IntegerField(index=True, verbose_name="资产卡片")
    pieces = peewee.IntegerField(default=1, verbose_name="件数")
    status_before = peewee.TextField(default="", verbose_name="送修前状况")

    class Meta:
        indexes = ((("repair", "asset"), True),)


class RepairWorker(Table):
    """Who mends: a person of the school, or an outsider by name."""

    repair = peewee.ForeignKeyField(Repair, index=False, verbose_name="报修单")
    position = peewee.IntegerField(default=0)
    person = peewee.ForeignKeyField(Person, null=True, verbose_name="维修人")
    name = peewee.TextField(default="", verbose_name="维修人（外单位）")

    class Meta:
        indexes = ((("repair", "position"), True),)


class RepairEvent(Table):
    """A step that was taken: ``act`` is a key of ``rules.STEPS.ways``, ``state`` what the job was afterwards, the day that of the matter."""

    repair = peewee.ForeignKeyField(Repair, verbose_name="报修单")
    act = peewee.TextField(verbose_name="步骤")
    dated_on = Day(verbose_name="日期")
    state = peewee.TextField(verbose_name="状态")
    words = peewee.TextField(default="", verbose_name="说明")


class RepairPart(Table):
    """Material that was used. Of the school's store: ``movement`` is the issue, quantity and cost are read there.

    Else words with thousandths of a unit and 分.
    """

    repair = peewee.ForeignKeyField(Repair, verbose_name="报修单")
    used_on = Day(verbose_name="用料日期")
    movement = peewee.IntegerField(null=True, index=True, verbose_name="领用")
    name = peewee.TextField(default="", verbose_name="材料")
    spec = peewee.TextField(default="", verbose_name="规格")
    unit = peewee.TextField(default="", verbose_name="单位")
    quantity = peewee.IntegerField(default=0, verbose_name="数量")
    fen = peewee.IntegerField(default=0, verbose_name="金额")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class RepairShare(Table):
    """What a job (or a work of 大修) holds of an invoice or of another paper, whose words then stand here; ``fen`` in 分."""

    repair = peewee.ForeignKeyField(Repair, null=True, verbose_name="报修单")
    works = peewee.ForeignKeyField(Works, null=True, verbose_name="大修工程")
    invoice = peewee.ForeignKeyField(Invoice, null=True, verbose_name="发票")
    kind = peewee.TextField(default="", verbose_name="票据种类")
    number = peewee.TextField(default="", verbose_name="票据号码")
    dated_on = Day(null=True, verbose_name="日期")
    supplier = peewee.TextField(default="", verbose_name="收款单位")
    fen = peewee.IntegerField(verbose_name="金额")
    source = peewee.TextField(default="", verbose_name="资金来源")
    budget_line = peewee.ForeignKeyField(BudgetLine, null=True, verbose_name="预算项目")
    fund = peewee.TextField(default="", verbose_name="专项名称")
    paid_on = Day(null=True, verbose_name="付款日期")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class WorksLine(Table):
    """A line of a work: thousandths, 分 a unit, 分 in all; ``repair`` where a job was turned over to it."""

    works = peewee.ForeignKeyField(Works, verbose_name="大修工程")
    position = peewee.IntegerField(default=0)
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="地点")
    place_words = peewee.TextField(default="", verbose_name="位置")
    what = peewee.TextField(verbose_name="维修内容")
    unit = peewee.TextField(default="", verbose_name="单位")
    quantity = peewee.IntegerField(default=1000, verbose_name="数量")
    price = peewee.IntegerField(null=True, verbose_name="单价")
    fen = peewee.IntegerField(null=True, verbose_name="估价")
    repair = peewee.ForeignKeyField(Repair, null=True, verbose_name="报修单")
    remark = peewee.TextField(default="", verbose_name="备注")
