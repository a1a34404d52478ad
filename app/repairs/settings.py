"""What a school decides about repairs: its categories and what they are known by, how soon a job is to be done."""

from app.core.settings import Setting
from app.repairs import guessing, rules

GROUP = "报修维修"
CATEGORIES: Setting[list[str]] = Setting(
    "repairs.categories", "报修类别", list(guessing.SHIPPED), group=GROUP, required=True, wrong=guessing.wrong, borne_by=("repair", "category"),
    words=guessing.categories, help="一行一类：类别＝看到哪些词就归这一类（用空格隔开）。一句话里有几个词的，按最长的词归类；一样长的归前面的一类。")
DAYS = {
    rules.EMERGENCY: Setting("repairs.days_emergency", "特急几天内修好", 0, most=60, group=GROUP, help="0 是当天。漏电、漏水、燃气、坍塌。"),
    rules.URGENT: Setting("repairs.days_urgent", "紧急几天内修好", 0, most=60, group=GROUP, help="0 是当天。影响上课的。"),
    rules.NORMAL: Setting("repairs.days_normal", "一般几天内修好", 3, most=60, group=GROUP, help="学期中按上课日算，假期按周一到周五算。"),
}
"""In how many working days a job of each urgency is promised; 3 days are customary, no rule was found that binds every school."""
ACCEPTANCE_DAYS = Setting("repairs.acceptance_days", "完工几天没有验收就提醒", 7, least=1, most=90, group=GROUP,
                          help="只提醒，不会自动验收：验收要报修人签字。")
