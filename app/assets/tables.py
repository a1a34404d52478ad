"""The asset card and the school's own extra fields."""

import peewee

from app.school.tables import Department, Person, Place
from app.store.database import Day, Table


class Asset(Table):
    """One card of the ledger; it may stand for many like pieces (45 desks). Money in 分, life in months.

    ``keys`` holds the words a card is found by, full pinyin of the name first, so that its index both finds and
    sorts by name. ``extras`` is a JSON object: id of an ``ExtraField`` to value.
    """

    number = peewee.TextField(unique=True, verbose_name="资产编号")
    name = peewee.TextField(verbose_name="资产名称")
    category = peewee.TextField(default="固定资产", verbose_name="资产类别")  # or 低值易耗品
    class_code = peewee.TextField(default="", verbose_name="分类代码")
    class_name = peewee.TextField(default="", verbose_name="国标名称")
    model = peewee.TextField(default="", verbose_name="规格型号")
    brand = peewee.TextField(default="", verbose_name="品牌")
    serial = peewee.TextField(default="", verbose_name="序列号")
    unit = peewee.TextField(default="", verbose_name="计量单位")
    quantity = peewee.IntegerField(default=1, verbose_name="数量")
    unit_price = peewee.IntegerField(default=0, verbose_name="单价")
    value = peewee.IntegerField(default=0, verbose_name="价值")
    value_type = peewee.TextField(default="原值", verbose_name="价值类型")
    acquired_by = peewee.TextField(default="新购", verbose_name="取得方式")
    acquired_on = Day(null=True, verbose_name="取得日期")
    booked_on = Day(null=True, verbose_name="入账日期")
    voucher = peewee.TextField(default="", verbose_name="凭证号")
    funding = peewee.TextField(default="", verbose_name="经费来源")
    purchase_form = peewee.TextField(default="", verbose_name="采购组织形式")
    supplier = peewee.TextField(default="", verbose_name="供应商")
    invoice = peewee.TextField(default="", verbose_name="发票号")
    warranty_until = Day(null=True, verbose_name="保修截止")
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="存放地点")
    department = peewee.ForeignKeyField(Department, null=True, verbose_name="使用部门")
    keeper = peewee.ForeignKeyField(Person, null=True, verbose_name="保管人")
    user = peewee.ForeignKeyField(Person, null=True, verbose_name="使用人")
    purpose = peewee.TextField(default="自用", verbose_name="使用方向")
    status = peewee.TextField(default="在用", verbose_name="使用状况")
    life_months = peewee.IntegerField(null=True, verbose_name="折旧年限（月）")
    opening_depreciation = peewee.IntegerField(default=0, verbose_name="期初累计折旧")
    opening_months = peewee.IntegerField(default=0, verbose_name="期初已提月数")
    old_number = peewee.TextField(default="", verbose_name="原资产编号")
    remark = peewee.TextField(default="", verbose_name="备注")
    extras = peewee.TextField(default="{}")
    keys = peewee.TextField(default="")

    class Meta:
        indexes = (
            (("keys",), False),             # finds, and sorts by the name's pinyin
            (("place", "number"), False),
            (("keeper", "number"), False),
            (("acquired_on", "number"), False),
            (("class_code", "number"), False),
        )


class ExtraField(Table):
    """A field that this school added to its cards: text, number, day or choice."""

    title = peewee.TextField(unique=True, verbose_name="字段名")
    kind = peewee.TextField(verbose_name="类型")            # 文字 数字 日期 选项
    choices = peewee.TextField(default="", verbose_name="选项")  # one a line
    position = peewee.IntegerField(default=0)
    active = peewee.IntegerField(default=1)
