"""Tables that every tab uses: terms, departments, people, places, classes, pupils; suppliers, invoices; signatures and links."""

import peewee

from app.store.database import Day, Table


class Term(Table):
    """A school term: ``school_year`` 2026 and ``half`` 1 is 2026—2027学年第一学期. Closed terms take no more changes."""

    school_year = peewee.IntegerField(verbose_name="学年")
    half = peewee.IntegerField(verbose_name="学期")
    starts_on = Day(verbose_name="开始日期")
    ends_on = Day(verbose_name="结束日期")
    is_current = peewee.IntegerField(default=0, verbose_name="当前学期")
    closed_on = Day(null=True, verbose_name="结账日期")

    class Meta:
        indexes = ((("school_year", "half"), True),)


class Department(Table):
    """A 处室 or 教研组; classes are not departments."""

    name = peewee.TextField(unique=True, verbose_name="部门")
    keys = peewee.TextField(default="")
    position = peewee.IntegerField(default=0)


class Person(Table):
    """A member of staff; who has left (离岗) stays in the file because old records name them."""

    name = peewee.TextField(verbose_name="姓名")
    department = peewee.ForeignKeyField(Department, null=True, verbose_name="部门")
    title = peewee.TextField(default="", verbose_name="职务")
    phone = peewee.TextField(default="", verbose_name="电话")
    on_staff = peewee.IntegerField(default=1, verbose_name="在岗")
    left_on = Day(null=True, verbose_name="离岗日期")
    keys = peewee.TextField(default="")


class Place(Table):
    """A node of the tree 校区–楼–层–室.

    ``path`` is the full name people read (教学楼 3层 304室). ``rank`` orders the tree and its prefix is the subtree:
    four digits for each level, so that every place below X has a rank that begins with X's rank.
    """

    parent = peewee.ForeignKeyField("self", null=True, verbose_name="上级")
    name = peewee.TextField(verbose_name="名称")
    level = peewee.TextField(verbose_name="层级")              # 校区 楼 层 室
    kind = peewee.TextField(default="", verbose_name="用途")   # 教室 办公室 功能室 库房 宿舍 食堂 室外 其他
    code = peewee.TextField(default="", verbose_name="房间号")
    keeper = peewee.ForeignKeyField(Person, null=True, verbose_name="保管人")
    custody = peewee.TextField(default="", verbose_name="保管室")  # 总保管室 分保管室 or none
    path = peewee.TextField(verbose_name="地点")
    rank = peewee.TextField(index=True)
    keys = peewee.TextField(default="")
    active = peewee.IntegerField(default=1, verbose_name="在用")

    class Meta:
        indexes = ((("parent", "name"), True),)


class SchoolClass(Table):
    """A class of one school year, with its 班主任 and its room."""

    school_year = peewee.IntegerField(verbose_name="学年")
    grade = peewee.IntegerField(verbose_name="年级")
    number = peewee.IntegerField(verbose_name="班号")
    name = peewee.TextField(verbose_name="班级")
    teacher = peewee.ForeignKeyField(Person, null=True, verbose_name="班主任")
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="教室")
    keys = peewee.TextField(default="")

    class Meta:
        indexes = ((("school_year", "grade", "number"), True),)


class Pupil(Table):
    """A pupil, with no more than fees and letters need (个人信息保护法第六条). ``waiver`` is private: 低保, 脱贫户 … or none."""

    name = peewee.TextField(verbose_name="姓名")
    number = peewee.TextField(default="", verbose_name="学号")
    gender = peewee.TextField(default="", verbose_name="性别")
    guardian = peewee.TextField(default="", verbose_name="家长")
    phone = peewee.TextField(default="", verbose_name="家长电话")
    waiver = peewee.TextField(default="", verbose_name="减免类别")
    remark = peewee.TextField(default="", verbose_name="备注")
    keys = peewee.TextField(default="")

    class Meta:
        indexes = ((("number",), False),)


class Enrolment(Table):
    """A pupil's time in a class of one school year; who leaves or changes class keeps the row, with the day and why."""

    pupil = peewee.ForeignKeyField(Pupil, verbose_name="学生")
    school_class = peewee.ForeignKeyField(SchoolClass, verbose_name="班级")
    seat = peewee.IntegerField(null=True, verbose_name="序号")
    joined_on = Day(verbose_name="入班日期")
    left_on = Day(null=True, verbose_name="离班日期")       # the first day on which he is no longer there
    reason = peewee.TextField(default="", verbose_name="离班原因")   # 转出 调班 毕业 休学


class Supplier(Table):
    """Somebody the school buys from. Records keep the words they were typed with; ``name`` or one of ``others`` finds him.

    ``others`` are the names of those merged into him, ``kinds`` what he supplies, both one a line.
    """

    name = peewee.TextField(unique=True, verbose_name="供应商")
    others = peewee.TextField(default="", verbose_name="曾用名称")
    tax_number = peewee.TextField(default="", verbose_name="税号")
    contact = peewee.TextField(default="", verbose_name="联系人")
    phone = peewee.TextField(default="", verbose_name="电话")
    bank = peewee.TextField(default="", verbose_name="开户行和账号")
    kinds = peewee.TextField(default="", verbose_name="供应类别")
    remark = peewee.TextField(default="", verbose_name="备注")
    active = peewee.IntegerField(default=1, verbose_name="启用")
    keys = peewee.TextField(default="")


class Invoice(Table):
    """One invoice, whoever holds shares of it: ``fen`` is its total, below zero for a red one, which may name its ``original``.

    ``key`` is what it is known by (``invoice_rules.key_of``); no two that stand have the same.
    """

    kind = peewee.TextField(verbose_name="票据种类")
    code = peewee.TextField(default="", verbose_name="票据代码")
    number = peewee.TextField(verbose_name="票据号码")
    key = peewee.TextField()
    dated_on = Day(verbose_name="日期")
    supplier = peewee.TextField(default="", verbose_name="收款单位")
    fen = peewee.IntegerField(verbose_name="发票总额")
    original = peewee.ForeignKeyField("self", null=True, verbose_name="红冲的发票")
    voided_on = Day(null=True, verbose_name="作废日期")
    void_reason = peewee.TextField(default="", verbose_name="作废原因")

    class Meta:
        indexes = (
            peewee.SQL('CREATE UNIQUE INDEX "invoice_standing_key" ON "invoice" ("key") WHERE ("voided_on" IS NULL)'),
        )


class Signature(Table):
    """Somebody signs a record in a role (采购人, 验收人): a person of the school, or an outsider by ``name`` alone.

    ``opinion`` and ``signed_on`` are there where somebody noted them, ``refused`` where he did not agree.
    """

    owner_table = peewee.TextField()
    owner_id = peewee.IntegerField()
    role = peewee.TextField(verbose_name="签字栏")
    position = peewee.IntegerField(default=0)
    person = peewee.ForeignKeyField(Person, null=True, verbose_name="签字人")
    name = peewee.TextField(default="", verbose_name="签字人（外单位）")
    signed_on = Day(null=True, verbose_name="签字日期")
    opinion = peewee.TextField(default="", verbose_name="意见")
    refused = peewee.IntegerField(default=0, verbose_name="不同意")

    class Meta:
        indexes = ((("owner_table", "owner_id", "role", "position"), True),)


class RecordLink(Table):
    """One record has to do with another, and why: 复制自. What carries pieces or money is a column of its own instead."""

    from_table = peewee.TextField()
    from_id = peewee.IntegerField()
    to_table = peewee.TextField()
    to_id = peewee.IntegerField()
    why = peewee.TextField(verbose_name="关系")

    class Meta:
        indexes = (
            peewee.SQL('CREATE UNIQUE INDEX "record_link_once" ON "record_link" ("from_table", "from_id", "to_table", "to_id", "why")'),
            (("to_table", "to_id"), False),
        )
