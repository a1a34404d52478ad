"""What wants doing in the store: goods below their minimum, slips that did not come back signed, counts and months that wait."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.core.dues import PLAIN, WARNING, Due
from app.core.quantity import format_quantity
from app.stock import counts, queries, rules
from app.store.database import scalar

DAYS_TO_SIGN = 3    # after which a slip of issue should have come back
DAYS_TO_ISSUE = 5   # of a month, until its last month should be issued, where the office does so


def dues(day: date) -> Iterator[Due]:
    """Give what wants doing on a day."""
    low = queries.low()
    if low:
        words = "、".join(f"{each.name} {each.spec}".strip() + f" 只有 {format_quantity(each.quantity)}{each.unit}" for each in low[:3])
        yield Due("stock/low", f"{len(low)} 种物品低于最低库存：{words}{' 等' if len(low) > 3 else ''}。", "supply:items:low", "去看", WARNING,
                  count=len(low))
    unsigned = queries.unsigned(day - timedelta(days=DAYS_TO_SIGN))
    if unsigned:
        yield Due("stock/unsigned", f"{unsigned} 张领用单发出 {DAYS_TO_SIGN} 天以上还没有签回。", "supply:slips:unsigned", "去签回", PLAIN,
                  count=unsigned)
    for row in counts.counts():
        if row.state == rules.OPEN:
            yield Due("stock/count", f"仓库盘点 {row.number}（{row.storeroom}）已盘 {row.counted} / {row.lines} 种。", "supply:counts", "去盘点",
                      PLAIN, None, "stock_count", row.id)
        elif row.state == rules.COUNTED:
            yield Due("stock/approve", f"仓库盘点 {row.number} 清点完毕，有 {row.differing} 种与账面不符，等待批准入账。", "supply:counts", "去办",
                      WARNING, None, "stock_count", row.id)
    yield from _months(day)


def _months(day: date) -> Iterator[Due]:
    """Ask for the issue of the month before, where a month was ever issued and anything moved since."""
    last = scalar("SELECT max(month) FROM stock_month WHERE voided_on IS NULL")
    before = day.replace(day=1) - timedelta(days=1)
    if last and day.day >= DAYS_TO_ISSUE and last < f"{before:%Y-%m}":
        yield Due("stock/month", f"{before.year}年{before.month}月的收发存还没有月结。", "supply:months", "去月结", PLAIN)
