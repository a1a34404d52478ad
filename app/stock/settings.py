"""What can be set about the store: the sorts of goods, how its papers are numbered, when goods move slowly."""

from app.core.numbering import Rule
from app.core.settings import Setting

GROUP = "仓库"
RECEIPT_NUMBERS = Rule("stock_receipt", "RK", True, 5, "入库单号")
ISSUE_NUMBERS = Rule("stock_issue", "CK", True, 5, "领用（出库）单号")
RETURN_NUMBERS = Rule("stock_return", "TC", True, 5, "退库单号")
TRANSFER_NUMBERS = Rule("stock_transfer", "DK", True, 5, "调库单号")
COUNT_NUMBERS = Rule("stock_count", "KP", True, 5, "库存盘点单号")
CATEGORIES = Setting(
    "stock.categories", "库存物品类别",
    ["办公用品", "教学用品", "作业本", "教材", "清洁用品", "水电维修", "体育用品", "卫生防疫", "会议接待", "福利", "其他"],
    group=GROUP, help="一行一个。", borne_by=("stock_item", "category"))
RECEIPT_COPIES = Setting("stock.receipt_copies", "入库单的联", ["存根", "仓库", "会计"], group=GROUP, required=True,
                         help="一行一联，每张入库单按这些联各印一份。")
ISSUE_COPIES = Setting("stock.issue_copies", "领用单的联", ["仓库", "领用部门"], group=GROUP, required=True,
                       help="一行一联，每张领用单按这些联各印一份。")
