"""The ledger as a workbook: the fields and the names that offices give them, and the export that imports back."""

from pathlib import Path

from app.assets import queries
from app.core.columns import Column, Kind
from app.core.listing import Wish
from app.core.progress import Progress, silent
from app.exchange.matching import FieldSpec
from app.exchange.writing import SheetOut, write_workbook

FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("number", "资产编号", Kind.CODE,
              ("编号", "财产编号", "设备编号", "固定资产编号", "卡片编号", "资产卡号", "资产号", "标签号", "标签值", "校产编号")),
    FieldSpec("name", "资产名称", Kind.TEXT,
              ("名称", "财产名称", "设备名称", "品名", "物品名称", "校产名称", "固定资产名称", "资产品名", "器材名称", "家具名称"), True),
    FieldSpec("category", "资产类别", Kind.CHOICE, ("资产种类", "固定资产或低值", "账类")),
    FieldSpec("class_code", "分类代码", Kind.CODE,
              ("资产分类代码", "类别代码", "国标代码", "资产代码", "国标分类代码", "分类号", "分类编码", "类别编码", "品目代码")),
    FieldSpec("class_name", "国标名称", Kind.TEXT, ("分类名称", "资产分类", "类别", "分类", "类别名称", "国标分类名称", "资产分类名称")),
    FieldSpec("model", "规格型号", Kind.TEXT, ("型号", "规格", "型号规格", "规格及型号", "规格/型号", "型号、规格")),
    FieldSpec("brand", "品牌", Kind.TEXT, ("厂牌", "商标", "品牌名称")),
    FieldSpec("serial", "序列号", Kind.CODE, ("出厂编号", "出厂号", "产品序列号", "设备序列号", "机身号", "SN", "S/N", "产品编号")),
    FieldSpec("unit", "计量单位", Kind.TEXT, ("单位",)),
    FieldSpec("quantity", "数量", Kind.WHOLE, ("账面数量", "件数", "台件数", "数目", "台数", "实有数量", "账面数", "现有数量")),
    FieldSpec("unit_price", "单价", Kind.MONEY, ("单位价格", "单位价值", "购置单价", "每件价格", "均价")),
    FieldSpec("value", "价值", Kind.MONEY,
              ("金额", "原值", "总价", "总金额", "账面原值", "资产原值", "合计金额", "总值", "账面价值", "购置金额", "资产价值")),
    FieldSpec("value_type", "价值类型", Kind.CHOICE, ("计价类型",)),
    FieldSpec("acquired_by", "取得方式", Kind.CHOICE, ("来源", "增加方式", "资产来源", "取得来源")),
    FieldSpec("acquired_on", "取得日期", Kind.DAY,
              ("购置日期", "购入日期", "购买日期", "取得时间", "购置时间", "购入时间", "购买时间", "增加日期", "启用日期", "日期", "年月")),
    FieldSpec("booked_on", "入账日期", Kind.DAY, ("财务入账日期", "入帐日期", "登记日期", "记账日期", "建账日期", "入账时间")),
    FieldSpec("voucher", "凭证号", Kind.CODE, ("会计凭证号", "记账凭证号", "凭证编号", "凭单号")),
    FieldSpec("funding", "经费来源", Kind.TEXT, ("资金来源", "经费科目", "经费", "资金渠道")),
    FieldSpec("purchase_form", "采购组织形式", Kind.TEXT, ("采购方式", "采购形式")),
    FieldSpec("supplier", "供应商", Kind.TEXT, ("供货单位", "供应单位", "销售商", "经销商", "供货商", "生产厂家", "厂家", "厂商", "制造商")),
    FieldSpec("invoice", "发票号", Kind.CODE, ("发票号码", "合同号", "发票号/合同号", "合同编号", "发票编号")),
    FieldSpec("warranty_until", "保修截止", Kind.DAY, ("保修截止日期", "保修期至", "质保期至", "保修到期", "保修期")),
    FieldSpec("place", "存放地点", Kind.TEXT,
              ("放置地点", "使用场所", "存放位置", "所在地点", "存放处", "使用地点", "地点", "位置", "安放地点", "存放场所", "室名", "所在室")),
    FieldSpec("department", "使用部门", Kind.TEXT, ("部门", "使用单位", "领用部门", "所属部门", "管理部门", "使用科室", "科室")),
    FieldSpec("keeper", "保管人", Kind.TEXT, ("保管员", "责任人", "管理人", "负责人", "领用人", "保管责任人")),
    FieldSpec("user", "使用人", Kind.TEXT, ("使用者", "使用人员", "使用人姓名")),
    FieldSpec("purpose", "使用方向", Kind.CHOICE, ("用途", "使用用途")),
    FieldSpec("status", "使用状况", Kind.CHOICE, ("状态", "使用状态", "资产状态", "现状", "资产状况", "设备状态", "使用情况")),
    FieldSpec("life_years", "使用年限", Kind.WHOLE, ("折旧年限", "预计使用年限", "使用年限(年)", "规定使用年限")),
    FieldSpec("life_months", "折旧年限（月）", Kind.WHOLE, ("折旧月数", "使用月数", "预计使用月数", "使用年限（月）")),
    FieldSpec("opening_depreciation", "期初累计折旧", Kind.MONEY, ("累计折旧", "已提折旧", "折旧累计")),
    FieldSpec("opening_months", "期初已提月数", Kind.WHOLE, ("已提月数", "已提折旧月数", "已使用月数")),
    FieldSpec("old_number", "原资产编号", Kind.CODE, ("原编号", "旧编号", "原卡片编号")),
    FieldSpec("remark", "备注", Kind.TEXT, ("说明", "附注", "备注说明", "备 注")),
)

SYNONYMS: dict[str, dict[str, str]] = {
    "status": {
        word: status for status, words in {
            "在用": "正常 完好 使用中 使用 良好 在使用 可用 正常使用 在用（正常） 正常在用 完好在用 好",
            "闲置": "闲置未用 未使用 未使用（闲置） 未使用(闲置) 停用 备用 库存",
            "待修理": "在修 维修 维修中 送修 待修 损坏 故障",
            # Scrapped by the office's word, but still on its book: it leaves the book by a disposal, not by an import.
            "待报废": "报废 已报废 报损 已报损 待报损 拟报损 待处置 拟报废 申请报废 待处置（待报废） 待处置(待报废)",
            "毁坏不能用": "毁坏 不能用 毁损",
        }.items() for word in words.split()},
    "acquired_by": {"购置": "新购", "购入": "新购", "采购": "新购", "自购": "新购", "购买": "新购", "调入": "调拨",
                    "无偿调入": "调拨", "划拨": "调拨", "调拨（划拨）": "调拨", "捐赠": "接受捐赠", "受赠": "接受捐赠",
                    "自行建造": "自建"},
    "category": {"固定": "固定资产", "低值": "低值易耗品", "低值易耗": "低值易耗品", "易耗品": "低值易耗品"},
    "value_type": {"实际成本": "原值", "评估值": "评估价", "暂估": "暂估价", "名义价值": "名义金额"},
    "purpose": {"教学": "自用", "办公": "自用", "自用（教学）": "自用"},
}

# The groups of fixed assets as ledgers write them: of 2022 (财政部令第108号), of 2012 (财政部令第68号), with what both allow.
GROUP_NAMES = frozenset((
    "房屋和构筑物", "房屋及构筑物", "房屋构筑物", "房屋", "土地、房屋及构筑物", "设备", "通用设备", "专用设备", "一般设备",
    "文物和陈列品", "文物及陈列品", "图书和档案", "图书、档案", "图书档案", "图书", "家具和用具", "家具、用具、装具",
    "家具、用具、装具及动植物", "家具用具装具及动植物", "家具", "家具用具", "特种动植物", "动植物", "其他固定资产"))

_OF_COLUMN = {column.key: column for column in queries.COLUMNS}


def export_columns() -> tuple[Column, ...]:
    """Give the export's columns: every field of the card under its own name, then the school's extra fields."""
    fixed = tuple(Column(spec.key, spec.title, spec.kind, getattr(_OF_COLUMN.get(spec.key), "width", 22.0),
                         total=spec.key in ("quantity", "value"))
                  for spec in FIELDS if spec.key != "life_years")
    return fixed + tuple(Column(f"extra:{extra.id}", extra.title) for extra in queries.extra_fields())


def export_ledger(path: Path, wish: Wish | None = None, progress: Progress = silent) -> int:
    """Write the cards that match (all, unless a wish narrows them) as .xlsx and give how many.

    The sheet imports back unchanged. An unwritable target is ``Refused``.
    """
    ids = queries.matching_ids(wish or Wish(sort="number"))
    columns = export_columns()
    rows = []
    for start in range(0, len(ids), 1_000):
        progress(start, len(ids), "读取卡片")
        rows += [_row(card, columns) for card in queries.cards(ids[start:start + 1_000])]
    progress(len(ids), len(ids), "写入工作簿")
    write_workbook(path, [SheetOut("资产台账", columns, rows)])
    return len(rows)


def _row(card: queries.Card, columns: tuple[Column, ...]) -> list[object]:
    names = {"place": card.place, "department": card.department, "keeper": card.keeper, "user": card.user}
    values: list[object] = []
    for column in columns:
        if column.key in names:
            values.append(names[column.key])
        elif column.key.startswith("extra:"):
            values.append(card.draft.extras.get(int(column.key[6:]), ""))
        else:
            values.append(getattr(card.draft, column.key))
    return values
