"""What a school decides about purchasing: the tiers of money, what counts as one sort, how strict each check is."""

from app.core.settings import Setting
from app.purchasing import tiers
from app.purchasing.findings import RULES
from app.school.settings import FORBID, IGNORE, REMIND

PURCHASING, CHECKS = "采购", "采购检查"

TIERS: Setting[list[str]] = Setting(
    "purchasing.tiers", "采购档次", tiers.SHIPPED, group=PURCHASING, wrong=tiers.wrong,
    help=f"{tiers.GRAMMAR} 可以要求的单据：{'、'.join(tiers.FORMS)}。写“政府采购”的那一档就是当地限额。")
SPLIT_PLACES = Setting("purchasing.split_places", "化整为零按分类代码的前几位算一类", 7, least=3, most=9, group=PURCHASING,
                       help="前七位是中类：A020101 里有台式机、笔记本。同一年度、同一预算项目下的同类采购合在一起算。")
SERVICE_KINDS: Setting[list[str]] = Setting(
    "purchasing.service_kinds", "服务、工程种类", ["维修维护", "印刷", "物业保洁", "租车", "培训", "装修修缮", "其他服务"], group=PURCHASING,
    help="一行一种。服务和工程没有分类代码，化整为零按这里的种类合计。")
NOTICE_PLACE = Setting("purchasing.notice_place", "采购公示地点", "校务公开栏", group=PURCHASING)
NOTICE_DAYS = Setting("purchasing.notice_days", "采购公示天数", 5, least=1, most=60, group=PURCHASING)
PAYMENTS: Setting[list[str]] = Setting("purchasing.payments", "付款方式", ["公务卡", "转账", "现金"], group=PURCHASING)
ACCEPTANCE_COPIES: Setting[list[str]] = Setting(
    "purchasing.acceptance_copies", "验收单的联", ["财产管理员联", "会计联", "使用部门联"], group=PURCHASING, help="一行一联，印在单据右上角。")
PETITION = Setting("purchasing.petition_to", "采购请示报给", "", group=PURCHASING, help="不填就用主管部门。")

SEVERITY = {
    rule.key: Setting(f"purchasing.check.{rule.key}", rule.title, FORBID if rule.level == "error" else REMIND,
                      choices=(FORBID, REMIND, IGNORE), group=CHECKS, help=f"依据：{rule.source}")
    for rule in RULES
}
"""How strict each check is, by the rule's key: 禁止 blocks the acceptance or the claim, 提醒 only says it."""
