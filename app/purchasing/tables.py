"""Purchases and what hangs on them: lines, quotes, contracts, acceptances, intake, shares of invoices, claims, notices; the budget."""

import peewee

from app.fees.tables import FeePlanItem, FeeVoucher
from app.school.tables import Department, Invoice, Person, Place, SchoolClass
from app.store.database import Day, Table


class BudgetLine(Table):
    """What may be spent on something in a calendar year, 分. ``office`` marks what the monthly report counts as 办公费."""

    year = peewee.IntegerField(verbose_name="年度")
    name = peewee.TextField(verbose_name="预算项目")
    fen = peewee.IntegerField(verbose_name="预算金额")
    document = peewee.TextField(default="", verbose_name="批复文号")
    office = peewee.IntegerField(default=0, verbose_name="计入办公费月报")
    position = peewee.IntegerField(default=0)
    active = peewee.IntegerField(default=1, verbose_name="启用")
    remark = peewee.TextField(default="", verbose_name="备注")

    class Meta:
        indexes = ((("year", "name"), True),)


class Purchase(Table):
    """One purchase, from the request on. ``state`` is one of ``rules.STEPS.words``.

    ``approved_on`` empty, or later than the first acceptance, makes it a 补办. ``few_reason`` says why fewer quotes were
    asked for than its tier demands, ``differs_reason`` why the invoices come to something else than what was accepted.
    """

    number = peewee.TextField(unique=True, verbose_name="请购编号")
    kind = peewee.TextField(default="货物", verbose_name="采购类别")
    way = peewee.TextField(default="", verbose_name="采购方式")
    state = peewee.TextField(default="asked", verbose_name="状态")
    department = peewee.ForeignKeyField(Department, null=True, verbose_name="申请部门")
    purpose = peewee.TextField(default="", verbose_name="用途")
    requested_on = Day(verbose_name="申请日期")
    wanted_on = Day(null=True, verbose_name="要求到货日期")
    approved_on = Day(null=True, verbose_name="批准日期")
    bought_on = Day(null=True, verbose_name="购买日期")
    supplier = peewee.TextField(default="", verbose_name="供应商")
    meeting_no = peewee.TextField(default="", verbose_name="会议纪要号")
    petitioned_on = Day(null=True, verbose_name="请示日期")
    reply_no = peewee.TextField(default="", verbose_name="批复号")
    replied_on = Day(null=True, verbose_name="批复日期")
    quote_no = peewee.TextField(default="", verbose_name="询价编号")
    quoted_on = Day(null=True, verbose_name="询价日期")
    few_reason = peewee.TextField(default="", verbose_name="报价不足的原因")
    differs_reason = peewee.TextField(default="", verbose_name="发票与验收不符的原因")
    finish_reason = peewee.TextField(default="", verbose_name="了结原因")
    remark = peewee.TextField(default="", verbose_name="备注")
    signed_on = Day(null=True, verbose_name="签回日期")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")
    keys = peewee.TextField(default="")


class PurchaseQuote(Table):
    """What one supplier asks for; he says it once. ``terms`` are tax, freight and warranty."""

    purchase = peewee.ForeignKeyField(Purchase, verbose_name="采购")
    supplier = peewee.TextField(verbose_name="报价单位")
    contact = peewee.TextField(default="", verbose_name="联系人和电话")
    quoted_on = Day(null=True, verbose_name="报价日期")
    way = peewee.TextField(default="", verbose_name="询价方式")
    terms = peewee.TextField(default="", verbose_name="含税、运费、质保")
    remark = peewee.TextField(default="", verbose_name="备注")


class PurchaseLine(Table):
    """What is wanted: ``quantity`` in thousandths, ``price`` 分 a unit, ``fen`` the amount that is expected.

    ``goes`` says where it goes once accepted, the columns behind it to whom or where. ``source`` is where its money comes
    from. ``quote`` is who got the award, ``award_reason`` why though another asked for less.
    """

    purchase = peewee.ForeignKeyField(Purchase, verbose_name="采购")
    position = peewee.IntegerField(default=0)
    name = peewee.TextField(verbose_name="品名")
    spec = peewee.TextField(default="", verbose_name="规格型号")
    unit = peewee.TextField(default="", verbose_name="单位")
    quantity = peewee.IntegerField(verbose_name="数量")
    price = peewee.IntegerField(null=True, verbose_name="单价")
    fen = peewee.IntegerField(null=True, verbose_name="金额")
    class_code = peewee.TextField(default="", verbose_name="分类代码")
    service = peewee.TextField(default="", verbose_name="服务、工程种类")
    purpose = peewee.TextField(default="", verbose_name="用途")
    goes = peewee.TextField(default="", verbose_name="去向")
    department = peewee.ForeignKeyField(Department, null=True, verbose_name="领用部门")
    school_class = peewee.ForeignKeyField(SchoolClass, null=True, verbose_name="领用班级")
    person = peewee.ForeignKeyField(Person, null=True, verbose_name="领用人或保管人")
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="存放地点")
    storeroom = peewee.IntegerField(null=True, verbose_name="保管室")
    source = peewee.TextField(default="", verbose_name="资金来源")
    budget_line = peewee.ForeignKeyField(BudgetLine, null=True, verbose_name="预算项目")
    plan_item = peewee.ForeignKeyField(FeePlanItem, null=True, verbose_name="代收费项目")
    fund = peewee.TextField(default="", verbose_name="专项或捐赠名称")
    quote = peewee.ForeignKeyField(PurchaseQuote, null=True, verbose_name="定标单位")
    award_reason = peewee.TextField(default="", verbose_name="定标原因")
    remark = peewee.TextField(default="", verbose_name="备注")
    key = peewee.TextField(default="", index=True)
    keys = peewee.TextField(default="")


class PurchaseNeed(Table):
    """How much of a line a class gets (开学用品), in thousandths; ``pupils`` how many it was reckoned for, 0: by the class."""

    line = peewee.ForeignKeyField(PurchaseLine, index=False)
    school_class = peewee.ForeignKeyField(SchoolClass, verbose_name="班级")
    pupils = peewee.IntegerField(default=0, verbose_name="人数")
    quantity = peewee.IntegerField(verbose_name="数量")

    class Meta:
        indexes = ((("line", "school_class"), True),)


class PurchaseQuoteLine(Table):
    """One cell of the matrix: what a supplier asks for one unit of a line, 分."""

    quote = peewee.ForeignKeyField(PurchaseQuote, index=False)
    line = peewee.ForeignKeyField(PurchaseLine)
    price = peewee.IntegerField(verbose_name="报价")

    class Meta:
        indexes = ((("quote", "line"), True),)


class PurchaseContract(Table):
    """A contract: ``fen`` is its sum, 质保金 included."""

    purchase = peewee.ForeignKeyField(Purchase, verbose_name="采购")
    number = peewee.TextField(unique=True, verbose_name="合同编号")
    supplier = peewee.TextField(verbose_name="供方")
    title = peewee.TextField(default="", verbose_name="合同名称")
    fen = peewee.IntegerField(verbose_name="合同金额")
    signed_on = Day(verbose_name="签订日期")
    due_on = Day(null=True, verbose_name="交货期限")
    warranty_until = Day(null=True, verbose_name="质保至")
    remark = peewee.TextField(default="", verbose_name="备注")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class PurchaseInstalment(Table):
    """A part of a contract's sum, by when it is to be paid and when it was; ``kind`` tells 质保金 from the others."""

    contract = peewee.ForeignKeyField(PurchaseContract, verbose_name="合同")
    kind = peewee.TextField(default="付款", verbose_name="种类")
    words = peewee.TextField(default="", verbose_name="付款条件")
    due_on = Day(null=True, verbose_name="应付日期")
    fen = peewee.IntegerField(verbose_name="金额")
    paid_on = Day(null=True, verbose_name="付款日期")


class PurchaseAcceptance(Table):
    """A delivery that was looked at, whole or in part."""

    purchase = peewee.ForeignKeyField(Purchase, verbose_name="采购")
    number = peewee.TextField(unique=True, verbose_name="验收编号")
    accepted_on = Day(verbose_name="验收日期")
    delivered_on = Day(null=True, verbose_name="到货日期")
    delivery_note = peewee.TextField(default="", verbose_name="送货单号")
    differences = peewee.TextField(default="", verbose_name="差异和处理")
    remark = peewee.TextField(default="", verbose_name="备注")
    signed_on = Day(null=True, verbose_name="签回日期")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class PurchaseAcceptanceLine(Table):
    """How much of a line came, was accepted and was refused (thousandths), and what is owed for what was accepted, 分."""

    acceptance = peewee.ForeignKeyField(PurchaseAcceptance, index=False, verbose_name="验收")
    line = peewee.ForeignKeyField(PurchaseLine, verbose_name="采购明细")
    delivered = peewee.IntegerField(verbose_name="到货数量")
    accepted = peewee.IntegerField(verbose_name="合格数量")
    refused = peewee.IntegerField(default=0, verbose_name="拒收数量")
    fen = peewee.IntegerField(verbose_name="金额")
    remark = peewee.TextField(default="", verbose_name="差异")

    class Meta:
        indexes = ((("acceptance", "line"), True),)


class PurchaseIntake(Table):
    """What became of accepted pieces: a receipt of the store (and the issue tied to it), or a card of the ledger.

    The three ids are plain numbers, as a card may be deleted later. ``quantity`` is thousandths; ``fen`` is what a card was
    given of the accepted sum; of a movement it is read from there.
    """

    acceptance_line = peewee.ForeignKeyField(PurchaseAcceptanceLine, verbose_name="验收明细")
    movement = peewee.IntegerField(null=True, index=True, verbose_name="入库")
    issue = peewee.IntegerField(null=True, verbose_name="领用")
    asset = peewee.IntegerField(null=True, index=True, verbose_name="资产卡片")
    quantity = peewee.IntegerField(verbose_name="数量")
    fen = peewee.IntegerField(verbose_name="金额")


class PurchaseClaim(Table):
    """A 报销单 over shares of invoices; who signs it stands in ``signature``."""

    number = peewee.TextField(unique=True, verbose_name="报销编号")
    claimed_on = Day(verbose_name="报销日期")
    department = peewee.ForeignKeyField(Department, null=True, verbose_name="报销部门")
    purpose = peewee.TextField(default="", verbose_name="事由")
    pieces = peewee.IntegerField(default=0, verbose_name="附件张数")
    payment = peewee.TextField(default="", verbose_name="付款方式")
    payee = peewee.TextField(default="", verbose_name="收款单位")
    remark = peewee.TextField(default="", verbose_name="备注")
    signed_on = Day(null=True, verbose_name="签回日期")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class PurchaseInvoiceShare(Table):
    """What a purchase holds of an invoice (or of other evidence, whose words then stand here) out of one source of money.

    Where the money is 代收费 the share **is** the fee voucher: ``voucher`` names it, its amount and paper are read there,
    and ``fen`` is 0.
    """

    purchase = peewee.ForeignKeyField(Purchase, verbose_name="采购")
    invoice = peewee.ForeignKeyField(Invoice, null=True, verbose_name="发票")
    voucher = peewee.ForeignKeyField(FeeVoucher, null=True, verbose_name="支出票据")
    kind = peewee.TextField(default="", verbose_name="票据种类")
    number = peewee.TextField(default="", verbose_name="票据号码")
    dated_on = Day(null=True, verbose_name="日期")
    supplier = peewee.TextField(default="", verbose_name="收款单位")
    source = peewee.TextField(verbose_name="资金来源")
    budget_line = peewee.ForeignKeyField(BudgetLine, null=True, verbose_name="预算项目")
    fund = peewee.TextField(default="", verbose_name="专项或捐赠名称")
    fen = peewee.IntegerField(verbose_name="金额")
    paid_on = Day(null=True, verbose_name="付款日期")
    claim = peewee.ForeignKeyField(PurchaseClaim, null=True, verbose_name="报销单")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class PurchaseNotice(Table):
    """A purchase as it hung in public."""

    purchase = peewee.ForeignKeyField(Purchase, verbose_name="采购")
    posted_on = Day(verbose_name="公示日期")
    until_on = Day(null=True, verbose_name="公示至")
    place = peewee.TextField(default="", verbose_name="公示地点")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")
