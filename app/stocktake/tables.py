"""A stocktake, its frozen lines with what was counted, and the things found that no card stands for."""

import peewee

from app.school.tables import Place, Term
from app.store.database import Day, Table


class Stocktake(Table):
    """One stocktake of a term: what it covers, who counts, and how far it is.

    ``scope`` is the JSON of ``rules.Scope``, ``scope_words`` what people read. ``state`` is one of ``rules.STEPS.words``.
    """

    number = peewee.TextField(unique=True, verbose_name="盘点编号")
    term = peewee.ForeignKeyField(Term, verbose_name="学期")
    kind = peewee.TextField(verbose_name="盘点种类")           # 期初 期中 期末
    base_date = Day(verbose_name="基准日")
    title = peewee.TextField(verbose_name="名称")
    scope = peewee.TextField(default="{}")
    scope_words = peewee.TextField(default="全校", verbose_name="盘点范围")
    team = peewee.TextField(default="", verbose_name="盘点人")
    observer = peewee.TextField(default="", verbose_name="监盘人")
    state = peewee.TextField(default="open", verbose_name="状态")
    opened_on = Day(verbose_name="开始日期")
    closed_on = Day(null=True, verbose_name="清点结束日期")
    approval_no = peewee.TextField(default="", verbose_name="批准文号")
    approved_on = Day(null=True, verbose_name="批准日期")
    remark = peewee.TextField(default="", verbose_name="备注")


class StocktakeLine(Table):
    """One card as the book had it when the stocktake was opened, and what was counted.

    The frozen figures (down to ``mark``, and ``category``) are never written again, and their ids are plain numbers: a card or person
    that is deleted later stays in the snapshot. ``value`` is 分. ``counted`` is None until somebody counts.
    """

    stocktake = peewee.ForeignKeyField(Stocktake, index=False)
    asset_id = peewee.IntegerField()
    number = peewee.TextField(verbose_name="资产编号")
    name = peewee.TextField(verbose_name="资产名称")
    model = peewee.TextField(verbose_name="规格型号")
    unit = peewee.TextField(verbose_name="计量单位")
    quantity = peewee.IntegerField(verbose_name="账面数")
    value = peewee.IntegerField(verbose_name="账面价值")
    class_code = peewee.TextField(verbose_name="分类代码")
    class_name = peewee.TextField(verbose_name="分类")
    place_id = peewee.IntegerField(null=True)
    place = peewee.TextField(verbose_name="账面地点")
    keeper_id = peewee.IntegerField(null=True)
    keeper = peewee.TextField(verbose_name="保管人")
    user = peewee.TextField(verbose_name="使用人")
    status = peewee.TextField(verbose_name="账面状况")
    mark = peewee.TextField(verbose_name="在外或待处置")            # one of rules.MARKS or none
    counted = peewee.IntegerField(null=True, verbose_name="实盘数")
    damaged = peewee.IntegerField(default=0, verbose_name="损坏")
    found_place = peewee.ForeignKeyField(Place, null=True, verbose_name="实际地点")
    found_status = peewee.TextField(default="", verbose_name="实际状况")
    reason = peewee.TextField(default="", verbose_name="差异原因")
    remark = peewee.TextField(default="", verbose_name="备注")
    counted_by = peewee.TextField(default="", verbose_name="盘点人")
    counted_at = peewee.TextField(default="", verbose_name="盘点时间")
    source = peewee.TextField(default="", verbose_name="录入方式")  # 录入 整室 扫码 工作簿
    # Frozen too; added later, so it stands last. "" of a line frozen before that whose card is gone since.
    category = peewee.TextField(default="", constraints=[peewee.SQL("DEFAULT ''")], verbose_name="资产类别")

    class Meta:
        indexes = (
            (("stocktake", "asset_id"), True),
            (("stocktake", "number"), False),
            (("stocktake", "place_id"), False),
        )


class StocktakeFind(Table):
    """Something found that no card of the book stands for: a 盘盈 candidate.

    ``code`` is what the label or sheet said. ``estimate`` is 分 a piece, None where nobody estimated. ``asset_id`` is
    the card that the approval made of it.
    """

    stocktake = peewee.ForeignKeyField(Stocktake)
    code = peewee.TextField(default="", verbose_name="标签号")
    name = peewee.TextField(default="", verbose_name="名称")
    model = peewee.TextField(default="", verbose_name="规格型号")
    unit = peewee.TextField(default="", verbose_name="计量单位")
    place = peewee.ForeignKeyField(Place, null=True, verbose_name="发现地点")
    quantity = peewee.IntegerField(default=1, verbose_name="数量")
    estimate = peewee.IntegerField(null=True, verbose_name="估价")
    decision = peewee.TextField(default="待定", verbose_name="处理")  # 待定 入账 不入账
    reason = peewee.TextField(default="", verbose_name="原因")
    remark = peewee.TextField(default="", verbose_name="备注")
    found_at = peewee.TextField(default="", verbose_name="发现时间")
    source = peewee.TextField(default="", verbose_name="录入方式")
    asset_id = peewee.IntegerField(null=True)
