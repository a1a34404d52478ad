"""What a check of the ledger asks of stocktakes: approved ones carry their approval, counts are possible."""

from collections.abc import Iterator

from app.stocktake import queries
from app.store.database import database


def stocktakes_sound() -> Iterator[str]:
    """Give a sentence for approved stocktakes without number or day, impossible counts and sums that disagree."""
    for number, title in database.execute_sql(
        "SELECT number, title FROM stocktake WHERE (state = 'approved') <> (approval_no <> '' AND approved_on IS NOT NULL)"
    ).fetchall():
        yield f"盘点 {number} {title} 的批准文号或日期与它的状态不符。"
    for number, line in database.execute_sql(
        """SELECT s.number, l.number FROM stocktake_line l JOIN stocktake s ON s.id = l.stocktake_id
               WHERE l.quantity < 1 OR l.counted < 0 OR l.damaged < 0 OR l.damaged > coalesce(l.counted, 0) LIMIT 20"""
    ).fetchall():
        yield f"盘点 {number} 中 {line} 的数量不合理。"
    for row in queries.stocktakes():
        for group in queries.result(row.id, "all"):
            if sum(group.pieces.values()) != group.book + group.pieces["盘盈"]:
                yield f"盘点 {row.number} {row.title} 的各项结果加起来与账面数不一致。"
