"""Settings of the asset ledger. Thresholds and words differ from bureau to bureau: never constants."""

from app.assets import meanings
from app.core.numbering import Rule
from app.core.settings import Setting

GROUP = "资产台账"

THRESHOLD = Setting(
    "assets.threshold", "固定资产单价标准（元，含）", 100_000, kind="fen", group=GROUP,
    help="单价达到此数建议登记为固定资产（现行标准 1000 元；有的地方专用设备仍按 1500 元）。只作建议，不改历史卡片。")
BULK_PIECES = Setting(
    "assets.bulk_pieces", "大批同类物资件数", 20, group=GROUP,
    help="单价不够但同一批达到此件数的耐用物资，也建议登记为固定资产（全国没有统一件数，按当地规定）。")
BULK_KINDS = Setting(
    "assets.bulk_kinds", "大批同类物资（分类代码开头）", ["A0501", "A0401", "6", "5"], group=GROUP,
    help="哪些分类算大批同类物资：家具（课桌椅、床）、图书等。")
STATUSES = Setting(
    "assets.statuses", "使用状况", list(meanings.SHIPPED), group=GROUP, required=True, wrong=meanings.wrong, borne_by=("asset", "status"),
    words=meanings.words,
    help="一行一个，词可以改，后面写明含义，如：送外维修＝送修。含义只有这几种："
    + "；".join(f"{meaning}（{words}）" for meaning, words in meanings.EXPLAINED.items()) + "。盘点时在场的要找到，其他的不算盘亏。")
VALUE_TYPES = Setting("assets.value_types", "价值类型", ["原值", "评估价", "名义金额", "暂估价"], group=GROUP)
ACQUIRED_BY = Setting(
    "assets.acquired_by", "取得方式", ["新购", "调拨", "接受捐赠", "自建", "置换", "盘盈", "自制", "租入", "其他"], group=GROUP)
FUNDINGS = Setting("assets.fundings", "经费来源", ["财政拨款", "事业收入", "捐赠", "其他"], group=GROUP)
PURCHASE_FORMS = Setting("assets.purchase_forms", "采购组织形式", ["集中采购", "分散采购", "自行采购"], group=GROUP)
PURPOSES = Setting("assets.purposes", "使用方向", ["自用", "出租", "出借", "对外投资", "其他"], group=GROUP)
UNITS = Setting(
    "assets.units",
    "常用计量单位",
    ["台", "张", "把", "套", "个", "件", "只", "本", "册", "组", "块", "间", "平方米"],
    group=GROUP,
)
COLUMNS_BY_HAND = Setting(
    "assets.import_columns", "导入时记住的列", [], kind="list", group=GROUP,
    help="一行一个：表头=字段，等号后留空表示不导入这一列。导入时手工指定的列会自动记在这里。")

ASSET_NUMBERS = Rule("asset", "ZC", True, 5, "资产编号")
