"""What a school decides about its board: how long things hang, telephones and words on it, how strict each check is."""

from app.core.settings import Setting
from app.fees.board.rules import RULES
from app.fees.plan.settings import FEES
from app.school.settings import FORBID as FORBID
from app.school.settings import IGNORE as IGNORE
from app.school.settings import REMIND as REMIND

CHECKS = "收费检查"
PUBLICITY_DAYS = Setting("fees.publicity_days", "收费前至少公示几天", 7, least=0, most=60, group=FEES,
                         help="从公示次日算起。各地规定不同，没有规定的一般不少于一周。")
ADVANCE_DAYS = Setting("fees.advance_days", "最多在开学前几天开始收费", 15, least=0, most=60, group=FEES,
                       help="早于这些天收下学期的费，按跨学期预收处理。")
PLACE = Setting("fees.place", "公示地点", "校门口公示栏", group=FEES, required=True)
SCHOOL_PHONE = Setting("fees.school_phone", "学校监督电话", "", group=FEES, help="不填就用学校的联系电话。")
BUREAU_PHONE = Setting("fees.bureau_phone", "教育局投诉电话", "", group=FEES)
HOTLINES = Setting("fees.hotlines", "其他投诉电话", ["政务服务热线 12345", "市场监管投诉 12315"], group=FEES, help="一行写一个。")
DECLARATION = Setting(
    "fees.declaration", "公示表上的声明", "除以上项目外，学校不收取其他任何费用；未公示的项目，学生和家长有权拒绝缴纳。", group=FEES,
    help="印在公示表的下方；不需要就留空。")

PAY_WAYS = Setting("fees.pay_ways", "缴费方式", "可用现金、银行转账或扫码方式缴给学校，学校出具票据，不收手续费", group=FEES,
                   help="印在收费告家长书上，请按本校实际填写。")
LEAST_PUBLIC = Setting("fees.least_public", "收支公示里一行至少几名学生", 5, least=1, most=50, group=FEES,
                       help="人数更少的班、年级与别的合成一行，免得公示出某一个学生的账。")

SEVERITY = {
    rule.key: Setting(f"fees.check.{rule.key}", rule.title, FORBID if rule.level == "error" else REMIND,
                      choices=(FORBID, REMIND, IGNORE), group=CHECKS, help=f"依据：{rule.source}")
    for rule in RULES
}
"""How strict each check is, by the rule's key: 禁止 blocks publishing and printing, 提醒 only says it."""
