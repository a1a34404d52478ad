"""How an item is charged and settled in one sentence, made from the rule that computes it; what typed words may not say besides.

What is printed is what is computed: 发改价格〔2010〕1619号 asks for 据实结算, and a family is told how.
"""

import re

from app.fees.item_fields import ItemWords
from app.fees.money.settings import BY_MONTH, HALF, WHOLE
from app.fees.rules import BY_STANDARD, DAY, FREE, MONTH, TERM

_OF_TERM = {WHOLE: "按学期收取，中途转入、转出的不增减", HALF: "按学期收取，中途转入、转出不足半学期的减半",
            BY_MONTH: "按学期收取，中途转入、转出的按在校月数计"}


def refund_words(item: ItemWords, part_term: str, least_days: int) -> str:
    """Say how an item is charged and settled; ``part_term`` and ``least_days`` are what the school decided (收费结算)."""
    if item.kind == FREE:
        return ""
    counted = {MONTH: f"按实际月数计收，当月在校不足 {least_days} 天的不计", DAY: "按实际天数计收，没有享用的天数退还"}
    charged = _OF_TERM[part_term] if item.measure == TERM else counted.get(item.measure, "按实际份数计收")
    return f"{charged}；按标准结算，不另分摊" if item.settled_by == BY_STANDARD else f"{charged}；凭票据据实分摊，结余退还"


def contradiction(item: ItemWords, part_term: str) -> str:
    """Give the words of an item's typed 退费办法 that say something else than is computed, "" where none do."""
    by_month = item.measure == MONTH or (item.measure == TERM and part_term == BY_MONTH)
    wrong = [words for words, so in (
        (r"[按退][^，。；]*月[数份]?", by_month), (r"减半|退一半|退还一半", item.measure == TERM and part_term == HALF),
        (r"按[^，。；]*[天日]数?", item.measure == DAY), (r"凭票据?|据实", item.settled_by != BY_STANDARD),
        (r"一律不退|不予退|概不退", False)) if not so]
    found = re.search("|".join(wrong), item.refund_rule)
    return found[0] if found else ""
