"""Storerooms, the goods that lie in them, slips with their movements, and the months that are issued."""

import peewee

from app.school.tables import Department, Person, Place, SchoolClass, Term
from app.store.database import Day, Table


class StockStoreroom(Table):
    """A 总保管室 or 分保管室 whose goods are counted apart from those of the others."""

    name = peewee.TextField(unique=True, verbose_name="保管室")
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="地点")
    keeper = peewee.ForeignKeyField(Person, null=True, verbose_name="保管员")
    active = peewee.IntegerField(default=1, verbose_name="启用")


class StockItem(Table):
    """One sort of goods, counted in ``unit``; ``key`` is its folded name, spec and unit, the same once only.

    ``pack_size`` is how many thousandths of a unit one ``pack_unit`` holds (1箱 = 12包: 12000), 0 where it has no pack.
    ``minimum`` is in thousandths, None where nobody watches it.
    """

    name = peewee.TextField(verbose_name="品名")
    spec = peewee.TextField(default="", verbose_name="规格")
    unit = peewee.TextField(verbose_name="单位")
    pack_unit = peewee.TextField(default="", verbose_name="大包装单位")
    pack_size = peewee.IntegerField(default=0, verbose_name="每大包装数量")
    minimum = peewee.IntegerField(null=True, verbose_name="最低库存")
    category = peewee.TextField(default="", verbose_name="类别")
    storeroom = peewee.ForeignKeyField(StockStoreroom, null=True, verbose_name="常放保管室")
    remark = peewee.TextField(default="", verbose_name="备注")
    active = peewee.IntegerField(default=1, verbose_name="启用")
    key = peewee.TextField(unique=True)
    keys = peewee.TextField(default="")


class StockSlip(Table):
    """A numbered paper that moves goods: 入库单, 领用单, 退库单, 调库单, the correction after a count …

    ``dated_on`` is the true day; ``booked_on`` the day on which it counts, later where the month of the true day was issued
    already. ``receiver`` says in words who got the goods, as papers read it. ``kind`` is one of ``rules.SLIP_KINDS``.
    """

    number = peewee.TextField(unique=True, verbose_name="单号")
    kind = peewee.TextField(verbose_name="单据种类")
    dated_on = Day(verbose_name="日期")
    booked_on = Day(index=True, verbose_name="记账日期")
    storeroom = peewee.ForeignKeyField(StockStoreroom, verbose_name="保管室")
    target = peewee.ForeignKeyField(StockStoreroom, null=True, verbose_name="调入保管室")
    supplier = peewee.TextField(default="", verbose_name="供应商")
    department = peewee.ForeignKeyField(Department, null=True, verbose_name="部门")
    school_class = peewee.ForeignKeyField(SchoolClass, null=True, verbose_name="班级")
    person = peewee.ForeignKeyField(Person, null=True, verbose_name="领用人")
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="使用地点")
    receiver = peewee.TextField(default="", verbose_name="领用")
    handler = peewee.TextField(default="", verbose_name="经手人")
    remark = peewee.TextField(default="", verbose_name="备注")
    signed_on = Day(null=True, verbose_name="签回日期")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class StockMovement(Table):
    """One line of a slip: so much of an item into a storeroom (above zero) or out of it (below), and what that did to its value.

    ``quantity`` is thousandths. ``fen`` is the change of what lies in the store, fixed when written (``costing``);
    ``difference`` what of the amount went past the store (价差). ``origin`` is the line it belongs to: the issue that comes
    back, the receipt that is returned, priced anew or handed out directly, the other half of a transfer. ``phase`` orders
    the lines of a day, ``stands`` is 0 once the slip is voided.
    """

    slip = peewee.ForeignKeyField(StockSlip)
    item = peewee.ForeignKeyField(StockItem, index=False)
    storeroom = peewee.ForeignKeyField(StockStoreroom, index=False)
    kind = peewee.TextField(verbose_name="收发")
    booked_on = Day(verbose_name="记账日期")
    phase = peewee.IntegerField()
    quantity = peewee.IntegerField(verbose_name="数量")
    fen = peewee.IntegerField(verbose_name="金额")
    difference = peewee.IntegerField(default=0, verbose_name="价差")
    origin = peewee.ForeignKeyField("self", null=True, verbose_name="对应的收发")
    swapped = peewee.IntegerField(default=0, verbose_name="以旧换新")
    remark = peewee.TextField(default="", verbose_name="用途")
    stands = peewee.IntegerField(default=1)

    class Meta:
        indexes = (
            peewee.SQL('CREATE INDEX "stock_movement_track" ON "stock_movement" '
                       '("item_id", "storeroom_id", "booked_on", "stands", "quantity", "fen")'),
            (("booked_on", "item"), False),
        )


class StockMonth(Table):
    """A month whose 收发存月报 was issued (月结): its lines stay as they are, what comes late is booked on the first open day."""

    month = peewee.TextField(verbose_name="月份")       # 2026-03
    issued_on = Day(verbose_name="月结日期")
    voided_on = Day(null=True, verbose_name="取消日期")
    void_reason = peewee.TextField(default="", verbose_name="取消原因")

    class Meta:
        indexes = (
            peewee.SQL('CREATE UNIQUE INDEX "stock_month_standing" ON "stock_month" ("month") WHERE ("voided_on" IS NULL)'),
        )


class StockCount(Table):
    """A count of one storeroom: what the book said of each item when it was opened, and what was found.

    ``state`` is one of ``rules.COUNT_STEPS.words``. ``slip`` is the correction that the approval wrote, None where nothing
    differed.
    """

    number = peewee.TextField(unique=True, verbose_name="盘点单号")
    storeroom = peewee.ForeignKeyField(StockStoreroom, verbose_name="保管室")
    base_date = Day(verbose_name="账面日期")
    category = peewee.TextField(default="", verbose_name="类别")
    team = peewee.TextField(default="", verbose_name="盘点人")
    state = peewee.TextField(default="open", verbose_name="状态")
    approver = peewee.TextField(default="", verbose_name="批准人")
    approval_no = peewee.TextField(default="", verbose_name="批准文号")
    approved_on = Day(null=True, verbose_name="批准日期")
    slip = peewee.ForeignKeyField(StockSlip, null=True, verbose_name="调整单")
    remark = peewee.TextField(default="", verbose_name="备注")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")


class StockCountLine(Table):
    """An item of a count; ``book`` and ``book_fen`` are never written again. ``counted`` is None until somebody counts.

    ``price`` is what a unit that was found besides is worth (分), None for the average of the book.
    """

    count = peewee.ForeignKeyField(StockCount, index=False)
    item = peewee.ForeignKeyField(StockItem)
    book = peewee.IntegerField(verbose_name="账面数量")
    book_fen = peewee.IntegerField(verbose_name="账面金额")
    counted = peewee.IntegerField(null=True, verbose_name="实盘数量")
    price = peewee.IntegerField(null=True, verbose_name="盘盈单价")
    reason = peewee.TextField(default="", verbose_name="差异原因")

    class Meta:
        indexes = ((("count", "item"), True),)


class StockPlan(Table):
    """A 分发表: what is handed out to many at once, classes or people × items. ``issued_on`` is None while it is a draft."""

    title = peewee.TextField(verbose_name="名称")
    kind = peewee.TextField(verbose_name="发给")          # 班级 or 人员
    storeroom = peewee.ForeignKeyField(StockStoreroom, verbose_name="保管室")
    made_on = Day(verbose_name="制表日期")
    issued_on = Day(null=True, verbose_name="发放日期")
    remark = peewee.TextField(default="", verbose_name="备注")


class StockPlanLine(Table):
    """How much of an item one class or person is to get; once handed out ``movement`` is the line of the slip that did it."""

    plan = peewee.ForeignKeyField(StockPlan, index=False)
    school_class = peewee.ForeignKeyField(SchoolClass, null=True, verbose_name="班级")
    person = peewee.ForeignKeyField(Person, null=True, verbose_name="人员")
    item = peewee.ForeignKeyField(StockItem, verbose_name="物品")
    quantity = peewee.IntegerField(verbose_name="数量")
    movement = peewee.ForeignKeyField(StockMovement, null=True, verbose_name="收发")

    class Meta:
        indexes = ((("plan", "school_class", "person", "item"), False),)


class StockQuota(Table):
    """How much (分) a department or a class may take in a term; going past it warns and forbids nothing."""

    term = peewee.ForeignKeyField(Term, index=False, verbose_name="学期")
    department = peewee.ForeignKeyField(Department, null=True, verbose_name="部门")
    school_class = peewee.ForeignKeyField(SchoolClass, null=True, verbose_name="班级")
    fen = peewee.IntegerField(verbose_name="额度")

    class Meta:
        indexes = ((("term", "department", "school_class"), False),)
